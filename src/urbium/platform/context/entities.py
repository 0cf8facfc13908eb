"""Entities: what is sent becomes an entity with full names, or every fault of it is named (ADR 0085).

An entity is kept as plain JSON: ``id``, ``type`` (a list), ``scope``, and under its full name each attribute
as a list of instances (one a data set). Normalized, concise and simplified forms are read alike: what is no
attribute object is the value of a property. Reference: GS CIM 009, clauses 4.5.1 to 4.5.5 and 4.6.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from urbium.errors import Fault, InputError, counted
from urbium.platform.context.names import Names
from urbium.text import Text, coded, text

Entity = dict[str, Any]
Instances = list[dict[str, Any]]

KINDS: Final[Mapping[str, str]] = {
    "Property": "value",
    "Relationship": "object",
    "GeoProperty": "value",
    "LanguageProperty": "languageMap",
    "VocabProperty": "vocab",
    "JsonProperty": "json",
    "ListProperty": "valueList",
    "ListRelationship": "objectList",
}
"""Kinds of attributes, and the member that holds what they say."""
_CONCISE: Final = {
    "value": "Property",
    "object": "Relationship",
    "languageMap": "LanguageProperty",
    "vocab": "VocabProperty",
    "json": "JsonProperty",
    "valueList": "ListProperty",
    "objectList": "ListRelationship",
}
GEOMETRIES: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""Geometries, and how many lists their positions lie in."""
DELETED: Final = "urn:ngsi-ld:null"
"""What is written in a merge for what is to go."""
SYSTEM: Final = ("createdAt", "modifiedAt", "deletedAt", "instanceId")
"""What the store says of an entity or attribute; what is sent of it is not read."""
RESERVED: Final = frozenset({"id", "type", "scope", *SYSTEM})
_SCALARS: Final = {"observedAt", "unitCode", "datasetId", "lang", "objectType", "valueType"}
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f]+")
_NAME: Final = re.compile(r"[^\s<>\"'=;()?*\x00-\x1f]+")
_SCOPE: Final = re.compile(r"(/?[A-Za-z][\w-]*)(/[A-Za-z][\w-]*)*")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d{1,6})?Z")
_DEEPEST, _LONGEST_URI, _MOST_POSITIONS = 20, 500, 20_000
_REMEMBERED: Final = 4_096
_MOST_ATTRIBUTES: Final = 2_000
"""Attributes of one entity, those of attributes and every data set included."""


def is_name(value: str) -> bool:
    """Say whether a word can be the name of a type or an attribute, short or full."""
    return len(value) <= _LONGEST_URI and _NAME.fullmatch(value) is not None


def is_uri(value: object) -> bool:
    """Say whether a value is an absolute address.

    >>> [is_uri(one) for one in ("urn:ngsi-ld:Room:1", "Room 1", 5)]
    [True, False, False]
    """
    return isinstance(value, str) and len(value) <= _LONGEST_URI and _is_uri(value)


@lru_cache(maxsize=_REMEMBERED)
def _is_uri(value: str) -> bool:
    return _URI.fullmatch(value) is not None


def is_null(value: object) -> bool:
    """Say whether a value stands for what is to go (GS CIM 009, clause 4.5.0).

    >>> [is_null(one) for one in (DELETED, {"@none": DELETED}, "")]
    [True, True, False]
    """
    return value in (DELETED, {"@none": DELETED})


def instant_of(written: object) -> int | None:
    """Return an instant (ISO 8601, UTC) in microseconds since 1970; None for anything else.

    >>> instant_of("1970-01-01T00:00:01.5Z"), instant_of("yesterday")
    (1500000, None)
    """
    return _instant_of(written) if isinstance(written, str) else None


@lru_cache(maxsize=_REMEMBERED)
def _instant_of(written: str) -> int | None:
    """Return an instant; sensors that send at once are read once."""
    if not _INSTANT.fullmatch(written):
        return None
    try:
        moment = datetime.fromisoformat(written.replace(",", "."))
    except ValueError:
        return None
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Reader:
    """Reads what was sent, and gathers what is wrong with it.

    Parameters
    ----------
    names : of its context
    is_patch : whether parts may be missing
    may_delete : whether ``urn:ngsi-ld:null`` stands for what is to go; in a patch it does
    is_past : whether a data set may have several values, of different instants
    """

    def __init__(
        self, names: Names, *, is_patch: bool = False, may_delete: bool = False, is_past: bool = False
    ) -> None:
        self._names, self._is_patch, self._may_delete = names, is_patch, is_patch or may_delete
        self._key = ("datasetId", "observedAt") if is_past else ("datasetId",)
        self.faults: list[Fault] = []
        self._attributes = 0

    def fault(self, place: str, message: Text, remedy: Text) -> None:
        """Note what is wrong."""
        self.faults.append(Fault("error", message, remedy, cell=place))

    def check(self) -> None:
        """Raise InputError where something is wrong: all of it."""
        if self.faults:
            raise InputError(
                coded(
                    "platform.context.entities.refused", "this is not an entity: {faults}",
                    faults=counted(self.faults)
                ),
                remedy=text("correct it and submit it again"),
                faults=self.faults,
            )  # fmt: skip

    def entity(self, sent: object) -> Entity:
        """Return an entity that was sent, with full names."""
        if not isinstance(sent, dict):
            self.fault("", _NO_OBJECT, _OBJECT)
            return {}
        id_ = sent.get("id", sent.get("@id"))
        if not is_uri(id_):
            self.fault(
                "id",
                coded("platform.context.entities.id", "the id is not a URI"),
                text("use a form such as urn:ngsi-ld:Room:1"),
            )
        types = self.types(sent.get("type", sent.get("@type")))
        return {"id": id_, "type": types, **self.attributes(sent)}

    def types(self, sent: object) -> list[str]:
        """Return types in their full names; there must be one, but in a patch."""
        if isinstance(sent, str) and _NAME.fullmatch(sent):
            only = self._names.expand(sent)
            if not only.startswith("@"):
                return [only]
        types = sent if isinstance(sent, list) else [] if sent is None and self._is_patch else [sent]
        if not all(isinstance(one, str) and _NAME.fullmatch(one) for one in types) or (sent == []):
            self.fault(
                "type",
                coded("platform.context.entities.type", "the type is missing, or is not a name"),
                text("write one type, or a list of types"),
            )
            return []
        full = list(dict.fromkeys(self._names.expand(str(one)) for one in types))
        if any(one.startswith("@") for one in full):
            self.fault("type", _KEYWORD, _OTHER_NAME)
        return full

    def attributes(self, sent: Mapping[str, Any]) -> Entity:
        """Return scope and attributes with full names."""
        entity: Entity = {}
        if "scope" in sent:
            entity["scope"] = self._scope(sent["scope"])
        for name, value in sent.items():
            if name in RESERVED or name.startswith("@"):
                continue
            full = self._attribute_name(name, name)
            if full in entity:
                self.fault(name, _TWICE, _ONCE)
            entity[full] = self.instances(value, name)
        return entity

    def _scope(self, sent: object) -> list[str]:
        scopes = sent if isinstance(sent, list) else [sent]
        if all(isinstance(one, str) and (_SCOPE.fullmatch(one) or one == DELETED) for one in scopes):
            return [one if one == DELETED else f"/{str(one).removeprefix('/')}" for one in scopes]
        self.fault(
            "scope",
            coded("platform.context.entities.scope", "this is not a scope"),
            text("use a form such as /North/Harbour"),
        )
        return []

    def _attribute_name(self, name: str, place: str) -> str:
        if not _NAME.fullmatch(name) or len(name) > _LONGEST_URI:
            self.fault(
                place,
                coded("platform.context.entities.name", "this is not an attribute name"),
                text("omit spaces, quotes and brackets"),
            )
        return self._names.expand(name)

    def instances(self, sent: object, place: str, depth: int = 1) -> Instances:
        """Return the instances of an attribute: one, or one for each data set."""
        if isinstance(sent, list) and sent and all(_is_attribute(one) for one in sent):
            instances = [self.instance(one, f"{place}[{number}]", depth) for number, one in enumerate(sent)]
            if len({(*map(one.get, self._key),) for one in instances}) < len(instances):
                self.fault(place, _SAME_SET, _OTHER_SET)
            return instances
        return [self.instance(sent, place, depth)]

    def instance(self, sent: object, place: str, depth: int = 1) -> dict[str, Any]:
        """Return one instance of an attribute with full names; what is too deep or one too many is empty."""
        if not self._has_room(place, depth):
            return {}
        if not isinstance(sent, dict) or not _is_attribute(sent, is_patch=self._is_patch):
            is_place = isinstance(sent, dict) and sent.get("type") in GEOMETRIES and "coordinates" in sent
            guess = "GeoProperty" if is_place else "Property"
            instance: dict[str, Any] = {"type": guess}
            self._hold(instance, guess, sent, place)
            return instance
        kind: Any = sent.get("type") or next((_CONCISE[word] for word in _CONCISE if word in sent), None)
        held = KINDS.get(kind, "") if isinstance(kind, str) else ""
        if kind == "Property" and "type" not in sent and is_geometry(sent.get("value")):
            kind = "GeoProperty"
        instance = {"type": kind} if kind else {}
        if (not held and kind) or (held not in sent and not self._is_patch):
            self.fault(
                place,
                coded(
                    "platform.context.entities.kind",
                    "{kind!r} is not a permitted kind of attribute, or the attribute has no value",
                    kind=str(kind),
                ),
                text("write a Property with a value, a Relationship with an object, or another "
                    "permitted kind"),
            )  # fmt: skip
            return instance
        for name, value in sent.items():
            if name == held:
                self._hold(instance, str(kind), value, f"{place}.{name}")
            elif name in _SCALARS:
                instance[name] = value
                self._check_scalar(name, value, f"{place}.{name}")
            elif name != "type" and name not in SYSTEM and not name.startswith("@"):
                full = self._attribute_name(name, f"{place}.{name}")
                instance[full] = self.instances(value, f"{place}.{name}", depth + 1)
        return instance

    def _has_room(self, place: str, depth: int) -> bool:
        """Count an attribute; say whether it may be read."""
        self._attributes += 1
        if self._attributes == _MOST_ATTRIBUTES + 1:
            self.fault(place, _MANY, _FEWER)
        elif depth > _DEEPEST:
            self.fault(place, _DEEP, _FLATTER)
        return self._attributes <= _MOST_ATTRIBUTES and depth <= _DEEPEST

    def _hold(self, instance: dict[str, Any], kind: str, value: Any, place: str) -> None:  # noqa: ANN401
        """Put what an attribute says into its instance."""
        is_gone = self._may_delete and is_null(value)
        if not is_gone and not _IS_RIGHT[kind](value):
            self.fault(
                place,
                coded("platform.context.entities.value", "this is not a valid value for a {kind}", kind=kind),
                text("write a value that is allowed for this kind; null is not a value"),
            )
        if isinstance(value, dict | list) and kind in ("Property", "ListProperty"):
            if _depth(value) > _DEEPEST:
                self.fault(place, _DEEP, _FLATTER)
                return
            try:
                value = self._names.expand_value(value)
            except ValueError:
                self.fault(place, _TWICE, _ONCE)
        elif kind == "VocabProperty" and not is_gone:
            words = value if isinstance(value, list) else [value]
            full = [self._names.expand(str(one)) for one in words]
            value = full if isinstance(value, list) else full[0]
        instance[KINDS[kind]] = value

    def _check_scalar(self, name: str, value: object, place: str) -> None:
        is_right = isinstance(value, str) and 0 < len(value) <= _LONGEST_URI
        if name == "observedAt":
            is_right = instant_of(value) is not None
        elif name == "datasetId":
            is_right = is_uri(value)
        if not is_right and not (self._is_patch and value == DELETED):
            self.fault(
                place,
                coded("platform.context.entities.member", "this is not a valid {name}", name=name),
                text(
                    "write a time as 2030-01-31T12:00:00Z, a data set as an address, and a unit as its code"
                ),
            )


_NO_OBJECT: Final = coded("platform.context.entities.object", "this is not a JSON object")
_OBJECT: Final = text("write it with curly brackets")
_TWICE: Final = coded("platform.context.entities.twice", "two of these have the same full name")
_ONCE: Final = text("write each name only once")
_SAME_SET: Final = coded("platform.context.entities.same_set", "two instances belong to the same data set")
_OTHER_SET: Final = text("give each instance its own data set")
_KEYWORD: Final = coded("platform.context.entities.keyword", "this is a JSON-LD keyword, not a type")
_OTHER_NAME: Final = text("choose another name")
_MANY: Final = coded("platform.context.entities.many", "the entity has more than 2,000 attributes")
_FEWER: Final = text("submit it as several entities")
_DEEP: Final = coded("platform.context.entities.deep", "this is nested too deeply")
_FLATTER: Final = text("write it with fewer levels")


def _is_attribute(value: object, *, is_patch: bool = False) -> bool:
    """Say whether an object is an attribute, and not the value of one."""
    if not isinstance(value, dict):
        return False
    is_kind = value.get("type") in KINDS if isinstance(value.get("type"), str) else False
    is_part = is_patch and (not _SCALARS.isdisjoint(value) or any(map(_is_attribute, value.values())))
    return is_kind or any(word in value for word in _CONCISE) or is_part


def is_geometry(value: object) -> bool:
    """Say whether a value is a geometry of GeoJSON."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    if value["type"] == "GeometryCollection":
        return bool(value.get("geometries")) and all(map(is_geometry, value["geometries"]))
    depth = GEOMETRIES.get(value["type"])
    return depth is not None and _are_positions(value.get("coordinates"), depth, value["type"])


def _are_positions(value: object, depth: int, kind: str) -> bool:
    """Say whether coordinates are positions (longitude, latitude, maybe height), in so many lists."""
    if not isinstance(value, list) or not value or len(value) > _MOST_POSITIONS:
        return False
    if depth == 0:
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
        return numbers and len(value) in (2, 3) and abs(value[0]) <= 180 and abs(value[1]) <= 90  # noqa: PLR2004
    least = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}.get(kind, 1)
    if depth == 1 and len(value) < least:
        return False
    if depth == 1 and "Polygon" in kind and value[0] != value[-1]:
        return False
    return all(_are_positions(one, depth - 1, kind) for one in value)


def _are_uris(value: object) -> bool:
    return is_uri(value) or (isinstance(value, list) and bool(value) and all(map(is_uri, value)))


def _is_value(value: object) -> bool:
    return value is not None


_IS_RIGHT: Final[Mapping[str, Callable[[Any], bool]]] = {
    "Property": _is_value,
    "JsonProperty": _is_value,
    "Relationship": _are_uris,
    "GeoProperty": is_geometry,
    "LanguageProperty": lambda value: (
        isinstance(value, dict)
        and all(isinstance(one, str) or (isinstance(one, list) and one) for one in value.values())
    ),
    "VocabProperty": lambda value: isinstance(value, str) or (isinstance(value, list) and bool(value)),
    "ListProperty": lambda value: isinstance(value, list),
    "ListRelationship": lambda value: isinstance(value, list) and (not value or _are_uris(value)),
}


def _depth(value: object) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def read_entity(sent: object, names: Names, *, is_past: bool = False) -> Entity:
    """Return an entity that was sent, with full names; raise InputError that names every fault."""
    reader = Reader(names, is_past=is_past)
    entity = reader.entity(sent)
    reader.check()
    return entity


def read_attributes(
    sent: object, names: Names, *, is_patch: bool = False, may_delete: bool = False, is_past: bool = False
) -> Entity:
    """Return a part of an entity that was sent: types (where there are some), scope and attributes."""
    reader = Reader(names, is_patch=is_patch, may_delete=may_delete, is_past=is_past)
    if not isinstance(sent, dict):
        reader.fault("", _NO_OBJECT, _OBJECT)
        reader.check()
        return {}
    part = reader.attributes(sent)
    if "type" in sent or "@type" in sent:
        part["type"] = reader.types(sent.get("type", sent.get("@type")))
    reader.check()
    return part


def read_attribute(sent: object, names: Names, *, is_patch: bool = False) -> Instances:
    """Return the instances of one attribute that was sent."""
    reader = Reader(names, is_patch=is_patch)
    if is_patch and isinstance(sent, dict):
        instances = [reader.instance(sent, "attribute")]
    else:
        instances = reader.instances(sent, "attribute")
    reader.check()
    return instances


def attribute_names(entity: Mapping[str, Any]) -> list[str]:
    """Return the full names of an entity's attributes."""
    return [name for name in entity if name not in RESERVED]


def demand_room(entity: Entity) -> None:
    """Raise InputError where an entity, with what was sent of it, has too many attributes."""
    if _count(entity) > _MOST_ATTRIBUTES:
        raise InputError(_MANY, place=str(entity["id"]), remedy=_FEWER)


def _count(part: Mapping[str, Any]) -> int:
    count = 0
    for name, of in part.items():
        if name not in _MEMBERS:
            for one in of:
                count += 1 + _count(one)
    return count


_MEMBERS: Final = RESERVED | _SCALARS | set(KINDS.values())
"""What of an entity or an instance is no attribute."""


def number_of(instance: Mapping[str, Any]) -> float | None:
    """Return the value of an instance as a number; None where it is none."""
    value = instance.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value) if abs(value) < 1e300 else math.inf  # noqa: PLR2004 - as far as a double goes
    return number if math.isfinite(number) else None


def words_of(instance: Mapping[str, Any]) -> Iterator[tuple[float | None, str | None]]:
    """Yield number and word of everything by which an instance is found; at least one pair."""
    held = instance.get(KINDS[instance["type"]])
    if isinstance(held, float) and abs(held) < 1e300:  # noqa: PLR2004 - as far as a double goes
        yield held, None
        return
    if instance["type"] == "LanguageProperty" and isinstance(held, dict):
        held = [*held.values(), ""]
    for one in held if isinstance(held, list) and held else [held]:
        member = one.get("@value", one) if isinstance(one, dict) else one
        if isinstance(member, bool):
            yield None, str(member).lower()
        elif isinstance(member, int | float):
            yield number_of({"value": member}), None
        else:
            yield None, member.replace("\0", "") if isinstance(member, str) else ""

"""Changes: what becomes of an entity when something is sent about it, and what that adds to its past.

Every change is a function of the entity as it is and what was sent; none knows where either is stored.
Reference: GS CIM 009, clauses 5.5.8, 5.5.12 (merge) and 5.6.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from urbium.errors import ConflictError, InputError
from urbium.platform.context.entities import (
    DELETED,
    KINDS,
    RESERVED,
    SYSTEM,
    Entity,
    Instances,
    attribute_names,
    instant_of,
    is_null,
    number_of,
    words_of,
)
from urbium.store import EntityChange, Instance
from urbium.store.context.words import TYPE
from urbium.text import coded, text

_LOCATION: Final = "https://uri.etsi.org/ngsi-ld/location"
_SYSTEM: Final = frozenset(SYSTEM)
_PLACED: Final = frozenset({"type", _LOCATION})
"""What changes where an entity stands in the store."""
_SINGLE: Final = frozenset({float, int, str, bool})
_LAST: Final = 253_402_300_799_000_000
"""The end of the year 9999, after which no instant can be written."""
_ENCODE: Final = msgspec.json.Encoder().encode
_SORTED: Final = msgspec.json.Encoder(order="sorted").encode


@lru_cache(maxsize=64)
def written(instant: int) -> str:
    """Return an instant (microseconds since 1970) as ISO 8601.

    >>> written(1_500_000)
    '1970-01-01T00:00:01.500000Z'
    """
    return datetime.fromtimestamp(min(instant, _LAST) / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def appended(entity: Entity, part: Entity, *, overwrites: bool = True) -> tuple[Entity, list[str]]:
    """Return an entity with more attributes and types, and the names of those that were left alone.

    What is ``urn:ngsi-ld:null`` goes. Without overwriting, only data sets and scopes that are not there are
    added.
    """
    new, left = dict(entity), []
    for name, sent in part.items():
        if name == "type":
            new["type"] = list(dict.fromkeys([*entity["type"], *sent]))
        elif name == "scope":
            new["scope"] = sent if overwrites else list(dict.fromkeys([*entity.get("scope", []), *sent]))
        elif name not in RESERVED:
            old = entity.get(name, [])
            datasets = {one.get("datasetId") for one in old} if not overwrites else set()
            added = [one for one in sent if one.get("datasetId") not in datasets]
            if len(added) < len(sent):
                left.append(name)
            new[name] = by_dataset(old, added)
            if not new[name]:
                del new[name]
    return new, left


def observed(old: Entity | None, sent: Entity, now: int) -> Entity:
    """Return an entity after values of any instants, sent now, whatever came before them.

    Of each data set the newest counts: what was observed later than what is held, or then and sent later.
    """
    new = {name: sent[name] for name in RESERVED if name in sent}
    for name in attribute_names(sent):
        newest = {one.get("datasetId"): one for one in sorted(sent[name], key=_observed_at)}
        parts = [one for one in newest.values() if old is None or _is_newer(old.get(name, ()), one, now)]
        if parts:
            new[name] = parts
    return new if old is None else appended(old, new)[0]


def _observed_at(instance: Mapping[str, Any]) -> int:
    return instant_of(instance.get("observedAt")) or 0


def _is_newer(held: Iterable[Mapping[str, Any]], part: Mapping[str, Any], now: int) -> bool:
    dataset = part.get("datasetId")
    same = next((one for one in held if one.get("datasetId") == dataset), None)
    if same is None:
        return True
    return (_observed_at(part), now) >= (_observed_at(same), instant_of(same.get("modifiedAt")) or 0)


def left_alone(names: Sequence[str]) -> ConflictError:
    """Return why not everything of an entity was changed that was sent."""
    return ConflictError(
        coded("platform.context.left", "these attributes were left unchanged: {names:list}", names=names),
        remedy=text("omit noOverwrite to replace them"),
    )


def updated(entity: Entity, part: Entity) -> tuple[Entity, list[str]]:
    """Return an entity with attributes replaced or added, and ``scope`` where it has none (left so)."""
    missing = [name for name in ("scope",) if name in part and name not in entity]
    return appended(entity, {name: sent for name, sent in part.items() if name not in missing})[0], missing


def by_dataset(old: Instances, new: Instances) -> Instances:
    """Return instances of which some are replaced, by their data sets; one that is to go goes."""
    datasets = {one.get("datasetId") for one in new}
    kept = [one for one in old if one.get("datasetId") not in datasets]
    return kept + [one for one in new if not _is_gone(one)]


def patched(instances: Instances, part: Mapping[str, Any], *, is_merge: bool = False) -> Instances | None:
    """Return an attribute with one instance changed in part; None where no instance has its data set.

    In a merge patch an object is merged with the one that is there, and does not replace it; outside one an
    attribute keeps its kind, and InputError is raised for another.
    """
    if not is_merge and any(one["type"] != part.get("type", one["type"]) for one in instances):
        raise InputError(
            coded("platform.context.changes.kind", "the attribute is of a different kind"),
            place="type",
            remedy=text("omit the type, or replace the attribute"),
        )
    dataset = part.get("datasetId")
    changed = [
        _merged_instance(one, part, is_merge=is_merge) for one in instances if one.get("datasetId") == dataset
    ]
    if not changed:
        return None
    return [one for one in instances if one.get("datasetId") != dataset] + [one for one in changed if one]


def merged(entity: Entity, part: Entity) -> Entity:
    """Return an entity with a merge patch: what is ``urn:ngsi-ld:null`` goes, objects are merged."""
    new = dict(entity)
    for name, sent in part.items():
        if name == "type":
            new["type"] = list(dict.fromkeys([*entity["type"], *sent]))
        elif name == "scope":
            new["scope"] = [one for one in sent if one != DELETED]
            if not new["scope"]:
                del new["scope"]
        elif name not in RESERVED:
            old = list(entity.get(name, []))
            for instance in sent:
                changed = patched(old, instance, is_merge=True)
                whole = [*old, instance] if changed is None and not _is_gone(instance) else old
                old = whole if changed is None else changed
            new[name] = old
            if not old:
                del new[name]
    return new


def _is_gone(instance: Mapping[str, Any]) -> bool:
    return any(is_null(instance.get(word)) for word in KINDS.values())


def _merged_instance(
    old: Mapping[str, Any], part: Mapping[str, Any], *, is_merge: bool
) -> dict[str, Any] | None:
    """Return an instance changed in part; None where it goes."""
    if _is_gone(part):
        return None
    held = KINDS.get(part.get("type", old["type"]), "")
    new = dict(old)
    if "type" in part and part["type"] != old["type"] and held in part:
        new = {name: value for name, value in old.items() if name != KINDS[old["type"]]}
    for name, value in part.items():
        if value == DELETED or (isinstance(value, list) and value and _all_gone(value)):
            new.pop(name, None)
        elif is_merge and name == held and isinstance(value, dict) and isinstance(old.get(name), dict):
            new[name] = _merged_object(old[name], value)
        else:
            new[name] = value
    return new


def _all_gone(instances: list[Any]) -> bool:
    return all(isinstance(one, dict) and "type" in one and _is_gone(one) for one in instances)


def _merged_object(old: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """Merge as JSON Merge Patch (RFC 7396) does, with ``urn:ngsi-ld:null`` for null."""
    new = dict(old)
    for name, value in part.items():
        if value == DELETED:
            new.pop(name, None)
        elif isinstance(value, dict) and isinstance(old.get(name), dict):
            new[name] = _merged_object(old[name], value)
        else:
            new[name] = value
    return new


def without(entity: Entity, name: str, dataset: str | None, *, everything: bool = False) -> Entity | None:
    """Return an entity without scope, an attribute, or one data set of it; None where it has none such."""
    if name == "scope" and name in entity:
        return {other: value for other, value in entity.items() if other != name}
    instances = entity.get(name, []) if name not in RESERVED else []
    left = [] if everything else [one for one in instances if one.get("datasetId") != dataset]
    if len(left) == len(instances):
        return None
    rest = {other: value for other, value in entity.items() if other != name}
    return rest | ({name: left} if left else {})


# --- what is stored of a change --------------------------------------------------------------------------


def settled(old: Entity | None, new: Entity, now: int) -> tuple[Entity, frozenset[str]]:
    """Return an entity with the instants of its parts, and the names of what has changed in it.

    Where nothing has, it is the entity as it was.
    """
    moment, before = written(now), old or {}
    entity: Entity = {"id": new["id"], "type": new["type"]}
    changed = before.keys() - new.keys() - RESERVED
    if old is not None and old["type"] != new["type"]:
        changed.add("type")
    if old is not None and old.get("scope") != new.get("scope"):
        changed.add("scope")
    if "scope" in new:
        entity["scope"] = new["scope"]
    for name, sent in new.items():
        if name in RESERVED:
            continue
        instances = before.get(name, ())
        entity[name] = [_settled_instance(one, instances, moment) for one in sent]
        if len(instances) != len(sent):
            changed.add(name)
        for one in entity[name]:
            if one["modifiedAt"] is moment:
                changed.add(name)
    if old is not None and not changed:
        return old, frozenset()
    entity["createdAt"] = before.get("createdAt", moment)
    entity["modifiedAt"] = moment
    return entity, frozenset(changed or {"type"})


def _settled_instance(
    sent: dict[str, Any], instances: Sequence[dict[str, Any]], moment: str
) -> dict[str, Any]:
    dataset, plain = sent.get("datasetId"), _plain(sent)
    for before in instances:
        if before.get("datasetId") == dataset:
            if _plain(before) == plain:
                return before
            return {**plain, "createdAt": before["createdAt"], "modifiedAt": moment}
    return {**plain, "createdAt": moment, "modifiedAt": moment}


def _plain(instance: dict[str, Any]) -> dict[str, Any]:
    if _SYSTEM.isdisjoint(instance):
        return instance
    plain = dict(instance)
    for name in SYSTEM:
        plain.pop(name, None)
    return plain


def as_change(
    entity: Entity,
    changed: Collection[str],
    now: int,
    past: Sequence[Instance] = (),
    *,
    before: Entity | None,
) -> EntityChange:
    """Return an entity as it is stored, with what its change, and a past that was sent, add to its past.

    Where it was not there before, it is found by all that it has, else by what has changed otherwise.
    """
    instances = list(_past(entity, changed, now))
    if past:
        instances = [*{one[:4]: one for one in (*instances, *past)}.values()]
    names = attribute_names(entity)
    if before is not None:
        names = [name for name in names if name in changed]
    return EntityChange(
        entity["id"],
        entity["type"],
        _ENCODE(entity).decode(),
        instant_of(entity["createdAt"]) or 0,
        now,
        _box(entity),
        [
            (name, number, word)
            for name in names
            for instance in entity[name]
            for number, word in words_of(instance)
        ],
        instances,
        None if before is None else [*_emptied(before, entity, changed)],
        before is not None and _PLACED.isdisjoint(changed),
    )


def _emptied(before: Entity, entity: Entity, changed: Iterable[str]) -> Iterator[str]:
    """Yield by what an entity is to be found no more, before it is found by what it has."""
    for name in changed:
        if name == "type":
            yield TYPE
        elif name not in RESERVED and not (_is_one(before.get(name)) and _is_one(entity.get(name))):
            yield name


def _is_one(instances: Instances | None) -> bool:
    """Say whether an attribute is certainly found by one value, and nothing is to be taken back of it."""
    return instances is not None and len(instances) == 1 and type(instances[0].get("value")) in _SINGLE


def _past(entity: Entity, changed: Collection[str], now: int) -> Iterator[Instance]:
    moment = entity["modifiedAt"]
    for name in changed:
        for instance in entity.get(name, []) if name not in RESERVED else []:
            if instance["modifiedAt"] == moment:
                yield _as_instance(name, instance, now)


def past_of(sent: Entity, now: int) -> list[Instance]:
    """Return the values of an entity that say when they were observed, as its past keeps them."""
    return [
        _as_instance(name, one, now)
        for name in attribute_names(sent)
        for one in sent[name]
        if "observedAt" in one
    ]


def corrected(one: Instance, part: Mapping[str, Any], id_: str, now: int) -> Instance | None:
    """Return an instance of the past changed in part, under the name that it has; None where it goes.

    Raises InputError for another kind, instant or data set, and for what is left of an hour or a day.
    """
    instance = msgspec.json.decode(one.text, type=dict[str, Any])
    instant = instant_of(part.get("observedAt", instance.get("observedAt")))
    is_same = instant == instant_of(instance.get("observedAt"))
    if one.step or not is_same or part.get("datasetId", one.dataset) != one.dataset:
        raise InputError(
            coded("platform.context.corrected", "the time and the data set of an instance cannot be "
                                                "changed, nor can a value that summarises an hour or a "
                                                "day"),
            place="observedAt, datasetId",
            remedy=text("delete the instance, and add another one"),
        )  # fmt: skip
    kept_dataset = {"datasetId": one.dataset} if one.dataset else {}
    changed = patched([instance], {**part, **kept_dataset})
    if not changed:
        return None
    value = _SORTED(_plain(changed[0]) | {"instanceId": id_})
    kept = _as_instance(one.attribute, changed[0], now)
    return kept._replace(observed=one.observed, digest=digest_of(value), value=value.decode())


def _as_instance(name: str, instance: dict[str, Any], now: int) -> Instance:
    """Return an instance of an attribute as its past keeps it; observed when recorded, if nobody says."""
    plain = _plain(instance)
    observed = instant_of(plain.get("observedAt"))
    value = _SORTED(plain)
    return Instance(
        name,
        str(plain.get("datasetId", "")),
        now if observed is None else observed,
        digest_of(value),
        now,
        number_of(plain),
        value.decode(),
    )


def digest_of(value: bytes) -> int:
    """Return what tells a value (JSON, its members in order) from another one of its instant."""
    return int.from_bytes(hashlib.blake2b(value, digest_size=8).digest(), "big", signed=True)


def _box(entity: Entity) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of an entity's location; None where it has none."""
    for instance in entity.get(_LOCATION, []):
        if instance["type"] == "GeoProperty" and "datasetId" not in instance:
            positions = list(_positions(instance["value"]))
            east, north = [one[0] for one in positions], [one[1] for one in positions]
            return min(east), min(north), max(east), max(north)
    return None


def _positions(value: Any) -> Iterator[list[float]]:  # noqa: ANN401 - parts of coordinates
    if isinstance(value, dict):
        for part in value.get("geometries", [value.get("coordinates")]):
            yield from _positions(part)
    elif value and isinstance(value[0], list):
        for part in value:
            yield from _positions(part)
    else:
        yield value

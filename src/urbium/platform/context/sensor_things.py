"""SensorThings: the entities of a place as things with datastreams and observations, to be read.

An entity is a thing; each of its attributes that is a number with an instant is a datastream, and the values
that it had are its observations. Reference: OGC 18-088, SensorThings API 1.1, clauses 8 to 10.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from urbium.errors import InputError
from urbium.platform.context.changes import written
from urbium.platform.context.context import Context
from urbium.platform.context.entities import Entity, attribute_names, number_of
from urbium.platform.context.query import Query
from urbium.platform.context.steps import missing
from urbium.platform.context.temporal import Span
from urbium.platform.entities import microseconds
from urbium.store import Instance
from urbium.text import coded, text
from urbium.whole_numbers import whole_number

CONFORMANCE: Final = (
    "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel",
    "http://www.opengis.net/spec/iot_sensing/1.1/req/resource-path/resource-path-to-entities",
)
LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "Things": {"Datastreams": "Datastreams", "Locations": "Locations"},
    "Locations": {"Things": "Things"},
    "Datastreams": {
        "Thing": "Things", "Sensor": "Sensors", "ObservedProperty": "ObservedProperties",
        "Observations": "Observations",
    },
    "Sensors": {"Datastreams": "Datastreams"},
    "ObservedProperties": {"Datastreams": "Datastreams"},
    "Observations": {"Datastream": "Datastreams"},
}  # fmt: skip
"""What leads from each kind to which; a link that is no kind leads to one alone."""
_MEASUREMENT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
_SEGMENT: Final = re.compile(r"([A-Za-z]+)(?:\('((?:[^']|'')*)'\))?(?:/|$)")
_FILTER: Final = re.compile(r"\s*phenomenonTime\s+(eq|ge|gt|le|lt)\s+([\dTZ:.+-]+)\s*")
_BOUNDS: Final = {"eq": (0, 1), "ge": (0, None), "gt": (1, None), "le": (None, 1), "lt": (None, 0)}
"""By how much after an instant what is asked for begins, and ends."""
_ORDERS: Final = {"": True, "phenomenonTime desc": True, "phenomenonTime": False, "phenomenonTime asc": False}
"""Whether the newest comes first."""
_TOP, _MOST, _FURTHEST, _DEEPEST, _PAGE = 100, 1_000, 1_000_000, 3, 500
_LARGEST: Final = 20_000
"""Records of an answer: what is expanded multiplies."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for of a collection, or of what is expanded.

    Parameters
    ----------
    top, skip, has_count : how many, from which place on, and whether all are counted
    select : which properties; all where there are none
    expand : what is sent along, with what is asked for of it
    start, end, is_newest_first : of observations: from an instant up to before another, in which order
    """

    top: int = _TOP
    skip: int = 0
    has_count: bool = False
    select: frozenset[str] = frozenset()
    expand: Mapping[str, "Options"] = field(default_factory=dict)
    start: int | None = None
    end: int | None = None
    is_newest_first: bool = True


def read_options(words: Mapping[str, str], depth: int = 0) -> Options:
    """Return what the words of an address ask for; raise InputError for what is not understood.

    >>> read_options({"$top": "5", "$expand": "Datastreams($select=name)"}).expand["Datastreams"].select
    frozenset({'name'})
    """
    options = {"$top", "$skip", "$count", "$select", "$expand", "$filter", "$orderby"}
    order = words.get("$orderby", "").strip()
    wrong = sorted(words.keys() - options) or (["$orderby"] if order not in _ORDERS else [])
    wrong += ["$expand"] if depth > _DEEPEST else []
    if wrong or words.get("$count", "false") not in ("true", "false"):
        raise _wrong(", ".join(wrong) or "$count")
    expand: dict[str, Options] = {}
    for part in _parts(words.get("$expand", ""), ","):
        name, _, rest = part.partition("(")
        name, _, further = name.strip().partition("/")
        inner = dict(one.partition("=")[::2] for one in _parts(rest.removesuffix(")"), ";"))
        expand[name] = read_options(inner | ({"$expand": further} if further else {}), depth + 1)
    start, end = _times(words.get("$filter", ""))
    return Options(
        min(_whole(words, "$top", _TOP), _MOST),
        _whole(words, "$skip", 0),
        words.get("$count") == "true",
        frozenset(one.strip() for one in _parts(words.get("$select", ""), ",")),
        expand,
        start,
        end,
        _ORDERS[order],
    )


def _parts(written_: str, sign: str) -> list[str]:
    """Return what stands between signs that are in no brackets."""
    parts, depth = [""], 0
    for letter in written_:
        depth += (letter == "(") - (letter == ")")
        if letter == sign and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [one.strip() for one in parts if one.strip()]


def _whole(words: Mapping[str, str], word: str, default: int) -> int:
    number = whole_number(words.get(word, str(default)))
    if not 0 <= number <= _FURTHEST:
        raise _wrong(word)
    return number


def _times(condition: str) -> tuple[int | None, int | None]:
    starts, ends = [], []
    for part in re.split(r"\sand\s", condition) if condition else ():
        comparison = _FILTER.fullmatch(part)
        try:
            at = microseconds(datetime.fromisoformat(comparison[2])) if comparison else None
        except ValueError:
            at = None
        if comparison is None or at is None:
            raise _wrong("$filter")
        after, before = _BOUNDS[comparison[1]]
        starts += [] if after is None else [at + after]
        ends += [] if before is None else [at + before]
    return max(starts, default=None), min(ends, default=None)


def _wrong(place: str) -> InputError:
    return InputError(
        coded("platform.sensor_things.options", "this query option is not supported"),
        place=place,
        remedy=text(
            "use $top, $skip, $count, $select, $expand, and, for observations, $filter and $orderby by "
            "phenomenonTime"
        ),
    )


class _Record(NamedTuple):
    """One row of a collection: of which kind, its id, and what it is made of."""

    kind: str
    id: str
    entity: Entity
    attribute: str = ""
    instance: Instance | None = None


class SensorThings:
    """The entities of a place as things.

    Parameters
    ----------
    context : of the place, as whoever asks may read it
    root : the address of the service
    """

    def __init__(self, context: Context, root: str) -> None:
        self._context, self._root, self._names = context, root, context.contexts.names()
        self._sent = 0

    def answer(self, path: str, words: Mapping[str, str]) -> dict[str, Any]:
        """Return what stands at a path; raise NotFoundError, InputError."""
        options, end = read_options(words), 0
        kind, record, rows = "", None, None
        while end < len(path):
            segment = _SEGMENT.match(path, end)
            if segment is None or (kind and record is None):
                raise missing(path)
            name, id_, end = segment[1], segment[2], segment.end()
            kind, rows = self._step(name, record, options)
            one = None if id_ is None else self._one(kind, id_.replace("''", "'"))
            record = one if id_ is not None or name == kind else next(rows, None)
            if record is None and (id_ is not None or name != kind):
                raise missing(path)
        if record is not None:
            return self._body(record, options)
        if rows is None:
            raise missing(path)
        return self._page(rows, options, f"{self._root}/{quote(path)}", words)

    def _step(self, name: str, record: _Record | None, options: Options) -> tuple[str, Iterator[_Record]]:
        kind = LINKS[record.kind].get(name, "") if record else name if name in LINKS else ""
        if not kind:
            raise missing(name)
        return kind, self._linked(record, kind, options) if record else self._all(kind, options)

    def _page(
        self, rows: Iterator[_Record], options: Options, here: str, words: Mapping[str, str]
    ) -> dict[str, Any]:
        page: dict[str, Any] = {}
        if options.has_count:
            members = list(rows)
            page["@iot.count"], rows = len(members), iter(members)
        part = list(islice(rows, options.skip, options.skip + options.top + 1))
        page["value"] = [self._body(one, options) for one in part[: options.top]]
        if len(part) > options.top > 0:
            following = {**words, "$top": options.top, "$skip": options.skip + options.top}
            page["@iot.nextLink"] = f"{here}?{urlencode(following)}"
        return page

    # --- rows -------------------------------------------------------------------------------------------

    def _all(self, kind: str, options: Options) -> Iterator[_Record]:
        if kind == "Observations" and options.has_count:  # of all that ever was
            raise _wrong("$count")
        if kind in ("Things", "Locations"):
            for entity in self._entities():
                yield from self._of_entity(kind, entity)
            return
        seen = set[str]()
        for entity in self._entities():
            for stream in self._of_entity("Datastreams", entity):
                for one in [stream] if kind == "Datastreams" else self._linked(stream, kind, options):
                    if one.id not in seen:
                        yield one
                    if kind not in ("Datastreams", "Observations"):
                        seen.add(one.id)

    def _entities(self) -> Iterator[Entity]:
        offset = 0
        while page := self._context.query(Query(), limit=_PAGE, offset=offset):
            yield from page
            offset += _PAGE

    def _of_entity(self, kind: str, entity: Entity) -> Iterator[_Record]:
        if kind == "Datastreams":
            for name in attribute_names(entity):
                if any(number_of(one) is not None and "observedAt" in one for one in entity[name]):
                    yield _Record(kind, f"{entity['id']}|{self._names.compact(name)}", entity, name)
        elif kind == "Things" or self._value(entity, "location") is not None:
            yield _Record(kind, entity["id"], entity)

    def _linked(self, record: _Record, kind: str, options: Options) -> Iterator[_Record]:
        """Yield the rows of a kind to which a row leads."""
        if kind == "Observations":
            yield from self._observations(record, options)
        elif kind == "ObservedProperties":
            yield _Record(kind, self._names.compact(record.attribute), record.entity, record.attribute)
        elif kind == "Sensors":
            if provider := self._value(record.entity, "dataProvider"):
                yield _Record(kind, str(provider), record.entity)
        elif record.kind in ("Sensors", "ObservedProperties"):
            for stream in self._all("Datastreams", options):
                if any(one.id == record.id for one in self._linked(stream, record.kind, options)):
                    yield stream
        elif record.kind == "Observations":
            yield record._replace(kind=kind, id=record.id.rpartition("|")[0])
        else:
            yield from self._of_entity(kind, record.entity)

    def _observations(self, stream: _Record, options: Options) -> Iterator[_Record]:
        wanted = Query(ids=[stream.entity["id"]], attributes=[stream.attribute])
        is_part = options.is_newest_first and not options.has_count
        last = options.skip + options.top + 1 if is_part else None
        past = self._context.temporal(wanted, Span(options.start, options.end, last=last))
        rows: Sequence[Instance] = next((instances for _, instances in past), [])
        for one in sorted(rows, key=lambda row: row.observed, reverse=options.is_newest_first):
            if one.number is not None and not one.dataset:
                yield _Record("Observations", f"{stream.id}|{one.observed}", *stream[2:4], one)

    def _one(self, kind: str, id_: str) -> _Record | None:
        """Return the row of an id; None where there is none."""
        if kind in ("Sensors", "ObservedProperties"):
            return next((one for one in self._all(kind, Options()) if one.id == id_), None)
        uri, _, rest = id_.partition("|")
        rows = self._of_entity("Datastreams" if rest else kind, self._context.one(uri))
        if kind != "Observations":
            return next((one for one in rows if one.id == id_), None)
        stream, _, at = id_.rpartition("|")
        first = max(whole_number(at), 0)
        instant = Options(start=first, end=first + 1)
        observations = (row for one in rows if one.id == stream for row in self._observations(one, instant))
        return next(observations, None)

    # --- what is sent -----------------------------------------------------------------------------------

    def _value(self, entity: Entity, name: str) -> Any:  # noqa: ANN401 - any JSON
        return next((one.get("value") for one in entity.get(self._names.expand(name), ())), None)

    def _body(self, record: _Record, options: Options) -> dict[str, Any]:
        self._sent += 1
        if self._sent > _LARGEST:
            raise InputError(
                coded(
                    "platform.sensor_things.large",
                    "the answer would have more than {most:,} records",
                    most=_LARGEST,
                ),
                remedy=text("request fewer with $top, including within $expand"),
            )
        here = f"{self._root}/{record.kind}('{quote(record.id.replace(chr(39), chr(39) * 2))}')"
        body = {"@iot.id": record.id, "@iot.selfLink": here, **self._properties(record)}
        body |= {f"{name}@iot.navigationLink": f"{here}/{name}" for name in LINKS[record.kind]}
        if options.select:
            wanted = {"@iot.id" if one == "id" else one for one in options.select}
            body = {name: value for name, value in body.items() if name in wanted}
        for name, inner in options.expand.items():
            kind, rows = self._step(name, record, inner)
            if kind == name:
                page = self._page(rows, inner, f"{here}/{name}", {})
                body |= {name if key == "value" else f"{name}{key}": value for key, value in page.items()}
            elif one := next(rows, None):
                body[name] = self._body(one, inner)
        return body

    def _properties(self, record: _Record) -> dict[str, Any]:
        entity, instance = record.entity, record.instance
        types = [self._names.compact(one) for one in entity["type"]]
        thing = {
            "name": str(self._value(entity, "name") or entity["id"].rpartition(":")[2]),
            "description": ", ".join(types),
        }
        short = self._names.compact(record.attribute) if record.attribute else ""
        if record.kind == "Things":
            return {**thing, "properties": {"id": entity["id"], "type": types}}
        if record.kind == "Locations":
            place = self._value(entity, "location")
            return {**thing, "encodingType": "application/geo+json", "location": place}
        if record.kind == "Sensors":
            about = {"encodingType": "text/plain", "metadata": record.id}
            return {"name": record.id, "description": record.id, **about}
        if record.kind == "ObservedProperties":
            return {"name": short, "definition": record.attribute, "description": short}
        if instance is not None and record.kind == "Observations":
            return _observation(instance)
        held = next(one for one in entity[record.attribute] if number_of(one) is not None)
        unit = held.get("unitCode")
        return {
            "name": f"{thing['name']}, {short}",
            "description": f"{short}, {thing['description']}",
            "observationType": _MEASUREMENT,
            "unitOfMeasurement": {"name": unit, "symbol": unit, "definition": None},
        }


def _observation(instance: Instance) -> dict[str, Any]:
    """Return a value as it is sent; what is left of an hour or a day stands for all of it."""
    at = written(instance.observed)
    if not instance.step:
        return {"phenomenonTime": at, "resultTime": written(instance.recorded), "result": instance.number}
    return {
        "phenomenonTime": f"{at}/{written(instance.observed + instance.step * 1_000_000)}",
        "resultTime": written(instance.recorded),
        "result": instance.number,
        "parameters": {"values": instance.values, "low": instance.low, "high": instance.high},
    }

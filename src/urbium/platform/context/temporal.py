"""Temporal: an entity's attributes over time: each instance, values with instants, or sums by period.

An attribute that says not when it was observed counts at the instant it was recorded. Reference: GS CIM 009,
clauses 4.5.6 to 4.5.9, 4.5.19 and 4.11.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from urbium.errors import InputError
from urbium.platform.context.changes import digest_of, written
from urbium.platform.context.entities import KINDS, Entity, instant_of
from urbium.platform.context.names import Names
from urbium.platform.context.representations import Form, represent, represent_attribute
from urbium.store import Instance
from urbium.text import coded, text
from urbium.whole_numbers import whole_number

METHODS: Final = ("totalCount", "distinctCount", "sum", "avg", "min", "max", "stddev", "sumsq")
"""What is told of a period."""
_PLURAL: Final = {
    "value": "values",
    "object": "objects",
    "languageMap": "languageMaps",
    "vocab": "vocabs",
    "json": "jsons",
    "valueList": "valueLists",
    "objectList": "objectLists",
}
_INSTANCE: Final = re.compile(r"urn:ngsi-ld:instance:[0-9a-f]{16}-(-?[0-9a-f]{1,16})")
_DURATION: Final = re.compile(
    r"P(?=.)((?P<weeks>\d{1,4})W)?((?P<days>\d{1,5})D)?"
    r"(T(?=.)((?P<hours>\d{1,6})H)?((?P<minutes>\d{1,8})M)?((?P<seconds>\d{1,9})S)?)?"
)
_SECONDS: Final = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_MOST_PERIODS: Final = 10_000
_HOUR: Final = 3_600_000_000
_SUMMED: Final = {"totalCount", "sum", "avg", "min", "max"}
"""What count, mean, least and greatest of hours give."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which instances are asked for.

    Parameters
    ----------
    start, end : from this instant up to before that one, microseconds since 1970; None for without end
    origin : where periods begin to be counted; None for the first instance
    by_recording : whether the instants are those of recording
    last : of each attribute only so many of the newest
    methods : what is told of each period; none for the instances themselves
    period : microseconds; 0 for all of it as one
    is_short : whether values are told as pairs with their instants
    """

    start: int | None = None
    end: int | None = None
    by_recording: bool = False
    last: int | None = None
    methods: Sequence[str] = ()
    period: int = 0
    is_short: bool = False
    origin: int | None = None

    @property
    def may_sum(self) -> bool:
        """Whether count, mean, least and greatest of whole hours give all that is asked for."""
        bounds = (self.start or 0, self.end or 0, self.origin or 0, self.period)
        is_of_hours = bool(self.period) and not any(bound % _HOUR for bound in bounds)
        is_plain = not self.by_recording and self.last is None and self.origin is not None
        return is_of_hours and is_plain and bool(self.methods) and set(self.methods) <= _SUMMED


def read_span(given: Mapping[str, str], *, must_say_when: bool) -> Span:
    """Return what the words of an address ask for; raise InputError where they make no sense.

    >>> read_span({"timerel": "after", "timeAt": "1970-01-01T00:00:01Z"}, must_say_when=True).start
    1000001
    """
    relation, at = given.get("timerel", ""), instant_of(given.get("timeAt"))
    end = instant_of(given.get("endTimeAt"))
    if relation not in ("", "before", "after", "between") or (must_say_when and not relation):
        raise _wrong("timerel")
    if relation and (at is None or (relation == "between" and (end is None or end < at))):
        raise _wrong("timeAt, endTimeAt")
    bounds = {"": (None, None), "before": (None, at), "after": ((at or 0) + 1, None), "between": (at, end)}
    start, until = bounds[relation]
    time = given.get("timeproperty", "observedAt")
    if time not in ("observedAt", "modifiedAt", "createdAt"):
        raise _wrong("timeproperty")
    options = {*given.get("options", "").split(","), given.get("format", "")}
    is_aggregated = "aggregatedValues" in options
    methods = [one for one in given.get("aggrMethods", "").split(",") if one]
    if is_aggregated != bool(methods) or not set(methods) <= set(METHODS):
        raise _wrong("aggrMethods")
    last = given.get("lastN", "")
    if last and not 0 < whole_number(last) <= _MOST_PERIODS:
        raise _wrong("lastN")
    return Span(
        start,
        until,
        time != "observedAt",
        int(last) if last else None,
        methods,
        _duration(given.get("aggrPeriodDuration", "PT0S")),
        not options.isdisjoint({"temporalValues", "simplified", "keyValues"}),
        at if relation == "after" else start,
    )


def _duration(word: str) -> int:
    """Return a duration (ISO 8601) in microseconds; raise InputError for months and years."""
    parts = _DURATION.fullmatch(word)
    if parts is None:
        raise _wrong("aggrPeriodDuration")
    seconds = sum(int(parts[name] or 0) * factor for name, factor in _SECONDS.items())
    return seconds * 1_000_000


def evolution(
    entity: Entity, instances: Iterable[Instance], names: Names, span: Span, form: Form
) -> dict[str, Any]:
    """Return an entity with its attributes over time as they are sent; what was not asked for is left out."""
    body = represent({word: entity[word] for word in ("id", "type", "scope") if word in entity}, names, form)
    by_name: dict[str, dict[str, list[Instance]]] = {}
    for one in instances:
        if not form.tells(one.attribute) or not form.tells_dataset(one.dataset or None):
            continue
        by_name.setdefault(one.attribute, {}).setdefault(one.dataset, []).append(one)
    for name, datasets in by_name.items():
        if span.methods:
            parts = [_summed(rows, dataset, span) for dataset, rows in datasets.items()]
        elif span.is_short:
            parts = [_short(rows, dataset, names, span) for dataset, rows in datasets.items()]
        else:
            parts = [_whole(one, names, form) for rows in datasets.values() for one in rows]
        body[names.compact(name)] = (
            parts if len(parts) > 1 or not (span.methods or span.is_short) else parts[0]
        )
    return body


def _whole(one: Instance, names: Names, form: Form) -> dict[str, Any]:
    instance = msgspec.json.decode(one.text)
    body = represent_attribute([instance], names, form)
    body = body if isinstance(body, dict) else {"value": body}
    if one.step:
        ends = {} if one.low is None else {"min": one.low, "max": one.high}
        kept = {"period": _STEPS[one.step], "count": one.values} | ends
        body["aggregation"] = {"type": "JsonProperty", "json": kept}
    body["instanceId"] = instance_id(one)
    return body | ({"modifiedAt": written(one.recorded)} if form.has_system else {})


def instance_id(one: Instance) -> str:
    """Return by what an instance is named: one that was corrected keeps the name that it had.

    >>> instance_id(Instance("a", "", 255, 0, 0, None, '{"instanceId": "urn:x:1"}'))
    'urn:x:1'
    """
    kept = msgspec.json.decode(one.text).get("instanceId")
    digest = digest_of(one.text.encode()) & (2**64 - 1)
    return kept or f"urn:ngsi-ld:instance:{digest:016x}-{one.observed:x}"


def instant_in(instance: str) -> int | None:
    """Return the instant in the name of an instance; None for the name of something else.

    >>> instant_in("urn:ngsi-ld:instance:0123456789abcdef-ff"), instant_in("urn:x:1")
    (255, None)
    """
    name = _INSTANCE.fullmatch(instance)
    return None if name is None else int(name[1], 16)


def _written(instant: int) -> str:
    """Return an instant as short as it can be written."""
    return written(instant).replace(".000000", "")


def _instant(one: Instance, span: Span) -> int:
    return one.recorded if span.by_recording else one.observed


def _short(rows: Sequence[Instance], dataset: str, names: Names, span: Span) -> dict[str, Any]:
    pairs = []
    decoded = [msgspec.json.decode(one.text) for one in rows]
    kind = decoded[0]["type"]
    for one, instance in zip(rows, decoded, strict=True):
        simple = represent_attribute([instance], names, Form("simplified"))
        pairs.append([simple, _written(_instant(one, span))])
    body = {"type": kind, _PLURAL[KINDS[kind]]: pairs}
    return body | _thinned(rows) | ({"datasetId": dataset} if dataset else {})


def _thinned(rows: Iterable[Instance]) -> dict[str, Any]:
    """Return, under ``aggregation``, where values are not those that were sent: each period, from and to.

    >>> _thinned([Instance("a", "", 0, 0, 0, 1.0, "{}", 60, 0.0, 2.0, 3600)])["aggregation"]["json"]
    [{'period': 'PT1H', 'from': '1970-01-01T00:00:00Z', 'to': '1970-01-01T01:00:00Z'}]
    """
    spans = [
        {"period": _STEPS[step], "from": _written(min(ends)), "to": _written(max(ends) + step * 1_000_000)}
        for step in sorted({one.step for one in rows})
        if step
        for ends in [[one.observed for one in rows if one.step == step]]
    ]
    return {"aggregation": {"type": "JsonProperty", "json": spans}} if spans else {}


def _summed(rows: Sequence[Instance], dataset: str, span: Span) -> dict[str, Any]:
    points = list(rows)
    if span.last is not None:  # the newest came first
        points.reverse()
    kind = msgspec.json.decode(rows[0].text)["type"]
    told: dict[str, Any] = {"type": kind}
    start = _instant(points[0], span) if span.origin is None else span.origin
    for first, end, members in _periods(points, start, span):
        between = [_written(first), _written(end)]
        for method, value in aggregate(members, span.methods).items():
            told.setdefault(method, []).append([value, *between])
    return told | _thinned(rows) | ({"datasetId": dataset} if dataset else {})


def _periods(points: Sequence[Instance], start: int, span: Span) -> list[tuple[int, int, Sequence[Instance]]]:
    """Return the periods in which something was observed, each with its first instant and its end."""
    if not span.period:
        return [(start, _instant(points[-1], span) if span.end is None else span.end, points)]
    periods: dict[int, list[Instance]] = {}
    for one in points:
        periods.setdefault((_instant(one, span) - start) // span.period, []).append(one)
    if len(periods) > _MOST_PERIODS:
        raise _wrong("aggrPeriodDuration")
    return [
        (start + place * span.period, start + (place + 1) * span.period, members)
        for place, members in periods.items()
    ]


def aggregate(points: Sequence[Instance], methods: Sequence[str]) -> dict[str, float]:
    """Return what is asked of instances; what no number is, only counts.

    ``stddev`` is that of the population. Where there is no number, only counts are told, and where not every
    value is kept only what count, mean, least and greatest of each hour or day give.

    >>> points = [Instance("a", "", at, 0, 0, number, "{}") for at, number in enumerate([2.0, 4.0])]
    >>> aggregate(points, ["avg", "stddev", "totalCount"])
    {'avg': 3.0, 'stddev': 1.0, 'totalCount': 2}
    """
    numbers = [one.number for one in points if one.number is not None]
    is_whole = not any(one.step for one in points)
    told: dict[str, float] = {}
    for method in methods:
        if method == "totalCount":
            told[method] = sum(one.values for one in points)
        elif method == "distinctCount" and is_whole:
            told[method] = len({_content(one) for one in points})
        elif numbers and is_whole and method in _OF_NUMBERS:
            told[method] = _OF_NUMBERS[method](numbers)
        elif numbers and method in _OF_SUMS:
            told[method] = _OF_SUMS[method]([one for one in points if one.number is not None])
    return told


def _content(one: Instance) -> object:
    if one.number is not None:
        return one.number
    instance = msgspec.json.decode(one.text)
    return msgspec.json.encode(instance[KINDS[instance["type"]]], order="sorted")


def _stddev(numbers: Sequence[float]) -> float:
    mean = math.fsum(numbers) / len(numbers)
    return math.sqrt(math.fsum((one - mean) ** 2 for one in numbers) / len(numbers))


_OF_NUMBERS: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "sum": math.fsum,
    "avg": lambda numbers: math.fsum(numbers) / len(numbers),
    "min": min,
    "max": max,
    "stddev": _stddev,
    "sumsq": lambda numbers: math.fsum(one * one for one in numbers),
}


def _total(points: Sequence[Instance]) -> float:
    return math.fsum((one.number or 0.0) * one.values for one in points)


_OF_SUMS: Final[Mapping[str, Callable[[Sequence[Instance]], float]]] = {
    "sum": _total,
    "avg": lambda points: _total(points) / sum(one.values for one in points),
    "min": lambda points: min((one.number if one.low is None else one.low) or 0.0 for one in points),
    "max": lambda points: max((one.number if one.high is None else one.high) or 0.0 for one in points),
}
_STEPS: Final = {3_600: "PT1H", 86_400: "P1D"}


def _wrong(place: str) -> InputError:
    return InputError(
        coded("platform.context.temporal.wrong", "this is not a valid temporal query"),
        place=place,
        remedy=text(
            "write timerel=before, after or between, with timeAt and endTimeAt such as "
            "2030-01-31T12:00:00Z; name the aggregation methods with options=aggregatedValues, and "
            "write a period as PT1H or P7D"
        ),
    )

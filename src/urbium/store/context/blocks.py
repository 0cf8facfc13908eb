"""Blocks: the values that an attribute of an entity had on one day (UTC), packed into one row (ADR 0139).

A block holds every value as it was sent, or, once it is thinned, one entry an hour or one a day: of numbers
their count, mean, least and greatest, by unit; of anything else the last value, and how many there were.
Instants are microseconds since 1970.
"""

import math
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

WHOLE, HOUR, DAY = 0, 3_600, 86_400
"""How finely a block is kept: every value, or one entry in so many seconds."""
MICROSECONDS: Final = 1_000_000
DAY_LENGTH: Final = DAY * MICROSECONDS

_INSTANT: Final = re.compile(r"(?<=\"observedAt\":\")[^\"]*(?=\")")
_STEPS: Final = ("seconds", "milliseconds", "microseconds")
_MARKS: Final = ("\0i", "\0f")
"""What stands in a template for a whole number, and for another one; ``\\0t`` and a digit for an instant."""
_KEPT: Final = ("type", "unitCode", "datasetId")
"""What is kept of the values of an hour beside their numbers."""


class Entry(NamedTuple):
    """A value of a block, or what was made of several.

    Parameters
    ----------
    observed, recorded : when
    number : its number, or the mean; None where it is none
    template : its JSON, with marks where number and instant stand
    values, low, high : of how many values it is made, the least and the greatest
    """

    observed: int
    recorded: int
    number: float | None
    template: str
    values: int = 1
    low: float | None = None
    high: float | None = None

    @property
    def text(self) -> str:
        """Its JSON."""
        return written(self.template, self.observed, self.number)


@dataclass(frozen=True, slots=True)
class Block:
    """The entries of a day by their instants, one in ``step`` seconds (0: every value)."""

    step: int
    entries: Sequence[Entry]


# --- templates ----------------------------------------------------------------------------------------------


def entry_of(observed: int, recorded: int, number: float | None, value: str) -> Entry:
    r"""Return a value as an entry: from its template, number and instant its JSON can be written again.

    >>> entry_of(0, 0, 21.5, '{"type":"Property","value":21.5}').template
    '{"type":"Property","value":\x00f}'
    """
    template = value
    if number is not None:
        texts = (str(int(number)), repr(number))  # the first only where it is whole, and was sent so
        for text, mark in zip(texts, _MARKS, strict=True):
            for end in (",", "}"):
                template = template.replace(f'"value":{text}{end}', f'"value":{mark}{end}', 1)
    instant = _INSTANT.search(template)
    if instant is not None:
        step = next((place for place in range(3) if _written(observed, place) == instant[0]), None)
        if step is not None:
            template = f"{template[: instant.start()]}\0t{step}{template[instant.end() :]}"
    is_same = written(template, observed, number) == value
    return Entry(observed, recorded, number, template if is_same else value)


def written(template: str, observed: int, number: float | None) -> str:
    """Return the JSON of a template with its instant and its number."""
    text, at = template, template.find("\0t")
    if at >= 0:
        text = f"{text[:at]}{_written(observed, int(text[at + 2]))}{text[at + 3 :]}"
    if number is None:
        return text
    return text.replace(_MARKS[0], str(int(number)), 1).replace(_MARKS[1], repr(number), 1)


@lru_cache(maxsize=4096)
def _written(instant: int, step: int) -> str:
    moment = datetime.fromtimestamp(instant // MICROSECONDS, UTC).replace(
        microsecond=instant % MICROSECONDS, tzinfo=None
    )
    return f"{moment.isoformat(timespec=_STEPS[step])}Z"


@lru_cache(maxsize=1024)
def unit_of(template: str) -> str | None:
    """Return the unit of a template; None where none was sent."""
    return _document(template).get("unitCode")


def _document(template: str) -> dict[str, Any]:
    text = template.replace(_MARKS[0], "0").replace(_MARKS[1], "0").replace("\0t", "")
    return msgspec.json.decode(text, type=dict[str, Any])


@lru_cache(maxsize=1024)
def _shared(template: str) -> str:
    """Return what the numbers of an hour have in common: kind, unit and data set."""
    document = {name: value for name, value in _document(template).items() if name in _KEPT}
    text = msgspec.json.encode(document | {"value": 0, "observedAt": ""}).decode()
    return text.replace('"value":0', f'"value":{_MARKS[1]}').replace('"observedAt":""', '"observedAt":"\0t0"')


# --- thinning -----------------------------------------------------------------------------------------------


def thinned(block: Block, step: int) -> Block:
    """Return a block with one entry in ``step`` seconds.

    >>> one = [Entry(at * 1_000_000, 0, float(at), "{}") for at in (0, 60, 3_600)]
    >>> [(entry.values, entry.number) for entry in thinned(Block(WHOLE, one), HOUR).entries]
    [(2, 30.0), (1, 3600.0)]
    """
    entries: Iterable[Entry] = block.entries
    if not block.step:  # of several numbers of one instant the one that was recorded last counts
        newest = {(entry.observed, entry.number is None): entry for entry in sorted(entries, key=_order)}
        entries = newest.values()
    groups: dict[tuple[int, str], list[Entry]] = {}
    for entry in entries:
        start = entry.observed - entry.observed % (step * MICROSECONDS)
        kind = "" if entry.number is None else _shared(entry.template)
        groups.setdefault((start, kind), []).append(entry)
    kept = [
        _summed(start, kind, members) if kind else members[-1]._replace(values=_count(members))
        for (start, kind), members in groups.items()
    ]
    return Block(step, sorted(kept, key=lambda entry: entry.observed))


def _order(entry: Entry) -> tuple[int, int, float]:
    return entry.observed, entry.recorded, entry.number or 0.0


def hours_of(content: bytes) -> list[Entry] | None:
    """Return the hours of a packed day without looking at each value; None where each is to be looked at."""
    step, texts, columns = msgspec.msgpack.decode(zlib.decompress(content))
    observed = np.cumsum(_numbers(columns[0], np.int64))
    numbers = _numbers(columns[2], np.float64)
    kinds = {_shared(text) for text in texts}
    if step or len(kinds) > 1 or np.isnan(numbers).any() or not np.diff(observed).all():
        return None
    starts = observed - observed % (HOUR * MICROSECONDS)
    places = np.flatnonzero(np.diff(starts, prepend=-1))
    lows, highs = (ends.reduceat(numbers, places).tolist() for ends in (np.minimum, np.maximum))
    (kind,), values = kinds, numbers.tolist()
    ends = [*places.tolist()[1:], len(values)]
    return [
        Entry(start, start, math.fsum(values[first:end]) / (end - first), kind, end - first, low, high)
        for start, first, end, low, high in zip(
            starts[places].tolist(), places.tolist(), ends, lows, highs, strict=True
        )
    ]


def _summed(start: int, template: str, members: Sequence[Entry]) -> Entry:
    count = _count(members)
    mean = math.fsum(entry.number * entry.values for entry in members if entry.number is not None) / count
    lows = (entry.number if entry.low is None else entry.low for entry in members)
    highs = (entry.number if entry.high is None else entry.high for entry in members)
    return Entry(start, start, mean, template, count, _least(lows, min), _least(highs, max))


def _count(members: Iterable[Entry]) -> int:
    return sum(entry.values for entry in members)


def _least(numbers: Iterable[float | None], choose: Any) -> float:  # noqa: ANN401 - min or max
    return float(choose(one for one in numbers if one is not None))


# --- bytes --------------------------------------------------------------------------------------------------


def packed(block: Block) -> bytes:
    """Return a block as bytes: its columns, byte by byte, so that what is alike stands side by side."""
    entries = block.entries if block.step else sorted(block.entries, key=_order)
    texts = list(dict.fromkeys(entry.template for entry in entries))
    places = {text: place for place, text in enumerate(texts)}
    observed = np.array([entry.observed for entry in entries], np.int64)
    columns = [
        _bytes(np.diff(observed, prepend=0)),
        _bytes(np.array([entry.recorded for entry in entries], np.int64) - observed),
        _bytes(np.array([np.nan if one.number is None else one.number for one in entries], np.float64)),
        _bytes(np.array([places[entry.template] for entry in entries], np.int64)),
    ]
    if block.step:
        columns += [
            _bytes(np.array([entry.values for entry in entries], np.int64)),
            *(
                _bytes(np.array([np.nan if one is None else one for one in ends], np.float64))
                for ends in ([entry.low for entry in entries], [entry.high for entry in entries])
            ),
        ]
    return zlib.compress(msgspec.msgpack.encode((block.step, texts, columns)))


def unpacked(content: bytes, *, newest_first: bool = False) -> Iterator[Entry]:
    """Yield the entries of a block by their instants."""
    _, texts, columns = msgspec.msgpack.decode(zlib.decompress(content))
    order = slice(None, None, -1 if newest_first else 1)
    observed = np.cumsum(_numbers(columns[0], np.int64))[order]
    recorded = observed + _numbers(columns[1], np.int64)[order]
    templates = map(texts.__getitem__, _numbers(columns[3], np.int64)[order].tolist())
    parts = [observed.tolist(), recorded.tolist(), _floats(columns[2], order), templates]
    if len(columns) > 4:  # noqa: PLR2004 - not every value stands for itself
        parts += [_numbers(columns[4], np.int64)[order].tolist()]
        parts += [_floats(column, order) for column in columns[5:]]
    return map(Entry, *parts)


def _bytes(column: np.ndarray) -> bytes:
    return column.view(np.uint8).reshape(-1, 8).T.tobytes()


def _numbers(column: bytes, kind: type) -> np.ndarray:
    return np.ascontiguousarray(np.frombuffer(column, np.uint8).reshape(8, -1).T).view(kind).ravel()


def _floats(column: bytes, order: slice) -> list[float | None]:
    numbers = _numbers(column, np.float64)[order]
    if not np.isnan(numbers).any():
        return numbers.tolist()  # type: ignore[no-any-return]
    return [None if one != one else one for one in numbers.tolist()]  # noqa: PLR0124 - NaN

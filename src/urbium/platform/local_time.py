"""Local time: which instants a source means that writes the clock of its city, also where the clock changes.

When clocks go back an hour comes twice; a source that tells it in its order tells it first before and then
after the change. When they go forward an hour does not exist, and what bears it is wrong in the source.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from urbium.errors import Fault
from urbium.text import coded, text

_DAY_LONG: Final = len("2024-04-16")


@dataclass(frozen=True, slots=True)
class TypedInstant:
    """An instant as a source writes it.

    Parameters
    ----------
    typed : the cell: ISO 8601, with an offset or by the clock of the place
    cell : where it stands
    series : of which series of readings, whose order is that of time; empty for an event that stands alone
    is_optional : whether it may be empty
    """

    typed: str
    cell: str = ""
    series: str = ""
    is_optional: bool = False


def read_instants(cells: Sequence[TypedInstant], zone: ZoneInfo) -> tuple[list[datetime | None], list[Fault]]:
    """Return the instants of cells, and what is wrong with them; None for an empty cell and a wrong one.

    >>> london, typed = ZoneInfo("Europe/London"), ["2026-10-25 01:30", "2026-10-25 01:30"]
    >>> instants, _ = read_instants([TypedInstant(cell, series="a") for cell in typed], london)
    >>> [str(one.utcoffset()) for one in instants]
    ['1:00:00', '0:00:00']
    """
    instants: list[datetime | None] = []
    faults: list[Fault] = []
    repeated: dict[tuple[str, object], list[int]] = {}
    ends: dict[str, list[datetime]] = {}  # the first and the last reading of each series, by the clock
    for place, cell in enumerate(cells):
        at = _parsed(cell.typed)
        if at is None:
            faults += [] if cell.is_optional and not cell.typed.strip() else [_unread(cell)]
        elif at.tzinfo is None:
            ends[cell.series] = [*ends.get(cell.series, [])[:1], at]
            at = at.replace(tzinfo=zone)
            change = _later_offset(at) - _earlier_offset(at)
            if change > timedelta():
                faults.append(_skipped(cell, zone))
                at = None
            elif change and len(cell.typed.strip()) > _DAY_LONG:
                key = (cell.series, at.date()) if cell.series else ("", place)
                repeated.setdefault(key, []).append(place)
        instants.append(at)
    untold = []
    for (series, _), places in repeated.items():
        walls = [instants[place].replace(tzinfo=None) for place in places]  # type: ignore[union-attr] # all are read
        folds = _folds(walls, is_newest_first=ends[series][0] > ends[series][-1])
        for place, fold in zip(places, folds or [0] * len(places), strict=True):
            instants[place] = instants[place].replace(fold=fold)  # type: ignore[union-attr]
        untold += places if folds is None else []
    if untold:
        faults.append(_untold([cells[place] for place in sorted(untold)], zone))
    return instants, faults


def _parsed(typed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(typed.strip())
    except ValueError:
        return None


def _earlier_offset(at: datetime) -> timedelta:
    """Return the offset of a local time as it comes first, or before the clock goes forward over it."""
    return at.replace(fold=0).utcoffset() or timedelta()


def _later_offset(at: datetime) -> timedelta:
    return at.replace(fold=1).utcoffset() or timedelta()


def _folds(walls: Sequence[datetime], *, is_newest_first: bool = False) -> list[int] | None:
    """Return which readings of an hour that comes twice are of its second time; None where nobody can tell.

    >>> _folds([datetime(2026, 10, 25, 1, minute) for minute in (0, 30, 0, 30)])
    [0, 0, 1, 1]
    >>> _folds([datetime(2026, 10, 25, 1, 30)]) is None
    True
    """
    order = list(reversed(walls)) if is_newest_first else list(walls)
    turns = [place for place, (one, following) in enumerate(pairwise(order), 1) if following <= one]
    if len(turns) != 1:
        return None
    folds = [int(place >= turns[0]) for place in range(len(order))]
    return folds[::-1] if is_newest_first else folds


def _unread(cell: TypedInstant) -> Fault:
    return Fault(
        "warning",
        coded("platform.time.unread", "{cell!r} is not a point in time", cell=cell.typed),
        text("it was left out; check with the source of the data"),
        "instant", cell=cell.cell, value=cell.typed,
    )  # fmt: skip


def _skipped(cell: TypedInstant, zone: ZoneInfo) -> Fault:
    return Fault(
        "warning",
        coded("platform.time.skipped",
             "{cell} does not exist in {zone}: the clocks went forward and skipped it",
             cell=cell.typed, zone=zone.key),
        text("it was left out; check the time zone of the feed, or have the source send offsets, such "
             "as +01:00"),
        "skipped-hour", cell=cell.cell, value=cell.typed,
    )  # fmt: skip


def _untold(cells: Sequence[TypedInstant], zone: ZoneInfo) -> Fault:
    return Fault(
        "warning",
        coded("platform.time.untold",
              "{cell} occurs twice in {zone}, because the clocks went back; as it is unclear which of "
              "the two times is meant, the first was assumed",
              "{count:,} clock times, such as {cell}, occur twice in {zone}, because the clocks went "
              "back; as it is unclear which of the two times is meant, the first was assumed for each",
              count=len(cells), cell=cells[0].typed, zone=zone.key),
        text("have the source send offsets, such as +01:00"),
        "repeated-hour", cell=cells[0].cell, value=cells[0].typed,
    )  # fmt: skip

"""Retention: how long live values are kept whole, by the hour and by the day, by declared rows (ADR 0139).

Values that a live rule asks for are not thinned before the periods that they count in are over for as long
as values are kept whole: a median, a percentile and a share ask for every value, everything else for hours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from urbium.model.live import LiveAttribute, LiveRetention, LiveRule
from urbium.platform.live_figures import EVERY_VALUE, period_at, span
from urbium.platform.sensors import names_of

DAY: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Cuts:
    """Before which instants (microseconds since 1970) values are thinned, or dropped; None for never.

    Parameters
    ----------
    hourly, daily : before these, one entry an hour and one a day is kept
    dropped : before this, nothing is
    settled : what came later than this is left whole: it was not there for as long as values are kept
    """

    hourly: int | None
    daily: int | None
    dropped: int | None
    settled: int


def row_for(rows: Iterable[LiveRetention], kinds: Sequence[str], attribute: str = "") -> LiveRetention:
    """Return the row of an attribute of entities of some types: the one that names most of them counts.

    Of several types the row that keeps values whole for the longest counts.
    """
    ranked = [(row, bool(row.attribute) + 2 * bool(row.entity_type)) for row in rows]
    chosen = []
    for kind in kinds or ("",):
        fitting = [
            (rank, row)
            for row, rank in ranked
            if row.entity_type in ("", kind) and row.attribute in ("", attribute)
        ]
        chosen.append(max(fitting, key=lambda pair: pair[0])[1])
    return max(chosen, key=lambda row: float("inf") if row.whole_days is None else row.whole_days)


def cuts(row: LiveRetention, *, now: int, rules: Iterable[LiveRule], zones: Sequence[ZoneInfo]) -> Cuts:
    """Return where the values of an attribute are thinned now.

    Parameters
    ----------
    row : how long they are kept
    now : the present, in microseconds since 1970
    rules : the live rules that read them
    zones : by whose days the periods of the rules are counted
    """
    if row.whole_days is None:
        return Cuts(None, None, None, now)
    asking = list(rules)
    whole = _before(now, row.whole_days, [one for one in asking if one.statistic in EVERY_VALUE], zones)
    hourly, daily = (
        None if days is None else min(_before(now, days, asking, zones), whole)
        for days in (row.hourly_days, row.daily_days)
    )
    return Cuts(whole, hourly, daily, now - int(row.whole_days * DAY))


def _before(now: int, days: float, rules: Iterable[LiveRule], zones: Sequence[ZoneInfo]) -> int:
    """Return an instant so many days ago, or the beginning of the first period that it lies in."""
    at = now - int(days * DAY)
    starts = (span(period_at(rule.period, at, zone), zone)[0] for rule in rules for zone in zones)
    return min([at, *starts])


def rules_of(
    rules: Iterable[LiveRule], declared: Sequence[LiveAttribute], kinds: Sequence[str], attribute: str
) -> list[LiveRule]:
    """Return the live rules that read an attribute of entities of some types, under any of its names."""
    return [
        rule
        for rule in rules
        if rule.entity_type in kinds and attribute in names_of(rule.attribute, declared, rule.entity_type)
    ]

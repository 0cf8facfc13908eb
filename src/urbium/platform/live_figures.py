"""Live figures: what a declared rule makes of values of sensors and services in one period of one city.

Which value of an instant counts is decided where it is stored (:mod:`urbium.platform.absorbing`), so a
figure is the same in whatever order, and however often, messages came. See ADR 0086.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from urbium.model import Status, Variable
from urbium.model.live import LivePeriod, LiveRule, LiveStatistic, Shortfall
from urbium.packaged import words_of
from urbium.periods import Period
from urbium.platform.entities import microseconds
from urbium.store import Reading
from urbium.text import Text, sentences, text, texts

_HOUR: Final = 3_600_000_000
_STATISTICS: Final = words_of("statistic of live values")
EVERY_VALUE: Final = (LiveStatistic.MEDIAN, LiveStatistic.PERCENTILE, LiveStatistic.SHARE)
"""Statistics that cannot be made from count, mean, least and greatest of hours."""
_COARSEST: Final = 3_600
"""Seconds of what figures are made of at most: a day of UTC is no day of another zone."""
_MONTHS: Final = {LivePeriod.MONTH: 1, LivePeriod.QUARTER: 3, LivePeriod.YEAR: 12}


@dataclass(frozen=True, slots=True)
class LiveFigure:
    """A figure, and what it rests on.

    Parameters
    ----------
    period : of the figure
    value : in the unit of the variable; None where the rule refuses it
    count, sensors : how many values there are, of how many entities
    coverage : share of the values due that are there; None where the rule does not say when they are due
    status : reported, or suspect
    reason : what it is made of, and why it is suspect or refused
    """

    period: Period
    value: float | None
    count: int
    sensors: int
    coverage: float | None
    status: Status
    reason: Text


def figure(
    rule: LiveRule,
    readings: Sequence[Reading],
    period: Period,
    zone: ZoneInfo,
    *,
    variable: Variable,
    now: datetime,
    people: float | None = None,
) -> LiveFigure | None:
    """Return what a rule makes of the values of a period; None where there is no value.

    None, too, where what is left of thinned values does not give it: the figure of before then stands.

    Parameters
    ----------
    rule : of the catalogue
    readings : of the attribute in the period; what lies outside is left out, as are values of the future
    period, zone : whose days, in which time zone
    variable : that it becomes; its bounds say what is impossible and what is suspect
    now : the present; of a period that is not over, only the part up to now is due
    people : residents, for a rate
    """
    first, last = span(period, zone)
    until = min(last, microseconds(now))
    values = [one for one in readings if first <= one.observed < last and one.observed <= until]
    coarsest = max((one.step for one in values), default=0)
    if not values or coarsest > _COARSEST or (coarsest and rule.statistic in EVERY_VALUE):
        return None
    sensors = {one.uri for one in values}
    count = sum(one.values for one in values)
    coverage = _coverage(rule, values, len(sensors), first, until)
    value = _statistic(rule, values, people)
    basis = texts(
        "{statistic} of {values:,} values ({attribute}) from {count} source ({type}), "
        "{first:date} to {last:date}",
        "{statistic} of {values:,} values ({attribute}) from {count:,} sources ({type}), "
        "{first:date} to {last:date}",
        statistic=_STATISTICS[rule.statistic], values=count, count=len(sensors),
        type=kind_called(rule.entity_type), attribute=attribute_called(rule.attribute),
        first=period.start, last=min(period.end, now.astimezone(zone).date())
    )  # fmt: skip
    doubts = list(_doubts(rule, variable, value, coverage))
    is_refused = value is None or any(is_hard for _, is_hard in doubts)
    covered = (
        [text("{share:.1%} of the values due have arrived", share=coverage)] if coverage is not None else []
    )
    reason = sentences([basis, *covered, *(doubt for doubt, _ in doubts)])
    status = Status.SUSPECT if doubts else Status.REPORTED
    return LiveFigure(period, None if is_refused else value, count, len(sensors), coverage, status, reason)


def kind_called(entity_type: str) -> Text | str:
    """Return what entities of a type are called; its code where urbium does not know it.

    >>> kind_called("AirQualityObserved"), kind_called("Fountain")
    ('air quality', 'Fountain')
    """
    return words_of("type of entity").get(entity_type, entity_type)


def attribute_called(attribute: str) -> Text | str:
    """Return what a live attribute is called; its code where urbium does not know it.

    >>> attribute_called("daysToClose"), attribute_called("level")
    ('days to close', 'level')
    """
    return words_of("live attribute").get(attribute, attribute)


def asks_for_hours(rule: LiveRule) -> bool:
    """Say whether a rule makes the same of hours as of their values."""
    return rule.statistic not in EVERY_VALUE and (rule.interval is None or rule.interval >= 1)


def _coverage(
    rule: LiveRule, values: Sequence[Reading], sensors: int, first: int, until: int
) -> float | None:
    """Return the share of slots of ``interval`` hours, of every entity, in which there is a value."""
    if rule.interval is None:
        return None
    width = int(rule.interval * _HOUR)
    due = max(1, math.ceil((until - first) / width)) * sensors
    slots = {
        (one.uri, (one.observed - first) // width + slot)
        for one in values
        for slot in range(max(1, min(one.values, one.step * 1_000_000 // width)))
    }
    return min(1.0, len(slots) / due)


def _statistic(rule: LiveRule, readings: Sequence[Reading], people: float | None) -> float | None:
    """Return the statistic times the factor; None for a rate where nobody knows how many people there are.

    A percentile is the value below which that share lies, between two values on the straight line that joins
    them (Hyndman and Fan 1996, definition 7).
    """
    values = [one.number for one in readings]
    count, total = sum(one.values for one in readings), math.fsum(one.number * one.values for one in readings)
    match rule.statistic:
        case LiveStatistic.MEAN:
            result = total / count
        case LiveStatistic.SUM:
            result = total
        case LiveStatistic.COUNT:
            result = float(count)
        case LiveStatistic.MEDIAN:
            result = statistics.median(values)
        case LiveStatistic.PERCENTILE:
            result = _quantile(sorted(values), (rule.argument or 0.0) / 100)
        case LiveStatistic.SHARE:
            result = sum(value >= (rule.argument or 0.0) for value in values) / len(values)
        case LiveStatistic.RATE:
            if not people:
                return None
            result = 1000 * total / people
    return result * rule.factor


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of ordered values.

    >>> _quantile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.5
    """
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def _doubts(
    rule: LiveRule, variable: Variable, value: float | None, coverage: float | None
) -> Iterator[tuple[Text, bool]]:
    """Yield what is wrong with a figure, and whether it is refused for that."""
    if value is None:
        yield (
            text(
                "the value cannot be divided by the population: no population figure is in force for the city"
            ),
            True,
        )
        return
    if coverage is not None and rule.coverage is not None and coverage < rule.coverage:
        yield (
            text(
                "too few of the values due have arrived: the rule requires {share:.0%} of them",
                share=rule.coverage,
            ),
            rule.shortfall is Shortfall.REFUSE,
        )
    low, high = variable.hard_min, variable.hard_max
    if (low is not None and value < low) or (high is not None and value > high):
        yield (
            text("{value:,.6g} is impossible for this variable", value=value),
            True,
        )
        return
    low, high = variable.plausible_min, variable.plausible_max
    if (low is not None and value < low) or (high is not None and value > high):
        yield text("{value:,.6g} is implausible", value=value), False


# --- periods ------------------------------------------------------------------------------------------------


def period_at(kind: LivePeriod, at: int, zone: ZoneInfo) -> Period:
    """Return the period of a kind in which an instant (microseconds since 1970) lies, by a zone's days.

    >>> str(period_at(LivePeriod.MONTH, 1_420_041_600_000_000, ZoneInfo("Asia/Tokyo")))
    '2015-01'
    """
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(zone).date()
    if kind is LivePeriod.DAY:
        return Period(day, day)
    months = _MONTHS[kind]
    begins = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(begins, _later(begins, months) - timedelta(days=1))


def periods_between(kind: LivePeriod, first: int, last: int, zone: ZoneInfo) -> Iterator[Period]:
    """Yield the periods of a kind from that of one instant to that of another."""
    period = period_at(kind, first, zone)
    end = period_at(kind, last, zone).end
    while period.start <= end:
        yield period
        period = period_at(kind, span(period, zone)[1], zone)


def span(period: Period, zone: ZoneInfo) -> tuple[int, int]:
    """Return the first instant of a period and the first after it, in microseconds since 1970."""
    return _midnight(period.start, zone), _midnight(period.end + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return microseconds(datetime(day.year, day.month, day.day, tzinfo=zone))


def _later(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)

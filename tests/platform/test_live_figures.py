"""Statistics of live values against numpy, coverage against counting slots, periods by the days of a zone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.model import Status, Variable
from urbium.model.live import LivePeriod, LiveRule, LiveStatistic, Shortfall
from urbium.periods import Period
from urbium.platform.entities import microseconds
from urbium.platform.live_figures import figure, period_at, periods_between, span
from urbium.store import Reading

UTC_ZONE, TOKYO = ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo")
MARCH = Period.parse("2026-03")
LATER = datetime(2027, 1, 1, tzinfo=UTC)
NO2 = Variable("no2", {"en": "NO2"}, "ug/m3", "city", hard_min=0, plausible_max=500)


def rule(statistic="mean", argument=None, *, interval=1.0, coverage=None, shortfall="suspect", factor=1.0):
    return LiveRule(
        "r", "no2", "AirQualityObserved", "NO2", LiveStatistic(statistic), argument, LivePeriod.MONTH,
        interval,
        coverage, Shortfall(shortfall), factor, "ASSUME", "",
    )  # fmt: skip


def hours(values, who="a", first=datetime(2026, 3, 1, tzinfo=UTC)):
    return [
        Reading(who, microseconds(first + timedelta(hours=at)), value, None)
        for at, value in enumerate(values)
    ]


def made(a_rule, readings, **more):
    return figure(a_rule, readings, MARCH, UTC_ZONE, variable=NO2, **{"now": LATER, **more})


NUMBERS = st.lists(st.floats(0, 400), min_size=1, max_size=200)


@settings(deadline=None, max_examples=tries(40), derandomize=True)
@given(NUMBERS)
def test_statistics_are_those_of_numpy(values):
    readings = hours(values)
    assert made(rule("mean"), readings).value == pytest.approx(np.mean(values))
    assert made(rule("sum"), readings).value == pytest.approx(np.sum(values))
    assert made(rule("median"), readings).value == pytest.approx(np.median(values))
    assert made(rule("percentile", 98), readings).value == pytest.approx(np.percentile(values, 98))
    assert made(rule("share", 100, factor=100), readings).value == pytest.approx(
        100 * np.mean(np.array(values) >= 100)
    )
    assert made(rule("count"), readings).value == len(values)


@settings(deadline=None, max_examples=tries(40), derandomize=True)
@given(NUMBERS, st.randoms())
def test_the_order_of_values_makes_no_difference(values, random):
    readings = hours(values)
    mixed = random.sample(readings, len(readings))
    assert made(rule(), mixed) == made(rule(), readings)


@settings(deadline=None, max_examples=tries(40), derandomize=True)
@given(st.sets(st.integers(0, 743), min_size=1), st.sets(st.integers(0, 743), min_size=1))
def test_coverage_counts_the_hours_of_every_sensor(first, second):
    all_hours = hours([1.0] * 744), hours([1.0] * 744, who="b")
    readings = [all_hours[0][at] for at in first] + [all_hours[1][at] for at in second]
    assert made(rule(), readings).coverage == pytest.approx((len(first) + len(second)) / (2 * 744))


def test_of_a_period_that_is_not_over_only_what_is_past_is_due():
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert made(rule(coverage=0.9), hours([5.0] * 24), now=now).coverage == 1.0


def test_values_of_the_future_do_not_count_yet():
    now = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert made(rule(), hours([1.0, 3.0, 500.0]), now=now).value == 2.0


def test_a_figure_that_is_covered_less_than_its_rule_asks_is_suspect_with_the_share():
    one = made(rule(coverage=0.75), hours([5.0] * 300))
    assert (one.status, one.value) == (Status.SUSPECT, 5.0)
    assert "40.3%" in one.reason
    assert "75%" in one.reason


def test_a_rule_may_refuse_what_is_covered_too_little():
    assert made(rule(coverage=0.75, shortfall="refuse"), hours([5.0] * 300)).value is None


def test_a_figure_below_what_is_possible_is_refused_and_one_beyond_the_plausible_is_suspect():
    assert made(rule(), hours([-5.0])).value is None
    assert made(rule(), hours([501.0])).status is Status.SUSPECT


def test_a_rate_is_by_a_thousand_people_and_refused_where_nobody_counted_them():
    assert made(rule("rate"), hours([1.0] * 30), people=10_000).value == pytest.approx(3.0)
    refused = made(rule("rate"), hours([1.0] * 30))
    assert refused.value is None
    assert "population" in refused.reason


def test_no_value_makes_no_figure():
    assert made(rule(), []) is None


@pytest.mark.parametrize(
    ("kind", "period"),
    [("day", "2026-01-01"), ("month", "2026-01"), ("quarter", "2026-Q1"), ("year", "2026")],
)
def test_an_instant_lies_in_the_period_of_the_citys_days(kind, period):
    new_year_in_tokyo = microseconds(datetime(2025, 12, 31, 15, tzinfo=UTC))
    assert str(period_at(LivePeriod(kind), new_year_in_tokyo, TOKYO)) == period


@settings(deadline=None, max_examples=tries(40), derandomize=True)
@given(st.integers(0, 2_000_000_000_000_000), st.integers(0, 400), st.sampled_from(list(LivePeriod)))
def test_periods_follow_one_another_without_gap_and_hold_both_ends(first, days, kind):
    last = first + days * 86_400_000_000
    spans = [span(one, TOKYO) for one in periods_between(kind, first, last, TOKYO)]
    assert spans[0][0] <= first < spans[0][1]
    assert spans[-1][0] <= last < spans[-1][1]
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_the_month_in_which_clocks_go_forward_has_an_hour_less():
    begins, ends = span(MARCH, ZoneInfo("Europe/Vienna"))
    assert (ends - begins) / 3_600_000_000 == 31 * 24 - 1

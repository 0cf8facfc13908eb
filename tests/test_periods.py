"""Periods are intervals, written as SDMX writes them."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.periods import Period, date_of, instant, year_range


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2012", date(2012, 1, 1), date(2012, 12, 31)),
        ("2012-S2", date(2012, 7, 1), date(2012, 12, 31)),
        ("2012-Q1", date(2012, 1, 1), date(2012, 3, 31)),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        ("2012-02-29", date(2012, 2, 29), date(2012, 2, 29)),
    ],
)
def test_a_period_is_read_as_an_interval_of_days(text, start, end):
    assert Period.parse(text) == Period(start, end)


@given(st.dates(date(1900, 1, 1)), st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d"]))
def test_a_period_written_and_read_again_is_the_same(day, form):
    text = day.strftime(form)

    assert str(Period.parse(text)) == text


@pytest.mark.parametrize("text", ["", "12", "2012-13", "2012-Q5", "2012-02-30", "0000", "twenty twelve"])
def test_what_is_no_period_is_refused_with_an_example(text):
    with pytest.raises(InputError, match="write 2012, 2012-Q1"):
        Period.parse(text)


def test_a_span_of_years_includes_both_ends():
    assert list(year_range("2016-2018")) == [2016, 2017, 2018]


def test_a_span_that_runs_backwards_is_refused():
    with pytest.raises(InputError, match="not a span of years"):
        year_range("2018-2016")


@pytest.mark.parametrize(
    "written", ["2015-W38-4", "20150917", "2015-9-17", "2015-02-29", "2015-09-17T12:00", ""]
)
def test_a_date_is_written_as_year_month_and_day_and_nothing_else_is_one(written):
    assert date_of(written) is None


@pytest.mark.parametrize("written", ["2015-W38-4", "20150917T12:00", "soon"])
def test_an_instant_begins_with_a_date(written):
    with pytest.raises(InputError, match="is neither a date nor a date and time"):
        instant(written)


def test_a_day_without_a_time_ends_or_begins_where_it_is_said():
    mexico = ZoneInfo("America/Mexico_City")
    end, beginning = instant("2026-03-31", mexico), instant("2026-03-31", mexico, ends_day=False)
    assert end.astimezone(UTC).isoformat() == "2026-04-01T05:59:59.999999+00:00"
    assert beginning.astimezone(UTC).isoformat() == "2026-03-31T06:00:00+00:00"

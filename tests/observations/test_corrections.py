"""Corrections: where another value counts than before, whoever states it; what changes nothing is none."""

from datetime import UTC, datetime, timedelta

import polars as pl

from urbium.observations.corrections import corrections

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


def version(day, value, **other):
    figure = {"city": "A", "variable": "beds", "period": "2020", "area": "city", "source": "yearbook"}
    figure |= {"unit": "persons", "status": "reported", "recorded_by": f"by {day}", "reason": f"why {day}"}
    return figure | {"value": value, "recorded_at": BEGIN + timedelta(days=day)} | other


def corrected(*versions):
    found = corrections(pl.DataFrame(versions))
    return found.select("before_source", "before", "source", "value", "recorded_at", "reason").rows()


def day(number):
    return BEGIN + timedelta(days=number)


def test_the_newest_correction_comes_first_and_what_is_sent_again_or_of_another_year_is_none():
    found = corrected(
        version(0, 10.0), version(1, 12.0), version(2, 12.0), version(3, 13.0), version(5, 9.0, period="2021")
    )  # fmt: skip
    assert found == [
        ("yearbook", 12.0, "yearbook", 13.0, day(3), "why 3"),
        ("yearbook", 10.0, "yearbook", 12.0, day(1), "why 1"),
    ]


def test_a_figure_of_another_source_that_counts_from_then_on_corrects_the_one_before():
    found = corrected(version(0, 13655.0), version(4, 15000.0, source="the city"))
    assert found == [("yearbook", 13655.0, "the city", 15000.0, day(4), "why 4")]


def test_a_figure_that_does_not_count_and_the_same_figure_in_another_unit_correct_nothing():
    assert corrected(version(0, 13655.0), version(4, 1.3655, unit="10k persons", source="the city")) == []
    graded = version(0, 13655.0, quality="measured")
    assert corrected(graded, version(4, 15000.0, source="the city", quality="estimated")) == []
    assert corrected(version(0, 1.0), version(0, 2.0, source="a"), version(1, 3.0, area="district")) == []


def test_a_suspect_figure_corrects_when_it_is_accepted_and_a_rejected_one_gives_way_to_the_other_source():
    suspect, accepted = version(1, 9.0, status="suspect"), version(2, 9.0, status="accepted")
    assert corrected(version(0, 10.0), suspect) == []
    assert corrected(version(0, 10.0), suspect, accepted) == [
        ("yearbook", 10.0, "yearbook", 9.0, day(2), "why 2")
    ]
    city = version(1, 15000.0, source="the city")
    found = corrected(
        version(0, 10.0), city, city | version(2, 15000.0, status="rejected", source="the city")
    )
    assert found[0] == ("the city", 15000.0, "yearbook", 10.0, day(2), "why 2")

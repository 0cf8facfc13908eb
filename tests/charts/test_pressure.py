"""Charts of pressure: classes of use, unknown capacity told apart without colour, shares of cities."""

import polars as pl
import pytest

from urbium import charts
from urbium.errors import InputError

NAMES = {"beds": "Hospital beds", "water": "Water"}
STRIP = pl.DataFrame(
    {
        "service": ["water", "beds", "beds", "beds", "beds"],
        "year": [2020, 2020, 2021, 2022, 2023],
        "utilisation": [None, 0.8, 1.0, 1.2, 1.21],
        "capacity": [None, 9.0, 9.0, 9.0, 9.0],
    }
)
TIDE = pl.DataFrame(
    {
        "city": ["A", "B", "C", "A"],
        "service": ["beds", "beds", "beds", "water"],
        "year": [2020, 2020, 2020, 2020],
        "share_by_then": [0.5, 0.49, 1.0, None],
    }
)


def rows(spec):
    return spec["data"]["values"]


def strip():
    return charts.pressure_strip(
        STRIP, names=NAMES, labels={"beds": "runs short in 2022", "water": "unknown"}
    )


def test_use_is_classed_with_full_use_below_short():
    assert [row["kind"] for row in rows(strip()) if row["service"] == "beds"] == [
        "up to 80%", "80 to 100%", "100 to 120%", "over 120%",
    ]  # fmt: skip


def test_unknown_capacity_stands_last_and_is_no_class():
    assert rows(strip())[-1] == {
        "service": "water", "year": 2020, "name": "Water", "percent": None, "kind": "capacity unknown",
    }  # fmt: skip


def test_each_row_ends_with_its_verdict_in_words():
    drawn = charts.render(strip()).decode()
    assert "runs short in 2022" in drawn


def test_no_capacity_at_all_is_over_full():
    table = (
        STRIP.filter(service="beds").head(1).with_columns(utilisation=pl.lit(None, pl.Float64), capacity=0.0)
    )
    assert rows(charts.pressure_strip(table, names=NAMES, labels={}))[0]["kind"] == "over 120%"


def test_shares_of_cities_count_those_that_have_more_likely_than_not_run_short():
    spec = charts.pressure_tide(TIDE, names=NAMES)
    assert [(row["name"], row["percent"], row["cities"]) for row in rows(spec)] == [
        ("Hospital beds", 66.7, 3)
    ]
    assert charts.render(spec).startswith(b"<svg")


@pytest.mark.parametrize("draw", [charts.pressure_strip, charts.pressure_tide])
def test_a_missing_column_is_named(draw):
    other = {"labels": {}} if draw is charts.pressure_strip else {}
    with pytest.raises(InputError, match="no column"):
        draw(pl.DataFrame({"other": [1]}), names={}, **other)

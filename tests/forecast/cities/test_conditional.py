"""Conditional outlook: effects worked out by hand, bands that say how little is known of them, refusals."""

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError
from urbium.forecast import condition, forecast_population
from urbium.forecast.cities.declared_growth import lever_rules
from urbium.model import OBSERVATION

COLUMNS = ["city", "lever", "since", "change"]


@pytest.fixture(scope="module")
def outlook():
    """Two cities of four that grow by one and two per cent a year, counted every five years."""
    figures = [
        {
            "city": f"T{at:02d}", "variable": "population", "period": str(year), "unit": "persons",
            "value": 1e6 * np.exp(0.01 * (1 + at % 2) * (year - 1980)), "area": "city", "status": "reported",
        }
        for at in range(4)
        for year in range(1980, 2016, 5)
    ]  # fmt: skip
    table = pl.DataFrame(figures, schema_overrides={name: OBSERVATION[name] for name in figures[0]})
    return forecast_population(table, to=2035, cities=["T00", "T01"])


def given(outlook, *rows):
    return condition(outlook, pl.DataFrame(rows, schema=COLUMNS, orient="row"))


def people(outlook, city, year, column="value"):
    return outlook.table.filter(pl.col("city") == city, pl.col("year") == year)[column][0]


def test_migrants_add_themselves_year_by_year(outlook):
    moved = given(outlook, ("T00", "net migration", 2026, 5.0))
    assert people(moved, "T00", 2025) == people(outlook, "T00", 2025)
    assert people(moved, "T00", 2035) == pytest.approx(people(outlook, "T00", 2035) * 1.005**10)


def test_jobs_are_answered_in_equal_parts_over_five_years(outlook):
    rule = lever_rules()["jobs"]
    assert rule.years == 5
    moved = given(outlook, ("T00", "jobs", 2031, 1.0))
    for year, steps in ((2031, 0.2), (2032, 0.2 + 0.4), (2035, 0.2 + 0.4 + 0.6 + 0.8 + 1.0)):
        factor = 1.01 ** (rule.value * steps)
        assert people(moved, "T00", year) == pytest.approx(people(outlook, "T00", year) * factor)


def test_other_cities_stay_as_they_were(outlook):
    moved = given(outlook, ("T00", "jobs", 2026, 2.0))
    one, other = (each.table.filter(pl.col("city") == "T01") for each in (outlook, moved))
    assert one.equals(other)


def test_what_is_not_known_of_the_elasticity_widens_the_band(outlook):
    moved = given(outlook, ("T00", "housing", 2020, 3.0))
    before, after = (
        np.log(people(each, "T00", 2035, "high80") / people(each, "T00", 2035)) for each in (outlook, moved)
    )
    rule = lever_rules()["housing"]
    steps = sum(min(at / rule.years, 1.0) for at in range(1, 17))
    half = (rule.high - rule.value) * np.log(1.03) * steps
    assert after == pytest.approx(np.hypot(before, half))


def test_levers_that_cancel_leave_the_outlook(outlook):
    moved = given(outlook, ("T00", "net migration", 2026, 4.0), ("T00", "net migration", 2026, -4.0))
    assert people(moved, "T00", 2035) == pytest.approx(people(outlook, "T00", 2035), rel=1e-3)


def test_the_explanation_names_the_lever_and_its_effect(outlook):
    moved = given(outlook, ("T00", "jobs", 2026, 1.0))
    said = str(moved.explain("T00"))
    assert "Lever: jobs" in said
    assert any("not a forecast" in note for note in moved.notes)
    assert "Lever" not in str(moved.explain("T01"))


def test_futures_that_add_up_to_their_nation_move_with_the_table(outlook):
    settled = outlook.settle([outlook.paths(paths=800)])
    moved = given(settled, ("T00", "net migration", 2026, 5.0))
    assert people(moved, "T00", 2035) == pytest.approx(people(settled, "T00", 2035) * 1.005**10, rel=1e-6)
    drawn = moved.paths(["T00"], paths=800)
    assert np.median(drawn.values[0, -1]) == pytest.approx(people(moved, "T00", 2035), rel=1e-6)
    assert people(moved, "T01", 2035) == people(settled, "T01", 2035)


def test_an_elasticity_that_is_not_known_widens_settled_futures(outlook):
    settled = outlook.settle([outlook.paths(paths=800)])
    moved = given(settled, ("T00", "housing", 2020, 5.0))
    wide = [
        np.log(people(each, "T00", 2035, "high80") / people(each, "T00", 2035, "low80"))
        for each in (settled, moved)
    ]
    assert wide[1] > wide[0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("X", "jobs", 2026, 1.0), "there is no forecast for 'X'"),
        (("T00", "weather", 2026, 1.0), "no lever"),
        (("T00", "jobs", 2010, 1.0), "not one of the years"),
        (("T00", "jobs", 2026, float("nan")), "not a valid change"),
        (("T00", "jobs", 2026, 70.0), "not a valid change"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(outlook, row, words):
    with pytest.raises(InputError, match="cannot be moved") as caught:
        given(outlook, row)
    assert words in str(caught.value.faults[0].message)


def test_missing_columns_are_named(outlook):
    with pytest.raises(InputError, match="levers: columns are missing: change"):
        condition(outlook, pl.DataFrame({"city": ["T00"], "lever": ["jobs"], "since": [2026]}))

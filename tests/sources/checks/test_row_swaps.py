"""Two cities whose figures of a year have changed places."""

import polars as pl

from urbium.sources.checks.row_swaps import find_swaps

SIZES = {"0501": 1.0, "0502": 3.0, "0503": 0.4, "0504": 1.8, "0505": 0.7}
VARIABLES = {"gdp": 900.0, "pupils": 40.0, "hospital_beds": 7.0, "retail_sales": 300.0}
YEARS = range(2005, 2010)


def table_of(whose):
    """Return figures that grow by 5% a year; ``whose`` says of which city those of a city and year are."""
    rows = [
        {
            "i": at, "sheet": "", "row": at + 1, "column": 3, "area": "prefecture", "city": city,
            "variable": variable, "period": str(year),
            "value": usual * SIZES[whose(city, year)] * 1.05 ** (year - 2005),
        }
        for at, (variable, usual, city, year) in enumerate(
            (variable, usual, city, year)
            for variable, usual in VARIABLES.items() for city in SIZES for year in YEARS
        )
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(("i", "row", "column"), pl.UInt32))


def swapped(first, second, at):
    """Return what says whose figures are where, with those of two cities exchanged in a year."""
    return lambda city, year: {first: second, second: first}.get(city, city) if year == at else city


def findings(table, stored=None):
    nothing = table.clear().drop("i", "sheet", "row", "column")
    return list(find_swaps(table, nothing if stored is None else stored))


def test_rows_that_are_where_they_belong_are_not_doubted():
    assert findings(table_of(lambda city, _: city)) == []


def test_two_rows_that_changed_places_are_one_finding_with_all_their_figures():
    (swap,) = findings(table_of(swapped("0502", "0503", 2007)))
    assert swap.fault.message == (
        "the rows of 0502 and 0503 for 2007 seem to have been swapped: 4 figures in each fit the other"
    )
    assert (swap.fault.severity, swap.fault.period, len(swap.rows)) == ("warning", "2007", 8)


def test_a_swap_in_the_last_year_is_found_against_what_is_stored():
    table = table_of(swapped("0501", "0504", 2009))
    stored = table.filter(pl.col("period") != "2009").drop("i", "sheet", "row", "column")
    (swap,) = findings(table.filter(period="2009"), stored)
    assert "0501 and 0504" in swap.fault.message


def test_one_city_that_is_off_has_changed_places_with_nobody():
    table = table_of(lambda city, _: city).with_columns(
        value=pl.when(city="0503", period="2007").then(pl.col("value") * 9.0).otherwise("value")
    )
    assert findings(table) == []

"""Columns and rows of a year that hold the figures of an earlier one."""

import polars as pl

from urbium.sources.checks.copied_years import find_copies

CITIES = [f"{number:04}" for number in range(12)]
VARIABLES = ["gdp", "pupils", "hospital_beds", "retail_sales", "fdi_used", "hospitals"]
YEARS = range(2005, 2010)


def table_of(replaced):
    """Return figures that all differ, but for those that ``replaced`` gives by city, variable and year."""
    cells = [(city, variable, year) for variable in VARIABLES for city in CITIES for year in YEARS]
    rows = [
        {
            "i": at, "sheet": "", "row": at + 1, "column": 3, "area": "prefecture", "city": city,
            "variable": variable, "period": str(year),
            "value": replaced(city, variable, year) or 1000.0 + 7 * at,
        }
        for at, (city, variable, year) in enumerate(cells)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(("i", "row", "column"), pl.UInt32))


def value(city, variable, year):
    cells = table_of(lambda *_: None).filter(city=city, variable=variable, period=str(year))
    return cells["value"].item()


def findings(table, stored=None):
    nothing = table.clear().drop("i", "sheet", "row", "column")
    return list(find_copies(table, nothing if stored is None else stored))


def test_figures_that_differ_are_no_copies():
    assert findings(table_of(lambda *_: None)) == []


def test_a_column_of_last_year_is_one_finding_and_its_figures_are_suspect():
    def replaced(city, variable, year):
        is_copied = (variable, year) == ("gdp", 2009) and city != "0003"
        return value(city, variable, 2008) if is_copied else None

    (copied,) = findings(table_of(replaced))
    assert copied.fault.message == "gdp for 2009: 11 of 12 figures are the same as those for 2008"
    assert (copied.fault.severity, len(copied.rows)) == ("warning", 11)


def test_a_column_of_three_years_ago_that_is_stored_already_is_found():
    def replaced(city, variable, year):
        return value(city, variable, 2006) if (variable, year) == ("pupils", 2009) else None

    table = table_of(replaced)
    stored = table.filter(pl.col("period") != "2009").drop("i", "sheet", "row", "column")
    (copied,) = findings(table.filter(period="2009"), stored)
    assert copied.fault.message == "pupils for 2009: 12 of 12 figures are the same as those for 2006"


def test_the_row_of_a_city_of_last_year_is_one_finding():
    def replaced(city, variable, year):
        return value(city, variable, 2007) if (city, year) == ("0005", 2008) else None

    (copied,) = findings(table_of(replaced))
    assert copied.fault.message == "0005 for 2008: 6 of 6 figures are the same as those for 2007"


def test_a_variable_that_seldom_changes_tells_nothing():
    def replaced(city, variable, year):
        return value(city, variable, 2005) if variable == "hospitals" else None

    assert findings(table_of(replaced)) == []

"""A column in the wrong unit, or copied from the province, is one finding."""

import polars as pl
import pytest

PROVINCES = ("Anhui", "Jiangxi", "Hubei", "Hunan")


@pytest.fixture
def cities():
    codes = [f"{10 + p}{c:04d}" for p in range(4) for c in range(4)]
    return pl.DataFrame({"code": codes, "province_en": [PROVINCES[i // 4] for i in range(16)]})


def column(cities, variable, value):
    return [(code, variable, 2012, value(i), "", "ccsy") for i, code in enumerate(cities["code"])]


def findings(reading):
    return [fault for fault in reading.faults if fault.rule.startswith("column-")]


def test_a_column_in_another_unit_is_one_finding_that_names_the_unit(read, cities):
    reading = read(column(cities, "population_year_end", lambda i: 3_000_000 + 10_000 * i), cities=cities)
    (fault,) = findings(reading)
    assert (fault.rule, fault.cell, fault.severity) == ("column-unit", "D2:D17", "warning")
    assert "16 of 16 values lie outside 15 to 3,500 10k persons" in fault.message
    assert "read in 'persons', 100% of the values would be plausible" in fault.message


def test_the_single_cells_of_such_a_column_are_not_listed(read, cities):
    reading = read(column(cities, "population_year_end", lambda i: 3_000_000 + 10_000 * i), cities=cities)
    assert [fault.rule for fault in reading.faults if fault.severity != "note"] == ["column-unit"]


def test_all_values_of_such_a_column_are_suspect(read, cities):
    reading = read(column(cities, "population_year_end", lambda i: 3_000_000 + 10_000 * i), cities=cities)
    assert reading.table["status"].unique().to_list() == ["suspect"]
    assert reading.table["reason"].str.starts_with("column-unit: ").all()


def test_a_column_with_few_outliers_lists_them_singly(read, cities):
    reading = read(
        column(cities, "population_year_end", lambda i: 300 + i if i > 2 else 5_000 + i), cities=cities
    )
    assert not findings(reading)
    assert sum(fault.rule == "plausible-range" for fault in reading.faults) == 3


def test_a_column_copied_from_the_province_is_one_finding(read, cities):
    reading = read(column(cities, "public_toilets", lambda i: 1000 + i // 4), cities=cities)
    (fault,) = findings(reading)
    assert (fault.rule, fault.cell) == ("column-copied", "D2:D17")
    assert "copied from the province" in fault.message


def test_cities_with_figures_of_their_own_are_not_copied(read, cities):
    assert not findings(read(column(cities, "public_toilets", lambda i: 1000 + i), cities=cities))


def test_a_column_that_is_the_same_everywhere_is_not_copied_from_provinces(read, cities):
    assert not findings(read(column(cities, "waste_treatment_rate", lambda i: 100), cities=cities))


def test_green_space_in_hectares_is_told_by_the_population(read, cities):
    people = column(cities, "population_year_end", lambda i: 300 + i)
    green = column(cities, "green_area_per_head", lambda i: 2_000 + 50 * i)
    (fault,) = findings(read([*people, *green], cities=cities))
    assert (
        "read as a total in 'ha' and divided by Registered population at year end (prefecture)"
        in fault.message
    )

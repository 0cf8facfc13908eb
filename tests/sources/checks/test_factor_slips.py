"""A figure that is a power of ten off its history or its peers is suspected, with the likely value."""

import numpy as np
import polars as pl
import pytest

HEAD = ("city_code", "variable", "period", "value", "unit", "source_id")
PEOPLE = [5_010_000, 5_120_000, 5_230_000, 5_350_000, 5_470_000]


def slips(reading):
    return [fault for fault in reading.faults if fault.rule == "factor-slip"]


def suspects(reading):
    return reading.table.filter(reading.table["status"] == "suspect")["period"].to_list()


@pytest.mark.parametrize("factor", [10, 100, 1_000, 10_000, 0.1, 0.01, 0.001, 0.0001])
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_factor_slip_against_its_own_history_is_suspected_with_the_likely_value(read_years, factor, place):
    values = list(PEOPLE)
    values[place] *= factor
    reading = read_years("population", values, "persons")
    (fault,) = slips(reading)
    assert fault.period == str(2004 + place)
    assert f"did you mean {PEOPLE[place]:,} persons?" in fault.message
    assert suspects(reading) == [str(2004 + place)]


def test_26_billion_people_are_said_to_be_1000_times_their_history(read_years):
    (fault,) = slips(read_years("population", [25e6, 25.5e6, 26e9], "persons"))
    assert fault.message == (
        "26,000,000,000 persons is about 1,000 times the city's own figure for another year (25,500,000 "
        "persons in 2005): did you mean 26,000,000 persons?"
    )


def test_a_slip_in_all_years_of_a_file_is_held_against_what_is_stored(read, small_cities):
    head, row = HEAD, lambda year, value, unit: ("340100", "population", year, value, unit, "ccsy")
    stored = read([row(2004 + i, value, "persons") for i, value in enumerate(PEOPLE)], head=head).table
    reading = read([row(2009 + i, 5_600 + 100 * i, "persons") for i in range(3)], head=head, stored=stored)
    assert [fault.period for fault in slips(reading)] == ["2009", "2010", "2011"]
    assert "did you mean 5,600,000 persons?" in slips(reading)[0].message


def test_a_whole_series_is_held_against_other_cities(read, catalogue):
    dice = np.random.default_rng(1)
    people = np.round(np.exp(dice.normal(14.5, 0.8, 40)))
    people[7] = 1_350
    cities = pl.DataFrame({"code": [f"C{i}" for i in range(40)], "name_en": [f"City {i}" for i in range(40)]})
    rows = [(f"C{i}", "population", 2012, value, "persons", "ccsy") for i, value in enumerate(people)]
    (fault,) = slips(read(rows, head=HEAD, cities=cities))
    assert (fault.city, fault.cell) == ("C7", "D9")
    assert "other cities have about 1,000 times 1,350 persons" in fault.message
    assert "did you mean 1,350,000 persons?" in fault.message


def test_cities_of_very_different_size_are_no_slip(read, catalogue):
    people = np.round(np.geomspace(60_000, 24_000_000, 40))
    cities = pl.DataFrame({"code": [f"C{i}" for i in range(40)], "name_en": [f"City {i}" for i in range(40)]})
    rows = [(f"C{i}", "population", 2012, value, "persons", "ccsy") for i, value in enumerate(people)]
    assert slips(read(rows, head=HEAD, cities=cities)) == []


def test_a_share_given_as_a_ratio_is_suspected_with_the_percentage(read):
    rows = [("CHN", "urban_population_share", 2010 + i, 0.49 + i / 100, "%", "wdi") for i in range(3)]
    reading = read(rows, head=HEAD)
    assert suspects(reading) == ["2010", "2011", "2012"]
    assert ["Did you mean 49%?" in fault.message for fault in reading.faults if fault.period == "2010"] == [
        True
    ]


def test_growth_and_volatile_figures_are_no_slip(read_years):
    assert slips(read_years("gdp", [100.0, 118, 140, 171, 210, 260, 330])) == []
    assert slips(read_years("fdi_used", [100.0, 900, 80, 1_100, 95, 1_000, 120, 800])) == []

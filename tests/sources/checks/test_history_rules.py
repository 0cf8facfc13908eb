"""A figure against its own history, rows that moved, figures carried on, columns of another definition."""

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import DATA, load_catalogue
from urbium.sources import read_file
from urbium.sources.checks.row_shifts import find_shifts


def doubted(reading):
    return reading.table.filter(pl.col("status") == "suspect")["period"].to_list()


def rules_of(reading):
    return {fault.rule for fault in reading.faults if fault.severity == "warning"}


@pytest.mark.parametrize("place", [0, 3, 7])
def test_a_share_that_is_a_hundredth_of_its_own_history_is_suspected(read_years, place):
    values = [88.0, 90.5, 91.0, 93.2, 92.8, 94.0, 95.0, 96.1]
    values[place] /= 100

    assert doubted(read_years("waste_treatment_rate", values)) == [str(2004 + place)]


def test_a_figure_that_is_a_hundredth_of_what_is_stored_is_suspected(read_years):
    stored = read_years("waste_treatment_rate", [91.0, 92.0, 93.5]).table
    reading = read_years("waste_treatment_rate", [91.0, 92.0, 93.5, 0.94], stored=stored)

    assert doubted(reading) == ["2007"]
    assert "own-scale" in " ".join(reading.table["reason"])


def test_a_level_that_changes_for_good_is_a_break_and_not_suspected(read_years):
    reading = read_years("pupils", [410_000, 421_000, 433_000, 240_000, 243_000, 251_000])

    assert not {"own-history", "own-history-wide", "factor-slip"} & rules_of(reading)


def test_only_the_wrong_figure_is_suspected_and_not_its_neighbours(read_years):
    values = [410_231.0, 421_832.0, 431_133.0, 4_411_234.0, 452_335.0, 462_636.0, 473_237.0]

    assert doubted(read_years("pupils", values)) == ["2007"]


@pytest.mark.parametrize(("place", "wrong"), [(0, 30_870.0), (3, 34_310.0), (5, 26_602.0)])
def test_a_variable_without_limits_is_held_against_its_history_like_those_that_have_some(
    read_years, place, wrong
):
    values = [63_870.0, 63_912.0, 64_405.0, 64_310.0, 64_998.0, 65_602.0]
    values[place] = wrong

    assert doubted(read_years("physicians", values)) == [str(2004 + place)]


def test_a_variable_with_limits_of_its_own_is_held_against_no_other(read_years):
    reading = read_years("industrial_so2", [63_870.0, 63_912.0, 34_310.0, 64_405.0, 64_998.0, 65_602.0])

    assert doubted(reading) == []


SULPHUR = {
    "340100": [51_203.0, 50_117.0, 52_340.0, 53_871.0, 51_996.0],
    "340200": [82_310.0, 84_455.0, 83_027.0, 81_649.0, 80_212.0],
    "360900": [40_118.0, 41_923.0, 40_871.0, 39_407.0, 40_036.0],
}


@pytest.fixture
def lines_doubted(read):
    """Return a function that reads three cities with figures exchanged, and gives the rule's findings."""

    def findings(*replaced, variable="industrial_so2"):
        values = {city: list(series) for city, series in SULPHUR.items()}
        for city, place, value in replaced:
            values[city][place] = value
        rows = [
            (city, variable, 2004 + i, value, "", "ccsy")
            for city, series in values.items()
            for i, value in enumerate(series)
        ]
        return [(f.city, f.period) for f in read(rows).faults if f.rule == "line-beside"]

    return findings


@pytest.mark.parametrize("other", ["340100", "360900"], ids=["above", "below"])
def test_a_figure_taken_from_the_line_above_or_below_is_suspected_and_its_original_is_not(
    lines_doubted, other
):
    assert lines_doubted(("340200", 2, SULPHUR[other][2])) == [("340200", "2006")]


def test_a_figure_filled_down_over_two_lines_is_suspected_in_both(lines_doubted):
    copied = SULPHUR["340100"][4]

    assert lines_doubted(("340200", 4, copied), ("360900", 4, copied)) == [
        ("340200", "2008"),
        ("360900", "2008"),
    ]


def test_a_round_figure_may_stand_in_two_lines(lines_doubted):
    assert lines_doubted(("340100", 2, 52_300.0), ("340200", 2, 52_300.0)) == []


def test_a_figure_of_two_lines_that_fits_neither_tells_nothing_about_either(lines_doubted):
    assert lines_doubted(("340100", 2, 65_217.0), ("340200", 2, 65_217.0)) == []


def test_the_same_figure_in_a_line_further_away_is_no_copy(lines_doubted):
    assert lines_doubted(("360900", 2, SULPHUR["340100"][2])) == []


def test_a_figure_of_many_digits_that_is_repeated_is_noted_and_stays_in_the_scores(read_years):
    reading = read_years("gdp", [1_000_123, 1_120_456, 1_120_456, 1_340_789])
    (fault,) = [fault for fault in reading.faults if fault.rule == "repeated"]

    assert (fault.severity, fault.period, fault.cell) == ("note", "2006", "D4")
    assert doubted(reading) == []


@pytest.mark.parametrize(("value", "is_said"), [(1_200_000, False), (1_234_000, True)])
def test_a_round_figure_may_be_the_same_in_two_years(read_years, value, is_said):
    reading = read_years("gdp", [1_000_123, value, value, 1_340_789])

    assert ("repeated" in {fault.rule for fault in reading.faults}) == is_said


def shifted_column(step, start, end):
    """A column of 60 cities in five years; in the third one a stretch of cities has the figures of others."""
    dice = np.random.default_rng(20261126)
    people = np.exp(dice.normal(6, 0.7, 60))
    rows = []
    for year in range(2008, 2013):
        column = people * 1.01 ** (year - 2008)
        if year == 2010:
            column[start:end] = column[start - step : end - step].copy()
        rows += [(f"c{place:02}", str(year), value) for place, value in enumerate(column)]
    table = pl.DataFrame(rows, schema=["city", "period", "value"], orient="row").sort("city", "period")
    return table.with_row_index("i").with_columns(
        variable=pl.lit("population_year_end"), area=pl.lit("prefecture"), source=pl.lit("s"),
        sheet=pl.lit(""), row=pl.col("i"), column=pl.lit(3, pl.UInt32),
    )  # fmt: skip


@pytest.mark.parametrize("step", [1, 2, -1, 17])
def test_figures_that_moved_some_rows_are_one_finding(step):
    table = shifted_column(step, 20, 35)
    (finding,) = find_shifts(table)
    moved = table.filter(pl.col("i").is_in(finding.rows.implode()))

    assert (finding.fault.rule, finding.fault.period) == ("row-shift", "2010")
    assert set(moved["period"]) == {"2010"}
    own = table.filter(pl.col("period") == "2009").select("city", own=pl.col("value"))
    far = table.filter(pl.col("period") == "2010").join(own, on="city")
    far = far.filter((pl.col("value") / pl.col("own")).log().abs() > 0.25)
    assert set(moved["city"]) <= {f"c{place}" for place in range(20, 35)}
    assert set(far["city"]) <= set(moved["city"])


def test_a_column_in_its_place_has_no_finding():
    assert list(find_shifts(shifted_column(0, 20, 35))) == []


@pytest.fixture(scope="module")
def panel():
    cities = pl.read_csv(DATA / "demo" / "cities.csv", schema_overrides={"code": pl.String})
    return read_file(DATA / "demo" / "observations.csv", catalogue=load_catalogue(), cities=cities)


def test_the_population_of_2011_that_stands_at_other_rows_is_one_finding(panel):
    (fault,) = [fault for fault in panel.faults if fault.rule == "row-shift"]

    assert (fault.variable, fault.period) == ("population_year_end", "2011")
    # read by eye: Hengyang has Tai'an's figure, Shaoyang Weihai's, Yueyang Rizhao's, Changde Laiwu's
    moved = panel.table.filter(pl.col("reason").str.starts_with("row-shift"))
    assert {"430400", "430500", "430600", "430700"} <= set(moved["city"])


@pytest.mark.parametrize(
    ("rule", "variable"),
    [
        ("fiscal-definition", "fiscal_revenue_gdp"),
        ("staff-definition", "health_staff_per_1000"),
        ("nox-definition", "industrial_nox"),
    ],
)
def test_a_column_of_another_definition_is_noted_once(panel, rule, variable):
    (fault,) = [fault for fault in panel.faults if fault.rule == rule]

    assert (fault.severity, fault.variable, fault.city) == ("note", variable, "")


@pytest.mark.parametrize(
    ("year", "value", "change"), [(2007, 2_780.0, "178% more"), (2007, 700.0, "30% less")]
)
def test_a_figure_of_another_source_is_held_against_what_was_known_before(
    read, read_years, year, value, change
):
    stored = read_years("gdp", [8.1e6, 9e6, 10e6]).table
    reading = read([("340100", "gdp", year, value * 1e4, "10k CNY", "wdi")], stored=stored)
    (fault,) = [one for one in reading.faults if one.rule == "departs-output"]
    assert f"is {change} than 10,000,000 in 2006" in fault.message
    assert (fault.severity, fault.cell, doubted(reading)) == ("warning", "D2", [str(year)])


@pytest.mark.parametrize(("year", "value"), [(2007, 11.5e6), (2019, 32e6)])
def test_what_grew_as_such_figures_do_is_believed(read, read_years, year, value):
    stored = read_years("gdp", [8.1e6, 9e6, 10e6]).table
    reading = read([("340100", "gdp", year, value, "10k CNY", "wdi")], stored=stored)
    assert doubted(reading) == []


def test_a_figure_is_held_against_one_of_many_years_ago_by_what_such_years_allow(read, read_years):
    """Thirteen years: 0.75 and 1.7 to the root of 13."""
    stored = read_years("gdp", [8.1e6, 9e6, 10e6]).table
    reading = read([("340100", "gdp", 2019, 100e6, "10k CNY", "wdi")], stored=stored)
    (fault,) = [one for one in reading.faults if one.rule == "departs-output"]
    assert "100,000,000 10k CNY is 900% more than 10,000,000 in 2006: after 13 years" in fault.message
    assert "0.35 to 6.77 times what it was" in fault.message


def test_a_city_of_which_nothing_is_stored_departs_from_nothing(read_years):
    assert "departs-output" not in rules_of(read_years("gdp", [10e6, 27.8e6]))

"""Findings: what stored series say about a year, by figures small enough to count in the head."""

import polars as pl
import pytest

from urbium.measure.claims.findings import count_findings, round_findings, series_findings, usable

MILLION = 1_000_000


@pytest.fixture(scope="module")
def counted(catalogue, observe):
    """Return a function from the sizes of cities in a year (persons) to how many reach a million."""

    def count(*rows, year, unit="persons", threshold=MILLION):
        table = observe(
            *[(city, "population_agglomeration", when, size) for city, when, size in rows],
            unit=unit,
            area="agglomeration",
        )
        found = count_findings(
            usable(table), ["population_agglomeration"], year=year, threshold=threshold, catalogue=catalogue
        )
        return [(each.period, each.value, each.basis, each.note) for each in found]

    return count


def test_a_city_of_exactly_a_million_reaches_a_million(counted):
    rows = [("a", 2010, MILLION), ("b", 2010, MILLION - 1), ("c", 2010, 3 * MILLION)]
    assert counted(*rows, year=2010) == [("2010", 2, "reported", "2 of 3 cities with a figure")]


def test_sizes_are_counted_in_persons_whatever_unit_they_are_stored_in(counted):
    found = counted(("a", 2010, 100), ("b", 2010, 99), year=2010, unit="10k persons")
    assert found == [("2010", 1, "reported", "1 of 2 cities with a figure")]


def test_between_two_years_only_cities_known_in_both_are_counted(counted):
    rows = [
        ("a", 2010, 0.6 * MILLION),
        ("a", 2020, 1.6 * MILLION),  # 1.0 million in 2014
        ("b", 2010, 0.5 * MILLION),
        ("b", 2020, 1.5 * MILLION),  # 0.9 million in 2014
        ("c", 2020, 9.0 * MILLION),
    ]
    between, nearest = counted(*rows, year=2014)
    assert between == ("2014", 1, "interpolated", "1 of 2 cities with a figure")
    assert nearest == ("2010", 0, "nearest year", "0 of 2 cities with a figure")


def test_beyond_the_stored_years_there_is_a_nearest_year_and_nothing_between(counted):
    rows = [("a", 2000, 2 * MILLION), ("a", 2010, 3 * MILLION)]
    assert counted(*rows, year=1990) == [("2000", 1, "nearest year", "1 of 1 city with a figure")]
    assert counted(*rows, year=2030) == [("2010", 1, "nearest year", "1 of 1 city with a figure")]


def test_the_nearest_years_on_either_side_are_interpolated_and_no_others(counted):
    rows = [("a", 1990, 0), ("a", 2010, 0), ("a", 2012, 2 * MILLION), ("a", 2030, 0)]
    assert counted(*rows, year=2011)[0] == ("2011", 1, "interpolated", "1 of 1 city with a figure")


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_figures_for_one_city_and_year_the_better_grade_counts_in_any_order(catalogue, observe, order):
    good = observe(("a", "population_agglomeration", 2010, 2.0 * MILLION), unit="persons", source="z")
    poor = observe(
        ("a", "population_agglomeration", 2010, 0.5 * MILLION),
        unit="persons",
        source="a",
        quality="personal estimate",
    )
    table = pl.concat([good, poor][::order])
    (found,) = count_findings(
        usable(table), ["population_agglomeration"], year=2010, threshold=MILLION, catalogue=catalogue
    )
    assert (found.value, found.note) == (1, "1 of 1 city with a figure")
    assert found.sources == ("a", "z")


def test_a_national_count_is_read_as_it_is_and_interpolated_on_a_straight_line(catalogue, observe):
    table = observe(
        ("CHN", "agglomerations_1m_count", 2010, 80), ("CHN", "agglomerations_1m_count", 2020, 130)
    )
    known = usable(table)
    between, nearest = count_findings(
        known, ["agglomerations_1m_count"], year=2013, threshold=MILLION, catalogue=catalogue
    )
    assert (between.period, between.value, between.basis) == ("2013", 95, "interpolated")
    assert [row["year"] for row in between.observations] == [2010, 2020]
    assert (nearest.period, nearest.value, nearest.basis) == ("2010", 80, "nearest year")
    (reported,) = count_findings(
        known, ["agglomerations_1m_count"], year=2020, threshold=MILLION, catalogue=catalogue
    )
    assert (reported.period, reported.value, reported.basis, reported.unit) == (
        "2020",
        130,
        "reported",
        "count",
    )


def test_boundaries_are_counted_apart(catalogue, observe):
    table = pl.concat(
        [
            observe(("a", "population_agglomeration", 2010, 2 * MILLION), unit="persons", area=area)
            for area in ("urban districts", "agglomeration")
        ]
    )
    found = count_findings(
        usable(table), ["population_agglomeration"], year=2010, threshold=MILLION, catalogue=catalogue
    )
    assert [each.area for each in found] == ["agglomeration", "urban districts"]


def test_what_is_suspect_projected_or_of_part_of_a_year_is_not_usable(observe):
    figures = [
        observe(("a", "gdp", 2010, 1.0), status=status)
        for status in ("reported", "accepted", "suspect", "projected")
    ]
    table = pl.concat(
        [*figures, observe(("a", "gdp", "2010-Q1", 1.0)), observe(("a", "gdp", 2011, float("nan")))]
    )
    assert usable(table).select("status", "year").rows() == [("reported", 2010), ("accepted", 2010)]


# Single series


@pytest.fixture(scope="module")
def near(catalogue, observe):
    """Return a function to what a series says near a year."""

    def read(*rows, year, wanted="%", within=1, **common):
        table = observe(
            *[("CHN", "gdp_share_services", when, value) for when, value in rows], unit="%", **common
        )
        found = series_findings(
            usable(table), "gdp_share_services", year=year, wanted=wanted, within=within, catalogue=catalogue
        )
        return [(each.period, each.value, each.basis) for each in found]

    return read


def test_figures_near_the_year_come_nearest_first_and_the_earlier_of_two_before_the_later(near):
    rows = [(1993, 3.0), (1991, 1.0), (1992, 2.0), (1989, 9.0)]
    assert near(*rows, year=1992) == [
        ("1992", 2.0, "reported"),
        ("1991", 1.0, "nearest year"),
        ("1993", 3.0, "nearest year"),
    ]


def test_without_a_figure_near_the_nearest_of_all_is_told(near):
    assert near((1980, 1.0), (1985, 2.0), year=1992) == [("1985", 2.0, "nearest year")]


def test_a_share_is_told_in_the_unit_asked_for_and_never_in_one_of_another_kind(near):
    assert near((1992, 40.0), year=1992, wanted="ratio") == [("1992", pytest.approx(0.4), "reported")]
    assert near((1992, 40.0), year=1992, wanted="persons") == []
    assert near((1992, 40.0), year=1992, wanted="furlongs") == []


# Rounds of a programme

ROUNDS = pl.DataFrame(
    {
        "programme": ["P"] * 3,
        "round": ["1", "2", "2"],
        "date": ["2013-01-29", "2014-08-05", "2014-08-05"],
        "kind": ["new", "new", "widened"],
        "count": [90, 103, 9],
        "source": ["notice 1", "notice 2", "notice 3"],
    }
)
PILOTS = pl.DataFrame({"kind": ["new", "new", "old"], "year": [2013, 2015, 2013]})


def test_rounds_are_added_up_by_kind_with_the_year_of_the_last():
    new, widened = round_findings(ROUNDS, PILOTS, year=2014)
    assert (new.series, new.name, new.value, new.unit) == ("new", "P: new", 193, "count")
    assert (new.period, new.area, new.basis) == ("2014", "", "rounds added up")
    assert new.sources == ("notice 1", "notice 2")
    assert new.note == "90 + 103 = 193; the register names 1 of them"
    assert (widened.value, widened.note) == (9, "9; the register names none of them")


def test_a_round_of_the_year_itself_counts_and_a_later_one_does_not():
    (found,) = round_findings(ROUNDS, PILOTS, year=2013)
    assert (found.value, found.period) == (90, "2013")
    assert list(round_findings(ROUNDS, PILOTS, year=2012)) == []

"""People, standards, fairness and soft prerequisites of the catalogue, as limits of a roadmap."""

from datetime import UTC, datetime
from math import sqrt

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.model import OBSERVATION
from urbium.plan import NATIONWIDE, build_roadmap, check_roadmap

CITIES = pl.DataFrame(
    {
        "code": ["A", "B"],
        "name_en": ["Alpha", "Beta"],
        "latitude": [40.0, 20.0],
        "level": ["prefecture", "prefecture"],
        "province_en": ["Hebei", "Yunnan"],
        "parent": ["CHN", "CHN"],
    }
)


def figures():
    columns = ["city", "variable", "period", "value", "unit", "status"]
    rows = [
        (city, variable, "2015", value, unit, "reported")
        for city in ("A", "B")
        for variable, value, unit in (
            ("population_agglomeration", 2_000_000.0, "persons"),
            ("gdp", 1_000_000.0, "10k CNY"),
            ("fiscal_revenue_gdp", 0.2, "ratio"),
        )
    ]
    table = pl.DataFrame(rows, schema=columns, orient="row")
    rest = {name: kind for name, kind in OBSERVATION.items() if name not in columns}
    filled = table.with_columns(pl.lit(None, kind).alias(name) for name, kind in rest.items())
    areas = {name: each.area for name, each in load_catalogue().variables.items()}
    return filled.with_columns(
        area=pl.col("variable").replace_strict(areas, return_dtype=pl.String),
        recorded_at=pl.lit(datetime(2020, 1, 1, tzinfo=UTC)),
        source=pl.lit("test"),
    ).select(list(OBSERVATION))


def made(years=range(2016, 2026), **options):
    return build_roadmap(load_catalogue(), CITIES, figures(), years=years, budget="1 bn CNY/year", **options)


@pytest.fixture(scope="module")
def road():
    return made()


def test_a_roadmap_with_every_rule_has_no_fault(road):
    check_roadmap(road)


def test_a_city_frees_its_declared_places_for_each_100_000_people(road):
    declared = load_catalogue().occupations["ICT"]
    own = road.pools.filter((pl.col("place") == "A") & (pl.col("occupation") == "ICT"))
    assert own["places"].unique().to_list() == [20 * declared.city_per_100k]
    assert own["year"].to_list() == list(road.years)


def test_the_nation_lends_places_for_the_people_of_all_cities(road):
    declared = load_catalogue().occupations["ICT"]
    lent = road.pools.filter((pl.col("place") == NATIONWIDE) & (pl.col("occupation") == "ICT"))
    assert lent["places"].unique().to_list() == [40 * declared.nation_per_100k]


def test_person_years_of_building_are_spread_over_the_build_years(road):
    needed = [s for s in load_catalogue().skills if s.solution == "DATA_PLATFORM" and s.isco08[:2] == "25"]
    capital = sqrt(0.84 * 7.92) * 2e6 * 2**-0.3  # USD at the prices of its wage, two million people
    yearly = capital * 0.5 / 80_000 * sum(s.build_share for s in needed) / 2  # built in two years
    row = road.staff.filter((pl.col("project") == "A:DATA_PLATFORM") & (pl.col("occupation") == "ICT"))
    assert row["building"].to_list() == [pytest.approx(yearly, abs=1e-3)]


def test_every_city_owes_the_platform_within_five_years(road):
    row = road.standards.filter(pl.col("standard") == "A:PLATFORM").row(0, named=True)
    assert (row["city"], row["deadline"]) == ("A", 2020)
    assert ("A:PLATFORM", "A:DATA_PLATFORM") in set(road.covers.iter_rows())


def test_a_standard_of_one_nation_is_owed_in_no_other():
    abroad = CITIES.with_columns(parent=pl.Series(["CHN", "VNM"]))
    road = build_roadmap(load_catalogue(), abroad, figures(), years=range(2016, 2021), budget="1 bn CNY/year")
    assert set(road.standards["city"]) == {"A"}


def test_a_standard_whose_years_are_over_after_the_plan_is_not_owed():
    assert made(years=range(2016, 2020)).standards.is_empty()


def test_regions_follow_the_provinces(road):
    assert road.cities["region"].to_list() == ["East", "West"]
    rules = road.fairness.group_by("rule").agg("place").sort("rule")
    assert dict(rules.iter_rows()) == {"least_closing": ["A", "B"], "parity": ["East", "West"]}


def test_fairness_is_not_asked_of_a_plan_of_few_years():
    assert made(years=range(2016, 2018)).fairness.is_empty()


def test_a_city_of_unknown_region_leaves_parity_out():
    odd = CITIES.with_columns(province_en=pl.Series(["Hebei", "Atlantis"]))
    found = build_roadmap(
        load_catalogue(), odd, figures(), years=range(2016, 2026), budget="1 bn CNY/year"
    ).fairness
    assert found["rule"].unique().to_list() == ["least_closing"]


def test_what_had_better_come_first_is_advice_that_costs_nothing(road):
    advice = road.advice.filter(pl.col("project") == "A:IOC")
    assert advice["requires"].to_list() == ["A:BASEMAP"]
    assert road.soft_prerequisites.is_empty()


@pytest.mark.parametrize(
    ("left_out", "tables"),
    [
        ("people", ["occupations", "pools", "staff", "training"]),
        ("standards", ["standards", "covers"]),
        ("fairness", ["fairness"]),
    ],
)
def test_a_rule_that_is_left_out_leaves_its_tables_empty(left_out, tables):
    rules = {"people", "standards", "fairness", "soft prerequisites"} - {left_out}
    found = made(rules=rules)
    assert [found.tables[name].height for name in tables] == [0] * len(tables)
    check_roadmap(found)

"""Limits that bind only together are shown together; every factor of a project's cost is shown."""

import math
from dataclasses import replace

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.plan import build_roadmap, is_of_catalogue, rests_on, solve


@pytest.fixture
def plan(towns):
    """Return a plan of towns whose own budgets pay for everything, and Aston's is too small in each year."""
    road = towns.towns_roadmap(
        with_people=False,
        funds=towns.rows(
            "fund finance_models share_max payer is_foreign", ("CITY", "PUB", 1.0, "city", False)
        ),
        budgets=towns.rows("place year amount", *(("A", year, 5.0) for year in towns.YEARS)),
    )
    return solve(road, work_limit=10)


def test_changes_that_are_enough_only_together_stand_under_one_line(plan):
    """The centre takes two years and 15 a year, of which 5 are there: 10 more are needed in each of two."""
    reason = plan.why_not("A", "IOC")
    (together,) = [node for node in reason.children if node.code == "plan.why.together"]

    assert together.value == "all 2 changes below at once"
    assert [(node.value, node.unit) for node in together.children] == [
        (pytest.approx(10.0, abs=1e-3), f"{plan.currency} million more"),
        (pytest.approx(10.0, abs=1e-3), f"{plan.currency} million more"),
    ]
    assert not [node for node in reason.children if node.code == "plan.why.binds"]


def test_one_change_that_is_enough_stands_by_itself(plan):
    reason = plan.why_not("A", "EGOV")
    assert [node.value for node in reason.children if node.code == "plan.why.binds"] == [
        pytest.approx(5.0, abs=1e-3)
    ]
    assert not [node for node in reason.children if node.code == "plan.why.together"]


def test_every_factor_of_a_cost_is_shown():
    catalogue = load_catalogue()
    treated = [name.partition(".")[2] for name in catalogue.assumptions if name.startswith("treated_share.")]
    solution = catalogue.solutions[treated[0]]
    nodes = {node.code: node for node in rests_on(catalogue, solution.code, currency="CNY")}

    assert nodes["plan.basis.middle"].value == math.sqrt(solution.capital_low * solution.capital_high)
    assert nodes["plan.basis.rate"].value == catalogue.assumptions["exchange_rate.CNY_per_USD"].value
    share = catalogue.assumptions[f"treated_share.{solution.code}"].value
    assert nodes["plan.basis.treated"].value == share
    assert nodes["plan.basis.running"].value == solution.operation_share


CITIES = pl.DataFrame(
    {"code": ["340100", "340200"], "name_en": ["Hefei", "Wuhu"], "province_en": ["Anhui", "Anhui"],
     "latitude": [31.9, 31.3], "level": ["prefecture", "prefecture"]}
)  # fmt: skip


@pytest.fixture
def built(observe):
    """Return the roadmap that the catalogue makes of two cities."""
    people = observe(
        ("340100", "population_agglomeration", 2010, 3_348_000.0),
        ("340200", "population_agglomeration", 2010, 1_024_000.0),
        unit="persons", area="agglomeration", source="wup18",
    )  # fmt: skip
    output = observe(*((city, "gdp", 2010, 2.7e7) for city in CITIES["code"]), unit="10k CNY")
    money = observe(*((city, "fiscal_revenue_gdp", 2010, 0.25) for city in CITIES["code"]), unit="ratio")
    people = pl.concat([people, output, money])
    return build_roadmap(load_catalogue(), CITIES, people, years=range(2016, 2021), budget="1 bn CNY/year")


def test_every_project_that_is_built_from_the_catalogue_rests_on_it(built):
    catalogue = load_catalogue()

    for city, solution in built.projects.select("city", "solution").iter_rows():
        assert is_of_catalogue(catalogue, built, city, solution)


def test_an_own_cost_under_a_code_of_the_catalogue_is_not_explained_by_the_catalogue(built):
    catalogue = load_catalogue()
    brt = pl.col("solution") == "BRT"
    dearer = pl.when(brt).then(pl.col("capital") * 1.5).otherwise(pl.col("capital"))
    own = replace(built, projects=built.projects.with_columns(capital=dearer))

    assert not is_of_catalogue(catalogue, own, "340100", "BRT")
    assert is_of_catalogue(catalogue, own, "340100", "IOC")
    (node,) = rests_on(catalogue, "BRT", is_own=True)
    assert node.code == "plan.basis.own"
    assert not [child for child in node.children if child.code == "plan.basis.rate"]

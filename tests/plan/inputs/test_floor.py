"""The floor of money per head, recomputed by plain arithmetic, and the ceiling on what outsiders give."""

from datetime import UTC, datetime

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.model import OBSERVATION
from urbium.plan import RULES, build_roadmap, solve

CITIES = ("A", "B", "C")
OUTPUT = {"A": 100_000.0, "B": 1_000_000.0, "C": 1_200_000.0}
"""Of two million people each, in 10,000 CNY; city A is the poor one."""


def road(*, rules=RULES, budget="1 bn CNY/year", years=range(2016, 2018)):
    places = pl.DataFrame(
        {
            "code": CITIES,
            "name_en": CITIES,
            "latitude": [40.0, 30.0, 20.0],
            "level": "prefecture",
            "province_en": "Hebei",
            "parent": "CHN",
        }
    )
    columns = ["city", "variable", "period", "value", "unit", "status"]
    rows = [
        (city, variable, "2016", value, unit, "reported")
        for city in CITIES
        for variable, value, unit in (
            ("population_agglomeration", 2_000_000.0, "persons"),
            ("gdp", OUTPUT[city], "10k CNY"),
            ("fiscal_revenue_gdp", 0.2, "ratio"),
        )
    ]
    table = pl.DataFrame(rows, schema=columns, orient="row")
    rest = {name: kind for name, kind in OBSERVATION.items() if name not in columns}
    areas = {name: each.area for name, each in load_catalogue().variables.items()}
    figures = table.with_columns(pl.lit(None, kind).alias(name) for name, kind in rest.items()).with_columns(
        area=pl.col("variable").replace_strict(areas, return_dtype=pl.String),
        recorded_at=pl.lit(datetime(2020, 1, 1, tzinfo=UTC)),
        source=pl.lit("test"),
    )
    return build_roadmap(
        load_catalogue(), places, figures.select(list(OBSERVATION)), years=years, budget=budget, rules=rules
    )


def budgets(roadmap):
    return {
        (place, year): amount
        for place, year, amount in roadmap.budgets.select("place", "year", "amount").iter_rows()
    }


def test_a_poor_city_has_half_of_what_the_median_city_has_per_head_and_the_nation_pays_the_rest():
    with_floor, without = budgets(road()), budgets(road(rules=[rule for rule in RULES if rule != "floor"]))
    lacking = 0.5 * without["B", 2016] - without["A", 2016]
    assert without["A", 2016] == pytest.approx(without["B", 2016] / 10, abs=2e-3)
    assert with_floor["A", 2017] == pytest.approx(0.5 * with_floor["B", 2017], abs=2e-3)
    assert with_floor["nation", 2017] == pytest.approx(1000 - lacking, abs=2e-3)
    assert (with_floor["B", 2016], with_floor["C", 2016]) == (without["B", 2016], without["C", 2016])


def test_what_the_nation_adds_is_there_after_the_plan_too():
    upkeep = dict(road().upkeep.select("place", "amount").iter_rows())
    assert upkeep["A"] == pytest.approx(0.9 * budgets(road())["A", 2016], abs=2e-3)


def test_the_nation_gives_a_tenth_of_its_budget_at_most():
    without = budgets(road(rules=[rule for rule in RULES if rule != "floor"]))
    poor = budgets(road(budget="5 m CNY/year"))
    assert poor["nation", 2016] == pytest.approx(4.5)
    assert poor["A", 2016] == pytest.approx(without["A", 2016] + 0.5, abs=2e-3)


def test_a_city_says_what_of_its_budget_is_the_nations():
    notes = dict(road().budgets.filter(pl.col("year") == 2016).select("place", "note").iter_rows())
    assert "million each year, because" in notes["A"]
    assert "each year, because" not in notes["B"]
    assert (
        "tops up the budgets of the cities with the lowest budgets per head and is treated as the"
        in notes["nation"]
    )


def test_outsiders_pay_a_quarter_of_a_project_at_most():
    unlimited = {"upkeep", "repayments"}  # so that only the ceiling keeps a city from building on credit
    plan = solve(
        road(budget="100 m CNY/year", rules=[rule for rule in RULES if rule not in unlimited]), work_limit=10
    )
    payer = dict(plan.roadmap.funds.select("fund", "payer").iter_rows())
    capital = dict(plan.table.select("project", "capital").iter_rows())
    capital_of_plan = plan.money.filter(pl.col("kind") == "capital").with_columns(
        payer=pl.col("fund").replace_strict(payer)
    )
    brought = (
        capital_of_plan.filter(pl.col("payer") == "outside").group_by("project").agg(pl.col("amount").sum())
    )
    shares = [amount / capital[project] for project, amount in brought.iter_rows()]
    assert max(shares) == pytest.approx(0.25)

"""What a plan builds, spends and needs by year: two towns, every figure added up in the head."""

import polars as pl
import pytest

from urbium.plan import (
    NATIONWIDE,
    budget_totals,
    budget_use,
    by_city_year,
    by_solution_year,
    by_year,
    people_use,
    shortfall_words,
    shortfalls,
)


@pytest.fixture(scope="module")
def plan(towns):
    return towns.towns_plan()


def test_a_year_counts_what_starts_is_built_and_is_finished_by_its_end(plan):
    counted = by_year(plan).select("year", "starts", "building", "finishes", "finished").rows()

    assert counted == [(2020, 1, 1, 0, 0), (2021, 1, 2, 2, 2), (2022, 1, 1, 1, 3)]


def test_a_year_adds_up_capital_operation_and_training(plan):
    money = by_year(plan).select("year", "capital", "operation", "training").rows()

    assert money == [(2020, 15.0, 0.0, 2.0), (2021, 25.0, 0.0, 0.0), (2022, 20.0, 4.0, 0.0)]


def test_a_city_is_counted_in_every_year_also_before_it_begins(plan):
    rows = by_city_year(plan).select("city", "year", "building", "finished", "projects", "capital").rows()

    assert rows == [
        ("A", 2020, 1, 0, 2, 15.0),
        ("A", 2021, 2, 2, 2, 25.0),
        ("A", 2022, 0, 2, 2, 0.0),
        ("B", 2020, 0, 0, 1, 0.0),
        ("B", 2021, 0, 0, 1, 0.0),
        ("B", 2022, 1, 1, 1, 20.0),
    ]


def test_a_solution_is_counted_over_all_cities(plan):
    rows = by_solution_year(plan).filter(pl.col("solution") == "IOC").select("year", "starts", "building")

    assert rows.rows() == [(2020, 1, 1), (2021, 0, 1), (2022, 1, 1)]


def test_a_budget_holds_own_capital_operation_and_for_the_nation_training(plan):
    rows = budget_use(plan).select("place", "year", "budget", "spent").rows()

    assert rows == [
        ("A", 2020, 15.0, 10.0),
        ("A", 2021, 15.0, 10.0),
        ("A", 2022, 15.0, 4.0),
        (NATIONWIDE, 2020, 20.0, 7.0),
        (NATIONWIDE, 2021, 20.0, 15.0),
        (NATIONWIDE, 2022, 20.0, 0.0),
    ]


def test_operation_may_be_charged_to_the_nation(towns):
    made = towns.towns_plan()
    charged = made.money.with_columns(fund=pl.col("fund").replace({"city": "nation"}))
    rows = budget_use(towns.towns_plan(money=charged)).filter(pl.col("year") == 2022)

    assert rows.select("place", "spent").rows() == [("A", 0.0), (NATIONWIDE, 4.0)]


def test_a_city_without_a_budget_is_in_no_table_of_budgets(plan):
    assert "B" not in set(budget_use(plan)["place"])


def test_a_budget_of_nothing_has_no_share(towns):
    nothing = towns.towns_roadmap().budgets.with_columns(amount=0.0)
    use = budget_use(towns.towns_plan(roadmap=towns.towns_roadmap(budgets=nothing)))

    assert use["share"].null_count() == use.height


def test_a_city_that_spends_all_of_its_budget_counts_as_full(towns):
    exact = towns.towns_roadmap().budgets.with_columns(
        amount=pl.when(pl.col("place") == "A").then(10.0).otherwise("amount")
    )
    totals = budget_totals(towns.towns_plan(roadmap=towns.towns_roadmap(budgets=exact)))

    assert totals.filter(pl.col("whose") == "cities")["full"].to_list() == [1, 1, 0]


def test_people_come_from_the_city_first_then_from_the_nation_and_its_training(plan):
    rows = people_use(plan).drop("occupation", "share").rows()

    # 2020: 4 in Aston, 3 its own; 2021: 6, a unit of training is ready; 2022: 2 run, Bourne builds with 3
    assert rows == [
        (2020, 4.0, 3.0, 1.0, 1.0, 0.0),
        (2021, 6.0, 3.0, 3.0, 3.0, 2.0),
        (2022, 5.0, 2.0, 3.0, 3.0, 2.0),
    ]


def test_what_a_school_teaches_fills_places_from_the_year_after_it_is_finished(towns):
    road = towns.towns_roadmap()
    empty = road.pools.filter(pl.col("place") == NATIONWIDE)
    use = people_use(towns.towns_plan(roadmap=towns.towns_roadmap(pools=empty)))

    assert use["own"].to_list() == [0.0, 0.0, 2.0]


def test_a_plan_without_staff_needs_nobody(towns):
    assert people_use(towns.towns_plan(with_people=False)).is_empty()


def test_shortfalls_and_overruns_are_named_with_their_units(plan):
    assert shortfalls(plan).rows() == [
        ("standard", "B", "fire brigade", 1.0, "missed"),
        ("overrun", "A", "budget of 2020", 1.5, "CNY million"),
    ]


def test_a_kind_of_shortfall_that_is_new_is_called_by_its_name():
    assert shortfall_words("late_opening") == "Late opening"


def test_people_beyond_a_pool_are_counted_in_places(towns):
    beyond = towns.rows("limit place year amount", ("people", "A,eng", 2020, 2.0))
    assert shortfalls(towns.towns_plan(overruns=beyond)).row(-1) == (
        "overrun", "A,eng", "people of 2020", 2.0, "full-time posts",
    )  # fmt: skip

"""Two plans side by side: what differs between them, and between what was asked."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from urbium import charts
from urbium.errors import InputError, NotFoundError
from urbium.plan import NATIONWIDE, Settings, compare
from urbium.plan.result.years import budget_use
from urbium.text import language


@pytest.fixture(scope="module")
def other(towns):
    """The same question answered otherwise: Bourne a year earlier, online services there, none in Aston."""
    table = towns.rows(
        "project city solution start finish capital operation renewal value status evidence",
        ("A:IOC", "A", "IOC", 2020, 2021, 30.0, 3.0, 0.3, 1.0, "candidate", "assumption"),
        ("B:IOC", "B", "IOC", 2021, 2021, 20.0, 2.0, 0.2, 0.6, "candidate", "assumption"),
        ("B:EGOV", "B", "EGOV", 2022, 2022, 8.0, 1.0, 0.1, 0.3, "candidate", "published"),
    )
    money = towns.rows(
        "project city fund year kind amount",
        ("A:IOC", "A", "NATION", 2020, "capital", 15.0),
        ("A:IOC", "A", "NATION", 2021, "capital", 15.0),
        ("B:IOC", "B", "BANK", 2021, "capital", 20.0),
        ("B:EGOV", "B", "BANK", 2022, "capital", 8.0),
    )
    return towns.towns_plan(table=table, money=money, objective=1.9)


@pytest.fixture(scope="module")
def found(towns, other):
    return compare(towns.towns_plan(), other, names=("first", "second"))


def richer(towns, **changes):
    budgets = towns.towns_roadmap().budgets.with_columns(
        amount=pl.when(pl.col("place") == NATIONWIDE).then(40.0).otherwise("amount")
    )
    return towns.towns_plan(roadmap=towns.towns_roadmap(budgets=budgets, **changes))


def test_each_project_is_only_in_one_moved_or_the_same(found):
    assert found.table.select("project", "difference", "start_a", "start_b", "moved").rows() == [
        ("A:EGOV", "only in a", 2021, None, None),
        ("A:IOC", "same", 2020, 2020, 0),
        ("B:EGOV", "only in b", None, 2022, None),
        ("B:IOC", "moved", 2022, 2021, -1),
    ]


def test_where_only_the_payers_differ_it_is_said_who_pays_more_and_who_less(towns, found):
    plan = towns.towns_plan()
    fund = pl.when(pl.col("project") == "A:IOC").then(pl.lit("BANK")).otherwise("fund")
    moved = towns.towns_plan(money=plan.money.with_columns(fund=fund))
    shifts = compare(plan, moved, names=("first", "second")).shifts
    assert shifts == (
        "Both plans build the same projects in the same years: the differences between their inputs affect "
        "no project, only who pays (construction cost, paid by the cities: CNY 10 million less; "
        "construction cost, paid by the nation: CNY 20 million less; construction cost, paid by loans and "
        "partners: CNY 30 million more)."
    )
    assert compare(plan, plan).shifts is None


def test_what_is_renewed_repaid_and_missed_is_compared(towns, found):
    terms = {"fund": ["BANK"] * 2, "payer": ["city"] * 2, "after": [1, 2], "share": [0.5, 0.6]}
    owing = towns.towns_roadmap(repayments=pl.DataFrame(terms))
    lent = towns.towns_plan(roadmap=owing, table=found.b.table, money=found.b.money)
    figures = {row["figure"]: row for row in compare(towns.towns_plan(), lent).sides.to_dicts()}
    expected = {
        "renewal": (0.6, "CNY million a year"),
        "repaid": (28 * 1.1, "CNY million"),  # the bank lends 20 and 8
        "missed": (2, ""),  # a standard, and a budget that committed projects exceed
    }
    for name, (value, unit) in expected.items():
        assert (figures[name]["b"], figures[name]["unit"]) == (pytest.approx(value), unit)


def test_plans_of_other_projects_say_who_pays_more_and_when_neither_is_proven_better(towns, found):
    paid = (
        "In the second plan, compared with the first: construction cost, paid by the cities: CNY 20 million "
        "less; construction cost, paid by the nation: CNY 10 million more; construction cost, paid by loans "
        "and partners: CNY 8 million more."
    )
    close = compare(
        towns.towns_plan(), towns.towns_plan(table=found.b.table, money=found.b.money, objective=0.5)
    )

    assert found.shifts == (
        f"The second plan achieves 15.86% of the possible improvement, the first 7.40%. {paid}"
    )
    assert close.shifts == (
        "The plans differ in improvement by less than their gaps, so neither is proven better; who pays does "
        f"differ. {paid}"
    )


def test_what_smaller_budgets_force_is_told_from_what_the_search_chose(towns, found):
    def second(factor):
        budgets = found.a.roadmap.budgets.with_columns(pl.col("amount") * factor)
        road = towns.towns_roadmap(budgets=budgets)
        return towns.towns_plan(roadmap=road, table=found.b.table, money=found.b.money, objective=0.5)

    spent = budget_use(found.a).filter(pl.col("spent") > 0.01 * pl.col("budget"))
    over = (spent["spent"] - 0.01 * spent["budget"]).sum()
    assert (
        f"exceeds the second plan's budgets by only CNY {over:.3g} million"
        in compare(found.a, second(0.01)).shifts
    )
    assert "fits within the second plan's budgets" in compare(found.a, second(2.0)).shifts


def test_what_each_payer_pays_in_a_year_adds_up_to_the_capital_of_the_year(found):
    sums = found.by_payer.group_by("year").agg(pl.col("capital_a", "capital_b").sum()).sort("year")
    years = found.by_year.filter(pl.max_horizontal("capital_a", "capital_b") > 0)
    assert_frame_equal(sums, years.drop("difference"))
    assert set(found.by_payer["payer"]) <= {"city", "nation", "outside"}


def test_funds_that_may_pay_nothing_are_named(towns):
    def limited(amount):
        limits = towns.rows("fund year amount", ("BANK", 2021, amount))
        return towns.towns_plan(roadmap=towns.towns_roadmap(fund_limits=limits))

    assert compare(towns.towns_plan(), limited(0.0)).inputs.rows() == [
        ("funds that are not allowed to pay anything", "", "Bank loan")
    ]
    assert compare(towns.towns_plan(), limited(5.0)).inputs.rows() == [
        ("limit of the fund Bank loan", "not limited", "CNY 5 million in 1 year, not limited in the others")
    ]


def test_the_capital_of_both_stands_by_year(found):
    assert found.by_year.rows() == [
        (2020, 15.0, 15.0, 0.0),
        (2021, 25.0, 35.0, 10.0),
        (2022, 20.0, 8.0, -12.0),
    ]


def test_the_capital_of_both_stands_by_fund_and_no_fund_that_pays_nothing(found):
    paid = found.by_fund

    assert paid["fund"].is_in(found.a.roadmap.funds["fund"].implode()).all()
    assert (paid.select(pl.max_horizontal("capital_a", "capital_b")) > 0).to_series().all()
    assert paid.select("capital_a", "capital_b").sum().row(0) == (60.0, 58.0)


def test_cities_are_compared_the_one_with_most_money_between_first(found):
    rows = found.by_city.select("city", "projects_a", "projects_b", "difference", "only_a", "only_b", "moved")

    assert rows.rows() == [("A", 2, 1, -10.0, 1, 0, 0), ("B", 1, 2, 8.0, 0, 1, 1)]


def test_what_each_city_pays_itself_and_achieves_stands_beside_it(found):
    rows = found.by_city

    for side, plan in (("a", found.a), ("b", found.b)):
        paid = plan.money.filter(kind="capital").join(plan.roadmap.funds.filter(payer="city"), on="fund")
        assert rows[f"own_{side}"].sum() == pytest.approx(paid["amount"].sum())
        closed = plan.closed.filter(pl.col("city") == "A")
        share = closed["closed"].sum() / closed["improvable"].sum()
        assert rows.filter(pl.col("city") == "A")[f"closed_{side}"].item() == pytest.approx(share)


def test_cities_that_pay_or_improve_more_or_less_are_marked(found):
    marked = found.changed_cities

    assert marked["city"].to_list() == ["A", "B"]
    for row in marked.to_dicts():
        assert row["pays"] == np.sign(row["own_b"] - row["own_a"])
        assert row["improves"] == np.sign(row["closed_b"] - row["closed_a"])


def test_a_city_in_which_nothing_can_be_improved_has_no_share(found):
    without_needs = replace(found.a)
    vars(without_needs)["closed"] = found.a.closed.with_columns(closed=0.0, improvable=0.0)
    shares = compare(without_needs, found.b).by_city["closed_a"]

    assert shares.null_count() == shares.len()


def test_the_same_question_has_no_difference_of_input_and_one_scale(found):
    assert found.inputs.is_empty()
    assert found.facts["worth_b_minus_a"] == pytest.approx(-0.1)


def test_another_budget_is_named_as_a_difference_of_input(towns):
    found = compare(towns.towns_plan(), richer(towns))

    assert found.inputs.rows() == [
        (
            "national budget, excluding what it adds to city budgets",
            "CNY 20 million a year",
            "CNY 40 million a year",
        )
    ]
    assert found.is_one_scale
    with language("zh"):
        assert found.shown_inputs["a"].to_list() == ["每年2000万元"]


def test_whose_money_builds_each_plan_is_compared_as_amounts(towns):
    found = compare(towns.towns_plan(), richer(towns))
    sides = {row["figure"]: row for row in found.sides.to_dicts()}
    paid = [sides[name] for name in ("capital_cities", "capital_nation", "capital_outside")]

    for side in ("a", "b", "difference"):
        assert sum(row[side] for row in paid) == pytest.approx(sides["capital"][side])
    assert {row["unit"] for row in paid} == {sides["capital"]["unit"]}


def test_other_needs_are_named_and_worths_are_not_set_against_each_other(towns):
    gaps = towns.towns_roadmap().gaps.with_columns(need=0.7)
    found = compare(towns.towns_plan(), towns.towns_plan(roadmap=towns.towns_roadmap(gaps=gaps)))
    differences = dict(found.sides.select("figure", "difference").rows())

    assert found.inputs["what"].to_list() == ["table of gaps to the targets"]
    assert (differences["closed"], differences["projects"]) == (None, 0.0)
    assert found.facts["worth_b_minus_a"] is None


def test_other_years_are_named(towns):
    pools = towns.towns_roadmap().pools
    later = pools.filter(pl.col("year") == 2022).with_columns(year=pl.lit(2023, pl.Int64))
    road = towns.towns_roadmap(pools=pl.concat([pools, later]), years=range(2020, 2025))
    longer = towns.towns_plan(years=road.years, roadmap=road)
    found = compare(towns.towns_plan(), longer)

    assert found.inputs.rows() == [("plan years", "2020-2022", "2020-2024")]
    assert found.by_year["year"].to_list() == [2020, 2021, 2022, 2023, 2024]


def test_the_order_of_rows_and_remarks_are_no_difference(towns):
    road = towns.towns_roadmap()
    turned = towns.towns_roadmap(
        projects=road.projects.reverse().with_columns(note=pl.lit("read from another file")),
        wordings=towns.rows("said wording", ("read from another file", "text")),
    )

    assert compare(towns.towns_plan(), towns.towns_plan(roadmap=turned)).inputs.is_empty()


def test_plans_in_two_currencies_are_refused(towns):
    dollars = towns.towns_plan(
        roadmap=towns.towns_roadmap().replace(settings=Settings(currency="USD", price_year="2020"))
    )

    with pytest.raises(InputError, match="USD"):
        compare(towns.towns_plan(), dollars)


def test_a_plan_beside_itself_differs_in_nothing(towns):
    found = compare(towns.towns_plan(), towns.towns_plan(), names=("adopted", "adopted"))

    assert found.overview.is_empty()
    assert charts.render(found.chart()).startswith(b"<svg")


def test_a_project_that_neither_has_is_refused_with_the_nearest_name(found):
    with pytest.raises(NotFoundError, match="A:IOC"):
        found.explain("A:IOD")


def test_a_budget_that_moves_between_years_is_named(towns):
    road = towns.towns_roadmap()
    later = (
        pl.when((pl.col("place") == NATIONWIDE) & (pl.col("year") < 2022))
        .then(pl.col("amount") + 10.0 * (2 * pl.col("year") - 4041))
        .otherwise("amount")
    )
    earlier = road.budgets.with_columns(amount=-later + 2 * pl.col("amount"))
    moved = road.budgets.with_columns(amount=later)
    found = compare(*(towns.towns_plan(roadmap=road.replace(budgets=each)) for each in (earlier, moved)))

    assert found.inputs["what"].to_list() == ["table of budgets"]


def test_worths_with_other_promises_are_not_set_against_each_other(towns):
    owed = pl.DataFrame({"rule": ["least_closing"], "place": ["A"], "share": [0.1]})
    free = towns.towns_roadmap(fairness=owed)
    assert not compare(towns.towns_plan(), towns.towns_plan(roadmap=free)).is_one_scale


def test_what_the_budgets_no_longer_pay_without_outside_money_is_said_with_the_projects_that_go(towns):
    """Bourne's centre has 12 of the bank and 8 of the city; Aston's services (10 of the city) require it."""
    plan = towns.towns_plan()
    needed = towns.rows("project requires lag kind", ("A:EGOV", "B:IOC", 0, "hard"))
    money = towns.rows(
        "project city fund year kind amount",
        ("A:IOC", "A", "NATION", 2020, "capital", 30.0), ("A:EGOV", "A", "CITY", 2021, "capital", 10.0),
        ("B:IOC", "B", "BANK", 2022, "capital", 12.0), ("B:IOC", "B", "CITY", 2022, "capital", 8.0),
    )  # fmt: skip
    road = plan.roadmap.replace(prerequisites=needed)
    first = towns.towns_plan(roadmap=road, money=money)
    alone = pl.col("project") == "A:IOC"
    second = towns.towns_plan(roadmap=road, table=first.table.filter(alone), money=money.filter(alone))
    assert compare(first, second).falls_away == (
        "2 projects of the first plan need money from loans and partners, or a project that does, and are "
        "not in the second: what the budgets would have paid for them drops out as well (the cities CNY 18 "
        "million)."
    )
    assert compare(second, first).falls_away is None
    assert compare(first, first).falls_away is None

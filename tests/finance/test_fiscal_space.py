"""What a plan leaves of each city's limit: two towns, a loan, and figures added up in the head."""

from dataclasses import replace

import polars as pl
import pytest

from towns import rows, towns_plan
from urbium.catalogue import load_catalogue
from urbium.catalogue.offers import offers
from urbium.errors import InputError
from urbium.finance.debt import real_service, service
from urbium.finance.fiscal_space import fiscal_space
from urbium.finance.plan_money import nominal_draws, plan_draws, plan_repayments, running_costs
from urbium.plan.inputs.repayments import repayments
from urbium.plan.problem.tables import empty
from urbium.plan.result.years import later_use

CATALOGUE = load_catalogue()
CHINA = offers(CATALOGUE, "CHN", 2020)
UPKEEP = rows("place since amount", ("A", 2023, 4.5), ("B", 2023, 2.0))


@pytest.fixture
def plan():
    """Bourne's centre is paid by a bank loan of 20 in 2022, and both towns have a limit after the plan."""
    plan = towns_plan()
    road = plan.roadmap
    road = replace(
        road, upkeep=UPKEEP, repayments=repayments(CATALOGUE, CHINA),
        projects=road.projects.with_columns(finance_models=pl.lit("PUB;MDB")),
    )  # fmt: skip
    return replace(plan, roadmap=road)


def row_of(space, city, year):
    return space.table.filter((pl.col("city") == city) & (pl.col("year") == year)).row(0, named=True)


def test_each_fund_draws_the_cheapest_of_its_instruments_that_fits(plan):
    drawn = plan_draws(plan, CATALOGUE, CHINA)

    assert drawn.without.is_empty()
    assert dict(drawn.table.group_by("instrument").agg(pl.col("amount").sum()).iter_rows()) == {
        "budget": 20, "grant": 20, "development_bank_CHN": 20,
    }  # fmt: skip


def test_money_of_a_fund_without_an_instrument_is_told_apart(plan):
    mexico = offers(CATALOGUE, "MEX", 2020)
    drawn = plan_draws(plan, CATALOGUE, mexico)

    assert drawn.without.select("project", "fund", "amount").rows() == [("B:IOC", "BANK", 20.0)]
    assert drawn.without["reason"].item() == "BANK offers no instrument that the project can use"


def test_projects_run_from_the_year_after_they_are_finished(plan):
    assert running_costs(plan, range(2020, 2025)).rows() == [
        ("A", 2022, 4.0, 0.0), ("A", 2023, 4.0, 0.0), ("A", 2024, 4.0, 0.0), ("B", 2023, 2.0, 0.0),
        ("B", 2024, 2.0, 0.0),
    ]  # fmt: skip


def test_every_city_and_year_to_ten_years_beyond_the_plan_is_looked_at(plan):
    space = fiscal_space(plan)

    assert space.table["year"].unique().sort().to_list() == list(range(2020, 2033))
    assert space.table.height == 2 * 13


def test_debt_service_that_nobody_signed_stands_apart_and_is_counted(plan):
    space = fiscal_space(plan)
    row = row_of(space, "B", 2023)

    assert row["signed"] == 0
    assert row["unsigned"] == pytest.approx(20 * 0.049 / 1.02)  # interest alone in the years of grace
    assert row["room"] == pytest.approx(2.0 - 2.0 - row["unsigned"])
    assert row["room_signed"] == pytest.approx(0)
    assert ("B", 2023) in space.exceeded.select("city", "year").rows()


def test_signed_money_is_counted_as_signed(plan):
    space = fiscal_space(plan, signed={("B:IOC", "BANK"): 1.0})
    row = row_of(space, "B", 2023)

    assert (row["unsigned"], row["room_signed"]) == (0, pytest.approx(row["room"]))
    assert space.facts["cities over the limit, signed money only"] == 1


def test_a_city_within_its_limit_has_room(plan):
    row = row_of(fiscal_space(plan), "A", 2030)

    assert (row["running"], row["limit"], row["room"]) == (4.0, 4.5, pytest.approx(0.5))
    assert row["share"] == pytest.approx(4 / 4.5)


def test_in_plan_years_the_limit_is_the_budget_less_the_citys_own_capital(plan):
    row = row_of(fiscal_space(plan), "A", 2021)

    assert (row["limit"], row["room"]) == (5.0, 5.0)  # a budget of 15, of which 10 build the services


def test_a_city_without_a_declared_limit_has_none(plan):
    row = row_of(fiscal_space(plan), "B", 2021)

    assert (row["limit"], row["room"], row["share"]) == (None, None, None)


def test_the_plan_is_repaid_what_the_debt_service_of_its_draws_is(plan):
    drawn = nominal_draws(plan_draws(plan, CATALOGUE, CHINA).table, CHINA, 0.02, plan.years[0])
    rows = real_service(service(drawn, CHINA.available), 0.02, plan.years[0])
    due = rows.filter(pl.col("year") > 2022).sort("year")
    repaid = plan_repayments(plan).sort("year")

    assert repaid["year"].to_list() == due["year"].to_list() == list(range(2023, 2043))
    assert repaid["amount"].to_list() == pytest.approx(
        (due["interest"] + due["principal"]).to_list(), abs=1e-7
    )


@pytest.fixture
def lent(plan):
    """The plan with its own repayments: of Bourne's 20 in 2022, 6 in 2023 and 2 in 2034, users 6 in 2024."""
    terms = rows(
        "fund payer after share evidence",
        ("BANK", "city", 1, 0.3, "derived"),
        ("BANK", "users", 2, 0.3, "published"),
        ("BANK", "city", 12, 0.1, "assumption"),
    )
    return replace(plan, roadmap=replace(plan.roadmap, repayments=terms))


def test_a_space_reaches_to_the_last_payment_where_nothing_else_is_asked(lent):
    assert fiscal_space(lent, beyond=None).table["year"].max() == 2034
    assert fiscal_space(lent).table["year"].max() == 2032


def test_all_cities_add_up_by_year_with_how_many_exceed_their_limit(lent):
    space = fiscal_space(lent, beyond=None)
    years = {row["year"]: row for row in space.yearly(space.table).to_dicts()}
    columns = ("capital", "running", "repaid", "used", "limit", "room", "users", "above")

    assert [years[2021][name] for name in columns] == [10, 0, 0, 0, 5, 5, 0, 0]
    assert [years[2023][name] for name in columns] == [0, 6, 6, 12, 6.5, -5.5, 0, 1]
    assert [years[2024][name] for name in columns] == [0, 6, 0, 6, 6.5, 0.5, 6, 0]


def test_a_year_in_which_no_city_has_a_limit_has_none_in_sum(lent):
    alone = fiscal_space(lent)
    years = alone.yearly(alone.table.filter(pl.col("city") == "B"))

    assert years.filter(pl.col("year") == 2021).select("limit", "room").row(0) == (None, None)


def test_the_year_that_leaves_each_city_least_comes_first(lent):
    nearest = fiscal_space(lent, beyond=None).nearest

    assert nearest.select("city", "year").row(0) == ("B", 2023)
    assert nearest["share"].to_list() == pytest.approx([8 / 2, 4 / 4.5])


def test_of_several_limits_of_a_city_the_least_counts_as_in_the_plan(lent):
    upkeep = pl.concat([UPKEEP, rows("place since amount", ("A", 2030, 6.0))], how="diagonal")
    space = fiscal_space(replace(lent, roadmap=replace(lent.roadmap, upkeep=upkeep)))

    assert row_of(space, "A", 2031)["limit"] == 4.5


def test_what_the_nation_runs_is_taken_from_no_city(lent):
    settings = replace(lent.roadmap.settings, operation_by="nation")
    space = fiscal_space(replace(lent, roadmap=replace(lent.roadmap, settings=settings)))

    assert space.table["running"].sum() == 0


def test_it_agrees_with_what_the_plan_itself_holds_against_its_limits(lent):
    space, of_plan = fiscal_space(lent, beyond=None), later_use(lent)
    later = space.later.select("city", "year", "running", repaid=pl.col("signed") + pl.col("unsigned"))
    joined = later.join(of_plan, left_on=["city", "year"], right_on=["place", "year"])

    assert joined.height == later.height
    assert joined["running"].to_list() == joined["running_right"].to_list()
    assert joined["repaid"].to_list() == pytest.approx(joined["repaid_right"].to_list())


def test_the_weakest_evidence_and_the_money_from_outside_are_said(lent):
    space = fiscal_space(lent)

    assert (space.evidence["running"], space.evidence["repaid"]) == ("assumption", "assumption")
    assert space.outside == 20
    assert str(space.facts["unit"]) == "million CNY in real terms, at 2020 prices"


def test_a_plan_that_says_nothing_of_repayments_is_refused(plan):
    silent = replace(plan, roadmap=replace(plan.roadmap, repayments=empty("repayments")))

    with pytest.raises(InputError, match="not state what its funding will cost in later years") as caught:
        fiscal_space(silent)
    assert "with repayments included" in caught.value.remedy

"""The cheapest mix of a plan keeps budgets and the limits of cities, and says why others give nothing."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from towns import rows, towns_plan
from urbium.catalogue import load_catalogue
from urbium.catalogue.exchange import Exchange
from urbium.catalogue.offers import offers
from urbium.errors import NotFoundError
from urbium.finance.fiscal_space import fiscal_space
from urbium.finance.of_plan import appraise_plan
from urbium.finance.plan_mix import plan_mix, rooms

CATALOGUE = load_catalogue()
CHINA = offers(CATALOGUE, "CHN", 2020)
EXCHANGE = Exchange((), CATALOGUE.assumptions)


@pytest.fixture
def plan():
    return towns_plan()


def mix_of(plan, nation=CHINA, **asked):
    return plan_mix(
        plan, CATALOGUE, nation, EXCHANGE, appraise_plan(plan, CATALOGUE), inflation=0.02, **asked
    )


def test_budgets_give_at_most_what_they_give_in_the_plan(plan):
    mix = mix_of(plan)
    given = dict(mix.mix.table.group_by("kind").agg(pl.col("amount").sum()).iter_rows())

    assert given.get("budget", 0.0) <= 20 + 1e-6
    assert given.get("grant", 0.0) <= 20 + 1e-6
    assert mix.table["amount"].sum() + mix.mix.short["amount"].sum() == pytest.approx(60)
    assert mix.facts["projects"] == 3


def test_the_mix_of_a_city_or_a_project_leaves_the_others_out(plan):
    assert set(mix_of(plan, city="A").mix.table["city"]) == {"A"}
    assert set(mix_of(plan, project="B:IOC").mix.table["project"]) == {"B:IOC"}


def test_the_all_in_cost_is_the_rate_at_which_all_payments_are_worth_what_is_drawn(plan):
    row = mix_of(plan, project="B:IOC").table.filter(instrument="development_bank_CHN").row(0, named=True)

    # a loan without fees costs its own rate, over prices that rise by 2%
    assert row["all_in"] == pytest.approx(1.049 / 1.02 - 1)
    assert row["evidence"] == "assumption"


def test_an_instrument_for_large_cities_is_given_to_those_whose_people_are_known(plan):
    large = replace(CHINA.available["development_bank_CHN"].instrument, people_min=1_500_000.0)
    nation = replace(
        CHINA, available={**CHINA.available, large.id: replace(CHINA.available[large.id], instrument=large)}
    )
    road = plan.roadmap
    counted = road.replace(settings=replace(road.settings, weight_unit="million people"))
    mix = mix_of(replace(plan, roadmap=counted), nation).mix.refused.filter(instrument=large.id)
    reasons = dict(mix.select("project", "reason").iter_rows())

    assert reasons["A:IOC"] == "it is available only to cities with 1,500,000 people or more"
    assert "people" not in reasons.get("B:IOC", "")


def test_no_debt_without_room_for_its_service(plan):
    mix = mix_of(plan, project="B:IOC", room={"B": 0.0})

    assert not set(mix.table["kind"]) & {"development_bank_loan", "commercial_loan", "ppp_availability"}
    reasons = dict(mix.reasons.select("instrument", "reason").iter_rows())
    assert reasons["development_bank_CHN"] == "limits used up by other projects: debt service of the city"


def test_every_instrument_is_in_the_mix_or_has_a_reason_and_so_has_every_kind_nobody_offers(plan):
    mix = mix_of(plan, project="A:EGOV")

    named = set(mix.table["instrument"]) | set(mix.reasons["instrument"])
    assert set(CHINA.available) <= named
    assert {kind.value for kind in CHINA.missing} <= named
    assert mix.reasons["reason"].str.len_chars().min() > 0


def test_the_room_of_a_city_is_what_running_and_the_repayments_of_others_leave(plan):
    road = plan.roadmap.replace(
        upkeep=rows("place since amount", ("A", 2023, 9.0), ("B", 2023, 5.0)),
        repayments=rows(
            "fund payer after share evidence",
            *(("BANK", "city", after, 0.06, "assumption") for after in range(1, 13)),
        ),
    )
    plan = replace(plan, roadmap=road)
    space = fiscal_space(plan, beyond=None)

    others = rooms(plan, space, pl.DataFrame({"project": ["A:IOC", "B:NEW"], "city": ["A", "B"]}))
    own = rooms(plan, space, plan.table.filter(project="B:IOC"))
    assert others == {"A": pytest.approx(9 - 4), "B": pytest.approx(5 - 2 - 20 * 0.06)}
    assert own == {"B": pytest.approx(5 - 2)}


def test_money_that_is_not_sure_to_be_signed_can_be_left_out(plan):
    mix = mix_of(plan, signed_only=True)

    assert set(mix.table["kind"]) <= {"budget", "grant"}
    assert mix.facts["short"] == pytest.approx(20)  # what the bank gives in the plan


def test_a_second_nation_has_its_own_instruments(plan):
    mix = mix_of(plan, offers(CATALOGUE, "MEX", 2022))

    assert not [name for name in mix.table["instrument"] if name.endswith(("_CHN", "_IND"))]
    assert any("do not apply to" in reason for reason in mix.reasons["reason"])


def test_a_project_that_is_not_planned_is_not_found(plan):
    with pytest.raises(NotFoundError):
        mix_of(plan, project="B:EGOV")


def test_prices_are_those_of_the_schedule_at_the_rate_of_the_appraisal(plan):
    row = mix_of(plan, project="B:IOC").table.filter(instrument="development_bank_CHN").row(0, named=True)

    payments = np.array(CHINA.available["development_bank_CHN"].schedule().at_constant_prices(0.02).payments)
    rate = appraise_plan(plan, CATALOGUE).flows.terms.rate.value
    assert row["price"] == pytest.approx((payments / (1 + rate) ** np.arange(len(payments))).sum())

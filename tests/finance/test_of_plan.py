"""The appraisal of a plan: its money by year is that of the plan, and the catalogue declares the rest."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.finance import CostOnly, Earning, Line, appraise_plan, costs, draw_plan
from urbium.finance.cash_flow import MILLION
from urbium.plan import Roadmap, Settings, solve


@pytest.fixture(scope="module")
def plan():
    """Street lights of the catalogue, and a project that no catalogue knows."""
    one = {
        "city": ["X", "X"],
        "build_years": [2, 1],
        "finance_models": ["PUB"] * 2,
        "foreign_share_max": [1.0] * 2,
    }
    road = Roadmap(
        years=range(2016, 2020),
        cities=pl.DataFrame({"city": ["X"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": ["air"], "weight": [1.0]}),
        projects=pl.DataFrame(
            {
                "project": ["X:LED", "X:OWN"],
                "solution": ["LED_SL", "OWN"],
                "capital": [12.0, 4.0],
                "operation": [2.0, 1.0],
            }
            | one
        ),
        effects=pl.DataFrame(
            {"project": ["X:LED", "X:OWN"], "indicator": ["air"] * 2, "effect": [0.5, 0.5], "lag": [0, 0]}
        ),
        gaps=pl.DataFrame({"city": ["X"], "indicator": ["air"], "need": [1.0], "ceiling": [1.0]}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {
                "fund": ["STATE"],
                "finance_models": ["PUB"],
                "share_max": [1.0],
                "payer": ["nation"],
                "is_foreign": [False],
            }
        ),
        budgets=pl.DataFrame({"place": ["X"] * 4, "year": [2016, 2017, 2018, 2019], "amount": [9.0] * 4}),
        settings=Settings(currency="EUR", price_year="2016"),
    )
    return solve(road, work_limit=10)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def test_capital_and_operation_of_the_plan_years_are_those_of_the_plan(plan, catalogue):
    flows = appraise_plan(plan, catalogue).flows
    whole = flows.by("").lines
    table = costs(plan).table.group_by("kind", "year").agg(pl.col("amount").sum())

    for line in (Line.CAPITAL, Line.OPERATION):
        paid = dict(table.filter(kind=line.value).select("year", "amount").iter_rows())
        planned = [paid.get(year, 0.0) for year in plan.years]
        assert (-whole[line][0, :4] / MILLION).tolist() == pytest.approx(planned)


def test_the_life_is_the_catalogue_s_and_an_unknown_solution_has_none(plan, catalogue):
    appraisal = appraise_plan(plan, catalogue)
    lives = dict(appraisal.flows.projects.select("project", "life").iter_rows())

    assert lives == {"X:LED": catalogue.solutions["LED_SL"].lifetime, "X:OWN": None}
    assert "1 project has no declared life" in " ".join(appraisal.notes)


def test_the_declared_assumptions_are_used_unless_others_are_given(plan, catalogue):
    declared, other = appraise_plan(plan, catalogue), appraise_plan(plan, catalogue, years=12, rate=0.07)

    assert (len(declared.flows.terms.years), declared.flows.terms.rate.value) == (30, 0.04)
    assert declared.flows.terms.rate.evidence == "assumption"
    assert (len(other.flows.terms.years), other.flows.terms.rate.value) == (12, 0.07)


def test_a_plan_whose_roadmap_says_nothing_of_inflows_is_cost_only(plan, catalogue):
    appraisal = appraise_plan(plan, catalogue)

    assert isinstance(appraisal.of("all"), CostOnly)
    assert "all are cost-only" in repr(appraisal)
    assert "EUR in real terms, at 2016 prices" in repr(appraisal)


def _with_inflow(plan, **given):
    row = {
        "project": "X:LED", "kind": "city_saving", "receiver": "city", "low": 1.0, "high": 3.0,
        "outcome": "realised", "running_cost": "gross", "overlap": "", "same_effects": "air",
        "evidence": "published", "note": "meters",
    }  # fmt: skip
    return replace(plan, roadmap=plan.roadmap.replace(inflows=pl.DataFrame([{**row, **given}])))


def test_an_inflow_of_the_roadmap_is_booked_in_every_year_of_use(plan, catalogue):
    appraisal = appraise_plan(_with_inflow(plan), catalogue)
    first = dict(plan.table.select("project", "finish").iter_rows())["X:LED"] + 1 - 2016
    received = appraisal.flows.by("").lines[Line.INFLOW][0] / MILLION

    assert isinstance(appraisal.of("X:LED"), Earning)
    assert received.tolist() == [0.0] * first + [2.0] * (30 - first)


def test_an_inflow_that_is_net_of_the_running_cost_is_booked_with_it(plan, catalogue):
    appraisal = appraise_plan(_with_inflow(plan, running_cost="net"), catalogue)

    assert appraisal.flows.by("").lines[Line.INFLOW][0, -1] / MILLION == pytest.approx(2.0 + 2.0)


def test_an_assumed_inflow_gives_no_return(plan, catalogue):
    appraisal = appraise_plan(_with_inflow(plan, evidence="assumption"), catalogue)

    assert isinstance(appraisal.of("X:LED"), CostOnly)


@pytest.mark.parametrize("outcome", ["promised", "modelled"])
def test_a_promise_that_nobody_counted_gives_no_return(plan, catalogue, outcome):
    promised = appraise_plan(_with_inflow(plan, outcome=outcome), catalogue).of("X:LED")

    assert isinstance(promised, CostOnly)
    assert "has not been measured since" in str(promised.reason)


def test_costs_are_drawn_from_the_catalogue_and_inflows_from_the_roadmap(plan, catalogue):
    earning = _with_inflow(plan)
    bands = draw_plan(appraise_plan(earning, catalogue), earning, catalogue, draws=200)
    moved = bands.tornado()["assumption"].to_list()

    assert {"cost of LED_SL", "inflow of LED_SL", "discount rate"} == set(moved)
    assert bands.uncertainty.correlation == 0.5


def test_years_that_end_before_the_plan_are_refused(plan, catalogue):
    with pytest.raises(
        InputError, match="the plan covers more than 3 years; choose an appraisal period of at least 4 years"
    ):
        appraise_plan(plan, catalogue, years=3)

"""The certificate refuses a plan that is tampered with, in each of many ways."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.plan import NATIONWIDE, Proposal, Roadmap, Settings, certify, solve


def _roadmap() -> Roadmap:
    names = ["NET", "HUB", "LAMP", "LED", "BUS", "TOLL", "DONE", "MUST", "NOT"]
    status = ["candidate"] * 6 + ["committed", "mandatory", "forbidden"]
    return Roadmap(
        years=range(2016, 2021),
        cities=pl.DataFrame({"city": ["A"], "weight": [2.0]}),
        indicators=pl.DataFrame({"indicator": ["light", "road"], "weight": [0.5, 0.5]}),
        projects=pl.DataFrame(
            {
                "project": names,
                "city": "A",
                "solution": names,
                "capital": [8.0, 4.0, 6.0, 5.0, 12.0, 9.0, 4.0, 3.0, 1.0],
                "operation": 0.5,
                "build_years": [2, 1, 1, 1, 2, 1, 1, 1, 1],
                "finance_models": ["PUB", "PUB", "PUB;FDI", "PUB", "FDI;PUB", "PUB", "PUB", "PUB", "PUB"],
                "foreign_share_max": 0.5,
                "status": status,
                "start": [None] * 6 + [2017, None, None],
            }
        ),
        prerequisites=pl.DataFrame({"project": ["HUB"], "requires": ["NET"], "lag": [0]}),
        exclusions=pl.DataFrame({"group": ["light", "light"], "project": ["LAMP", "LED"]}),
        alternatives=pl.DataFrame({"group": ["ways", "ways"], "project": ["BUS", "TOLL"]}),
        effects=pl.DataFrame(
            {
                "project": ["HUB", "LAMP", "LED", "BUS", "TOLL"],
                "indicator": ["road", "light", "light", "road", "road"],
                "effect": [0.9, 0.9, 0.5, 0.3, 0.1],
                "lag": 0,
            }
        ),
        gaps=pl.DataFrame(
            {"city": ["A", "A"], "indicator": ["light", "road"], "need": [0.8, 0.9], "ceiling": [1.0, 1.0]}
        ),
        curve=pl.DataFrame({"segment": [1, 2], "width": [0.5, 0.5], "slope": [1.2, 0.8]}),
        funds=pl.DataFrame(
            {
                "fund": ["STATE", "TOWN", "ABROAD"],
                "finance_models": ["PUB", "PUB", "FDI"],
                "share_max": [0.5, 1.0, 0.6],
                "payer": ["nation", "city", "outside"],
                "is_foreign": [False, False, True],
            }
        ),
        budgets=pl.DataFrame(
            {
                "place": [NATIONWIDE] * 5 + ["A"] * 5,
                "year": list(range(2016, 2021)) * 2,
                "amount": [9.0] * 5 + [12.0] * 5,
            }
        ),
        fund_limits=pl.DataFrame(
            {"fund": ["ABROAD"] * 5, "year": list(range(2016, 2021)), "amount": [3.0] * 5}
        ),
        start_limits=pl.DataFrame({"place": ["A"], "year": [2016], "most": [3]}),
        settings=Settings(foreign_share_max=0.4, spending_price=0.0001),
    )


@pytest.fixture(scope="module")
def road():
    return _roadmap()


@pytest.fixture(scope="module")
def plan(road):
    return solve(road, work_limit=20)


@pytest.fixture
def honest(plan):
    return Proposal(plan.table, plan.money, plan.objective, plan.bound, plan.proof, plan.overruns)


def _start(p: Proposal, project: str, year: int) -> Proposal:
    here = pl.col("project") == project
    table = p.table.with_columns(start=pl.when(here).then(year).otherwise("start"))
    build = pl.col("finish") - p.table["start"]
    return replace(p, table=table.with_columns(finish=pl.when(here).then(year + build).otherwise("finish")))


def _add(p: Proposal, project: str, start: int) -> Proposal:
    row = (
        p.table.head(1)
        .with_columns(project=pl.lit(project), start=pl.lit(start, pl.Int64))
        .select(p.table.columns)
    )
    row = row.drop("finish", "capital", "operation")
    return replace(p, table=pl.concat([p.table.drop("finish", "capital", "operation"), row], how="diagonal"))


def _drop(p: Proposal, project: str) -> Proposal:
    return replace(
        p,
        table=p.table.filter(pl.col("project") != project),
        money=p.money.filter(pl.col("project") != project),
    )


def _pay(p: Proposal, project: str, old: str, new: str, amount: float) -> Proposal:
    rows = p.money.filter((pl.col("project") == project) & (pl.col("kind") == "capital"))
    year = rows["year"][0]
    less = (pl.col("project") == project) & (pl.col("fund") == old) & (pl.col("year") == year)
    money = p.money.with_columns(amount=pl.when(less).then(pl.col("amount") - amount).otherwise("amount"))
    more = rows.head(1).with_columns(fund=pl.lit(new), amount=pl.lit(amount))
    return replace(p, money=pl.concat([money, more]))


def _payer(p: Proposal, project: str) -> str:
    return p.money.filter((pl.col("project") == project) & (pl.col("kind") == "capital")).sort("amount")[
        "fund"
    ][-1]


TAMPERED = {
    "a start before its prerequisite is built": (lambda p: _start(p, "HUB", 2016), "precedence"),
    "a project that appears twice": (
        lambda p: replace(p, table=pl.concat([p.table, p.table.head(1)])),
        "once only",
    ),
    "a project beside the exclusive one": (lambda p: _add(p, "LED", 2018), "exclusion"),
    "a forbidden project": (lambda p: _add(p, "NOT", 2018), "forbidden"),
    "a project nobody knows": (lambda p: _add(p, "CASINO", 2018), "known project"),
    "a cost made lower": (
        lambda p: replace(p, table=p.table.with_columns(capital=pl.col("capital") * 0.9)),
        "stated capital",
    ),
    "money left out": (
        lambda p: replace(p, money=p.money.with_columns(amount=pl.col("amount") * 0.9)),
        "capital is paid",
    ),
    "a fund above its share": (lambda p: _pay(p, "NET", "TOWN", "STATE", 3.0), "fund_share"),
    "a fund that may not pay": (lambda p: _pay(p, "MUST", _payer(p, "MUST"), "ABROAD", 0.5), "eligible fund"),
    "money from a fund nobody knows": (
        lambda p: _pay(p, "MUST", _payer(p, "MUST"), "LOTTERY", 0.5),
        "eligible fund",
    ),
    "money paid back by one fund to another": (
        lambda p: _pay(
            p, "MUST", _payer(p, "MUST"), "TOWN" if _payer(p, "MUST") == "STATE" else "STATE", 1000.0
        ),
        "no negative money",
    ),
    "an objective made larger": (lambda p: replace(p, objective=p.objective + 0.001), "objective"),
    "a bound below the objective": (
        lambda p: replace(p, bound=p.objective - 0.001),
        "claimed bound not below the objective",
    ),
    "a mandatory project left out": (lambda p: _drop(p, "MUST"), "mandatory"),
    "a committed project left out": (lambda p: _drop(p, "DONE"), "committed"),
    "a committed project at another time": (lambda p: _start(p, "DONE", 2018), "committed"),
    "no project of a group that needs one": (lambda p: _drop(_drop(p, "BUS"), "TOLL"), "alternative"),
    "a start before the plan": (lambda p: _start(p, "MUST", 2015), "horizon"),
    "a project that ends after the plan": (lambda p: _start(p, "NET", 2020), "horizon"),
    "operation left out": (
        lambda p: replace(p, money=p.money.filter(pl.col("kind") == "capital")),
        "operation is stated",
    ),
}


def test_a_plan_of_the_planner_is_valid(plan):
    assert plan.certificate.is_valid, plan.certificate


@pytest.mark.parametrize("way", TAMPERED)
def test_the_certificate_refuses(way, road, honest):
    tamper, limit = TAMPERED[way]
    certificate = certify(road, tamper(honest))
    assert not certificate.is_valid
    assert limit in {fault.limit for fault in certificate.faults}


def test_the_certificate_refuses_a_plan_over_a_budget(road, honest):
    poor = road.replace(budgets=road.budgets.with_columns(amount=pl.lit(1.0)))
    assert "budget" in {fault.limit for fault in certify(poor, honest).faults}


def test_the_certificate_refuses_a_plan_over_a_fund_limit(road, honest):
    poor = road.replace(
        fund_limits=pl.DataFrame({"fund": ["STATE", "TOWN"], "year": [2017, 2017], "amount": [0.0, 0.0]})
    )
    assert "fund_limit" in {fault.limit for fault in certify(poor, honest).faults}


def test_the_certificate_refuses_too_many_starts_in_a_year(road, honest):
    few = road.replace(start_limits=pl.DataFrame({"place": ["A"], "year": [2017], "most": [0]}))
    assert "start_limit" in {fault.limit for fault in certify(few, honest).faults}


def test_the_certificate_refuses_too_much_foreign_money(road):
    alone = pl.DataFrame({"project": ["LAMP"], "start": [2016]})
    money = pl.DataFrame(
        {"project": ["LAMP"] * 2, "fund": ["ABROAD", "TOWN"], "year": [2016, 2016], "amount": [3.5, 2.5]}
    )
    limits = {fault.limit for fault in certify(road, Proposal(alone, money)).faults}
    assert {"foreign_of_project", "foreign_in_all", "fund_limit"} <= limits


def test_a_plan_of_anybody_can_be_checked_without_a_claim_of_its_worth(road, plan):
    certificate = certify(road, Proposal(plan.table.select("project", "start"), plan.money))
    assert certificate.is_valid
    assert certificate.objective == pytest.approx(plan.objective)
    assert certificate.bound is None


def test_a_committed_project_over_its_budget_is_a_forced_overrun_and_not_refused(road):
    poor = road.replace(
        budgets=road.budgets.with_columns(
            amount=pl.when(pl.col("year") == 2017).then(1.0).otherwise("amount")
        )
    )
    plan = solve(poor, work_limit=20)  # DONE needs 4 in 2017, and nation and town have 1 each
    assert plan.overruns["year"].unique().to_list() == [2017]
    assert plan.overruns["amount"].sum() == pytest.approx(2.0)
    assert plan.certificate.is_valid, plan.certificate


def test_an_overrun_that_no_committed_project_needs_is_refused(road, honest):
    extra = pl.DataFrame({"limit": ["budget"], "place": ["A"], "year": [2016], "amount": [5.0]})
    limits = {fault.limit for fault in certify(road, replace(honest, overruns=extra)).faults}
    assert "overrun by committed projects" in limits


@pytest.fixture
def shared_year():
    """A budget of 100 in 2020 with 80 committed; a candidate of 60 in the same year does not fit."""
    road = _roadmap()
    funds = pl.DataFrame(
        {"fund": ["STATE"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["nation"],
         "is_foreign": [False]}
    )  # fmt: skip
    projects = road.projects.filter(pl.col("project").is_in(["LAMP", "DONE"])).with_columns(
        capital=pl.when(pl.col("project") == "DONE").then(80.0).otherwise(60.0),
        start=pl.when(pl.col("project") == "DONE").then(2020),
        operation=pl.lit(0.0),
        finance_models=pl.lit("PUB"),
    )
    empty = {
        name: getattr(road, name).clear()
        for name in ("prerequisites", "exclusions", "alternatives", "start_limits", "fund_limits", "effects")
    }
    budgets = pl.DataFrame({"place": [NATIONWIDE], "year": [2020], "amount": [100.0]})
    return road.replace(projects=projects, funds=funds, budgets=budgets, **empty)


def _both(amount: float, *, limit: str = "budget") -> Proposal:
    table = pl.DataFrame({"project": ["DONE", "LAMP"], "start": [2020, 2020]})
    money = table.select("project", fund=pl.lit("STATE"), year="start", amount=pl.Series([80.0, 60.0]))
    extra = pl.DataFrame({"limit": [limit], "place": [NATIONWIDE], "year": [2020], "amount": [amount]})
    return Proposal(table, money, overruns=extra)


def test_an_overrun_is_no_more_than_committed_projects_spend_above_the_limit(shared_year):
    limits = {fault.limit for fault in certify(shared_year, _both(80.0)).faults}
    assert limits == {"overrun by committed projects"}  # 80 of 100 are committed: nothing is overrun


def test_an_overrun_of_what_committed_projects_lack_is_allowed(shared_year):
    poor = shared_year.replace(budgets=shared_year.budgets.with_columns(amount=pl.lit(50.0)))
    alone = _both(30.0)
    alone = replace(alone, table=alone.table.head(1), money=alone.money.head(1))
    assert certify(poor, alone).is_valid
    assert not certify(poor, replace(alone, overruns=_both(30.1).overruns)).is_valid


@pytest.mark.parametrize("amount", [0.0, -5.0, float("nan"), float("inf")])
def test_an_overrun_that_is_no_amount_is_refused(amount, shared_year):
    limits = {fault.limit for fault in certify(shared_year, _both(amount)).faults}
    assert "overrun by committed projects" in limits


def test_an_overrun_of_a_limit_that_does_not_exist_is_refused(shared_year):
    limits = {fault.limit for fault in certify(shared_year, _both(1.0, limit="luck")).faults}
    assert "overrun by committed projects" in limits


def test_a_figure_that_is_no_number_is_a_violation_wherever_it_stands(road, honest):
    last = pl.int_range(pl.len()) == pl.len() - 1
    money = honest.money.with_columns(amount=pl.when(last).then(float("nan")).otherwise("amount"))
    certificate = certify(road, replace(honest, money=money))
    assert not certificate.is_valid
    assert float("inf") in {fault.violation for fault in certificate.faults}


def test_a_bound_that_comes_without_a_proof_is_never_called_recomputed(road, honest):
    certificate = certify(road, replace(honest, bound=1e6, proof=None))
    assert certificate.is_valid
    assert not certificate.is_bound_recomputed
    assert "from the solver and was not recomputed" in certificate.note
    assert certificate.note in repr(certificate)


def test_a_bound_tighter_than_its_prices_show_is_told_apart(road, honest):
    shown = certify(road, honest).bound
    assert shown > honest.objective + 1e-6  # else this case shows nothing
    between = certify(road, replace(honest, bound=(shown + honest.objective) / 2))
    assert between.is_valid
    assert not between.is_bound_recomputed
    assert between.claimed_bound < between.bound
    assert certify(road, replace(honest, bound=shown)).is_bound_recomputed


def test_a_plan_states_the_solvers_gap_and_the_recomputed_one(road, plan):
    facts = plan.facts
    assert facts["bound_recomputed"] == pytest.approx(plan.certificate.bound)
    lead = (plan.certificate.bound - plan.objective) / abs(plan.objective)
    assert facts["gap_recomputed"] == pytest.approx(lead)
    assert facts["gap"] <= facts["gap_recomputed"]

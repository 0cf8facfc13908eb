"""The certificate refuses a plan that is tampered with where people, promises and funds are limited."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.plan import NATIONWIDE, Proposal, Roadmap, Settings, certify, solve

YEARS = range(2016, 2021)


def _roadmap() -> Roadmap:
    """Two cities: A builds much and trains planners, B has one project and a standard out of reach."""
    names = ["NET", "HUB", "LAMP", "BUS", "DONE", "PARK", "POOR"]
    return Roadmap(
        years=YEARS,
        cities=pl.DataFrame({"city": ["A", "B"], "weight": [2.0, 1.0], "region": ["east", "west"]}),
        indicators=pl.DataFrame({"indicator": ["light", "road"], "weight": [0.5, 0.5]}),
        projects=pl.DataFrame(
            {
                "project": names,
                "city": ["A"] * 5 + ["B"] * 2,
                "solution": names,
                "capital": [8.0, 4.0, 6.0, 12.0, 4.0, 5.0, 90.0],
                "operation": 0.5,
                "build_years": [2, 1, 1, 2, 1, 1, 1],
                "finance_models": ["PUB", "PUB", "PPP;PUB", "PPP;PUB", "PUB", "PUB", "PUB"],
                "foreign_share_max": 1.0,
                "outside_share_max": [1.0, 1.0, 1.0, 0.5, 1.0, 1.0, 1.0],
                "status": ["candidate"] * 4 + ["committed", "candidate", "candidate"],
                "start": [None] * 4 + [2017, None, None],
                "earliest": [None, None, None, 2018, None, None, None],
                "latest": [None, None, 2018, 2019, None, None, None],
            }
        ),
        prerequisites=pl.DataFrame(
            {
                "project": ["HUB", "LAMP"],
                "requires": ["NET", "BUS"],
                "lag": [0, 0],
                "kind": ["hard", "soft"],
                "loss": [0.0, 0.01],
            }
        ),
        effects=pl.DataFrame(
            {
                "project": ["HUB", "LAMP", "BUS", "PARK"],
                "indicator": ["road", "light", "road", "light"],
                "effect": [0.6, 0.9, 0.3, 0.2],
                "lag": 0,
                "rollout": [2, 1, 1, 1],
            }
        ),
        gaps=pl.DataFrame(
            {
                "city": ["A", "A", "B", "B"],
                "indicator": ["light", "road"] * 2,
                "need": [0.8, 0.9, 0.5, 0.5],
                "ceiling": 1.0,
            }
        ),
        curve=pl.DataFrame({"segment": [1, 2], "width": [0.5, 0.5], "slope": [1.2, 0.8]}),
        funds=pl.DataFrame(
            {
                "fund": ["STATE", "TOWN", "PARTNER"],
                "finance_models": ["PUB", "PUB", "PPP"],
                "share_max": [0.9, 1.0, 0.8],
                "city_share_max": [0.6, 1.0, 1.0],
                "city_budgets_share_max": [None, None, 0.3],
                "payer": ["nation", "city", "outside"],
                "is_foreign": False,
            }
        ),
        fund_shares=pl.DataFrame({"project": ["NET"], "fund": ["STATE"], "share_max": [0.25]}),
        budgets=pl.DataFrame(
            {
                "place": [NATIONWIDE] * 5 + ["A"] * 5 + ["B"] * 5,
                "year": list(YEARS) * 3,
                "amount": [4.0] * 5 + [5.0] * 5 + [3.0] * 5,
            }
        ),
        occupations=pl.DataFrame({"occupation": ["planner"]}),
        pools=pl.DataFrame(
            {
                "place": [NATIONWIDE] * 5 + ["A"] * 5,
                "occupation": "planner",
                "year": list(YEARS) * 2,
                "places": [1.0] * 5 + [2.0] * 5,
            }
        ),
        staff=pl.DataFrame(
            {
                "project": ["NET", "HUB", "LAMP", "BUS", "DONE", "PARK"],
                "occupation": "planner",
                "building": [2.0, 3.0, 2.0, 4.0, 1.0, 1.0],
                "running": [0.0, 1.0, 0.0, 1.0, 0.0, 0.0],
            }
        ),
        teaching=pl.DataFrame({"project": ["LAMP"], "occupation": ["planner"], "places": [1.0], "lag": [1]}),
        training=pl.DataFrame(
            {"occupation": ["planner"], "cost": [0.5], "places": [2.0], "most": [2], "lag": [1]}
        ),
        standards=pl.DataFrame(
            {"standard": ["open A", "open B"], "city": ["A", "B"], "deadline": [2019, 2020]}
        ),
        covers=pl.DataFrame({"standard": ["open A", "open B"], "project": ["HUB", "POOR"]}),
        fairness=pl.DataFrame(
            {"rule": ["parity", "least_closing"], "place": ["west", "B"], "share": [0.9, 0.5]}
        ),
        settings=Settings(spending_price=0.0001, shortfall_price=0.5, carry_over=0.8),
    )  # fmt: skip


@pytest.fixture(scope="module")
def road():
    return _roadmap()


@pytest.fixture(scope="module")
def plan(road):
    return solve(road, work_limit=20)


@pytest.fixture
def honest(plan):
    return Proposal(
        plan.table, plan.money, plan.objective, plan.bound, plan.proof, plan.overruns, plan.training,
        plan.shortfalls,
    )  # fmt: skip


def _trained(p: Proposal, *rows: tuple[str, int, float]) -> Proposal:
    return replace(
        p, training=pl.DataFrame(rows, schema=["occupation", "year", "units"], orient="row", strict=False)
    )


def _without(p: Proposal, kind: str) -> Proposal:
    return replace(p, shortfalls=p.shortfalls.filter(pl.col("kind") != kind))


def _lacking(p: Proposal, kind: str, amount: float) -> Proposal:
    amounts = pl.when(pl.col("kind") == kind).then(pl.lit(amount)).otherwise("amount")
    return replace(p, shortfalls=p.shortfalls.with_columns(amount=amounts))


def _invented(p: Proposal) -> Proposal:
    row = pl.DataFrame({"kind": ["standard"], "place": ["A"], "what": ["open A"], "amount": [1.0]})
    return replace(p, shortfalls=pl.concat([p.shortfalls, row]))


def _moved(p: Proposal, project: str, years: int) -> Proposal:
    """Move a project with its finish and its money."""
    more = pl.when(pl.col("project") == project).then(years).otherwise(0)
    table = p.table.with_columns(start=pl.col("start") + more, finish=pl.col("finish") + more)
    return replace(p, table=table, money=p.money.with_columns(year=pl.col("year") + more))


def _paid(p: Proposal, project: str, year: int, **by_fund: float) -> Proposal:
    """Let funds pay a project's capital of a year in this way."""
    here = (pl.col("project") == project) & (pl.col("year") == year) & (pl.col("kind") == "capital")
    like = p.money.filter(here).head(1)
    rows = [like.with_columns(fund=pl.lit(f), amount=pl.lit(a)) for f, a in by_fund.items()]
    return replace(p, money=pl.concat([p.money.filter(~here), *rows]))


TAMPERED = {
    "training that is kept quiet": (_trained, "people"),
    "training that comes too late": (
        lambda p: _trained(p, ("planner", 2018, 1.0), ("planner", 2019, 1.0)),
        "people",
    ),
    "more training than a year's most": (lambda p: _trained(p, ("planner", 2017, 3.0)), "training"),
    "half a unit of training": (
        lambda p: _trained(p, ("planner", 2017, 1.5), ("planner", 2018, 1.0)),
        "training",
    ),
    "training taken back": (
        lambda p: _trained(p, ("planner", 2017, 2.0), ("planner", 2019, -1.0)),
        "training",
    ),
    "training of nobody knows whom": (lambda p: _trained(p, ("wizard", 2017, 1.0)), "training"),
    "training after the plan": (lambda p: _trained(p, ("planner", 2021, 1.0)), "training"),
    "training that appears twice": (
        lambda p: _trained(p, *[("planner", 2017, 1.0)] * 2, ("planner", 2018, 1.0)),
        "training",
    ),
    "training that costs the objective nothing": (
        lambda p: replace(p, objective=p.objective + 0.0001 * 0.5 / 1.05),
        "objective",
    ),
    "a missed standard that is not reported": (
        lambda p: _without(p, "standard"),
        "shortfalls are stated",
    ),
    "a region's shortfall that is hidden": (lambda p: _without(p, "parity"), "shortfalls are stated"),
    "a region's shortfall made smaller": (
        lambda p: _lacking(p, "parity", 0.1),
        "shortfalls are stated",
    ),
    "a city's shortfall made smaller": (
        lambda p: _lacking(p, "least_closing", 0.37),
        "shortfalls are stated",
    ),
    "a lacking prerequisite that is hidden": (
        lambda p: _without(p, "prerequisite"),
        "shortfalls are stated",
    ),
    "a shortfall that is none": (_invented, "shortfalls are stated"),
    "a shortfall that is not a number": (
        lambda p: _lacking(p, "parity", float("nan")),
        "shortfalls are stated",
    ),
    "a missed standard that costs nothing": (
        lambda p: replace(p, objective=p.objective + 0.5, bound=p.bound + 0.5),
        "objective",
    ),
    "a start before its window": (lambda p: _moved(p, "BUS", -1), "window"),
    "a start after its window": (lambda p: _moved(p, "LAMP", 3), "window"),
    "people needed when none are there": (lambda p: _moved(p, "PARK", 1), "people"),
    "a fund above the project's own share": (
        lambda p: _paid(p, "NET", 2017, STATE=2.0, TOWN=2.0),
        "fund_share",
    ),
    "outside money above the project's share": (
        lambda p: _paid(p, "BUS", 2019, PARTNER=4.0, STATE=1.0, TOWN=1.0),
        "outside_of_project",
    ),
    "a fund above its share of the city's capital": (
        lambda p: _paid(p, "PARK", 2016, STATE=4.0, TOWN=1.0),
        "fund_share_of_city",
    ),
    "a fund above its share of the city's budgets": (
        lambda p: _paid(p, "LAMP", 2016, PARTNER=4.0, STATE=2.0),
        "fund_share_of_budgets",
    ),
    "money of the next year spent before": (
        lambda p: _paid(p, "LAMP", 2016, STATE=4.0, PARTNER=2.0),
        "budget",
    ),
    "an overrun of people that no committed project needs": (
        lambda p: replace(
            p,
            overruns=pl.DataFrame(
                {"limit": ["people"], "place": ["A,planner"], "year": [2019], "amount": [2.0]}
            ),
        ),
        "overrun by committed projects",
    ),
}


def test_the_plan_uses_every_rule(plan):
    assert plan.certificate.is_valid, plan.certificate
    assert plan.training["units"].sum() == 2
    assert set(plan.shortfalls["kind"]) == {"standard", "parity", "least_closing", "prerequisite"}


@pytest.mark.parametrize("way", TAMPERED)
def test_the_certificate_refuses(way, road, honest):
    tamper, limit = TAMPERED[way]
    certificate = certify(road, tamper(honest))
    assert limit in {fault.limit for fault in certificate.faults}, certificate


HARDER = {
    "a smaller pool of the city": (
        lambda r: {"pools": r.pools.filter(pl.col("place") == NATIONWIDE)},
        "people",
    ),
    "a smaller pool of the nation": (lambda r: {"pools": r.pools.filter(pl.col("place") == "A")}, "people"),
    "no teaching": (lambda r: {"teaching": r.teaching.clear()}, "people"),
    "more people needed while running": (
        lambda r: {"staff": r.staff.with_columns(running=pl.lit(3.0))},
        "people",
    ),
    "training that takes longer": (lambda r: {"training": r.training.with_columns(lag=pl.lit(3))}, "people"),
    "dear training": (lambda r: {"training": r.training.with_columns(cost=pl.lit(50.0))}, "budget"),
    "less of a budget carried over": (
        lambda r: {"settings": replace(r.settings, carry_over=0.1)},
        "budget",
    ),
    "an earlier deadline": (
        lambda r: {"standards": r.standards.with_columns(deadline=pl.lit(2018))},
        "shortfalls are stated",
    ),
    "effects that come more slowly": (
        lambda r: {"effects": r.effects.with_columns(rollout=pl.lit(3))},
        "objective",
    ),
    "a narrower window": (
        lambda r: {"projects": r.projects.with_columns(latest=pl.lit(2017))},
        "window",
    ),
}


@pytest.mark.parametrize("way", HARDER)
def test_the_same_plan_is_refused_by_a_roadmap_with(way, road, honest):
    change, limit = HARDER[way]
    certificate = certify(road.replace(**change(road)), honest)
    assert limit in {fault.limit for fault in certificate.faults}, certificate


def test_committed_projects_over_a_pool_are_a_forced_overrun_and_not_refused(road):
    bare = road.replace(
        pools=road.pools.filter(pl.col("year") != 2017),
        training=road.training.clear(),
        teaching=road.teaching.clear(),
    )
    plan = solve(bare, work_limit=20)  # DONE needs 1 planner in 2017, and there is none
    assert plan.overruns.rows() == [("people", "A,planner", 2017, 1.0)]
    assert plan.certificate.is_valid, plan.certificate


def test_training_that_is_in_time_spares_the_overrun_of_people(road):
    bare = road.replace(pools=road.pools.filter(pl.col("year") != 2017), teaching=road.teaching.clear())
    plan = solve(bare, work_limit=20)
    assert plan.overruns.is_empty()
    assert plan.training.filter(pl.col("year") == 2016).height == 1
    assert plan.certificate.is_valid, plan.certificate


def test_in_a_year_with_an_overrun_nothing_is_kept_for_the_next(road):
    poor = pl.when(pl.col("year") == 2017).then(0.5).otherwise("amount")
    plan = solve(road.replace(budgets=road.budgets.with_columns(amount=poor)), work_limit=20)
    assert plan.certificate.is_valid, plan.certificate


def test_a_plan_that_states_no_shortfalls_is_checked_without_them(road, honest):
    certificate = certify(road, replace(honest, shortfalls=None))
    assert certificate.is_valid, certificate
    assert "shortfalls are stated" not in certificate.table["limit"].to_list()


def test_a_plan_is_the_same_after_being_kept(plan):
    again = type(plan).unpack(plan.pack())
    assert again.training.equals(plan.training)
    assert again.shortfalls.equals(plan.shortfalls)
    assert again.certificate.is_valid, again.certificate


def test_a_plan_kept_before_there_were_people_and_promises_is_still_read(programme):
    plan = solve(programme(7), work_limit=20)
    kept = plan.pack()
    later = ("fund_shares", "occupations", "pools", "staff", "teaching", "training", "standards", "covers")
    for name in (*later, "fairness", "plan_training", "shortfalls"):
        del kept["tables"][name]
    for name in ("shortfall_price", "carry_over"):
        del kept["roadmap_settings"][name]
    again = type(plan).unpack(kept)
    assert again.certificate.is_valid, again.certificate
    assert again.training.is_empty()
    assert again.shortfalls.is_empty()

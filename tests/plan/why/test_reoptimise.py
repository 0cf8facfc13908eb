"""A city solved again beside the others is a plan of the whole programme, whatever its limits are."""

import random

import polars as pl
import pytest

from urbium.errors import InfeasibleError, InputError
from urbium.plan import NATIONWIDE, solve
from urbium.plan.result.limits import limits, raised
from urbium.plan.verify.dual_bound import recomputed_bound
from urbium.plan.why import reoptimise as reoptimise_module
from urbium.plan.why.reoptimise import Scope, reoptimise

pytestmark = pytest.mark.long


def with_people(road, seed):
    """The programme with scarce engineers, lent and trained by the nation, and parity of regions."""
    rng = random.Random(seed)
    names, cities = road.projects["project"].to_list(), road.cities["city"].to_list()
    pools = [(NATIONWIDE, y, rng.randint(0, 4)) for y in road.years]
    pools += [(c, y, rng.randint(0, 3)) for c in cities for y in road.years]
    free = road.projects.with_columns(
        status=pl.col("status").replace("committed", "candidate"), start=pl.lit(None, pl.Int64)
    )
    return road.replace(
        projects=free,
        cities=road.cities.with_columns(region=pl.Series(cities)),
        occupations=pl.DataFrame({"occupation": ["engineer"]}),
        pools=pl.DataFrame(pools, schema=["place", "year", "places"], orient="row").with_columns(
            occupation=pl.lit("engineer")
        ),
        staff=pl.DataFrame(
            {
                "project": names,
                "occupation": "engineer",
                "building": [rng.randint(0, 5) for _ in names],
                "running": [rng.randint(0, 2) for _ in names],
            }
        ),
        teaching=pl.DataFrame({"project": names[:1], "occupation": "engineer", "places": 2.0, "lag": 0}),
        training=pl.DataFrame({"occupation": "engineer", "cost": [1.0], "places": 2.0, "most": 1, "lag": 1}),
        fairness=pl.DataFrame({"rule": "parity", "place": cities, "share": 0.9}),
        settings=road.settings.__class__(
            discount_rate=0.05, spending_price=0.0005, shortfall_price=0.3, carry_over=0.5,
            operation_by=road.settings.operation_by,
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def plans(programme):
    found = []
    for seed in range(60):
        try:
            found.append(solve(with_people(programme(seed, cities=2), seed), work_limit=20))
        except (InfeasibleError, InputError):
            continue
        if len(found) == 12:
            return found
    raise AssertionError(len(found))


def test_these_plans_use_what_the_nation_lends_and_trains(plans):
    assert sum(plan.training.height > 0 for plan in plans) > 1
    assert sum(plan.shortfalls.filter(pl.col("kind") == "parity").height > 0 for plan in plans) > 1
    rows = pl.concat([limits(plan) for plan in plans])
    assert rows.filter((pl.col("limit") == "people_of_nation") & (pl.col("used") > 0)).height > 5


def test_no_more_is_used_of_people_than_there_are(plans):
    rows = pl.concat([limits(plan) for plan in plans]).filter(pl.col("limit") == "people_of_nation")
    assert rows["left"].min() > -1e-6


def answers(plans, status):
    """Each project of a plan solved again by its city alone: the plan, and what was found."""
    for plan in plans:
        chosen = set(plan.table["project"])
        for row in plan.roadmap.projects.filter(pl.col("status") == "candidate").iter_rows(named=True):
            if (row["project"] in chosen) == (status == "forbidden"):
                yield plan, reoptimise(plan, row["city"], status={row["project"]: status})


def fixed(plan, found):
    """The best worth of the whole programme with every start as found."""
    own = set(found.scope.road.projects["project"])
    begun = {p: s for p, s in plan.table.select("project", "start").iter_rows() if p not in own} | dict(
        found.start
    )
    projects = plan.roadmap.projects.with_columns(
        status=pl.when(pl.col("project").is_in(list(begun)))
        .then(pl.lit("mandatory"))
        .otherwise(pl.lit("forbidden")),
        earliest=pl.col("project").replace_strict(begun, default=None, return_dtype=pl.Int64),
        latest=pl.col("project").replace_strict(begun, default=None, return_dtype=pl.Int64),
    )
    return solve(plan.roadmap.replace(projects=projects), work_limit=20).objective


@pytest.mark.parametrize("status", ["mandatory", "forbidden"])
def test_what_a_city_finds_beside_the_others_is_a_plan_of_the_whole(status, plans, monkeypatch):
    monkeypatch.setattr(reoptimise_module, "_SMALL", 0)
    found = [(plan, each) for plan, each in answers(plans, status) if each.value is not None]
    assert len(found) > 5
    # the whole may buy less training for the same starts
    assert [each.value for plan, each in found if fixed(plan, each) < each.value - 1e-7] == []


@pytest.mark.parametrize("status", ["mandatory", "forbidden"])
def test_a_city_beside_the_others_loses_no_less_than_the_whole_does(status, plans, monkeypatch):
    whole = [each.most for _, each in answers(plans, status)]
    monkeypatch.setattr(reoptimise_module, "_SMALL", 0)
    alone = [each.most for _, each in answers(plans, status)]
    pairs = [(a, w) for a, w in zip(alone, whole, strict=True) if a is not None]
    assert [pair for pair in pairs if pair[1] is None or pair[0] < pair[1] - 1e-7] == []


def test_the_bound_of_a_city_is_never_below_what_it_finds(plans, monkeypatch):
    monkeypatch.setattr(reoptimise_module, "_SMALL", 0)
    found = [each for _, each in answers(plans, "forbidden") if each.value is not None]
    assert [each.bound for each in found if each.bound < each.value - 1e-9] == []


def test_with_nothing_changed_the_plan_lies_within_what_a_city_proves(plans):
    found = [(plan, Scope(plan, city).solve()) for plan in plans for city in plan.roadmap.cities["city"]]
    assert [each.bound for plan, each in found if each.bound < plan.objective - 1e-7] == []


def test_with_nothing_changed_and_no_parity_a_city_finds_the_plan_again(plans):
    even = [
        solve(plan.roadmap.replace(fairness=plan.roadmap.fairness.clear()), work_limit=20) for plan in plans
    ]
    found = [(plan, Scope(plan, city).solve()) for plan in even for city in plan.roadmap.cities["city"]]
    assert [each.value for plan, each in found if abs(each.value - plan.objective) > 1e-6] == []


def with_city_shares(road):
    """The programme with a budget of every city and year, of which no fund pays more than 0.4 in all."""
    every = road.cities.select(place="city").join(pl.DataFrame({"year": list(road.years)}), how="cross")
    nation = road.budgets.filter(pl.col("place") == NATIONWIDE)
    return road.replace(
        budgets=pl.concat([nation.select("place", "year", "amount"), every.with_columns(amount=pl.lit(6.0))]),
        funds=road.funds.with_columns(city_budgets_share_max=pl.lit(0.4)),
    )


def test_the_price_of_a_limit_is_what_a_unit_more_adds_to_the_bound(plans):
    wrong, priced = [], 0
    for plan in plans[:6]:
        shared = solve(with_city_shares(plan.roadmap), work_limit=20)
        base = recomputed_bound(shared.roadmap, shared.proof, shared.overruns)
        for name, price in limits(shared).select("name", "price").iter_rows():
            more = recomputed_bound(raised(shared.roadmap, name, 2.0), shared.proof, shared.overruns)
            priced += price > 0
            wrong += [] if abs(more - base - 2.0 * price) < 1e-9 else [(name, price, (more - base) / 2)]
    assert wrong == []
    assert priced > 10

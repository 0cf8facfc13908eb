"""The planner against an independent program that tries every choice."""

import base64
import zlib

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from trials import best_plan, check_bound
from urbium.errors import InfeasibleError
from urbium.plan import NATIONWIDE, certify, solve
from urbium.plan.milp.model import assemble, highs, load
from urbium.plan.variables import Variables
from urbium.plan.verify.dual_bound import recomputed_bound


@pytest.mark.parametrize("seed", a_few_of(range(200), 12))
def test_a_plan_is_worth_as_much_as_the_best_of_all_choices(seed, programme, by_trying):
    road = programme(seed)
    best_plan(road, by_trying(road), 1e-9)


def test_most_random_programmes_have_a_plan(programme, by_trying):
    solvable = sum(by_trying(programme(seed)) is not None for seed in range(0, 200, 10))
    assert 12 < solvable < 20


@pytest.mark.parametrize("seed", a_few_of(range(1000, 1030), 4))
def test_prices_never_promise_less_than_the_best_of_all_choices(seed, programme, by_trying, by_decomposition):
    road = programme(seed, cities=3, most=7)
    check_bound(road, by_trying(road), by_decomposition)


@pytest.mark.parametrize("seed", a_few_of(range(2000, 2030), 10))
def test_the_bound_recomputed_from_prices_is_that_of_the_relaxation(seed, programme, by_trying):
    road = programme(seed)
    if by_trying(road) is None:
        with pytest.raises(InfeasibleError):
            solve(road, work_limit=20)
        return
    plan = solve(road, work_limit=20)
    lay = Variables(road)
    relaxation = highs()
    load(relaxation, assemble(lay), whole=False)
    relaxation.run()
    optimum = relaxation.getInfo().objective_function_value
    assert recomputed_bound(road, plan.proof) == pytest.approx(optimum, rel=1e-6, abs=1e-7)


def test_any_prices_give_a_bound_that_holds(programme):
    road = programme(3)
    plan = solve(road, work_limit=20)
    rng = np.random.default_rng(3)
    for _ in range(50):
        prices = plan.proof.with_columns(price=plan.proof["price"] * rng.uniform(-0.5, 3, plan.proof.height))
        assert recomputed_bound(road, prices) >= plan.objective - 1e-9


def _every_name(road):
    """Names of all limits that a roadmap of these cities, funds, projects and years could have."""
    years = [*road.years]
    places = [*road.cities["city"], "nation", NATIONWIDE]
    heads = [f"{limit}[{place}" for limit in ("budget", "start_limit") for place in places]
    heads += [f"fund_limit[{fund}" for fund in road.funds["fund"]]
    projects = road.projects["project"].to_list()
    heads += [f"precedence[{p}<-{q}" for p in projects for q in projects]
    heads += [f"attainment[{c}:{i}" for c in road.cities["city"] for i in road.indicators["indicator"]]
    names = [f"{head},{year}]" for head in heads for year in years]
    names += [f"foreign_in_all[{year}]" for year in years]
    return [*names, "exclusion[one of]", "alternative[any of]", "exclusion[no group]", "alternative[none]"]


@pytest.mark.parametrize("seed", a_few_of(range(0, 60, 3), 7))
def test_prices_on_limits_that_do_not_exist_never_lower_the_bound_below_the_best(seed, programme, by_trying):
    road = programme(seed)
    best = by_trying(road)
    names, rng = _every_name(road), np.random.default_rng(seed)
    for size in (0.01, 1.0, 1e6):
        prices = rng.uniform(-1, 1, len(names)) * size * (rng.random(len(names)) < 0.3)
        bound = recomputed_bound(road, pl.DataFrame({"row": names, "price": prices}))
        assert best is None or bound >= best[0] - 1e-7 * max(1.0, size)


def test_a_limit_that_does_not_exist_has_no_price(programme, by_trying):
    road = programme(3)
    free = road.replace(start_limits=road.start_limits.clear(), budgets=road.budgets.clear())
    names = [name for name in _every_name(road) if name.startswith(("start_limit", "budget"))]
    proof = pl.DataFrame({"row": names, "price": [1e6] * len(names)})
    assert recomputed_bound(free, proof) == pytest.approx(recomputed_bound(free, proof.clear()))
    assert recomputed_bound(free, proof) >= by_trying(free)[0]


@pytest.mark.parametrize("price", [float("nan"), float("inf"), -1.0])
def test_what_is_no_price_counts_as_none(price, programme):
    road = programme(3)
    proof = pl.DataFrame({"row": _every_name(road)}).with_columns(price=pl.lit(price))
    assert recomputed_bound(road, proof.filter(~pl.col("row").str.starts_with("alt"))) == pytest.approx(
        recomputed_bound(road, proof.clear())
    )


def test_a_negative_overrun_does_not_lower_the_bound(programme):
    road = programme(3)
    proof = solve(road, work_limit=20).proof
    less = road.budgets.select(pl.lit("budget").alias("limit"), "place", "year", amount=-pl.col("amount"))
    assert recomputed_bound(road, proof, less) == pytest.approx(recomputed_bound(road, proof))


def test_a_plan_is_the_same_each_time(programme):
    first, second = (solve(programme(7), work_limit=20, seed=1) for _ in range(2))
    assert first.table.equals(second.table)
    assert first.money.equals(second.money)


def test_the_certificate_is_the_same_for_the_kept_plan(programme):
    plan = solve(programme(7), work_limit=20)
    again = type(plan).unpack(plan.pack())
    assert again.table.equals(plan.table)
    assert certify(again.roadmap, again).is_valid


def test_a_plan_kept_before_budgets_had_notes_is_still_read(programme):
    plan = solve(programme(7), work_limit=20)
    kept = plan.pack()
    old = plan.roadmap.budgets.select("place", "year", "amount").write_csv()
    kept["tables"]["budgets"] = base64.b64encode(zlib.compress(old.encode())).decode()
    again = type(plan).unpack(kept)
    assert again.roadmap.budgets.equals(plan.roadmap.budgets)

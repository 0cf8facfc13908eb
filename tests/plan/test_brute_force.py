"""The planner against an independent program that tries every choice."""

import numpy as np
import pytest

from urbium.errors import InfeasibleError
from urbium.plan import certify, solve
from urbium.plan.by_city import solve_by_city
from urbium.plan.layout import Layout
from urbium.plan.matrix import assemble, highs, load
from urbium.plan.proof import recomputed_bound
from urbium.plan.worth import objective


@pytest.mark.parametrize("seed", range(200))
def test_a_plan_is_worth_as_much_as_the_best_of_all_choices(seed, programme, by_trying):
    road = programme(seed)
    best = by_trying(road)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(road, time_limit=20)
        return
    plan = solve(road, time_limit=20)
    assert plan.objective == pytest.approx(best[0], rel=1e-7, abs=1e-9)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid, plan.certificate


def test_most_random_programmes_have_a_plan(programme, by_trying):
    solvable = sum(by_trying(programme(seed)) is not None for seed in range(0, 200, 5))
    assert 25 <= solvable < 40


@pytest.mark.parametrize("seed", range(1000, 1030))
def test_prices_never_promise_less_than_the_best_of_all_choices(seed, programme, by_trying):
    road = programme(seed, cities=3, most=7)
    best = by_trying(road)
    lay = Layout(road)
    found = solve_by_city(lay, assemble(lay), deadline=np.inf, gap=1e-4)
    if best is None:
        assert found.start is None
    else:
        assert found.bound >= best[0] - 1e-7
        assert found.start is None or objective(lay, found.start) <= best[0] + 1e-7


@pytest.mark.parametrize("seed", range(2000, 2030))
def test_the_bound_recomputed_from_prices_is_that_of_the_relaxation(seed, programme, by_trying):
    road = programme(seed)
    if by_trying(road) is None:
        with pytest.raises(InfeasibleError):
            solve(road, time_limit=20)
        return
    plan = solve(road, time_limit=20)
    lay = Layout(road)
    relaxation = highs()
    load(relaxation, assemble(lay), whole=False)
    relaxation.run()
    optimum = relaxation.getInfo().objective_function_value
    assert recomputed_bound(road, plan.proof) == pytest.approx(optimum, rel=1e-6, abs=1e-7)


def test_any_prices_give_a_bound_that_holds(programme):
    road = programme(3)
    plan = solve(road, time_limit=20)
    rng = np.random.default_rng(3)
    for _ in range(50):
        prices = plan.proof.with_columns(price=plan.proof["price"] * rng.uniform(-0.5, 3, plan.proof.height))
        assert recomputed_bound(road, prices) >= plan.objective - 1e-9


def test_a_plan_is_the_same_each_time(programme):
    first, second = (solve(programme(7), time_limit=20, seed=1) for _ in range(2))
    assert first.table.equals(second.table)
    assert first.money.equals(second.money)


def test_the_certificate_is_the_same_for_the_kept_plan(programme):
    plan = solve(programme(7), time_limit=20)
    again = type(plan).unpack(plan.pack())
    assert again.table.equals(plan.table)
    assert certify(again.roadmap, again).is_valid

"""National plans against the full model solved by HiGHS, and the promises of the search."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from seeds import a_few_of
from urbium.errors import InputError
from urbium.plan.search.national.beginning import is_possible
from urbium.plan.search.national.instance import Cities
from urbium.plan.search.national.layout import tables
from urbium.plan.search.national.solver import NationalSearch, solve_national
from urbium.plan.search.national.training import cheapest_training

pytestmark = pytest.mark.long  # the loops of the search are compiled first: 50 s of processor


@pytest.mark.parametrize("seed", a_few_of(range(7), 1))
def test_the_optimum_lies_between_a_plan_and_its_bound(seed, instance, by_highs, certify_national):
    drawn = instance(seed)
    plan = solve_national(drawn, time_limit=900, rounds=3)
    best = by_highs(drawn)
    assert plan.value <= best + 1e-6
    assert plan.bound >= best - 1e-6
    assert certify_national(drawn, plan).is_valid


@pytest.mark.parametrize(
    "seed", a_few_of([0, 1, 2, 4, 5, 6], 1)
)  # 3: the rule for private money refuses the best plans
def test_a_plan_is_near_the_optimum(seed, instance, by_highs):
    drawn = instance(seed)
    assert solve_national(drawn, time_limit=900, rounds=3).value >= 0.9 * by_highs(drawn)


def test_the_same_seed_gives_the_same_plan(instance):
    first, again = (solve_national(instance(3), time_limit=900, rounds=2, seed=5) for _ in range(2))
    assert first.start.tolist() == again.start.tolist()
    assert (first.value, first.bound) == (again.value, again.bound)


@pytest.fixture(scope="module")
def process():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        yield executor


@pytest.mark.parametrize("seed", a_few_of([2, 0, 1, 3, 4, 5, 6, 7], 1))
def test_processes_prove_what_threads_prove(seed, instance, process):
    drawn = instance(seed)
    plan = solve_national(drawn, time_limit=900, rounds=2, executor=process)
    assert plan.bound == pytest.approx(solve_national(drawn, time_limit=900, rounds=2).bound)


def test_a_search_that_is_stopped_keeps_its_best_plan(instance, certify_national):
    drawn = instance(4)
    plan = solve_national(drawn, time_limit=900, on_progress=lambda seconds, value, bound: value > 0)
    assert plan.value > 0
    assert certify_national(drawn, plan).is_valid


@pytest.mark.long
def test_the_guard_of_time_ends_a_search_and_its_bound_holds(instance):
    plan = solve_national(instance(11, cities=12, most=30, years=8), time_limit=3, gap=0.0)
    assert np.isfinite(plan.bound)
    assert plan.bound >= plan.value


def test_a_limit_of_work_ends_a_search_at_the_same_place(instance):
    drawn = instance(11, cities=12, most=30, years=8)
    little, again = (solve_national(drawn, work_limit=1.0, time_limit=900, gap=0.0) for _ in range(2))
    assert little.start.tolist() == again.start.tolist()
    assert little.bound == again.bound
    assert len(little.history) == len(again.history)


@pytest.mark.parametrize("seed", a_few_of([4, 1, 6, 9], 1))
def test_a_plan_to_begin_with_is_never_lost(seed, instance, certify_national):
    drawn = instance(seed)
    good = solve_national(drawn, time_limit=900, rounds=3)
    again = solve_national(drawn, time_limit=900, rounds=0, start=good.start)
    assert again.value >= good.value - 1e-9
    assert certify_national(drawn, again).is_valid


@pytest.mark.long
def test_a_plan_to_begin_with_may_need_training(instance):
    drawn = instance(4)
    good = solve_national(drawn, time_limit=900, rounds=3)
    assert cheapest_training(drawn, tables(drawn), good.start).any()
    assert is_possible(drawn, good.start)


def test_a_plan_that_breaks_a_budget_is_no_beginning(instance):
    drawn = instance(6)
    good = solve_national(drawn, time_limit=900, rounds=1)
    poor = replace(drawn, cities=replace(drawn.cities, budget=0.1 * drawn.cities.budget))
    assert not is_possible(poor, good.start)
    with pytest.raises(InputError, match="city money"):
        solve_national(poor, start=good.start)


def test_a_plan_that_breaks_a_prerequisite_is_no_beginning(instance):
    drawn = instance(6, scale=50.0)
    start = np.full(len(drawn.projects.city), -1)
    start[drawn.needs[0, 1]] = 0
    with pytest.raises(InputError, match="prerequisites"):
        solve_national(drawn, start=start)


@pytest.mark.parametrize("year", [99, -2])
def test_starts_outside_the_windows_are_no_beginning(year, instance):
    drawn = instance(6)
    start = np.full(len(drawn.projects.city), year)
    assert not is_possible(drawn, start)
    with pytest.raises(InputError, match="starts projects outside their windows"):
        solve_national(drawn, start=start)


def test_what_cannot_be_reached_is_named_as_a_shortfall(instance, certify_national):
    poor = instance(2, scale=0.0)
    poor = replace(
        poor,
        cities=replace(poor.cities, budget=np.full_like(poor.cities.budget, 0.01)),
        is_due=np.zeros_like(poor.is_due),
    )
    plan = solve_national(poor, time_limit=900, rounds=1)
    assert {short.kind for short in plan.shortfalls} >= {"standard", "closing"}
    assert certify_national(poor, plan).is_valid


@pytest.mark.long
def test_a_city_without_projects_is_passed_over(instance, by_highs):
    drawn = instance(1)
    c = drawn.cities
    more = {
        name: np.concatenate([getattr(c, name), getattr(c, name)[:1]])
        for name in ("region", "budget", "upkeep", "pool", "worth", "weight", "ceiling", "least_closing")
    }
    more["least_closing"][-1] = 0.0
    wider = replace(drawn, cities=Cities(**more))
    plan = solve_national(wider, time_limit=900, rounds=2)

    assert plan.value <= by_highs(wider) + 1e-6 <= plan.bound + 2e-6
    assert plan.value > 0


@pytest.mark.long
def test_training_that_ends_after_the_plan_trains_nobody_in_it(instance, by_highs):
    drawn = instance(4)
    late = replace(drawn, nation=replace(drawn.nation, training_lag=9))
    plan = solve_national(late, time_limit=900, rounds=2)
    again = solve_national(late, time_limit=900, rounds=1, start=plan.start)

    assert again.value >= plan.value - 1e-9
    assert again.value <= by_highs(late) + 1e-6


def test_without_money_of_the_nation_cities_are_planned_with_their_own(instance, by_highs, certify_national):
    drawn = instance(5)
    poor = replace(drawn, nation=replace(drawn.nation, budget=np.zeros(drawn.years), foreign_share=0.0))
    plan = solve_national(poor, time_limit=900, rounds=3)

    assert plan.value >= 0.9 * by_highs(poor)
    assert certify_national(poor, plan).is_valid


@pytest.mark.long
def test_private_money_without_a_limit_is_free_where_a_city_has_none(instance, by_highs, certify_national):
    drawn = instance(2)
    cities = replace(drawn.cities, budget=np.zeros_like(drawn.cities.budget))
    p = replace(drawn.projects, operation=np.zeros_like(drawn.projects.operation))
    free = replace(
        drawn, cities=cities, projects=p, nation=replace(drawn.nation, private_share=np.inf),
        is_due=np.zeros_like(drawn.is_due),
    )  # fmt: skip
    plan = solve_national(free, time_limit=900, rounds=3)

    assert plan.bound >= by_highs(free) - 1e-6
    assert certify_national(free, plan).is_valid


@pytest.mark.long
def test_the_plan_does_not_hang_on_which_thread_is_first(instance, monkeypatch):
    def told(slow):
        refine = NationalSearch._refine

        def late(self, start, training, *rest):
            time.sleep(0.3 * ((start == self.start).all() == slow))
            return refine(self, start, training, *rest)

        monkeypatch.setattr(NationalSearch, "_refine", late)
        found = solve_national(instance(3), time_limit=900, rounds=2, gap=0.05)
        monkeypatch.setattr(NationalSearch, "_refine", refine)
        return found.start.tolist()

    assert told(slow=True) == told(slow=False)

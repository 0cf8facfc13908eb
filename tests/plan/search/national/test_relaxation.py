"""The tightened relaxation of a city bounds the city's whole programme, and cuts tighten it."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from seeds import a_few_of
from urbium.plan.milp.model import highs
from urbium.plan.milp.work import Work
from urbium.plan.search.national import relaxation
from urbium.plan.search.national.bound import Bound
from urbium.plan.search.national.city_model import city_model, to_highs
from urbium.plan.search.national.relaxation import Relaxation


def solved(instance, city, prices, *, is_whole):
    """Return what a city gains at prices, and its columns, by HiGHS."""
    model = city_model(instance, city)
    solver = highs(work=Work(60), mip_rel_gap=1e-8)
    solver.passModel(to_highs(model, prices=prices, whole=np.arange(model.binaries) if is_whole else None))
    solver.run()
    return solver.getInfo().objective_function_value, np.array(solver.getSolution().col_value)


def best_gain(instance, city, prices, *, is_whole):
    return solved(instance, city, prices, is_whole=is_whole)[0]


@pytest.mark.parametrize("seed", a_few_of(range(20), 4))
def test_a_tightened_relaxation_lies_between_the_whole_programme_and_the_relaxation(seed, instance):
    drawn = instance(seed, most=14)
    prices = np.random.default_rng(seed).uniform(0, 0.6, drawn.rows)
    bound = Relaxation(drawn, 0).solve(prices, 20)
    assert bound >= best_gain(drawn, 0, prices, is_whole=True) - 1e-6
    assert bound <= best_gain(drawn, 0, prices, is_whole=False) + 1e-6


def test_cuts_close_much_of_what_the_relaxation_leaves_open(instance):
    drawn = instance(5, most=20, years=8)
    prices = np.full(drawn.rows, 0.3)
    open_gap = best_gain(drawn, 1, prices, is_whole=False) - best_gain(drawn, 1, prices, is_whole=True)
    tightened = Relaxation(drawn, 1).solve(prices, 20)
    assert tightened - best_gain(drawn, 1, prices, is_whole=True) < 0.8 * open_gap


def test_cuts_found_at_some_prices_hold_at_others(instance):
    drawn = instance(7, most=14)
    relaxation = Relaxation(drawn, 2)
    relaxation.solve(np.full(drawn.rows, 0.5), 20)
    others = np.random.default_rng(1).uniform(0, 1, drawn.rows)
    assert relaxation.solve(others, 0) >= best_gain(drawn, 2, others, is_whole=True) - 1e-6


def test_a_relaxation_sent_to_another_process_keeps_its_bound(instance):
    drawn = instance(4)
    prices = np.full(drawn.rows, 0.2)
    relaxation = Relaxation(drawn, 0)
    bound = relaxation.solve(prices, 5)
    assert pickle.loads(pickle.dumps(relaxation)).solve(prices, 0) == pytest.approx(bound)


def test_a_relaxation_that_ends_at_its_iteration_limit_is_solved_once_more(instance, monkeypatch):
    drawn = instance(5, most=20, years=8)
    first, second = np.random.default_rng(5).uniform(0, 0.6, (2, drawn.rows))
    free, limited = Relaxation(drawn, 0), Relaxation(drawn, 0)
    assert limited.solve(first, 2) == pytest.approx(free.solve(first, 2))
    monkeypatch.setitem(relaxation._LOOSE, "simplex_iteration_limit", 1)
    bound = limited.solve(second, 0)

    assert bound >= best_gain(drawn, 0, second, is_whole=True) - 1e-6
    assert bound <= 1.01 * free.solve(second, 0)


def test_a_relaxation_without_any_answer_keeps_the_bound_that_was_known(instance, monkeypatch):
    drawn = instance(5, most=20, years=8)
    prices = np.full(drawn.rows, 0.3)
    tired = Relaxation(drawn, 0)
    known = tired.solve(prices, 2)
    monkeypatch.setattr(relaxation, "_answer", lambda solver: None)

    assert tired.solve(prices, 0) == pytest.approx(known)
    assert tired.solve(np.full(drawn.rows, 0.31), 0) < 1.5 * known


@pytest.mark.parametrize("seed", a_few_of(range(8), 2))
def test_what_branching_proves_holds_at_its_prices_and_at_others(seed, instance):
    drawn = instance(seed, most=14)
    prices, others = np.random.default_rng(seed).uniform(0, 0.6, (2, drawn.rows))
    relaxation = Relaxation(drawn, 0)
    before = relaxation.solve(prices, 5)
    best = best_gain(drawn, 0, prices, is_whole=True)
    relaxation.branch(prices, best, 10_000)
    after = relaxation.solve(prices, 0)
    assert best - 1e-6 <= after <= min(before, best + 1e-3 * abs(best)) + 1e-6
    assert relaxation.solve(others, 0) >= best_gain(drawn, 0, others, is_whole=True) - 1e-6


@pytest.mark.parametrize("scale", [1.0, 0.02])
@pytest.mark.parametrize("seed", a_few_of(range(4), 2))
def test_branching_to_the_end_proves_the_best_plan_also_at_other_prices(seed, scale, instance):
    drawn = instance(seed, most=10, scale=scale)
    relaxation = Relaxation(drawn, 0)
    for prices in np.random.default_rng(seed).uniform(0, 0.6, (3, drawn.rows)):
        best = best_gain(drawn, 0, prices, is_whole=True)
        relaxation.solve(prices, 3)
        relaxation.branch(prices, best - 1.0, 10_000)
        assert relaxation.tree.bound == pytest.approx(best, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", a_few_of(range(4), 2))
def test_every_plan_of_a_city_lies_in_one_leaf_at_most_and_the_best_in_one(seed, instance, columns_of):
    drawn = instance(seed, most=14)
    prices = np.random.default_rng(seed).uniform(0, 0.6, drawn.rows)
    relaxation = Relaxation(drawn, 0)
    relaxation.solve(prices, 3)
    relaxation.branch(prices, best_gain(drawn, 0, prices, is_whole=True) - 1.0, 40)
    best = solved(drawn, 0, prices, is_whole=True)[1][: city_model(drawn, 0).binaries]
    random, latest = np.random.default_rng(seed), drawn.projects.latest[: drawn.first[1]]
    others = [columns_of(drawn, 0, random.integers(-1, latest + 1)) for _ in range(50)]
    assert len(relaxation.tree.leaves) > 1
    counts = [sum(holds(leaf, plan) for leaf in relaxation.tree.leaves) for plan in (best, *others)]
    assert counts[0] == 1
    assert max(counts) <= 1


def test_what_is_proven_when_the_time_is_over_is_taken_up(instance):
    drawn = instance(3)
    with ThreadPoolExecutor(1) as executor:
        bound = Bound(drawn, executor, Work())
        bound.begin(np.full(drawn.rows, 0.2), 2)
        assert bound.finish(lambda: False)
        before = bound.value
        bound.begin_branching(dict.fromkeys(range(drawn.count), -1e3))
        executor.shutdown(wait=True)
        assert bound.finish(lambda: True)
    assert bound.value < before


def holds(leaf, plan):
    return bool((plan >= leaf.least - 1e-6).all() and (plan <= leaf.most + 1e-6).all())

"""The cheapest training that a plan needs, against every training there is."""

from itertools import product

import numpy as np
import pytest

from urbium.plan.search.national.evaluate import evaluate, excess
from urbium.plan.search.national.layout import tables
from urbium.plan.search.national.training import cheapest_training, training_columns

pytestmark = pytest.mark.long  # the loops of the search are compiled first: 50 s of processor


def overused(instance, start, training):
    """Return by how much coupling rows are over-used, as the search counts it."""
    table = tables(instance)
    use, over = evaluate(table, start).use, np.zeros(instance.rows)
    closing = np.bincount(table.region, use[:, -1], minlength=len(instance.regions))
    excess(table, use[:, :-1].sum(axis=0), closing, training, over)
    return over


def some_starts(instance, seed):
    draw = np.random.default_rng(seed)
    chosen = draw.random(len(instance.projects.latest)) < 0.3
    return np.where(chosen, draw.integers(0, instance.projects.latest + 1), -1)


@pytest.mark.parametrize("seed", range(5))
def test_a_unit_uses_what_the_search_counts(seed, instance):
    drawn = instance(seed)
    start = some_starts(drawn, seed)
    units = np.random.default_rng(seed).integers(0, 3, (drawn.occupations, drawn.years))
    columns, capacity = training_columns(drawn)
    more = overused(drawn, start, units) - overused(drawn, start, np.zeros_like(units))
    assert columns @ units.ravel() == pytest.approx(more)
    assert capacity[: drawn.years] == pytest.approx(drawn.nation.budget)


@pytest.mark.parametrize("seed", range(30))
def test_no_other_training_is_cheaper(seed, instance):
    drawn = instance(seed, years=4)
    start = some_starts(drawn, seed)
    none = np.zeros((drawn.occupations, drawn.years), dtype=np.int64)
    hard = drawn.rows - len(drawn.regions)
    columns, _ = training_columns(drawn)
    units = np.array(
        list(product(*(range(most + 1) for most in np.repeat(drawn.nation.training_most, drawn.years))))
    )
    over = overused(drawn, start, none)[:hard] + units @ columns[:hard].T.toarray()
    enough = units[(over <= 1e-9).all(axis=1)]
    found = cheapest_training(drawn, tables(drawn), start)
    assert (found is None) == (not len(enough))
    if found is not None:
        assert (overused(drawn, start, found)[:hard] <= 1e-6).all()
        cost = np.repeat(drawn.nation.training_cost, drawn.years)
        assert found.ravel() @ cost == pytest.approx((enough @ cost).min())


def test_the_draws_hold_plans_that_need_training_and_plans_that_no_training_saves(instance):
    found = [
        cheapest_training(drawn, tables(drawn), some_starts(drawn, seed))
        for seed, drawn in ((seed, instance(seed, years=4)) for seed in range(30))
    ]
    assert any(each is None for each in found)
    assert any(each is not None and each.any() for each in found)

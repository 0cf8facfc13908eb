"""The compiled evaluator against the full model with start years fixed, and without the compiler."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from urbium.plan.search.national.annealing import Schedule, anneal_nation
from urbium.plan.search.national.evaluate import evaluate, excess
from urbium.plan.search.national.layout import tables

pytestmark = pytest.mark.long  # the loops of the search are compiled first: 50 s of processor

WITHOUT_COMPILER = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from conftest import build
from urbium.plan.search.national.annealing import Schedule, anneal_cities, anneal_nation
from urbium.plan.search.national.evaluate import evaluate
from urbium.plan.search.national.layout import tables
instance = build(3)
table = tables(instance)
training = np.zeros((instance.occupations, instance.years), np.int64)
start = np.full(len(instance.projects.city), -1)
prices = np.full(instance.rows, 0.1)
found = anneal_nation(table, start, training, prices, Schedule(3000))
anneal_cities(table, range(3), found.start, prices, 1000)
print(found.start.tolist())
print(repr(evaluate(table, found.start).value.tolist()))
"""


def without_parity(instance):
    """Leave out regions: in the full model a closing may be left unused to please them."""
    return replace(instance, nation=replace(instance.nation, parity=0.0))


def a_plan(instance, seed):
    """Return start years that keep the order of projects and the limits, from a short search."""
    training = np.zeros((instance.occupations, instance.years), np.int64)
    empty = np.full(len(instance.projects.city), -1)
    table = tables(instance)._replace(training_most=np.zeros(instance.occupations, dtype=np.int64))
    prices = np.full(instance.rows, 1.0)
    return anneal_nation(table, empty, training, prices, Schedule(40_000, hard=300.0), seed=seed).best_start


@pytest.mark.parametrize("seed", range(12))
def test_start_years_are_worth_what_the_full_model_says(seed, instance, by_highs):
    drawn = without_parity(instance(seed, scale=3.0))
    start = a_plan(drawn, seed)
    found = evaluate(tables(drawn), start)
    assert (start >= 0).any()
    assert found.violation.max() == 0.0
    assert by_highs(drawn, start) == pytest.approx(found.value.sum(), rel=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_over_use_means_that_the_full_model_has_no_split_of_the_money(seed, instance, by_highs):
    drawn = instance(seed, scale=0.02)
    rich = instance(seed, scale=5.0)
    start = a_plan(rich, seed)
    table, found = tables(drawn), evaluate(tables(drawn), start)
    over = np.zeros(drawn.rows)
    closing = np.bincount(drawn.cities.region, found.use[:, -1], minlength=len(drawn.regions))
    training = np.zeros((drawn.occupations, drawn.years), np.int64)
    excess(table, found.use[:, :-1].sum(axis=0), closing, training, over)
    places = over[2 * drawn.years : -len(drawn.regions)]
    assert places.max() > 0
    assert by_highs(drawn, start) is None


def test_loops_stay_within_their_arrays_and_agree_without_the_compiler(instance):
    here = str(Path(__file__).parent)
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT_COMPILER, here], capture_output=True, text=True, check=True,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    start, value = (np.array(eval(line)) for line in answer.stdout.splitlines()[-2:])
    assert evaluate(tables(instance(3)), start).value == pytest.approx(value)

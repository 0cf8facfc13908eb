"""Loops are compiled once: a town of one project makes the code that a nation's search runs."""

from dataclasses import replace

import numpy as np
import pytest

from urbium.plan.search.national import annealing, evaluate, master
from urbium.plan.search.national.compiling import compile_loops
from urbium.plan.search.national.solver import solve_national

pytestmark = pytest.mark.long  # the loops of the search are compiled first: 50 s of processor


def test_what_a_town_compiles_is_what_a_nation_runs(instance):
    compile_loops()
    drawn = instance(1)
    fixed = {name: np.array(value) for name, value in vars(drawn.nation).items() if np.ndim(value)}
    for array in fixed.values():
        array.flags.writeable = False  # as the tables of a roadmap give them
    solve_national(replace(drawn, nation=replace(drawn.nation, **fixed)), time_limit=20, rounds=2)

    loops = (evaluate._evaluate_all, annealing._cities, annealing._nation, master._pick)
    assert [len(loop.signatures) for loop in loops] == [1] * len(loops)

"""City by city at prices: what the solver does not answer proves nothing."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from urbium.plan import by_city
from urbium.plan.layout import Layout
from urbium.plan.matrix import assemble, highs, load, proven


class Tired:
    """A solver that ends without an answer for a number of times."""

    def __init__(self, solver, times):
        self.solver, self.times = solver, times

    def run(self):
        self.times -= 1
        if self.times < 0:
            self.solver.run()

    def __getattr__(self, name):
        return getattr(self.solver, name)


@pytest.fixture
def search(programme):
    lay = Layout(programme(5, cities=3, most=7))
    with ThreadPoolExecutor(1) as executor:
        yield by_city._Search(
            lay, assemble(lay), deadline=time.monotonic() + 60, on_progress=None, seed=0, gap=None,
            executor=executor,
        )  # fmt: skip


def test_a_relaxation_without_an_answer_is_solved_afresh(search):
    city, prices = search.cities[0], np.zeros(len(search.coupling))
    answered = search._relaxation(city, prices=prices).bound
    solver = city.relaxed
    solver.clearSolver()
    city.relaxed = Tired(solver, 1)

    assert search._relaxation(city, prices=prices).bound == pytest.approx(answered)


def test_a_relaxation_that_never_has_an_answer_proves_nothing(search):
    for city in search.cities:
        city.relaxed = Tired(city.relaxed, 99)

    search._find_prices(time.monotonic() + 10)
    assert search.bound == np.inf


def test_a_bound_below_a_plan_is_taken_for_none(search, monkeypatch):
    def wrong(self, until):
        self.value, self.start, self.bound = 5.0, np.zeros(1), 4.0

    monkeypatch.setattr(by_city._Search, "_find_prices", wrong)
    assert search.run(None).bound == np.inf


def test_whole_plans_are_bounded_only_by_a_solver_that_ended_well(programme):
    solver = highs(seconds=10)
    load(solver, assemble(Layout(programme(5, cities=2, most=5))))

    assert proven(solver) == np.inf
    solver.run()
    assert proven(solver) == pytest.approx(solver.getInfo().objective_function_value)

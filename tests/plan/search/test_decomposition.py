"""City by city at prices: what the solver does not answer proves nothing."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest

from urbium.plan import NATIONWIDE, solve
from urbium.plan.milp.model import LinearModel, assemble, dual_bound, highs, load
from urbium.plan.milp.work import Work
from urbium.plan.search import planner
from urbium.plan.search.decomposition import Decomposition
from urbium.plan.variables import Variables


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
def search(programme, exchange_of):
    lay = Variables(programme(5, cities=3, most=7))
    with ThreadPoolExecutor(1) as executor:
        yield Decomposition(exchange_of(lay, assemble(lay)), seed=0, executor=executor)


def test_a_relaxation_without_an_answer_is_solved_afresh(search):
    city, prices = search.cities[0], np.zeros(len(search.coupling))
    answered = search._relaxation(city, prices=prices).bound
    solver = city.relaxed
    solver.clearSolver()
    city.relaxed = Tired(solver, 1)

    assert search._relaxation(city, prices=prices).bound == pytest.approx(answered)


def test_a_relaxation_without_an_answer_by_the_simplex_is_solved_by_interior_points(search):
    city, prices = search.cities[0], np.zeros(len(search.coupling))
    answered = search._relaxation(city, prices=prices).bound
    solver = city.relaxed
    solver.clearSolver()
    city.relaxed = Tired(solver, 2)

    assert search._relaxation(city, prices=prices).bound == pytest.approx(answered)


def test_a_relaxation_that_never_has_an_answer_proves_nothing(search):
    for city in search.cities:
        city.relaxed = Tired(city.relaxed, 99)

    assert list(search._find_prices()) == []
    assert search.bound == search.exchange.bound == np.inf


def test_cities_that_begin_at_the_basis_of_another_have_the_same_answers(search):
    prices = np.full(len(search.coupling), 0.1)
    apart = [search._relaxation(city, prices=prices).bound for city in search.cities]
    for city in search.cities:
        city.relaxed.clearSolver()
    search._begin_alike(prices)

    assert [search._relaxation(city, prices=prices).bound for city in search.cities] == pytest.approx(apart)


def test_whole_plans_are_bounded_only_by_a_solver_that_ended_well(programme):
    solver = highs(work=Work(10))
    load(solver, assemble(Variables(programme(5, cities=2, most=5))))

    assert dual_bound(solver) == np.inf
    solver.run()
    assert dual_bound(solver) == pytest.approx(solver.getInfo().objective_function_value)


def test_the_bound_of_what_needs_not_be_whole_is_its_optimum():
    model = LinearModel(
        row=np.array([0, 0]), column=np.array([0, 1]), value=np.array([1.0, 1.0]), lower=np.array([-np.inf]),
        upper=np.array([4.0]), cost=np.array([1.0, 2.0]), bound=np.array([3.0, 3.0]), wholes=0, limits=(),
    )  # fmt: skip
    solver = highs(work=Work(10))
    load(solver, model)
    solver.run()

    assert dual_bound(solver) == pytest.approx(7.0)


def test_a_city_without_candidates_hinders_no_bound(programme, exchange_of):
    road = programme(5, cities=3, most=7)
    more = pl.DataFrame({"city": ["EMPTY"], "weight": [1.0]})
    wider = road.replace(cities=pl.concat([road.cities, more], how="diagonal"))
    bounds = []
    for asked in (road, wider):
        lay = Variables(asked)
        exchange = exchange_of(lay, assemble(lay))
        with ThreadPoolExecutor(1) as executor:
            search = Decomposition(exchange, seed=0, executor=executor)
            search.prove_at(np.zeros(len(exchange.model.lower)))
        bounds.append(exchange.bound)

    assert np.isfinite(bounds[0])
    assert bounds[1] == pytest.approx(bounds[0])


def test_money_of_the_nation_alone_is_split_in_a_large_programme_too(towns, monkeypatch):
    road = towns.towns_roadmap(with_people=False)
    alone = road.replace(
        funds=road.funds.filter(pl.col("fund") == "NATION"),
        budgets=road.budgets.filter(pl.col("place") == NATIONWIDE),
    )
    best = solve(alone, work_limit=5)
    monkeypatch.setattr(planner, "LARGEST_WHOLE", 0)
    plan = solve(alone, work_limit=5)

    assert plan.objective == pytest.approx(best.objective, rel=0.05)
    assert plan.bound >= best.objective - 1e-7


@pytest.mark.parametrize("largest", [4000, 0])
def test_without_any_fund_the_plan_is_empty(largest, towns, monkeypatch):
    monkeypatch.setattr(planner, "LARGEST_WHOLE", largest)
    road = towns.towns_roadmap(with_people=False)
    plan = solve(road.replace(funds=road.funds.clear()), work_limit=5)

    assert plan.table.is_empty()
    assert plan.certificate.is_valid, plan.certificate

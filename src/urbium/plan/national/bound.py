r"""A proven bound: prices of what the cities share, and the tightened relaxation of each city at them.

With prices :math:`\pi \ge 0` of the coupling rows with capacity b,

.. math:: L(\pi) = \pi b + \sum_{k,t} z^{\max} \max(0, \text{places} - \text{cost})_{kt}
          + \sum_c \max_{x_c} (v_c - \pi A_c) x_c

bounds every plan (Geoffrion 1974), also when each maximum is only bounded from above. Prices of regions may
not exceed the price of a shortfall. Better prices come from mixing the answers so far (Dantzig and Wolfe
1960), held in a box around the best prices known (du Merle, Villeneuve, Desrosiers, Hansen 1999, *Stabilized
column generation*): the relaxations then start near their last answers.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from functools import partial
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from urbium.plan.matrix import highs
from urbium.plan.national.city_model import training_columns
from urbium.plan.national.instance import Floats, Instance
from urbium.plan.national.relaxation import Answer, Relaxation

__all__ = ["Bound", "price_of_shares"]

_LOOK = 0.2
"""Seconds between two looks at the clock."""
_BOX, _LEAST_BOX = 0.025, 0.008
"""Width of the box at first and at least, as a share of a price and its floor; less after no gain."""


def price_of_shares(instance: Instance, prices: Floats) -> float:
    """Return what all that is shared is worth at prices, training at its best."""
    training, capacity = training_columns(instance)
    gain = np.maximum(-(training.T @ prices), 0.0) @ np.repeat(instance.nation.training_most, instance.years)
    return float(prices @ capacity + gain)


class Bound:
    """The search for the least bound: relaxations of the cities, best prices, and a master of their answers.

    Parameters
    ----------
    prices : (rows,) first prices of the coupling rows
    floor : (rows,) a small price of each row, above 0, by which those of 0 may move
    executor : runs the cities
    """

    def __init__(self, instance: Instance, prices: Floats, floor: Floats, executor: Executor) -> None:
        self.instance, self.executor = instance, executor
        self.training, self.capacity = training_columns(instance)
        self.prices = np.zeros(instance.rows)  # at no price at all a city may close every gap at once
        self.city_bounds = instance.cities.worth.sum(axis=1) * float(
            instance.nation.slope @ instance.nation.width
        )
        self.value = float(self.city_bounds.sum())
        self.relaxations: list[Relaxation | None] = [None] * instance.count
        self._floor = floor
        self._master = _AnswerMaster(instance, self.training, self.capacity)
        self._first = self.allowed(prices)
        self._told: Floats | None = None
        self._box = _BOX
        self._asked = self._first
        self._futures: list[Future[Any]] = []
        self.gained = np.inf

    def allowed(self, prices: Floats) -> Floats:
        """Return prices that prove something: not below 0, those of regions within a shortfall's price."""
        most = np.full(len(prices), np.inf)
        most[len(prices) - len(self.instance.regions) :] = self.instance.nation.region_price
        return np.clip(prices, 0.0, most)

    def asked(self) -> Floats:
        """Return the prices to ask next: the first, then those of the mix of all answers."""
        return self._first if self._told is None else self.allowed(self._told)

    def begin(self, cuts: int) -> None:
        """Set out to solve every city at the prices to ask next, with rounds of cuts."""
        self._asked = self.asked()
        work = partial(_solve, self.instance, self._asked, cuts)
        self._futures = [self.executor.submit(work, task) for task in enumerate(self.relaxations)]

    def finish(self, is_over: Callable[[], bool]) -> bool:
        """Wait for the cities and take up their answers; say whether all were solved in time."""
        answers: list[Answer] = []
        for future in self._futures:
            while not (future.done() or is_over()):
                wait([future], timeout=_LOOK)
            if is_over():
                self.cancel()
                return False
            relaxation, answer = future.result()
            self.relaxations[relaxation.city] = relaxation
            answers.append(answer)
        self._take(self._asked, answers)
        return True

    def cancel(self) -> None:
        """Call off what was set out and has not begun."""
        for future in self._futures:
            future.cancel()

    def _take(self, prices: Floats, answers: list[Answer]) -> None:
        bounds = np.array([answer.bound for answer in answers])
        value = float(bounds.sum()) + price_of_shares(self.instance, prices)
        self.gained = self.value - value
        if value < self.value:
            self.value, self.prices, self.city_bounds = value, prices, bounds
        else:
            self._box = max(0.6 * self._box, _LEAST_BOX)
        width = self._box * (self.prices + self._floor)
        self._told = self._master.add(answers, self.prices - width, self.prices + width)

    def branch(self, gains: Floats, *, nodes: int, seconds: float, is_over: Callable[[], bool]) -> None:
        """Prove tighter bounds at the best prices by branching, where bound and known gain differ most.

        Parameters
        ----------
        gains : (C,) the most that is known to be gained in each city at the best prices
        nodes, seconds : limits of each city's branching
        """
        order = np.argsort(gains - self.city_bounds, kind="stable")[: max(self.instance.count // 10, 2)]
        work = partial(_branch, self.prices, nodes, seconds)
        tasks = [self.relaxations[int(c)] for c in order]
        self._futures = [self.executor.submit(work, task) for task in tasks if task is not None]
        for city, future in zip(order, self._futures, strict=True):
            while not (future.done() or is_over()):
                wait([future], timeout=_LOOK)
            if is_over():
                self.cancel()
                break
            self.city_bounds[city] = min(self.city_bounds[city], future.result())
        total = float(self.city_bounds.sum()) + price_of_shares(self.instance, self.prices)
        self.value = min(self.value, total)


def _branch(prices: Floats, nodes: int, seconds: float, relaxation: Relaxation) -> float:
    """Return what branching proves of a city at prices."""
    return relaxation.branch(prices, nodes=nodes, seconds=seconds)


def _solve(
    instance: Instance, prices: Floats, cuts: int, task: tuple[int, Relaxation | None]
) -> tuple[Relaxation, Answer]:
    """Solve a city's relaxation, built when it is the first time."""
    city, relaxation = task
    relaxation = relaxation or Relaxation(instance, city)
    return relaxation, relaxation.solve(prices, cuts)


class _AnswerMaster:
    """The best mix of the cities' fractional answers within what is shared, kept warm."""

    def __init__(self, instance: Instance, training: sp.csr_matrix, capacity: Floats) -> None:
        rows, cities, units = instance.rows, instance.count, training.shape[1]
        self.rows, self.units, self.value = rows, units, -np.inf
        self.solver = highs(solver="simplex", primal_feasibility_tolerance=1e-8)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_, lp.sense_ = rows + cities, units + 2 * rows, highspy.ObjSense.kMaximize
        lp.row_lower_ = np.concatenate([np.full(rows, -np.inf), np.ones(cities)])
        lp.row_upper_ = np.concatenate([capacity, np.ones(cities)])
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.concatenate(
            [np.repeat(instance.nation.training_most, instance.years), np.full(2 * rows, np.inf)]
        )
        matrix = sp.hstack([training, -sp.identity(rows), sp.identity(rows)])
        matrix = sp.vstack([matrix, sp.csr_matrix((cities, lp.num_col_))]).tocsc().sorted_indices()
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
            matrix.indptr, matrix.indices, matrix.data,
        )  # fmt: skip
        self.solver.passModel(lp)

    def add(self, answers: list[Answer], low: Floats, high: Floats) -> Floats:
        """Add an answer of each city; return the rows' prices in the best mix, within limits."""
        cost = np.concatenate([-np.maximum(high, 0.0), np.maximum(low, 0.0)])
        columns = np.arange(self.units, self.units + len(cost), dtype=np.int32)
        self.solver.changeColsCost(len(cost), columns, cost)
        use = np.array([answer.use for answer in answers])
        dense = np.hstack([np.where(np.abs(use) > 1e-10, use, 0.0), np.identity(len(answers))])  # noqa: PLR2004
        column, row = np.nonzero(dense)
        count = len(answers)
        self.solver.addCols(
            count, np.array([answer.value for answer in answers]), np.zeros(count), np.full(count, np.inf),
            len(row), np.searchsorted(column, np.arange(count)).astype(np.int32), row.astype(np.int32),
            dense[column, row],
        )  # fmt: skip
        self.solver.run()
        self.value = float(self.solver.getInfo().objective_function_value)
        dual = np.asarray(self.solver.getSolution().row_dual, dtype=float)
        return np.asarray(np.maximum(dual[: self.rows], 0.0))

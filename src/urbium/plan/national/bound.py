r"""A proven bound: prices of what the cities share, and the tightened relaxation of each city at them.

With prices :math:`\pi \ge 0` of the coupling rows with capacity b,

.. math:: L(\pi) = \pi b + \sum_{k,t} z^{\max} \max(0, \text{places} - \text{cost})_{kt}
          + \sum_c \max_{x_c} (v_c - \pi A_c) x_c

bounds every plan (Geoffrion 1974), also when each maximum is only bounded from above. Prices of regions may
not exceed the price of a shortfall. Better prices come from mixing the answers so far (Dantzig and Wolfe
1960), held in a box around the best prices known (du Merle, Villeneuve, Desrosiers, Hansen 1999, *Stabilized
column generation*): the relaxations then start near their last answers.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, wait
from functools import partial

import highspy
import numpy as np
import scipy.sparse as sp

from urbium.plan.matrix import EITHER, highs
from urbium.plan.national.instance import Floats, Instance, Integers
from urbium.plan.national.relaxation import Answer, Relaxation
from urbium.plan.national.training import training_columns

__all__ = ["Bound", "price_of_shares"]

_LOOK = 0.2
"""Seconds between two looks at the clock."""
_LOOKS = 100
"""Looks of one city's branching in a round."""
_BOX, _LEAST_BOX, _MOST_BOX = 0.025, 0.008, 0.4
"""Width of the box at first, at least and at most, as a share of a price and its floor."""
_LARGE = 2e-3
"""A gain of more than this share shows that the best prices are far away: the box is doubled."""


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
        most = instance.projects.premium.max(axis=1, initial=0.0)
        self.city_bounds = np.bincount(
            instance.projects.city, most, minlength=instance.count
        ) + instance.cities.worth.sum(axis=1) * float(instance.nation.slope @ instance.nation.width)
        self.value = float(self.city_bounds.sum())
        self.relaxations: list[Relaxation | None] = [None] * instance.count
        self._floor = floor
        self._master = _AnswerMaster(instance, self.training, self.capacity)
        self._first = self.allowed(prices)
        self._told: Floats | None = None
        self._box = _BOX
        self._asked = self._first
        self._futures: dict[int, Future[tuple[Relaxation, Answer]]] = {}
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
        self._set_out(self.asked(), cuts, dict.fromkeys(range(self.instance.count)))

    def begin_branching(self, known: Mapping[int, float]) -> None:
        """Set out to branch some cities at the best prices.

        Parameters
        ----------
        known : by city, what a plan of it gains at the best prices
        """
        self._set_out(self.prices, 0, known)

    def _set_out(self, prices: Floats, cuts: int, known: Mapping[int, float | None]) -> None:
        self._asked = prices
        work = partial(_solve, self.instance, prices, cuts)
        self._futures = {
            city: self.executor.submit(work, (city, self.relaxations[city], gain))
            for city, gain in known.items()
        }

    def finish(self, is_over: Callable[[], bool]) -> bool:
        """Wait for the cities and take up their answers; say whether all were solved in time."""
        for future in self._futures.values():
            while not (future.done() or is_over()):
                wait([future], timeout=_LOOK)
        done = {city: future.result() for city, future in self._futures.items() if future.done()}
        is_whole = len(done) == len(self._futures)
        if not is_whole:
            self.cancel()
        self._futures = {}
        for city, (relaxation, _) in done.items():
            self.relaxations[city] = relaxation
        goes_on = is_whole and not is_over()
        if done and (is_whole or self._asked is self.prices):
            answers = {city: answer for city, (_, answer) in done.items()}
            self._take(self._asked, answers)
            if goes_on:
                self._look_further(answers)
        return goes_on

    def cancel(self) -> None:
        """Call off what was set out and has not begun."""
        for future in self._futures.values():
            future.cancel()

    def worst(self, gains: Floats, count: int) -> Integers:
        """Return the cities whose bounds are farthest above what is known to be gained at the best prices."""
        return np.argsort(gains - self.city_bounds, kind="stable")[:count]

    def _take(self, prices: Floats, answers: dict[int, Answer]) -> None:
        """Take up what answers prove at prices, and how far from the best prices to ask next."""
        is_new = prices is not self.prices
        bounds = self.city_bounds.copy()
        for city, answer in answers.items():
            bounds[city] = answer.bound if is_new else min(bounds[city], answer.bound)
        value = float(bounds.sum()) + price_of_shares(self.instance, prices)
        gained = self.value - value
        if is_new:
            self.gained = gained
        else:
            self._master.forget(prices, bounds)
        if is_new and gained <= 0:
            self._box = max(0.6 * self._box, _LEAST_BOX)
        elif self._told is not None and gained > _LARGE * value:
            self._box = min(2.0 * self._box, _MOST_BOX)
        if gained > 0:
            self.value, self.prices, self.city_bounds = value, prices, bounds

    def _look_further(self, answers: dict[int, Answer]) -> None:
        """Find the prices to ask next, in a box around the best."""
        width = self._box * (self.prices + self._floor)
        self._told = self._master.add(answers, self.prices - width, self.prices + width)


def _solve(
    instance: Instance, prices: Floats, cuts: int, task: tuple[int, Relaxation | None, float | None]
) -> tuple[Relaxation, Answer]:
    """Solve a city's relaxation, built when it is the first time, after branching when a gain is known."""
    city, relaxation, known = task
    relaxation = relaxation or Relaxation(instance, city)
    if known is not None:
        relaxation.branch(prices, known, _LOOKS)
    return relaxation, relaxation.solve(prices, cuts)


class _AnswerMaster:
    """The best mix of the cities' fractional answers within what is shared, kept warm."""

    def __init__(self, instance: Instance, training: sp.csr_matrix, capacity: Floats) -> None:
        rows, cities, units = instance.rows, instance.count, training.shape[1]
        self.rows, self.units, self.cities, self.value = rows, units, cities, -np.inf
        self.city, self.worth, self.use = np.zeros(0, np.int64), np.zeros(0), np.zeros((0, rows))
        self.solver = highs(solver="simplex", simplex_strategy=EITHER, primal_feasibility_tolerance=1e-8)
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

    def forget(self, prices: Floats, bounds: Floats) -> None:
        """Give up answers that gain more at prices than a city's bound: no plan is like them."""
        gone = np.flatnonzero(self.worth - self.use @ prices > bounds[self.city] + 1e-6)
        column, nil = (self.units + 2 * self.rows + gone).astype(np.int32), np.zeros(len(gone))
        self.solver.changeColsBounds(len(column), column, nil, nil)

    def add(self, answers: dict[int, Answer], low: Floats, high: Floats) -> Floats:
        """Add answers of cities; return the rows' prices in the best mix, within limits."""
        cost = np.concatenate([-np.maximum(high, 0.0), np.maximum(low, 0.0)])
        columns = np.arange(self.units, self.units + len(cost), dtype=np.int32)
        self.solver.changeColsCost(len(cost), columns, cost)
        city, count = np.array(list(answers), dtype=np.int64), len(answers)
        worth = np.array([answer.value for answer in answers.values()])
        use = np.array([answer.use for answer in answers.values()])
        self.city, self.worth = np.append(self.city, city), np.append(self.worth, worth)
        self.use = np.vstack([self.use, use])
        own = city[:, None] == np.arange(self.cities)
        dense = np.hstack([np.where(np.abs(use) > 1e-10, use, 0.0), own])  # noqa: PLR2004 - rounding
        column, row = np.nonzero(dense)
        self.solver.addCols(
            count, worth, np.zeros(count), np.full(count, np.inf), len(row),
            np.searchsorted(column, np.arange(count)).astype(np.int32), row.astype(np.int32),
            dense[column, row],
        )  # fmt: skip
        self.solver.run()
        self.value = float(self.solver.getInfo().objective_function_value)
        dual = np.asarray(self.solver.getSolution().row_dual, dtype=float)
        return np.asarray(np.maximum(dual[: self.rows], 0.0))

r"""A proven bound: prices of what the cities share, and the tightened relaxation of each city at them.

With prices :math:`\pi \ge 0` of the coupling rows with capacity b,

.. math:: L(\pi) = \pi b + \sum_{k,t} z^{\max} \max(0, \text{places} - \text{cost})_{kt}
          + \sum_c \max_{x_c} (v_c - \pi A_c) x_c

bounds every plan (Geoffrion 1974), also when each maximum is only bounded from above. Prices of regions may
not exceed the price of a shortfall. Better prices come from mixing the answers so far (Dantzig and Wolfe
1960), asked half way from the best prices known (Ben-Ameur and Neto 2007, *Acceleration of cutting-plane and
column generation algorithms*).
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial

import highspy
import numpy as np
import scipy.sparse as sp

from urbium.plan.matrix import highs
from urbium.plan.national.city_model import training_columns
from urbium.plan.national.instance import Floats, Instance
from urbium.plan.national.relaxation import Answer, Relaxation

__all__ = ["Bound", "price_of_shares"]

_ELASTIC = 4.0
_STEP = 0.5
"""First step from the best prices to those of the mix; halved when it did not help, down to a tenth."""


def price_of_shares(instance: Instance, prices: Floats) -> float:
    """Return what all that is shared is worth at prices, training at its best."""
    training, capacity = training_columns(instance)
    gain = np.maximum(-(training.T @ prices), 0.0).sum() * instance.nation.training_most
    return float(prices @ capacity + gain)


class Bound:
    """The search for the least bound: relaxations of the cities, best prices, and a master of their answers.

    Parameters
    ----------
    prices : (rows,) first prices of the coupling rows
    executor : runs the cities; in turn in this thread without one
    """

    def __init__(self, instance: Instance, prices: Floats, executor: Executor | None = None) -> None:
        self.instance, self.executor = instance, executor
        self.training, self.capacity = training_columns(instance)
        self.prices = np.zeros(instance.rows)  # at no price at all a city may close every gap at once
        self.city_bounds = instance.cities.worth.sum(axis=1) * float(
            instance.nation.slope @ instance.nation.width
        )
        self.value = float(self.city_bounds.sum())
        self.relaxations: list[Relaxation | None] = [None] * instance.count
        self._master = _AnswerMaster(instance, self.training, self.capacity, prices)
        self._first = self.allowed(prices)
        self._told: Floats | None = None
        self._step = _STEP

    def allowed(self, prices: Floats) -> Floats:
        """Return prices that prove something: not below 0, those of regions within a shortfall's price."""
        most = np.full(len(prices), np.inf)
        most[len(prices) - len(self.instance.regions) :] = self.instance.nation.shortfall_price
        return np.clip(prices, 0.0, most)

    def asked(self) -> Floats:
        """Return the prices to ask next: between the best and those of the mix of all answers."""
        if self._told is None:
            return self._first
        return self.allowed((1 - self._step) * self.prices + self._step * self._told)

    def round(self, prices: Floats, cuts: int, is_over: Callable[[], bool]) -> bool:
        """Solve every city at prices with rounds of cuts; say whether all were solved in time."""
        work = partial(_solve, self.instance, prices, cuts)
        tasks = [(city, relaxation) for city, relaxation in enumerate(self.relaxations)]
        answers: list[Answer] = []
        for relaxation, answer in self._each(work, tasks, is_over):
            self.relaxations[relaxation.city] = relaxation
            answers.append(answer)
        if len(answers) < self.instance.count:
            return False
        bounds = np.array([answer.bound for answer in answers])
        value = float(bounds.sum()) + price_of_shares(self.instance, prices)
        if value < self.value:
            self.value, self.prices, self.city_bounds = value, prices, bounds
            self._step = min(1.5 * self._step, 1.0)
        else:
            self._step = max(0.5 * self._step, 0.1)
        self._told = self._master.add(answers)
        return True

    @property
    def mixed(self) -> float:
        """What the mix of all answers is worth: the bound cannot fall below it without further cuts."""
        return self._master.value

    def _each(
        self, work: Callable[[tuple[int, Relaxation | None]], tuple[Relaxation, Answer]],
        tasks: list[tuple[int, Relaxation | None]], is_over: Callable[[], bool],
    ) -> Iterable[tuple[Relaxation, Answer]]:  # fmt: skip
        """Yield the answers in order, and stop asking when it is over."""
        if self.executor is None:
            for task in tasks:
                if is_over():
                    return
                yield work(task)
            return
        futures = [self.executor.submit(work, task) for task in tasks]
        for future in futures:
            if is_over():
                for each in futures:
                    each.cancel()
                return
            yield future.result()


def _solve(
    instance: Instance, prices: Floats, cuts: int, task: tuple[int, Relaxation | None]
) -> tuple[Relaxation, Answer]:
    """Solve a city's relaxation, built when it is the first time."""
    city, relaxation = task
    relaxation = relaxation or Relaxation(instance, city)
    return relaxation, relaxation.solve(prices, cuts)


class _AnswerMaster:
    """The best mix of the cities' fractional answers within what is shared, kept warm."""

    def __init__(self, instance: Instance, training: sp.csr_matrix, capacity: Floats, prices: Floats) -> None:
        rows, cities, units = instance.rows, instance.count, training.shape[1]
        self.rows, self.value = rows, -np.inf
        self.solver = highs(solver="simplex", primal_feasibility_tolerance=1e-8)
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_, lp.sense_ = rows + cities, units + rows, highspy.ObjSense.kMaximize
        lp.row_lower_ = np.concatenate([np.full(rows, -np.inf), np.ones(cities)])
        lp.row_upper_ = np.concatenate([capacity, np.ones(cities)])
        elastic = _ELASTIC * np.maximum(prices, prices.mean() + 1e-9)
        lp.col_cost_ = np.concatenate([np.zeros(units), -elastic])
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.concatenate([np.full(units, instance.nation.training_most), np.full(rows, np.inf)])
        matrix = sp.hstack([training, -sp.identity(rows)])
        matrix = sp.vstack([matrix, sp.csr_matrix((cities, lp.num_col_))]).tocsc().sorted_indices()
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = (
            matrix.indptr, matrix.indices, matrix.data,
        )  # fmt: skip
        self.solver.passModel(lp)

    def add(self, answers: list[Answer]) -> Floats:
        """Add an answer of each city; return the rows' prices in the best mix."""
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

"""The best mix of the cities' columns within what they share, and its prices (Dantzig and Wolfe 1960)."""

import highspy
import numpy as np

from urbium.plan.milp.model import duals, highs
from urbium.plan.milp.work import Work
from urbium.plan.variables import Floats

Column = tuple[int, float, Floats]
"""A plan of a city, whole or not: number of the city from 0, worth, and use of each coupling row."""

_FAR_ABOVE = 100
"""Price of an overrun, in prices of the rows."""
_NOTHING = 1e-6


def solve_restricted_master(
    columns: list[Column], capacity: Floats, prices: Floats, *, scale: float, work: Work
) -> tuple[float, Floats] | None:
    """Mix the cities' columns within the coupling rows; return the value and the rows' prices.

    None when the solver finds no mix: prices may be too far apart for it.

    Every coupling row may be overrun at a price far above its worth, so that there is always a mix.

    Parameters
    ----------
    columns : at least one of each city
    capacity, prices : (rows,) of the coupling rows, and their prices so far, at least 0
    scale : factor of the worth inside the solver
    work : from which it is spent, to its end
    """
    use = np.array([use for _, _, use in columns]).T
    value = np.array([value for _, value, _ in columns]) * scale
    owner = np.array([city for city, _, _ in columns])
    shared, cities = len(capacity), int(owner.max()) + 1
    worst = _FAR_ABOVE * max(float(np.max(prices, initial=0.0)), _dearest(columns)) * scale
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(columns) + shared, shared + cities
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate([value, np.full(shared, -worst)])
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.full(lp.num_col_, np.inf)
    lp.row_lower_ = np.concatenate([np.full(shared, -np.inf), np.ones(cities)])
    lp.row_upper_ = np.concatenate([capacity, np.ones(cities)])
    full = np.zeros((shared, lp.num_col_))
    full[:, : len(columns)] = use
    full[np.arange(shared), len(columns) + np.arange(shared)] = -1.0
    row, column = np.nonzero(full)
    order = np.argsort(owner, kind="stable")
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate(
        [
            np.searchsorted(row, np.arange(shared)),
            len(row) + np.searchsorted(owner[order], np.arange(cities + 1)),
        ]
    )
    lp.a_matrix_.index_ = np.concatenate([column, order])
    lp.a_matrix_.value_ = np.concatenate([full[row, column], np.ones(len(columns))])
    solver = highs(work=Work(whole=work), solver="simplex")
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    row_prices = np.clip(duals(solver, scale)[:shared], 0.0, None)
    return solver.getInfo().objective_function_value / scale, row_prices


def _dearest(columns: list[Column]) -> float:
    """The largest worth of a unit of a coupling row among the columns: a scale for the penalty."""
    worth = [
        value / use.max() for _, value, use in columns if len(use) and use.max() > _NOTHING and value > 0
    ]
    return max(worth, default=1.0)

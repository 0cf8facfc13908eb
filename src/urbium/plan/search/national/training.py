"""Training: what its units use of the rows that cities share, and the cheapest that a plan needs."""

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from urbium.plan.search.national.evaluate import evaluate, excess
from urbium.plan.search.national.instance import Floats, Instance, Integers
from urbium.plan.search.national.layout import Tables


def training_columns(instance: Instance) -> tuple[sp.csr_matrix, Floats]:
    """Return what a unit of training (K, T) uses of each coupling row, and the rows' capacities."""
    nation, years, occupations = instance.nation, instance.years, instance.occupations
    year = np.arange(years)
    is_taught = (year[:, None] >= year + nation.training_lag).astype(float)
    paid = sp.kron(nation.training_cost[None, :], sp.identity(years))
    places = sp.kron(sp.diags(nation.training_places), -is_taught)
    regions = len(instance.regions)
    nothing = [sp.csr_matrix((count, occupations * years)) for count in (years, regions)]
    capacity = np.concatenate([nation.budget, np.zeros(years), nation.pool.ravel(), np.zeros(regions)])
    return sp.vstack([paid, nothing[0], places, nothing[1]]).tocsr(), capacity


def cheapest_training(instance: Instance, table: Tables, start: Integers) -> Integers | None:
    """Return the (K, T) units of training that cost least and let start years keep what is shared, if any do.

    Regions may fall short.

    Parameters
    ----------
    start : (P,) start years
    """
    none = np.zeros((instance.occupations, instance.years), dtype=np.int64)
    use, over = evaluate(table, start).use, np.zeros(instance.rows)
    closing: Floats = np.bincount(table.region, use[:, -1], minlength=len(instance.regions)).astype(float)
    excess(table, use[:, :-1].sum(axis=0), closing, none, over)
    shared = slice(0, instance.rows - len(instance.regions))
    if not none.size or (over[shared] <= 0).all():
        return none
    # a programme of a few hundred whole units: solved exactly, since a unit too few makes a good plan fail
    columns, _ = training_columns(instance)
    solved = milp(
        np.repeat(instance.nation.training_cost, instance.years),
        constraints=LinearConstraint(columns[shared], ub=-over[shared]),
        bounds=Bounds(0, np.repeat(instance.nation.training_most, instance.years)),
        integrality=np.ones(none.size),
    )
    return None if solved.x is None else np.rint(solved.x).astype(np.int64).reshape(none.shape)

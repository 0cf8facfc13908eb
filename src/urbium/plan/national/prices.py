"""First prices of what the cities share, from the relaxation of a few cities with their part of it.

The sample takes cities evenly by size, and scales the nation's money and places by their share of the cost.
Rows of regions are left out when not all cities are in: a region's mean says nothing with a few of them.
"""

from dataclasses import replace

import highspy
import numpy as np

from urbium.plan.matrix import highs
from urbium.plan.national.city_model import national_model, to_highs
from urbium.plan.national.instance import Floats, Instance, sample

__all__ = ["first_prices"]

_CITIES = 14
_FEW = 20
"""Up to so many cities all are taken."""


def first_prices(
    instance: Instance, *, cities: int = _CITIES, seconds: float = 60.0, seed: int = 0
) -> Floats:
    """Return (rows,) prices of the coupling rows, at least 0; zeros when there was no time to find any.

    Parameters
    ----------
    cities : how many are taken when the nation has more than a few
    seconds : the most time the relaxation may take
    """
    few = instance
    if instance.count > _FEW:
        order = np.argsort(-np.bincount(instance.projects.city, instance.projects.cost), kind="stable")
        chosen = order[((np.arange(cities) + 0.5) * instance.count / cities).astype(int)]
        few = sample(replace(instance, nation=replace(instance.nation, parity=0.0)), np.sort(chosen))
    solver = highs(seconds=seconds, seed=seed, solver="ipm", run_crossover="off")
    solver.passModel(to_highs(national_model(few)))
    solver.run()
    prices = np.zeros(instance.rows)
    if solver.getModelStatus() in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown):
        found = np.asarray(solver.getSolution().row_dual)[-few.rows :]
        shared = few.rows if few is instance else few.rows - len(few.regions)
        prices[:shared] = np.maximum(found[:shared], 0.0)
    return prices

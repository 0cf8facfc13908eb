"""First prices of what the cities share, from the tightened relaxation of a few cities with their part.

The sample takes cities evenly by size, and scales the nation's money and places by their share of the cost.
Rows of regions are left out when not all cities are in: a region's mean says nothing with a few of them.
"""

from collections.abc import Iterator
from dataclasses import replace

import highspy
import numpy as np
import scipy.sparse as sp

from urbium.plan.milp.model import highs
from urbium.plan.milp.work import Work
from urbium.plan.search.national.city_model import CityModel, CityVariables, national_model, to_highs
from urbium.plan.search.national.cuts import separate, sources
from urbium.plan.search.national.instance import Floats, Instance, sample

_CITIES, _COLUMNS = 14, 25_000
"""The most cities of a sample, and the columns that their programmes may have together."""
_TIGHTER = 1
"""Times the sample is solved again with cuts."""
_FEW = 20
"""Up to so many cities all are taken."""


def first_prices(instance: Instance, *, work: Work, cities: int = _CITIES, seed: int = 0) -> Iterator[Floats]:
    """Give (rows,) prices of the coupling rows, at least 0, better each time; zeros without work left.

    Parameters
    ----------
    work : what the relaxation may take at most
    cities : how many are taken at most when the nation has more than a few
    """
    few = instance
    if instance.count > _FEW:
        widest = CityVariables(instance, int(np.argmax(np.diff(instance.first)))).columns
        cities = min(cities, max(int(_COLUMNS / widest), _CITIES // 2))
        order = np.argsort(
            -np.bincount(instance.projects.city, instance.projects.cost, instance.count), kind="stable"
        )
        chosen = order[((np.arange(cities) + 0.5) * instance.count / cities).astype(int)]
        # the middle city of each of so many parts by cost: large and small ones with their weight
        few = sample(replace(instance, nation=replace(instance.nation, parity=0.0)), np.sort(chosen))
    prices, model = np.zeros(instance.rows), national_model(few)
    shared = few.rows if few is instance else few.rows - len(few.regions)
    for turn in range(1 + _TIGHTER):
        before = work.spent
        # prices from the middle of the optimal face: without crossover, which gives a corner, after more time
        solver = highs(work=work, seed=seed, solver="ipm", run_crossover="off")
        solver.passModel(to_highs(model))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        solution = solver.getSolution()
        dual = np.asarray(solution.row_dual)[len(model.lower) - few.rows :]
        prices = np.zeros(instance.rows)
        prices[:shared] = np.maximum(dual[:shared], 0.0)
        yield prices
        if turn == _TIGHTER or work.left <= work.spent - before or work.is_late:
            return
        model = _tightened(few, model, np.asarray(solution.col_value))
    yield prices


def _tightened(instance: Instance, model: CityModel, x: Floats) -> CityModel:
    """Return the programme with the cuts of each city that a solution violates, in front."""
    cuts, limits, begin = [], [], 0
    for city in range(instance.count):
        lay = CityVariables(instance, city)
        violated, upper = separate(sources(lay), x[begin : begin + lay.columns])
        violated = sp.csr_matrix(
            (violated.data, violated.indices + begin, violated.indptr), shape=(len(upper), len(model.cost))
        )
        cuts.append(violated)
        limits.append(upper)
        begin += lay.columns
    more = np.concatenate(limits)
    return replace(
        model,
        matrix=sp.vstack([*cuts, model.matrix]).tocsr(),
        lower=np.concatenate([np.full(len(more), -np.inf), model.lower]),
        upper=np.concatenate([more, model.upper]),
    )

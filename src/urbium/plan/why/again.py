"""A plan's programme solved again under a change: the whole when small, else one city beside the others."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from urbium.plan.milp.model import Matrix
from urbium.plan.result.plan import Plan
from urbium.plan.variables import Floats, Layout
from urbium.plan.why.reoptimise import SECONDS, Again, Scope

__all__ = ["held_back", "is_small", "solve_again"]

Change = Callable[[Layout, Matrix], Matrix]
"""What is changed in a model before it is solved again."""

_SMALL = 4000
"""Up to so many start variables the whole programme is solved again; the same as for a plan."""
_GAP = 1e-3


def is_small(plan: Plan) -> bool:
    """Say whether a plan's whole programme is solved again in an answer."""
    road = plan.roadmap
    span = len(road.years)
    starts = road.projects.select((span + 1 - pl.col("build_years")).clip(0, span).sum()).item()
    return road.cities.height == 1 or int(starts or 0) <= _SMALL


def solve_again(
    plan: Plan,
    city: str,
    *,
    status: Mapping[str, str] | None = None,
    change: Change | None = None,
    seconds: float = SECONDS,
) -> Again:
    """Solve a plan's programme again under a change that concerns one city.

    A small programme is solved as a whole, so that the answer holds whatever the other cities do; of a larger
    one the city is solved, the other cities, their money and the nation's training as they are. Where the
    whole is cut by time, the city is solved as well, and the better plan of the two is the answer.
    """
    alone = Scope(plan, city, status or {})
    if not is_small(plan):
        return alone.solve(_changed(alone, change), seconds=seconds, gap=_GAP)
    whole = Scope(plan, None, status or {})
    known = whole.solve(_changed(whole, change), seconds=seconds)
    if known.is_exact or known.is_infeasible or plan.roadmap.cities.height == 1:
        return known
    near = alone.solve(_changed(alone, change), seconds=seconds)
    if near.value is None or (known.value is not None and known.value >= near.value):
        return known
    others = plan.table.filter(pl.col("city") != city).select("project", "start").iter_rows()
    return replace(known, value=near.value, start=dict(others) | dict(near.start))


def _changed(scope: Scope, change: Change | None) -> Matrix:
    return scope.model if change is None else change(scope.lay, scope.model)


def held_back(projects: Mapping[str, int]) -> Change:
    """Return the change that keeps each project from being started before a year index."""

    def change(lay: Layout, model: Matrix) -> Matrix:
        bound: Floats = model.bound.copy()
        for name, year in projects.items():
            if name in lay.number:
                columns = lay.start[lay.number[name]]
                last = int(lay.last_start[lay.number[name]])
                early = columns[: min(year, last + 1)]
                bound[early[early >= 0]] = 0.0
        return replace(model, bound=bound)

    return change

"""Pruning: a plan without what is of no use.

A search that is cut at its time leaves projects that cost more than they close and that no chosen project
requires. Without them the plan is worth more, and no limit but that on foreign money can get tighter.
"""

import numpy as np
import polars as pl

from urbium.plan.milp.objective import worth_by_project
from urbium.plan.variables import Integers, Variables


def prune(lay: Variables, start: Integers) -> Integers:
    """Return start year indices without the projects that lower the plan's worth and that nothing needs.

    Taken out is what is a mere candidate, is required by no chosen project, is not the only chosen one of an
    alternative group, and is worth less than nothing by itself (or nothing, at a cost). The worst of each
    city goes first, since the others may be worth more without it; projects of different cities do not touch.

    Parameters
    ----------
    lay : the roadmap's arrays
    start : start year index of each project, -1 for never
    """
    road = lay.roadmap
    is_candidate = (road.projects["status"] == "candidate").to_numpy()
    costs = (lay.capital > 0) | (lay.yearly > 0)
    project, requires = (
        _pairs(lay, road.hard_prerequisites, "project"),
        _pairs(lay, road.hard_prerequisites, "requires"),
    )
    groups = [
        _pairs(lay, members, "project")
        for _, members in road.alternatives.group_by("group", maintain_order=True)
    ]
    kept = start.copy()
    while True:
        needed = np.zeros(len(kept), dtype=bool)
        needed[requires[kept[project] >= 0]] = True
        for group in groups:
            chosen = group[kept[group] >= 0]
            needed[chosen] |= len(chosen) == 1
        worth = worth_by_project(lay, kept)
        useless = (worth < 0) | ((worth == 0) & costs)
        candidates = np.flatnonzero((kept >= 0) & is_candidate & ~needed & useless)
        if not len(candidates):
            return kept
        worst = candidates[np.argsort(worth[candidates], kind="stable")]
        _, first = np.unique(lay.city[worst], return_index=True)
        kept[worst[first]] = -1


def _pairs(lay: Variables, table: pl.DataFrame, column: str) -> Integers:
    """Return the row numbers of the projects that a column of a table names."""
    return np.array([lay.number[name] for name in table[column]], dtype=np.int64)

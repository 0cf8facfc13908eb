"""Strengthening: what running costs rule out, said to the relaxation, which would run a part of a project.

A place must run all that it builds, whenever it starts, and all that this requires. Standards that no
affordable choice of projects meets together are not all met: every plan misses one of them, and so no plan is
lost. A relaxation meets six tenths of each instead, and so promises far more than any plan can keep.
See ADR 0108.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import prod

import numpy as np
import scipy.sparse as sp

from urbium.plan.milp.model import LinearModel
from urbium.plan.variables import Variables

_LASTING = ("upkeep", "repayment")
"""The limits that whatever is started takes from, in whichever year."""
_ROUNDING = 1e-6
_TOGETHER, _MOST_CHOICES = 3, 64
"""Standards that are looked at together, and ways to meet them, at most."""


def strengthened(lay: Variables, model: LinearModel) -> LinearModel:
    """Return the model with a row for each set of standards that conflict: one of them is missed.

    The rows stand after those of the model, and belong to no limit.
    """
    conflicts = [lay.missed[list(group)] for group in _conflicts(lay, _Running(lay, model))]
    count, first = len(conflicts), len(model.lower)
    sizes = [len(columns) for columns in conflicts]
    return replace(
        model,
        row=np.concatenate([model.row, first + np.repeat(np.arange(count), sizes)]),
        column=np.concatenate([model.column, *(np.sort(columns) for columns in conflicts)]),
        value=np.concatenate([model.value, np.ones(sum(sizes))]),
        lower=np.concatenate([model.lower, np.ones(count)]),
        upper=np.concatenate([model.upper, np.full(count, np.inf)]),
    )


class _Running:
    """What each project takes of the lasting limits, and what it requires."""

    def __init__(self, lay: Variables, model: LinearModel) -> None:
        rows = np.concatenate([np.array(model.span(limit), dtype=np.int64) for limit in _LASTING])
        project_of = np.full(lay.columns, -1)
        last = lay.start[:, -1]
        project_of[last[last >= 0]] = np.flatnonzero(last >= 0)
        row_of = np.full(len(model.lower), -1)
        row_of[rows] = np.arange(len(rows))
        entry = (row_of[model.row] >= 0) & (project_of[model.column] >= 0)
        place = project_of[model.column[entry]], row_of[model.row[entry]]
        self.use = sp.csr_matrix((model.value[entry], place), shape=(len(last), len(rows)))
        self.most = model.upper[rows] + _ROUNDING * np.maximum(1.0, np.abs(model.upper[rows]))
        self.requires: dict[int, list[int]] = {}
        for project, required, _ in lay.roadmap.hard_prerequisites.iter_rows():
            self.requires.setdefault(lay.number[project], []).append(lay.number[required])

    def is_within(self, projects: list[int]) -> bool:
        """Say whether projects, with all they require, can be run together."""
        members, waiting = set[int](), list(projects)
        while waiting:
            project = waiting.pop()
            if project not in members:
                members.add(project)
                waiting += self.requires.get(project, ())
        taken: dict[int, float] = {}
        for project in sorted(members):
            span = slice(self.use.indptr[project], self.use.indptr[project + 1])
            for row, amount in zip(self.use.indices[span], self.use.data[span], strict=True):
                taken[row] = taken.get(row, 0.0) + amount
        return all(amount <= self.most[row] for row, amount in taken.items())


def _conflicts(lay: Variables, running: _Running) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of standards that a city cannot meet together, though it can fewer of them."""
    number = {name: k for k, name in enumerate(lay.roadmap.standards["standard"])}
    meets: dict[int, list[int]] = {}
    for name, project in lay.roadmap.covers.iter_rows():
        meets.setdefault(number[name], []).append(lay.number[project])
    for _, rows in lay.roadmap.standards.group_by("city", maintain_order=True):
        conflicts: list[tuple[int, ...]] = []
        for size in range(1, _TOGETHER + 1):
            for group in combinations([number[name] for name in rows["standard"]], size):
                ways = prod(len(meets[standard]) for standard in group)
                is_smallest = not any(set(conflict) <= set(group) for conflict in conflicts)
                if (
                    is_smallest
                    and ways <= _MOST_CHOICES
                    and not any(
                        running.is_within([*choice]) for choice in product(*(meets[k] for k in group))
                    )
                ):
                    conflicts.append(group)
        yield from conflicts

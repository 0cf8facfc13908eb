"""Branching of a city's relaxation over "started by": a tree that grows on from where it was left.

Every leaf fixes some projects to have started by a year, or not before it; together the leaves hold every
plan of the city, so the largest of their bounds is one of the city. This is true at any prices: a tree grown
at some prices is looked over again at others and grows on. The leaf with the largest bound is divided next,
at the project and year that a few short looks say lower both sides most (Achterberg, Koch, Martin 2005,
*Branching rules revisited*: reliability branching).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from urbium.plan.search.national.city_model import CityModel
from urbium.plan.search.national.instance import Floats, Integers

Flags = npt.NDArray[np.bool_]

_WHOLE = 1e-6
"""Shares nearer to 0 or 1 than this are whole."""
_CANDIDATES, _ITERATIONS, _RELIABLE, _PATIENCE = 8, 40, 2, 4
"""Divisions that are looked at, for so many iterations, until a project is known so often; and how many in a
row may be no better than the best."""
_NIL = 1e-6


@dataclass
class Leaf:
    """A part of a city's plans.

    Parameters
    ----------
    least, most : (binaries,) bounds of the columns "started by", false for 0 and true for 1
    bound : no plan of this part gains more at the prices of the last look
    dual : (rows,) prices of the rows that prove it
    share : (binaries,) the fractional plan of the bound; None when it is not known
    """

    least: Flags
    most: Flags
    bound: float = np.inf
    dual: Floats | None = None
    share: Floats | None = None


Look = Callable[[Leaf, int | None], bool]
"""Solves a leaf, in a number of iterations or to the end; says whether it holds any plan."""


class BranchTree:
    """The leaves of a city, and what is known of dividing at its projects.

    Parameters
    ----------
    model : of the city
    """

    def __init__(self, model: CityModel) -> None:
        self.offset = model.offset
        self.project = np.repeat(np.arange(len(model.offset) - 1), np.diff(model.offset))
        self.leaves = [Leaf(np.zeros(model.binaries, dtype=bool), np.ones(model.binaries, dtype=bool))]
        self.looks = 0
        self._loss = np.zeros((2, len(model.offset) - 1))
        self._seen = np.zeros((2, len(model.offset) - 1))

    @property
    def bound(self) -> float:
        """No plan of the city gains more at the prices of the last look."""
        return max((leaf.bound for leaf in self.leaves), default=-np.inf)

    def grow(self, look: Look, enough: float, looks: int) -> None:
        """Divide leaves until the bound is low enough, or a number of looks more is spent.

        Best first: the bound is that of the worst leaf, so no other division can lower it.
        """
        end = self.looks + looks
        while self.looks < end and self.leaves:
            leaf = max(self.leaves, key=lambda open_leaf: open_leaf.bound)
            if leaf.bound <= enough or leaf.share is None:
                return  # proven, or without a solution to divide at: a look that was cut short has none
            column = self._division(leaf, look)
            if column is None:
                return
            self.leaves = [other for other in self.leaves if other is not leaf]
            for side in (0, 1):
                part = self._part(leaf, column, side)
                self.looks += 1
                if look(part, None):
                    self.leaves.append(part)
                    self._learn(leaf, column, side, part.bound)

    def _part(self, leaf: Leaf, column: int, side: int) -> Leaf:
        """Return the plans of a leaf in which a project has not started by a year (0), or has (1)."""
        first, end = self.offset[self.project[column]], self.offset[self.project[column] + 1]
        # "started by" rises over a project's years: a 1 holds for all later years, a 0 for all earlier ones
        least, most = leaf.least.copy(), leaf.most.copy()
        if side:
            least[column:end] = True
        else:
            most[first : column + 1] = False
        return Leaf(least, most, leaf.bound, leaf.dual)

    def _learn(self, leaf: Leaf, column: int, side: int, bound: float) -> float:
        """Note by how much a division lowered the bound; return it."""
        # per unit by which the share was moved: pseudo-costs, which are comparable between divisions
        share = self._share(leaf)[column]
        loss = max(leaf.bound - bound, 0.0)
        project = self.project[column]
        self._loss[side, project] += loss / ((1.0 - share) if side else share)
        self._seen[side, project] += 1
        return loss

    @staticmethod
    def _share(leaf: Leaf) -> Floats:
        assert leaf.share is not None  # noqa: S101 - a leaf that is divided has been solved
        return leaf.share

    def _division(self, leaf: Leaf, look: Look) -> int | None:
        """Return the column to divide a leaf at, None when its plan is whole."""
        columns = self._candidates(leaf)
        merit = self._expected(leaf, columns)
        best, most, idle = None, -1.0, 0
        for n in np.argsort(-merit, kind="stable")[:_CANDIDATES]:
            column, promise = int(columns[n]), float(merit[n])
            if self._seen[:, self.project[column]].min() < _RELIABLE:  # not known well: look at both sides
                promise = 1.0
                for side in (0, 1):
                    part = self._part(leaf, column, side)
                    self.looks += 1
                    bound = part.bound if look(part, _ITERATIONS) else -np.inf
                    # an empty side loses without end; a tenth of the bound keeps the mean meaningful
                    promise *= max(self._learn(leaf, column, side, max(bound, 0.9 * leaf.bound)), _NIL)
            idle += 1
            if promise > most:
                best, most, idle = column, promise, 0
            if idle == _PATIENCE:
                break
        return best

    def _candidates(self, leaf: Leaf) -> Integers:
        """Return each project's column that is nearest to one half."""
        share = self._share(leaf)
        half = np.minimum(share, 1.0 - share)
        # one column a project: its years rise together, so that a second one would say nearly the same
        columns = np.flatnonzero(half > _WHOLE)
        order = np.lexsort((-half[columns], self.project[columns]))
        _, first = np.unique(self.project[columns[order]], return_index=True)
        return np.asarray(columns[order][first])

    def _expected(self, leaf: Leaf, columns: Integers) -> Floats:
        """Return what dividing at columns promises: the product of what both sides lose."""
        share, project = self._share(leaf)[columns], self.project[columns]
        if not self._seen.any():
            return np.asarray(np.minimum(share, 1.0 - share))
        mean = self._loss.sum(axis=1) / np.maximum(self._seen.sum(axis=1), 1)
        seen = self._seen[:, project]
        loss = np.where(seen > 0, self._loss[:, project] / np.maximum(seen, 1), mean[:, None])
        return np.asarray(np.maximum(loss[0] * share, _NIL) * np.maximum(loss[1] * (1.0 - share), _NIL))

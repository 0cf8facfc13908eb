"""A city's relaxation, tightened by cuts, solved again and again at new prices of what the cities share.

Each answer bounds what the city can gain at the prices. The bound is computed from the solver's row prices by
weak duality, with columns within bounds that hold for every plan: it does not rest on the solver's word. A
relaxation can be sent to another process: it takes its cuts, its last basis and its tree along.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from urbium.plan.milp.model import EITHER, highs
from urbium.plan.milp.work import Work
from urbium.plan.search.national.branching import BranchTree, Leaf
from urbium.plan.search.national.city_model import CityVariables, to_highs
from urbium.plan.search.national.cuts import separate, sources
from urbium.plan.search.national.instance import Floats, Instance

_MOST = 20_000
"""Iterations of a solve: one that goes in circles still leaves row prices that prove something."""
_LOOSE: dict[str, Any] = {
    "primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7,
    "simplex_iteration_limit": _MOST,
}  # fmt: skip
_MANY = 900
"""Cuts beyond which those that do not bind are dropped."""
_PROVEN = 5e-4
"""A city is branched until its bound is within this share of what a plan of it gains."""
_NEGATIVE = 1e-6
_ANSWERED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
_STATUS = [highspy.HighsBasisStatus(k) for k in range(5)]
_BASIC = int(highspy.HighsBasisStatus.kBasic)


class Relaxation:
    """The relaxation of one city; between two solves it holds numbers only."""

    def __init__(self, instance: Instance, city: int) -> None:
        lay = CityVariables(instance, city)
        self.city, self.model, self.source = city, lay.build(), sources(lay)
        self.work = Work()
        self.cuts = sp.csr_matrix((0, len(self.model.cost)))
        self.limits = np.zeros(0)
        self.is_proof = np.zeros(0, dtype=bool)
        self.most = _implied(lay, self.model.most)
        self.tree = BranchTree(self.model)
        self._basis: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]] | None = None
        self._dual = np.zeros(len(self.model.lower))

    def solve(self, prices: Floats, rounds: int) -> float:
        """Solve at prices, with rounds of cuts; return what no plan of the city gains more than.

        The first solve is by interior points, which is quickest from nothing; every later one begins at the
        last basis, from which the simplex needs few steps when only prices or a few cuts are new.
        """
        gain = self._gain(prices)
        solver = self._at(prices, self.limits)
        bound, dual = self._bound(self._dual, gain), self._dual  # what is known holds at any prices
        for turn in range(rounds + 1):
            if turn and not self._cut(solver):
                break
            _answer(solver)
            row_dual = np.asarray(solver.getSolution().row_dual)
            proven = self._bound(row_dual, gain)
            if proven < bound:  # a solve that ends without an answer may prove less than the one before
                bound, dual = proven, row_dual
        basis = solver.getBasis()
        self._basis = _numbers(basis.col_status), _numbers(basis.row_status)
        self._dual = dual.copy()
        if len(self.limits) > _MANY:
            self._forget()
        return bound

    def branch(self, prices: Floats, gained: float, looks: int) -> None:
        """Divide the city's plans at prices, and keep what that proves as one more cut.

        The cut says that no plan gains more at these prices; near them it keeps most of its force.

        Parameters
        ----------
        gained : what a plan of the city gains at the prices; there is no proving below it
        looks : the most looks at parts of the city's plans
        """
        gain = self._gain(prices)
        solver = self._at(prices, np.where(self.is_proof, np.inf, self.limits))
        _answer(solver)
        look = partial(self._look, solver, gain)
        enough = gained + _PROVEN * abs(gained)
        # cuts that former branching proved at other prices are left out: the tree proves these prices anew
        for leaf in self.tree.leaves:
            leaf.bound = self._bound(leaf.dual, gain, leaf) if leaf.dual is not None else np.inf
        self.tree.leaves = [leaf for leaf in self.tree.leaves if leaf.bound <= enough or look(leaf, None)]
        self.tree.grow(look, enough, looks)
        if np.isfinite(self.tree.bound):  # a leaf that the solver had no answer for proves nothing yet
            self._keep(sp.csr_matrix(gain), np.array([max(self.tree.bound, gained)]), is_proof=True)

    def _look(self, solver: highspy.Highs, gain: Floats, leaf: Leaf, iterations: int | None) -> bool:
        """Solve a leaf; say whether it may hold a plan."""
        columns = np.arange(len(leaf.least), dtype=np.int32)
        solver.changeColsBounds(len(columns), columns, leaf.least.astype(float), leaf.most.astype(float))
        solver.setOptionValue("simplex_iteration_limit", iterations or _MOST)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            # the solver's word is not enough: a leaf is dropped only where its ray proves that it is empty
            _, has_ray, ray = solver.getDualRay()  # type: ignore[attr-defined]
            return not (has_ray and self._is_empty(np.asarray(ray), leaf))
        solution = solver.getSolution()
        dual = np.asarray(solution.row_dual)
        bound = self._bound(dual, gain, leaf)
        if bound < leaf.bound:
            leaf.bound, leaf.dual = bound, dual
        leaf.share = np.asarray(solution.col_value)[: len(columns)]
        return True

    def _is_empty(self, ray: Floats, leaf: Leaf) -> bool:
        """Say whether a ray proves that a leaf holds no plan: a cost of nothing then has a bound below 0."""
        nothing = np.zeros(len(self.model.cost))
        size = max(float(np.abs(ray).max(initial=0.0)), 1e-12)
        return min(self._bound(sign * ray / size, nothing, leaf) for sign in (1.0, -1.0)) < -_NEGATIVE

    def _gain(self, prices: Floats) -> Floats:
        """Return what each column gains at prices."""
        return np.asarray(self.model.cost - self.model.sharing.T @ prices)

    def _at(self, prices: Floats, limits: Floats) -> highspy.Highs:
        """Return a solver with the gains at prices, the cuts within limits, and the last basis."""
        model = replace(
            self.model,
            matrix=sp.vstack([self.model.matrix, self.cuts]).tocsr(),
            lower=np.concatenate([self.model.lower, np.full(len(limits), -np.inf)]),
            upper=np.concatenate([self.model.upper, limits]),
        )
        kind = "ipm" if self._basis is None else "simplex"
        solver = highs(work=self.work, solver=kind, simplex_strategy=EITHER, **_LOOSE)
        solver.passModel(to_highs(model, prices=prices))
        if self._basis is not None:
            basis = highspy.HighsBasis()
            columns, rows = self._basis
            rows = np.append(rows, np.full(len(model.lower) - len(rows), _BASIC, dtype=np.int8))
            basis.col_status, basis.row_status = (
                [_STATUS[k] for k in numbers] for numbers in (columns, rows)
            )
            solver.setBasis(basis)
        return solver

    def _cut(self, solver: highspy.Highs) -> bool:
        """Add cuts that the solution violates; say whether there were any."""
        cuts, limits = separate(self.source, np.asarray(solver.getSolution().col_value))
        self._keep(cuts, limits)
        if len(limits):
            solver.addRows(
                len(limits), np.full(len(limits), -np.inf), limits, cuts.nnz,
                cuts.indptr[:-1].astype(np.int32), cuts.indices.astype(np.int32), cuts.data,
            )  # fmt: skip
        return bool(len(limits))

    def _keep(self, cuts: sp.csr_matrix, limits: Floats, *, is_proof: bool = False) -> None:
        """Take up cuts."""
        self.cuts, self.limits = sp.vstack([self.cuts, cuts]).tocsr(), np.append(self.limits, limits)
        self.is_proof = np.append(self.is_proof, np.full(len(limits), is_proof))

    def _forget(self) -> None:
        """Drop cuts that do not bind, and the leaves' prices of rows, which are numbered anew."""
        assert self._basis is not None  # noqa: S101 - cuts are dropped after a solve
        rows = len(self.model.lower)
        keep = self.is_proof | (self._basis[1][rows:] != _BASIC)
        self.cuts, self.limits, self.is_proof = self.cuts[keep], self.limits[keep], self.is_proof[keep]
        kept = np.append(np.full(rows, fill_value=True), keep)
        self._basis = self._basis[0], self._basis[1][kept]
        self._dual = np.append(self._dual, np.zeros(len(kept) - len(self._dual)))[kept]
        for leaf in self.tree.leaves:
            leaf.dual = None

    def _bound(self, dual: Floats, gain: Floats, leaf: Leaf | None = None) -> float:
        """Weak duality: row prices times limits, and what is left of each column's gain at its bounds.

        Any row prices prove a bound, good ones a tight one: so the solver may stop early, or err by rounding,
        and the bound holds all the same. Prices of rows without a limit on their side count as 0.
        """
        model = self.model
        rows = len(model.lower) + len(self.limits)
        dual = np.append(dual, np.zeros(rows - len(dual)))  # cuts that came later
        lower = np.concatenate([model.lower, np.full(len(self.limits), -np.inf)])
        upper = np.concatenate([model.upper, self.limits])
        up, down = np.maximum(dual, 0.0), np.maximum(-dual, 0.0)
        up[~np.isfinite(upper)], down[~np.isfinite(lower)] = 0.0, 0.0
        paid = up @ np.where(up > 0, upper, 0.0) - down @ np.where(down > 0, lower, 0.0)
        of_model = len(model.lower)
        left = gain - model.matrix.T @ (up - down)[:of_model] - self.cuts.T @ (up - down)[of_model:]
        least, most = np.zeros(len(left)), self.most
        if leaf is not None:
            most = most.copy()
            least[: len(leaf.least)], most[: len(leaf.most)] = leaf.least, leaf.most
        return float(paid + np.maximum(left, 0.0) @ most - np.maximum(-left, 0.0) @ least)


def _answer(solver: highspy.Highs) -> None:
    """Solve; where the solver ends without an answer, at its iteration limit, once more from nothing."""
    solver.run()
    for kind in ("ipm", "simplex"):
        if solver.getModelStatus() in _ANSWERED:
            break
        solver.clearSolver()
        solver.setOptionValue("solver", kind)
        solver.run()
    solver.setOptionValue("solver", "simplex")


def _numbers(status: Iterable[highspy.HighsBasisStatus]) -> npt.NDArray[np.int8]:
    """Return the statuses of a basis as numbers."""
    return np.array([int(one) for one in status], dtype=np.int8)


def _implied(lay: CityVariables, most: Floats) -> Floats:
    """Return finite upper bounds of the columns: money within all that is spent, draws within all places."""
    bound = most.copy()
    bound[lay.money : lay.draw] = lay.rate.sum()
    places = (lay.staff + lay.running).sum(axis=0)[:, None]
    bound[lay.draws()] = np.minimum(bound[lay.draws()], places)
    return bound

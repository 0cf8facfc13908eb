"""A city's relaxation, tightened by cuts, solved again and again at new prices of what the cities share.

Each answer bounds what the city can gain at the prices. The bound is computed from the solver's row prices by
weak duality, with columns within bounds that hold for every plan: it does not rest on the solver's word. A
relaxation can be sent to another process: it then takes its cuts and its last basis along.
"""

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from urbium.plan.matrix import highs
from urbium.plan.national.city_model import Layout, to_highs
from urbium.plan.national.cuts import separate, sources
from urbium.plan.national.instance import Floats, Instance, Integers

__all__ = ["Answer", "Relaxation"]

_LOOSE: dict[str, Any] = {"primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7}
_BRANCHING: dict[str, Any] = {
    "mip_rel_gap": 5e-4, "mip_heuristic_effort": 0.0,
    "mip_allow_restart": False, "mip_detect_symmetry": False,
    "mip_heuristic_run_feasibility_jump": False, "mip_heuristic_run_root_reduced_cost": False,
    "mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False,
}  # fmt: skip
"""Only the proof is wanted: plans are found elsewhere."""
_MANY = 900
"""Cuts beyond which those that do not bind are dropped."""
_DUAL, _PRIMAL = 1, 4
"""Kinds of simplex: after cuts the last answer is dual feasible, at new prices primal feasible."""
_NODES = 50
"""Nodes of the first branching, doubled each time."""


@dataclass(frozen=True)
class Answer:
    """A relaxation solved at prices.

    Parameters
    ----------
    bound : no plan of the city gains more at the prices
    value : worth of the fractional plan found
    use : (rows,) what it uses of the coupling rows
    start : (J,) start years of a plan that branching found, None without
    """

    bound: float
    value: float
    use: Floats
    start: Integers | None = None


class Relaxation:
    """The relaxation of one city."""

    def __init__(self, instance: Instance, city: int) -> None:
        lay = Layout(instance, city)
        self.city, self.model, self.source = city, lay.build(), sources(lay)
        self.cuts = sp.csr_matrix((0, len(self.model.cost)))
        self.limits = np.zeros(0)
        self.is_proof = np.zeros(0, dtype=bool)
        self.nodes = _NODES
        self.most = _implied(lay, self.model.most)
        self._basis: Any = None
        self._solver: highspy.Highs | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave the solver behind, and take its basis as numbers."""
        state = self.__dict__.copy()
        if self._solver is not None:
            basis = self._solver.getBasis()
            state["_basis"] = tuple(
                np.array([int(each) for each in status], dtype=np.int8)
                for status in (basis.col_status, basis.row_status)
            )
        state["_solver"] = None
        return state

    def rest(self) -> None:
        """Give back the solver's memory, some 10 MB; the next solve begins from the basis as numbers."""
        self.__dict__.update(self.__getstate__())

    def solve(self, prices: Floats, rounds: int) -> Answer:
        """Solve at prices, with rounds of cuts."""
        solver = self._at(prices)
        solver.run()
        solver.setOptionValue("solver", "simplex")
        solver.setOptionValue("simplex_strategy", _DUAL)
        for _ in range(rounds):
            if not self._cut(solver):
                break
            solver.run()
        solver.setOptionValue("simplex_strategy", _PRIMAL)
        solution = solver.getSolution()
        x = np.asarray(solution.col_value)
        answer = Answer(
            self._bound(np.asarray(solution.row_dual), prices),
            float(self.model.cost @ x),
            np.asarray(self.model.sharing @ x),
        )
        if len(self.limits) > _MANY:
            self._forget(x)
        return answer

    def branch(self, prices: Floats, start: Integers, *, seconds: float) -> Integers | None:
        """Branch over whole starts at prices from a known plan, and keep what that proves as one more cut.

        The cut says that no plan gains more at these prices; near them it keeps most of its force.

        Parameters
        ----------
        start : (J,) start years of the plan, -1 for never
        seconds : the most time; nodes are limited too, and may be twice as many the next time

        Returns
        -------
        (J,) start years of the best plan met, None when there is none
        """
        own = ~self.is_proof
        model = replace(
            self.model,
            matrix=sp.vstack([self.model.matrix, self.cuts[own]]).tocsr(),
            lower=np.concatenate([self.model.lower, np.full(own.sum(), -np.inf)]),
            upper=np.concatenate([self.model.upper, self.limits[own]]),
        )
        solver = highs(seconds=seconds, mip_max_nodes=self.nodes, **_BRANCHING, **_LOOSE)
        whole = np.arange(model.binaries)
        solver.passModel(to_highs(model, prices=prices, whole=whole))
        solver.setSolution(len(whole), whole.astype(np.int32), model.columns_of(start))
        solver.run()
        self.nodes *= 2
        info = solver.getInfo()
        if np.isfinite(info.mip_dual_bound):
            gain = sp.csr_matrix(self.model.cost - self.model.sharing.T @ prices)
            self._keep(gain, np.array([info.mip_dual_bound]), is_proof=True)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return model.starts(np.asarray(solver.getSolution().col_value))

    def _at(self, prices: Floats) -> highspy.Highs:
        """Return the solver with the cost at prices."""
        cost = self.model.cost - self.model.sharing.T @ prices
        if self._solver is None:
            is_first = self._basis is None
            self._solver = highs(
                solver="ipm" if is_first else "simplex", simplex_strategy=_PRIMAL, **_LOOSE
            )
            self._solver.passModel(to_highs(self.model))
            self._add(self._solver, self.cuts, self.limits)
            if self._basis is not None:
                basis = highspy.HighsBasis()
                status = [highspy.HighsBasisStatus(k) for k in range(5)]
                basis.col_status, basis.row_status = ([status[k] for k in each] for each in self._basis)
                self._solver.setBasis(basis)
        self._solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        return self._solver

    def _cut(self, solver: highspy.Highs) -> bool:
        """Add cuts that the solution violates; say whether there were any."""
        cuts, limits = separate(self.source, np.asarray(solver.getSolution().col_value))
        self._keep(cuts, limits)
        return bool(len(limits))

    def _keep(self, cuts: sp.csr_matrix, limits: Floats, *, is_proof: bool = False) -> None:
        """Take up cuts."""
        if self._solver is not None:
            self._add(self._solver, cuts, limits)
        self.cuts, self.limits = sp.vstack([self.cuts, cuts]).tocsr(), np.append(self.limits, limits)
        self.is_proof = np.append(self.is_proof, np.full(len(limits), is_proof))

    @staticmethod
    def _add(solver: highspy.Highs, cuts: sp.csr_matrix, limits: Floats) -> None:
        if len(limits):
            solver.addRows(
                len(limits), np.full(len(limits), -np.inf), limits, cuts.nnz,
                cuts.indptr[:-1].astype(np.int32), cuts.indices.astype(np.int32), cuts.data,
            )  # fmt: skip

    def _forget(self, x: Floats) -> None:
        """Drop cuts that do not bind, and start afresh."""
        keep = self.is_proof | (self.limits - self.cuts @ x < 1e-6)  # noqa: PLR2004 - rounding
        self.cuts, self.limits, self.is_proof = self.cuts[keep], self.limits[keep], self.is_proof[keep]
        self._basis, self._solver = None, None

    def _bound(self, dual: Floats, prices: Floats) -> float:
        """Weak duality: row prices times limits, and what is left of each column's cost at its bounds."""
        model = self.model
        lower = np.concatenate([model.lower, np.full(len(self.limits), -np.inf)])
        upper = np.concatenate([model.upper, self.limits])
        up, down = np.maximum(dual, 0.0), np.maximum(-dual, 0.0)
        up[~np.isfinite(upper)], down[~np.isfinite(lower)] = 0.0, 0.0
        rows = up @ np.where(up > 0, upper, 0.0) - down @ np.where(down > 0, lower, 0.0)
        own = len(model.lower)
        left = model.cost - model.sharing.T @ prices - model.matrix.T @ (up - down)[:own]
        left -= self.cuts.T @ (up - down)[own:]
        return float(rows + np.maximum(left, 0.0) @ self.most)


def _implied(lay: Layout, most: Floats) -> Floats:
    """Return finite upper bounds of the columns: money within all that is spent, draws within all places."""
    bound = most.copy()
    bound[lay.money : lay.draw] = lay.rate.sum()
    bound[lay.draws()] = (lay.staff + lay.running).sum(axis=0)[:, None]
    return bound

"""General solvers on the full model of a national instance, each with one thread and the same time.

HiGHS and SCIP read the same MPS file. CP-SAT knows whole numbers only and gets the model scaled by hand:
money in steps of 0.01, places of 0.001, closings and shortfalls of 0.0001. A plan of the model stays a plan
of the scaled one: coefficients and limits are rounded the relaxed way, and each row is widened by half a step
of each of its continuous columns. Its bound is raised by what the steps may hide. What it finds is judged in
the full model, rows widened alike in its favour: start years and training are fixed, the rest is solved.

Each works in a process of its own and tells value and bound as they come: HiGHS and SCIP whenever they look
up from their work, CP-SAT by its own count of the scaled model. A solver that is not installed is skipped:
``pip install urbium[bench]`` brings SCIP and CP-SAT.
"""

import importlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from apart import apart
from milestones import is_plan, milestones
from urbium.plan.milp.model import highs
from urbium.plan.milp.work import Work
from urbium.plan.search.national.city_model import (
    CityModel,
    CityVariables,
    city_model,
    national_model,
    to_highs,
)
from urbium.plan.search.national.incumbent import SearchStep
from urbium.plan.search.national.instance import Instance

MONEY, PLACES, CLOSING = 0.01, 0.001, 0.0001
FINE, LARGEST = 1e6, 1e12
"""Least and largest whole coefficient that a row is scaled to."""

Answer = dict[str, Any]


def whole_columns(instance: Instance, model: CityModel) -> np.ndarray:
    """Return which columns of the full model are whole: starts of all cities, and training."""
    models = [city_model(instance, city) for city in range(instance.count)]
    first = np.cumsum([0, *(len(each.cost) for each in models)])
    end = len(model.cost) - len(instance.regions)
    starts = [begin + np.arange(each.binaries) for begin, each in zip(first, models, strict=False)]
    return np.concatenate([*starts, np.arange(end - instance.occupations * instance.years, end)])


def answer(history: list[SearchStep], value: float, bound: float) -> Answer:
    """Return value, bound and gap, and how soon there was what."""
    own = value if is_plan(value) else None
    gap = (bound - own) / own if own else None
    return {**milestones(history), "value": own, "gap": gap, "bound": bound}


def by_highs(path: str, seconds: float) -> Answer:
    """Solve an MPS file with HiGHS."""
    solver, history = highs(work=Work(deadline=time.monotonic() + seconds)), []
    solver.readModel(path)

    def watch(event: highspy.HighsCallbackEvent) -> None:
        now = event.data_out
        history.append(SearchStep(now.running_time, now.mip_primal_bound, now.mip_dual_bound))

    solver.cbMipInterrupt += watch
    solver.cbMipImprovingSolution += watch
    solver.run()
    info = solver.getInfo()
    history.append(SearchStep(solver.getRunTime(), info.objective_function_value, info.mip_dual_bound))
    return answer(history, *history[-1][1:])


def by_scip(path: str, seconds: float) -> Answer:
    """Solve an MPS file with SCIP."""
    scip = importlib.import_module("pyscipopt")
    kinds = scip.SCIP_EVENTTYPE.BESTSOLFOUND | scip.SCIP_EVENTTYPE.LPSOLVED | scip.SCIP_EVENTTYPE.NODESOLVED
    solver, history = scip.Model(), []

    def now() -> SearchStep:
        return SearchStep(solver.getSolvingTime(), solver.getPrimalbound(), solver.getDualbound())

    class Watch(scip.Eventhdlr):  # type: ignore[misc, name-defined]
        def eventinit(self) -> None:
            self.model.catchEvent(kinds, self)

        def eventexit(self) -> None:
            self.model.dropEvent(kinds, self)

        def eventexec(self, _: object) -> None:
            history.append(now())

    solver.hideOutput()
    solver.readProblem(path)
    solver.setParam("limits/time", seconds)
    solver.setParam("lp/threads", 1)
    solver.includeEventhdlr(Watch(), "watch", "value and bound as they come")
    solver.optimize()
    history.append(now())
    return answer(history, *history[-1][1:])


def steps(instance: Instance, model: CityModel, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the step of each column in the scaled model, and its largest value."""
    step, most, begin = np.full(len(model.cost), CLOSING), model.most.copy(), 0
    cost, staff = float(instance.projects.cost.sum()), float(instance.projects.staff.sum())
    for city in range(instance.count):
        lay = CityVariables(instance, city)
        money, draw, short = (begin + int(at) for at in (lay.money, lay.draw, lay.short))
        step[money:draw], most[money:draw] = MONEY, cost
        step[draw:short], most[draw:short] = PLACES, staff
        begin += int(lay.columns)
    step[whole] = 1.0
    most[~np.isfinite(most)] = instance.count
    return step, most


def widened(model: CityModel, step: np.ndarray, is_whole: np.ndarray) -> CityModel:
    """Return the model with rows widened by half a step of each continuous column."""
    width = 0.5 * (abs(model.matrix) @ np.where(is_whole, 0.0, step))
    return replace(model, lower=model.lower - width, upper=model.upper + width)


def scaled_rows(model: CityModel, step: np.ndarray) -> tuple[sp.csr_matrix, np.ndarray]:
    """Return rows (coefficients, limits from above) in whole numbers that every plan of the model keeps."""
    has_upper, has_lower = np.isfinite(model.upper), np.isfinite(model.lower)
    matrix = sp.vstack([model.matrix[has_upper], -model.matrix[has_lower]]).tocsr()
    limit = np.concatenate([model.upper[has_upper], -model.lower[has_lower]])
    matrix = (matrix @ sp.diags(step)).tocsr()
    size = abs(matrix)
    size.data = 1.0 / size.data
    least, largest = 1.0 / size.max(axis=1).toarray().ravel(), abs(matrix).max(axis=1).toarray().ravel()
    factor = np.minimum(FINE / least, LARGEST / largest)
    matrix = (sp.diags(factor) @ matrix).tocsr()
    matrix.data = np.floor(matrix.data + 1e-9)  # all columns are at least 0
    return matrix, np.ceil(limit * factor - 1e-9)


def by_cp_sat(instance: Instance, seconds: float) -> Answer:
    """Solve the scaled model with CP-SAT."""
    cp = importlib.import_module("ortools.sat.python.cp_model")
    model = national_model(instance)
    whole = whole_columns(instance, model)
    step, most = steps(instance, model, whole)
    is_whole = np.isin(np.arange(len(step)), whole)
    wide = widened(model, step, is_whole)
    rows, limits = scaled_rows(wide, step)
    problem, solver, history = cp.CpModel(), cp.CpSolver(), [SearchStep(0.0, -np.inf, np.inf)]
    columns = [problem.new_int_var(0, int(np.ceil(m / s)), "") for m, s in zip(most, step, strict=True)]
    for row, limit in enumerate(limits):
        own = slice(rows.indptr[row], rows.indptr[row + 1])
        terms = [columns[k] for k in rows.indices[own]]
        problem.add(cp.LinearExpr.weighted_sum(terms, rows.data[own].astype(int).tolist()) <= int(limit))
    worth = model.cost * step
    hidden = 0.5 * float(np.abs(worth[~is_whole]).sum())
    problem.maximize(cp.LinearExpr.weighted_sum(columns, worth.tolist()))
    begin = time.monotonic()

    def note(value: float, bound: float) -> None:
        history.append(SearchStep(time.monotonic() - begin, value, bound))

    class Found(cp.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
        def on_solution_callback(self) -> None:
            note(self.objective_value, history[-1].bound)

    solver.best_bound_callback = lambda bound: note(history[-1].value, bound + hidden)
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    status = solver.solve(problem, Found())
    bound = solver.best_objective_bound + hidden
    if status not in {cp.OPTIMAL, cp.FEASIBLE}:
        return answer(history, -np.inf, bound)
    found = np.array([solver.value(columns[k]) for k in whole], dtype=float)
    return answer(history, judged(wide, whole, found), bound)


def judged(model: CityModel, whole: np.ndarray, found: np.ndarray) -> float:
    """Return the worth of start years and training in a model; minus infinity when it forbids them."""
    fixed = replace(model, least=model.least.copy(), most=model.most.copy())
    fixed.least[whole] = fixed.most[whole] = found
    solver = highs(work=Work(deadline=time.monotonic() + 60))
    solver.passModel(to_highs(fixed))
    solver.run()
    is_solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(solver.getInfo().objective_function_value) if is_solved else -np.inf


def by_peers(instance: Instance, seconds: float) -> dict[str, Answer | None]:
    """Let each solver that is installed solve the full model; None stands for one that is not."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "nation.mps")
        apart(partial(written, instance, path))
        peers: dict[str, Callable[[], Answer]] = {
            "HiGHS": partial(by_highs, path, seconds),
            "SCIP": partial(by_scip, path, seconds),
            "CP-SAT": partial(by_cp_sat, instance, seconds),
        }
        return {name: _tried(solve) for name, solve in peers.items()}


def written(instance: Instance, path: str) -> Answer:
    """Write the full model as MPS."""
    model, writer = national_model(instance), highs()
    writer.passModel(to_highs(model, whole=whole_columns(instance, model)))
    writer.writeModel(path)
    return {}


def _tried(solve: Callable[[], Answer]) -> Answer | None:
    try:
        return apart(solve)
    except ModuleNotFoundError:
        return None

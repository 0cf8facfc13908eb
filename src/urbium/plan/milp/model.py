"""The whole programme as one sparse matrix, its parts by city, and the way into HiGHS.

Rows that touch one city only belong to that city's part; the others (the nation's budget and people,
fund limits, the foreign share in all, starts in the whole nation, parity of regions) couple the cities.
"""

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from urbium.errors import UrbiumError
from urbium.plan.milp.work import Work, most_steps, work_of_solve
from urbium.plan.rules import Rows, rows_of_all
from urbium.plan.variables import Floats, Integers, Variables
from urbium.text import coded, text

_LARGEST_COST = 1000.0
EITHER = 0
"""HiGHS takes the simplex that fits where it begins: the primal one from a feasible answer, or the dual."""
_PROVING = (
    highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kInterrupt, highspy.HighsModelStatus.kModelEmpty,
)  # fmt: skip
"""How the solver ends when its bound of whole plans holds."""
_ROUNDING = 1e-6


@dataclass(frozen=True)
class LinearModel:
    """A model: maximise cost x, lower <= A x <= upper, 0 <= x <= bound, the first ``wholes`` whole.

    ``row``, ``column`` and ``value`` are the entries of A, ordered by row and then column, each pair once.
    """

    row: Integers
    column: Integers
    value: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    bound: Floats
    wholes: int
    limits: tuple[Rows, ...] = ()

    def names(self) -> list[str]:
        """Return the names of the rows."""
        return [name for rows in self.limits for name in rows.names()]

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return len(self.lower), len(self.cost)

    def span(self, limit: str) -> range:
        """Return which rows belong to a limit."""
        first = 0
        for rows in self.limits:
            if rows.limit == limit:
                return range(first, first + rows.count)
            first += rows.count
        return range(0)

    def scale(self) -> float:
        """Return the power of two that brings the largest cost near 1,000: tolerances are absolute."""
        largest = float(np.abs(self.cost).max(initial=0.0))
        return float(2.0 ** np.floor(np.log2(_LARGEST_COST / largest))) if largest > 0 else 1.0

    def most(self) -> float:
        """Return what no plan exceeds, since no column exceeds its bound: far above most plans."""
        gains = self.cost > 0
        return float(self.cost[gains] @ self.bound[gains])


@dataclass(frozen=True)
class Part:
    """The part of one city: its matrix, whose last ``shared`` rows are the coupling rows, and its columns.

    What the nation decides by itself (training, money it keeps) is a part after those of the cities.
    """

    city: int
    matrix: LinearModel
    columns: Integers
    rows: Integers
    shared: int


def assemble(lay: Variables) -> LinearModel:
    """Build the matrix of the whole programme from the rows of every limit."""
    limits = tuple(rows_of_all(lay))
    offset = np.cumsum([0, *(rows.count for rows in limits)])
    row = np.concatenate([rows.row + first for rows, first in zip(limits, offset, strict=False)])
    column = np.concatenate([rows.column for rows in limits])
    value = np.concatenate([rows.value for rows in limits])
    entries = sp.csr_matrix((value, (row, column)), shape=(int(offset[-1]), lay.columns))  # adds up doubles
    entries.eliminate_zeros()
    return LinearModel(
        row=np.repeat(np.arange(len(entries.indptr) - 1), np.diff(entries.indptr)),
        column=entries.indices.astype(np.int64),
        value=entries.data,
        lower=np.concatenate([rows.lower for rows in limits]),
        upper=np.concatenate([rows.upper for rows in limits]),
        cost=lay.objective(),
        bound=lay.upper(),
        wholes=lay.wholes,
        limits=limits,
    )


def parts(lay: Variables, whole: LinearModel) -> tuple[list[Part], Integers]:
    """Cut the matrix by city; return the parts, and the numbers of the coupling rows."""
    is_used = whole.cost != 0
    is_used[whole.column] = True
    block = np.where(is_used, lay.owner, -1)
    owner = block[whole.column]
    rows, cities = len(whole.lower), lay.roadmap.cities.height
    cities += int((block == cities).any())  # what the nation decides is a part of its own, after the cities
    low, high = np.full(rows, cities), np.full(rows, -1)
    np.minimum.at(low, whole.row, owner)
    np.maximum.at(high, whole.row, owner)
    home = np.where(low == high, low, -1)
    coupling = np.flatnonzero((home < 0) & (high >= 0))
    is_broken = (high < 0) & ((whole.lower > 0) | (whole.upper < 0))
    home[is_broken] = 0  # 0 >= 1 is kept, in the first city, to be found infeasible
    order = np.argsort(owner, kind="stable")
    cuts = np.searchsorted(owner[order], np.arange(cities + 1))
    columns_by_city = np.argsort(block, kind="stable")
    column_cuts = np.searchsorted(block[columns_by_city], np.arange(cities + 1))
    rows_by_city = np.argsort(home, kind="stable")
    row_cuts = np.searchsorted(home[rows_by_city], np.arange(cities + 1))
    local_column, local_row = np.empty(lay.columns, dtype=np.int64), np.empty(rows, dtype=np.int64)
    city_parts = []
    for city in range(cities):
        columns = np.sort(columns_by_city[column_cuts[city] : column_cuts[city + 1]])
        part_rows = np.concatenate([np.sort(rows_by_city[row_cuts[city] : row_cuts[city + 1]]), coupling])
        entries = order[cuts[city] : cuts[city + 1]]
        local_column[columns], local_row[part_rows] = np.arange(len(columns)), np.arange(len(part_rows))
        row, column = local_row[whole.row[entries]], local_column[whole.column[entries]]
        sort = np.lexsort((column, row))
        lower, upper = whole.lower[part_rows].copy(), whole.upper[part_rows].copy()
        lower[len(part_rows) - len(coupling) :], upper[len(part_rows) - len(coupling) :] = -np.inf, np.inf
        matrix = LinearModel(
            row[sort], column[sort], whole.value[entries][sort], lower, upper,
            whole.cost[columns], whole.bound[columns], int(np.sum(columns < lay.wholes)),
        )  # fmt: skip
        city_parts.append(Part(city, matrix, columns, part_rows, len(coupling)))
    return city_parts, coupling


class _Solver(highspy.Highs):
    """A silent HiGHS that keeps within work and counts what it does.

    Its constructor would write a banner as soon as callbacks are enabled.
    """

    work: Work | None = None

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's own name
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]

    def run(self) -> highspy.HighsStatus:
        """Solve; what came of it, the model status says. Raise UrbiumError when it did not begin.

        HiGHS keeps its threads by thread of the caller, and refuses to work with another number than the
        first one. The user's thread is the user's: what was solved there before does not stop this solve,
        and this one stops nothing that is solved there later.
        """
        if self.work is not None:
            self._keep_within(self.work)
        before = self.getRunTime()  # what is refused takes none
        is_users = threading.current_thread() is threading.main_thread()
        status = None if is_users else super().run()
        if status is None or self._is_refused(status, before):
            with ThreadPoolExecutor(max_workers=1) as thread:
                status = thread.submit(super().run).result()
        if self._is_refused(status, before):  # which is no word about the problem
            raise UrbiumError(
                coded(
                    "plan.solver.refused", "the solver HiGHS {version} did not start", version=self.version()
                ),
                place="plan",
                remedy=text("start the program again; nothing was changed"),
            )
        if self.work is not None:
            self.cbMipInterrupt.unsubscribe_by_data(self.work)
            info = self.getInfo()
            self.work.spend(
                work_of_solve(
                    self.getNumNz(),
                    rows=info.simplex_iteration_count + max(info.crossover_iteration_count, 0),
                    inner=info.ipm_iteration_count,
                    is_whole=info.mip_node_count >= 0,
                )
            )
        return status

    def _is_refused(self, status: highspy.HighsStatus, before: float) -> bool:
        """Say whether HiGHS did not begin; one that began and failed has used its time."""
        return status == highspy.HighsStatus.kError and self.getRunTime() == before

    def _keep_within(self, work: Work) -> None:
        """Set the limits of the next solve to what is left."""
        if math.isfinite(work.deadline):
            self.setOptionValue("time_limit", work.seconds_left)
        if not math.isfinite(work.limit):
            return
        simplex, inner, looks = most_steps(work.left, self.getNumNz())
        if not self.getLp().integrality_:
            self.setOptionValue("simplex_iteration_limit", simplex)
            self.setOptionValue("ipm_iteration_limit", inner)
            return
        count = iter(range(looks))

        def look(event: highspy.HighsCallbackEvent) -> None:
            if next(count, None) is None:  # the same look on every machine: HiGHS looks at the same places
                event.interrupt()

        self.cbMipInterrupt.subscribe(look, work)


def highs(
    *, work: Work | None = None, seed: int = 0, stop: Callable[[], bool] | None = None,
    **options: Any,  # noqa: ANN401 - HiGHS options
) -> highspy.Highs:  # fmt: skip
    """Return a silent one-thread HiGHS with tight tolerances and the options given.

    Parameters
    ----------
    work : each solve keeps within what is left of it, and is spent from it
    stop : asked again and again while it works; a true answer ends it
    """
    solver = _Solver()  # type: ignore[no-untyped-call]
    solver.work = work
    defaults: dict[str, Any] = {
        "output_flag": False, "threads": 1, "random_seed": seed, "mip_feasibility_tolerance": 1e-7,
        "primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9, "mip_abs_gap": 1e-9,
    }  # fmt: skip
    for name, value in (defaults | options).items():
        solver.setOptionValue(name, value)
    if stop is not None:
        _stop_when(solver, stop)
    return solver


def _stop_when(solver: highspy.Highs, stop: Callable[[], bool]) -> None:
    """Let a solver end soon after an answer is true, whatever it is at."""

    def look(event: highspy.HighsCallbackEvent) -> None:
        if stop():
            event.interrupt()

    for callback in (solver.cbMipInterrupt, solver.cbSimplexInterrupt, solver.cbIpmInterrupt):
        callback.subscribe(look)


def load(
    solver: highspy.Highs, model: LinearModel, *, cost: Floats | None = None, upper: Floats | None = None,
    whole: bool = True, scale: float = 1.0, names: tuple[list[str], list[str]] | None = None,
) -> None:  # fmt: skip
    """Hand a matrix to HiGHS, with another cost or other row limits where given.

    ``whole`` asks for whole variables where they must be; without it the relaxation is loaded. ``scale``
    multiplies the cost. ``names`` are those of columns and rows.
    """
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.lower)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = (model.cost if cost is None else cost) * scale
    lp.col_lower_, lp.col_upper_ = np.zeros(len(model.cost)), model.bound
    lp.row_lower_, lp.row_upper_ = model.lower, model.upper if upper is None else upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(model.row, np.arange(len(model.lower) + 1))
    lp.a_matrix_.index_, lp.a_matrix_.value_ = model.column, model.value
    if whole:
        kinds = [highspy.HighsVarType.kInteger] * model.wholes
        lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (len(model.cost) - model.wholes)
    if names is not None:
        lp.col_names_, lp.row_names_ = names
    solver.passModel(lp)


def dual_bound(solver: highspy.Highs) -> float:
    """Return what no whole plan exceeds, in the solver's scale; infinity when it ended without an answer.

    Where nothing must be whole the solver branches nowhere, and its bound of branching is no bound.
    """
    info, status = solver.getInfo(), solver.getModelStatus()
    if info.mip_node_count < 0:
        is_optimal = status == highspy.HighsModelStatus.kOptimal
        return float(info.objective_function_value) if is_optimal else np.inf
    bound = float(info.mip_dual_bound)
    return bound if status in _PROVING and abs(bound) < highspy.kHighsInf else np.inf


def checked_bound(bound: float, worth: float) -> float:
    """Return a bound, lifted to a plan's worth from rounding below it; farther below it is wrong: infinity.

    >>> checked_bound(5.0, 4.0), checked_bound(4.0 - 1e-9, 4.0), checked_bound(3.0, 4.0)
    (5.0, 4.0, inf)
    """
    is_wrong = bound < worth - _ROUNDING * max(abs(worth), _ROUNDING)
    return np.inf if is_wrong else max(bound, worth)


def duals(solver: highspy.Highs, scale: float) -> npt.NDArray[np.float64]:
    """Return the price of each row: what one unit more of its limit would add to the objective."""
    return np.asarray(solver.getSolution().row_dual, dtype=float) / scale

"""Why there is no plan: a smallest set of named limits that conflict (ADR 0009).

QuickXplain (Junker 2004) over the rows of the model: every set that it returns has no plan, and loses that as
soon as any one of its limits goes. Definitions (what is started stays started, capital is paid) always hold,
and what may be missed at a price (standards, fairness, soft prerequisites) conflicts with nothing.
"""

from dataclasses import replace

import highspy
import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.errors import Fault, InfeasibleError
from urbium.plan.milp.model import LinearModel, highs, load, parts
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules import LIMITS
from urbium.plan.variables import Integers, Variables
from urbium.text import Text, coded, listed, text, texts

_SHOWN = 6


class _OutOfWorkError(Exception):
    """The search for a smaller set ran out of work."""


def conflict(roadmap: Roadmap, lay: Variables, model: LinearModel, *, work: Work) -> InfeasibleError:
    """Return the error that names a smallest conflicting set of limits, or the set found within the work.

    ``work`` bounds the search; a set that is not shown to be smallest says so.
    """
    rows, sub = _city_without_plan(lay, model, work) or (np.arange(len(model.lower)), model)
    return _named(roadmap, model, rows, sub, work)


def is_least(error: InfeasibleError) -> bool:
    """Say whether the limits of a conflict would have a plan as soon as any one of them went."""
    return getattr(error.message, "code", "") == "plan.conflict.least"


def conflict_in_a_city(
    roadmap: Roadmap, lay: Variables, model: LinearModel, *, work: Work
) -> InfeasibleError | None:
    """Return what :func:`conflict` does when one city by itself has no plan; None when that is not shown."""
    city_part = _city_without_plan(lay, model, work)
    return None if city_part is None else _named(roadmap, model, *city_part, work)


def conflict_of_cities(
    roadmap: Roadmap, lay: Variables, model: LinearModel, *, work: Work
) -> InfeasibleError | None:
    """Return what :func:`conflict` does when what cities owe is too much for all; None when it is not shown.

    Only cities that owe something are looked at, starts may be shares of projects, and of what is shared only
    limits that nobody's choice widens: what conflicts then conflicts in the whole.
    """
    rows, sub = _owing_together(lay, model)
    try:
        if not len(rows) or has_plan(sub, work):
            return None
    except _OutOfWorkError:
        return None
    return _named(roadmap, model, rows, sub, work)


def _named(
    roadmap: Roadmap, model: LinearModel, rows: Integers, sub: LinearModel, work: Work
) -> InfeasibleError:
    """Return the error that names a smallest set of conflicting rows of a part that has no plan."""
    names = model.names()
    labels = [names[int(row)] for row in rows]
    wanted = [k for k, label in enumerate(labels) if _remedy(label) is not None]
    chosen, is_least = _least(sub, wanted, work)
    conflicting = [labels[k] for k in chosen]
    shown = listed(conflicting[:_SHOWN])
    if len(conflicting) > _SHOWN:
        shown = texts(
            "{names}, and one more", "{names}, and {count} more",
            count=len(conflicting) - _SHOWN, names=shown
        )  # fmt: skip
    projects = roadmap.projects.height
    said = (  # where starts may be shares, fewer may conflict
        coded("plan.conflict.least",
             "no plan meets the limits (projects in the roadmap: {projects:,}); a minimal set of "
                 "conflicting limits: {names}", projects=projects, names=shown)
        if is_least and sub.wholes
        else coded("plan.conflict.some",
                  "no plan meets the limits (projects in the roadmap: {projects:,}); conflicting "
                      "limits (a smaller set may exist): {names}", projects=projects, names=shown)
    )  # fmt: skip
    return InfeasibleError(
        said,
        place="plan",
        remedy=text("relax any one of them"),
        faults=[
            Fault(
                "error",
                coded("plan.conflict.fault", "{name} conflicts with the others", name=label),
                _remedy(label) or "",
                rule=_limit(label),
                cell=label,
            )
            for label in conflicting
        ],
    )


def _remedy(name: str) -> Text | None:
    """Return what to do about a row; None where it always holds, or may be missed at a price."""
    return LIMITS[_limit(name)].remedy


def _limit(name: str) -> str:
    return name.split("[", 1)[0]


def _city_without_plan(lay: Variables, model: LinearModel, work: Work) -> tuple[Integers, LinearModel] | None:
    """Return the rows of a city that has no plan by itself, and its part; None when none is shown to be so.

    A city that owes no project can always do nothing. Of what cities share, limits that nobody's choice
    makes wider hold for each by itself.
    """
    if lay.roadmap.cities.height == 1:
        return None
    cities = {0, *_owing(lay).tolist()}  # the first city holds what nobody at all can do
    is_widened = _is_widened(model)
    for part in parts(lay, model)[0]:
        if part.city not in cities:
            continue
        upper = np.where(is_widened[part.rows], part.matrix.upper, model.upper[part.rows])
        alone = replace(part.matrix, upper=upper)
        try:
            if not has_plan(alone, work):
                return part.rows, alone
        except _OutOfWorkError:
            return None
    return None


def _owing(lay: Variables) -> Integers:
    """Return the numbers of the cities that must build something."""
    road = lay.roadmap
    forced = road.projects.filter(pl.col("status").is_in(["mandatory", "committed"]))["project"]
    return np.unique(lay.city[lay.numbers(pl.concat([forced, road.alternatives["project"]]))])


def _is_widened(model: LinearModel) -> npt.NDArray[np.bool_]:
    """Say of each row whether some choice makes it wider."""
    return np.asarray(np.bincount(model.row, model.value < 0, minlength=len(model.lower)) > 0)


def _owing_together(lay: Variables, model: LinearModel) -> tuple[Integers, LinearModel]:
    """Return the rows that hold for the owing cities whatever others do, and their relaxed part."""
    is_own = np.isin(lay.owner, _owing(lay))
    entries = is_own[model.column]
    inside = np.bincount(model.row, entries, minlength=len(model.lower))
    is_shared = inside < np.bincount(model.row, minlength=len(model.lower))
    holds = (inside > 0) & (~is_shared | (~_is_widened(model) & ~np.isfinite(model.lower)))
    entries &= holds[model.row]
    row, column = np.cumsum(holds) - 1, np.cumsum(is_own) - 1
    sub = LinearModel(
        row[model.row[entries]], column[model.column[entries]], model.value[entries], model.lower[holds],
        model.upper[holds], model.cost[is_own], model.bound[is_own], 0,
    )  # fmt: skip
    return np.flatnonzero(holds), sub


def has_plan(
    model: LinearModel, work: Work, active: list[int] | None = None, free: list[int] | None = None
) -> bool:
    """Say whether whole starts exist that keep the rows; of the rows ``free`` only those ``active`` count.

    Raises _OutOfWorkError when this is not settled within the work.
    """
    lower, upper = model.lower.copy(), model.upper.copy()
    if free is not None:
        off = np.setdiff1d(np.array(free, dtype=np.int64), np.array(active or [], dtype=np.int64))
        lower[off], upper[off] = -np.inf, np.inf
    trial = LinearModel(
        model.row,
        model.column,
        model.value,
        lower,
        upper,
        np.zeros(len(model.cost)),
        model.bound,
        model.wholes,
    )
    solver = highs(work=work, primal_feasibility_tolerance=1e-7)
    load(solver, trial)
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return False
    if status == highspy.HighsModelStatus.kOptimal:
        return True
    raise _OutOfWorkError


def _least(model: LinearModel, wanted: list[int], work: Work) -> tuple[list[int], bool]:
    def holds(rows: list[int]) -> bool:
        if work.is_over:
            raise _OutOfWorkError
        return has_plan(model, work, rows, wanted)

    def explain(background: list[int], added: bool, rows: list[int]) -> list[int]:
        if added and not holds(background):
            return []
        if len(rows) == 1:
            return rows
        half = len(rows) // 2
        left, right = rows[:half], rows[half:]
        second = explain(background + left, True, right)
        first = explain(background + second, bool(second), left)
        return first + second

    try:
        return sorted(explain([], False, wanted)), True
    except _OutOfWorkError:
        return wanted, False

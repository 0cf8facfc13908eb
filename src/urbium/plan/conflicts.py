"""Why there is no plan: a smallest set of named limits that conflict.

QuickXplain (Junker 2004) over the rows of the model: every set that it returns has no plan, and loses that as
soon as any one of its limits goes. Definitions (what is started stays started, capital is paid) always hold,
and what may be missed at a price (standards, fairness, soft prerequisites) conflicts with nothing.
"""

import time

import highspy
import numpy as np

from urbium.errors import Fault, InfeasibleError
from urbium.plan.layout import Integers, Layout
from urbium.plan.matrix import Matrix, highs, load, parts
from urbium.plan.roadmap import Roadmap

__all__ = ["conflict", "has_plan"]

_DEFINITIONS = {
    "started", "attainment", "closed_in_full", "funding", "soft_precedence", "standard", "least_closing",
    "parity",
}  # fmt: skip

_SHOWN = 6
_REMEDY = {
    "window": "widen the project's window of start years",
    "precedence": "let the prerequisite be built in time, or drop it",
    "exclusion": "allow more than one of the group",
    "alternative": "drop the wish for one of the group",
    "mandatory": "make the project a candidate",
    "committed": "move the committed start or drop the project",
    "forbidden": "allow the project",
    "start_limit": "let more projects start",
    "fund_share": "let the fund pay a larger share",
    "foreign_of_project": "allow a larger foreign share of the project",
    "outside_of_project": "allow a larger outside share of the project",
    "fund_share_of_city": "let the fund pay a larger share of the city's capital",
    "fund_share_of_budgets": "let the fund pay more of the city's budgets, or raise these",
    "foreign_in_all": "allow a larger foreign share in all",
    "budget": "raise the budget of the year",
    "fund_limit": "raise the fund's limit of the year",
    "people": "give the city more places of the occupation, or let it teach them",
    "people_of_nation": "let the nation lend or train more of the occupation",
}


class _OutOfTimeError(Exception):
    """The search for a smaller set ran out of time."""


def conflict(roadmap: Roadmap, lay: Layout, model: Matrix, *, seconds: float) -> InfeasibleError:
    """Return the error that names a smallest conflicting set of limits, or the set found within the time.

    ``seconds`` bounds the search; a set that is not shown to be smallest says so.
    """
    deadline = time.monotonic() + seconds
    names = model.names()
    rows, sub = _where(lay, model, deadline)
    wanted = [k for k, row in enumerate(rows) if _limit(names[int(row)]) not in _DEFINITIONS]
    labels = [names[int(row)] for row in rows]
    found, is_least = _least(sub, wanted, deadline)
    faults = [
        Fault(
            "error",
            f"{labels[k]} conflicts with the others",
            _REMEDY[_limit(labels[k])],
            rule=_limit(labels[k]),
            cell=labels[k],
        )
        for k in found
    ]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    shown = ", ".join(labels[k] for k in found[:_SHOWN]) + more
    kind = (
        "a smallest set of limits that conflict"
        if is_least
        else "limits that conflict (not shown to be the fewest)"
    )
    return InfeasibleError(
        f"no plan of {roadmap.projects.height} projects meets the limits; {kind}: {shown}",
        place="plan",
        remedy="relax any one of them",
        faults=faults,
    )


def _limit(name: str) -> str:
    return name.split("[", 1)[0]


def _where(lay: Layout, model: Matrix, deadline: float) -> tuple[Integers, Matrix]:
    """Return the smallest part that has no plan: one city by itself, or the whole."""
    if lay.roadmap.cities.height > 1:
        found, _ = parts(lay, model)
        for part in found:
            if time.monotonic() > deadline:
                break
            if not has_plan(part.matrix, deadline - time.monotonic()):
                return part.rows, part.matrix
    return np.arange(len(model.lower)), model


def has_plan(
    model: Matrix, seconds: float, active: list[int] | None = None, free: list[int] | None = None
) -> bool:
    """Say whether whole starts exist that keep the rows; of the rows ``free`` only those ``active`` count.

    Raises _OutOfTimeError when this is not settled in the time.
    """
    lower, upper = model.lower.copy(), model.upper.copy()
    if free is not None:
        off = np.setdiff1d(np.array(free, dtype=np.int64), np.array(active or [], dtype=np.int64))
        lower[off], upper[off] = -np.inf, np.inf
    trial = Matrix(
        model.row,
        model.column,
        model.value,
        lower,
        upper,
        np.zeros(len(model.cost)),
        model.bound,
        model.wholes,
    )
    solver = highs(seconds=seconds, primal_feasibility_tolerance=1e-7)
    load(solver, trial)
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return False
    if status == highspy.HighsModelStatus.kOptimal:
        return True
    raise _OutOfTimeError


def _least(model: Matrix, wanted: list[int], deadline: float) -> tuple[list[int], bool]:
    def holds(rows: list[int]) -> bool:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _OutOfTimeError
        return has_plan(model, left, rows, wanted)

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
    except _OutOfTimeError:
        return wanted, False

"""The least change of limits that brings a project in beside all that a plan has.

The plan's starts are held; the project and what it requires are added in their best years; limits may be
overrun at a price: first those on money, at 1 a million; when money alone does not do, also shares of funds
(1 a million), starts in a year, exclusions and places of occupations (more than any money, each). A small
whole programme, solved to one part in a million.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import highspy
import numpy as np

from urbium.plan.milp.financing import start_columns
from urbium.plan.milp.model import LinearModel, highs, load
from urbium.plan.milp.work import Work
from urbium.plan.rules import LIMITS, eased_by
from urbium.plan.variables import Floats, Integers
from urbium.plan.why.reoptimise import Scope

_DEAR = 1e5
_LEAST = 1e-4
"""Amounts below one ten-thousandth of a million are rounding."""


class ChangeOutcome(StrEnum):
    """How the search for a least change ended."""

    FOUND = "found"
    NONE = "none"
    CUT = "cut"
    """Not found in the time."""


@dataclass(frozen=True)
class LeastChange:
    """The least change found.

    Parameters
    ----------
    outcome : with ``FOUND``, ``changes`` holds it, and is empty when nothing need change
    changes : limit by its name, and how much more is needed: millions, or a number of projects or places
    is_money : money alone does it
    """

    outcome: ChangeOutcome
    changes: tuple[tuple[str, float], ...] = ()
    is_money: bool = True


def find_least_change(scope: Scope, added: Sequence[str], *, work: float) -> LeastChange:
    """Find the least change of limits that lets ``added`` projects be built beside all of the plan.

    Parameters
    ----------
    scope : the part in which the projects are mandatory or required; what it has now keeps its start years
    added : the projects that may be started, where the plan does not have them
    work : of each of the two steps, at most
    """
    by_money = _least(scope, added, eased_by("money"), work)
    if by_money.outcome is not ChangeOutcome.NONE:
        return by_money
    by_all = _least(scope, added, eased_by("money", "shares", "counts"), work)
    return LeastChange(by_all.outcome, by_all.changes, is_money=False)


def _least(scope: Scope, added: Sequence[str], limits: Sequence[str], work: float) -> LeastChange:
    model, lay = scope.model, scope.lay
    held = start_columns(lay, scope.present)
    free = np.zeros(len(model.cost), dtype=bool)
    free[lay.starts :] = True
    for name in added:
        number = lay.number[name]
        if scope.present[number] < 0:
            free[lay.start[number][lay.start[number] >= 0]] = True
    rows = np.concatenate([np.array(model.span(limit), dtype=np.int64) for limit in limits])
    prices = np.concatenate([np.full(len(model.span(limit)), _price(limit)) for limit in limits])
    solver = highs(work=Work(work), mip_rel_gap=1e-6)
    load(solver, _elastic(model, rows, prices, np.where(free, model.bound, held)))
    fixed = np.flatnonzero(~free)
    solver.changeColsBounds(len(fixed), fixed.astype(np.int32), held[fixed], held[fixed])
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return LeastChange(ChangeOutcome.NONE)
    if status != highspy.HighsModelStatus.kOptimal:
        return LeastChange(ChangeOutcome.CUT)
    over = np.asarray(solver.getSolution().col_value)[len(model.cost) :]
    names = list(scope.names)
    changes = tuple(
        (names[int(row)], float(amount)) for row, amount in zip(rows, over, strict=True) if amount > _LEAST
    )
    return LeastChange(ChangeOutcome.FOUND, changes)


def _price(limit: str) -> float:
    """Return what easing a limit by one costs in the least change."""
    return _DEAR if LIMITS[limit].eased == "counts" else 1.0


def _elastic(model: LinearModel, rows: Integers, prices: Floats, bound: Floats) -> LinearModel:
    """Return the model whose only aim is to overrun the rows by little; the overruns are its last columns."""
    columns = len(model.cost)
    row = np.concatenate([model.row, rows])
    column = np.concatenate([model.column, columns + np.arange(len(rows))])
    value = np.concatenate([model.value, np.full(len(rows), -1.0)])
    order = np.lexsort((column, row))
    return LinearModel(
        row[order], column[order], value[order], model.lower, model.upper,
        -np.concatenate([np.zeros(columns), prices]),
        np.concatenate([bound, np.full(len(rows), np.inf)]), model.wholes,
    )  # fmt: skip

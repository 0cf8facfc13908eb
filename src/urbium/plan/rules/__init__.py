r"""The rules of a programme, one file a rule: its tables, input checks, rows in the model, use, unit, words.

A new rule is a file of its own, a line in :data:`RULES` and an independent check in
:mod:`urbium.plan.verify`. The variables are those of :mod:`urbium.plan.variables`. Rows carry names that a
person can read: ``budget[340100,2017]``, ``precedence[A<-B,2018]``.

References: Williams, *Model Building in Mathematical Programming*, chapters 9-10 (disaggregated precedence);
Wolsey, *Integer Programming* (started-by variables); others stand with their limits. What has none is
bookkeeping: shares of what is paid, and definitions.

Where to change what:

- a limit or aim of plans: its file in ``plan/rules/`` (``budgets.py``: what a
  place spends in a year, and what it carries over; ``starts.py``: starts of a year; ``upkeep.py``,
  ``repayments.py``: running costs and repayments after the plan; ``precedence.py``: a project waits for
  those it depends on; columns ``prerequisites`` and ``soft_prerequisites`` of
  ``data/solutions/solutions.csv``; ``groups.py``: at most one of projects that exclude each other, at least
  one of alternatives, tables of roadmaps that come as files; ...), and its check in ``plan/verify/``:
  ``plan/verify/choices.py`` (what is chosen, and when), ``plan/verify/money.py``,
  ``plan/verify/people.py``, ``plan/verify/standards.py``; what is missed at a price (fairness, standards,
  soft prerequisites): ``plan/verify/objective.py``
"""

from collections.abc import Callable, Iterator

from urbium.plan.rules import (
    budgets,
    effects,
    fairness,
    fund_limits,
    funds,
    groups,
    people,
    precedence,
    repayments,
    standards,
    starts,
    statuses,
    upkeep,
    windows,
)
from urbium.plan.rules.rule import FULL, Amount, Easing, Kind, Limit, Rule, is_full, row_called
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Rows
from urbium.text import Text

__all__ = [
    "AMOUNTS", "FULL", "LIMITS", "RULES", "Amount", "Easing", "Kind", "Limit", "Rows", "Rule", "called",
    "eased_by", "is_full", "limits_of", "rows_of_all",
]  # fmt: skip

RULES: tuple[Rule, ...] = (
    windows.RULE, precedence.RULE, groups.RULE, statuses.RULE, starts.RULE, effects.RULE, standards.RULE,
    fairness.RULE, funds.RULE, budgets.RULE, upkeep.RULE, repayments.RULE, fund_limits.RULE,
    people.RULE,
)  # fmt: skip
"""Every rule, in the order of the model's rows."""

LIMITS = {limit.name: limit for rule in RULES for limit in rule.limits}
"""Every kind of row by its name, in the order of the model's rows."""

AMOUNTS = {name: limit.amount for name, limit in LIMITS.items() if limit.amount is not None}
"""The limits that have an amount."""


def limits_of(*kinds: Kind) -> tuple[str, ...]:
    """Return the names of the limits of some kinds, in the order of the model's rows."""
    return tuple(name for name, limit in LIMITS.items() if limit.kind in kinds)


def eased_by(*easings: Easing) -> tuple[str, ...]:
    """Return the names of the limits that may be eased in some ways, in the order of the model's rows."""
    return tuple(name for name, limit in LIMITS.items() if limit.eased in easings)


def called(row: str, name: Callable[[str], str]) -> Text:
    """Return what a row of the model, such as ``budget[340100,2017]``, is called.

    Parameters
    ----------
    row : its name
    name : what a code that stands in its brackets is called

    >>> called("budget[0503,2017]", {"0503": "Delft", "2017": "2017"}.__getitem__)
    'budget of Delft, 2017'
    """
    return row_called(LIMITS[row.partition("[")[0]], row, name)


def rows_of_all(lay: Variables) -> Iterator[Rows]:
    """Yield the rows of every limit."""
    yield from (limit.rows(lay) for limit in LIMITS.values())

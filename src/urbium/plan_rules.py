"""Plan rules: what a plan owes beside its budgets, what is chosen for it, and how far it is searched for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

PlanRule = Literal[
    "people", "standards", "fairness", "floor", "soft prerequisites", "growth", "upkeep", "repayments"
]

PLAN_RULES: tuple[PlanRule, ...] = get_args(PlanRule)
"""Every rule that can be left out of a roadmap made of the catalogue."""

WORK = 60.0
"""Units of work of a search: each is about a second of one processor core, and counted on no clock."""
SECONDS = 600.0
"""Seconds after which a guard ends a search, its work done or not."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What is chosen for a plan that the catalogue leaves open; nothing when all is empty.

    Parameters
    ----------
    must, must_not : projects that the plan has, or has not: ``340100:IOC``, or ``IOC`` for every city that
        could build it
    weights : what the indicators of a domain weigh together; those of the domains not named share the rest
        as before
    funds : the most that a fund pays in a year, in millions of the plan's currency
    """

    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    funds: Mapping[str, float] = field(default_factory=dict)


NO_CHOICE = Choices()

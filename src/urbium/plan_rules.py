"""Plan rules: what a plan owes beside its budgets, and how far it is searched for, by default."""

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

"""Plan rules: what a plan owes beside its budgets unless it is told otherwise, by the words of its user."""

from typing import Literal, get_args

__all__ = ["PLAN_RULES", "PlanRule"]

PlanRule = Literal["people", "standards", "fairness", "soft prerequisites", "growth", "upkeep", "repayments"]

PLAN_RULES: tuple[PlanRule, ...] = get_args(PlanRule)
"""Every rule that can be left out of a roadmap made of the catalogue."""

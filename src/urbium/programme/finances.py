"""Finances: what a plan costs, by year and fund."""

from typing import TYPE_CHECKING

from urbium.programme.plans import ProgrammePlans

if TYPE_CHECKING:
    from urbium.finance import Costs
    from urbium.plan import Plan

__all__ = ["Finances"]


class Finances:
    """The money of a programme's plans."""

    def __init__(self, plans: ProgrammePlans) -> None:
        self._plans = plans

    def costs(self, plan: "Plan | None" = None) -> "Costs":
        """Add up what a plan costs, by year and fund; the adopted plan when none is given."""
        from urbium.finance import costs  # noqa: PLC0415

        return costs(plan or self._plans.adopted())

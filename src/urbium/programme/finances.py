"""Finances: what a plan costs, by year and fund, and what its projects are worth over their life."""

from typing import TYPE_CHECKING

import polars as pl

from urbium.programme.plans import ProgrammePlans
from urbium.programme.workspace import Workspace

if TYPE_CHECKING:
    from urbium.finance import Appraisal, Bands, Costs
    from urbium.finance.fiscal_space import FiscalSpace
    from urbium.plan import Plan

__all__ = ["Finances"]


class Finances:
    """The money of a programme's plans."""

    def __init__(self, workspace: Workspace, plans: ProgrammePlans) -> None:
        self._workspace = workspace
        self._plans = plans

    def costs(self, plan: "Plan | None" = None) -> "Costs":
        """Add up what a plan costs, by year and fund; the adopted plan when none is given."""
        from urbium.finance import costs  # noqa: PLC0415

        return costs(plan or self._plans.adopted())

    def appraise(
        self, plan: "Plan | None" = None, *, years: int | None = None, rate: float | None = None
    ) -> "Appraisal":
        """Say what the projects of a plan cost over their life, and what those with inflows are worth.

        A project without an inflow that was counted after the event, on the evidence that is asked for, is
        cost-only: no net present value and no return is said of it.

        Parameters
        ----------
        plan : the adopted one when none is given
        years : over which projects are appraised, from the first year of the plan; the declared assumption
            ``appraisal.years`` unless given
        rate : the real discount rate, a share a year; ``appraisal.discount_rate`` unless given
        """
        from urbium.finance import appraise_plan  # noqa: PLC0415

        chosen = plan or self._plans.adopted()
        return appraise_plan(chosen, self._workspace.catalogue_of("plan"), years=years, rate=rate)

    def space(self, plan: "Plan | None" = None, *, beyond: int | None = None) -> "FiscalSpace":
        """Say what running costs and repayments leave of each city's limit, in the plan and after it.

        Parameters
        ----------
        plan : the adopted one when none is given
        beyond : years after the plan; to the last payment, and ten at least, when None

        Raises InputError where the plan was made without repayments.
        """
        from urbium.finance.fiscal_space import fiscal_space  # noqa: PLC0415

        chosen = plan or self._plans.adopted()
        return fiscal_space(chosen, beyond=beyond)

    def appraisal_bands(
        self, appraisal: "Appraisal | None" = None, *, draws: int = 1000, seed: int = 0
    ) -> "Bands":
        """Say how far costs and values may lie from what is planned, and what moves them most.

        Parameters
        ----------
        appraisal : that of the adopted plan when none is given
        draws : how many
        seed : the same seed gives the same draws
        """
        from urbium.finance import draw_plan  # noqa: PLC0415

        plan = self._plans.adopted()
        return draw_plan(
            appraisal or self.appraise(plan),
            plan,
            self._workspace.catalogue_of("plan"),
            draws=draws,
            seed=seed,
        )

    def cost_per_gain(self, appraisal: "Appraisal | None" = None) -> pl.DataFrame:
        """Return what a unit of each indicator costs that the adopted plan gains.

        Parameters
        ----------
        appraisal : that of the adopted plan when none is given
        """
        from urbium.finance import cost_per_gain_of_plan  # noqa: PLC0415

        plan = self._plans.adopted()
        return cost_per_gain_of_plan(appraisal or self.appraise(plan), plan)

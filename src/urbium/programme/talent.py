"""Talent: the people of a programme's plans: who is needed, who is there, what is short, and what helps."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from urbium.programme.plans import ProgrammePlans
from urbium.programme.settings import Settings
from urbium.programme.workspace import Workspace

if TYPE_CHECKING:
    from urbium.plan import Plan
    from urbium.talent import AgeRates, Assumed, Staff

__all__ = ["Talent"]


class Talent:
    """The people of a programme's plans."""

    def __init__(self, workspace: Workspace, plans: ProgrammePlans, settings: Settings) -> None:
        self._workspace = workspace
        self._plans = plans
        self._settings = settings

    def staff(
        self, *, supply: pl.DataFrame | Path | None = None, draws: int = 1000, seed: int = 0
    ) -> "Staff":
        """Say what the adopted plan asks of people: demand, supply, shortage and the cheapest remedy.

        Parameters
        ----------
        supply : posts that places can free, a table or a CSV file: place, occupation, stock, and where known
            entrants, joiners, retirement, leavers and mobility (posts a year), contractors, evidence, note;
            the plan's pools and declared assumptions stand for what it does not say
        draws, seed : of the ranges of the shortage

        Raises InputError with every fault of the table.
        """
        from urbium.talent import read_supply, staff  # noqa: PLC0415

        plan = self._plans.adopted()
        own = read_supply(supply) if isinstance(supply, Path) else supply
        assumed = self._assumed(plan)
        return staff(
            plan,
            self._workspace.catalogue_of("plan"),
            assumed,
            rates=self._rates(plan, assumed),
            own=own,
            draws=draws,
            seed=seed,
        )

    def _assumed(self, plan: "Plan") -> "Assumed":
        """The assumptions about people as they are declared today, in the money of the plan."""
        from urbium.talent import Assumed  # noqa: PLC0415

        rate_from = partial(self._settings.exchange().factor, target=plan.currency)
        return Assumed(self._workspace.catalogue, rate_from)

    def _rates(self, plan: "Plan", assumed: "Assumed") -> "AgeRates | None":
        """Who enters and retires, by the projected ages of the nation; None where none are projected."""
        from urbium.talent import age_rates  # noqa: PLC0415

        if not self._workspace.is_adopted("ages"):
            return None
        ages = self._workspace.adopted("ages")
        if ages is None:
            return None
        years = range(plan.years[0], plan.years[-1] + plan.roadmap.settings.years_after + 1)
        return age_rates(
            ages.table,
            years,
            first_age=round(assumed("first_age")),
            pension_age=round(assumed("pension_age")),
        )

"""Plan reasons: why a solution is, or is not, in the adopted plan, and what its parts are called.

Figures and the catalogue are those that were known when the plan was adopted. Not here: plans being made,
kept and compared (``plans.py``).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import polars as pl

from urbium.errors import NotFoundError
from urbium.explanation import Explanation, observed
from urbium.model import NATION
from urbium.observations.population import SIZES, latest_people
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.workspace import Workspace
from urbium.programme.results.plan_checks import weight_explained
from urbium.text import Text, coded, named, text

if TYPE_CHECKING:
    from urbium.plan import Plan

_STAGE = "plan"


class PlanReasons:
    """Why the adopted plan is as it is, city by city, and the names in which that is said."""

    def __init__(self, workspace: Workspace, register: Register, settings: Settings) -> None:
        self._workspace = workspace
        self._register = register
        self._settings = settings

    def _adopted(self) -> "Plan":
        return cast("Plan", self._workspace.required(_STAGE))

    def why(self, city: str, solution: str) -> Explanation:
        """Say why a solution is, or is not, in the adopted plan of a city, with the price of having it.

        What the catalogue says about it is given too: cost per head, exchange rate, effects, and the city's
        people; of a project whose figures are the roadmap's own, that they are.
        """
        from urbium.plan import Names, explain_project, rests_on  # noqa: PLC0415

        place = self._register.city(city)
        names = self.solution_names(place.code)
        if solution not in names:
            raise NotFoundError.named(text("solution"), solution, names)
        if place.level == NATION:
            raise NotFoundError(
                coded(
                    "programme.why.nation", "{place} is a nation; projects are in cities", place=str(place)
                ),
                remedy=text("name a city"),
            )
        places = self._register.names()
        plan = self._adopted()
        reason = explain_project(
            plan, plan.project_of(place.code, solution), names=Names(places, names, self.standard_names())
        )
        is_declared = self.is_of_catalogue(place.code, solution)
        catalogue = self._workspace.catalogue_of(_STAGE)
        people = (*weight_explained(plan, place.code), *self._people(place.code)) if is_declared else ()
        basis = Explanation(
            coded("programme.why.catalogue", "the catalogue's description of the solution"),
            kind="setting",
            children=(
                *people,
                *rests_on(
                    catalogue, solution, self._settings.exchange_of(_STAGE), plan.currency,
                    price_year=plan.roadmap.settings.price_year, is_own=not is_declared,
                ),
            ),
        )  # fmt: skip
        return replace(reason, children=(*reason.children, basis))

    def reason(self, city: str, solution: str) -> Text:
        """Say in a sentence why a solution is, or is not, in the adopted plan of a city.

        Why it is not is found by planning the city again, as :meth:`why` does; why it is is read.
        """
        from urbium.plan import Names  # noqa: PLC0415
        from urbium.plan.why.chosen import reason  # noqa: PLC0415

        plan, names = self._adopted(), self.solution_names(city)
        project = plan.project_of(city, solution)
        if project not in plan.table["project"]:
            explained = self.why(city, solution)
            return cast("Text", explained.answer or explained.note)
        return reason(plan, project, Names(self._register.names(), names, self.standard_names()))

    def is_of_catalogue(self, city: str, solution: str) -> bool:
        """Return whether the figures of a project in the adopted plan are those of the catalogue."""
        from urbium.plan import is_of_catalogue  # noqa: PLC0415

        plan = self._workspace.adopted(_STAGE)
        catalogue = self._workspace.catalogue_of(_STAGE)
        if plan is None:
            return solution in catalogue.solutions
        return is_of_catalogue(catalogue, plan.roadmap, city, solution, self._settings.exchange_of(_STAGE))

    def solution_names(self, city: str = "") -> dict[str, str]:
        """Return the names of solutions by code: the catalogue's, and what only the adopted plan knows.

        With a city, of the latter those that have a project there. The catalogue is that which the adopted
        plan was made with.
        """
        declared = self._workspace.catalogue_of(_STAGE).solutions
        names = {code: solution.name for code, solution in declared.items()}
        plan = self._workspace.adopted("plan")
        if plan is None:
            return names
        table = plan.roadmap.projects
        rows = table if not city else table.filter(pl.col("city") == city)
        return {code: code for code in rows["solution"].unique()} | names

    def _people(self, city: str) -> Iterator[Explanation]:
        """Explain the figure that the projects of a city are sized by, as known when the plan was adopted."""
        catalogue, known = self._workspace.catalogue_of(_STAGE), self._workspace.known_when_adopted(_STAGE)
        declared, counted = catalogue.variables, catalogue.roles.variables(*SIZES)
        stored = self._register.observations(cities=[city], variables=list(counted), as_known_on=known)
        for variable in counted:
            people = latest_people(stored, variable, declared)
            if people.height:
                sources = self._register.sources(as_known_on=known)
                yield observed(people.row(0, named=True), sources, declared[variable])
                return

    def past_words(self) -> Text | None:
        """Say of an adopted plan whose years had passed when it was made what that means; else None."""
        plan, known = self._workspace.adopted(_STAGE), self._workspace.known_when_adopted(_STAGE)
        if plan is None or known is None:
            return None
        first, last = plan.start_years[0], plan.start_years[-1]
        day = known.astimezone(self._settings.zone()).date()
        if day.year <= last:
            return None
        return text(
            "The plan is for {first:d} to {last:d} but was made on {day:date}, after those years: it shows "
            "what could have been planned then. Nothing is known to have been built unless a report says so.",
            first=first, last=last, day=day,
        )  # fmt: skip

    def standard_names(self) -> dict[str, str]:
        """Return the names of what cities owe, by code, of the adopted plan's catalogue."""
        promises = self._workspace.catalogue_of(_STAGE).promises
        return {code: named(row.name, code) for code, row in promises.items()}

"""Talent: the people of a programme's plans: who is needed, who is there, what is short, and what helps."""

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from urbium.errors import UrbiumError
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.workspace import Workspace
from urbium.programme.results.plans import ProgrammePlans
from urbium.text.naming import names_by_code

if TYPE_CHECKING:
    from urbium.plan import Plan
    from urbium.talent import AgeRates, Assumed, Curriculum, Profile, References, Staff


class Talent:
    """People: who is needed by the plan, who is there, what is short and what helps."""

    def __init__(
        self, workspace: Workspace, register: Register, plans: ProgrammePlans, settings: Settings
    ) -> None:
        self._workspace = workspace
        self._register = register
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
        brought = read_supply(supply) if isinstance(supply, Path) else supply
        assumed = self._assumed(plan)
        return staff(
            plan,
            self._workspace.catalogue_of("plan"),
            assumed,
            rates=self._rates(plan, assumed),
            own=brought,
            draws=draws,
            seed=seed,
        )

    def references(self, folder: str | Path) -> "References":
        """Read the files of O*NET and ESCO in a folder; raise InputError where there are none."""
        from urbium.talent import read_references  # noqa: PLC0415

        return read_references(folder)

    def curriculum(self, isco08: str, references: "References") -> "Curriculum":
        """Say what the people of an occupation need to know, and from which occupations they could come.

        ``isco08`` is a code that some solution needs; NotFoundError names the nearest for another one.
        """
        from urbium.talent import curriculum  # noqa: PLC0415

        return curriculum(isco08, self._workspace.catalogue, references)

    def team(
        self, file: str | Path, city: str, *, day: date | None = None, references: "References | None" = None
    ) -> "Profile":
        """Say what a city's team has and lacks beside what its part of the adopted plan needs.

        Parameters
        ----------
        file : person, isco08, and where known skills (between ``;``), certificate, valid_from, valid_until
        city : its code or name
        day : on which certificates must be valid to count; today unless given
        references : files of O*NET, which say what employers ask for

        Raises InputError with every fault of the file.
        """
        from urbium.talent import curriculum, occupation_titles, profile, read_team  # noqa: PLC0415

        catalogue = self._workspace.catalogue
        people = read_team(file, sorted(occupation_titles(catalogue)))
        needed = self.staff().most(self._register.city(city).code)
        skills = {
            code: curriculum(code, catalogue, references).skills
            for code in needed["isco08"]
            if references is not None and code
        }
        return profile(people, needed, day or self._settings.today(), skills)

    def training_programme(
        self, path: str | Path, *, references: "References | None" = None, most: int = 10
    ) -> Path:
        """Write the training programme of the adopted plan as a document (.pdf, .docx, .html or .md).

        Parameters
        ----------
        path : the file to write
        references : files of O*NET and ESCO; without them it names no skills
        most : for how many occupations a curriculum is written, those that are needed most
        """
        from urbium.publish.documents.files import write  # noqa: PLC0415
        from urbium.publish.documents.training_programme import training_programme  # noqa: PLC0415
        from urbium.talent import curriculum  # noqa: PLC0415

        result = self.staff()
        codes = [code for code in result.most()["isco08"].head(most) if code]
        catalogue = self._workspace.catalogue
        curricula = [] if references is None else [curriculum(code, catalogue, references) for code in codes]
        names = {code: name.render() for code, name in names_by_code(self._register.places()).items()}
        document = training_programme(
            result, curricula, names, programme=self._settings.name(), created=datetime.now(UTC)
        )
        return write(document, path)

    def _assumed(self, plan: "Plan") -> "Assumed":
        """The assumptions about people as they are declared today, in the money of the plan."""
        from urbium.talent import Assumed  # noqa: PLC0415

        rate_from = partial(self._settings.exchange_of("plan").factor, target=plan.currency)
        return Assumed(self._workspace.catalogue, rate_from)

    def _rates(self, plan: "Plan", assumed: "Assumed") -> "AgeRates | None":
        """Who enters and retires, by the projected ages of the nation; None where none are projected.

        The ages follow from the outlook, which stands without them where no counts by age are stored.
        """
        from urbium.talent import age_rates  # noqa: PLC0415

        try:
            ages = self._workspace.adopted("ages")
        except UrbiumError:  # why, their own part says; what is assumed in their place, the supply's
            return None
        if ages is None:
            return None
        years = range(plan.years[0], plan.roadmap.last_counted + 1)
        return age_rates(
            ages.table,
            years,
            first_age=round(assumed("first_age")),
            pension_age=round(assumed("pension_age")),
        )

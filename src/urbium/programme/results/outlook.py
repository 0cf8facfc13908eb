"""Outlook: what the stored figures say of the years ahead, in five parts that agree with each other.

People of the cities are drawn first; with the nation's ages they make the nation, in which cities, other
urban, rural and all add up; ages give the labour supply of the workforce; cities and ages give the demand
for services, and so the pressure on them. All five are made of one run: figures, cities, instant and last
year.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import polars as pl

from urbium.errors import InputError, NotFoundError, UrbiumError
from urbium.observations.in_force import figures_in_force
from urbium.observations.population import SIZES
from urbium.observations.roles import Roles, missing_remedy
from urbium.periods import PeriodLike, year_of
from urbium.programme.base.register import Register
from urbium.programme.base.stages import PARTS, STAGES
from urbium.programme.base.workspace import Workspace
from urbium.programme.results.city_ages import ages_by_counts, counted_cities, no_counts, own_counts
from urbium.programme.results.households import households_of
from urbium.result import Result
from urbium.text import coded, text
from urbium.text.advice import advice

if TYPE_CHECKING:
    from urbium.forecast import (
        CohortInputs,
        Cohorts,
        Households,
        HowWeDid,
        NationOutlook,
        Outlook,
        Paths,
        PeopleByAge,
        Pressure,
        Workforce,
    )

Run = Mapping[str, Any]
_FAR = 9999
"""A year after all figures."""

_OF_NATION = ("urban_share", "urban_total")
"""The roles that tell how many people of the nation live in cities."""
_LEVERS = {"city": pl.String(), "lever": pl.String(), "since": pl.Int64(), "change": pl.Float64()}


class ProgrammeOutlook:
    """Forecasts of people, ages, work and services; each is made once for a run, and read by the others."""

    def __init__(self, workspace: Workspace, register: Register) -> None:
        self._workspace = workspace
        self._register = register

    @property
    def _roles(self) -> Roles:
        return self._workspace.catalogue.roles

    def forecast(self, what: str = "population", *, to: PeriodLike, of: Sequence[str] = ()) -> Any:  # noqa: ANN401 - the result of the part
        """Project to the year ``to``, with bands of 80% and 95%.

        Parameters
        ----------
        what : ``population`` of each city; the ``nation`` and its parts, adding up; ``ages`` of the nation;
            ``households``; ``workforce``, its sectors and jobs; ``pressure`` on the services of each city
        to : the last year
        of : codes of cities whose ages are wanted, with ``what`` "ages"; those of the nation unless given.
            Cities with two counts by age are projected from these, the others by the nation's ages

        Raises NotFoundError for another word, and where figures are missing says which to load.
        """
        if what not in PARTS:
            raise NotFoundError.named(text("forecast"), what, PARTS)
        year = year_of(to)
        if what != "ages":  # these are the nation's
            self._register.require_cities()
        run = self._register.run(year=year, what=what, to=year)
        if of:
            return self._ages_of(of, what, run)
        return self.made_again(what, run)

    def conditional(self, levers: "pl.DataFrame | Path", *, to: PeriodLike) -> "Outlook":
        """Say what the population of each city would be if some levers moved beside what is expected.

        Parameters
        ----------
        levers : city (code), lever (net migration, housing, jobs), since (year), change (a year: persons for
            each 1,000 people, or percent), or a CSV file of them; see
            :func:`urbium.forecast.cities.conditional.condition`
        to : the last year

        Raises InputError where a row, or the file, cannot be used.
        """
        from urbium.forecast import condition  # noqa: PLC0415

        table = _levers(levers) if isinstance(levers, Path) else levers
        return condition(self.forecast("population", to=to), table)

    def bounds_begun(self, city: str) -> list[int]:
        """Return the years in which the people of a city begin to be counted within another boundary.

        As forecasts find them (ADR 0141), whether or not one is adopted.
        """
        return self._workspace.once("boundaries that changed", self._bounds_begun).get(city, [])

    def _bounds_begun(self) -> dict[str, list[int]]:
        from urbium.forecast.cities.figures import bounds_begun, screen  # noqa: PLC0415

        people = self._roles.variables(*SIZES)
        figures = self._register.observations(variables=people)
        excluded = screen(figures, people, self._workspace.catalogue.variables).excluded
        return {str(code): bounds_begun(rows) for (code,), rows in excluded.group_by("city")}

    def how_we_did(self) -> "HowWeDid":
        """Hold every outlook that was adopted against the figures that came since it was made.

        Each is made again as it was known then; years projected then that have a figure in force now are
        compared. Raises NotFoundError when none was adopted.
        """
        return self._workspace.once("how outlooks did", self._how_we_did)

    def _how_we_did(self) -> "HowWeDid":
        from urbium.forecast import gather, hold_outlook, national_figures  # noqa: PLC0415
        from urbium.forecast.cities.figures import screen  # noqa: PLC0415
        from urbium.forecast.nation.how_we_did import HELD  # noqa: PLC0415

        kept = self._workspace.adopted_versions("outlook")
        if not kept:
            basis = STAGES["outlook"].basis
            raise NotFoundError(basis.missing, remedy=basis.remedy)
        declared, figures = self._workspace.catalogue.variables, self._register.observations()
        people = screen(figures, self._roles.variables(*SIZES), declared).used
        try:
            national = national_figures(figures, origin=_FAR, variables=declared, roles=self._roles)
        except InputError:
            national = None
        parts = []
        for name, run in kept:
            if not self._has_later(figures, run):
                parts.append(pl.DataFrame(schema=HELD))
                continue
            try:
                nation: NationOutlook | None = self.part("nation", run)
            except UrbiumError:
                nation = None
            parts.append(hold_outlook(self.part("population", run), nation, people, national, name=name))
        return gather(parts)

    def _has_later(self, figures: pl.DataFrame, run: Run) -> bool:
        """Whether any figure of people was recorded after a run was made."""
        counted = pl.col("variable").is_in(self._roles.variables(*SIZES, *_OF_NATION))
        instants = figures.filter(counted)["recorded_at"]
        return bool((instants > datetime.fromisoformat(run["as_known_on"])).any())

    def made_again(self, what: str, run: Run) -> Any:  # noqa: ANN401 - the result class of the part
        """Return one part of a run, with the settings of the run."""
        part = self.part(what, run)
        return replace(part, settings={**part.settings, **run})

    def part(self, what: str, run: Run) -> Any:  # noqa: ANN401 - the result class of the part
        """Return one part of a run, made once."""
        makers: Mapping[str, Callable[[Run], Result]] = {
            "cities": self._cities,
            "population": self._outlook,
            "nation": self._nation,
            "ages": self._ages,
            "households": self._households,
            "workforce": self._workforce,
            "pressure": self._pressure,
        }
        return self._workspace.once(f"{what} {_name(run)}", lambda: makers[what](run), is_pinned=True)

    def shortages(self, run: Run, year: int) -> pl.DataFrame:
        """Return what services lack in a run in a year, or in its last one before it.

        Columns: city, service, year, demand, shortfall. Only that year is worked out.
        """

        def make() -> pl.DataFrame:
            table = self._pressure(run, years=[min(year, run["to"])]).table
            return table.select("city", "service", "year", "demand", "shortfall")

        return self._workspace.once(f"shortages in {year} of {_name(run)}", make, is_pinned=True)

    # The parts

    def _outlook(self, run: Run) -> "Outlook":
        """The cities as their nation adds them up, where it can: one number on every face.

        What the nation lacks (figures of its own, a city in another boundary) stands alone; why there is no
        nation its own part says.
        """
        alone = cast("Outlook", self.part("cities", run))
        try:
            nation: Paths | None = cast("NationOutlook", self.part("nation", run)).paths
        except UrbiumError:
            nation = None
        return _settled(alone, nation, self._roles.variables("urban_population"))

    def _cities(self, run: Run) -> "Outlook":
        """The cities as each is forecast alone."""
        from urbium.forecast import forecast_population  # noqa: PLC0415

        return forecast_population(
            self._register.known_on(run),
            to=run["to"],
            cities=self._register.cities_of(run),
            variables=self._roles.variables(*SIZES),
            sources=self._register.sources_of(run),
            declared=self._workspace.catalogue.variables,
        )

    def _ages(self, run: Run) -> "Cohorts":
        """Ages of the nation, by whole steps of five years up to the last year or just beyond it."""
        from urbium.forecast import project_population, rebase_population  # noqa: PLC0415

        inputs = self._age_inputs(run)
        steps = max(-(-(run["to"] - inputs.year) // 5), 1)
        to, sources = inputs.year + 5 * steps, self._register.sources_of(run)
        totals = self._counted(run)
        if not totals or not min(totals) <= inputs.year <= max(totals):
            return project_population(inputs, to=to, sources=sources)
        return rebase_population(inputs, totals, to=to, sources=sources)

    def _counted(self, run: Run) -> dict[int, float]:
        """Persons of the nation by year, as its figures in force say; none where there are none."""
        from urbium.forecast import national_figures  # noqa: PLC0415

        figures = self._register.known_on(run)
        try:
            past = national_figures(
                figures, origin=_FAR, variables=self._workspace.catalogue.variables, roles=self._roles
            )
        except InputError:
            return {}
        return {
            int(year): float(total)
            for year, total in zip(past.years, past.total, strict=True)
            if np.isfinite(total)
        }

    def _age_inputs(self, run: Run) -> "CohortInputs":
        """The nation's counts by age and sex, with births, deaths and moves; NotFoundError where none are."""
        from urbium.forecast import cohort_inputs  # noqa: PLC0415

        if not run.get("ages"):
            raise NotFoundError(
                coded("programme.ages.none", "no counts by age and sex are stored"),
                remedy=advice(
                    text(
                        "load them with urbium load-ages FILE (place, variable, period, sex, age, value ...)"
                    ),
                    text("ask whoever looks after the server to load counts by age"),
                ),
            )
        rows, file = self._register.age_counts.nation(run["ages"])
        inputs = cohort_inputs(rows, file=file)
        nation = self._register.nation()
        if nation not in inputs.places:
            raise NotFoundError(
                coded(
                    "programme.ages.elsewhere",
                    "the stored ages are for {places:list}, not for {nation}",
                    places=list(inputs.places),
                    nation=nation,
                ),
                remedy=text("load the population by age and sex for {nation}", nation=nation),
            )
        row = inputs.places.index(nation)
        return inputs.rows(slice(row, row + 1))

    def is_counted(self, city: str, run: Run) -> bool:
        """Say whether a run knows two counts by age of a city."""
        return city in counted_cities(self._register, run)

    def ages_of(self, city: str, run: Run) -> "PeopleByAge":
        """Return the people of a city by age in a run: from its own two counts, or by the nation's ages."""
        return self._ages_of([city], "ages", run)

    def _ages_of(self, codes: Sequence[str], what: str, run: Run) -> "PeopleByAge":
        """Ages of cities from two counts of their own; or by the nation's births and deaths."""
        from urbium.forecast import Paths, project_cities  # noqa: PLC0415

        if what != "ages":
            raise InputError(
                coded("programme.ages.of", "{what} is forecast for all cities together", what=what),
                place="of",
                remedy=text("omit the cities, or request ages"),
            )
        own = own_counts(counted_cities(self._register, run), codes)
        if own:
            made = ages_by_counts(own, cast("Outlook", self.part("population", run)), self._register)
            return replace(made, settings={**made.settings, **run})
        if not run.get("ages"):
            raise no_counts(codes, self._register.sole_nation() or text("the nation"))
        futures = cast("NationOutlook", self.part("nation", run)).paths
        for code in codes:
            if code not in futures.keys:
                raise NotFoundError.named(text("city"), code, futures.keys)
        inputs = self._age_inputs(run)
        rows = [futures.keys.index(code) for code in codes]
        return project_cities(
            inputs,
            Paths(tuple(codes), futures.years, futures.values[rows]),
            nation=inputs.places[0],
            sources=self._register.sources_of(run),
        )

    def _nation(self, run: Run) -> "NationOutlook":
        from urbium.forecast import reconcile_nation  # noqa: PLC0415

        outlook = cast("Outlook", self.part("cities", run))
        urban = self._roles.variables("urban_population")
        curves = outlook.curves.filter(pl.col("variable").is_in(urban))
        if not self._register.has_nation():
            self._register.nation()
        if curves.is_empty():
            raise NotFoundError(
                coded(
                    "programme.nation.no_cities",
                    "no city's urban population was forecast, so there is nothing to add up to a "
                    "national total",
                ),
                place=text("role {role}", role="urban_population"),
                remedy=missing_remedy(self._roles, ["urban_population"]),
            )
        within = curves["area"].mode().sort()[0]
        curves = curves.filter(area=within)
        latest = max(curves["latest"].mode().to_list())
        cities = outlook.paths(curves.filter(pl.col("latest") == latest)["city"].to_list())
        total = self._totals(run, cities)
        figures = self._register.known_on(run)
        shares = figures.filter(pl.col("variable").is_in(self._roles.variables("urban_share")))
        last_share = figures_in_force(shares, self._workspace.catalogue.variables)["period"].max()
        return reconcile_nation(
            cities,
            figures,
            to=run["to"],
            origin=max(int(str(last_share)), latest) if last_share else latest,
            nation=total,
            hold=() if total is None else ("nation",),
            names=self._register.names(),
            sources=self._register.sources_of(run),
            declared=self._workspace.catalogue.variables,
            roles=self._roles,
            within=within,
            holders=self._register.places()["parent"].drop_nulls().unique().to_list(),
        )

    def _households(self, run: Run) -> "Households":
        """Households of the cities as the nation adds up their people, and of the nation."""
        from urbium.forecast import futures  # noqa: PLC0415

        outlook = cast("Outlook", self.part("population", run))
        ages = cast("Cohorts", self.part("ages", run)) if run.get("ages") else None
        try:
            nation: Paths | None = cast("NationOutlook", self.part("nation", run)).paths
        except UrbiumError:  # its own part says why
            nation = None
        return households_of(
            self._register,
            self._workspace,
            run,
            outlook=outlook,
            people=futures(outlook),
            nation=nation,
            ages=ages,
            counted=self._counted(run),
        )

    def _workforce(self, run: Run) -> "Workforce":
        from urbium.forecast import forecast_workforce  # noqa: PLC0415

        return forecast_workforce(
            self._register.known_on(run),
            to=run["to"],
            place=self._register.nation(),
            cities=self._register.places().filter(
                pl.col("code").is_in([*run["cities"], self._register.nation()])
            ),
            labour=self.part("ages", run) if run.get("ages") else None,
            sources=self._register.sources_of(run),
            declared=self._workspace.catalogue.variables,
            roles=self._roles,
        )

    def _pressure(self, run: Run, years: Collection[int] | None = None) -> "Pressure":
        from urbium.forecast import forecast_population, forecast_pressure, futures  # noqa: PLC0415

        figures, cities = self._register.known_on(run), self._register.cities_of(run)
        first = cast("Outlook", self.part("population", run))
        registered = forecast_population(
            figures,
            to=run["to"],
            cities=cities,
            variables=self._roles.variables("registered_population"),
            sources=self._register.sources_of(run),
            declared=self._workspace.catalogue.variables,
        )
        try:
            households: Households | None = cast("Households", self.part("households", run))
        except UrbiumError:  # its own part says why; dwellings are then needed by heads
            households = None
        outlooks = [
            outlook for outlook in (first, _settled(registered, None, ())) if outlook.curves.height
        ] or [first]
        return forecast_pressure(
            figures,
            {area: paths for outlook in outlooks for area, paths in futures(outlook).items()},
            self._workspace.catalogue.norms.values(),
            cities=cities,
            variables=self._workspace.catalogue.variables,
            sources=dict(self._workspace.catalogue.sources) | dict(self._register.sources_of(run)),
            ages=self._by_age(run),
            nation=self._register.sole_nation() if run.get("ages") else "",
            outlooks=outlooks,
            roles=self._roles,
            households=households,
            years=years,
        )

    # What they are made of

    def _totals(self, run: Run, cities: "Paths") -> np.ndarray[Any, Any] | None:
        """The nation's total in each path and year of the cities, from its ages; None where they begin later.

        Between counts and the five-year steps ahead the total grows evenly, from the last total known on.
        """
        if not run.get("ages"):
            return None
        ages = cast("Cohorts", self.part("ages", run))
        years, logs = ages.years, np.log(ages.total().values[0].astype(np.float64))
        counted = self._counted(run)
        if "base" in ages.settings:
            ahead = years > ages.settings["base"]
            seen = np.array(sorted(year for year in counted if year <= ages.settings["base"]))
            begin = np.log([counted[year] for year in seen])[:, None] + np.zeros((1, logs.shape[1]))
            years, logs = np.append(seen, years[ahead]), np.concatenate([begin, logs[ahead]])
        elif ages.inputs.earlier is not None:
            before = np.full((1, logs.shape[1]), np.log(ages.inputs.earlier[0].sum()))
            years, logs = np.insert(years, 0, years[0] - 5), np.concatenate([before, logs])
        if years[0] > cities.years[0]:
            return None
        drawn = [np.interp(cities.years, years, path) for path in logs.T]
        return np.asarray(np.exp(np.stack(drawn, axis=1)))

    def _by_age(self, run: Run) -> pl.DataFrame | None:
        """People by age of the nation, and of each city that has two counts; None where there are neither."""
        tables = [cast("Cohorts", self.part("ages", run)).table] if run.get("ages") else []
        outlook = cast("Outlook", self.part("population", run))
        for counts in counted_cities(self._register, run).values():
            try:
                tables.append(ages_by_counts([counts], outlook, self._register).table)
            except UrbiumError:  # why its ages cannot be projected, its own forecast says
                continue
        rows = [table.select("place", "year", "sex", "age", "value") for table in tables]
        return pl.concat(rows) if rows else None


def _levers(path: Path) -> pl.DataFrame:
    """Read a file of levers; raise InputError where a cell is not what its column holds."""
    from urbium.sources.door import read_table  # noqa: PLC0415 - heavy, and only when a file is read

    return read_table(path, _LEVERS, needed=tuple(_LEVERS))


def _settled(outlook: "Outlook", nation: "Paths | None", urban: Sequence[str]) -> "Outlook":
    """Give the cities the futures that are drawn from it, and those in the nation what it adds up."""
    from urbium.forecast import Paths  # noqa: PLC0415

    futures = []
    for _, group in outlook.curves.group_by("variable", "area", "latest", maintain_order=True):
        drawn = outlook.paths(group["city"].to_list())
        values = drawn.values
        if nation is not None and group["variable"][0] in urban:
            at = {year: place for place, year in enumerate(nation.years.tolist())}
            columns = [place for place, year in enumerate(drawn.years.tolist()) if year in at]
            years = [at[year] for year in drawn.years.tolist() if year in at]
            values = values.astype(np.float64)
            for row, city in enumerate(drawn.keys):
                if city in nation.keys:
                    values[row, columns] = nation.values[nation.keys.index(city), years]
        futures.append(Paths(drawn.keys, drawn.years, values))
    return outlook.settle(futures) if futures else outlook


def _name(run: Run) -> str:
    """Return what tells a run from others."""
    return (
        f"to {run['to']} as known on {run['as_known_on']} by ages {run.get('ages')}"
        f" and {run.get('city_counts')}"
    )

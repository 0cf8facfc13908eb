"""Foresight: what the stored figures say of the years ahead, as one story told in five parts.

People of the cities are drawn first; with the nation's ages they make the nation, in which cities, other
urban, rural and all add up; ages give the hands for the work force; cities and ages give the need for
services, and so the pressure on them. All five are made of one run: figures, cities, instant and last year.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

import numpy as np
import polars as pl

from urbium.errors import NotFoundError, UrbiumError
from urbium.observations.in_force import figures_in_force
from urbium.observations.population import AGGLOMERATION, REGISTERED, URBAN_SHARE
from urbium.programme.scores import Inquiry
from urbium.result import Result

if TYPE_CHECKING:
    from urbium.forecast import Cohorts, NationOutlook, Outlook, Paths, Pressure, Workforce

__all__ = ["AHEAD", "Ahead", "Foresight"]

Ahead = Literal["population", "nation", "ages", "workforce", "pressure"]
"""What can be forecast."""

AHEAD: tuple[Ahead, ...] = get_args(Ahead)

_INPUTS = "inputs"
_COHORTS = "cohorts"
R = TypeVar("R", bound=Result)
Run = Mapping[str, Any]


class Foresight(Inquiry):
    """Forecasts of a programme; each part is made once for a run, and read by the others."""

    def forecast(self, what: Ahead = "population", *, to: int) -> Any:  # noqa: ANN401 - the result class of the part
        """Look ahead to the year ``to``, with bands of 80 % and 95 %.

        Parameters
        ----------
        what : ``population`` of each city; the ``nation`` and its parts, adding up; ``ages`` of the nation;
            ``workforce``, its sectors and jobs; ``pressure`` on the services of each city
        to : the last year

        Raises NotFoundError for another word, and where figures are missing says which to load.
        """
        if what not in AHEAD:
            raise NotFoundError.named("forecast", what, AHEAD)
        run = self._run(what=what, to=to)
        made = self.ahead(what, run)
        return replace(made, settings={**made.settings, **run})

    def ahead(self, what: Ahead, run: Run) -> Any:  # noqa: ANN401 - the result class of the part
        """Return one part of a run, made once."""
        made: Mapping[Ahead, Callable[[Run], Result]] = {
            "population": self._outlook,
            "nation": self._nation,
            "ages": self._ages,
            "workforce": self._workforce,
            "pressure": self._pressure,
        }
        name = f"{what} to {run['to']} as known on {run['as_known_on']} by ages {run.get('ages')}"
        return self.once(name, lambda: made[what](run))

    def outlook_book(self, path: str | Path, *, to: int) -> Path:
        """Write every part of the forecast to the year ``to`` as an Excel workbook; return its path.

        A part that cannot be made keeps its sheets, with the reason. Raises InputError for a path that
        cannot be written, and when no part can be made.
        """
        from urbium.publish.books.outlook_book import write_outlook  # noqa: PLC0415

        parts: dict[str, Result] = {}
        missing: dict[str, str] = {}
        for what in AHEAD:
            try:
                parts[what] = self.forecast(what, to=to)
            except UrbiumError as error:
                missing[what] = str(error)
        names = dict(self.places().select("code", "name_en").iter_rows())
        return write_outlook(Path(path), parts, names=names, missing=missing)

    def load_ages(self, path: str | Path, *, by: str, reason: str) -> int:
        """Store counts by age and sex with births, deaths and moves; return the rows, or refuse it whole.

        The table has one row a figure: place, variable, period, sex, age, value, unit, status, area,
        source_id (:func:`urbium.forecast.read_cohorts`). A later table takes the place of an earlier one.
        """
        from urbium.forecast import read_cohorts  # noqa: PLC0415 - heavy, and only when it is asked for

        read = read_cohorts(path)
        content = {"file": Path(path).name, "rows": read.table.to_dict(as_series=False)}
        self.store.keep(_INPUTS, _COHORTS, content, by=by, reason=reason)
        return read.table.height

    # The parts

    def _outlook(self, run: Run) -> "Outlook":
        from urbium.forecast import forecast_population  # noqa: PLC0415

        return forecast_population(
            self._known_on(run),
            to=run["to"],
            cities=self._asked(run),
            sources=self.sources(),
            declared=self.catalogue.variables,
        )

    def _ages(self, run: Run) -> "Cohorts":
        """Ages of the nation, by whole steps of five years up to the last year or just beyond it."""
        from urbium.forecast import cohort_inputs, project_population  # noqa: PLC0415

        if not run.get("ages"):
            raise NotFoundError(
                "no counts by age and sex are stored",
                remedy="load them with urbium load-ages FILE (place, variable, period, sex, age, value ...)",
            )
        kept = self.store.kept(_INPUTS, _COHORTS, version=run["ages"])
        inputs = cohort_inputs(pl.DataFrame(kept["rows"]), file=kept["file"])
        nation = self.nation()
        if nation not in inputs.places:
            raise NotFoundError(
                f"the ages stored are of {', '.join(inputs.places)}, not of {nation}",
                remedy=f"load counts by age and sex of {nation}",
            )
        own = inputs.places.index(nation)
        inputs = inputs.rows(slice(own, own + 1))
        steps = max(-(-(run["to"] - inputs.year) // 5), 1)
        return project_population(inputs, to=inputs.year + 5 * steps, sources=self.sources())

    def _nation(self, run: Run) -> "NationOutlook":
        from urbium.forecast import reconcile_nation  # noqa: PLC0415

        outlook = cast("Outlook", self.ahead("population", run))
        own = outlook.curves.filter(pl.col("variable") == AGGLOMERATION)
        if own.is_empty():
            raise NotFoundError(
                "no agglomeration was forecast, so no nation can be added up",
                remedy=f"load figures of {AGGLOMERATION}",
            )
        latest = max(own["latest"].mode().to_list())
        cities = outlook.paths(own.filter(pl.col("latest") == latest)["city"].to_list())
        total = self._totals(run, cities)
        known = self._known_on(run)
        shares = known.filter(pl.col("variable") == URBAN_SHARE)
        seen = figures_in_force(shares, self.catalogue.variables)["period"].max()
        return reconcile_nation(
            cities,
            known,
            to=run["to"],
            origin=max(int(str(seen)), latest) if seen else latest,
            nation=total,
            hold=() if total is None else ("nation",),
            names=self._names(),
            sources=self.sources(),
            declared=self.catalogue.variables,
        )

    def _workforce(self, run: Run) -> "Workforce":
        from urbium.forecast import forecast_workforce  # noqa: PLC0415

        return forecast_workforce(
            self._known_on(run),
            to=run["to"],
            place=self.nation(),
            cities=self.places().filter(pl.col("code").is_in([*run["cities"], self.nation()])),
            labour=self.ahead("ages", run) if run.get("ages") else None,
            sources=self.sources(),
            declared=self.catalogue.variables,
        )

    def _pressure(self, run: Run) -> "Pressure":
        from urbium.forecast import forecast_population, forecast_pressure, futures  # noqa: PLC0415

        known, cities = self._known_on(run), self._asked(run)
        first = cast("Outlook", self.ahead("population", run))
        registered = forecast_population(
            known,
            to=run["to"],
            cities=cities,
            variables=(REGISTERED,),
            sources=self.sources(),
            declared=self.catalogue.variables,
        )
        made = [each for each in (first, registered) if each.curves.height] or [first]
        return forecast_pressure(
            known,
            {area: paths for each in made for area, paths in futures(each).items()},
            self.catalogue.norms.values(),
            cities=cities,
            variables=self.catalogue.variables,
            sources=dict(self.catalogue.sources) | dict(self.sources()),
            ages=self._by_age(run),
            nation=self.nation(),
            outlooks=made,
        )

    # What they are made of

    def _totals(self, run: Run, cities: "Paths") -> np.ndarray[Any, Any] | None:
        """The nation's total in each path and year of the cities, from its ages; None where they begin later.

        Between counts and the five-year steps ahead the total grows evenly.
        """
        if not run.get("ages"):
            return None
        ages = cast("Cohorts", self.ahead("ages", run))
        years, logs = ages.years, np.log(ages.total().values[0])
        if ages.inputs.earlier is not None:
            before = np.full((1, logs.shape[1]), np.log(ages.inputs.earlier[0].sum()))
            years, logs = np.insert(years, 0, years[0] - 5), np.concatenate([before, logs])
        if years[0] > cities.years[0]:
            return None
        drawn = [np.interp(cities.years, years, own) for own in logs.T]
        return np.asarray(np.exp(np.stack(drawn, axis=1)))

    def _by_age(self, run: Run) -> pl.DataFrame | None:
        if not run.get("ages"):
            return None
        table = cast("Cohorts", self.ahead("ages", run)).table
        return table.select("place", "year", "sex", "age", "value")

    def _asked(self, run: Run) -> pl.DataFrame:
        return self.cities().filter(pl.col("code").is_in(run["cities"]))

    def _names(self) -> dict[str, str]:
        return dict(self.cities().select("code", "name_en").iter_rows())

    def _run(self, **settings: Any) -> dict[str, Any]:  # noqa: ANN401 - the settings of any stage
        """Return the settings of a run, pinned to what is known now."""
        return {
            **settings,
            "as_known_on": self.store.last_change().isoformat(),
            "cities": self.cities()["code"].to_list(),
            "ages": self._version_of_ages(),
        }

    def _version_of_ages(self) -> int | None:
        """The newest version of the counts by age; None where there are none."""
        kept = self.store.kept(_INPUTS).filter(pl.col("id") == _COHORTS)
        return max(kept["version"].to_list(), default=None)

    def _known_on(self, run: Run) -> pl.DataFrame:
        return self.observations(as_known_on=datetime.fromisoformat(run["as_known_on"]))

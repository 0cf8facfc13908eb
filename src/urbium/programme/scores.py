"""Inquiry: what is asked of the adopted results: why, how sure, what if, and what would help."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

import polars as pl

from urbium.errors import NotFoundError
from urbium.explanation import Explanation, observed, trace
from urbium.model import NATION, Quality
from urbium.observations.in_force import base_value, figures_in_force
from urbium.observations.population import COUNTED, REGISTERED, latest_people
from urbium.periods import year_range
from urbium.programme.register import Register
from urbium.result import Result

if TYPE_CHECKING:
    from urbium.measure import (
        Analysis,
        Anomalies,
        CityProfile,
        DataPriorities,
        NonReporting,
        Panel,
        Scores,
        Sensitivity,
        WhatIf,
    )
    from urbium.plan import Plan
    from urbium.publish.bundle.bundle import Receipt

__all__ = ["Explained", "Inquiry"]

Explained = Literal["score", "population", "nation", "ages", "workforce", "pressure", "figure", "project"]
"""What of a city can be explained."""

R = TypeVar("R", bound=Result)
_OUTPUT = "gdp"


class Inquiry(Register):
    """Questions to a programme; each is answered from what is adopted, and changes nothing."""

    def adopted(self, stage: Any) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage; None when there is none."""
        raise NotImplementedError

    def required(self, stage: Any) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage, or raise NotFoundError that says what to run."""
        raise NotImplementedError

    def once(self, name: str, make: Callable[[], R]) -> R:
        """Return what was made of the adopted results under this name, or make it; a change drops it."""
        raise NotImplementedError

    # Saying why

    def explain(
        self,
        city: str,
        what: Explained = "score",
        name: str = "",
        *,
        period: str = "",
        area: str = "",
    ) -> Explanation:
        """Say how a figure of a city came about, down to file, sheet and cell.

        Parameters
        ----------
        city : the city's code or English name
        what : ``score``, ``population`` (outlook), ``nation`` (how all add up), ``ages``, ``workforce``,
            ``pressure`` (on a service), ``figure`` (an observation) or ``project`` (why or not)
        name : the variable of a figure, the solution of a project, the service of a pressure, the series of
            a work force, or a part of the nation (``urban``)
        period : the period of a figure, the year of ages; the latest when empty
        area : the boundary of a figure; the one its variable declares when empty
        """
        code = self.city(city).code
        adopted = {
            "score": ("scores", code),
            "population": ("outlook", code),
            "nation": ("nation", name or code),
            "ages": ("ages", f"{code} {period}".strip()),
            "workforce": ("workforce", f"{code} {name}".strip()),
            "pressure": ("pressure", f"{code}/{name}"),
        }
        if what in adopted:
            stage, key = adopted[what]
            return cast("Result", self.required(stage)).explain(key)
        if what == "figure":
            return self.explain_observation(code, name, period, area)
        if what == "project":
            return self.why(code, name)
        raise NotFoundError.named("kind of explanation", what, get_args(Explained))

    def explain_observation(self, city: str, variable: str, period: str = "", area: str = "") -> Explanation:
        """Say where one stored figure comes from; its earlier versions are its children."""
        declared = self.catalogue.variables
        if variable not in declared:
            raise NotFoundError.named("variable", variable, declared)
        history = self.observations(cities=[city], variables=[variable], history=True)
        return trace(history, declared[variable], self.sources(), city=city, period=period, area=area)

    def why(self, city: str, solution: str) -> Explanation:
        """Say why a solution is, or is not, in the adopted plan of a city, with the price of having it.

        What the catalogue says of it is told too: cost per head, exchange rate, effects, and the city's
        people. The roadmap's own figures rest on these unless somebody has changed them there.
        """
        from urbium.plan import Names, explain_project, rests_on  # noqa: PLC0415

        place = self.city(city)
        known = self.solution_names(place.code)
        if solution not in known:
            raise NotFoundError.named("solution", solution, known)
        if place.level == NATION:
            raise NotFoundError(f"{place} is a nation, and projects stand in cities", remedy="name a city")
        places = dict(self.cities().select("code", "name_en").iter_rows())
        plan = cast("Plan", self.required("plan"))
        reason = explain_project(
            plan, plan.project_of(place.code, solution), names=Names(cities=places, solutions=known)
        )
        is_declared = solution in self.catalogue.solutions
        people = (*_weights(plan, place.code), *self._people(place.code)) if is_declared else ()
        basis = Explanation(
            "what the catalogue says of it",
            kind="setting",
            children=(*people, *rests_on(self.catalogue, solution)),
        )
        return replace(reason, children=(*reason.children, basis))

    def solution_names(self, city: str = "") -> dict[str, str]:
        """Return the names of solutions by code: the catalogue's, and what only the adopted plan knows.

        With a city, of the latter those that have a project there.
        """
        names = {code: each.name for code, each in self.catalogue.solutions.items()}
        plan = self.adopted("plan")
        if plan is None:
            return names
        table = plan.roadmap.projects
        own = table if not city else table.filter(pl.col("city") == city)
        return {code: code for code in own["solution"].unique()} | names

    def _people(self, city: str) -> Iterator[Explanation]:
        """Tell of the population figure a city's projects are sized by."""
        declared = self.catalogue.variables
        stored = self.observations(cities=[city], variables=list(COUNTED))
        for variable in COUNTED:
            people = latest_people(stored, variable, declared)
            if people.height:
                yield observed(people.row(0, named=True), self.sources(), declared[variable])
                return

    # Looking into the adopted index

    def analyse(self) -> "Analysis":
        """Say whether the parts of the adopted index hold together, and what each really does."""
        from urbium.measure import analyse  # noqa: PLC0415

        return self.once("analysis", lambda: analyse(self._scores_asked()))

    def what_if(
        self,
        *,
        values: Mapping[tuple[str, str], float | None] | None = None,
        weights: Mapping[str, float] | None = None,
        steps: str | None = None,
        aggregate: str | None = None,
        availability: float | None = None,
    ) -> "WhatIf":
        """Say how the adopted ranks would change with other values, weights or rules; nothing is stored.

        ``values`` holds figures by code of the city and indicator, ``weights`` shares by node; the rest is as
        in :func:`urbium.measure.what_if`.
        """
        from urbium.measure import what_if  # noqa: PLC0415

        return what_if(
            self._scores_asked(),
            values=values or {},
            weights=weights or {},
            steps=steps,
            aggregate=aggregate,
            availability=availability,
        )

    def panel(self, years: range | str) -> "Panel":
        """Score every city by the adopted index in several years (``2008-2012``) on one scale."""
        from urbium.measure import measure_panel  # noqa: PLC0415

        index = self._scores_asked().index
        names = {name for each in index.indicators for name in self._variables(each)}
        return measure_panel(
            self.observations(variables=sorted(names)),
            index,
            self.catalogue,
            cities=self.cities(),
            periods=year_range(years) if isinstance(years, str) else years,
            sources=self.sources(),
        )

    def profile(self, city: str, *, by: str = "nearest") -> "CityProfile":
        """Draw the portrait of a city: strengths, weaknesses, peers, progress.

        ``by`` says what makes cities peers: ``nearest``, ``size``, ``income`` or ``region``.
        """
        from urbium.measure import city_profile  # noqa: PLC0415

        scores = self._scores_asked()
        return city_profile(
            scores,
            self.city(city).code,
            self._features(scores.period),
            by=by,
            earlier=self._earlier(scores),
            target_year=int(self.catalogue.assumptions["progress.target_year"].value),
        )

    def silence(self) -> "NonReporting":
        """Say what score each city could reach by silence, and what it has if silence counts as the worst."""
        from urbium.measure import non_reporting  # noqa: PLC0415

        return self.once("silence", lambda: non_reporting(self._scores_asked()))

    def information(self) -> "DataPriorities":
        """Say which missing or poor figure would move which rank most."""
        from urbium.measure import data_priorities  # noqa: PLC0415

        assumed = self.catalogue.assumptions
        spread = {grade.value: assumed[f"spread.{grade.value}"].value for grade in Quality}
        return self.once("information", lambda: data_priorities(self._scores_asked(), spread))

    def suspicions(self) -> "Anomalies":
        """List the figures behind the adopted scores that look copied, carried on or made for a threshold."""
        from urbium.measure import figure_anomalies, score_anomalies  # noqa: PLC0415

        scores = self._scores_asked()
        names = {name for each in scores.index.indicators for name in self._variables(each)}
        provinces = dict(self.cities().drop_nulls("province_en").select("code", "province_en").iter_rows())

        def look() -> "Anomalies":
            figures = figure_anomalies(
                self.observations(variables=sorted(names)), self.catalogue.variables, groups=provinces
            )
            found = pl.concat([figures.table, score_anomalies(scores).table])
            return replace(figures, table=found, names=scores.names)

        return self.once("suspicions", look)

    def sensitivity(self, *, base: int = 128) -> "Sensitivity":
        """Say which of the declared variations moves the adopted ranks most: first and total Sobol indices.

        ``base`` is the number of base rows of the design, 2 or more: (factors + 2) times as many runs.
        """
        from urbium.measure import sensitivity_of  # noqa: PLC0415

        return sensitivity_of(self._scores_asked(), base=base)

    # Handing the adopted scores on

    def bundle(self, path: str | Path) -> "Receipt":
        """Write the adopted scores as a signed file that anybody can compute again with ``urbium verify``."""
        from urbium.publish.bundle.bundle import write_bundle  # noqa: PLC0415
        from urbium.publish.bundle.signing import signing_key  # noqa: PLC0415

        return write_bundle(self._scores_asked(), path, key=signing_key())

    def workbook(self, path: str | Path) -> Path:
        """Write every stage of the adopted scores as an Excel workbook."""
        from urbium.publish.books.scores_book import write_workbook  # noqa: PLC0415

        return write_workbook(self._scores_asked(), path)

    def _scores_asked(self) -> "Scores":
        return cast("Scores", self.required("scores"))

    def _variables(self, indicator: str) -> tuple[str, ...]:
        return self.catalogue.indicators[indicator].variables

    def _features(self, period: int) -> pl.DataFrame:
        """Return what makes cities peers: registered people, output per head, province."""
        declared = self.catalogue.variables
        stored = self.observations(variables=[REGISTERED, _OUTPUT], periods=[str(period)])
        people = latest_people(stored, REGISTERED, declared).select("city", people="persons")
        output = figures_in_force(stored.filter(pl.col("variable") == _OUTPUT), declared)
        output = output.filter(pl.col("area") == declared[_OUTPUT].area)
        output = output.select("city", output=base_value())
        features = self.cities().select(city="code", region="province_en")
        for feature in (people, output):
            features = features.join(feature, on="city", how="left", maintain_order="left")
        return features.with_columns(income=pl.col("output") / pl.col("people"))

    def _earlier(self, scores: "Scores") -> "Scores | None":
        """Measure the same index in the first year that is stored, where it has benchmarks."""
        from urbium.measure import measure_index  # noqa: PLC0415

        leaves = [self.catalogue.indicators[name] for name in scores.index.indicators]
        if all(each.benchmark is None for each in leaves):
            return None
        figures = self.observations(variables=sorted({name for each in leaves for name in each.variables}))
        counted = figures_in_force(figures, self.catalogue.variables)
        years = sorted(int(period) for period in counted["period"].unique() if period.isdigit())
        if not years or years[0] >= scores.period:
            return None
        return measure_index(
            figures, scores.index, self.catalogue, cities=scores.cities, period=years[0], runs=0
        )


def _weights(plan: "Plan", city: str) -> tuple[Explanation, ...]:
    """Tell of the weight of a city in a plan, and what it is made of; of nothing where it has none."""
    return tuple(
        Explanation(
            "weight of the city in the plan",
            row["weight"],
            unit=plan.roadmap.settings.weight_unit,
            kind="setting",
            grade=row["evidence"],
            note=row["note"],
        )
        for row in plan.roadmap.cities.filter(pl.col("city") == city).iter_rows(named=True)
    )

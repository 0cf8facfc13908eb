"""Scores: cities measured by declared indices, and what is asked of the adopted measurement.

How sure a rank is, what would change it, which figures would help, and who could game it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from urbium.columns import schema_of
from urbium.errors import InputError, NotFoundError, few, nearest
from urbium.model import OBSERVATION, Choice, Index, Quality, Status
from urbium.observations.in_force import base_value, figures_in_force
from urbium.observations.population import first_known, latest_people
from urbium.periods import PeriodLike, year_of, year_range
from urbium.programme.base.register import Register
from urbium.programme.base.workspace import Workspace
from urbium.text import coded, sentences, text, texts

if TYPE_CHECKING:
    from urbium.measure import (
        Analysis,
        Anomalies,
        Best,
        CityGap,
        CityProfile,
        DataPriorities,
        NonReporting,
        Panel,
        Reversals,
        Scores,
        Sensitivity,
        WhatIf,
    )


_OVER_TIME = schema_of("indicator unit first before last after gain", first=pl.Int64(), last=pl.Int64())


class ProgrammeScores:
    """Measurements of a programme, and questions to the adopted one."""

    def __init__(self, workspace: Workspace, register: Register) -> None:
        self._workspace = workspace
        self._register = register

    def measure(
        self,
        index: str = "yearbook",
        *,
        period: PeriodLike,
        availability: float | None = None,
        steps: str | None = None,
        aggregate: str | None = None,
        runs: int | None = None,
    ) -> "Scores":
        """Score every city by a declared index for one year, with an interval for each rank.

        Parameters
        ----------
        index, period : the index and the year
        availability : how much must be known (0 to 1), in place of the index's own rule
        steps, aggregate : how it is computed instead: ``screen > z-score``, ``geometric``
        runs : how often the index is computed again with other choices and data, for the intervals

        Raises
        ------
        NotFoundError : no such index, no city, or nothing that the index asks for is known in the year
        InputError : the steps cannot be made, or fewer than 0 runs are asked for
        """
        self._declared(index)
        year = year_of(period)
        self._register.require_cities()
        if runs is not None and runs < 0:
            raise InputError(
                coded("programme.measure.runs", "{runs} is not a valid number of runs", runs=runs),
                remedy=text("request 1 or more, or 0 for no intervals"),
            )
        changes = {"availability": availability, "steps": steps, "aggregate": aggregate, "runs": runs}
        scores = self.made_again(self._register.run(year=year, index=index, period=year, **changes))
        if not scores.table["coverage"].max():
            raise self._nothing_to_measure(index, year)
        return scores

    def made_again(self, run: Mapping[str, Any]) -> "Scores":
        """Return the scores of a run, with the settings of the run."""
        from urbium.measure import DEFAULT_RUNS, measure_index  # noqa: PLC0415

        index = self._declared(run["index"])
        if run.get("steps") is not None:
            index = replace(index, steps=Choice.row(run["steps"]))
        if run.get("aggregate") is not None:
            index = replace(index, aggregate=Choice.row(run["aggregate"]))
        scores = measure_index(
            self._register.known_on(run),
            index,
            self._workspace.catalogue,
            cities=self._register.cities_of(run),
            period=run["period"],
            availability=run["availability"],
            sources=self._register.sources_of(run),
            runs=DEFAULT_RUNS if run.get("runs") is None else run["runs"],
        )
        return replace(scores, settings=run)

    def adopted(self) -> "Scores":
        """Return the adopted scores, or raise NotFoundError that says what to run."""
        return cast("Scores", self._workspace.required("scores"))

    # How the adopted index behaves

    def analyse(self) -> "Analysis":
        """Say whether the parts of the adopted index hold together, and what each really does."""
        from urbium.measure import analyse  # noqa: PLC0415

        return self._workspace.once("analysis", lambda: analyse(self.adopted()), is_pinned=True)

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

        ``values`` holds figures by code of the city and indicator, or variable from which indicators are
        computed, ``weights`` shares by node; the rest is as in :func:`urbium.measure.what_if`.
        """
        return self.adopted().what_if(
            values={
                key: value
                for given in (values or {}).items()
                for key, value in self._of_indicators(*given).items()
            },
            weights=weights or {},
            steps=steps,
            aggregate=aggregate,
            availability=availability,
        )

    def _of_indicators(
        self, place: tuple[str, str], value: float | None
    ) -> dict[tuple[str, str], float | None]:
        """Return what a figure makes the indicators of a city: itself, or those computed from a variable."""
        from urbium.measure import indicator_values  # noqa: PLC0415

        (city, name), scores = place, self.adopted()
        declared = scores.catalogue
        leaves = {leaf: declared.indicators[leaf] for leaf in scores.index.indicators}
        uses = {key: leaf for key, leaf in leaves.items() if name in leaf.variables}
        if name in leaves or not uses:
            return {place: value}
        stored = self._register.observations(
            cities=[city], variables=sorted({one for leaf in uses.values() for one in leaf.variables})
        )
        year, variable = str(scores.period), declared.variables[name]
        figure = {
            "city": city, "variable": name, "period": year, "value": value, "unit": variable.unit,
            "area": variable.area, "status": Status.REPORTED, "quality": Quality.MEASURED,
        }  # fmt: skip
        others = stored.filter((pl.col("variable") != name) | (pl.col("period") != year))
        changed = pl.DataFrame([] if value is None else [figure], schema=OBSERVATION)
        computed = indicator_values(
            pl.concat([others.select(*OBSERVATION), changed]), uses, declared.variables,
            period=scores.period, maximum_age=scores.index.maximum_age, cities=[city],
        )  # fmt: skip
        return {(city, leaf): then for leaf, then in computed.select("indicator", "value").iter_rows()}

    def panel(self, years: range | str) -> "Panel":
        """Score by the adopted index, on one scale, the cities that exist in all years (``2008-2012``)."""
        from urbium.measure import measure_panel  # noqa: PLC0415

        index = self.adopted().index
        variables = {name for indicator in index.indicators for name in self._variables(indicator)}
        periods = year_range(years) if isinstance(years, str) else years
        cities = self._register.cities(first=min(periods, default=None), last=max(periods, default=None))
        panel = measure_panel(
            self._register.observations(variables=sorted(variables)),
            index,
            self._workspace.catalogue,
            cities=cities,
            periods=periods,
            sources=self._register.sources(),
        )
        gone = self._register.cities().join(cities, on="code", how="anti")["code"].to_list()
        if not gone:
            return panel
        names = self._register.names()
        left_out = texts(
            "Left out because it does not exist in all of these years: {cities}.",
            "Left out because they do not exist in all of these years: {cities}.",
            count=len(gone), cities=few([names[code] for code in gone]),
        )  # fmt: skip
        return replace(panel, cautions=(*panel.cautions, left_out))

    def profile(self, city: str, *, by: str = "nearest") -> "CityProfile":
        """Return the profile of a city: strengths, weaknesses, peers, progress.

        ``by`` says what makes cities peers: ``nearest``, ``size``, ``income`` or ``region``.
        """
        from urbium.measure import city_profile  # noqa: PLC0415

        scores = self.adopted()
        return city_profile(
            scores,
            self._register.city(city).code,
            self._workspace.once(
                f"what makes cities peers in {scores.period}", lambda: self._features(scores.period)
            ),
            by=by,
            earlier=self._workspace.once("scores of the first year", lambda: self._earlier(scores)),
            target_year=int(self._workspace.catalogue.assumptions["progress.target_year"].value),
        )

    def over_time(self, city: str) -> pl.DataFrame:
        """Return how the indicators of the adopted index stood in a city in the first and last known year.

        Columns: indicator, unit, first, before, last, after, gain (above 0: better). What is known of one
        year alone is left out, and so is what is told in the prices of each year.
        """
        from urbium.measure.indicators import indicator_values, is_at_current_prices  # noqa: PLC0415

        declared = self._workspace.catalogue_of("scores")
        names = self.adopted().indicators["indicator"].unique(maintain_order=True)
        indicators = {
            name: declared.indicators[name]
            for name in names
            if name in declared.indicators
            and not is_at_current_prices(declared.indicators[name], declared.variables)
        }
        needed = {variable for one in indicators.values() for variable in one.variables}
        figures = self._register.observations(cities=[city], variables=needed)
        years = figures["period"].str.to_integer(strict=False).drop_nulls().unique().sort()
        by_year = [
            indicator_values(figures, indicators, declared.variables, period=year, cities=[city])
            .filter(status="measured")
            .with_columns(year=pl.lit(year, dtype=pl.Int64))
            for year in years
        ]
        if not by_year:
            return pl.DataFrame(schema=_OVER_TIME)
        directions = {name: one.direction for name, one in indicators.items()}
        return (
            pl.concat(by_year)
            .group_by("indicator", "unit", maintain_order=True)
            .agg(
                first=pl.col("year").first(), before=pl.col("value").first(),
                last=pl.col("year").last(), after=pl.col("value").last(),
            )
            .filter(pl.col("first") < pl.col("last"))
            .with_columns(
                gain=(pl.col("after") - pl.col("before"))
                * pl.col("indicator").replace_strict(directions, return_dtype=pl.Float64)
            )
        )  # fmt: skip

    def figures_over_time(self, city: str, variables: Iterable[str]) -> pl.DataFrame:
        """Return how figures stood in a city in the first and last year in which they are in force.

        As :meth:`over_time` returns them, with the variable as the indicator; others than ``variables`` and
        those of which more is neither better nor worse are left out.
        """
        declared = self._workspace.catalogue.variables
        wanted = {name: declared[name] for name in variables if name in declared and declared[name].direction}
        stored = self._register.observations(cities=[city], variables=list(wanted))
        figures = figures_in_force(stored, declared).with_columns(
            year=pl.col("period").str.to_integer(strict=False),
            boundary=pl.col("variable").replace_strict({name: one.area for name, one in wanted.items()}),
            sign=pl.col("variable").replace_strict(
                {name: one.direction for name, one in wanted.items()}, return_dtype=pl.Float64
            ),
        )
        figures = (
            figures.filter(pl.col("area") == pl.col("boundary")).drop_nulls("year").sort("variable", "year")
        )
        by_variable = figures.group_by(indicator="variable", unit="unit", maintain_order=True).agg(
            first=pl.col("year").first(), before=pl.col("value").first(),
            last=pl.col("year").last(), after=pl.col("value").last(), sign=pl.col("sign").first()
        )  # fmt: skip
        gain = (pl.col("after") - pl.col("before")) * pl.col("sign")
        return by_variable.filter(pl.col("first") < pl.col("last")).with_columns(gain=gain).drop("sign")

    def doubted_years(self, city: str) -> list[int]:
        """Return the years of which the row of figures of a city may be for another year."""
        return self._register.doubted().filter(city=city)["year"].unique().sort().to_list()

    def non_reporting(self) -> "NonReporting":
        """Say what score each city could reach by not reporting, and what missing data cost it."""
        from urbium.measure import non_reporting  # noqa: PLC0415

        return self._workspace.once("non-reporting", lambda: non_reporting(self.adopted()), is_pinned=True)

    def data_priorities(self) -> "DataPriorities":
        """Say which missing or poor figure would move which rank most."""
        from urbium.measure import data_priorities  # noqa: PLC0415

        assumed = self._workspace.catalogue.assumptions
        spread = {grade.value: assumed[f"spread.{grade.value}"].value for grade in Quality}
        return self._workspace.once(
            "data priorities", lambda: data_priorities(self.adopted(), spread), is_pinned=True
        )

    def needed_figures(self, city: str) -> list[str]:
        """Return variables that would give a city without a score one, were its figures of them sound."""
        from urbium.measure import needed_figures  # noqa: PLC0415

        scores, code = self.adopted(), self._register.city(city).code
        stored = self._register.observations(cities=[code], periods=[str(scores.period)])
        usable = figures_in_force(stored, self._workspace.catalogue.variables)
        return needed_figures(scores, code, set(usable["variable"]))

    def anomalies(self) -> "Anomalies":
        """List the figures behind the adopted scores that look copied, carried on or made for a threshold."""
        from urbium.measure import figure_anomalies, score_anomalies  # noqa: PLC0415

        scores = self.adopted()
        names = {name for indicator in scores.index.indicators for name in self._variables(indicator)}
        provinces = dict(
            self._register.cities().drop_nulls("province_en").select("code", "province_en").iter_rows()
        )

        def look() -> "Anomalies":
            figures = figure_anomalies(
                self._register.observations(variables=sorted(names)),
                self._workspace.catalogue.variables,
                groups=provinces,
            )
            of_scores = score_anomalies(scores)
            return replace(
                figures,
                table=pl.concat([figures.table, of_scores.table]),
                messages={**figures.messages, **of_scores.messages},
                names=scores.names,
            )

        return self._workspace.once("anomalies", look)

    def sensitivity(self, *, base: int = 128) -> "Sensitivity":
        """Say which of the declared variations moves the adopted ranks most: first and total Sobol indices.

        ``base`` is the number of base rows of the design, 2 or more: (factors + 2) times as many runs.
        """
        return self.adopted().sensitivity(base=base)

    def best(self, count: int, *, confidence: float = 0.95) -> "Best":
        """Say which cities may be the best ``count``, all together with the given confidence."""
        from urbium.measure import best_cities  # noqa: PLC0415

        return best_cities(self.adopted(), count, confidence=confidence)

    def gap(self, one: str, other: str) -> "CityGap":
        """Split the gap between the scores of two cities along the tree; say what would turn them round."""
        from urbium.measure import city_gap  # noqa: PLC0415

        return city_gap(self.adopted(), self._register.city(one).code, self._register.city(other).code)

    def reversals(self) -> "Reversals":
        """Say whether the order of two cities hangs on a third that is neither of them."""
        from urbium.measure import score_reversals  # noqa: PLC0415

        return self._workspace.once("reversals", lambda: score_reversals(self.adopted()), is_pinned=True)

    def _declared(self, index: str) -> Index:
        indices = self._workspace.catalogue.indices
        if index in indices:
            return indices[index]
        folder = text("to use an index of your own, name the folder that declares it (--catalogue)")
        raise NotFoundError(
            coded("programme.index.unknown", "there is no index {name!r}", name=index),
            remedy=sentences([nearest(index, indices), folder]),
        )

    def _nothing_to_measure(self, index: str, period: int) -> NotFoundError:
        indicators = self._workspace.catalogue.indices[index].indicators
        names = sorted({name for indicator in indicators for name in self._variables(indicator)})
        periods = sorted(set(self._register.observations(variables=names)["period"]))
        if periods:
            remedy = text("available: {first} to {last}", first=periods[0], last=periods[-1])
        else:
            remedy = text("load figures for its variables: {names}", names=few(names))
        return NotFoundError(
            coded(
                "programme.measure.nothing",
                "nothing that {index} requires is known for {period:d}",
                index=index,
                period=period,
            ),
            remedy=remedy,
        )

    def _variables(self, indicator: str) -> tuple[str, ...]:
        return self._workspace.catalogue.indicators[indicator].variables

    def _features(self, period: int) -> pl.DataFrame:
        """Return what makes cities peers: registered people, output per head, province."""
        catalogue = self._workspace.catalogue
        declared, roles = catalogue.variables, catalogue.roles
        counted, produced = (
            (*roles.variables("registered_population"), *roles.variables("urban_population")),
            roles.variables("output"),
        )
        stored = self._register.observations(variables=[*counted, *produced], periods=[str(period)])
        people = latest_people(stored, first_known(stored, counted), declared)
        people = people.select("city", people="persons")
        measure = first_known(stored, produced)
        output = figures_in_force(stored.filter(pl.col("variable") == measure), declared)
        output = output.filter(pl.col("area") == declared[measure].area)
        output = output.select("city", output=base_value())
        features = self._register.cities().select(city="code", region="province_en")
        for feature in (people, output):
            features = features.join(feature, on="city", how="left", maintain_order="left")
        return features.with_columns(income=pl.col("output") / pl.col("people"))

    def _earlier(self, scores: "Scores") -> "Scores | None":
        """Measure the same index in the first year that is stored, where it has benchmarks."""
        from urbium.measure import measure_index  # noqa: PLC0415

        leaves = [scores.catalogue.indicators[name] for name in scores.index.indicators]
        if all(leaf.benchmark is None for leaf in leaves):
            return None
        figures = self._register.observations(
            variables=sorted({name for leaf in leaves for name in leaf.variables})
        )
        counted = figures_in_force(figures, scores.catalogue.variables)
        years = sorted(int(period) for period in counted["period"].unique() if period.isdigit())
        if not years or years[0] >= scores.period:
            return None
        return measure_index(
            figures, scores.index, scores.catalogue, cities=scores.cities, period=years[0], runs=0
        )

"""Index: score every city by a declared index, and keep all that is needed to explain each score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Final, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue import Catalogue
from urbium.columns import schema_of
from urbium.errors import InputError, NotFoundError, few, nearest
from urbium.measure.aggregate import Tree, tree
from urbium.measure.indicators import Values, evaluate, long_table
from urbium.measure.matrix import Matrix, matrix
from urbium.measure.pipeline import Build, build, method_of, weighted_index
from urbium.measure.points import points, points_score
from urbium.measure.steps.registry import is_for
from urbium.measure.steps.step import Purpose
from urbium.measure.tables import (
    Marks,
    goalposts,
    leaf_columns,
    messages_of,
    pillars,
    ranking,
    with_intervals,
    with_years,
)
from urbium.measure.uncertainty.intervals import Uncertainty, uncertainty_of
from urbium.measure.uncertainty.sensitivity import Sensitivity
from urbium.measure.variation import declared_factors
from urbium.measure.whatif import WhatIf, what_if
from urbium.model import Index, Indicator, Source
from urbium.observations.in_force import Figures, choose_figures
from urbium.result import Result
from urbium.text import Name, Text, coded, named, sentences, text, texts
from urbium.text.naming import names_by_code, with_names
from urbium.units import unit

DEFAULT_RUNS: Final = 300
"""How many times an index is computed again, by default, to say how sure the ranks are."""

TREATMENT: Final = schema_of(
    "indicator way winsorised skew_before skew_after kurtosis_before kurtosis_after passes",
    passes=pl.Boolean(),
)
"""The columns of :attr:`Scores.treatment`."""

_LEAST_BASE: Final = 2
_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})
_GROUPINGS: Final = {"province": "province_en", "level": "level"}


@dataclass(frozen=True, kw_only=True, repr=False)
class Scores(Result):
    """Scores of cities by one index in one year.

    Attributes
    ----------
    table : city, score, rank, rank_low and rank_high (5% and 95% of the runs), tier (the first city of one
        does not surely beat the others in it), coverage (0 to 1), points (%), points_coverage (0 to 1),
        newest (the latest year of its figures), current (the share, 0 to 1, of its figures that are of the
        year itself), reason (why there is no score); best city first
    pillars : city, node, parent, score, weight, coverage, points, points_coverage; the root and every pillar
    indicators : city, indicator, value, unit, period, oldest, area, quality, status, reason, proxy (the
        indicator that stood in), entered (what the steps made of the value before it was normalised),
        normalised, weight (within its pillar), points (1 to 4)
    goalposts : indicator, low, low_city, high, high_city among the scored cities, as they entered
    used, withheld : the observations behind the values, and those kept out, with the column ``why``
    cities : the cities measured
    build : the arrays of every stage, rows in the order of ``build.raw.rows``
    uncertainty : the runs behind the intervals; None when there were none
    """

    stage: ClassVar[str] = "scores"
    index: Index
    period: int
    pillars: pl.DataFrame
    indicators: pl.DataFrame
    goalposts: pl.DataFrame
    used: pl.DataFrame
    withheld: pl.DataFrame
    cities: pl.DataFrame
    catalogue: Catalogue
    sources: Mapping[str, Source]
    build: Build
    uncertainty: Uncertainty | None = None

    def __repr__(self) -> str:
        without = self.table["score"].null_count()
        if not without:
            return texts(
                "Scores of {count} city, {index}, {year}",
                "Scores of {count} cities, {index}, {year}",
                count=self.table.height,
                index=self.index.id,
                year=self.period,
            ).render()
        return texts(
            "Scores of {count} city, {index}, {year} ({without} without enough data)",
            "Scores of {count} cities, {index}, {year} ({without} without enough data)",
            count=self.table.height,
            index=self.index.id,
            year=self.period,
            without=without,
        ).render()

    def sensitivity(self, *, base: int = 128) -> Sensitivity:
        """Say which choice behind the intervals of the ranks moves them most: :func:`sensitivity_of`."""
        return sensitivity_of(self, base=base)

    def what_if(
        self,
        *,
        values: Mapping[tuple[str, str], float | None] = _NOTHING,
        weights: Mapping[str, float] = _NOTHING,
        steps: str | None = None,
        aggregate: str | None = None,
        availability: float | None = None,
    ) -> WhatIf:
        """Measure again with a value, a weight or a rule changed: :func:`urbium.measure.what_if`."""
        return what_if(
            self, values=values, weights=weights, steps=steps, aggregate=aggregate, availability=availability
        )

    @cached_property
    def names(self) -> Mapping[str, Name]:
        """What people call the cities, by code."""
        return names_by_code(self.cities)

    @cached_property
    def treatment(self) -> pl.DataFrame:
        """What the treatment of outliers did to each indicator; empty where the index has none.

        indicator, way (``winsorise``, the name of a transformation, or empty), winsorised (points moved),
        skew_before, skew_after, kurtosis_before, kurtosis_after (null where they cannot be told), passes
        (the test of shape, afterwards).
        """
        tables = [
            pl.DataFrame(
                {name: stage.details["column" if name == "indicator" else name] for name in TREATMENT},
                schema=TREATMENT,
            )
            for stage in self.build.stages
            if is_for(stage.choice, Purpose.TREAT)
        ]
        return pl.concat([pl.DataFrame(schema=TREATMENT), *tables]).with_columns(
            pl.col(pl.Float64).fill_nan(None)
        )

    @property
    def notes(self) -> tuple[Text, ...]:
        """What to mind when the scores are read: indicators that stay skewed, and scores of older figures."""
        failed = self.treatment.filter(~pl.col("passes"))["indicator"].to_list()
        older = self.table.filter(pl.col("rank").is_not_null(), pl.col("newest") < self.period)["city"]
        notes = []
        if failed:
            notes.append(
                coded(
                    "measure.scores.skewed",
                    "{count} indicator fails the distribution test even after treatment, so a few "
                    "cities determine its scale: {names:list}",
                    "{count} indicators fail the distribution test even after treatment, so a few "
                    "cities determine their scale: {names:list}",
                    count=len(failed),
                    names=failed,
                )
            )
        if older.len():
            notes.append(
                coded(
                    "measure.scores.older",
                    "{count} ranked city has no figure for {year:d} itself: {names}",
                    "{count} ranked cities have no figure for {year:d} itself: {names}",
                    count=older.len(),
                    year=self.period,
                    names=few([self.names.get(city) or city for city in older]),
                )
            )
        return tuple(notes)

    def called(self, key: str) -> str:
        """Return the name of the city with the code ``key``.

        Raises NotFoundError, with the nearest code, when the city was not measured.
        """
        codes = self.table["city"].to_list()
        if key not in codes:
            raise NotFoundError(
                coded("measure.no_city", "the city {city!r} was not measured", city=key),
                remedy=nearest(key, codes),
            )
        return self.names.get(key) or key

    def with_names(self, table: pl.DataFrame) -> pl.DataFrame:
        """Return a table with what each ``city`` is called in the language that is spoken, as ``name``."""
        return with_names(table, self.names)

    @property
    def names_of_keys(self) -> Mapping[str, Sequence[str]]:
        """The names of the cities by code."""
        columns = [name for name in self.cities.columns if name.startswith("name_")]
        rows = self.cities.select("code", *columns).iter_rows()
        return {code: [name for name in names if name] for code, *names in rows}

    def chart(self) -> dict[str, Any]:
        """Return the ranking of the cities as a Vega-Lite specification."""
        from urbium import charts  # noqa: PLC0415 - drawing is loaded when something is drawn

        name = named(self.index.name, self.index.id)
        title = text("{index}, {year}", index=name, year=self.period)
        return charts.ranking(self.with_names(self.table), title=title)


def measure_index(
    observations: pl.DataFrame,
    index: Index,
    catalogue: Catalogue,
    *,
    cities: pl.DataFrame,
    period: int,
    sources: Mapping[str, Source] | None = None,
    availability: float | None = None,
    runs: int = DEFAULT_RUNS,
    seed: int = 0,
) -> Scores:
    """Score every city: indicators by formula, the steps to one scale, the means up the tree, as declared.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`
    index : the weighted tree and its rules
    catalogue : what is declared
    cities : table with the columns code and name_en, one row a city; province_en and level, where they
        are known, are groupings for imputation
    period : the year to measure
    sources : where figures come from, by id; those of the catalogue when left out
    availability : replaces the index's own least share of indicators, 0 to 1
    runs : how many times the index is computed again with other choices and data within their doubt, to say
        how sure the ranks are; 0 leaves that out
    seed : of those runs

    Notes
    -----
    The goalposts are set by the cities that reach the availability, so that a city with one wild figure and
    nothing else moves nobody. What a city lacks is null with its reason and never raises.

    Raises
    ------
    InputError : the index asks for a step or a way to aggregate that is not known, or for an availability
        outside 0 to 1 (with every fault), or a formula does not make its unit
    """
    if availability is not None:
        index = replace(index, availability=availability)
    leaves = tuple(catalogue.indicators[name] for name in index.indicators)
    values, proxy, figures = _values(
        observations,
        leaves,
        catalogue,
        cities=sorted(cities["code"].to_list()),  # their order must not matter, not even to the runs
        period=period,
        maximum_age=index.maximum_age,
    )
    layout = tree(index, np.array([leaf.direction for leaf in leaves]))
    raw = _raw(values, leaves, layout, cities, figures)
    index, layout = weighted_index(index, layout, raw)
    built = build(raw, layout, method_of(index))
    factors = declared_factors(index, catalogue, layout, values.grade, seed=seed) if runs else ()
    doubt = uncertainty_of(raw, layout, built.method, factors, runs=runs, seed=seed) if factors else None
    return scores_of(
        built, (values, proxy, figures), index, period, cities, catalogue, sources,
        posts=goalposts(built.entered), doubt=doubt, runs=runs, seed=seed,
    )  # fmt: skip


def scores_of(  # noqa: PLR0917 - as they are measured
    built: Build,
    measured: tuple[Values, NDArray[np.object_], Figures],
    index: Index,
    period: int,
    cities: pl.DataFrame,
    catalogue: Catalogue,
    sources: Mapping[str, Source] | None,
    *,
    posts: pl.DataFrame,
    doubt: Uncertainty | None = None,
    runs: int = 0,
    seed: int = 0,
) -> Scores:
    """Lay out what was computed of a year as scores; ``measured`` are values, proxies and figures."""
    values, proxy, figures = measured
    raw, layout, codes = built.raw, built.layout, figures.cities
    earned = points(values.value, raw.targets, raw.directions)
    marks = Marks(built.scores, built.coverage, *points_score(earned, raw.targets, layout.below))
    ranked, messages = ranking(codes, layout, marks, raw.is_known, index.availability)
    return Scores(
        table=with_intervals(with_years(ranked, codes, values.newest, values.oldest, period), doubt),
        settings=_settings(index, period, len(codes), runs, seed),
        index=index,
        period=period,
        pillars=pillars(codes, layout, marks),
        indicators=long_table(figures, values).with_columns(*leaf_columns(built, earned, proxy)),
        goalposts=posts,
        used=figures.chosen,
        withheld=figures.withheld,
        cities=cities,
        catalogue=catalogue,
        sources=catalogue.sources if sources is None else sources,
        build=built,
        uncertainty=doubt,
        messages={**messages, **messages_of(values.reason)},
    )


def sensitivity_of(scores: Scores, *, base: int = 128) -> Sensitivity:
    """Say which of the choices behind the intervals of the ranks moves them most, by Sobol indices.

    Parameters
    ----------
    base : base rows of the design, 2 or more; (choices + 2) times as many runs are made

    Raises
    ------
    InputError : the scores have no intervals, or fewer than 2 base rows are asked for
    """
    if scores.uncertainty is None:
        raise InputError(
            coded("measure.sensitivity.no_runs", "these scores have no intervals"),
            remedy=text("measure with at least one run"),
        )
    if base < _LEAST_BASE:
        raise InputError(
            coded("measure.sensitivity.base", "no variance can be computed (base rows: {count})", count=base),
            remedy=text("request 2 or more"),
        )
    built, seed = scores.build, scores.uncertainty.settings["seed"]
    factors = scores.uncertainty.factors
    again = uncertainty_of(built.raw, built.layout, built.method, factors, base=base, seed=seed)
    return cast("Sensitivity", again.sensitivity)


def _raw(
    values: Values, leaves: tuple[Indicator, ...], layout: Tree, cities: pl.DataFrame, figures: Figures
) -> Matrix:
    """Lay the indicators of the cities out as the matrix the steps begin with."""
    registered = cities.unique("code", keep="first").sort("code")
    groups = {
        name: registered[column].to_numpy()
        for name, column in _GROUPINGS.items()
        if column in registered.columns
    }
    return matrix(
        values.value,
        directions=np.array([leaf.direction for leaf in leaves]),
        rows=figures.cities,
        columns=tuple(leaf.id for leaf in leaves),
        parents=layout.parents,
        targets=np.array([np.nan if leaf.benchmark is None else leaf.benchmark for leaf in leaves]),
        groups=groups,
    )


def _settings(index: Index, period: int, count: int, runs: int, seed: int) -> Mapping[str, Any]:
    return MappingProxyType(
        {
            "index": index.id,
            "period": period,
            "cities": count,
            "steps": " > ".join(map(str, index.steps)),
            "aggregate": " > ".join(map(str, index.aggregate)),
            "availability": index.availability,
            "maximum_age": index.maximum_age,
            "statuses": "reported, accepted",
            "runs": runs,
            "seed": seed,
        }
    )


def _values(
    observations: pl.DataFrame,
    leaves: tuple[Indicator, ...],
    catalogue: Catalogue,
    *,
    cities: list[str],
    period: int,
    maximum_age: int,
) -> tuple[Values, NDArray[np.object_], Figures]:
    """Evaluate the leaves; where one is missing and a proxy is known, let the proxy stand in."""
    proxies = {proxy.indicator: proxy.proxy for proxy in catalogue.proxies if proxy.use == "value"}
    stand_ins = {
        column: catalogue.indicators[proxies[leaf.id]]
        for column, leaf in enumerate(leaves)
        if leaf.id in proxies
    }
    everything = (*leaves, *stand_ins.values())
    names = dict.fromkeys(name for indicator in everything for name in indicator.variables)
    figures = choose_figures(
        observations,
        {name: catalogue.variables[name] for name in names},
        cities=cities,
        period=period,
        maximum_age=maximum_age,
    )
    values = evaluate(figures, everything, catalogue.variables)
    count = len(leaves)
    proxy = np.full((len(figures.cities), count), None, dtype=object)
    for spare, (column, stand_in) in enumerate(stand_ins.items(), start=count):
        takes_over = np.isnan(values.value[:, column]) & ~np.isnan(values.value[:, spare])
        ratio = unit(stand_in.unit).factor / unit(leaves[column].unit).factor
        values.value[takes_over, column] = values.value[takes_over, spare] * ratio
        for part in (values.newest, values.oldest, values.area, values.grade, values.status, values.reason):
            part[takes_over, column] = part[takes_over, spare]
        proxy[takes_over, column] = stand_in.id
        held_back = np.isnan(values.value[:, column]) & (values.status[:, spare] == "suspect")
        values.status[held_back, column] = "suspect"
        for city in np.flatnonzero(held_back):
            values.reason[city, column] = sentences(
                [
                    values.reason[city, column],
                    text(
                        "proxy {indicator}: {reason}",
                        indicator=stand_in.id,
                        reason=values.reason[city, spare],
                    ),
                ]
            )
    kept = {
        name: getattr(values, name)[:, :count]
        for name in ("value", "newest", "oldest", "area", "grade", "status", "reason")
    }
    return Values(indicators=leaves, **kept), proxy, figures

"""Index: score every city by a declared index, and keep all that is needed to explain each score."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue import Catalogue
from urbium.errors import Fault, InputError, NotFoundError
from urbium.measure.aggregate import coverage, tree, weighted_mean
from urbium.measure.figures import Figures, choose_figures
from urbium.measure.indicators import Values, evaluate, long_table
from urbium.measure.normalise import min_max
from urbium.measure.points import points, points_score
from urbium.measure.tables import Marks, goalposts, leaf_columns, pillars, ranking
from urbium.model import Index, Indicator, Source
from urbium.result import Explanation, Result
from urbium.units import unit

__all__ = ["Scores", "measure_index"]

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, repr=False)
class Scores(Result):
    """Scores of cities by one index in one year.

    Attributes
    ----------
    table : city, score (0 to 100), rank, coverage (0 to 1), points (%), points_coverage (0 to 1), reason (why
        there is no score); best city first
    pillars : city, node, parent, score, weight, coverage, points, points_coverage; the root and every pillar
    indicators : city, indicator, value, unit, period, oldest, area, quality, status, reason, proxy (the
        indicator that stood in), normalised (0 to 100), weight (within its pillar), points (1 to 4)
    goalposts : indicator, low, low_city, high, high_city among the scored cities
    used, withheld : the observations behind the values, and those kept out, with the column ``why``
    cities : the cities measured
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

    def __repr__(self) -> str:
        without = self.table["score"].null_count()
        remark = f" ({without} without enough data)" if without else ""
        return f"Scores of {self.table.height} cities, {self.index.id}, {self.period}{remark}"

    def explain(self, key: str) -> Explanation:
        """Say how the score of the city with the code ``key`` came about, down to the cells of the files.

        Raises NotFoundError, with the nearest code, when the city was not measured.
        """
        from urbium.measure.explanation import explain_city  # noqa: PLC0415 - it reads Scores

        codes = self.table["city"].to_list()
        if key not in codes:
            raise NotFoundError.named("measured city", key, codes)
        return explain_city(self, key)

    def chart(self) -> dict[str, Any]:
        """Return the ranking of the cities as a Vega-Lite specification."""
        from urbium import charts  # noqa: PLC0415 - drawing is loaded when something is drawn

        ranked = self.table.join(
            self.cities.select("code", "name_en"), left_on="city", right_on="code", maintain_order="left"
        )
        title = f"{self.index.name.get('en', self.index.id)}, {self.period}"
        specification: dict[str, Any] = charts.ranking(ranked, title=title)
        return specification


def measure_index(
    observations: pl.DataFrame,
    index: Index,
    catalogue: Catalogue,
    *,
    cities: pl.DataFrame,
    period: int,
    sources: Mapping[str, Source] | None = None,
    availability: float | None = None,
) -> Scores:
    """Score every city: indicators by formula, min-max to 0..100, weighted arithmetic mean up the tree.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`
    index : the weighted tree and its rules
    catalogue : what is declared
    cities : table with the columns code and name_en, one row a city
    period : the year to measure
    sources : where figures come from, by id; those of the catalogue when left out
    availability : replaces the index's own least share of indicators, 0 to 1

    Notes
    -----
    The goalposts are set by the cities that reach the availability, so that a city with one wild figure and
    nothing else moves nobody. What a city lacks is null with its reason and never raises.

    Raises
    ------
    InputError : the index asks for a way to normalise or aggregate that is not known, or for an availability
        outside 0 to 1, or a formula does not make its unit
    """
    if availability is not None:
        index = replace(index, availability=availability)
    _check(index)
    layout = tree(index)
    leaves = tuple(catalogue.indicators[name] for name in index.indicators)
    values, proxy, figures = _values(
        observations,
        leaves,
        catalogue,
        cities=cities["code"].to_list(),
        period=period,
        maximum_age=index.maximum_age,
    )

    known = ~np.isnan(values.value)
    covered = coverage(layout, known)
    is_scored = covered[:, 0] >= index.availability - _ROUNDING
    directions = np.array([each.direction for each in leaves])
    normalised = min_max(values.value, directions, is_scored)
    scores = weighted_mean(layout, normalised.score, covered, index.availability)
    benchmarks = np.array([np.nan if each.benchmark is None else each.benchmark for each in leaves])
    earned = points(values.value, benchmarks, directions)
    marks = Marks(scores, covered, *points_score(earned, benchmarks, layout.below))
    codes = figures.cities

    return Scores(
        table=ranking(codes, layout, marks, index.availability),
        settings=_settings(index, period, len(codes)),
        index=index,
        period=period,
        pillars=pillars(codes, layout, marks),
        indicators=long_table(figures, values).with_columns(*leaf_columns(layout, normalised, earned, proxy)),
        goalposts=goalposts(codes, leaves, normalised),
        used=figures.chosen,
        withheld=figures.withheld,
        cities=cities,
        catalogue=catalogue,
        sources=catalogue.sources if sources is None else sources,
    )


def _check(index: Index) -> None:
    faults = []
    if index.normalise != "min-max":
        faults.append(Fault("error", f"there is no way to normalise called {index.normalise!r}", "min-max"))
    if index.aggregate != "arithmetic":
        faults.append(
            Fault("error", f"there is no way to aggregate called {index.aggregate!r}", "arithmetic")
        )
    if not 0 <= index.availability <= 1:
        faults.append(Fault("error", f"availability {index.availability} is no share", "give 0 to 1"))
    if faults:
        raise InputError(f"the index {index.id} cannot be computed", faults=faults)


def _settings(index: Index, period: int, count: int) -> Mapping[str, Any]:
    return MappingProxyType(
        {
            "index": index.id,
            "period": period,
            "cities": count,
            "normalise": index.normalise,
            "aggregate": index.aggregate,
            "availability": index.availability,
            "maximum_age": index.maximum_age,
            "statuses": "reported, accepted",
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
    proxies = {each.indicator: each.proxy for each in catalogue.proxies if each.use == "value"}
    stand_ins = {
        column: catalogue.indicators[proxies[each.id]]
        for column, each in enumerate(leaves)
        if each.id in proxies
    }
    everything = (*leaves, *stand_ins.values())
    names = dict.fromkeys(name for each in everything for name in each.variables)
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
            values.reason[city, column] += f"; proxy {stand_in.id}: {values.reason[city, spare]}"
    kept = {
        name: getattr(values, name)[:, :count]
        for name in ("value", "newest", "oldest", "area", "grade", "status", "reason")
    }
    return Values(indicators=leaves, **kept), proxy, figures

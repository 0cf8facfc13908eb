"""Panel: one index over several years, on one scale, so that the scores of the years can be compared.

The cities of all years stand in one matrix, so every step (goalposts, means, limits) looks at all of them at
once: a score of 60 in one year is the same as a score of 60 in another. Ranks are those within a year.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue import Catalogue
from urbium.errors import InputError, NotFoundError, nearest
from urbium.explanation import Explanation
from urbium.measure.aggregate import tree
from urbium.measure.index import Scores, _raw, _settings, _values, scores_of  # one way to lay an index out
from urbium.measure.matrix import Matrix
from urbium.measure.pipeline import Build, PipelineStage, build, method_of, weighted_index
from urbium.measure.review.progress import progress
from urbium.measure.review.standings import nullable
from urbium.measure.review.trends import percentage_change, trends
from urbium.measure.steps.normalise import extremes
from urbium.measure.steps.registry import is_for
from urbium.measure.steps.step import Purpose
from urbium.measure.tables import goalposts
from urbium.model import Index, Indicator, Source
from urbium.result import Result
from urbium.text import Text, coded, named, sentences, text, texts
from urbium.units import is_money, unit

_ALL_YEARS: Final = text("the steps are applied to all years together")


@dataclass(frozen=True, kw_only=True, repr=False)
class Panel(Result):
    """Scores of cities by one index in several years, comparable with one another.

    Attributes
    ----------
    table : city, period, score (0 to 100), rank (within the year), coverage (0 to 1), reason (why there is no
        score); years in their order, the best city of each first
    scores : the scores of each year on the common scale, with pillars, indicators and observations
    goalposts : indicator, low, low_city, low_period, high, high_city, high_period over all years
    cautions : what to mind when figures of several years are compared
    build : the arrays of every stage; rows are all cities of the first year, then of the next
    """

    stage: ClassVar[str] = "panel"
    index: Index
    periods: tuple[int, ...]
    scores: Mapping[int, Scores]
    goalposts: pl.DataFrame
    cautions: tuple[str, ...]
    cities: pl.DataFrame
    catalogue: Catalogue
    build: Build

    def __repr__(self) -> str:
        return texts(
            "Panel of {count} city, {index}, {years}",
            "Panel of {count:,} cities, {index}, {years}",
            count=self.table["city"].n_unique(),
            index=self.index.id,
            years=_span(self.periods),
        ).render()

    @property
    def facts(self) -> Mapping[str, Any]:
        """The cautions."""
        return {"cautions": list(self.cautions)}

    @property
    def trends(self) -> pl.DataFrame:
        """The growth of every city and indicator: city, indicator, growth (a share a year), ends, change.

        Growth is compound, from the first known figure to the latest, and that of the figure, whether or not
        more is better. ``change`` is the slope of the line through all known figures, in percent of where it
        begins. See :func:`urbium.measure.review.trends.trends` and ``percentage_change`` beside it.
        """
        raw = self.build.raw
        change = percentage_change(raw.values, raw.rows, raw.years)
        table = trends(raw.values, raw.rows, raw.years).table(raw.columns)
        return table.with_columns(nullable(change.ravel()).alias("change"))

    def progress(self, target_year: int) -> pl.DataFrame:
        """Return how every city moves towards the benchmarks, which are to be reached in ``target_year``.

        One row for each city and indicator with a benchmark: city, indicator, share (of the way that is
        done), pace (1: just fast enough), grade. See :func:`urbium.measure.review.progress.progress`.
        """
        raw = self.build.raw
        towards = progress(
            trends(raw.values, raw.rows, raw.years),
            raw.targets,
            raw.directions,
            target_year=target_year,
            by="change",
        )
        has_target = ~np.isnan(raw.targets)
        columns = np.array(raw.columns, dtype=object)[has_target].tolist()
        return pl.DataFrame(
            {
                "city": [city for city in towards.units for _ in columns],
                "indicator": columns * len(towards.units),
                "share": nullable(towards.share[:, has_target].ravel()),
                "pace": nullable(towards.pace[:, has_target].ravel()),
                "grade": [str(grade) for grade in towards.grade[:, has_target].ravel()],
            },
            schema_overrides=dict.fromkeys(("city", "indicator", "grade"), pl.String),
        )

    def year(self, period: int) -> Scores:
        """Return the scores of one year; raise NotFoundError for a year that was not measured."""
        if period not in self.scores:
            raise NotFoundError(
                coded("measure.no_year", "there are no scores for the year {year}", year=str(period)),
                remedy=nearest(str(period), map(str, self.periods)),
            )
        return self.scores[period]

    def explain(self, key: str) -> Explanation:
        """Say how the scores of the city with the code ``key`` came about, year by year, down to cells.

        Raises NotFoundError, with the nearest code, when the city was not measured.
        """
        by_year = [self.scores[period].explain(key) for period in self.periods]
        return Explanation(
            what=by_year[-1].what,
            period=_span(self.periods),
            kind="score",
            note=sentences([_ALL_YEARS, *_between_years(self.index, self.catalogue)]),
            children=tuple(by_year),
        )

    def chart(self) -> dict[str, Any]:
        """Return the scores of the cities that lead in the last year as lines over the years."""
        from urbium import charts  # noqa: PLC0415 - drawing is loaded when something is drawn

        last = self.scores[self.periods[-1]]
        leaders = self.table.filter(pl.col("city").is_in(last.table["city"].head(10).to_list()))
        rows = last.with_names(leaders).rename({"period": "year"})
        title = text(
            "{index}, {years}", index=named(self.index.name, self.index.id), years=_span(self.periods)
        )
        return charts.score_years(rows, title=title)


def measure_panel(
    observations: pl.DataFrame,
    index: Index,
    catalogue: Catalogue,
    *,
    cities: pl.DataFrame,
    periods: Sequence[int],
    sources: Mapping[str, Source] | None = None,
    availability: float | None = None,
) -> Panel:
    """Score every city in every year on one scale: the steps look at all years together.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`
    index : the weighted tree and its rules
    catalogue : what is declared
    cities : table with the columns code and name_en, one row a city
    periods : the years to measure, each once; they are put in their order
    sources : where figures come from, by id; those of the catalogue when left out
    availability : replaces the index's own least share of indicators, 0 to 1

    Notes
    -----
    Money is compared at the prices of each year, so a score may rise with prices alone; the panel says so in
    its ``cautions``. With ``maximum_age`` above zero an older figure stands in for a year without one.

    Raises
    ------
    InputError : no year is given or one twice, or the index asks for what :func:`measure_index` refuses

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), section 5.6, "comparison over time".
    """
    years = _checked(periods)
    index = index if availability is None else replace(index, availability=availability)
    leaves = tuple(catalogue.indicators[name] for name in index.indicators)
    codes = sorted(cities["code"].to_list())  # as the groups are laid out; their order must not matter
    layout = tree(index, np.array([leaf.direction for leaf in leaves]))
    measured = [
        _values(observations, leaves, catalogue, cities=codes, period=year, maximum_age=index.maximum_age)
        for year in years
    ]
    raws = [
        _of_year(_raw(values, leaves, layout, cities, figures), year)
        for year, (values, _, figures) in zip(years, measured, strict=True)
    ]
    stacked = _stacked(raws)
    index, layout = weighted_index(index, layout, stacked)
    built = build(stacked, layout, method_of(index))
    shown = goalposts(built.entered)  # those of all years
    posts = _dated(shown, built.entered)
    scores = {}
    for place, (year, part) in enumerate(zip(years, measured, strict=True)):
        of_year = _taken(built, place * len(raws[0].rows), len(raws[0].rows))
        scores[year] = scores_of(of_year, part, index, year, cities, catalogue, sources, posts=shown)
    return Panel(
        table=pl.concat(
            one.table.select(
                "city", pl.lit(year, pl.Int64).alias("period"), "score", "rank", "coverage", "reason"
            )
            for year, one in scores.items()
        ),
        settings=_settings_of(index, years, len(raws[0].rows)),
        index=index,
        periods=years,
        scores=MappingProxyType(scores),
        goalposts=posts,
        cautions=(*_between_years(index, catalogue), *_notes(leaves)),
        cities=cities,
        catalogue=catalogue,
        build=built,
        messages={words: message for one in scores.values() for words, message in one.messages.items()},
    )


def _checked(periods: Sequence[int]) -> tuple[int, ...]:
    years = tuple(sorted(set(periods)))
    if not years:
        raise InputError(
            coded("measure.panel.no_year", "a panel needs at least one year"),
            remedy=text("supply at least one year, such as 2011"),
        )
    if len(years) < len(periods):
        raise InputError(
            coded("measure.panel.twice", "a year is listed twice: {years:list}", years=list(periods)),
            remedy=text("list each year once"),
        )
    return years


def _of_year(raw: Matrix, year: int) -> Matrix:
    return replace(raw, years=np.full(len(raw.rows), year))


def _stacked(raws: Sequence[Matrix]) -> Matrix:
    """Put the matrices of the years below one another."""
    first = raws[0]
    return replace(
        first,
        rows=tuple(row for raw in raws for row in raw.rows),
        values=np.vstack([raw.values for raw in raws]),
        years=np.concatenate([raw.years for raw in raws]),
        is_in=np.concatenate([raw.is_in for raw in raws]),
        groups={name: np.concatenate([raw.groups[name] for raw in raws]) for name in first.groups},
        denominators={
            name: np.concatenate([raw.denominators[name] for raw in raws]) for name in first.denominators
        },
    )


def _taken(built: Build, first: int, count: int) -> Build:
    """Return the part of a build that belongs to ``count`` rows from ``first`` on."""
    rows = slice(first, first + count)

    def part(state: Matrix) -> Matrix:
        return replace(
            state,
            rows=state.rows[rows],
            values=state.values[rows],
            years=state.years[rows],
            is_in=state.is_in[rows],
            groups={name: labels[rows] for name, labels in state.groups.items()},
            denominators={name: below[rows] for name, below in state.denominators.items()},
        )

    def details(stage: PipelineStage) -> Mapping[str, NDArray[Any]]:
        """Return what a step did; only a screening has a figure for each row."""
        if not is_for(stage.choice, Purpose.SCREEN):
            return stage.details
        return {name: figures[rows] for name, figures in stage.details.items()}

    return replace(
        built,
        raw=part(built.raw),
        stages=tuple(
            replace(stage, matrix=part(stage.matrix), details=details(stage)) for stage in built.stages
        ),
        scores=built.scores[rows],
        coverage=built.coverage[rows],
    )


def _dated(posts: pl.DataFrame, entered: Matrix) -> pl.DataFrame:
    """Return goalposts over all years with the year in which each was set."""
    ends = extremes(entered.values)
    years = np.array([*entered.years.tolist(), None], dtype=object)
    return posts.select(
        "indicator", "low", "low_city",
        pl.Series("low_period", years[ends.low_row].tolist(), dtype=pl.Int64),
        "high", "high_city",
        pl.Series("high_period", years[ends.high_row].tolist(), dtype=pl.Int64),
    )  # fmt: skip


def _settings_of(index: Index, years: tuple[int, ...], count: int) -> Mapping[str, Any]:
    settings = dict(_settings(index, years[0], count, 0, 0))
    del settings["period"]
    return MappingProxyType({**settings, "periods": list(years)})


def _between_years(index: Index, catalogue: Catalogue) -> Iterator[Text]:
    """What the years differ in beside the cities themselves: prices, and figures that stand in."""
    leaves = [catalogue.indicators[name] for name in index.indicators]
    money = [named(leaf.name, leaf.id) for leaf in leaves if _is_in_current_prices(leaf, catalogue)]
    if money:
        yield text("at current prices, which differ between years: {names:list}", names=money)
    if index.maximum_age:
        yield texts(
            "for a year without a figure, one up to {count} year older is used",
            "for a year without a figure, one up to {count} years older is used",
            count=index.maximum_age,
        )


def _notes(leaves: tuple[Indicator, ...]) -> Iterator[Text]:
    """The notes of the indicators, each once, with those it belongs to."""
    owners: dict[str, list[str]] = {}
    for leaf in leaves:
        for part in filter(None, map(str.strip, leaf.note.split(";"))):
            owners.setdefault(part, []).append(named(leaf.name, leaf.id))
    for note, names in owners.items():
        yield text("{names:list}: {note}", names=names, note=note)


def _is_in_current_prices(indicator: Indicator, catalogue: Catalogue) -> bool:
    """Say whether money at the prices of the year is on one side of the formula only."""
    above, below = (
        any(is_money(unit(catalogue.variables[name].unit).dimension) for name, _ in part)
        for part in (indicator.numerator, indicator.denominator)
    )
    return above != below


def _span(periods: Sequence[int]) -> Text:
    """Write years short: ``2010 to 2012``, or one after the other where some are left out."""
    is_whole = list(range(periods[0], periods[-1] + 1)) == list(periods)
    if is_whole and len(periods) > 1:
        return text("{first} to {last}", first=periods[0], last=periods[-1])
    return text("{years:list}", years=list(periods))

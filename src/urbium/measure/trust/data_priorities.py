"""Data priorities: which missing or poor figure would move which rank most, to be collected first."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import Fault, InputError, nearest, refuse
from urbium.explanation import Explanation
from urbium.measure.aggregate import rank
from urbium.measure.index import Scores
from urbium.measure.means import MEANS
from urbium.measure.pipeline import Build
from urbium.measure.trust.counterfactual import (
    demands,
    forced_in,
    is_row_by_row,
    normal_quantiles,
    on_scale,
    peer_quantiles,
    places_among,
    row_scores,
    seen_values,
)
from urbium.model import Quality
from urbium.result import Result
from urbium.text import coded, sentences, text, texts

_SHOWN: Final = 10

Array = NDArray[np.float64]
Places = NDArray[np.int64]
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, repr=False)
class DataPriorities(Result):
    """What each missing or poor figure may do to the rank of its city.

    Attributes
    ----------
    table : city, indicator, why ("missing", "suspect" or the quality grade), expected_move (places, mean over
        the values the figure may take; null for a city without score), rank (now), rank_best, rank_worst,
        score_low, score_high (over these values), gives_score (the city has no score and this one figure
        would give it one); the figure that moves most first
    scores : the measurement it is about
    """

    stage: ClassVar[str] = "data-priorities"
    scores: Scores

    def __repr__(self) -> str:
        summary = texts(
            "Data to improve: {count} figure is missing or uncertain",
            "Data to improve: {count:,} figures are missing or uncertain",
            count=self.table.height,
        )
        if not self.table.height or self.table["expected_move"][0] is None:
            return summary.render()
        first = self.table.row(0, named=True)
        most = text(
            "of all these figures, {indicator} for {city} would move the city's rank most if it were "
            "known exactly, by {places:.1f} places on average",
            indicator=first["indicator"],
            city=self.scores.called(first["city"]),
            places=first["expected_move"],
        )
        return sentences([summary, most]).render()

    def explain(self, key: str) -> Explanation:
        """Say which figures of the city with the code ``key`` would move its rank most.

        Raises NotFoundError, with the nearest code, when the city was not measured.
        """
        name = self.scores.called(key)
        figures = self.table.filter(pl.col("city") == key)
        return Explanation(
            coded(
                "measure.data_priorities.city",
                "{city}, {count} figure missing or uncertain",
                "{city}, {count:,} figures missing or uncertain",
                count=figures.height,
                city=name,
            ),
            period=str(self.scores.period),
            kind="setting",
            note=text("effect of knowing one figure, with goalposts and the other cities unchanged"),
            children=tuple(_priority(row) for row in figures.head(_SHOWN).iter_rows(named=True)),
        )

    def chart(self) -> dict[str, Any]:
        """Return the figures that move a rank most as a Vega-Lite specification."""
        from urbium import charts  # noqa: PLC0415 - drawing is loaded when something is drawn

        rows = self.scores.with_names(self.table).with_columns(
            figure=pl.format("{}, {}", "name", "indicator")
        )
        return charts.ranking(
            rows,
            label="figure",
            value="expected_move",
            value_title=text("Expected change in rank (places)"),
            title=text("Data to improve first"),
        )


def data_priorities(
    scores: Scores, spread: Mapping[str, float] | Array = MappingProxyType({}), *, quantiles: int = 9
) -> DataPriorities:
    """Say what each missing or poor figure may do to the rank of its city.

    A missing or suspect figure may take the values of the cities in the comparison, a poor one those of a
    normal distribution around itself; each figure alone, at ``quantiles`` equally likely values. An indicator
    that no city in the comparison reports is left out: nothing is known of what a figure of it would do.

    Parameters
    ----------
    spread : relative standard deviation of a figure (0.1 is 10%), by quality grade or as a (cities,
        indicators) array in the order of ``scores.build.raw``; nothing is assumed for a grade left out, and a
        figure with 0 or NaN counts as known
    quantiles : how many values a figure takes, 1 or more

    Raises
    ------
    InputError : a spread is below zero or of no quality grade, the array is of another shape, or a level is
        aggregated by no mean, so that a rank depends on all cities at once

    Notes
    -----
    Goalposts, treatment and the scores of the other cities stay as they are, and a value outside the measured
    ones is clipped. Between the goalposts this equals measuring anew for the linear ways to normalise, as
    long as nobody else's value is imputed from the figure and the figure set no goalpost. Of a city that was
    screened out only those figures are tried that would let it in; the goalposts then hold it too.

    References
    ----------
    Raiffa and Schlaifer: *Applied Statistical Decision Theory* (1961), for the value of information; here it
    is measured in places of a ranking instead of money.
    """
    built = scores.build
    if not is_row_by_row(built):
        raise InputError(
            coded(
                "measure.data_priorities.not_by_row",
                "data priorities cannot be computed for {method}: a score depends on all cities at once",
                method=str(built.method),
            ),
            remedy=text(
                "aggregate each level with one of {names:list}",
                names=[name for name, mean in MEANS.items() if mean.is_by_row],
            ),
        )
    if quantiles < 1:
        raise InputError(
            coded("measure.data_priorities.quantiles", "{count} values are too few", count=quantiles),
            remedy=text("request 1 or more"),
        )
    status, grade = (_laid_out(scores, column) for column in ("status", "quality"))
    relative = _relative(spread, grade)
    has_peers = ~np.isnan(peer_quantiles(built, 1)[0])  # what no city has cannot be told, nor asked for
    is_wanted = (~built.raw.is_known | (relative > 0)) & has_peers
    rows, columns = np.nonzero(is_wanted)
    figures = _Figures(rows, columns, relative[is_wanted], quantiles)
    moves = _Moves(*np.full((5, len(figures.rows)), np.nan))
    _try(figures, moves, built.is_in[figures.rows], built)
    for city in np.flatnonzero(~built.is_in).tolist():
        if entered := _entered(built, city):
            enters = (figures.rows == city) & np.isin(figures.columns, _missing_links(entered, city))
            _try(figures, moves, enters, entered)
    why = np.where(built.raw.is_known, grade, status)[is_wanted]
    return DataPriorities(
        table=_table(figures, moves, built, why),
        settings=MappingProxyType({**scores.settings, "quantiles": quantiles, "spread": _settings(spread)}),
        scores=scores,
    )


@dataclass(frozen=True)
class _Figures:
    """The missing or poor figures, (data,) arrays: where they are, and how uncertain (0 for a gap)."""

    rows: Places
    columns: Places
    relative: Array
    quantiles: int

    def of(self, which: NDArray[np.bool_]) -> "_Figures":
        """Return those of a (data,) mask."""
        return _Figures(self.rows[which], self.columns[which], self.relative[which], self.quantiles)

    def values(self, built: Build) -> Array:
        """Return the normalised values each figure may take, (data, quantiles)."""
        values = peer_quantiles(built, self.quantiles)[:, self.columns].T
        reported = np.flatnonzero(built.raw.is_known[self.rows, self.columns])
        seen = seen_values(built).values[self.rows[reported], self.columns[reported]]
        factors = 1 + self.relative[reported, None] * normal_quantiles(self.quantiles)
        values[reported] = on_scale(built, self.columns[reported], seen[:, None] * factors)
        return values


@dataclass(frozen=True)
class _Moves:
    """What becomes of a city by each of its figures: (data,) arrays, NaN where nothing can be told."""

    expected: Array
    best: Array
    worst: Array
    low: Array
    high: Array


def _try(figures: _Figures, moves: _Moves, which: NDArray[np.bool_], built: Build) -> None:
    """Fill in the moves of the figures of the mask ``which``, over the values they may take."""
    if not which.any():
        return
    asked = figures.of(which)
    scores = row_scores(built, asked.rows, asked.columns, asked.values(built))
    ranks = places_among(scores, built.root, asked.rows)
    now = rank(built.root)[asked.rows].astype(float)
    moves.expected[which] = np.where(now > 0, np.abs(ranks - now[:, None]).mean(axis=1), np.nan)
    moves.best[which], moves.worst[which] = ranks.min(axis=1), ranks.max(axis=1)
    moves.low[which], moves.high[which] = scores.min(axis=1), scores.max(axis=1)


def _entered(built: Build, city: int) -> Build | None:
    """Return the index with a city let in that was screened out, if one figure more might let it in."""
    asked = next(demand for demand in demands(built) if not demand.stage.matrix.is_in[city])
    if any(demand.excluded[city] for demand in demands(built)):
        return None
    if not any(asked.is_met(city, column) for column in range(len(built.raw.columns))):
        return None
    return forced_in(built, built.raw.rows[city])


def _missing_links(entered: Build, city: int) -> list[int]:
    """Return the columns in which a figure would meet all that the screenings ask of a city."""
    asked = list(demands(entered))
    return [
        column
        for column in np.flatnonzero(~entered.raw.is_known[city]).tolist()
        if all(demand.is_met(city, column) for demand in asked)
    ]


# What is given, and what is told


def _laid_out(scores: Scores, column: str) -> NDArray[np.object_]:
    """Return a column of the long table of indicators as a (cities, indicators) array."""
    return np.array(scores.indicators[column].to_list(), dtype=object).reshape(scores.build.raw.values.shape)


def _relative(spread: Mapping[str, float] | Array, grade: NDArray[np.object_]) -> Array:
    """Return the relative standard deviation of each figure, (cities, indicators); 0 where there is none."""
    if isinstance(spread, np.ndarray):
        if spread.shape != grade.shape:
            raise InputError(
                coded(
                    "measure.data_priorities.shape",
                    "the spread has the shape {given}; the measurement requires {needed}",
                    given=str(spread.shape),
                    needed=str(grade.shape),
                ),
                remedy=text("supply one for each city and indicator, or one for each quality grade"),
            )
        wrong = [
            Fault(
                "error",
                coded(
                    "measure.data_priorities.spread",
                    "the spread {spread} is below zero or infinite",
                    spread=low,
                ),
                text("enter 0 or more"),
            )
            for low in spread[(spread < 0) | np.isinf(spread)].tolist()
        ]
        relative = np.nan_to_num(spread)
    else:
        grades = [quality.value for quality in Quality]
        wrong = [
            Fault(
                "error",
                coded("measure.data_priorities.grade", "there is no quality grade {name!r}", name=name),
                nearest(name, grades),
            )
            for name in spread
            if name not in grades
        ]
        wrong += [
            Fault(
                "error",
                coded(
                    "measure.data_priorities.share",
                    "the spread {spread} of {name!r} is not a share",
                    spread=size,
                    name=name,
                ),
                text("enter 0 or more, such as 0.1"),
            )
            for name, size in spread.items()
            if not 0 <= size < np.inf
        ]
        relative = np.zeros(grade.shape)
        for name, size in spread.items():
            relative[grade == name] = size
    refuse(wrong, "", coded("measure.data_priorities.refused", "the spread of the figures cannot be used"))
    return relative


def _settings(spread: Mapping[str, float] | Array) -> dict[str, float] | str:
    return "for each figure" if isinstance(spread, np.ndarray) else dict(spread)


def _table(figures: _Figures, moves: _Moves, built: Build, why: NDArray[np.object_]) -> pl.DataFrame:
    now = rank(built.root)[figures.rows]
    numbers = {"expected_move": moves.expected, "rank_best": moves.best, "rank_worst": moves.worst}
    numbers |= {"score_low": moves.low, "score_high": moves.high}
    return (
        pl.DataFrame(
            {
                "city": pl.Series([built.raw.rows[row] for row in figures.rows.tolist()], dtype=pl.String),
                "indicator": pl.Series(
                    [built.raw.columns[column] for column in figures.columns.tolist()], dtype=pl.String
                ),
                "why": pl.Series(why.tolist(), dtype=pl.String),
                "rank": pl.Series(now, dtype=pl.Int64).replace(-1, None),
                **numbers,
                "gives_score": (now < 0) & ~np.isnan(moves.low),
            }
        )
        .with_columns(pl.col(list(numbers)).fill_nan(None))
        .with_columns(pl.col("rank_best", "rank_worst").cast(pl.Int64))
        .select(
            *("city", "indicator", "why", "expected_move", "rank", "rank_best", "rank_worst"),
            *("score_low", "score_high", "gives_score"),
        )
        .sort(
            ["expected_move", "gives_score", "city", "indicator"],
            descending=[True, True, False, False],
            nulls_last=True,
        )
    )


def _priority(row: Row) -> Explanation:
    if row["rank"] is None and not row["gives_score"]:
        note = text("would not give a score")
        return Explanation(row["indicator"], kind="missing", grade=row["why"], note=note)
    return Explanation(
        row["indicator"],
        row["expected_move"],
        text("places") if row["expected_move"] is not None else "",
        kind="missing",
        grade=row["why"],
        note=sentences(
            [
                text("would give a score") if row["gives_score"] else "",
                text(
                    "rank {best} to {worst}, score {low:,.5g} to {high:,.5g}",
                    best=row["rank_best"],
                    worst=row["rank_worst"],
                    low=row["score_low"],
                    high=row["score_high"],
                ),
            ]
        ),
    )

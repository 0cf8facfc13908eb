"""Tables of a measurement: arrays of cities and nodes, laid out as the tables people read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.measure.aggregate import Tree, rank
from urbium.measure.matrix import Matrix
from urbium.measure.pipeline import Build
from urbium.measure.steps.normalise import extremes
from urbium.measure.uncertainty.intervals import Uncertainty
from urbium.text import Text, text

_ROUNDING: Final = 1e-9
_NO_PILLAR: Final = text("no pillar has enough data, or no indicator distinguishes between the cities")


@dataclass(frozen=True)
class Marks:
    """What every node of an index got, in arrays of shape (cities, nodes); NaN where there is nothing.

    ``score`` runs from 0 to 100, ``coverage`` and ``points_coverage`` from 0 to 1, ``points`` is in percent.
    """

    score: NDArray[np.float64]
    coverage: NDArray[np.float64]
    points: NDArray[np.float64]
    points_coverage: NDArray[np.float64]


def ranking(
    cities: tuple[str, ...],
    layout: Tree,
    marks: Marks,
    is_known: NDArray[np.bool_],
    availability: float,
) -> tuple[pl.DataFrame, dict[str, Text]]:
    """Return score, rank, coverage and points of each city, best first, or why it has no score.

    Beside the table stand the messages of its column ``reason``, by their words.
    """
    leaves = int(layout.sizes[0])
    known = (is_known & layout.counts).sum(axis=1).tolist()
    reasons: list[Text | str] = []
    for score, share, count in zip(marks.score[:, 0], marks.coverage[:, 0], known, strict=True):
        if not np.isnan(score):
            reasons.append("")
        elif share < availability - _ROUNDING:
            reasons.append(_too_little(round(share * leaves), count, leaves, availability))
        else:
            reasons.append(_NO_PILLAR)
    table = pl.DataFrame(
        {
            "city": cities,
            "score": _nullable(marks.score[:, 0]),
            "rank": pl.Series(rank(marks.score[:, 0]), dtype=pl.Int64).replace(-1, None),
            "coverage": marks.coverage[:, 0],
            "points": _nullable(marks.points[:, 0]),
            "points_coverage": _nullable(marks.points_coverage[:, 0]),
            "reason": reasons,
        },
        schema_overrides={"city": pl.String, "reason": pl.String},
    ).sort(["rank", "city"], nulls_last=True)
    return table, messages_of(reasons)


def messages_of(reasons: Iterable[Any]) -> dict[str, Text]:
    """Return the messages among the words of a column, by their English sentence.

    >>> list(messages_of(["", text("rank {rank}", rank=3)]))
    ['rank 3']
    """
    words = np.asarray(reasons, dtype=object).ravel().tolist()
    return {str(reason): reason for reason in words if reason and isinstance(reason, Text)}


@cache
def _too_little(used: int, known: int, leaves: int, needed: float) -> Text:
    if used < known:
        return text(
            "indicators known: {known} of {leaves}, of which only {used} can be used "
            "({share:.0%}), because the others belong to parts with too little data; the index "
            "requires {needed:.0%}",
            known=known,
            leaves=leaves,
            used=used,
            share=used / max(leaves, 1),
            needed=needed,
        )
    return text(
        "indicators known: {known} of {leaves} ({share:.0%}); the index requires {needed:.0%}",
        known=known,
        leaves=leaves,
        share=known / max(leaves, 1),
        needed=needed,
    )


def with_years(
    ranked: pl.DataFrame,
    cities: tuple[str, ...],
    newest: NDArray[np.int64],
    oldest: NDArray[np.int64],
    period: int,
) -> pl.DataFrame:
    """Add the latest year of each city's figures, and the share of them that are of the year measured.

    ``newest`` and ``oldest`` are (cities, indicators) arrays of years, -1 where there is no figure: a figure
    is of the year when all that it is made of is.
    """
    has_figure = newest >= 0
    count = has_figure.sum(axis=1)
    current = np.full(len(cities), np.nan)
    np.divide((has_figure & (oldest == period)).sum(axis=1), count, out=current, where=count > 0)
    years = pl.DataFrame(
        {
            "city": cities,
            "newest": pl.Series(newest.max(axis=1, initial=-1), dtype=pl.Int64).replace(-1, None),
            "current": _nullable(current),
        },
        schema_overrides={"city": pl.String},
    )
    joined = ranked.join(years, on="city", how="left", maintain_order="left")
    return joined.select(pl.exclude("reason"), "reason")


def with_intervals(ranked: pl.DataFrame, doubt: Uncertainty | None) -> pl.DataFrame:
    """Add between which ranks a city lies, and its tier, beside its rank; null without runs."""
    columns = ("rank_low", "rank_high", "tier")
    if doubt is None:
        widened = ranked.with_columns(pl.lit(None, pl.Int64).alias(name) for name in columns)
    else:
        intervals = doubt.table.select(
            city="row",
            rank_low=pl.col("low").floor().cast(pl.Int64),
            rank_high=pl.col("high").ceil().cast(pl.Int64),
            tier=pl.col("tier").cast(pl.Int64),
        )
        widened = ranked.join(intervals, on="city", how="left", maintain_order="left")
    front = ("city", "score", "rank", *columns)
    return widened.select(*front, pl.exclude(front))


def pillars(cities: tuple[str, ...], layout: Tree, marks: Marks) -> pl.DataFrame:
    """Return what the root and every pillar got, one row for each city and node."""
    inner = [place for place, members in enumerate(layout.children) if members]
    nodes = [layout.nodes[place] for place in inner]
    return pl.DataFrame(
        {
            "city": [city for city in cities for _ in inner],
            "node": [node.id for node in nodes] * len(cities),
            "parent": [node.parent for node in nodes] * len(cities),
            "score": _nullable(marks.score[:, inner]),
            "weight": [node.weight for node in nodes] * len(cities),
            "coverage": marks.coverage[:, inner].ravel(),
            "points": _nullable(marks.points[:, inner]),
            "points_coverage": _nullable(marks.points_coverage[:, inner]),
        },
        schema_overrides=dict.fromkeys(("city", "node", "parent"), pl.String),
    )


def leaf_columns(built: Build, earned: NDArray[np.int64], proxy: NDArray[np.object_]) -> Iterator[pl.Series]:
    """Yield what the index adds to the long table: proxy, entered, normalised, weight, points."""
    weights = [built.layout.nodes[place].weight for place in built.layout.leaves]
    yield pl.Series("proxy", proxy.ravel().tolist(), dtype=pl.String)
    yield _nullable(built.entered.values).alias("entered")
    yield _nullable(built.normalised).alias("normalised")
    yield pl.Series("weight", weights * len(proxy), dtype=pl.Float64)
    yield pl.Series("points", earned.ravel(), dtype=pl.Int64).replace(0, None)


def goalposts(entered: Matrix) -> pl.DataFrame:
    """Return the lowest and highest value of each indicator among the scored cities, and who set it."""
    posts = extremes(entered.values)
    codes = np.array([*entered.rows, None], dtype=object)
    return pl.DataFrame(
        {
            "indicator": entered.columns,
            "low": _nullable(posts.low),
            "low_city": codes[posts.low_row].tolist(),
            "high": _nullable(posts.high),
            "high_city": codes[posts.high_row].tolist(),
        },
        schema_overrides=dict.fromkeys(("indicator", "low_city", "high_city"), pl.String),
    )


def _nullable(numbers: NDArray[np.float64]) -> pl.Series:
    return pl.Series(numbers.ravel(), dtype=pl.Float64).fill_nan(None)

"""Tables of a measurement: arrays of cities and nodes, laid out as the tables people read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.measure.aggregate import Tree, rank
from urbium.measure.matrix import Matrix
from urbium.measure.pipeline import Build
from urbium.measure.steps.normalise import extremes
from urbium.measure.uncertainty.intervals import Uncertainty
from urbium.text import text

__all__ = ["Marks", "goalposts", "leaf_columns", "pillars", "ranking", "with_intervals"]

_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Marks:
    """What every node of an index got, in arrays of shape (cities, nodes); NaN where there is nothing.

    ``score`` runs from 0 to 100, ``coverage`` and ``points_coverage`` from 0 to 1, ``points`` is in percent.
    """

    score: NDArray[np.float64]
    coverage: NDArray[np.float64]
    points: NDArray[np.float64]
    points_coverage: NDArray[np.float64]


def ranking(cities: tuple[str, ...], layout: Tree, marks: Marks, availability: float) -> pl.DataFrame:
    """Return score, rank, coverage and points of each city, best first, or why it has no score."""
    leaves = len(layout.leaves)
    reasons = []
    for score, share in zip(marks.score[:, 0], marks.coverage[:, 0], strict=True):
        if not np.isnan(score):
            reasons.append("")
        elif share < availability - _ROUNDING:
            reasons.append(
                text(
                    "measure.score.too_little",
                    "{known} of {leaves} indicators are known ({share:.0%}); the index requires {needed:.0%}",
                    known=round(share * leaves),
                    leaves=leaves,
                    share=share,
                    needed=availability,
                )
            )
        else:
            reasons.append(
                text(
                    "measure.score.no_pillar",
                    "no pillar has enough data, or no indicator tells the cities apart",
                )
            )
    return pl.DataFrame(
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


def with_intervals(ranked: pl.DataFrame, doubt: Uncertainty | None) -> pl.DataFrame:
    """Add between which ranks a city lies, and its tier, beside its rank; null without runs."""
    columns = ("rank_low", "rank_high", "tier")
    if doubt is None:
        found = ranked.with_columns(pl.lit(None, pl.Int64).alias(name) for name in columns)
    else:
        intervals = doubt.table.select(
            city="row",
            rank_low=pl.col("low").floor().cast(pl.Int64),
            rank_high=pl.col("high").ceil().cast(pl.Int64),
            tier=pl.col("tier").cast(pl.Int64),
        )
        found = ranked.join(intervals, on="city", how="left", maintain_order="left")
    front = ("city", "score", "rank", *columns)
    return found.select(*front, pl.exclude(front))


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

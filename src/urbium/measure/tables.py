"""Tables of a measurement: arrays of cities and nodes, laid out as the tables people read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.measure.aggregate import Tree, rank
from urbium.measure.normalise import Normalised
from urbium.model import Indicator

__all__ = ["Marks", "goalposts", "leaf_columns", "pillars", "ranking"]

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
                f"{round(share * leaves)} of {leaves} indicators are known ({share:.0%}); "
                f"the index asks for {availability:.0%}"
            )
        else:
            reasons.append("no pillar is known well enough, or no indicator tells the cities apart")
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


def leaf_columns(
    layout: Tree, normalised: Normalised, earned: NDArray[np.int64], proxy: NDArray[np.object_]
) -> Iterator[pl.Series]:
    """Yield what the index adds to the long table of indicators: proxy, normalised, weight, points."""
    weights = [layout.nodes[place].weight for place in layout.leaves]
    yield pl.Series("proxy", proxy.ravel().tolist(), dtype=pl.String)
    yield _nullable(normalised.score).alias("normalised")
    yield pl.Series("weight", weights * len(proxy), dtype=pl.Float64)
    yield pl.Series("points", earned.ravel(), dtype=pl.Int64).replace(0, None)


def goalposts(cities: tuple[str, ...], leaves: tuple[Indicator, ...], normalised: Normalised) -> pl.DataFrame:
    """Return the lowest and highest value of each indicator among the scored cities, and who set it."""
    codes = np.array([*cities, None], dtype=object)
    return pl.DataFrame(
        {
            "indicator": [each.id for each in leaves],
            "low": _nullable(normalised.low),
            "low_city": codes[normalised.low_city].tolist(),
            "high": _nullable(normalised.high),
            "high_city": codes[normalised.high_city].tolist(),
        },
        schema_overrides=dict.fromkeys(("indicator", "low_city", "high_city"), pl.String),
    )


def _nullable(numbers: NDArray[np.float64]) -> pl.Series:
    return pl.Series(numbers.ravel(), dtype=pl.Float64).fill_nan(None)

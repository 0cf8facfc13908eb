"""Profile: what one city's scores say: ranks, result tables, the summary of a row, strengths and weaknesses.

Ranks are those of sport: the best has 1 and equals share the better rank. Who is ranked against whom is said
by groups: a row without a group is ranked against nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.columns import schema_of
from urbium.errors import NotFoundError
from urbium.measure.matrix import Matrix

Array = NDArray[np.float64]
_NOTHING: Final[Mapping[str, str]] = {}
_ALIKE: Final = 9  # decimals to which scores are equals: beyond is only rounding


@dataclass(frozen=True)
class Sides:
    """The best and the worst of a row: indicator, name, pillar, rank, of, value, unit; most telling first."""

    strengths: pl.DataFrame
    weaknesses: pl.DataFrame


def ranks(
    values: Array,
    *,
    directions: NDArray[np.int64] | None = None,
    groups: Sequence[str | None] | NDArray[np.object_] | None = None,
) -> NDArray[np.int64]:
    """Return the rank of each value within its column, and within the group of its row when groups are given.

    Parameters
    ----------
    values : (rows, columns) array, NaN where missing
    directions : (columns,) array: 1 highest first, -1 lowest first, 0 not ranked; all 1 when left out
    groups : label of each row; None for a row that belongs to no group

    Returns
    -------
    (rows, columns) array: 1 for the best, equals share the better rank, -1 where there is nothing to rank.

    >>> ranks(np.array([[7.0], [9.0], [np.nan], [7.0]])).ravel().tolist()
    [2, 1, -1, 2]
    """
    count = len(values)
    signs = np.ones(values.shape[1]) if directions is None else np.asarray(directions, dtype=np.float64)
    label = np.zeros(count, dtype=np.int64) if groups is None else group_labels(groups)
    is_ranked = ~np.isnan(values) & (signs != 0) & (label >= 0)[:, None]
    if not values.size:
        return np.full(values.shape, -1, dtype=np.int64)
    keys = np.where(is_ranked, -values * signs, np.inf)
    order = np.lexsort((keys, np.broadcast_to(label[:, None], keys.shape)), axis=0)
    ordered, labelled = np.take_along_axis(keys, order, axis=0), label[order]
    starts = np.vstack(
        [np.ones((1, values.shape[1]), dtype=bool), labelled[1:] != labelled[:-1]]
    )  # of a group
    differs = starts.copy()
    differs[1:] |= ordered[1:] != ordered[:-1]
    at = np.arange(count)[:, None]
    first_equal = np.maximum.accumulate(np.where(differs, at, 0), axis=0)
    first_of_group = np.maximum.accumulate(np.where(starts, at, 0), axis=0)
    positions = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(positions, order, first_equal - first_of_group + 1, axis=0)
    return np.where(is_ranked, positions, -1)


def group_labels(groups: Sequence[str | None] | NDArray[np.object_]) -> NDArray[np.int64]:
    """Return a number for each label, in the order of their names; -1 for None.

    >>> group_labels(["Asia", None, "Africa"]).tolist()
    [1, -1, 0]
    """
    numbers = {name: number for number, name in enumerate(sorted({label for label in groups if label}))}
    return np.array([numbers[label] if label else -1 for label in groups], dtype=np.int64)


def summary(
    row: str,
    rows: Sequence[str],
    nodes: Sequence[str],
    scores: Array,
    *,
    names: Mapping[str, str] = _NOTHING,
) -> pl.DataFrame:
    """Return the score and the rank of one row at every node.

    Parameters
    ----------
    row : code of a city
    rows, nodes : codes of the cities and ids of the nodes, in the order wanted
    scores : (rows, nodes) array, NaN where there is no score
    names : what people call the nodes; a node without a name is called by its id

    Returns
    -------
    node, name, score, rank, of (how many have a score there); null where the row has no score.

    Raises
    ------
    NotFoundError : there is no such row

    >>> summary("a", ["a", "b"], ["index"], np.array([[40.0], [60.0]])).rows()
    [('index', 'index', 40.0, 2, 2)]
    """
    at = row_position(row, rows)
    return pl.DataFrame(
        {
            "node": list(nodes),
            "name": [names.get(node, node) for node in nodes],
            "score": nullable(scores[at]),
            "rank": pl.Series(ranks(scores.round(_ALIKE))[at], dtype=pl.Int64).replace(-1, None),
            "of": (~np.isnan(scores)).sum(axis=0),
        },
        schema=schema_of("node name score rank of"),
    )


def strengths_and_weaknesses(
    matrix: Matrix,
    row: str,
    *,
    count: int = 5,
    group: str = "",
    names: Mapping[str, str] = _NOTHING,
    units: Mapping[str, str] = _NOTHING,
) -> Sides:
    """Return the indicators in which a row stands best, and those in which it stands worst.

    Parameters
    ----------
    matrix : values and the direction of each column; one without, or in which all are alike, is left out
    row : code of a city
    count : the most indicators on each side, 0 or more
    group : name of the grouping within which to rank; among all rows when left out
    names, units : what people call the indicators, and their units

    Returns
    -------
    Two tables: the better half of the indicators the row has may be strengths, the poorer half weaknesses.
    ``of`` is how many rows are ranked. Equals keep the order of the columns; the strengths take the first of
    them, the weaknesses the last.

    Raises
    ------
    NotFoundError : there is no such row, or no such grouping

    Notes
    -----
    A rank that the row shares with the last of the column is no strength (half of all cities may stand at
    zero), and one that it shares with the first is no weakness.

    >>> from urbium.measure.matrix import matrix as made
    >>> made = made(np.array([[1.0, 9.0], [2.0, 3.0]]), rows=("a", "b"), columns=("beds", "parks"))
    >>> sides = strengths_and_weaknesses(made, "a")
    >>> sides.strengths["indicator"].to_list(), sides.weaknesses["indicator"].to_list()
    (['parks'], ['beds'])
    """
    at = row_position(row, matrix.rows)
    if group and group not in matrix.groups:
        raise NotFoundError.named("grouping", group, matrix.groups)
    labels = matrix.groups[group] if group else None
    placed = ranks(matrix.values, directions=matrix.directions, groups=labels)
    beside = np.ones(len(matrix.rows), dtype=bool) if labels is None else labels == labels[at]
    held, last = placed[at], placed[beside].max(axis=0)
    telling = np.flatnonzero((held > 0) & (last > 1))  # where all are alike there is nothing to tell
    order = telling[np.argsort(held[telling], kind="stable")]
    half = len(telling) // 2
    better, poorer = order[:half], order[::-1][:half]
    best = better[held[better] < last[better]][:count]
    worst = poorer[held[poorer] > 1][:count]
    sides = pl.DataFrame(
        {
            "indicator": list(matrix.columns),
            "name": [names.get(name, name) for name in matrix.columns],
            "pillar": list(matrix.parents),
            "rank": held,
            "of": (placed[beside] > 0).sum(axis=0),
            "value": nullable(matrix.values[at]),
            "unit": [units.get(name, "") for name in matrix.columns],
        },
        schema_overrides=dict.fromkeys(("indicator", "name", "pillar", "unit"), pl.String),
    )
    return Sides(sides[best], sides[worst])


def row_position(row: str, rows: Sequence[str]) -> int:
    """Return where a row stands; raise NotFoundError, with the nearest code, when there is none of that name.

    >>> row_position("b", ["a", "b"])
    1
    """
    if row not in rows:
        raise NotFoundError.named("city", row, rows)
    return list(rows).index(row)


def nullable(numbers: Array) -> pl.Series:
    """Return numbers as a column in which the missing are null.

    >>> nullable(np.array([1.5, np.nan])).to_list()
    [1.5, None]
    """
    return pl.Series(numbers, dtype=pl.Float64).fill_nan(None)

"""Peers: which cities a city is fairly compared with, and where it stands among them.

Peers are those of one class (of size, of income), of one region, or the nearest by features. The bounds of
classes are the caller's: what is a large city or a rich one is a convention of a country and a year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.measure.matrix import Matrix
from urbium.measure.review.standings import nullable, ranks, row_position
from urbium.text import coded, text

Array = NDArray[np.float64]

CITY_SIZES: Final = (500_000.0, 1_000_000.0, 5_000_000.0, 10_000_000.0)
"""Permanent residents of the urban districts at which a Chinese city becomes medium-sized, large, very large
and a megacity: State Council, *Notice on the classes of city size* (2014, no. 51), recalled."""

_CHUNK: Final = 256  # rows compared with all others at once
_SAME: Final = 9  # decimals to which distances of standardised features are alike


@dataclass(frozen=True)
class Peers:
    """The nearest rows of each row: positions (-1: no more) and distances (NaN), both (rows, count)."""

    positions: NDArray[np.int64]
    distances: Array


def classes(
    values: Array, bounds: Sequence[float], names: Sequence[str] | None = None
) -> NDArray[np.object_]:
    """Return the class of each row: how many of the bounds its value reaches.

    Parameters
    ----------
    values : (rows,) array of what is classed (people, income per head), NaN where missing
    bounds : where the next class begins, rising; a value on the bound belongs to the higher class
    names : what the classes are called, one more than bounds; made from the bounds when left out

    Returns
    -------
    (rows,) array of names; None where the value is missing.

    Raises
    ------
    InputError : the bounds do not rise, or there is not one name for each class

    >>> classes(np.array([4e5, 5e5, np.nan]), [5e5]).tolist()
    ['under 500,000', '500,000 and more', None]
    """
    steps = [float(bound) for bound in bounds]
    if any(not low < high for low, high in pairwise(steps)):
        raise InputError(
            coded("measure.peers.bounds", "the bounds {bounds:list} are not ascending", bounds=steps),
            remedy=text("list them from the lowest to the highest"),
        )
    class_names = list(names) if names is not None else _class_names(steps)
    if len(class_names) != len(steps) + 1:
        raise InputError(
            coded(
                "measure.peers.names",
                "the bounds make {classes} classes, but the number of names is {names}",
                classes=len(steps) + 1,
                names=len(class_names),
            ),
            remedy=text("use one name for each class"),
        )
    labels = np.array([*class_names, None], dtype=object)
    at = np.searchsorted(np.array(steps), np.asarray(values, dtype=np.float64), side="right")
    return labels[np.where(np.isnan(values), len(class_names), at)]


def peers_of_group(groups: Sequence[str | None] | NDArray[np.object_], at: int) -> NDArray[np.int64]:
    """Return the positions of the other rows of the same group as the row at ``at``; none without a group.

    >>> peers_of_group(["north", "south", "north", None], 0).tolist()
    [2]
    """
    shared = groups[at]
    peers = [place for place, group in enumerate(groups) if shared and group == shared and place != at]
    return np.array(peers, dtype=np.int64)


def nearest_peers(features: Array, rows: Sequence[str], *, count: int) -> Peers:
    """Return the nearest other rows of every row by standardised features.

    Parameters
    ----------
    features : (rows, features) array, NaN where missing: the distance is that of :func:`distances_from`
    rows : codes; of equally near rows the first by code comes first
    count : how many peers, 0 or more

    >>> nearest_peers(np.array([[1.0], [2.0], [9.0]]), ["a", "b", "c"], count=1).positions.ravel().tolist()
    [1, 0, 1]
    """
    total = len(rows)
    width = min(count, max(total - 1, 0))
    by_code = np.array(sorted(range(total), key=lambda place: rows[place]), dtype=np.int64)
    standard = standardised(features)[by_code]
    positions = np.full((total, count), -1, dtype=np.int64)
    apart = np.full((total, count), np.nan)
    for start in range(0, total if width else 0, _CHUNK):
        at = np.arange(start, min(start + _CHUNK, total))
        away = distances_from(at, standard)
        away[np.arange(len(at)), at] = np.inf
        order = _smallest(away.round(_SAME), width)
        reached = np.take_along_axis(away, order, axis=1)
        positions[by_code[at], :width] = np.where(np.isinf(reached), -1, by_code[order])
        apart[by_code[at], :width] = np.where(np.isinf(reached), np.nan, reached)
    return Peers(positions, apart)


def among_peers(
    matrix: Matrix,
    row: str,
    peers: Sequence[int] | NDArray[np.int64],
    *,
    names: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Return where a row stands among its peers in every indicator.

    Parameters
    ----------
    matrix : values in which each column has its direction
    row : code of a city
    peers : positions of its peers in the matrix; its own and negative ones are passed over
    names : what people call the indicators

    Returns
    -------
    indicator, name, value, rank (among the peers and itself), of (how many of them have a figure), median (of
    the peers alone), gap (value less median) and lead (the gap turned so that above 0 is better); null where
    something is missing, rank and lead where the indicator has no direction.

    Raises
    ------
    NotFoundError : there is no such row

    >>> from urbium.measure.matrix import matrix as made
    >>> among_peers(made(np.array([[4.0], [1.0], [3.0]]), rows=("a", "b", "c")), "a", [1, 2]).rows()
    [('0', '0', 4.0, 1, 3, 2.0, 2.0, 2.0)]
    """
    at = row_position(row, matrix.rows)
    others = sorted({int(place) for place in peers if place >= 0} - {at})
    beside = matrix.values[others]
    everybody = matrix.values[[at, *others]]
    median = _medians(beside)
    gap = matrix.values[at] - median
    lead = gap * np.where(matrix.directions == 0, np.nan, matrix.directions)
    placed = ranks(everybody, directions=matrix.directions)[0]
    called = {} if names is None else names
    return pl.DataFrame(
        {
            "indicator": list(matrix.columns),
            "name": [called.get(name, name) for name in matrix.columns],
            "value": nullable(matrix.values[at]),
            "rank": pl.Series(placed, dtype=pl.Int64).replace(-1, None),
            "of": (~np.isnan(everybody)).sum(axis=0),
            "median": nullable(median),
            "gap": nullable(gap),
            "lead": nullable(lead),
        },
        schema_overrides={"indicator": pl.String, "name": pl.String},
    )


def _class_names(bounds: list[float]) -> list[str]:
    if not bounds:
        return [text("all")]
    between = [text("{low:,.15g} to {high:,.15g}", low=low, high=high) for low, high in pairwise(bounds)]
    return [
        text("under {bound:,.15g}", bound=bounds[0]),
        *between,
        text("{bound:,.15g} and more", bound=bounds[-1]),
    ]


def standardised(features: Array) -> Array:
    """Return features with mean 0 and spread 1 over the rows that have them; 0 where all are alike."""
    is_known = ~np.isnan(features)
    count = np.maximum(is_known.sum(axis=0), 1)
    off = features - np.where(is_known, features, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(is_known, off, 0.0) ** 2).sum(axis=0) / count)
    scale = np.abs(np.where(is_known, features, 0.0)).max(axis=0, initial=0.0)
    tells_apart = spread > 1e-12 * scale  # below, the spread is only rounding
    return np.where(is_known, np.where(tells_apart, off, 0.0) / np.where(tells_apart, spread, 1.0), np.nan)


def distances_from(at: NDArray[np.int64], standard: Array) -> Array:
    r"""Return how far rows lie from each row in standardised features; infinite where two share none.

    .. math:: d_{ij} = \sqrt{\frac{F}{|K|} \sum_{k \in K} (z_{ik} - z_{jk})^2},
              \quad K \text{ the features known of both}

    Dixon: *Pattern recognition with partly missing data*, IEEE Transactions on Systems, Man and Cybernetics 9
    (1979), for the distance scaled up by the features that are lacking.
    """
    shape = (len(at), len(standard))
    squares, shared = np.zeros(shape), np.zeros(shape)
    for feature in standard.T:
        step = feature[at, None] - feature[None, :]
        is_shared = ~np.isnan(step)
        squares += np.where(is_shared, step, 0.0) ** 2
        shared += is_shared
    scaled = np.divide(standard.shape[1] * squares, shared, out=np.full(shape, np.inf), where=shared > 0)
    return np.asarray(np.sqrt(scaled), dtype=np.float64)


def _smallest(values: Array, width: int) -> NDArray[np.int64]:
    """Positions of the smallest values of each row, smallest first and equals in the order of the columns."""
    bound = np.partition(values, width - 1, axis=1)[:, width - 1 : width]
    row, column = np.nonzero(values <= bound)  # more than asked for where the last ones are equals
    count = np.bincount(row, minlength=len(values))
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    columns = np.zeros((len(values), count.max()), dtype=np.int64)
    smallest = np.full(columns.shape, np.inf)
    columns[row, place], smallest[row, place] = column, values[row, column]
    order = np.argsort(smallest, axis=1, kind="stable")[:, :width]
    return np.take_along_axis(columns, order, axis=1)


def _medians(values: Array) -> Array:
    """The median of what is known in each column, NaN where nothing is."""
    count = (~np.isnan(values)).sum(axis=0)
    if not len(values):
        return np.full(values.shape[1], np.nan)
    ordered = np.sort(values, axis=0)  # NaN last, and alone where nothing is known
    columns = np.arange(values.shape[1])
    return np.asarray((ordered[np.maximum(count - 1, 0) // 2, columns] + ordered[count // 2, columns]) / 2)

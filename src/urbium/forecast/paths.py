"""Paths: many equally likely futures side by side, and the bands read from them.

A path is one whole future: what happens to one thing in one path goes with what happens to the others in
the same path, so sums, shares and differences are made path by path and only then summed up as a band.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = (0.80, 0.95)
"""Shares of what comes that the inner and the outer band are to hold."""

LIMITS = ("value", *(f"{side}{level:.0%}".rstrip("%") for level in LEVELS for side in ("low", "high")))
"""Columns of a band: ``value`` is the median, then the lower and upper limit of each of the levels."""


_BLOCK = 2**17
"""Figures sorted at a time: no more than the cache of a processor holds."""


@dataclass(frozen=True, slots=True)
class Paths:
    """K things over Y years in P equally likely futures.

    Attributes
    ----------
    keys : what the rows are, such as city codes
    years : (Y,) array, ascending
    values : (K, Y, P) array in one unit
    """

    keys: tuple[str, ...]
    years: NDArray[np.int64]
    values: NDArray[np.floating]

    def table(self, key: str = "city") -> pl.DataFrame:
        """Return one row a thing and year: ``key``, year, value (the median) and the limits of the bands.

        >>> paths = Paths(("a",), np.array([2020]), np.arange(101.0)[None, None, :])
        >>> paths.table().row(0)
        ('a', 2020, 50.0, 10.0, 90.0, 2.5, 97.5)
        """
        count = len(self.years)
        return pl.DataFrame(
            {key: np.repeat(np.array(self.keys), count), "year": np.tile(self.years, len(self.keys))}
            | dict(zip(LIMITS, limits(self.values).reshape(-1, len(LIMITS)).T, strict=True))
        )


def limits(values: NDArray[np.floating], levels: Sequence[float] = LEVELS) -> Floats:
    """Return the median and the band limits of paths: the last axis of ``values`` becomes :data:`LIMITS`.

    Parameters
    ----------
    values : (..., P) array of paths, at least one; of paths without a number the limits are none either
    levels : shares of paths between the limits of each band, from 0 to 1

    References
    ----------
    Hyndman, Fan: *Sample Quantiles in Statistical Packages* (1996), definition 7.

    Notes
    -----
    The paths are sorted whole, block by block: all limits are then read from one order, and numpy sorts
    faster than it partitions at ten places. Paths in single precision are sorted twice as fast.

    >>> limits(np.arange(101.0)).tolist()
    [50.0, 10.0, 90.0, 2.5, 97.5]
    """
    shares = np.array([0.5, *(round((1 + side * level) / 2, 9) for level in levels for side in (-1, 1))])
    count = values.shape[-1]
    rows = values.reshape(-1, count)
    place = shares * (count - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, count - 1)
    table = np.empty((len(rows), len(shares)))
    block = max(1, _BLOCK // count)
    for first in range(0, len(rows), block):
        ordered = np.sort(rows[first : first + block], axis=-1)
        low, high = ordered[:, below].astype(np.float64), ordered[:, above].astype(np.float64)
        part = low + (high - low) * (place - below)
        part[np.isnan(ordered[:, -1])] = np.nan
        table[first : first + block] = part
    return table.reshape(*values.shape[:-1], len(shares))

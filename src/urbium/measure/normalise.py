"""Normalise: put indicators of different units on one scale from 0 (worst city) to 100 (best city)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Normalised", "min_max"]

_SAME: Final = 1e-12  # a spread this small, relative to the figures, is rounding


@dataclass(frozen=True)
class Normalised:
    """Indicators between goalposts.

    ``score`` has the shape (cities, indicators), 0 to 100, NaN where there is none. ``low`` and ``high`` are
    the smallest and the largest value of each indicator among the cities that set them, ``low_city`` and
    ``high_city`` the positions of those cities (-1: none).
    """

    score: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    low_city: NDArray[np.int64]
    high_city: NDArray[np.int64]


def min_max(
    values: NDArray[np.float64],
    directions: NDArray[np.int64],
    goalposts_from: NDArray[np.bool_] | None = None,
) -> Normalised:
    r"""Scale each indicator linearly between its goalposts.

    .. math:: 100 \frac{x - \min}{\max - \min} \quad (d = +1), \qquad
              100 \frac{\max - x}{\max - \min} \quad (d = -1)

    Parameters
    ----------
    values : (cities, indicators) array, NaN where missing
    directions : (indicators,) array: 1 higher is better, -1 lower is better, 0 neither
    goalposts_from : (cities,) mask of the cities that set the goalposts and get scores; all when left out

    Notes
    -----
    An indicator without direction, and one in which all cities that set the goalposts are alike, gets no
    score: it cannot tell cities apart, and any number would be made up. Of several cities with the same
    extreme value the first sets the goalpost.

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), step 5, min-max.

    >>> min_max(np.array([[1.0], [2.0], [5.0]]), np.array([1])).score.ravel().tolist()
    [0.0, 25.0, 100.0]
    """
    cities = np.ones(len(values), dtype=bool) if goalposts_from is None else goalposts_from
    inside = np.where(cities[:, None], values, np.nan)
    is_known = ~np.isnan(inside)
    has_any = is_known.any(axis=0)
    low_at = np.where(is_known, inside, np.inf).argmin(axis=0) if len(values) else np.zeros(0, dtype=int)
    high_at = np.where(is_known, inside, -np.inf).argmax(axis=0) if len(values) else np.zeros(0, dtype=int)
    columns = np.arange(values.shape[1])
    if not len(values):
        nothing = np.full(values.shape[1], np.nan)
        nobody = np.full(values.shape[1], -1)
        return Normalised(values.copy(), nothing, nothing, nobody, nobody)
    low = np.where(has_any, inside[low_at, columns], np.nan)
    high = np.where(has_any, inside[high_at, columns], np.nan)
    spread = high - low
    tells_apart = has_any & (directions != 0) & (spread > _SAME * np.maximum(np.abs(low), np.abs(high)))
    reached = np.where(directions > 0, inside - low, high - inside)
    score = np.full(values.shape, np.nan)
    np.divide(100 * reached, spread, out=score, where=tells_apart[None, :] & is_known)
    return Normalised(
        np.clip(score, 0, 100), low, high, np.where(has_any, low_at, -1), np.where(has_any, high_at, -1)
    )

"""Points: the U4SSC way of scoring, each indicator against its benchmark, beside how much was reported.

Under 33% of the benchmark earns 1 point, 33 to 66% two, 66 to 95% three, 95% and more four. Leaving out
what is not reported rewards silence, so a percentage of points is never given without its coverage.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_STEPS: Final = np.array([0.33, 0.66, 0.95])

HIGHEST: Final = 4
"""The most points an indicator earns."""


def attainment(
    values: NDArray[np.float64], benchmarks: NDArray[np.float64], directions: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the share of the benchmark that each value attains (1 = all of it), NaN where unknown.

    Parameters
    ----------
    values : (cities, indicators) array, NaN where missing
    benchmarks : (indicators,) array, positive; NaN or 0 where there is none
    directions : (indicators,) array. 1: value / benchmark. -1: benchmark / value, and all of it for 0 or
        less. 0: the smaller of both, so that nearest to the benchmark is best. The published examples show
        the case of 1 only; the other two are our reading.

    >>> attainment(np.array([[50.0]]), np.array([100.0]), np.array([1])).item()
    0.5
    """
    target = np.where(benchmarks > 0, benchmarks, np.nan)[None, :]
    upward = values / target
    downward = np.divide(target, values, out=np.full(values.shape, np.inf), where=values > 0)
    downward = np.where(np.isnan(upward), np.nan, downward)
    both = np.where(values > 0, np.fmin(upward, downward), np.minimum(upward, 0))
    return np.where(directions > 0, upward, np.where(directions < 0, downward, both))


def points(
    values: NDArray[np.float64], benchmarks: NDArray[np.float64], directions: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return 1 to 4 points for each value that has a benchmark, and 0 where there is nothing to judge.

    >>> points(np.array([[32.9, 33.0, 66.0, 95.0]]), np.full(4, 100.0), np.ones(4, dtype=int)).tolist()
    [[1, 2, 3, 4]]
    """
    attained = attainment(values, benchmarks, directions)
    reached = np.searchsorted(_STEPS, np.round(attained, 12), side="right") + 1
    return np.where(np.isnan(attained), 0, reached)


def points_score(
    earned: NDArray[np.int64], benchmarks: NDArray[np.float64], below: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each city and node, the percentage of points earned and the share that was reported.

    Parameters
    ----------
    earned : (cities, leaves) array, the answer of :func:`points`
    benchmarks : (leaves,) array, NaN where an indicator has none
    below : (nodes, leaves) mask of the leaves below each node

    Returns
    -------
    Two (cities, nodes) arrays: 100 x points / (4 x reported indicators with a benchmark), and reported
    indicators with a benchmark / indicators with a benchmark; NaN where a node has none.
    """
    weight = below.T.astype(float)
    reported = (earned > 0).astype(float) @ weight
    possible = (np.nan_to_num(benchmarks) > 0).astype(float) @ weight
    score = np.full(reported.shape, np.nan)
    np.divide(100 * (earned @ weight), HIGHEST * reported, out=score, where=reported > 0)
    covered = np.full(reported.shape, np.nan)
    np.divide(reported, possible[None, :], out=covered, where=np.broadcast_to(possible > 0, reported.shape))
    return score, covered

"""Accuracy: how far forecasts were from what came, in the field's measures."""

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.paths import Floats


def crps(paths: NDArray[np.floating], came: Floats) -> Floats:
    r"""Continuous ranked probability score of paths: the absolute error, for a whole distribution.

    .. math:: \frac{1}{P}\sum_i |x_i - y| - \frac{1}{2P^2}\sum_i\sum_j |x_i - x_j|

    Parameters
    ----------
    paths : (..., P) array
    came : (...) array, what was observed

    Returns
    -------
    (...) array in the unit of the paths; smaller is better, and of one path it is the absolute error

    References
    ----------
    Gneiting, Raftery: *Strictly Proper Scoring Rules, Prediction, and Estimation* (2007), equation 21.

    >>> crps(np.array([[0.0, 2.0]]), np.array([1.0]))
    array([0.5])
    """
    count = paths.shape[-1]
    ordered = np.sort(paths, axis=-1)
    rank = 2 * np.arange(1, count + 1) - count - 1
    spread = (ordered * rank).sum(axis=-1) / count**2
    return np.asarray(np.abs(ordered - np.asarray(came)[..., None]).mean(axis=-1) - spread)


def coverage(low: Floats, high: Floats, came: Floats) -> float:
    """Share of what came that lies within its band, limits included.

    >>> coverage(np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([0.5, 2.0]))
    0.5
    """
    return float(np.mean((came >= low) & (came <= high)))

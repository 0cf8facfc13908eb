"""Accuracy: how far forecasts were from what came, in the field's measures."""

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.paths import Floats


def mape(forecast: Floats, came: Floats) -> float:
    """Mean absolute error as a share of what came; ``came`` is nowhere zero.

    >>> round(mape(np.array([110.0, 90.0]), np.array([100.0, 100.0])), 3)
    0.1
    """
    return float(np.mean(np.abs(forecast - came) / np.abs(came)))


def mase(forecast: Floats, came: Floats, history: Floats) -> float:
    r"""Mean absolute error relative to that of "no change" from one figure to the next of the history.

    .. math:: \frac{\operatorname{mean} |y_h - \hat y_h|}{\operatorname{mean} |y_t - y_{t-1}|}

    Parameters
    ----------
    forecast, came : (H,) arrays
    history : (T,) array, evenly spaced, at least two figures that differ somewhere

    References
    ----------
    Hyndman, Koehler: *Another look at measures of forecast accuracy* (2006).

    >>> mase(np.array([5.0, 7.0]), np.array([6.0, 6.0]), np.array([1.0, 3.0, 5.0]))
    0.5
    """
    return float(np.mean(np.abs(forecast - came)) / np.mean(np.abs(np.diff(history))))


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

"""Regression: how the size of errors depends on what is known, and quantiles of weighted values."""

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.paths import Floats

_ROUNDS = 20
_TINY = 1e-12
_STILL = 1e-6


def spread(columns: Floats, size: Floats, weights: Floats) -> Floats:
    r"""Coefficients of the logarithm of the mean size of errors.

    The likelihood of errors that are Laplace distributed with the scale :math:`e^{z b}`, raised by Fisher
    scoring in cautious steps.

    Parameters
    ----------
    columns : (N, S) array, the first column ones
    size : (N,) array, absolute errors
    weights : (N,) array

    Returns
    -------
    (S,) array

    >>> spread(np.ones((4, 1)), np.array([1.0, 2.0, 3.0, 2.0]), np.ones(4)).round(3)
    array([0.693])
    """
    line = np.zeros(columns.shape[1])
    line[0] = np.log(max(float(np.average(size, weights=weights)), _TINY))
    tilted = columns * weights[:, None]
    normal = tilted.T @ columns + 1e-9 * np.eye(len(line)) * weights.sum()
    for _ in range(3 * _ROUNDS):
        excess = np.clip(size / np.exp(np.clip(columns @ line, -30, 30)) - 1, -1, 5)
        step = np.linalg.solve(normal, tilted.T @ excess)
        line = line + 0.7 * step
        if np.abs(step).max() < _STILL:
            break
    return line


def quantile(values: Floats, shares: NDArray[np.floating], weights: Floats) -> Floats:
    """Quantiles of weighted values: the smallest value with at least that share of the weight up to it.

    >>> quantile(np.array([1.0, 2.0, 3.0]), np.array([0.5]), np.array([1.0, 1.0, 8.0]))
    array([3.])
    """
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    at = np.searchsorted(reached, shares * reached[-1] * (1 - 1e-12))
    return np.asarray(values[order][np.minimum(at, len(order) - 1)])

"""Regression: lines through medians, and how the size of errors depends on what is known."""

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.paths import Floats

__all__ = ["least_absolute", "quantile", "spread"]

_ROUNDS = 20
_FLOOR = 0.1
_TINY = 1e-12
_STILL = 1e-6


def least_absolute(columns: Floats, target: Floats, weights: Floats, *, pull: float, scale: float) -> Floats:
    r"""Coefficients with the smallest weighted sum of absolute errors, drawn towards zero.

    .. math:: \min_b \sum_i w_i |y_i - x_i b| + \frac{\lambda}{2m} \sum_j b_j^2

    Where m is the usual size of errors, ``pull`` counts in rows. Least absolute errors make the line one
    through conditional medians: a city that leaps bends it no more than one that strays a little.

    Parameters
    ----------
    columns : (N, T) array, columns of about the same size
    target, weights : (N,) arrays; weights from 0 to 1
    pull : strength :math:`\lambda` of the pull towards zero, above 0
    scale : usual size m of errors, above 0

    Returns
    -------
    (T,) array, by iteratively reweighted least squares; an error below a tenth of m counts as one of
    that size, which rounds off the kink of the absolute value

    References
    ----------
    Schlossmacher: *An iterative technique for absolute deviations curve fitting* (1973). Hoerl, Kennard:
    *Ridge regression* (1970).

    >>> rows = np.column_stack([np.ones(5), np.arange(5.0)])
    >>> target = np.array([1.0, 3.0, 5.0, 7.0, 900.0])
    >>> least_absolute(rows, target, np.ones(5), pull=1e-6, scale=1e-4).round(1)
    array([1., 2.])
    """
    line: Floats = np.zeros(columns.shape[1])
    ridge = np.diag(np.full(len(line), pull / scale))
    for _ in range(_ROUNDS):
        near = np.maximum(np.abs(target - columns @ line), _FLOOR * scale)
        tilted = columns * (weights / near)[:, None]
        line = np.asarray(np.linalg.solve(tilted.T @ columns + ridge, tilted.T @ target), dtype=np.float64)
    return line


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

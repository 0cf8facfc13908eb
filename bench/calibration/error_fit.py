"""Error fit: learn from back-test errors of cities how wide their bands are, and what cities err in common.

See ADR 0024 and 0113.
"""

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.cities.bands import Bands, base_limits, country_weights, power
from urbium.forecast.cities.joint_draws import STEP, CommonErrors
from urbium.forecast.cities.rolling_origin import BacktestErrors
from urbium.forecast.paths import LEVELS, Floats

_ROUNDS = 20
_TINY = 1e-12
_STILL = 1e-6
_ENOUGH = 20
_MOST = 0.9
_FURTHEST = 4.0


def fit_bands(errors: BacktestErrors, horizons: tuple[int, ...], *, base: float) -> Bands:
    """Read scales and limits from errors, every country counting the same.

    Parameters
    ----------
    errors : of forecasts from counts
    horizons : those of which limits are read; there are errors of each
    base : median error of the base figures, which is no part of the limits

    References
    ----------
    Angelopoulos, Bates: *A Gentle Introduction to Conformal Prediction* (2021), on scaled scores.
    """
    errors = errors.where(np.isin(errors.horizon, horizons))
    weights = country_weights(errors)
    scale = spread(errors.spread, np.abs(errors.error) / errors.horizon, weights)
    size = np.exp(np.clip(errors.spread @ scale, -30.0, 30.0)) * errors.horizon
    start = base_limits(np.array([base]))[0]
    limits = np.empty((len(horizons), len(LEVELS)))
    for row, horizon in enumerate(horizons):
        here = errors.horizon == horizon
        for column, level in enumerate(LEVELS):
            beside = np.sqrt(np.maximum(errors.error[here] ** 2 - start[column] ** 2, 0.0))
            limits[row, column] = quantile(beside / size[here], np.array([level]), weights[here])[0]
    return Bands(scale, np.array(horizons, dtype=float), limits)


def common_errors(trial: BacktestErrors, bands: Bands, declared: CommonErrors) -> CommonErrors:
    """Read from back-test errors what they have in common.

    The country's share is the variance of country effects within an origin and horizon (analysis of
    variance of groups of unequal size), the world's that of the means of origins. Persistence follows from
    the correlation r of the errors of the same forecast over five and ten years: :math:`2 r^2 - 1`.
    Declared shares are taken where there are fewer than twenty countries.

    Parameters
    ----------
    trial : errors of all origins
    bands : the bands that scale them
    declared : shares to take where there are too few countries
    """
    if np.unique(trial.country).size < _ENOUGH:
        return declared
    score = _scores(trial, bands)
    country = np.unique(trial.country, return_inverse=True)[1]
    means, within, between = [], [], []
    for origin in np.unique(trial.origin):
        for horizon in np.unique(trial.horizon):
            here = (trial.origin == origin) & (trial.horizon == horizon)
            if here.any():
                mean, noise, effect = _analysis(score[here], country[here])
                means.append(mean)
                within.append(noise)
                between.append(effect)
    world, of_cities, shared = (
        float(np.mean(np.square(means))),
        float(np.mean(within)),
        float(np.mean(between)),
    )
    total = world + of_cities + shared
    if total <= 0:  # nothing ever erred, so nothing says what errs together
        return declared
    squeeze = min(1.0, _MOST / max((world + shared) / total, 1e-9))
    return CommonErrors(
        squeeze * world / total, squeeze * shared / total, _persistence(trial, score, declared.persistence)
    )


def _scores(trial: BacktestErrors, bands: Bands) -> Floats:
    """Return the standard normal draw that each error would be, at most four."""
    score = np.empty(len(trial.error))
    for horizon in np.unique(trial.horizon):
        here = trial.horizon == horizon
        reach = bands.reach(trial.spread[here], np.array([float(horizon)]), countries=trial.country[here])[
            :, 0
        ]
        score[here] = score_of(trial.error[here], reach)
    return np.clip(score, -_FURTHEST, _FURTHEST)


def _analysis(score: Floats, group: NDArray[np.int64]) -> tuple[float, float, float]:
    """Return the mean, and the variances within groups and of group effects."""
    count = np.bincount(group).astype(float)
    mean = np.bincount(group, score) / np.maximum(count, 1)
    groups, total = int((count > 0).sum()), len(score)
    within = float(np.sum((score - mean[group]) ** 2)) / max(total - groups, 1)
    overall = float(score.mean())
    among = float(np.sum(count * (mean - overall) ** 2)) / max(groups - 1, 1)
    usual = (total - float(np.sum(count**2)) / total) / max(groups - 1, 1)
    return overall, within, max((among - within) / max(usual, 1e-9), 0.0)


def _persistence(trial: BacktestErrors, score: Floats, declared: float) -> float:
    short, long = (trial.horizon == STEP * steps for steps in (1, 2))
    key = trial.city * 10_000 + trial.origin
    both, first, second = np.intersect1d(key[short], key[long], return_indices=True)
    if both.size < _ENOUGH:
        return declared
    alike = float(np.corrcoef(score[short][first], score[long][second])[0, 1])
    return float(np.clip(2 * alike * abs(alike) - 1, 0.0, 0.99))


def score_of(error: Floats, reach: Floats) -> Floats:
    """Return the standard normal draws that errors would be: the inverse of :func:`stray`.

    Parameters
    ----------
    error : (N,) array of log distances
    reach : (N, 2) array of limits

    >>> limits = np.array([[0.1, 0.3], [0.1, 0.3]])
    >>> score_of(np.array([0.3, -0.6]), limits).round(3)
    array([ 1.96, -3.92])
    """
    factor, exponent = power(reach)
    size = np.abs(error)
    edge = np.maximum(reach[..., 1], _TINY)
    inside = (np.minimum(size, edge) / factor) ** (1.0 / np.maximum(exponent, 1e-3))
    return np.asarray(np.sign(error) * inside * np.maximum(size / edge, 1.0))


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

r"""Bands: how far off the pooled model was, and so how far off it may be.

An error of the mean growth rate is scaled by what it may depend on (how fast a city grew, how far from its
country, whether a source drew a line), and the quantiles of the scaled errors, horizon by horizon, are the
limits. Both sides are equally far in logs: cities of one time err together, and on which side the next
common shock lies is not known. Between its limits an error is distributed as a power of a normal one,

.. math:: e = \operatorname{sgn}(z)\, a |z|^b, \quad z \sim N(0, 1),

with a and b such that both limits hold; beyond the outer limit, of which few errors tell, it grows in
proportion to z. This is what paths are drawn from and the CRPS is computed from.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from urbium.forecast.cities.pooled import ENOUGH, timeliness
from urbium.forecast.cities.regression import quantile, spread
from urbium.forecast.cities.rolling_origin import BacktestErrors
from urbium.forecast.paths import LEVELS, Floats

__all__ = ["OUTER", "POWER", "Bands", "calibrate_bands", "power", "score_of", "stray"]

POWER = 1.5
"""Growth of errors with the horizon beyond what was back-tested: that of a growth rate that wanders."""

_ENOUGH = 40
_REACHES = 10
_HALF = 10.0
_TINY = 1e-12
_WIDEST = float(np.log(1e6))
_NORMAL = tuple(float(norm.ppf((1 + level) / 2)) for level in LEVELS)

OUTER = _NORMAL[-1]
"""Standard normal draw at the outer limit; beyond it errors grow in proportion to the draw."""


@dataclass(frozen=True, slots=True)
class Bands:
    """How far off forecasts were, by what was known of the city and by horizon.

    Attributes
    ----------
    spread : (S,) array, coefficients of the log of the scale
    horizons : (K,) array, years, ascending
    scaled : (K, 2) array, limits of 80 % and 95 % of the scaled errors of the growth rate
    errors : errors of this panel behind them; 0 where they are declared
    """

    spread: Floats
    horizons: Floats
    scaled: Floats
    errors: int = 0

    def reach(self, columns: Floats, ahead: Floats) -> Floats:
        """Return log distances of the limits, (C, H, 2), for C cities at H horizons in years.

        Linear between the horizons back-tested, and never narrower than at a shorter one; beyond the last
        they grow with the power :data:`POWER`, up to a millionfold, where a band
        says nothing more.
        """
        scale = np.exp(np.clip(columns @ self.spread, -30.0, 30.0))
        knots = np.concatenate([[0.0], self.horizons])
        far = np.maximum.accumulate(self.scaled * self.horizons[:, None], axis=0)
        far = np.concatenate([np.zeros((1, len(LEVELS))), far])
        beyond = np.maximum(ahead / knots[-1], 1.0) ** POWER
        table = np.stack(
            [np.interp(ahead, knots, far[:, level]) * beyond for level in range(len(LEVELS))], -1
        )
        return np.asarray(np.minimum(scale[:, None, None] * table[None], _WIDEST))


def calibrate_bands(trial: BacktestErrors, now: int, declared: Bands, *, is_placed: bool = True) -> Bands:
    """Return bands from the errors that the model made at earlier origins.

    Origins at the same place of the decade count full, others a tenth (see
    :func:`.pooled.timeliness`), and every ten years back halve the weight. Origins are few,
    and the errors of one have a common cause, so bands made in this way hold less than they claim: the
    limits are widened by the factor that would have made those of the earlier origins hold. In a panel of
    few countries the scale of errors is the declared one, and limits are no narrower than those declared.
    Where fewer than 40 errors reach ten years, the limits are the declared ones, and errors of shorter
    horizons only keep them from being narrower than those.

    Parameters
    ----------
    trial : errors known in the year ``now``
    now : the origin of the forecast the bands are for
    declared : bands to take where there are too few errors
    is_placed : whether the place in the decade counts

    References
    ----------
    Angelopoulos, Bates: *A Gentle Introduction to Conformal Prediction* (2021), on scaled scores and on
    correcting by the coverage achieved so far.
    """
    bands = _counted(trial, now, declared, is_placed=is_placed)
    if bands is None:
        return _short(trial, now, declared)
    if np.unique(trial.country).size < ENOUGH:
        return _no_narrower(bands, declared)
    return Bands(
        bands.spread,
        bands.horizons,
        bands.scaled * _shortfall(trial, now, declared, is_placed=is_placed),
        bands.errors,
    )


def _shortfall(trial: BacktestErrors, now: int, declared: Bands, *, is_placed: bool) -> Floats:
    """Return the factors, at least one, that would have made the bands of earlier origins hold."""
    ratios, weights = [np.empty((0, len(LEVELS)))], [np.empty(0)]
    for origin in np.unique(trial.origin):
        earlier = _counted(trial.seen_by(int(origin)), int(origin), declared, is_placed=is_placed)
        if earlier is None:
            continue
        for horizon in np.unique(trial.horizon[trial.origin == origin]):
            part = trial.where((trial.origin == origin) & (trial.horizon == horizon))
            reach = earlier.reach(part.spread, np.array([float(horizon)]))[:, 0]
            ratios.append(np.abs(part.error)[:, None] / np.maximum(reach, _TINY))
            weights.append(_weights(part, now, is_placed=is_placed))
    ratio, weight = np.concatenate(ratios), np.concatenate(weights)
    if not weight.size:
        return np.ones(len(LEVELS))
    short = [quantile(ratio[:, at], np.array([level]), weight)[0] for at, level in enumerate(LEVELS)]
    return np.maximum(short, 1.0)


def _no_narrower(bands: Bands, declared: Bands) -> Bands:
    """Return bands whose limits are at least the declared ones: the errors of one country are few."""
    least = [np.interp(bands.horizons, declared.horizons, limit) for limit in declared.scaled.T]
    return Bands(
        bands.spread, bands.horizons, np.maximum(bands.scaled, np.stack(least, axis=1)), bands.errors
    )


def _weights(trial: BacktestErrors, now: int, *, is_placed: bool) -> Floats:
    return timeliness(trial.origin, now if is_placed else None) * 0.5 ** ((now - trial.origin) / _HALF)


def _counted(trial: BacktestErrors, now: int, declared: Bands, *, is_placed: bool) -> Bands | None:
    """Return scales and limits as the errors count them; None where too few reach far enough."""
    horizons = _often(trial)
    if not horizons.size or horizons[-1] < _REACHES:
        return None
    trial = trial.where(np.isin(trial.horizon, horizons))
    weights = _weights(trial, now, is_placed=is_placed)
    many = np.unique(trial.country).size >= ENOUGH
    scale = spread(trial.spread, _rate(trial), weights) if many else declared.spread
    return Bands(scale, horizons.astype(float), _limits(trial, scale, horizons, weights), len(trial.error))


def _short(trial: BacktestErrors, now: int, declared: Bands) -> Bands:
    """Return declared bands that are nowhere narrower than the errors of shorter horizons."""
    horizons = _often(trial)
    horizons = horizons[horizons < declared.horizons[0]]
    weights = _weights(trial, now, is_placed=False)
    return Bands(
        declared.spread,
        np.concatenate([horizons.astype(float), declared.horizons]),
        np.concatenate([_limits(trial, declared.spread, horizons, weights), declared.scaled]),
        int(np.isin(trial.horizon, horizons).sum()),
    )


def _often(trial: BacktestErrors) -> NDArray[np.int64]:
    """Return the horizons at which enough errors are known."""
    every, counts = np.unique(trial.horizon, return_counts=True)
    return every[counts >= _ENOUGH]


def _rate(trial: BacktestErrors) -> Floats:
    return np.asarray(np.abs(trial.error) / trial.horizon)


def _limits(trial: BacktestErrors, scale: Floats, horizons: NDArray[np.int64], weights: Floats) -> Floats:
    """Return the quantiles of the scaled errors of growth, (K, 2), counted of n + 1."""
    scaled = _rate(trial) / np.exp(np.clip(trial.spread @ scale, -30.0, 30.0))
    limits = np.empty((len(horizons), len(LEVELS)))
    for row, horizon in enumerate(horizons):
        here = trial.horizon == horizon
        count = int(here.sum())
        shares = np.minimum(np.array(LEVELS) * (count + 1) / count, 1.0)
        limits[row] = quantile(scaled[here], shares, weights[here])
    return limits


def power(reach: Floats) -> tuple[Floats, Floats]:
    """Return the factor and the exponent of the errors between limits, (...) arrays from (..., 2) limits.

    >>> factor, exponent = power(np.array([1.2815515655, 1.9599639845]))
    >>> factor.round(6).item(), exponent.round(6).item()
    (1.0, 1.0)
    """
    low = np.maximum(reach[..., 0], _TINY)
    ratio = np.maximum(reach[..., 1], low) / low
    exponent = np.log(ratio) / np.log(_NORMAL[1] / _NORMAL[0])
    return np.asarray(low / _NORMAL[0] ** exponent), np.asarray(exponent)


def stray(reach: Floats, normal: NDArray[np.floating]) -> Floats:
    """Return log distances from the forecast, (..., P), where standard normal draws fall.

    Parameters
    ----------
    reach : (..., 2) array of limits
    normal : (..., P) or (P,) array
    """
    factor, exponent = (part[..., None] for part in power(reach))
    size = np.abs(normal)
    inside = factor * np.minimum(size, OUTER) ** exponent
    return np.asarray(np.sign(normal) * inside * np.maximum(size / OUTER, 1.0))


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

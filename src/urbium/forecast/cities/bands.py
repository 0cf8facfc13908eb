r"""Bands: how far off forecasts were, and so how far off they may be (ADR 0024).

An error of the mean growth rate is scaled by what it may depend on (how fast a city grew, how far from its
country, how restless that is), and the quantiles of the scaled errors, horizon by horizon, are the limits.
What the base year may be off is added in quadrature. Both sides are equally far in logs: cities of one time
err together, and on which side the next common shock lies is not known. Between its limits an error is
distributed as a power of a normal one,

.. math:: e = \operatorname{sgn}(z)\, a |z|^b, \quad z \sim N(0, 1),

with a and b such that both limits hold; beyond the outer limit, of which few errors tell, it grows in
proportion to z. This is what paths are drawn from and the CRPS is computed from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from urbium.forecast.cities.combination import GrowthRows
from urbium.forecast.cities.rolling_origin import BacktestErrors
from urbium.forecast.paths import LEVELS, Floats

POWER = 1.5
"""Growth of errors with the horizon beyond what was back-tested: that of a growth rate that wanders."""

_TINY = 1e-12
_WIDEST = float(np.log(1e6))
_NORMAL = tuple(float(ndtri((1 + level) / 2)) for level in LEVELS)
_MEDIAN = float(ndtri(0.75))
_WITHOUT_NEWS = 2.0
_MANY = 10.0
_NARROWEST = 0.05

OUTER = _NORMAL[-1]
"""Standard normal draw at the outer limit; beyond it errors grow in proportion to the draw."""


@dataclass(frozen=True, slots=True)
class Bands:
    """How far off forecasts were, by what was known of the city and by horizon.

    Attributes
    ----------
    spread : (S,) array, coefficients of the log of the scale
    horizons : (K,) array, years, ascending
    scaled : (K, 2) array, limits of 80% and 95% of the scaled errors of the growth rate
    records : by country, how many times as wide its bands are as those of the world
    seen : years ahead up to which a record may narrow; the error that is added after them is the world's
    errors : errors of this panel behind the records; 0 where there are none
    """

    spread: Floats
    horizons: Floats
    scaled: Floats
    records: Mapping[str, float] = field(default_factory=dict)
    seen: float = 0.0
    errors: int = 0

    def reach(
        self,
        columns: Floats,
        ahead: Floats,
        *,
        base: float | Floats = 0.0,
        countries: NDArray[np.str_] | None = None,
    ) -> Floats:
        """Return log distances of the limits, (C, H, 2), for C cities at H horizons in years.

        Linear between the horizons back-tested, and never narrower than at a shorter one; beyond the last
        they grow with the power :data:`POWER`, up to a millionfold, where a band says nothing more.

        Parameters
        ----------
        columns : (C, S) array, the sizes that the scale depends on
        ahead : (H,) array
        base : median error of the log of the base figures, one or (C,); normally distributed
        countries : (C,) array, for their records; none where those do not count
        """
        scale = np.exp(np.clip(columns @ self.spread, -30.0, 30.0))[:, None, None]
        record = np.ones((len(columns), 1, 1))
        if countries is not None and self.records:
            names, group = np.unique(countries, return_inverse=True)
            record[:, 0, 0] = np.array([self.records.get(str(name), 1.0) for name in names])[group]
        start = base_limits(np.broadcast_to(base, len(columns)))[:, None, :] * np.minimum(record, 1.0)
        world = scale * self._limits(ahead)
        near = np.minimum(world, scale * self._limits(np.array([self.seen])))
        beyond = np.sqrt(np.maximum(world**2 - near**2, 0.0))
        far = np.hypot(record * near, np.maximum(record, 1.0) * beyond)
        return np.asarray(np.minimum(np.hypot(far, start), _WIDEST))

    def _limits(self, ahead: Floats) -> Floats:
        """Return the limits of the errors of a city whose scale is one, (H, 2)."""
        knots = np.concatenate([[0.0], self.horizons])
        far = np.maximum.accumulate(self.scaled * self.horizons[:, None], axis=0)
        far = np.concatenate([np.zeros((1, len(LEVELS))), far])
        beyond = np.maximum(ahead / knots[-1], 1.0) ** POWER
        return np.stack([np.interp(ahead, knots, level) * beyond for level in far.T], -1)


def base_limits(base: Floats) -> Floats:
    """Return the limits, (C, 2), of normal errors of which half are smaller than ``base``."""
    return np.asarray(np.asarray(base)[:, None] / _MEDIAN * np.array(_NORMAL), dtype=np.float64)


def country_weights(errors: BacktestErrors | GrowthRows) -> Floats:
    """Return weights by which every country counts the same at each origin and horizon, (N,)."""
    country = np.unique(errors.country, return_inverse=True)[1].astype(np.int64)
    keys = np.stack([errors.origin, errors.horizon, country], axis=1)
    group, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)[1:]
    return np.asarray(1.0 / count[group.ravel()])


def calibrate_bands(
    errors: BacktestErrors, declared: Bands, *, base: float = 0.0, is_own: bool = False
) -> Bands:
    r"""Return the declared bands, widened where a country's own record says so.

    With the 80% quantile q of a country's past errors over their limits, and n origins they come from, its
    bands are

    .. math:: \max\left(1, q^{\,n / (n + 2)}\right)

    times as wide: its cities err together, so that an origin is one observation, and two without news stand
    beside those seen. An origin with fewer than ten errors counts in proportion. In a panel of a nation's own
    the record may narrow the bands, too (q, at least 0.05, in place of the greater of one and q), up to the
    furthest horizon seen from more than two origins.

    Parameters
    ----------
    errors : errors of this panel, known by the origin of the forecast
    declared : the bands of the world
    base : median error of the base figures at the origins
    is_own : whether the panel is not of the kind that the declared bands were learned on
    """
    if not len(errors.error):
        return declared
    reach = np.empty(len(errors.error))
    for horizon in np.unique(errors.horizon):
        here = errors.horizon == horizon
        reach[here] = declared.reach(errors.spread[here], np.array([float(horizon)]), base=base)[:, 0, 0]
    ratio = np.abs(errors.error) / np.maximum(reach, _TINY)
    records: dict[str, float] = {}
    for country in np.unique(errors.country):
        here = errors.country == country
        usual = float(np.quantile(ratio[here], LEVELS[0]))
        least = _NARROWEST if is_own else 1.0
        records[str(country)] = max(least, usual) ** trust(errors.where(here))
    horizons = [
        float(horizon)
        for horizon in np.unique(errors.horizon)
        if np.unique(errors.origin[errors.horizon == horizon]).size > _WITHOUT_NEWS
    ]
    return replace(
        declared,
        records=MappingProxyType(records),
        seen=max(horizons, default=0.0) if is_own else 0.0,
        errors=len(errors.error),
    )


def trust(errors: BacktestErrors) -> float:
    """Return how far errors of n origins are believed, from 0 to 1: n / (n + 2).

    An origin with fewer than ten errors counts in proportion.
    """
    origins = np.unique(errors.origin).size * min(1.0, len(errors.error) / _MANY)
    return float(origins / (origins + _WITHOUT_NEWS))


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

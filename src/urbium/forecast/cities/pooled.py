r"""Pooled growth: one model for the cities of all countries.

The mean log growth a year over a horizon is the city's last growth plus a sum of terms
(:mod:`.growth_terms`), whose coefficients change with the logarithm of the horizon:

.. math:: g_{i,h} = g_i + x_i \left(a + b\, l + c\, l^2\right), \quad l = \log\tfrac{h}{10}

They are fitted to all earlier origins at once by least absolute errors; a panel of few countries takes
those declared. Not in: how wide bands are (:mod:`.bands`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.cities.curves import CityPanel, history
from urbium.forecast.cities.growth_terms import GrowthTerms, SeriesKind, terms
from urbium.forecast.cities.regression import least_absolute
from urbium.forecast.paths import Floats

__all__ = ["ENOUGH", "FITTED", "POWERS", "Growth", "GrowthRows", "fit", "rows_of", "timeliness"]

FITTED = (5, 10, 15, 20)
"""Horizons in years the model is fitted to; between them it is smooth, below and above it goes on."""

ENOUGH = 20
"""Fewest countries from which coefficients are fitted; with fewer, those declared are taken."""

POWERS = 3
"""Powers of the log of the horizon, from 0 to 2, that each term has a coefficient for."""

_OTHER_PLACE = 0.1
_DECADE = 10
_ORIGINS = 16
_SLIGHT = 1e-3
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Growth:
    """The fitted model for one kind of series with T terms.

    Attributes
    ----------
    kind : which series it is for
    world : (3 T,) array, coefficients of the terms at ten years ahead, then of the terms times the log of
        horizon over ten, then times its square
    rows : figures held against forecasts that set them; 0 where they are declared
    countries : countries behind them
    """

    kind: SeriesKind
    world: Floats
    rows: int = 0
    countries: int = 0

    def change(self, seen: GrowthTerms, ahead: Floats) -> Floats:
        """Return the change of log population of C cities over H horizons in years, (C, H).

        Up to five years the mean growth is that of five; beyond twenty a city goes on to gain as many
        persons a year as in the twentieth (one that shrinks loses ever fewer).
        """
        end = float(FITTED[-1])
        reach = np.clip(ahead, FITTED[0], end)
        by_power = np.stack([seen.columns @ part for part in np.split(self.world, POWERS)], axis=-1)
        by_power[:, 0] += seen.base
        rate = by_power @ _powers(reach).T
        # the growth of the last year is the derivative of rate times horizon
        slope = np.array([0.0, 1.0, *(2.0 * _powers(np.array([end]))[0, 1:-1])])
        last = (by_power @ (_powers(np.array([end]))[0] + slope))[:, None]
        beyond = np.maximum(ahead - end, 0.0)[None, :]
        return np.asarray(rate * np.minimum(ahead, end) + np.sign(last) * np.log1p(np.abs(last) * beyond))


@dataclass(frozen=True, slots=True)
class GrowthRows:
    """Figures that came, beside what was known at an origin; N of them.

    Attributes
    ----------
    city, origin, horizon : (N,) arrays: row of the panel, year, years ahead
    country : (N,) array
    base, columns, spread : (N,), (N, T) and (N, S) arrays, see :class:`.growth_terms.GrowthTerms`
    growth : (N,) array, the mean log growth a year that came
    """

    city: NDArray[np.int64]
    origin: NDArray[np.int64]
    horizon: NDArray[np.int64]
    country: NDArray[np.str_]
    base: Floats
    columns: Floats
    spread: Floats
    growth: Floats

    def where(self, keep: NDArray[np.bool_]) -> "GrowthRows":
        """Return the rows that ``keep`` marks."""
        return GrowthRows(*(getattr(self, name)[keep] for name in self.__slots__))

    def seen_by(self, year: int) -> "GrowthRows":
        """Return the rows whose figure had come by ``year``."""
        return self.where(self.origin + self.horizon <= year)


def rows_of(panel: CityPanel, kind: SeriesKind, horizons: tuple[int, ...] = FITTED) -> GrowthRows:
    """Lay every figure beside what was known at each origin before it, at most 16 origins, evenly spread.

    A city takes part where it has a figure at the origin, as many as its kind needs, and one at the target.
    """
    years = panel.years
    origins = np.arange(len(years) - 1)
    if len(origins) > _ORIGINS:
        origins = np.unique(np.linspace(0, len(years) - 2, _ORIGINS).round().astype(np.int64))
    is_given = np.isfinite(panel.logs)
    count = len(kind.terms), len(kind.spread)
    none = np.empty(0, dtype=np.int64)
    parts = [(none, none, none, np.empty(0, dtype=np.str_), np.empty(0), *map(_nothing, count), np.empty(0))]
    for at in origins:
        targets = np.flatnonzero(np.isin(years - years[at], horizons))
        if not targets.size:
            continue
        past = history(panel, int(years[at]))
        seen = terms(past, kind)
        ready = is_given[:, at] & np.isfinite(seen.columns).all(axis=1)
        city, step = np.nonzero(is_given[:, targets] & ready[:, None])
        ahead = years[targets][step] - years[at]
        came = panel.logs[city, targets[step]] - past.level[city]
        parts.append(
            (
                city, np.full(city.size, years[at]), ahead, past.country[city],
                seen.base[city], seen.columns[city], seen.spread[city], came / ahead,
            )
        )  # fmt: skip
    return GrowthRows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def timeliness(origin: NDArray[np.int64], now: int | None) -> Floats:
    """Weight of each origin: one where it is whole decades ago, else a tenth; without ``now`` all count one.

    Censuses come every ten years, and between them sources interpolate. So what follows an origin depends
    on its place in the decade, and only origins at the same place are alike.
    """
    if now is None:
        return np.ones(len(origin))
    return np.where((now - origin) % _DECADE == 0, 1.0, _OTHER_PLACE)


def fit(rows: GrowthRows, kind: SeriesKind, now: int | None, declared: Growth) -> Growth:
    """Fit the model to what came, for forecasts from the year ``now`` (None: from any year).

    Cities of one country err together, so a country counts with the square root of its cities. With rows of
    fewer than :data:`ENOUGH` countries the declared model is returned.

    Parameters
    ----------
    rows : nothing that came after ``now``
    declared : the model to take where too few countries are known
    """
    names, group = np.unique(rows.country, return_inverse=True)
    if len(names) < ENOUGH:
        return declared
    cities = np.unique(np.stack([group, rows.city]), axis=1)[0]
    weights = timeliness(rows.origin, now) / np.sqrt(np.bincount(cities))[group]
    full = _widened(rows.columns, rows.horizon.astype(float))
    size = np.sqrt(np.mean(full**2, axis=0))
    unit = np.where(size > 0, size, 1.0)
    target = rows.growth - rows.base
    coefficients = least_absolute(full / unit, target, weights, pull=_SLIGHT, scale=_middle(target))
    return Growth(kind, coefficients / unit, len(target), len(names))


def _middle(errors: Floats) -> float:
    return max(float(np.median(np.abs(errors))), _TINY)


def _widened(columns: Floats, horizon: Floats) -> Floats:
    return np.hstack([columns * power[:, None] for power in _powers(horizon).T])


def _powers(horizon: Floats) -> Floats:
    """Return the powers 0, 1 and 2 of the logarithm of horizons over ten years, (H, 3)."""
    return np.vander(np.log(horizon / 10.0), POWERS, increasing=True)


def _nothing(width: int) -> Floats:
    return np.empty((0, width))

r"""Combination: the growth of cities as a weighted mean of simple members.

.. math:: \Delta_{i,h} = w_1 g_i h + w_2\, g_i D_h + w_3 \tfrac{g_i + k_i}{2} D_h + w_4 \tfrac{b_i}{2} h,
    \quad D_h = \tfrac{10}{\ln 2}\left(1 - 2^{-h/10}\right)

With the city's last growth g, that of its country's other cities k and the slope of its last thirty years b:
last growth, damped trend, pooled damped trend, Theta. What the weights lack to one is that of "no change".
They are declared (:mod:`.declared_growth`) and learned by :mod:`bench/calibration/city_growth_fit.py`. Not
in: how wide bands are (:mod:`.bands`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.cities.curves import CityPanel, faded, history
from urbium.forecast.cities.growth_terms import GrowthTerms, SeriesKind, terms
from urbium.forecast.paths import Floats

MEMBERS = ("last growth", "damped", "pooled damped", "theta", "no change")
"""The members, by their names among the curves."""

REACHED = 20.0
"""Years ahead up to which members were held against what came."""

_ORIGINS = 16


def members(seen: GrowthTerms, ahead: Floats) -> Floats:
    """Return the change of log population by each member, (C, H, 5).

    Parameters
    ----------
    seen : terms of C cities
    ahead : (H,) array, years

    References
    ----------
    Gardner, McKenzie: *Forecasting trends in time series* (1985). Assimakopoulos, Nikolopoulos: *The theta
    model* (2000); Hyndman, Billah: *Unmasking the Theta method* (2003), which shows that its drift is half
    the slope.
    """
    growth, country, trend = (rate[:, None] for rate in seen.rates.T)
    years, damped = ahead[None, :], faded(ahead)[None, :]
    return np.stack(
        [
            growth * years,
            growth * damped,
            (growth + country) / 2 * damped,
            trend / 2 * years,
            0.0 * growth * years,
        ],
        axis=-1,
    )


@dataclass(frozen=True, slots=True)
class Growth:
    """The combination for one kind of series.

    Attributes
    ----------
    kind : which series it is for
    weights : (5,) array in the order of :data:`MEMBERS`, not negative, together one
    """

    kind: SeriesKind
    weights: Floats

    def change(self, seen: GrowthTerms, ahead: Floats) -> Floats:
        """Return the change of log population of C cities over H horizons in years, (C, H).

        Beyond twenty years a city goes on to gain as many persons a year as in the twentieth (one that
        shrinks loses ever fewer): no member was held against what came so far ahead, and growth that is
        compounded for a century has never been seen.
        """
        near = members(seen, np.minimum(ahead, REACHED)) @ self.weights
        growth, country, trend = seen.rates.T
        fading = 0.5 ** (REACHED / 10.0)
        rates = [growth, growth * fading, (growth + country) / 2 * fading, trend / 2, 0.0 * growth]
        last = (np.stack(rates, axis=-1) @ self.weights)[:, None]
        beyond = np.maximum(ahead - REACHED, 0.0)[None, :]
        return np.asarray(near + np.sign(last) * np.log1p(np.abs(last) * beyond))


@dataclass(frozen=True, slots=True)
class GrowthRows:
    """Figures that came, beside what was seen at an origin; N of them.

    Attributes
    ----------
    city, origin, horizon : (N,) arrays: row of the panel, year, years ahead
    country : (N,) array
    rates, spread : (N, 3) and (N, S) arrays, see :class:`.growth_terms.GrowthTerms`
    came : (N,) array, the change of log population that came
    is_settled : (N,) array, whether the figure is a count or was drawn between counts; one after the last
        count continues the growth before it by construction, and teaches nothing
    """

    city: NDArray[np.int64]
    origin: NDArray[np.int64]
    horizon: NDArray[np.int64]
    country: NDArray[np.str_]
    rates: Floats
    spread: Floats
    came: Floats
    is_settled: NDArray[np.bool_]

    @property
    def terms(self) -> GrowthTerms:
        """What was seen, row by row."""
        return GrowthTerms(self.rates, self.spread)

    def where(self, keep: NDArray[np.bool_]) -> "GrowthRows":
        """Return the rows that ``keep`` marks."""
        return GrowthRows(*(getattr(self, name)[keep] for name in self.__slots__))


def rows_of(panel: CityPanel, kind: SeriesKind, horizons: tuple[int, ...]) -> GrowthRows:
    """Lay every figure beside what was seen at each count before it, at most 16 origins, evenly spread.

    A city takes part where it was counted at the origin, has as many figures as its kind needs, one at the
    target, and was no smaller than the size from which the source lists cities.
    """
    years, is_count = panel.years, panel.is_count
    given = np.isfinite(panel.logs)
    origins = np.flatnonzero(is_count[:, :-1].any(axis=0))
    if len(origins) > _ORIGINS:
        origins = origins[np.unique(np.linspace(0, len(origins) - 1, _ORIGINS).round().astype(np.int64))]
    settled = np.cumsum(is_count[:, ::-1], axis=1)[:, ::-1] > 0
    none = np.empty(0, dtype=np.int64)
    parts = [
        (none, none, none, np.empty(0, dtype=np.str_), np.empty((0, 3)), np.empty((0, len(kind.spread))),
         np.empty(0), np.empty(0, dtype=np.bool_))
    ]  # fmt: skip
    for at in origins:
        targets = np.flatnonzero(np.isin(years - years[at], horizons))
        if not targets.size:
            continue
        past = history(panel, int(years[at]))
        seen = terms(past, kind)
        ready = is_count[:, at] & (panel.logs[:, at] >= panel.listed)
        ready &= np.isfinite(seen.rates).all(axis=1) & np.isfinite(seen.spread).all(axis=1)
        city, step = np.nonzero(given[:, targets] & ready[:, None])
        target = targets[step]
        parts.append(
            (
                city, np.full(city.size, years[at]), years[target] - years[at], past.country[city],
                seen.rates[city], seen.spread[city], panel.logs[city, target] - past.level[city],
                settled[city, target],
            )
        )  # fmt: skip
    return GrowthRows(*(np.concatenate(column) for column in zip(*parts, strict=True)))

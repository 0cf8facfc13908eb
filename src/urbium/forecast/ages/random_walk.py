"""Drift: a figure that moves by what is usual at its level, goes on as it went, and is shocked.

Total fertility, life expectancy of women and the years by which they outlive men move like this: fast where
they are far from where they end, slowly near it. What is usual at a level is pooled over the countries of
the world (:mod:`.fit`) and declared; a country's own pace enters by its last change.
"""

from dataclasses import dataclass, replace

import numpy as np

from urbium.forecast.ages.cohorts import Numbers
from urbium.forecast.paths import Floats


@dataclass(frozen=True, slots=True)
class RandomWalk:
    """How a figure moves from one period of five years to the next.

    Attributes
    ----------
    knots : (K,) levels, ascending, between which drift and scale are straight lines; constant beyond
    drift : (K,) usual change at a level, without momentum
    momentum : share of the last change that goes on
    scale : (K,) size of shocks at a level, the scale of a t distribution
    freedom : degrees of freedom of the shocks; few mean that large shocks are not rare
    low, high : bounds that are never crossed
    """

    knots: Floats
    drift: Floats
    momentum: float
    scale: Floats
    freedom: float
    low: float
    high: float

    def expected(self, level: Numbers, change: Numbers) -> Numbers:
        """Return the expected change from a level that was reached by ``change``.

        >>> still = RandomWalk(np.array([1.0, 2.0]), np.array([0.2, 0.0]), 0.5, np.zeros(2), 4, 0, 9)
        >>> float(still.expected(np.array(1.5), np.array(-0.1)).round(3))
        0.05
        """
        return np.asarray(np.interp(level, self.knots, self.drift) + self.momentum * change)

    def spread(self, level: Numbers) -> Numbers:
        """Return the scale of shocks at a level."""
        return np.asarray(np.interp(level, self.knots, self.scale))

    def widened(self, by: float) -> "RandomWalk":
        """Return the same with shocks ``by`` times as large."""
        return replace(self, scale=self.scale * by)


def wander(
    model: RandomWalk,
    before: Numbers,
    last: Numbers,
    *,
    periods: int,
    paths: int,
    rng: np.random.Generator,
    error: float | Numbers = 0.0,
) -> Floats:
    """Return futures of C figures, (C, periods, paths); with 0 paths the one future without shocks.

    Parameters
    ----------
    before, last : (C,) figures of the last two periods
    error : (C, paths) errors of the latest figure itself, or none: they move the start of a path

    References
    ----------
    Alkema, Raftery and others: *Probabilistic projections of the total fertility rate for all countries*
    (2011), the idea of a decline that depends on the level; Raftery, Chunn, Gerland, Ševčíková: *Bayesian
    probabilistic projections of life expectancy for all countries* (2013). Ours is pooled, with momentum in
    place of parameters of each country.

    >>> calm = RandomWalk(np.array([1.0, 3.0]), np.array([0.1, -0.1]), 0.0, np.zeros(2), 4, 0.5, 9)
    >>> wander(calm, np.ones(1), np.ones(1), periods=2, paths=0, rng=np.random.default_rng(0)).round(2)
    array([[[1.1 ],
            [1.19]]])
    """
    width = max(paths, 1)
    level = np.repeat(np.asarray(last, dtype=float)[:, None], width, axis=1)
    change = level - np.asarray(before, dtype=float)[:, None]
    if paths:
        level = np.clip(level + error, model.low, model.high)
    futures = np.empty((len(level), periods, width))
    for period in range(periods):
        step = model.expected(level, change)
        if paths:
            step = step + model.spread(level) * rng.standard_t(model.freedom, level.shape)
        reached = np.clip(level + step, model.low, model.high)
        level, change = reached, reached - level
        futures[:, period] = level
    return futures

"""Estimate error: how far the latest figure of a place may be from what later revisions say of that period.

A forecast begins at the latest estimate. Sources revise it: more where registers are poor, which is where
the level is high (fertility) or low (life expectancy). What is usual at a level is learned from revisions
(:mod:`bench/calibration/revision_fit.py`) and declared; a table may give a standard error of its own.
See ADR 0041.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from urbium.forecast.ages.cohorts import Numbers
from urbium.forecast.paths import LEVELS, Floats

_EDGE = (1 + LEVELS[0]) / 2


@dataclass(frozen=True, slots=True)
class EstimateError:
    """The error of the latest estimate of a figure.

    Attributes
    ----------
    knots : (K,) levels, ascending, between which the scale is a straight line; constant beyond
    scale : (K,) scale of the error at a level, in the unit of the figure
    freedom : degrees of freedom of a t distribution; few mean that large revisions are not rare
    """

    knots: Floats
    scale: Floats
    freedom: float

    def scales(self, level: Numbers, given: Numbers | None = None) -> Floats:
        """Return the scale of the error at each level, (C,).

        Parameters
        ----------
        level : (C,) latest figures
        given : (C,) standard errors from a table, NaN where it has none: they say how wide 80% are (1.28
            of them), and the tail is that of revisions

        >>> error = EstimateError(np.array([1.0, 3.0]), np.array([0.1, 0.3]), 3.0)
        >>> error.scales(np.array([2.0, 2.0]), np.array([np.nan, 0.3])).round(3).tolist()
        [0.2, 0.235]
        """
        usual = np.interp(level, self.knots, self.scale)
        if given is None:
            return np.asarray(usual)
        own = given * (ndtri(_EDGE) / stdtrit(self.freedom, _EDGE))
        return np.asarray(np.where(np.isnan(given), usual, own))

    def draw(
        self, level: Numbers, paths: int, rng: np.random.Generator, given: Numbers | None = None
    ) -> Floats:
        """Return errors of C figures, (C, paths)."""
        scale = self.scales(level, given)
        return np.asarray(scale[:, None] * rng.standard_t(self.freedom, (len(scale), paths)))

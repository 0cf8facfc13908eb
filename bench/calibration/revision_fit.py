"""Revision fit: learn from revisions of a source how far its latest estimates may be off.

A vintage is one edition of the source. The latest estimate of an edition is held against what an edition four
to nine years younger says of the same period: about as long as a forecast of five years waits for its
judgement. Pairs of editions count the same, whatever their number of countries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import t

from urbium.forecast.ages.cohorts import Numbers
from urbium.forecast.paths import LEVELS, Floats

APART: Final = (4, 9)
"""Years between two editions that make a pair."""

_FEWEST: Final = 20.0
_YEARS: Final = (2.0, 12.0)


@dataclass(frozen=True, slots=True)
class Revisions:
    """Latest estimates of one edition beside those of a later one, of C places.

    Attributes
    ----------
    editions : years of the earlier and of the later edition
    before, after : (C,) figures of the same period in both
    """

    editions: tuple[int, int]
    before: Floats
    after: Floats

    @property
    def gap(self) -> int:
        """Years between the editions."""
        return self.editions[1] - self.editions[0]


def fit_scales(pairs: Sequence[Revisions], knots: Sequence[float], *, freedom: float) -> Floats:
    """Return the scale of revisions at each level, (K,): that of a t distribution whose 80% are theirs.

    A knot near which fewer than twenty figures lie has the scale of its neighbour.

    Parameters
    ----------
    pairs : revisions; those of editions less than four or more than nine years apart are not looked at
    knots : levels, ascending
    freedom : degrees of freedom of the t distribution
    """
    kept = [pair for pair in pairs if APART[0] <= pair.gap <= APART[1]]
    level = np.concatenate([pair.before for pair in kept])
    size = np.concatenate([np.abs(pair.after - pair.before) for pair in kept])
    equal = np.concatenate([np.full(len(pair.before), 1 / len(pair.before)) for pair in kept])
    near = np.column_stack([np.interp(level, knots, hat) for hat in np.eye(len(knots))])
    limits = np.array([_quantile(size, equal * weight) for weight in near.T])
    has_enough = near.sum(axis=0) >= _FEWEST
    limits = np.interp(np.arange(len(knots)), np.flatnonzero(has_enough), limits[has_enough])
    return np.asarray(limits / t.ppf((1 + LEVELS[0]) / 2, freedom))


def fit_level_error(pairs: Sequence[Revisions], *, freedom: float) -> Mapping[str, float]:
    """Return the scale of the log by which totals are revised, and the years that takes.

    The 80% limits of all pairs are followed by a scale that grows with the root of the years between the
    editions until all is revised: least squares over both.
    """
    gaps = np.array([float(pair.gap) for pair in pairs])
    limits = np.array([np.quantile(np.abs(np.log(pair.after / pair.before)), LEVELS[0]) for pair in pairs])
    best = (np.inf, 0.0, 0.0)
    for years in np.arange(_YEARS[0], _YEARS[1] + 0.5, 0.5):
        shape = np.sqrt(np.minimum(gaps / years, 1.0))
        scale = float(shape @ limits / (shape @ shape))
        best = min(best, (float(((limits - scale * shape) ** 2).sum()), scale, float(years)))
    return {
        "total.level_error": best[1] / float(t.ppf((1 + LEVELS[0]) / 2, freedom)),
        "total.level_years": best[2],
    }


def _quantile(values: Numbers, weights: Numbers) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, LEVELS[0] * reached[-1])])

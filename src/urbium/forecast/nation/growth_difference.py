"""Growth difference: how a series goes on with the pace it last had, as learnt from many series of its kind.

In: the curve, the width of its bands, and futures drawn from them; how all of it is learnt. Not in: which
series are forecast so (:mod:`.urbanisation`), and curves of cities
(:mod:`urbium.forecast.cities`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.paths import LEVELS, Floats

Scale = Literal["logit", "log"]
"""The scale on which a series moves: ``logit`` for a share, ``log`` for an amount."""

_SCORES = tuple(NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS)
_WIDEST = float(np.log(1e6))


@dataclass(frozen=True, slots=True)
class Past:
    """Where C series stand: level on their scale, pace a year, and its change a year; NaN where not known."""

    level: Floats
    pace: Floats
    change: Floats


@dataclass(frozen=True, slots=True)
class DampedTrend:
    r"""How series of a kind go on, and how far off that was.

    .. math::
        y_{T+h} - y_T = m\,(h - s_h) + (g + \mu \min(|a|, c) \operatorname{sgn} a)\, s_h,
        \qquad s_h = \frac{1 - \phi^h}{1 - \phi}

    with the pace :math:`g`, its last change a year :math:`a` (of which no more than c goes on: a jump is
    more often a census or a new definition than a turn), and the limits of the bands
    :math:`\pm r_h\,(q + |g| + w |a|)` around it: series that lately moved fast, or changed their pace, are
    forecast less surely.

    Attributes
    ----------
    scale : ``logit`` or ``log``, the scale of y
    mean : m, the pace that all near in the long run, a year
    keep : :math:`\phi`, the share of the distance from it that is kept from year to year, below one
    momentum : :math:`\mu`, years for which the last change of the pace goes on
    most : c, the largest change of the pace that goes on
    quiet, swing : q and w
    unknown : the width given to a series whose pace or its last change is not known: wide enough for one
        figure alone
    memory : :math:`\rho`; errors h and k > h years ahead correlate by :math:`(h/k)^\rho`
    horizons : (K,) array, years back-tested
    reach : (K, 2) array, r at the 80% and the 95% limit

    References
    ----------
    Gardner, McKenzie: *Forecasting trends in time series* (1985), damped trend. The logit scale makes the
    pace in points slow down near 0 and 1, as in United Nations: *World Urbanization Prospects: The 2018
    Revision, Methodology*, where the urban-rural growth difference does so.
    """

    scale: Scale
    mean: float
    keep: float
    momentum: float
    most: float
    quiet: float
    swing: float
    unknown: float
    memory: float
    horizons: Floats
    reach: Floats

    def ahead(self, now: Past, years: Floats) -> Floats:
        """Return the level, (C, H), so many years ahead; a pace not known is the mean."""
        pace, change = (
            np.where(np.isfinite(now.pace), now.pace, self.mean),
            np.nan_to_num(now.change),
        )
        slope = (pace + self.momentum * np.clip(change, -self.most, self.most))[:, None]
        faded = (1 - self.keep**years) / (1 - self.keep)
        return np.asarray(now.level[:, None] + self.mean * (years - faded) + slope * faded)

    def width(self, now: Past) -> Floats:
        """Return the width of each series, (C,), that the reach is counted in."""
        width = self.quiet + np.abs(now.pace) + self.swing * np.abs(now.change)
        return np.asarray(np.where(np.isfinite(width), width, self.unknown))

    def limits(self, now: Past, years: Floats) -> Floats:
        """Return the distances of the limits from the level, (C, H, 2); beyond the last they grow in line."""
        knots = np.concatenate([[0.0], self.horizons])
        beyond = np.maximum(years / knots[-1], 1.0)
        reach = [np.interp(years, knots, np.append(0.0, column)) * beyond for column in self.reach.T]
        return np.asarray(np.minimum(self.width(now)[:, None, None] * np.stack(reach, axis=-1), _WIDEST))

    def draw(self, now: Past, years: Floats, paths: int, rng: np.random.Generator) -> Floats:
        """Return futures on the natural scale, (C, H, paths): their bands are those back-tested."""
        level, reach = self.ahead(now, years), self.limits(now, years)
        drawn = np.empty((*level.shape, paths))
        for at, score in enumerate(wander(years, (len(level), paths), self.memory, rng)):
            drawn[:, at] = level[:, at, None] + spread(reach[:, at], score)
        return from_scale(drawn, self.scale)


def past(years: NDArray[np.int64], levels: Floats) -> Past:
    """Return where series stand, from their last three figures; ``levels`` is (C, Y), on the scale.

    >>> now = past(np.array([2000, 2001, 2003]), np.array([[0.0, 0.1, 0.5]]))
    >>> now.pace.round(3).tolist(), now.change.round(4).tolist()
    ([0.2], [0.0667])
    """
    none = np.full(len(levels), np.nan)
    span = np.diff(years[-3:].astype(float))
    slopes = [
        (levels[:, at] - levels[:, at - 1]) / run for at, run in zip(range(-len(span), 0), span, strict=True)
    ]
    return Past(
        levels[:, -1].astype(float),
        slopes[-1] if slopes else none,
        (slopes[-1] - slopes[-2]) / span.mean() if len(slopes) > 1 else none,
    )


def wander(
    years: Floats, shape: tuple[int, ...], memory: float, rng: np.random.Generator
) -> Iterator[NDArray[np.float32]]:
    r"""Yield standard normal scores year by year that correlate by :math:`(h/k)^\rho` between years ahead.

    They are an Ornstein-Uhlenbeck process in the logarithm of the years ahead; scaled by a power of them,
    it is self-similar (Lamperti's transformation): 0.5 is a random walk, more wanders less to and fro.

    Parameters
    ----------
    years : (H,) array, years ahead, above zero, ascending
    memory : :math:`\rho`, above zero; the larger, the sooner a path forgets
    """
    score = rng.standard_normal(shape, dtype=np.float32)
    yield score
    for before, now in pairwise(years):
        kept = float((before / now) ** memory)
        fresh = rng.standard_normal(shape, dtype=np.float32)
        fresh *= np.float32(np.sqrt(1 - kept**2))
        score = score * np.float32(kept)
        score += fresh
        yield score


def spread(reach: Floats, score: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return errors, (C, P), of normal scores, (C, P): their 80% and 95% limits are ``reach``, (C, 2).

    Linear in the score between the middle and the limits, and on beyond the outer one; as precise as the
    scores are.

    >>> spread(np.array([[1.0, 3.0]]), np.array([[0.0, 1.2816, -1.2816, 1.96]])).round(2).tolist()
    [[0.0, 1.0, -1.0, 3.0]]
    """
    inner, outer = _SCORES
    low = reach[:, 0] / inner
    more = (reach[:, 1] - reach[:, 0]) / (outer - inner) - low
    beyond = score - np.clip(score, -inner, inner)
    beyond *= more[:, None].astype(score.dtype)
    beyond += score * low[:, None].astype(score.dtype)
    return np.asarray(beyond)


def to_scale(values: Floats, scale: Scale) -> Floats:
    """Return amounts or shares on the scale on which they move."""
    return np.asarray(np.log(values / (1 - values)) if scale == "logit" else np.log(values))


def from_scale(levels: Floats, scale: Scale) -> Floats:
    """Return what :func:`to_scale` was given."""
    return np.asarray(1 / (1 + np.exp(-levels)) if scale == "logit" else np.exp(levels))

"""Pace: how one series goes on with the pace it last had, as learnt from many series of its kind.

In: the curve, the width of its bands, and futures drawn from them; how all of it is learnt. Not in: which
series are forecast so (:mod:`.urbanisation`), and curves of cities
(:mod:`.growth`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.forecast.paths import LEVELS, Floats

__all__ = ["HORIZONS", "Pace", "Past", "Scale", "from_scale", "learn", "past", "spread", "to_scale", "wander"]

Scale = Literal["logit", "log"]
"""The scale on which a series moves: ``logit`` for a share, ``log`` for an amount."""

HORIZONS = (1, 3, 5, 10, 15, 20, 25)
"""Years ahead at which errors are measured."""

_TARGETS = (5, 10, 15)
"""Years ahead whose errors choose the curve and the widths."""

_QUIET = (0.01, 0.02, 0.05, 0.1)
_SWING = (0.0, 3.0, 5.0, 10.0, 20.0)
_SCORES = tuple(NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS)
_WIDEST = float(np.log(1e6))
_LEAST = 40
"""Fewest errors from which a quantile is read."""


@dataclass(frozen=True, slots=True)
class Past:
    """Where C series stand: level on their scale, pace a year, and its change a year; NaN where not known."""

    level: Floats
    pace: Floats
    change: Floats


@dataclass(frozen=True, slots=True)
class Pace:
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
    reach : (K, 2) array, r at the 80 % and the 95 % limit

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
    """Return errors, (C, P), of normal scores, (C, P): their 80 % and 95 % limits are ``reach``, (C, 2).

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


def learn(years: NDArray[np.int64], values: Floats, scale: Scale) -> Pace:
    """Learn how series go on from many of them: every year with two figures before it is an origin.

    The curve has the least mean square root of the absolute errors 5, 10 and 15 years ahead (per year
    ahead; of shares in points): near the median, so that a few countries at war do not bend it. The widths
    have the least interval score of both bands; the reach is the quantile of all errors, in widths.

    Parameters
    ----------
    years : (Y,) array, ascending
    values : (C, Y) array, shares above 0 and below 1, or amounts above 0

    Raises InputError when the series are too few or too short.

    References
    ----------
    Gneiting, Raftery: *Strictly Proper Scoring Rules, Prediction, and Estimation* (2007), on interval scores.
    """
    levels = to_scale(values, scale)
    from scipy.optimize import minimize  # noqa: PLC0415 - heavy, and only needed to learn

    found_sets = ((horizon, _pairs(years, levels, horizon)) for horizon in HORIZONS)
    sets = {horizon: pair for horizon, pair in found_sets if pair is not None}
    if not set(_TARGETS) <= sets.keys():
        raise InputError(
            f"{len(values)} series of {len(years)} years are too few to learn from",
            place="pace",
            remedy=f"give series of at least {max(_TARGETS) + 3} years, {_LEAST} errors in all",
        )
    paces = np.concatenate([now.pace for now, _ in sets.values()])
    turns = np.abs(np.concatenate([now.change for now, _ in sets.values()]))
    start = np.array([2.5, float(np.median(paces)), 0.5, float(np.log(np.quantile(turns, LEVELS[0])))])
    steps = start + np.diag([0.5, 0.01, 0.5, 1.0])
    found = minimize(
        lambda at: _loss(at, sets, scale), start, method="Nelder-Mead",
        options={"initial_simplex": np.vstack([start, steps]), "xatol": 1e-4, "fatol": 1e-8, "maxiter": 800},
    ).x  # fmt: skip
    made = _unmeasured(found, scale)
    errors = {h: came - made.ahead(now, np.array([float(h)]))[:, 0] for h, (now, came) in sets.items()}
    quiet, swing = _widths(sets, errors)
    widths = {h: quiet + np.abs(now.pace) + swing * np.abs(now.change) for h, (now, _) in sets.items()}
    reach = np.array([np.quantile(np.abs(errors[h]) / widths[h], LEVELS) for h in sets])
    reach = np.maximum.accumulate(reach, axis=0)
    return Pace(
        scale, made.mean, made.keep, made.momentum, made.most, quiet, swing,
        unknown=_unknown(sets, made.mean, dict(zip(sets, reach[:, 0], strict=True))),
        memory=_memory(years, levels, made),
        horizons=np.array([float(h) for h in sets]), reach=reach,
    )  # fmt: skip


_Sets = dict[int, tuple[Past, Floats]]


def _unmeasured(at: Floats, scale: Scale) -> Pace:
    """The curve alone, from the parameters of the search."""
    keep = float(1 / (1 + np.exp(-at[0])))
    momentum, most = float(at[2]), float(np.exp(at[3]))
    return Pace(scale, float(at[1]), keep, momentum, most, 0, 0, 0, 0, np.empty(0), np.empty((0, 2)))


def _pairs(years: NDArray[np.int64], levels: Floats, horizon: int) -> tuple[Past, Floats] | None:
    """All origins at which the figure so many years ahead is known: where the series stood, what came."""
    parts = [
        (past(years[: at + 1], levels[:, : at + 1]), levels[:, int(np.searchsorted(years, year + horizon))])
        for at, year in enumerate(years)
        if at > 1 and year + horizon in years
    ]
    if sum(len(came) for _, came in parts) < _LEAST:
        return None
    columns = zip(*((now.level, now.pace, now.change, came) for now, came in parts), strict=True)
    level, pace, change, came = (np.concatenate(column) for column in columns)
    return Past(level, pace, change), came


def _loss(at: Floats, sets: _Sets, scale: Scale) -> float:
    made = _unmeasured(at, scale)
    parts = []
    for horizon in _TARGETS:
        now, came = sets[horizon]
        found = made.ahead(now, np.array([float(horizon)]))[:, 0]
        if scale == "logit":
            found, came = from_scale(found, scale), from_scale(came, scale)
        parts.append(np.sqrt(100 * np.abs(found - came) / horizon + 1e-3).mean())
    return float(np.mean(parts))


def _widths(sets: _Sets, errors: dict[int, Floats]) -> tuple[float, float]:
    """The widths with the least interval score, each horizon counted against its own flat width."""

    def score(quiet: float, swing: float, horizon: int) -> float:
        now = sets[horizon][0]
        width = quiet + np.abs(now.pace) + swing * np.abs(now.change)
        size = np.abs(errors[horizon])
        total = 0.0
        for level, reach in zip(LEVELS, np.quantile(size / width, LEVELS), strict=True):
            beyond = np.maximum(size - reach * width, 0.0)
            total += float(np.mean(2 * reach * width + 2 / (1 - level) * beyond))
        return total

    flat = {horizon: score(1e6, 0.0, horizon) for horizon in _TARGETS}
    grid = [(quiet, swing) for quiet in _QUIET for swing in _SWING]
    return min(grid, key=lambda pair: sum(score(pair[0], pair[1], at) / flat[at] for at in _TARGETS))


def _unknown(sets: _Sets, mean: float, reach: dict[int, float]) -> float:
    """The width that makes the inner band hold what it claims where nothing but the level is known."""
    widths = [
        float(np.quantile(np.abs(sets[ahead][1] - sets[ahead][0].level - mean * ahead), LEVELS[0]))
        / reach[ahead]
        for ahead in _TARGETS
    ]
    return max(widths)


def _memory(years: NDArray[np.int64], levels: Floats, made: Pace) -> float:
    """The power by which errors 5 and 10, and 10 and 20 years ahead correlate, by ranks."""
    powers = []
    for near, far in ((5, 10), (10, 20)):
        pairs: list[Floats] = []
        for at, year in enumerate(years):
            if at > 1 and year + near in years and year + far in years:
                now = past(years[: at + 1], levels[:, : at + 1])
                found = made.ahead(now, np.array([float(near), float(far)]))
                came = levels[:, np.searchsorted(years, [year + near, year + far])]
                pairs.append(came - found)
        if pairs:
            both = np.concatenate(pairs)
            ranks = both.argsort(axis=0).argsort(axis=0)
            rank = float(np.asarray(np.corrcoef(ranks.T))[0, 1])
            powers.append(-np.log(2 * np.sin(np.pi * max(rank, 0.05) / 6)) / np.log(2))
    return float(max(np.mean(powers), 0.05))

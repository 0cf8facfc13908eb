"""Trend fit: learn from many series of a kind how one of them goes on, and how surely.

What is learned here stands, with its source, in ``data/rules/urbanisation.csv``.
"""

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.forecast.nation.growth_difference import DampedTrend, Past, Scale, from_scale, past, to_scale
from urbium.forecast.paths import LEVELS, Floats
from urbium.text import coded, text

HORIZONS = (1, 3, 5, 10, 15, 20, 25)
"""Years ahead at which errors are measured."""

_TARGETS = (5, 10, 15)
"""Years ahead whose errors choose the curve and the widths."""

_QUIET = (0.01, 0.02, 0.05, 0.1)
_SWING = (0.0, 3.0, 5.0, 10.0, 20.0)
_LEAST = 40
"""Fewest errors from which a quantile is read."""


def fit_trend(years: NDArray[np.int64], values: Floats, scale: Scale) -> DampedTrend:
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
            coded(
                "forecast.calibration.few_series",
                "{count} series of {years} years are too few to learn from",
                count=len(values),
                years=len(years),
            ),
            place="pace",
            remedy=text(
                "give series of at least {years} years, {errors} errors in all",
                years=max(_TARGETS) + 3,
                errors=_LEAST,
            ),
        )
    paces = np.concatenate([now.pace for now, _ in sets.values()])
    turns = np.abs(np.concatenate([now.change for now, _ in sets.values()]))
    start = np.array([2.5, float(np.median(paces)), 0.5, float(np.log(np.quantile(turns, LEVELS[0])))])
    steps = start + np.diag([0.5, 0.01, 0.5, 1.0])
    best = minimize(
        lambda at: _loss(at, sets, scale), start, method="Nelder-Mead",
        options={"initial_simplex": np.vstack([start, steps]), "xatol": 1e-4, "fatol": 1e-8, "maxiter": 800},
    ).x  # fmt: skip
    curve = _unmeasured(best, scale)
    errors = {h: came - curve.ahead(now, np.array([float(h)]))[:, 0] for h, (now, came) in sets.items()}
    quiet, swing = _widths(sets, errors)
    widths = {h: quiet + np.abs(now.pace) + swing * np.abs(now.change) for h, (now, _) in sets.items()}
    reach = np.array([np.quantile(np.abs(errors[h]) / widths[h], LEVELS) for h in sets])
    reach = np.maximum.accumulate(reach, axis=0)
    return DampedTrend(
        scale, curve.mean, curve.keep, curve.momentum, curve.most, quiet, swing,
        unknown=_unknown(sets, curve.mean, dict(zip(sets, reach[:, 0], strict=True))),
        memory=_memory(years, levels, curve),
        horizons=np.array([float(h) for h in sets]), reach=reach,
    )  # fmt: skip


_Sets = dict[int, tuple[Past, Floats]]


def _unmeasured(at: Floats, scale: Scale) -> DampedTrend:
    """The curve alone, from the parameters of the search."""
    keep = float(1 / (1 + np.exp(-at[0])))
    momentum, most = float(at[2]), float(np.exp(at[3]))
    return DampedTrend(scale, float(at[1]), keep, momentum, most, 0, 0, 0, 0, np.empty(0), np.empty((0, 2)))


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
    curve = _unmeasured(at, scale)
    parts = []
    for horizon in _TARGETS:
        now, came = sets[horizon]
        ahead = curve.ahead(now, np.array([float(horizon)]))[:, 0]
        if scale == "logit":
            ahead, came = from_scale(ahead, scale), from_scale(came, scale)
        parts.append(np.sqrt(100 * np.abs(ahead - came) / horizon + 1e-3).mean())
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


def _memory(years: NDArray[np.int64], levels: Floats, curve: DampedTrend) -> float:
    """The power by which errors 5 and 10, and 10 and 20 years ahead correlate, by ranks."""
    powers = []
    for near, far in ((5, 10), (10, 20)):
        pairs: list[Floats] = []
        for at, year in enumerate(years):
            if at > 1 and year + near in years and year + far in years:
                now = past(years[: at + 1], levels[:, : at + 1])
                ahead = curve.ahead(now, np.array([float(near), float(far)]))
                came = levels[:, np.searchsorted(years, [year + near, year + far])]
                pairs.append(came - ahead)
        if pairs:
            both = np.concatenate(pairs)
            ranks = both.argsort(axis=0).argsort(axis=0)
            rank = float(np.asarray(np.corrcoef(ranks.T))[0, 1])
            powers.append(-np.log(2 * np.sin(np.pi * max(rank, 0.05) / 6)) / np.log(2))
    return float(max(np.mean(powers), 0.05))

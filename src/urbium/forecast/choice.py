"""Choice: which combination of curves goes on from the figures, and how wide its bands are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.curves import CURVES, Floats
from urbium.forecast.trial import Trial

__all__ = ["DECLARED", "HORIZONS", "LEVELS", "POWER", "PROOF", "Bands", "Mixture", "calibrate", "choose"]

LEVELS = (0.80, 0.95)
"""Shares of errors inside the inner and the outer band."""

HORIZONS = (1, 3, 5, 10, 15, 20)
"""Horizons in years that a report names, where the series reach; the longest also ends the choice."""

POWER = 1.5
"""Growth of errors with the horizon beyond what was back-tested: that of a growth rate that wanders."""

DECLARED = "arithmetic"
"""The curve that is used unless a back-test proves another better."""

PROOF = 0.2
"""Share by which a rival's loss must be smaller than that of the declared curve."""

_ENOUGH = 40
"""Fewest errors from which a quantile is read."""

_PICKS = 4
_WORTHWHILE = 0.995
_FLOOR = 0.005
_CLASSES = 3
_WIDEST = float(np.log(1e6))


@dataclass(frozen=True, slots=True)
class Mixture:
    """A combination of curves: the weighted mean of their log changes.

    Attributes
    ----------
    weights : (M,) array in the order of CURVES; adds up to one
    why : why this one is used, in a sentence
    """

    weights: Floats
    why: str = ""

    @property
    def name(self) -> str:
        """The curves with their weights, heaviest first, as tables show them."""
        parts = sorted(
            ((weight, name) for name, weight in zip(CURVES, self.weights, strict=True) if weight > 0),
            key=lambda part: -part[0],
        )
        if len(parts) == 1:
            return parts[0][1]
        return " + ".join(f"{weight:.0%} {name}" for weight, name in parts)

    def of(self, values: Floats) -> Floats:
        """Combine values whose last axis is the curves."""
        return np.asarray(values @ self.weights)


@dataclass(frozen=True, slots=True)
class Bands:
    """How far off forecasts were, by pace of growth and horizon.

    Attributes
    ----------
    edges : bounds between the classes of pace (slow, middle, fast), log growth a year, ascending
    horizons : (K,) array, years
    reach : (classes, K, 2) array, log distance of the 80 % and the 95 % limits from the forecast
    errors : (K,) array, errors behind each horizon
    """

    edges: Floats
    horizons: Floats
    reach: Floats
    errors: NDArray[np.int64]

    def group(self, pace: Floats) -> NDArray[np.intp]:
        """Return the class of each city by its last growth, log a year; without one, the fastest."""
        known = np.where(np.isfinite(pace), np.abs(pace), np.inf)
        return np.searchsorted(self.edges, known, side="right")

    def at(self, pace: Floats, ahead: Floats) -> Floats:
        """Return log distances of the limits, (C, H, 2), for C cities of this pace at H horizons.

        Linear between the horizons back-tested; beyond the last they grow with the power :data:`POWER`, up
        to a millionfold, where a band says nothing more.
        """
        knots = np.concatenate([[0.0], self.horizons])
        reach = np.concatenate([np.zeros_like(self.reach[:, :1]), self.reach], axis=1)
        beyond = np.maximum(ahead / knots[-1], 1.0) ** POWER
        table = np.empty((len(reach), len(ahead), len(LEVELS)))
        for row, column in np.ndindex(len(reach), len(LEVELS)):
            table[row, :, column] = np.interp(ahead, knots, reach[row, :, column]) * beyond
        return np.asarray(np.minimum(table, _WIDEST)[self.group(pace)])


def choose(trial: Trial, *, figures: int) -> Mixture:
    """Return the declared curve, or the combination that the back-test proves better than it.

    The declared curve is :data:`DECLARED` (growth in persons stays constant after the first years), which
    the literature finds at least as good as exponential growth and far safer for cities that grow fast. A
    rival takes its place only when its loss is smaller by the share :data:`PROOF`, because few independent
    origins stand behind a back-test: cities of one time err together.

    The loss is the mean over horizons of median and mean absolute log error, each relative to the naive
    forecast and never under half a percent; only :attr:`~urbium.forecast.trial.Trial.news` counts. The
    rival is the mean of at most four curves, added one by one (with replacement).

    Parameters
    ----------
    trial : errors to choose by
    figures : how many figures the cities have that it is chosen for; curves that need more are left out

    References
    ----------
    Smith, Tayman, Swanson: *A Practitioner's Guide to State and Local Population Projections* (2013),
    chapters on trend extrapolation and forecast accuracy. Caruana et al.: *Ensemble Selection from
    Libraries of Models* (2004).
    """
    names = list(CURVES)
    if figures == 1:
        return Mixture(_one(names.index("pool growth")), "the city has one figure: the median growth of all")
    declared = names.index(DECLARED)
    usable = np.array([at for at, curve in enumerate(CURVES.values()) if curve.needs <= figures])
    news = trial.news
    short = news.horizon <= max(HORIZONS)
    groups = [news.error[news.horizon == horizon] for horizon in np.unique(news.horizon[short])]
    groups = [group for group in groups if len(group) >= _ENOUGH]
    if not groups:
        return Mixture(_one(declared), "the declared curve: too few errors to prove another better")
    picks, loss = _rival(groups, usable)
    better = 1 - loss / float(_loss([group[:, [declared]] for group in groups], groups)[0])
    rival = Mixture(picks / picks.sum())
    if better > PROOF:
        return Mixture(rival.weights, f"its back-test loss is {better:.0%} under that of {DECLARED!r}")
    return Mixture(
        _one(declared),
        f"the declared curve: none was better by {PROOF:.0%} in back-test"
        f" (the best, {rival.name}, by {max(better, 0.0):.0%})",
    )


def _one(at: int) -> Floats:
    weights = np.zeros(len(CURVES))
    weights[at] = 1.0
    return weights


def _rival(groups: list[Floats], usable: NDArray[np.intp]) -> tuple[Floats, float]:
    """Add curve after curve while the mean of their forecasts gets better: picks of each, and the loss."""
    picks = np.zeros(len(CURVES))
    best = np.inf
    for count in range(1, _PICKS + 1):
        loss = _loss([((group @ picks)[:, None] + group[:, usable]) / count for group in groups], groups)
        if loss.min() > best * _WORTHWHILE:
            break
        best = float(loss.min())
        picks[usable[int(loss.argmin())]] += 1
    return picks, best


def _loss(errors: list[Floats], groups: list[Floats]) -> Floats:
    """Mean over horizons of the size of errors relative to the naive ones, for each column."""
    relative = [_size(own) / _size(group[:, :1]) for own, group in zip(errors, groups, strict=True)]
    return np.asarray(np.mean(relative, axis=(0, 1)))


def _size(errors: Floats) -> Floats:
    """Median and mean absolute log error of each column, (2, columns), never under half a percent."""
    far = np.abs(errors)
    return np.asarray(np.maximum(np.stack([np.median(far, axis=0), far.mean(axis=0)]), _FLOOR))


def calibrate(trial: Trial, mixture: Mixture) -> Bands:
    """Return bands from the quantiles of the absolute log errors that ``mixture`` made.

    Both sides are equally far, in logs: cities of one time err together, and on which side the next common
    shock lies is not known. Only :attr:`~urbium.forecast.trial.Trial.news` counts, where there is enough of
    it. Classes of pace are used where each has
    enough errors; a band never narrows with the horizon. Where no horizon has enough errors, the largest
    one seen (brought to one horizon) is the 80 % limit and one and a half times it the 95 % limit.

    Parameters
    ----------
    trial : errors to calibrate by; at least one
    mixture : the combination of curves whose bands are wanted
    """
    news = trial.news
    known = news if len(news.error) >= _ENOUGH else trial
    error = np.abs(mixture.of(known.error))
    pace = np.abs(known.pace)
    every, counts = np.unique(known.horizon, return_counts=True)
    horizons, errors = every[counts >= _ENOUGH], counts[counts >= _ENOUGH]
    if not horizons.size:
        return _few(known, error)
    edges = np.quantile(pace, np.arange(1, _CLASSES) / _CLASSES)
    group = np.searchsorted(edges, pace, side="right")
    reach = np.empty((_CLASSES, len(horizons), len(LEVELS)))
    for column, horizon in enumerate(horizons):
        here = known.horizon == horizon
        for row in range(_CLASSES):
            own = error[here & (group == row)]
            reach[row, column] = _quantiles(own if own.size >= _ENOUGH else error[here])
    return Bands(edges, horizons.astype(float), np.maximum.accumulate(reach, axis=1), errors)


def _quantiles(errors: Floats) -> Floats:
    """Quantiles with the correction for few errors: the share is taken of n + 1."""
    shares = np.minimum(np.array(LEVELS) * (len(errors) + 1) / len(errors), 1.0)
    return np.asarray(np.quantile(errors, shares))


def _few(trial: Trial, error: Floats) -> Bands:
    longest = int(trial.horizon.max())
    widest = float(np.max(error * (longest / trial.horizon) ** POWER))
    reach = widest * np.array([[[1.0, 1.5]]])
    return Bands(np.empty(0), np.array([float(longest)]), reach, np.array([len(error)]))

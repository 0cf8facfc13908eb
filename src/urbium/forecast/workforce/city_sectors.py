r"""City sectors: shares of a city go with those of its nation, and a little its own way.

In each log-ratio, the gap :math:`r` between city and nation moves by

.. math:: r(t + h) = r(t) + D \sum_{k=1}^{h} \delta^k + W(h)

:math:`D` is the city's own drift: that of the median city and the part :math:`w` of what was its own so far
(:math:`w` is learned: how much of the drift of the first half of the years came back in the second), with a
spread. It fades by :math:`\delta` a year, an assumption. :math:`W` is a random walk with heavy tails.
The nation moves in the same paths, so cities of one path belong together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from urbium.forecast.paths import Floats
from urbium.forecast.workforce.sectors import TAIL

ENOUGH: Final = 30
"""Fewest cities with five figures that are learned from; with fewer, the declared figures stand."""

_FIGURES: Final = 5
_QUARTILE: Final = 0.6745


@dataclass(frozen=True, slots=True)
class CityGapModel:
    """How gaps between cities and their nation move, in one log-ratio.

    Attributes
    ----------
    drift : change a year of the median city
    carried : part of a city's own drift that goes on, from 0 to 1
    fading : what of the drift is left a year later, from 0 to 1
    spread : standard deviation of what drifts are not known
    walk : scale of a year's surprise
    cities : how many it was learned from; 0 for declared figures
    """

    drift: float
    carried: float
    fading: float
    spread: float
    walk: float
    cities: int = 0

    @staticmethod
    def of(figures: Mapping[str, float]) -> "CityGapModel":
        """Return the declared model: drift, carried, fading, spread, walk."""
        return CityGapModel(
            drift=figures["drift"],
            carried=figures["carried"],
            fading=figures["fading"],
            spread=figures["spread"],
            walk=figures["walk"],
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """Where C cities stand against their nation.

    Attributes
    ----------
    at : (C,) array, the last gap known
    year : (C,) array, its place among the years
    drift : (C,) array, own change a year so far; NaN with fewer than two figures
    """

    at: Floats
    year: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    drift: Floats


def gap_of(gaps: Floats) -> Gap:
    """Return where cities stand from their gaps, (C, Y), NaN where not known; every city has one at least."""
    is_known = np.isfinite(gaps)
    last = gaps.shape[1] - 1 - is_known[:, ::-1].argmax(axis=1)
    first = is_known.argmax(axis=1)
    rows = np.arange(len(gaps))
    span = last - first
    moved = gaps[rows, last] - gaps[rows, first]
    return Gap(gaps[rows, last], last, np.where(span > 0, moved / np.maximum(span, 1), np.nan))


def learn_gaps(gaps: Floats, declared: CityGapModel) -> CityGapModel:
    """Learn how gaps move, or return the declared model where fewer than thirty cities have five figures.

    Parameters
    ----------
    gaps : (C, Y) array, log-ratio of the city less that of its nation, year by year; NaN where not known
    """
    full = np.isfinite(gaps).sum(axis=1) >= _FIGURES
    if full.sum() < ENOUGH:
        return declared
    begun = np.flatnonzero(np.isfinite(gaps[full]).any(axis=0))
    gaps = gaps[full][:, begun.min() : begun.max() + 1]
    drift = float(np.nanmedian(gap_of(gaps).drift))
    steps = range(1, gaps.shape[1])
    spreads = {step: _spread(gaps[:, step:] - gaps[:, :-step] - step * drift) for step in steps}
    measured = {step: size for step, size in spreads.items() if np.isfinite(size)}
    ahead = np.array(list(measured), dtype=float)
    walk, spread = _split(ahead, np.array(list(measured.values())) ** 2)
    return CityGapModel(drift, _carried(gaps), declared.fading, spread, walk, int(full.sum()))


def forecast_gaps(
    model: CityGapModel, gap: Gap, *, years: int, paths: int, rng: np.random.Generator
) -> Floats:
    """Return the gaps of the cities in each path, (C, years, paths), in the years after their last figure."""
    size = (len(gap.at), paths)
    recent = np.where(np.isfinite(gap.drift), gap.drift, model.drift)
    drift = (model.drift + model.carried * (recent - model.drift))[:, None]
    drift = drift + model.spread * rng.standard_normal(size)
    at = np.repeat(gap.at[:, None], paths, axis=1)
    gaps = np.empty((size[0], years, paths))
    for year in range(years):
        at = at + drift * model.fading ** (year + 1) + model.walk * rng.standard_t(TAIL, size)
        gaps[:, year] = at
    return gaps


def _carried(gaps: Floats) -> float:
    """How much of the drift of the first half of the years came back in the second, from 0 to 1."""
    middle = gaps.shape[1] // 2
    here = np.isfinite(gaps[:, : middle + 1]).any(axis=1) & np.isfinite(gaps[:, middle:]).any(axis=1)
    before, after = gap_of(gaps[here, : middle + 1]).drift, gap_of(gaps[here, middle:]).drift
    both = np.isfinite(before) & np.isfinite(after)
    if both.sum() < _FIGURES:
        return 0.0
    before, after = before[both] - np.median(before[both]), after[both] - np.median(after[both])
    slope = float((before * after).sum() / max(float((before**2).sum()), 1e-12))
    return min(max(slope, 0.0), 1.0)


def _split(ahead: Floats, variance: Floats) -> tuple[float, float]:
    """Split variances that grow with the horizon into those of a walk and of drifts: two scales, 0 or more.

    Fitted is ``variance / ahead = walk + spread * ahead`` by least squares; a part below zero is zero.
    """
    rate = variance / ahead
    spread, walk = np.polyfit(ahead, rate, 1)
    if spread < 0:
        spread, walk = 0.0, rate.mean()
    if walk < 0:
        spread, walk = (rate * ahead).sum() / (ahead**2).sum(), 0.0
    return float(np.sqrt(walk)), float(np.sqrt(spread))


def _spread(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(np.abs(finite)) / _QUARTILE) if finite.size else float("nan")

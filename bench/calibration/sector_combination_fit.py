"""Sector combination: learn the weights of the members of sectors, and the changes behind the simple ones.

The rule was fixed before the years after 2019 were looked at with it (decision 0040): weights are those of a
grid of fifths at which the score, over that of persistence, is smallest on origins within the panel, where
every origin, horizon and country counts the same; then they are drawn a third of the way to equal weights.
At each origin the model and the changes are learned again from what was known there.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from calibration.sector_fit import ORIGINS, fit_sectors
from urbium.forecast.accuracy import crps
from urbium.forecast.paths import Floats
from urbium.forecast.workforce.composition import ilr
from urbium.forecast.workforce.sector_combination import (
    CHANCES,
    MEMBERS,
    SPANS,
    Ranked,
    SectorCombination,
    rank_members,
)
from urbium.forecast.workforce.sectors import SectorPanel, forecast_sectors

_PULL: Final = 1 / 3
"""How far the weights are drawn to equal ones."""

_PARTS: Final = 5
_FIGURES: Final = 5
_FURTHEST: Final = 14
_PATHS: Final = 80
_REACH: Final = 0.7
"""The share of the years of a panel that a span may cover: longer ones rest on too few origins."""


def fit_combination(panel: SectorPanel) -> SectorCombination:
    """Return the combination that the panel teaches; equal weights where it has no earlier origin.

    Parameters
    ----------
    panel : shares of one series and income of many countries; nothing but its years is looked at
    """
    changes = learn_changes(panel)
    equal = np.full(len(MEMBERS), 1 / len(MEMBERS))
    tries = [_relative(ranked, came) for ranked, came in _origins(panel)]
    if not tries:
        return SectorCombination(equal, changes)
    best = _grid()[int(np.argmin(np.mean(tries, axis=0)))]
    return SectorCombination((1 - _PULL) * best + _PULL * equal, changes)


def learn_changes(panel: SectorPanel) -> Floats:
    """Return the quantiles, (2, S, Q), of changes of log-ratios over each span; countries count the same.

    A span that covers more than 70% of the years grows out of the longest that does not, in proportion.
    """
    at = ilr(panel.shares)
    learned: dict[int, Floats] = {}
    for span in SPANS:
        if span > max(1.0, _REACH * (len(panel.years) - 1)):
            learned[span] = learned[max(learned)] * span / max(learned)
            continue
        change = at[:, span:] - at[:, :-span]
        is_seen = np.isfinite(change[..., 0])
        weights = np.broadcast_to(1 / np.maximum(is_seen.sum(axis=1, keepdims=True), 1), is_seen.shape)
        learned[span] = np.stack([_quantiles(change[is_seen][:, k], weights[is_seen]) for k in range(2)])
    return np.stack([learned[span] for span in SPANS], axis=1)


def score_by_horizon(shares: Floats, came: Floats) -> Floats:
    """Return the CRPS of each horizon, (H,), over sectors, then countries, each of which counts the same.

    Parameters
    ----------
    shares : (C, H, P, 3) array of paths
    came : (C, H, 3) array, NaN where not known; every horizon has a figure
    """
    is_known = np.isfinite(came)
    score = crps(np.moveaxis(shares, 2, 3), np.where(is_known, came, 0.0))
    here = is_known[..., 0]
    return np.asarray(np.where(here, score.mean(axis=2), 0.0).sum(axis=0) / here.sum(axis=0))


def _origins(panel: SectorPanel) -> Iterator[tuple[Ranked, Floats]]:
    """Every earlier origin: the members as they would have been, and the shares that came, (C, H, 3)."""
    for back in ORIGINS:
        past = panel.until(int(panel.years[-1]) + back)
        if len(past.years) < _FIGURES:
            continue
        here = np.isfinite(past.shares[..., 0])
        came = panel.shares[:, len(past.years) : len(past.years) + _FURTHEST]
        usable = here[:, -1] & (here.sum(axis=1) >= _FIGURES) & np.isfinite(past.income[:, -1])
        usable &= np.isfinite(came[..., 0]).any(axis=1)
        if not usable.any():
            continue
        start = past.rows(usable)
        drawn = forecast_sectors(fit_sectors(past), start, years=came.shape[1], paths=_PATHS).shares
        simple = SectorCombination(np.zeros(len(MEMBERS)), learn_changes(past))
        yield rank_members(simple, start, drawn), came[usable]


def _relative(ranked: Ranked, came: Floats) -> Floats:
    """The score at every weight of the grid, (G,), over that of persistence, mean over horizons."""
    still = score_by_horizon(ranked.shares(np.array([0.0, 1.0, 0.0])), came)
    return np.array([(score_by_horizon(ranked.shares(row), came) / still).mean() for row in _grid()])


def _grid() -> Floats:
    """All weights in fifths, (21, 3)."""
    fifths = [(one, two, _PARTS - one - two) for one in range(_PARTS + 1) for two in range(_PARTS + 1 - one)]
    return np.array(fifths) / _PARTS


def _quantiles(values: Floats, weights: Floats) -> Floats:
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(CHANCES, reached / weights.sum(), values[order])

r"""Combination of sectors: the pooled model and two simple members, averaged quantile by quantile (ADR 0040).

The members are the pooled model (:mod:`.sectors`), *persistence with bands* (the last shares, with what
shares of all countries changed over as many years, both ways) and the *drift of all* (the same changes as
they were: what the mean country did, every country does). In isometric log-ratios, at each horizon and for
each coordinate,

.. math:: Q(u) = w_1 Q_{model}(u) + w_2 Q_{persistence}(u) + w_3 Q_{drift}(u)

and a path of the model keeps its rank: sectors and years stay together as the model has them (the ensemble
copula coupling of Schefzik et al.), and shares add up to one in every path. One combination speaks of one
series. Not in: learning the weights (:mod:`bench/calibration/sector_combination_fit.py`).

References
----------
Ratcliff: *Group reaction time distributions and an analysis of distribution statistics* (1979), the averaging
of quantiles. Schefzik, Thorarinsdottir, Gneiting: *Uncertainty quantification in complex simulation models
using ensemble copula coupling* (2013).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from urbium.forecast.paths import Floats
from urbium.forecast.workforce.composition import ilr, ilr_inverse
from urbium.forecast.workforce.sectors import SectorModel, SectorPanel, SectorPaths, forecast_sectors

MEMBERS: Final = ("model", "persistence", "drift")
"""The members, in the order of the weights."""

SPANS: Final = (1, 3, 5, 10, 15)
"""Years over which changes of all countries are declared."""

CHANCES: Final = (0.005, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.995)
"""Chances that a change is smaller, of the quantiles declared."""

_COORDINATES: Final = ("agriculture", "industry")


@dataclass(frozen=True, slots=True)
class SectorCombination:
    """The weights of the members of one series, and the changes behind the simple ones.

    Attributes
    ----------
    weights : (3,) array in the order of :data:`MEMBERS`, not negative, together one
    changes : (2, S, Q) array: for each coordinate, over each of :data:`SPANS`, the quantiles at
        :data:`CHANCES` of the change of all countries, each of which counts the same
    """

    weights: Floats
    changes: Floats

    def figures(self) -> dict[str, float]:
        """Return every figure by name, as the declared rows hold them."""
        return {f"weight.{name}": float(self.weights[at]) for at, name in enumerate(MEMBERS)} | {
            name: float(self.changes[at]) for at, name in _cells()
        }

    @staticmethod
    def of(figures: Mapping[str, float]) -> "SectorCombination":
        """Return the combination with these figures, by name as :meth:`figures` gives them.

        Raises KeyError with the name of one that is missing.
        """
        changes = np.empty((len(_COORDINATES), len(SPANS), len(CHANCES)))
        for at, name in _cells():
            changes[at] = figures[name]
        return SectorCombination(np.array([figures[f"weight.{name}"] for name in MEMBERS]), changes)

    def drift(self, years: int, paths: int) -> Floats:
        """Return the change of all countries over 1, 2 ... years, ascending, (H, P, 2).

        Beyond the longest span declared it grows in proportion to the years.
        """
        ahead = np.arange(1, years + 1, dtype=float)
        beyond = np.maximum(ahead / SPANS[-1], 1.0)[:, None]
        chance = (np.arange(paths) + 0.5) / paths
        parts = []
        for coordinate in self.changes:
            at_years = np.stack([np.interp(ahead, SPANS, quantiles) for quantiles in coordinate.T], axis=1)
            parts.append(np.stack([np.interp(chance, CHANCES, row) for row in at_years]) * beyond)
        return np.stack(parts, axis=-1)

    def persistence(self, years: int, paths: int) -> Floats:
        """Return the change both ways, ascending, (H, P, 2).

        Beyond the longest span declared it grows with the root of the years.
        """
        changes = self.drift(years, paths)
        beyond = np.maximum(np.arange(1, years + 1) / SPANS[-1], 1.0)[:, None, None]
        both = np.concatenate([changes, -changes], axis=1) / np.sqrt(beyond)
        return np.quantile(both, (np.arange(paths) + 0.5) / paths, axis=1).swapaxes(0, 1)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Futures of C places over H years by each member, in order, and the ranks of the model's paths.

    Attributes
    ----------
    quantiles : (3, C, H, P, 2) array of log-ratios in the order of :data:`MEMBERS`, ascending over P
    rank : (C, H, P, 2) array, the place of each path of the model in that order
    """

    quantiles: Floats
    rank: np.ndarray[tuple[int, ...], np.dtype[np.int64]]

    def shares(self, weights: Floats) -> Floats:
        """Return the paths, (C, H, P, 3), of the members at these weights."""
        together = np.tensordot(weights, self.quantiles, 1)
        return ilr_inverse(np.take_along_axis(together, self.rank, axis=2))


def rank_members(combination: SectorCombination, panel: SectorPanel, shares: Floats) -> Ranked:
    """Return the members for places of a panel, beside the model's paths of shares, (C, H, P, 3)."""
    of_model = ilr(shares)
    order = np.argsort(of_model, axis=2, kind="stable")
    years, paths = shares.shape[1:3]
    last = ilr(panel.shares[:, -1])[:, None, None]
    quantiles = np.stack(
        [
            np.take_along_axis(of_model, order, axis=2),
            last + combination.persistence(years, paths),
            last + combination.drift(years, paths),
        ]
    )
    return Ranked(quantiles, np.argsort(order, axis=2, kind="stable"))


def combine_paths(combination: SectorCombination, panel: SectorPanel, paths: SectorPaths) -> SectorPaths:
    """Return the model's futures of places of a panel with their quantiles averaged over the members.

    Income is as the model drew it: the simple members say nothing of it.
    """
    ranked = rank_members(combination, panel, paths.shares)
    return SectorPaths(ranked.shares(combination.weights), paths.income)


def forecast_combined(
    model: SectorModel,
    combination: SectorCombination,
    panel: SectorPanel,
    *,
    years: int,
    paths: int = 1000,
    seed: int | Sequence[int] = 0,
) -> SectorPaths:
    """Draw futures of shares and income by the combination: as :func:`.sectors.forecast_sectors`."""
    drawn = forecast_sectors(model, panel, years=years, paths=paths, seed=seed)
    return combine_paths(combination, panel, drawn)


def _cells() -> Iterator[tuple[tuple[int, int, int], str]]:
    """Yield where each quantile of a change stands and what it is called."""
    for at, name in enumerate(_COORDINATES):
        for row, span in enumerate(SPANS):
            for column, chance in enumerate(CHANCES):
                yield (at, row, column), f"change.{name}.{span}.{chance:g}"

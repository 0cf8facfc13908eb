"""The combination of sectors: quantiles averaged, ranks and sums kept."""

import numpy as np
import pytest

from urbium.forecast.workforce.composition import ilr, ilr_inverse
from urbium.forecast.workforce.sector_combination import (
    CHANCES,
    SPANS,
    SectorCombination,
    combine_paths,
    rank_members,
)
from urbium.forecast.workforce.sectors import SectorPanel, SectorPaths
from urbium.forecast.workforce.workforce_rules import read_rules

LAST = np.array([0.2, 0.3, 0.5])
SERIES = pytest.mark.parametrize("series", ["output", "employment"])


def panel():
    return SectorPanel(("a",), np.array([2010]), LAST[None, None], np.array([[5000.0]]))


def drawn(years=4, paths=40):
    """Paths of a model that knows nothing: a random walk about the last shares."""
    steps = np.random.default_rng(3).normal(0.0, 0.05, (1, years, paths, 2)).cumsum(axis=1)
    return SectorPaths(ilr_inverse(ilr(LAST) + steps), np.full((1, years, paths), 5000.0))


def combination(weights, changes=None):
    flat = np.zeros((2, len(SPANS), len(CHANCES))) if changes is None else changes
    return SectorCombination(np.array(weights, dtype=float), flat)


@SERIES
def test_shares_add_up_to_one_in_every_path(series):
    together = combine_paths(read_rules().combinations[series], panel(), drawn(years=30))
    np.testing.assert_allclose(together.shares.sum(axis=-1), 1, atol=1e-12)
    assert ((together.shares >= 0) & (together.shares <= 1)).all()


@SERIES
def test_declared_weights_are_shares_of_a_whole(series):
    weights = read_rules().combinations[series].weights
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert (weights >= 0).all()


def test_the_weight_of_the_model_alone_gives_its_paths_back():
    own = drawn()
    together = combine_paths(combination([1, 0, 0]), panel(), own)
    np.testing.assert_allclose(together.shares, own.shares, atol=1e-12)


def test_without_changes_half_a_weight_on_persistence_halves_every_move():
    own = drawn()
    together = combine_paths(combination([0.5, 0.5, 0]), panel(), own)
    moved = ilr(together.shares) - ilr(LAST)
    np.testing.assert_allclose(moved, (ilr(own.shares) - ilr(LAST)) / 2, atol=1e-12)


def test_a_path_of_the_model_keeps_its_rank_among_all():
    changes = np.broadcast_to(np.linspace(-0.3, 0.2, len(CHANCES)), (2, len(SPANS), len(CHANCES)))
    own = drawn()
    together = combine_paths(combination([0.4, 0.3, 0.3], changes), panel(), own)
    before, after = (np.argsort(ilr(part.shares), axis=2) for part in (own, together))
    np.testing.assert_array_equal(before, after)


def test_drift_moves_with_the_mean_country_and_persistence_both_ways():
    changes = np.full((2, len(SPANS), len(CHANCES)), 0.1)
    ranked = rank_members(combination([1, 0, 0], changes), panel(), drawn().shares)
    moved = ranked.quantiles[:, 0] - ilr(LAST)
    np.testing.assert_allclose(moved[2], 0.1)
    assert moved[1].min() == pytest.approx(-0.1)
    assert moved[1].max() == pytest.approx(0.1)


def test_beyond_what_was_seen_drift_grows_by_the_years_and_persistence_by_their_root():
    changes = np.full((2, len(SPANS), len(CHANCES)), 0.1)
    far = 4 * SPANS[-1]
    apart = combination([1, 0, 0], changes)
    assert apart.drift(far, 5)[-1, 0, 0] == pytest.approx(0.4)
    assert apart.persistence(far, 5)[-1].max() == pytest.approx(0.2)


def test_figures_make_the_same_combination_again():
    declared = read_rules().combinations["output"]
    again = SectorCombination.of(declared.figures())
    np.testing.assert_array_equal(again.changes, declared.changes)
    np.testing.assert_array_equal(again.weights, declared.weights)

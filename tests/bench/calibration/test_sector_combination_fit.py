"""The combination of sectors, learned: what made a panel is found again in it."""

import numpy as np
import pytest

from calibration.sector_combination_fit import fit_combination, learn_changes, score_by_horizon
from urbium.forecast.accuracy import crps
from urbium.forecast.workforce.composition import ilr_inverse
from urbium.forecast.workforce.sector_combination import CHANCES, SPANS
from urbium.forecast.workforce.sectors import SectorPanel


def walks(countries=400, years=41, drift=0.0, seed=5):
    """Countries whose log-ratios wander without memory, with incomes that grow."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(drift, 0.04, (countries, years, 2)).cumsum(axis=1)
    start = rng.normal(0.0, 0.5, (countries, 1, 2))
    income = 5000 * np.exp(
        rng.normal(0, 0.5, (countries, 1)) + rng.normal(0.02, 0.02, (countries, years)).cumsum(axis=1)
    )
    names = tuple(f"c{at}" for at in range(countries))
    return SectorPanel(names, np.arange(1960, 1960 + years), ilr_inverse(start + steps), income)


def test_changes_are_quantiles_of_a_walk_that_grow_with_the_root_of_the_years():
    changes = learn_changes(walks())
    spread = changes[:, :, CHANCES.index(0.9)] - changes[:, :, CHANCES.index(0.1)]
    expected = 2 * 1.2816 * 0.04 * np.sqrt(SPANS)
    np.testing.assert_allclose(spread, np.broadcast_to(expected, spread.shape), rtol=0.05)


def test_a_country_with_many_years_counts_no_more_than_one_with_few():
    panel = walks(countries=2, years=41)
    shares = np.repeat(panel.shares[:, :1], 41, axis=1)
    shares[0] = ilr_inverse(np.stack([0.1 * np.arange(41), 0.1 * np.arange(41)], axis=-1))
    shares[1, 3:] = np.nan
    changes = learn_changes(SectorPanel(panel.places, panel.years, shares, panel.income))
    assert changes[0, 0, CHANCES.index(0.25)] == pytest.approx(0.0, abs=1e-9)
    assert changes[0, 0, CHANCES.index(0.75)] == pytest.approx(0.1)


@pytest.mark.long
def test_where_shares_only_wander_the_simple_members_get_most_of_the_weight():
    weights = fit_combination(walks(countries=60, years=25)).weights
    assert weights.sum() == pytest.approx(1)
    assert weights[1] + weights[2] > 0.5


def test_a_panel_too_short_for_an_origin_gives_equal_weights():
    np.testing.assert_allclose(fit_combination(walks(countries=40, years=7)).weights, 1 / 3)


def test_the_score_of_a_horizon_leaves_out_countries_without_a_figure():
    shares = np.random.default_rng(0).dirichlet([2, 3, 5], (2, 3, 50))
    came = np.broadcast_to([0.2, 0.3, 0.5], (2, 3, 3)).copy()
    came[1, 2] = np.nan
    expected = crps(np.moveaxis(shares[0, 2], 0, 1), came[0, 2]).mean()
    assert score_by_horizon(shares, came)[2] == pytest.approx(expected)

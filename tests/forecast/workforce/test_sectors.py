"""The pooled model of sectors: its laws, its recursion by hand, and what it learns from a world it made."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.sector_fit import fit_sectors
from urbium.forecast.workforce.composition import ilr, ilr_inverse
from urbium.forecast.workforce.sectors import CENTRE, SectorModel, SectorPanel, forecast_sectors, stand
from urbium.forecast.workforce.workforce_rules import read_rules

YEARS = np.arange(1970, 2011)
RULES = read_rules().models
SERIES = pytest.mark.parametrize("series", ["output", "employment"])


def panel(shares, income=None, years=YEARS):
    shares = np.asarray(shares, dtype=float)
    incomes = np.full(shares.shape[:2], 5000.0) if income is None else np.asarray(income, dtype=float)
    return SectorPanel(tuple(f"p{at}" for at in range(len(shares))), years, shares, incomes)


def steady(years=YEARS):
    """One country that shifts slowly from agriculture to services as its income grows by 2% a year."""
    at = np.linspace(0, 1, len(years))[:, None]
    shares = (1 - at) * np.array([0.4, 0.3, 0.3]) + at * np.array([0.2, 0.35, 0.45])
    return panel(shares[None], 2000 * 1.02 ** np.arange(len(years))[None], years)


def width(futures, sector=2):
    low, high = np.quantile(futures.shares[0, -1, :, sector], [0.1, 0.9])
    return high - low


@SERIES
def test_shares_add_up_to_one_in_every_path_and_year(series):
    futures = forecast_sectors(RULES[series], steady(), years=30, paths=200)
    np.testing.assert_allclose(futures.shares.sum(axis=-1), 1, atol=1e-12)
    assert ((futures.shares >= 0) & (futures.shares <= 1)).all()


def test_the_same_seed_gives_the_same_futures_and_another_seed_others():
    first, again, other = (
        forecast_sectors(RULES["output"], steady(), years=3, paths=5, seed=seed).shares for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_bands_widen_with_the_horizon():
    shares = forecast_sectors(RULES["output"], steady(), years=20, paths=500).shares[0, :, :, 2]
    spread = shares.std(axis=1)
    assert spread[0] < spread[4] < spread[19]


def test_without_surprises_the_model_is_the_recursion_of_its_formula():
    model = replace(RULES["output"], noise=np.zeros(2), growth_noise=0.0)
    start = stand(model, steady())
    z, b, x = start.at[0].copy(), start.change[0].copy(), float(start.income[0])
    g, smoothed = float(start.grown[0]), float(start.growth[0])
    for _ in range(3):
        g = model.growth @ [1, x - CENTRE, g, smoothed]
        u = z - np.array([1, x - CENTRE, (x - CENTRE) ** 2]) @ model.path
        usual = start.distance[0]
        terms = [[1, x - CENTRE, u[k] - usual[k], usual[k], b[k], g] for k in range(2)]
        step = np.array([model.change[k] @ terms[k] for k in range(2)])
        z, b, x, smoothed = z + step, b + 0.5 * (step - b), x + g, smoothed + 0.15 * (g - smoothed)

    futures = forecast_sectors(model, steady(), years=3, paths=1)

    np.testing.assert_allclose(futures.shares[0, -1, 0], ilr_inverse(z))
    np.testing.assert_allclose(futures.income[0, -1, 0], np.exp(x))


def test_what_comes_after_the_origin_is_not_seen():
    whole = steady()
    changed = replace(whole, shares=whole.shares.copy(), income=whole.income.copy())
    changed.shares[:, 31:] = [0.9, 0.05, 0.05]
    changed.income[:, 31:] = 1.0
    first, second = (
        forecast_sectors(RULES["output"], each.until(2000), years=5, paths=50).shares
        for each in (whole, changed)
    )
    np.testing.assert_array_equal(first, second)


def test_a_country_does_not_depend_on_its_neighbours_history():
    alone = steady()
    both = panel(
        np.concatenate([alone.shares, alone.shares[:, ::-1]]),
        np.concatenate([alone.income, 9 * alone.income]),
    )
    one, two = stand(RULES["output"], alone), stand(RULES["output"], both)
    np.testing.assert_allclose(one.scale[0], two.scale[0])
    np.testing.assert_allclose(one.change[0], two.change[0])


def test_unknown_income_widens_the_band():
    known = steady()
    unknown = replace(known, income=np.full_like(known.income, np.nan))
    assert width(forecast_sectors(RULES["output"], unknown, years=15)) > width(
        forecast_sectors(RULES["output"], known, years=15)
    )


def test_income_that_ends_a_year_early_is_carried_on():
    late = steady()
    late.income[0, -1] = np.nan
    assert np.isfinite(stand(RULES["output"], late).income[0])


def test_a_single_year_is_forecast_in_a_band_as_of_the_median_country():
    one = steady().until(1970)
    start = stand(RULES["employment"], one)
    np.testing.assert_allclose(start.scale[0], RULES["employment"].scale)
    np.testing.assert_allclose(start.change[0], RULES["employment"].usual)
    assert 0 < width(forecast_sectors(RULES["employment"], one, years=10)) < 1


def test_a_gap_is_crossed_by_a_line_and_adds_no_certainty():
    whole, gap = steady(), steady()
    gap.shares[0, 10:30] = np.nan
    full, holed = stand(RULES["output"], whole), stand(RULES["output"], gap)
    assert holed.weight[0] < full.weight[0]
    np.testing.assert_allclose(holed.at, full.at)


def test_parameters_go_out_by_name_and_come_back():
    again = SectorModel.of(RULES["output"].figures())
    assert again.figures() == RULES["output"].figures()


def world(model, count=60, years=30):
    """Countries that live by a known model: the same recursion, drawn once for each."""
    rng = np.random.default_rng(3)
    income = np.exp(rng.uniform(6.5, 10.5, (count, 1)))
    start = ilr_inverse(model.at_path(np.log(income)) + rng.normal(0, 0.3, (count, 1, 2)))
    first = panel(start, income, years=np.array([1970]))
    futures = forecast_sectors(model, first, years=years, paths=1, seed=4)
    return panel(
        np.concatenate([start, futures.shares[:, :, 0]], axis=1),
        np.concatenate([income, futures.income[..., 0]], axis=1),
        years=np.arange(1970, 1971 + years),
    )


@pytest.fixture(scope="module")
def learned():
    return RULES["output"], fit_sectors(world(RULES["output"]))


def test_a_world_made_by_the_model_teaches_its_growth_of_income(learned):
    true, found = learned
    assert found.growth[2] == pytest.approx(true.growth[2], abs=0.06)
    assert found.usual_growth == pytest.approx(true.usual_growth, abs=0.004)


def test_a_world_made_by_the_model_teaches_how_income_moves_shares(learned):
    true, found = learned
    np.testing.assert_allclose(found.change[:, 5], true.change[:, 5], atol=0.06)


def test_a_world_made_by_the_model_teaches_how_wide_the_bands_are(learned):
    true, found = learned
    np.testing.assert_allclose(found.scale * found.noise, true.scale * true.noise, rtol=0.25)


def test_pulls_never_push(learned):
    assert (learned[1].change[:, 2:4] <= 0).all()


def test_at_most_half_of_the_last_change_goes_on(learned):
    assert (learned[1].change[:, 4] <= 0.5).all()


def test_coordinates_of_the_path_are_log_ratios():
    path = RULES["output"].at_path(np.array(CENTRE))
    np.testing.assert_allclose(ilr(ilr_inverse(path)), path)

"""Urban share and total population of 200 nations (World Bank): learnt up to 2000, held against what came.

The shares are estimates that the source interpolates between censuses: at short horizons a smooth curve is
nearly right by construction, the naive one too.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest

from calibration.trend_fit import fit_trend
from urbium.forecast.accuracy import coverage, crps
from urbium.forecast.nation.growth_difference import from_scale, past, to_scale
from urbium.forecast.nation.urbanisation import declared, draw_series

pytestmark = pytest.mark.shared

ORIGIN = 2000
SHARE = "urban_population_percent_of_total"
URBAN = "urban_population"
LARGE = "population_in_urban_agglomerations_m_1_million_percent_of_total"


@dataclass(frozen=True)
class World:
    """Series of all nations that have one, with the years; shares from 0 to 1, persons."""

    years: np.ndarray
    values: dict[str, np.ndarray]

    def known(self, kind, origin=ORIGIN):
        """Return the years and series up to the origin; those of the cities at every fifth year."""
        years, values = self.of(kind)
        return years[years <= origin], values[:, years <= origin]

    def of(self, kind):
        step = 5 if kind == "outside" else 1
        return self.years[::step], self.values[kind][:, ::step]


@pytest.fixture(scope="module")
def world(shared):
    tables = [
        pl.read_csv(shared / "data" / "real" / "countries_wdi" / f"{name}.csv")
        for name in (SHARE, URBAN, LARGE)
    ]
    long = tables[0].join(tables[1], on=["geo", "time"], how="left").join(
        tables[2], on=["geo", "time"], how="left"
    ).with_columns(share=pl.col(SHARE) / 100, total=pl.col(URBAN) / pl.col(SHARE) * 100,
                   outside=1 - pl.col(LARGE) / pl.col(SHARE))  # fmt: skip
    years = np.arange(1960, 2025)

    def wide(name):
        table = long.pivot(on="time", index="geo", values=name).sort("geo")
        return table.select([str(year) for year in years]).cast(pl.Float64).fill_null(np.nan).to_numpy()

    share, total, outside = wide("share"), wide("total"), wide("outside")
    with np.errstate(invalid="ignore"):
        return World(years, {
            "share": share[(share < 0.9995).all(axis=1)],
            "total": total[(total > 0).all(axis=1)],
            "outside": outside[((outside > 0.02) & (outside < 0.98)).all(axis=1)],
        })  # fmt: skip


def held_out(world, kind, horizon, origin=ORIGIN):
    """Return what came, the forecast, the limits' distance on the scale, and the two naive forecasts."""
    pace = declared(kind)
    years, known = world.known(kind, origin)
    all_years, values = world.of(kind)
    came = values[:, list(all_years).index(origin + horizon)]
    now = past(years, to_scale(known, pace.scale))
    ahead = np.array([float(horizon)])
    found = from_scale(pace.ahead(now, ahead)[:, 0], pace.scale)
    reach = pace.limits(now, ahead)[:, 0]
    last, before = known[:, -1], known[:, -2]
    naive = last + horizon * (last - before) / (years[-1] - years[-2])
    return came, found, reach, naive, last


def covered(world, kind, horizon, origin=ORIGIN):
    came, found, reach, _, _ = held_out(world, kind, horizon, origin)
    error = to_scale(came, declared(kind).scale) - to_scale(found, declared(kind).scale)
    return [coverage(-reach[:, level], reach[:, level], error) for level in (0, 1)]


@pytest.mark.parametrize("kind", ["share", "total", "outside"])
def test_what_is_declared_forecasts_what_the_years_to_2000_teach(world, kind):
    years, values = world.known(kind)
    stored = declared(kind)
    again = fit_trend(years, values, stored.scale)
    now, ahead = past(years, to_scale(values, stored.scale)), np.array([5.0, 10.0, 15.0, 25.0])
    assert again.horizons.tolist() == stored.horizons.tolist()
    assert np.allclose(again.ahead(now, ahead), stored.ahead(now, ahead), atol=0.003)
    assert np.allclose(again.limits(now, ahead), stored.limits(now, ahead), rtol=0.02)


def test_the_nations_are_all_but_the_few_that_are_cities(world):
    assert len(world.values["share"]) == 203


@pytest.mark.parametrize(("horizon", "most"), [(5, 0.80), (10, 0.80), (15, 0.74), (20, 0.81)])
def test_the_median_error_of_the_share_is_below_that_of_the_last_change_going_on(world, horizon, most):
    came, found, _, naive, _ = held_out(world, "share", horizon)
    assert np.median(np.abs(came - found)) <= most * np.median(np.abs(came - np.clip(naive, 0, 1)))


@pytest.mark.parametrize(("horizon", "most"), [(5, 0.24), (10, 0.34), (15, 0.38), (20, 0.43)])
def test_the_median_error_of_the_share_is_far_below_that_of_no_change(world, horizon, most):
    came, found, _, _, last = held_out(world, "share", horizon)
    assert np.median(np.abs(came - found)) <= most * np.median(np.abs(came - last))


@pytest.mark.parametrize(("horizon", "most"), [(5, 0.87), (10, 0.90), (15, 0.88), (20, 0.93)])
def test_the_median_error_of_the_total_is_below_that_of_the_last_change_going_on(world, horizon, most):
    came, found, _, naive, _ = held_out(world, "total", horizon)
    assert np.median(np.abs(found / came - 1)) <= most * np.median(np.abs(naive / came - 1))


def test_bands_of_the_share_hold_what_they_claim_in_2005_2010_and_2015(world):
    inner, outer = np.mean([covered(world, "share", horizon) for horizon in (5, 10, 15)], axis=0)
    assert 0.76 <= inner <= 0.84
    assert 0.93 <= outer <= 0.97


@pytest.mark.parametrize(("horizon", "most"), [(5, 0.84), (10, 0.84), (15, 0.86)])
def test_bands_of_the_share_hold_what_they_claim_at_each_horizon_or_a_little_more(world, horizon, most):
    inner, outer = covered(world, "share", horizon)
    assert 0.76 <= inner <= most
    assert 0.93 <= outer <= 0.97


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_bands_of_the_share_err_on_the_wide_side_over_all_origins_since_2000(world, horizon):
    origins = range(ORIGIN, 2025 - horizon)
    inner, outer = np.mean([covered(world, "share", horizon, origin) for origin in origins], axis=0)
    assert 0.80 <= inner <= 0.87
    assert 0.93 <= outer <= 0.97


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_bands_of_the_total_hold_nearly_what_they_claim(world, horizon):
    inner, outer = covered(world, "total", horizon)
    assert 0.76 <= inner <= 0.84
    assert 0.92 <= outer <= 0.97


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_bands_of_the_share_outside_agglomerations_err_on_the_wide_side(world, horizon):
    inner, outer = covered(world, "outside", horizon)
    assert 0.80 <= inner <= 0.90
    assert 0.93 <= outer <= 0.99


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_the_median_error_of_the_share_outside_agglomerations_is_below_naive_and_no_change(world, horizon):
    came, found, _, naive, last = held_out(world, "outside", horizon)
    error = np.median(np.abs(came - found))
    assert error < 0.95 * min(np.median(np.abs(came - naive)), np.median(np.abs(came - last)))


def test_whole_futures_of_the_share_score_below_no_change(world):
    years, known = world.known("share")
    ahead = np.array([2015])
    drawn = np.stack([draw_series("share", years, row, ahead, paths=400) for row in known])[:, 0]
    came = world.values["share"][:, -10]
    assert crps(drawn, came).mean() < 0.45 * np.abs(came - known[:, -1]).mean()


@pytest.mark.parametrize("horizon", [5, 10, 15])
def test_bands_from_a_single_figure_hold_at_least_what_they_claim(world, horizon):
    years, values = world.of("share")
    pace = declared("share")
    at = list(years).index(ORIGIN)
    levels = to_scale(values, "logit")
    now, ahead = past(years[at : at + 1], levels[:, at : at + 1]), np.array([float(horizon)])
    error = levels[:, at + horizon] - pace.ahead(now, ahead)[:, 0]
    reach = pace.limits(now, ahead)[:, 0]
    assert coverage(-reach[:, 0], reach[:, 0], error) >= 0.80
    assert coverage(-reach[:, 1], reach[:, 1], error) >= 0.93

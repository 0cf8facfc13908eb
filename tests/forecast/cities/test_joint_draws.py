"""Paths: their bands, what cities have in common, how long errors last, and the same paths in parts."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from calibration.error_fit import common_errors
from urbium.forecast import BacktestErrors, Bands, CommonErrors, draw_jointly
from urbium.forecast.cities.bands import power, stray
from urbium.forecast.cities.curves import CURVES
from urbium.forecast.paths import limits

YEARS = np.arange(2016, 2036)
REACH = np.linspace(0.01, 0.3, 20)[None, :, None] * np.array([1.0, 1.9])


def drawn(count=4, *, common=None, countries=None, paths=4000, seed=0, first=0):
    names = [f"c{at}" for at in range(first, first + count)]
    centre = np.tile(np.log(1e6) + 0.01 * np.arange(20.0), (count, 1))
    return draw_jointly(
        centre, np.tile(REACH, (count, 1, 1)), cities=names, countries=countries or ["a"] * count,
        years=YEARS, common=common or CommonErrors(0.1, 0.3, 0.5), paths=paths, seed=seed,
    )  # fmt: skip


def errors(paths):
    return np.log(paths.values) - np.log(1e6) - 0.01 * np.arange(20.0)[None, :, None]


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.99])
def test_paths_have_the_bands_they_were_drawn_from(persistence):
    found = limits(errors(drawn(1, common=CommonErrors(0.1, 0.3, persistence), paths=40_000)))[0]
    reach = REACH[0]
    expected = np.stack([0 * reach[:, 0], -reach[:, 0], reach[:, 0], -reach[:, 1], reach[:, 1]], axis=1)
    assert found == pytest.approx(expected, abs=0.04 * reach.max())


@pytest.mark.parametrize(
    ("countries", "alike"), [(("a", "a"), 0.4), (("a", "b"), 0.1)], ids=["one country", "two countries"]
)
def test_cities_err_together_as_far_as_declared(countries, alike):
    paths = drawn(2, common=CommonErrors(0.1, 0.3, 0.5), countries=list(countries), paths=20_000)
    size = power(REACH[0])
    score = [
        np.sign(error) * (np.abs(error) / size[0][:, None]) ** (1 / size[1][:, None])
        for error in errors(paths).astype(float)
    ]
    found = np.corrcoef(score[0][9], score[1][9])[0, 1]
    assert found == pytest.approx(alike, abs=0.03)


def test_errors_of_growth_that_persist_keep_paths_on_their_side():
    lasting, fleeting = (
        np.corrcoef(errors(drawn(1, common=CommonErrors(0, 0, persistence)))[0][[4, 9]])[0, 1]
        for persistence in (0.9, 0.0)
    )
    # of two steps of equal variance: the square root of (1 + persistence) / 2
    assert (lasting, fleeting) == pytest.approx((np.sqrt(0.95), np.sqrt(0.5)), abs=0.05)


def test_cities_drawn_in_parts_are_the_cities_drawn_at_once():
    whole = drawn(4, paths=50).values
    parts = [drawn(2, paths=50, first=first).values for first in (0, 2)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_another_seed_gives_other_paths():
    assert not np.array_equal(drawn(1, paths=5).values, drawn(1, paths=5, seed=1).values)


def test_limits_lie_where_normal_draws_of_that_share_fall():
    reach = np.array([[0.2, 0.5]])
    assert stray(reach, np.array([1.2815515655, -1.9599639845]))[0] == pytest.approx([0.2, -0.5])


def trial_of(scores, city, origin, horizon, country):
    count = len(scores)
    reach = BANDS.reach(np.ones((count, 1)), np.unique(horizon).astype(float))
    at = np.searchsorted(np.unique(horizon), horizon)
    factor, exponent = power(reach[np.arange(count), at])
    nothing = np.zeros(count)
    return BacktestErrors(
        city, origin, horizon, country, np.ones((count, 1)), nothing,
        np.sign(scores) * factor * np.abs(scores) ** exponent, np.zeros((count, len(CURVES))),
        nothing, nothing, np.ones(count, dtype=bool),
    )  # fmt: skip


BANDS = Bands(np.zeros(1), np.array([5.0, 10.0]), np.array([[0.01, 0.02], [0.01, 0.02]]))


@pytest.mark.parametrize("size", [1.0, 0.3], ids=["as wide as the bands", "narrower"])
def test_shares_and_persistence_are_read_back_from_errors_made_with_them(size):
    rng = np.random.default_rng(4)
    origins, countries, cities = 120, 30, 10
    steps = rng.normal(size=(2, origins, countries, cities))
    steps = (
        np.sqrt(0.2) * rng.normal(size=(2, origins, 1, 1))
        + np.sqrt(0.3) * rng.normal(size=(2, origins, countries, 1))
        + np.sqrt(0.5) * steps
    )
    second = 0.5 * steps[0] + np.sqrt(0.75) * steps[1]
    scores = np.concatenate([steps[0].ravel(), ((steps[0] + second) / np.sqrt(3.0)).ravel()])
    shape = (origins, countries, cities)
    origin, country, city = (np.tile(index.ravel(), 2) for index in np.indices(shape))
    horizon = np.repeat([5, 10], origins * countries * cities)
    trial = trial_of(size * scores, country * cities + city, origin, horizon, country.astype(str))
    found = common_errors(trial, BANDS, CommonErrors(0.0, 0.0, 0.0))
    assert (found.world, found.country, found.persistence) == pytest.approx((0.2, 0.3, 0.5), abs=0.05)


def test_few_countries_take_the_declared_shares():
    known = CommonErrors(0.1, 0.2, 0.3)
    trial = trial_of(np.ones(4), np.arange(4), np.zeros(4, int), np.array([5, 5, 5, 10]), np.array(["a"] * 4))
    assert common_errors(trial, BANDS, known) is known


def normal_scores(share, *, cities=200):
    """Scores ten years ahead, (cities, paths), of cities of a country that share so much of their errors."""
    limits_of_normal = np.array([ndtri(0.9), ndtri(0.975)])
    paths = draw_jointly(
        np.zeros((cities, 10)), np.tile(limits_of_normal, (cities, 10, 1)),
        cities=[f"c{at}" for at in range(cities)], countries=["a"] * cities, years=np.arange(2016, 2026),
        common=CommonErrors(0.0, share, 0.5), paths=2000,
    )  # fmt: skip
    return np.log(paths.values[:, 9].astype(float))


def test_a_shock_of_the_country_does_not_cancel_in_the_sum_of_its_cities():
    # the mean of 200 errors of variance one: what they share stays, the rest is divided by 200
    assert normal_scores(0.45).mean(axis=0).var() == pytest.approx(0.45 + 0.55 / 200, rel=0.1)


def test_where_cities_share_errors_bands_that_hold_80_percent_fail_together_in_one_future_of_ten():
    edge, shock = ndtri(0.9), ndtri(0.95)  # one shock in ten is larger, up or down
    held = [
        ndtr((edge - np.sqrt(share) * shock) / np.sqrt(1 - share))
        - ndtr((-edge - np.sqrt(share) * shock) / np.sqrt(1 - share))
        for share in (0.0, 0.45)
    ]
    inside = [(np.abs(normal_scores(share)) <= edge).mean(axis=0) for share in (0.0, 0.45)]

    assert [part.mean() for part in inside] == pytest.approx([0.8, 0.8], abs=0.02)
    assert held == pytest.approx([0.8, 0.595], abs=0.001)
    assert np.quantile(inside[1], 0.1) == pytest.approx(held[1], abs=0.03)

"""Rebasing: one base, the newest total; what has been seen since is met, and moves what is drawn."""

import numpy as np
import pytest

from urbium.errors import InputError
from urbium.forecast.ages.inputs import read_cohorts
from urbium.forecast.ages.population import project_population
from urbium.forecast.ages.rebasing import rebase_population

SEEN = {
    2015: 1_379_860_106.0, 2020: 1_411_100_067.0, 2021: 1_412_359_934.0, 2022: 1_412_174_916.0,
    2023: 1_410_710_104.0, 2024: 1_408_974_960.0,
}  # fmt: skip
"""Totals of China as the World Bank gives them (vintage of 2025): they fall from 2021 on."""


@pytest.fixture(scope="module")
def inputs():
    return read_cohorts()


@pytest.fixture(scope="module")
def ahead(inputs):
    return rebase_population(inputs, SEEN, to=2050)


@pytest.fixture(scope="module")
def alone(inputs):
    return project_population(inputs, to=2050)


def drawn(cohorts, variable="total_fertility", period="2020-2025"):
    return cohorts.assumed.filter(variable=variable, period=period).row(0, named=True)


def test_the_ages_of_the_count_add_up_to_the_total_in_force_and_keep_their_shares(inputs, ahead):
    counted = ahead.values[0, 0, :, :, 0]
    assert counted.sum() == pytest.approx(SEEN[2020], rel=1e-6)
    shares = inputs.population[0] / inputs.population[0].sum()
    assert np.allclose(counted / counted.sum(), shares, rtol=1e-5)


def test_the_first_forecast_band_contains_the_last_total(ahead, alone):
    """The finding: 1,409.0 million in 2024, but 1,441.5 to 1,480 million forecast for 2025."""
    row = ahead.total().table("place").filter(year=2025).row(0, named=True)
    assert row["low80"] < SEEN[2024] < row["high80"]
    assert alone.total().table("place").filter(year=2025)["value"].item() > 1.45e9


def test_fertility_is_drawn_in_the_light_of_the_growth_that_was_seen(ahead, alone):
    """Later estimates of 2020-2025 are about 1.1; the count alone says 1.7."""
    assert drawn(ahead)["value"] < drawn(alone)["value"] - 0.25
    assert drawn(ahead)["low95"] < 1.15
    assert drawn(ahead)["high80"] - drawn(ahead)["low80"] < drawn(alone)["high80"] - drawn(alone)["low80"]


def test_the_years_ahead_learn_too(ahead, alone):
    assert drawn(ahead, period="2025-2030")["value"] < drawn(alone, period="2025-2030")["value"] - 0.15


def test_totals_at_the_end_of_a_period_are_met_by_every_path(inputs):
    seen = {2020: 1.411e9, 2025: 1.405e9, 2026: 1.402e9}
    totals = rebase_population(inputs, seen, to=2035, paths=80).total().values[0]
    assert totals[1] == pytest.approx(np.full(80, 1.405e9), rel=1e-6)
    assert np.std(np.log(totals[2])) > 0.001


def test_a_total_that_says_nothing_new_changes_only_the_level(inputs):
    same = rebase_population(inputs, {2020: 1.411e9}, to=2030, paths=200)
    alone = project_population(inputs, to=2030, paths=200)
    assert drawn(same)["value"] == pytest.approx(drawn(alone)["value"], rel=1e-9)
    growth = [
        np.median(cohorts.total().values[0, 2] / cohorts.total().values[0, 0]) for cohorts in (same, alone)
    ]
    assert growth[0] == pytest.approx(growth[1], rel=0.01)


def test_in_the_linear_case_it_is_the_formula_of_bayes(inputs):
    """Fertility and growth are near to linear here: mean and width are those of a normal posterior."""
    exact = rebase_population(inputs, {2020: 1.4393e9}, to=2025, paths=4_000)
    growth = np.log(
        project_population(inputs, to=2025, paths=4_000, base_is_exact=True).total().values[0]
    ).astype(float)  # fmt: skip
    growth = growth[1] - growth[0]
    before = drawn(exact)
    target = growth.mean() - growth.std()
    seen = {2020: 1.4393e9, 2025: 1.4393e9 * float(np.exp(target))}
    after = drawn(rebase_population(inputs, seen, to=2025, paths=4_000))
    assert np.log(after["value"] / before["value"]) < 0
    narrower = (after["high80"] - after["low80"]) / (before["high80"] - before["low80"])
    assert 0.2 < narrower < 0.75


def test_the_same_seed_gives_the_same_people(inputs):
    first, second, other = (
        rebase_population(inputs, SEEN, to=2030, paths=50, seed=seed).values for seed in (0, 0, 1)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_one_path_without_shocks_meets_the_totals_too(inputs):
    path = rebase_population(inputs, SEEN, to=2030, paths=0).total().values[0]
    assert path.shape == (3, 1)
    assert path[0, 0] == pytest.approx(SEEN[2020], rel=1e-6)


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ({}, "no total is known for the year of the count, 2020; load the total population for 2020"),
        ({2021: 1.4e9}, "no total is known for the year of the count, 2020"),
        ({2020: 0.0}, "a total is not a number above zero; give numbers of people"),
    ],
)
def test_totals_that_cannot_be_a_base_are_refused(inputs, totals, words):
    with pytest.raises(InputError, match=words):
        rebase_population(inputs, totals, to=2030)


def test_the_band_of_fertility_holds_what_a_later_edition_says(ahead):
    """World Population Prospects 2024: 1.06 children a woman; looked at after the rule was fixed."""
    row = ahead.assumed.filter(variable="total_fertility", period="2020-2025").row(0, named=True)
    assert row["low95"] < 1.06 < row["high95"]

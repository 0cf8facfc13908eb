"""Revisions, learned: the errors that made them are found again; declared rows are those of the table."""

import numpy as np
import pytest
from scipy import stats

import revision_rules
from calibration.revision_fit import Revisions, fit_level_error, fit_scales
from urbium.catalogue import load_catalogue

KNOTS = (1.0, 3.0, 5.0)


def revised(editions, scale=0.1, countries=4_000, seed=3):
    rng = np.random.default_rng(seed)
    before = rng.uniform(1, 5, countries)
    return Revisions(editions, before, before + scale * rng.standard_t(3, countries))


def test_the_scale_of_revisions_is_found_again_at_every_level():
    pairs = [revised((2010, 2015)), revised((2012, 2017), seed=4)]
    np.testing.assert_allclose(fit_scales(pairs, KNOTS, freedom=3.0), 0.1, rtol=0.08)


def test_editions_too_near_or_too_far_apart_teach_nothing():
    pairs = [revised((2010, 2015)), revised((2017, 2019), 9.0), revised((2008, 2019), 9.0)]
    np.testing.assert_allclose(fit_scales(pairs, KNOTS, freedom=3.0), 0.1, rtol=0.08)


def test_a_pair_with_many_countries_counts_no_more_than_one_with_few():
    many, few = revised((2010, 2015), 0.3, 8_000), revised((2012, 2017), 0.0, 200)
    scales = fit_scales([many, few], KNOTS, freedom=3.0)
    expected = 0.3 * stats.t(3).ppf(0.8) / stats.t(3).ppf(0.9)  # 60% of the larger ones are inside
    np.testing.assert_allclose(scales, expected, rtol=0.1)


def test_a_level_that_nobody_has_takes_the_scale_of_its_neighbour():
    scales = fit_scales([revised((2010, 2015))], (1.0, 3.0, 5.0, 40.0, 50.0), freedom=3.0)
    assert scales[-1] == pytest.approx(scales[2], rel=0.3)


def test_the_years_in_which_totals_are_revised_are_found_again():
    rng = np.random.default_rng(2)
    pairs = []
    for gap in range(1, 12):
        off = 0.03 * np.sqrt(min(gap / 6, 1)) * rng.standard_t(3, 20_000)
        pairs.append(Revisions((2000, 2000 + gap), np.full(20_000, 100.0), 100 * np.exp(off)))
    found = fit_level_error(pairs, freedom=3.0)
    assert found["total.level_error"] == pytest.approx(0.03, rel=0.03)
    assert found["total.level_years"] == pytest.approx(6, abs=0.5)


def test_the_declared_errors_are_those_of_the_editions():
    declared = load_catalogue().learned["demography"]
    for name, (value, *_) in revision_rules.learned().items():
        assert declared[name].value == pytest.approx(value, rel=1e-3), name

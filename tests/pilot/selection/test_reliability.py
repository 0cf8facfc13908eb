"""Agreement of experts, against the worked examples of the literature."""

import numpy as np
import pytest

from urbium.pilot.selection.reliability import (
    _icc_of,
    agreement,
    alpha_interval,
    icc_complete,
    icc_incomplete,
)

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
"""Table 2 of Shrout and Fleiss (1979): six targets, four judges."""
NAN = np.nan
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T
"""Krippendorff's example of four observers and twelve units, with missing values."""


def test_the_table_of_shrout_and_fleiss_gives_their_correlations():
    one, mean = icc_complete(SHROUT_FLEISS)
    assert (round(one.value, 2), round(mean.value, 2)) == (0.29, 0.62)


def test_its_interval_is_the_one_that_is_published_with_the_r_package_psych():
    one, mean = icc_complete(SHROUT_FLEISS)
    assert (round(one.low, 3), round(one.high, 2)) == (0.019, 0.76)
    assert (round(mean.low, 3), round(mean.high, 2)) == (0.071, 0.93)


def test_variance_components_of_a_complete_table_give_the_same_correlation():
    assert icc_incomplete(SHROUT_FLEISS)[0].value == pytest.approx(icc_complete(SHROUT_FLEISS)[0].value)


def test_krippendorffs_example_has_an_interval_alpha_of_0_849():
    assert round(alpha_interval(KRIPPENDORFF).value, 3) == 0.849


def test_an_incomplete_table_recovers_the_components_that_it_was_drawn_from():
    draw = np.random.default_rng(3)
    table = draw.normal(0, 4, (1500, 1)) + draw.normal(0, 2, (1, 60)) + draw.normal(0, 4, (1500, 60))
    keep = draw.random(table.shape) < 0.08
    truth = 16 / (16 + 4 + 16)
    rows, columns = np.nonzero(keep)
    assert _icc_of(rows, columns, table[rows, columns]) == pytest.approx(truth, abs=0.05)


def test_experts_who_say_the_same_agree_wholly():
    found = agreement({(place, who): points for place, points in (("a", 50), ("b", 70)) for who in "xy"})
    assert (found.icc_one.value, found.alpha.value, found.is_complete) == (1.0, 1.0, True)


def test_what_was_judged_once_says_nothing_of_agreement():
    found = agreement({("a", "x"): 50.0, ("b", "y"): 60.0})
    assert (found.icc_one, found.icc_mean, found.alpha) == (None, None, None)
    assert agreement({}).alpha is None

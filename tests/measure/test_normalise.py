"""Min-max: laws that must hold for any figures, and agreement with COINr."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.measure.normalise import min_max

figures = arrays(np.float64, (6, 3), elements=st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))
UP = np.array([1, 1, 1])


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def test_the_worst_has_0_the_best_100_and_the_middle_lies_between():
    assert min_max(column(1, 2, 5), np.array([1])).score.ravel().tolist() == [0, 25, 100]


def test_where_lower_is_better_the_scale_is_turned_round():
    assert min_max(column(1, 2, 5), np.array([-1])).score.ravel().tolist() == [100, 75, 0]


def test_an_indicator_in_which_all_are_alike_has_no_score():
    assert np.isnan(min_max(column(7, 7, 7), np.array([1])).score).all()


def test_an_indicator_without_direction_has_no_score():
    assert np.isnan(min_max(column(1, 2, 3), np.array([0])).score).all()


def test_a_missing_value_stays_missing_and_moves_no_goalpost():
    score = min_max(column(1, np.nan, 5), np.array([1])).score.ravel()
    assert score[[0, 2]].tolist() == [0, 100]
    assert np.isnan(score[1])


def test_only_the_chosen_cities_set_the_goalposts():
    found = min_max(column(1, 5, 1000), np.array([1]), np.array([True, True, False]))
    assert (found.low[0], found.high[0], found.high_city[0]) == (1, 5, 1)
    assert np.isnan(found.score[2, 0])


def test_the_goalposts_name_the_cities_that_set_them():
    found = min_max(column(4, 9, 2), np.array([1]))
    assert (found.low_city[0], found.high_city[0]) == (2, 1)


def test_no_city_at_all_gives_no_score():
    assert min_max(np.zeros((0, 2)), np.array([1, 1])).score.shape == (0, 2)


@settings(deadline=None)
@given(
    values=figures, scale=st.sampled_from([1e-3, 0.01, 2.0, 1e4]), shift=st.sampled_from([-50.0, 0.0, 7.5])
)
def test_another_unit_changes_no_score(values, scale, shift):
    spread = values.max(axis=0) - values.min(axis=0)
    assume((spread > 1e-3).all())
    here = min_max(values, UP).score
    there = min_max(values * scale + shift, UP).score
    np.testing.assert_allclose(here, there, atol=1e-4)


@settings(deadline=None)
@given(values=figures)
def test_turning_the_direction_turns_the_score(values):
    np.testing.assert_allclose(min_max(values, UP).score, 100 - min_max(values, -UP).score, atol=1e-9)


@settings(deadline=None)
@given(values=figures, order=st.permutations(range(6)))
def test_the_order_of_the_cities_changes_no_score(values, order):
    np.testing.assert_array_equal(min_max(values, UP).score[order], min_max(values[order], UP).score)


@settings(deadline=None)
@given(values=figures)
def test_scores_lie_from_0_to_100_and_both_ends_are_reached(values):
    score = min_max(values, UP).score
    known = score[:, ~np.isnan(score).all(axis=0)]
    assert ((known >= 0) & (known <= 100)).all()
    assert (known.min(axis=0, initial=0) == 0).all()
    assert (known.max(axis=0, initial=100) == 100).all()


@pytest.mark.shared
def test_the_scores_are_those_of_coinr_on_its_asem_example(shared):
    folder = shared / "data" / "reference" / "coinr"
    meta = pl.read_csv(folder / "in_ASEM_iMeta.csv").filter(pl.col("Type") == "Indicator")
    names = meta["iCode"].to_list()
    treated = pl.read_csv(folder / "s1_treated.csv", null_values="").select(names).cast(pl.Float64)
    expected = pl.read_csv(folder / "s1_normalised.csv", null_values="").select(names).cast(pl.Float64)
    found = min_max(treated.to_numpy(), meta["Direction"].to_numpy()).score
    np.testing.assert_allclose(found, expected.to_numpy(), rtol=1e-10, atol=1e-10)

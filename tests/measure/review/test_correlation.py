"""How columns hang together: against scipy and numpy on what both of a pair report."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from urbium.errors import InputError
from urbium.measure.review.correlation import Correlations, correlations, cronbach_alpha, principal_components

figures = arrays(np.float64, (8, 3), elements=st.sampled_from([np.nan, 0.0, 1.0, 2.0, 3.5, -1.0, 7.0]))
whole = arrays(np.float64, (8, 3), elements=st.floats(-100, 100).map(lambda x: round(x, 2)))
SCIPY = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}


def scattered(rows=40, columns=4, missing=0.2, seed=3):
    rng = np.random.default_rng(seed)
    values = np.round(rng.normal(size=(rows, columns)) + rng.normal(size=(rows, 1)), 1)
    values[rng.random(values.shape) < missing] = np.nan
    return values


@pytest.mark.parametrize("kind", list(SCIPY))
def test_coefficients_and_p_values_are_those_of_scipy_on_common_rows(kind):
    values = scattered()
    found = correlations(values, kind=kind)
    for i, j in [(0, 1), (1, 3), (2, 0)]:
        both = ~np.isnan(values[:, [i, j]]).any(axis=1)
        coefficient, p_value = SCIPY[kind](values[both, i], values[both, j])
        assert found.coefficients[i, j] == pytest.approx(coefficient, rel=1e-9)
        assert found.p_values[i, j] == pytest.approx(p_value, rel=1e-9)
        assert found.counts[i, j] == both.sum()


@pytest.mark.parametrize("kind", list(SCIPY))
def test_columns_against_others_are_the_corner_of_the_square_table(kind):
    values = scattered(columns=5)
    square = correlations(values, kind=kind)
    corner = correlations(values[:, :2], values[:, 2:], kind=kind)
    np.testing.assert_allclose(corner.coefficients, square.coefficients[:2, 2:], rtol=1e-12)
    np.testing.assert_allclose(corner.p_values, square.p_values[:2, 2:], rtol=1e-9)
    assert corner.counts.tolist() == square.counts[:2, 2:].tolist()
    assert (square.is_square, corner.is_square) == (True, False)


def test_pearson_is_the_default():
    values = scattered()
    assert correlations(values).kind == "pearson"
    np.testing.assert_array_equal(
        correlations(values).coefficients, correlations(values, kind="pearson").coefficients
    )


@pytest.mark.parametrize("kind", list(SCIPY))
def test_two_common_rows_tell_nothing_and_three_do(kind):
    values = np.array([[1.0, 1.0, 1.0], [2.0, 3.0, 3.0], [3.0, np.nan, 4.0], [np.nan, 5.0, 9.0]])
    found = correlations(values, kind=kind)
    assert found.counts[0, 1] == 2
    assert np.isnan([found.coefficients[0, 1], found.p_values[0, 1]]).all()
    assert found.counts[0, 2] == 3
    assert 0.9 < found.coefficients[0, 2] <= 1
    assert not np.isnan(found.p_values[0, 2])


@pytest.mark.parametrize("kind", list(SCIPY))
@pytest.mark.parametrize("level", [0.0, 0.1, 1e9 / 3])
def test_a_column_that_does_not_vary_has_no_correlation(kind, level):
    found = correlations(np.array([[1.0, level], [2.0, level], [4.0, level]]), kind=kind)
    assert np.isnan([found.coefficients[0, 1], found.p_values[0, 1]]).all()


def test_perfect_correlation_has_the_p_value_0():
    found = correlations(np.array([[1.0, -2.0], [2.0, -4.0], [4.0, -8.0], [5.0, -10.0]]))
    assert found.coefficients[0, 1] == pytest.approx(-1, abs=1e-15)
    assert found.p_values[0, 1] == pytest.approx(0, abs=1e-12)


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match=r"no correlation of the kind 'cosine'; write pearson, spearman"):
        correlations(scattered(), kind="cosine")


def table(*rows, is_square=True):
    coefficients = np.array(rows, dtype=float)
    shape = coefficients.shape
    return Correlations("pearson", coefficients, np.full(shape, 0.04), np.full(shape, 9), is_square)


def test_flagged_pairs_come_once_with_their_figures():
    pairs = table([1, 0.9, -0.8], [0.9, 1, 0.2], [-0.8, 0.2, 1]).flagged(0.5)
    assert pairs == ((0, 1, 0.9, 0.04),)


def test_pairs_are_flagged_above_below_and_beyond():
    found = table([1, 0.9, -0.8], [0.9, 1, 0.2], [-0.8, 0.2, 1])
    assert [pair[:2] for pair in found.flagged(0.5, "above")] == [(0, 1)]
    assert [pair[:2] for pair in found.flagged(0.5, "below")] == [(0, 2), (1, 2)]
    assert [pair[:2] for pair in found.flagged(0.5, "beyond")] == [(0, 1), (0, 2)]


@pytest.mark.parametrize("way", ["above", "below", "beyond"])
def test_a_pair_at_the_threshold_is_not_flagged(way):
    assert table([1, 0.5], [0.5, 1]).flagged(0.5, way) == ()


def test_only_pairs_of_one_group_are_flagged():
    found = table([1, 0.9, 0.9], [0.9, 1, 0.9], [0.9, 0.9, 1])
    assert [pair[:2] for pair in found.flagged(0.5, groups=["air", "water", "air"])] == [(0, 2)]


def test_a_table_with_others_flags_every_cell_and_knows_no_groups():
    found = table([0.9, 0.1], [0.2, 0.8], is_square=False)
    assert [pair[:2] for pair in found.flagged(0.5)] == [(0, 0), (1, 1)]
    with pytest.raises(InputError, match=r"omit groups"):
        found.flagged(0.5, groups=["air", "air"])


@settings(deadline=None)
@given(values=figures, kind=st.sampled_from(list(SCIPY)))
def test_missing_values_never_raise_and_coefficients_stay_in_bounds(values, kind):
    found = correlations(values, kind=kind)
    known = found.coefficients[~np.isnan(found.coefficients)]
    assert (np.abs(known) <= 1).all()
    np.testing.assert_array_equal(found.coefficients, found.coefficients.T)
    assert (np.isnan(found.coefficients) == np.isnan(found.p_values)).all()


@settings(deadline=None)
@given(
    values=figures,
    kind=st.sampled_from(["pearson", "spearman"]),
    scale=st.sampled_from([1e-3, 5.0, 1e6]),
    order=st.permutations(range(8)),
)
def test_neither_unit_nor_order_changes_a_correlation(values, kind, scale, order):
    here = correlations(values, kind=kind).coefficients
    there = correlations(values[order] * [scale, 1, 1] + [0, 2, 0], kind=kind).coefficients
    np.testing.assert_allclose(here, there, atol=1e-7)


@settings(deadline=None)
@given(values=figures)
def test_ranks_are_not_moved_by_a_rising_curve(values):
    here = correlations(values, kind="spearman").coefficients
    np.testing.assert_allclose(here, correlations(np.exp(values), kind="spearman").coefficients, atol=1e-12)


def test_alpha_is_that_of_the_variances_when_all_is_known():
    values = scattered(missing=0)
    variances, total = values.var(axis=0, ddof=1).sum(), values.sum(axis=1).var(ddof=1)
    assert cronbach_alpha(values) == pytest.approx(4 / 3 * (1 - variances / total))


def test_alpha_takes_covariances_pair_by_pair():
    values = np.array([[1.0, 2.0], [2.0, np.nan], [4.0, 3.0], [np.nan, 9.0], [6.0, 8.0]])
    both = values[[0, 2, 4]]
    covariance = np.cov(both.T)[0, 1]
    variances = np.var([1, 2, 4, 6], ddof=1) + np.var([2, 3, 9, 8], ddof=1)
    expected = 2 * 2 * covariance / (variances + 2 * covariance)
    assert cronbach_alpha(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    "values",
    [
        np.array([[1.0], [2.0]]),
        np.full((3, 2), np.nan),
        np.array([[1.0, 2.0]]),
        np.array([[1.0, -1.0], [2.0, -2.0]]),
        np.zeros((4, 0)),
        np.ones((4, 2)),
    ],
    ids=["one column", "nothing known", "one row", "sums do not vary", "no column", "nothing varies"],
)
def test_alpha_is_unknown_where_there_is_nothing_to_compare(values):
    assert np.isnan(cronbach_alpha(values))


@settings(deadline=None)
@given(own=arrays(np.float64, 7, elements=st.integers(-50, 50).map(float)), copies=st.integers(2, 5))
def test_alpha_of_identical_columns_is_1(own, copies):
    assume(np.ptp(own) > 0)
    assert cronbach_alpha(np.tile(own[:, None], copies)) == pytest.approx(1, abs=1e-9)


def test_components_are_the_eigenvectors_of_the_correlations():
    values = scattered(missing=0)
    found = principal_components(values)
    variances, vectors = np.linalg.eigh(np.corrcoef(values.T))
    np.testing.assert_allclose(found.spread**2, variances[::-1], rtol=1e-9)
    np.testing.assert_allclose(np.abs(found.loadings), np.abs(vectors[:, ::-1]), atol=1e-9)
    np.testing.assert_allclose(found.share, variances[::-1] / 4, rtol=1e-9)
    assert found.rows_used == 40
    assert (found.loadings.sum(axis=0) > 0).all()


def test_only_rows_known_throughout_make_components():
    values = scattered()
    kept = values[~np.isnan(values).any(axis=1)]
    found = principal_components(values)
    assert found.rows_used == len(kept) < 40
    np.testing.assert_allclose(found.loadings, principal_components(kept).loadings, atol=1e-12)


def test_loadings_that_sum_to_nothing_point_by_the_largest():
    found = principal_components(np.array([[1.0, -1.0], [2.0, -2.0], [4.0, -4.0]]))
    largest = np.abs(found.loadings[:, 0]).argmax()
    assert found.loadings[largest, 0] == pytest.approx(np.sqrt(0.5))
    assert found.loadings[1 - largest, 0] == pytest.approx(-np.sqrt(0.5))


def test_a_column_that_does_not_vary_has_no_loading():
    found = principal_components(np.array([[1.0, 2.0, 0.1], [2.0, 1.0, 0.1], [3.0, 5.0, 0.1]]))
    assert found.loadings[2, :2].tolist() == [0, 0]
    assert np.isfinite(found.loadings).all()


def test_columns_that_do_not_vary_at_all_share_nothing():
    found = principal_components(np.full((3, 2), 5.0))
    assert found.spread.tolist() == [0, 0]
    assert np.isnan(found.share).all()


@pytest.mark.parametrize("rows", [0, 1])
def test_fewer_than_two_whole_rows_make_no_components(rows):
    values = np.array([[1.0, np.nan], [np.nan, 2.0], [1.0, 1.0]])[: 2 + rows]
    found = principal_components(values)
    assert found.rows_used == rows
    assert np.isnan(found.spread).all()
    assert np.isnan(found.loadings).all()
    assert (found.spread.shape, found.share.shape, found.loadings.shape) == ((2,), (2,), (2, 2))


def test_two_whole_rows_make_one_line():
    found = principal_components(np.array([[1.0, 1.0], [2.0, 3.0]]))
    np.testing.assert_allclose(found.spread, [np.sqrt(2), 0], atol=1e-12)


@settings(deadline=None)
@given(values=whole, scale=st.sampled_from([0.01, 40.0]), order=st.permutations(range(8)))
def test_neither_unit_nor_order_changes_the_spread_of_components(values, scale, order):
    assume((np.ptp(values, axis=0) > 1).all())
    here = principal_components(values)
    there = principal_components(values[order] * scale + 1)
    np.testing.assert_allclose(here.spread, there.spread, atol=1e-6)
    assert (here.spread**2).sum() == pytest.approx(3)


def test_tiny_units_have_the_same_components_and_correlations():
    values = scattered(missing=0)
    np.testing.assert_allclose(
        principal_components(values * 1e-9).loadings, principal_components(values).loadings, atol=1e-9
    )
    np.testing.assert_allclose(
        correlations(values * 1e-9).coefficients, correlations(values).coefficients, atol=1e-12
    )

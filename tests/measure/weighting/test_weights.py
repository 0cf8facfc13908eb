"""Weights by rule and by the data: laws, closed forms, and what happens where little is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seeds import tries
from urbium.errors import InputError
from urbium.measure.weighting.weights import equal, from_pca, noisy, optimised

groups = st.lists(st.sampled_from(["air", "water", "soil"]), min_size=1, max_size=9)


def scattered(rows=60, columns=3, seed=5):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, columns)) * np.arange(1, columns + 1) + rng.normal(size=(rows, 1))


def by_group(weights, parents):
    return {name: weights[[own == name for own in parents]].sum() for name in set(parents)}


def test_equal_weights_share_each_group():
    assert equal(["air", "water", "air", "air", "air"]).tolist() == [0.25, 1, 0.25, 0.25, 0.25]


@given(parents=groups)
def test_equal_weights_sum_to_one_in_each_group(parents):
    assert list(by_group(equal(parents), parents).values()) == pytest.approx([1] * len(set(parents)))


def test_component_weights_are_the_first_eigenvector_and_its_squares():
    values = scattered()
    vector = np.linalg.eigh(np.corrcoef(values.T))[1][:, -1]
    vector = vector * np.sign(vector.sum())
    parents = ["air"] * 3
    np.testing.assert_allclose(from_pca(values, parents, signed=True), vector, atol=1e-12)
    np.testing.assert_allclose(from_pca(values, parents), vector**2, atol=1e-12)


def test_each_group_has_its_own_component():
    values = scattered(columns=5)
    found = from_pca(values, ["air", "water", "air", "water", "soil"])
    np.testing.assert_allclose(found[[0, 2]], from_pca(values[:, [0, 2]], ["air", "air"]))
    np.testing.assert_allclose(found[[1, 3]], from_pca(values[:, [1, 3]], ["air", "air"]))
    assert found[4] == pytest.approx(1)


def test_a_gap_in_one_group_does_not_touch_another():
    values = scattered(columns=4)
    gaps = values.copy()
    gaps[3, 0] = np.nan
    parents = ["air", "air", "water", "water"]
    np.testing.assert_array_equal(from_pca(gaps, parents)[2:], from_pca(values, parents)[2:])
    np.testing.assert_allclose(
        from_pca(gaps, parents)[:2], from_pca(np.delete(values, 3, axis=0), parents)[:2]
    )


def test_a_group_that_is_nowhere_wholly_known_has_no_component_weights():
    found = from_pca(np.array([[1.0, np.nan, 2.0], [np.nan, 2.0, 3.0]]), ["air", "air", "water"])
    np.testing.assert_allclose(found, [np.nan, np.nan, 1])


@settings(deadline=None)
@given(scale=arrays(np.float64, 3, elements=st.floats(0.01, 1000)), order=st.permutations(range(60)))
def test_neither_units_nor_order_change_component_weights(scale, order):
    values = scattered()
    parents = ["air", "air", "air"]
    np.testing.assert_allclose(from_pca(values[order] * scale, parents), from_pca(values, parents), atol=1e-9)
    assert from_pca(values, parents).sum() == pytest.approx(1)


def test_equal_influence_is_that_of_the_closed_form():
    values = scattered()
    covariance = np.cov(values.T)
    expected = np.linalg.solve(covariance, np.sqrt(np.diag(covariance)))
    assert (expected > 0).all()
    found = optimised(values)
    np.testing.assert_allclose(found.weights, expected / expected.sum(), atol=1e-6)
    np.testing.assert_allclose(found.reached, [1 / 3] * 3, atol=1e-8)
    assert found.gap < 1e-8


def test_the_influence_asked_for_is_that_of_the_closed_form():
    values, asked = scattered(), np.array([3.0, 2.0, 2.0])
    covariance = np.cov(values.T)
    expected = np.linalg.solve(covariance, asked * np.sqrt(np.diag(covariance)))
    assert (expected > 0).all()
    found = optimised(values, asked)
    np.testing.assert_allclose(found.weights, expected / expected.sum(), atol=1e-6)
    np.testing.assert_allclose(found.influence, asked / 7)


def test_correlations_are_those_with_the_parent_and_shares_of_their_sum():
    values = scattered()
    found = optimised(values, np.array([3.0, 2.0, 1.0]), rounds=3)
    parent = values @ found.weights
    expected = [np.corrcoef(values[:, k], parent)[0, 1] for k in range(3)]
    np.testing.assert_allclose(found.correlations, expected)
    np.testing.assert_allclose(found.reached, found.correlations / sum(expected))
    assert found.gap == pytest.approx(np.abs(found.reached - [3 / 6, 2 / 6, 1 / 6]).max())


def test_one_round_tries_equal_weights_only():
    assert optimised(scattered(), rounds=1).weights.tolist() == [1 / 3] * 3


def test_more_rounds_never_end_further_off():
    values = scattered(columns=6)
    misfit = [((optimised(values, rounds=n).reached - 1 / 6) ** 2).sum() for n in (1, 2, 5, 20, 100)]
    assert misfit == sorted(misfit, reverse=True)
    assert misfit[0] > misfit[-1]


def test_another_way_to_score_is_followed():
    values = np.exp(scattered() / 10)

    def geometric(weights):
        return np.exp(np.log(values) @ weights)

    found = optimised(values, score=geometric)
    parent = geometric(found.weights)
    reached = [np.corrcoef(values[:, k], parent)[0, 1] for k in range(3)]
    np.testing.assert_allclose(reached, found.correlations)
    assert np.ptp(reached) < 1e-6


def test_rank_correlations_are_balanced_too():
    found = optimised(scattered(), kind="spearman")
    start = optimised(scattered(), kind="spearman", rounds=1)
    assert found.gap < 0.01 < start.gap


def test_a_parent_is_scored_by_its_known_children():
    values = scattered()
    gaps = values.copy()
    gaps[::7, 1] = np.nan
    found = optimised(gaps)
    known = np.where(np.isnan(gaps), 0, found.weights)
    parent = (known * np.nan_to_num(gaps)).sum(axis=1) / known.sum(axis=1)
    both = ~np.isnan(gaps[:, 1])
    assert found.correlations[0] == pytest.approx(np.corrcoef(gaps[:, 0], parent)[0, 1])
    assert found.correlations[1] == pytest.approx(np.corrcoef(gaps[both, 1], parent[both])[0, 1])
    assert found.gap < 1e-8


def test_a_child_that_does_not_vary_gets_no_weight():
    values = np.insert(scattered(), 1, 4.0, axis=1)
    found = optimised(values)
    assert found.weights[1] == 0
    np.testing.assert_allclose(found.weights[[0, 2, 3]], optimised(scattered()).weights, atol=1e-6)
    np.testing.assert_allclose(found.influence, [1 / 3, 0, 1 / 3, 1 / 3])


def test_where_no_child_varies_there_are_no_weights():
    found = optimised(np.full((5, 2), np.nan))
    assert np.isnan(found.weights).all()
    assert np.isnan(found.gap)


def test_influence_out_of_reach_says_how_far_off_it_is():
    own = scattered(columns=1)
    found = optimised(np.hstack([own, own * 2]), np.array([1.0, 3.0]))  # both correlate wholly, always
    np.testing.assert_allclose(found.reached, [0.5, 0.5])
    assert found.gap == pytest.approx(0.25)
    assert found.weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("asked", [[1.0, 0.0, 1.0], [1.0, -1.0, 1.0], [1.0, np.nan, 1.0]])
def test_influence_must_be_above_zero(asked):
    with pytest.raises(InputError, match="not above zero"):
        optimised(scattered(), np.array(asked))


@settings(deadline=None, max_examples=tries(20))
@given(scale=st.sampled_from([0.01, 100.0]), order=st.permutations(range(60)))
def test_neither_one_unit_for_all_nor_order_changes_optimised_weights(scale, order):
    values = scattered()
    np.testing.assert_allclose(optimised(values[order] * scale).weights, optimised(values).weights, atol=1e-6)


PARENTS = ["", "root", "root", "a", "a", "a"]
GIVEN = np.array([1.0, 0.4, 0.6, 1.0, 2.0, 3.0])


def test_drawn_weights_stay_within_their_spread_and_fill_it():
    found = noisy(GIVEN, None, 0.25, 4000, np.random.default_rng(2)) / GIVEN
    assert found.shape == (4000, 6)
    assert 0.75 <= found.min() < 0.751
    assert 1.249 < found.max() <= 1.25
    np.testing.assert_allclose(found.mean(axis=0), 1, atol=0.01)
    np.testing.assert_allclose(found.std(axis=0), 0.25 / np.sqrt(3), atol=0.01)


def test_weights_of_siblings_are_drawn_independently():
    found = noisy(GIVEN, None, 0.25, 4000, np.random.default_rng(2))
    assert np.abs(np.corrcoef(found.T) - np.eye(6)).max() < 0.06


def test_siblings_keep_their_sum_and_the_proportions_drawn():
    kept = noisy(GIVEN, PARENTS, 0.25, 50, np.random.default_rng(2))
    free = noisy(GIVEN, None, 0.25, 50, np.random.default_rng(2))
    np.testing.assert_allclose(kept[:, 0], 1)
    np.testing.assert_allclose(kept[:, 1:3].sum(axis=1), 1)
    np.testing.assert_allclose(kept[:, 3:].sum(axis=1), 6)
    np.testing.assert_allclose(kept[:, 4] / kept[:, 3], free[:, 4] / free[:, 3])


def test_each_node_has_its_own_spread():
    spread = np.array([0.0, 0.5, 0.5, 0.0, 0.1, 0.0])
    found = noisy(GIVEN, None, spread, 500, np.random.default_rng(2)) / GIVEN
    assert (found[:, [0, 3, 5]] == 1).all()
    assert np.ptp(found[:, 1]) > 0.9
    assert np.ptp(found[:, 4]) <= 0.2


def test_the_same_seed_draws_the_same_weights():
    one, two = (noisy(GIVEN, PARENTS, 0.2, 3, np.random.default_rng(8)) for _ in range(2))
    assert one.tolist() == two.tolist()


def test_siblings_without_weight_stay_without():
    found = noisy(np.array([0.0, 0.0, 1.0]), ["x", "x", ""], 0.25, 4, np.random.default_rng(1))
    assert found[:, :2].tolist() == [[0, 0]] * 4


@pytest.mark.parametrize("spread", [-0.01, 1.0, np.array([0.1, 0.1, 1.5, 0, 0, 0]), np.nan])
def test_a_spread_outside_its_bounds_is_refused(spread):
    with pytest.raises(InputError, match=r"a spread of weights is outside the range 0 to 1; write 0\.25"):
        noisy(GIVEN, None, spread, 2, np.random.default_rng(1))


@settings(deadline=None)
@given(parents=groups, spread=st.floats(0, 0.9), seed=st.integers(0, 99))
def test_drawn_weights_are_above_zero_and_sum_to_one_in_each_group(parents, spread, seed):
    found = noisy(equal(parents), parents, spread, 3, np.random.default_rng(seed))
    assert (found > 0).all()
    for own in found:
        assert list(by_group(own, parents).values()) == pytest.approx([1] * len(set(parents)))

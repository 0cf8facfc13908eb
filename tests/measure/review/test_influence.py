"""What elements really weigh, and what it does to ranks to take one out or change the method."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from urbium.errors import InputError
from urbium.measure.aggregate import tree
from urbium.measure.review.influence import compare, effective_weights, remove_elements
from urbium.model import Choice, Index, IndexNode

PARTS = [
    ("all", "", 1.0),
    ("air", "all", 3.0),
    ("water", "all", 1.0),
    ("dust", "air", 1.0),
    ("ozone", "air", 4.0),
    ("leaks", "water", 2.0),
]
figures = arrays(np.float64, (6, 3), elements=st.sampled_from([np.nan, 1.0, 2.0, 5.0, 8.0, 9.5]))


@pytest.fixture
def layout():
    nodes = tuple(IndexNode(*part, {"en": part[0]}) for part in PARTS)
    return tree(Index("x", {"en": "x"}, nodes, Choice.row("min-max"), Choice.row("arithmetic"), 0.0, 0))


def named(layout, weights):
    return dict(zip((node.id for node in layout.nodes), weights.tolist(), strict=True))


def test_effective_weights_multiply_down_the_tree(layout):
    assert named(layout, effective_weights(layout)) == pytest.approx(
        {"all": 1, "air": 0.75, "water": 0.25, "dust": 0.15, "ozone": 0.6, "leaks": 0.25}
    )


def test_other_weights_replace_the_declared_ones_one_set_or_many(layout):
    weights = layout.weights
    weights[1:3] = [1.0, 1.0]
    many = effective_weights(layout, np.stack([layout.weights, weights]))
    assert many.shape == (2, 6)
    np.testing.assert_array_equal(many[0], effective_weights(layout))
    np.testing.assert_array_equal(many[1], effective_weights(layout, weights))
    assert many[1, 1:3].tolist() == [0.5, 0.5]


def test_children_that_weigh_nothing_have_no_share(layout):
    weights = layout.weights
    weights[[node.id in {"dust", "ozone"} for node in layout.nodes]] = 0.0
    found = named(layout, effective_weights(layout, weights))
    assert np.isnan([found["dust"], found["ozone"]]).all()
    assert (found["air"], found["leaks"]) == (0.75, 0.25)


@settings(deadline=None)
@given(weights=arrays(np.float64, 6, elements=st.floats(0.1, 9)), scale=st.floats(0.1, 10))
def test_effective_weights_of_the_leaves_sum_to_one_whatever_the_scale(weights, scale):
    nodes = tuple(IndexNode(*part, {"en": part[0]}) for part in PARTS)
    layout = tree(Index("x", {"en": "x"}, nodes, (), Choice.row("arithmetic"), 0.0, 0))
    found = effective_weights(layout, weights)
    assert found[list(layout.leaves)].sum() == pytest.approx(1)
    np.testing.assert_allclose(found, effective_weights(layout, weights * scale))


def test_versions_are_compared_by_rank():
    found = compare(np.array([[9.0, 1.0], [8.0, 7.0], [5.0, 6.0]]))
    assert found.ranks.tolist() == [[1, 3], [2, 1], [3, 2]]
    assert found.changes.tolist() == [[0, 2], [0, -1], [0, -1]]
    np.testing.assert_allclose(found.mean_change, [0, 4 / 3])
    assert found.largest_change.tolist() == [0, 2]
    np.testing.assert_allclose(found.agreement, [1, -0.5])
    assert found.base == 0


def test_another_version_can_be_the_base():
    found = compare(np.array([[9.0, 1.0], [8.0, 7.0], [5.0, 6.0]]), base=1)
    assert found.changes.tolist() == [[-2, 0], [1, 0], [1, 0]]
    assert found.base == 1


def test_ties_share_the_better_rank():
    found = compare(np.array([[5.0, 5.0], [5.0, 4.0], [1.0, 9.0]]))
    assert found.ranks.tolist() == [[1, 2], [1, 3], [3, 1]]


def test_a_row_without_a_score_has_no_change_and_is_not_counted():
    found = compare(np.array([[9.0, np.nan], [np.nan, 7.0], [5.0, 6.0], [4.0, 8.0]]))
    assert found.ranks.tolist() == [[1, -1], [-1, 2], [2, 3], [3, 1]]
    np.testing.assert_array_equal(found.changes, [[0, np.nan], [np.nan, np.nan], [0, 1], [0, -2]])
    np.testing.assert_allclose(found.mean_change, [0, 1.5])
    assert found.largest_change.tolist() == [0, 2]


def test_versions_that_share_no_row_have_no_figures():
    found = compare(np.array([[1.0, np.nan], [np.nan, 2.0]]))
    assert found.mean_change[0] == 0
    assert np.isnan([found.mean_change[1], found.largest_change[1], found.agreement[1]]).all()


@pytest.mark.parametrize("base", [-1, 2])
def test_a_base_that_is_no_version_is_refused(base):
    with pytest.raises(
        InputError, match=f"there is no version {base} among the 2 versions; versions are numbered from 0"
    ):
        compare(np.ones((3, 2)), base=base)


def test_agreement_is_the_rank_correlation():
    scores = np.random.default_rng(1).normal(size=(30, 2))
    assert compare(scores).agreement[1] == pytest.approx(
        stats.spearmanr(scores[:, 0], scores[:, 1]).statistic
    )


VALUES = np.array([[9.0, 1.0, 4.0], [5.0, 6.0, 4.5], [1.0, 9.0, 3.0]])


def test_each_element_is_taken_out_by_a_weight_of_zero():
    seen = []

    def score(weights):
        seen.append(weights.tolist())
        return VALUES @ weights

    weights = np.array([1.0, 2.0, 1.0])
    found = remove_elements(score, weights, [1, 0])
    assert seen == [[1, 2, 1], [1, 0, 1], [0, 2, 1]]
    assert weights.tolist() == [1, 2, 1]
    assert found.scores.T.tolist() == [[15, 21.5, 22], [13, 9.5, 4], [6, 16.5, 21]]
    assert found.ranks.T.tolist() == [[3, 2, 1], [1, 2, 3], [3, 2, 1]]
    np.testing.assert_allclose(found.mean_change, [0, 4 / 3, 0])
    assert found.base == 0


def test_nothing_taken_out_leaves_the_full_version():
    found = remove_elements(lambda weights: VALUES @ weights, np.ones(3), [])
    assert found.ranks.shape == (3, 1)
    assert found.mean_change.tolist() == [0]


@settings(deadline=None)
@given(scores=figures, order=st.permutations(range(6)))
def test_missing_scores_never_raise_and_order_changes_nothing(scores, order):
    here, there = compare(scores), compare(scores[order])
    np.testing.assert_array_equal(there.changes, here.changes[order])
    np.testing.assert_allclose(there.mean_change, here.mean_change)
    np.testing.assert_allclose(there.agreement, here.agreement, atol=1e-12)


@settings(deadline=None)
@given(scores=figures)
def test_a_version_compared_with_itself_has_not_changed(scores):
    found = compare(np.hstack([scores, scores]))
    ranked = found.ranks[:, 0] > 0
    assert (found.changes[ranked, 3] == 0).all()

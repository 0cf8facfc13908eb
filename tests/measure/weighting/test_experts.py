"""Weights from people: published examples, laws, and every fault named."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.measure.weighting.experts import AHP, ahp, budget_allocation

# Saaty, How to make a decision: the analytic hierarchy process, EJOR 48 (1990): what matters in a house
HOUSE = [
    "1 5 3 7 6 6 1/3 1/4",
    "1/5 1 1/3 5 3 3 1/5 1/7",
    "1/3 3 1 6 3 4 6 1/5",
    "1/7 1/5 1/6 1 1/3 1/4 1/7 1/8",
    "1/6 1/3 1/3 3 1 1/2 1/5 1/6",
    "1/6 1/3 1/4 4 2 1 1/5 1/6",
    "3 5 1/6 7 5 5 1 1/2",
    "4 7 5 8 6 6 2 1",
]


def judgements(rows):
    return np.array([[float(Fraction(cell)) for cell in row.split()] for row in rows])


def consistent(weights):
    own = np.array(weights, dtype=float)
    return own[:, None] / own[None, :]


def faults(function, *given, **named):
    with pytest.raises(InputError) as caught:
        function(*given, **named)
    return [str(fault) for fault in caught.value.faults]


def test_the_house_of_saaty_has_its_published_weights_and_ratio():
    found = ahp(judgements(HOUSE))
    assert found.weights.round(3).tolist() == [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    assert found.eigenvalue == pytest.approx(9.669, abs=5e-4)
    assert found.consistency_index == pytest.approx(0.238, abs=5e-4)
    assert found.consistency_ratio == pytest.approx(0.169, abs=5e-4)
    assert not found.is_consistent


def test_inverses_may_be_rounded_to_two_decimals_and_change_nothing():
    rounded = np.where(judgements(HOUSE) < 1, judgements(HOUSE).round(2), judgements(HOUSE))
    np.testing.assert_allclose(ahp(rounded).weights, ahp(judgements(HOUSE)).weights, rtol=1e-12)


@given(st.lists(st.floats(0.5, 4), min_size=1, max_size=8))
def test_consistent_judgements_give_back_their_weights_with_the_ratio_0(weights):
    found = ahp(consistent(weights))
    np.testing.assert_allclose(found.weights, np.array(weights) / sum(weights), rtol=1e-6)
    assert found.weights.sum() == pytest.approx(1)
    assert found.eigenvalue == pytest.approx(len(weights))
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.is_consistent


@pytest.mark.parametrize(
    ("count", "random"),
    [
        (3, 0.58),
        (4, 0.90),
        (5, 1.12),
        (6, 1.24),
        (7, 1.32),
        (8, 1.41),
        (9, 1.45),
        (10, 1.49),
        (11, 1.51),
        (12, 1.48),
        (13, 1.56),
        (14, 1.57),
        (15, 1.59),
    ],
)
def test_the_ratio_is_the_index_over_that_of_random_judgements(count, random):
    judged = np.ones((count, count))
    judged[0, 1], judged[1, 0] = 9, 1 / 9
    found = ahp(judged)
    assert found.consistency_index == pytest.approx((found.eigenvalue - count) / (count - 1))
    assert found.consistency_index > 0
    assert found.consistency_index / found.consistency_ratio == pytest.approx(random)


def test_one_and_two_items_cannot_disagree():
    assert (ahp([[1]]).weights.tolist(), ahp([[1]]).consistency_ratio) == ([1], 0)
    pair = ahp([[1, 3], [1 / 3, 1]])
    np.testing.assert_allclose(pair.weights, [0.75, 0.25])
    assert (pair.consistency_ratio, pair.is_consistent) == (0, True)


@pytest.mark.parametrize(("ratio", "is_consistent"), [(0.1, True), (0.1 + 1e-12, True), (0.1001, False)])
def test_judgements_are_consistent_up_to_a_ratio_of_a_tenth(ratio, is_consistent):
    assert AHP(np.ones(1), 1.0, 0.0, ratio).is_consistent == is_consistent


@pytest.mark.parametrize("shape", [(2, 3), (0, 0), (16, 16), (3,), ()])
def test_a_table_of_the_wrong_shape_is_refused(shape):
    with pytest.raises(
        InputError, match=r"cannot be compared pairwise; supply a square table of 1 to 15 items"
    ):
        ahp(np.ones(shape))


def test_every_wrong_judgement_is_named():
    judged = [[1, 3, np.nan, 4], [0.3, 1, 0, -2], [2, 5, 2, 1], [0.25, -0.5, 1, 1]]
    assert faults(ahp, judged, ["air", "water", "soil", "noise"]) == [
        "soil against itself is 2; write 1",
        "air against water is 3, but 0.3 the other way round; write 0.333 for the opposite",
        (
            "air against soil is missing, but 2 the other way round; "
            "supply a figure above zero for each direction"
        ),
        "water against soil is 0, but 5 the other way round; supply a figure above zero for each direction",
        (
            "water against noise is -2, but -0.5 the other way round; "
            "supply a figure above zero for each direction"
        ),
    ]


def test_items_without_names_are_numbered():
    assert faults(ahp, [[1, 2], [2, 1]]) == [
        "item 1 against item 2 is 2, but 2 the other way round; write 0.5 for the opposite"
    ]


@pytest.mark.parametrize(("opposite", "count"), [(0.12, 0), (0.13, 0), (0.119, 1), (0.131, 1)])
def test_an_inverse_may_be_half_a_hundredth_off(opposite, count):
    judged = [[1, 8], [opposite, 1]]
    assert (len(faults(ahp, judged)) if count else len(ahp(judged).weights) - 2) == count


def test_points_become_mean_shares_with_spread_and_disagreement():
    found = budget_allocation([[60, 40, 0], [20, 40, 40]])
    np.testing.assert_allclose(found.weights, [0.4, 0.4, 0.2])
    np.testing.assert_allclose(found.spread, [np.sqrt(0.08), 0, np.sqrt(0.08)], atol=1e-15)
    np.testing.assert_allclose(found.disagreement, [0.2, 0.2])


def test_another_budget_gives_the_same_shares():
    found = budget_allocation([[6, 4], [3, 7]], 10)
    np.testing.assert_allclose(found.weights, [0.45, 0.55])


def test_a_single_expert_has_no_spread():
    found = budget_allocation([70, 30])
    assert found.weights.tolist() == [0.7, 0.3]
    assert np.isnan(found.spread).all()
    assert found.disagreement.tolist() == [0]


def test_every_wrong_allocation_is_named():
    points = [[60, 30], [50, 50], [-10, 110], [np.nan, 100]]
    assert faults(budget_allocation, points, items=["air", "water"], experts=["Li", "Wu", "He", "Su"]) == [
        "He gives air -10 points; enter 0 or more",
        "Su gives air no points; enter 0 or more",
        "Li gives 90 points in total; spread 100 points",
    ]


def test_experts_without_names_are_numbered():
    assert faults(budget_allocation, [[100, 0], [100, 100]], 100) == [
        "expert 2 gives 200 points in total; spread 100 points"
    ]
    assert faults(budget_allocation, [[-1, 101]]) == ["expert 1 gives item 1 -1 points; enter 0 or more"]


def test_rounding_of_points_is_forgiven_and_no_more():
    assert budget_allocation([[33.3, 33.3, 33.4 + 1e-8]]).weights.sum() == pytest.approx(1)
    assert len(faults(budget_allocation, [[33.3, 33.3, 33.3]])) == 1


@pytest.mark.parametrize("points", [[], [[]], np.zeros((0, 3))])
def test_nobody_s_points_are_refused(points):
    with pytest.raises(InputError, match="no expert has given any points"):
        budget_allocation(points)


@given(
    st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=1, max_size=5),
    st.permutations(range(3)),
)
def test_shares_sum_to_one_and_follow_the_order_of_the_items(raw, order):
    given_points = np.array([np.array(row) / sum(row) * 100 for row in raw])
    found = budget_allocation(given_points)
    assert found.weights.sum() == pytest.approx(1)
    assert ((found.disagreement >= 0) & (found.disagreement <= 1)).all()
    np.testing.assert_allclose(budget_allocation(given_points[:, order]).weights, found.weights[list(order)])

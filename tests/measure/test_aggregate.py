"""The tree: coverage, availability, means, Copeland, ranks."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbium.errors import InputError, NotFoundError
from urbium.measure import aggregate
from urbium.measure.aggregate import coverage, rank, tree
from urbium.measure.means import copeland
from urbium.model import Choice, Index, IndexNode

NODES = (
    ("root", "", 1.0),
    ("people", "root", 0.75),
    ("nature", "root", 0.25),
    ("beds", "people", 0.5),
    ("staff", "people", 0.5),
    ("green", "nature", 0.8),
    ("waste", "nature", 0.2),
)
ALL = np.ones((1, 4), dtype=bool)


def layout(nodes=NODES):
    made = tuple(IndexNode(name, parent, weight, {"en": name}) for name, parent, weight in nodes)
    return tree(Index("root", {}, made, (), (), 0.5, 0))


def node_scores(normalised, availability=0.5, nodes=NODES, ways="arithmetic", weights=None):
    laid = layout(nodes)
    values = np.array([normalised], dtype=float)
    sets = laid.weights[None, :] if weights is None else np.array([weights], dtype=float)
    ways = Choice.row(ways) if isinstance(ways, str) else ways
    found = aggregate.node_scores(laid, values, sets, ways, availability=availability)[:, 0, 0]
    return dict(zip([laid.nodes[place].id for place in laid.inner], found.tolist(), strict=True))


def test_a_score_is_the_weighted_mean_of_weighted_means():
    found = node_scores([80, 40, 50, 100])
    assert found["people"] == 60
    assert found["nature"] == pytest.approx(60)  # 0.8 x 50 + 0.2 x 100
    assert found["root"] == pytest.approx(60)


def test_the_weights_of_what_is_known_are_made_to_sum_to_one():
    found = node_scores([80, np.nan, 50, 100])
    assert found["people"] == 80
    assert found["root"] == pytest.approx(0.75 * 80 + 0.25 * 60)


def test_a_node_of_which_too_little_is_known_has_no_score_and_does_not_count():
    found = node_scores([80, np.nan, 50, 100], availability=0.6)
    assert np.isnan(found["people"])
    assert found["root"] == pytest.approx(60)  # nature alone


def test_a_power_below_one_takes_zeros():
    # ((0.5 x 0 + 0.5 x 2) ^ 2) = 1
    assert node_scores([0, 4, 1, 1], ways="power(power=0.5)")["people"] == pytest.approx(1)


def test_every_set_of_weights_has_its_own_order_of_copeland():
    laid = layout()
    values = np.array([[9.0, 1, 9, 1], [1, 9, 1, 9], [5, 5, 5, 5]])
    sets = np.array([[1, 1, 1, 0.9, 0.1, 0.9, 0.1], [1, 1, 1, 0.1, 0.9, 0.1, 0.9]])
    found = aggregate.node_scores(laid, values, sets, Choice.row("copeland"))
    people = [laid.nodes[place].id for place in laid.inner].index("people")
    assert found[people].tolist() == [[2, -2, 0], [-2, 2, 0]]


def test_exactly_enough_is_enough():
    assert node_scores([80, np.nan, 50, np.nan], availability=0.5)["root"] == pytest.approx(72.5)


def test_a_root_of_which_too_little_is_known_has_no_score():
    assert np.isnan(node_scores([80, 20, np.nan, np.nan], availability=0.6)["root"])


def test_coverage_counts_the_indicators_below_each_node():
    known = np.array([[True, True, True, False]])
    shares = coverage(layout(), known)[0]
    assert shares[:3].tolist() == [0.75, 1.0, 0.5]


def test_the_order_of_the_declared_rows_does_not_matter():
    assert node_scores([50, 100, 80, 40], nodes=(*NODES[5:], *NODES[3:5], *NODES[:3])) == pytest.approx(
        node_scores([80, 40, 50, 100])
    )


def test_equal_scores_share_the_better_rank_and_the_next_is_skipped():
    assert rank(np.array([70.0, 90.0, 70.0, np.nan, 10.0])).tolist() == [2, 1, 2, -1, 4]


scores = st.lists(st.integers(0, 100).map(float), min_size=4, max_size=4)


@settings(deadline=None)
@given(values=scores, place=st.integers(0, 3), better=st.integers(1, 50))
def test_a_better_indicator_never_lowers_the_score(values, place, better):
    improved = [*values]
    improved[place] = values[place] + better
    assert node_scores(improved)["root"] > node_scores(values)["root"]


@settings(deadline=None)
@given(values=scores)
def test_a_score_lies_between_its_worst_and_its_best_part(values):
    assert min(values) - 1e-9 <= node_scores(values)["root"] <= max(values) + 1e-9


def test_the_geometric_mean_multiplies():
    found = node_scores([4, 16, 9, 1], ways="geometric")
    assert found["people"] == pytest.approx(8)
    assert found["nature"] == pytest.approx(9**0.8)


def test_the_harmonic_mean_adds_inverses():
    assert node_scores([40, 60, 1, 1], ways="harmonic")["people"] == pytest.approx(48)


def test_a_power_mean_of_two_is_the_root_of_the_mean_square():
    assert node_scores([3, 4, 1, 1], ways="power(power=2)")["people"] == pytest.approx(12.5**0.5)


def test_a_power_mean_of_minus_one_is_the_harmonic_mean():
    parts = [40, 60, 5, 10]
    assert node_scores(parts, ways="power(power=-1)") == pytest.approx(node_scores(parts, ways="harmonic"))


def test_levels_are_aggregated_each_in_its_way_from_the_bottom_up():
    found = node_scores([4, 16, 9, 9], ways="geometric > arithmetic")
    assert found["people"] == pytest.approx(8)
    assert found["root"] == pytest.approx(0.75 * 8 + 0.25 * 9)


def test_the_last_way_holds_for_all_levels_above():
    assert node_scores([4, 16, 8, 8], ways="geometric")["root"] == pytest.approx(8)


@pytest.mark.parametrize("way", ["geometric", "harmonic", "power(power=-2)"])
def test_a_mean_that_needs_values_above_zero_says_so_and_what_to_do(way):
    with pytest.raises(InputError, match="above zero") as caught:
        node_scores([0, 10, 10, 10], ways=way)
    assert "min-max(low=1, high=100)" in caught.value.remedy


def test_a_power_mean_above_zero_takes_a_zero_but_nothing_below():
    assert node_scores([0, 8, 1, 1], ways="power(power=2)")["people"] == pytest.approx(32**0.5)
    with pytest.raises(InputError):
        node_scores([-1, 8, 1, 1], ways="power(power=2)")


def test_a_missing_part_is_skipped_by_every_mean():
    for way in ("geometric", "harmonic", "power(power=3)"):
        assert node_scores([80, np.nan, 50, 100], ways=way)["people"] == pytest.approx(80)


def test_missing_none_gives_no_score_where_a_part_is_missing():
    found = node_scores([80, np.nan, 50, 100], ways="arithmetic(missing=none) > arithmetic")
    assert np.isnan(found["people"])
    assert found["root"] == pytest.approx(60)


@pytest.mark.parametrize("way", ["mean", "power", "power(power=0)"])
def test_an_unknown_way_names_those_that_are_known(way):
    with pytest.raises(NotFoundError, match="way to aggregate"):
        node_scores([1, 1, 1, 1], ways=way)


def test_an_unknown_rule_for_missing_values_is_refused():
    with pytest.raises(InputError, match="zero is not a rule for missing values"):
        node_scores([1, 1, 1, 1], ways="arithmetic(missing=zero)")


def test_an_own_function_aggregates_the_children():
    def worst(values, weights):
        return values.min(axis=1)

    found = node_scores([80, 40, 50, 100], ways=(worst, Choice("arithmetic")))
    assert (found["people"], found["nature"]) == (40, 50)


def test_only_the_proportions_of_weights_within_a_parent_count():
    doubled = layout().weights * [1, 2, 2, 3, 3, 7, 7]
    assert node_scores([80, 40, 50, 100], weights=doubled) == pytest.approx(node_scores([80, 40, 50, 100]))


def test_weights_without_any_sum_give_no_score():
    assert np.isnan(node_scores([80, 40, 50, 100], weights=[1, 1, 1, 0, 0, 1, 1])["people"])


def test_a_batch_of_weights_gives_what_each_set_gives_alone():
    laid = layout()
    values = np.array([[80, np.nan, 50, 100], [1, 2, 3, 4.0]])
    sets = np.random.default_rng(1).random((5, len(laid.nodes)))
    ways = Choice.row("geometric > copeland")
    batch = aggregate.node_scores(laid, values, sets, ways)
    alone = [aggregate.node_scores(laid, values, one[None, :], ways)[:, 0] for one in sets]
    np.testing.assert_array_equal(batch, np.stack(alone, axis=1))


def loop_copeland(values, weights):
    """Compare every pair in exact fractions."""
    shares = [Fraction(weight) for weight in weights]
    found = []
    for i, mine in enumerate(values):
        net = 0
        for j, theirs in enumerate(values):
            signs = [(a > b) - (a < b) for a, b in zip(mine, theirs, strict=True)]
            ahead = sum((w * s for w, s in zip(shares, signs, strict=True)), Fraction(0))
            net += (ahead > 0) - (ahead < 0) if i != j else 0
        found.append(net)
    return found


@settings(deadline=None)
@given(data=st.data(), rows=st.integers(1, 8), width=st.integers(1, 4))
def test_copeland_equals_the_comparison_of_every_pair(data, rows, width):
    cell = st.integers(0, 3).map(float)
    values = data.draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=rows, max_size=rows))
    weights = data.draw(st.lists(st.sampled_from([0.25, 0.5, 1.0]), min_size=width, max_size=width))
    assert copeland(np.array(values), np.array(weights)).tolist() == loop_copeland(values, weights)


def test_copeland_calls_it_a_tie_when_sums_differ_by_rounding_only():
    # behind by 0.3, ahead by 0.1 + 0.2, which is not 0.3 in binary
    values = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert copeland(values, np.array([0.1, 0.2, 0.3])).tolist() == [0, 0]


def test_copeland_of_more_rows_than_are_compared_at_once_counts_them_all():
    values = np.arange(300.0)[:, None]
    assert copeland(values, np.ones(1)).tolist() == list(range(-299, 300, 2))


def test_copeland_gives_a_part_that_is_missing_no_say_and_a_row_without_parts_nothing():
    values = np.array([[5.0, np.nan], [1.0, 9.0], [np.nan, np.nan]])
    found = copeland(values, np.array([0.4, 0.6]))
    assert found[:2].tolist() == [1, -1]
    assert np.isnan(found[2])

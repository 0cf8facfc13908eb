"""Ranks, result tables, summaries, strengths and weaknesses, against counting by hand and by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from urbium.errors import NotFoundError
from urbium.measure.matrix import matrix
from urbium.measure.review.standings import (
    group_labels,
    nullable,
    ranks,
    row_position,
    strengths_and_weaknesses,
    summary,
)

NONE = np.nan
FIGURES = st.sampled_from([0.0, 1.0, 2.5, -3.0, 7.0, 1e-12, NONE])
TABLES = arrays(float, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=6), elements=FIGURES)


def test_the_highest_has_rank_one_and_equals_share_the_better_rank():
    assert ranks(np.array([[3.0], [9.0], [3.0], [1.0]])).ravel().tolist() == [2, 1, 2, 4]


def test_where_lower_is_better_the_lowest_has_rank_one():
    values = np.array([[3.0, 3.0], [9.0, 9.0]])

    assert ranks(values, directions=np.array([1, -1])).tolist() == [[2, 1], [1, 2]]


def test_what_is_missing_or_has_no_direction_is_not_ranked():
    values = np.array([[3.0, 3.0], [NONE, 9.0]])

    assert ranks(values, directions=np.array([1, 0])).tolist() == [[1, -1], [-1, -1]]


def test_figures_that_differ_in_the_twelfth_decimal_are_not_equals():
    assert ranks(np.array([[2e-12], [1e-12]])).ravel().tolist() == [1, 2]


def test_ranks_within_groups_count_only_the_own_group():
    values = np.array([[5.0], [4.0], [3.0], [2.0], [1.0]])

    found = ranks(values, groups=["b", "a", None, "a", "b"])

    assert found.ravel().tolist() == [1, 1, -1, 2, 2]


def test_equals_share_a_rank_within_a_group_but_not_across_groups():
    values = np.array([[5.0], [5.0], [5.0], [1.0]])

    assert ranks(values, groups=["a", "a", "b", "b"]).ravel().tolist() == [1, 1, 1, 2]


@pytest.mark.parametrize("shape", [(0, 2), (3, 0), (0, 0)])
def test_ranks_of_nothing_are_nothing(shape):
    assert ranks(np.zeros(shape)).shape == shape


@given(TABLES, st.lists(st.sampled_from(["a", "b", None]), min_size=6, max_size=6))
def test_a_rank_is_one_more_than_the_rows_of_the_group_that_are_better(values, labels):
    labels = labels[: len(values)]
    found = ranks(values, groups=labels)

    expected = [
        [
            -1
            if np.isnan(own) or labels[row] is None
            else 1
            + sum(values[other, column] > own for other in range(len(values)) if labels[other] == labels[row])
            for column, own in enumerate(values[row])
        ]
        for row in range(len(values))
    ]
    assert found.tolist() == expected


@given(TABLES, st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_of_the_rows(values, random):
    order = list(range(len(values)))
    random.shuffle(order)

    assert ranks(values[order]).tolist() == ranks(values)[order].tolist()


def test_groups_are_numbered_by_name_and_empty_names_are_no_group():
    assert group_labels(["south", "", "north", None, "south"]).tolist() == [1, -1, 0, -1, 1]


def test_scores_that_differ_by_rounding_alone_share_a_rank():
    scores = np.array([[50.0], [50.0 + 1e-10], [50.0 + 1e-8]])

    assert summary("a", ["a", "b", "c"], ["index"], scores)["rank"].item() == 2


def test_a_summary_names_score_rank_and_how_many_are_ranked():
    scores = np.array([[40.0, NONE], [60.0, 5.0]])

    table = summary("a", ["a", "b"], ["index", "pillar"], scores, names={"index": "The index"})

    assert table.columns == ["node", "name", "score", "rank", "of"]
    assert table.rows() == [("index", "The index", 40.0, 2, 2), ("pillar", "pillar", None, None, 1)]


def test_a_summary_of_an_unknown_city_suggests_the_nearest():
    with pytest.raises(NotFoundError, match="no city '34010'; did you mean '340100'"):
        summary("34010", ["340100", "330100"], ["index"], np.zeros((2, 1)))


def test_a_row_is_found_by_its_code():
    assert row_position("b", ("a", "b")) == 1


def test_missing_numbers_are_null_in_a_table():
    assert nullable(np.array([1.0, NONE])).to_list() == [1.0, None]


@pytest.fixture
def five():
    """Three cities; a is best in beds, second in parks, last in toilets, and has no figure of schools."""
    values = np.array(
        [
            [9.0, 5.0, 0.0, NONE, 2.0, 4.0],
            [8.0, 7.0, 3.0, 1.0, 1.0, 4.0],
            [7.0, 1.0, 3.0, 2.0, 3.0, 4.0],
        ]
    )
    return matrix(
        values,
        directions=np.array([1, 1, 1, 1, -1, 1]),
        rows=("a", "b", "c"),
        columns=("beds", "parks", "toilets", "schools", "smoke", "alike"),
        parents=("health", "green", "health", "school", "green", "health"),
        groups={"region": np.array(["north", "north", "south"], dtype=object)},
    )


def test_strengths_are_the_best_ranks_and_weaknesses_the_worst(five):
    sides = strengths_and_weaknesses(
        five, "a", count=2, names={"beds": "Beds"}, units={"beds": "per 100k persons"}
    )

    assert sides.strengths.columns == ["indicator", "name", "pillar", "rank", "of", "value", "unit"]
    assert sides.strengths.rows() == [
        ("beds", "Beds", "health", 1, 3, 9.0, "per 100k persons"),
        ("parks", "parks", "green", 2, 3, 5.0, ""),
    ]
    assert sides.weaknesses.rows() == [
        ("toilets", "toilets", "health", 3, 3, 0.0, ""),
        ("smoke", "smoke", "green", 2, 3, 2.0, ""),
    ]


def test_no_indicator_is_a_strength_and_a_weakness_at_once(five):
    sides = strengths_and_weaknesses(five, "a", count=99)

    assert sides.strengths["indicator"].to_list() == ["beds", "parks"]
    assert sides.weaknesses["indicator"].to_list() == ["toilets", "smoke"]


def test_five_are_shown_unless_another_count_is_asked_for():
    made = matrix(np.vstack([np.arange(24.0), np.full(24, 11.5)]), rows=("a", "b"))

    sides = strengths_and_weaknesses(made, "a")

    assert sides.strengths["indicator"].to_list() == ["12", "13", "14", "15", "16"]
    assert sides.weaknesses["indicator"].to_list() == ["11", "10", "9", "8", "7"]


def test_strengths_within_a_group_are_ranked_among_its_cities_alone(five):
    sides = strengths_and_weaknesses(five, "a", count=1, group="region")

    assert sides.strengths.select("indicator", "rank", "of").rows() == [("beds", 1, 2)]
    assert sides.weaknesses.select("indicator", "rank", "of").rows() == [("smoke", 2, 2)]


def test_an_indicator_in_which_all_are_alike_is_neither(five):
    told = strengths_and_weaknesses(five, "b", count=3)

    assert "alike" not in [*told.strengths["indicator"], *told.weaknesses["indicator"]]


def test_sharing_the_last_place_with_half_of_the_cities_is_no_strength():
    made = matrix(np.array([[0.0, 5.0], [0.0, 6.0], [1.0, 7.0]]), rows=("a", "b", "c"))

    assert strengths_and_weaknesses(made, "a").strengths.is_empty()


def test_a_city_that_is_first_in_everything_has_no_weakness():
    made = matrix(np.array([[9.0, 9.0], [1.0, 1.0]]), rows=("a", "b"))

    assert strengths_and_weaknesses(made, "a").weaknesses.is_empty()
    assert strengths_and_weaknesses(made, "b").strengths.is_empty()


def test_a_row_without_figures_has_neither():
    sides = strengths_and_weaknesses(matrix(np.array([[NONE, NONE], [1.0, 2.0]]), rows=("a", "b")), "a")

    assert sides.strengths.is_empty()
    assert sides.weaknesses.is_empty()


def test_a_row_without_a_group_has_neither_within_groups():
    made = matrix(
        np.array([[1.0, 2.0], [2.0, 1.0]]),
        rows=("a", "b"),
        groups={"region": np.array([None, "north"], dtype=object)},
    )

    assert strengths_and_weaknesses(made, "a", group="region").strengths.is_empty()


def test_an_unknown_city_or_grouping_is_refused(five):
    with pytest.raises(NotFoundError, match="no city 'd'"):
        strengths_and_weaknesses(five, "d")
    with pytest.raises(NotFoundError, match="no grouping 'regoin'; did you mean 'region'"):
        strengths_and_weaknesses(five, "a", group="regoin")


@given(TABLES.filter(lambda table: len(table) > 0), st.integers(0, 4))
def test_strengths_never_raise_and_both_sides_are_apart(values, count):
    sides = strengths_and_weaknesses(matrix(values), "0", count=count)

    best, worst = sides.strengths["indicator"].to_list(), sides.weaknesses["indicator"].to_list()
    assert len(best) <= count
    assert len(worst) <= count
    assert not set(best) & set(worst)

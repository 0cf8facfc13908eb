"""Classes, peer groups, nearest peers and the place among them, against scipy, brute force and hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.spatial.distance import cdist

from urbium.errors import InputError, NotFoundError
from urbium.measure.matrix import matrix
from urbium.measure.review.peers import (
    CITY_SIZES,
    among_peers,
    classes,
    distances_from,
    nearest_peers,
    peers_of_group,
    standardised,
)

NONE = np.nan
TABLES = arrays(
    float,
    array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=6),
    elements=st.sampled_from([0.0, 1.0, 2.5, -3.0, 7.0, NONE]),
)


def distances(features):
    """Return how far each row lies from each other."""
    return distances_from(np.arange(len(features)), standardised(features))


def test_a_feature_in_which_rows_differ_by_rounding_alone_sets_nobody_apart():
    features = np.array([[0.1 + 0.2, 1.0], [0.3, 3.0]])

    assert distances(features)[0, 1] == pytest.approx(
        2.0
    )  # the second feature alone, one spread to either side


def test_a_value_on_a_bound_belongs_to_the_higher_class():
    found = classes(np.array([499_999.0, 500_000.0, 999_999.0, 1_000_000.0, NONE]), [5e5, 1e6])

    assert found.tolist() == [
        "under 500,000",
        "500,000 to 1,000,000",
        "500,000 to 1,000,000",
        "1,000,000 and more",
        None,
    ]


def test_classes_may_be_called_by_names():
    assert classes(np.array([3.0, 1.0]), [2.0], ["poor", "rich"]).tolist() == ["rich", "poor"]


def test_without_bounds_there_is_one_class():
    assert classes(np.array([3.0, NONE]), []).tolist() == ["all", None]


def test_the_chinese_classes_of_city_size_tell_a_megacity():
    names = ["small", "medium", "large", "very large", "megacity"]

    found = classes(np.array([1e7, 9e6, 4e6, 6e5, 4e5]), CITY_SIZES, names)

    assert found.tolist() == ["megacity", "very large", "large", "medium", "small"]
    assert CITY_SIZES == (500_000, 1_000_000, 5_000_000, 10_000_000)


@pytest.mark.parametrize("bounds", [[2.0, 1.0], [1.0, 1.0], [NONE, 1.0]])
def test_bounds_that_do_not_rise_are_refused(bounds):
    with pytest.raises(InputError, match="them from the lowest"):
        classes(np.array([1.0]), bounds)


def test_there_must_be_one_name_for_each_class():
    with pytest.raises(InputError, match=("the bounds make 3 classes, but the number of names is 2")):
        classes(np.array([1.0]), [1.0, 2.0], ["low", "high"])


def test_the_peers_of_a_group_are_its_other_cities():
    assert peers_of_group(["n", "s", "n", None, "n"], 2).tolist() == [0, 4]


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_city_without_a_group_has_no_peers(nothing):
    assert peers_of_group([nothing, nothing, "n"], 0).tolist() == []


def test_the_distance_is_the_one_of_scipy_over_standardised_features():
    features = np.random.default_rng(3).normal(size=(7, 4)) * [1, 10, 1e6, 1e-6]
    standard = (features - features.mean(axis=0)) / features.std(axis=0)

    np.testing.assert_allclose(distances(features), cdist(standard, standard), rtol=1e-9, atol=1e-12)


def test_a_feature_that_one_of_both_lacks_is_passed_over_and_made_up_for():
    # both features have mean 0 and spread 1 over their known rows; b lacks the second one of two
    features = np.array([[1.0, 1.0], [-1.0, NONE], [1.0, -1.0], [-1.0, NONE]])

    found = distances(features)

    assert found[0, 1] == pytest.approx(np.sqrt(2 / 1 * 4))
    assert found[0, 2] == pytest.approx(2.0)


def test_rows_that_share_no_feature_are_infinitely_far():
    assert distances(np.array([[1.0, NONE], [NONE, 1.0]]))[0, 1] == np.inf


def test_a_feature_in_which_all_are_alike_adds_nothing():
    assert distances(np.array([[0.1, 1.0], [0.1, 3.0]]))[0, 1] == pytest.approx(2.0)
    assert distances(np.array([[0.1], [0.1], [0.1]])).tolist() == np.zeros((3, 3)).tolist()


def test_the_nearest_come_first_and_equals_by_code():
    features = np.array([[0.0], [2.0], [-2.0], [1.0]])

    found = nearest_peers(features, ["a", "z", "b", "c"], count=3)

    assert found.positions[0].tolist() == [3, 2, 1]
    assert found.distances[0].tolist() == pytest.approx([c / np.std([0, 2, -2, 1]) for c in (1, 2, 2)])


def test_fewer_cities_than_asked_for_leave_places_empty():
    found = nearest_peers(np.array([[0.0], [2.0]]), ["a", "b"], count=3)

    assert found.positions.tolist() == [[1, -1, -1], [0, -1, -1]]
    assert np.isnan(found.distances).tolist() == [[False, True, True]] * 2


def test_a_city_without_features_has_no_nearest_and_is_nobodys():
    found = nearest_peers(np.array([[0.0], [NONE], [2.0]]), ["a", "b", "c"], count=2)

    assert found.positions.tolist() == [[2, -1], [-1, -1], [0, -1]]


@pytest.mark.parametrize(("rows", "count"), [(0, 2), (1, 2), (3, 0)])
def test_no_peers_are_found_where_there_are_none(rows, count):
    found = nearest_peers(np.zeros((rows, 2)), [str(each) for each in range(rows)], count=count)

    assert found.positions.tolist() == [[-1] * count] * rows


def test_more_cities_than_are_compared_at_once_have_the_same_nearest():
    features = np.random.default_rng(5).permutation(600.0 * np.arange(600)).reshape(-1, 1)

    found = nearest_peers(features, [f"{each:04}" for each in range(600)], count=1)

    gaps = np.abs(features - features[found.positions[:, 0]])
    assert gaps.ravel().tolist() == [600.0] * 600


@given(TABLES, st.integers(0, 4), st.permutations("uvwxyz"))
def test_the_nearest_are_those_of_a_full_sort_by_distance_and_code(features, count, codes):
    apart, codes = distances(features).round(9), codes[: len(features)]

    found = nearest_peers(features, codes, count=count).positions

    for row, own in enumerate(apart):
        others = [at for at in range(len(codes)) if at != row and own[at] < np.inf]
        others.sort(key=lambda at, own=own: (own[at], codes[at]))
        assert found[row].tolist() == (others + [-1] * count)[:count]


@given(TABLES)
def test_distances_are_symmetric_and_never_nan(features):
    found = distances(features)

    assert not np.isnan(found).any()
    np.testing.assert_array_equal(found, found.T)


@given(TABLES, st.floats(0.5, 2.0), st.floats(-5.0, 5.0))
def test_distances_do_not_depend_on_the_unit_of_a_feature(features, factor, shift):
    np.testing.assert_allclose(distances(features), distances(features * factor + shift), atol=1e-6)


def test_the_place_among_peers_is_told_by_rank_median_and_gap():
    values = np.array(
        [[4.0, 4.0, 4.0], [1.0, 1.0, 1.0], [3.0, 3.0, 3.0], [8.0, NONE, 8.0], [99.0, 99.0, 99.0]]
    )
    made = matrix(
        values, directions=np.array([1, -1, 0]), rows=tuple("abcde"), columns=("beds", "smoke", "area")
    )

    table = among_peers(made, "a", [1, 2, 3], names={"beds": "Beds"})

    assert table.columns == ["indicator", "name", "value", "rank", "of", "median", "gap", "lead"]
    assert table.rows() == [
        ("beds", "Beds", 4.0, 2, 4, 3.0, 1.0, 1.0),
        ("smoke", "smoke", 4.0, 3, 3, 2.0, 2.0, -2.0),
        ("area", "area", 4.0, None, 4, 3.0, 1.0, None),
    ]


def test_the_own_row_and_empty_places_are_no_peers():
    made = matrix(np.array([[4.0], [1.0]]), rows=("a", "b"))

    assert among_peers(made, "a", [0, 1, 1, -1]).rows() == [("0", "0", 4.0, 1, 2, 1.0, 3.0, 3.0)]


def test_the_first_row_may_be_a_peer():
    made = matrix(np.array([[4.0], [1.0]]), rows=("a", "b"))

    assert among_peers(made, "b", [0])["median"].item() == 4.0


def test_a_city_without_peers_stands_alone():
    made = matrix(np.array([[4.0], [1.0]]), rows=("a", "b"))

    assert among_peers(made, "a", []).rows() == [("0", "0", 4.0, 1, 1, None, None, None)]


def test_a_missing_figure_has_no_place():
    made = matrix(np.array([[NONE], [1.0], [2.0]]), rows=("a", "b", "c"))

    assert among_peers(made, "a", [1, 2]).rows() == [("0", "0", None, None, 2, 1.5, None, None)]


def test_the_place_of_an_unknown_city_is_refused():
    with pytest.raises(NotFoundError, match="no city 'c'"):
        among_peers(matrix(np.zeros((2, 1)), rows=("a", "b")), "c", [1])


@given(TABLES.filter(lambda table: len(table) > 1))
def test_the_median_of_the_peers_is_the_one_of_numpy(values):
    table = among_peers(matrix(values), "0", range(1, len(values)))

    expected = [
        float(np.median(known)) if (known := column[~np.isnan(column)]).size else None
        for column in values[1:].T
    ]
    assert table["median"].to_list() == expected

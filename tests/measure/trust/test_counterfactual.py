"""Hypothetical rows: other data on the scale as it stands, against building the index anew."""

import numpy as np
import pytest

from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method, build
from urbium.measure.trust.counterfactual import (
    demands,
    forced_in,
    is_row_by_row,
    normal_quantiles,
    on_scale,
    peer_quantiles,
    places_among,
    row_scores,
    seen_values,
)
from urbium.model import Choice

VALUES = np.array([[0.0, 8.0], [5.0, np.nan], [10.0, 4.0], [np.nan, 0.0]])


@pytest.fixture(scope="module")
def built(score_tree):
    """Return a maker of builds: two indicators of four cities, the second the less the better."""

    def make(steps="screen > min-max", *, aggregate="arithmetic", availability=0.0, values=VALUES, **known):
        names = ("x", "y")
        layout = score_tree({"x": [1, 2], "y": [1, 2]}).build.layout
        raw = matrix(
            values,
            rows=tuple("abcd"),
            columns=names,
            directions=np.array([1, -1]),
            parents=layout.parents,
            **known,
        )
        method = Method(Choice.row(steps), Choice.row(aggregate), availability)
        return build(raw, layout, method)

    return make


def put_in(old, row, column, value):
    """Return the score of a row of an index built anew with one value put in."""
    values = old.raw.values.copy()
    values[row, column] = value
    return build(old.raw.holding(values), old.layout, old.method).root[row]


@pytest.mark.parametrize(
    "steps", ["screen > min-max", "screen > goalposts(low=-1, high=12)", "distance-to-maximum"]
)
def test_a_value_between_the_goalposts_scores_as_in_a_new_index(built, steps):
    old = built(steps)
    place = np.array([1]), np.array([1])  # b has no y
    scaled = on_scale(old, place[1], np.array([[2.0, 6.0]]))
    found = row_scores(old, *place, scaled)
    assert found[0] == pytest.approx([put_in(old, 1, 1, 2.0), put_in(old, 1, 1, 6.0)], abs=1e-9)


def test_a_value_beyond_the_goalposts_is_clipped(built):
    columns = np.array([0, 1])
    scaled = on_scale(built(), columns, np.array([[-3.0, 99.0], [-3.0, 99.0]]))
    assert scaled.tolist() == [[0, 100], [100, 0]]


def test_a_column_that_tells_nobody_apart_has_no_scale(built):
    flat = built(values=np.array([[1.0, 8.0], [1.0, 5.0], [1.0, 4.0], [1.0, 0.0]]))
    assert np.isnan(on_scale(flat, np.array([0]), np.array([[1.0]]))).all()
    assert np.isnan(peer_quantiles(flat, 3)[:, 0]).all()


def test_values_are_held_against_what_they_were_divided_by(built):
    divided = built(
        "denominate(by=people) > min-max", denominators={"people": np.array([1.0, 2.0, 4.0, 5.0])}
    )
    assert seen_values(divided).values[:, 0].tolist()[:3] == [0, 2.5, 2.5]
    plain = built()
    assert seen_values(plain) is plain.raw


def test_peers_values_are_equally_likely_quantiles_of_the_reported_ones(built):
    # x normalised: 0, 50, 100; a third of the way from the first to the second, the middle, and back
    assert peer_quantiles(built(), 3)[:, 0] == pytest.approx([50 / 3, 50, 100 - 50 / 3])


def test_imputed_values_and_screened_cities_are_no_peers(built):
    imputed = built("impute-mean > min-max")
    assert peer_quantiles(imputed, 2)[:, 0].tolist() == [25, 75]  # of 0, 50 and 100, without the mean
    screened = built("screen(availability=1) > min-max")  # a and c stay
    assert peer_quantiles(screened, 2)[:, 0].tolist() == [25, 75]


def test_normal_quantiles_lie_symmetrically():
    found = normal_quantiles(2)
    # the quartiles of the standard normal distribution
    assert found == pytest.approx([-0.6744897501960817, 0.6744897501960817])


def test_a_rank_is_held_against_the_scores_of_the_others():
    root = np.array([10.0, 20.0, 30.0, np.nan])
    scores = np.array([[25.0, 30.0, 31.0], [10.0, np.nan, 5.0], [15.0, 10.0, 35.0]])
    ranks = places_among(scores, root, np.array([0, 1, 3]))
    np.testing.assert_array_equal(ranks, [[2, 1, 1], [2, np.nan, 3], [3, 3, 1]])


def test_only_means_score_a_row_by_itself(built):
    assert is_row_by_row(built(aggregate="power(power=2)"))
    assert not is_row_by_row(built(aggregate="copeland"))
    assert not is_row_by_row(built(aggregate="arithmetic > copeland"))


def test_a_screening_says_what_it_asks_for(built):
    (demand,) = demands(built("screen(availability=0.6, nonzero=0.5, include=d, exclude=a) > min-max"))
    assert (demand.availability, demand.nonzero) == (0.6, 0.5)
    assert demand.included.tolist() == [False, False, False, True]
    assert demand.excluded.tolist() == [True, False, False, False]
    assert demand.columns.all()


def test_several_cities_and_indicators_are_named_with_a_bar_between(built):
    (demand,) = demands(built("screen(include=a | d, exclude=b, except=x|y) > min-max"))
    assert demand.included.tolist() == [True, False, False, True]
    assert demand.excluded.tolist() == [False, True, False, False]
    assert demand.columns.tolist() == [False, False]


def test_a_screening_without_a_share_asks_for_that_of_the_index(built):
    (demand,) = demands(built(availability=0.7))
    assert (demand.availability, demand.nonzero) == (0.7, 0.0)


def test_a_screening_counts_only_its_columns(built):
    only, other = demands(built("screen(only=x) > screen(except=x) > min-max"))
    assert only.columns.tolist() == [True, False]
    assert other.columns.tolist() == [False, True]


def test_a_row_meets_a_demand_with_one_figure_more(built):
    (demand,) = demands(built("screen(availability=1) > min-max"))
    assert demand.is_met(0)
    assert not demand.is_met(1)
    assert demand.is_met(1, 1)
    assert not demand.is_met(1, 0)  # that one is known already


def test_a_row_of_zeros_meets_no_demand_for_others(built):
    (demand,) = demands(built("screen(nonzero=0.5) > min-max"))
    assert [demand.is_met(row) for row in range(4)] == [True, True, True, False]
    assert demand.is_met(3, 0)
    (strict,) = demands(built("screen(nonzero=0.6) > min-max"))
    assert not strict.is_met(0)
    assert not strict.is_met(3, 0)


def test_a_city_is_forced_in_whatever_it_knows(built):
    old = built("screen(availability=1, include=b) > min-max")
    assert old.is_in.tolist() == [True, True, True, False]
    entered = forced_in(old, "d")
    assert entered.is_in.all()
    assert entered.root[3] == 100  # y of 0 is the best

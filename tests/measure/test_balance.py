"""Ways to aggregate that mark an uneven city down, by hand and against a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import UrbiumError
from urbium.measure.aggregate import combined
from urbium.measure.balance import mazziotta_pareto, mean_min, ordered_average
from urbium.model import Choice

ROWS = st.lists(st.floats(1, 200), min_size=1, max_size=6)
ONE = np.ones


def test_the_mazziotta_pareto_index_by_hand():
    """Values 90, 100, 110: mean 100, variance 200 / 3, so the penalty is 200 / 3 / 100."""
    values = np.array([[90.0, 100.0, 110.0]])
    assert mazziotta_pareto(values, ONE(3)).item() == pytest.approx(100 - 2 / 3)
    assert mazziotta_pareto(values, ONE(3), sign=1).item() == pytest.approx(100 + 2 / 3)


def test_the_mean_min_function_lies_between_mean_and_minimum():
    values = np.array([[30.0, 60.0, 90.0]])
    assert mean_min(values, ONE(3), alpha=0).item() == pytest.approx(60)
    assert mean_min(values, ONE(3), alpha=1).item() == pytest.approx(30)
    # sqrt(30 ** 2 + 40 ** 2) = 50
    assert mean_min(values, ONE(3), alpha=0.5, beta=40).item() == pytest.approx(60 - 0.5 * (50 - 40))


@pytest.mark.parametrize(
    ("power", "expected"),
    [(1.0, 60.0), (2.0, (90 * 1 + 60 * 3 + 30 * 5) / 9), (0.5, 90 * 3**-0.5 + 60 * (2**0.5 - 1) / 3**0.5
      + 30 * (1 - (2 / 3) ** 0.5))],
)  # fmt: skip
def test_an_ordered_average_weighs_parts_by_their_place(power, expected):
    assert ordered_average(np.array([[60.0, 30.0, 90.0]]), ONE(3), power=power).item() == pytest.approx(
        expected
    )


@given(ROWS, st.floats(0.2, 5))
def test_an_ordered_average_is_that_of_a_plain_loop(values, power):
    weights = np.arange(1.0, len(values) + 1)
    total, reached, expected = weights.sum(), 0.0, 0.0
    for place in sorted(range(len(values)), key=lambda spot: -values[spot]):
        before = reached / total
        reached += weights[place]
        expected += ((reached / total) ** power - before**power) * values[place]
    assert ordered_average(np.array([values]), weights, power=power).item() == pytest.approx(expected)


@pytest.mark.parametrize(
    "way", ["mazziotta-pareto", "mean-min(alpha=0.7)", "ordered-average(power=3)", "mean-min(beta=5)"]
)
def test_an_uneven_city_scores_less_and_what_is_missing_is_left_out(way):
    values = np.array([[60.0, 60.0, np.nan], [40.0, 80.0, np.nan], [np.nan, np.nan, np.nan]])
    even, uneven, nothing = combined(Choice.parse(way), values, ONE(3))
    assert even == pytest.approx(60)
    assert uneven < 60
    assert np.isnan(nothing)


@pytest.mark.parametrize("way", ["mean-min(alpha=2)", "ordered-average(power=0)", "mean-min(beta=-1)"])
def test_a_parameter_outside_its_range_is_refused(way):
    with pytest.raises(UrbiumError):
        combined(Choice.parse(way), np.ones((1, 2)), ONE(2))

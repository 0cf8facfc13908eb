"""U4SSC points: the published worked examples, the steps, and what silence does."""

import numpy as np
import pytest

from urbium.measure.points import attainment, points, points_score

HUNDRED = np.full(4, 100.0)
UP = np.ones(4, dtype=int)
ROOT = np.ones((1, 4), dtype=bool)


def score_of(values, benchmarks=HUNDRED, directions=UP):
    earned = points(np.array([values], dtype=float), benchmarks, directions)
    percent, covered = points_score(earned, benchmarks, ROOT)
    return percent.item(), covered.item()


def test_education_of_the_worked_example_scores_56_25_percent():
    assert score_of([20, 80, 97, 10]) == (56.25, 1.0)  # 1 + 3 + 4 + 1 of 16


def test_three_reported_of_the_worked_example_score_75_percent_at_three_quarters_coverage():
    assert score_of([70, 100, 50, np.nan]) == (75.0, 0.75)  # 3 + 4 + 2 of 12


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 1), (32.99, 1), (33, 2), (65.99, 2), (66, 3), (94.99, 3), (95, 4), (250, 4)],
)
def test_the_steps_are_at_33_66_and_95_percent(value, expected):
    assert points(np.array([[value]], dtype=float), np.array([100.0]), np.array([1])).item() == expected


def test_an_indicator_without_benchmark_earns_nothing_and_does_not_count():
    assert score_of([97, 97, 97, 97], np.array([100.0, 100.0, np.nan, np.nan])) == (100.0, 1.0)


def test_a_city_that_reports_nothing_has_no_score_and_no_coverage():
    percent, covered = score_of([np.nan] * 4)
    assert np.isnan(percent)
    assert covered == 0


def test_where_lower_is_better_half_the_benchmark_is_more_than_all_of_it():
    found = attainment(np.array([[5.0, 20.0, 0.0]]), np.full(3, 10.0), np.full(3, -1))
    assert found.ravel().tolist() == [2.0, 0.5, np.inf]


def test_without_direction_the_nearest_to_the_benchmark_is_best():
    found = attainment(np.array([[0.8, 1.25, 1.0]]), np.ones(3), np.zeros(3, dtype=int))
    assert found.ravel().tolist() == pytest.approx([0.8, 0.8, 1.0])

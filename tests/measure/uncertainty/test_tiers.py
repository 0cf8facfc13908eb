"""Tiers: where the head surely wins, ties, gaps, order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from urbium.measure.uncertainty.tiers import tiers


def runs_won(wins, *, ties=0, runs=20):
    """Scores of two rows; the first wins so many runs, ties so many, and loses the others."""
    head = np.full(runs, 5.0)
    other = np.full(runs, 9.0)
    other[:wins] = 1.0
    other[wins : wins + ties] = 5.0
    return np.stack([head, other], axis=1)


def slow_tiers(scores, nominal, confidence):
    """The definition, row by row; nominal ranks must differ."""
    answer = [-1] * len(nominal)
    head, tier = None, 0
    for row in sorted(range(len(nominal)), key=lambda each: nominal[each]):
        if nominal[row] < 1:
            continue
        if head is not None:
            both = [
                (h, s)
                for h, s in zip(scores[:, head], scores[:, row], strict=True)
                if not (np.isnan(h) or np.isnan(s))
            ]
            points = sum(1.0 if h > s else 0.5 if h == s else 0.0 for h, s in both)
        if head is None or (both and points / len(both) >= confidence):
            head, tier = row, tier + 1
        answer[row] = tier
    return answer


def test_a_row_beaten_in_exactly_nineteen_of_twenty_runs_opens_a_tier():
    assert tiers(runs_won(19), np.array([1, 2])).tolist() == [1, 2]


def test_a_row_beaten_in_eighteen_of_twenty_runs_stays_in_the_tier():
    assert tiers(runs_won(18), np.array([1, 2])).tolist() == [1, 1]


def test_two_ties_count_as_one_win():
    assert tiers(runs_won(18, ties=2), np.array([1, 2])).tolist() == [1, 2]


def test_one_tie_counts_half_a_win():
    assert tiers(runs_won(18, ties=1), np.array([1, 2])).tolist() == [1, 1]


def test_another_confidence_may_be_asked():
    assert tiers(runs_won(18), np.array([1, 2]), confidence=0.9).tolist() == [1, 2]


def test_all_runs_can_be_asked():
    assert tiers(runs_won(20), np.array([1, 2]), confidence=1.0).tolist() == [1, 2]
    assert tiers(runs_won(19), np.array([1, 2]), confidence=1.0).tolist() == [1, 1]


def test_a_tier_is_measured_from_its_head_not_from_the_row_before():
    # 10 runs: 2 loses to 1 in 8 of them, 3 to 2 in 8, 3 to 1 in all; 0.9 asked
    first, second = np.full(10, 6.0), np.array([5.0] * 8 + [7.0] * 2)
    third = np.array([5.5] * 2 + [4.0] * 8)
    scores = np.stack([first, second, third], axis=1)
    assert tiers(scores, np.array([1, 2, 3]), confidence=0.9).tolist() == [1, 1, 2]


def test_a_row_after_the_first_beaten_one_is_measured_from_the_new_head():
    scores = np.array([[9.0, 5.0, 4.0], [9.0, 4.0, 5.0]])
    assert tiers(scores, np.array([1, 2, 3])).tolist() == [1, 2, 2]


def test_a_row_better_than_a_beaten_one_still_follows_it_in_nominal_order():
    scores = np.array([[9.0, 5.0, 9.5]] * 20)
    assert tiers(scores, np.array([1, 2, 3])).tolist() == [1, 2, 2]


def test_the_nominal_rank_decides_the_order_not_the_place():
    scores = np.array([[1.0, 3.0, 2.0]] * 3)
    assert tiers(scores, np.array([3, 1, 2])).tolist() == [3, 1, 2]


def test_rows_without_a_nominal_rank_have_no_tier():
    scores = np.array([[3.0, np.nan, 1.0]] * 3)
    assert tiers(scores, np.array([1, -1, 2])).tolist() == [1, -1, 2]


def test_without_any_rank_there_is_no_tier():
    assert tiers(np.full((2, 3), np.nan), np.array([-1, -1, -1])).tolist() == [-1, -1, -1]


def test_without_rows_there_is_no_tier():
    assert tiers(np.zeros((2, 0)), np.array([], dtype=int)).tolist() == []


def test_a_run_in_which_one_has_no_score_counts_for_neither():
    scores = runs_won(19)
    scores[-1, 1] = np.nan  # the run that was lost: 19 of 19
    assert tiers(scores, np.array([1, 2]), confidence=1.0).tolist() == [1, 2]


def test_a_run_in_which_the_head_has_no_score_counts_for_neither():
    scores = runs_won(19)
    scores[-1, 0] = np.nan
    assert tiers(scores, np.array([1, 2]), confidence=1.0).tolist() == [1, 2]


def test_rows_never_scored_together_cannot_be_told_apart():
    scores = np.array([[3.0, np.nan], [np.nan, 1.0]])
    assert tiers(scores, np.array([1, 2])).tolist() == [1, 1]


def test_of_equal_ranks_the_higher_mean_over_the_runs_leads():
    # by place the first would lead and lose; the second leads and wins 19 of 20
    scores = runs_won(19)[:, ::-1]
    assert tiers(scores, np.array([1, 1])).tolist() == [2, 1]


def test_the_mean_of_a_row_leaves_out_the_runs_without_score():
    scores = np.array([[6.0, 5.0], [np.nan, 5.0]])  # means 6 and 5, sums 6 and 10
    assert tiers(scores, np.array([1, 1])).tolist() == [1, 2]


@pytest.mark.parametrize("count", [33, 34, 97, 98, 200])
def test_long_tiers_end_where_they_should(count):
    scores = np.full((4, count), 5.0)
    scores[:, -1] = 1.0
    assert tiers(scores, np.arange(1, count + 1)).tolist() == [1] * (count - 1) + [2]


def test_scores_of_half_precision_can_be_given():
    assert tiers(runs_won(19).astype(np.float32), np.array([1, 2], dtype=np.int32)).tolist() == [1, 2]


RUNS = arrays.arrays(
    float,
    st.tuples(st.integers(1, 6), st.integers(1, 60)),
    elements=st.one_of(st.integers(0, 3).map(float), st.just(np.nan)),
)


@given(RUNS, st.randoms(), st.sampled_from([0.6, 0.75, 0.95]))
def test_tiers_are_those_of_the_definition(scores, random, confidence):
    nominal = list(range(1, scores.shape[1] + 1))
    random.shuffle(nominal)
    found = tiers(scores, np.array(nominal), confidence=confidence)
    assert found.tolist() == slow_tiers(scores, nominal, confidence)


@given(RUNS, st.randoms())
def test_the_order_of_the_rows_does_not_matter(scores, random):
    nominal = np.arange(1, scores.shape[1] + 1)
    order = list(range(scores.shape[1]))
    random.shuffle(order)
    assert (tiers(scores[:, order], nominal[order]) == tiers(scores, nominal)[order]).all()

"""Rankings, other weights and selection, against brute force and by hand."""

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from urbium.pilot.calls.rounds import Quota
from urbium.pilot.selection.ranking import smallest_change, standings
from urbium.pilot.selection.selection import Candidate, broken_quotas, select, sensitivity


def test_a_severe_expert_does_not_put_an_application_behind():
    truth = {"a": 80, "b": 78, "c": 60}
    severity = {"x": 0, "y": -20, "z": 20}
    judged = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "z"), ("c", "y"), ("c", "z")]
    ranked = standings({(place, who): truth[place] + severity[who] for place, who in judged})
    assert [row.application for row in ranked.rows] == ["b", "a", "c"]
    adjusted = {row.application: row.adjusted for row in ranked.rows}
    assert adjusted == pytest.approx(truth)
    assert dict(ranked.severity) == pytest.approx(severity)


def test_experts_that_no_review_links_are_not_compared():
    ranked = standings({("a", "x"): 50.0, ("b", "y"): 60.0})
    assert (ranked.is_linked, ranked.rows[0].adjusted, ranked.rows[0].raw_low) == (False, None, None)


def test_points_are_not_adjusted_where_no_application_has_several_reviews():
    ranked = standings({("a", "x"): 80.0, ("b", "x"): 60.0})
    assert [(row.adjusted, row.adjusted_rank) for row in ranked.rows] == [(None, None), (None, None)]
    assert (dict(ranked.severity), ranked.is_linked) == ({}, True)


def test_adjusted_intervals_are_those_of_least_squares():
    points = {("a", "x"): 70.0, ("a", "y"): 60.0, ("b", "x"): 50.0, ("b", "y"): 48.0, ("c", "x"): 30.0,
              ("c", "y"): 25.0}  # fmt: skip
    row = standings(points).rows[0]
    effects = np.array([70, 60, 50, 48, 30, 25], float).reshape(3, 2)
    residual = effects - effects.mean(1, keepdims=True) - effects.mean(0) + effects.mean()
    spread = np.sqrt(np.sum(residual**2) / 2)
    half = 4.302652729911275 * spread / np.sqrt(2)  # Student's t of 2 degrees, 97.5%
    assert (row.adjusted, row.adjusted_high - row.adjusted) == pytest.approx((65.0, half))


def test_equal_points_share_a_rank():
    ranked = standings({("a", "x"): 50.0, ("b", "x"): 50.0, ("c", "x"): 40.0})
    assert [row.raw_rank for row in ranked.rows] == [1, 1, 3]


@pytest.mark.parametrize("seed", range(8))
def test_the_smallest_change_of_weights_is_the_optimum_of_the_linear_programme(seed):
    draw = np.random.default_rng(seed)
    ahead, behind = draw.uniform(0, 100, 4), draw.uniform(0, 100, 4)
    weights = draw.dirichlet(np.ones(4))
    if ahead @ weights < behind @ weights:
        ahead, behind = behind, ahead
    lead = ahead - behind
    # weights w - down + up, sum down = sum up, lead after the change at most zero; least sum of down
    answer = linprog(
        np.r_[np.ones(4), np.zeros(4)],
        A_ub=[np.r_[-lead, lead]],
        b_ub=[-lead @ weights],
        A_eq=[np.r_[np.ones(4), -np.ones(4)]],
        b_eq=[0],
        bounds=[*((0, weight) for weight in weights), *[(0, None)] * 4],
    )
    change = smallest_change(ahead.tolist(), behind.tolist(), weights.tolist())
    assert change == (pytest.approx(answer.fun) if answer.status == 0 else None)


POINTS = {"a": 90.0, "b": 80.0, "c": 80.0, "d": 70.0, "e": 60.0}
PLACES = [
    Candidate("a", "new", "North"), Candidate("b", "new", "North"), Candidate("c", "new", "South"),
    Candidate("d", "widened", "South"), Candidate("e", "new", "South"),
]  # fmt: skip


def test_a_selection_keeps_the_quotas_of_kind_and_province_and_gives_reasons():
    choices = select(PLACES, POINTS, [Quota("new", 3), Quota("new", 1, "North"), Quota("widened", 1)])
    assert {one.application for one in choices if one.is_selected} == {"a", "c", "d", "e"}
    (passed_over,) = [one for one in choices if not one.is_selected]
    assert passed_over.application == "b"
    assert "the 1 place for North is taken" in passed_over.reason
    assert "same number of points as c" in passed_over.tie
    assert not any(f" {code}" in passed_over.reason for code in "ce")


def test_a_tie_at_the_limit_is_told_on_both_sides():
    choices = {one.application: one for one in select(PLACES, POINTS, [Quota("new", 2)])}
    assert (choices["b"].tied, choices["c"].tied) == (("c",), ("b",))
    assert "the office decides" in choices["b"].tie


@pytest.mark.parametrize("seed", range(6))
def test_under_nested_quotas_no_allowed_set_has_more_points(seed):
    draw = np.random.default_rng(seed)
    places = [
        Candidate(f"p{at}", str(draw.choice(["new", "widened"])), str(draw.choice(["N", "S"])))
        for at in range(9)
    ]
    points = {one.application: float(draw.integers(0, 100)) for one in places}
    quotas = [Quota("", 5), Quota("new", 3), Quota("new", 2, "N"), Quota("widened", 2)]
    best = max(
        sum(points[code] for code in chosen)
        for size in range(10)
        for chosen in itertools.combinations(points, size)
        if not broken_quotas(places, chosen, quotas)
    )
    assert sum(one.points for one in select(places, points, quotas) if one.is_selected) == best


def test_who_is_in_by_a_hair_is_told_with_whom_it_changes_places():
    places = [Candidate("a"), Candidate("b"), Candidate("c")]
    scores = {"a": {"x": 80, "y": 40}, "b": {"x": 60, "y": 60}, "c": {"x": 10, "y": 10}}
    found = {
        one.application: one for one in sensitivity(places, scores, {"x": 0.6, "y": 0.4}, [Quota("new", 1)])
    }
    assert found["a"].smallest_change == pytest.approx(0.1)
    assert (found["a"].against, found["b"].against) == ("b", "a")
    assert found["c"].smallest_change is None
    assert 0 < found["b"].selected_share < found["a"].selected_share < 1

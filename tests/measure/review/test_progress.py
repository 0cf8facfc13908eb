"""The way to a target and the grades of progress, against examples worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.measure.review.progress import THRESHOLDS, Grade, Thresholds, grades, pace, progress, way_done
from urbium.measure.review.trends import trends

NONE = np.nan


def done(value, baseline, target, direction=1):
    return way_done(
        np.array([[value]]), np.array([[baseline]]), np.array([target]), np.array([direction])
    ).item()


def speed(first, latest, target, direction=1, *, elapsed=5.0, horizon=15.0, **settings):
    return pace(
        np.array([[first]]),
        np.array([[latest]]),
        np.array([target]),
        np.array([direction]),
        elapsed=np.array([[elapsed]]),
        horizon=np.array([[horizon]]),
        **settings,
    ).item()


def grade(first, latest, target, direction=1, *, found=None, thresholds=THRESHOLDS):
    paces = np.array([[speed(first, latest, target, direction) if found is None else found]])
    return grades(
        paces,
        np.array([[first]]),
        np.array([[latest]]),
        np.array([target]),
        np.array([direction]),
        thresholds=thresholds,
    ).item()


def test_half_of_the_way_up_is_half():
    assert done(65.0, 50.0, 80.0) == 0.5


def test_half_of_the_way_down_is_half():
    assert done(15.0, 20.0, 10.0, -1) == 0.5


def test_moving_away_is_less_than_nothing():
    assert done(45.0, 50.0, 60.0) == -0.5


@pytest.mark.parametrize("value", [80.0, 95.0])
def test_a_target_met_is_all_of_the_way(value):
    assert done(value, 50.0, 80.0) == 1.0


def test_a_target_met_is_all_of_the_way_even_from_beyond_it_or_from_itself():
    assert done(85.0, 90.0, 80.0) == 1.0
    assert done(80.0, 80.0, 80.0) == 1.0


@pytest.mark.parametrize("baseline", [90.0, 80.0])
def test_a_target_lost_again_has_no_share(baseline):
    assert np.isnan(done(70.0, baseline, 80.0))


@pytest.mark.parametrize(
    ("value", "baseline", "target", "direction"),
    [(NONE, 1.0, 2.0, 1), (1.0, NONE, 2.0, 1), (3.0, NONE, 2.0, 1), (1.0, 1.0, NONE, 1), (3.0, 1.0, 2.0, 0)],
)
def test_what_is_missing_leaves_the_share_open(value, baseline, target, direction):
    assert np.isnan(done(value, baseline, target, direction))


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 50), st.floats(51, 100))
def test_improving_never_lowers_the_share(value, better, baseline, target):
    low, high = sorted([value, better])

    assert done(high, baseline, target) >= done(low, baseline, target)


def test_the_pace_is_actual_over_required_growth():
    # by hand: 1.2^(1/5) - 1 = 0.0371373 over 1.6^(1/15) - 1 = 0.0318296
    assert speed(50.0, 60.0, 80.0) == pytest.approx(0.0371372893 / 0.0318296392, rel=1e-7)


def test_the_pace_of_what_shall_fall_is_above_zero_when_it_falls():
    # 0.9^(1/5) - 1 = -0.0208516 over 0.5^(1/15) - 1 = -0.0451584
    assert speed(20.0, 18.0, 10.0, -1) == pytest.approx(0.0208516376 / 0.0451583960, rel=1e-7)


def test_the_pace_by_change_follows_the_straight_line():
    assert speed(50.0, 55.0, 80.0, by="change") == pytest.approx(0.5)


def test_the_pace_by_change_also_holds_from_zero():
    assert np.isnan(speed(0.0, 10.0, 60.0))
    assert speed(0.0, 10.0, 60.0, by="change") == pytest.approx(0.5)


def test_a_fall_below_a_target_that_was_met_moves_away():
    assert speed(90.0, 70.0, 80.0) < 0


@pytest.mark.parametrize("by", ["growth", "change"])
@pytest.mark.parametrize(
    "case",
    [
        {"elapsed": 0.0},
        {"horizon": 0.0},
        {"horizon": -3.0},
        {"direction": 0},
        {"first": NONE},
        {"latest": NONE},
        {"target": NONE},
        {"target": 50.0},
    ],
)
def test_a_pace_that_cannot_be_said_is_missing(by, case):
    known = {"first": 50.0, "latest": 60.0, "target": 80.0}

    assert np.isnan(speed(**{**known, **case}, by=by))


@given(*(st.integers(1, 99) for _ in range(3)), st.sampled_from([1, -1]), st.floats(0.1, 10))
def test_the_pace_does_not_depend_on_the_unit_of_the_figure(first, latest, target, direction, factor):
    here = speed(first, latest, target, direction, by="change")
    there = speed(first * factor, latest * factor, target * factor, direction, by="change")

    np.testing.assert_allclose(here, there, rtol=1e-6)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (2.0, Grade.ON_TRACK),
        (0.95, Grade.ON_TRACK),
        (0.9499, Grade.TOO_SLOW),
        (0.6, Grade.TOO_SLOW),
        (0.5999, Grade.STAGNATING),
        (0.0, Grade.STAGNATING),
        (-0.0001, Grade.AWAY),
    ],
)
def test_a_grade_begins_at_its_threshold(found, expected):
    assert grade(50.0, 60.0, 80.0, found=found) is expected


def test_the_worked_example_is_on_track():
    assert grade(50.0, 60.0, 80.0) is Grade.ON_TRACK


def test_half_as_much_improvement_is_too_slow():
    # 1.1^(1/5) - 1 = 0.0192449 over 0.0318296 = 0.605
    assert grade(50.0, 55.0, 80.0) is Grade.TOO_SLOW


@pytest.mark.parametrize(("latest", "direction"), [(80.0, 1), (81.0, 1), (80.0, -1), (79.0, -1)])
def test_a_target_met_is_reached_whatever_the_pace(latest, direction):
    assert grade(90.0, latest, 80.0, direction, found=-1.0) is Grade.REACHED


def test_without_a_pace_a_figure_that_fell_back_moves_away():
    assert grade(0.0, -1.0, 5.0) is Grade.AWAY
    assert grade(80.0, 70.0, 80.0) is Grade.AWAY
    assert grade(0.0, 1.0, -5.0, -1) is Grade.AWAY


def test_without_a_pace_a_figure_that_rose_or_stood_is_not_known():
    assert grade(0.0, 1.0, 5.0) is Grade.UNKNOWN
    assert grade(0.0, 0.0, 5.0, found=NONE) is Grade.UNKNOWN


@pytest.mark.parametrize(
    ("first", "latest", "target", "direction"),
    [(1.0, NONE, 5.0, 1), (1.0, 2.0, NONE, 1), (1.0, 2.0, 1.0, 0), (NONE, 2.0, 5.0, 1)],
)
def test_what_is_missing_is_not_known(first, latest, target, direction):
    assert grade(first, latest, target, direction) is Grade.UNKNOWN


def test_thresholds_may_be_declared_otherwise():
    strict = Thresholds(on_track=1.2, too_slow=1.1, stagnating=0.5)

    found = [
        grade(50.0, 60.0, 80.0, found=each, thresholds=strict) for each in (1.2, 1.15, 1.1, 1.0, 0.5, 0.4)
    ]

    assert found == [
        Grade.ON_TRACK, Grade.TOO_SLOW, Grade.TOO_SLOW, Grade.STAGNATING, Grade.STAGNATING, Grade.AWAY,
    ]  # fmt: skip


def test_the_thresholds_are_those_of_eurostat():
    assert (THRESHOLDS.on_track, THRESHOLDS.too_slow, THRESHOLDS.stagnating) == (0.95, 0.6, 0.0)


@pytest.mark.parametrize("wrong", [(0.5, 0.6, 0.0), (0.9, 0.5, 0.7)])
def test_thresholds_that_do_not_fall_are_refused(wrong):
    with pytest.raises(InputError, match="'on track' first"):
        Thresholds(*wrong)


def test_equal_thresholds_are_allowed():
    assert Thresholds(0.5, 0.5, 0.5).too_slow == 0.5


def test_the_grades_speak_plainly():
    assert [each.value for each in Grade] == [
        "target reached",
        "on track",
        "improving too slowly",
        "stagnating",
        "moving away",
        "not known",
    ]


@pytest.fixture
def seen():
    values = np.array([[50.0, 20.0, 0.0], [55.0, 18.0, 10.0], [90.0, NONE, 1.0], [70.0, 5.0, 1.0]])
    return trends(values, ["a", "a", "b", "b"], np.array([2015, 2020, 2015, 2020]))


def test_a_panel_is_graded_city_by_city(seen):
    found = progress(seen, np.array([80.0, 10.0, 60.0]), np.array([1, -1, 1]), target_year=2030)

    assert found.units == ("a", "b")
    assert found.grade.tolist() == [
        [Grade.TOO_SLOW, Grade.STAGNATING, Grade.UNKNOWN],
        [Grade.AWAY, Grade.REACHED, Grade.STAGNATING],
    ]
    np.testing.assert_allclose(found.share, [[1 / 6, 0.2, 1 / 6], [NONE, 1.0, 0.0]])
    assert found.pace[0, 0] == pytest.approx(0.0192448766 / 0.0318296392, rel=1e-7)


def test_a_panel_may_be_judged_by_change_and_by_other_thresholds(seen):
    found = progress(
        seen,
        np.array([80.0, 10.0, 60.0]),
        np.array([1, -1, 1]),
        target_year=2030,
        by="change",
        thresholds=Thresholds(0.5, 0.1, 0.0),
    )

    assert found.grade[0].tolist() == [Grade.ON_TRACK, Grade.ON_TRACK, Grade.ON_TRACK]


@given(
    *(st.one_of(st.just(NONE), st.floats(-10, 10)) for _ in range(3)),
    st.sampled_from([1, 0, -1]),
    st.sampled_from(["growth", "change"]),
)
def test_a_grade_is_always_given(first, latest, target, direction, by):
    seen = trends(np.array([[first], [latest]]), ["a", "a"], np.array([2015, 2020]))

    found = progress(seen, np.array([target]), np.array([direction]), target_year=2030, by=by)

    assert found.grade.item() in set(Grade)

"""Thresholds: heaps beyond a line, by the binomial distribution, and cities that report just enough."""

import polars as pl
import pytest

from urbium.measure.trust.thresholds import Heap, benchmark_heaps, coverage_flags, heap_flags, limit_heaps
from urbium.measure.trust.watch import Watch
from urbium.model import Variable

WATCH = Watch()


def heap(beyond, short):
    return Heap("x", "the benchmark (100)", 100.0, ("a", "b"), beyond, short)


def test_the_chance_of_a_heap_is_that_of_coins():
    assert heap(3, 0).chance == pytest.approx(1 / 8)
    assert heap(2, 1).chance == pytest.approx(4 / 8)
    assert heap(0, 2).chance == pytest.approx(1)


def test_a_heap_is_flagged_where_its_chance_is_small_over_all_that_was_looked_at():
    (flag,) = heap_flags([heap(7, 0)], WATCH)  # 1 / 128
    assert (flag.kind, flag.subject, flag.cities, flag.value) == (
        "just past a threshold",
        "x",
        ("a", "b"),
        100,
    )
    assert flag.chance == pytest.approx(1 / 128)
    assert flag.evidence == (
        "7 figures lie within 2.0% of the benchmark (100) on the favourable side, and 0 on the other side"
    )
    assert list(heap_flags([heap(6, 0)], WATCH)) == []  # 1 / 64
    assert list(heap_flags([heap(7, 0), heap(1, 1)], WATCH)) == []  # 2 / 128


def test_where_more_fall_short_nothing_is_flagged():
    assert list(heap_flags([heap(2, 2)], Watch(chance=1))) == []
    (flag,) = heap_flags([heap(2, 1), heap(0, 1), heap(1, 1)], Watch(chance=1))
    assert flag.chance == 1


def by_threshold(heaps):
    return {each.threshold: (each.cities, each.beyond, each.short) for each in heaps}


def test_heaps_stand_at_the_benchmark_and_at_the_steps_of_points(score_tree):
    scores = score_tree({"x": [100, 102, 102.1, 99, 97.9, 95, 33, 32.5, 67]}, benchmarks={"x": 100})
    assert by_threshold(benchmark_heaps(scores, WATCH)) == {
        "33% of the benchmark (33)": (("g",), 1, 1),
        "66% of the benchmark (66)": (("i",), 1, 0),
        "95% of the benchmark (95)": (("f",), 1, 0),
        "the benchmark (100)": (("a", "b"), 2, 1),
    }


def test_the_window_holds_both_of_its_ends(score_tree):
    scores = score_tree({"x": [102, 98, 102.01, 97.99]}, benchmarks={"x": 100})
    (found,) = benchmark_heaps(scores, WATCH)
    assert (found.cities, found.beyond, found.short) == (("a",), 1, 1)


def test_where_less_is_better_the_good_side_is_below(score_tree):
    scores = score_tree({"x": [20, 19.9, 20.2, 40]}, benchmarks={"x": 20}, lower=("x",))
    (found,) = benchmark_heaps(scores, WATCH)
    assert (found.cities, found.beyond, found.short, found.value) == (("a", "b"), 2, 1, 20)


def test_a_step_is_told_in_the_unit_of_the_indicator(score_tree):
    scores = score_tree({"x": [60, 19]}, benchmarks={"x": 19.8}, lower=("x",))
    (found,) = benchmark_heaps(scores, Watch(window=0.005))
    assert (found.threshold, found.value) == ("33% of the benchmark (60)", pytest.approx(60))


def test_without_a_benchmark_there_is_no_heap(score_tree):
    assert list(benchmark_heaps(score_tree({"x": [1, 2, 3]}), WATCH)) == []


def limits(values, **known):
    variable = Variable("x", {"en": "x"}, "%", "prefecture", **known)
    table = pl.DataFrame(
        {"city": [f"c{place}" for place in range(len(values))], "variable": "x", "value": values},
        schema_overrides={"value": pl.Float64},
    )
    return by_threshold(limit_heaps(table, {"x": variable}, WATCH))


def test_figures_within_a_plausible_limit_are_held_against_those_beyond():
    assert limits([70, 69, 68.5, 71, 72], plausible_max=70) == {
        "the plausible maximum 70": (("c0", "c1"), 2, 1)
    }
    assert limits([5, 5.1, 5.2, 4.9, 4.8], plausible_min=5) == {
        "the plausible minimum 5": (("c0", "c1"), 2, 1)
    }


def test_figures_at_a_limit_of_the_possible_are_left_aside():
    assert limits([100, 100, 99, 98, 97, 96, 95], hard_max=100) == {
        "the possible maximum 100": (("c2", "c3"), 2, 2)
    }
    assert limits([10, 10.1, 10.3], hard_min=10) == {"the possible minimum 10": (("c1",), 1, 1)}


def test_a_plausible_limit_that_is_the_possible_one_is_looked_at_once():
    assert list(limits([100, 99], hard_max=100, plausible_max=100)) == ["the possible maximum 100"]
    assert list(limits([10, 10.1], hard_min=10, plausible_min=10)) == ["the possible minimum 10"]


def test_a_limit_of_zero_has_no_relative_distance():
    assert limits([0, 0.001], hard_min=0, plausible_min=0) == {}


def test_a_variable_nobody_declared_has_no_limits():
    table = pl.DataFrame({"city": ["a"], "variable": ["y"], "value": [1.0]})
    assert list(limit_heaps(table, {}, WATCH)) == []


def test_cities_that_report_just_enough_are_told(score_tree):
    figures = {"x": [1, 2, 3, 4], "y": [1, 2, None, None], "z": [2, None, 3, None]}
    (flag,) = coverage_flags(score_tree(figures, availability=0.6))
    assert (flag.kind, flag.subject, flag.cities) == ("just enough reported", "top", ("b", "c"))
    assert (flag.period, flag.value, flag.chance) == ("2012", pytest.approx(2 / 3), None)
    assert flag.evidence == (
        "2 cities report 2 of 3 indicators, exactly as many as required; cities that report one fewer: 1"
    )


def test_where_nothing_is_asked_for_nobody_reports_just_enough(score_tree):
    assert list(coverage_flags(score_tree({"x": [1, 2], "y": [1, None]}))) == []
    assert list(coverage_flags(score_tree({"x": [1, 2], "y": [1, 3]}, availability=0.4))) == []


def test_where_all_is_asked_for_nobody_could_report_more(score_tree):
    assert list(coverage_flags(score_tree({"x": [1, 2], "y": [1, None]}, availability=1.0))) == []

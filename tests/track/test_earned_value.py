"""Earned value against examples that other programs publish, and against interpolation by numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.track.earned_value import ACCEPTED_WORK, EarnedValue, earned, together

STEPS = st.lists(st.floats(0.5, 50), min_size=1, max_size=6)


def test_the_example_of_the_package_pra_of_cran():
    """paulgovan.github.io/PRA: budget 100,000; 10, 20, 40, 70, 100% planned; 35% done, 36,000 spent."""
    planned = dict(enumerate([0, 10_000, 20_000, 40_000, 70_000, 100_000]))
    example = EarnedValue(planned, 3, ev=35_000, ac=36_000)
    assert (example.bac, example.pv, example.sv, example.cv) == (100_000, 40_000, -5_000, -1_000)
    assert (example.spi, example.cpi) == (pytest.approx(0.875), pytest.approx(0.9722222))
    assert example.eac == pytest.approx(100_000 / 0.9722222)


def test_the_variances_of_the_package_pmev_of_cran():
    """Its manual: PV 25,144.5, EV 13,878.46, AC 10,000 give SV -11,266.04, CV 3,878.46 and CPI 1.39."""
    example = EarnedValue({0: 0.0, 1: 25_144.5}, 1, ev=13_878.46, ac=10_000)
    assert example.sv == pytest.approx(-11_266.04)
    assert example.cv == pytest.approx(3_878.46)
    assert round(example.cpi, 2) == 1.39


@given(STEPS, st.floats(0.0, 0.999))
def test_earned_schedule_is_where_the_planned_curve_reaches_what_is_earned(steps, share):
    curve = np.concatenate([[0.0], np.cumsum(steps)])
    example = EarnedValue(dict(enumerate(curve)), len(steps), ev=share * curve[-1], ac=1.0)
    assert example.es == pytest.approx(np.interp(share * curve[-1], curve, np.arange(len(curve))), abs=1e-6)


def test_a_task_that_is_complete_costs_what_it_cost_and_keeps_no_index_of_time():
    example = EarnedValue({2019: 0.0, 2020: 10.0}, 2022, ev=10.0, ac=14.0)
    assert (example.es, example.eac, example.spi_t, example.finish) == (1.0, 14.0, None, None)


def test_half_the_pace_takes_twice_as_long():
    example = EarnedValue({2019: 0.0, 2020: 10.0, 2021: 20.0}, 2020, ev=5.0, ac=5.0)
    assert (example.spi_t, example.finish) == (0.5, 2023.0)


def test_nothing_planned_or_spent_gives_no_index():
    example = EarnedValue({}, 2020, ev=0.0, ac=0.0)
    assert (example.spi, example.cpi, example.eac, example.es, example.spi_t) == (None,) * 5


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_work_never_earns_more_than_the_budget(budget, work):
    value, rule = earned(budget, {}, [], work)
    assert (value <= budget, rule) == (True, ACCEPTED_WORK)


def test_money_that_is_spent_earns_nothing():
    assert earned(10.0, {"a": 1.0}, [], work=10.0)[0] == 0.0


def test_sums_are_of_all_tasks_also_of_those_that_end_earlier():
    first = EarnedValue({2019: 0.0, 2020: 4.0}, 2021, ev=4.0, ac=5.0)
    second = EarnedValue({2020: 0.0, 2021: 6.0}, 2021, ev=3.0, ac=3.0)
    whole = together([first, second])
    assert (whole.planned, whole.pv, whole.ev, whole.ac) == ({2019: 0, 2020: 4, 2021: 10}, 10, 7, 8)

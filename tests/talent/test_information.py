"""What it is worth to know a figure before people are prepared."""

from itertools import product

import numpy as np
import pytest

from urbium.errors import InputError
from urbium.talent.information import least_cost, perfect, value_of_information

# Two occupations, each short of 0 or 10 (the second: 0 or 4) posts with even chances; a post that is
# prepared costs 1, one missing 3. S is 0, 4, 10 or 14. Nothing known, q = 10 costs 10 + 3 * 4 / 4, or 13
# (q = 4: 4 + 3 * (6 + 10) / 4 = 16; q = 14: 14). Perfect: 1 * 7 = 7.
# First known: at 0, S is 0 or 4: q = 4 costs 4; at 10, S is 10 or 14: q = 14 costs 14; mean 9.
# Second known: at 0, S is 0 or 10: q = 10 costs 10; at 4, S is 4 or 14: q = 14 costs 14; mean 12.
FACTORS = np.array(list(product((0.0, 10.0), (0.0, 4.0))))
SHORT = FACTORS.sum(axis=1)


def test_nothing_known_costs_what_the_best_single_decision_costs():
    assert least_cost(SHORT, prepare=1.0, lack=3.0) == pytest.approx(13.0)


def test_perfect_information_saves_the_difference_to_the_mean_shortage():
    assert perfect(SHORT, prepare=1.0, lack=3.0) == pytest.approx(13.0 - 7.0)


def test_the_figure_that_matters_most_comes_first():
    table = value_of_information(SHORT, FACTORS, ("first", "second"), prepare=1.0, lack=3.0)

    assert table["name"].to_list() == ["first", "second"]
    assert table["value"].to_list() == pytest.approx([13.0 - 9.0, 13.0 - 12.0])
    assert table["share"].to_list() == pytest.approx([4 / 6, 1 / 6])


def test_a_figure_behind_nothing_is_worth_nothing():
    idle = np.column_stack([FACTORS[:, 0], np.tile([1.0, 2.0], 2)])
    table = value_of_information(FACTORS[:, 0], idle, ("first", "idle"), prepare=1.0, lack=3.0)

    assert table.filter(name="idle")["value"].item() == 0.0
    assert table.filter(name="first")["share"].item() == pytest.approx(1.0)


def test_the_least_cost_is_that_of_trying_every_decision():
    random = np.random.default_rng(4)
    for prepare, lack in ((1.0, 3.0), (2.0, 2.5), (3.0, 1.0), (1.0, 50.0)):
        short = random.gamma(2.0, 3.0, 200) * (random.random(200) > 0.3)
        tried = min(prepare * q + lack * np.maximum(short - q, 0).mean() for q in (0.0, *short))
        assert least_cost(short, prepare, lack) == pytest.approx(tried, rel=1e-12)


def test_many_draws_come_near_the_case_solved_by_hand():
    random = np.random.default_rng(1)
    jitter = random.normal(0, 1e-3, (40_000, 2))
    factors = FACTORS[random.integers(0, 4, 40_000)] + jitter  # each value differs: bins must part them
    table = value_of_information(factors.sum(axis=1), factors, ("first", "second"), prepare=1.0, lack=3.0)

    assert table["value"].to_list() == pytest.approx([4.0, 1.0], abs=0.15)


def test_costs_that_leave_nothing_to_decide_are_refused():
    with pytest.raises(InputError, match="there is nothing to decide"):
        value_of_information(SHORT, FACTORS, ("first", "second"), prepare=0.0, lack=3.0)

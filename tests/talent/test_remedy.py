"""The cheapest remedy of a shortage, against all that could be done."""

from itertools import product

import numpy as np
import pytest

from urbium.errors import InfeasibleError, InputError
from urbium.talent.remedy import Course, Options, cheapest


def options(**changes):
    plain = {
        "course": Course(cost=2.0, places=4.0, most=2, lag=1, drop_out=0.25),
        "contract": 3.0, "move": 1.0, "delay": 4.0,
        "contractors": (5.0, 5.0, 5.0), "movable": (1.0, 1.0, 1.0), "delayable": (2.0, 2.0, 2.0),
    }  # fmt: skip
    return Options(**plain | changes)


def test_a_unit_of_training_adds_the_seats_of_those_who_do_not_drop_out():
    remedy = cheapest({2020: 0.0, 2021: 3.0}, options(contractors=(0, 0), movable=(0, 0), delayable=(0, 0)))

    # 4 seats, a quarter drops out: 3 posts a year later, for 2
    assert remedy.table["units"].to_list() == [1, 0]
    assert remedy.table["trained"].to_list() == [0.0, 3.0]
    assert remedy.cost == pytest.approx(2.0)


def test_a_shortage_at_once_is_filled_by_moves_before_contractors_since_these_are_dearer():
    remedy = cheapest({2020: 3.0}, options(contractors=(5,), movable=(1,), delayable=(0,)))

    assert remedy.table.select("move", "contract").row(0) == pytest.approx((1.0, 2.0))
    assert remedy.cost == pytest.approx(1.0 + 6.0)


def test_what_is_put_off_beyond_the_last_year_is_listed():
    remedy = cheapest({2020: 2.0}, options(contractors=(0,), movable=(0,), delayable=(2,)))

    assert (remedy.left, remedy.cost) == pytest.approx((2.0, 8.0))


def test_a_shortage_that_nothing_fills_is_said_to_be_so():
    with pytest.raises(InfeasibleError, match="do not cover the shortage"):
        cheapest({2020: 99.0}, options(contractors=(5,), movable=(1,), delayable=(2,)))


def test_every_wrong_figure_is_named():
    wrong = options(course=Course(cost=-1.0, places=4.0, most=2, lag=-1, drop_out=1.0), move=-2.0)
    with pytest.raises(InputError) as refused:
        cheapest({2020: 1.0, 2021: 1.0, 2022: 1.0}, wrong)

    assert {fault.cell for fault in refused.value.faults} == {"move", "training cost", "lag", "drop-out"}


@pytest.mark.parametrize("seed", range(60))
def test_the_remedy_is_as_cheap_as_trying_all(seed):
    short, ways = small(np.random.default_rng(seed))
    tried = best_of_all(short, ways)

    assert cost_of(short, ways) == pytest.approx(tried, abs=1e-6)


def cost_of(short, ways):
    """Return the cost of the cheapest remedy; more than any where there is none."""
    try:
        return cheapest(short, ways).cost
    except InfeasibleError:
        return np.inf


def small(random):
    """Return a shortage of three years and whole numbers of what may be done: whole answers suffice."""
    course = Course(float(random.integers(1, 9)), 2.0, int(random.integers(0, 3)), int(random.integers(0, 3)))
    posts = [tuple(float(x) for x in random.integers(0, 3, 3)) for _ in range(3)]
    prices = [float(x) for x in random.integers(1, 6, 3)]
    short = {2020 + at: float(x) for at, x in enumerate(random.integers(0, 4, 3))}
    return short, Options(course, *prices, *posts)


def best_of_all(short, ways):
    """Return the least cost of all whole decisions; more than any where none suffices."""
    years, course, best = range(3), ways.course, np.inf
    for units in product(range(course.most + 1), repeat=3):
        there = [course.places * sum(units[u] for u in years if u + course.lag <= t) for t in years]
        for delay in product(*(range(int(most) + 1) for most in ways.delayable)):
            cost = course.cost * sum(units) + ways.delay * sum(delay)
            for t in years:
                lacking = list(short.values())[t] + (delay[t - 1] if t else 0) - delay[t] - there[t]
                for price, most in sorted(
                    [(ways.move, ways.movable[t]), (ways.contract, ways.contractors[t])]
                ):
                    taken = min(max(lacking, 0.0), most)
                    cost, lacking = cost + price * taken, lacking - taken
                if lacking > 0:
                    break
            else:
                best = min(best, cost)
    return best

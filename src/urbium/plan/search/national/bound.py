r"""A proven bound: prices of what the cities share, and the tightened relaxation of each city at them.

With prices :math:`\pi \ge 0` of the coupling rows with capacity b,

.. math:: L(\pi) = \pi b + \sum_{k,t} z^{\max} \max(0, \text{places} - \text{cost})_{kt}
          + \sum_c \max_{x_c} (v_c - \pi A_c) x_c

bounds every plan (Geoffrion 1974), also when each maximum is only bounded from above. Prices of regions may
not exceed the price of a shortfall. Better prices are those of the best mix of the plans known, or lie on the
way to them (see :mod:`urbium.plan.search.national.master`): the relaxations start from their last answers.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, wait
from functools import partial

import numpy as np

from urbium.plan.milp.work import Work
from urbium.plan.search.national.instance import Floats, Instance, Integers
from urbium.plan.search.national.relaxation import Relaxation
from urbium.plan.search.national.training import training_columns

_LOOK = 0.2
"""Seconds between two looks at the clock."""
_LOOKS = 25
"""Looks of one city's branching in a round."""


def price_of_shares(instance: Instance, prices: Floats) -> float:
    """Return what all that is shared is worth at prices, training at its best."""
    training, capacity = training_columns(instance)
    gain = np.maximum(-(training.T @ prices), 0.0) @ np.repeat(instance.nation.training_most, instance.years)
    return float(prices @ capacity + gain)


class Bound:
    """The search for the least bound: relaxations of the cities, and the best prices so far.

    Parameters
    ----------
    executor : runs the cities
    work : pays for what they do
    """

    def __init__(self, instance: Instance, executor: Executor, work: Work) -> None:
        self.instance, self.executor, self.work = instance, executor, work
        self.prices = np.zeros(instance.rows)  # at no price at all a city may close every gap at once
        most = instance.projects.premium.max(axis=1, initial=0.0)
        self.city_bounds = np.bincount(
            instance.projects.city, most, minlength=instance.count
        ) + instance.cities.worth.sum(axis=1) * float(instance.nation.slope @ instance.nation.width)
        self.value = float(self.city_bounds.sum())
        self.relaxations: list[Relaxation | None] = [None] * instance.count
        self._asked = self.prices
        self._futures: dict[int, Future[tuple[Relaxation, float, float]]] = {}
        self.gained = np.inf

    def allowed(self, prices: Floats) -> Floats:
        """Return prices that prove something: not below 0, those of regions within a shortfall's price.

        A region may fall short at a price, so a higher price of its row would promise more than that saves.
        """
        most = np.full(len(prices), np.inf)
        most[len(prices) - len(self.instance.regions) :] = self.instance.nation.region_price
        return np.clip(prices, 0.0, most)

    def begin(self, prices: Floats, cuts: int) -> None:
        """Set out to solve every city at prices of the coupling rows, with rounds of cuts."""
        self._set_out(self.allowed(prices), cuts, dict.fromkeys(range(self.instance.count)))

    def begin_branching(self, gains: Mapping[int, float]) -> None:
        """Set out to branch some cities at the best prices.

        Parameters
        ----------
        gains : by city, what a plan of it gains at the best prices
        """
        self._set_out(self.prices, 0, gains)

    def _set_out(self, prices: Floats, cuts: int, gains: Mapping[int, float | None]) -> None:
        self._asked = prices
        work = partial(_solve, self.instance, prices, cuts)
        self._futures = {
            city: self.executor.submit(work, (city, self.relaxations[city], gain))
            for city, gain in gains.items()
        }

    def finish(self, is_late: Callable[[], bool]) -> bool:
        """Wait for the cities and take up their answers; say whether all were solved in time."""
        for future in self._futures.values():
            while not (future.done() or is_late()):
                wait([future], timeout=_LOOK)
        done = {city: future.result() for city, future in self._futures.items() if future.done()}
        is_whole = len(done) == len(self._futures)
        if not is_whole:
            self.cancel()
        self._futures = {}
        for city, (relaxation, _, spent) in done.items():
            self.relaxations[city] = relaxation
            self.work.spend(spent)
        if done and (is_whole or self._asked is self.prices):
            self._take(self._asked, {city: bound for city, (_, bound, _) in done.items()})
        return is_whole

    def cancel(self) -> None:
        """Call off what was set out and has not begun."""
        for future in self._futures.values():
            future.cancel()

    def worst(self, gains: Floats, count: int) -> Integers:
        """Return the cities whose bounds are farthest above what is known to be gained at the best prices."""
        return np.argsort(gains - self.city_bounds, kind="stable")[:count]

    def _take(self, prices: Floats, proven: Mapping[int, float]) -> None:
        """Take up what is proven of cities at prices.

        At new prices every city must be proven again; at the best prices each tighter bound of a single city
        counts by itself.
        """
        is_new = prices is not self.prices
        bounds = self.city_bounds.copy()
        for city, bound in proven.items():
            bounds[city] = bound if is_new else min(bounds[city], bound)
        value = float(bounds.sum()) + price_of_shares(self.instance, prices)
        gained = self.value - value
        if is_new:
            self.gained = gained
        if gained > 0:
            self.value, self.prices, self.city_bounds = value, prices, bounds


def _solve(
    instance: Instance, prices: Floats, cuts: int, task: tuple[int, Relaxation | None, float | None]
) -> tuple[Relaxation, float, float]:
    """Solve a city's relaxation, built when it is the first time, after branching when a gain is known.

    Return what no plan of the city gains more than, too, and the work that it took.
    """
    city, relaxation, gained = task
    relaxation = relaxation or Relaxation(instance, city)
    before = relaxation.work.spent
    if gained is not None:
        relaxation.branch(prices, gained, _LOOKS)
    bound = relaxation.solve(prices, cuts)
    return relaxation, bound, relaxation.work.spent - before

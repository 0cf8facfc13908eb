"""Solve a national instance: prices, a first plan, columns and bound in turns, polish; always a bound.

The order of the work and the amount of each step are fixed, so that the same instance and seed give the same
plan as long as the clock does not cut the search short. A limit of time only decides how far it gets.
"""

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial

import numpy as np

from urbium.errors import InputError
from urbium.plan.national.annealing import Found, Schedule, anneal_cities, anneal_nation, price_floor
from urbium.plan.national.bound import Bound
from urbium.plan.national.evaluate import evaluate, tables
from urbium.plan.national.instance import Floats, Instance, Integers
from urbium.plan.national.master import Master, Mix, pick
from urbium.plan.national.plan import NationalPlan, Step, shortfalls
from urbium.plan.national.prices import first_prices

__all__ = ["Progress", "solve_national"]

Progress = Callable[[float, float, float], bool | None]
"""Called with seconds, value of the best plan and bound; a true answer stops the search."""

_GAP = 0.002
_WORKERS = 8
_FIRST, _POLISH = 8_000, 20_000
"""Moves for each city in the search of a first plan, and in a polish."""
_COLUMN = 25_000
"""Moves in a city to find a column."""
_MOST_EFFORT = 16
"""Times the moves of a polish may grow: they double when it found nothing better."""
_LEAST_MOVES = 600_000
"""Moves of a polish, however few the cities."""
_SEGMENT = 200_000
"""Moves between two looks at the clock."""
_GROUP = 8
"""Cities that one task searches for columns."""
_CUTS, _MORE_CUTS = 5, 2
"""Rounds of cuts at first, and when prices change."""
_PRICES_SHARE = 0.15
_KEEP = 3
_LOOK = 0.2
"""Seconds between two looks at the clock."""
_KEEP_TIME = 0.3
"""Seconds kept for the end."""
_EARLY = 3
_TURNS = 3
"""Rounds of columns for each round of the bound."""
_BRANCHED, _FEW = 10, 4
"""One city in so many is branched in a round, and at least a few."""
_STALLED = 2e-4
"""A bound that gains less than this share in a round is helped by branching."""
"""Tries of a repair, and rounds before branching."""


def solve_national(
    instance: Instance, *, time_limit: float = 300.0, seed: int = 0, executor: Executor | None = None,
    on_progress: Progress | None = None, start: Integers | None = None, gap: float = _GAP, rounds: int = 1000,
) -> NationalPlan:  # fmt: skip
    """Choose projects and start years for all cities, with a proven bound.

    Parameters
    ----------
    time_limit : seconds, kept within two; with enough of them the search ends by ``gap`` or ``rounds``
    seed : of every random choice
    executor : runs the cities' relaxations (threads or processes); threads on this machine's cores without
    on_progress : called after each step
    start : (P,) start years of a plan to begin with, such as the last plan adopted
    gap : the search ends when the plan is proven within this share
    rounds : the most rounds of columns and bound

    Raises
    ------
    InputError
        When the start years given do not fit the instance or break a hard limit.
    """
    own = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, _WORKERS))
    try:
        search = _Search(
            instance,
            time_limit,
            seed=seed,
            executor=executor or own,
            threads=own,
            on_progress=on_progress,
            gap=gap,
        )
        return search.run(start, rounds)
    finally:
        own.shutdown(wait=False, cancel_futures=True)


class _Search:
    """The state of one search: the best plan, the bound, and the master of the columns."""

    def __init__(
        self, instance: Instance, time_limit: float, *, seed: int, executor: Executor,
        threads: ThreadPoolExecutor, on_progress: Progress | None, gap: float,
    ) -> None:  # fmt: skip
        self.begun = time.monotonic()
        self.deadline = self.begun + time_limit - min(_KEEP_TIME, 0.1 * time_limit)
        self.instance, self.table, self.seed, self.gap = instance, tables(instance), seed, gap
        self.executor, self.threads, self.on_progress = executor, threads, on_progress
        self.is_stopped, self.effort = False, 1
        self.history: list[Step] = []
        empty = np.full(len(instance.projects.city), -1)
        self.start, self.training = empty, np.zeros((instance.occupations, instance.years), np.int64)
        self.value = float(evaluate(self.table, empty).value.sum())
        self.bound = Bound(instance, np.zeros(instance.rows), np.zeros(instance.rows), executor)

    # Time and progress

    def is_over(self) -> bool:
        is_proven = self.bound.value - self.value <= self.gap * abs(self.value)
        return self.is_stopped or is_proven or time.monotonic() >= self.deadline

    def left(self) -> float:
        """Return the seconds left."""
        return max(self.deadline - time.monotonic(), 0.1)

    def tell(self) -> None:
        step = Step(time.monotonic() - self.begun, self.value, self.bound.value)
        self.history.append(step)
        if self.on_progress is not None:
            self.is_stopped |= bool(self.on_progress(*step))

    def take(self, found: Found) -> None:
        """Take the best plan of a search when it is better."""
        if found.best > self.value:
            self.value, self.start, self.training = found.best, found.best_start, found.best_training
            self.tell()

    # The search

    def run(self, start: Integers | None, rounds: int) -> NationalPlan:
        if start is not None:
            self._begin(start)
        self.tell()
        limit = _PRICES_SHARE * (self.deadline - time.monotonic())
        prices = first_prices(self.instance, seconds=limit, seed=self.seed)
        self.bound = Bound(self.instance, prices, price_floor(self.table, prices), self.executor)
        self.master = Master(self.instance, self.table, prices)
        self.bound.begin(_CUTS)
        self._first_plan(prices)
        for number in range(rounds):
            if not self.bound.finish(self.is_over):
                break
            self._know_cities(self.bound.found)
            self.tell()
            if self.is_over():
                break
            self._round(number)
        self.bound.cancel()
        return self._plan()

    def _begin(self, start: Integers) -> None:
        """Begin with start years that are given."""
        if start.shape != self.start.shape:
            raise InputError(
                f"start years have shape {start.shape}", place="start", remedy=f"give {self.start.shape}"
            )
        zeros = np.zeros(self.instance.rows)
        found = anneal_nation(self.table, start, self.training, zeros, Schedule(0), seed=self.seed)
        if not np.isfinite(found.best):
            raise InputError(
                "the plan to begin with breaks a hard limit",
                place="start",
                remedy="repair it, or leave it out",
            )
        self.take(found)

    def _first_plan(self, prices: Floats) -> None:
        """Search all cities from the plan at hand, and repair until nothing is over-used."""
        count = self.instance.count
        schedule = Schedule(_FIRST * count, 0.3 if self.value < 0 else 0.03)
        found = self._cool(self.start, self.training, prices, schedule, self.seed)
        for attempt in range(_EARLY):
            if self.is_over():
                return
            hard = Schedule(_FIRST * count // 2, 0.02, 0.002, 6.0, 300.0 * 4**attempt, 2e-4)
            found = self._cool(found.start, found.training, prices, hard, self.seed + attempt)
            self._know(found.start)
            if np.isfinite(found.best):
                self._know(found.best_start)
                return

    def _cool(
        self, start: Integers, training: Integers, prices: Floats, schedule: Schedule, seed: int
    ) -> Found:
        """Anneal in segments, the clock looked at between them."""
        parts = max(1, -(-schedule.moves // _SEGMENT))
        steps = np.arange(parts + 1) / parts
        hot = schedule.hot * (schedule.cold / schedule.hot) ** steps
        soft = schedule.soft * (schedule.hard / schedule.soft) ** steps
        best = None
        for n in range(parts):
            segment = Schedule(
                schedule.moves // parts, hot[n], hot[n + 1], soft[n], soft[n + 1], schedule.margin
            )
            found = anneal_nation(self.table, start, training, prices, segment, seed=1_000 * seed + n)
            start, training = found.start, found.training
            if best is None or found.best > best.best:
                best = found
            self.take(found)
            if self.is_over():
                break
        assert best is not None  # noqa: S101 - there is at least one part
        return replace(best, start=start, training=training)

    def _round(self, number: int) -> None:
        """Find columns at new prices, and make a plan of them while the cities prove the next bound."""
        for turn in range(_TURNS):
            mix = self.master.solve()
            prices = 0.5 * (self.bound.prices + mix.prices)
            for future in self._columns(prices, _TURNS * number + turn):
                while not (future.done() or self.is_over()):
                    wait([future], timeout=_LOOK)
                if self.is_over():
                    return
                self._collect(*future.result())
        if self._is_stalled(number):
            self.bound.begin_branching(self._unproven(), self.left())
        else:
            self.bound.begin(_MORE_CUTS)
        self._polish(self.master.solve(), number)

    def _is_stalled(self, number: int) -> bool:
        """Whether the bound needs branching to get on."""
        return number >= _EARLY and self.bound.gained < _STALLED * self.bound.value

    def _unproven(self) -> dict[int, Integers]:
        """Return the start years known to gain most in the cities whose bounds are loosest."""
        prices, first = self.bound.prices, self.instance.first
        worst = self.bound.worst(self.master.gains(prices), max(self.instance.count // _BRANCHED, _FEW))
        best = self.master.best(prices)
        return {int(c): best[first[c] : first[c + 1]] for c in worst}

    def _columns(self, prices: Floats, number: int) -> list[Future[tuple[Integers, Integers, Floats]]]:
        """Set out to search each city at prices, from its best column."""
        start = self.master.best(prices)
        cities = range(self.instance.count)
        work = partial(
            anneal_cities, self.table, start=start, prices=prices, moves=_COLUMN, hot=0.15, keep=_KEEP
        )
        return [
            self.threads.submit(work, cities[n : n + _GROUP], seed=self.seed + 7_919 * number + n)
            for n in range(0, len(cities), _GROUP)
        ]

    def _collect(self, city: Integers, starts: Integers, gain: Floats) -> None:
        """Take up the plans of cities as columns."""
        for layer in range(_KEEP):
            start = np.full(len(self.start), -1)
            seen = np.isfinite(gain[layer::_KEEP])
            cities, plans = city[layer::_KEEP][seen], starts[layer::_KEEP][seen]
            for c, plan in zip(cities, plans, strict=True):
                begin, end = self.instance.first[c], self.instance.first[c + 1]
                start[begin:end] = plan[: end - begin]
            self._know(start, cities)

    def _know(self, start: Integers, cities: Integers | None = None) -> None:
        """Take up what start years mean for each city as columns."""
        found = evaluate(self.table, start)
        kept = np.flatnonzero(found.violation == 0)
        if cities is not None:
            kept = np.intersect1d(kept, cities)
        widest = self.master.columns.starts.shape[1]
        plans = np.full((len(kept), widest), -1)
        for n, c in enumerate(kept):
            begin, end = self.instance.first[c], self.instance.first[c + 1]
            plans[n, : end - begin] = start[begin:end]
        self.master.add(kept, plans, found.value[kept], found.use[kept])

    def _know_cities(self, plans: Mapping[int, Integers]) -> None:
        """Take up start years of some cities as columns."""
        start = np.full(len(self.start), -1)
        for c, plan in plans.items():
            start[self.instance.first[c] : self.instance.first[c + 1]] = plan
        self._know(start, np.array(list(plans), dtype=np.int64))

    def _polish(self, mix: Mix, number: int) -> None:
        """Choose a plan for each city, and search and repair from there."""
        moves = max(_POLISH * self.instance.count, min(_LEAST_MOVES, 2_000 * len(self.start)))
        moves, before = moves * self.effort, self.value
        start, training = pick(
            self.table, self.master.columns, mix, moves=moves // 2, seed=self.seed + number
        )
        prices = 0.5 * (self.bound.prices + mix.prices)
        hot = 0.03 if number % 2 else 0.015
        found = self._cool(start, training, prices, Schedule(moves, hot, 0.003, 1.5, 8.0), number + 1)
        for attempt in range(_EARLY):
            if self.is_over():
                return
            hard = Schedule(moves // 4, 0.004, 0.001, 8.0, 300.0 * 4**attempt, 1e-4)
            found = self._cool(found.start, found.training, prices, hard, number + 1)
            if np.isfinite(found.best):
                self._know(found.best_start)
                break
        if self.value <= before:
            self.effort = min(2 * self.effort, _MOST_EFFORT)

    def _plan(self) -> NationalPlan:
        self.tell()
        return NationalPlan(
            self.start, self.training, self.value, max(self.bound.value, self.value), self.bound.prices,
            self.bound.city_bounds, tuple(self.history), shortfalls(self.instance, self.start),
        )  # fmt: skip

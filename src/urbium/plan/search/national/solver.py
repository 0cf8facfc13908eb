"""Solve a national instance: prices, a first plan, columns and bound in turns, polish; always a bound.

1. First dual prices come from a sample of cities; a first plan is annealed at them, and repaired.
2. In rounds, cities are searched at prices for columns; the restricted master mixes them and sets new prices;
   the cities' relaxations prove a bound at prices on the way to those of the mix.
3. Plans are picked from the mix and polished by annealing, while the cities with the loosest bounds branch.

The parts share the incumbent (the best plan), the bound and the prices: the bound's prices steer the columns,
the columns' gains say which cities are worth branching, and what is polished comes back as columns.

The order of the work and the amount of each step are fixed, so that the same instance and seed give the same
plan as long as the clock does not cut the search short. How far it gets is limited by work, which is counted
where all threads have ended; a limit of time is a guard.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from urbium.plan.milp.model import checked_bound
from urbium.plan.milp.work import Work
from urbium.plan.search.national.annealing import Annealed, Schedule, anneal_cities, anneal_nation
from urbium.plan.search.national.beginning import checked
from urbium.plan.search.national.bound import Bound, price_of_shares
from urbium.plan.search.national.evaluate import evaluate
from urbium.plan.search.national.incumbent import NationalPlan, SearchStep, shortfalls
from urbium.plan.search.national.instance import Floats, Instance, Integers
from urbium.plan.search.national.layout import tables
from urbium.plan.search.national.master import Master, Mix, pick
from urbium.plan.search.national.prices import first_prices

Progress = Callable[[float, float, float], bool | None]
"""Called with seconds, value of the best plan and bound; a true answer stops the search."""

_GAP = 0.002
_WORKERS = 8
_FIRST, _POLISH = 20_000, 30_000
"""Moves for each city in the search of a first plan, and in a polish."""
_COLUMN = 15_000
"""Moves in a city to find a column."""
_POOR = 10
"""One city in so many, whose best column is farthest from its bound, is searched from nothing."""
_SPREADS, _SPREAD = 4, 0.05
"""Searches for columns at first, and by how much their prices differ (standard deviation of logs)."""
_AFRESH: dict[str, Any] = {"moves": _COLUMN, "hot": 0.3, "soft": 0.3}
_ANEW: dict[str, Any] = {**_AFRESH, "moves": 4 * _COLUMN}
_ONWARD: dict[str, Any] = {"moves": _COLUMN, "hot": 0.05}
"""How a search for columns goes from nothing, anew where the best known is poor, and from the best known."""
_GENTLE, _POLISHED = 0.02, 0.008
"""First temperatures of a search from a plan that is given, and of a polish of a good one."""
_LEAST_MOVES = 1_500_000
"""Moves of a polish, however few the cities."""
_SEGMENT = 500_000
"""Moves between two looks at the guard of time."""
_GROUP = 8
"""Cities that one task searches for columns."""
_CUTS, _MORE_CUTS = 4, 2
"""Rounds of cuts at first, and when prices change."""
_ROUNDS = 1000
_PRICES_SHARE = 0.15
"""Share of the work that the first prices may take."""
_PICKED = 0.1
"""Work of a move that exchanges two known plans, as a share of one that judges a city anew."""
_KEEP = 3
"""Plans kept of a search for columns."""
_LOOK = 0.2
"""Seconds between two looks at the clock."""
_TINY = 1e-12
_KEEP_TIME = 0.3
"""Seconds kept for the end."""
_EARLY = 3
"""Tries of a repair, and rounds before the best plan is polished again."""
_TRUST = 0.2
"""Weight of the bound's prices beside those of the mix, reached from 1 in steps of a tenth."""
_WAY, _LEAST_WAY = 0.7, 0.1
"""How far the bound's prices move to those of the mix at first, and at least."""
_TURNS, _FIRST_TURNS = 4, 9
"""Rounds of columns for each round of the bound, and for the first."""
_BRANCHED, _FEW = 3, 10
"""One city in so many is branched a little in a round, and at least a few."""
_NEAR, _WORTHWHILE = 1e-3, 5e-4
"""Prices may lower the bound by a share at most: below the first, cities branch at the best that are known;
above the second, better ones are asked for, at which what was branched proves less."""


def solve_national(
    instance: Instance, *, work_limit: float = np.inf, time_limit: float = 300.0, seed: int = 0,
    executor: Executor | None = None, on_progress: Progress | None = None, start: Integers | None = None,
    gap: float = _GAP, rounds: int = _ROUNDS,
) -> NationalPlan:  # fmt: skip
    """Choose projects and start years for all cities, with a proven bound.

    Parameters
    ----------
    work_limit : units of work, about seconds of one processor core
    time_limit : seconds, kept within two, as a guard; with enough of both the search ends by ``gap`` or
        ``rounds``
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
    threads = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, _WORKERS))
    try:
        work = Work.within(work_limit, time_limit - min(_KEEP_TIME, 0.1 * time_limit))
        search = NationalSearch(
            instance,
            seed=seed,
            executor=executor or threads,
            threads=threads,
            gap=gap,
            work=work,
            is_late=lambda: work.is_late,
            on_progress=on_progress,
        )
        if start is not None:
            search.begin_at(start)
        for _ in search.steps(rounds):
            pass
        return search.plan()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


class NationalSearch:
    """The state of one search: the best plan, the bound, and the master of the columns.

    Parameters
    ----------
    executor : runs the cities' relaxations
    threads : run the compiled loops
    gap : the search ends when the plan is proven within this share
    work : what may be spent; it pays for everything
    is_late : says whether somebody or the guard of time ended the search; threads ask it, too
    is_enough : says whether it is proven enough; asked where all threads have ended
    """

    def __init__(
        self, instance: Instance, *, seed: int, executor: Executor, threads: ThreadPoolExecutor, gap: float,
        work: Work, is_late: Callable[[], bool], is_enough: Callable[[], bool] = lambda: False,
        on_progress: Progress | None = None,
    ) -> None:  # fmt: skip
        self.begun, self.ended, self.is_enough, self.work = time.monotonic(), is_late, is_enough, work
        self.instance, self.table, self.seed, self.gap = instance, tables(instance), seed, gap
        self.executor, self.threads, self.on_progress = executor, threads, on_progress
        self.is_stopped = False
        self.history: list[SearchStep] = []
        self.early: list[Integers] = []
        self.empty = np.full(len(instance.projects.city), -1)
        self.start, self.training = self.empty, np.zeros((instance.occupations, instance.years), np.int64)
        nothing = evaluate(self.table, self.empty)
        self.nothing = float(nothing.value.sum())
        self.value = self.nothing if nothing.violation.max(initial=0.0) == 0 else -np.inf
        self.bound = Bound(instance, executor, work)
        self.way = _WAY
        self.master: Master
        self.is_mixing = False  # whether there is a master already

    # Time and progress

    @property
    def is_proven(self) -> bool:
        """Whether the plan is proven within the gap that was asked for."""
        gain = abs(self.value - self.nothing)
        return bool(np.isfinite(self.value) and self.bound.value - self.value <= self.gap * gain)

    def is_late(self) -> bool:
        """Say whether somebody or the guard ended the search: all that a search in a thread looks at."""
        return self.is_stopped or self.ended()

    def is_over(self) -> bool:
        """Say whether there is no more to do or to spend; asked where all threads have ended."""
        return self.is_proven or self.is_late() or self.work.is_spent or self.is_enough()

    def is_ready(self, future: Future[Any]) -> bool:
        """Wait for a task; say whether it was done in time."""
        while not (future.done() or self.is_late()):
            wait([future], timeout=_LOOK)
        return not self.is_late()

    def _move(self, moves: float) -> None:
        """Count moves of a search, each of which judges a city anew."""
        self.work.spend(moves * self.instance.move_work)

    def tell(self) -> None:
        """Note value and bound, and say them to who watches."""
        step = SearchStep(time.monotonic() - self.begun, self.value, self.bound.value)
        self.history.append(step)
        if self.on_progress is not None:
            self.is_stopped |= bool(self.on_progress(*step))

    def take(self, result: Annealed) -> None:
        """Take the best plan of a search when it is better."""
        if result.best > self.value:
            self.value, self.start, self.training = result.best, result.best_start, result.best_training
            self.tell()

    # The search

    def begin_at(self, start: Integers) -> None:
        """Begin with start years that are given, or go on from them when they are worth more."""
        self.take(checked(self.instance, self.table, start))
        if self.is_mixing:
            self.master.learn(start)
        else:
            self.early.append(start)

    def steps(self, rounds: int = _ROUNDS, *, prices: Floats | None = None) -> Iterator[None]:
        """Search, giving way after each step: a first plan, the bound and the columns, and then each round.

        Parameters
        ----------
        prices : (rows,) of the coupling rows, where somebody has found some; a sample of cities without
        """
        self.tell()
        if prices is None:
            sample = self.work.part(_PRICES_SHARE)
            better = first_prices(self.instance, work=Work(sample.limit, sample.deadline), seed=self.seed)
            prices = next(better)  # rough ones are enough for a first plan; better ones are made meanwhile
            best = self.threads.submit(_last, prices, better)
        else:
            best = self.threads.submit(_last, prices, iter(()))
        self._first_plan(prices)
        yield
        if self.is_ready(best) and not self.is_over():
            self.bound.begin(best.result(), _CUTS)
            self.master = Master(self.instance, self.table, best.result(), self.work)
            self.is_mixing = True
            for plan in self.early:
                self.master.learn(plan)
            for number in range(rounds):
                if not self._has_bound() or not self._round(number):
                    break
                yield
            self.bound.cancel()
        self.tell()
        self.is_stopped = True  # for polishes that nobody waits for any more

    def _has_bound(self) -> bool:
        """Wait for the cities' bounds and take them up; say whether the search goes on."""
        if self.is_over():  # what is under way is left, done or not: which of it is done is chance
            self.bound.cancel()
            return False
        if not self.bound.finish(self.is_late):
            return False
        self.tell()
        return not self.is_over()

    def _first_plan(self, prices: Floats) -> None:
        """Search all cities from the plan at hand, and repair until nothing is over-used."""
        count = self.instance.count
        schedule = Schedule(_FIRST * count, _GENTLE if self.early else 0.3)
        cooled = self._cool(self.start, self.training, prices, schedule, self.seed)
        self._move(schedule.moves)
        self.take(cooled)
        for attempt in range(_EARLY):
            if self.is_over():
                return
            # cooler and far stricter each time, with a little of every limit held back against rounding
            hard = Schedule(_FIRST * count // 2, 0.02, 0.002, 6.0, 300.0 * 4**attempt, 2e-4)
            cooled = self._cool(cooled.start, cooled.training, prices, hard, self.seed + attempt)
            self._move(hard.moves)
            self.take(cooled)
            self.early.append(cooled.start)
            if np.isfinite(cooled.best):
                self.early.append(cooled.best_start)
                return

    def _cool(
        self, start: Integers, training: Integers, prices: Floats, schedule: Schedule, seed: int
    ) -> Annealed:
        """Anneal in segments, the guard looked at between them."""
        parts = max(1, -(-schedule.moves // _SEGMENT))
        steps = np.arange(parts + 1) / parts
        hot = schedule.hot * (schedule.cold / schedule.hot) ** steps
        soft = schedule.soft * (schedule.hard / schedule.soft) ** steps
        best = None
        for n in range(parts):
            segment = Schedule(
                schedule.moves // parts, hot[n], hot[n + 1], soft[n], soft[n + 1], schedule.margin
            )
            cooled = anneal_nation(self.table, start, training, prices, segment, seed=1_000 * seed + n)
            start, training = cooled.start, cooled.training
            if best is None or cooled.best > best.best:
                best = cooled
            if self.is_late():
                break
        assert best is not None  # noqa: S101 - there is at least one part
        return replace(best, start=start, training=training)

    def _round(self, number: int) -> bool:
        """Find columns, later while the cities prove a bound at new prices; a plan while the worst branch.

        Columns are sought in the threads while the relaxations run in the executor, and plans are polished
        while the cities branch: neither waits for the other, and each round takes up what both found.
        """
        if number and self._promise() > _WORTHWHILE and not self._is_in_vain():
            self.bound.begin(self._towards_the_mix(), _MORE_CUTS)
        for turn in range(_TURNS if number else _FIRST_TURNS):
            is_first = number == turn == 0
            trust = max(1.0 - 0.1 * turn, _TRUST) if number == 0 else _TRUST
            prices = self.bound.prices
            if not is_first:  # a mix of the first plan alone sets prices that mean little
                prices = trust * prices + (1.0 - trust) * self.master.solve().prices
            tasks = self._columns(prices, 100 * number + turn, is_first=is_first)
            if not all(self.is_ready(task) for task in tasks) or self.is_over():
                return False
            plans = [task.result() for task in tasks]
            self._collect(*(np.concatenate(part) for part in zip(*plans, strict=True)))
        if not self._has_bound():
            return False
        is_near = self._promise() < _NEAR or self._is_in_vain()
        self.bound.begin_branching(self._unproven() if is_near else {})
        self._polish(self.master.solve(), number)
        return True

    def _promise(self) -> float:
        """Return by what share better prices may lower the bound at most, as far as known plans tell."""
        # known plans bound from below what the relaxations could prove at these prices, and the mix what they
        # could prove at the best: the difference is all that new prices can bring
        gained = float(self.master.gains(self.bound.prices).sum())
        gained += price_of_shares(self.instance, self.bound.prices)
        lower = gained - self.master.solve().value
        return lower / max(abs(self.bound.value - self.nothing), _TINY) if np.isfinite(lower) else np.inf

    def _is_in_vain(self) -> bool:
        """Say whether the last prices proved no more, and were as near the best as any that are asked."""
        return self.way <= _LEAST_WAY and self.bound.gained <= 0

    def _towards_the_mix(self) -> Floats:
        """Return prices from the best towards those of the mix, less far when the last were no better.

        The mix's own prices swing from round to round; near the best prices the bound is known to be good
        (du Merle, Villeneuve, Desrosiers, Hansen 1999, *Stabilized column generation*).
        """
        self.way = max(self.way / 2, _LEAST_WAY) if self.bound.gained <= 0 else self.way
        return self.bound.prices + self.way * (self.master.solve().prices - self.bound.prices)

    def _unproven(self) -> dict[int, float]:
        """Return what is known to be gained in the cities whose bounds are loosest."""
        gains = self.master.gains(self.bound.prices)
        worst = self.bound.worst(gains, max(self.instance.count // _BRANCHED, _FEW))
        return {int(c): float(gains[c]) for c in np.intersect1d(worst, self.master.known)}

    def _columns(
        self, prices: Floats, number: int, *, is_first: bool
    ) -> list[Future[tuple[Integers, Integers, Floats]]]:
        """Set out to search each city at prices: from its best column, or from nothing where that is poor."""
        count = self.instance.count
        if is_first:  # prices scattered around the first ones, so that the mix has something to choose from
            random = np.random.default_rng(self.seed)
            around = np.exp(_SPREAD * random.standard_normal((_SPREADS, len(prices))))
            around[0] = 1.0
            return [
                task
                for n, spread in enumerate(around)
                for task in self._searches(
                    range(count), prices * spread, _AFRESH, number + 50 * n, self.empty
                )
            ]
        gains = self.master.gains(self.bound.prices)
        poor = np.sort(self.bound.worst(gains, -(-count // _POOR)))
        rest = np.setdiff1d(np.arange(count), poor)
        return [
            *self._searches(poor, prices, _ANEW, number, self.empty),
            *self._searches(rest, prices, _ONWARD, number, self.master.best(prices)),
        ]

    def _searches(
        self, cities: Integers | range, prices: Floats, how: dict[str, Any], number: int, start: Integers
    ) -> list[Future[tuple[Integers, Integers, Floats]]]:
        """Set out to search cities at prices from start years."""
        search = partial(anneal_cities, self.table, start=start, prices=prices, keep=_KEEP, **how)
        self._move(how["moves"] * len(cities))
        return [
            self.threads.submit(search, cities[n : n + _GROUP], seed=self.seed + 7_919 * number + n)
            for n in range(0, len(cities), _GROUP)
        ]

    def _collect(self, city: Integers, starts: Integers, gain: Floats) -> None:
        """Take up the plans of cities as columns, the best of each, the second, and so on."""
        first = self.instance.first
        for layer in range(_KEEP):  # the master learns one plan of each city at a time
            plans = np.flatnonzero(np.isfinite(gain)[layer::_KEEP]) * _KEEP + layer
            start = self.empty.copy()
            for n in plans:
                span = slice(first[city[n]], first[city[n] + 1])
                start[span] = starts[n, : span.stop - span.start]
            self.master.learn(start, city[plans])

    def _polish(self, mix: Mix, number: int) -> None:
        """Choose a plan for each city, and search and repair from there; later from the best plan too."""
        moves = max(_POLISH * self.instance.count, min(_LEAST_MOVES, 2_000 * len(self.start)))
        begun = [(self.start, self.training)]
        if len(self.master.known) == self.instance.count:
            picks = range(2 if number < _EARLY else 1)
            mixed = [
                pick(self.table, self.master.columns, mix, moves=moves, seed=self.seed + 100 * number + n)
                for n in picks
            ]
            begun = [*mixed, *begun][:2]
            self._move(_PICKED * moves * len(picks))
        prices = 0.5 * (self.bound.prices + mix.prices)
        tasks = [
            self.threads.submit(self._refine, start, training, prices, moves, number + 1)
            for start, training in begun
        ]
        self._move(1.25 * moves * len(tasks))
        for task in tasks:  # in their order, and none once the gap is proven: so threads change nothing
            if self.is_proven:
                break
            if self.is_ready(task) or not task.cancel():
                refined = task.result()
                self.take(refined)
                if np.isfinite(refined.best):
                    self.master.learn(refined.best_start)

    def _refine(self, start: Integers, training: Integers, prices: Floats, moves: int, seed: int) -> Annealed:
        """Search from a plan, and repair until nothing is over-used; ends soon after the time is over."""
        refined = self._cool(start, training, prices, Schedule(moves, _POLISHED, 0.003, 1.5, 8.0), seed)
        for attempt in range(_EARLY):
            hard = Schedule(moves // 4, 0.004, 0.001, 8.0, 300.0 * 4**attempt, 1e-4)
            fixed = self._cool(refined.start, refined.training, prices, hard, seed)
            refined = max(refined, fixed, key=lambda result: result.best)
            refined = replace(refined, start=fixed.start, training=fixed.training)
            if np.isfinite(fixed.best) or self.is_late():
                break
        return refined

    def plan(self) -> NationalPlan:
        """Return the best plan, the bound, and the way there."""
        bound = checked_bound(self.bound.value, self.value)
        return NationalPlan(
            self.start, self.training, self.value, bound, self.bound.prices,
            self.bound.city_bounds, tuple(self.history), shortfalls(self.instance, self.start),
        )  # fmt: skip


def _last(first: Floats, others: Iterator[Floats]) -> Floats:
    """Return the last of several prices, each better than the one before."""
    for prices in others:
        first = prices
    return first

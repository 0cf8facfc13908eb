r"""Larger programmes: prices for what the cities share, each city solved by itself, and a proven bound.

With prices :math:`\pi \ge 0` on the coupling rows :math:`\sum_c A_c x_c \le b`,

.. math:: L(\pi) = \pi b + \sum_c \max_{x_c \in X_c} (v_c - \pi A_c) x_c

is an upper bound of every plan (Geoffrion 1974). Prices come from column generation over the cities'
relaxations (Dantzig and Wolfe 1960), held near the best prices so far; then every city is solved with whole
starts at the best prices, which proves a tighter bound, and the cities that use too much are solved again
within quotas. Time that is left goes to the cities with the largest gap.
"""

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import highspy
import numpy as np
import polars as pl

from urbium.plan.milp.financing import all_columns, split_money
from urbium.plan.milp.model import LinearModel, Part, checked_bound, dual_bound, duals, highs, load, parts
from urbium.plan.milp.objective import objective, shortfalls, starts_of, training_of
from urbium.plan.search.exact import Progress, SearchResult
from urbium.plan.search.restricted_master import Column, solve_restricted_master
from urbium.plan.search.subproblem import Subproblem
from urbium.plan.variables import Floats, Integers, Variables

__all__ = ["relaxed_at", "solve_by_decomposition"]

T = TypeVar("T")

_GAP = 0.005
"""The search ends when the plan is proven within this share, unless another is asked for."""
_MOST_WORKERS = 8
_ROUNDS = 25
_SAMPLE = 30
"""Cities in the relaxation that gives the first prices, more or less."""
_PRICES_GAP = 5e-4
"""Prices are good enough when the relaxations' bound is within this share of the mix."""
_CITY_GAP, _FINE_GAP = 0.005, 0.001
"""How near the best a city is solved at first, and when there is time: a first look at every city proves
more of the nation than an exact look at some."""
_CITY_SECONDS = 3.0
_CHUNK = 16
_PRICES_SHARE = 0.3
"""Share of the time that the search for prices may take."""
_KEEP = 0.5
"""Weight of the best prices beside those of the mix, which swing from round to round."""
_MIP = {
    "mip_allow_restart": False, "mip_detect_symmetry": False, "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_root_reduced_cost": False, "mip_heuristic_run_rins": False,
}  # fmt: skip
"""Measured on 48 cities: 3.9 instead of 5.8 seconds of processor, and a tighter gap at the same tolerance."""
_LOOSE = {"primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7}
_ANSWERED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
"""How the solver ends when it has an answer for a relaxation."""
_TIE = 1e-4
_NOTHING = 1e-6


@dataclass(frozen=True)
class _Answer:
    """The optimum of a city's relaxation at some prices: its value, its columns, and its rows' prices."""

    bound: float
    x: Floats
    rows: Floats


class _InfeasibleCity(Exception):  # noqa: N818 - a signal inside this module
    """The part of one city has no plan."""


def solve_by_decomposition(
    lay: Variables,
    model: LinearModel,
    *,
    deadline: float,
    on_progress: Progress | None = None,
    seed: int = 0,
    gap: float | None = None,
    first: Integers | None = None,
    executor: Executor | None = None,
) -> SearchResult:
    """Solve a programme of many cities by prices; the arguments are those of ``solve_exact``.

    ``executor`` runs the cities' solves (HiGHS frees the interpreter lock, so threads do); one of the
    machine's cores by default.
    """
    threads = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, _MOST_WORKERS))
    try:
        search = _Search(
            lay,
            model,
            deadline=deadline,
            on_progress=on_progress,
            seed=seed,
            gap=gap,
            executor=executor or threads,
        )
        return search.run(first)
    except _InfeasibleCity:
        return SearchResult(None, -np.inf, np.zeros(len(model.lower)), is_infeasible=True)
    finally:
        threads.shutdown()


def relaxed_at(
    lay: Variables, model: LinearModel, prices: Floats, *, deadline: float, executor: Executor | None = None
) -> tuple[Floats, float]:
    """Return prices of all rows that prove a bound together, from those of the coupling rows, and the bound.

    Each city's relaxation is solved at the prices; without the time for all of them the prices of the other
    rows stay 0, and the bound is infinite.
    """
    count = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, _MOST_WORKERS))
    try:
        search = _Search(
            lay, model, deadline=deadline, on_progress=None, seed=0, gap=None, executor=executor or count
        )
        return search.relaxed_at(prices)
    except _InfeasibleCity:
        return prices, np.inf
    finally:
        count.shutdown()


def _nothing_to_decide(part: Part) -> _Answer:
    """Return the answer of a city without variables, for which the solver has none."""
    if (part.matrix.lower > 0).any() or (part.matrix.upper < 0).any():
        raise _InfeasibleCity
    return _Answer(0.0, np.empty(0), np.zeros(len(part.rows)))


class _Search:
    """The state of one search: cities, prices, best bound and best plan."""

    def __init__(
        self, lay: Variables, model: LinearModel, *, deadline: float, on_progress: Progress | None, seed: int,
        gap: float | None, executor: Executor,
    ) -> None:  # fmt: skip
        self.lay, self.model, self.seed = lay, model, seed
        self.begun, self.deadline, self.on_progress = time.monotonic(), deadline, on_progress
        self.gap = _GAP if gap is None else gap
        self.executor = executor
        city_parts, self.coupling = parts(lay, model)
        self.capacity = model.upper[self.coupling]
        self.is_stopped = False
        self.bound, self.value = np.inf, -np.inf
        self.start: Integers | None = None
        self.training: Integers | None = None
        self.prices = np.zeros(len(self.coupling))
        self.dual_prices = np.zeros(len(model.lower))
        self.scale = model.scale()
        self.cities = [self._city(part) for part in city_parts]

    def _city(self, part: Part) -> Subproblem:
        solver = highs(seed=self.seed, solver="simplex", **_LOOSE)
        load(solver, part.matrix, whole=False, scale=self.scale)
        return Subproblem(part, self.scale, solver, np.zeros(len(part.matrix.cost)))

    # Time and progress

    @property
    def left(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def is_over(self) -> bool:
        within = self.start is not None and self.bound - self.value <= self.gap * max(abs(self.value), 1e-12)
        return self.is_stopped or self.left <= 0 or within

    def tell(self) -> None:
        if self.on_progress is not None:
            value = self.value if self.start is not None else None
            bound = self.bound if np.isfinite(self.bound) else None
            self.is_stopped |= bool(self.on_progress(time.monotonic() - self.begun, value, bound))

    def each(self, work: Callable[[Subproblem], T], cities: Iterable[Subproblem]) -> list[T | None]:
        """Do the work for each city, in their order, while there is time."""
        return list(
            self.executor.map(lambda city: None if self.is_stopped or self.left <= 0 else work(city), cities)
        )

    # The search

    def run(self, first: Integers | None) -> SearchResult:
        if first is not None:
            self._begin(first)
        self.tell()
        until = time.monotonic() + _PRICES_SHARE * self.left
        if len(self.coupling):
            self._guess_prices()
        self._find_prices(until)
        if not self.is_over and np.isfinite(self.bound):
            self._solve_cities()
        rounds = 0
        while not self.is_over and rounds < _ROUNDS and self._improve(rounds):
            rounds += 1
        how = f"HiGHS {self.cities[0].relaxed.version()}, city by city at prices"
        return SearchResult(
            self.start,
            checked_bound(self.bound, self.value),
            self.dual_prices,
            how=how,
            training=self.training,
        )

    def _begin(self, start: Integers) -> None:
        """Make a first plan the plan of every city, when its money can be split."""
        split = split_money(self.lay, self.model, start)
        if split is not None:
            x = all_columns(self.lay, start, split)
            for city in self.cities:
                city.take(x[city.part.columns])
            self._take(start, split.training)

    def _take(self, start: Integers, training: Integers) -> None:
        value = objective(self.lay, start, training)
        if value > self.value:
            self.value, self.start, self.training = value, start, training

    # Prices from the cities' relaxations

    def _guess_prices(self) -> None:
        """First prices: the relaxation of every n-th city by size, with their part of what is shared."""
        cities = len(self.cities)
        size = np.bincount(self.lay.city, self.lay.capital, minlength=cities)
        order = np.argsort(-size, kind="stable")
        step = max(cities // _SAMPLE, 1)
        chosen = np.zeros(cities, dtype=bool)
        chosen[order[step // 2 :: step]] = True
        chosen[self.lay.roadmap.cities.height :] = True  # what the nation decides
        part = float(size[chosen].sum() / max(size.sum(), 1e-12))
        columns = np.concatenate([self.cities[int(c)].part.columns for c in np.flatnonzero(chosen)])
        keep = np.zeros(self.lay.columns, dtype=bool)
        keep[columns] = True
        entry = keep[self.model.column]
        rows = np.unique(np.concatenate([self.model.row[entry], self.coupling]))
        local_row = np.full(len(self.model.lower), -1)
        local_row[rows] = np.arange(len(rows))
        local_column = np.cumsum(keep) - 1
        upper, bound = self.model.upper.copy(), self.model.bound.copy()
        upper[self.coupling] *= part
        bound[self.lay.owner == self.lay.roadmap.cities.height] *= part
        sample = LinearModel(
            local_row[self.model.row[entry]], local_column[self.model.column[entry]], self.model.value[entry],
            self.model.lower[rows], upper[rows], self.model.cost[keep], bound[keep],
            int(keep[: self.lay.wholes].sum()),
        )  # fmt: skip
        solver = highs(seconds=self.left / 8, seed=self.seed, solver="simplex")
        load(solver, sample, whole=False, scale=self.scale)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            self.prices = np.clip(duals(solver, self.scale)[local_row[self.coupling]], 0.0, None)

    def relaxed_at(self, prices: Floats) -> tuple[Floats, float]:
        """Return the prices of all rows that go with those of the coupling rows, and what they prove."""
        asked = prices[self.coupling]
        answers = self.each(partial(self._relaxation, prices=asked), self.cities)
        row_prices, bound = prices.copy(), float(asked @ self.capacity)
        for city, answer in zip(self.cities, answers, strict=True):
            if answer is None:
                return prices, np.inf
            count = len(answer.rows) - city.part.shared
            row_prices[city.part.rows[:count]] = answer.rows[:count]
            bound += answer.bound
        return row_prices, bound

    def _find_prices(self, until: float) -> None:
        """Column generation; keeps the prices with the least bound, and the rows' prices that prove it.

        A tiny price on every coupling row keeps a city from using at random what costs nothing.
        """
        columns = self._first_columns()
        spent = max(float(np.abs(self.capacity[np.isfinite(self.capacity)]).sum()), 1e-9)
        least = _TIE * max(self.value, 0.0) / spent
        asked = np.maximum(self.prices, least)
        for _ in range(_ROUNDS):
            news = self.each(partial(self._relaxation, prices=asked), self.cities)
            answers = [answer for answer in news if answer is not None]
            if len(answers) < len(self.cities):
                return
            bound = float(asked @ self.capacity) + sum(answer.bound for answer in answers)
            if bound < self.bound:
                self.bound, self.prices = bound, asked
                for city, answer in zip(self.cities, answers, strict=True):
                    count = len(answer.rows) - city.part.shared
                    self.dual_prices[city.part.rows[:count]] = answer.rows[:count]
                    city.bound = answer.bound
                self.dual_prices[self.coupling] = asked
            for city, answer in zip(self.cities, answers, strict=True):
                worth = float(city.part.matrix.cost @ answer.x)
                columns.append((city.part.city, worth, city.uses(answer.x)))
            self.tell()
            value, prices = solve_restricted_master(columns, self.capacity, self.prices, scale=self.scale)
            is_close = not len(self.coupling) or self.bound - value <= _PRICES_GAP * abs(self.bound)
            if is_close or self.is_over or time.monotonic() > until:
                return
            asked = np.maximum(_KEEP * self.prices + (1 - _KEEP) * prices, least)

    def _first_columns(self) -> list[Column]:
        """Doing nothing in each city that may, and what the first plan does."""
        forced = {"mandatory", "committed"}
        road = self.lay.roadmap
        bound = road.projects.filter(pl.col("status").is_in(forced))["city"].to_list()
        bound += road.alternatives.join(road.projects, on="project", how="left")["city"].to_list()
        idle = self._idle()
        codes = [*road.cities["city"], ""][: len(self.cities)]
        free = [city for city, code in zip(self.cities, codes, strict=True) if code not in set(bound)]
        return [
            (city.part.city, float(city.part.matrix.cost @ x), city.uses(x))
            for city in free
            for x in [idle[city.part.columns]]
        ]

    def _idle(self) -> Floats:
        """All variables when nothing is started: standards are missed, and fairness lacks all it asks."""
        x, short = np.zeros(self.lay.columns), shortfalls(self.lay, np.full(len(self.lay.build), -1))
        x[self.lay.missed], x[self.lay.lacking] = short.missed, short.lacking
        return x

    def _relaxation(self, city: Subproblem, *, prices: Floats) -> _Answer | None:
        """Solve a city's relaxation at prices; None when the solver ends without an answer, also afresh."""
        cost = city.priced(prices) * self.scale
        if not len(cost):
            return _nothing_to_decide(city.part)
        solver = city.relaxed
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        solver.run()
        if solver.getModelStatus() not in _ANSWERED:
            solver.clearSolver()
            solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            raise _InfeasibleCity
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        x = np.asarray(solver.getSolution().col_value)
        bound = solver.getInfo().objective_function_value / self.scale
        return _Answer(float(bound), x, duals(solver, self.scale))

    # Whole plans

    def _mip(
        self, city: Subproblem, prices: Floats, limit: Floats | None, gap: float = _CITY_GAP
    ) -> Floats | None:
        """Solve one city with whole starts at prices, within limits of the coupling rows where given.

        Without limits the city's bound is proven, too.
        """
        part, cost = city.part, city.priced(prices)
        upper = part.matrix.upper.copy()
        if limit is not None:
            upper[len(upper) - part.shared :] = limit
        solver = highs(
            seconds=min(_CITY_SECONDS, max(self.left, 0.01)),
            seed=self.seed,
            mip_rel_gap=gap,
            **_MIP,
            **_LOOSE,
        )
        load(solver, part.matrix, cost=cost, upper=upper, scale=self.scale)
        solver.run()
        status = solver.getModelStatus()
        if limit is None and status in (
            highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):  # fmt: skip
            raise _InfeasibleCity
        info = solver.getInfo()
        if limit is None:
            city.bound = min(city.bound, dual_bound(solver) / self.scale)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return np.asarray(solver.getSolution().col_value)

    def _solve_cities(self) -> None:
        """Solve the cities at the best prices, those with most to gain first, while there is time."""
        gain = [city.bound - city.worth_at(self.prices) for city in self.cities]
        order = [self.cities[int(k)] for k in np.argsort(-np.array(gain), kind="stable")]
        for first in range(0, len(order), _CHUNK):
            chunk = order[first : first + _CHUNK]
            for city, x in zip(
                chunk, self.each(lambda city: self._mip(city, self.prices, None), chunk), strict=True
            ):
                if x is not None:
                    city.take(x)
            self._prove()
            if not first or first // _CHUNK % 4 == 3:  # noqa: PLR2004 - now and then
                self._adopt()
            self.tell()
            if self.is_over:
                break
        for tightening in (1.0, 1.05, 1.2, 1.5, 2.0, 4.0):
            if self._adopt() or self.left <= 0 or self.is_stopped:
                return
            self._cut_back(tightening)

    def _prove(self) -> None:
        self.bound = min(
            self.bound, float(self.prices @ self.capacity) + sum(city.bound for city in self.cities)
        )

    def _total(self) -> Floats:
        return np.sum([city.use for city in self.cities], axis=0) if self.cities else np.zeros(0)

    def _adopt(self) -> bool:
        """Take the cities' plans together as the programme's plan when they keep every coupling row."""
        if not self._fits():
            return False
        x = self._joined()
        self._take(starts_of(self.lay, x), training_of(self.lay, x))
        self.tell()
        return True

    def _fits(self) -> bool:
        slack = 1e-7 * np.maximum(1.0, np.abs(self.capacity))
        return not (self._total() > self.capacity + slack).any()

    def _joined(self) -> Floats:
        x = np.zeros(self.lay.columns)
        for city in self.cities:
            x[city.part.columns] = city.x
        return x

    def _cut_back(self, tightening: float) -> None:
        """Ask the largest users of overrun rows for their part of the cut, and solve them again within it."""
        total = self._total()
        over = np.maximum(total - self.capacity, 0.0)
        rows = np.flatnonzero(over > 0)
        use = np.array([city.use for city in self.cities])
        weight = (
            np.clip(use[:, rows], 0, None) * (over[rows] / np.maximum(np.abs(total[rows]), 1e-9) + 1e-9)
        ).sum(axis=1)
        count = max(len(self.cities) // 5, min(10, len(self.cities)))
        chosen = np.argsort(-weight, kind="stable")[:count]
        held = np.clip(use[chosen], 0, None)
        share = held / np.maximum(held.sum(axis=0), 1e-12)
        room = np.maximum(self.capacity - total, 0.0)
        quota = use[chosen] - tightening * over * share + room * share
        tight = (over > 0)[None, :] & (held.sum(axis=0) <= _NOTHING)[
            None, :
        ]  # a row with little use: equal parts
        quota = np.where(tight, use[chosen] - tightening * over / count, quota)
        tasks = dict(zip((int(k) for k in chosen), quota, strict=True))
        picked = [self.cities[k] for k in tasks]
        answers = self.each(lambda city: self._mip(city, self.prices, tasks[city.part.city]), picked)
        for city, x in zip(picked, answers, strict=True):
            if x is not None:
                city.take(x)

    def _improve(self, round_number: int) -> bool:
        """Give each city what is left of the coupling rows, the largest gap first; say if it helped."""
        if not self._fits():
            self._cut_back(1.0 + 0.5 * round_number)
            self._adopt()
            return True
        before, proven = self.value, self.bound
        losses = np.array([city.bound - city.worth_at(self.prices) for city in self.cities])
        total = self._total()
        for k in np.argsort(-losses, kind="stable")[: max(len(self.cities) // 5, 10)]:
            if self.is_over:
                break
            city = self.cities[int(k)]
            self._mip(city, self.prices, None, _FINE_GAP)
            x = self._mip(city, np.zeros_like(self.prices), self.capacity - total + city.use, _FINE_GAP)
            if x is not None and float(city.part.matrix.cost @ x) > city.value + 1e-9 * abs(city.value):
                total = total - city.use + city.uses(x)
                city.take(x)
        self._prove()
        self._adopt()
        return self.value > before * (1 + 1e-5) or self.bound < proven * (1 - 1e-5)

r"""Larger programmes: prices for what the cities share, each city solved by itself, and a proven bound.

With prices :math:`\pi \ge 0` on the coupling rows :math:`\sum_c A_c x_c \le b`,

.. math:: L(\pi) = \pi b + \sum_c \max_{x_c \in X_c} (v_c - \pi A_c) x_c

is an upper bound of every plan (Geoffrion 1974). Prices come from column generation over the cities'
relaxations (Dantzig and Wolfe 1960), held near the best prices so far; then every city is solved with whole
starts at the best prices, which proves a tighter bound, and the cities that use too much are solved again
within quotas. Work that is left goes to the cities with the largest gap. See ADR 0057.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import highspy
import numpy as np
import polars as pl

from urbium.plan.milp.financing import all_columns, split_money
from urbium.plan.milp.model import LinearModel, Part, dual_bound, duals, highs, load, parts
from urbium.plan.milp.objective import objective, shortfalls, starts_of, training_of
from urbium.plan.milp.work import Work
from urbium.plan.search.exchange import Exchange
from urbium.plan.search.pooling import pooled
from urbium.plan.search.restricted_master import Column, solve_restricted_master
from urbium.plan.search.strengthening import strengthened
from urbium.plan.search.subproblem import Subproblem
from urbium.plan.variables import Floats

T = TypeVar("T")

_ROUNDS = 25
_SAMPLE, _SAMPLE_COLUMNS = 30, 45_000
"""Cities in the relaxation that gives the first prices, more or less, and its columns at most: thirty cities
over fifteen years took more than a minute, eight of them five seconds."""
_PRICES_GAP = 5e-4
"""Prices are good enough when the relaxations' bound is within this share of the mix."""
_CITY_GAP, _FINE_GAP = 0.002, 0.001
"""How near the best a city is solved at first, and when work is left: a first look at every city proves
more of the nation than an exact look at some. Five thousandths take as much work, and leave more open."""
_CITY_WORK = 3.0
"""The most work of solving one city."""
_CHUNK = 16
_GUESS_SHARE, _PRICES_SHARE = 0.125, 0.3
"""Shares of the work left that the first prices, and the search for better ones, may take."""
_KEEP = 0.5
"""Weight of the best prices beside those of the mix, which swing from round to round."""
_MIP = {
    "mip_allow_restart": False, "mip_detect_symmetry": False, "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_root_reduced_cost": False, "mip_heuristic_run_rins": False,
    "presolve_rule_off": 1 << 15,
}  # fmt: skip
"""Measured on 48 cities: 3.9 instead of 5.8 seconds of processor, and a tighter gap at the same tolerance.

Rule 15 of presolving, which tries both values of variables, takes half to two thirds of a city's time."""
_LOOSE: dict[str, Any] = {"primal_feasibility_tolerance": 1e-7, "dual_feasibility_tolerance": 1e-7}
"""Of relaxations only: with it the search for whole numbers proved a bound a ten thousandth too low, in a
nation of small cities, and so below a plan."""
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


def _nothing_to_decide(part: Part) -> _Answer:
    """Return the answer of a city without variables, for which the solver has none."""
    if (part.matrix.lower > 0).any() or (part.matrix.upper < 0).any():
        raise _InfeasibleCity
    return _Answer(0.0, np.empty(0), np.zeros(len(part.rows)))


class Decomposition:
    """A member of a search: cities, prices, the best bound at them, and whole plans of the cities.

    Parameters
    ----------
    exchange : what all members share
    executor : runs the cities' solves: threads, since HiGHS frees the interpreter lock

    Attributes
    ----------
    share : of the cities that have been solved whole; from 1 on the pace of what comes can be judged
    pass_work : what one solve of every city's relaxation took at most: it tells how much the rest will be
    """

    name = "decomposition"

    def __init__(self, exchange: Exchange, *, seed: int, executor: Executor) -> None:
        self.exchange, self.lay = exchange, exchange.lay
        self.model, self.stands_for = pooled(exchange.lay, strengthened(exchange.lay, exchange.model))
        self.seed, self.executor = seed, executor
        city_parts, self.coupling = parts(self.lay, self.model)
        self.capacity = self.model.upper[self.coupling]
        self.bound, self.value = np.inf, -np.inf
        self.share = self.pass_work = 0.0
        self.prices = np.zeros(len(self.coupling))
        self.dual_prices = np.zeros(len(self.model.lower))
        self.scale = self.model.scale()
        self.cities = [self._city(part) for part in city_parts]

    def _city(self, part: Part) -> Subproblem:
        work = Work()
        solver = highs(work=work, seed=self.seed, solver="simplex", **_LOOSE)
        load(solver, part.matrix, whole=False, scale=self.scale)
        return Subproblem(part, self.scale, solver, work, np.zeros(len(part.matrix.cost)))

    def each(self, task: Callable[[Subproblem], T], cities: Iterable[Subproblem]) -> list[T | None]:
        """Do something for each city, and count what it took, in the order of the cities."""
        cities = list(cities)
        tasks = [self.executor.submit(self._unless_late, task, city) for city in cities]
        answers = [task.result() if self.exchange.wait_for(task) else None for task in tasks]
        for city in cities:
            self.exchange.work.spend(city.work.spent)
            city.work.spent = 0.0
        return answers

    def _unless_late(self, task: Callable[[Subproblem], T], city: Subproblem) -> T | None:
        return None if self.exchange.is_late else task(city)

    # The search

    def steps(self) -> Iterator[None]:
        """Find prices, then whole plans of the cities at them, then better ones in rounds."""
        try:
            yield from self._steps()
        except _InfeasibleCity:
            self.exchange.is_infeasible = True

    def _steps(self) -> Iterator[None]:
        self._receive()
        if self.exchange.first_prices is not None:
            self.prices = np.clip(self.exchange.first_prices[self.coupling], 0.0, None)
        elif len(self.coupling):
            self._guess_prices()
        yield
        yield from self._find_prices()
        if not np.isfinite(self.bound) or self.exchange.is_over:
            return
        yield from self._solve_cities()
        self.share = 1.0
        for number in range(_ROUNDS):
            if self.exchange.is_over:
                return
            self._receive()
            if not self._improve(number):
                return
            yield

    def _receive(self) -> None:
        """Make the best plan of all members the plan of every city, when its money can be split."""
        start = self.exchange.start
        if start is None or self.exchange.value <= self.value:
            return
        split = self.exchange.split or split_money(self.lay, self.exchange.model, start)
        if split is not None:
            x = np.zeros(self.lay.columns)
            np.add.at(x, self.stands_for, all_columns(self.lay, start, split))
            for city in self.cities:
                city.take(x[city.part.columns])
            self.value = self.exchange.value

    # Prices from the cities' relaxations

    def _guess_prices(self) -> None:
        """First prices: the relaxation of every n-th city by size, with their part of what is shared."""
        cities = len(self.cities)
        size = np.bincount(self.lay.city, self.lay.capital, minlength=cities)
        order = np.argsort(-size, kind="stable")
        sampled = min(_SAMPLE, _SAMPLE_COLUMNS * cities // max(self.lay.columns, 1) + 1)
        step = max(cities // sampled, 1)
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
        solver = highs(
            work=self.exchange.work.part(_GUESS_SHARE),
            seed=self.seed,
            solver="simplex",
            stop=lambda: self.exchange.is_late,
        )
        load(solver, sample, whole=False, scale=self.scale)
        self.exchange.wait_for(self.executor.submit(solver.run))
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            self.prices = np.clip(duals(solver, self.scale)[local_row[self.coupling]], 0.0, None)

    def prove_at(self, row_prices: Floats) -> None:
        """Prove what the cities' relaxations prove at given prices of the rows that they share."""
        asked = row_prices[self.coupling]
        answers = self.each(partial(self._relaxation, prices=asked), self.cities)
        bound, dual_prices = float(asked @ self.capacity), np.zeros(len(self.model.lower))
        dual_prices[: len(row_prices)] = row_prices
        for city, answer in zip(self.cities, answers, strict=True):
            if answer is None:
                return
            count = len(answer.rows) - city.part.shared
            dual_prices[city.part.rows[:count]] = answer.rows[:count]
            bound += answer.bound
        self.exchange.prove(bound, dual_prices[: len(row_prices)])

    def _find_prices(self) -> Iterator[None]:
        """Column generation; keeps the prices with the least bound, and the rows' prices that prove it.

        A tiny price on every coupling row keeps a city from using at random what costs nothing.
        """
        work = self.exchange.work
        least_left = (1.0 - _PRICES_SHARE) * work.left
        columns = self._first_columns()
        spent = max(float(np.abs(self.capacity[np.isfinite(self.capacity)]).sum()), 1e-9)
        least = _TIE * max(self.exchange.value, 0.0) / spent
        asked = np.maximum(self.prices, least)
        self._begin_alike(asked)
        for _ in range(_ROUNDS):
            before = work.spent
            news = self.each(partial(self._relaxation, prices=asked), self.cities)
            self.pass_work = max(self.pass_work, work.spent - before)
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
                self.exchange.prove(bound, self.dual_prices[: len(self.exchange.model.lower)].copy())
            for city, answer in zip(self.cities, answers, strict=True):
                if len(answer.x):
                    worth = float(city.part.matrix.cost @ answer.x)
                    columns.append((city.part.city, worth, city.uses(answer.x)))
            self.exchange.tell()
            mix = solve_restricted_master(columns, self.capacity, self.prices, scale=self.scale, work=work)
            if mix is None:
                return
            value, prices = mix
            is_close = not len(self.coupling) or self.bound - value <= _PRICES_GAP * abs(self.bound)
            if is_close or self.exchange.is_over or work.left < least_left:
                return
            asked = np.maximum(_KEEP * self.prices + (1 - _KEEP) * prices, least)
            yield

    def _begin_alike(self, prices: Floats) -> None:
        """Solve one city of each size, and let the others of its size begin at its basis.

        Cities with the same candidates have the same rows and columns, and much the same answer: on the demo
        a city takes a fifth of the iterations. One city is solved for all, so that the order in which threads
        end changes nothing.
        """
        models: dict[tuple[int, int], Subproblem] = {}
        for city in self.cities:
            models.setdefault(city.part.matrix.size, city)
        self.each(partial(self._relaxation, prices=prices), models.values())
        for city in self.cities:
            model = models[city.part.matrix.size]
            if city is not model and model.relaxed.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                city.relaxed.setBasis(model.relaxed.getBasis())

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
        for kind in ("simplex", "ipm"):  # one city without an answer would leave the nation without a bound
            if solver.getModelStatus() in _ANSWERED:
                break
            solver.clearSolver()
            solver.setOptionValue("solver", kind)
            solver.run()
        solver.setOptionValue("solver", "simplex")
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
            work=Work(_CITY_WORK, self.exchange.work.deadline, whole=city.work),
            seed=self.seed,
            mip_rel_gap=gap,
            stop=lambda: self.exchange.is_late,
            **_MIP,
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

    def _solve_cities(self) -> Iterator[None]:
        """Solve the cities at the best prices, those with most to gain first, while there is work left."""
        gain = [city.bound - city.worth_at(self.prices) for city in self.cities]
        order = [self.cities[int(k)] for k in np.argsort(-np.array(gain), kind="stable")]
        for first in range(0, len(order), _CHUNK):
            chunk = order[first : first + _CHUNK]
            plans = self.each(lambda city: self._mip(city, self.prices, None), chunk)
            for city, x in zip(chunk, plans, strict=True):
                if x is not None:
                    city.take(x)
            self._prove()
            self.share = 0.99 * (first + len(chunk)) / len(order)
            self._adopt()
            self.exchange.tell()
            if self.exchange.is_over:
                return
            yield
        for tightening in (1.0, 1.05, 1.2, 1.5, 2.0, 4.0):
            if self._adopt() or self.exchange.is_over:
                return
            self._cut_back(tightening)
            yield

    def _prove(self) -> None:
        bound = float(self.prices @ self.capacity) + sum(city.bound for city in self.cities)
        self.bound = min(self.bound, bound)
        self.exchange.prove(self.bound)

    def _total(self) -> Floats:
        return np.sum([city.use for city in self.cities], axis=0) if self.cities else np.zeros(0)

    def _adopt(self) -> bool:
        """Take the cities' plans together as the programme's plan when they keep every coupling row."""
        if not self._fits():
            return False
        x = self._joined()
        start, training = starts_of(self.lay, x), training_of(self.lay, x)
        self.exchange.offer(start, training)
        self.value = objective(self.lay, start, training)
        self.exchange.tell()
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
        before, proven = self.exchange.value, self.bound
        losses = np.array([city.bound - city.worth_at(self.prices) for city in self.cities])
        total = self._total()
        worst = np.argsort(-losses, kind="stable")[: max(len(self.cities) // 5, 10)]
        loose = [self.cities[int(k)] for k in worst]
        self.each(lambda city: self._mip(city, self.prices, None, _FINE_GAP), loose)
        free = np.zeros_like(self.prices)
        for city in loose:  # one after the other: each sees what those before it left
            if self.exchange.is_over:
                break
            (x,) = self.each(partial(self._mip, prices=free, limit=self.capacity - total + city.use), [city])
            if x is not None and float(city.part.matrix.cost @ x) > city.value + 1e-9 * abs(city.value):
                total = total - city.use + city.uses(x)
                city.take(x)
        self._prove()
        self._adopt()
        return self.exchange.value > before * (1 + 1e-5) or self.bound < proven * (1 - 1e-5)

"""The national solver as a member of a search: what the others find goes in, and what it finds comes out."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from urbium.plan.search.decomposition import Decomposition
from urbium.plan.search.exchange import Exchange, paid
from urbium.plan.search.national.adapter import instance_of, prices_of_instance, prices_of_model
from urbium.plan.search.national.instance import Instance
from urbium.plan.variables import Floats, Integers

if TYPE_CHECKING:
    from urbium.plan.search.national.solver import NationalSearch

_MOVES = 330_000
"""Moves for each city in an opening: a first plan, columns in nine turns, two polishes."""
_MUCH = 1e-3
"""A plan that is better by such a share is offered at once, before its round ends."""


class National:
    """A member of a search: the national solver on a roadmap that fits, which shares what the others find.

    Parameters
    ----------
    exchange : what all members share
    decomposition : whose prices it begins with, and who proves its own prices in a way that can be recomputed
    executor : runs the cities' relaxations
    threads : run the compiled loops
    """

    name = "national"

    def __init__(
        self, exchange: Exchange, decomposition: Decomposition, *, seed: int, executor: Executor,
        threads: ThreadPoolExecutor,
    ) -> None:  # fmt: skip
        self.exchange, self.decomposition, self.seed = exchange, decomposition, seed
        self.executor, self.threads = executor, threads
        self.offered = -np.inf

    @property
    def opening_work(self) -> float:
        """Work of the compiled loops of the opening, roughly."""
        return _MOVES * self._arrays[0].move_work * self.exchange.lay.roadmap.cities.height

    @cached_property
    def _arrays(self) -> tuple[Instance, Integers]:
        """The roadmap as arrays, and the place of each of their projects in the roadmap."""
        return instance_of(self.exchange.lay, self.exchange.model)

    @cached_property
    def search(self) -> "NationalSearch":
        """The search, which begins at the best plan of all."""
        from urbium.plan.search.national.solver import NationalSearch  # noqa: PLC0415 - loads the compiler

        exchange = self.exchange
        search = NationalSearch(
            self._arrays[0], seed=self.seed, executor=self.executor, threads=self.threads, gap=exchange.gap,
            work=exchange.work, is_late=lambda: exchange.is_late, is_enough=lambda: exchange.is_proven,
            on_progress=self._share,
        )  # fmt: skip
        self.offered = exchange.value
        return search

    def steps(self) -> Iterator[None]:
        """Search in rounds, giving way after each."""
        self._receive()
        steps = self.search.steps(prices=self._prices())
        next(steps, None)  # a first plan, the first bound and the first round are one opening
        for _ in steps:
            self._offer()
            yield
            self._receive()
        self._offer()
        self._prove()

    def _prices(self) -> Floats | None:
        """Return the best prices of the decomposition, if it has any."""
        if not np.isfinite(self.decomposition.bound):
            return None
        lay, model = self.exchange.lay, self.exchange.model
        row_prices = np.zeros(len(model.lower))
        row_prices[self.decomposition.coupling] = self.decomposition.prices
        return prices_of_instance(lay, model, row_prices, self._arrays[0])

    def _receive(self) -> bool:
        """Go on from the best plan of all members; say whether it can: the rule for money may refuse it."""
        from urbium.plan.search.national.beginning import is_possible  # noqa: PLC0415 - loads the compiler

        start = self.exchange.start
        if start is None:
            return False
        if self.exchange.value > self.search.value:
            start = start[self._arrays[1]]
            if not is_possible(self._arrays[0], start):
                return False
            self.search.begin_at(start)
        return True

    def _share(self, _: float, value: float, bound: float) -> bool:
        """Share the bound while the search goes on, and a plan that is much better than the last offered."""
        self.exchange.prove(bound)
        if value - self.offered > _MUCH * abs(value - self.exchange.nothing):
            self._offer()
        self.exchange.tell()
        return self.exchange.is_late

    def _offer(self) -> None:
        """Offer the best plan when its money splits: the solver leaves yearly limits of single funds out."""
        self.offered = max(self.offered, self.search.value)
        if self.search.value <= self.exchange.value or not np.isfinite(self.search.value):
            return
        order = self._arrays[1]
        start = np.full(len(order), -1)
        start[order] = self.search.start
        split = paid(self.exchange.lay, self.exchange.model, start)
        if split is not None:
            self.exchange.offer(start, split=split)

    def _prove(self) -> None:
        """Let the decomposition prove what can be recomputed, where nobody has prices of all rows yet."""
        if not self.exchange.dual_prices.any() and not self.exchange.is_late:
            lay, model = self.exchange.lay, self.exchange.model
            self.decomposition.prove_at(prices_of_model(lay, model, self.search.bound.prices))

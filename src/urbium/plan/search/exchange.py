"""What the members of a search share: the best plan, the least bound and its prices, and when to stop.

Members work in turns or in threads of their own. Whatever one of them finds is offered here and is there for
the others: a plan to improve on, a bound that ends the search, prices to begin with. What they do is counted
as work. Nobody waits for a member that the guard of time ends: a thread looks at :attr:`Exchange.is_late`.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from urbium.plan.milp.financing import Split, split_money, start_columns
from urbium.plan.milp.model import LinearModel
from urbium.plan.milp.objective import objective
from urbium.plan.milp.work import Work
from urbium.plan.rules import limits_of
from urbium.plan.variables import Floats, Integers, Variables

Progress = Callable[[float, float | None, float | None], bool | None]
"""Called with seconds, what the best plan gains beside doing nothing, and the most that any could.

A true answer stops the search."""

_ROUNDING = 1e-6
_LOOK = 0.1
"""Seconds between two looks at the clock and at whoever may stop the search."""
_KEPT = 4
"""Plans that are kept: the money of the best may turn out not to split."""


class Incumbent(NamedTuple):
    """A plan that was offered: its worth, start year indices, units of training, and who pays, if known."""

    value: float
    start: Integers
    training: Integers | None
    split: Split | None


@dataclass
class Exchange:
    """The state that all members of a search read and better.

    Parameters
    ----------
    work : what may be spent and was, and the guard of time
    gap : the search ends when the plan is proven within this share
    on_progress : called now and then, by the thread that waits
    first_prices : of the rows, to begin with; None where there are none
    nothing : the worth of doing nothing
    glimpsed : worth of a plan that HiGHS has but does not hand out before it ends, and its bound so far
    """

    lay: Variables
    model: LinearModel
    work: Work
    gap: float
    on_progress: Progress | None = None
    begun: float = field(default_factory=time.monotonic)
    plans: list[Incumbent] = field(default_factory=list)
    bound: float = np.inf
    is_stopped: bool = False
    is_infeasible: bool = False
    is_ended: bool = False
    first_prices: Floats | None = None
    glimpsed: tuple[float | None, float | None] = (None, None)
    _lock: Lock = field(default_factory=Lock)
    _told: float = -np.inf

    def __post_init__(self) -> None:
        self.dual_prices: Floats = np.zeros(len(self.model.lower))
        self.nothing = objective(self.lay, np.full(len(self.lay.build), -1))

    # The plan and the bound

    @property
    def value(self) -> float:
        """Worth of the best plan, minus infinity without one."""
        return self.plans[0].value if self.plans else -np.inf

    @property
    def start(self) -> Integers | None:
        """Start year indices of the best plan, -1 for never."""
        return self.plans[0].start if self.plans else None

    @property
    def split(self) -> Split | None:
        """Who pays for the best plan, where that was looked at."""
        return self.plans[0].split if self.plans else None

    def offer(
        self, start: Integers, training: Integers | None = None, split: Split | None = None,
        *, is_final: bool = False,
    ) -> bool:  # fmt: skip
        """Take start years as the best plan when they are worth more; say whether they are.

        The caller has looked that they keep the limits, to its tolerances; ``training`` is what they need of
        it, (training rows, years).
        """
        training = split.training if split is not None else training
        value = objective(self.lay, start, training)
        with self._lock:
            is_better = value >= self.value if is_final else value > self.value
            if is_better:
                self.plans = [Incumbent(value, start, training, split), *self.plans][:_KEPT]
        return is_better

    def prove(self, bound: float, dual_prices: Floats | None = None) -> None:
        """Take up that no plan is worth more, and the rows' prices from which a bound can be recomputed."""
        with self._lock:
            self.bound = min(self.bound, bound)
            if dual_prices is not None:
                self.dual_prices = dual_prices

    @property
    def open(self) -> float:
        """By what share a better plan could gain more, infinite while a plan or a bound is unknown."""
        return (self.bound - self.value) / max(self.gain, 1e-12) if self.plans else np.inf

    @property
    def gain(self) -> float:
        """What the best plan is worth more than doing nothing, which misses every standard at its price."""
        return abs(self.value - self.nothing)

    # Work, time and progress

    @property
    def is_late(self) -> bool:
        """Whether somebody or the guard of time ended the search: all that a thread looks at."""
        return self.is_stopped or self.is_ended or self.is_infeasible or self.work.is_late

    @property
    def is_proven(self) -> bool:
        """Whether the best plan is proven within the gap that was asked for."""
        return self.open <= self.gap

    @property
    def is_over(self) -> bool:
        """Whether there is no more to do, or no more work allowed.

        Asked where the work of all threads is counted, so that the answer is the same on every machine.
        """
        return self.is_late or self.is_proven or self.work.is_spent

    @property
    def ended_by(self) -> str:
        """What ended the search: somebody, the proof, the guard of time, the work, or nothing left to do."""
        if self.is_stopped:
            return "stop"
        if self.is_proven:
            return "proof"
        return "time" if self.work.is_late else "work" if self.work.is_spent else "end"

    def end(self) -> None:
        """End the search: threads see it at their next look."""
        self.is_ended = True

    def tell(self, *, at_once: bool = True) -> None:
        """Report the progress; somebody may stop the search by a true answer."""
        now = time.monotonic()
        if self.on_progress is not None and (at_once or now - self._told >= 5 * _LOOK):
            self._told = now
            value, bound = self.glimpsed
            value = max([self.value] if value is None else [self.value, value])
            bound = self.bound if bound is None else min(self.bound, bound)
            gained, most = (worth - self.nothing if np.isfinite(worth) else None for worth in (value, bound))
            self.is_stopped |= bool(self.on_progress(now - self.begun, gained, most))

    def look(self) -> bool:
        """Report the progress where it is time to, and say whether somebody stopped the search."""
        self.tell(at_once=False)
        return self.is_stopped

    def look_late(self) -> bool:
        """Report the progress where it is time to, and say whether the search is late."""
        self.tell(at_once=False)
        return self.is_late

    def wait_for(self, future: Future[Any]) -> bool:
        """Wait for a task, reporting meanwhile; say whether it is done before the search is late."""
        while not (future.done() or self.is_late):
            wait([future], timeout=_LOOK)
            self.tell(at_once=False)
        return future.done()


def is_possible(lay: Variables, model: LinearModel, start: Integers) -> bool:
    """Say whether start years keep every row that needs no money or people to be looked at."""
    x = start_columns(lay, start)
    used = np.bincount(model.row, model.value * x[model.column], minlength=len(model.lower))
    for limit in limits_of("starts"):
        rows = model.span(limit)
        span = slice(rows.start, rows.stop)
        is_above = used[span] > model.upper[span] + _ROUNDING
        is_below = used[span] < model.lower[span] - _ROUNDING
        if is_above.any() or is_below.any():
            return False
    return True


def paid(lay: Variables, model: LinearModel, start: Integers) -> Split | None:
    """Return who pays for start years that keep every row; None where they break one."""
    return split_money(lay, model, start) if is_possible(lay, model, start) else None

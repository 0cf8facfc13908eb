"""Work: how far a search may go, counted in the steps of its methods, so that every machine goes as far.

A clock would let the load of a machine decide which plan a ministry gets. So searches count what they do:
iterations of the simplex and of interior points, nodes, moves. Each is priced in units of work, of which a
processor core does about one in a second; how many it really does changes no result. A clock only guards:
what it ends says so. See ADR 0094.
"""

import math
import time
from dataclasses import dataclass

_ROW = 4e-5
"""Work of an iteration of the simplex in a linear programme: seen on programmes of one to twenty cities."""
_WHOLE_ROW, _WHOLE_ENTRY = 2e-4, 5e-9
"""Work of an iteration inside a search for whole numbers: in any, and for each entry of the matrix."""
_INNER_ENTRY = 4e-8
"""Work of an iteration by interior points for each entry of the matrix."""
_READ, _WHOLE_READ = 1e-7, 4e-6
"""Work of reading and presolving an entry of the matrix, without and with whole numbers."""
_LOOK_ENTRY = 2e-6
"""Work between two looks at its limits of a search for whole numbers, for each entry of the matrix, roughly:
it does not say how many iterations it is at."""


@dataclass
class Work:
    """What a search may spend, what it has spent, and a guard of time.

    Parameters
    ----------
    limit : units of work, each about a second of one processor core
    deadline : of the clock ``time.monotonic``; what it ends depends on the machine, and says so
    spent : units so far
    whole : the work of which this is a part, which pays for it

    >>> whole = Work(limit=8.0)
    >>> half = whole.part(0.5)
    >>> half.spend(3.0)
    >>> half.left, whole.left, whole.is_spent
    (1.0, 5.0, False)
    """

    limit: float = math.inf
    deadline: float = math.inf
    spent: float = 0.0
    whole: "Work | None" = None

    @classmethod
    def within(cls, limit: float, seconds: float) -> "Work":
        """Return work that begins now, guarded by so many seconds."""
        return cls(limit, time.monotonic() + seconds)

    def spend(self, amount: float) -> None:
        """Count what was done."""
        self.spent += amount
        if self.whole is not None:
            self.whole.spend(amount)

    def part(self, share: float = 1.0) -> "Work":
        """Return a part of what is left, which is spent from the whole."""
        return Work(share * self.left, self.deadline, whole=self)

    @property
    def left(self) -> float:
        """Units that are left."""
        return max(self.limit - self.spent, 0.0)

    @property
    def seconds_left(self) -> float:
        """Seconds until the guard ends it."""
        return max(self.deadline - time.monotonic(), 0.0)

    @property
    def is_spent(self) -> bool:
        """Whether all of the work is done."""
        return self.spent >= self.limit

    @property
    def is_late(self) -> bool:
        """Whether the guard has ended it."""
        return time.monotonic() >= self.deadline

    @property
    def is_over(self) -> bool:
        """Whether the work is done, or the guard has ended it."""
        return self.is_spent or self.is_late


@dataclass(frozen=True, slots=True)
class WorkDone:
    """How far a search went.

    Parameters
    ----------
    limit, spent : units of work that it might spend, and that it has; its last step may exceed the limit
    ended_by : ``proof``, ``work`` (all of it is spent), ``end`` (nothing was left to do), ``time`` (the
        guard) or ``stop`` (somebody stopped it)
    """

    limit: float
    spent: float
    ended_by: str


def work_of_solve(entries: int, *, rows: int, inner: int, is_whole: bool) -> float:
    """Return the work of a solve of a matrix with so many entries.

    Parameters
    ----------
    rows, inner : iterations of the simplex (with those of a crossover), and by interior points
    is_whole : some variables were whole numbers
    """
    each = _WHOLE_ROW + _WHOLE_ENTRY * entries if is_whole else _ROW
    read = _WHOLE_READ if is_whole else _READ
    return read * entries + each * max(rows, 0) + _INNER_ENTRY * entries * max(inner, 0)


def most_steps(work: float, entries: int) -> tuple[int, int, int]:
    """Return the iterations of the simplex, those by interior points, and the looks, that work allows."""
    entries = max(entries, 1)
    limits = (work / _ROW, work / (_INNER_ENTRY * entries), work / (_LOOK_ENTRY * entries))
    simplex, inner, looks = (max(int(min(steps, 2**31 - 1)), 1) for steps in limits)
    return simplex, inner, looks

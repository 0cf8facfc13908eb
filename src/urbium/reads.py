"""Reads: what of a store something is made of, noted while it is made, so that it is made again after that.

What is read of dossiers, kept plans, publications and service requests is noted by kind; figures, register
and what else is kept count always.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

FIGURES: Final = "figures"
REGISTER: Final = "register, catalogue and kept results"
PLANS: Final = "scenario"
"""Plans that are kept by name beside the adopted one, as their kind is called in the store: no stage reads
them, so a new one changes only what is said of kept plans."""
PUBLICATIONS: Final = "publications"
REQUESTS: Final = "service requests"
"""What cities have decided of problems that citizens report."""


@dataclass(slots=True)
class Reads:
    """What was read: kinds of things, charts by key, and whether what is made lasts until one changes."""

    kinds: set[str] = field(default_factory=lambda: {FIGURES, REGISTER})
    charts: set[str] = field(default_factory=set)
    lasts: bool = True


_reads: ContextVar[Reads | None] = ContextVar("reads", default=None)


@contextmanager
def noting() -> Iterator[Reads]:
    """Note what is read within the block, in the threads that it starts, too.

    >>> with noting() as reads:
    ...     note_read("round")
    >>> "round" in reads.kinds, reads.lasts
    (True, True)
    """
    reads = Reads()
    token = _reads.set(reads)
    try:
        yield reads
    finally:
        _reads.reset(token)


def note_read(*kinds: str) -> None:
    """Note that things of these kinds are read."""
    if (reads := _reads.get()) is not None:
        reads.kinds.update(kinds)


def note_chart(key: str) -> None:
    """Note that a chart is shown that is kept elsewhere."""
    if (reads := _reads.get()) is not None:
        reads.charts.add(key)


def note_passing() -> None:
    """Note that what is made now will be otherwise without any change: something of it is not ready yet."""
    if (reads := _reads.get()) is not None:
        reads.lasts = False

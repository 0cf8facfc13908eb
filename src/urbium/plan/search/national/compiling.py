"""Compiling: the loops of the search are made machine code once, and kept on disk for every later search.

The first search that wants the loops has processes in the background compile them and waits (:func:`wait`),
since a plan must not depend on whether they are there; a search that does not want them compiles nothing.
Whoever installs for many may run this module. A mark beside the machine code says that all of it is there
(:func:`is_ready`). The compiler uses one core of a process, so that each of :data:`PARTS` is compiled in its
own. See ADR 0115.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Thread
from types import MappingProxyType

import llvmlite.binding  # type: ignore[import-untyped]
import numba
import numpy as np

from urbium.plan.search.national import annealing, cuts, evaluate, layout, master, neighbourhood, paying
from urbium.plan.search.national.annealing import Schedule, anneal_cities, anneal_nation
from urbium.plan.search.national.instance import Cities, Instance, Nation, ProjectArrays
from urbium.plan.search.national.layout import tables
from urbium.plan.search.national.solver import solve_national
from urbium.processes import end_with_starter

_PART = (
    "from urbium.processes import end_with_starter; end_with_starter(); "
    "from urbium.plan.search.national.compiling import compile_loops; compile_loops({!r})"
)
_ENOUGH, _NEVER = 120.0, -1.0
"""Seconds that are enough for compiling, and a gap at which the search does not end before."""


_MODULES = (annealing, cuts, evaluate, layout, master, neighbourhood, paying)
_MODULE = "urbium.plan.search.national.compiling"
_BUSY = 5
"""How far a process in the background stands back (its niceness)."""
_SIGN, _GIVEN_UP = 5.0, 60.0
"""Seconds between two signs of life of who compiles, and after which it is taken for dead without one."""

_GLANCE = 0.2
"""Seconds between two looks whether the loops are compiled."""

_processes: list[subprocess.Popen[bytes]] = []


@cache
def _mark() -> Path:
    """The mark that says that these modules are compiled for this machine; numba keeps its code beside it."""
    facts = [sys.version, numba.__version__, llvmlite.binding.get_host_cpu_name()]
    for module in _MODULES:
        file = Path(str(module.__file__)).stat()
        facts.append(f"{module.__name__} {file.st_mtime_ns} {file.st_size}")
    name = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
    loop = evaluate._evaluate_all  # noqa: SLF001 - numba's own cache knows where it may write
    return Path(loop._cache.cache_path) / f"compiled-{name}"  # type: ignore[attr-defined]  # noqa: SLF001


def is_ready() -> bool:
    """Say whether all loops are compiled and on disk, so that they are there at once."""
    return _mark().exists()


def is_coming() -> bool:
    """Say whether somebody is compiling."""
    return any(process.poll() is None for process in _processes)


def prepare() -> None:
    """Let processes in the background compile what is not on disk yet; they stand back a little.

    They end with this process, and the next one goes on where they were. Where none can be started, nothing
    is compiled, and searches go on without.
    """
    begun = _mark().with_suffix(".begun")
    with suppress(OSError):
        if is_ready() or is_coming() or _is_alive(begun):
            return
        _processes.append(
            subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-m", _MODULE, str(_BUSY)],
                stdin=subprocess.PIPE,  # held open as long as this process lives
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        begun.touch()  # not where none was started: whoever waits would take it for somebody who compiles


def wait(is_late: Callable[[], bool]) -> bool:
    """Wait until all loops are compiled, it is late, or they cannot be; say whether they are compiled."""
    begun = _mark().with_suffix(".begun")
    while not (is_ready() or is_late()):
        prepare()  # whoever compiled may have ended with its starter
        has_failed = any(process.poll() for process in _processes)
        if has_failed or not (is_coming() or _is_alive(begun)):
            break
        time.sleep(_GLANCE)
    return is_ready()


def main() -> None:
    """Compile all parts, each in a process of its own, and leave the mark; for installers and the background.

    An argument is the niceness.
    """
    if sys.argv[1:]:
        os.nice(int(sys.argv[1]))
    mark = _mark()
    begun, partly = mark.with_suffix(".begun"), mark.with_suffix(".partly")
    end_with_starter(lambda: begun.unlink(missing_ok=True))
    if not partly.exists():  # numba looks at a loop's own file only, and not at those of what it inlines
        for module in _MODULES:
            for old in mark.parent.glob(f"{module.__name__.rpartition('.')[2]}.*.nb[ci]"):
                old.unlink(missing_ok=True)
        partly.touch()
    Thread(target=_live, args=(begun,), daemon=True).start()
    parts = [
        subprocess.Popen([sys.executable, "-c", _PART.format(part)])  # noqa: S603 - our own words
        for part in PARTS
    ]
    if all([process.wait() == 0 for process in parts]):  # noqa: C419 - all are waited for
        compile_loops()
        mark.touch()
        partly.unlink(missing_ok=True)
    begun.unlink(missing_ok=True)


def _live(begun: Path) -> None:
    """Give signs of life until the file goes."""
    with suppress(FileNotFoundError):
        while True:
            os.utime(begun)
            time.sleep(_SIGN)


def _is_alive(begun: Path) -> bool:
    """Say whether somebody who compiles has given a sign of life of late."""
    return begun.exists() and time.time() - begun.stat().st_mtime < _GIVEN_UP


def compile_loops(part: str = "") -> None:
    """Compile what is not on disk yet, by planning a town of one project; under a minute the first time.

    Parameters
    ----------
    part : one of :data:`PARTS`; everything when none is named

    >>> compile_loops("cities")
    >>> compile_loops()
    """
    PARTS.get(part, _everything)()


def _everything() -> None:
    solve_national(_town(), time_limit=_ENOUGH, rounds=1, gap=_NEVER)


def _cities() -> None:
    town = _town()
    anneal_cities(tables(town), [0], np.full(1, -1), np.zeros(town.rows), 1)


def _nation() -> None:
    town = _town()
    table, start = tables(town), np.full(1, -1)
    evaluate.evaluate(table, start)
    anneal_nation(table, start, np.zeros((1, town.years), np.int64), np.zeros(town.rows), Schedule(1))


PARTS: Mapping[str, Callable[[], None]] = MappingProxyType({"cities": _cities, "nation": _nation})
"""The parts that take longest, about as long each: columns of cities, and the search of the nation."""


def _town() -> Instance:
    """Return the smallest instance: one city, project, indicator and occupation, and two years."""
    one, free = np.ones(1), np.ones((1, 1))
    shares = ("private", "foreign", "national", "outside", "private_national", "foreign_national", "besides")
    first, build = np.zeros(1, np.int64), np.ones(1, np.int64)
    none = np.zeros((0, 3), np.int64)
    return Instance(
        ProjectArrays(
            city=first, duration=build, earliest=first, latest=build, cost=one, operation=0 * one,
            **dict.fromkeys(shares, one), effect=free, effect_lag=np.zeros((1, 1), np.int64),
            rollout=np.ones((1, 1), np.int64), staff=free, running=free, teaching=free,
            premium=np.zeros((1, 2)),
        ),
        Cities(
            region=first, budget=np.ones((1, 2)), upkeep=one, pool=np.ones((1, 1, 2)), worth=free,
            weight=free, ceiling=free, least_closing=0 * one,
        ),
        Nation(
            budget=np.ones(2), pool=np.ones((1, 2)), training_cost=one, training_places=one,
            training_most=build, at_start=np.zeros(1, np.bool_), training_lag=1, teaching_lag=1,
            national_share=1.0, private_share=1.0,
            foreign_share=1.0, parity=0.0, year_weight=np.full(2, 0.5), spending_price=np.zeros(2),
            width=one, slope=one, shortfall_price=1.0, region_price=1.0,
        ),
        needs=none, exclusive=none[:, :2], standards=none[:, :2], is_due=np.zeros(0, np.bool_),
        covers=none[:, :2], wishes=none, wish_price=np.zeros(0),
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""Compiling: the loops of the search are made machine code once, and kept on disk for every later search.

The compiler uses one core of a process, so that those in haste compile each of :data:`PARTS` in its own.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from urbium.plan.search.national.annealing import Schedule, anneal_cities, anneal_nation
from urbium.plan.search.national.evaluate import evaluate, tables
from urbium.plan.search.national.instance import Cities, Instance, Nation, ProjectArrays
from urbium.plan.search.national.solver import solve_national

__all__ = ["PARTS", "compile_loops"]

_ENOUGH, _NEVER = 120.0, -1.0
"""Seconds that are enough for compiling, and a gap at which the search does not end before."""


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
    evaluate(table, start)
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

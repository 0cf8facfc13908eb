"""An instance laid out for compiled loops, and how these are compiled.

Compiled functions take :class:`Tables`; they check no bounds unless ``NUMBA_BOUNDSCHECK`` is set. What start
years are worth and use is :mod:`urbium.plan.search.national.evaluate`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from urbium.plan.search.national.instance import Floats, Instance, Integers

_Function = TypeVar("_Function", bound=Callable[..., Any])
_OPTIONS: dict[str, Any] = {
    "cache": True, "nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz"},
}  # fmt: skip
_INLINED: dict[str, Any] = {**_OPTIONS, "forceinline": True, "_nrt": False}
"""References are not counted, which each call would do for all the tables: it may make no array."""

(
    SPENT, PRIVATE, FOREIGN, NATIONAL, OUTSIDE, PRIVATE_NATIONAL, FOREIGN_NATIONAL, BESIDES, OPERATED,
    STAFFED,
) = range(10)  # fmt: skip
"""Rows of a city's flows, year by year; from STAFFED on occupations, then indicators."""


def compiled(function: _Function) -> _Function:
    """Compile a function and keep it on disk; the interpreter is free while it runs.

    It is compiled anew when its own file changes, not when that of a function inlined into it does: then
    delete what is kept in ``__pycache__``.
    """
    return cast(_Function, numba.njit(**_OPTIONS)(function))


def inlined(function: _Function) -> _Function:
    """Compile a function into its callers: a call would copy the tables' hundreds of words."""
    return cast(_Function, numba.njit(**_INLINED)(function))


class Tables(NamedTuple):
    """An instance laid out for compiled loops: links by project, group and standard as (where, what)."""

    first: Integers
    duration: Integers
    earliest: Integers
    latest: Integers
    rate: Floats  # (P, STAFFED): capital a year, what sets of sources may pay of it, operation
    need_at: Integers
    need_of: Integers
    need_lag: Integers
    before_at: Integers  # prerequisites of prerequisites too, last first
    before: Integers
    last_follower: Integers  # (P,) the project itself when nothing requires it
    effect_at: Integers
    effect_of: Integers
    effect: Floats  # of each of the years over which it comes
    effect_lag: Integers
    rollout: Integers
    staff_at: Integers
    staff_of: Integers
    staff: Floats
    staff_years: Integers  # of the same links: from the start on
    running: Floats
    teach_at: Integers
    teach_of: Integers
    teach: Floats
    group_of: Integers  # (P,), -1 for none
    group_at: Integers
    member: Integers
    standard_at: Integers  # by city
    deadline: Integers
    is_due: npt.NDArray[np.bool_]
    cover_at: Integers  # by standard
    cover: Integers
    wish_at: Integers  # by city
    wish_before: Integers
    wish_after: Integers
    wish_lag: Integers
    wish_price: Floats
    premium: Floats  # (P, T); (0, T) when there is none
    region: Integers
    regions: Integers
    budget: Floats
    upkeep: Floats
    repaid: Floats  # (2, T, T + N): what cities repay of private and of foreign money, at most
    lasting: Floats  # (C, N)
    is_repaid: bool
    pool: Floats
    worth: Floats
    weight: Floats
    ceiling: Floats
    least_closing: Floats
    nation_budget: Floats
    nation_pool: Floats
    training_cost: Floats
    training_places: Floats
    is_lent: npt.NDArray[np.bool_]  # (K,)
    year_weight: Floats
    late: Floats  # share of an effect in the last year that comes 0, 1 ... years after it
    spending_price: Floats
    slope: Floats  # (S,) of the segments of the worth of a closing
    width: Floats
    level: Floats  # closing at which each segment begins
    training_most: Integers
    training_lag: int
    teaching_lag: int
    national_share: float
    private_share: float
    foreign_share: float
    parity: float
    shortfall_price: float
    region_price: float
    hard_price: float  # of a hard limit broken, while searching


def tables(instance: Instance) -> Tables:
    """Lay out an instance for the compiled functions; all arrays are copies, and so of one type for each."""
    p, c, n = instance.projects, instance.cities, instance.nation
    projects = len(p.city)
    need = instance.needs[np.argsort(instance.needs[:, 1], kind="stable")]
    covers = instance.covers
    order = np.argsort(instance.standards[:, 0], kind="stable")
    standards, rank = instance.standards[order], np.argsort(order)
    covers = covers[np.argsort(rank[covers[:, 0]], kind="stable")]
    groups, number = np.unique(instance.exclusive[:, 0], return_inverse=True)
    group_of = np.full(projects, -1)
    group_of[instance.exclusive[:, 1]] = number
    members = instance.exclusive[np.argsort(number, kind="stable"), 1]
    last = np.arange(projects)
    np.maximum.at(last, need[:, 0], need[:, 1])
    shares = (
        np.ones(projects), p.private, p.foreign, p.national, p.outside, p.private_national,
        p.foreign_national, p.besides,
    )  # fmt: skip
    rate = np.column_stack([*(p.cost / p.duration * share for share in shares), p.operation])
    before_at, before = _ancestors(need, projects)
    effect_at, effect_of, link = _sparse(p.effect)
    staff_at, staff_of, place_link = _sparse((p.staff > 0) | (p.running > 0))
    teach_at, teach_of, teach_link = _sparse(p.teaching)
    wish_city = p.city[instance.wishes[:, 1]]
    wish = np.argsort(wish_city, kind="stable")
    wishes = instance.wishes[wish]
    laid_out = Tables(
        first=instance.first, duration=p.duration, earliest=p.earliest, latest=p.latest, rate=rate,
        need_at=_starts(need[:, 1], projects), need_of=need[:, 0], need_lag=need[:, 2],
        before_at=before_at, before=before, last_follower=last,
        effect_at=effect_at, effect_of=effect_of, effect=p.effect[link] / p.rollout[link],
        effect_lag=p.effect_lag[link], rollout=p.rollout[link],
        staff_at=staff_at, staff_of=staff_of, staff=p.staff[place_link],
        staff_years=np.where(n.at_start[staff_of], 1, p.duration[place_link[0]]),
        running=p.running[place_link],
        teach_at=teach_at, teach_of=teach_of, teach=p.teaching[teach_link],
        group_of=group_of, group_at=_starts(np.sort(number), len(groups)), member=members,
        standard_at=_starts(standards[:, 0], instance.count), deadline=standards[:, 1],
        is_due=instance.is_due[order],
        cover_at=_starts(rank[covers[:, 0]], len(standards)), cover=covers[:, 1],
        wish_at=_starts(wish_city[wish], instance.count), wish_before=wishes[:, 0],
        wish_after=wishes[:, 1], wish_lag=wishes[:, 2], wish_price=instance.wish_price[wish],
        premium=p.premium if p.premium.any() else p.premium[:0],
        region=c.region, regions=instance.regions, budget=c.budget, upkeep=c.upkeep, pool=c.pool,
        repaid=instance.repaid[1], lasting=instance.lasting, is_repaid=instance.is_repaid,
        worth=c.worth, weight=c.weight, ceiling=c.ceiling, least_closing=c.least_closing,
        nation_budget=n.budget, nation_pool=n.pool, training_cost=n.training_cost,
        training_places=n.training_places, is_lent=instance.is_lent, year_weight=n.year_weight, late=n.late,
        spending_price=n.spending_price, slope=n.slope, width=n.width,
        level=np.cumsum(n.width) - n.width, training_most=n.training_most,
        training_lag=int(n.training_lag), teaching_lag=int(n.teaching_lag),
        national_share=float(n.national_share), private_share=float(n.private_share),
        foreign_share=float(n.foreign_share), parity=float(n.parity),
        shortfall_price=float(n.shortfall_price), region_price=float(n.region_price),
        hard_price=float(max(n.shortfall_price, c.worth.sum(axis=1).max(initial=0.0))),
    )  # fmt: skip
    return Tables._make(np.array(e, order="C") if isinstance(e, np.ndarray) else e for e in laid_out)


def _starts(sorted_key: Integers, count: int) -> Integers:
    return np.searchsorted(sorted_key, np.arange(count + 1)).astype(np.int64)


def _sparse(matrix: Any) -> tuple[Integers, Integers, tuple[Any, Any]]:  # noqa: ANN401 - of numbers or truths
    """Return where each row's entries begin, their columns, and how to read them from such a matrix."""
    row, column = np.nonzero(matrix)
    return _starts(row, len(matrix)), column.astype(np.int64), (row, column)


def _ancestors(need: Integers, projects: int) -> tuple[Integers, Integers]:
    """Return each project's prerequisites and theirs, last first."""
    ancestors: list[set[int]] = [set() for _ in range(projects)]
    for before, after, _ in need.tolist():  # ordered by after, and what is before stands before
        ancestors[after] |= {before} | ancestors[before]
    counts = np.cumsum([0, *(len(of_project) for of_project in ancestors)])
    flat = [q for of_project in ancestors for q in sorted(of_project, reverse=True)]
    return counts.astype(np.int64), np.array(flat, dtype=np.int64)

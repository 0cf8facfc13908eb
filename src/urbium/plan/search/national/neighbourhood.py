"""Small changes of a city's start years that keep prerequisites and exclusions: compiled.

A move drops, shifts or inserts a project, lets one take over another's place, or exchanges two. Prerequisites
are pulled in front of what is moved, partners of an exclusive group dropped, followers pushed later or
dropped, in one pass back and one pass forward.

Each function takes ``changed``, a work space of J + 1 numbers: how many projects were set, then which.
"""

import numpy as np

from urbium.plan.search.national.instance import Integers
from urbium.plan.search.national.layout import Tables, inlined

_DROP, _SHIFT, _INSERT, _REPLACE = 0.12, 0.47, 0.72, 0.87
"""Cumulated chances of the moves; the rest exchanges two start years."""
_TRIES = 8


@inlined
def put(table: Tables, start: Integers, project: int, year: int, changed: Integers) -> bool:
    """Let a project start in a year, -1 for never, and make its city fit; say whether that could be done.

    What it needs is pulled in front of it first, and what needs it is pushed behind it then: in this order a
    prerequisite that was moved pushes its other followers, too.

    Parameters
    ----------
    start : (P,) changed in place, also where the answer is no
    """
    _note(changed, project)
    start[project] = year
    if year >= 0:
        if not _prepare(table, start, project, changed):
            return False
        for n in range(table.before_at[project], table.before_at[project + 1]):
            if not _prepare(table, start, table.before[n], changed):
                return False
    _follow(table, start, changed)
    return True


@inlined
def _prepare(table: Tables, start: Integers, project: int, changed: Integers) -> bool:
    """Pull a project's prerequisites in front of it and drop its exclusive partners."""
    for e in range(table.need_at[project], table.need_at[project + 1]):
        r = table.need_of[e]
        by = min(start[project] - table.need_lag[e] - table.duration[r], table.latest[r])
        if by < table.earliest[r]:
            return False
        if start[r] < 0 or start[r] > by:
            start[r] = by
            _note(changed, r)
    group = table.group_of[project]
    if group >= 0:
        for m in range(table.group_at[group], table.group_at[group + 1]):
            other = table.member[m]
            if other != project and start[other] >= 0:
                start[other] = -1
                _note(changed, other)
    return True


@inlined
def _note(changed: Integers, project: int) -> None:
    """Note once that a project was set."""
    for n in range(1, changed[0] + 1):
        if changed[n] == project:
            return
    changed[0] += 1
    changed[changed[0]] = project


@inlined
def _follow(table: Tables, start: Integers, changed: Integers) -> None:
    """Push what follows a changed project later, or drop it.

    Prerequisites stand before their followers in the numbering, so one pass forward is enough; it ends at the
    last follower of anything that was changed.
    """
    q, last = changed[1], changed[1]
    for n in range(1, changed[0] + 1):
        q = min(q, changed[n])
        last = max(last, table.last_follower[changed[n]])
    while q <= last:
        if start[q] >= 0 and table.need_at[q] < table.need_at[q + 1]:
            year = _after(table, start, q)
            if year != start[q]:
                start[q] = year
                _note(changed, q)
                last = max(last, table.last_follower[q])
        q += 1


@inlined
def _after(table: Tables, start: Integers, project: int) -> int:
    """Return a start year that waits for prerequisites; -1 when one is missing or it gets too late."""
    early = start[project]
    for e in range(table.need_at[project], table.need_at[project + 1]):
        r = table.need_of[e]
        if start[r] < 0:
            return -1
        early = max(early, start[r] + table.duration[r] + table.need_lag[e])
    return early if early <= table.latest[project] else -1


@inlined
def _any(table: Tables, city: int, start: Integers, is_chosen: bool) -> int:
    """Return a random project that is chosen, or that is not; -1 when a few tries find none."""
    begin, size = table.first[city], table.first[city + 1] - table.first[city]
    for _ in range(_TRIES if size else 0):
        p = begin + np.random.randint(size)  # noqa: NPY002 - numba seeds the stream of its thread
        if (start[p] >= 0) == is_chosen and table.latest[p] >= table.earliest[p]:
            return int(p)
    return -1


@inlined
def _year(table: Tables, project: int) -> int:
    """Return a random start year of a project."""
    span = table.latest[project] - table.earliest[project] + 1
    return int(table.earliest[project] + np.random.randint(span))  # noqa: NPY002


@inlined
def move(  # noqa: PLR0911 - each kind of move ends by itself
    table: Tables, city: int, start: Integers, changed: Integers
) -> bool:
    """Change a city's start years at random, in place; say whether there is anything to judge.

    One random number chooses the kind of move by the cumulated chances, and half of the shifts go by one year
    only: near a good plan most of what helps is small.
    """
    changed[0] = 0
    chance = np.random.random()  # noqa: NPY002
    is_insert = _SHIFT <= chance < _INSERT
    p = _any(table, city, start, not is_insert)
    if p < 0:
        return False
    if is_insert:
        return put(table, start, p, _year(table, p), changed)
    year = start[p]
    if chance < _DROP:
        return put(table, start, p, -1, changed)
    if chance < _SHIFT:
        other = _year(table, p)
        if chance < (_DROP + _SHIFT) / 2:
            other = year + 1 - 2 * np.random.randint(2)  # noqa: NPY002
        if other == year or other < table.earliest[p] or other > table.latest[p]:
            return False
        return put(table, start, p, other, changed)
    # p gives its year to q: which stands outside (q takes over p's place) or inside (they exchange years)
    q = _any(table, city, start, chance >= _REPLACE)
    if q < 0 or q == p:
        return False
    other = start[q]
    if other >= 0:
        other = min(max(other, table.earliest[p]), table.latest[p])
    year = min(max(year, table.earliest[q]), table.latest[q])
    return put(table, start, p, other, changed) and put(table, start, q, year, changed)

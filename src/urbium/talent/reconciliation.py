"""Reconciliation: that the posts by occupation and year add up to the rows of the plan, from the raw tables.

Written apart from :mod:`.staffing_rows` and :mod:`.demand_of_plan` on purpose: it shares nothing with them,
goes through the plan project by project, and adds up fractions, without rounding.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from urbium.plan import Plan

_PARTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Posts by occupation and year that are not those of the plan's rows.

    Parameters
    ----------
    city, kind, year : where and when; kind is the occupation as the plan calls it
    of_plan, of_demand : full-time posts
    """

    city: str
    kind: str
    year: int
    of_plan: Fraction
    of_demand: Fraction


def differences(plan: Plan, by_city: pl.DataFrame, last: int) -> list[Difference]:
    """Return where posts by city, occupation of the plan and year differ from the plan's rows.

    Parameters
    ----------
    plan : its projects with their years, and its roadmap's ``staff``
    by_city : city, kind, year, millionths, as in :class:`urbium.talent.Demand`; the kinds that the plan does
        not limit are left out
    last : the last year that is looked at
    """
    wanted: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
    for key, posts in _of_plan(plan, last):
        wanted[key] += posts
    counted: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
    for city, kind, year, parts in by_city.select("city", "kind", "year", "millionths").iter_rows():
        if kind:
            counted[city, kind, year] += Fraction(parts, _PARTS)
    return [
        Difference(*key, wanted[key], counted[key])
        for key in sorted({*wanted, *counted})
        if wanted[key] != counted[key]
    ]


def _of_plan(plan: Plan, last: int) -> Iterator[tuple[tuple[str, str, int], Fraction]]:
    """Yield the posts of each staff row in each year, read from the digits of the table."""
    when = {
        project: (city, start, finish)
        for project, city, start, finish in plan.table.select(
            "project", "city", "start", "finish"
        ).iter_rows()
    }
    for project, kind, building, running in plan.roadmap.staff.select(
        "project", "occupation", "building", "running"
    ).iter_rows():
        if project not in when:
            continue
        city, start, finish = when[project]
        for year in range(start, last + 1):
            posts = building if year <= finish else running
            yield (city, kind, year), Fraction(Decimal(repr(posts)).quantize(Decimal(1) / _PARTS))

"""Standards: what every city is to have by a deadline; one may be missed, at a price."""

from collections.abc import Iterator

import numpy as np

from urbium.errors import Fault
from urbium.plan.problem.keys import fault
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules.rule import Limit, Rule
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import coded, text


def price_faults(road: Roadmap, table: str) -> Iterator[Fault]:
    """What may be missed has a price above 0."""
    if road.tables[table].height and road.settings.shortfall_price <= 0:
        yield fault(
            "price", "settings", "shortfall_price",
            coded("plan.fault.no_price", "shortfall_price is missing, but there is a {table} table",
                 table=table),
            text("enter a price above 0"),
        )  # fmt: skip


def _check(road: Roadmap) -> Iterator[Fault]:
    """A standard has a price, and is covered by some project of its own city."""
    yield from price_faults(road, "standards")
    home = dict(road.standards.select("standard", "city").iter_rows())
    city = dict(road.projects.select("project", "city").iter_rows())
    covered = set(road.covers["standard"])
    for name in home:
        if name not in covered:
            yield fault(
                "cover", "standards", name,
                coded("plan.fault.uncovered", "no project covers {standard}", standard=name),
                text("name a project in the covers table"),
            )  # fmt: skip
    for name, project in road.covers.iter_rows():
        if city[project] != home[name]:
            yield fault(
                "same_city", "covers", f"{name}, {project}",
                coded("plan.fault.cover_elsewhere", "{project} covers {standard}, which belongs to "
                                                    "another city",
                     project=project, standard=name),
                text("name a project in that city"),
            )  # fmt: skip


def standard(lay: Variables) -> Rows:
    r"""A covering project is finished by the end of the deadline year D, or the standard S is missed.

    .. math:: \sum_{p \in S} X_{p,D-d_p+1} + m_S \ge 1

    The objective loses the shortfall price for each standard missed.
    """
    names = lay.roadmap.standards["standard"].to_list()
    row, project, deadline = lay.covers
    year = deadline - lay.build[project] + 1
    parts: list[Part] = [
        (row, lay.by(project, year), 1.0),
        (np.arange(len(names)), lay.missed, 1.0),
    ]
    return rows_of("standard", parts, count=len(names), lower=1.0, labels=lambda: names)


RULE = Rule(
    (Limit("standard", standard, "worth", coded("plan.limit.standard", "standard")),),
    _check,
)

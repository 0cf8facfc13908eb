"""Groups of projects: at most one of those that exclude each other, at least one of alternatives."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import fault
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules.rule import Limit, Rule, more_of_it
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import Text, coded, text


def _check(road: Roadmap) -> Iterator[Fault]:
    """A group joins projects of one city only."""
    city = dict(road.projects.select("project", "city").iter_rows())
    for name in ("exclusions", "alternatives"):
        members = road.tables[name].group_by("group", maintain_order=True).agg("project")
        for group, projects in members.iter_rows():
            if len({city[project] for project in projects}) > 1:
                yield fault(
                    "same_city", name, group,
                    coded("plan.fault.group_of_cities", "group {group} contains projects from more than one "
                          "city",
                         group=group),
                    text("create one group for each city"),
                )  # fmt: skip


def exclusion(lay: Variables) -> Rows:
    r"""At most one project of a group is chosen: :math:`\sum_{p} X_{pT} \le 1`.

    Weingartner 1963, *Mathematical Programming and the Analysis of Capital Budgeting Problems*.
    """
    groups, parts = _members(lay, lay.roadmap.exclusions)
    return rows_of("exclusion", parts, count=len(groups), upper=1.0, labels=lambda: groups)


def alternative(lay: Variables) -> Rows:
    r"""At least one project of a group is chosen: :math:`\sum_{p} X_{pT} \ge 1`.

    A covering row: Toregas, Swain, ReVelle, Bergman 1971, *The location of emergency service facilities*.
    """
    groups, parts = _members(lay, lay.roadmap.alternatives)
    return rows_of("alternative", parts, count=len(groups), lower=1.0, labels=lambda: groups)


def _members(lay: Variables, table: pl.DataFrame) -> tuple[list[str], list[Part]]:
    groups = table["group"].unique(maintain_order=True).to_list()
    number = {group: k for k, group in enumerate(groups)}
    row = np.array([number[g] for g in table["group"]], dtype=np.int64)
    project = np.array([lay.number[p] for p in table["project"]], dtype=np.int64)
    return groups, [(row, lay.by(project, lay.years - 1), 1.0)]


def _called(row: str, group: str) -> Text:
    return text("limit of one project from group {group}", group=group, row=row)


RULE = Rule(
    (
        Limit(
            "exclusion",
            exclusion,
            "starts",
            coded("plan.limit.exclusion", "exclusion"),
            text("allow more than one project from the group"),
            called=_called,
            eased="counts",
            more=more_of_it,
        ),
        Limit(
            "alternative",
            alternative,
            "starts",
            coded("plan.limit.alternative", "alternatives"),
            text("allow the plan to choose none of the group's projects"),
        ),
    ),
    _check,
)

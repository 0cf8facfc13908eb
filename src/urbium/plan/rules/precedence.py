"""What may be chosen, and when."""

import numpy as np
import polars as pl

from urbium.plan.problem.roadmap import NATIONWIDE
from urbium.plan.variables import NEVER, Integers, Layout
from urbium.plan.variables.rows import Part, Rows, named, rows_of

__all__ = [
    "alternative", "committed", "exclusion", "forbidden", "mandatory", "precedence", "soft_precedence",
    "start_limit", "started", "window",
]  # fmt: skip


def started(lay: Layout) -> Rows:
    r"""What is started stays started: :math:`X_{pt} \ge X_{p,t-1}`.

    "By" variables: Lambert, Brickey, Newman, Eurek 2014, *Open-pit block-sequencing formulations*.
    """
    project, year = np.nonzero(
        (lay.start != NEVER) & (np.arange(lay.years) <= lay.last_start[:, None]) & (np.arange(lay.years) > 0)
    )
    number = np.arange(len(project))
    parts = [(number, lay.by(project, year), 1.0), (number, lay.by(project, year - 1), -1.0)]
    codes = lay.roadmap.projects["project"]
    return rows_of(
        "started",
        parts,
        count=len(project),
        lower=0.0,
        labels=lambda: [
            f"{codes[int(p)]},{lay.roadmap.years[int(t)]}" for p, t in zip(project, year, strict=True)
        ],
    )


def window(lay: Layout) -> Rows:
    r"""A project starts within its window from e to l: :math:`X_{p,e-1} \le 0, \; X_{pT} \le X_{pl}`."""
    table, first = lay.roadmap.projects, lay.roadmap.years[0]
    parts: list[Part] = []
    labels: list[str] = []
    for p, (project, earliest, latest) in enumerate(
        table.select("project", "earliest", "latest").iter_rows()
    ):
        if earliest is not None and earliest > first:
            parts.append((len(labels), lay.by(p, earliest - 1 - first), 1.0))
            labels.append(f"{project},from {earliest}")
        if latest is not None and latest - first < lay.last_start[p]:
            parts += [
                (len(labels), lay.by(p, lay.years - 1), 1.0),
                (len(labels), lay.by(p, latest - first), -1.0),
            ]
            labels.append(f"{project},to {latest}")
    return rows_of("window", parts, count=len(labels), upper=0.0, labels=lambda: labels)


def precedence(lay: Layout) -> Rows:
    r"""A prerequisite is finished, and its lag passed, before the start: :math:`X_{pt} \le X_{q,t-d_q-l}`.

    One row a year (disaggregated: Christofides, Alvarez-Valdes, Tamarit 1987, *Project scheduling with
    resource constraints*); years in which p can no longer start have none.
    """
    return _precedence(lay, "precedence", lay.roadmap.hard_prerequisites)


def soft_precedence(lay: Layout) -> Rows:
    r"""A soft prerequisite j may be lacking, at its loss: :math:`X_{pt} \le X_{q,t-d_q-l} + n_j`.

    The objective loses :math:`n_j` x the loss (an elastic row: Williams, *Model Building in Mathematical
    Programming*, on soft constraints).
    """
    return _precedence(lay, "soft_precedence", lay.roadmap.soft_prerequisites, lay.loose)


def _precedence(lay: Layout, limit: str, table: pl.DataFrame, loose: Integers | None = None) -> Rows:
    after, before = lay.numbers(table["project"]), lay.numbers(table["requires"])
    wait = (lay.build[before] if len(before) else before) + table["lag"].to_numpy().astype(np.int64)
    rule, year = (axis.ravel() for axis in np.indices((table.height, lay.years)))
    keep = year <= lay.last_start[after[rule]] if len(rule) else np.zeros(0, dtype=bool)
    rule, year = rule[keep], year[keep]
    number = np.arange(len(rule))
    parts: list[Part] = [
        (number, lay.by(after[rule], year), 1.0),
        (number, lay.by(before[rule], year - wait[rule]), -1.0),
    ]
    if loose is not None:
        parts.append((number, loose[rule], -1.0))
    names = [f"{p}<-{q}" for p, q in table.select("project", "requires").iter_rows()]
    return rows_of(
        limit,
        parts,
        count=len(rule),
        upper=0.0,
        labels=lambda: [
            f"{names[int(r)]},{lay.roadmap.years[int(t)]}" for r, t in zip(rule, year, strict=True)
        ],
    )


def _of_groups(lay: Layout, table: pl.DataFrame) -> tuple[list[str], list[Part]]:
    groups = table["group"].unique(maintain_order=True).to_list()
    number = {group: k for k, group in enumerate(groups)}
    row = np.array([number[g] for g in table["group"]], dtype=np.int64)
    project = np.array([lay.number[p] for p in table["project"]], dtype=np.int64)
    return groups, [(row, lay.by(project, lay.years - 1), 1.0)]


def exclusion(lay: Layout) -> Rows:
    r"""At most one project of a group is chosen: :math:`\sum_{p} X_{pT} \le 1`.

    Weingartner 1963, *Mathematical Programming and the Analysis of Capital Budgeting Problems*.
    """
    groups, parts = _of_groups(lay, lay.roadmap.exclusions)
    return rows_of("exclusion", parts, count=len(groups), upper=1.0, labels=lambda: groups)


def alternative(lay: Layout) -> Rows:
    r"""At least one project of a group is chosen: :math:`\sum_{p} X_{pT} \ge 1`.

    A covering row: Toregas, Swain, ReVelle, Bergman 1971, *The location of emergency service facilities*.
    """
    groups, parts = _of_groups(lay, lay.roadmap.alternatives)
    return rows_of("alternative", parts, count=len(groups), lower=1.0, labels=lambda: groups)


def _with_status(lay: Layout, status: str) -> tuple[Integers, list[str]]:
    table = lay.roadmap.projects
    found = np.flatnonzero((table["status"] == status).to_numpy())
    return found, [table["project"][int(p)] for p in found]


def mandatory(lay: Layout) -> Rows:
    r"""A mandatory project is chosen, in any year: :math:`X_{pT} \ge 1`."""
    found, names = _with_status(lay, "mandatory")
    parts: list[Part] = [(np.arange(len(found)), lay.by(found, lay.years - 1), 1.0)]
    return rows_of("mandatory", parts, count=len(found), lower=1.0, labels=lambda: names)


def forbidden(lay: Layout) -> Rows:
    r"""A forbidden project is not chosen: :math:`X_{pT} \le 0`."""
    found, names = _with_status(lay, "forbidden")
    parts: list[Part] = [(np.arange(len(found)), lay.by(found, lay.years - 1), 1.0)]
    return rows_of("forbidden", parts, count=len(found), upper=0.0, labels=lambda: names)


def committed(lay: Layout) -> Rows:
    r"""A committed project starts in its given year s: :math:`X_{ps} - X_{p,s-1} \ge 1`."""
    found, names = _with_status(lay, "committed")
    start = lay.roadmap.projects["start"].to_numpy()[found].astype(np.int64) - lay.roadmap.years[0]
    number = np.arange(len(found))
    parts = [(number, lay.by(found, start), 1.0), (number, lay.by(found, start - 1), -1.0)]
    return rows_of("committed", parts, count=len(found), lower=1.0, labels=lambda: names)


def start_limit(lay: Layout) -> Rows:
    r"""No more than n projects start in a place and year: :math:`\sum_p (X_{pt} - X_{p,t-1}) \le n`."""
    table = lay.roadmap.start_limits
    parts = []
    for row, (place, year) in enumerate(table.select("place", "year").iter_rows()):
        t = year - lay.roadmap.years[0]
        within = (
            np.ones(len(lay.city), dtype=bool)
            if place == NATIONWIDE
            else (lay.roadmap.projects["city"] == place).to_numpy()
        )
        project = np.flatnonzero(within & (lay.last_start >= t))
        parts += [(row, lay.by(project, t), 1.0), (row, lay.by(project, t - 1), -1.0)]
    labels = [f"{named(place)},{year}" for place, year in table.select("place", "year").iter_rows()]
    return rows_of(
        "start_limit", parts, count=table.height, upper=table["most"].to_numpy(), labels=lambda: labels
    )

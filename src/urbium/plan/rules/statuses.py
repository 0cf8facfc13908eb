"""Statuses: what must be built, what is begun already, and what may not be built."""

import numpy as np

from urbium.plan.rules.rule import Limit, Rule
from urbium.plan.variables import Integers, Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import coded, text


def mandatory(lay: Variables) -> Rows:
    r"""A mandatory project is chosen, in any year: :math:`X_{pT} \ge 1`."""
    project, names = _with_status(lay, "mandatory")
    parts: list[Part] = [(np.arange(len(project)), lay.by(project, lay.years - 1), 1.0)]
    return rows_of("mandatory", parts, count=len(project), lower=1.0, labels=lambda: names)


def forbidden(lay: Variables) -> Rows:
    r"""A forbidden project is not chosen: :math:`X_{pT} \le 0`."""
    project, names = _with_status(lay, "forbidden")
    parts: list[Part] = [(np.arange(len(project)), lay.by(project, lay.years - 1), 1.0)]
    return rows_of("forbidden", parts, count=len(project), upper=0.0, labels=lambda: names)


def committed(lay: Variables) -> Rows:
    r"""A committed project starts in its given year s: :math:`X_{ps} - X_{p,s-1} \ge 1`."""
    project, names = _with_status(lay, "committed")
    start = lay.roadmap.projects["start"].to_numpy()[project].astype(np.int64) - lay.roadmap.years[0]
    number = np.arange(len(project))
    parts: list[Part] = [
        (number, lay.by(project, start), 1.0), (number, lay.by(project, start - 1), -1.0),
    ]  # fmt: skip
    return rows_of("committed", parts, count=len(project), lower=1.0, labels=lambda: names)


def _with_status(lay: Variables, status: str) -> tuple[Integers, list[str]]:
    table = lay.roadmap.projects
    project = np.flatnonzero((table["status"] == status).to_numpy())
    return project, [table["project"][int(p)] for p in project]


RULE = Rule(
    (
        Limit(
            "mandatory",
            mandatory,
            "starts",
            coded("plan.limit.mandatory", "mandatory project"),
            text("make the project a candidate"),
            is_proof=False,
        ),
        Limit(
            "forbidden",
            forbidden,
            "starts",
            coded("plan.limit.forbidden", "forbidden project"),
            text("allow the project"),
            is_proof=False,
        ),
        Limit(
            "committed",
            committed,
            "starts",
            coded("plan.limit.committed", "committed project"),
            text("move the committed start or drop the project"),
            is_proof=False,
        ),
    ),
)

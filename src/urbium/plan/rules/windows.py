"""Windows: what is started stays started, and starts between its earliest and its latest year."""

from collections.abc import Iterator

import numpy as np

from urbium.errors import Fault
from urbium.plan.problem.keys import fault
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules.rule import Limit, Rule
from urbium.plan.variables import NEVER, Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import coded, text


def _check(road: Roadmap) -> Iterator[Fault]:
    """A window of start years is not empty, and holds the start of what is committed."""
    columns = ("project", "earliest", "latest", "status", "start")
    for project, earliest, latest, status, start in road.projects.select(columns).iter_rows():
        if earliest is not None and latest is not None and earliest > latest:
            yield fault(
                "window", "projects", project,
                coded("plan.fault.window_empty", "the earliest year ({earliest:d}) is later than the "
                      "latest year ({latest:d})",
                     earliest=earliest, latest=latest),
                text("make the earliest year no later than the latest year"),
            )  # fmt: skip
        elif status == "committed" and not (earliest or start) <= start <= (latest or start):
            yield fault(
                "window", "projects", project,
                coded("plan.fault.window_committed", "is committed to start in {start:d}, outside its "
                                                     "window",
                     start=start),
                text("widen the window or move the start"),
            )  # fmt: skip


def started(lay: Variables) -> Rows:
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


def window(lay: Variables) -> Rows:
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


RULE = Rule(
    (
        Limit(
            "started",
            started,
            "worth",
            coded("plan.limit.started", "started projects continue"),
            is_proof=False,
        ),
        Limit(
            "window",
            window,
            "starts",
            coded("plan.limit.window", "window of start years"),
            text("widen the project's window of start years"),
            is_proof=False,
        ),
    ),
    _check,
)

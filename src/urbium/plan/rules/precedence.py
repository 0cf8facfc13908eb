"""Precedence: what a project requires is finished first; a soft prerequisite may be lacking, at a loss.

An order that is only recommended (``advice``) has no row in the model: it costs nothing when it is not kept.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import fault
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules.rule import Limit, Rule
from urbium.plan.variables import Integers, Variables
from urbium.plan.variables.rows import Part, Rows, rows_of
from urbium.text import Text, coded, text


def _check(road: Roadmap) -> Iterator[Fault]:
    """Prerequisites contradict neither each other nor what is forced and forbidden."""
    yield from _cycles(road)
    yield from _other_cities(road)
    yield from _contradictions(road)
    yield from _without_loss(road)


def _cycles(road: Roadmap) -> Iterator[Fault]:
    """No project is its own prerequisite, directly or through others; the cycle is named."""
    needs: dict[str, list[str]] = {}
    for project, requires in road.hard_prerequisites.select("project", "requires").iter_rows():
        needs.setdefault(project, []).append(requires)
    done: set[str] = set()
    for root in needs:
        path: list[str] = []
        stack = [(root, iter(needs.get(root, ())))] if root not in done else []
        while stack:
            node, rest = stack[-1]
            if len(path) < len(stack):
                path.append(node)
            step = next((item for item in rest if item not in done), None)
            if step is None:
                done.add(path.pop())
                stack.pop()
            elif step in path:
                cycle = " -> ".join([*path[path.index(step) :], step])
                yield fault(
                    "cycle", "prerequisites", step,
                    coded("plan.fault.cycle", "a cycle: {cycle}", cycle=cycle),
                    text("remove one of these rows"),
                )  # fmt: skip
                done.update(path)
                break
            else:
                stack.append((step, iter(needs.get(step, ()))))


def _other_cities(road: Roadmap) -> Iterator[Fault]:
    """A project requires projects of its own city only."""
    city = dict(road.projects.select("project", "city").iter_rows())
    for project, requires in road.prerequisites.select("project", "requires").iter_rows():
        if city[project] != city[requires]:
            yield fault(
                "same_city", "prerequisites", project,
                coded("plan.fault.requires_elsewhere", "{project} requires {requires} in another city",
                     project=project, requires=requires),
                text("require a project in the same city"),
            )  # fmt: skip


def _contradictions(road: Roadmap) -> Iterator[Fault]:
    """What is committed or mandatory does not require what is forbidden."""
    status = dict(road.projects.select("project", "status").iter_rows())
    for project, requires in road.hard_prerequisites.select("project", "requires").iter_rows():
        if status[project] in ("committed", "mandatory") and status[requires] == "forbidden":
            yield fault(
                "contradiction", "prerequisites", project,
                coded("plan.fault.requires_forbidden",
                     "{project} is {status}, but {requires}, which it requires, is forbidden",
                     project=project, status=status[project], requires=requires),
                text("allow the required project, or drop the one that requires it"),
            )  # fmt: skip


def _without_loss(road: Roadmap) -> Iterator[Fault]:
    """A soft prerequisite has a loss: without one it says nothing."""
    for project, requires in (
        road.prerequisites.filter((pl.col("kind") == "advice") & (pl.col("loss") != 0))
        .select("project", "requires")
        .iter_rows()
    ):
        yield fault(
            "loss", "prerequisites", f"{project}, {requires}",
            coded("plan.fault.loss_of_advice",
                 "it is only recommended that {project} wait for {requires}, but a loss is entered",
                 project=project, requires=requires),
            text("leave the loss empty, or make the prerequisite soft"),
        )  # fmt: skip
    soft = road.soft_prerequisites.filter(pl.col("loss") <= 0)
    for project, requires in soft.select("project", "requires").iter_rows():
        yield fault(
            "loss", "prerequisites", f"{project}, {requires}",
            coded("plan.fault.no_loss", "{project} has the soft prerequisite {requires}, but no loss "
                                        "is entered",
                 project=project, requires=requires),
            text("enter the loss of plan benefit, or make the prerequisite hard"),
        )  # fmt: skip


def precedence(lay: Variables) -> Rows:
    r"""A prerequisite is finished, and its lag passed, before the start: :math:`X_{pt} \le X_{q,t-d_q-l}`.

    One row a year (disaggregated: Christofides, Alvarez-Valdes, Tamarit 1987, *Project scheduling with
    resource constraints*); years in which p can no longer start have none.
    """
    return _rows(lay, "precedence", lay.roadmap.hard_prerequisites)


def soft_precedence(lay: Variables) -> Rows:
    r"""A soft prerequisite j may be lacking, at its loss: :math:`X_{pt} \le X_{q,t-d_q-l} + n_j`.

    The objective loses :math:`n_j` x the loss (an elastic row: Williams, *Model Building in Mathematical
    Programming*, on soft constraints).
    """
    return _rows(lay, "soft_precedence", lay.roadmap.soft_prerequisites, lay.loose)


def _rows(lay: Variables, limit: str, table: pl.DataFrame, loose: Integers | None = None) -> Rows:
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


def _called(row: str, order: str, year: str) -> Text:  # noqa: ARG001 - it holds in every year alike
    return coded("plan.limit.order", "prerequisite: {order}", order=order, row=row)


RULE = Rule(
    (
        Limit(
            "precedence",
            precedence,
            "starts",
            coded("plan.limit.precedence", "prerequisite"),
            text("have the prerequisite built in time, or drop it"),
            _called,
        ),
        Limit(
            "soft_precedence",
            soft_precedence,
            "worth",
            coded("plan.limit.soft_precedence", "recommended preceding project"),
        ),
    ),
    _check,
)

"""What may be chosen does not contradict itself: cycles, other cities, windows, what is forbidden."""

from collections.abc import Iterator

import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import Tables, fault

__all__ = ["choices"]


def choices(tables: Tables) -> Iterator[Fault]:
    """Yield the contradictions of choices; the references hold."""
    yield from _cycles(tables)
    yield from _same_city(tables)
    yield from _contradictions(tables)
    yield from _windows(tables)
    yield from _soft(tables)


def _hard(tables: Tables) -> pl.DataFrame:
    return tables["prerequisites"].filter(pl.col("kind") == "hard")


def _cycles(tables: Tables) -> Iterator[Fault]:
    """No project is its own prerequisite, directly or through others; the cycle is named."""
    needs: dict[str, list[str]] = {}
    for project, requires in _hard(tables).select("project", "requires").iter_rows():
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
                yield fault("cycle", "prerequisites", step, f"a cycle: {cycle}", "remove one of these rows")
                done.update(path)
                break
            else:
                stack.append((step, iter(needs.get(step, ()))))


def _same_city(tables: Tables) -> Iterator[Fault]:
    """A project requires, excludes or replaces projects of its own city only."""
    city = dict(tables["projects"].select("project", "city").iter_rows())
    for project, requires in tables["prerequisites"].select("project", "requires").iter_rows():
        if city[project] != city[requires]:
            text = f"{project} requires {requires} of another city"
            yield fault("same_city", "prerequisites", project, text, "require a project of the same city")
    for name in ("exclusions", "alternatives"):
        for group, members in tables[name].group_by("group", maintain_order=True).agg("project").iter_rows():
            if len({city[project] for project in members}) > 1:
                text = f"group {group} joins projects of several cities"
                yield fault("same_city", name, group, text, "make one group a city")


def _contradictions(tables: Tables) -> Iterator[Fault]:
    """What is committed or mandatory does not require what is forbidden."""
    status = dict(tables["projects"].select("project", "status").iter_rows())
    for project, requires in _hard(tables).select("project", "requires").iter_rows():
        if status[project] in ("committed", "mandatory") and status[requires] == "forbidden":
            text = f"{project} is {status[project]} and requires {requires}, which is forbidden"
            yield fault("contradiction", "prerequisites", project, text, "allow the one or drop the other")


def _windows(tables: Tables) -> Iterator[Fault]:
    """A window of start years is not empty, and holds the start of what is committed."""
    columns = ("project", "earliest", "latest", "status", "start")
    for project, earliest, latest, status, start in tables["projects"].select(columns).iter_rows():
        if earliest is not None and latest is not None and earliest > latest:
            text = f"earliest is {earliest}, after latest {latest}"
            yield fault("window", "projects", project, text, "let earliest be no later than latest")
        elif status == "committed" and not (earliest or start) <= start <= (latest or start):
            text = f"is committed with start {start}, outside its window"
            yield fault("window", "projects", project, text, "widen the window or move the start")


def _soft(tables: Tables) -> Iterator[Fault]:
    """A soft prerequisite has a loss: without one it says nothing."""
    soft = tables["prerequisites"].filter((pl.col("kind") == "soft") & (pl.col("loss") <= 0))
    for project, requires in soft.select("project", "requires").iter_rows():
        text = f"{project} requires {requires} softly, without a loss"
        remedy = "give the loss of the objective, or make it hard"
        yield fault("loss", "prerequisites", f"{project}, {requires}", text, remedy)

"""What is chosen, and when: known rows, statuses, windows, groups, prerequisites, starts of a year."""

from collections import defaultdict
from collections.abc import Iterator

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.audit import Audit
from urbium.plan.verify.result import TOLERANCE, Check, measure


def choices(audit: Audit) -> Iterator[Check]:
    """Yield the checks of what is chosen and when it starts."""
    yield from _rows(audit)
    yield from _statuses(audit)
    yield _window(audit)
    yield _precedence(audit)
    yield _start_limits(audit)


def _rows(audit: Audit) -> Iterator[Check]:
    """Each project is known, stands once, and its dates and costs are those of the roadmap."""
    table = audit.plan.table
    names = table["project"].to_list()
    yield measure(
        "known project",
        [(p, float(p not in audit.projects), 0.0) for p in names],
    )
    twice = {p for p in names if names.count(p) > 1} if len(set(names)) < len(names) else set()
    yield measure("once only", [(p, float(p in twice), 0.0) for p in names])
    yield measure(
        "horizon",
        [
            (p, float(max(audit.first - s, s - audit.last_start, audit.finish(p) - audit.last, 0)), 0.0)
            for p, s in audit.start.items()
        ],
    )
    for column in ("finish", "capital", "operation", "renewal"):
        if column in table.columns:
            stated_values = []
            for project, stated in table.select("project", column).iter_rows():
                if project in audit.projects:
                    row = audit.projects[project]
                    real = audit.finish(project) if column == "finish" else row[column] or 0.0
                    tolerated = 0.0 if column == "finish" else TOLERANCE * max(1.0, abs(real))
                    stated_values.append((project, abs(float(stated or 0.0) - real), tolerated))
            yield measure(f"stated {column}", stated_values)


def _statuses(audit: Audit) -> Iterator[Check]:
    for status in ("mandatory", "committed", "forbidden"):
        wrongs = []
        for project, row in audit.projects.items():
            if row["status"] == status:
                begun = audit.start.get(project)
                wrong = {
                    "mandatory": begun is None,
                    "committed": begun != row["start"],
                    "forbidden": begun is not None,
                }
                wrongs.append((project, float(wrong[status]), 0.0))
        yield measure(status, wrongs)
    for name, table, sign in (
        ("exclusion", audit.road.exclusions, 1),
        ("alternative", audit.road.alternatives, -1),
    ):
        count: dict[str, int] = defaultdict(int)
        for group, project in table.iter_rows():
            count[group] += project in audit.start
        yield measure(name, [(group, float(sign * (n - 1)), 0.0) for group, n in count.items()])


def _window(audit: Audit) -> Check:
    outside = []
    for project, begun in audit.start.items():
        row = audit.projects[project]
        early = row["earliest"] - begun if row["earliest"] is not None else 0
        late = begun - row["latest"] if row["latest"] is not None else 0
        outside.append((project, float(max(early, late, 0)), 0.0))
    return measure("window", outside)


def _precedence(audit: Audit) -> Check:
    delays = []
    for project, requires, lag in audit.road.hard_prerequisites.iter_rows():
        if project in audit.start:
            late = (
                float(audit.last)
                if requires not in audit.start
                else audit.finish(requires) + 1 + lag - audit.start[project]
            )
            delays.append((f"{project}<-{requires}", float(late), 0.0))
    return measure("precedence", delays)


def _start_limits(audit: Audit) -> Check:
    count: dict[tuple[str, int], int] = defaultdict(int)
    for project, begun in audit.start.items():
        count[audit.projects[project]["city"], begun] += 1
        count[NATIONWIDE, begun] += 1
    rows = audit.road.start_limits.iter_rows()
    return measure(
        "start_limit",
        [(f"{place},{year}", float(count[place, year] - most), 0.0) for place, year, most in rows],
    )

"""Grading: the grade of a pilot from its task book and its accepted reports, by rows of a rule (ADR 0066).

A row of ``data/rulesets/grades.csv`` is a part (``target`` or ``condition``) with its weight, a ``minimum``
without which there is no star, or a ``level`` with the points that it asks for. Weights of a set add up to
100. What is not reported counts as not reached, and the part says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from urbium.errors import NotFoundError
from urbium.packaged import packaged_rows, words_of
from urbium.pilot.contracts.grades import Grade, Part
from urbium.pilot.contracts.reports import Report, so_far
from urbium.pilot.contracts.taskbooks import Minimum, Target, Task, TaskBook, millions, span
from urbium.text import Text, text, texts

_CENT: Final = 0.005
_HUNDRED: Final = 100.0
_SAME: Final = 1e-9
BaseData = Mapping[tuple[str, str], tuple[float | None, Text | str]]
"""By base database and measure: the share that was measured (None: not measurable), and what it rests on."""
NO_BASE_DATA: Final[BaseData] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A row of a rule.

    Parameters
    ----------
    code, title : its name
    kind : ``target``, ``condition``, ``minimum`` or ``level``
    measure : what is measured: ``targets``, ``tendered``, ``contracted``, ``done``, ``reports``, ``service``
    names : kinds of project or indicators that it is about
    weight : points at most
    threshold : from where on a condition or minimum is met; the points of a level
    source : where the rule is from, or that it is an assumption
    """

    code: str
    title: str
    kind: str
    measure: str
    names: tuple[str, ...]
    weight: float
    threshold: float
    source: str


@dataclass(frozen=True, slots=True)
class GradeRule:
    """How a set of rules grades: its parts, and its levels, the lowest first."""

    name: str
    parts: tuple[GradeRow, ...]
    levels: tuple[GradeRow, ...]


@cache
def grade_rule(name: str) -> GradeRule:
    """Return the rule of a set; raise NotFoundError when the set grades nothing.

    >>> [level.title for level in grade_rule("eu-contract").levels]
    ['label']
    """
    rows = packaged_rows("rulesets/grades")
    if name not in {row["set"] for row in rows}:
        raise NotFoundError.named(text("rule of grades"), name, {row["set"] for row in rows})
    mine = [_row(row) for row in rows if row["set"] == name]
    parts = tuple(row for row in mine if row.kind != "level")
    if abs(sum(row.weight for row in parts) - _HUNDRED) > _SAME:
        message = f"grades.csv: the weights of {name} do not add up to 100"
        raise ValueError(message)
    return GradeRule(name, parts, tuple(row for row in mine if row.kind == "level"))


def _row(row: Mapping[str, str]) -> GradeRow:
    return GradeRow(
        row["part"],
        row["title_en"],
        row["kind"],
        row["measure"],
        tuple(row["names"].split()),
        float(row["weight"]),
        float(row["threshold"] or 0),
        row["source"],
    )


@dataclass(frozen=True, slots=True)
class _Life:
    """What a grade is computed of: the task book, and its accepted reports by year."""

    book: TaskBook
    reports: tuple[Report, ...]


def graded(
    rule: str, book: TaskBook, reports: Sequence[Report], *, version: int, base_data: BaseData = NO_BASE_DATA
) -> Grade:
    """Return the grade of a pilot, with the parts that add up to its points.

    Parameters
    ----------
    rule : the set of rules
    book, version : the task book, and its version
    reports : its accepted reports
    base_data : what is measured of the base databases that the task book sets conditions for
    """
    rows = grade_rule(rule)
    life = _Life(book, tuple(sorted(reports, key=lambda one: one.year)))
    parts = [_part(row, life) for row in rows.parts]
    parts += [_minimum(one, base_data) for one in book.conditions]
    points = round(sum(part.points for part in parts), 2)
    lacking = any(part.kind == "minimum" and part.met < 1 for part in parts)
    reached = [] if lacking else [row for row in rows.levels if points >= row.threshold - _SAME]
    top = reached[-1] if reached else None
    basis = text(
        "version {version} of the task book; accepted reports for {years}",
        version=version,
        years=", ".join(str(one.year) for one in life.reports) or "-",
    )
    return Grade(
        title=book.title,
        stars=int(top.code) if top else 0,
        level=str(top.title) if top else "",
        points=points,
        parts=parts,
        rule=rule,
        basis=basis.render(),
    )


def _part(row: GradeRow, life: _Life) -> Part:
    if row.measure == "service":
        met, because = _in_service(row, life)
    else:
        met, because = _MEASURES[row.measure](life)
    if row.kind == "condition":
        met = float(met >= row.threshold - _SAME)
    return Part(
        code=row.code,
        title=str(row.title),
        weight=row.weight,
        met=round(met, 6),
        kind=row.kind,
        points=round(row.weight * met, 2),
        because=because.render(),
    )


def _minimum(condition: Minimum, base_data: BaseData) -> Part:
    """Return the part of a minimum condition; what is not measurable is not met."""
    unknown = text("not measurable: this programme does not require this database")
    share, why = base_data.get((condition.database, condition.measure), (None, unknown))
    title = text(
        "base database {database}: {measure} of at least {threshold:.0%}",
        database=condition.database,
        measure=condition.measure,
        threshold=condition.threshold,
    )
    return Part(
        code=f"{condition.database}.{condition.measure}",
        title=title.render(),
        weight=0.0,
        met=float(share is not None and share >= condition.threshold - _SAME),
        kind="minimum",
        points=0.0,
        because=why.render() if isinstance(why, Text) else why,
    )


def _targets(life: _Life) -> tuple[float, Text]:
    """Return the mean over targets of how much of the way from base to target was gone."""
    gone = [_gone(target, life.reports) for target in life.book.targets]
    because = text(
        "{reached} of {all} targets reached, {silent} not reported; on average {met:.1%} of the way to "
        "the target",
        reached=sum(1 for one in gone if one is not None and one >= 1),
        all=len(gone),
        silent=sum(1 for one in gone if one is None),
        met=sum(one or 0.0 for one in gone) / max(len(gone), 1),
    )
    return sum(one or 0.0 for one in gone) / max(len(gone), 1), because


def _gone(target: Target, reports: Sequence[Report]) -> float | None:
    """Return how much of its way a target has gone by the report of its year; None where none says."""
    values = [
        one.value
        for report in reports
        if report.year == target.year
        for one in report.reached
        if one.indicator == target.indicator and one.value is not None
    ]
    if not values or target.base is None:
        return None
    way = target.value - target.base
    if abs(way) <= _SAME:
        return float(values[-1] == target.value)
    return min(max((values[-1] - target.base) / way, 0.0), 1.0)


def _money(stage: str) -> Callable[[_Life], tuple[float, Text]]:
    """Return what measures the part of the task book's money that has reached a stage."""

    def measured(life: _Life) -> tuple[float, Text]:
        whole = sum(task.total for task in life.book.tasks)
        there = sum(min(so_far(life.reports, task.code)[stage], task.total) for task in life.book.tasks)
        words = _STAGE_WORDS[stage]
        because = text(
            "{stage}: {there} of {whole} in the task book",
            stage=words,
            there=millions(life.book, there),
            whole=millions(life.book, whole),
        )
        return there / whole if whole else 0.0, because

    return measured


_STAGE_WORDS: Final = words_of("stage of money")


def _reported(life: _Life) -> tuple[float, Text]:
    years = span(life.book)
    missing = [year for year in years if year not in {one.year for one in life.reports}]
    because = texts(
        "{there} of {count} yearly report accepted",
        "{there} of {count} yearly reports accepted",
        count=len(years),
        there=len(years) - len(missing),
    )
    return (len(years) - len(missing)) / max(len(years), 1), because


def _in_service(row: GradeRow, life: _Life) -> tuple[float, Text]:
    """Say whether something is in service: its task is finished, or reviewers gave it enough points."""
    for task in life.book.tasks:
        if task.solution in row.names and _is_finished(task, life.reports):
            return 1.0, text("{task} is finished", task=task.title)
    for report in reversed(life.reports):
        for one in report.reached:
            if one.indicator in row.names and one.value is not None:
                return float(one.value >= row.threshold), text(
                    "{indicator} is at {value:g} in {year:d}; {threshold:g} is required",
                    indicator=one.indicator,
                    value=one.value,
                    year=report.year,
                    threshold=row.threshold,
                )
    return 0.0, text("no accepted report confirms it")


def _is_finished(task: Task, reports: Sequence[Report]) -> bool:
    return task.total > 0 and so_far(reports, task.code)["done"] >= task.total - _CENT


_MEASURES: Final[Mapping[str, Callable[[_Life], tuple[float, Text]]]] = {
    "targets": _targets,
    "tendered": _money("tendered"),
    "contracted": _money("contracted"),
    "done": _money("done"),
    "reports": _reported,
}

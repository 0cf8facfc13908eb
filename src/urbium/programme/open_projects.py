"""Open projects: the projects that everybody may see, of the adopted plan and of task books, as two tables.

A task of a task book takes the place of the plan's project that it was made of. Amounts are in the currency,
not in millions of it; years of money are the programme's fiscal years.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
import polars as pl

from urbium.model import Solution
from urbium.model.dossiers import Dossier
from urbium.periods import fiscal_year
from urbium.pilot.reports import Report
from urbium.pilot.taskbooks import Task, TaskBook

if TYPE_CHECKING:
    from urbium.plan import Plan

__all__ = ["Projects"]

_MILLION: Final = 1e6
_PREPARED: Final = ("committed", "mandatory")
_ACTUAL: Final = ("tendered", "contracted", "done", "spent")
Row = dict[str, Any]


class Projects:
    """Gathers projects.

    Parameters
    ----------
    month : in which a year of money begins
    solutions : the kinds of projects, by code
    """

    def __init__(self, month: int, solutions: Mapping[str, Solution]) -> None:
        self._month, self._solutions = month, solutions
        self._projects: dict[str, Row] = {}
        self._figures: list[Row] = []

    def tables(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the projects, and their money and results."""
        from urbium.publish.open_data import TABLES  # noqa: PLC0415 - writers load when something is published

        figures = (row for row in self._figures if row["project"] in self._projects)
        rows = {"projects": self._projects.values(), "project_figures": figures}
        frames = {
            name: pl.DataFrame(
                list(some),
                schema={
                    column.name: pl.Float64() if column.kind == "number" else pl.String()
                    for column in TABLES[name].columns
                },
            )
            for name, some in rows.items()
        }
        return frames["projects"], frames["project_figures"]

    def add_plan(self, plan: "Plan") -> None:
        """Add the projects of the adopted plan: what they cost to build, by fund and year."""
        prices = str(plan.roadmap.settings.price_year)
        evidence = {}
        for row in plan.table.iter_rows(named=True):
            evidence[row["project"]] = row["evidence"]
            self._projects[row["project"]] = self._project(
                row["project"],
                row["city"],
                row["solution"],
                status="preparation" if row["status"] in _PREPARED else "identification",
                basis="plan",
                prices=prices,
                evidence=row["evidence"],
                **self._days(row["start"], row["finish"]),
            )
        for row in plan.money.iter_rows(named=True):
            kind = "budget" if row["kind"] == "capital" else "forecast"
            self._add_figure(
                row["project"], kind, row["kind"], row["amount"] * _MILLION, plan.currency, fund=row["fund"],
                evidence=evidence.get(row["project"], ""), **self._days(row["year"], row["year"]),
            )  # fmt: skip

    def add_book(self, book: Dossier, reports: Iterable[Dossier]) -> None:
        """Add the tasks of a task book with what reports say of them, and its targets with what was reached.

        The pilot itself is a project, ``pilot:CODE``, that has the targets.
        """
        content = msgspec.convert(book.content, TaskBook)
        codes = {task.code: self._code(book, task) for task in content.tasks}
        for task in content.tasks:
            self._add_task(book, content, task, codes[task.code])
        pilot = f"pilot:{book.code}"
        years = [task.starts for task in content.tasks if task.starts]
        ends = [task.ends for task in content.tasks if task.ends]
        status = "completion" if book.state == "closed" else "implementation"
        self._projects[pilot] = self._project(
            pilot, book.city, "", title=content.title, status=status, basis="contract",
            **self._days(min(years, default=None), max(ends, default=None)),
        )  # fmt: skip
        for target in content.targets:
            self._add_figure(
                pilot, "forecast", target.indicator, target.value, target.unit,
                **self._days(target.year, target.year),
            )  # fmt: skip
        for report in reports:
            self._add_report(msgspec.convert(report.content, Report), codes, pilot, content.currency)

    def _code(self, book: Dossier, task: Task) -> str:
        """Return the code of a task's project: the plan's where it was made of one of this city."""
        planned = self._projects.get(task.code)
        if planned and planned["basis"] == "plan" and planned["place"] == book.city:
            self._figures = [row for row in self._figures if row["project"] != task.code]
            return task.code
        return f"{book.code}:{task.code}"

    def _add_task(self, book: Dossier, content: TaskBook, task: Task, code: str) -> None:
        days = self._days(task.starts, task.ends)
        prices = self._projects.get(code, {}).get("prices", "")
        self._projects[code] = self._project(
            code, book.city, task.solution, title=task.title, authority=task.body, basis="contract",
            prices=prices, status="completion" if book.state == "closed" else "implementation", **days,
        )  # fmt: skip
        for fund, amount in task.money.items():
            self._add_figure(
                code, "budget", "capital", amount * _MILLION, content.currency, fund=fund, **days
            )

    def _add_report(self, report: Report, codes: Mapping[str, str], pilot: str, currency: str) -> None:
        days = self._days(report.year, report.year)
        for one in report.progress:
            code = codes.get(one.task, "")
            if code:
                self._add_figure(code, "forecast", "planned", one.planned * _MILLION, currency, **days)
                for measure in _ACTUAL:
                    amount = getattr(one, measure) * _MILLION
                    self._add_figure(code, "actual", measure, amount, currency, **days)
        for reached in report.reached:
            if reached.value is not None:
                self._add_figure(
                    pilot,
                    "actual",
                    reached.indicator,
                    reached.value,
                    reached.unit,
                    source=reached.source,
                    **days,
                )

    def _project(self, code: str, place: str, solution: str, **more: str) -> Row:
        kind = self._solutions.get(solution)
        blank = dict.fromkeys(("authority", "prices", "evidence", "first_day", "last_day"), "")
        return blank | {
            "project": code,
            "title": kind.name if kind else solution or code,
            "place": place,
            "sector": kind.domain if kind else "",
            "solution": solution,
            **more,
        }

    def _add_figure(
        self, project: str, kind: str, measure: str, value: float, unit: str, **more: str
    ) -> None:
        blank = dict.fromkeys(("fund", "source", "evidence", "first_day", "last_day"), "")
        row = {"project": project, "kind": kind, "measure": measure, "value": round(value, 6), "unit": unit}
        self._figures.append(blank | row | more)

    def _days(self, first: int | None, last: int | None) -> dict[str, str]:
        """Return the first and the last day of years of money."""
        days = {}
        if first:
            days["first_day"] = fiscal_year(first, self._month).start.isoformat()
        if last:
            days["last_day"] = fiscal_year(last, self._month).end.isoformat()
        return days

"""Open projects: the projects that everybody may see, of the adopted plan and of task books, as three tables.

A task of a task book takes the place of the plan's project that it was made of. Amounts are in the currency,
not in millions of it; years of money are the programme's fiscal years.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.model import Instrument, Solution
from urbium.model.dossiers import Dossier
from urbium.periods import fiscal_year
from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import Task, TaskBook

if TYPE_CHECKING:
    from urbium.finance.plan_money import Draws
    from urbium.finance.signed_money import SignedMoney
    from urbium.plan import Plan

_MILLION: Final = 1e6
_PREPARED: Final = ("committed", "mandatory")
_ACTUAL: Final = ("tendered", "contracted", "done", "spent")
_BLANK: Final = dict.fromkeys(("low", "high", "signed")) | dict.fromkeys(
    ("instrument", "first_day", "last_day", "prices", "signed_on", "evidence"), ""
)
"""What an arrangement of finance need not have."""
Row = dict[str, Any]


class Projects:
    """Gathers projects.

    Parameters
    ----------
    month : in which a year of money begins
    solutions : the kinds of projects, by code
    instruments : by which they are financed, by code
    """

    def __init__(
        self, month: int, solutions: Mapping[str, Solution], instruments: Mapping[str, Instrument]
    ) -> None:
        self._month, self._solutions = month, solutions
        self._instruments = {name: one.kind.value for name, one in instruments.items()}
        self._projects: dict[str, Row] = {}
        self._planned: pl.DataFrame | None = None
        self._replaced: set[str] = set()
        self._figures: list[Row] = []
        self._finance: list[Row] = []
        self._signed: dict[tuple[str, str], float] = {}

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the projects, their money and results, and who finances them."""
        from urbium.publish.open_data import empty  # noqa: PLC0415 - writers load when something is published

        rows = {
            "projects": self._projects.values(),
            "project_figures": [row for row in self._figures if row["project"] in self._projects],
            "finance": [row for row in self._finance if row["project"] in self._projects],
        }
        tables = {name: pl.DataFrame(list(some), schema=empty(name).schema) for name, some in rows.items()}
        if self._planned is not None:
            planned = self._planned.filter(~pl.col("project").is_in(self._replaced))
            figures = tables["project_figures"]
            tables["project_figures"] = pl.concat([planned.select(figures.columns), figures])
        return tables

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
        years = {year: self._days(year, year) for year in plan.money["year"].unique()}
        days = {name: {year: row[name] for year, row in years.items()} for name in ("first_day", "last_day")}
        kind = pl.col("kind").cast(pl.String)
        self._planned = plan.money.select(
            pl.col("project", "fund").cast(pl.String),
            kind=pl.when(kind == "capital").then(pl.lit("budget")).otherwise(pl.lit("forecast")),
            measure=kind,
            value=(pl.col("amount") * _MILLION).round(2),
            unit=pl.lit(plan.currency),
            source=pl.lit(""),
            evidence=pl.col("project")
            .cast(pl.String)
            .replace_strict(evidence, default="", return_dtype=pl.String),
            **{name: pl.col("year").replace_strict(of, return_dtype=pl.String) for name, of in days.items()},
        )

    def add_finance(self, plan: "Plan", draws: "Draws", signed: "SignedMoney", inflows: pl.DataFrame) -> None:
        """Add who finances the projects of the adopted plan, what agreements sign, and what comes in.

        The money of agreements is in their own currency, and of its day.
        """
        facts = {row["project"]: row for row in plan.table.iter_rows(named=True)}
        common = {"unit": plan.currency, "prices": str(plan.roadmap.settings.price_year)}
        drawn = draws.table.select("project", "fund", "instrument").unique()
        planned = (
            plan.money.filter(kind="capital")
            .group_by("project", "fund")
            .agg(pl.col("amount").sum(), first=pl.col("year").min(), last=pl.col("year").max())
            .join(drawn, on=["project", "fund"], how="left")
            .sort("project", "fund")
        )
        counted = signed.agreements.group_by("project", "fund").agg(pl.col("counted").sum())
        self._signed = {(project, fund): amount for project, fund, amount in counted.iter_rows()}
        for row in planned.iter_rows(named=True):
            self._add_planned(
                row["project"], row["fund"], row["amount"], source="plan",
                instrument=self._instruments.get(row["instrument"], ""),
                evidence=facts[row["project"]]["evidence"], **common,
                **self._days(row["first"], row["last"]),
            )  # fmt: skip
        for row in signed.agreements.iter_rows(named=True):
            self._add_arrangement(
                row["project"], f"signed:{row['agreement']}:{row['fund']}", row["amount"], party=row["fund"],
                unit=row["currency"], signed_on=row["signed_on"], source=row["title"],
            )  # fmt: skip
        for row in inflows.drop_nulls("low").iter_rows(named=True):
            self._add_arrangement(
                row["project"], "inflow", (row["low"] + row["high"]) / 2, low=row["low"], high=row["high"],
                party=row["receiver"], instrument=row["kind"], source="plan", evidence=row["evidence"],
                **common, **self._days(facts[row["project"]]["finish"] + 1, None),
            )  # fmt: skip

    def add_book(self, book: Dossier, reports: Iterable[Dossier]) -> None:
        """Add the tasks of a task book with what reports say of them, and its targets with what was reached.

        The pilot itself is a project, ``pilot:CODE``, that has the targets.
        """
        content = book.content_as(TaskBook)
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
            self._add_report(report.content_as(Report), codes, pilot, content.currency)

    def _code(self, book: Dossier, task: Task) -> str:
        """Return the code of a task's project: the plan's where it was made of one of this city."""
        planned = self._projects.get(task.code)
        if planned and planned["basis"] == "plan" and planned["place"] == book.city:
            self._replaced.add(task.code)
            self._finance = [
                row for row in self._finance if row["project"] != task.code or row["kind"] == "signed"
            ]
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
            self._add_planned(
                code, fund, amount, unit=content.currency, prices=prices, source=book.code, **days
            )

    def _add_report(self, report: Report, codes: Mapping[str, str], pilot: str, currency: str) -> None:
        days = self._days(report.year, report.year)
        for one in report.progress:
            code = codes.get(one.task, "")
            if code:
                self._add_figure(code, "forecast", "planned", one.planned * _MILLION, currency, **days)
                for measure in _ACTUAL:
                    if (amount := getattr(one, measure)) is not None:
                        self._add_figure(code, "actual", measure, amount * _MILLION, currency, **days)
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

    def _add_planned(self, project: str, fund: str, amount: float, **more: Any) -> None:  # noqa: ANN401
        """Add what a fund is planned to give a project, with how much of it agreements sign."""
        signed = min(amount, self._signed.get((project, fund), 0.0))
        self._add_arrangement(project, f"planned:{fund}", amount, party=fund, signed=signed, **more)

    def _add_arrangement(self, project: str, code: str, amount: float, **more: Any) -> None:  # noqa: ANN401
        """Add an arrangement, whose code begins with its kind; amounts are in millions."""
        kind, _, _ = code.partition(":")
        row: Row = {"project": project, "arrangement": code, "kind": kind, "value": amount} | _BLANK | more
        amounts = {name: row[name] for name in ("value", "low", "high", "signed") if row[name] is not None}
        self._finance.append(row | {name: round(one * _MILLION, 2) for name, one in amounts.items()})

    def _days(self, first: int | None, last: int | None) -> dict[str, str]:
        """Return the first and the last day of years of money."""
        days = {}
        if first:
            days["first_day"] = fiscal_year(first, self._month).start.isoformat()
        if last:
            days["last_day"] = fiscal_year(last, self._month).end.isoformat()
        return days

"""Spending: what becomes of planned money, and what a plan asks beside what was ever spent."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import TaskBook
from urbium.programme.cases.desk import Desk

if TYPE_CHECKING:
    from urbium.finance.spending import Absorption

_ACCEPTED = "accepted"
_REPORTED = "reported"
_PART = "city_budget.part_of_sum"


class Spending:
    """What becomes of planned money, and what a plan asks against what was ever spent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def reported(self) -> pl.DataFrame:
        """Return the money of each task and year of accepted reports, which everybody may read.

        Columns: city, task, year, starts, ends, total, currency, planned, tendered, contracted, done, spent
        (millions of the currency, nominal).
        """
        return self._desk.workspace.once("reported money", self._reported, of=self._changes())

    def _changes(self) -> tuple[int, ...]:
        """Return the newest changes of the dossiers that reported money is read from."""
        dossiers = self._desk.workspace.store.dossiers
        return tuple(dossiers.last_change(kind) for kind in ("report", "taskbook", "round"))

    def _reported(self) -> pl.DataFrame:
        from urbium.finance.spending import REPORTED, STAGES  # noqa: PLC0415

        rows, examples = [], self._desk.examples()
        for dossier in self._desk.dossiers("report", state=_ACCEPTED):
            above = self._desk.dossier("taskbook", dossier.parent)
            if above is None or above.round in examples:
                continue
            book, report = above.content_as(TaskBook), dossier.content_as(Report)
            tasks = {task.code: task for task in book.tasks}
            for row in report.progress:
                task = tasks.get(row.task)
                if task is None:
                    continue
                money = [getattr(row, stage) for stage in STAGES]
                rows.append(
                    (dossier.city, f"{above.code}/{task.code}", report.year, task.starts, task.ends,
                     task.total, book.currency, *money)
                )  # fmt: skip
        return pl.DataFrame(rows, schema=REPORTED, orient="row")

    def by_stage(self, *keys: str) -> pl.DataFrame:
        """Return the reported money by stage: planned, tendered, contracted, done and spent, with shares.

        ``keys`` are such as city and year; it is kept apart by currency.
        """
        from urbium.finance.spending import by_stage  # noqa: PLC0415

        return by_stage(self.reported(), *keys)

    def absorption(self, history: pl.DataFrame | Path | None = None) -> "Absorption":
        """Say what share of the money that falls due is spent, as past projects show.

        Parameters
        ----------
        history : project, start, end, seen (years with fractions), budget, spent: a table or a CSV file; the
            accepted reports of the programme when none is given

        Raises InputError for a faulty history, and for one that is too small to learn from.
        """
        from urbium.finance.spending import history_of_reports, learn_absorption, read_history  # noqa: PLC0415

        if isinstance(history, Path):
            return learn_absorption(read_history(history))
        return learn_absorption(history_of_reports(self.reported()) if history is None else history)

    def stretch(self) -> pl.DataFrame:
        """Return what the adopted plan asks each city to spend in a year, beside the most it ever spent.

        Columns: city, year, asked (of all payers) and own (of its budget), basis (``reported``: on the
        programme; ``fiscal``: its whole budget), most, most_year, times, is_more; millions of the plan's
        currency. Cities of which neither is known are left out.
        """
        return self._desk.workspace.once("asked and spent", self._stretch, of=self._changes())

    def _stretch(self) -> pl.DataFrame:
        from urbium.finance.spending import fiscal_history, stretched  # noqa: PLC0415
        from urbium.plan.inputs.assumptions import Assumed  # noqa: PLC0415
        from urbium.plan.inputs.sizes import of_declared_area  # noqa: PLC0415

        desk, plan = self._desk, self._desk.plans.adopted()
        catalogue = desk.workspace.catalogue
        rate_from = partial(desk.settings.exchange().factor, target=plan.currency)

        def history() -> pl.DataFrame:
            return fiscal_history(
                of_declared_area(desk.register.observations(), catalogue),
                part=Assumed(catalogue)(_PART),
                rate_from=rate_from,
                declared=catalogue.variables,
                roles=catalogue.roles,
            )

        fiscal = desk.workspace.once("fiscal history", history)
        spent = (
            self.reported()
            .drop_nulls("spent")
            .group_by("city", "year", "currency")
            .agg(pl.col("spent").sum())
        )
        rates = {name: rate_from(name) for name in spent["currency"].unique()}
        factor = pl.col("currency").replace_strict(rates, default=1.0, return_dtype=pl.Float64)
        amounts = spent.select("city", "year", amount=pl.col("spent") * factor, basis=pl.lit(_REPORTED))
        of_reports = amounts.group_by("city", "year", "basis").agg(pl.col("amount").sum())
        return stretched(plan, pl.concat([fiscal, of_reports.select(fiscal.columns)]))

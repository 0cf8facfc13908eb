"""History: projects with what was planned and spent of them up to a day, brought in a table or from reports.

Amounts are those of the file, in one currency and nominal: only their ratio is used, so no unit is changed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from urbium.errors import Fault, refuse
from urbium.sources.door import read_table
from urbium.text import coded, text

STAGES: Final = ("planned", "tendered", "contracted", "done", "spent")
"""What is said of the money of a task in a year."""

HISTORY: Final = {
    "project": pl.String(),
    "start": pl.Float64(),
    "end": pl.Float64(),
    "seen": pl.Float64(),
    "budget": pl.Float64(),
    "spent": pl.Float64(),
}
"""A project: when it starts, and is planned to end, the day on which it was looked at (all as years with
fractions), its whole planned budget, and what was spent of it by then."""

REPORTED: Final = {
    "city": pl.String(),
    "task": pl.String(),
    "year": pl.Int64(),
    "starts": pl.Int64(),
    "ends": pl.Int64(),
    "total": pl.Float64(),
    "currency": pl.String(),
    **{stage: pl.Float64() for stage in STAGES},
}
"""A task of a pilot in a year, as its report says, in millions; ``total`` is planned for all its years."""


def read_history(path: str | Path) -> pl.DataFrame:
    """Return a table of past projects (:data:`HISTORY`); raise InputError with every fault."""
    table = read_table(path, HISTORY, needed=tuple(HISTORY))
    refuse(check_history(table), str(path))
    return table


def check_history(table: pl.DataFrame) -> Iterator[Fault]:
    """Yield what is wrong with a table of past projects; more than the budget may have been spent."""
    for at, row in enumerate(table.iter_rows(named=True), start=2):
        missing = [name for name in HISTORY if row[name] is None]
        if missing:
            yield Fault(
                "error",
                coded("finance.spending.missing", "values are missing: {columns:list}", columns=missing),
                text("fill in every value, or omit the row"),
                rule="history", cell=f"row {at}",
            )  # fmt: skip
            continue
        if row["end"] <= row["start"]:
            yield Fault(
                "error",
                coded("finance.spending.no_time", "the project ends before it begins"),
                text("correct the start year or the end year"),
                rule="history", cell=f"row {at}",
            )  # fmt: skip
        if row["budget"] <= 0 or row["spent"] < 0:
            yield Fault(
                "error",
                coded("finance.spending.no_money", "a budget of {budget:g} with {spent:g} spent is not "
                                                   "usable",
                     budget=row["budget"], spent=row["spent"]),
                text("enter a budget above 0 and the amount spent, or omit the row"),
                rule="history", cell=f"row {at}",
            )  # fmt: skip


def history_of_reports(reported: pl.DataFrame) -> pl.DataFrame:
    """Return the tasks of reports as a history, each as of the end of its last reported year.

    Parameters
    ----------
    reported : as :data:`REPORTED`; a task without years or money, or what it spent, is left out
    """
    usable = reported.filter(
        pl.col("starts", "spent").is_not_null(), pl.col("ends") >= pl.col("starts"), pl.col("total") > 0
    )
    return (
        usable.group_by("task")
        .agg(
            start=pl.col("starts").first().cast(pl.Float64),
            end=pl.col("ends").first().cast(pl.Float64) + 1,
            seen=pl.col("year").max().cast(pl.Float64) + 1,
            budget=pl.col("total").first(),
            spent=pl.col("spent").sum(),
        )
        .rename({"task": "project"})
        .select(list(HISTORY))
        .sort("project")
    )


def by_stage(reported: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Return the money of reports by stage, added up by keys and currency, with shares of what was planned.

    An amount that is not known is in no sum, and what was planned for it not in the share.

    Parameters
    ----------
    reported : as :data:`REPORTED`
    keys : such as ``city`` and ``year``; money of two currencies is never added up
    """
    named = [*keys, "currency"]
    is_said = {stage: pl.col(stage).is_not_null() for stage in STAGES}
    sums = {stage: pl.when(is_known.any()).then(pl.col(stage).sum()) for stage, is_known in is_said.items()}
    due = {stage: pl.col("planned").filter(is_said[stage]).sum() for stage in STAGES[1:]}
    shares = {
        f"{stage}_share": pl.when(planned > 0).then(pl.col(stage).sum() / planned)
        for stage, planned in due.items()
    }
    return reported.group_by(named).agg(**sums, **shares).sort(named)

"""What a check found, as a table: which row, how grave, by which rule, and in what words."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from urbium.model import Rule

__all__ = ["FOUND", "figure", "no_findings", "said", "words"]

FOUND: Mapping[str, pl.DataType] = {
    "i": pl.UInt32(),
    "severity": pl.String(),
    "rule": pl.String(),
    "message": pl.String(),
    "remedy": pl.String(),
}
"""Columns of a table of findings; ``i`` is the row of the table that was checked."""


def figure(value: object, unit: str = "") -> str:
    """Return a figure with its unit as a person reads it.

    >>> figure(1234.5, "t")
    '1,234.5 t'
    """
    if value is None:
        return "nothing"
    text = f"{value:,.10g}" if isinstance(value, float) else str(value)
    return f"{text} {unit}".strip()


def words(rule: Rule, **extra: str) -> Callable[[Mapping[str, Any]], tuple[str, str, str]]:
    """Return a sayer that puts the row's figures about the rule's message; ``extra`` labels columns."""

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        about = ", ".join(
            f"{label} {row[name]:.4g}" if name == "ratio" else f"{label} {figure(row[name])}"
            for name, label in extra.items()
        )
        message = f"{figure(row['value'], row['unit'])}: {rule.message}"
        return rule.severity, f"{message} ({about})" if about else message, rule.remedy

    return say


def said(
    rows: pl.DataFrame, rule: str, say: Callable[[Mapping[str, Any]], tuple[str, str, str]]
) -> pl.DataFrame:
    """Return the findings about ``rows`` under the name ``rule``; ``say`` gives severity, message, remedy."""
    if rows.height == 0:
        return no_findings()
    listed = [(row["i"], *say(row)) for row in rows.iter_rows(named=True)]
    return pl.DataFrame(
        [(i, severity, rule, message, remedy) for i, severity, message, remedy in listed],
        schema=FOUND,
        orient="row",
    )


def no_findings() -> pl.DataFrame:
    """Return an empty table of findings."""
    return pl.DataFrame(schema=FOUND)

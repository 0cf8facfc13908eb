"""What a check found, as a table: which row, how grave, by which rule, and in what words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from urbium.columns import schema_of
from urbium.model import ValueRule
from urbium.sources.formats.size_limits import MAX_LISTED
from urbium.text import Text, coded, sentences, text
from urbium.units import UNSAID, unit_words

FOUND: Final = schema_of("i severity rule message remedy", i=pl.UInt32())
"""Columns of a table of findings; ``i`` is the row of the table that was checked."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings as a table with English words, and the messages behind those that are listed singly."""

    table: pl.DataFrame
    messages: Mapping[str, Text] = field(default_factory=dict)

    @classmethod
    def together(cls, parts: Iterable["Findings"]) -> "Findings":
        """Return several findings as one."""
        parts = list(parts)
        messages = {said: message for part in parts for said, message in part.messages.items()}
        return cls(pl.concat(part.table for part in parts), messages)

    def filter(self, condition: pl.Expr) -> "Findings":
        """Return the findings for which a condition holds."""
        return Findings(self.table.filter(condition), self.messages)

    def message(self, english: str) -> str:
        """Return the message that reads so in English, with its code if it is still known."""
        return self.messages.get(english, english)


_RATIO = text("ratio")
Said = tuple[str, str, str]
"""What is said of a row: severity, message, remedy."""


def figure(value: object, unit: str = "") -> str:
    """Return a figure with its unit as a person reads it.

    >>> figure(1234.5, "t")
    '1,234.5 t'
    >>> figure(49.0, "%")
    '49%'
    >>> figure(12.0, "count")
    '12'
    """
    if value is None:
        return coded("sources.figure.none", "nothing")
    if not isinstance(value, float):
        return f"{value} {'' if unit in UNSAID else unit}".strip()
    if unit == "%":
        return coded("sources.figure.per_cent", "{value:,.10g}%", value=value)
    if unit not in UNSAID:
        return coded("sources.figure.of_unit", "{value:,.10g} {unit}", value=value, unit=unit_words(unit))
    return coded("sources.figure.plain", "{value:,.10g}", value=value)


def words(rule: ValueRule, **extra: str) -> Callable[[Mapping[str, Any]], Said]:
    """Return a sayer that puts the row's figures about the rule's message; ``extra`` labels columns."""

    def say(row: Mapping[str, Any]) -> Said:
        about = [
            _beside(_RATIO if name == "ratio" else label, row[name], is_ratio=name == "ratio")
            for name, label in extra.items()
        ]
        value = figure(row["value"], row["unit"])
        if not about:
            message = coded("sources.rule.broken", "{value}: {rule}", value=value, rule=rule.message)
        else:
            message = coded(
                "sources.rule.broken_beside", "{value}: {rule} ({about})",
                value=value, rule=rule.message, about=sentences(about)
            )  # fmt: skip
        return rule.severity, message, rule.remedy

    return say


def _beside(label: str, value: float, *, is_ratio: bool) -> Text:
    if is_ratio:
        return coded("sources.rule.ratio", "{label} {value:.4g}", label=label, value=value)
    return coded("sources.rule.other", "{label} {value}", label=label, value=figure(value))


def said(rows: pl.DataFrame, rule: str, say: Callable[[Mapping[str, Any]], Said]) -> Findings:
    """Return the findings about ``rows`` under the name ``rule``; ``say`` gives severity, message, remedy."""
    listed: list[tuple[int, str, str, str, str]] = []
    messages: dict[str, Text] = {}
    for row in rows.iter_rows(named=True):
        severity, message, remedy = say(row)
        listed.append((row["i"], severity, rule, str(message), str(remedy)))
        if len(listed) <= MAX_LISTED:
            messages |= {str(said): said for said in (message, remedy) if isinstance(said, Text)}
    return Findings(pl.DataFrame(listed, schema=FOUND, orient="row"), messages)


def no_findings() -> Findings:
    """Return no findings."""
    return Findings(pl.DataFrame(schema=FOUND))

"""What a sheet is read against: variables, sources and places; and where its faults are gathered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from urbium.errors import Fault
from urbium.model import OBSERVATION, Variable
from urbium.sources.mapping import FilePlan
from urbium.sources.places import Places
from urbium.sources.size_limits import MAX_LISTED
from urbium.text import text as sentence

__all__ = ["CELLS", "Context"]

_OF_CELL = ("city", "variable", "period", "value", "unit", "area", "status", "quality", "source", "sheet")
CELLS: Mapping[str, pl.DataType] = {
    **{name: OBSERVATION[name] for name in _OF_CELL}, "row": pl.UInt32(), "column": pl.UInt32()
}  # fmt: skip
"""Columns of the observations of a sheet before they are checked; row and column count from 0."""


@dataclass(slots=True)
class Context:
    """What a sheet is read against, and where its faults are gathered."""

    variables: Mapping[str, Variable]
    sources: frozenset[str]
    places: Places
    plan: FilePlan
    faults: list[Fault] = field(default_factory=list)
    listed: dict[str, int] = field(default_factory=dict)

    def fault(
        self,
        sheet: str,
        cell: str,
        rule: str,
        message: str,
        remedy: str,
        *,
        severity: str = "error",
        **key: str,
    ) -> None:
        """Gather one fault; beyond a cap a rule's faults are only counted."""
        self.listed[rule] = self.listed.get(rule, 0) + 1
        if self.listed[rule] <= MAX_LISTED:
            self.faults.append(
                Fault(severity, message, remedy, rule=rule, sheet=sheet, cell=cell, **key)  # type: ignore[arg-type]
            )

    def capped(self, rule: str, wrong: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are still listed singly; the others are counted."""
        room = max(MAX_LISTED - self.listed.get(rule, 0), 0)
        if wrong.height > room:
            self.listed[rule] = self.listed.get(rule, 0) + wrong.height - room
        return wrong.head(room)

    def close(self) -> None:
        """Say for each rule how many faults were not listed."""
        for rule, count in self.listed.items():
            if count > MAX_LISTED:
                self.faults.append(
                    Fault(
                        "error",
                        sentence(
                            "sources.rule.more_cells",
                            "{number:,} more cells break the rule {rule!r}",
                            number=count - MAX_LISTED,
                            rule=rule,
                        ),
                        sentence("sources.rule.more_cells.remedy", "correct those listed and check again"),
                        rule=rule,
                    )
                )

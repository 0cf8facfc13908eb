"""What a sheet is read against: variables, sources and places; and where its faults are gathered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from urbium.errors import Fault, InputError
from urbium.model import OBSERVATION, Variable
from urbium.sources.formats.size_limits import MAX_FIGURES, MAX_LISTED
from urbium.sources.mappings.mapping_plans import FilePlan
from urbium.sources.places import Places
from urbium.text import coded
from urbium.text import text as sentence
from urbium.text.advice import advice

COLUMN_NOT_READ = "unread-column"
ROW_NOT_READ = "row-not-read"

_OF_CELL = ("city", "variable", "period", "value", "unit", "area", "status", "quality", "source", "sheet")
CELLS: Mapping[str, pl.DataType] = {
    **{name: OBSERVATION[name] for name in _OF_CELL},
    "given": pl.String(), "mark": pl.String(), "row": pl.UInt32(), "column": pl.UInt32()
}  # fmt: skip
"""Columns of the observations of a sheet before they are checked; row and column count from 0. ``given`` is
whom the file names as source where the sender is the source, ``mark`` what stands beside the digits."""


@dataclass(slots=True)
class Context:
    """What a sheet is read against, and where its faults are gathered.

    ``listed`` counts the faults of each rule, listed or not; of a rule at most ``MAX_LISTED`` are listed.
    ``senders`` are the sources of figures by city, where their sender is the source whatever the file says.
    """

    variables: Mapping[str, Variable]
    sources: frozenset[str]
    places: Places
    plan: FilePlan
    senders: Mapping[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    listed: dict[str, int] = field(default_factory=dict)
    unlisted: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    figures: int = 0

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
        count = self.listed[rule] = self.listed.get(rule, 0) + 1
        if severity == "error":
            self.errors += 1
        if count <= MAX_LISTED:
            self.faults.append(
                Fault(severity, message, remedy, rule=rule, sheet=sheet, cell=cell, **key)  # type: ignore[arg-type]
            )

    def capped(self, rule: str, wrong: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are still listed singly; the others are counted when the file is closed."""
        room = max(MAX_LISTED - self.listed.get(rule, 0), 0)
        if wrong.height > room:
            self.unlisted[rule] = self.unlisted.get(rule, 0) + wrong.height - room
            self.errors += wrong.height - room
        return wrong.head(room)

    def admit(self, figures: int) -> None:
        """Count the figures of a sheet; raise InputError when a file holds more than are read at once."""
        self.figures += figures
        if self.figures > MAX_FIGURES:
            raise InputError(
                coded(
                    "sources.file.too_many_figures",
                    "the file contains at least {number:,} figures, but at most {most:,} can be read at once",
                    number=self.figures,
                    most=MAX_FIGURES,
                ),
                remedy=advice(
                    sentence("split it by year or by variable, or use a mapping file to read part of it"),
                    sentence("split it by year or by variable"),
                ),
            )

    def close(self) -> None:
        """Say for each rule how many faults were not listed."""
        for rule, count in self.listed.items():
            if count > MAX_LISTED:
                self.unlisted[rule] = self.unlisted.get(rule, 0) + count - MAX_LISTED
        for rule, count in self.unlisted.items():
            self.faults.append(
                Fault(
                    "error",
                    coded(
                        "sources.rule.more_cells",
                        "further cells that violate the rule {rule!r}: {number:,}",
                        number=count,
                        rule=rule,
                    ),
                    sentence("correct those listed and check again"),
                    rule=rule,
                )
            )

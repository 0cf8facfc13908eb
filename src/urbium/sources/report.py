"""What reading a file gives: its observations, every fault, and three ways to show the faults."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from urbium.errors import Fault, InputError
from urbium.model import Status

__all__ = ["Reading"]

_FEW = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: ``table`` holds the observations, ``faults`` what is wrong or doubtful in it.

    ``table`` has the columns of :data:`urbium.model.OBSERVATION` but those of recording; a doubtful value
    has the status ``suspect`` and its ``reason``.
    """

    table: pl.DataFrame
    faults: tuple[Fault, ...]
    path: Path
    sha256: str
    encoding: str = "utf-8"
    delimiter: str = ""

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    @property
    def is_refused(self) -> bool:
        """Whether an error refuses the whole file."""
        return any(fault.severity == "error" for fault in self.faults)

    def raise_if_refused(self) -> None:
        """Raise one InputError that holds every error of the file, if there is any."""
        errors = [fault for fault in self.faults if fault.severity == "error"]
        if not errors:
            return
        if len(errors) == 1:
            one = errors[0]
            raise InputError(one.message, place=self._place(one), remedy=one.remedy, faults=self.faults)
        raise InputError(
            f"{len(errors):,} faults refuse the file and nothing was stored",
            place=self.name,
            remedy="correct them all and send it again",
            faults=errors,
        )

    @property
    def findings(self) -> pl.DataFrame:
        """The faults as a table, gravest first, with the columns of :meth:`Fault.record`."""
        names = list(Fault("note", "", "").record())
        return pl.DataFrame(self.records(), schema=dict.fromkeys(names, pl.String))

    def records(self) -> list[dict[str, str]]:
        """Return the faults as JSON-ready records, gravest first."""
        rank = {"error": 0, "warning": 1, "note": 2}
        return [fault.record() for fault in sorted(self.faults, key=lambda fault: rank[fault.severity])]

    @property
    def suspects(self) -> pl.DataFrame:
        """For each variable and rule how many values are suspect: variable, values, suspect, share, rules."""
        is_suspect = pl.col("status") == Status.SUSPECT
        rule = pl.col("reason").filter(is_suspect).str.extract_all(r"(?:^|; )[a-z0-9-]+: ")
        return (
            self.table.group_by("variable")
            .agg(
                values=pl.len(),
                suspect=is_suspect.sum(),
                share=is_suspect.mean(),
                rules=rule.explode(empty_as_null=False).str.strip_chars("; :").unique().sort().str.join(", "),
            )
            .sort("variable")
        )

    def lines(self, most: int = _FEW) -> Iterator[str]:
        """Yield the faults as lines for a terminal: file, sheet, cell: what is wrong; what to do."""
        shown = self.faults[:most]
        for fault in shown:
            yield f"{fault.severity}: {self._place(fault)}: {fault.message}; {fault.remedy}"
        if len(self.faults) > most:
            yield f"... and {len(self.faults) - most:,} more"

    def mark(self, path: str | Path) -> Path:
        """Write a copy of the file as .xlsx with the cells in question coloured and commented.

        A sheet ``Findings`` lists all faults. Raises InputError when the file is gone, has changed since it
        was read, or is longer than a sheet of Excel.
        """
        from urbium.sources.mark import write_marked  # noqa: PLC0415 - the writer is only loaded when used

        return write_marked(self, Path(path))

    def _place(self, fault: Fault) -> str:
        parts = [self.name, f"sheet {fault.sheet}" if fault.sheet else "", fault.cell]
        return ", ".join(part for part in parts if part)

    def __repr__(self) -> str:
        suspect = self.table.filter(pl.col("status") == Status.SUSPECT).height
        count = {
            level: sum(f.severity == level for f in self.faults) for level in ("error", "warning", "note")
        }
        verdict = "refused" if self.is_refused else "readable"
        return (
            f"Reading of {self.name}: {self.table.height:,} observations ({suspect:,} suspect), {verdict}; "
            f"{count['error']:,} errors, {count['warning']:,} warnings, {count['note']:,} notes"
        )

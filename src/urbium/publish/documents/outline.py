"""Outline: which sections a top-level design has, and what each is made of: a table, not code.

Those that come along stand in ``data/documents``; a nation writes its own as a file of the same columns.
"""

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from urbium.errors import Fault, InputError, NotFoundError
from urbium.sources.door import read_table
from urbium.text import text

__all__ = ["Outline", "OutlineSection", "outline_of"]

_FOLDER: Final = Path(__file__).parents[2] / "data" / "documents"
_COLUMNS: Final = ("number", "title", "part", "domains")
_NEEDED: Final = ("title", "part")


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A section: its number, title, what it is made of (empty: only a heading), and of which fields."""

    number: str
    title: str
    part: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a design in their order, with where they are from and what must be said of that."""

    name: str
    source: str
    note: str
    sections: Sequence[OutlineSection]


def outline_of(wanted: str | Path, nation: str, parts: Collection[str]) -> Outline:
    """Return an outline: by id, or by the path of a file; that of the nation when none is named.

    Parameters
    ----------
    wanted : an id of ``data/documents/outlines.csv``, the path of a table, or empty; no word is ever a path
    nation : ISO 3166 code; a nation without one of its own has that of none
    parts : what a section can be made of

    Raises NotFoundError for an id that is not declared, InputError with every fault of a file.
    """
    if isinstance(wanted, Path):
        return _read(wanted, parts)
    rows = {row["id"]: row for row in _rows(_FOLDER / "outlines.csv")}
    if wanted and wanted not in rows:
        raise NotFoundError.named(text("publish.outline.named", "outline"), wanted, rows)
    of_nation = {row["nation"]: row for row in rows.values()}
    row = rows[wanted] if wanted else of_nation.get(nation, of_nation[""])
    sections = [each for each in _rows(_FOLDER / "outline_sections.csv") if each["outline"] == row["id"]]
    return Outline(row["name"], row["source"], row["note"], [_section(each) for each in sections])


def _read(path: Path, parts: Collection[str]) -> Outline:
    """Read an outline of one's own: a table of number, title, part, and domains between ``;``.

    Raises InputError with every fault, each with its cell.
    """
    rows = read_table(path, dict.fromkeys(_COLUMNS, pl.String()), needed=_NEEDED).to_dicts()
    faults = [
        Fault(
            "error",
            text("publish.outline.part", "{part!r} is nothing that a section is made of", part=row["part"]),
            text("publish.outline.part.remedy", "write one of {parts:list}, or nothing", parts=sorted(parts)),
            cell=text("publish.outline.row", "row {row}", row=at),
        )
        for at, row in enumerate(rows, 2)
        if row["part"] and row["part"] not in parts
    ]
    untitled = [at for at, row in enumerate(rows, 2) if not row["title"]]
    faults += [
        Fault(
            "error",
            text("publish.outline.title", "the section has no title"),
            text("publish.outline.title.remedy", "give it one"),
            cell=text("publish.outline.row", "row {row}", row=at),
        )
        for at in untitled
    ]
    if faults:
        raise InputError(
            text("publish.outline.faults", "the outline has faults"), place=path.name,
            remedy=text("publish.outline.faults.remedy", "correct each one named"), faults=faults,
        )  # fmt: skip
    note = text(
        "publish.outline.own", "An outline of the programme's own; what it follows is not known here."
    )
    return Outline(path.stem, path.name, note, [_section(row) for row in rows])


def _section(row: dict[str, Any]) -> OutlineSection:
    domains = tuple(filter(None, (row["domains"] or "").split(";")))
    return OutlineSection(row["number"] or "", row["title"], row["part"] or "", domains)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))

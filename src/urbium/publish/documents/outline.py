"""Outline: which sections a top-level design has, and what each is made of: a table, not code.

Outlines are tables of the programme's catalogue; one that is only tried is a file of the same columns.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import Fault, InputError, NotFoundError
from urbium.model.outlines import Outline, OutlineSection, SectionPart
from urbium.sources.door import read_table
from urbium.text import coded, text

Sections = Sequence[OutlineSection]
_COLUMNS: Final = ("number", "title", "part", "domains")
_NEEDED: Final = ("title", "part")


def outline_of(catalogue: Catalogue, wanted: str | Path, nation: str) -> tuple[Outline, Sections]:
    """Return an outline and its sections: by id, or by the path of a file; the nation's when none is named.

    Parameters
    ----------
    catalogue : of the programme
    wanted : an id of its outlines, the path of a table, or empty; no word is ever a path
    nation : ISO 3166 code; a nation without an outline has that of none, and of several the last

    Raises NotFoundError for an outline that is not declared, InputError with every fault of a file.
    """
    if isinstance(wanted, Path):
        return _read(wanted)
    of_nation = {row.nation: row.id for row in catalogue.outlines.values()}
    name = wanted or of_nation.get(nation) or of_nation.get("", "")
    if name not in catalogue.outlines:
        raise NotFoundError.named(text("outline"), name, catalogue.outlines)
    return catalogue.outlines[name], [one for one in catalogue.outline_sections if one.outline == name]


def _read(path: Path) -> tuple[Outline, Sections]:
    """Read an outline of one's own: a table of number, title, part, and domains between ``;``.

    Raises InputError with every fault, each with its cell.
    """
    parts = list(SectionPart)
    rows = read_table(path, dict.fromkeys(_COLUMNS, pl.String()), needed=_NEEDED).to_dicts()
    faults = [
        Fault(
            "error",
            coded("publish.outline.part", "{part!r} is not a valid part of a section", part=row["part"]),
            text("write one of {parts:list}, or nothing", parts=parts),
            cell=text("row {row}", row=at),
        )
        for at, row in enumerate(rows, 2)
        if row["part"] and row["part"] not in parts
    ]
    untitled = [at for at, row in enumerate(rows, 2) if not row["title"]]
    faults += [
        Fault(
            "error",
            coded("publish.outline.title", "the section has no title"),
            text("give it one"),
            cell=text("row {row}", row=at),
        )
        for at in untitled
    ]
    if faults:
        raise InputError(
            coded("publish.outline.faults", "the outline has faults"), place=path.name,
            remedy=text("correct each of those listed"), faults=faults,
        )  # fmt: skip
    note = text("The programme's own outline; the standard it follows is not stated here.")
    sections = [
        OutlineSection(
            path.stem, row["number"] or "", row["title"], SectionPart(row["part"]) if row["part"] else None,
            tuple(filter(None, (row["domains"] or "").split(";"))),
        )
        for row in rows
    ]  # fmt: skip
    return Outline(path.stem, "", path.stem, path.name, note), sections

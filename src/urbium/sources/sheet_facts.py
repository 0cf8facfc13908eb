"""Facts of a sheet: what its values do not show, and how far it reaches, read from the XML of its cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from urbium.errors import InputError
from urbium.sources.grid import column_letters, column_number
from urbium.sources.number_formats import Shown
from urbium.sources.size_limits import MAX_CELLS, MAX_COLUMNS, MAX_SHEET_ROWS
from urbium.text import text as sentence

__all__ = ["SheetFacts", "check_cells", "check_extent"]

_CELL = re.compile(rb"<(?:\w+:)?(c|row)\b([^<>]*)>(?=\s*(<(?:\w+:)?f\b)?)")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})?(\d{1,7})["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d{1,6})["']""")
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["'](?!n["'])""")
_IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_ERROR_TEXT = re.compile(rb"\s*(?:<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]{1,40})<")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\b[^<>]*\bref\s*=\s*["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")


@dataclass(slots=True)
class SheetFacts:
    """What the values of a sheet do not show: formulas, errors, merged ranges, formats, and its extent.

    ``styles`` says what the styles of the workbook show; ``shown`` which cells of numbers have such a style.
    """

    styles: Mapping[int, Shown] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    tags: int = 0
    _row: int = -1
    _column: int = -1

    @property
    def last_row(self) -> int:
        """The last row met, counted from 0, whether or not it holds a cell."""
        return self._row

    def scan(self, text: bytes) -> None:
        """Take in the next stretch of the part; it starts and ends between tags."""
        for match in _CELL.finditer(text):
            self.tags += 1
            kind, attributes, formula = match.groups()
            place = _REFERENCE.search(attributes)
            if kind == b"row":
                self._row = int(place[2]) - 1 if place else self._row + 1
                self._column = -1
                continue
            if place and place[1]:
                self._row, self._column = int(place[2]) - 1, column_number(place[1].decode())
            else:
                self._column += 1
            self.rows = max(self.rows, self._row + 1)
            self.columns = max(self.columns, self._column + 1)
            if self.styles:
                self._note_format(attributes)
            if formula:
                self.formulas.add((self._row, self._column))
            if _IS_ERROR.search(attributes):
                shown = _ERROR_TEXT.match(text, match.end())
                self.errors[self._row, self._column] = shown[1].decode(errors="replace") if shown else "error"
        for a, b, c, d in _MERGE.findall(text):
            self.merged.append((int(b) - 1, column_number(a.decode()), int(d) - 1, column_number(c.decode())))

    def _note_format(self, attributes: bytes) -> None:
        style = _STYLE.search(attributes)
        shown = self.styles.get(int(style[1])) if style else None
        if shown is not None and not _IS_TEXT.search(attributes):
            self.shown[self._row, self._column] = shown


def check_extent(path: Path, name: str, sheet: SheetFacts) -> None:
    """Refuse a sheet whose rectangle of cells is too large to be filled."""
    if sheet.columns > MAX_COLUMNS:
        raise InputError(
            sentence(
                "sources.package.too_many_columns",
                "the sheet of {name!r} reaches column {columns}: {reached:,} columns and at most "
                "{max_columns:,} are read",
                name=name,
                columns=column_letters(sheet.columns - 1),
                reached=sheet.columns,
                max_columns=MAX_COLUMNS,
            ),
            place=path.name,
            remedy=sentence(
                "sources.package.too_many_columns.remedy",
                "clear the stray cells, or write one row for each value (a long table)",
            ),
        )
    if sheet.tags > 2 * MAX_CELLS or sheet.last_row >= MAX_SHEET_ROWS:
        raise InputError(
            sentence(
                "sources.package.too_many_rows",
                "the sheet of {name!r} has more rows or cells than a spreadsheet can hold",
                name=name,
            ),
            place=path.name,
            remedy=sentence(
                "sources.package.too_many_rows.remedy",
                "clear the empty rows below the table, or send it as CSV",
            ),
        )
    if sheet.rows * sheet.columns > MAX_CELLS:
        raise InputError(
            sentence(
                "sources.package.too_many_cells",
                "the sheet of {name!r} spans {rows:,} rows x {columns:,} columns and at most "
                "{max_cells:,} cells are read",
                name=name,
                rows=sheet.rows,
                columns=sheet.columns,
                max_cells=MAX_CELLS,
            ),
            place=path.name,
            remedy=sentence(
                "sources.package.too_many_cells.remedy",
                "clear the stray cells below and beside the table, or send it as CSV",
            ),
        )


def check_cells(path: Path, sheets: list[SheetFacts]) -> None:
    """Refuse a file whose sheets are too large together: the reader fills the rectangle of each."""
    cells = sum(sheet.rows * sheet.columns for sheet in sheets)
    if cells > MAX_CELLS:
        raise InputError(
            sentence(
                "sources.package.too_many_cells_together",
                "the {number} sheets of the workbook span {cells:,} cells together and at most "
                "{max_cells:,} cells are read",
                number=len(sheets),
                cells=cells,
                max_cells=MAX_CELLS,
            ),
            place=path.name,
            remedy=sentence(
                "sources.package.too_many_cells_together.remedy",
                "clear the stray cells below and beside the tables, or split the workbook",
            ),
        )

"""Facts of a sheet: what its values do not show, and how far it reaches, read from the XML of its cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from urbium.errors import InputError
from urbium.sources.formats.grid import cell_name, column_letters, column_number
from urbium.sources.formats.number_formats import Shown
from urbium.sources.formats.shared_texts import SharedTexts, bytes_of_text
from urbium.sources.formats.size_limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_NOTED,
    MAX_SHEET_ROWS,
    MAX_WORKBOOK_TEXT_BYTES,
)
from urbium.text import coded
from urbium.text import text as sentence

_PREFIX = rb"(?:[^\s<>/:!?]+:)?"
_CELL = re.compile(
    rb"<" + _PREFIX + rb"(c|row|f)(?=[\s/>])([^<>]*)>(?:\s*<" + _PREFIX + rb"v(?:\s[^<>]*)?>([^<]*))?"
)
_WRITTEN_IN_ENTITIES = re.compile(rb"<" + _PREFIX + rb"v(?:\s[^<>]*)?>[^<]*&")
_IS_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_COLUMNS = re.compile(rb"<" + _PREFIX + rb"col(?=[\s/>])([^<>]*)>")
_SPAN = re.compile(rb"""\b(min|max)\s*=\s*["'](\d{1,5})["']""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})?(\d{1,7})["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d{1,6})["']""")
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["'](?!n["'])""")
_IS_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_IS_CACHED = re.compile(rb"""\bt\s*=\s*["']str["']""")
_IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_ERROR_TEXT = re.compile(rb"\s*(?:<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]{1,40})<")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\b[^<>]*\bref\s*=\s*["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")


@dataclass(slots=True)
class SheetFacts:
    """What the values of a sheet do not show: formulas, errors, merged ranges, formats, and its extent.

    ``styles`` says what the styles of the workbook show, ``shown`` which cells of numbers have such a style.
    ``texts`` are the shared texts of the workbook, ``text_bytes`` how much text the cells hold together, a
    shared text counted as often as it is named. ``is_hidden`` says that the sheet is, ``hidden_rows`` and
    ``hidden_columns`` which of these are. ``disorder`` is a cell that stands twice or out of order,
    ``hiding`` what a parser may read in another way than we do, with its cell.
    """

    styles: Mapping[int, Shown] = field(default_factory=dict)
    texts: SharedTexts = field(default_factory=SharedTexts)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    tags: int = 0
    text_bytes: int = 0
    disorder: tuple[int, int] | None = None
    hiding: bytes = b""
    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    _row: int = -1
    _column: int = -1
    _last: tuple[int, int] = (-1, -1)
    _is_begun: bool = False

    @property
    def last_row(self) -> int:
        """The last row met, counted from 0, whether or not it holds a cell."""
        return self._row

    @property
    def place(self) -> tuple[int, int]:
        """The last cell met, counted from 0."""
        return max(self._row, 0), max(self._column, 0)

    def scan(self, piece: bytes) -> None:
        """Take in the next stretch of the part; it starts and ends between tags."""
        self._note_hiding(piece)
        self.text_bytes += bytes_of_text(piece)
        for match in _CELL.finditer(piece):
            kind, attributes, value = match.groups()
            if kind == b"f":
                self.formulas.add((self._row, self._column))
                continue
            self.tags += 1
            place = _REFERENCE.search(attributes)
            if kind == b"row":
                self._row = int(place[2]) - 1 if place else self._row + 1
                self._column = -1
                if _IS_HIDDEN.search(attributes):
                    self.hidden_rows.add(self._row)
                continue
            if place and place[1]:
                self._row, self._column = int(place[2]) - 1, column_number(place[1].decode())
            else:
                self._column += 1
            here = (self._row, self._column)
            if here <= self._last and self.disorder is None:
                self.disorder = here
            self._last = here
            self.rows = max(self.rows, self._row + 1)
            self.columns = max(self.columns, self._column + 1)
            self._count_text(attributes, value)
            if self.styles:
                self._note_format(attributes)
            if _IS_ERROR.search(attributes):
                shown = _ERROR_TEXT.match(piece, piece.find(b">", match.start()) + 1)
                self.errors[here] = shown[1].decode(errors="replace") if shown else "error"
        self._note_layout(piece)

    def _note_layout(self, piece: bytes) -> None:
        """Note hidden columns and merged cells."""
        for columns in filter(_IS_HIDDEN.search, _COLUMNS.findall(piece)):
            span = {name: int(number) for name, number in _SPAN.findall(columns)}
            last = min(span.get(b"max", 0), MAX_COLUMNS)
            self.hidden_columns.update(range(span.get(b"min", 1) - 1, last))
        for a, b, c, d in _MERGE.findall(piece):
            self.merged.append((int(b) - 1, column_number(a.decode()), int(d) - 1, column_number(c.decode())))

    def _count_text(self, attributes: bytes, value: bytes | None) -> None:
        """Count a shared text where it is named; a plain number is no text."""
        if _IS_SHARED.search(attributes):
            number = value.strip() if value is not None else b""
            self.text_bytes += self.texts.length(number) - len(value or b"")
        elif value is not None and not _IS_CACHED.search(attributes):
            self.text_bytes -= len(value)

    def _note_hiding(self, piece: bytes) -> None:
        """Note what no spreadsheet program writes into a sheet, and what hides a cell's content from us."""
        start = piece.find(b"?>") + 2 if not self._is_begun and b"<?xml" in piece[:10] else 0
        self._is_begun = True
        for sign in (b"<!", b"<?"):
            if piece.find(sign, start) >= 0:
                self.hiding = self.hiding or sign
        for match in _WRITTEN_IN_ENTITIES.finditer(piece):
            cell = piece[piece.rfind(b"<c", 0, match.start()) : match.start()]
            if not _IS_CACHED.search(cell.partition(b">")[0]):
                self.hiding = self.hiding or b"&"

    def _note_format(self, attributes: bytes) -> None:
        style = _STYLE.search(attributes)
        shown = self.styles.get(int(style[1])) if style else None
        if shown is not None and not _IS_TEXT.search(attributes):
            self.shown[self._row, self._column] = shown


def check_extent(path: Path, name: str, sheet: SheetFacts) -> None:
    """Refuse a sheet whose rectangle of cells is too large, or whose cells can be read in two ways."""
    if sheet.hiding or sheet.disorder is not None:
        raise _ambiguous(path, name, sheet)
    if sheet.columns > MAX_COLUMNS:
        raise InputError(
            coded(
                "sources.package.too_many_columns",
                "the sheet in {name!r} reaches column {columns}: {reached:,} columns, but at most "
                "{max_columns:,} can be read",
                name=name,
                columns=column_letters(sheet.columns - 1),
                reached=sheet.columns,
                max_columns=MAX_COLUMNS,
            ),
            place=path.name,
            remedy=sentence("clear the stray cells, or write one row for each value (a long table)"),
        )
    if sheet.tags > 2 * MAX_CELLS or sheet.last_row >= MAX_SHEET_ROWS:
        raise InputError(
            coded(
                "sources.package.too_many_rows",
                "the sheet in {name!r} has more rows or cells than a spreadsheet can hold",
                name=name,
            ),
            place=path.name,
            remedy=sentence("clear the empty rows below the table, or submit it as CSV"),
        )
    noted = len(sheet.formulas) + len(sheet.errors) + len(sheet.merged) + len(sheet.shown)
    if noted > MAX_NOTED:
        raise InputError(
            coded(
                "sources.package.too_many_noted",
                "the sheet in {name!r} has over {most:,} cells that contain formulas or errors, are "
                "merged, or are shown as percentages or dates",
                name=name,
                most=MAX_NOTED,
            ),
            place=path.name,
            remedy=sentence("paste the cells as values, or submit the table as CSV"),
        )
    if sheet.rows * sheet.columns > MAX_CELLS:
        raise InputError(
            coded(
                "sources.package.too_many_cells",
                "the sheet in {name!r} spans {rows:,} rows x {columns:,} columns, but at most "
                "{max_cells:,} cells can be read",
                name=name,
                rows=sheet.rows,
                columns=sheet.columns,
                max_cells=MAX_CELLS,
            ),
            place=path.name,
            remedy=sentence("clear the stray cells below and next to the table, or submit it as CSV"),
        )


def _ambiguous(path: Path, name: str, sheet: SheetFacts) -> InputError:
    """Say why the cells of a sheet cannot be read in one way only."""
    if sheet.disorder is not None:
        message = coded(
            "sources.package.cell_twice",
            "in {name!r}, the cell {cell} appears twice or out of order",
            name=name,
            cell=cell_name(*sheet.disorder),
        )
    elif sheet.hiding == b"&":
        message = coded(
            "sources.package.entities",
            "in {name!r}, near cell {cell}, a number is written with character references",
            name=name,
            cell=cell_name(*sheet.place),
        )
    else:
        message = coded(
            "sources.package.hidden",
            "the sheet in {name!r} contains a comment, a CDATA section or an instruction, which no "
            "spreadsheet program writes and which can hide a formula",
            name=name,
        )
    remedy = sentence("open it in a spreadsheet program and save it as .xlsx")
    return InputError(message, place=path.name, remedy=remedy)


def check_text(path: Path, sheets: list[SheetFacts]) -> None:
    """Refuse a workbook whose cells hold too much text together: a shared text counts for every cell."""
    size = sum(sheet.text_bytes for sheet in sheets)
    if size > MAX_WORKBOOK_TEXT_BYTES:
        raise InputError(
            coded(
                "sources.package.too_much_text",
                "together, the cells of the workbook contain over {size:,.0f} MB of text, but at most "
                "{most:,.0f} MB can be read",
                size=size / 1e6,
                most=MAX_WORKBOOK_TEXT_BYTES / 1e6,
            ),
            place=path.name,
            remedy=sentence(
                "omit columns that contain long texts, or split the workbook by year or by variable"
            ),
        )


def check_cells(path: Path, sheets: list[SheetFacts]) -> None:
    """Refuse a file whose sheets are too large together: the reader fills the rectangle of each."""
    cells = sum(sheet.rows * sheet.columns for sheet in sheets)
    if cells > MAX_CELLS:
        raise InputError(
            coded(
                "sources.package.too_many_cells_together",
                "together, the {number} sheets of the workbook span {cells:,} cells, but at most "
                "{max_cells:,} cells can be read",
                number=len(sheets),
                cells=cells,
                max_cells=MAX_CELLS,
            ),
            place=path.name,
            remedy=sentence("clear the stray cells below and next to the tables, or split the workbook"),
        )

"""OpenDocument tables (.ods) as grids of cells: the content is read as a stream and counted on the way.

A cell or row can say that it stands a million times: repeats count as often as they say, and those without
content are not made. Nothing is computed: formulas, merged cells and percentages are noted beside the values.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from urbium.errors import InputError
from urbium.periods import Period
from urbium.sources.formats.cell_frames import ShownDate, grid_of
from urbium.sources.formats.grid import Grid
from urbium.sources.formats.package import check_directory, check_xml, inflate
from urbium.sources.formats.size_limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_NOTED,
    MAX_PACKED_BYTES,
    MAX_SHEETS,
    MAX_WORKBOOK_TEXT_BYTES,
)
from urbium.text import Text, coded, text

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NUMBERS = ("float", "currency", "percentage")
_SAVE = text("open it in a spreadsheet program and save it as .xlsx or .ods")
_DIGITS = 7
_Place = tuple[int, int]


def read_ods(path: Path) -> list[Grid]:
    """Return the tables of an .ods file, cells as they stand; raise InputError when it cannot be read."""
    if path.stat().st_size > MAX_PACKED_BYTES:
        raise InputError(
            coded(
                "sources.ods.too_large", "the file is larger than {most:,.0f} MB", most=MAX_PACKED_BYTES / 1e6
            ),
            place=path.name,
            remedy=text("split it, or submit the table as CSV"),
        )
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as package:
            entries = package.infolist()
            check_directory(path, entries, path.stat().st_size)
            parts = {entry.filename: entry for entry in entries}
            if "content.xml" not in parts:
                raise _refused(
                    path, coded("sources.ods.no_content", "the file contains no OpenDocument spreadsheet")
                )
            if any(name.startswith(("Basic/", "Scripts/")) for name in parts):
                raise _refused(path, coded("sources.package.macro", "the file contains a macro"))
            content = _Content(path)
            for piece in inflate(path, file, parts["content.xml"]):
                check_xml(path, "content.xml", piece)
                content.feed(piece)
            return content.closed()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        expat.ExpatError,
    ) as error:
        raise _refused(
            path,
            coded("sources.ods.damaged", "the file is damaged, cut short or encrypted: it cannot be read"),
        ) from error


def _refused(path: Path, message: Text) -> InputError:
    return InputError(message, place=path.name, remedy=_SAVE)


@dataclass(slots=True)
class _Sheet:
    """A table on its way: rows with content, and where they stand."""

    name: str
    rows: list[tuple[int, int, list[Any]]] = field(default_factory=list)
    row: int = 0
    width: int = 0
    formulas: set[_Place] = field(default_factory=set)
    percents: set[_Place] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    column: int = 0

    def grid(self) -> Grid:
        """Return the table with the empty rows between."""
        return grid_of(
            self.name,
            self._filled(),
            formulas=frozenset(self.formulas),
            merged=tuple(self.merged),
            percents=frozenset(self.percents),
            is_hidden=self.is_hidden,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
        )

    def _filled(self) -> Iterator[list[Any]]:
        following = 0
        for row, repeat, cells in self.rows:
            for _ in range(following, row):
                yield []
            for _ in range(repeat):
                yield list(cells)
            following = row + repeat


class _Content:
    """Reads ``content.xml`` piece by piece: tables, rows, cells, and the text in them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sheets: list[_Sheet] = []
        self.cells: list[Any] = []
        self.column = 0
        self.attributes: dict[str, str] = {}
        self.words: list[str] = []
        self.is_in_text = 0
        self.depth_of_cell = 0
        self.text_bytes = 0
        self.repeat_of_row = 1
        self.noted = 0
        self.style = ""
        self.hidden_styles: set[str] = set()
        self.is_hidden_row = False
        self.spots: list[tuple[int, int, dict[str, str]]] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def feed(self, piece: bytes) -> None:
        """Take in the next bytes."""
        self.parser.Parse(piece, False)

    def closed(self) -> list[Grid]:
        """Return the tables, once all is read."""
        self.parser.Parse(b"", True)
        if not self.sheets:
            raise _refused(self.path, coded("sources.ods.no_table", "the file contains no tables"))
        return [sheet.grid() for sheet in self.sheets]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE}table":
            is_hidden = attributes.get(f"{_TABLE}style-name") in self.hidden_styles
            self.sheets.append(_Sheet(attributes.get(f"{_TABLE}name", ""), is_hidden=is_hidden))
            if len(self.sheets) > MAX_SHEETS:
                raise _refused(
                    self.path,
                    coded("sources.ods.too_many_sheets", "the file has over {most} tables", most=MAX_SHEETS),
                )
        elif name == f"{_TABLE}table-row":
            self.cells, self.column, self.spots = [], 0, []
            self.repeat_of_row = _count(attributes.get(f"{_TABLE}number-rows-repeated"))
            self.is_hidden_row = _is_hidden(attributes)
        elif name in _CELLS:
            self.attributes, self.words = attributes, []
            self.depth_of_cell += 1
        elif name == f"{_TEXT}p" and self.depth_of_cell:
            if self.words:
                self.words.append("\n")
            self.is_in_text += 1
        elif self.is_in_text and name in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            self.words.append(" ")
        else:
            self._note_shown(name, attributes)

    def _note_shown(self, name: str, attributes: dict[str, str]) -> None:
        """Note which tables and columns are not shown."""
        if name == f"{_STYLE}style":
            self.style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties":
            if attributes.get(f"{_TABLE}display") == "false":
                self.hidden_styles.add(self.style)
        elif name == f"{_TABLE}table-column" and self.sheets:
            sheet = self.sheets[-1]
            following = sheet.column + _count(attributes.get(f"{_TABLE}number-columns-repeated"))
            if _is_hidden(attributes):
                sheet.hidden_columns.update(range(sheet.column, min(following, MAX_COLUMNS)))
            sheet.column = following

    def _characters(self, words: str) -> None:
        if self.is_in_text:
            self.words.append(words)

    def _end(self, name: str) -> None:
        if name == f"{_TEXT}p" and self.is_in_text:
            self.is_in_text -= 1
        elif name in _CELLS:
            self.depth_of_cell -= 1
            self._end_cell()
        elif name == f"{_TABLE}table-row" and self.sheets:
            self._end_row()

    def _end_cell(self) -> None:
        """Put the cell into its row as often as it says; empty ones only when one with content follows."""
        given = self.attributes
        repeat = _count(given.get(f"{_TABLE}number-columns-repeated"))
        shown = "".join(self.words)
        value = _value(given, shown)
        if value not in ("", None) or f"{_TABLE}formula" in given:
            self._check_width(self.column + repeat)
            self.cells += [""] * (self.column - len(self.cells))
            self.cells += [value] * repeat
            self.text_bytes += (
                len(shown.encode()) * repeat * self.repeat_of_row if isinstance(value, str) else 0
            )
            self._check_text()
            self.spots.append((self.column, repeat, given))
        elif _count(given.get(f"{_TABLE}number-columns-spanned")) > 1:
            self.spots.append((self.column, 1, given))
        self.column += repeat

    def _end_row(self) -> None:
        sheet = self.sheets[-1]
        if self.cells:
            sheet.width = max(sheet.width, len(self.cells))
            extent = sum(other.row * other.width for other in self.sheets[:-1])
            if extent + (sheet.row + self.repeat_of_row) * sheet.width > MAX_CELLS:
                raise _refused(
                    self.path,
                    coded(
                        "sources.ods.too_many_cells",
                        "the tables span more than {most:,} cells",
                        most=MAX_CELLS,
                    ),
                )
            sheet.rows.append((sheet.row, self.repeat_of_row, self.cells))
            if self.is_hidden_row:
                sheet.hidden_rows.update(range(sheet.row, sheet.row + self.repeat_of_row))
        for column, repeat, given in self.spots:
            self._note(sheet, column, repeat, given)
        sheet.row += self.repeat_of_row

    def _note(self, sheet: _Sheet, column: int, repeat: int, given: dict[str, str]) -> None:
        """Note what a cell's value does not show: a formula, a percentage, cells it is merged with."""
        rows = range(sheet.row, sheet.row + (self.repeat_of_row if self.cells else 1))
        if f"{_TABLE}formula" in given or given.get(f"{_OFFICE}value-type") == "percentage":
            self.noted += len(rows) * repeat
        if self.noted > MAX_NOTED:
            raise _refused(
                self.path,
                coded(
                    "sources.ods.too_many_noted",
                    "over {most:,} cells contain formulas or percentages",
                    most=MAX_NOTED,
                ),
            )
        places = [(row, column + i) for row in rows for i in range(repeat)]
        if f"{_TABLE}formula" in given:
            sheet.formulas.update(places)
        if given.get(f"{_OFFICE}value-type") == "percentage":
            sheet.percents.update(places)
        right = column + _count(given.get(f"{_TABLE}number-columns-spanned")) - 1
        bottom = sheet.row + _count(given.get(f"{_TABLE}number-rows-spanned")) - 1
        if (bottom, right) != (sheet.row, column):
            sheet.merged.append((sheet.row, column, bottom, right))

    def _check_width(self, width: int) -> None:
        if width > MAX_COLUMNS:
            raise _refused(
                self.path,
                coded("sources.ods.too_many_columns", "a row has over {most:,} columns", most=MAX_COLUMNS),
            )

    def _check_text(self) -> None:
        if self.text_bytes > MAX_WORKBOOK_TEXT_BYTES:
            raise _refused(
                self.path,
                coded(
                    "sources.ods.too_much_text",
                    "together, the cells contain over {most:,.0f} MB of text",
                    most=MAX_WORKBOOK_TEXT_BYTES / 1e6,
                ),
            )


def _is_hidden(given: dict[str, str]) -> bool:
    """Whether a row or column is not shown: hidden by a person, or by a filter."""
    return given.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _count(digits: str | None) -> int:
    """Return how often a row or cell stands; a number that is none counts as one."""
    if digits and digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS:
        return max(int(digits), 1)
    return 1


def _value(given: dict[str, str], shown: str) -> object:
    """Return what a cell holds: a number or a text; of a date what it shows, where that is its period."""
    kind = given.get(f"{_OFFICE}value-type", "")
    if kind in _NUMBERS:
        try:
            return float(given.get(f"{_OFFICE}value", ""))
        except ValueError:
            return shown
    if kind == "date":
        day = given.get(f"{_OFFICE}date-value", shown)
        try:
            return ShownDate(shown if Period.parse(shown).start.isoformat() == day[:10] else day[:10])
        except InputError:
            return ShownDate(day)
    if kind == "boolean":
        return given.get(f"{_OFFICE}boolean-value") == "true"
    return shown

"""Own tables: the catalogue of a programme as rows of text, from a folder, a workbook or the store.

The door is the one that figures come through (:func:`urbium.sources.read.open_grids`), with limits of its
own: a catalogue is small. Everything that is wrong is told at once, by file, row and column. A row whose
first cell begins with ``#`` is a comment.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from urbium.catalogue.tables.packaged import packaged_columns
from urbium.catalogue.tables.rows import is_name, is_named_by_language
from urbium.catalogue.tables.table_kinds import PLACEHOLDER, TABLES, TableKind, kind_of_file
from urbium.catalogue.tables.table_rows import Rows, TableRow, column_letters
from urbium.errors import Fault, InputError, NotFoundError, UrbiumError, counted, nearest, refuse
from urbium.text import Text, coded, text

MAX_BYTES: Final = 20_000_000
"""Bytes of one file; the largest packaged table has 0.1 million."""

MAX_FILES: Final = 500
"""Files of a folder; the packaged catalogue has 40."""

MAX_ROWS: Final = 5_000
"""Rows of a table; the longest packaged one has 352."""

MAX_CELL: Final = 20_000
"""Characters of a cell."""

MOST_FAULTS: Final = 50
"""Findings of one kind in one table that are listed singly."""

EMPTY: Final = "catalogue-empty"
"""The rule of a table without rows."""

_COMMENT: Final = "#"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]")
_IGNORED: Final = (".md", ".txt")
_ABOUT: Final = ("about", "readme")
_WIDEST: Final = 200

_UTF8 = coded("catalogue.file.utf8", "save it as CSV UTF-8")
_REMEDIES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "sources.csv.too_large": text("omit anything that is not a catalogue row"),
    }
)
"""What to do, where the door for figures would name a mapping file, which a catalogue does not have."""


@dataclass(frozen=True, slots=True)
class OwnTables:
    """The tables of a programme's own, by name, and where they were read."""

    tables: Rows
    place: str

    def digest(self) -> str:
        """Return the sha256 of the tables; empty where there is none."""
        content = self.content()
        if not content:
            return ""
        said = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    def content(self) -> dict[str, Any]:
        """Return the tables as plain mappings and lists, the same for the same rows."""
        return {
            name: {
                "columns": list(columns),
                "rows": [[row.cells.get(c, "") for c in columns] for row in rows],
            }
            for name, rows in self.tables.items()
            if rows
            for columns in [_columns(rows)]
        }


NO_TABLES: Final = OwnTables(MappingProxyType({}), "")
"""A catalogue without tables of one's own."""


def stored_tables(content: Mapping[str, Any], place: str) -> OwnTables:
    """Return the tables that :meth:`OwnTables.content` wrote."""
    tables = {
        name: tuple(
            TableRow(
                MappingProxyType(dict(zip(table["columns"], cells, strict=True))),
                TABLES[name].written,
                number,
                tuple(table["columns"]),
            )
            for number, cells in enumerate(table["rows"], start=2)
        )
        for name, table in content.items()
    }
    return OwnTables(MappingProxyType(tables), place)


def read_own(path: Path, *, encoding: str = "") -> OwnTables:
    """Return the tables of a folder laid out like ``urbium/data``, or of a workbook with a sheet for each.

    Parameters
    ----------
    path : the folder, or the workbook (.xlsx)
    encoding : of the CSV files; UTF-8, or what their first bytes mark, where none is given

    Raises
    ------
    NotFoundError : there is no such folder or file, or no table in it
    InputError : with every fault by file, row and column
    """
    if not path.exists():
        raise NotFoundError(
            coded("catalogue.path.missing", "there is no such folder or file"),
            place=str(path),
            remedy=text("name a folder of tables, or a workbook (.xlsx)"),
        )
    door = _Door(encoding)
    tables = door.folder(path) if path.is_dir() else door.workbook(path)
    refuse(
        door.faults,
        str(path),
        coded("catalogue.faults", "the catalogue has {faults}", faults=counted(door.faults)),
    )
    return OwnTables(MappingProxyType({name: tuple(rows) for name, rows in tables.items()}), str(path))


def read_table(path: Path, kind: TableKind, *, encoding: str = "") -> tuple[list[TableRow], list[Fault]]:
    """Return the rows of a table that stands alone, and what is wrong with the file."""
    door = _Door(encoding)
    rows = [row for grid in door.grids(path, path.name) for row in door.rows(grid, path.name, kind)]
    return rows, door.faults


class _Door:
    """Reads files as tables, and gathers what is wrong with them."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.faults: list[Fault] = []

    def fault(self, sheet: str, cell: str, message: str, remedy: str, rule: str = "catalogue-table") -> None:
        self.faults.append(Fault("error", message, remedy, rule, sheet=sheet, cell=cell))

    def folder(self, folder: Path) -> dict[str, list[TableRow]]:
        tables: dict[str, list[TableRow]] = {}
        files = list(self._files(folder))
        if not any(path.suffix.lower() == ".csv" for path in files):
            raise NotFoundError(
                coded("catalogue.folder.no_tables", "there are no catalogue tables in this folder"),
                place=str(folder),
                remedy=text(
                    "use a folder laid out like src/urbium/data, for example with indicators/own.csv"
                ),
            )
        for path in files:
            file = path.relative_to(folder).as_posix()
            kind = kind_of_file(file.lower())
            if kind is None:
                file_names = [kind.written for kind in TABLES.values()]
                self.fault(
                    file,
                    "",
                    coded(
                        "catalogue.file.unknown",
                        "this file is not a catalogue table and would not be read",
                    ),
                    nearest(file, file_names),
                )
                continue
            for grid in self.grids(path, file):
                tables.setdefault(kind.name, []).extend(self.rows(grid, file, kind))
        return tables

    def _files(self, folder: Path) -> Iterator[Path]:
        """Yield the files of a folder and of the folders in it, hidden ones and notes aside."""
        seen = (
            path
            for depth in ("*", "*/*")
            for path in folder.glob(depth)
            if not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        )
        entries = list(islice(seen, MAX_FILES + 1))
        if len(entries) > MAX_FILES:
            raise InputError(
                coded("catalogue.folder.too_many", "the folder has more than {most:,} files", most=MAX_FILES),
                place=str(folder),
                remedy=text("name a folder that contains only the tables"),
            )
        for path in sorted(entries):
            if path.is_dir() and path.parent != folder:
                self.fault(
                    path.relative_to(folder).as_posix(),
                    "",
                    coded("catalogue.folder.deep", "a subfolder at this level is not read"),
                    text("move its tables up one level, or remove them"),
                )
            if path.is_file() and path.suffix.lower() not in _IGNORED:
                yield path

    def workbook(self, path: Path) -> dict[str, list[TableRow]]:
        if path.suffix.lower() != ".xlsx":
            raise InputError(
                coded("catalogue.path.neither", "this is neither a folder nor a workbook"),
                place=str(path),
                remedy=text("name a folder of tables, or a workbook (.xlsx)"),
            )
        tables: dict[str, list[TableRow]] = {}
        for grid in self.grids(path, path.name):
            name = grid.sheet.strip().lower()
            if name in TABLES:
                tables.setdefault(name, []).extend(self.rows(grid, grid.sheet, TABLES[name]))
            elif name not in _ABOUT and not grid.is_empty:
                self.fault(
                    grid.sheet,
                    "",
                    coded(
                        "catalogue.sheet.unknown",
                        "no catalogue table has this name, so this sheet would not be read",
                    ),
                    nearest(name, TABLES),
                )
        if not tables and not self.faults:
            self.fault(
                path.name,
                "",
                coded("catalogue.workbook.no_tables", "no sheet of this workbook is a catalogue table"),
                text("name the sheets after the tables, such as norms or solutions"),
            )
        return tables

    def grids(self, path: Path, file: str) -> "list[Any]":
        """Return the sheets of a file; what refuses it as a whole is a fault of the file."""
        from urbium.sources.formats.csv_layout import CsvForm  # noqa: PLC0415 - as the next line
        from urbium.sources.read import open_grids  # noqa: PLC0415 - heavy; the packaged tables need it not

        size = path.stat().st_size
        if size > MAX_BYTES:
            self.fault(
                file,
                "",
                coded(
                    "catalogue.file.too_large",
                    "the file is {size:,.0f} MB, but at most {most:,.0f} MB can be read",
                    size=size / 1e6,
                    most=MAX_BYTES / 1e6,
                ),
                text("omit anything that is not a catalogue row"),
            )
            return []
        try:
            return open_grids(path, CsvForm(self.encoding, has_option=True))
        except UrbiumError as error:
            code = error.message.code if isinstance(error.message, Text) else ""
            wrong = error.faults or (Fault("error", error.message, _REMEDIES.get(code, error.remedy)),)
            for fault in wrong:
                self.fault(
                    file, fault.cell, fault.message, fault.remedy or _UTF8, fault.rule or "catalogue-file"
                )
        except (UnicodeError, OSError) as error:
            self.fault(
                file,
                "",
                coded("catalogue.file.unreadable", "the file cannot be read: {error}", error=str(error)),
                _UTF8,
            )
        return []

    def rows(self, grid: Any, file: str, kind: TableKind) -> list[TableRow]:  # noqa: ANN401 - a sources.Grid, loaded late
        """Return the rows of a sheet; cells that cannot be taken as they stand are faults."""
        self._marked(grid, file)
        used = [row for row in range(grid.frame.height) if not _is_aside(grid.row(row))]
        if not used[1:]:
            message = (
                coded("catalogue.table.no_rows", "the table has a header but no rows")
                if used
                else coded("catalogue.table.empty", "the table is empty")
            )
            self.fault(file, "", message, _WITHOUT, EMPTY)
            return []
        first = used[0]
        columns = self._header(grid.row(first), first + 1, file, kind)
        if columns is None:
            return []
        rows: list[TableRow] = []
        for place in used[1:]:
            cells = grid.row(place)
            if len(rows) == MAX_ROWS:
                self.fault(
                    file,
                    f"A{place + 1}",
                    coded("catalogue.table.too_long", "the table has more than {most:,} rows", most=MAX_ROWS),
                    text("omit anything that is not a catalogue row"),
                )
                break
            said = dict(zip(columns, cells, strict=False))
            row = TableRow(
                MappingProxyType({column: cell for column, cell in said.items() if column}),
                file,
                place + 1,
                columns,
            )
            self._check_cells(row)
            rows.append(row)
        return rows

    def _marked(self, grid: Any, file: str) -> None:  # noqa: ANN401 - a sources.Grid, loaded late
        """Refuse cells whose meaning is not what they hold: formulas, errors, percentages."""
        marks: list[tuple[tuple[int, int], Text, Text]] = [
            *(
                (cell, coded("catalogue.cell.formula", "the cell contains a formula"),
                 text("enter the displayed value instead of the formula"))
                for cell in grid.formulas
            ),
            *(
                (cell, coded("catalogue.cell.error", "the cell contains the error {value}", value=value),
                 text("write the intended value"))
                for cell, value in grid.errors.items()
            ),
            *(
                (cell, coded("catalogue.cell.percent", "the cell shows a percentage but contains a share"),
                 text("format it as a plain number, in its column's unit"))
                for cell in grid.percents
            ),
        ]  # fmt: skip
        for (row, column), message, remedy in sorted(marks, key=lambda mark: mark[0])[:MOST_FAULTS]:
            self.fault(file, f"{column_letters(column)}{row + 1}", message, remedy, "catalogue-cell")

    def _header(
        self, headings: Sequence[str], number: int, file: str, kind: TableKind
    ) -> tuple[str, ...] | None:
        """Return the columns of a table, empty where one is left out; None when they cannot be used."""
        columns = tuple(heading.strip().casefold() for heading in headings)
        while columns and not columns[-1]:
            columns = columns[:-1]
        declared_columns, before = _known(kind), len(self.faults)
        if len(columns) > _WIDEST:
            self.fault(
                file,
                f"A{number}",
                coded("catalogue.table.too_wide", "the table has {count:,} columns", count=len(columns)),
                text("use only the columns that this table can have"),
            )
            return None
        for place, column in enumerate(columns):
            cell = f"{column_letters(place)}{number}"
            if not column:
                self.fault(
                    file, cell, coded("catalogue.heading.none", "the column has no heading"),
                    text("name the column, or remove it"),
                    "catalogue-heading",
                )  # fmt: skip
            elif column in columns[:place]:
                self.fault(
                    file, cell,
                    coded("catalogue.heading.repeated", "the heading {name!r} appears twice", name=column),
                    text("keep one of the columns"),
                    "catalogue-heading",
                )  # fmt: skip
            elif not (
                kind.more_columns
                or column in declared_columns
                or (kind.shape is not None and kind.shape.has_names and is_name(column))
            ):
                self.fault(
                    file, cell,
                    coded("catalogue.heading.unknown", "{table} has no column {name!r}", table=kind.name,
                         name=column),
                    nearest(column, declared_columns), "catalogue-heading",
                )  # fmt: skip
        for group in _needed(kind):
            is_named = is_named_by_language(group) and any(is_name(column) for column in columns)
            if not is_named and not set(group) & set(columns):
                self.fault(
                    file, f"A{number}",
                    coded("catalogue.row.no_column", "the column {args} is missing", args=group[0]),
                    text("add it to the header row"), "catalogue-heading",
                )  # fmt: skip
        return columns if len(self.faults) == before else None

    def _check_cells(self, row: TableRow) -> None:
        for column, said in row.cells.items():
            if len(said) > MAX_CELL:
                self.fault(
                    row.file, row.cell(column),
                    coded("catalogue.cell.too_long", "{column}: the text has {count:,} characters",
                         column=column, count=len(said)),
                    text("shorten it to {most:,}", most=MAX_CELL),
                    "catalogue-cell",
                )  # fmt: skip
            elif PLACEHOLDER in said:
                self.fault(
                    row.file, row.cell(column),
                    coded("catalogue.cell.placeholder", "{column}: this is still the text of the "
                                                        "starter catalogue",
                         column=column),
                    text("replace it with what the text asks for: {value}", value=said),
                    "catalogue-cell",
                )  # fmt: skip
            elif _CONTROL.search(said):
                self.fault(
                    row.file, row.cell(column),
                    coded("catalogue.cell.control", "{column}: there is an invisible character in {value!a}",
                         column=column, value=said[:60]),
                    text("type the contents of the cell again"), "catalogue-cell",
                )  # fmt: skip


_WITHOUT = coded("catalogue.table.leave_out", "add a row, or omit the table")


def _is_aside(cells: Sequence[str]) -> bool:
    """Return whether a row is blank or a comment."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return not first or first.startswith(_COMMENT)


def _needed(kind: TableKind) -> list[tuple[str, ...]]:
    columns = list(kind.shape.needed) if kind.shape else []
    return list(dict.fromkeys([*columns, *((column,) for column in kind.key)]))


def _known(kind: TableKind) -> set[str]:
    return packaged_columns(kind.name) | {*kind.key} | (kind.shape.known if kind.shape else set())


def _columns(rows: Sequence[TableRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for row in rows for column in row.columns if column))

"""The gate of Excel files: looks into the zip package before any parser does.

An .xlsx file is a zip of XML parts. Sizes are counted while inflating (the directory can lie), document
type declarations are refused (entities can grow without end), and the extent of every sheet is measured
from its cells (a parser fills the rectangle up to the last one). On the way it notes what the values alone
do not show: formulas, spreadsheet errors, merged cells.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET

from urbium.errors import InputError
from urbium.sources.grid import column_letters, column_number
from urbium.sources.number_formats import Shown, styles_shown
from urbium.sources.size_limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PACKED_BYTES,
    MAX_PART_BYTES,
    MAX_PARTS,
    MAX_RATIO,
    MAX_SHEET_ROWS,
    MAX_SHEETS,
    MAX_STRINGS_BYTES,
    MAX_TAG_BYTES,
    MAX_UNPACKED_BYTES,
)
from urbium.text import text as sentence

__all__ = ["SheetFacts", "inspect_package"]

_CHUNK = 1 << 20
_SMALL = 1_000_000
_LOCAL_HEADER = 30
_REACH = 100_000
_STARTS = (b"<c ", b"<c>", b":c ", b":c>", b"<row", b":row", b"<mergeCell ")
_CONTENT = "[Content_Types].xml"
_WORKBOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_NAMING = (_CONTENT, _WORKBOOK, _LINKS)
_LONGEST_STYLES = 16_000_000
_WITHOUT_CELLS = ("chartsheet", "dialogsheet")
_SAVE_AGAIN = sentence("sources.package.save_again", "open it in a spreadsheet program and save it as .xlsx")
_CELL = re.compile(rb"<(?:\w+:)?(c|row)\b([^<>]*)>(?=\s*(<(?:\w+:)?f\b)?)")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})?(\d{1,7})["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d{1,6})["']""")
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["'](?!n["'])""")
_IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_ERROR_TEXT = re.compile(rb"\s*(?:<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]{1,40})<")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\b[^<>]*\bref\s*=\s*["']([A-Z]+)(\d+):([A-Z]+)(\d+)["']""")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


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


def inspect_package(path: Path) -> dict[str, SheetFacts]:
    """Return the facts of every worksheet by its name; raise InputError for a package not to be opened."""
    size = path.stat().st_size
    if size > MAX_PACKED_BYTES:
        raise InputError(
            sentence(
                "sources.package.too_large",
                "the file has {size:,.0f} MB and at most {max_packed_bytes:,.0f} are read",
                size=size / 1000000.0,
                max_packed_bytes=MAX_PACKED_BYTES / 1000000.0,
            ),
            place=path.name,
            remedy=sentence("sources.package.too_large.remedy", "split it, or send the table as CSV"),
        )
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as package:
            entries = package.infolist()
            _check_directory(path, entries, size)
            return _read_parts(path, file, {entry.filename: entry for entry in entries})
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise InputError(
            sentence(
                "sources.package.damaged",
                "the file is damaged or cut short: its zip package cannot be read",
            ),
            place=path.name,
            remedy=sentence(
                "sources.package.damaged.remedy",
                "send it again; if that fails {save_again}",
                save_again=_SAVE_AGAIN,
            ),
        ) from error


def _check_directory(path: Path, entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse by what the zip directory itself says: number, sizes, ratio, macros, encryption."""
    names = [entry.filename for entry in entries]
    lowered = {name.lower() for name in names}
    grown = next(
        (e for e in entries if e.file_size > _SMALL and e.file_size > MAX_RATIO * max(e.compress_size, 1)),
        None,
    )
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_PARTS:
        problem = (
            sentence(
                "sources.package.too_many_parts",
                "the package has {count:,} parts and at most {most:,} are read",
                count=len(entries),
                most=MAX_PARTS,
            ),
            _SAVE_AGAIN,
        )
    elif len(lowered) < len(names):
        problem = (
            sentence("sources.package.same_name", "the package holds two parts of the same name"),
            _SAVE_AGAIN,
        )
    elif any(name.endswith("vbaproject.bin") for name in lowered):
        problem = (
            sentence("sources.package.macro", "the file holds a macro"),
            sentence("sources.package.macro.remedy", "save it as .xlsx, which leaves macros out"),
        )
    elif any(entry.flag_bits & 0x1 for entry in entries):
        problem = (
            sentence("sources.package.encrypted", "the package is encrypted"),
            sentence("sources.package.encrypted.remedy", "remove the password and save it as .xlsx"),
        )
    elif grown is not None:
        fold = grown.file_size / max(grown.compress_size, 1)
        problem = (
            sentence(
                "sources.package.part_grows",
                "the part {name!r} grows {fold:,.0f}-fold to {size:,.0f} MB when unpacked (a zip bomb)",
                name=grown.filename,
                fold=fold,
                size=grown.file_size / 1e6,
            ),
            sentence("sources.package.part_grows.remedy", "send the table as CSV"),
        )
    elif total > MAX_UNPACKED_BYTES:
        problem = (
            sentence(
                "sources.package.unpacks_to",
                "the package unpacks to {total:,.0f} MB and at most {most:,.0f} are read",
                total=total / 1e6,
                most=MAX_UNPACKED_BYTES / 1e6,
            ),
            sentence("sources.package.unpacks_to.remedy", "send it as CSV"),
        )
    elif sum(entry.compress_size for entry in entries) > size:
        problem = (
            sentence("sources.package.overlap", "the parts of the package overlap (a zip bomb)"),
            _SAVE_AGAIN,
        )
    elif "[content_types].xml" not in lowered or _WORKBOOK not in lowered:
        kind = (
            sentence("sources.package.open_document", "an OpenDocument table")
            if "mimetype" in lowered
            else sentence("sources.package.no_workbook", "a zip package without a workbook")
        )
        problem = (
            sentence("sources.package.other_kind", "the file is {kind}, not an Excel workbook", kind=kind),
            _SAVE_AGAIN,
        )
    else:
        return
    raise InputError(problem[0], place=path.name, remedy=problem[1])


def _read_parts(path: Path, file: BinaryIO, entries: dict[str, zipfile.ZipInfo]) -> dict[str, SheetFacts]:
    """Inflate every part under the caps, refuse document types, and scan what the workbook calls sheets."""
    total = 0

    def pieces(name: str, *, is_xml: bool) -> Iterator[bytes]:
        nonlocal total
        for piece in _whole_tags(path, name, _inflate(path, file, entries[name]), is_xml=is_xml):
            total += len(piece)
            _check_total(path, total)
            if is_xml:
                _check_xml(path, name, piece)
            yield piece

    kept = {name: _whole(path, name, pieces(name, is_xml=True)) for name in _NAMING if name in entries}
    if b"macroenabled" in kept.get(_CONTENT, b"").lower():
        raise InputError(
            sentence("sources.package.macros", "the file is a workbook with macros"),
            place=path.name,
            remedy=sentence("sources.package.macros.remedy", "save it as .xlsx, which leaves macros out"),
        )
    named = _name_sheets(path, kept, entries)
    styles = _styles(path, kept, entries, pieces)
    facts = {part: SheetFacts(styles) for part in named.values()}
    for name in (name for name in entries if name not in kept):
        sheet = facts.get(name)
        is_xml = sheet is not None or name.lower().endswith((".xml", ".rels"))
        for piece in pieces(name, is_xml=is_xml):
            if sheet is not None:
                sheet.scan(piece)
                _check_extent(path, name, sheet)
        _check_cells(path, [facts[part] for part in named.values()])
    return {sheet: facts[part] for sheet, part in named.items()}


def _styles(
    path: Path, kept: dict[str, bytes], parts: Collection[str], pieces: Callable[..., Iterator[bytes]]
) -> Mapping[int, Shown]:
    """Return what the styles of cells show, from the part that a relationship names; it is then kept."""
    links = ET.fromstring(kept.get(_LINKS, b"<none/>"))  # noqa: S314 - document types were refused above
    targets = [link.get("Target", "") for link in links if link.get("Type", "").endswith("/styles")]
    names = [target.lstrip("/") if target.startswith("/") else f"xl/{target}" for target in targets]
    name = next((name for name in names if name in parts and name not in kept), None)
    if name is None:
        return {}
    kept[name] = _whole(path, name, pieces(name, is_xml=True), longest=_LONGEST_STYLES)
    try:
        return styles_shown(kept[name])
    except ET.ParseError as error:
        raise InputError(
            sentence("sources.package.malformed_part", "the part {name!r} is not well formed", name=name),
            place=path.name,
            remedy=_SAVE_AGAIN,
        ) from error


def _whole(path: Path, name: str, pieces: Iterator[bytes], *, longest: int = _SMALL) -> bytes:
    """Return a part as a whole; refuse one that is longer than it may be."""
    kept = b""
    for piece in pieces:
        kept += piece
        if len(kept) > longest:
            raise InputError(
                sentence("sources.package.part_too_long", "the part {name!r} is too long", name=name),
                place=path.name,
                remedy=_SAVE_AGAIN,
            )
    return kept


def _inflate(path: Path, file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the inflated bytes of a part, never more than the caps, whatever the directory declares."""
    limit = MAX_STRINGS_BYTES if entry.filename.lower().endswith("sharedstrings.xml") else MAX_PART_BYTES
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(entry.filename)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left, given = entry.compress_size, 0
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(entry.filename)
    inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left:
        packed = file.read(min(left, _CHUNK))
        if not packed:
            raise EOFError(entry.filename)
        left -= len(packed)
        while packed:
            piece = inflater.decompress(packed, _CHUNK) if inflater else packed
            packed = inflater.unconsumed_tail if inflater else b""
            given += len(piece)
            if given > limit or (given > _SMALL and given > MAX_RATIO * max(entry.compress_size, 1)):
                raise InputError(
                    sentence(
                        "sources.package.bomb_part",
                        "the part {filename!r} unpacks to over {given:,.0f} MB (a zip bomb)",
                        filename=entry.filename,
                        given=given / 1000000.0,
                    ),
                    place=path.name,
                    remedy=sentence("sources.package.bomb_part.remedy", "send the table as CSV"),
                )
            if piece:
                yield piece
    if inflater is not None and not inflater.eof:
        raise EOFError(entry.filename)


def _whole_tags(path: Path, name: str, pieces: Iterator[bytes], *, is_xml: bool) -> Iterator[bytes]:
    """Cut the stream before a cell so that no cell is split; other parts pass through as they are."""
    if not is_xml:
        yield from pieces
        return
    rest = b""
    for piece in pieces:
        text = rest + piece
        start = max(len(text) - _REACH, 0)
        cut = text.rfind(b"<", 0, max(text.rfind(mark, start) for mark in _STARTS) + 1)
        cut = cut if cut > 0 else text.rfind(b"<")
        if cut > 0:
            yield text[:cut]
            rest = text[cut:]
        else:
            rest = text
        if len(rest) > MAX_TAG_BYTES:
            raise InputError(
                sentence("sources.package.malformed_part", "the part {name!r} is not well formed", name=name),
                place=path.name,
                remedy=_SAVE_AGAIN,
            )
    if rest:
        yield rest


def _check_total(path: Path, total: int) -> None:
    if total > MAX_UNPACKED_BYTES:
        raise InputError(
            sentence(
                "sources.package.bomb",
                "the package unpacks to more than {max_unpacked_bytes:,.0f} MB (a zip bomb)",
                max_unpacked_bytes=MAX_UNPACKED_BYTES / 1000000.0,
            ),
            place=path.name,
            remedy=sentence("sources.package.too_large.remedy", "split it, or send the table as CSV"),
        )


def _check_xml(path: Path, name: str, piece: bytes) -> None:
    """Refuse document types, entities and any encoding in which they could hide."""
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise InputError(
            sentence(
                "sources.package.document_type",
                "the part {name!r} declares a document type or entities, which no spreadsheet program writes",
                name=name,
            ),
            place=path.name,
            remedy=_SAVE_AGAIN,
        )
    declared = _DECLARED.match(piece.removeprefix(b"\xef\xbb\xbf")[:200])
    if b"\0" in piece or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"utf8")):
        raise InputError(
            sentence("sources.package.not_utf8", "the part {name!r} is not written in UTF-8", name=name),
            place=path.name,
            remedy=_SAVE_AGAIN,
        )


def _check_extent(path: Path, name: str, sheet: SheetFacts) -> None:
    """Refuse a sheet whose rectangle of cells is too large to be filled."""
    if sheet.columns > MAX_COLUMNS:
        raise InputError(
            sentence(
                "sources.package.too_many_columns",
                "the sheet of {name!r} reaches column {columns}: {columns2:,} columns and at most "
                "{max_columns:,} are read",
                name=name,
                columns=column_letters(sheet.columns - 1),
                columns2=sheet.columns,
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


def _check_cells(path: Path, sheets: list[SheetFacts]) -> None:
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


def _name_sheets(path: Path, kept: dict[str, bytes], parts: Collection[str]) -> dict[str, str]:
    """Return the part of every worksheet by the sheet's name, as the workbook's relationships have it.

    Sheets without cells (charts, dialogs) are left out; a sheet whose part is missing refuses the file.
    """
    try:
        workbook = ET.fromstring(kept[_WORKBOOK])  # noqa: S314 - document types were refused above
        links = ET.fromstring(kept.get(_LINKS, b"<none/>"))  # noqa: S314 - as above
    except ET.ParseError as error:
        raise InputError(
            sentence("sources.package.malformed_workbook", "the workbook part is not well formed"),
            place=path.name,
            remedy=_SAVE_AGAIN,
        ) from error
    targets = {link.get("Id", ""): (link.get("Type", ""), link.get("Target", "")) for link in links}
    sheets = [*workbook.iter(f"{_MAIN}sheet"), *workbook.iter(f"{_STRICT}sheet")]
    if len(sheets) > MAX_SHEETS:
        raise InputError(
            sentence(
                "sources.package.too_many_sheets",
                "the workbook has {number:,} sheets and at most {max_sheets} are read",
                number=len(sheets),
                max_sheets=MAX_SHEETS,
            ),
            place=path.name,
            remedy=sentence("sources.package.too_many_sheets.remedy", "split it"),
        )
    named: dict[str, str] = {}
    for sheet in sheets:
        name = sheet.get("name", "")
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        kind, target = targets.get(link, ("", ""))
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if kind.endswith(_WITHOUT_CELLS):
            continue
        if not kind.endswith("/worksheet") or part not in parts or name in named:
            raise InputError(
                sentence(
                    "sources.package.sheet_without_part",
                    "what the workbook calls the sheet {name!r} is not one worksheet of its own",
                    name=name,
                ),
                place=path.name,
                remedy=_SAVE_AGAIN,
            )
        named[name] = part
    if not named:
        raise InputError(
            sentence("sources.package.no_worksheet", "the workbook has no worksheet"),
            place=path.name,
            remedy=_SAVE_AGAIN,
        )
    return named

"""The gate of Excel files: looks into the zip package before any parser does.

An .xlsx file is a zip of XML parts. Sizes are counted while inflating (the directory can lie), document
type declarations are refused (entities can grow without end), and the extent of every sheet is measured
from its cells (a parser fills the rectangle up to the last one), as is what its texts take. On the way it
notes what the values alone do not show: formulas, spreadsheet errors, merged cells.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET

from urbium.errors import InputError
from urbium.sources.formats.number_formats import Shown, styles_shown
from urbium.sources.formats.shared_texts import SharedTexts
from urbium.sources.formats.sheet_facts import SheetFacts, check_cells, check_extent, check_text
from urbium.sources.formats.size_limits import (
    MAX_PACKED_BYTES,
    MAX_PART_BYTES,
    MAX_PARTS,
    MAX_RATIO,
    MAX_SHEETS,
    MAX_STRINGS_BYTES,
    MAX_TAG_BYTES,
    MAX_UNPACKED_BYTES,
)
from urbium.text import coded
from urbium.text import text as sentence

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
_SAVE_AGAIN = coded("sources.package.save_again", "open it in a spreadsheet program and save it as .xlsx")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


def inspect_package(path: Path) -> dict[str, SheetFacts]:
    """Return the facts of every worksheet by its name; raise InputError for a package not to be opened."""
    size = path.stat().st_size
    if size > MAX_PACKED_BYTES:
        raise InputError(
            coded(
                "sources.package.too_large",
                "the file is {size:,.0f} MB, but at most {max_packed_bytes:,.0f} MB can be read",
                size=size / 1000000.0,
                max_packed_bytes=MAX_PACKED_BYTES / 1000000.0,
            ),
            place=path.name,
            remedy=sentence("split it, or submit the table as CSV"),
        )
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as package:
            entries = package.infolist()
            check_directory(path, entries, size)
            _check_is_workbook(path, entries)
            return _read_parts(path, file, {entry.filename: entry for entry in entries})
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise InputError(
            coded(
                "sources.package.damaged", "the file is damaged or cut short: its zip package cannot be read"
            ),
            place=path.name,
            remedy=sentence(
                "submit it again; if that fails, open it in a spreadsheet program and save it as .xlsx"
            ),
        ) from error


def check_directory(path: Path, entries: list[zipfile.ZipInfo], size: int) -> None:
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
            coded(
                "sources.package.too_many_parts",
                "the file has {count:,} inner parts, but at most {most:,} can be read",
                count=len(entries),
                most=MAX_PARTS,
            ),
            _SAVE_AGAIN,
        )
    elif len(lowered) < len(names):
        problem = (
            coded("sources.package.same_name", "the file is damaged: two of its parts have the same name"),
            _SAVE_AGAIN,
        )
    elif any(name.endswith("vbaproject.bin") for name in lowered):
        problem = (
            coded("sources.package.macro", "the file contains a macro"),
            sentence("save it as .xlsx, which removes the macros"),
        )
    elif any(entry.flag_bits & 0x1 for entry in entries):
        problem = (
            coded("sources.package.encrypted", "the file is protected by a password"),
            sentence("remove the password and save it as .xlsx"),
        )
    elif grown is not None:
        fold = grown.file_size / max(grown.compress_size, 1)
        problem = (
            coded(
                "sources.package.part_grows",
                "the part {name!r} grows {fold:,.0f}-fold to {size:,.0f} MB when unpacked, as do files "
                "made to overload a server",
                name=grown.filename,
                fold=fold,
                size=grown.file_size / 1e6,
            ),
            sentence("submit the table as CSV"),
        )
    elif total > MAX_UNPACKED_BYTES:
        problem = (
            coded(
                "sources.package.unpacks_to",
                "the file grows to {total:,.0f} MB when unpacked, but at most {most:,.0f} MB can be read",
                total=total / 1e6,
                most=MAX_UNPACKED_BYTES / 1e6,
            ),
            sentence("submit it as CSV"),
        )
    elif sum(entry.compress_size for entry in entries) > size:
        problem = (
            coded(
                "sources.package.overlap",
                "the parts of the package overlap, as in files made to overload a server",
            ),
            _SAVE_AGAIN,
        )
    else:
        return
    raise InputError(problem[0], place=path.name, remedy=problem[1])


def _check_is_workbook(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a package that is not one of an Excel workbook."""
    lowered = {entry.filename.lower() for entry in entries}
    if "[content_types].xml" in lowered and _WORKBOOK in lowered:
        return
    kind = (
        sentence("an OpenDocument table")
        if "mimetype" in lowered
        else sentence("a zip package without a workbook")
    )
    raise InputError(
        coded("sources.package.other_kind", "the file is {kind}, not an Excel workbook", kind=kind),
        place=path.name,
        remedy=_SAVE_AGAIN,
    )


def _read_parts(path: Path, file: BinaryIO, entries: dict[str, zipfile.ZipInfo]) -> dict[str, SheetFacts]:
    """Inflate every part under the caps, refuse document types, and scan what the workbook calls sheets."""
    total = 0

    def pieces(name: str, *, is_xml: bool) -> Iterator[bytes]:
        nonlocal total
        for piece in _whole_tags(path, name, inflate(path, file, entries[name]), is_xml=is_xml):
            total += len(piece)
            _check_total(path, total)
            if is_xml:
                check_xml(path, name, piece)
            yield piece

    kept = {name: _whole(path, name, pieces(name, is_xml=True)) for name in _NAMING if name in entries}
    if b"macroenabled" in kept.get(_CONTENT, b"").lower():
        raise InputError(
            coded("sources.package.macros", "the file is a workbook with macros"),
            place=path.name,
            remedy=sentence("save it as .xlsx, which removes the macros"),
        )
    named = _name_sheets(path, kept, entries)
    styles = _styles(path, kept, entries, pieces)
    shared = [name for name in entries if name not in kept and _is_shared(name)]
    texts = _shared_texts(path, shared, pieces)
    facts = {part: SheetFacts(styles, texts, is_hidden=is_hidden) for part, is_hidden in named.values()}
    for name in (name for name in entries if name not in kept and name not in shared):
        sheet = facts.get(name)
        is_xml = sheet is not None or name.lower().endswith((".xml", ".rels"))
        for piece in pieces(name, is_xml=is_xml):
            if sheet is not None:
                sheet.scan(piece)
                check_extent(path, name, sheet)
                check_text(path, list(facts.values()))
        check_cells(path, list(facts.values()))
    return {sheet: facts[part] for sheet, (part, _) in named.items()}


def _shared_texts(path: Path, parts: list[str], pieces: Callable[..., Iterator[bytes]]) -> SharedTexts:
    """Return how long the shared texts are; refuse parts in which a parser may see other texts than we do."""
    texts = SharedTexts()
    for name in parts:
        for piece in pieces(name, is_xml=True):
            texts.scan(piece)
    if texts.is_hiding:
        raise InputError(
            coded(
                "sources.package.hidden_text",
                "the shared strings contain a comment, a CDATA section or an instruction, which no "
                "spreadsheet program writes",
            ),
            place=path.name,
            remedy=_SAVE_AGAIN,
        )
    return texts


def _is_shared(name: str) -> bool:
    return name.lower().endswith("sharedstrings.xml")


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
            coded("sources.package.malformed_part", "the part {name!r} is not well formed", name=name),
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
                coded("sources.package.part_too_long", "the part {name!r} is too long", name=name),
                place=path.name,
                remedy=_SAVE_AGAIN,
            )
    return kept


def inflate(path: Path, file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the inflated bytes of a part, never more than the caps, whatever the directory declares."""
    limit = MAX_STRINGS_BYTES if _is_shared(entry.filename) else MAX_PART_BYTES
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
                    coded(
                        "sources.package.bomb_part",
                        "the part {filename!r} unpacks to over {given:,.0f} MB, "
                        "as files made to overload a server do",
                        filename=entry.filename,
                        given=given / 1000000.0,
                    ),
                    place=path.name,
                    remedy=sentence("submit the table as CSV"),
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
                coded("sources.package.malformed_part", "the part {name!r} is not well formed", name=name),
                place=path.name,
                remedy=_SAVE_AGAIN,
            )
    if rest:
        yield rest


def _check_total(path: Path, total: int) -> None:
    if total > MAX_UNPACKED_BYTES:
        raise InputError(
            coded(
                "sources.package.bomb",
                "the package unpacks to more than {max_unpacked_bytes:,.0f} MB, the most that can be read",
                max_unpacked_bytes=MAX_UNPACKED_BYTES / 1000000.0,
            ),
            place=path.name,
            remedy=sentence("split it, or submit the table as CSV"),
        )


def check_xml(path: Path, name: str, piece: bytes) -> None:
    """Refuse document types, entities and any encoding in which they could hide."""
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise InputError(
            coded(
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
            coded("sources.package.not_utf8", "the part {name!r} is not encoded in UTF-8", name=name),
            place=path.name,
            remedy=_SAVE_AGAIN,
        )


def _name_sheets(path: Path, kept: dict[str, bytes], parts: Collection[str]) -> dict[str, tuple[str, bool]]:
    """Return the part of every worksheet by the sheet's name, as the workbook has it, and if it is hidden.

    Sheets without cells (charts, dialogs) are left out; a sheet whose part is missing refuses the file.
    """
    try:
        workbook = ET.fromstring(kept[_WORKBOOK])  # noqa: S314 - document types were refused above
        links = ET.fromstring(kept.get(_LINKS, b"<none/>"))  # noqa: S314 - as above
    except ET.ParseError as error:
        raise InputError(
            coded("sources.package.malformed_workbook", "the workbook part is not well formed"),
            place=path.name,
            remedy=_SAVE_AGAIN,
        ) from error
    targets = {link.get("Id", ""): (link.get("Type", ""), link.get("Target", "")) for link in links}
    sheets = [*workbook.iter(f"{_MAIN}sheet"), *workbook.iter(f"{_STRICT}sheet")]
    if len(sheets) > MAX_SHEETS:
        raise InputError(
            coded(
                "sources.package.too_many_sheets",
                "the workbook has {number:,} sheets, but at most {max_sheets} can be read",
                number=len(sheets),
                max_sheets=MAX_SHEETS,
            ),
            place=path.name,
            remedy=sentence("split it"),
        )
    named: dict[str, tuple[str, bool]] = {}
    for sheet in sheets:
        name = sheet.get("name", "")
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        kind, target = targets.get(link, ("", ""))
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if kind.endswith(_WITHOUT_CELLS):
            continue
        if not kind.endswith("/worksheet") or part not in parts or name in named:
            raise InputError(
                coded(
                    "sources.package.sheet_without_part",
                    "the sheet {name!r} in the workbook is not a separate worksheet",
                    name=name,
                ),
                place=path.name,
                remedy=_SAVE_AGAIN,
            )
        named[name] = part, sheet.get("state", "visible") != "visible"
    if not named:
        raise InputError(
            coded("sources.package.no_worksheet", "the workbook contains no worksheets"),
            place=path.name,
            remedy=_SAVE_AGAIN,
        )
    return named

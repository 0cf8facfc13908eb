"""A look into an old Excel workbook (.xls, BIFF8): what a reader of its values does not tell.

The file is a compound file: a disk of sectors with chains. The stream ``Workbook`` is a row of records: type
and length in two bytes each. Only what is needed is read: which cells hold formulas, show a percentage or are
merged, and whether the workbook is encrypted or holds macros. See [MS-CFB] and [MS-XLS] of Microsoft.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from urbium.errors import InputError
from urbium.text import Text, coded, text

MAX_BYTES: Final = 30_000_000
"""Bytes of an .xls file: a sheet of this kind ends at 65,536 rows and 256 columns."""

_END: Final = 0xFFFFFFFA
"""Numbers of sectors from here on end a chain."""

_HEAD: Final = 512
_ENTRY: Final = 128
_IN_HEAD: Final = 109
_MINI: Final = 4096
_SHIFTS: Final = (9, 12)
"""Powers of two of the sizes that sectors have."""

_PERCENTS: Final = (9, 10)
"""The numbers of the formats 0% and 0.00%."""

_EOF, _FORMULA, _FILEPASS, _FORMAT, _XF = 0x000A, 0x0006, 0x002F, 0x041E, 0x00E0
_SHEET, _MERGED, _NUMBER, _RK, _MULRK = 0x0085, 0x00E5, 0x0203, 0x027E, 0x00BD
_SAVE: Final = text("open it in a spreadsheet program and save it as .xlsx")

_Place = tuple[int, int]


@dataclass(slots=True)
class OldSheet:
    """What a sheet of an .xls file holds beside its values; rows and columns count from 0."""

    name: str
    formulas: set[_Place] = field(default_factory=set)
    percents: set[_Place] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def inspect_old_workbook(path: Path) -> list[OldSheet]:
    """Return the worksheets of an .xls file in their order.

    Raises InputError where it is larger than :data:`MAX_BYTES`, encrypted, holds macros, or is damaged.
    """
    if path.stat().st_size > MAX_BYTES:
        raise _refused(
            path,
            coded("sources.xls.too_large", "the file is larger than {most:,.0f} MB", most=MAX_BYTES / 1e6),
        )
    try:
        return _sheets(path, _stream(path, path.read_bytes()))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise _refused(path, coded("sources.xls.damaged", "the old workbook is damaged")) from error


def _refused(path: Path, message: Text) -> InputError:
    return InputError(message, place=path.name, remedy=_SAVE)


@dataclass(frozen=True, slots=True)
class _Disk:
    """A compound file: its bytes, the size of its sectors, and which sector follows each."""

    content: bytes
    size: int
    follows: tuple[int, ...]

    def read(self, first: int) -> bytes:
        """Return a chain of sectors; IndexError where it leads nowhere or into itself."""
        parts: list[bytes] = []
        sector = first
        while sector < _END:
            if len(parts) > len(self.follows):
                raise IndexError
            begin = _HEAD + sector * self.size
            parts.append(self.content[begin : begin + self.size])
            sector = self.follows[sector]
        return b"".join(parts)


def _disk(content: bytes) -> _Disk:
    """Return the compound file of some bytes; struct.error or IndexError where it is none."""
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in _SHIFTS:
        raise IndexError
    size = 1 << shift
    per_sector = size // 4
    places = list(struct.unpack_from(f"<{_IN_HEAD}I", content, 76))
    further, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, len(content) // size)):
        if further >= _END:
            break
        *more, further = struct.unpack_from(f"<{per_sector}I", content, _HEAD + further * size)
        places += more
    follows: list[int] = []
    for place in places:
        if place < _END:
            follows += struct.unpack_from(f"<{per_sector}I", content, _HEAD + place * size)
    return _Disk(content, size, tuple(follows))


def _stream(path: Path, content: bytes) -> bytes:
    """Return the stream of the workbook out of its compound file."""
    disk = _disk(content)
    entries = disk.read(struct.unpack_from("<I", content, 48)[0])
    streams: dict[str, tuple[int, int]] = {}
    for begin in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        letters = struct.unpack_from("<H", entries, begin + 64)[0]
        name = entries[begin : begin + max(min(letters, 64) - 2, 0)].decode("utf-16-le")
        streams[name] = struct.unpack_from("<II", entries, begin + 116)
    if "_VBA_PROJECT_CUR" in streams:
        raise _refused(path, coded("sources.xls.macros", "the old workbook contains macros"))
    if "Workbook" not in streams or streams["Workbook"][1] < _MINI:
        raise _refused(
            path, coded("sources.xls.no_workbook", "the file contains no workbook from Excel 97 or later")
        )
    first, length = streams["Workbook"]
    return disk.read(first)[:length]


def _records(stream: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records from a place on, to the end of their part."""
    while begin + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, begin)
        yield kind, stream[begin + 4 : begin + 4 + length]
        if kind == _EOF:
            return
        begin += 4 + length


def _sheets(path: Path, stream: bytes) -> list[OldSheet]:
    begins: list[tuple[int, OldSheet]] = []
    formats, shown = set(_PERCENTS), list[int]()
    for kind, cells in _records(stream, 0):
        if kind == _FILEPASS:
            raise _refused(path, coded("sources.signature.encrypted", "the file is an encrypted workbook"))
        if kind == _SHEET and cells[5] == 0:  # neither a chart nor a macro sheet
            wide = cells[7] & 1
            name = cells[8 : 8 + cells[6] * (1 + wide)].decode("utf-16-le" if wide else "latin-1")
            begins.append((struct.unpack_from("<I", cells)[0], OldSheet(name)))
        elif kind == _FORMAT and b"%" in cells[5:]:
            formats.add(struct.unpack_from("<H", cells)[0])
        elif kind == _XF:
            shown.append(struct.unpack_from("<H", cells, 2)[0])
    percents = {number for number, form in enumerate(shown) if form in formats}
    for begin, sheet in begins:
        for kind, cells in _records(stream, begin):
            _note(sheet, kind, cells, percents)
    return [sheet for _, sheet in begins]


def _note(sheet: OldSheet, kind: int, cells: bytes, percents: set[int]) -> None:
    """Note what a record of a sheet says."""
    if kind in (_FORMULA, _NUMBER, _RK):
        row, column, form = struct.unpack_from("<HHH", cells)
        if kind == _FORMULA:
            sheet.formulas.add((row, column))
        if form in percents:
            sheet.percents.add((row, column))
    elif kind == _MULRK:
        row, column = struct.unpack_from("<HH", cells)
        for place in range((len(cells) - 6) // 6):
            if struct.unpack_from("<H", cells, 4 + 6 * place)[0] in percents:
                sheet.percents.add((row, column + place))
    elif kind == _MERGED:
        for number in range(struct.unpack_from("<H", cells)[0]):
            first, last, left, right = struct.unpack_from("<4H", cells, 2 + 8 * number)
            sheet.merged.append((first, left, last, right))

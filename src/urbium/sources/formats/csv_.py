"""CSV files as a grid of texts: the bytes are looked at first, then parsed by polars."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.csv_text import unmarked
from urbium.errors import Fault, InputError
from urbium.sources.formats.csv_layout import CsvForm, find_layout, without_rows
from urbium.sources.formats.grid import Grid, column_letters
from urbium.sources.formats.size_limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LINE_BYTES,
    MAX_ROWS,
    MAX_TEXT_BYTES,
)
from urbium.text import Text, coded, text
from urbium.text.advice import advice

_CHUNK = 1 << 22
_PLAIN = CsvForm()
_UTF8 = text("save it as CSV UTF-8")
_SPLIT = text("delete empty lines, and split the file by year or by variable")
_MOST_FAULTS = 20
_ROWS_AT_ONCE = 100_000


def read_csv(path: Path, form: CsvForm = _PLAIN) -> Grid:
    """Return a CSV file as one grid of texts; raise InputError when it is no clean table.

    The encoding is UTF-8, or UTF-16 with its mark, unless the form says otherwise; the delimiter is found in
    the first lines.
    """
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise InputError(
            coded(
                "sources.csv.too_large",
                "the file is {size:,.0f} MB, but at most {max_text_bytes:,.0f} MB can be read",
                size=size / 1000000.0,
                max_text_bytes=MAX_TEXT_BYTES / 1000000.0,
            ),
            place=path.name,
            remedy=_SPLIT,
        )
    content = _decoded(path, form)
    if not content.strip(b" \r\n"):
        raise InputError(
            coded("sources.file.empty", "the file is empty"),
            place=path.name,
            remedy=text("submit the table with its header row"),
        )
    if b"\n" not in content and b"\r" in content:
        content = content.replace(b"\r", b"\n")
    content = without_rows(content, form.skip)
    layout = find_layout(content, form.delimiter, may_have_titles=form.may_have_titles)
    sign, width, content = layout.sign, layout.width, layout.padded(content)
    if width > MAX_COLUMNS:
        raise InputError(
            coded(
                "sources.csv.too_many_columns",
                "the header has {width:,} columns, but at most {max_columns:,} can be read",
                width=width,
                max_columns=MAX_COLUMNS,
            ),
            place=path.name,
            remedy=text("write one row for each value (a long table)"),
        )
    _check_lines(path, content, width)
    _check_quotes(path, content)
    try:
        _check_width(path, content, sign)
        frame = _parsed(content, sign)
    except (csv.Error, pl.exceptions.PolarsError) as error:
        raise InputError(
            coded(
                "sources.csv.quotes",
                "the quotation marks in the table cannot be interpreted ({error})",
                error=error,
            ),
            place=path.name,
            remedy=text(
                "put quotes around any text that contains the delimiter, and double any quotation mark "
                'inside it ("")'
            ),
        ) from error
    named = frame.rename({name: str(i) for i, name in enumerate(frame.columns)})
    return Grid("", named, titles=len(layout.titles))


def _parsed(content: bytes, sign: str) -> pl.DataFrame:
    """Return the cells as texts; an empty cell is null, an empty row a row of nulls."""
    cells = pl.read_csv(content, has_header=False, infer_schema=False, separator=sign, encoding="utf8")
    return cells.with_columns(unmarked(pl.col(cells.columns))) if b"'" in content else cells


def _decoded(path: Path, form: CsvForm) -> bytes:
    """Return the file as UTF-8 bytes without mark; refuse what is not text in the encoding of the form."""
    encoding = (form.encoding or _marked(path)).lower().replace("_", "-")
    encoding = "utf-8" if encoding == "utf8" else encoding
    try:
        "a".encode(encoding)  # codecs that are none of texts, such as zlib, have decoders, too
        decoder = codecs.getincrementaldecoder(encoding)()
    except (LookupError, ValueError) as error:
        raise InputError(
            coded("sources.csv.unknown_encoding", "{encoding!r} is not an encoding", encoding=encoding),
            place=path.name,
            remedy=text("write utf-8"),
            field="encoding",
        ) from error
    line, done = 0, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if encoding == "utf-8" and b"\0" in chunk:
                raise _zero_bytes(path, chunk, form)
            line = _longest_open_line(path, chunk, line)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise _not_text(path, encoding, chunk, done + error.start, form) from error
            done += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_text(path, encoding, chunk, done, form) from error
    content = path.read_bytes()
    if encoding != "utf-8":
        content = content.decode(encoding).encode("utf-8")
    return content.removeprefix(codecs.BOM_UTF8)


def _marked(path: Path) -> str:
    """Return the encoding that the first bytes mark, or UTF-8."""
    with path.open("rb") as file:
        head = file.read(4)
    is_marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and head != codecs.BOM_UTF32_LE
    return "utf-16" if is_marked else "utf-8"


def _named(form: CsvForm, encoding: str) -> Text:
    """What to do about a text that is not UTF-8: name its encoding where that can be done."""
    if not form.has_option:
        return _UTF8
    return advice(
        text("save it as CSV UTF-8, or state its encoding: --encoding {encoding}", encoding=encoding),
        text("save it as CSV UTF-8, or enter its encoding next to the file: {encoding}", encoding=encoding),
    )


def _longest_open_line(path: Path, chunk: bytes, before: int) -> int:
    """Return how long the last line is so far; refuse one without end."""
    data = np.frombuffer(chunk, dtype=np.uint8)
    ends = np.flatnonzero((data == ord("\n")) | (data == ord("\r")))
    if ends.size == 0:
        longest = last = before + len(chunk)
    else:
        last = len(chunk) - int(ends[-1])
        longest = max(before + int(ends[0]), int(np.diff(ends).max(initial=0)), last)
    if longest > MAX_LINE_BYTES:
        raise InputError(
            coded(
                "sources.csv.long_line",
                "a line is longer than {max_line_bytes:,.0f} MB",
                max_line_bytes=MAX_LINE_BYTES / 1000000.0,
            ),
            place=path.name,
            remedy=text("write one row for each value (a long table), and end each row with a line break"),
        )
    return last


def _zero_bytes(path: Path, chunk: bytes, form: CsvForm) -> InputError:
    head = chunk[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 8 and (even == 0 or odd == 0):
        return InputError(
            coded(
                "sources.csv.utf16_without_mark", "the text is encoded in UTF-16 without a byte order mark"
            ),
            place=path.name,
            remedy=_named(form, "utf-16-be" if even else "utf-16-le"),
        )
    return InputError(
        coded("sources.csv.nul_bytes", "the file contains NUL bytes: it is damaged, or it is not text"),
        place=path.name,
        remedy=_UTF8,
    )


def _not_text(path: Path, encoding: str, chunk: bytes, offset: int, form: CsvForm) -> InputError:
    if encoding != "utf-8":
        return InputError(
            coded(
                "sources.csv.wrong_encoding",
                "the text is not encoded in {encoding} (byte {offset:,})",
                encoding=encoding,
                offset=offset + 1,
            ),
            place=path.name,
            remedy=_UTF8,
        )
    runs = re.findall(rb"[\x81-\xfe]+", chunk[:65536])
    pairs = sum(len(run) % 2 == 0 for run in runs) / max(len(runs), 1)
    if pairs > 0.8:  # noqa: PLR2004 - GBK writes a Chinese character in two high bytes, Latin-1 one letter in one
        return InputError(
            coded(
                "sources.csv.maybe_gbk",
                "the text is not UTF-8 (byte {offset:,}); it can be read as Chinese in GBK (GB 18030)",
                offset=offset + 1,
            ),
            place=path.name,
            remedy=_named(form, "gb18030"),
        )
    return InputError(
        coded(
            "sources.csv.maybe_latin",
            "the text is not UTF-8 (byte {offset:,}); perhaps it is Windows-1252, or another old code page",
            offset=offset + 1,
        ),
        place=path.name,
        remedy=_named(form, "cp1252"),
    )


def _check_quotes(path: Path, content: bytes) -> None:
    if content.count(b'"') % 2:
        line = content.count(b"\n", 0, content.rfind(b'"')) + 1
        raise InputError(
            coded("sources.csv.open_quote", "a quotation mark is opened but never closed"),
            place=text("{name}, near line {line:,}", name=path.name, line=line),
            remedy=text('close it, and double any quotation mark inside the text ("")'),
        )


def _check_width(path: Path, content: bytes, sign: str) -> None:
    """Every row must have as many cells as the header; all that have not are counted, the first are named."""
    width, total = 0, 0
    wrong: list[tuple[int, int]] = []
    blocks = _quoted_widths(content, sign) if b'"' in content else _plain_widths(content, sign)
    for lines, counts in blocks:
        if not counts.size:
            continue
        width = width or int(counts[0])
        differing = np.flatnonzero(counts != width)
        total += differing.size
        wrong += [(int(lines[i]), int(counts[i])) for i in differing[: _MOST_FAULTS - len(wrong)]]
    if not wrong:
        return
    faults = [
        Fault(
            "error",
            coded(
                "sources.csv.ragged_row",
                "the number of cells is {cells:,} in row {line:,}, but {width:,} in the first row",
                line=line,
                cells=cells,
                width=width,
            ),
            text(
                'give every row the same number of cells; put quotes ("...") around any text that '
                "contains the delimiter"
            ),
            rule="row-width",
            cell=f"A{line}:{column_letters(min(cells, MAX_COLUMNS) - 1)}{line}",
        )
        for line, cells in wrong
    ]
    raise InputError(
        coded(
            "sources.csv.ragged_rows",
            "{count} row is longer or shorter than the first row",
            "{count:,} rows are longer or shorter than the first row",
            count=total,
        ),
        place=path.name,
        remedy=advice(
            text(
                "the delimiter found is {sign!r}; correct the rows or, in a mapping file, list "
                "under skip those that are not part of the table",
                sign=sign,
            ),
            text("the delimiter found is {sign!r}; correct the rows", sign=sign),
        ),
        faults=faults,
    )


def _check_lines(path: Path, content: bytes, width: int) -> None:
    """Refuse a table of too many lines, the empty ones too, before anything is made of them."""
    lines = content.count(b"\n") + 1
    if lines > MAX_ROWS:
        raise InputError(
            coded(
                "sources.csv.too_many_rows",
                "the file has {lines:,} lines, but at most {most:,} can be read",
                lines=lines,
                most=MAX_ROWS,
            ),
            place=path.name,
            remedy=_SPLIT,
        )
    if lines * width > MAX_CELLS:
        raise InputError(
            coded(
                "sources.csv.too_many_cells",
                "the file has {lines:,} lines of {width:,} columns, but at most {most:,} cells can be read",
                lines=lines,
                width=width,
                most=MAX_CELLS,
            ),
            place=path.name,
            remedy=_SPLIT,
        )


_Widths = Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]
"""Line numbers and numbers of cells, block by block."""


def _plain_widths(content: bytes, sign: str) -> _Widths:
    """Yield line numbers and numbers of cells of the lines that are not empty, without quotes."""
    start, line = 0, 0
    while start < len(content):
        stop = content.find(b"\n", min(start + _CHUNK, len(content)) - 1) + 1 or len(content)
        data = np.frombuffer(content, dtype=np.uint8, count=stop - start, offset=start)
        ends = np.flatnonzero(data == ord("\n"))
        if ends.size == 0 or ends[-1] != data.size - 1:
            ends = np.append(ends, data.size)
        starts = np.concatenate(([0], ends[:-1] + 1))
        marks = np.flatnonzero(data == ord(sign))
        counts = np.searchsorted(marks, ends) - np.searchsorted(marks, starts) + 1
        lengths = ends - starts
        blank = (lengths == 0) | ((lengths == 1) & (data[np.minimum(starts, data.size - 1)] == ord("\r")))
        yield np.flatnonzero(~blank) + 1 + line, counts[~blank]
        start, line = stop, line + ends.size


def _quoted_widths(content: bytes, sign: str) -> _Widths:
    """Yield the same by the slower standard reader, which knows quotes."""
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline=""), delimiter=sign)
    rows = ((reader.line_num, len(row)) for row in reader if row)
    while block := list(itertools.islice(rows, _ROWS_AT_ONCE)):
        pairs = np.array(block, dtype=np.int64)
        yield pairs[:, 0], pairs[:, 1]

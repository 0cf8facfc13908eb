"""The layout of a CSV file: by which sign it is parted, and which of its first rows are titles.

A title is a row above the table with fewer cells than the table has columns. Whether one of them was meant as
the row of headings is told by who reads the table: then the rows below are too long, and it is refused.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from urbium.errors import Fault, InputError
from urbium.sources.formats.grid import Grid, cell_name
from urbium.sources.formats.size_limits import MAX_LINE_BYTES
from urbium.text import coded, text

_SIGNS: Final = ",;\t|"
_DEEPEST: Final = 40
"""Titles end within the first forty rows, as headings are sought no further down."""

_LOOKED_AT: Final = 120
_SAMPLE_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a text is read: its encoding, the sign between cells (found where none is given), rows left out.

    ``skip`` are numbers of rows from 1; ``may_have_titles``: rows above the table may be shorter than it;
    ``has_option``: whoever sends the file can name its encoding by ``--encoding``.
    """

    encoding: str = ""
    delimiter: str = ""
    skip: frozenset[int] = field(default_factory=frozenset)
    may_have_titles: bool = False
    has_option: bool = False


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """The sign between cells, how many cells a row has, and the titles: last line and number of cells."""

    sign: str
    width: int
    titles: tuple[tuple[int, int], ...] = ()

    def padded(self, content: bytes) -> bytes:
        """Return the text with as many cells in each title as in the rows of the table."""
        if not self.titles:
            return content
        lines = content.split(b"\n", self.titles[-1][0])
        for last_line, cells in self.titles:
            ending = b"\r" if lines[last_line - 1].endswith(b"\r") else b""
            missing = self.sign.encode() * (self.width - max(cells, 1))
            lines[last_line - 1] = lines[last_line - 1].removesuffix(b"\r") + missing + ending
        return b"\n".join(lines)


def find_layout(content: bytes, delimiter: str, *, may_have_titles: bool) -> CsvLayout:
    r"""Return how a text (UTF-8) is laid out; without titles the first line alone tells.

    Of the signs that may part cells, the one that gives most rows one width is taken; of several, the one
    that the first line has most often.

    >>> find_layout(b"Beds, by city\nCode;Beds\n1;20\n2;30\n", "", may_have_titles=True)
    CsvLayout(sign=';', width=2, titles=((1, 1),))
    """
    first = content[: content.find(b"\n") if b"\n" in content else len(content)].decode("utf-8")
    usual = delimiter or max(_SIGNS, key=first.count)
    plain = CsvLayout(usual, first.count(usual) + 1)
    if not may_have_titles:
        return plain
    sample = _sample(content)
    candidates = {sign: _with_titles(sample, sign) for sign in delimiter or _SIGNS}
    sign = max(candidates, key=lambda one: (candidates[one][0], one == usual))
    return candidates[sign][1] or plain


def without_rows(content: bytes, rows: frozenset[int]) -> bytes:
    """Return the text with those rows empty; one that holds a quote is left as it is."""
    if not rows:
        return content
    lines = content.split(b"\n", max(rows))
    for row in rows:
        if row <= len(lines) and b'"' not in lines[row - 1]:
            lines[row - 1] = b"\r" if lines[row - 1].endswith(b"\r") else b""
    return b"\n".join(lines)


def refuse_short_headings(path: Path, grid: Grid, header: int) -> None:
    """Raise InputError when the row of headings (from 1) has fewer cells than the rows of the table.

    A last column without heading and content, as a sign at the end of each row leaves it, counts as none.
    """
    if header > grid.titles:
        return
    headings = grid.row(header - 1)
    cells = max((place + 1 for place, heading in enumerate(headings) if heading), default=1)
    beyond = grid.frame.slice(header)[:, cells:]
    if cells > 1 and all(column.null_count() == len(column) for column in beyond):
        return
    fault = Fault(
        "error",
        coded(
            "sources.csv.short_headings",
            "row {row:,} has a different number of cells ({cells:,}) from the rows of the table "
            "below it ({width:,})",
            row=header,
            cells=cells,
            width=grid.frame.width,
        ),
        text("give every column a heading"),
        rule="row-width",
        cell=f"A{header}:{cell_name(header - 1, cells - 1)}",
    )
    raise InputError(fault.message, place=path.name, remedy=fault.remedy, faults=[fault])


def _sample(content: bytes) -> str:
    """Return the first lines, each of them whole."""
    head = content[:_SAMPLE_BYTES]
    if len(content) > len(head):
        head = head[: head.rfind(b"\n") + 1]
    lines = head.split(b"\n")
    return b"\n".join(lines[:_LOOKED_AT]).decode("utf-8")


def _with_titles(sample: str, sign: str) -> tuple[int, CsvLayout | None]:
    """Return how many rows have the width that most have, and the layout; None where no two rows have one."""
    try:
        rows = list(_rows(sample, sign))
    except csv.Error:
        return 0, None
    widths = Counter(cells for _, cells in rows if cells > 1)
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
    if count < 2:  # noqa: PLR2004 - headings and a row below them
        return 0, None
    start = next(place for place, (_, cells) in enumerate(rows) if cells == width)
    if start > _DEEPEST or any(cells > width for _, cells in rows[:start]):
        return 0, None
    return count, CsvLayout(sign, width, tuple(rows[:start]))


def _rows(sample: str, sign: str) -> Iterator[tuple[int, int]]:
    """Yield last line and number of cells of each row, also of an empty one (0)."""
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=sign)
    for row in reader:
        yield reader.line_num, len(row)

"""Sheets: how a table stands in an Excel workbook, so that a person finds the way and nothing is a formula.

Every sheet has a title, a sentence that says what it shows, and one table below with a frozen header and a
filter. Text is always written as text: what begins like a formula is marked so that it stays text even when
somebody edits the cell. Missing values are empty cells, never a number or a word.
"""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import polars as pl
import xlsxwriter

from urbium.csv_text import WORKBOOK
from urbium.publish.books.cell_words import cell_words
from urbium.publish.books.long_sheet import LongSheet
from urbium.publish.books.sheet_names import sheet_name
from urbium.text import paragraph, say, text
from urbium.units import is_money

LAST_ROW: Final = 1_048_576
"""Rows of a sheet of Excel."""

FILLS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "missing": ("#E7E6E6", text("unknown")),
        "suspect": ("#FCE4D6", text("suspect, excluded until someone accepts it")),
        "proxy": ("#DDEBF7", text("another indicator is used as a proxy")),
        "imputed": ("#D9E1F2", text("filled in by a rule: an assumption")),
        "changed": ("#FFF2CC", text("changed by this step")),
        "removed": ("#D0CECE", text("left out by this step")),
    }
)
"""The colours of cells, and what each means."""

_HEADER: Final = 2
_FIRST: Final = 3
_LONGEST: Final = 32_767
_MOST_COMMENTS: Final = 1_000
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_WHOLE_KINDS: Final = ("count", "persons", "constant USD")
_THOUSANDS, _TENTHS, _HUNDREDTHS = "#,##0", "#,##0.0", "#,##0.00"


@dataclass(frozen=True)
class Mark:
    """A colour of :data:`FILLS` and a comment for one cell; either may be empty."""

    fill: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading with the unit, its cells, and how they are shown.

    ``form`` is an Excel number format, empty for text; with ``has_bars`` the cells carry bars from ``low`` to
    ``high`` (their own extremes when these are None).
    """

    title: str
    cells: Sequence[Any]
    form: str = ""
    width: float = 12
    has_bars: bool = False
    low: float | None = None
    high: float | None = None
    marks: Mapping[int, Mark] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Head:
    """The head of a column of many rows: which column, its title with the unit, how it is shown.

    ``factor`` is by what its numbers are multiplied to be in that unit.
    """

    column: str
    title: str
    form: str = ""
    width: float = 12
    factor: float = 1.0


@dataclass(frozen=True)
class Line:
    """A series of a chart: title, the column it shows (counted from 0), look in XlsxWriter's words."""

    title: str
    column: int
    look: Mapping[str, Any]


@dataclass(frozen=True)
class SheetDrawing:
    """A chart of a table on the same sheet.

    ``along`` is the column of the other axis, ``rows`` the first and last row of the table that are drawn
    (counted from 0), ``at`` the column of the sheet where it stands; kind and axes are in XlsxWriter's words.
    """

    kind: Mapping[str, str]
    title: str
    lines: Sequence[Line]
    along: int
    rows: tuple[int, int]
    at: int
    x_axis: Mapping[str, Any]
    y_axis: Mapping[str, Any]


def number_form(kind: str, values: Sequence[float | None]) -> str:
    """Return the Excel number format for values of a kind of unit: four figures that count, or whole things.

    >>> number_form("persons", [370.0]), number_form("share", [45.2]), number_form("mass per person", [0.02])
    ('#,##0', '#,##0.0', '#,##0.0000')
    """
    sizes = sorted(abs(value) for value in values if value and math.isfinite(value))
    middle = sizes[len(sizes) // 2] if sizes else 1.0
    if (kind in _WHOLE_KINDS or is_money(kind)) and all(value == round(value) for value in sizes):
        return _THOUSANDS
    if middle >= 1000:  # noqa: PLR2004 - four figures stand before the point
        return _THOUSANDS
    if middle >= 10:  # noqa: PLR2004 - two figures
        return _TENTHS
    return _HUNDREDTHS if middle >= 1 else f"#,##0.{'0' * min(3 - math.floor(math.log10(middle)) - 1, 8)}"


class Book:
    """A workbook in the making; the same tables give the same bytes.

    Parameters
    ----------
    title : of the document
    created : the date the document bears, in UTC
    """

    def __init__(self, title: str, created: datetime) -> None:
        self._into = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._into, WORKBOOK)
        self._book.set_properties(
            {"title": _printable(title), "author": "urbium", "created": created.replace(tzinfo=None)}
        )
        self._forms: dict[tuple[tuple[str, Any], ...], Any] = {}

    def content(self) -> bytes:
        """Close the workbook and return its bytes."""
        self._book.close()
        return self._into.getvalue()

    def form(self, **properties: Any) -> Any:  # noqa: ANN401 - XlsxWriter has no types
        """Return a cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._forms:
            self._forms[key] = self._book.add_format({"valign": "top", **properties})
        return self._forms[key]

    def page(self, name: str, title: str, lines: Sequence[tuple[str, str, str]]) -> None:
        """Write a sheet of words: (label, text, colour of the label or empty) one below the other."""
        sheet = self._book.add_worksheet(sheet_name(name))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 110)
        self._write_text(sheet, 0, 0, title, bold=True, font_size=15)
        for row, (label, words, fill) in enumerate(lines, start=2):
            colour = {"bg_color": FILLS[fill][0]} if fill else {}
            self._write_text(sheet, row, 0, label, bold=not fill, text_wrap=True, **colour)
            self._write_text(sheet, row, 1, words, text_wrap=True)

    def table(self, name: str, title: str, note: str, columns: Sequence[Column], *, fixed: int = 1) -> None:
        """Write a sheet with one table; its first ``fixed`` columns stay in sight."""
        rows = max((len(column.cells) for column in columns), default=0)
        sheet, height = self._headed(
            name, title, note, [(column.title, column.width) for column in columns], rows, fixed=fixed
        )
        comments = _MOST_COMMENTS
        for place, column in enumerate(columns):
            self._write_cells(sheet, place, column, height)
            for row, mark in column.marks.items():
                if mark.comment and comments > 0 and row < height:
                    sheet.write_comment(_FIRST + row, place, _printable(mark.comment), {"author": "urbium"})
                    comments -= 1
            if column.has_bars and height:
                sheet.conditional_format(
                    _FIRST, place, _FIRST + height - 1, place, _bars(column.low, column.high)
                )

    def rows(
        self, name: str, title: str, note: str, table: pl.DataFrame, heads: Sequence[Head], *, fixed: int = 1
    ) -> None:
        """Write a sheet with one table of many rows, without marks and bars, many times as fast.

        Parameters
        ----------
        name, title, note : of the sheet
        table : numbers and text; null, and what is no finite number, is an empty cell
        heads : which columns of ``table`` stand in the sheet, in order, and how
        fixed : how many columns stay in sight
        """
        titles = [(head.title, head.width) for head in heads]
        sheet, height = self._headed(name, title, note, titles, table.height, fixed=fixed)
        columns = [table[head.column][:height] for head in heads]
        columns = [
            column.replace(cell_words(column.name, column.unique())).str.slice(0, _LONGEST)
            if column.dtype == pl.String else column.cast(pl.Int64)
            if column.dtype.is_integer() else column.cast(pl.Float64) * head.factor
            for head, column in zip(heads, columns, strict=True)
        ]  # fmt: skip
        forms = [self.form(**({"num_format": head.form} if head.form else {})) for head in heads]
        plain, quoted = self.form(), self.form(quote_prefix=True)
        sheet.lay(
            _FIRST, columns, forms, lambda text: quoted if text.startswith(_STARTS_A_FORMULA) else plain
        )

    def draw(self, name: str, drawing: SheetDrawing) -> None:
        """Put a native chart of columns of a sheet beside its table."""
        name = sheet_name(name)
        sheet = self._book.get_worksheet_by_name(name)
        chart = self._book.add_chart(dict(drawing.kind))
        first, last = (_FIRST + row for row in drawing.rows)
        for line in drawing.lines:
            places = {"categories": drawing.along, "values": line.column}
            cells = {key: [name, first, place, last, place] for key, place in places.items()}
            chart.add_series({"name": line.title, **cells, **line.look})
        chart.set_title({"name": drawing.title, "name_font": {"size": 12}})
        chart.set_x_axis(dict(drawing.x_axis))
        chart.set_y_axis(dict(drawing.y_axis))
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 720, "height": 480})
        sheet.insert_chart(_FIRST, drawing.at, chart, {"description": drawing.title})

    def _headed(
        self, name: str, title: str, note: str, heads: Sequence[tuple[str, float]], rows: int, *, fixed: int
    ) -> tuple[Any, int]:
        """Begin a sheet with title, note and header; return it, and how many of the rows fit in."""
        sheet = self._book.add_worksheet(sheet_name(name), LongSheet)
        height = min(rows, LAST_ROW - _FIRST)
        self._write_text(sheet, 0, 0, title, bold=True, font_size=13)
        more = text("The rest does not fit on one sheet: use the bundle.") if rows > height else ""
        self._write_text(
            sheet, 1, 0, paragraph([note, more]) if more else note, italic=True, font_color="#595959"
        )
        sheet.set_row(_HEADER, 48)
        for place, (head, width) in enumerate(heads):
            sheet.set_column(place, place, width)
            self._write_text(
                sheet, _HEADER, place, head, bold=True, text_wrap=True, bg_color="#DDEBF7", bottom=1
            )
        sheet.freeze_panes(_FIRST, fixed)
        if heads:
            sheet.autofilter(_HEADER, 0, _HEADER + height, len(heads) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER)
        return sheet, height

    def _write_cells(self, sheet: Any, place: int, column: Column, height: int) -> None:  # noqa: ANN401
        plain = {"num_format": column.form} if column.form else {}
        for row, cell in enumerate(column.cells[:height]):
            mark = column.marks.get(row)
            look = plain | ({"bg_color": FILLS[mark.fill][0]} if mark and mark.fill else {})
            if isinstance(cell, str):
                self._write_text(sheet, _FIRST + row, place, cell, **look)
            elif isinstance(cell, int | float) and math.isfinite(cell):
                sheet.write_number(_FIRST + row, place, cell, self.form(**look))
            elif mark is not None:
                sheet.write_blank(_FIRST + row, place, None, self.form(**look))

    def _write_text(self, sheet: Any, row: int, place: int, words: str, **look: Any) -> None:  # noqa: ANN401
        """Write words as words, in the language that is spoken, whatever they begin with."""
        if not words:
            if look.get("bg_color"):
                sheet.write_blank(row, place, None, self.form(**look))
            return
        said = str(say(words))
        shown = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
        if shown.startswith(_STARTS_A_FORMULA):
            look["quote_prefix"] = True
        sheet.write_string(row, place, shown, self.form(**look))


def _bars(low: float | None, high: float | None) -> dict[str, Any]:
    ends: dict[str, Any] = {}
    if low is not None and high is not None:
        ends = {"min_type": "num", "min_value": low, "max_type": "num", "max_value": high}
    return {"type": "data_bar", "bar_color": "#9DC3E6", "bar_solid": True, **ends}


def _printable(words: str) -> str:
    """Leave out what a comment cannot hold."""
    kept = "".join(letter for letter in str(say(words)) if letter.isprintable() or letter == "\n")
    return kept[:_LONGEST]

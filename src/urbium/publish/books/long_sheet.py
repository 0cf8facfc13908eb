"""Long sheet: many thousands of rows on a sheet of Excel, laid out a column at a time (ADR 0014).

XlsxWriter writes cell by cell, which takes a long while for millions of cells. Here polars makes the text of
all cells of a column at once; the sheet around them is XlsxWriter's. Text stays text, nothing is a formula,
and what is not known is an empty cell.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import polars as pl
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_BLOCK: Final = 20_000  # rows made into text at a time


class LongSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet whose head is written cell by cell, and whose rows below it are laid out by columns."""

    def __init__(self) -> None:
        super().__init__()
        self._text: list[str] = []
        self._above = 0
        self.dim_rowmax: int | None
        self.dim_colmax: int | None

    def lay(
        self, first: int, columns: Sequence[pl.Series], forms: Sequence[Any], form_of: Callable[[str], Any]
    ) -> None:
        """Lay out columns of equal length from the row ``first`` (counted from 0) down.

        Parameters
        ----------
        columns : of numbers or of text; null, and what is no finite number, stays empty
        forms : the format of the numbers of each column
        form_of : the format of a text
        """
        height = len(columns[0]) if columns else 0
        if not height:
            return
        cells = [
            self._texts(column, form_of) if column.dtype == pl.String else _numbers(column, forms[place])
            for place, column in enumerate(columns)
        ]
        rows = pl.int_range(first + 1, first + height + 1, eager=True).cast(pl.String)
        for start in range(0, height, _BLOCK):
            self._text.append(
                _rows(rows[start : start + _BLOCK], [cell[start : start + _BLOCK] for cell in cells])
            )
        self._above = first - 1
        self.dim_rowmax = first + height - 1
        self.dim_colmax = max(self.dim_colmax or 0, len(columns) - 1)

    def _texts(self, column: pl.Series, form_of: Callable[[str], Any]) -> pl.Series:
        """Return what follows the address in each cell of text, from the table of texts of the workbook."""
        described = {
            text: _text_cell(self.str_table, text, form_of(text))
            for text in column.unique(maintain_order=True)
            if text
        }
        return column.replace_strict(described, default=None, return_dtype=pl.String)

    def _write_rows(self) -> None:
        """Write the head as XlsxWriter does, then the rows that were laid out."""
        if not self._text:
            super()._write_rows()
            return
        last, self.dim_rowmax = self.dim_rowmax, self._above
        super()._write_rows()
        self.dim_rowmax = last
        for block in self._text:
            self.fh.write(block)


def _rows(rows: pl.Series, cells: Sequence[pl.Series]) -> str:
    """Return the text of some rows."""
    parts: list[Any] = [pl.lit('<row r="'), pl.col("row"), pl.lit('">')]
    for place in range(len(cells)):
        head = f'<c r="{xl_col_to_name(place)}'
        parts.append(pl.concat_str(pl.lit(head), "row", f"cell{place}").fill_null(""))
    table = pl.DataFrame({"row": rows} | {f"cell{place}": cell for place, cell in enumerate(cells)})
    return str(table.select(pl.concat_str(*parts, pl.lit("</row>")).str.join(""))[0, 0])


def _numbers(column: pl.Series, form: Any) -> pl.Series:  # noqa: ANN401 - XlsxWriter has no types
    """Return what follows the address in each cell of a column of numbers, exactly as they are."""
    values = pl.Series("value", column)
    is_finite = pl.col("value").is_finite() if values.dtype.is_float() else pl.lit(value=True)
    shown = pl.col("value").cast(pl.String).str.strip_suffix(".0")
    cell = pl.concat_str(pl.lit(f'" s="{_index(form)}"><v>'), shown, pl.lit("</v></c>"))
    return values.to_frame().select(value=pl.when(is_finite).then(cell)).to_series()


def _text_cell(texts: Any, text: str, form: Any) -> str:  # noqa: ANN401 - XlsxWriter has no types
    number = texts._get_shared_string_index(text)  # noqa: SLF001 - where XlsxWriter keeps its texts
    return f'" s="{_index(form)}" t="s"><v>{number}</v></c>'


def _index(form: Any) -> int:  # noqa: ANN401 - XlsxWriter has no types
    return int(form._get_xf_index())  # noqa: SLF001 - the number of a format in the file

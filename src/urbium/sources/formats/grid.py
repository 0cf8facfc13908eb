"""A sheet as read: its cells in columns, and how to name a cell as a spreadsheet does."""

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

_ALPHABET = 26


class CellKind(StrEnum):
    """What a cell of a workbook holds; all cells of a text file are texts."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of a workbook, or a CSV file as a whole.

    ``frame`` has the columns ``0``, ``1``, ... of type String or Float64 and one row for each row of the
    sheet, from A1 on; null is an empty cell. ``kinds`` says of a column of type String that holds other cells
    than texts what each of them is (:class:`CellKind`). ``formulas`` and ``errors`` give the cells (row,
    column, from 0) that hold a formula, or a spreadsheet error with its text; ``merged`` gives ranges as
    (first row, first column, last row, last column). ``percents`` are the cells whose number is shown as a
    percentage: they hold 0.95 and show 95%. ``is_hidden``, ``hidden_rows`` and ``hidden_columns`` (from 0):
    what a reader of the workbook is not shown. ``titles`` counts the first rows of a text that
    have fewer cells than the table below them.
    """

    sheet: str
    frame: pl.DataFrame
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    percents: frozenset[tuple[int, int]] = frozenset()
    titles: int = 0
    kinds: pl.DataFrame = field(default_factory=pl.DataFrame)
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds a value."""
        return all(column.null_count() == len(column) for column in self.frame.iter_columns())

    def row(self, index: int) -> list[str]:
        """Return row ``index`` (from 0) as texts; empty cells are empty texts."""
        if index >= self.frame.height:
            return []
        return ["" if value is None else plain_text(value) for value in self.frame.row(index)]

    def kind(self, column: int) -> pl.Series:
        """Return what each cell of a column (from 0) holds, as a :class:`CellKind`."""
        name = str(column)
        if name in self.kinds.columns:
            return self.kinds[name]
        is_number = self.frame.schema[name] == pl.Float64
        kind = CellKind.NUMBER if is_number else CellKind.TEXT
        return pl.repeat(kind, self.frame.height, dtype=pl.Enum(CellKind), eager=True)


def plain_text(value: object) -> str:
    """Return a cell's value as a person would type it.

    >>> plain_text(2004.0), plain_text(0.25), plain_text(" x ")
    ('2004', '0.25', 'x')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact in a float
        return str(int(value))
    return str(value).strip()


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the column, counted from 0, that the letters name.

    >>> column_number("A"), column_number("XFD")
    (0, 16383)
    """
    number = 0
    for letter in letters:
        number = number * _ALPHABET + ord(letter) - ord("A") + 1
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of the cell at ``row`` and ``column``, both counted from 0.

    >>> cell_name(13, 7)
    'H14'
    """
    return f"{column_letters(column)}{row + 1}"

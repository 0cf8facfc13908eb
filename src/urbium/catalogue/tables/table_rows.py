"""Rows of tables as text, each with the place where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0, as a spreadsheet writes them."""
    from urbium.sources.formats.grid import column_letters as letters  # noqa: PLC0415 - heavy, and only for faults

    return letters(column)


@dataclass(frozen=True, slots=True, eq=False)
class TableRow:
    """A row of a table, and where it stands; equal to itself alone.

    Attributes
    ----------
    cells : what it says, by column
    file : the file or sheet
    number : the row, from 1; 0 where it has none
    columns : the columns of the table, in its order; empty for one that is left out
    is_own : whether it is the programme's own, and not urbium's
    """

    cells: Mapping[str, str]
    file: str
    number: int
    columns: tuple[str, ...]
    is_own: bool = True

    def cell(self, column: str = "") -> str:
        """Return the name of a cell as a spreadsheet writes it; of the whole row without a column.

        >>> row = TableRow({"id": "x", "weight": "2"}, "own.csv", 7, ("id", "weight"))
        >>> row.cell("weight"), row.cell()
        ('B7', 'A7:B7')
        """
        if column in self.columns:
            return f"{column_letters(self.columns.index(column))}{self.number}"
        return f"A{self.number}:{column_letters(len(self.columns) - 1)}{self.number}"


Rows = Mapping[str, tuple[TableRow, ...]]
"""Rows by table."""

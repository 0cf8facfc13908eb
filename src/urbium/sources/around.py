"""Around: a cell of a file with its neighbours, so that whoever sees a finding sees what it is about."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from urbium.sources.formats.csv_layout import CsvForm
from urbium.sources.formats.grid import column_letters, column_number
from urbium.sources.read import open_grids

_NEAR: Final = 3
_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class Around:
    """A cell and the cells around it, with the first row and column of its sheet.

    Parameters
    ----------
    sheet, cell : which one
    letters : of the columns
    rows : the number of each row, and for each column what stands there and whether it is the cell
    """

    sheet: str
    cell: str
    letters: tuple[str, ...]
    rows: tuple[tuple[int, tuple[tuple[str, bool], ...]], ...]


def cells_around(path: Path, form: CsvForm, sheet: str, cell: str) -> Around | None:
    """Return a cell of a file and three rows and columns on each side; None for one that is not there."""
    match = _CELL.fullmatch(cell)
    grid = next((one for one in open_grids(path, form) if one.sheet == sheet), None)
    if match is None or grid is None:
        return None
    column, row = column_number(match[1]), int(match[2]) - 1
    rows = sorted({0, *range(max(0, row - _NEAR), min(grid.frame.height, row + _NEAR + 1))})
    columns = sorted({0, *range(max(0, column - _NEAR), min(grid.frame.width, column + _NEAR + 1))})
    shown = []
    for one in rows:
        cells = grid.row(one)
        said = tuple(
            (cells[each] if each < len(cells) else "", one == row and each == column) for each in columns
        )
        shown.append((one + 1, said))
    return Around(sheet, cell, tuple(column_letters(one) for one in columns), tuple(shown))

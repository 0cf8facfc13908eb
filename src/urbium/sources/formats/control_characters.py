"""Control characters in files of others: refused in a cell as in a sheet's name."""

from pathlib import Path
from typing import Final

import polars as pl

from urbium.control_characters import CONTROL, holds_control_characters
from urbium.errors import Fault, InputError, refuse
from urbium.sources.formats.grid import Grid, cell_name
from urbium.text import coded, text

_IN_POLARS: Final = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\x{202A}-\x{202E}\x{2066}-\x{2069}]"
"""The characters that are refused, as an expression of polars."""

_MOST_FAULTS = 20


def refuse_control_characters(path: Path, grids: list[Grid]) -> None:
    """Raise InputError that names the cells which hold a control character, if there are any."""
    faults: list[Fault] = []
    count = 0
    for grid in grids:
        if holds_control_characters(grid.sheet):
            raise InputError(
                coded(
                    "sources.control.sheet",
                    "the sheet name {name!r} contains a control character",
                    name=grid.sheet,
                ),
                place=path.name,
                remedy=text("rename the sheet"),
            )
        for place, column in enumerate(grid.frame.iter_columns()):
            if column.dtype != pl.String:
                continue
            rows = column.str.contains(_IN_POLARS).fill_null(value=False).arg_true()
            count += rows.len()
            faults += [
                _fault(grid.sheet, row, place, column[row]) for row in rows.head(_MOST_FAULTS - len(faults))
            ]
    refuse(
        faults,
        path.name,
        coded(
            "sources.control.cells",
            "{count} cell contains a control character",
            "{count:,} cells contain control characters",
            count=count,
        ),
        text("type the text again instead of pasting it"),
    )


def _fault(sheet: str, row: int, column: int, cell: str) -> Fault:
    signs = sorted({f"U+{ord(sign):04X}" for sign in CONTROL.findall(cell)})
    return Fault(
        "error",
        coded(
            "sources.control.cell",
            "the text {cell!r} contains the control character {signs:list}",
            cell=cell[:60],
            signs=signs[:3],
        ),
        text("write it again"),
        rule="control-character",
        sheet=sheet,
        cell=cell_name(row, column),
    )

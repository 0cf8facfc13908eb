"""The door for small tables: tables with declared columns, read with the same care as figures.

A file that is not there, is something else than its name says, is too large, holds control characters or
is written in an unknown encoding is refused by :func:`urbium.sources.read.open_grids`; here its columns are
found and its cells become what they are declared to be. Every fault is named by its cell.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from urbium.errors import Fault, InputError, refuse
from urbium.sources.formats.csv_layout import CsvForm, refuse_short_headings
from urbium.sources.formats.grid import Grid, cell_name, plain_text
from urbium.sources.formats.typed_figures import explain_figure
from urbium.sources.headings.headings import folded, nearest_heading, places_of
from urbium.sources.read import open_grids
from urbium.text import coded, text

_MOST_ROWS = 300_000
"""Rows of a small table: projects and levers come by the thousand, counts by age by the hundred thousand."""

_DEEPEST = 40

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_table(
    path: str | Path, columns: Mapping[str, pl.DataType], *, needed: Collection[str] = ()
) -> pl.DataFrame:
    """Return the first table of a file, with the declared columns in their types.

    Parameters
    ----------
    path : a file in any format that is read
    columns : name and type (texts, whole numbers, numbers, truth values) of each column; one that the file
        does not have is null
    needed : the columns that the file must have

    Raises
    ------
    InputError
        The file is no such table, or a cell is not what its column holds; every fault is named by its cell.
    """
    path = Path(path)
    grid = next((grid for grid in open_grids(path, CsvForm(may_have_titles=True)) if not grid.is_empty), None)
    if grid is None:
        raise InputError(
            coded("sources.file.empty", "the file is empty"),
            place=path.name,
            remedy=text("submit the table with its header row"),
        )
    header = _header(grid, needed)
    refuse_short_headings(path, grid, header + 1)
    headings = grid.row(header)
    places = {name: standing[0] for name in columns if (standing := places_of(headings, name))}
    faults = [*_of_headings(grid, header, columns, needed), *_hidden(grid, set(places.values()))]
    body = grid.frame.with_row_index("row").slice(header + 1)
    body = body.filter(pl.any_horizontal(pl.exclude("row").is_not_null()))
    if body.height > _MOST_ROWS:
        raise InputError(
            coded(
                "sources.door.too_many_rows",
                "the table has {height:,} rows, but at most {most:,} can be read",
                height=body.height,
                most=_MOST_ROWS,
            ),
            place=path.name,
            remedy=text("check that it is the right file"),
        )
    table = {name: _typed(grid, body, places.get(name), kind, faults) for name, kind in columns.items()}
    refuse(
        faults,
        path.name,
        coded(
            "sources.door.faults",
            "the table has one fault",
            "the table has {count:,} faults",
            count=len(faults),
        ),
        text("correct each fault named; the table must have the columns {names:list}", names=list(columns)),
    )
    return pl.DataFrame(table, schema=dict(columns))


def _header(grid: Grid, needed: Collection[str]) -> int:
    """Return the row of headings, from 0: the first of those above that has the needed ones, or the first."""
    rows = range(min(_DEEPEST, grid.frame.height) if needed else 0)
    return next((row for row in rows if all(places_of(grid.row(row), name) for name in needed)), 0)


def _of_headings(
    grid: Grid, header: int, columns: Mapping[str, pl.DataType], needed: Collection[str]
) -> list[Fault]:
    """Return what is wrong with the headings: missing, twice, or one that nearly is ours."""
    headings, faults = grid.row(header), []
    for name in columns:
        standing = places_of(headings, name)
        if name in needed and not standing:
            faults.append(
                _fault(
                    grid, header, 0, "columns", "",
                    coded("sources.door.no_column", "there is no column {name!r}", name=name),
                    text("add it in the first row"),
                )
            )  # fmt: skip
        if len(standing) > 1:
            faults.append(
                _fault(
                    grid, header, standing[1], "columns", "",
                    coded("sources.door.column_twice", "the column {name!r} appears twice", name=name),
                    text("rename or delete one"),
                )
            )  # fmt: skip
    absent = [name for name in columns if not places_of(headings, name)]
    ours = {folded(name) for name in columns}
    for place, heading in enumerate(headings):
        remedy = (
            nearest_heading([heading], absent) if absent and heading and folded(heading) not in ours else ""
        )
        if getattr(remedy, "code", "").endswith(".meant"):
            message = coded("sources.door.unread", "the column {name!r} is not read", name=heading[:60])
            faults.append(_fault(grid, header, place, "columns", "", message, remedy))
    return faults


def _hidden(grid: Grid, used: set[int]) -> list[Fault]:
    """Return the cells of the columns read that hold a formula or an error."""
    remedy = text("replace the formula with its value")
    formula = coded("sources.cell.formula", "the cell contains a formula, which is not computed here")
    return [
        _fault(grid, row, column, "formula", "", formula, remedy)
        for row, column in sorted(grid.formulas)
        if column in used
    ] + [
        _fault(grid, row, column, "type", shown[:60], *explain_figure(shown))
        for (row, column), shown in sorted(grid.errors.items())
        if column in used and (row, column) not in grid.formulas
    ]


def _typed(
    grid: Grid, body: pl.DataFrame, place: int | None, kind: pl.DataType, faults: list[Fault]
) -> list[object]:
    """Return a column's cells as what it holds; null where there is none, a fault where a cell is not."""
    if place is None:
        return [None] * body.height
    if kind == pl.String:
        cells = body[str(place)]
        texts_of = (
            (None if cell is None else plain_text(cell) for cell in cells)
            if cells.dtype == pl.Float64
            else cells
        )
        return [None if cell is None or not (said := str(cell).strip()) else said for cell in texts_of]
    values: list[object] = []
    for row in body["row"]:
        cell = grid.row(row)[place]
        value = _value(cell, kind)
        if value is None and cell:
            message, remedy = _wrong(cell, kind)
            faults.append(_fault(grid, row, place, "type", cell[:60], message, remedy))
        values.append(value)
    return values


def _value(cell: str, kind: pl.DataType) -> object:
    if kind == pl.Boolean:
        return _TRUTH.get(cell.casefold())
    try:
        number = float(cell) if cell.isascii() and "_" not in cell else float("nan")
    except ValueError:
        return None
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - the test for "not a number"
        return None
    if kind.is_integer():
        return int(number) if number.is_integer() and abs(number) < 1e15 else None  # noqa: PLR2004 - exact
    return number


def _wrong(cell: str, kind: pl.DataType) -> tuple[str, str]:
    if kind == pl.Boolean:
        return coded("sources.door.not_truth", "{cell!r} is neither yes nor no", cell=cell[:60]), text(
            "write yes or no"
        )
    if kind.is_integer():
        return coded("sources.door.not_whole", "{cell!r} is not a whole number", cell=cell[:60]), text(
            "write a whole number, such as 2016"
        )
    return explain_figure(cell)


def _fault(  # noqa: PLR0917 - what a fault is made of
    grid: Grid, row: int, column: int, rule: str, value: str, message: str, remedy: str
) -> Fault:
    return Fault(
        "error", message, remedy, rule=rule, sheet=grid.sheet, cell=cell_name(row, column), value=value
    )

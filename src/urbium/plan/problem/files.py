"""A roadmap as files that people fill in: a folder with one CSV a table, or a workbook with a sheet a table.

What cannot be read is refused whole, with every such cell named.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from urbium.errors import Fault, InputError, counted, nearest
from urbium.files import write_whole
from urbium.plan.problem.tables import LATER, TABLES, Settings, required
from urbium.sources.figures import explain_figure
from urbium.sources.grid import Grid, cell_name
from urbium.sources.read import open_grids

__all__ = ["read_tables", "write_tables"]

_SETTINGS = "settings"
_YEARS = ("first_year", "last_year")
_KINDS: dict[str, type] = dict.fromkeys(_YEARS, int) | {
    item.name: type(item.default) for item in fields(Settings)
}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_ASKED = {pl.Int64: "a whole number", pl.Float64: "a number", pl.Boolean: "true or false"}


def write_tables(tables: Mapping[str, pl.DataFrame], settings: Mapping[str, object], path: Path) -> Path:
    """Write tables and settings as a workbook when the path ends in .xlsx, as a folder of CSV otherwise."""
    about = pl.DataFrame(
        {"setting": list(settings), "value": [str(value) for value in settings.values()]},
        schema={"setting": pl.String, "value": pl.String},
    )
    every = {_SETTINGS: about, **tables}
    if path.suffix.lower() not in {"", ".xlsx"}:
        raise InputError(
            f"{path.suffix} is no form of a roadmap",
            place=str(path),
            remedy="end it in .xlsx, or name a folder",
        )
    try:
        if path.suffix:
            write_whole(path, _workbook(every))
        else:
            path.mkdir(parents=True, exist_ok=True)
            for name, text in {name: table.write_csv() for name, table in every.items()}.items():
                write_whole(path / f"{name}.csv", text.encode())
    except (OSError, XlsxWriterException, TypeError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"the roadmap could not be written ({error})",
            place=str(path),
            remedy="name a workbook (.xlsx) in a folder that is there, or a folder",
        ) from error
    return path


def _workbook(every: Mapping[str, pl.DataFrame]) -> bytes:
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, table in every.items():
            table.write_excel(
                book,
                worksheet=name,
                dtype_formats={pl.Int64: "0", pl.Float64: "General"},
                freeze_panes=(1, 0),
            )
    return into.getvalue()


def read_tables(path: Path) -> tuple[dict[str, Any], dict[str, pl.DataFrame]]:
    """Read the settings, with ``first_year`` and ``last_year``, and the tables of a roadmap.

    Tables, columns and settings that earlier versions did not write may be missing.

    Raises
    ------
    InputError
        When a table is missing or a cell cannot be read; every fault is named by sheet and cell.
    """
    grids = _grids(path)
    missing = [name for name in (_SETTINGS, *TABLES) if name not in {*grids, *LATER}]
    if missing:
        raise InputError(
            f"no {', '.join(missing)}",
            place=str(path),
            remedy="a roadmap is a workbook with one sheet a table, or a folder with one CSV a table",
        )
    faults: list[Fault] = []
    settings = _settings(grids[_SETTINGS], faults)
    tables = {name: _table(name, grids[name], faults) for name in TABLES if name in grids}
    unknown = [name for name in grids if name not in {_SETTINGS, *TABLES}]
    faults += [_fault(name, 0, 0, "a roadmap has no such table", nearest(name, TABLES)) for name in unknown]
    if faults:
        raise InputError(
            f"the roadmap has {counted(faults)}",
            place=path.name,
            remedy="correct each one named",
            faults=faults,
        )
    return settings, tables


def _grids(path: Path) -> dict[str, Grid]:
    if path.is_dir():
        return {each.stem: grid for each in sorted(path.glob("*.csv")) for grid in open_grids(each)}
    if path.suffix.lower() != ".xlsx":
        raise InputError("there is no roadmap", place=str(path), remedy="name a workbook (.xlsx) or a folder")
    return {grid.sheet: grid for grid in open_grids(path)}


def _fault(sheet: str, row: int, column: int, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="cell", sheet=sheet, cell=cell_name(row, column))


def _settings(grid: Grid, faults: list[Fault]) -> dict[str, Any]:
    """Return settings by name as their types ask for."""
    found: dict[str, Any] = {}
    faults += _cell_faults(_SETTINGS, grid)
    for row in range(1, grid.frame.height):
        name, text = (*grid.row(row), "", "")[:2]
        if not name:
            continue
        if name not in _KINDS:
            faults.append(_fault(_SETTINGS, row, 0, f"there is no setting {name!r}", nearest(name, _KINDS)))
            continue
        if name in found:
            faults.append(_fault(_SETTINGS, row, 0, f"{name} stands twice", "keep one"))
        try:
            found[name] = _KINDS[name](text)
        except ValueError:
            asked = "a whole number" if _KINDS[name] is int else "a number"
            faults.append(_fault(_SETTINGS, row, 1, f"{name} is {text!r}", f"give {asked}"))
    lacking = [name for name in _YEARS if name not in found]
    if lacking and not faults:
        faults.append(_fault(_SETTINGS, 0, 0, f"no {' and no '.join(lacking)}", "add a row for each"))
    return found


def _table(name: str, grid: Grid, faults: list[Fault]) -> pl.DataFrame:
    """Return the rows of a sheet in the columns and types of its table; empty rows are left out."""
    header, schema = grid.row(0), TABLES[name]
    faults += _sheet_faults(name, grid)
    place = {column: header.index(column) for column in schema if column in header}
    columns = []
    for column, number in place.items():
        texts = grid.frame[str(number)].slice(1).cast(pl.String).str.strip_chars()
        texts = texts.set(texts == "", None)
        series = _cast(texts, schema[column]).alias(column)
        asked = _ASKED.get(type(schema[column]), "")
        for row in (texts.is_not_null() & series.is_null()).arg_true():
            faults.append(_fault(name, row + 1, number, f"{column} is {texts[row]!r}", f"give {asked}"))
        columns.append(series)
    table = pl.DataFrame(columns)
    return table.filter(~pl.all_horizontal(pl.all().is_null())) if columns else table


def _sheet_faults(name: str, grid: Grid) -> Iterator[Fault]:
    """Yield what is wrong with the header and with single cells."""
    header, schema = grid.row(0), TABLES[name]
    for number, column in enumerate(header):
        if column and column not in schema:
            yield _fault(name, 0, number, f"{name} has no column {column!r}", nearest(column, schema))
        elif column and column in header[:number]:
            yield _fault(name, 0, number, f"the column {column!r} stands twice", "keep one")
        elif not column and grid.frame[str(number)].null_count() < grid.frame.height:
            yield _fault(name, 0, number, "a column with values has no name", "name it or clear it")
    for column in required(name):
        if column not in header:
            yield _fault(name, 0, 0, f"no column {column}", f"it has {', '.join(schema)}")
    yield from _cell_faults(name, grid)


def _cell_faults(name: str, grid: Grid) -> Iterator[Fault]:
    """Yield the cells whose values would be lost, or are none."""
    for row, number in sorted(grid.formulas):
        yield _fault(name, row, number, "the cell holds a formula, which is not computed", "paste its value")
    for (row, number), text in sorted(grid.errors.items()):
        if (row, number) not in grid.formulas:
            yield _fault(name, row, number, *explain_figure(text))
    for row, number, _, _ in grid.merged:
        yield _fault(name, row, number, "cells are merged here", "split them, and fill in each")


def _cast(texts: pl.Series, kind: pl.DataType) -> pl.Series:
    """Return texts as the type asked for, null where they are none."""
    if isinstance(kind, pl.Boolean):
        return texts.str.to_lowercase().replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
    if isinstance(kind, pl.Int64):
        number = texts.cast(pl.Float64, strict=False)
        return number.set(number != number.round(), None).cast(pl.Int64, strict=False)
    return texts.cast(kind, strict=False)

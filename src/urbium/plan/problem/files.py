"""A roadmap as files that people fill in: a folder with one CSV a table, or a workbook with a sheet a table.

A sheet is named in the language that is spoken, and read by its name in any: a workbook goes on to others.
What cannot be read is refused whole, with every such cell named. See ADR 0013.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from urbium.csv_text import WORKBOOK, as_csv
from urbium.errors import Fault, InputError, nearest, refuse
from urbium.files import write_folder, write_whole
from urbium.plan.problem.tables import DECLARED, OPTIONAL, TABLES, Settings, required
from urbium.sources.formats.grid import Grid, cell_name
from urbium.sources.formats.typed_figures import explain_figure
from urbium.sources.read import open_grids
from urbium.text import ENGLISH, Text, coded, languages, say, spoken, text

_SETTINGS = "settings"
_TITLES: Mapping[str, Text] = {_SETTINGS: text("Settings"), **{n: one.title for n, one in DECLARED.items()}}
_MOST = 31
"""Characters of the name of a sheet of Excel."""
_YEARS = ("first_year", "last_year")
_KINDS: dict[str, type] = dict.fromkeys(_YEARS, int) | {
    item.name: type(item.default) for item in fields(Settings)
}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_ASKED: dict[type, Text] = {
    pl.Int64: text("enter a whole number"),
    pl.Float64: text("enter a number"),
    pl.Boolean: text("enter true or false"),
}
_KEEP_ONE = text("keep one")


def write_tables(tables: Mapping[str, pl.DataFrame], settings: Mapping[str, object], path: Path) -> Path:
    """Write tables and settings as a workbook when the path ends in .xlsx, as a folder of CSV otherwise."""
    about = pl.DataFrame(
        {"setting": list(settings), "value": [str(value) for value in settings.values()]},
        schema={"setting": pl.String, "value": pl.String},
    )
    every = {_SETTINGS: about, **tables}
    if path.suffix.lower() not in {"", ".xlsx"}:
        raise InputError(
            coded("plan.file.form", "{ending} is not a file format for a roadmap", ending=path.suffix),
            place=str(path),
            remedy=text("use a name that ends in .xlsx, or name a folder"),
        )
    try:
        contents = (
            {"": _workbook(every)}
            if path.suffix
            else {f"{name}.csv": as_csv(table).encode() for name, table in every.items()}
        )
    except (OSError, XlsxWriterException, TypeError, pl.exceptions.PolarsError) as error:
        raise InputError(
            coded("plan.file.unwritten", "the roadmap could not be written ({error})", error=str(error)),
            place=str(path),
            remedy=text("name a workbook (.xlsx) in an existing folder, or a folder"),
        ) from error
    if path.suffix:
        write_whole(path, contents[""])
    else:
        write_folder(path, contents)
    return path


def _workbook(every: Mapping[str, pl.DataFrame]) -> bytes:
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, WORKBOOK) as book:
        for name, table in every.items():
            table.write_excel(
                book,
                worksheet=_sheet_name(name),
                dtype_formats={pl.Int64: "0", pl.Float64: "General"},
                freeze_panes=(1, 0),
            )
    return into.getvalue()


def _sheet_name(name: str) -> str:
    """Return what the sheet of a table is called; in English by the name that programs have for the table.

    >>> from urbium.text import language
    >>> with language("zh"):
    ...     _sheet_name("projects"), _sheet_name("settings")
    ('备选项目', '设置')
    """
    return name if spoken() == ENGLISH else str(say(_TITLES[name]))[:_MOST]


@cache
def _by_sheet() -> Mapping[str, str]:
    """Return the names of tables by what their sheets are called in some language."""
    return {
        str(title.render(tongue))[:_MOST]: name
        for tongue in languages()
        if tongue != ENGLISH
        for name, title in _TITLES.items()
    }


def read_tables(path: Path) -> tuple[dict[str, Any], dict[str, pl.DataFrame]]:
    """Read the settings, with ``first_year`` and ``last_year``, and the tables of a roadmap.

    Tables, columns and settings that earlier versions did not write may be missing.

    Raises
    ------
    InputError
        When a table is missing or a cell cannot be read; every fault is named by sheet and cell.
    """
    grids = _grids(path)
    missing = [name for name in (_SETTINGS, *TABLES) if name not in {*grids, *OPTIONAL}]
    if missing:
        raise InputError(
            coded("plan.file.no_table", "tables are missing: {tables:list}", tables=missing),
            place=str(path),
            remedy=text(
                "a roadmap is a workbook with one sheet per table, or a folder with one CSV per table"
            ),
        )
    faults: list[Fault] = []
    settings = _settings(grids[_SETTINGS], faults)
    tables = {name: _table(name, grids[name], faults) for name in TABLES if name in grids}
    unknown = [name for name in grids if name not in {_SETTINGS, *TABLES}]
    no_such_table = coded("plan.file.unknown_table", "a roadmap has no such table")
    faults += [_fault(name, 0, 0, no_such_table, nearest(name, TABLES)) for name in unknown]
    refuse_roadmap([_on_sheet(one, grids) for one in faults], path.name)
    return settings, tables


def _on_sheet(fault: Fault, grids: Mapping[str, Grid]) -> Fault:
    """Return a fault of a table at the sheet as it is called in the workbook."""
    grid = grids.get(fault.sheet or "")
    return fault if grid is None or not grid.sheet else replace(fault, sheet=grid.sheet)


def refuse_roadmap(faults: Sequence[Fault], place: str) -> None:
    """Raise one InputError that carries the faults of a roadmap; do nothing when there is none."""
    refuse(
        faults,
        place,
        coded(
            "plan.roadmap_faults",
            "the roadmap has one fault",
            "the roadmap has {count} faults",
            count=len(faults),
        ),
        text("correct each of those listed"),
    )


def _grids(path: Path) -> dict[str, Grid]:
    if path.is_dir():
        return {file.stem: grid for file in sorted(path.glob("*.csv")) for grid in open_grids(file)}
    if path.suffix.lower() != ".xlsx":
        raise InputError(
            coded("plan.file.none", "there is no roadmap"),
            place=str(path),
            remedy=text("name a workbook (.xlsx) or a folder"),
        )
    return {_by_sheet().get(grid.sheet, grid.sheet): grid for grid in open_grids(path)}


def _fault(sheet: str, row: int, column: int, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="cell", sheet=sheet, cell=cell_name(row, column))


def _settings(grid: Grid, faults: list[Fault]) -> dict[str, Any]:
    """Return settings by name as their types ask for."""
    settings: dict[str, Any] = {}
    faults += _cell_faults(_SETTINGS, grid)
    for row in range(1, grid.frame.height):
        name, value = (*grid.row(row), "", "")[:2]
        if not name:
            continue
        if name not in _KINDS:
            unknown = coded("plan.file.setting", "there is no setting {name!r}", name=name)
            faults.append(_fault(_SETTINGS, row, 0, unknown, nearest(name, _KINDS)))
            continue
        if name in settings:
            twice = coded("plan.file.setting_twice", "{name} appears twice", name=name)
            faults.append(_fault(_SETTINGS, row, 0, twice, _KEEP_ONE))
        try:
            settings[name] = _KINDS[name](value)
        except ValueError:
            asked = _ASKED[pl.Int64] if _KINDS[name] is int else _ASKED[pl.Float64]
            faults.append(_fault(_SETTINGS, row, 1, _is(name, value), asked))
    lacking = [name for name in _YEARS if name not in settings]
    if lacking and not faults:
        said = coded("plan.file.no_setting", "settings are missing: {names:list}", names=lacking)
        remedy = text("add a row for each setting")
        faults.append(_fault(_SETTINGS, 0, 0, said, remedy))
    return settings


def _is(column: str, value: str | None) -> Text:
    return coded("plan.file.cell", "{column} is {value!r}", column=column, value=value)


def _table(name: str, grid: Grid, faults: list[Fault]) -> pl.DataFrame:
    """Return the rows of a sheet in the columns and types of its table; empty rows are left out."""
    header, schema = grid.row(0), TABLES[name]
    faults += _sheet_faults(name, grid)
    place = {column: header.index(column) for column in schema if column in header}
    columns = []
    for column, number in place.items():
        written = grid.frame[str(number)].slice(1).cast(pl.String).str.strip_chars()
        written = written.set(written == "", None)
        series = _cast(written, schema[column]).alias(column)
        asked = _ASKED.get(type(schema[column]), "")
        for row in (written.is_not_null() & series.is_null()).arg_true():
            faults.append(_fault(name, row + 1, number, _is(column, written[row]), asked))
        columns.append(series)
    table = pl.DataFrame(columns)
    return table.filter(~pl.all_horizontal(pl.all().is_null())) if columns else table


def _sheet_faults(name: str, grid: Grid) -> Iterator[Fault]:
    """Yield what is wrong with the header and with single cells."""
    header, schema = grid.row(0), TABLES[name]
    for number, column in enumerate(header):
        if column and column not in schema:
            unknown = coded("plan.file.column", "{table} has no column {column!r}", table=name, column=column)
            yield _fault(name, 0, number, unknown, nearest(column, schema))
        elif column and column in header[:number]:
            twice = coded("plan.file.column_twice", "the column {column!r} appears twice", column=column)
            yield _fault(name, 0, number, twice, _KEEP_ONE)
        elif not column and grid.frame[str(number)].null_count() < grid.frame.height:
            nameless = coded("plan.file.column_unnamed", "a column with values has no name")
            remedy = text("name it or clear it")
            yield _fault(name, 0, number, nameless, remedy)
    for column in required(name):
        if column not in header:
            lacking = coded("plan.file.no_column", "no column {column}", column=column)
            has = text("the columns are {columns:list}", columns=list(schema))
            yield _fault(name, 0, 0, lacking, has)
    yield from _cell_faults(name, grid)


def _cell_faults(name: str, grid: Grid) -> Iterator[Fault]:
    """Yield the cells whose values would be lost, or are none."""
    for row, number in sorted(grid.formulas):
        formula = coded("plan.file.formula", "the cell contains a formula, which is not computed")
        yield _fault(name, row, number, formula, text("replace the formula with its value"))
    for (row, number), error in sorted(grid.errors.items()):
        if (row, number) not in grid.formulas:
            yield _fault(name, row, number, *explain_figure(error))
    for row, number, _, _ in grid.merged:
        merged = coded("plan.file.merged", "cells are merged here")
        remedy = text("unmerge them, and fill in every cell")
        yield _fault(name, row, number, merged, remedy)


def _cast(written: pl.Series, kind: pl.DataType) -> pl.Series:
    """Return texts as the type asked for, null where they are none."""
    if isinstance(kind, pl.Boolean):
        return written.str.to_lowercase().replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
    if isinstance(kind, pl.Int64):
        number = written.cast(pl.Float64, strict=False)
        return number.set(number != number.round(), None).cast(pl.Int64, strict=False)
    return written.cast(kind, strict=False)

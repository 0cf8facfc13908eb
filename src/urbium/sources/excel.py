"""Excel workbooks (.xlsx) as grids of cells: values by calamine, the rest by a look into the package."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from urbium.errors import Fault, InputError
from urbium.sources.grid import Grid, cell_name, plain_text
from urbium.sources.number_formats import Shown
from urbium.sources.package import inspect_package
from urbium.sources.sheet_facts import SheetFacts
from urbium.sources.typed_figures import explain_figure
from urbium.text import text as sentence

__all__ = ["read_workbook"]


def read_workbook(path: Path) -> list[Grid]:
    """Return the worksheets of an .xlsx file, cells as they stand; raise InputError when it cannot be read.

    Numbers stay numbers; texts, dates (ISO; a year or a month where the cell shows no more) and truth values
    become texts. No formula is computed.
    """
    facts = inspect_package(path)
    grids = []
    try:
        workbook = CalamineWorkbook.from_path(path)
        for name, sheet_facts in facts.items():
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            grids.append(
                Grid(
                    name,
                    _frame(rows, sheet_facts.shown),
                    frozenset(sheet_facts.formulas),
                    dict(sheet_facts.errors),
                    tuple(sheet_facts.merged),
                    frozenset(cell for cell, shown in sheet_facts.shown.items() if shown is Shown.PERCENT),
                )
            )
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, str(error), _error_cells(facts)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a panic of the Rust reader looks like
            raise
        raise _unreadable(
            path, sentence("sources.excel.parts_contradict_each_other", "its parts contradict each other")
        ) from error
    return grids


def _frame(rows: list[list[Any]], shown: Mapping[tuple[int, int], Shown]) -> pl.DataFrame:
    for (row, column), form in shown.items():
        day = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        if isinstance(day, date) and form in (Shown.YEAR, Shown.MONTH):
            rows[row][column] = f"{day:%Y}" if form is Shown.YEAR else f"{day:%Y-%m}"
    width = max((len(row) for row in rows), default=0)
    return pl.DataFrame(
        [_column(str(i), [row[i] if i < len(row) else "" for row in rows]) for i in range(width)]
    )


def _column(name: str, cells: list[Any]) -> pl.Series:
    """Return a column as Float64 when every filled cell is a number, else as String."""
    values = [None if cell is None or cell == "" else cell for cell in cells]
    if all(value is None or type(value) is float or type(value) is int for value in values):
        return pl.Series(name, values, dtype=pl.Float64, strict=False)
    return pl.Series(name, [None if value is None else _text(value) for value in values], dtype=pl.String)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return plain_text(value)


def _error_cells(facts: Mapping[str, SheetFacts]) -> list[Fault]:
    """Name the cells that hold an error of the spreadsheet program: new kinds of them stop the reader."""
    return [
        Fault("error", *explain_figure(text), rule="type", sheet=sheet, cell=cell_name(row, column))
        for sheet, sheet_facts in facts.items()
        for (row, column), text in sorted(sheet_facts.errors.items())
    ]


def _unreadable(path: Path, why: str, faults: list[Fault] | None = None) -> InputError:
    return InputError(
        sentence("sources.workbook.unreadable", "the workbook cannot be read ({why})", why=why),
        place=path.name,
        remedy=sentence(
            "sources.workbook.unreadable.remedy", "open it in a spreadsheet program and save it as .xlsx"
        ),
        faults=faults or (),
    )

"""Excel workbooks (.xlsx) as grids of cells: values by calamine, the rest by a look into the package."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from urbium.errors import Fault, InputError
from urbium.sources.formats.cell_frames import ShownDate, grid_of
from urbium.sources.formats.grid import Grid, cell_name
from urbium.sources.formats.number_formats import Shown
from urbium.sources.formats.package import inspect_package
from urbium.sources.formats.sheet_facts import SheetFacts
from urbium.sources.formats.typed_figures import explain_figure
from urbium.text import coded
from urbium.text import text as sentence


def read_workbook(path: Path) -> list[Grid]:
    """Return the worksheets of an .xlsx file, cells as they stand; raise InputError when it cannot be read.

    Numbers stay numbers; texts, dates (ISO; a year or a month where the cell shows no more) and truth values
    become texts, of which the grid says what they were. No formula is computed.
    """
    facts = inspect_package(path)
    grids = []
    try:
        workbook = CalamineWorkbook.from_path(path)
        for name, sheet_facts in facts.items():
            rows = workbook.get_sheet_by_name(name).iter_rows()
            grids.append(
                grid_of(
                    name,
                    _shown_rows(rows, sheet_facts.shown),
                    formulas=frozenset(sheet_facts.formulas),
                    errors=dict(sheet_facts.errors),
                    merged=tuple(sheet_facts.merged),
                    percents=frozenset(
                        cell for cell, shown in sheet_facts.shown.items() if shown is Shown.PERCENT
                    ),
                    is_hidden=sheet_facts.is_hidden,
                    hidden_rows=frozenset(sheet_facts.hidden_rows),
                    hidden_columns=frozenset(sheet_facts.hidden_columns),
                )
            )
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, str(error), _error_cells(facts)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a panic of the Rust reader looks like
            raise
        raise _unreadable(
            path, coded("sources.excel.parts_contradict_each_other", "its parts contradict each other")
        ) from error
    return grids


def _shown_rows(rows: Iterator[list[Any]], shown: Mapping[tuple[int, int], Shown]) -> Iterator[list[Any]]:
    """Yield the rows with dates as their cells show them: as a year or a month where they show no more."""
    by_row: dict[int, list[tuple[int, Shown]]] = {}
    for (row, column), form in shown.items():
        if form in (Shown.YEAR, Shown.MONTH):
            by_row.setdefault(row, []).append((column, form))
    for row, cells in enumerate(rows):
        for column, form in by_row.get(row, ()):
            day = cells[column] if column < len(cells) else None
            if isinstance(day, date):
                cells[column] = ShownDate(f"{day:%Y}" if form is Shown.YEAR else f"{day:%Y-%m}")
        yield cells


def _error_cells(facts: Mapping[str, SheetFacts]) -> list[Fault]:
    """Name the cells that hold an error of the spreadsheet program: new kinds of them stop the reader."""
    return [
        Fault("error", *explain_figure(text), rule="type", sheet=sheet, cell=cell_name(row, column))
        for sheet, sheet_facts in facts.items()
        for (row, column), text in sorted(sheet_facts.errors.items())
    ]


def _unreadable(path: Path, why: str, faults: list[Fault] | None = None) -> InputError:
    return InputError(
        coded("sources.workbook.unreadable", "the workbook cannot be read ({why})", why=why),
        place=path.name,
        remedy=sentence("open it in a spreadsheet program and save it as .xlsx"),
        faults=faults or (),
    )

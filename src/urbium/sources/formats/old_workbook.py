"""Old Excel workbooks (.xls) as grids of cells: values by calamine, in a process whose memory is bounded.

A text of such a file is kept once and named by many cells; the reader makes each of them anew. What that
takes cannot be told before, so a process of its own reads the values; it may hold half a gigabyte.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from urbium.errors import InputError
from urbium.sources.formats.cell_frames import ShownDate, grid_of
from urbium.sources.formats.grid import Grid
from urbium.sources.formats.old_package import inspect_old_workbook
from urbium.text import coded, text

_READER: Final = Path(__file__).with_name("old_values.py")
_SECONDS: Final = 120


def read_old_workbook(path: Path) -> list[Grid]:
    """Return the worksheets of an .xls file, cells as they stand; raise InputError when it cannot be read.

    Numbers stay numbers; texts, dates and truth values become texts. No formula is computed.
    """
    facts = inspect_old_workbook(path)
    sheets = _values(path, [sheet.name for sheet in facts])
    return [
        grid_of(
            sheet.name,
            ([ShownDate(cell[0]) if isinstance(cell, list) else cell for cell in row] for row in rows),
            formulas=frozenset(sheet.formulas),
            merged=tuple(sheet.merged),
            percents=frozenset(sheet.percents),
        )
        for sheet, rows in zip(facts, sheets, strict=True)
    ]


def _values(path: Path, names: list[str]) -> list[list[list[Any]]]:
    """Return the cells of each sheet as ``old_values`` writes them."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-P", str(_READER), str(path.resolve()), *names],
            capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _unreadable(path) from error
    if done.returncode:
        raise _unreadable(path)
    sheets: list[list[list[Any]]] = json.loads(done.stdout)
    return sheets


def _unreadable(path: Path) -> InputError:
    return InputError(
        coded("sources.xls.unreadable", "the old workbook is damaged, or needs more memory than is allowed"),
        place=path.name,
        remedy=text("open it in a spreadsheet program and save it as .xlsx"),
    )

"""The values of an old workbook (.xls), written as JSON: run as a process of its own by ``old_workbook``.

It imports nothing of urbium, so that its bound of memory is that of the reader alone.
"""

import json
import sys
from datetime import date, datetime, time

MOST_MEMORY = 512_000_000
"""Bytes of memory that the process may ask for."""

MOST_LETTERS = 64_000_000
"""Letters of all cells together."""


def read(path: str, names: list[str]) -> list[list[list[object]]]:
    """Return the rows of the sheets of those names; raise MemoryError where they hold too much text."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - under the bound

    workbook = CalamineWorkbook.from_path(path)
    sheets = [
        [
            [_plain(cell) for cell in row]
            for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in names
    ]
    letters = sum(len(cell) for rows in sheets for row in rows for cell in row if isinstance(cell, str))
    if letters > MOST_LETTERS:
        raise MemoryError
    return sheets


def _plain(cell: object) -> object:
    """Return a cell as JSON knows it: a number, a truth value, a text, or a date as a list of its text."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, datetime):
        return [cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")]
    return [cell.isoformat()] if isinstance(cell, date | time) else str(cell)


def _bound() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such bound
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    _bound()
    json.dump(read(sys.argv[1], sys.argv[2:]), sys.stdout)

"""Starter: a small catalogue of one's own to begin with, which loads as it is and explains its columns.

Columns, what they hold and the examples are rows of ``data/catalogue_starter.csv``; what to do with them
stands in ``catalogue_starter.md``.
"""

import csv
import io
from pathlib import Path
from typing import Final

from urbium.catalogue.packaged import DATA
from urbium.catalogue.table_kinds import TABLES
from urbium.files import write_folder

__all__ = ["write_starter"]

_TABLE: Final = DATA / "catalogue_starter.csv"
_EXAMPLES: Final = ("example", "second", "third")
_README: Final = DATA / "catalogue_starter.md"


def write_starter(folder: Path) -> list[Path]:
    """Write the tables of the starter into a folder, made where it is not there; return what was written."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        columns: dict[str, list[dict[str, str]]] = {}
        for row in csv.DictReader(file):
            columns.setdefault(row["table"], []).append(row)
    files = {"README.md": _README.read_bytes()}
    files |= {TABLES[name].written: _table(declared).encode() for name, declared in columns.items()}
    return write_folder(folder, files)


def _table(columns: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(row["column"] for row in columns)
    meanings = [row["meaning"] for row in columns]
    writer.writerow([f"# {meanings[0]}", *meanings[1:]])
    for example in _EXAMPLES:
        cells = [row[example] for row in columns]
        if any(cells):
            writer.writerow(cells)
    return text.getvalue()

"""Packaged tables: the rows of urbium's own catalogue, as they stand in ``data/``."""

import csv
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from urbium.catalogue.tables.table_kinds import TABLES, kind_of_file
from urbium.catalogue.tables.table_rows import Rows, TableRow

DATA: Final = Path(__file__).parents[2] / "data"
"""The folder of the packaged tables."""


@cache
def packaged_rows() -> Rows:
    """Return every row of the packaged tables, by table."""
    tables: dict[str, list[TableRow]] = {name: [] for name in TABLES}
    for kind in TABLES.values():
        for path in [path for pattern in kind.files for path in sorted(DATA.glob(pattern))]:
            file = path.relative_to(DATA).as_posix()
            if kind_of_file(file) is not kind:
                continue
            with path.open(encoding="utf-8-sig", newline="") as table:
                reader = csv.DictReader(table)
                columns = tuple(reader.fieldnames or ())
                tables[kind.name] += [
                    TableRow(MappingProxyType(cells), file, reader.line_num, columns, is_own=False)
                    for cells in reader
                ]
    return MappingProxyType({name: tuple(rows) for name, rows in tables.items()})


def packaged_columns(name: str) -> set[str]:
    """Return the columns that the packaged tables of a name have."""
    return {
        column for columns in {row.columns for row in packaged_rows().get(name, ())} for column in columns
    }

"""The SQL by which whole tables are read from one store and put into another, whatever engine each is of."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from urbium.store.schema import TABLES

TABLES_IN_ORDER: Final[Sequence[sa.Table]] = TABLES.sorted_tables
"""Every table of a store, each behind those that it points at."""

_BLOCK: Final = 20_000
"""Rows held at once: some tables keep whole files."""
_LARGE: Final = 20
"""Rows held at once of a table that keeps files."""


def blocks(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield the rows of a table in the order of its key, so that a row stands behind one it points at."""
    has_files = any(isinstance(column.type, sa.LargeBinary) for column in table.columns)
    rows = connection.execution_options(yield_per=_LARGE if has_files else _BLOCK).execute(
        sa.select(table).order_by(*table.primary_key)
    )
    yield from rows.partitions()


def add_block(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Add rows to a table by the driver's fastest way."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f'copy "{table.name}" ({names}) from stdin') as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(table.columns))
    statement = f'insert into "{table.name}" ({names}) values ({places})'  # noqa: S608 - names of the schema; values are bound
    has_days = any(isinstance(column.type, sa.Date) for column in table.columns)
    driver.executemany(statement, ([_plain(cell) for cell in row] for row in rows) if has_days else rows)


def _plain(cell: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """Return a cell as SQLite stores it: a day as its text."""
    return cell.isoformat() if isinstance(cell, date) else cell

"""The tables of a store, the same on SQLite and PostgreSQL: what the rows of ``data/store`` declare.

Every table of history only grows. ``audit`` is the spine: one entry per change, and whatever a change added
(versions of cities, sources, pilots and dossiers, a load with its observations and faults, a kept document)
points at its entry. The number of an entry is therefore also the order in which
things became known, and its instant is their ``recorded_at``; a load *is* an entry. The rows of the other
tables change and go: secrets and sessions, work in progress, the context store. What they come to is history.

Words that repeat (cities, variables, units, areas, sources, periods, sheets, reasons) stand once and are
pointed at by whole numbers. A ``series`` is one city, variable, area and source; an observation is one
version of one period of a series, so the current version is the one with the greatest load.

A column is a ``key`` or ``unique`` by its mark, ``null`` where it may be empty, and ``refers`` to a column. A
table names the columns of its key where they are several, of each further key, and of each index. One that
``is_clustered`` lies in the order of its key.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement, SchemaItem

from urbium.model import Quality, Status
from urbium.packaged import packaged_rows

VERSION = "1"
"""The version of the schema that this code reads and writes: the head of the migrations."""

VERSION_TABLE = "urbium_schema"
"""The table in which alembic notes the version of a store."""

STATUSES = tuple(status.value for status in Status if status is not Status.REJECTED)
"""The statuses by their stored number: the place in this tuple. Append, never reorder."""

QUALITIES = tuple(quality.value for quality in Quality)
"""The quality grades by their stored number: the place in this tuple. Append, never reorder."""

FAULT_COLUMNS = (
    "severity",
    "sheet",
    "cell",
    "city",
    "variable",
    "period",
    "value",
    "rule",
    "message",
    "remedy",
)
"""The texts of a fault, in the order of :meth:`urbium.errors.Fault.record`."""

TABLES: Final = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
    }
)
"""All tables."""

_KINDS: Final = {
    "text": Text, "number": Integer, "long": BigInteger, "code": SmallInteger, "real": Double, "date": Date,
    "bytes": LargeBinary,
}  # fmt: skip
_CODES: Final = {"status": STATUSES, "quality": QUALITIES}
"""Columns of an observation that are stored as places in a tuple."""


def _column(row: Mapping[str, str]) -> Column[Any]:
    refers = [ForeignKey(row["refers"])] if row["refers"] else []
    if row["mark"] == "key":  # a number is counted by the code
        return Column(row["column"], _KINDS[row["kind"]], *refers, primary_key=True, autoincrement=False)
    is_unique = True if row["mark"] == "unique" else None
    return Column(row["column"], _KINDS[row["kind"]], *refers, nullable=bool(row["null"]), unique=is_unique)


def _constraints(row: Mapping[str, str]) -> Iterator[SchemaItem]:
    if row["key"]:
        yield PrimaryKeyConstraint(*row["key"].split())
    for names in filter(None, row["unique"].split("; ")):
        yield UniqueConstraint(*names.split())
    for names in filter(None, row["indexes"].split("; ")):
        is_unique = names.startswith("unique ")
        yield Index(None, *names.removeprefix("unique ").split(), unique=is_unique)
    if row["table"] == "observation":
        for name, codes in _CODES.items():
            yield CheckConstraint(f"{name} between 0 and {len(codes) - 1}", name=name)


def _declare() -> None:
    rows_of = itemgetter("table")
    of_table = groupby(sorted(packaged_rows("store/columns"), key=rows_of), key=rows_of)
    columns = {table: list(map(_column, rows)) for table, rows in of_table}
    for row in packaged_rows("store/tables"):
        parts = (*columns[row["table"]], *_constraints(row))
        Table(row["table"], TABLES, *parts, sqlite_with_rowid=not row["is_clustered"])


_declare()

PASSING: Final = frozenset(row["table"] for row in packaged_rows("store/tables") if not row["is_history"])
"""The tables that are no history: their rows change and go."""

_REFUSAL = "nothing stored is changed or deleted: record a new version"


def statements(engine: str) -> list[str]:
    """Return what makes every table of an engine, and the triggers that refuse every change of history."""
    dialect = sqlite.dialect() if engine == "sqlite" else postgresql.dialect()  # type: ignore[no-untyped-call]
    tables: list[str] = []
    for table in TABLES.sorted_tables:
        indexes = sorted(table.indexes, key=lambda one: str(one.name))
        making: list[ExecutableDDLElement] = [CreateTable(table), *map(CreateIndex, indexes)]
        tables += [str(one.compile(dialect=dialect)).strip() for one in making]
    kept = [table.name for table in TABLES.sorted_tables if table.name not in PASSING]
    if engine == "sqlite":
        return tables + [
            f"create trigger {table}_no_{verb} before {verb} on {table} "
            f"begin select raise(abort, '{_REFUSAL}'); end"
            for table in kept
            for verb in ("update", "delete")
        ]
    refusing = (
        "create function refuse_change() returns trigger language plpgsql as "
        f"$$ begin raise exception '{_REFUSAL}'; end $$"
    )
    return [*tables, refusing] + [
        f"create trigger {table}_no_change before update or delete or truncate on {table} "
        "for each statement execute function refuse_change()"
        for table in kept
    ]

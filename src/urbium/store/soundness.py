"""Soundness: what the database itself finds wrong, and where its schema is not the one that urbium makes.

A damaged index lets figures vanish from every answer without one of them being altered, and where a trigger
was removed they can be altered; neither shows in the audit log. SQLite compares every index with its table.
Of PostgreSQL the schema is compared, and its indexes where the extension ``amcheck`` is installed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from urbium.errors import Fault
from urbium.store.database import MEMORY, Database
from urbium.store.queries import query_soundness as query
from urbium.text import Text, coded, text

_MOST = 20  # findings of one kind that are listed
_COPY = text(
    "write nothing more to the store; keep a copy of the file and of the -wal file next to it, and "
    "continue from the last backup that passes verification"
)
_RESTORED = text(
    "someone changed the store from outside: continue from the last backup that passes verification"
)


@dataclass(frozen=True, slots=True)
class _Shape:
    """One table as both engines can tell it."""

    columns: frozenset[tuple[str, bool]]  # name, and whether it may be empty
    key: tuple[str, ...]
    uniques: frozenset[tuple[str, ...]]
    pointers: frozenset[tuple[tuple[str, ...], str]]
    indexes: frozenset[tuple[str, ...]]
    is_guarded: bool  # whether triggers refuse every change of it


def damage(connection: sa.Connection) -> list[Fault]:
    """Return what the database finds wrong with its own pages, indexes and references."""
    findings = query.integrity_findings(connection, _MOST)
    return [
        Fault(
            "error",
            coded("store.sound.damaged", "the database is damaged: {finding}", finding=finding),
            _COPY,
            rule="integrity",
        )
        for finding in findings
    ]


def schema_faults(connection: sa.Connection) -> list[Fault]:
    """Return what of the schema is missing or altered, beside the one that the migrations make."""
    wanted, statements, declared = _expected()
    if connection.dialect.name == "sqlite" and query.declarations(connection) == declared:
        return []  # word for word what the migrations make
    messages = list(_table_messages(wanted, _shapes(connection)))
    if connection.dialect.name == "sqlite":
        messages += _trigger_messages(statements, query.trigger_statements(connection))
    return [Fault("error", message, _RESTORED, rule="schema") for message in messages]


def _table_messages(wanted: Mapping[str, _Shape], stored: Mapping[str, _Shape]) -> Iterator[Text]:
    for name, shape in wanted.items():
        if name not in stored:
            yield text("the table {name} is missing", name=name)
            continue
        other = stored[name]
        if shape.is_guarded and not other.is_guarded:
            yield text("changes to the table {name} are no longer blocked", name=name)
        for part in ("columns", "key", "uniques", "pointers", "indexes"):
            if getattr(shape, part) != getattr(other, part):
                yield text("the table {name} was altered ({part})", part=part, name=name)


def _trigger_messages(wanted: Mapping[str, str], stored: Mapping[str, str]) -> Iterator[Text]:
    for name in sorted(wanted.keys() | stored.keys()):
        if name not in stored:
            yield text("the trigger {name} is missing", name=name)
        elif name not in wanted:
            yield text("the trigger {name} was added", name=name)
        elif _plain(wanted[name]) != _plain(stored[name]):
            yield text("the trigger {name} was altered", name=name)


@lru_cache(maxsize=1)
def _expected() -> tuple[dict[str, _Shape], dict[str, str], set[tuple[str, str, str | None]]]:
    """Make an empty store by the migrations and return its schema, triggers and declarations."""
    database = Database(MEMORY, patience=1.0)
    try:
        database.open(create=True)
        with database.reading() as connection:
            return (
                _shapes(connection),
                query.trigger_statements(connection),
                query.declarations(connection),
            )
    finally:
        database.close()


def _shapes(connection: sa.Connection) -> dict[str, _Shape]:
    inspector = sa.inspect(connection)
    guarded = query.guarded_tables(connection)
    keys, uniques = inspector.get_multi_pk_constraint(), inspector.get_multi_unique_constraints()
    pointers, indexes = inspector.get_multi_foreign_keys(), inspector.get_multi_indexes()
    return {
        table[1]: _Shape(
            columns=frozenset((column["name"], bool(column["nullable"])) for column in columns),
            key=tuple(keys[table]["constrained_columns"]),
            uniques=frozenset(tuple(unique["column_names"]) for unique in uniques[table]),
            pointers=frozenset(
                (tuple(pointer["constrained_columns"]), pointer["referred_table"])
                for pointer in pointers[table]
            ),
            indexes=frozenset(
                tuple(str(column) for column in index["column_names"])
                for index in indexes[table]
                if not index.get("duplicates_constraint")
            ),
            is_guarded=table[1] in guarded,
        )
        for table, columns in inspector.get_multi_columns().items()
    }


def _plain(statement: str) -> str:
    return re.sub(r"\s+", " ", statement).strip().lower()

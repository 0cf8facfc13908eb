"""Stores as earlier versions of urbium wrote them, on either engine.

The rows of ``tests/golden/store_v*.sql`` were written by the code of each schema version that was ever in use
before today's (commits 9b519dc, 9dedcd7^, 308f4f2 and f483b41, on 27 November 2026) and dumped from SQLite;
the tables are those that the migrations make up to that version. Schema 1 is ``programme_v1.sql``.
"""

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import urbium.store
from urbium.store.schema import VERSION_TABLE

__all__ = ["VERSIONS", "engine_of", "make_old_store", "rows_of"]

VERSIONS = ("2", "3", "4", "5")
_GOLDEN = Path(__file__).with_name("golden")
_MIGRATIONS = Path(urbium.store.__file__).parent / "migrations"


def engine_of(url):
    address = url.replace("postgresql:", "postgresql+psycopg:")
    return sa.create_engine(address if "://" in address else f"sqlite:///{address}")


def make_old_store(url, version):
    """Make a store of an older schema, with its rows."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    lines = (_GOLDEN / f"store_v{version}.sql").read_text(encoding="utf-8").splitlines()
    engine = engine_of(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("set local session_replication_role = replica")
            lines = [re.sub(r"X'([0-9A-F]*)'", r"'\\x\1'", line) for line in lines]
        for line in lines:
            connection.exec_driver_sql(line)
    engine.dispose()


def rows_of(url, columns=None):
    """Return the columns of every table that holds rows, or those given, and the rows, sorted."""
    engine = engine_of(url)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        names = columns or {
            table: [f'"{one["name"]}"' for one in inspector.get_columns(table)]
            for table in inspector.get_table_names()
            if table != VERSION_TABLE
        }
        rows = {
            table: sorted(
                connection.exec_driver_sql(f'select {", ".join(row)} from "{table}"').all(), key=repr
            )
            for table, row in names.items()
        }
    engine.dispose()
    return {table: names[table] for table in names if rows[table]}, {
        table: of_table for table, of_table in rows.items() if of_table
    }

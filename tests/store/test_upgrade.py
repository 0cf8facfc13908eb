"""A store of an earlier schema is brought up to date: nothing is lost or changed, and the log is whole.

There is one schema, that of 1.0; the later one of these tests adds a column and a table to it.
"""

import os
import shutil
import signal
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command  # noqa: F401 - imported once, before a fork

from urbium.errors import ConflictError
from urbium.store import Store, database

LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "2", "1", None, None


def upgrade():
    op.add_column("city_version", sa.Column("mayor", sa.Text))
    op.create_table("twinning", sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture
def rows(url):
    """Return what reads the rows of a table as they stand in the database."""
    address = url.replace("postgresql:", "postgresql+psycopg:")
    engine = sa.create_engine(address if "://" in address else f"sqlite:///{address}")

    def read(statement):
        with engine.connect() as connection:
            return sorted(connection.exec_driver_sql(statement).all())

    yield read
    engine.dispose()


@pytest.fixture
def later(store, url, tmp_path, monkeypatch):
    """Close the store, let the code be of a later schema, and return the address of the store."""
    store.close()
    folder = tmp_path / "migrations"
    shutil.copytree(Path(database.__file__).parent / "migrations", folder)
    (folder / "versions" / "v2_later.py").write_text(LATER, encoding="utf-8")
    monkeypatch.setattr(database, "_MIGRATIONS", folder)
    monkeypatch.setattr(database, "VERSION", "2")
    return url


def test_an_older_store_is_left_alone_until_somebody_upgrades_it(later, rows):
    before = rows("select * from city_version")

    with pytest.raises(ConflictError, match="schema version 1"):
        Store.open(later)

    assert rows("select * from city_version") == before


def test_every_row_is_there_as_it_was_and_the_log_has_one_entry_more(later, rows):
    cities, log = rows("select * from city_version"), rows("select * from audit")

    Store.upgrade(later)

    assert rows("select * from city_version") == [(*row, None) for row in cities]
    assert rows("select * from audit")[:-1] == log
    assert rows("select what, before, after from audit order by seq")[-1] == (
        "upgrade store", '{"schema":"1"}', '{"schema":"2"}',
    )  # fmt: skip


def test_an_upgrade_that_is_killed_leaves_the_store_as_it_was_and_the_next_one_ends(later, rows):
    before = rows("select * from city_version")

    for number in (1, 4, 8):
        assert killed_before_statement(number, later) == -signal.SIGKILL
        assert rows("select * from city_version") == before

    Store.upgrade(later)
    assert rows("select * from twinning") == []


def killed_before_statement(number, address):
    """Upgrade in a child that kills itself just before that statement, and return how it ended."""
    child = os.fork()
    if child == 0:
        count = 0

        def count_and_die(*_):
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.Engine, "before_cursor_execute", count_and_die)
        try:
            Store.upgrade(address)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

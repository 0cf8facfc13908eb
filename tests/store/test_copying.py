"""A whole store is copied from any engine to any other, proved, and never half of it."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from urbium.errors import ConflictError, NotFoundError
from urbium.store import Store
from urbium.store.copying import copy_store
from urbium.store.queries.query_copying import TABLES_IN_ORDER
from urbium.store.queues.jobs import Job


@pytest.fixture
def full(store, figures, stamp, tmp_path):
    """A store on each engine, with figures, a document, a job that waits; and a second place for a copy."""
    store.record(figures({}, {"period": "2011", "value": 1 / 3}), by="clerk", reason="why", file=stamp)
    store.keep("plan", "base", {"gap": 0.01}, by="ann", reason="adopted")
    store.jobs.add(Job("1", "plan", "olga", {"years": "2016-2020"}, made=1))
    return store


def rows_of(place):
    """Return every row of every table."""
    address = place if "://" in place else f"sqlite:///{place}"
    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        rows = {}
        for table in TABLES_IN_ORDER:
            cells = connection.execute(sa.select(table).order_by(*table.primary_key))
            rows[table.name] = [tuple(row) for row in cells]
    engine.dispose()
    return rows


def test_a_copy_has_every_row_of_every_table_and_the_same_last_entry(full, url, tmp_path):
    head = copy_store(url, tmp_path / "copy.db")

    assert head == full.head()
    assert rows_of(str(tmp_path / "copy.db")) == rows_of(url)
    with Store.open(tmp_path / "copy.db") as copy:
        assert copy.verify() == head
        assert copy.jobs.count() == {"waiting": 1}


def test_a_file_comes_back_into_an_empty_database_of_either_engine(full, url, tmp_path, another):
    copy_store(url, tmp_path / "copy.db")
    head = copy_store(tmp_path / "copy.db", another)

    assert head == full.head()
    assert rows_of(another) == rows_of(url)
    with Store.open(another) as restored:  # and lives on
        restored.keep("plan", "base", {"gap": 0.02}, by="ann", reason="better")
        assert restored.verify().seq == head.seq + 1


def test_only_its_owner_may_read_a_copy(full, url, tmp_path):
    copy_store(url, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_nothing_that_is_there_is_written_over(full, url, tmp_path):
    (tmp_path / "taken.db").write_text("mine")

    with pytest.raises(ConflictError, match="already"):
        copy_store(url, tmp_path / "taken.db")
    with pytest.raises(ConflictError, match="already"):
        copy_store(url, url)
    assert (tmp_path / "taken.db").read_text() == "mine"


def test_of_a_store_that_does_not_verify_there_is_no_copy(tmp_path, full, url):
    copy_store(url, tmp_path / "forged.db")
    with closing(sqlite3.connect(tmp_path / "forged.db", isolation_level=None)) as connection:
        connection.execute("drop trigger observation_no_update")
        connection.execute("update observation set value = value + 1")

    with pytest.raises(ConflictError):
        copy_store(tmp_path / "forged.db", tmp_path / "copy.db")
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == []


def test_where_there_is_no_store_nothing_is_made(tmp_path):
    with pytest.raises(NotFoundError):
        copy_store(tmp_path / "none.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_meanwhile_is_in_the_copy_whole_or_not_at_all(full, url, tmp_path, figures, stamp):
    copy_store(url, tmp_path / "before.db")
    full.record(figures({"period": "2010"}), by="clerk", reason="later", file=stamp)
    copy_store(url, tmp_path / "after.db")

    with Store.open(tmp_path / "before.db") as before, Store.open(tmp_path / "after.db") as after:
        assert after.head().seq == before.head().seq + 1
        assert after.verify() == full.head()

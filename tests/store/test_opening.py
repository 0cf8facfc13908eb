"""A store is found, made or refused, and says so without telling secrets."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from urbium.errors import ConflictError, InputError, NotFoundError, UnavailableError
from urbium.model import City
from urbium.programme.base.kept_store import open_store
from urbium.store import Store
from urbium.store.queries import query
from urbium.store.schema import TABLES, VERSION, VERSION_TABLE

SECRET = "hunter2"


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_missing_file_is_named_and_not_made(tmp_path):
    path = tmp_path / "absent.db"

    with pytest.raises(NotFoundError, match=r"absent\.db: there is no such file; .*create=True"):
        Store.open(path)

    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(NotFoundError, match="there is no folder"):
        Store.open(tmp_path / "absent" / "store.db", create=True)


def test_a_folder_is_not_a_store(tmp_path):
    with pytest.raises(InputError, match="this is a folder"):
        Store.open(tmp_path, create=True)


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path, create):
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 1000)
    before = fingerprint(path)

    with pytest.raises(InputError, match="this is not an urbium store"):
        Store.open(path, create=create)

    assert fingerprint(path) == before


@pytest.mark.parametrize("create", [False, True])
def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path, create):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("create table city (name text)")
    connection.close()
    before = fingerprint(path)

    with pytest.raises(InputError, match="this is not an urbium store"):
        Store.open(path, create=create)

    assert fingerprint(path) == before


def test_an_empty_database_has_no_store_yet(url):
    if not url.startswith("postgresql"):
        Path(url).touch()

    with pytest.raises(NotFoundError, match="there is no store yet"):
        Store.open(url)


def test_a_truncated_store_is_refused(tmp_path):
    path = tmp_path / "store.db"
    Store.open(path, create=True).close()
    path.write_bytes(path.read_bytes()[:5000])

    with pytest.raises(UnavailableError, match="the store is damaged"):
        Store.open(path)


@pytest.mark.parametrize("create", [False, True])
def test_a_store_of_a_newer_schema_is_refused(store, url, behind, create):
    store.close()
    newer = int(VERSION) + 1
    behind(f"update {VERSION_TABLE} set version_num = '{newer}'")

    with pytest.raises(
        ConflictError, match=f"version {newer}, but this version of urbium supports versions up to {VERSION}"
    ):
        Store.open(url, create=create)


def test_a_store_of_an_older_schema_asks_to_be_upgraded(store, url, behind):
    store.close()
    behind(f"update {VERSION_TABLE} set version_num = '0'")

    with pytest.raises(
        ConflictError, match=r"schema version 0, .*open the store with create=True to upgrade it"
    ):
        Store.open(url)


def test_making_a_store_twice_keeps_what_is_in_it(store, url):
    store.close()

    with Store.open(url, create=True) as again:
        assert again.cities()["code"].to_list() == ["110000", "340100"]


def test_the_first_entry_says_which_schema_was_made(store):
    first = store.audit().row(0, named=True)

    assert (first["what"], first["after"]) == ("make store", f'{{"schema":"{VERSION}"}}')


def test_the_migrations_make_the_tables_that_the_code_declares(store, url):
    address = url.replace("postgresql:", "postgresql+psycopg:")
    engine = sa.create_engine(address if "://" in address else f"sqlite:///{address}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        differences = compare_metadata(context, TABLES)
    engine.dispose()

    assert differences == []


def test_a_file_is_written_through_to_the_disk_behind_a_write_ahead_log(tmp_path, monkeypatch):
    monkeypatch.setattr(query, "prepare_sqlite", query.prepare_sqlite.__wrapped__)
    with (
        Store.open(tmp_path / "store.db", create=True) as opened,
        opened._database.reading() as connection,
    ):
        settings = [
            connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert settings == ["wal", 2, 1]


def test_a_closed_store_refuses_everything(store):
    store.close()

    with pytest.raises(InputError, match="the store is closed"):
        store.cities()


def test_closing_twice_is_harmless(store):
    store.close()
    store.close()


@pytest.mark.parametrize("url", ["mysql://u:hunter2@host/db", "https://u:hunter2@host/x.db"])
def test_another_kind_of_database_is_refused(url):
    with pytest.raises(InputError, match="is not a supported database") as caught:
        Store.open(url)

    assert SECRET not in str(caught.value)


def test_a_store_needs_a_place():
    with pytest.raises(InputError, match="name a file"):
        Store.open("", create=True)


def test_a_store_in_memory_holds_what_it_is_given_and_is_gone_when_closed():
    with Store.open(":memory:", create=True) as one, Store.open(":memory:", create=True) as other:
        one.add_cities([City("1", {"en": "Alpha"}, "city")], by="ann", reason="trial")
        assert (one.cities().height, other.cities().height) == (1, 0)
        assert one.place == ":memory:"
        folder = Path(one._database._passing.name)
        assert folder.is_dir()
    assert not folder.exists()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:hunter2@127.0.0.1:1/programme",
        "postgresql://127.0.0.1:1/programme?user=ann&password=hunter2",
        "postgresql://ann:hunter2@127.0.0.1:port/programme",
        "postgresql://ann:hunter2@[::1/programme",
        "postgresql+psycopg://ann:hunter2@127.0.0.1:1/programme?nonsense=hunter2",
    ],
)
def test_no_message_tells_a_password(address):
    with pytest.raises((NotFoundError, InputError, UnavailableError)) as caught:
        Store.open(address)

    told = "".join((str(caught.value), repr(caught.value.problem())))
    assert SECRET not in told


def test_a_store_is_named_without_its_password(url):
    with Store.open(url, create=True) as opened:
        assert "options" not in repr(opened)


def test_a_store_whose_tables_are_of_another_version_before_release_is_refused(url, store):
    assert store.lacking_columns() == []
    store.close()
    address = url.replace("postgresql:", "postgresql+psycopg:")
    engine = sa.create_engine(address if "://" in address else f"sqlite:///{address}")
    with engine.begin() as connection:
        connection.execute(sa.text("alter table pilot_version rename to pilots"))
    engine.dispose()

    with pytest.raises(ConflictError, match=r"its table pilot_version has no column \w+"):
        open_store(url)

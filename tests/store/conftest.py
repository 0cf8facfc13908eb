"""A store on each engine, and the few figures that its tests speak of.

PostgreSQL is the server named by URBIUM_TEST_POSTGRESQL; each test gets a schema of its own there.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import psycopg
import pytest

from urbium.model import City, Source
from urbium.store import FileStamp, Store

POSTGRESQL = "URBIUM_TEST_POSTGRESQL"
COLUMNS = (
    "city",
    "variable",
    "period",
    "value",
    "unit",
    "area",
    "status",
    "quality",
    "source",
    "file",
    "sheet",
    "cell",
    "reason",
)
USUAL = {
    "city": "340100",
    "variable": "gdp",
    "period": "2012",
    "value": 4164.34,
    "unit": "10k CNY",
    "area": "prefecture",
    "status": "reported",
    "quality": "measured",
    "source": "ccsy",
    "file": "yearbook.xlsx",
    "sheet": "Economy",
    "cell": "C14",
    "reason": "",
}


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@contextmanager
def place_for(engine: str, folder: Path) -> Iterator[str]:
    """Yield the address of a place where there is no store yet."""
    if engine == "sqlite":
        yield str(folder / f"{secrets.token_hex(4)}.db")
        return
    server = os.environ.get(POSTGRESQL)
    if not server:
        pytest.skip(f"PostgreSQL is not named by {POSTGRESQL}: the tests of that engine are skipped")
    schema = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create schema {schema}")
    joint = "&" if "?" in server else "?"
    yield f"{server}{joint}options=-csearch_path%3D{schema}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute(f"drop schema {schema} cascade")


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a place where there is no store yet."""
    with place_for(request.param, tmp_path) as place:
        yield place


@pytest.fixture(params=ENGINES)
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a second such place, of either engine."""
    with place_for(request.param, tmp_path) as place:
        yield place


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Return a store that knows two cities and two sources."""
    with Store.open(url, create=True) as opened:
        cities = [
            City("340100", {"en": "Hefei", "zh": "合肥市"}, "prefecture"),
            City("110000", {"en": "Beijing", "zh": "北京市"}, "municipality"),
        ]
        opened.add_cities(cities, by="founder", reason="founding")
        sources = [
            Source("ccsy", "National Bureau of Statistics", "City yearbook", "2013"),
            Source("own", "Programme office", "Survey", "2014"),
        ]
        opened.add_sources(sources, by="founder", reason="founding")
        yield opened


@pytest.fixture
def behind(url: str) -> Callable[..., None]:
    """Return a function that runs SQL behind the store's back: no triggers, no foreign keys."""

    def run(*statements: str) -> None:
        if url.startswith("postgresql"):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("set session_replication_role = replica")
                for statement in statements:
                    connection.execute(statement)
            return
        connection = sqlite3.connect(url, isolation_level=None)
        names = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f"drop trigger {name}")
        for statement in statements:
            connection.execute(statement)
        connection.close()

    return run


@pytest.fixture(scope="session")
def figures() -> Callable[..., pl.DataFrame]:
    """Return a function that makes a table of observations: the usual one, changed as each mapping says."""

    def make(*changes: dict[str, object]) -> pl.DataFrame:
        rows = [{**USUAL, **change} for change in (changes or ({},))]
        kinds = {name: pl.Float64 if name == "value" else pl.String for name in COLUMNS}
        return pl.DataFrame(rows, schema=kinds)

    return make


@pytest.fixture(scope="session")
def stamp() -> FileStamp:
    """Return the stamp of the file from which the figures come."""
    return FileStamp("yearbook.xlsx", "5e" * 32)


@pytest.fixture
def load(store: Store, stamp: FileStamp) -> Callable[..., object]:
    """Return a function that records a table in the store, by a clerk, for a reason."""

    def record(table: pl.DataFrame, **other: object) -> object:
        return store.record(table, **{"by": "clerk", "reason": "yearly report", "file": stamp, **other})

    return record

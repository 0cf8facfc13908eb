"""Where killed processes store: places of both engines that hold no store yet."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import psycopg
import pytest

POSTGRESQL = "URBIUM_TEST_POSTGRESQL"


@contextmanager
def schema(server: str) -> Iterator[str]:
    """Yield the address of a schema of its own, which is dropped at the end."""
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create schema {name}")
    yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute(f"drop schema {name} cascade")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request, tmp_path) -> Iterator[Callable[[], str]]:
    """Return what gives the address of one more place where there is no store yet."""
    numbers = count()
    if request.param == "sqlite":
        yield lambda: str(tmp_path / f"store{next(numbers)}.db")
        return
    server = os.environ.get(POSTGRESQL)
    if not server:
        pytest.skip(f"PostgreSQL is not named by {POSTGRESQL}: the tests of that engine are skipped")
    with ExitStack() as schemas:
        yield lambda: schemas.enter_context(schema(server))


@pytest.fixture
def address(place) -> str:
    """Return the address of a place where there is no store yet."""
    return place()

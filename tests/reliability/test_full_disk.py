"""A full disk: nothing says "written" that is not, and nothing is left half-written."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

import polars as pl
import pytest
import sqlalchemy as sa
from litestar.testing import TestClient

from little_room import little_room
from people_of import staffed
from urbium.catalogue import load_catalogue
from urbium.errors import NoSpaceError, UnavailableError
from urbium.plan import write_model
from urbium.publish import export_folder
from urbium.sources.report_template import template
from urbium.store.queries import query
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

CITIES = pl.DataFrame({"code": ["340100"], "name_en": ["Hefei"], "name_zh": ["合肥"]})


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_a_model_that_is_cut_short_is_not_written(towns, tmp_path, ending):
    whole = write_model(towns.towns_roadmap(), tmp_path / f"whole.{ending}").read_bytes()
    with little_room(4096), pytest.raises((NoSpaceError, UnavailableError)):
        write_model(towns.towns_roadmap(), tmp_path / f"m.{ending}")

    assert len(whole) > 4096
    assert [path.name for path in tmp_path.iterdir()] == [f"whole.{ending}"]


def test_a_template_without_room_is_refused_in_words(tmp_path):
    with little_room(1000), pytest.raises(NoSpaceError, match="no space left on the disk"):
        template(tmp_path / "t.xlsx", load_catalogue(), cities=CITIES, variables=["gdp"], periods=["2020"])

    assert list(tmp_path.iterdir()) == []


def test_an_export_without_room_leaves_no_folder_and_can_be_written_later(tmp_path):
    tables = {"cities": CITIES, "long": pl.DataFrame({"a": ["x" * 100] * 100})}
    with little_room(2000), pytest.raises(NoSpaceError):
        export_folder(tmp_path / "out", tables=tables, results={}, sources={})
    assert list(tmp_path.iterdir()) == []
    written = export_folder(tmp_path / "out", tables=tables, results={}, sources={})

    assert [path.name for path in written] == ["cities.csv", "long.csv", "datapackage.json"]
    assert all(path.is_file() for path in written)


def test_work_on_a_full_disk_is_refused_with_507_and_the_next_write_works(tmp_path):
    with staffed(tmp_path / "store.db") as programme:
        secret = programme.people.take_place("olga").secret
        engine = programme.store._database._engine
        body = {"code": "full", "content": {"title": "Full", "text": "x" * 20_000, "note": "x" * 20_000}}
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
            visitor.cookies["urbium_session"] = secret
            with most_pages(engine, 0):
                refused = visitor.post("/api/agreements/begin", json=body)
                assert visitor.get("/api/accounts").status_code == 200
            assert (refused.status_code, refused.json()["type"]) == (507, "urn:urbium:no-space")
            assert visitor.get("/api/agreements/full").status_code == 404
            assert visitor.post("/api/agreements/begin", json=body).status_code == 201
        programme.store.verify()


def test_work_on_a_failing_disk_is_refused_with_503_and_the_next_write_works(tmp_path, monkeypatch):
    with staffed(tmp_path / "store.db") as programme:
        secret = programme.people.take_place("olga").secret
        body = {"code": "fails", "content": {"title": "F"}}
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
            visitor.cookies["urbium_session"] = secret
            with monkeypatch.context() as broken:
                broken.setattr(query, "add_rows", failing_disk)
                assert visitor.post("/api/organisations/begin", json=body).status_code == 503
                assert visitor.get("/api/accounts").status_code == 200
            assert visitor.get("/api/organisations/fails").status_code == 404
            assert visitor.post("/api/organisations/begin", json=body).status_code == 201
        programme.store.verify()


def test_a_store_that_cannot_be_read_for_a_full_disk_says_that_it_is_full(tmp_path, monkeypatch):
    with staffed(tmp_path / "store.db") as programme:
        usage = SimpleNamespace(total=10**9, used=10**9, free=0)
        monkeypatch.setattr("urbium.store.database.shutil.disk_usage", lambda _: usage)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"

        assert isinstance(programme.store._database._translated(error), NoSpaceError)
        usage.free = 10**8
        assert isinstance(programme.store._database._translated(error), UnavailableError)


@contextmanager
def most_pages(engine, more):
    """Let a store grow by no more than so many pages."""
    listener = partial(_limit, more)
    sa.event.listen(engine, "checkout", listener)
    try:
        yield
    finally:
        sa.event.remove(engine, "checkout", listener)
        engine.dispose()


def _limit(more, connection, *_):
    pages = connection.execute("pragma page_count").fetchone()[0]
    connection.execute(f"pragma max_page_count = {pages + more}")


def failing_disk(*_):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_WRITE"
    raise sa.exc.OperationalError("insert", {}, error)

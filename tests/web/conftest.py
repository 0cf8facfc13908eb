"""The demo programme and clients of its app, opened once: drawing runs in a thread here."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from litestar.testing import TestClient

import urbium
from urbium.model import City
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.server import kept_answers


@contextmanager
def opened(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def open_client():
    """Return what opens a client of any programme's app."""
    return opened


@pytest.fixture(scope="session")
def programme(demo):
    """The demo programme."""
    return demo


@pytest.fixture(scope="session")
def client(programme):
    with opened(programme) as visitor:
        yield visitor


@pytest.fixture
def nothing_kept(monkeypatch):
    """Let every answer be made anew and none be kept, where tests change what the store does not know."""
    monkeypatch.setattr(kept_answers._Answer, "is_valid", lambda *_: False)
    monkeypatch.setattr(kept_answers, "_LARGEST", 0)


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """A programme of two cities in which no stage was run and nothing is wrong."""
    with urbium.new(tmp_path_factory.mktemp("bare") / "programme.db") as programme:
        cities = [
            City(code, {"en": name}, "prefecture", {"en": "Anhui"})
            for code, name in (("340100", "Hefei"), ("340200", "Wuhu"))
        ]
        programme.register(cities=cities, by="office", reason="a beginning")
        yield programme


@pytest.fixture(scope="session")
def empty(bare):
    with opened(bare) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def own(tmp_path_factory, towns):
    """The plan of two towns, adopted, and the same with less money kept as "half the money"."""
    road = towns.towns_roadmap()
    with urbium.new(tmp_path_factory.mktemp("towns") / "programme.db") as programme:
        cities = [City(code, {"en": name}, "prefecture") for code, name in (("A", "Aston"), ("B", "Bourne"))]
        programme.register(cities=cities, by="office", reason="a beginning")
        programme.adopt(programme.plan(road, work_limit=10), by="office", reason="our own")
        less = road.replace(budgets=road.budgets.with_columns(amount=road.budgets["amount"] / 2))
        programme.keep_plan(programme.plan(less, work_limit=10), name="half the money", by="office")
        yield programme


@pytest.fixture(scope="module")
def app(programme):
    """The pages of a programme, whose module says which; as a demo, in which any place can be taken."""
    return create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)


@pytest.fixture(scope="module")
def visitor(app):
    """A client of the pages of the module's programme, in which any place can be taken."""
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        yield visitor


@pytest.fixture
def as_somebody(app):
    """Return what opens the pages as somebody; one visitor a test."""
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:

        def become(code):
            visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
            return visitor

        yield become

"""The stand-in programme and clients of its app, made once: drawing runs in a thread here."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from office import StandIn
from urbium.web import create_app
from urbium.web.drawing import Drawer


@pytest.fixture(scope="session")
def stand_in():
    return StandIn


@pytest.fixture(scope="session")
def app(stand_in):
    return create_app(stand_in(), drawer=Drawer(ThreadPoolExecutor(1)))


@pytest.fixture(scope="session")
def client(app):
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def empty(stand_in):
    """A programme in which no stage was run and nothing is wrong."""
    app = create_app(stand_in((), has_faults=False), drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as opened:
        yield opened

"""The desk of a programme, whose module says which."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer


@pytest.fixture(scope="module")
def app(programme):
    return create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)


@pytest.fixture
def as_somebody(app):
    """Return what opens the pages as somebody; one visitor a test."""
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:

        def become(code):
            visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
            return visitor

        yield become

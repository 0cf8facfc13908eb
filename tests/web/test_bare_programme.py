"""A programme of one's own with cities and no figures yet: every page is there and says what is missing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

import urbium
from urbium.model import City
from urbium.web import create_app
from urbium.web.drawing import Drawer


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    with urbium.new(tmp_path_factory.mktemp("bare") / "programme.db") as programme:
        town = City("T1", {"en": "Town"}, "prefecture")
        programme.register(cities=[town], by="office", reason="a beginning")
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            yield client


@pytest.mark.parametrize("address", ["/", "/cities/T1", "/nation", "/plan", "/indices", "/data"])
def test_a_page_is_there_before_any_figure_is(bare, address):
    assert bare.get(address).status_code == 200


def test_the_years_ahead_say_what_to_run(bare):
    assert "urbium forecast --to 2035 --adopt" in bare.get("/nation").text

"""Projects that only a roadmap of one's own knows stand on the pages beside those of the catalogue."""

import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import polars as pl
import pytest
from litestar.testing import TestClient

import urbium
from urbium.model import City
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # bars of cells


@pytest.fixture(scope="module")
def tram(tmp_path_factory, towns):
    """Two towns; Aston's services are called TRAM, and Bourne's, which close nothing, FERRY."""
    road = towns.towns_roadmap()
    called = {"A:EGOV": "TRAM", "B:EGOV": "FERRY"}
    solution = pl.col("project").replace_strict(called, default=pl.col("solution"))
    road = road.replace(projects=road.projects.with_columns(solution=solution))
    with urbium.new(tmp_path_factory.mktemp("own") / "programme.db") as programme:
        cities = [City(code, {"en": name}, "prefecture") for code, name in (("A", "Aston"), ("B", "Bourne"))]
        programme.register(cities=cities, by="office", reason="a beginning")
        programme.adopt(programme.plan(road, work_limit=10), by="office", reason="our own")
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            yield client


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/plan/projects", "TRAM"),
        ("/cities/A/plan", "TRAM"),
        ("/cities/B/plan", "/plan/why?city=B&amp;solution=FERRY"),
        ("/plan/projects/A/TRAM", "it is specific to this roadmap"),
        ("/plan/projects/B/FERRY", "It is not in the plan of Bourne."),
        ("/plan/why?city=A&solution=TRAM", "TRAM in Aston: why it is in the plan"),
        ("/plan/why?city=B&solution=FERRY", "FERRY in Bourne: why it is not in the plan"),
        ("/api/plan/explain?city=A&solution=TRAM", "these figures come from the roadmap itself"),
    ],
)
def test_a_project_of_ones_own_is_shown_and_explained(address, words, tram):
    page = tram.get(address)

    assert page.status_code == 200
    assert words in page.text


def test_another_citys_own_project_is_none_of_this_city(tram):
    assert "FERRY" not in tram.get("/cities/A/plan").text
    assert tram.get("/plan/why?city=A&solution=FERRY").status_code == 404


def test_the_workbook_has_a_project_of_ones_own(tram):
    book = openpyxl.load_workbook(io.BytesIO(tram.get("/downloads/plan.xlsx").content))
    cells = {cell.value for row in book["Projects"].iter_rows() for cell in row}

    assert "TRAM" in cells

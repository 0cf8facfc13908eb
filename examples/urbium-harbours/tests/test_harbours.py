"""urbium with urbium-harbours installed: every row is found beside urbium's own, and does its work."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest
from litestar.testing import TestClient

import urbium
from urbium.measure.means import MEANS, function_of
from urbium.measure.steps.registry import STEPS
from urbium.model import Choice, City, Source
from urbium.platform.connectors.registry import CONNECTORS
from urbium.platform.entities import Feed
from urbium.sources.formats.csv_layout import CsvForm
from urbium.sources.formats.file_formats import format_of
from urbium.store import FileStamp
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

TIDES = "2026-11-30T06:00:00+00:00 north 1.2\n2026-11-30T12:00:00+00:00 north 3.4\n"


@pytest.fixture
def programme(tmp_path):
    with urbium.new(tmp_path / "harbours.db", nation="MX", name="Puertos") as programme:
        programme.register(
            sources=[Source("wup", "United Nations", "Prospects", "2018", "CC BY 3.0 IGO")],
            cities=[City("30193", {"en": "Veracruz"}, "metro", {"en": "Veracruz"})],
            by="ann",
            reason="a beginning",
        )
        yield programme


def test_a_step_and_a_mean_are_known_by_name():
    assert "square-root" in STEPS
    middle = function_of(Choice("middle"))
    assert middle(np.array([[1.0, 5.0, 9.0]]), np.ones(3)).tolist() == [5.0]
    assert MEANS["middle"].noun == "median of the parts"


def test_a_file_is_read_by_its_ending(tmp_path):
    path = tmp_path / "north.tide"
    path.write_text(TIDES, encoding="utf-8")
    (grid,) = format_of(path).read(path, CsvForm())
    assert grid.row(1) == ["2026-11-30T12:00:00+00:00", "north", "3.4"]


def test_a_feed_reads_its_gauges(tmp_path):
    path = tmp_path / "north.tide"
    path.write_text(TIDES, encoding="utf-8")
    batch = CONNECTORS["tide-gauge"].file(path, Feed("tides", "TideObserved"))
    assert [one["waterLevel"]["value"] for one in batch.entities] == [1.2, 3.4]


def test_a_publication_has_its_file_and_describes_it(programme):
    row = {
        "city": "30193", "variable": "population_agglomeration", "period": "2015", "value": 537_000.0,
        "unit": "persons", "area": "agglomeration", "status": "reported", "quality": "measured",
        "source": "wup", "file": "people.csv", "sheet": "", "cell": "", "reason": "",
    }  # fmt: skip
    stamp = FileStamp("people.csv", "0" * 64)
    programme.store.record(pl.DataFrame([row]), by="ann", reason="people", file=stamp)
    publication = programme.publish(by="ann", formats=["places-text", "dcat"])
    assert b"30193 Veracruz" in programme.open_data.content(publication.id, "places.txt")
    assert b"places.txt" in programme.open_data.content(publication.id, "dcat.jsonld")


def test_a_document_is_composed(programme):
    assert programme.documents.compose("harbour", "30193").title == "The harbour of 30193"


def test_a_page_stands_behind_its_door(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert "Veracruz" in client.get("/harbours").text
        assert "/harbours" in client.get("/cities").text

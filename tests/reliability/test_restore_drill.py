"""A restore drill: four million figures are backed up, lost and brought back, and answer the same."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

import index
import load
import urbium
from urbium.model import City, Source
from urbium.programme import backup_store, copy_store
from urbium.store import FileStamp, Store
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

pytestmark = pytest.mark.release
FIGURES = 4_000_000
SECONDS = 300.0
"""What backing up and bringing back may take together."""
ADDRESSES = (
    "/", "/cities", "/cities/100100", "/cities/100100/figures", "/indices/u4ssc", "/about/sources",
    "/api/cities", "/data",
)  # fmt: skip


def filled(place):
    """Fill a new store with the figures of all cities and years; return how many there are."""
    years = index.YEARS
    table = load.cells(years)
    while table.height < FIGURES:
        years += 5
        table = load.cells(years)
    with Store.open(place, create=True) as store:
        cities = [City(code, {"en": code}, "prefecture") for code in index.city_codes()]
        store.add_cities(cities, by="bench", reason="bench")
        store.add_sources([Source("u4ssc", "bench", "bench")], by="bench", reason="bench")
        stamp = FileStamp("panel.xlsx", "0" * 64)
        return store.record(table, by="bench", reason="bench", file=stamp).stored


def answers(place):
    """Return what is answered at some addresses, and the scores of a year, to the byte."""
    with urbium.open(place) as programme:
        scores = programme.measure("u4ssc", period=2024, runs=0).table.write_csv()
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            pages = {address: client.get(address) for address in ADDRESSES}
    return {address: (page.status_code, page.content) for address, page in pages.items()} | {
        "scores": (200, scores)
    }


def test_four_million_figures_come_back_in_minutes_and_answer_the_same(place, tmp_path):
    office, restored, copy = place(), place(), tmp_path / "backup.db"
    assert filled(office) >= FIGURES
    before = answers(office)
    begun = time.monotonic()
    head = backup_store(office, copy)
    again = copy_store(copy, restored)
    ended = time.monotonic()

    assert again == head
    assert answers(restored) == before
    assert {status for status, _ in before.values()} == {200}
    assert ended - begun < SECONDS

"""Drawing: once for each content, in other processes, and fit to stand inside a page."""

import asyncio
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import polars as pl
import pytest
from litestar.testing import TestClient

from seeds import long_but
from urbium import charts
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer, inline

SPEC = charts.ranking(pl.DataFrame({"name_en": ["Hefei", "Wuhu"], "score": [61.0, 40.0]}))


class _Counting(ThreadPoolExecutor):
    count = 0

    def submit(self, *given, **named):
        self.count += 1
        return super().submit(*given, **named)


def test_the_same_chart_is_drawn_once():
    pool = _Counting(1)
    drawer = Drawer(pool)
    first, second = drawer.draw(SPEC), drawer.draw(dict(SPEC))
    drawer.close()
    assert (first, pool.count) == (second, 1)


def test_the_vega_beside_a_picture_cannot_end_its_script_element():
    drawer = Drawer(ThreadPoolExecutor(1))
    table = pl.DataFrame({"name_en": ["</script><b>"], "score": [1.0]})
    drawing = drawer.draw(charts.ranking(table))
    drawer.close()
    assert "<" not in drawing.vega
    assert "</script" not in drawing.svg


def test_two_pictures_on_a_page_share_no_id():
    svg = '<svg><clipPath id="clip0"/><g clip-path="url(#clip0)"/></svg>'
    assert inline(svg, "a") == '<svg><clipPath id="a-clip0"/><g clip-path="url(#a-clip0)"/></svg>'


@pytest.mark.long
def test_a_pool_of_processes_draws_what_this_process_would():
    drawer = Drawer()
    try:
        drawing = drawer.draw(SPEC)
    finally:
        drawer.close()
        threading.Event().wait(0)
    assert drawing.svg == inline(charts.render(SPEC).decode(), charts.content_hash(SPEC)[:8])


@pytest.mark.long
def test_a_killed_worker_is_replaced_and_the_chart_drawn():
    drawer = Drawer()
    try:
        drawer.draw(SPEC)
        for worker in list(drawer._executor._processes):
            os.kill(worker, signal.SIGKILL)
        table = pl.DataFrame({"name_en": ["Wuhu"], "score": [40.0]})
        again = drawer.draw(charts.ranking(table))
    finally:
        drawer.close()
    assert again.is_drawn


class _Dying(ThreadPoolExecutor):
    """A pool whose processes always die."""

    def submit(self, *_given, **_named):
        raise BrokenProcessPool


def test_a_pool_that_stays_broken_gives_a_drawing_without_a_picture():
    drawing = Drawer(_Dying(1)).draw(SPEC)
    assert (drawing.is_drawn, drawing.svg, drawing.vega) == (False, "", "")


@pytest.mark.parametrize("address", long_but(["/"], ["/", "/nation", "/plan", "/plan/money"]))
def test_a_page_whose_charts_cannot_be_drawn_shows_the_rest_and_says_so(programme, address):
    app = create_app(programme, drawer=Drawer(_Dying(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get(address)
    assert answer.status_code == 200
    assert "could not be drawn at the moment" in answer.text
    assert answer.text.count("<section") > 1


def test_a_chart_with_an_address_that_cannot_be_drawn_leaves_its_words(programme):
    app = create_app(programme, drawer=Drawer(_Dying(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        page = client.get("/cities/340100")
        picture = page.text.split('<img src="')[1]
        address, label = picture.split('"')[0], picture.split('alt="')[1].split('"')[0]

        assert "Hefei" in label
        assert client.get(address).status_code == 503


def test_a_module_that_cannot_be_built_is_an_answer_that_asks_for_patience(bare):
    app = create_app(bare, drawer=Drawer(_Dying(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        assert client.get(f"/vega/{charts.bundle_name()}").status_code == 503


def test_a_chart_on_a_page_of_one_process_is_drawn_by_another(tmp_path):
    one, other = (Drawer(ThreadPoolExecutor(1), tmp_path) for _ in range(2))
    key = one.apart(SPEC).key
    assert asyncio.run(other.drawn(key)) == asyncio.run(one.drawn(key))
    with pytest.raises(KeyError):
        asyncio.run(other.drawn("0" * 64))
    one.close()
    other.close()

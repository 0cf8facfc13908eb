"""Drawing: once for each content, in other processes, and fit to stand inside a page."""

import asyncio
import os
import re
import signal
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import polars as pl
import pytest
from litestar.testing import TestClient

from urbium import charts
from urbium.text import language
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer, inline

SPEC = charts.ranking(pl.DataFrame({"name": ["Hefei", "Wuhu"], "score": [61.0, 40.0]}))


def a_map(*names):
    """Return a map whose circles are links, which stands in its page."""
    places = range(len(names))
    table = {"code": [f"{at}" for at in places], "name": names, "longitude": [4.0 + at for at in places]}
    rest = {"latitude": [52.0], "size": [1e5], "projects": [2], "building": [[1]], "finished": [[0]]}
    same = {name: value * len(names) for name, value in rest.items()}
    return charts.year_map(pl.DataFrame(table | same), [2020], 2020, link="/cities/")


MAP = a_map("Hefei", "Wuhu")


class _Counting(ThreadPoolExecutor):
    count = 0

    def submit(self, *given, **named):
        self.count += 1
        return super().submit(*given, **named)


def test_the_same_chart_is_drawn_once():
    pool = _Counting(1)
    drawer = Drawer(pool)
    first, second = drawer.draw(MAP), drawer.draw(dict(MAP))
    for _ in range(3):
        asyncio.run(drawer.drawn(f"{drawer.draw(SPEC).key}-340.svg"))
    drawer.close()
    assert first.svg == second.svg
    assert pool.count == 3, "the map and its Vega, and one width of the other chart"


def test_a_chart_is_drawn_only_for_the_width_that_is_asked_for():
    pool = _Counting(1)
    drawer = Drawer(pool)
    drawing = drawer.draw(SPEC)
    assert (pool.count, drawing.svg, drawing.is_drawn) == (0, "", True)
    narrow, wide = (
        zlib.decompress(asyncio.run(drawer.drawn(f"{drawing.key}-{width}.svg"))) for width in (340, 820)
    )
    drawer.close()
    assert (b'width="340"' in narrow, b'width="820"' in wide) == (True, True)


@pytest.mark.parametrize("name", ["x.svg", f"{'0' * 40}-340.svg", "-341.svg", "-340.pdf", ".pdf", ""])
def test_what_is_not_the_name_of_a_chart_is_not_known(name):
    drawer = Drawer(_Counting(1))
    whole = name if name.startswith(("x", "0")) else drawer.draw(SPEC).key + name
    with pytest.raises(KeyError):
        asyncio.run(drawer.drawn(whole))
    with pytest.raises(KeyError):
        asyncio.run(drawer.file(whole, "source"))
    drawer.close()


def test_a_file_bears_the_words_by_which_its_page_names_the_chart():
    drawer = Drawer(_Counting(1))
    drawing = drawer.draw(SPEC)
    drawing.name("Scores of two cities")
    content = asyncio.run(drawer.file(f"{drawing.key}.svg", "Source: a register"))
    drawer.close()
    assert b"Scores of two cities" in content
    assert b"Highest: Hefei, 61" in content
    assert b"Source: a register" in content


def test_a_file_is_made_once_for_each_language_and_day():
    pool = _Counting(1)
    drawer = Drawer(pool)
    drawing = drawer.draw(SPEC)
    drawing.name("Scores of two cities")
    with language("zh"):
        drawing.name("两市得分")
        chinese = asyncio.run(drawer.file(f"{drawing.key}.svg", "Source: a register"))
    english = [asyncio.run(drawer.file(f"{drawing.key}.svg", "Source: a register")) for _ in range(3)]
    asyncio.run(drawer.file(f"{drawing.key}.svg", "Source: a register, a day later"))
    drawer.close()
    assert ("两市得分".encode() in chinese, "两市得分".encode() in english[0]) == (True, False)
    assert pool.count == 3, "a Chinese one, an English one, and that of another day"


def test_the_vega_beside_a_picture_cannot_end_its_script_element():
    drawer = Drawer(ThreadPoolExecutor(1))
    drawing = drawer.draw(a_map("</script><b>"))
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
        drawing = drawer.draw(MAP)
    finally:
        drawer.close()
        threading.Event().wait(0)
    here = charts.render(MAP).decode().replace("<svg ", '<svg font-size-adjust="ch-width 0.556" ', 1)
    numbered = re.compile(r"clip\d+")  # each process counts for itself
    there = inline(here, charts.content_hash(MAP)[:8])
    assert numbered.sub("clip", drawing.svg) == numbered.sub("clip", there)


@pytest.mark.long
def test_a_killed_worker_is_replaced_and_the_chart_drawn():
    drawer = Drawer()
    try:
        drawer.draw(MAP)
        for worker in list(drawer._executor._processes):
            os.kill(worker, signal.SIGKILL)
        again = drawer.draw(a_map("Wuhu"))
    finally:
        drawer.close()
    assert again.is_drawn


class _Dying(ThreadPoolExecutor):
    """A pool whose processes always die."""

    def submit(self, *_given, **_named):
        raise BrokenProcessPool


def test_a_pool_that_stays_broken_gives_a_drawing_without_a_picture():
    drawing = Drawer(_Dying(1)).draw(MAP)
    assert (drawing.is_drawn, drawing.svg, drawing.vega) == (False, "", "")


def test_a_page_whose_charts_cannot_be_drawn_shows_the_rest_and_says_so(programme):
    app = create_app(programme, drawer=Drawer(_Dying(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get("/plan/where-and-when")
    assert answer.status_code == 200
    assert "cannot be drawn at the moment" in answer.text
    assert answer.text.count("<section") > 1


def test_a_chart_with_an_address_that_cannot_be_drawn_leaves_its_words(programme):
    app = create_app(programme, drawer=Drawer(_Dying(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        page = client.get("/cities/340100")
        picture = page.text.split(' src="/charts/')[1]
        address, label = "/charts/" + picture.split('"')[0], picture.split('alt="')[1].split('"')[0]

        assert "Hefei" in label
        assert client.get(address).status_code == 503


def test_a_module_that_cannot_be_built_is_an_answer_that_asks_for_patience(bare):
    app = create_app(bare, drawer=Drawer(_Dying(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        assert client.get(f"/vega/{charts.bundle_name()}").status_code == 503


def test_a_chart_on_a_page_of_one_process_is_drawn_by_another(tmp_path):
    one, other = (Drawer(ThreadPoolExecutor(1), tmp_path) for _ in range(2))
    name = f"{one.apart(SPEC).key}-560.json"
    assert asyncio.run(other.drawn(name)) == asyncio.run(one.drawn(name))
    one.close()
    other.close()

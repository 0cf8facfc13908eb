"""Drawing: once for each content, in other processes, and fit to stand inside a page."""

import threading
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from urbium import charts
from urbium.web.drawing import Drawer, inline

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


def test_a_pool_of_processes_draws_what_this_process_would():
    drawer = Drawer()
    try:
        drawing = drawer.draw(SPEC)
    finally:
        drawer.close()
        threading.Event().wait(0)
    assert drawing.svg == inline(charts.render(SPEC).decode(), charts.content_hash(SPEC)[:8])

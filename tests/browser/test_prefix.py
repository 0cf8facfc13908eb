"""Below a path of a host, a browser asks for nothing outside of it, and charts come to life there."""

import shutil
from urllib.parse import urlsplit

import pytest

import urbium

pytestmark = [pytest.mark.browser, pytest.mark.long]
PREFIX = "/towns"
PLACES = ("/", "/cities/map", "/plan/where-and-when", "/indices/yearbook", "/sign-in", "/nation")


@pytest.fixture(scope="module")
def address(demo_file, serve, tmp_path_factory):
    """Serve a copy of the demo below a path."""
    store = shutil.copy(demo_file, tmp_path_factory.mktemp("prefix") / "demo.db")
    with urbium.open(store) as programme:
        programme.settings.change(by="office", reason="a proxy", address=f"http://127.0.0.1{PREFIX}")
        with serve(programme, is_demo=True) as address:
            yield f"{address}{PREFIX}"


def test_a_browser_stays_below_the_prefix(visit):
    one = visit()
    for place in PLACES:
        one.open(place)
        one.page.wait_for_load_state("networkidle")
    chart = one.page.locator("[data-chart]").first
    chart.scroll_into_view_if_needed()
    chart.locator("canvas").wait_for(timeout=60_000)
    one.page.click(f"a[href^='{PREFIX}/plan']")
    one.page.wait_for_load_state()
    asked = {urlsplit(url).path for url in one.asked if url.startswith("http")}

    assert {path for path in asked if not path.startswith(f"{PREFIX}/")} == set()
    assert len(asked) > 20
    assert one.complaints == []

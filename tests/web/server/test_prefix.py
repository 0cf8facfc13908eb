"""Below a path of a host, every address of the pages stays below it; a proxy may leave the path away."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from litestar.testing import TestClient

import urbium
from pages_of_demo import PAGES
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

PREFIX = "/towns"
ADDRESS = f"https://example.org{PREFIX}"


@pytest.fixture(scope="module")
def programme(demo_file, tmp_path_factory):
    """The demo, reached below a path by a proxy that speaks TLS.

    Its address is set where settings are kept once they are read: a change in the store drops all results of
    the demo, which take half a minute.
    """
    file = tmp_path_factory.mktemp("below") / "demo.db"
    file.write_bytes(demo_file.read_bytes())
    with urbium.open(file) as office:
        below = replace(office.settings(), address=ADDRESS)
        office.workspace._results.pop("settings")
        office.workspace.once("settings", lambda: below, is_pinned=True)
        yield office


@pytest.fixture(scope="module")
def visitor(programme):
    """A browser at the proxy."""
    app = create_app(
        programme, drawer=Drawer(ThreadPoolExecutor(1)), hosts=["example.org"], is_demo=True, has_proxy=True
    )
    with TestClient(app, base_url="https://example.org", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    """A browser at a programme of nothing yet, which stands below a path."""
    with urbium.new(tmp_path_factory.mktemp("blank") / "programme.db") as office:
        office.settings.change(by="office", reason="a proxy", address=ADDRESS)
        app = create_app(office, drawer=Drawer(ThreadPoolExecutor(1)), hosts=["example.org"], has_proxy=True)
        with TestClient(app, base_url="https://example.org", raise_server_exceptions=False) as client:
            yield client


class Addresses(HTMLParser):
    """What begins with a slash in a page: ``places`` of all attributes, ``read`` of what is fetched."""

    def __init__(self, page):
        super().__init__()
        self.places, self.read = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.places |= {
            value
            for name, value in attributes
            if (value or "").startswith("/") and not value.startswith("//") and name not in {"value", "title"}
        }
        self.read |= {value for name, value in attributes if name in {"href", "src"} and value in self.places}


def outside(answer):
    """Return what of a page leaves the prefix."""
    links = {place for place in Addresses(answer.text).places if not f"{place}/".startswith(f"{PREFIX}/")}
    live = {words for words in re.findall(r"\"signal\": ?\"'(/[^']*)", answer.text) if PREFIX not in words}
    return links | live


@pytest.mark.long
@pytest.mark.parametrize("who", sorted({who for who, _ in PAGES}))
def test_no_page_leads_out_of_the_prefix(visitor, programme, who):
    codes = {code.partition("-")[0]: code for code in programme.people.codes()}
    visitor.post(f"{PREFIX}/demo/take-place", data={"code": codes.get(who, who)}, follow_redirects=False)
    out = {}
    for seen, address in PAGES:
        if seen == who:
            answer = visitor.get(PREFIX + address)
            assert answer.status_code < 500, address
            out[address] = outside(answer)

    assert {address: links for address, links in out.items() if links} == {}


@pytest.mark.long
@pytest.mark.parametrize("most", [3, pytest.param(300, marks=pytest.mark.release)])
def test_what_a_page_names_is_there(visitor, most):
    """Styles, scripts, charts and links of the first page; of those to its 285 cities the first ones do."""
    page = visitor.get(f"{PREFIX}/")
    places = sorted(place for place in Addresses(page.text).read if not place.endswith(".png"))
    of_cities = [place for place in places if re.fullmatch(rf"{PREFIX}/cities/\d+", place)]
    asked = {*places} - {*of_cities[most:]}
    missing = {place for place in asked if visitor.get(place).status_code != 200}

    assert len(of_cities) == 285
    assert len(asked) > 20
    assert missing == set()


def test_a_proxy_may_pass_on_the_path_without_its_prefix(blank):
    whole, cut = blank.get(f"{PREFIX}/notice"), blank.get("/notice")

    assert whole.status_code == 200
    assert cut.text == whole.text
    assert outside(whole) == set()
    assert blank.get(f"{PREFIX}er/notice").status_code == 404


def test_who_has_to_sign_in_is_led_there_below_the_prefix(blank):
    away = blank.get(f"{PREFIX}/desk", follow_redirects=False)

    assert away.headers["location"] == f"{PREFIX}/sign-in?to=/desk"


def test_a_chosen_language_is_kept_for_the_prefix(blank):
    assert f"; Path={PREFIX};" in blank.get(f"{PREFIX}/notice?lang=zh").headers["set-cookie"]


def test_the_description_of_the_api_says_below_which_path_it_stands(blank):
    assert blank.get(f"{PREFIX}/schema/openapi.json").json()["servers"] == [{"url": PREFIX}]


@pytest.mark.long
def test_cookies_are_of_the_prefix_and_bring_back_who_was_signed_in(visitor):
    """A cookie of a whole host would be sent to every neighbour on it, and cannot be of a path."""
    visitor.cookies.clear()
    came = visitor.post(f"{PREFIX}/demo/take-place", data={"code": "office"}, follow_redirects=False)
    cookie = came.headers["set-cookie"]

    assert cookie.startswith("__Secure-urbium_session=")
    assert f"; Path={PREFIX};" in cookie
    assert "; Secure" in cookie
    assert visitor.get(f"{PREFIX}/desk", follow_redirects=False).status_code == 200


@pytest.mark.long
def test_addresses_that_programs_read_are_those_at_the_proxy(visitor):
    features = visitor.get(f"{PREFIX}/ogc").json()

    assert {link["href"].startswith(f"{ADDRESS}/") for link in features["links"]} == {True}
    assert f"{ADDRESS}/alerts/feed.atom" in visitor.get(f"{PREFIX}/alerts/feed.atom").text


@pytest.mark.long
def test_a_link_in_a_header_is_below_the_prefix(visitor):
    chart = re.search(r'href="([^"]*/charts/[0-9a-f]+\.csv)"', visitor.get(f"{PREFIX}/").text)

    assert f"<{PREFIX}/charts/" in visitor.get(chart[1]).headers["link"]

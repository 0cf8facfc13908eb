"""A chart in the frame of another site: allowed hosts alone, as a guest sees it, and no other page."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from litestar.testing import TestClient

import urbium
from urbium.errors import InputError
from urbium.model import City
from urbium.programme.base.settings import begun_with
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

HOSTS = ["www.example.org", "*.press.example.org:8443"]
PAGE = "/plan/money"
NO_FRAME = "frame-ancestors 'none'"


@pytest.fixture(scope="module")
def office(tmp_path_factory, towns):
    with urbium.new(tmp_path_factory.mktemp("embedded") / "programme.db") as programme:
        cities = [City(code, {"en": name}, "prefecture") for code, name in (("A", "Aston"), ("B", "Bourne"))]
        programme.register(cities=cities, by="office", reason="a beginning")
        plan = programme.plan(towns.towns_roadmap(), work_limit=10)
        programme.adopt(plan, by="office", reason="our own")
        yield programme


@pytest.fixture
def allow(office):
    """Return what lets hosts show charts; afterwards nobody may."""

    def allowed(*hosts):
        office.settings.change(
            by="office", reason="press", embed_hosts=hosts, address="https://u.example.org"
        )

    yield allowed
    allowed()


@pytest.fixture(scope="module")
def visitor(office):
    app = create_app(office, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def codes(page):
    """The addresses that a page gives to copy."""
    return re.findall(r'<iframe src="https://u\.example\.org([^"]*)"', unescape(unescape(page)))


def address(visitor):
    """The address of the first chart of a page."""
    return codes(visitor.get(PAGE).text)[0]


def test_until_a_host_is_allowed_no_code_is_offered_but_who_allows_one_and_nobody_sees_a_chart(
    visitor, office, allow
):
    allow(*HOSTS)
    framed = address(visitor)
    allow()
    page = visitor.get(PAGE).text
    assert "Embedding: not allowed yet" in page
    assert "The programme office can allow that, but has not stated an address" in page
    assert "iframe" not in page
    office.settings.change(by="office", reason="letters", sender="office@example.org")
    assert "write to office@example.org" in visitor.get(PAGE).text
    office.settings.change(by="office", reason="letters", sender="")
    answer = visitor.get(framed)
    assert answer.status_code == 404
    assert NO_FRAME in answer.headers["Content-Security-Policy"]


def test_the_page_that_names_whom_to_ask_says_where_there_is_nobody(visitor, office):
    assert "This programme has not given an address" in visitor.get("/notice").text
    office.settings.change(by="office", reason="letters", sender="office@example.org")
    named = visitor.get("/notice").text
    office.settings.change(by="office", reason="letters", sender="")
    assert 'href="mailto:office@example.org"' in named
    assert "This programme has not given an address" not in named


def test_the_foot_of_a_page_leads_to_whom_to_ask_only_where_there_is_somebody(visitor, office):
    assert "Contact us" not in visitor.get(PAGE).text
    office.settings.change(by="office", reason="letters", sender="office@example.org")
    named = visitor.get(PAGE).text
    office.settings.change(by="office", reason="letters", sender="")
    assert '<a href="/notice#contact">Contact us</a>' in named


def test_where_no_address_is_named_the_code_has_that_of_the_reader_and_shows_the_chart(visitor, office):
    office.settings.change(by="office", reason="press", embed_hosts=HOSTS, address="")
    for host in ("127.0.0.1", "localhost:8443"):
        page = visitor.get(PAGE, headers={"Host": host}).text
        code = re.search(r'<iframe src="http://([^/"]*)(/embed[^"]*)"', unescape(unescape(page)))
        assert code[1] == host
        framed = visitor.get(code[2], headers={"Host": host})
        assert framed.status_code == 200
        assert f'href="http://{host}{PAGE}"' in framed.text
    office.settings.change(by="office", reason="press", embed_hosts=(), address="")


def test_the_code_says_which_sites_may_show_the_chart(visitor, allow):
    allow()
    assert "No other site may show" in visitor.get(PAGE).text
    allow(*HOSTS)
    assert "<summary>Embed</summary>" in visitor.get(PAGE).text
    assert "an allowed site: www.example.org and *.press.example.org:8443." in visitor.get(PAGE).text


def test_the_chart_alone_has_its_title_its_source_and_its_licences(visitor, allow):
    allow(*HOSTS)
    answer = visitor.get(address(visitor))

    assert answer.status_code == 200
    assert "Money by year, stacked by fund" in answer.text
    assert "remain under the licences of their publishers" in answer.text
    assert "https://u.example.org/plan/money" in answer.text
    assert "<script" not in answer.text
    assert "<nav" not in answer.text
    picture = re.search(r'src="(/charts/[^"]+)"', answer.text)[1]
    assert visitor.get(picture).status_code == 200


def test_allowed_hosts_may_frame_the_chart_and_nobody_any_other_page(visitor, allow):
    allow(*HOSTS)
    framed = visitor.get(address(visitor)).headers

    assert framed["Content-Security-Policy"].endswith(f"frame-ancestors {' '.join(HOSTS)}")
    assert framed["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "X-Frame-Options" not in framed
    for other in (PAGE, "/", "/charts/0.svg", "/static/urbium.css", "/sign-in", "/embed"):
        headers = visitor.get(other).headers
        assert NO_FRAME in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


def test_whoever_asks_is_answered_as_a_guest_and_no_cookie_is_set(visitor, allow):
    allow(*HOSTS)
    asked = address(visitor)
    plain = visitor.get(asked)
    with_cookies = visitor.get(asked, headers={"Cookie": "session=anything; lang=zh"})

    assert with_cookies.text == plain.text
    assert "set-cookie" not in plain.headers
    assert "set-cookie" not in with_cookies.headers


@pytest.mark.parametrize(
    "page", ["/desk", "/api/plan", "/sign-in", "//evil.example/plan", "https://evil.example/plan", "plan", ""]
)
def test_only_a_public_page_of_this_programme_gives_a_chart(page, visitor, allow):
    allow(*HOSTS)

    answer = visitor.get("/embed", params={"page": page, "chart": "0"})
    assert answer.status_code == 404
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_chart_that_a_page_does_not_have_is_refused_in_a_frame_of_nobody(visitor, allow):
    allow(*HOSTS)
    answer = visitor.get("/embed", params={"page": PAGE, "chart": "00000000"})

    assert answer.status_code == 404
    assert "go to the page and copy the code again" in answer.text
    assert NO_FRAME in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host",
    [
        "*", "*.org", "*.*.example.org", "https://www.example.org", "www.example.org/page", "localhost",
        "10.0.0.1", "'self'", "data:", "www.example.org; script-src *", "a b.example.org", "..example.org",
        "-a.example.org", "münchen.example", "www.example.org:0", "x" * 300 + ".org", "",
    ],
)  # fmt: skip
def test_a_host_that_is_none_is_refused_with_a_sentence(host):
    with pytest.raises(InputError, match="is not a host that may show charts") as refused:
        begun_with("", embed_hosts=[host])
    assert "*.example.org stands for all hosts below" in str(refused.value.remedy)


def test_a_wildcard_stands_for_what_is_below_a_name_and_a_port_may_be_named():
    assert begun_with("", embed_hosts=["*.Example.org ", "example.org:8443"]).embed_hosts == (
        "*.example.org", "example.org:8443",
    )  # fmt: skip

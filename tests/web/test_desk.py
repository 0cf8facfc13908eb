"""The desk: a person's pages work without scripts, keep what was typed, and show only what is his."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from people_of import staffed
from urbium.web import create_app
from urbium.web.drawing import Drawer


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture(scope="module")
def app(programme):
    return create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)


@pytest.fixture
def as_somebody(app):
    """Return what opens the pages as somebody; one visitor a test."""
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:

        def become(code):
            visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
            return visitor

        yield become


def send(visitor, address, page, **fields):
    """Send a form of a page with its hidden fields."""
    hidden = dict(re.findall(r'type="hidden" name="(csrf|version)" value="(\w+)"', visitor.get(page).text))
    return visitor.post(address, data=hidden | fields, follow_redirects=False)


@pytest.fixture
def call(as_somebody, request):
    """Return the code of an open call, begun and published on the pages."""
    code = f"call-{request.node.name[:40].replace('_', '-')}"
    office = as_somebody("olga")
    sent = send(office, "/desk/rounds/begin/send", "/desk/rounds/begin", code=code, title="Call of the year")
    assert sent.headers["location"] == f"/desk/rounds/{code}"
    page = f"/desk/rounds/{code}"
    assert send(as_somebody("oscar"), f"{page}/act", page, action="publish").status_code == 303
    return code


def test_who_has_not_signed_in_is_led_to_the_form_and_back(app):
    with TestClient(app, base_url="http://127.0.0.1") as visitor:
        answer = visitor.get("/desk", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/desk")


def test_a_city_applies_and_its_signatory_finds_it_waiting(as_somebody, call):
    code = f"a-{call}"
    city = as_somebody("carl")
    send(
        city,
        "/desk/applications/begin/send",
        "/desk/applications/begin",
        code=code,
        parent=call,
        city="0503",
        title="Delft applies",
    )
    page = f"/desk/applications/{code}"
    assert send(city, f"{page}/act", page, action="complete").status_code == 303
    desk = as_somebody("sven").get("/desk")
    assert desk.headers["content-type"].startswith("text/html")
    assert "Delft applies" in desk.text
    assert "Delft applies" not in as_somebody("gus").get("/desk").text


def test_what_was_typed_stays_when_it_is_refused(as_somebody, call):
    city = as_somebody("carl")
    answer = send(
        city, "/desk/applications/begin/send", "/desk/applications/begin",
        code="wrong code", parent=call, city="0503", title="Delft <b>applies</b>",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Delft &lt;b&gt;applies&lt;/b&gt;" in answer.text
    assert "cannot be a code" in answer.text


def test_a_page_of_an_older_version_is_told_so_and_stores_nothing(as_somebody, call):
    code, city = f"b-{call}", as_somebody("carl")
    send(
        city,
        "/desk/applications/begin/send",
        "/desk/applications/begin",
        code=code,
        parent=call,
        city="0503",
        title="First",
    )
    page = f"/desk/applications/{code}"
    send(city, f"{page}/act", page, action="change", title="Second")
    csrf = re.search(r'name="csrf" value="(\w+)"', city.get(page).text)[1]
    late = city.post(f"{page}/act", data={"csrf": csrf, "version": "1", "action": "change", "title": "Third"})
    assert (late.status_code, late.headers["content-type"][:9]) == (409, "text/html")
    assert "somebody else has changed it" in late.text
    assert 'value="Third"' in late.text
    assert "Second" in city.get(page).text


def test_what_is_not_ones_own_is_not_there(as_somebody, call):
    code = f"c-{call}"
    send(
        as_somebody("carl"),
        "/desk/applications/begin/send",
        "/desk/applications/begin",
        code=code,
        parent=call,
        city="0503",
        title="Own",
    )
    for who in ("gus", "nora", "eva"):
        assert as_somebody(who).get(f"/desk/applications/{code}").status_code == 404
    assert as_somebody("carl").get("/desk/reviews/begin").status_code == 404


def test_rows_are_typed_as_they_are_shown(as_somebody, request):
    office = as_somebody("olga")
    rows = (
        '[{"code": "aim", "title": "Aim", "weight": 60}, {"code": "money", "title": "Money", "weight": 40}]'
    )
    send(office, "/desk/rounds/begin/send", "/desk/rounds/begin", code="rows", title="Rows", criteria=rows)
    page = office.get("/desk/rounds/rows").text
    assert "<td>Money</td>" in page
    wrong = send(office, "/desk/rounds/rows/act", "/desk/rounds/rows", action="change", criteria="[{")
    assert wrong.status_code == 422
    assert "criteria cannot be read" in wrong.text

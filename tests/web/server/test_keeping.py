"""What comes before forms and pages of people: signing in; and a form of a lost session, without secrets."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from people_of import staffed
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.server.security import BY_POLICY
from urbium.web.server.sessions import COOKIE


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture(scope="module")
def visitor(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as visitor:
        visitor.follow_redirects = False
        yield visitor


@pytest.fixture
def guest(visitor):
    visitor.cookies.clear()
    return visitor


def test_a_form_that_is_sent_again_carries_what_was_typed(guest):
    for address in ("/desk/rounds/begin/send", "/data-rooms/r1/open", "/comments/send"):
        answer = guest.post(address, data={"title": "Typed", "csrf": "of before"})
        assert answer.status_code == 403
        assert 'name="kept.title" value="Typed"' in answer.text
        assert "of before" not in answer.text


def test_a_form_that_is_not_sent_again_leads_to_signing_in(guest):
    for address in ("/people/invite", "/account/password", "/figures/suspects/accept"):
        answer = guest.post(address, data={"title": "Typed"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?to={address}")


def test_no_page_carries_on_a_password(programme, guest):
    guest.cookies.set(COOKIE, programme.people.take_place("carl").secret)
    fields = {"csrf": "of another session", "old": "secret one", "new": "secret two", "title": "Typed"}
    answer = guest.post("/account/password", data=fields)
    assert "Typed" in answer.text
    assert "secret" not in answer.text.replace("secret-", "")


def test_every_page_of_people_leads_who_has_not_signed_in_to_do_so(guest):
    addresses = {
        route.path
        for route in guest.app.routes
        if isinstance(route, HTTPRoute)
        and route.path.startswith(("/desk", "/people", "/account", "/figures"))
        for handler in route.route_handlers
        if "GET" in handler.http_methods and handler.opt.items() >= BY_POLICY.items()
    }
    assert len(addresses) > 10
    for address in addresses:
        answer = guest.get("".join("1" if part.startswith("{") else part for part in _parts(address)))
        assert (answer.status_code, answer.headers["location"][:12]) == (303, "/sign-in?to=")


def _parts(address):
    """Return the pieces of an address, its parameters apart."""
    return address.replace("{", "\0{").replace("}", "}\0").split("\0")

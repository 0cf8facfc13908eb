"""Signing in, who a request acts for, and changes that come from elsewhere."""

import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from litestar.exceptions import TooManyRequestsException
from litestar.testing import TestClient

from people_of import PASSWORD, staffed
from urbium.access import Grant, Role
from urbium.errors import InputError
from urbium.programme import open_programme
from urbium.programme.people import FOUNDER
from urbium.web import app as web_app
from urbium.web import create_app
from urbium.web.drawing import Drawer
from urbium.web.sessions import Attempts


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        programme.people.accept(programme.people.invite_again(FOUNDER, "carl"), PASSWORD)
        yield programme


def visitor_of(programme, **options):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), **options)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture
def visitor(programme):
    with visitor_of(programme) as visitor:
        yield visitor


def sign_in(visitor, password=PASSWORD, **more):
    return visitor.post(
        "/sign-in", data={"code": "carl", "password": password, **more}, follow_redirects=False
    )


def sign_in_with(visitor, headers):
    data = {"code": "carl", "password": PASSWORD}
    return visitor.post("/sign-in", data=data, headers=headers, follow_redirects=False)


def csrf(visitor):
    return re.search(r'name="csrf" value="(\w+)"', visitor.get("/notice").text)[1]


def test_a_person_signs_in_and_out(visitor):
    answer = sign_in(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert "HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]
    assert ">Carl</a>" in visitor.get("/notice").text
    visitor.post("/sign-out", data={"csrf": csrf(visitor)})
    assert "/sign-in" in visitor.get("/notice").text


def test_a_wrong_password_shows_the_form_again_without_it(visitor):
    answer = sign_in(visitor, "not the right words")
    assert (answer.status_code, answer.headers["content-type"][:9]) == (403, "text/html")
    assert 'value="carl"' in answer.text
    assert "not the right words" not in answer.text


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"])
def test_after_signing_in_nobody_is_led_elsewhere(visitor, to):
    assert sign_in(visitor, to=to).headers["location"] == "/desk"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"}],
)
def test_a_change_sent_by_another_site_is_refused(visitor, headers):
    answer = visitor.post("/sign-in", data={"code": "carl", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert not visitor.cookies


def test_a_browser_that_hides_the_origin_but_says_the_site_is_served(visitor):
    answer = sign_in_with(visitor, {"Sec-Fetch-Site": "same-origin", "Origin": "null"})
    assert answer.status_code == 303


def test_a_form_of_another_session_is_refused(visitor):
    sign_in(visitor)
    assert visitor.post("/sign-out", data={"csrf": "0" * 40}).status_code == 403
    assert ">Carl</a>" in visitor.get("/notice").text


def test_a_page_of_a_person_is_kept_by_no_cache(visitor):
    sign_in(visitor)
    assert visitor.get("/notice").headers["cache-control"] == "private, no-store"


def test_a_token_that_opens_nothing_is_told_so(visitor):
    answer = visitor.post("/sign-in", data={}, headers={"Authorization": "Bearer nothing"})
    assert answer.status_code == 401


def test_a_token_acts_for_its_owner(programme, visitor):
    secret = programme.people.token(
        programme.people.named("carl"), "reports", Grant(Role.OFFICER, "city", "0503")
    )
    page = visitor.get("/notice", headers={"Authorization": f"Bearer {secret}"})
    assert ">Carl</a>" in page.text


def test_attempts_are_counted_by_connection_whatever_headers_claim(programme):
    with visitor_of(programme) as visitor:
        statuses = [
            visitor.post(
                "/sign-in",
                data={"code": "nobody", "password": "x"},
                headers={"X-Forwarded-For": f"10.0.0.{n}"},
            ).status_code
            for n in range(32)
        ]
    assert 429 in statuses


def test_attempts_count_whichever_process_they_reach(tmp_path):
    one, other = (Attempts(2, file=tmp_path / "attempts.json") for _ in range(2))
    connection = SimpleNamespace(scope={"client": ("10.0.0.1", 1)})
    one.count(connection)
    other.count(connection)
    one.count(SimpleNamespace(scope={"client": ("10.0.0.2", 1)}))
    with pytest.raises(TooManyRequestsException):
        one.count(connection)


def test_attempts_are_forgotten_after_a_minute():
    clock = [0.0]
    attempts = Attempts(2, clock=lambda: clock[0])

    connection = SimpleNamespace(scope={"client": ("10.0.0.1", 1)})
    attempts.count(connection)
    attempts.count(connection)
    with pytest.raises(TooManyRequestsException):
        attempts.count(connection)
    clock[0] = 61.0
    attempts.count(connection)


def test_places_can_be_taken_in_the_demo_alone(programme, visitor):
    assert visitor.post("/demo/take-place", data={"code": "olga"}).status_code in (403, 404)
    with visitor_of(programme, is_demo=True) as demo:
        assert "Demo: see it as" in demo.get("/notice").text
        demo.post("/demo/take-place", data={"code": "olga"}, follow_redirects=False)
        assert ">Olga</a>" in demo.get("/notice").text
        demo.post("/demo/take-place", data={"code": ""}, follow_redirects=False)
        assert ">Olga</a>" not in demo.get("/notice").text


def test_an_invitation_is_accepted_on_its_page(programme, visitor):
    secret = programme.people.invite_again(FOUNDER, "sven")
    assert secret in visitor.get("/invitation", params={"secret": secret}).text
    assert visitor.post("/invitation", data={"secret": secret, "password": "short"}).status_code == 422
    answer = visitor.post(
        "/invitation", data={"secret": secret, "password": PASSWORD}, follow_redirects=False
    )
    assert answer.headers["location"] == "/desk"


def test_a_public_address_is_not_served_where_nobody_can_sign_in(tmp_path, monkeypatch):
    monkeypatch.setattr(web_app, "_warm", lambda *_: None)
    monkeypatch.setattr(web_app.uvicorn, "run", lambda *_a, **_k: None)
    with staffed(tmp_path / "p.db"):
        pass
    with pytest.raises(InputError, match="nobody has an account"):
        web_app.serve(tmp_path / "p.db", host="0.0.0.0")
    with open_programme(tmp_path / "p.db") as programme:
        programme.people.accept(programme.people.invite_again(FOUNDER, "olga"), PASSWORD)
    web_app.serve(tmp_path / "p.db", host="0.0.0.0")
    with pytest.raises(InputError):
        web_app.serve(tmp_path / "p.db", host="0.0.0.0", is_demo=True)


def test_who_signs_in_again_ends_the_session_before(programme, visitor):
    sign_in(visitor)
    first = visitor.cookies["urbium_session"]
    sign_in(visitor)
    assert visitor.cookies["urbium_session"] != first
    assert programme.people.actor(first) is None


def test_a_secret_that_a_browser_brings_along_becomes_nobodys_session(programme, visitor):
    visitor.cookies.set("urbium_session", "chosen by somebody else")
    assert sign_in(visitor).status_code == 303
    assert programme.people.actor("chosen by somebody else") is None

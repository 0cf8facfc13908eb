"""Security: headers on everything, known hosts only, read only, and closed unless a rule opens."""

from contextlib import nullcontext

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient

from urbium.programme.people.people import People
from urbium.web import app as web_app
from urbium.web.server.security import BY_POLICY, PUBLIC, HostCheck, deny_unless_granted

RULES = {PUBLIC["access"], BY_POLICY["access"]}
EVERYTHING = (
    "/",
    "/cities/nowhere",
    "/api/cities",
    "/indices/yearbook",
    "/api/indices/yearbook/what-if?w.economy=x",
    "/api/nothing",
    "/static/urbium.css",
    "/schema/openapi.json",
)


@pytest.mark.parametrize("address", EVERYTHING)
def test_every_answer_carries_a_strict_content_policy(client, address):
    policy = client.get(address).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", EVERYTHING)
def test_every_answer_forbids_guessing_types_and_sending_addresses_on(client, address):
    headers = client.get(address).headers
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "[::1]:8000", "LOCALHOST"])
def test_this_machine_is_served(client, host):
    assert client.get("/notice", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""]
)
def test_another_host_name_is_refused_with_the_same_headers(client, host):
    answer = client.get("/notice", headers={"Host": host})
    assert answer.status_code == 421
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.fixture
def served(monkeypatch, bare):
    """Return a function that serves, and answers the status of a request for a host's name."""

    def status(named, **options):
        caught = []
        monkeypatch.setattr(People, "any", lambda _: True)
        monkeypatch.setattr("urbium.programme.open_programme", lambda _url, **_options: nullcontext(bare))
        monkeypatch.setattr(web_app.uvicorn, "run", lambda app, **_settings: caught.append(app))
        web_app.serve("programme.db", **options)
        transport = TestClient(caught[0], base_url="http://127.0.0.1")
        return transport.get("/notice", headers={"Host": named})

    return status


def test_a_server_for_everybody_answers_to_the_names_it_is_given(served):
    options = {"host": "0.0.0.0", "hosts": ["plan.example", "192.168.1.7"]}
    assert served("plan.example:8000", **options).status_code == 200
    assert served("192.168.1.7:8000", **options).status_code == 200
    assert served("127.0.0.1:8000", **options).status_code == 200
    assert served("evil.example", **options).status_code == 421


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_the_address_that_means_every_address_is_no_name(served, host):
    named = f"[{host}]" if ":" in host else host
    assert served(named, host=host).status_code == 421


def test_the_address_a_server_listens_at_is_a_name_of_it(served):
    assert served("192.168.1.7", host="192.168.1.7").status_code == 200


def test_a_refused_host_name_is_told_the_option_that_allows_it(client):
    assert "--allow NAME" in client.get("/notice", headers={"Host": "plan.example"}).text


@pytest.mark.parametrize("address", ["/", "/api/cities", "/static/urbium.css"])
def test_a_request_for_the_head_is_answered_without_a_body(client, address):
    answer = client.head(address)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(client, method):
    assert client.request(method, "/api/cities").status_code == 405


def test_every_route_has_a_rule(bare):
    app = web_app.create_app(bare)
    handlers = [handler for route in app.routes for handler in getattr(route, "route_handlers", [])]
    ours = [
        each for each in handlers if isinstance(each, HTTPRouteHandler) and "OPTIONS" not in each.http_methods
    ]
    assert len(ours) > 20
    assert [str(each) for each in ours if each.opt.get("access") not in RULES] == []


def test_what_every_handler_asks_of_a_request_can_be_read(bare):
    maps = [route.route_handler_map for route in web_app.create_app(bare).routes]
    assert [method for read in maps for method in read if not read[method][1]] == []


def test_a_route_without_a_rule_is_denied():
    @get("/open", opt=PUBLIC, sync_to_thread=False)
    def granted() -> str:
        return "seen"

    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "secret"

    app = Litestar(
        [granted, forgotten], guards=[deny_unless_granted], middleware=[HostCheck()], openapi_config=None
    )
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get("/open").text == "seen"
        assert client.get("/forgotten").status_code == 403


def test_a_static_file_outside_the_folder_is_not_sent(client):
    assert client.get("/static/..%2fapp.py").status_code == 404

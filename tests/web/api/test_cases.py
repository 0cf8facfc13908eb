"""The work of people over HTTP: versions, steps, what is refused, and what is not there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from people_of import PEOPLE, staffed
from urbium.access import Grant, Role
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        for code in PEOPLE:
            programme.people.take_place(code)
        yield programme


@pytest.fixture(scope="module")
def visitor(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def ask(programme, visitor):
    """Return what asks as somebody: method, address, body, version seen."""
    secrets = {
        code: programme.people.token(programme.people.named(code), "test", Grant(Role(role), scope, where))
        for code, (role, scope, where) in PEOPLE.items()
    }

    def asked(who, method, address, body=None, version=None, **headers):
        given = {"Authorization": f"Bearer {secrets[who]}"} if who else {}
        given |= {} if version is None else {"If-Match": f'"{version}"'}
        return visitor.request(method, f"/api/{address}", json=body, headers=given | headers)

    return asked


@pytest.fixture
def call(ask, request):
    """Return the code of a call that is open, one a test."""
    code = request.node.name[:60].replace("_", "-")
    body = {"code": code, "content": {"title": "Call"}}
    assert ask("olga", "POST", "rounds/begin", body).status_code == 201
    assert ask("oscar", "POST", f"rounds/{code}/publish", {}, 1).status_code == 200
    return code


def begun(ask, code, call):
    body = {"code": code, "city": "0503", "parent": call, "content": {"title": f"Delft {code}"}}
    return ask("carl", "POST", "applications/begin", body)


def test_what_is_begun_is_answered_with_its_version_and_its_steps(ask, call):
    answer = begun(ask, "a-1", call)
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert {one["action"] for one in answer.json()["actions"]} == {"change", "complete"}


def test_a_step_must_say_which_version_it_saw(ask, call):
    begun(ask, "a-2", call)
    assert ask("carl", "POST", "applications/a-2/change", {"changes": {"title": "D"}}).status_code == 428
    assert ask("carl", "POST", "applications/a-2/change", {"changes": {"title": "D"}}, 1).status_code == 200
    late = ask("carl", "POST", "applications/a-2/change", {"changes": {"title": "E"}}, 1)
    assert late.status_code == 412
    assert "someone else has changed it" in late.json()["detail"]


def test_what_may_not_be_seen_answers_as_what_is_not_there(ask, call):
    begun(ask, "a-3", call)
    answers = [ask("gus", "GET", f"applications/{code}") for code in ("a-3", "a-0")]
    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = (answer.json() for answer in answers)
    assert first["detail"].replace("a-3", "a-0") == second["detail"]
    assert ask("gus", "POST", "applications/a-3/change", {}, 1).status_code == 404
    assert "a-3" not in ask("gus", "GET", "applications").text


def test_lists_and_counts_hold_what_the_reader_may_see(ask, call):
    begun(ask, "a-4", call)
    office, city = (ask(who, "GET", "applications").json() for who in ("olga", "carl"))
    assert office == {"items": [], "states": {}, "next": ""}
    assert sum(city["states"].values()) == len(city["items"]) > 0


def test_a_long_list_is_read_page_by_page(ask):
    for number in range(5):
        ask("olga", "POST", "organisations/begin", {"code": f"o-{number}", "content": {"title": str(number)}})
    codes, address = [], "organisations?most=2"
    while address:
        page = ask("", "GET", address).json()
        codes += [one["code"] for one in page["items"]]
        address = page["next"].removeprefix("/api/")
    assert codes == [f"o-{number}" for number in range(5)]


def test_what_has_not_changed_is_not_sent_again(ask, call):
    answer = ask("", "GET", f"rounds/{call}")
    again = ask("", "GET", f"rounds/{call}", **{"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_not_ones_to_do_is_forbidden_and_says_so(ask, call):
    answer = ask("carl", "POST", f"rounds/{call}/close", {}, 2)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:urbium:forbidden")
    assert ask("", "POST", "rounds/begin", {"code": "x", "content": {"title": "X"}}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"code": "../x", "content": {"title": "X"}},
        {"code": "x", "content": {"title": 7}},
        {"code": "x", "content": {"title": "X", "criteria": [{"code": 1}]}},
        {"code": "x", "content": {"shade": "red"}},
    ],
)
def test_wrong_content_is_refused_with_the_place(ask, body):
    answer = ask("olga", "POST", "rounds/begin", body)
    assert answer.status_code == 422
    assert answer.json()["remedy"]


def test_every_operation_names_its_fields(visitor):
    paths = visitor.get("/schema/openapi.json").json()["paths"]
    schema = paths["/api/applications/{code}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert schema["$ref"].endswith("ApplicationAnswer")


@pytest.mark.parametrize("version", [-1, 2**31, 10**30])
def test_a_version_that_no_store_can_count_is_refused_and_breaks_nothing(ask, version):
    assert ask("olga", "GET", f"rounds/any?version={version}").status_code == 400


def test_the_history_is_every_version_first_one_first(ask, call):
    versions = ask("olga", "GET", f"rounds/{call}/history").json()
    assert [one["version"] for one in versions[:2]] == [1, 2]
    assert versions[0]["state"] == "draft"

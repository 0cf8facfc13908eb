"""A change that is sent again with its key is made once, and answered as the first time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from people_of import PEOPLE, staffed
from urbium.access import Grant, Role
from urbium.errors import InputError
from urbium.store import Answer
from urbium.store.answers import KEPT
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

KEY = "Idempotency-Key"


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        for code in ("olga", "oscar"):
            programme.people.take_place(code)
        yield programme


@pytest.fixture(scope="module")
def ask(programme):
    secrets = {
        code: programme.people.token(programme.people.named(code), "test", Grant(Role(PEOPLE[code][0])))
        for code in ("olga", "oscar")
    }
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:

        def asked(who, address, body, **headers):
            given = {"Authorization": f"Bearer {secrets[who]}"} | headers
            return visitor.post(f"/api/{address}", json=body, headers=given)

        yield asked


def round_called(code, title="Call"):
    return {"code": code, "content": {"title": title}}


def test_a_request_that_is_sent_again_has_the_same_answer_and_changes_nothing(programme, ask):
    first = ask("olga", "rounds/begin", round_called("r-1"), **{KEY: "k-1"})
    entries = programme.store.audit().height
    again = ask("olga", "rounds/begin", round_called("r-1"), **{KEY: "k-1"})
    assert (first.status_code, first.headers["etag"]) == (201, '"1"')
    assert (again.status_code, again.headers["etag"], again.content) == (201, '"1"', first.content)
    assert programme.store.audit().height == entries


def test_a_step_that_is_sent_again_is_not_refused_as_stale(ask):
    ask("olga", "rounds/begin", round_called("r-2"))
    change = {"changes": {"title": "Second call"}}
    answers = [ask("olga", "rounds/r-2/change", change, **{KEY: "k-2", "If-Match": '"1"'}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert [one.json()["version"] for one in answers] == [2, 2]
    assert ask("olga", "rounds/r-2/change", change, **{"If-Match": '"1"'}).status_code == 412


def test_a_key_of_another_request_is_refused(ask):
    assert ask("olga", "rounds/begin", round_called("r-3"), **{KEY: "k-3"}).status_code == 201
    for address, body in (("rounds/begin", round_called("r-3", "Other")), ("jobs/begin", {"kind": "export"})):
        answer = ask("olga", address, body, **{KEY: "k-3"})
        assert (answer.status_code, answer.json()["place"]) == (422, KEY)


def test_keys_of_two_people_are_apart(ask):
    assert ask("olga", "rounds/begin", round_called("r-4"), **{KEY: "k-4"}).status_code == 201
    assert ask("oscar", "rounds/begin", round_called("r-5"), **{KEY: "k-4"}).status_code == 201


def test_what_was_refused_is_tried_anew(ask):
    assert ask("olga", "rounds/begin", {"code": "r-6", "content": {}}, **{KEY: "k-6"}).status_code == 422
    assert ask("olga", "rounds/begin", round_called("r-6"), **{KEY: "k-6"}).status_code == 201


def test_two_that_come_at_once_change_one_thing(programme):
    starts, changes = threading.Barrier(4), []

    def change():
        changes.append(1)
        return Answer(201, {"ETag": '"1"'}, "{}")

    def send(_):
        starts.wait()
        return programme.store.answers.once("olga", "k-7", ["x"], change, now=KEPT)

    with ThreadPoolExecutor(4) as pool:
        answers = set(map(str, pool.map(send, range(4))))
    assert (len(changes), len(answers)) == (1, 1)


def test_a_change_that_fails_before_its_answer_is_noted_leaves_nothing(programme):
    entries = programme.store.audit().height

    def change():
        programme.store.keep("note", "half", {"a": 1}, by="olga", reason="test")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        programme.store.answers.once("olga", "k-8", ["x"], change, now=KEPT)
    assert programme.store.audit().height == entries
    assert programme.store.kept("note", "half") is None


def test_answers_are_forgotten_after_a_day(programme):
    once = programme.store.answers.once
    first = once("ada", "k-9", ["x"], lambda: Answer(200, {}, "1"), now=5 * KEPT)
    assert once("ada", "k-9", ["x"], lambda: Answer(200, {}, "2"), now=6 * KEPT - 1) == first
    with pytest.raises(InputError, match="used for another request"):
        once("ada", "k-9", ["y"], lambda: Answer(200, {}, "2"), now=6 * KEPT - 1)
    assert once("ada", "k-9", ["y"], lambda: Answer(200, {}, "3"), now=6 * KEPT).body == "3"

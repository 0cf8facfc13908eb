"""A token that is narrowed to a type of a city learns nothing of other types and cities, by no way of asking.

Two cities hold the same lamps; one holds things of other types besides. What a token of lamps is answered in
both is the same, byte for byte.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from people_of import staffed
from urbium.access import ANYBODY, Actor, Grant, Role, clauses, covers, rights
from urbium.errors import InputError
from urbium.platform.outbound import AllowedHosts
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

BASE = "/ngsi-ld/v1"
FULL, PLAIN = "0503", "0599"
LAMP = "https://uri.etsi.org/ngsi-ld/default-context/Lamp"
AT = "2026-01-01T10:00:00Z"
HIDDEN = ["urn:x:camera:1", "urn:x:lamp-with-camera:1"]
SPAN = {"timerel": "after", "timeAt": "2025-01-01T00:00:00Z"}


def lamp(number, **other):
    place = {"type": "Point", "coordinates": [4, 52]}
    return {
        "id": f"urn:x:lamp:{number}",
        "type": "Lamp",
        "level": {"type": "Property", "value": number, "observedAt": AT},
        "location": {"type": "GeoProperty", "value": place},
    } | other


OTHERS = [
    lamp(1, id=HIDDEN[0], type="Camera", faces={"type": "Property", "value": 7, "observedAt": AT}),
    lamp(1, id=HIDDEN[1], type=["Lamp", "Camera"], faces={"type": "Property", "value": 7, "observedAt": AT}),
]


@pytest.fixture(scope="module")
def programme():
    with staffed() as opened:
        yield opened


@pytest.fixture(scope="module")
def web(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def asking(web, secret):
    def ask(method, path, body=None, headers=None, **words):
        return web.request(
            method, BASE + path, json=body, params=words,
            headers={"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"} | (headers or {}),
        )  # fmt: skip

    return ask


@pytest.fixture(scope="module")
def whole(web, programme):
    """Return what asks each city as an officer of it, after both hold lamps."""
    ask = {city: asking(web, programme.context.token(city)) for city in (FULL, PLAIN)}
    lamps = [lamp(number) for number in (1, 2, 3)]
    for city, entities in ((FULL, [*OTHERS[:1], *lamps, *OTHERS[1:]]), (PLAIN, lamps)):
        assert ask[city]("POST", "/entityOperations/create", entities).status_code == 201
    return ask


@pytest.fixture(scope="module")
def narrowed(web, programme, whole):
    """Return what asks each city with a token of lamps."""
    secrets = {city: programme.context.token(city, types=["Lamp"]) for city in whole}
    return {city: asking(web, secret) for city, secret in secrets.items()}


def same(narrowed, method, path, body=None, **words):
    """Return the status of the answer, which is the same in both cities in status, headers and body."""
    answers = [narrowed[city](method, path, body, **words) for city in (FULL, PLAIN)]
    forms = [
        (
            one.status_code,
            sorted(pair for pair in one.headers.items() if pair[0] != "x-request-id"),
            re.sub(r"(List:|nstance:)[0-9a-f-]+", "", one.text),
        )
        for one in answers
    ]
    assert forms[0] == forms[1]
    return answers[0].status_code


ANY = {"idPattern": ".*"}
READS = [
    *(("/entities", words) for words in (
        {"type": "Lamp"}, {"type": "Camera"}, {"type": "Lamp,Camera", "count": "true"}, {"attrs": "faces"},
        {"q": "faces>1", "count": "true"}, ANY | {"count": "true", "limit": "0"},
        ANY | {"limit": "1"}, {"type": "Lamp", "limit": "1", "offset": "1", "count": "true"},
        {"type": "Lamp", "limit": "3"}, {"id": ",".join(HIDDEN), "local": "true", "count": "true"},
        {"type": "Lamp", "count": "true", "limit": "2", "options": "keyValues"},
        {"georel": "near;maxDistance==100", "geometry": "Point", "coordinates": "[4,52]", "count": "true"},
    )),
    *((f"/entities/{uri}", {}) for uri in HIDDEN),
    ("/types", {}), ("/types", {"details": "true"}), ("/types/Lamp", {}), ("/types/Camera", {}),
    ("/attributes", {}), ("/attributes", {"details": "true"}), ("/attributes/faces", {}),
    ("/attributes/level", {}),
    *(("/temporal/entities", words | SPAN) for words in (
        {"type": "Lamp"}, {"type": "Camera"}, {"attrs": "faces"}, ANY | {"limit": "3"},
        {"attrs": "level", "limit": "1"},
    )),
    *((f"/temporal/entities/{uri}", SPAN) for uri in HIDDEN),
    ("/subscriptions", {"count": "true"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "words"), READS, ids=lambda part: str(part).replace(" ", ""))
def test_no_reading_tells_of_what_is_of_another_type(narrowed, path, words):
    assert same(narrowed, "GET", path, **words) in {200, 404}


def test_a_query_in_a_body_tells_of_nothing_else(narrowed):
    query = {"type": "Query", "entities": [{"type": "Camera"}], "q": "faces>1"}
    assert same(narrowed, "POST", "/entityOperations/query", query, count="true") == 200


@pytest.mark.parametrize("uri", HIDDEN)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/entities/{}", None),
        ("PUT", "/entities/{}", {"type": "Lamp", "level": 1}),
        ("PATCH", "/entities/{}", {"level": 1}),
        ("POST", "/entities/{}/attrs", {"level": 1}),
        ("PATCH", "/entities/{}/attrs", {"level": 1}),
        ("PATCH", "/entities/{}/attrs/faces", {"value": 1}),
        ("PUT", "/entities/{}/attrs/faces", {"value": 1}),
        ("DELETE", "/entities/{}/attrs/faces", None),
        ("DELETE", "/temporal/entities/{}", None),
        ("DELETE", "/temporal/entities/{}/attrs/faces", None),
        ("DELETE", "/temporal/entities/{}/attrs/faces/urn:ngsi-ld:instance:0123456789abcdef-0", None),
        ("PATCH", "/temporal/entities/{}/attrs/faces/urn:ngsi-ld:instance:0123456789abcdef-0", {"value": 1}),
    ],
)
def test_a_change_of_what_is_hidden_is_answered_as_of_what_is_not_there(narrowed, method, path, body, uri):
    assert same(narrowed, method, path.format(uri), body) == 404


@pytest.mark.parametrize("operation", ["update", "merge", "delete"])
def test_the_errors_of_a_batch_are_those_of_what_is_not_there(narrowed, operation):
    batch = HIDDEN if operation == "delete" else [{"id": uri, "type": "Lamp", "level": 1} for uri in HIDDEN]
    assert same(narrowed, "POST", f"/entityOperations/{operation}", batch) == 207


@pytest.mark.parametrize("uri", [*HIDDEN, "urn:x:new"])
def test_what_would_be_of_another_type_is_refused_whether_or_not_its_name_is_taken(narrowed, uri):
    camera = {"id": uri, "type": ["Lamp", "Camera"]}
    assert same(narrowed, "POST", "/entities", camera) == 403
    assert same(narrowed, "POST", "/entityOperations/upsert", [camera]) == 207


def test_a_name_that_is_taken_is_not_taken_over(narrowed, whole):
    """That a name is taken is all that is told: whoever creates must be told that."""
    answer = narrowed[FULL]("POST", "/entities", lamp(1, id=HIDDEN[0]))
    upserted = narrowed[FULL]("POST", "/entityOperations/upsert", [lamp(1, id=HIDDEN[0])])
    known = narrowed[FULL]("POST", "/entities", lamp(1))
    assert (answer.status_code, upserted.status_code) == (409, 207)
    assert answer.text == known.text.replace("lamp:1", "camera:1")
    assert whole[FULL]("GET", f"/entities/{HIDDEN[0]}").json()["type"] == "Camera"


def test_an_entity_is_not_turned_into_one_of_another_type(narrowed):
    for method, path in (("POST", "/entities/urn:x:lamp:1/attrs"), ("PUT", "/entities/urn:x:lamp:1")):
        assert same(narrowed, method, path, {"type": "Camera", "level": 5}) == 403


def test_its_own_type_can_be_created_changed_and_deleted(narrowed):
    ask = narrowed[PLAIN]
    assert ask("POST", "/entities", lamp(9)).status_code == 201
    assert ask("PATCH", "/entities/urn:x:lamp:9/attrs", {"level": 3}).status_code == 204
    assert ask("DELETE", "/entities/urn:x:lamp:9").status_code == 204


@pytest.mark.parametrize(
    "path", ["/entities?type=Lamp", "/types", "/subscriptions", "/entities/urn:x:lamp:1"]
)
def test_another_city_is_not_there_for_it(narrowed, path):
    answers = [
        narrowed[FULL]("GET", path, headers={"NGSILD-Tenant": tenant}) for tenant in (PLAIN, "nowhere")
    ]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].text == answers[1].text


# --- who is told ----------------------------------------------------------------------------------------


@pytest.fixture
def heard(programme, monkeypatch):
    bodies = []

    def send(url, body, headers):
        bodies.append(json.loads(body))
        return 204

    monkeypatch.setattr(programme.context, "_allowed", lambda: AllowedHosts.read(["listener.example.org"]))
    monkeypatch.setattr(programme.context.notifier, "_send", send)
    with ThreadPoolExecutor(2) as senders:

        def listen():
            bodies.clear()
            while programme.context.notifier.deliver(senders):
                pass
            return [one["id"] for body in bodies for one in body["data"]]

        yield listen


WATCH = {
    "type": "Subscription",
    "watchedAttributes": ["level"],
    "notification": {"endpoint": {"uri": "https://listener.example.org/told"}},
}


def subscribed(ask):
    answer = ask("POST", "/subscriptions", WATCH)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].removeprefix(BASE)


def moved(whole, value, *uris):
    batch = [{"id": uri, "level": {"type": "Property", "value": value}} for uri in uris]
    assert whole[FULL]("POST", "/entityOperations/merge", batch).status_code == 204


def test_it_is_told_of_its_own_type_alone_and_of_others_not_even_a_count(narrowed, whole, heard):
    path = subscribed(narrowed[FULL])
    before = narrowed[FULL]("GET", path).json()
    moved(whole, 11, *HIDDEN)
    assert (heard(), narrowed[FULL]("GET", path).json()) == ([], before)
    moved(whole, 12, "urn:x:lamp:1", *HIDDEN)
    assert heard() == ["urn:x:lamp:1"]
    narrowed[FULL]("DELETE", path)


def test_subscriptions_of_others_are_not_there_for_it(narrowed, whole, heard):
    path = subscribed(whole[FULL])
    absent = "/subscriptions/urn:x:none"
    for method, body in (("GET", None), ("PATCH", {"isActive": False}), ("DELETE", None)):
        answers = [narrowed[FULL](method, one, body) for one in (path, absent)]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].text.replace(path[15:], "") == answers[1].text.replace(absent[15:], "")
    assert narrowed[FULL]("GET", "/subscriptions", count="true").headers["ngsild-results-count"] == "0"
    whole[FULL]("DELETE", path)


def test_a_token_that_is_revoked_opens_nothing_and_nothing_that_waits_is_told(web, programme, whole, heard):
    actor = programme.people.named(f"context-{FULL}")
    before = set(programme.people.tokens(actor))
    ask = asking(web, programme.context.token(FULL, types=["Lamp"]))
    (key,) = set(programme.people.tokens(actor)) - before
    subscribed(ask)
    moved(whole, 21, "urn:x:lamp:1")
    assert programme.people.revoke(actor, key)
    assert heard() == []
    moved(whole, 22, "urn:x:lamp:1")
    assert heard() == []
    assert ask("GET", "/types").status_code == 401
    assert not programme.people.revoke(actor, key)


# --- nothing but entities -------------------------------------------------------------------------------

NARROWED = Grant(Role.OFFICER, "city", FULL, frozenset({LAMP}))


def test_a_narrowed_role_has_no_right_that_the_public_does_not_have_but_those_of_entities():
    actor = Actor("ann", (NARROWED,))
    pairs = {(right.kind, right.action) for right in rights() if right.kind != "entity"}
    assert all(clauses(actor, *pair) == clauses(ANYBODY, *pair) for pair in pairs)
    assert {one.types for one in clauses(actor, "entity", "change")} == {frozenset({LAMP})}


def test_nobody_passes_on_more_than_a_narrowed_token_opens(programme):
    plain = Grant(Role.OFFICER, "city", FULL)
    other = Grant(Role.OFFICER, "city", FULL, frozenset({LAMP, "urn:x:Camera"}))
    assert covers(plain, NARROWED)
    assert covers(other, NARROWED)
    assert not covers(NARROWED, plain)
    assert not covers(NARROWED, other)
    with pytest.raises(InputError, match="cannot do more"):
        programme.people.token(Actor("carl", (NARROWED,)), "more", plain)


def test_an_answer_of_before_is_not_repeated_to_a_narrower_token_of_the_same_account(web, programme):
    programme.people.take_place("olga")
    olga = programme.people.named("olga")
    key = {"Idempotency-Key": "k-1"}

    def begin(grant):
        secret = programme.people.token(olga, "test", grant)
        body = {"code": "r-1", "content": {"title": "Call"}}
        return web.post("/api/rounds/begin", json=body, headers={"Authorization": f"Bearer {secret}"} | key)

    assert begin(Grant(Role.OFFICE)).status_code == 201
    refused = begin(Grant(Role.OFFICE, types=frozenset({LAMP})))
    assert refused.status_code in {403, 422}
    assert "Call" not in refused.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/account"), ("POST", "/account/tokens"), ("POST", "/account/password"),
        ("POST", "/account/one-time"), ("POST", "/account/one-time/confirm"), ("POST", "/account/passkeys"),
        ("POST", "/account/sessions/end"),
    ],
)  # fmt: skip
def test_no_token_opens_the_account_of_its_owner(web, programme, method, path):
    programme.people.take_place("carl")
    carl = programme.people.named("carl")
    secret = programme.people.token(carl, "test", carl.grants[0])
    answer = web.request(method, path, headers={"Authorization": f"Bearer {secret}"}, follow_redirects=False)
    assert answer.status_code == 403


# --- given by the office --------------------------------------------------------------------------------


def form(web, programme, who, **fields):
    from urbium.web.server.sessions import csrf_token  # noqa: PLC0415

    secret = programme.people.take_place(who).secret
    return web.post(
        "/account/tokens", data={"csrf": csrf_token(secret), **fields},
        headers={"Cookie": f"urbium_session={secret}"},
    )  # fmt: skip


def test_the_office_gives_a_token_of_a_city_and_type_on_its_page_and_sees_what_it_opens(
    web, programme, whole
):
    answer = form(
        web, programme, "oscar", title="lights", grant="0", days="7", place=FULL, types="Lamp, urn:x:Post"
    )
    assert answer.status_code == 200
    assert "Delft" in answer.text
    assert "Lamp, urn:x:Post" in answer.text
    secret = re.search(r'class="secret" translate="no">([^<]+)', answer.text)[1]
    ask = asking(web, secret)
    assert ask("GET", "/types").json()["typeList"] == ["Lamp"]
    assert ask("GET", "/types", headers={"NGSILD-Tenant": PLAIN}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"types": "La(mp"}, "not type names"),
        ({"place": "9999"}, "9999"),
        ({"days": "0"}, "a token must be valid"),
    ],
)
def test_a_token_that_cannot_be_is_refused_and_what_was_typed_stays(web, programme, fields, words):
    asked = {"title": "typed for long", "grant": "0", "days": "7", "place": "", "types": ""} | fields
    answer = form(web, programme, "oscar", **asked)
    assert answer.status_code in {404, 422}
    assert words in answer.text.lower()
    assert 'value="typed for long"' in answer.text

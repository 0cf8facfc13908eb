"""The context store over HTTP, by groups of ETSI's test suite; cases are written from GS CIM 009."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from litestar.testing import TestClient

from catalogues_of import portal
from people_of import staffed
from urbium.platform.outbound import AllowedHosts
from urbium.programme.people.invitations import FOUNDER
from urbium.web import create_app
from urbium.web.api.ngsi_ld_request import Rates
from urbium.web.rendering.drawing import Drawer

BASE = "/ngsi-ld/v1"
LD, JSON = "application/ld+json", "application/json"
LINK = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
DEFAULT = "https://uri.etsi.org/ngsi-ld/default-context/"


@pytest.fixture(scope="module")
def programme():
    with staffed() as opened:
        yield opened


@pytest.fixture(scope="module")
def web(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def token(programme):
    return programme.context.token("0503")


class Store:
    """Asks the context store of a place."""

    def __init__(self, client, token):
        self._client, self._token = client, token

    def __call__(self, method, path, body=None, *, kind=JSON, headers=None, **words):
        sent = {"Authorization": f"Bearer {self._token}"} | (headers or {})
        if body is not None:
            sent["Content-Type"] = kind
        if isinstance(body, (bytes, str)):
            return self._client.request(method, BASE + path, content=body, headers=sent, params=words)
        return self._client.request(method, BASE + path, json=body, headers=sent, params=words)

    def holds(self, id_, **words):
        return self("GET", f"/entities/{id_}", **words).json()


@pytest.fixture
def ask(web, token):
    """Return what asks the store of Delft, with nothing in it."""
    store = Store(web, token)
    rows = store("GET", "/entities", local="true", limit=1000).json()
    if rows:
        store("POST", "/entityOperations/delete", [row["id"] for row in rows])
    return store


def room(number, **other):
    entity = {
        "id": f"urn:ngsi-ld:Room:{number}",
        "type": "Room",
        "temperature": {"type": "Property", "value": 20 + number, "unitCode": "CEL"},
        "inside": {"type": "Relationship", "object": "urn:ngsi-ld:House:1"},
    }
    return entity | other


def point(west, south):
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [west, south]}}


def is_problem(answer, status, name):
    assert (answer.status_code, answer.json()["type"]) == (status, ERRORS + name), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"]
    assert answer.json()["detail"]
    return True


# --- entities -------------------------------------------------------------------------------------------


def test_an_entity_is_created_and_read_as_it_was_sent(ask):
    answer = ask("POST", "/entities", room(1))

    assert (answer.status_code, answer.headers["location"]) == (201, f"{BASE}/entities/urn:ngsi-ld:Room:1")
    read = ask("GET", "/entities/urn:ngsi-ld:Room:1")
    assert (read.status_code, read.json()) == (200, room(1))
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in read.headers["link"]


def test_an_entity_is_created_once(ask):
    ask("POST", "/entities", room(1))
    assert is_problem(ask("POST", "/entities", room(1)), 409, "AlreadyExists")


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "Room"},
        {"id": "no address", "type": "Room"},
        {"id": "urn:x:1"},
        {"id": "urn:x:1", "type": []},
        {"id": "urn:x:1", "type": "Room", "temperature": None},
        {"id": "urn:x:1", "type": "Room", "temperature": {"type": "Property"}},
        {"id": "urn:x:1", "type": "Room", "temperature": {"type": "Other", "value": 5}},
        {"id": "urn:x:1", "type": "Room", "temperature": {"type": "Property", "value": None}},
        {"id": "urn:x:1", "type": "Room", "inside": {"type": "Relationship", "object": "no address"}},
        {"id": "urn:x:1", "type": "Room", "t": {"type": "Property", "value": 5, "observedAt": "yesterday"}},
        {"id": "urn:x:1", "type": "Room", "t": {"type": "Property", "value": 5, "datasetId": "no address"}},
        {"id": "urn:x:1", "type": "Room", "bad name": 5},
        {"id": "urn:x:1", "type": "Room", "location": {"type": "GeoProperty", "value": {"type": "Point"}}},
        {"id": "urn:x:1", "type": "Room", "location": point(200, 0)},
        {"id": "urn:x:1", "type": "Room", "t": [{"value": 1}, {"value": 2}]},
        {"id": "urn:x:1", "type": "Room", "scope": "a b"},
        [],
        5,
    ],
    ids=str,
)
def test_what_is_no_entity_is_refused(ask, wrong):
    assert is_problem(ask("POST", "/entities", wrong), 400, "BadRequestData")


def test_every_fault_of_an_entity_is_named(ask):
    wrong = {"id": "x", "type": "Room", "a": None, "b": {"type": "Property", "value": 1, "observedAt": "now"}}
    detail = ask("POST", "/entities", wrong).json()["detail"]

    assert all(place in detail for place in ("id:", "a:", "b.observedAt:"))


def test_what_is_no_json_is_refused(ask):
    assert is_problem(ask("POST", "/entities", "{"), 400, "InvalidRequest")
    assert is_problem(ask("POST", "/entities", "{}", kind="text/plain"), 415, "InvalidRequest")


def test_an_entity_that_is_not_there_is_not_found(ask):
    for method, path, body in (
        ("GET", "", None),
        ("DELETE", "", None),
        ("PATCH", "", {"t": 5}),
        ("PUT", "", {"t": 5}),
        ("POST", "/attrs", {"t": 5}),
        ("PATCH", "/attrs", {"t": 5}),
        ("DELETE", "/attrs/t", None),
    ):
        answer = ask(method, f"/entities/urn:ngsi-ld:Room:404{path}", body)
        assert is_problem(answer, 404, "ResourceNotFound")


def test_a_deleted_entity_is_gone(ask):
    ask("POST", "/entities", room(1))

    assert ask("DELETE", "/entities/urn:ngsi-ld:Room:1").status_code == 204
    assert ask("GET", "/entities/urn:ngsi-ld:Room:1").status_code == 404
    assert ask("POST", "/entities", room(1)).status_code == 201


def test_an_entity_is_replaced_whole(ask):
    ask("POST", "/entities", room(1))

    assert ask("PUT", "/entities/urn:ngsi-ld:Room:1", {"type": "Room", "name": "Attic"}).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1", options="keyValues") == {
        "id": "urn:ngsi-ld:Room:1", "type": "Room", "name": "Attic"
    }  # fmt: skip


def test_a_merge_changes_adds_and_takes_away(ask):
    ask("POST", "/entities", room(1, address={"type": "Property", "value": {"street": "A", "number": 5}}))
    patch = {
        "temperature": {"type": "Property", "value": 30},
        "inside": "urn:ngsi-ld:null",
        "address": {"value": {"number": 6}},
        "name": {"type": "Property", "value": "Attic"},
    }
    answer = ask("PATCH", "/entities/urn:ngsi-ld:Room:1", patch, kind="application/merge-patch+json")

    assert answer.status_code == 204, answer.text
    assert ask.holds("urn:ngsi-ld:Room:1") == {
        "id": "urn:ngsi-ld:Room:1",
        "type": "Room",
        "temperature": {"type": "Property", "value": 30, "unitCode": "CEL"},
        "address": {"type": "Property", "value": {"street": "A", "number": 6}},
        "name": {"type": "Property", "value": "Attic"},
    }


def test_instants_of_the_store_are_told_when_asked_for(ask):
    ask("POST", "/entities", room(1))
    told = ask.holds("urn:ngsi-ld:Room:1", options="sysAttrs")

    assert told["createdAt"] == told["modifiedAt"] == told["temperature"]["createdAt"]
    assert told["createdAt"].endswith("Z")


def test_a_type_is_added_and_a_scope_is_kept(ask):
    ask("POST", "/entities", room(1, scope=["/north/harbour"]))
    ask("POST", "/entities/urn:ngsi-ld:Room:1/attrs", {"type": "Office"})

    told = ask.holds("urn:ngsi-ld:Room:1")
    assert (told["type"], told["scope"]) == (["Room", "Office"], "/north/harbour")


# --- attributes -----------------------------------------------------------------------------------------


def test_attributes_are_added_and_those_that_are_there_replaced(ask):
    ask("POST", "/entities", room(1))
    part = {"temperature": {"type": "Property", "value": 1}, "humidity": {"type": "Property", "value": 2}}

    assert ask("POST", "/entities/urn:ngsi-ld:Room:1/attrs", part).status_code == 204
    told = ask.holds("urn:ngsi-ld:Room:1", options="keyValues")
    assert (told["temperature"], told["humidity"]) == (1, 2)


def test_attributes_that_are_there_are_left_alone_where_that_is_asked(ask):
    ask("POST", "/entities", room(1))
    part = {"temperature": {"type": "Property", "value": 1}, "humidity": {"type": "Property", "value": 2}}
    answer = ask("POST", "/entities/urn:ngsi-ld:Room:1/attrs", part, options="noOverwrite")

    assert answer.status_code == 207
    assert answer.json()["updated"] == [DEFAULT + "humidity"]
    assert [one["attributeName"] for one in answer.json()["notUpdated"]] == [DEFAULT + "temperature"]
    assert ask.holds("urn:ngsi-ld:Room:1", options="keyValues")["temperature"] == 21


def test_an_update_adds_attributes_but_no_scope_that_is_not_there(ask):
    ask("POST", "/entities", room(1))
    part = {"temperature": {"type": "Property", "value": 1}, "humidity": {"type": "Property", "value": 2}}

    assert ask("PATCH", "/entities/urn:ngsi-ld:Room:1/attrs", part).status_code == 204
    told = ask.holds("urn:ngsi-ld:Room:1", options="keyValues")
    assert (told["temperature"], told["humidity"]) == (1, 2)
    assert ask("PATCH", "/entities/urn:ngsi-ld:Room:1/attrs", {"scope": "/North"}).status_code == 207


@pytest.mark.parametrize(
    "null",
    [
        {"type": "Property", "value": "urn:ngsi-ld:null"},
        {"type": "GeoProperty", "value": "urn:ngsi-ld:null"},
        {"type": "LanguageProperty", "languageMap": {"@none": "urn:ngsi-ld:null"}},
    ],
    ids=lambda null: null["type"],
)
@pytest.mark.parametrize("path", ["", "/attrs", "/attrs/told"])
def test_an_attribute_that_is_sent_as_null_goes(ask, null, path):
    values = {"value": 5} | ({"value": point(4, 52)["value"]} if null["type"] == "GeoProperty" else {})
    held = values if "languageMap" not in null else {"languageMap": {"nl": "Zolder"}}
    ask("POST", "/entities", room(1, told={"type": null["type"], **held}))

    part = null if path.endswith("told") else {"told": null}
    assert ask("PATCH", f"/entities/urn:ngsi-ld:Room:1{path}", part).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1") == room(1)


def test_a_partial_update_changes_what_is_said_of_an_attribute_and_not_its_kind(ask):
    ask("POST", "/entities", room(1, name={"type": "LanguageProperty", "languageMap": {"nl": "Zolder"}}))
    path = "/entities/urn:ngsi-ld:Room:1/attrs"
    by = {"providedBy": {"type": "Relationship", "object": "urn:ngsi-ld:Person:1"}}

    assert ask("PATCH", f"{path}/inside", by).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1")["inside"] == room(1)["inside"] | by
    assert ask("PATCH", f"{path}/name", {"languageMap": {"en": "Attic"}}).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1")["name"]["languageMap"] == {"en": "Attic"}
    other_kind = ask("PATCH", f"{path}/inside", {"type": "Property", "value": 5})
    assert is_problem(other_kind, 400, "BadRequestData")


def test_a_data_set_that_is_not_there_is_added_where_others_are_left_alone(ask):
    ask("POST", "/entities", room(1, scope="/North"))
    gps = {"type": "Property", "value": 5, "datasetId": "urn:ngsi-ld:Dataset:gps"}
    path = "/entities/urn:ngsi-ld:Room:1/attrs"

    sent = {"temperature": gps, "scope": "/South"}
    assert ask("POST", path, sent, options="noOverwrite").status_code == 204
    told = ask.holds("urn:ngsi-ld:Room:1")
    assert (told["temperature"], told["scope"]) == ([room(1)["temperature"], gps], ["/North", "/South"])
    assert ask("PUT", f"{path}/temperature", gps | {"value": 6}).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1")["temperature"] == [room(1)["temperature"], gps | {"value": 6}]
    assert ask("DELETE", f"{path}/scope").status_code == 204
    assert "scope" not in ask.holds("urn:ngsi-ld:Room:1")


def test_an_attribute_is_named_in_the_path_by_its_full_name(ask):
    ask("POST", "/entities", room(1))
    full = quote(DEFAULT + "temperature", safe="")

    path = f"/entities/urn:ngsi-ld:Room:1/attrs/{full}"
    assert ask("PATCH", path, {"value": 7}).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1")["temperature"]["value"] == 7
    assert ask("GET", f"/types/{quote(DEFAULT + 'Room', safe='')}").json()["entityCount"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/entities/Room1", None),
        ("DELETE", "/entities/Room1", None),
        ("PATCH", "/entities/Room1/attrs", {"t": 5}),
        ("PUT", "/entities/urn:ngsi-ld:Room:1/attrs/@t", {"type": "Property", "value": 5}),
        ("POST", "/entities", {"id": "urn:ngsi-ld:Room:1", "type": "type"}),
    ],
)
def test_what_is_no_id_or_name_is_refused(ask, method, path, body):
    assert is_problem(ask(method, path, body), 400, "BadRequestData")


@pytest.mark.parametrize(
    "words",
    [{"surprise": "5"}, {"orderBy": "name"}, {"join": "inline"}, {"options": "surprise"}, {"format": "xml"}],
    ids=lambda words: next(iter(words)),
)
def test_what_is_not_understood_in_an_address_is_refused_and_not_passed_over(ask, words):
    for path in ("/entities", "/types", "/subscriptions"):
        assert is_problem(ask("GET", path, **words), 400, "InvalidRequest")


def test_an_attribute_is_changed_in_part(ask):
    ask("POST", "/entities", room(1))
    part = {"value": 5, "observedAt": "2026-01-01T00:00:00Z"}

    assert ask("PATCH", "/entities/urn:ngsi-ld:Room:1/attrs/temperature", part).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1")["temperature"] == {
        "type": "Property", "value": 5, "unitCode": "CEL", "observedAt": "2026-01-01T00:00:00Z"
    }  # fmt: skip


def test_an_attribute_is_replaced(ask):
    ask("POST", "/entities", room(1))
    part = {"type": "Property", "value": 5}

    assert ask("PUT", "/entities/urn:ngsi-ld:Room:1/attrs/temperature", part).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1")["temperature"] == part
    missing = ask("PUT", "/entities/urn:ngsi-ld:Room:1/attrs/humidity", part)
    assert is_problem(missing, 404, "ResourceNotFound")


def test_data_sets_of_an_attribute_stand_beside_each_other_and_go_one_by_one(ask):
    speeds = [
        {"type": "Property", "value": 55, "datasetId": "urn:ngsi-ld:Dataset:gps"},
        {"type": "Property", "value": 54},
    ]
    ask("POST", "/entities", room(1, speed=speeds))

    assert ask.holds("urn:ngsi-ld:Room:1")["speed"] == speeds
    path = "/entities/urn:ngsi-ld:Room:1/attrs/speed"
    assert ask("DELETE", path, datasetId="urn:ngsi-ld:Dataset:gps").status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1")["speed"] == speeds[1]
    assert ask("DELETE", path, deleteAll="true").status_code == 204
    assert is_problem(ask("DELETE", path), 404, "ResourceNotFound")


# --- batches --------------------------------------------------------------------------------------------


def test_a_batch_creates_and_tells_which_were_there(ask):
    ask("POST", "/entities", room(1))
    answer = ask("POST", "/entityOperations/create", [room(1), room(2)])

    assert (answer.status_code, answer.json()["success"]) == (207, ["urn:ngsi-ld:Room:2"])
    assert answer.json()["errors"][0]["entityId"] == "urn:ngsi-ld:Room:1"
    assert answer.json()["errors"][0]["error"]["type"] == f"{ERRORS}AlreadyExists"
    assert ask("POST", "/entityOperations/create", [room(3)]).json() == ["urn:ngsi-ld:Room:3"]


def test_what_is_no_entity_in_a_batch_does_not_hinder_the_others(ask):
    answer = ask("POST", "/entityOperations/upsert", [room(1), {"id": "urn:x:2"}])

    assert (answer.status_code, answer.json()["success"]) == (207, ["urn:ngsi-ld:Room:1"])
    assert answer.json()["errors"][0]["entityId"] == "urn:x:2"


def test_an_upsert_replaces_or_updates(ask):
    assert ask("POST", "/entityOperations/upsert", [room(1)]).status_code == 201
    other = {"id": "urn:ngsi-ld:Room:1", "type": "Room", "humidity": {"type": "Property", "value": 2}}

    assert ask("POST", "/entityOperations/upsert", [other], options="update").status_code == 204
    assert {"temperature", "humidity"} <= ask.holds("urn:ngsi-ld:Room:1").keys()
    assert ask("POST", "/entityOperations/upsert", [other]).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:1") == other


def test_a_batch_updates_merges_and_deletes(ask):
    ask("POST", "/entityOperations/create", [room(1), room(2)])
    part = {"id": "urn:ngsi-ld:Room:1", "type": "Room", "temperature": {"type": "Property", "value": 1}}
    gone = {"id": "urn:ngsi-ld:Room:404", "type": "Room", "temperature": {"type": "Property", "value": 1}}

    assert ask("POST", "/entityOperations/update", [part]).status_code == 204
    assert ask("POST", "/entityOperations/update", [part, gone]).status_code == 207
    merge = {"id": "urn:ngsi-ld:Room:2", "temperature": {"value": 7}}
    assert ask("POST", "/entityOperations/merge", [merge]).status_code == 204
    assert ask.holds("urn:ngsi-ld:Room:2")["temperature"] == {
        "type": "Property",
        "value": 7,
        "unitCode": "CEL",
    }
    both = ["urn:ngsi-ld:Room:1", "urn:ngsi-ld:Room:404"]
    answer = ask("POST", "/entityOperations/delete", both)
    assert (answer.status_code, answer.json()["success"]) == (207, both[:1])


@pytest.mark.parametrize(
    "wrong", [{}, [], "urn:x:1", [room(1)] * 5001], ids=["object", "empty", "text", "long"]
)
def test_what_is_no_batch_is_refused(ask, wrong):
    body = json.dumps(wrong)
    assert is_problem(ask("POST", "/entityOperations/upsert", body), 400, "BadRequestData")


# --- representations ------------------------------------------------------------------------------------


def test_an_entity_is_sent_in_each_form(ask):
    ask("POST", "/entities", room(1, location=point(4.36, 52.01)))

    path = "/entities/urn:ngsi-ld:Room:1"
    simple = ask("GET", path, format="simplified").json()
    assert simple["temperature"] == 21
    assert simple["inside"] == "urn:ngsi-ld:House:1"
    concise = ask("GET", path, options="concise").json()
    assert concise["temperature"] == {"value": 21, "unitCode": "CEL"}
    assert concise["inside"] == {"object": "urn:ngsi-ld:House:1"}
    geo = ask("GET", path, headers={"Accept": "application/geo+json"}, options="keyValues").json()
    assert (geo["type"], geo["geometry"]) == ("Feature", {"type": "Point", "coordinates": [4.36, 52.01]})
    assert geo["properties"]["temperature"] == 21


def test_entities_are_sent_as_a_collection_of_features(ask):
    ask("POST", "/entities", room(1))
    answer = ask("GET", "/entities", headers={"Accept": "application/geo+json"}, type="Room")

    assert answer.json()["type"] == "FeatureCollection"
    assert answer.json()["features"][0]["geometry"] is None


def test_only_the_attributes_asked_for_are_sent(ask):
    ask("POST", "/entities", room(1))

    assert ask.holds("urn:ngsi-ld:Room:1", attrs="temperature").keys() == {"id", "type", "temperature"}
    assert "temperature" not in ask.holds("urn:ngsi-ld:Room:1", omit="temperature")
    missing = ask("GET", "/entities/urn:ngsi-ld:Room:1", attrs="humidity")
    assert is_problem(missing, 404, "ResourceNotFound")


def test_a_text_in_several_languages_is_sent_in_the_one_asked_for(ask):
    name = {"type": "LanguageProperty", "languageMap": {"nl": "Zolder", "en": "Attic"}}
    ask("POST", "/entities", room(1, name=name))

    assert ask.holds("urn:ngsi-ld:Room:1")["name"] == name
    told = ask.holds("urn:ngsi-ld:Room:1", lang="nl")["name"]
    assert told == {"type": "Property", "value": "Zolder", "lang": "nl"}
    assert ask.holds("urn:ngsi-ld:Room:1", lang="fr", options="keyValues")["name"] == "Attic"


def test_a_media_type_that_is_not_spoken_is_refused(ask):
    for path, kind in (("/entities", "text/turtle"), ("/types", "application/geo+json")):
        assert is_problem(ask("GET", path, headers={"Accept": kind}), 406, "InvalidRequest")


# --- contexts -------------------------------------------------------------------------------------------

BEDS = {"@context": {"Ward": "https://example.org/Ward", "beds": "https://example.org/beds"}}


def test_a_context_in_the_body_gives_names_their_meaning(ask):
    ward = {"id": "urn:x:1", "type": "Ward", "beds": {"type": "Property", "value": 5}}
    assert ask("POST", "/entities", ward | BEDS, kind=LD).status_code == 201

    told = ask("GET", "/entities/urn:x:1").json()
    assert told["type"] == "https://example.org/Ward"
    assert told["https://example.org/beds"] == {"type": "Property", "value": 5}


def test_a_context_that_was_kept_is_named_in_a_header(ask):
    location = ask("POST", "/jsonldContexts", BEDS).headers["location"]
    link = {"Link": LINK.format(f"http://127.0.0.1{location}")}
    ward = {"id": "urn:x:1", "type": "Ward", "beds": {"type": "Property", "value": 5}}

    assert ask("POST", "/entities", ward, headers=link).status_code == 201
    assert ask("GET", "/entities/urn:x:1", headers=link).json() == ward
    assert ask("GET", "/entities", type="Ward").json() == []
    assert ask("GET", "/entities", headers=link, type="Ward", q="beds==5").json() == [ward]
    kept = ask("GET", location.removeprefix(BASE))
    assert kept.json() == BEDS
    as_ld = ask("GET", "/entities/urn:x:1", headers=link | {"Accept": LD}).json()
    assert as_ld["@context"].endswith(location)


def test_contexts_are_listed_by_kinds_that_there_are(web, token):
    def listed(words):
        headers = {"Authorization": f"Bearer {token}"}
        return web.get(f"{BASE}/jsonldContexts?{words}", headers=headers)

    assert listed("kind=Cached").json() == []
    for wrong in ("kind=other", "details=other"):
        assert is_problem(listed(wrong), 400, "BadRequestData")


def test_a_place_lists_shows_and_deletes_the_contexts_that_it_keeps(ask, programme, web):
    location = ask("POST", "/jsonldContexts", BEDS).headers["location"]
    path = location.removeprefix(BASE)

    assert location in ask("GET", "/jsonldContexts").json()
    (details,) = [
        one for one in ask("GET", "/jsonldContexts", details="true").json() if one["URL"] == location
    ]
    assert (details["kind"], details["localId"]) == ("Hosted", location.rpartition("/")[2])
    assert ask("GET", path, details="true").json() == details
    other = Store(web, programme.context.token("0599"))
    assert location not in other("GET", "/jsonldContexts").json()
    for method in ("GET", "DELETE"):
        assert is_problem(other(method, path), 404, "ResourceNotFound")
    assert ask("DELETE", path).status_code == 204
    assert is_problem(ask("GET", path), 404, "ResourceNotFound")


@pytest.fixture
def contexts_of(programme, monkeypatch):
    """Return a server of contexts on the loopback, whose host the programme allows."""
    with portal() as server:
        allowed = AllowedHosts.read([f"{server.host} private"])
        monkeypatch.setattr(type(programme.context), "_allowed", lambda _: allowed)
        programme.context.contexts.forget()
        yield server


def ward(server, path="/beds.jsonld"):
    spot = {"id": "urn:x:1", "type": "Ward", "beds": {"type": "Property", "value": 5}}
    return spot | {"@context": f"{server.address}{path}"}


def test_a_context_at_an_address_is_fetched_once_and_kept_when_its_host_is_silent(ask, contexts_of):
    contexts_of.say("/beds.jsonld", {"@context": [f"{contexts_of.address}/inner.jsonld"]})
    contexts_of.say("/inner.jsonld", BEDS)
    assert ask("POST", "/entities", ward(contexts_of), kind=LD).status_code == 201
    assert contexts_of.asked == ["/beds.jsonld", "/inner.jsonld"]

    contexts_of.status = 500
    assert ask("GET", "/entities/urn:x:1").json()["https://example.org/beds"]["value"] == 5
    link = {"Link": LINK.format(f"{contexts_of.address}/beds.jsonld")}
    assert ask("GET", "/entities/urn:x:1", headers=link).json()["beds"]["value"] == 5
    assert len(contexts_of.asked) == 2


def test_a_context_that_has_changed_is_fetched_again_when_that_is_asked(ask, contexts_of):
    contexts_of.say("/beds.jsonld", BEDS)
    ask("POST", "/entities", ward(contexts_of), kind=LD)
    contexts_of.say("/beds.jsonld", {"@context": {"bedden": "https://example.org/beds"}})
    address = f"{contexts_of.address}/beds.jsonld"
    path = f"/jsonldContexts/{quote(address, safe='')}"

    assert ask("DELETE", path, reload="true").status_code == 204
    told = ask("GET", "/entities/urn:x:1", headers={"Link": LINK.format(address)}).json()
    assert told["bedden"]["value"] == 5
    contexts_of.status = 503
    assert is_problem(ask("DELETE", path, reload="true"), 503, "LdContextNotAvailable")
    again = ask("GET", "/entities/urn:x:1", headers={"Link": LINK.format(address)}).json()
    assert again["bedden"]["value"] == 5


def test_a_context_is_asked_for_again_after_a_day_and_the_old_one_serves_where_that_fails(
    ask, contexts_of, monkeypatch, programme
):
    contexts_of.say("/beds.jsonld", BEDS)
    ask("POST", "/entities", ward(contexts_of), kind=LD)
    monkeypatch.setattr("urbium.programme.platform.places_context._FRESH", 0)
    programme.context.contexts.forget()
    contexts_of.status = 500

    assert ask("PATCH", "/entities/urn:x:1/attrs", ward(contexts_of), kind=LD).status_code == 204
    assert contexts_of.asked == ["/beds.jsonld"] * 2


@pytest.mark.parametrize(
    ("content", "status", "name"),
    [
        (b"<html>not found</html>", 400, "BadRequestData"),
        (b"[" * 100_000, 400, "BadRequestData"),
        (b'{"@context": {"a": "b", "b": "a"}}', 400, "BadRequestData"),
        (b'{"@context": "/beds.jsonld"}', 503, "LdContextNotAvailable"),
        (b'{"@context": {"a": "' + b"x" * 1_000_000 + b'"}}', 503, "LdContextNotAvailable"),
        (None, 503, "LdContextNotAvailable"),
    ],
    ids=["html", "deep", "circle", "relative", "long", "absent"],
)
def test_a_hostile_context_at_an_address_is_refused_and_not_kept(ask, contexts_of, content, status, name):
    if content is not None:
        contexts_of.say("/beds.jsonld", content)
    for _ in range(2):
        answer = ask("POST", "/entities", ward(contexts_of), kind=LD)
        assert is_problem(answer, status, name)
        assert "jsonld" in answer.json()["detail"] or "context" in answer.json()["detail"]


def test_contexts_at_addresses_that_name_each_other_are_refused(ask, contexts_of):
    for path, other in (("/a", "/b"), ("/b", "/a")):
        contexts_of.say(path, {"@context": f"{contexts_of.address}{other}"})

    answer = ask("POST", "/entities", ward(contexts_of, "/a"), kind=LD)
    assert is_problem(answer, 400, "BadRequestData")


def test_a_context_that_cannot_be_had_is_not_available(ask):
    entity = room(1) | {"@context": "https://contexts.example.org/a.jsonld"}
    assert is_problem(ask("POST", "/entities", entity, kind=LD), 503, "LdContextNotAvailable")


def test_a_context_stands_in_the_body_or_in_the_header(ask):
    link = {"Link": LINK.format("https://example.org/a.jsonld")}
    for body, kind, headers in (
        (room(1) | BEDS, JSON, None),
        (room(1), LD, None),
        (room(1) | BEDS, LD, link),
    ):
        assert is_problem(ask("POST", "/entities", body, kind=kind, headers=headers), 400, "BadRequestData")


# --- queries --------------------------------------------------------------------------------------------


@pytest.fixture
def rooms(ask):
    """Return the store with nine rooms, each a kilometre or so further north, and a house."""
    entities = [
        room(
            number,
            location=point(4.36, 52.0 + number / 100),
            brand={"type": "Property", "value": "Acme" if number % 2 else "Bolt"},
            address={"type": "Property", "value": {"city": {"name": "Delft"}, "number": number}},
            open={"type": "Property", "value": number > 5},
            tags={"type": "Property", "value": ["a", f"t{number}"]},
            seen={"type": "Property", "value": number, "observedAt": f"2026-01-0{number}T00:00:00Z"},
        )
        for number in range(1, 10)
    ]
    house = {"id": "urn:ngsi-ld:House:1", "type": "House", "floors": {"type": "Property", "value": 3}}
    assert ask("POST", "/entityOperations/create", [*entities, house]).status_code == 201
    return ask


def numbers(answer):
    assert answer.status_code == 200, answer.text
    return [int(one["id"].rpartition(":")[2]) for one in answer.json()]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("temperature>27", [8, 9]),
        ("temperature>=27;temperature<28", [7]),
        ("temperature==21..23", [1, 2, 3]),
        ("temperature==21,29", [1, 9]),
        ("temperature!=21..28", [9]),
        ('brand=="Acme";temperature<24', [1, 3]),
        ("brand==Acme|temperature==22", [1, 2, 3, 5, 7, 9]),
        ("(brand==Acme|temperature==22);temperature<23", [1, 2]),
        ('brand~="^Ac";temperature>28', [9]),
        ('brand!~="^Ac"', [2, 4, 6, 8]),
        ("address[number]>=8", [8, 9]),
        ('address[city.name]=="Delft";temperature==21', [1]),
        ("open==true", [6, 7, 8, 9]),
        ("open==false;temperature>24", [5]),
        ('tags=="t4"', [4]),
        ("seen.observedAt>=2026-01-08T00:00:00Z", [8, 9]),
        ('temperature.unitCode=="CEL";temperature>28', [9]),
        ("inside==urn:ngsi-ld:House:1;temperature==25", [5]),
        ("floors", []),
        ("temperature", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ('temperature=="21"', []),
        ("https://uri.etsi.org/ngsi-ld/default-context/temperature>28", [9]),
    ],
)
def test_rooms_are_found_by_what_is_said_of_them(rooms, q, expected):
    assert numbers(rooms("GET", "/entities", type="Room", q=q)) == expected


@pytest.mark.parametrize(
    "q",
    [
        "temperature>",
        ">5",
        "(temperature>5",
        "a==1,",
        "a>1,2",
        'a=="x',
        "a==1..",
        "a b",
        "a~=(",
        "a;;b",
        "(",
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(rooms, q):
    assert is_problem(rooms("GET", "/entities", q=q), 400, "BadRequestData")


def test_rooms_are_found_by_name_pattern_type_and_attribute(rooms):
    ids = "urn:ngsi-ld:Room:2,urn:ngsi-ld:Room:5"
    assert numbers(rooms("GET", "/entities", id=ids, type="Room")) == [2, 5]
    assert numbers(rooms("GET", "/entities", idPattern="Room:[34]$", local="true")) == [3, 4]
    assert numbers(rooms("GET", "/entities", type="Room,House", limit=20)) == [*range(1, 10), 1]
    assert numbers(rooms("GET", "/entities", attrs="floors")) == [1]
    assert rooms("GET", "/entities", attrs="floors").json()[0].keys() == {"id", "type", "floors"}


def test_members_are_picked_and_left_out_by_name(rooms):
    def sent(path, **words):
        return rooms("GET", path, **words)

    room_1 = "/entities/urn:ngsi-ld:Room:1"
    assert sent(room_1, pick="id,open").json().keys() == {"id", "open"}
    assert "type" not in sent(room_1, omit="type").json()
    assert sent("/entities", type="Room,House", pick="floors").json() == [
        {"floors": {"type": "Property", "value": 3}}
    ]
    assert is_problem(sent(room_1, pick="unheard"), 404, "ResourceNotFound")
    for wrong in (
        {"pick": "open", "omit": "open"},
        {"pick": "open", "attrs": "tags"},
        {"pick": "id,,open"},
        {"pick": "inside{name}"},
        {"attrs": "id,type"},
    ):
        assert is_problem(sent(room_1, **wrong), 400, "BadRequestData"), wrong
        assert is_problem(sent("/entities", type="Room", **wrong), 400, "BadRequestData"), wrong


def test_entities_are_asked_for_by_several_names_in_a_body(rooms):
    selectors = [{"type": "Room", "id": f"urn:ngsi-ld:Room:{number}"} for number in (2, 5)]
    answer = rooms("POST", "/entityOperations/query", {"type": "Query", "entities": selectors})
    assert numbers(answer) == [2, 5]


def test_a_query_says_what_it_is_about(rooms):
    assert is_problem(rooms("GET", "/entities"), 400, "BadRequestData")
    assert is_problem(rooms("GET", "/entities", id="urn:ngsi-ld:Room:2"), 400, "BadRequestData")


def test_a_pattern_of_names_is_about_something(rooms):
    assert numbers(rooms("GET", "/entities", idPattern="Room:[34]$")) == [3, 4]
    body = {"type": "Query", "entities": [{"idPattern": "Room:[34]$"}]}
    assert numbers(rooms("POST", "/entityOperations/query", body)) == [3, 4]


DELFT = {"geometry": "Point", "coordinates": "[4.36,52.05]"}
SQUARE = {
    "geometry": "Polygon",
    "coordinates": "[[[4.3,52.025],[4.4,52.025],[4.4,52.055],[4.3,52.055],[4.3,52.025]]]",
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"georel": "near;maxDistance==1200", **DELFT}, [4, 5, 6]),
        ({"georel": "near;minDistance==3400", **DELFT}, [1, 9]),
        ({"georel": "within", **SQUARE}, [3, 4, 5]),
        ({"georel": "intersects", **SQUARE}, [3, 4, 5]),
        ({"georel": "disjoint", **SQUARE}, [1, 2, 6, 7, 8, 9]),
        ({"georel": "equals", "geometry": "Point", "coordinates": "[4.36,52.05]"}, [5]),
        ({"georel": "contains", "geometry": "Point", "coordinates": "[4.36,52.05]"}, [5]),
        ({"georel": "overlaps", **SQUARE}, []),
        ({"georel": "near;maxDistance==1200", **DELFT, "geoproperty": "elsewhere"}, []),
    ],
)
def test_rooms_are_found_by_where_they_are(rooms, words, expected):
    assert numbers(rooms("GET", "/entities", type="Room", **words)) == expected


@pytest.mark.parametrize(
    "words",
    [
        {"georel": "near", **DELFT},
        {"georel": "near;maxDistance==x", **DELFT},
        {"georel": "near;maxDistance==inf", **DELFT},
        {"georel": "beside", **DELFT},
        {"georel": "within", "geometry": "Circle", "coordinates": "[4,52]"},
        {"georel": "within", "geometry": "Polygon", "coordinates": "[4,52]"},
        {"georel": "within", "geometry": "Polygon", "coordinates": "[" * 5000},
        {"georel": "within"},
    ],
    ids=range(8),
)
def test_a_place_that_cannot_be_read_is_refused(rooms, words):
    assert is_problem(rooms("GET", "/entities", **words), 400, "BadRequestData")


def test_a_long_answer_comes_in_pages_and_with_its_count(rooms):
    first = rooms("GET", "/entities", type="Room", limit=4, count="true", q="temperature>20")
    assert first.headers["ngsild-results-count"] == "9"
    following = first.headers["link"].split("<")[2].partition(">")[0]
    second = rooms("GET", "/entities", **dict(parse_qsl(urlsplit(following).query)))

    assert numbers(first) + numbers(second) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert 'rel="prev"' in second.headers["link"]
    assert 'rel="next"' not in rooms("GET", "/entities", type="Room", limit=1, offset=8).headers["link"]
    assert rooms("GET", "/entities", type="Room", limit=0, count="true").json() == []


@pytest.mark.parametrize("words", [{"limit": "-1"}, {"limit": "x"}, {"limit": "1001"}, {"offset": "²"}])
def test_a_page_that_is_none_is_refused(rooms, words):
    assert is_problem(rooms("GET", "/entities", type="Room", **words), 400, "BadRequestData")


def test_entities_are_found_by_scope(ask):
    ask("POST", "/entityOperations/create", [room(1, scope="/north/harbour"), room(2, scope="/northern")])

    assert numbers(ask("GET", "/entities", type="Room", scopeQ="/north/#")) == [1]


def test_a_query_is_sent_in_a_body(rooms):
    body = {"type": "Query", "entities": [{"type": "Room"}], "q": "temperature>27", "attrs": ["temperature"]}
    answer = rooms("POST", "/entityOperations/query", body)

    assert numbers(answer) == [8, 9]
    assert answer.json()[0].keys() == {"id", "type", "temperature"}
    body = {"type": "Query", "geoQ": {"georel": "near;maxDistance==1200", "geometry": "Point",
                                      "coordinates": [4.36, 52.05]}}  # fmt: skip
    assert numbers(rooms("POST", "/entityOperations/query", body)) == [4, 5, 6]
    assert is_problem(
        rooms("POST", "/entityOperations/query", {"type": "Query", "x": 1}), 400, "BadRequestData"
    )


# --- discovery ------------------------------------------------------------------------------------------


def test_types_and_attributes_are_told(rooms):
    types = rooms("GET", "/types").json()
    assert (types["type"], types["typeList"]) == ("EntityTypeList", ["House", "Room"])
    details = {
        one["typeName"]: one["attributeNames"] for one in rooms("GET", "/types", details="true").json()
    }
    assert details["House"] == ["floors"]
    info = rooms("GET", "/types/Room").json()
    assert (info["entityCount"], info["typeName"], info["id"]) == (9, "Room", f"{DEFAULT}Room")
    assert "brand" in {one["attributeName"] for one in info["attributeDetails"]}
    assert "floors" in rooms("GET", "/attributes").json()["attributeList"]
    told = rooms("GET", "/attributes/temperature").json()
    assert (told["attributeCount"], told["typeNames"]) == (9, ["Room"])
    for path in ("/types/Nothing", "/attributes/nothing"):
        assert is_problem(rooms("GET", path), 404, "ResourceNotFound")


# --- over time ------------------------------------------------------------------------------------------


@pytest.fixture
def past(ask):
    """Return the store with a room whose temperature was observed every hour of a day, 0 to 23."""
    for hour in range(24):
        observed = f"2026-01-01T{hour:02}:00:00Z"
        entity = {
            "id": "urn:ngsi-ld:Room:past", "type": "Room",
            "temperature": {"type": "Property", "value": hour, "observedAt": observed},
        }  # fmt: skip
        ask("POST", "/entityOperations/upsert", [entity])
    return ask


AT = {"timerel": "between", "timeAt": "2026-01-01T06:00:00Z", "endTimeAt": "2026-01-01T09:00:00Z"}


def values(answer):
    assert answer.status_code == 200, answer.text
    return [value for value, _ in answer.json()["temperature"]["values"]]


def test_values_of_a_time_come_as_pairs_or_as_instances(past):
    path = "/temporal/entities/urn:ngsi-ld:Room:past"
    short = past("GET", path, options="temporalValues", **AT)
    assert short.json()["temperature"] == {
        "type": "Property",
        "values": [[hour, f"2026-01-01T{hour:02}:00:00Z"] for hour in (6, 7, 8)],
    }
    whole = past("GET", path, **AT).json()["temperature"]
    assert [one["value"] for one in whole] == [6, 7, 8]
    assert whole[0]["observedAt"] == "2026-01-01T06:00:00Z"
    assert len({one["instanceId"] for one in whole}) == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"timerel": "before", "timeAt": "2026-01-01T02:00:00Z"}, [0, 1]),
        ({"timerel": "after", "timeAt": "2026-01-01T21:00:00Z"}, [22, 23]),
        ({"timerel": "before", "timeAt": "2026-01-01T12:00:00Z", "lastN": "2"}, [11, 10]),
        ({"lastN": "1"}, [23]),
    ],
)
def test_a_time_is_before_after_or_between(past, words, expected):
    answer = past("GET", "/temporal/entities/urn:ngsi-ld:Room:past", options="temporalValues", **words)
    assert values(answer) == expected


@pytest.fixture
def thinned(ask, programme):
    """Return the store with a lamp that burnt for a day and was thinned to hours; two had a second value."""
    seen = [(f"{hour:02}:00", hour) for hour in range(24)] + [("06:30", 100), ("07:30", 100)]
    past = [{"type": "Property", "value": value, "observedAt": f"2026-01-01T{at}:00Z"} for at, value in seen]
    ask("POST", "/temporal/entities", {"id": "urn:ngsi-ld:Lamp:thin", "type": "Lamp", "heat": past})
    store, later = programme.store.context.past, 2**60
    store.pack(now=later)
    kept = next(one for one in store.kept() if one.attribute.endswith("heat"))
    store.thin(kept, 3600, before=later, packed_before=later + 1)
    return ask


def test_who_reads_thinned_values_is_told_their_step(thinned):
    path = "/temporal/entities/urn:ngsi-ld:Lamp:thin"
    [six, *_] = thinned("GET", path, **AT).json()["heat"]
    assert (six["value"], six["observedAt"]) == (53, "2026-01-01T06:00:00Z")
    assert six["aggregation"] == {
        "type": "JsonProperty", "json": {"period": "PT1H", "count": 2, "min": 6, "max": 100}
    }  # fmt: skip
    short = thinned("GET", path, options="temporalValues", **AT).json()["heat"]
    assert short["values"] == [
        [53, "2026-01-01T06:00:00Z"], [53.5, "2026-01-01T07:00:00Z"], [8, "2026-01-01T08:00:00Z"]
    ]  # fmt: skip
    span = {"period": "PT1H", "from": "2026-01-01T06:00:00Z", "to": "2026-01-01T09:00:00Z"}
    assert short["aggregation"]["json"] == [span]


def test_sums_of_thinned_values_are_those_of_the_values(thinned):
    told = thinned(
        "GET", "/temporal/entities/urn:ngsi-ld:Lamp:thin", options="aggregatedValues", **AT,
        aggrMethods="totalCount,sum,avg,min,max,stddev", aggrPeriodDuration="PT3H",
    ).json()["heat"]  # fmt: skip
    first = {name: told[name][0][0] for name in ("totalCount", "sum", "avg", "min", "max")}

    assert first == {"totalCount": 5, "sum": 221, "avg": 44.2, "min": 6, "max": 100}
    assert "stddev" not in told
    assert told["aggregation"]["json"][0]["period"] == "PT1H"


def test_a_message_that_is_sent_again_changes_nothing(past):
    observed = {"type": "Property", "value": 5, "observedAt": "2026-01-01T05:00:00Z"}
    for _ in range(3):
        entity = {"id": "urn:ngsi-ld:Room:past", "type": "Room", "temperature": observed}
        past("POST", "/entityOperations/upsert", [entity])
    answer = past("GET", "/temporal/entities/urn:ngsi-ld:Room:past", options="temporalValues", lastN=100)
    assert sorted(values(answer)) == list(range(24))


def test_periods_are_summed_as_a_hand_does_it(past):
    methods = "totalCount,distinctCount,sum,avg,min,max,stddev,sumsq"
    answer = past(
        "GET", "/temporal/entities/urn:ngsi-ld:Room:past", options="aggregatedValues", aggrMethods=methods,
        aggrPeriodDuration="PT4H", timerel="between", timeAt="2026-01-01T00:00:00Z",
        endTimeAt="2026-01-01T08:00:00Z",
    ).json()["temperature"]  # fmt: skip
    first = {name: rows[0][0] for name, rows in answer.items() if name != "type"}

    assert first.pop("stddev") == pytest.approx(1.25**0.5)
    assert first == {
        "totalCount": 4, "distinctCount": 4, "sum": 6, "avg": 1.5, "min": 0, "max": 3, "sumsq": 14
    }  # fmt: skip
    assert answer["sum"][1] == [22, "2026-01-01T04:00:00Z", "2026-01-01T08:00:00Z"]


def test_periods_after_an_instant_are_counted_from_it(past):
    rows = past(
        "GET", "/temporal/entities/urn:ngsi-ld:Room:past", options="aggregatedValues", aggrMethods="sum",
        aggrPeriodDuration="PT2H", timerel="after", timeAt="2026-01-01T20:00:00Z",
    ).json()["temperature"]["sum"]  # fmt: skip

    assert rows == [
        [21, "2026-01-01T20:00:00Z", "2026-01-01T22:00:00Z"],
        [45, "2026-01-01T22:00:00Z", "2026-01-02T00:00:00Z"],
    ]


def test_attributes_over_time_are_chosen_as_those_of_now_are(past):
    path = "/temporal/entities/urn:ngsi-ld:Room:past"
    assert past("GET", path, pick="temperature", lastN="1").json().keys() == {"temperature"}
    assert "temperature" not in past("GET", path, omit="temperature", lastN="1").json()
    assert past("GET", path, datasetId="urn:x:other", lastN="1").json().keys() == {"id", "type"}
    assert past("GET", path, attrs="unheard").status_code == 404


PAST = [
    {"type": "Property", "value": value, "observedAt": f"2020-08-01T12:0{minute}:00Z"}
    for minute, value in ((3, 120), (7, 100), (5, 80))
]


def speeds(ask, id_, **words):
    answer = ask("GET", f"/temporal/entities/{id_}", options="temporalValues", **words)
    return [value for value, _ in answer.json()["speed"]["values"]]


def test_the_past_is_written_and_the_entity_is_as_its_newest_value_says(ask):
    car = {"id": "urn:ngsi-ld:Car:written", "type": "Car", "speed": PAST[1:]}

    assert ask("POST", "/temporal/entities", car).headers["Location"].endswith(car["id"])
    assert speeds(ask, car["id"]) == [80, 100]
    assert ask.holds(car["id"])["speed"] == PAST[1]

    again = ask("POST", "/temporal/entities", car | {"speed": PAST})
    assert (again.status_code, speeds(ask, car["id"])) == (204, [120, 80, 100])
    assert ask.holds(car["id"])["speed"] == PAST[1]


def test_more_is_added_to_the_past_of_an_entity_that_is_there(ask):
    path = "/temporal/entities/urn:ngsi-ld:Car:added/attrs"
    assert is_problem(ask("POST", path, {"speed": PAST}), 404, "ResourceNotFound")

    ask("POST", "/entities", {"id": "urn:ngsi-ld:Car:added", "type": "Car", "speed": PAST[0]})
    assert ask("POST", path, {"speed": PAST[1:]}).status_code == 204
    assert speeds(ask, "urn:ngsi-ld:Car:added") == [120, 80, 100]
    assert ask.holds("urn:ngsi-ld:Car:added")["speed"] == PAST[1]


def test_a_past_with_two_values_of_one_instant_is_refused(ask):
    car = {"id": "urn:ngsi-ld:Car:twice", "type": "Car", "speed": [PAST[0], PAST[0] | {"value": 1}]}

    assert is_problem(ask("POST", "/temporal/entities", car), 400, "BadRequestData")
    assert ask("GET", f"/entities/{car['id']}").status_code == 404


# what follows are clauses 5.6.13 to 5.6.16 of GS CIM 009

CAR = "/temporal/entities/urn:ngsi-ld:Car:corrected"
OTHER_SET = {"type": "Property", "value": 7, "observedAt": "2020-08-01T12:04:00Z", "datasetId": "urn:x:other"}


@pytest.fixture
def car(ask):
    """Return the store with a car: a brand, three speeds and one of another data set."""
    ask("DELETE", CAR)
    entity = {"id": CAR.rpartition("/")[2], "type": "Car", "speed": [*PAST, OTHER_SET], "brand": PAST[:1]}
    assert ask("POST", "/temporal/entities", entity).status_code in (201, 204)
    return ask


def instances(ask, name="speed"):
    return ask("GET", CAR).json()[name]


def speeds_of_car(ask):
    return [one["value"] for one in instances(ask)]


@pytest.fixture(params=["rows", "packed"])
def kept(request, car, programme):
    """Return the store with the car as it is on its day, and as it is once its days are packed."""
    if request.param == "packed":
        more = [
            PAST[0] | {"value": minute, "observedAt": f"2020-08-01T13:{minute}:00Z"}
            for minute in range(10, 18)
        ]
        car("POST", f"{CAR}/attrs", {"speed": more})
        assert programme.store.context.past.pack(now=2**60) > 8
    return car


def test_an_instance_is_changed_in_part_and_keeps_its_name(kept):
    before = instances(kept)
    path = f"{CAR}/attrs/speed/{before[0]['instanceId']}"
    for number in (129, 130):  # by the same name, again
        answer = kept("PATCH", path, {"value": number})
        assert (answer.status_code, answer.content) == (204, b"")
        kept("PATCH", path, {"unitCode": "KMH", "observedAt": "2020-08-01T12:03:00Z"})
    [after, *others] = instances(kept)

    assert after == before[0] | {"value": 130, "unitCode": "KMH"}
    assert others == before[1:]
    kept("PATCH", path, {"unitCode": "urn:ngsi-ld:null"})
    assert instances(kept)[0] == before[0] | {"value": 130}


def test_what_was_corrected_stays_so_when_its_day_is_packed_and_counts_in_periods(kept, programme):
    name = instances(kept)[0]["instanceId"]
    kept("PATCH", f"{CAR}/attrs/speed/{name}", {"value": 129})
    before = instances(kept)
    programme.store.context.past.pack(now=2**60)

    assert instances(kept) == before
    told = kept(
        "GET", CAR, options="aggregatedValues", aggrMethods="max,totalCount", timerel="before",
        timeAt="2020-08-01T13:00:00Z", attrs="speed", datasetId="@none",
    ).json()["speed"]  # fmt: skip
    assert (told["max"][0][0], told["totalCount"][0][0]) == (129, 3)


def test_an_entity_stays_as_it_is_now_when_its_past_is_corrected_or_deleted(car):
    newest = next(one for one in instances(car) if one["observedAt"] == PAST[1]["observedAt"])
    before = car.holds("urn:ngsi-ld:Car:corrected")

    car("PATCH", f"{CAR}/attrs/speed/{newest['instanceId']}", {"value": 1})
    assert car.holds("urn:ngsi-ld:Car:corrected") == before
    car("DELETE", CAR)
    assert car.holds("urn:ngsi-ld:Car:corrected") == before


def test_an_instance_is_deleted(kept):
    [first, second, *rest] = instances(kept)
    answer = kept("DELETE", f"{CAR}/attrs/speed/{second['instanceId']}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert instances(kept) == [first, *rest]
    again = kept("DELETE", f"{CAR}/attrs/speed/{second['instanceId']}")
    assert is_problem(again, 404, "ResourceNotFound")


def test_the_past_of_an_attribute_is_deleted_by_data_set_or_whole(kept):
    assert kept("DELETE", f"{CAR}/attrs/speed", datasetId="urn:x:other").status_code == 204
    assert 7 not in speeds_of_car(kept)
    kept("POST", f"{CAR}/attrs", {"speed": OTHER_SET})
    assert kept("DELETE", f"{CAR}/attrs/speed").status_code == 204
    assert speeds_of_car(kept) == [7]
    kept("POST", f"{CAR}/attrs", {"speed": PAST})
    assert kept("DELETE", f"{CAR}/attrs/speed", deleteAll="true").status_code == 204
    assert kept("GET", CAR).json().keys() == {"id", "type", "brand"}
    assert is_problem(kept("DELETE", f"{CAR}/attrs/speed", deleteAll="true"), 404, "ResourceNotFound")


def test_the_past_of_an_entity_is_deleted_and_can_be_written_again(kept):
    answer = kept("DELETE", CAR)

    assert (answer.status_code, answer.content) == (204, b"")
    assert is_problem(kept("GET", CAR), 404, "ResourceNotFound")
    assert is_problem(kept("DELETE", CAR), 404, "ResourceNotFound")
    entity = {"id": CAR.rpartition("/")[2], "type": "Car", "speed": PAST[0]}
    assert kept("POST", "/temporal/entities", entity).status_code == 201
    assert kept("POST", "/temporal/entities", entity | {"speed": PAST[1]}).status_code == 204
    assert speeds_of_car(kept) == [120, 100]


def test_the_log_says_who_deleted_or_corrected_which_part_of_a_past_and_no_value(kept, programme):
    before = programme.store.audit().height
    first, second, *_ = instances(kept)
    kept("PATCH", f"{CAR}/attrs/speed/{first['instanceId']}", {"value": 777})
    kept("DELETE", f"{CAR}/attrs/speed/{second['instanceId']}")
    kept("DELETE", f"{CAR}/attrs/speed", datasetId="urn:x:other")
    kept("DELETE", CAR)
    kept("DELETE", CAR)  # there is nothing left
    entries = programme.store.audit()[before:]

    assert entries["what"].to_list() == ["correct past", *["delete past"] * 3]
    assert set(entries["who"]) == {"context-0503"}
    parts = [json.loads(one) for one in entries["before"]]
    assert {(one["place"], one["entity"]) for one in parts} == {("0503", CAR.rpartition("/")[2])}
    assert [one["dataset"] for one in parts] == ["", "", "urn:x:other", None]
    assert [one["attribute"] for one in parts] == [*[f"{DEFAULT}speed"] * 3, None]
    assert "777" not in entries.select("before", "after").write_json()
    assert programme.store.verify().seq == programme.store.audit().height


def test_the_past_of_an_entity_that_was_deleted_can_be_deleted_too(car):
    car("DELETE", "/entities/urn:ngsi-ld:Car:corrected")

    assert car("DELETE", CAR).status_code == 204
    assert is_problem(car("DELETE", CAR), 404, "ResourceNotFound")


def test_an_attribute_of_the_past_is_named_by_its_full_name(car):
    full = quote(f"{DEFAULT}speed", safe="")
    name = instances(car)[0]["instanceId"]

    assert car("PATCH", f"{CAR}/attrs/{full}/{name}", {"value": 1}).status_code == 204
    assert car("DELETE", f"{CAR}/attrs/{full}/{name}").status_code == 204
    assert car("DELETE", f"{CAR}/attrs/{full}", deleteAll="true").status_code == 204


NO_INSTANCE = "urn:ngsi-ld:01234567890123456789"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/temporal/entities/invalidId", 400),
        ("DELETE", "/temporal/entities/urn:ngsi-ld:Car:unknown", 404),
        ("DELETE", "/temporal/entities/urn:ngsi-ld:Car:unknown/attrs/speed", 404),
        ("DELETE", "/temporal/entities/invalidId/attrs/speed", 400),
        ("DELETE", f"{CAR}/attrs/unheard", 404),
        ("DELETE", f"{CAR}/attrs/invalid(Name", 400),
        ("DELETE", f"{CAR}/attrs/%2e%2e", 400),
        ("DELETE", f"{CAR}/attrs/%252e%252e", 400),
        ("DELETE", f"{CAR}/attrs/speed/invalidId", 400),
        ("DELETE", f"{CAR}/attrs/speed/{NO_INSTANCE}", 404),
        ("DELETE", f"{CAR}/attrs/speed/{NO_INSTANCE}/more", 400),
        ("PATCH", f"{CAR}/attrs/speed/{NO_INSTANCE}", 404),
        ("PATCH", f"{CAR}/attrs/speed/urn:ngsi-ld:instance:0123456789abcdef-0", 404),
        ("PATCH", f"{CAR}/attrs/unheard/{NO_INSTANCE}", 404),
        ("PATCH", f"{CAR}/attrs/invalid(Id/{NO_INSTANCE}", 400),
        ("PATCH", f"{CAR}/attrs/speed/invalidId", 400),
        ("PATCH", "/temporal/entities/invalidId/attrs/speed/urn:x:1", 400),
        ("PATCH", "/temporal/entities/urn:ngsi-ld:Car:unknown/attrs/speed/urn:x:1", 404),
    ],
)
def test_what_of_the_past_is_not_there_or_is_no_name_is_refused(car, method, path, status):
    answer = car(method, path, {"value": 1} if method == "PATCH" else None)

    assert is_problem(answer, status, "BadRequestData" if status == 400 else "ResourceNotFound")
    assert len(instances(car)) == 4


def test_only_an_instance_of_the_past_can_be_changed_and_no_whole_attribute(car):
    for end in ("speed", "speed/", f"/{NO_INSTANCE}"):
        answer = car("PATCH", f"{CAR}/attrs/{end}", {"value": 1})
        assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


@pytest.mark.parametrize(
    "part",
    [
        {"observedAt": "2020-08-01T12:04:00Z"},
        {"datasetId": "urn:x:another"},
        {"type": "Relationship", "object": "urn:x:2"},
        {"value": None},
    ],
    ids=str,
)
def test_an_instance_keeps_its_instant_its_data_set_and_its_kind(car, part):
    before = instances(car)
    answer = car("PATCH", f"{CAR}/attrs/speed/{before[0]['instanceId']}", part)

    assert is_problem(answer, 400, "BadRequestData")
    assert instances(car) == before


def test_what_is_left_of_an_hour_can_be_deleted_and_not_changed(thinned):
    path = "/temporal/entities/urn:ngsi-ld:Lamp:thin"
    [six, *_] = thinned("GET", path, **AT).json()["heat"]
    instance = f"{path}/attrs/heat/{six['instanceId']}"

    assert is_problem(thinned("PATCH", instance, {"value": 1}), 400, "BadRequestData")
    assert thinned("DELETE", instance).status_code == 204
    assert [one["value"] for one in thinned("GET", path, **AT).json()["heat"]] == [53.5, 8]
    assert thinned("DELETE", path).status_code == 204


def test_who_may_only_read_changes_nothing_of_the_past(web, programme, car):
    before = instances(car)
    programme.people.take_place("ada")
    ada = programme.people.named("ada")
    auditor = Store(web, programme.people.token(ada, "reading", ada.grants[0]))
    path = f"{CAR}/attrs/speed/{before[0]['instanceId']}"
    found = [
        auditor(method, where, {"value": 1} if method == "PATCH" else None, headers={"NGSILD-Tenant": "0503"})
        for method, where in (
            ("DELETE", CAR),
            ("DELETE", f"{CAR}/attrs/speed"),
            ("DELETE", path),
            ("PATCH", path),
        )
    ]

    assert [answer.status_code for answer in found] == [403] * 4
    assert instances(car) == before


@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("PATCH", "/attrs"), ("POST", "/attrs")])
def test_an_entity_grows_by_no_change_beyond_what_it_may_hold(ask, method, path):
    ask("POST", "/entities", room(1, **{f"a{number}": number for number in range(1_997)}))

    more = ask(method, f"/entities/urn:ngsi-ld:Room:1{path}", {"b1": 1, "b2": 2})
    assert is_problem(more, 400, "BadRequestData")
    assert ask(method, f"/entities/urn:ngsi-ld:Room:1{path}", {"b1": 1}).status_code == 204


def test_entities_are_asked_for_over_time(past):
    past("POST", "/entities", room(1))
    answer = past(
        "GET", "/temporal/entities", type="Room", attrs="temperature", options="temporalValues", **AT
    )

    assert [one["id"] for one in answer.json()] == ["urn:ngsi-ld:Room:past"]


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"timerel": "around", "timeAt": "2026-01-01T00:00:00Z"},
        {"timerel": "before"},
        {"timerel": "between", "timeAt": "2026-01-01T00:00:00Z"},
        {"timerel": "before", "timeAt": "2026-01-01"},
        {**AT, "aggrMethods": "sum"},
        {**AT, "options": "aggregatedValues"},
        {**AT, "options": "aggregatedValues", "aggrMethods": "median"},
        {**AT, "options": "aggregatedValues", "aggrMethods": "sum", "aggrPeriodDuration": "P1M"},
        {**AT, "lastN": "0"},
        {**AT, "timeproperty": "value"},
    ],
    ids=range(11),
)
def test_a_time_that_makes_no_sense_is_refused(past, words):
    assert is_problem(past("GET", "/temporal/entities", type="Room", **words), 400, "BadRequestData")


# --- who may --------------------------------------------------------------------------------------------


def test_nobody_without_a_token_is_told_anything(web, ask):
    ask("POST", "/entities", room(1))

    for path in ("/entities?type=Room", "/entities/urn:ngsi-ld:Room:1", "/types", "/subscriptions"):
        for headers in ({}, {"NGSILD-Tenant": "0503"}, {"NGSILD-Tenant": "nowhere"}):
            answer = web.get(BASE + path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/problem+json"
            assert "Authorization: Bearer TOKEN" in answer.json()["detail"]
            assert '"Room"' not in answer.text


def test_a_token_of_another_place_is_told_that_there_is_no_such_place(web, programme, ask):
    ask("POST", "/entities", room(1))
    other = Store(web, programme.context.token("0599"))

    for tenant in ("0503", "nowhere"):
        answer = other("GET", "/entities/urn:ngsi-ld:Room:1", headers={"NGSILD-Tenant": tenant})
        assert is_problem(answer, 404, "NonexistentTenant")
    assert is_problem(other("GET", "/entities/urn:ngsi-ld:Room:1"), 404, "ResourceNotFound")
    assert other("GET", "/types").json()["typeList"] == []


def test_a_token_that_opens_nothing_is_refused(web):
    answer = web.get(f"{BASE}/types", headers={"Authorization": "Bearer nothing"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_auditor_reads_every_place_and_changes_none(web, programme, ask):
    ask("POST", "/entities", room(1))
    programme.people.take_place("ada")
    actor = programme.people.named("ada")
    auditor = Store(web, programme.people.token(actor, "reading", actor.grants[0]))
    delft = {"NGSILD-Tenant": "0503"}

    assert auditor("GET", "/types", headers=delft).json()["typeList"] == ["Room"]
    assert auditor("DELETE", "/entities/urn:ngsi-ld:Room:1", headers=delft).status_code == 403
    assert auditor("GET", "/subscriptions", headers=delft).status_code == 403
    assert ask("GET", "/entities/urn:ngsi-ld:Room:1").status_code == 200


def test_a_provincial_reviewer_reads_the_places_of_the_province(web, programme, ask):
    ask("POST", "/entities", room(1))
    found = {}
    for code in ("pia", "nora"):
        programme.people.take_place(code)
        actor = programme.people.named(code)
        store = Store(web, programme.people.token(actor, "reading", actor.grants[0]))
        found[code] = store("GET", "/types", headers={"NGSILD-Tenant": "0503"}).status_code

    assert found == {"pia": 200, "nora": 404}


# --- subscriptions --------------------------------------------------------------------------------------


@pytest.fixture
def heard(programme, monkeypatch):
    """Return what is sent to those who are told, and let the programme send to a host that is none."""
    bodies = []

    def send(url, body, headers):
        bodies.append((url, json.loads(body), dict(headers)))
        return 204

    hosts = AllowedHosts.read(["listener.example.org"])
    monkeypatch.setattr(programme.context, "_allowed", lambda: hosts)
    monkeypatch.setattr(programme.context.notifier, "_send", send)
    with ThreadPoolExecutor(2) as senders:

        def listen():
            bodies.clear()
            while programme.context.notifier.deliver(senders):
                pass
            return list(bodies)

        yield listen


NULL = "urn:ngsi-ld:null"


def subscription(**other):
    endpoint = {"uri": "https://listener.example.org/told", "accept": "application/json"}
    return {
        "type": "Subscription",
        "entities": [{"type": "Room"}],
        "notification": {"endpoint": endpoint},
    } | other


@pytest.fixture
def subscribe(ask):
    """Return what subscribes to changes; subscriptions end with the test."""
    made = []

    def begin(**other):
        answer = ask("POST", "/subscriptions", subscription(**other))
        assert answer.status_code == 201, answer.text
        made.append(answer.headers["location"].removeprefix(BASE))
        return made[-1]

    yield begin
    for path in made:
        ask("DELETE", path)


def test_who_subscribes_is_told_of_what_was_created_and_changed(ask, subscribe, heard):
    path = subscribe(notification=subscription()["notification"] | {"attributes": ["temperature"]})
    ask("POST", "/entityOperations/create", [room(1), room(2)])

    [(url, body, headers)] = heard()
    assert (url, headers["ngsild-tenant"]) == ("https://listener.example.org/told", "0503")
    assert (body["type"], body["subscriptionId"]) == ("Notification", path.rpartition("/")[2])
    assert [one["id"] for one in body["data"]] == ["urn:ngsi-ld:Room:1", "urn:ngsi-ld:Room:2"]
    assert body["data"][0].keys() == {"id", "type", "temperature"}
    told = ask("GET", path).json()
    assert (told["status"], told["notification"]["timesSent"]) == ("active", 1)


def test_what_is_said_again_is_not_told_again(ask, subscribe, heard):
    subscribe()
    ask("POST", "/entityOperations/upsert", [room(1)])
    assert len(heard()) == 1
    ask("POST", "/entityOperations/upsert", [room(1)])
    assert heard() == []


@pytest.mark.parametrize(
    ("other", "is_told"),
    [
        ({"watchedAttributes": ["temperature"]}, True),
        ({"watchedAttributes": ["humidity"]}, False),
        ({"q": "temperature>21"}, True),
        ({"q": "temperature<21"}, False),
        ({"entities": [{"type": "House"}]}, False),
        ({"entities": [{"type": "Room", "idPattern": ":1$"}]}, True),
        ({"entities": [{"type": "Room", "id": "urn:ngsi-ld:Room:2"}]}, False),
        ({"geoQ": {"georel": "near;maxDistance==100", "geometry": "Point", "coordinates": [4, 52]}}, True),
        ({"geoQ": {"georel": "near;maxDistance==100", "geometry": "Point", "coordinates": [5, 52]}}, False),
        ({"isActive": False}, False),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, False),
        ({"throttling": 3600}, False),
    ],
    ids=range(12),
)
def test_a_change_is_told_where_it_is_wanted(ask, subscribe, heard, other, is_told):
    ask("POST", "/entities", room(1, location=point(4, 52)))
    subscribe(**other)
    if "throttling" in other:
        ask("POST", "/entities", room(2))
        assert len(heard()) == 1
    ask("PATCH", "/entities/urn:ngsi-ld:Room:1/attrs", {"temperature": {"type": "Property", "value": 30}})

    assert bool(heard()) == is_told


def deleting(ask, *triggers, subscribe, **notification):
    """Subscribe, and return what of a room was told while nothing was deleted."""
    told = subscription()["notification"] | notification
    subscribe(notification=told, notificationTrigger=list(triggers))


def test_who_asks_for_it_is_told_that_an_entity_is_deleted(ask, subscribe, heard):
    deleting(ask, "entityDeleted", subscribe=subscribe, sysAttrs=True)
    ask("POST", "/entities", room(1))
    ask("PATCH", "/entities/urn:ngsi-ld:Room:1/attrs", {"temperature": {"type": "Property", "value": 30}})
    assert heard() == []
    ask("DELETE", "/entities/urn:ngsi-ld:Room:1")

    [(_, body, _)] = heard()
    [told] = body["data"]
    assert told.keys() == {"id", "type", "createdAt", "modifiedAt", "deletedAt"}
    assert (told["id"], told["type"]) == ("urn:ngsi-ld:Room:1", "Room")
    assert told["deletedAt"] > told["modifiedAt"] > told["createdAt"]


def test_without_system_attributes_only_the_instant_of_deletion_is_told(ask, subscribe, heard):
    deleting(ask, "entityDeleted", subscribe=subscribe)
    ask("POST", "/entityOperations/create", [room(1), room(2)])
    ask("POST", "/entityOperations/delete", ["urn:ngsi-ld:Room:1", "urn:ngsi-ld:Room:2"])

    [(_, body, _)] = heard()
    assert [one.keys() for one in body["data"]] == [{"id", "type", "deletedAt"}] * 2


@pytest.mark.parametrize(
    ("form", "expected"), [("keyValues", NULL), ("normalized", {"type": "Property", "value": NULL})]
)
def test_who_asks_for_it_is_told_that_an_attribute_is_deleted(ask, subscribe, heard, form, expected):
    ask("POST", "/entities", room(1))
    deleting(ask, "attributeDeleted", subscribe=subscribe, format=form)
    ask("DELETE", "/entities/urn:ngsi-ld:Room:1/attrs/temperature")

    [(_, body, _)] = heard()
    [told] = body["data"]
    assert told["temperature"] == expected
    assert set(told) > {"id", "type", "temperature"}


def test_who_does_not_ask_for_it_is_not_told_of_deletions(ask, subscribe, heard):
    ask("POST", "/entities", room(1))
    subscribe()
    ask("DELETE", "/entities/urn:ngsi-ld:Room:1/attrs/temperature")
    ask("DELETE", "/entities/urn:ngsi-ld:Room:1")

    assert heard() == []


@pytest.mark.parametrize(
    ("trigger", "count"),
    [("entityCreated", 1), ("entityUpdated", 1), ("attributeCreated", 2), ("attributeUpdated", 0)],
)
def test_each_trigger_tells_of_its_own(ask, subscribe, heard, trigger, count):
    deleting(ask, trigger, subscribe=subscribe)
    ask("POST", "/entities", room(1))
    ask("POST", "/entities/urn:ngsi-ld:Room:1/attrs", {"fresh": 1})

    assert len(heard()) == count


def test_a_subscription_is_changed_listed_and_ended(ask, subscribe, heard):
    path = subscribe()

    assert ask("PATCH", path, {"isActive": False}).status_code == 204
    assert ask("GET", path).json()["status"] == "paused"
    listed = ask("GET", "/subscriptions", count="true")
    assert listed.headers["ngsild-results-count"] == str(len(listed.json()))
    assert ask("DELETE", path).status_code == 204
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", {"isActive": True})):
        assert is_problem(ask(method, path, body), 404, "ResourceNotFound")


@pytest.mark.parametrize(
    "other",
    [
        {"type": "Other"},
        {"entities": []},
        {"entities": "Room"},
        {"entities": [{"idPattern": "("}]},
        {"q": "a>"},
        {"geoQ": {"georel": "near"}},
        {"geoQ": 5},
        {"notification": {}},
        {"notification": {"endpoint": {"uri": "mqtt://listener.example.org"}}},
        {"notification": {"endpoint": {"uri": "https://elsewhere.example.org"}}},
        {"notification": {"endpoint": {"uri": "https://listener.example.org", "accept": "text/plain"}}},
        {"notification": subscription()["notification"] | {"format": "x"}},
        {"expiresAt": "tomorrow"},
        {"throttling": -1},
        {"timeInterval": 60},
        {"watchedAttributes": [5]},
        {"notificationTrigger": ["entityChanged"]},
        {"notificationTrigger": []},
        {"notification": {"endpoint": {"uri": "https://listener.example.org",
                                       "receiverInfo": [{"key": "a", "value": "b\r\nc: d"}]}}},
    ],
    ids=range(19),
)  # fmt: skip
def test_what_is_no_subscription_is_refused(ask, heard, other):
    assert is_problem(ask("POST", "/subscriptions", subscription(**other)), 400, "BadRequestData")


def test_an_account_that_is_closed_is_told_nothing_more(web, programme, ask, heard):
    grant = {"role": "officer", "scope": "city", "code": "0503"}
    programme.people.invite(FOUNDER, "tim", {"display": "Tim", "grants": [grant]})
    programme.people.take_place("tim")
    actor = programme.people.named("tim")
    store = Store(web, programme.people.token(actor, "listening", actor.grants[0]))
    path = store("POST", "/subscriptions", subscription()).headers["location"].removeprefix(BASE)
    ask("POST", "/entities", room(1))
    version = programme.casework.opened(FOUNDER, "account", "tim").dossier.version
    programme.casework.act(FOUNDER, "account", "tim", "close", {}, version=version, reason="gone")

    assert heard() == []
    assert programme.store.context.subscriptions.count(path.rpartition("/")[2]) == {"dropped": 1}
    ask("DELETE", path)


# --- what attacks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"id":"urn:x:1","type":"T","a":' + '{"value":' * 900 + "1" + "}" * 901,
        '{"id":"urn:x:1","type":"T","a":{"type":"Property","value":' + "[" * 300 + "]" * 300 + "}}",
        '{"id":"urn:x:1","type":"T","location":{"type":"GeoProperty","value":'
        + '{"type":"GeometryCollection","geometries":[' * 400
        + "]}" * 400
        + "}}",
        '{"id":"urn:x:\\u0000","type":"T"}',
        '{"id":"urn:x:1","type":"T","a\\u0000":5}',
        '{"id":"urn:x:1","type":"T","a":NaN}',
        b"\xff\xfe",
    ],
    ids=range(8),
)
def test_a_hostile_body_is_refused(ask, body):
    answer = ask("POST", "/entities", body)
    assert answer.status_code == 400
    assert answer.json()["type"] in {f"{ERRORS}InvalidRequest", f"{ERRORS}BadRequestData"}


def test_a_body_that_is_too_large_is_not_read(ask):
    assert ask("POST", "/entities", b" " * 8_000_001).status_code == 413


@pytest.mark.parametrize(
    "context",
    [
        {"a": {"@id": "https://e.org/a", "@context": {}}},
        {"a": "b", "b": "a"},
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/context",
        "file:///etc/passwd",
        ["https://e.org/a"] * 50,
    ],
    ids=range(6),
)
def test_a_hostile_context_is_refused(ask, context):
    answer = ask("POST", "/entities", room(1) | {"@context": context}, kind=LD)

    assert answer.status_code in (400, 503)
    assert "root:" not in answer.text
    assert ask("GET", "/entities/urn:ngsi-ld:Room:1").status_code == 404


def test_a_flood_of_requests_is_told_to_wait():
    now = [0.0]
    rates = Rates(clock=lambda: now[0])

    assert [rates.takes("one") for _ in range(2001)].count(False) == 1
    assert rates.takes("other")
    now[0] = 0.5
    assert [rates.takes("one") for _ in range(501)].count(True) == 500

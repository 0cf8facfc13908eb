"""SensorThings over HTTP: things, datastreams and observations of a place, for who may read them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from people_of import staffed
from urbium.platform.connectors.over_http import sensor_things
from urbium.platform.context import sensor_things as sensor_things_module
from urbium.platform.entities import Feed
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

ROOT = "/sensorthings/0503/v1.1"
STREAM = "Datastreams('urn:ngsi-ld:Air:north%7CNO2')"
MINUTES = 6


def sent(station, minute):
    at = f"2026-03-01T08:{minute:02}:00Z"
    return {
        "id": f"urn:ngsi-ld:Air:{station}", "type": "AirQualityObserved", "name": f"{station} street",
        "location": {"type": "Point", "coordinates": [4.36, 52.01]}, "dataProvider": "air",
        "NO2": {"type": "Property", "value": 20 + minute, "observedAt": at, "unitCode": "GQ"},
        "state": {"type": "Property", "value": "open", "observedAt": at},
    }  # fmt: skip


@pytest.fixture(scope="module")
def programme():
    with staffed() as one:
        yield one


@pytest.fixture(scope="module")
def web(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def ask(programme, web):
    token = programme.context.token("0503")
    headers = {"Authorization": f"Bearer {token}"}
    for minute in range(MINUTES):
        batch = [sent(station, minute) for station in ("north", "south")]
        web.post(
            "/ngsi-ld/v1/entityOperations/upsert", json=batch, headers=headers | {"NGSILD-Tenant": "0503"}
        )

    def asked(path, **words):
        address = path if path.startswith("http") else f"{ROOT}/{path}" if path else ROOT
        answer = web.get(
            address, headers=headers, params={f"${name}": value for name, value in words.items()} or None
        )
        return answer.json() | ({"status": answer.status_code} if answer.status_code != 200 else {})

    return asked


def names(answer):
    return [one["name"] for one in answer["value"]]


def results(answer):
    return [one["result"] for one in answer["value"]]


def test_the_root_names_the_collections(ask):
    assert names(ask("")) == [
        "Things", "Locations", "Datastreams", "Sensors", "ObservedProperties", "Observations"
    ]  # fmt: skip


def test_an_entity_is_a_thing_and_its_observed_numbers_are_datastreams(ask):
    assert names(ask("Things")) == ["north street", "south street"]
    (stream,) = ask("Things('urn:ngsi-ld:Air:north')/Datastreams")["value"]

    assert stream["name"] == "north street, NO2"
    assert stream["unitOfMeasurement"] == {"name": "GQ", "symbol": "GQ", "definition": None}
    assert ask(stream["Thing@iot.navigationLink"])["name"] == "north street"
    assert ask(stream["ObservedProperty@iot.navigationLink"])["name"] == "NO2"
    assert ask(stream["Sensor@iot.navigationLink"])["name"] == "air"
    assert ask(stream["@iot.selfLink"]) == stream
    assert names(ask("ObservedProperties('NO2')/Datastreams")) == ["north street, NO2", "south street, NO2"]
    assert ask("Locations")["value"][0]["location"]["coordinates"] == [4.36, 52.01]


def test_observations_are_paged_from_the_newest_on(ask):
    first = ask(f"{STREAM}/Observations", top=2, count="true")
    second = ask(first["@iot.nextLink"])
    last = ask(second["@iot.nextLink"])

    assert first["@iot.count"] == MINUTES
    assert [results(one) for one in (first, second, last)] == [[25, 24], [23, 22], [21, 20]]
    assert "@iot.nextLink" not in last
    assert ask(first["value"][0]["@iot.selfLink"])["phenomenonTime"] == "2026-03-01T08:05:00.000000Z"
    assert ask(f"{first['value'][0]['@iot.selfLink']}/Datastream")["name"] == "north street, NO2"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("phenomenonTime ge 2026-03-01T08:01:00Z and phenomenonTime lt 2026-03-01T08:03:00Z", [21, 22]),
        ("phenomenonTime gt 2026-03-01T09:03:00+01:00", [24, 25]),
        ("phenomenonTime le 2026-03-01T08:01:00.000Z", [20, 21]),
        ("phenomenonTime eq 2026-03-01T08:02:00Z", [22]),
        ("phenomenonTime lt 2020-01-01T00:00:00Z", []),
    ],
)
def test_observations_of_a_time_are_found(ask, condition, expected):
    answer = ask(f"{STREAM}/Observations", filter=condition, orderby="phenomenonTime asc")

    assert results(answer) == expected


def test_what_belongs_together_is_sent_along(ask):
    words = "Observations($top=1;$select=result),ObservedProperty,Thing/Locations"
    stream = ask(STREAM, expand=words, select="name")

    assert stream["name"] == "north street, NO2"
    assert stream["Observations"] == [{"result": 25}]
    assert stream["ObservedProperty"]["definition"].endswith("/NO2")
    assert stream["Thing"]["Locations"][0]["encodingType"] == "application/geo+json"
    assert "@iot.id" not in stream


@pytest.mark.parametrize(
    ("path", "words", "status"),
    [
        ("Nothings", {}, 404),
        ("Things('urn:ngsi-ld:Air:west')", {}, 404),
        ("Things('urn:ngsi-ld:Air:north')/Observations", {}, 404),
        ("Things/Datastreams", {}, 404),
        ("Datastreams('urn:ngsi-ld:Air:north%7Cstate')", {}, 404),
        ("Things(1)", {}, 404),
        ("Things", {"filter": "name eq 'x'"}, 422),
        ("Things", {"top": "-1"}, 422),
        ("Things", {"apply": "x"}, 422),
        ("Things", {"expand": "Sensors"}, 404),
        (f"{STREAM}/Observations", {"orderby": "result"}, 422),
        (f"{STREAM}/Observations", {"filter": "phenomenonTime ge yesterday"}, 422),
    ],
)
def test_what_is_not_there_or_not_understood_is_refused(ask, path, words, status):
    assert ask(path, **words)["status"] == status


def test_an_answer_that_expands_beyond_measure_is_refused(ask, monkeypatch):
    monkeypatch.setattr(sensor_things_module, "_LARGEST", 2 * MINUTES)
    assert "status" not in ask(STREAM, expand="Observations")
    assert ask("Things", expand="Datastreams($expand=Observations)")["status"] == 422


def test_without_a_token_no_place_is_open_and_others_are_not_there(web, programme):
    token = programme.context.token("0503")

    assert web.get(f"{ROOT}/Things").status_code == 401
    other = web.get("/sensorthings/0599/v1.1/Things", headers={"Authorization": f"Bearer {token}"})
    assert other.status_code == 404
    assert web.post(f"{ROOT}/Things", json={}, headers={"Authorization": f"Bearer {token}"}).status_code in (
        403,
        405,
    )


def test_a_token_of_other_types_sees_no_thing(web, programme):
    token = programme.context.token("0503", types=["Bin"])

    assert web.get(f"{ROOT}/Things", headers={"Authorization": f"Bearer {token}"}).json() == {"value": []}


def test_the_connector_of_urbium_reads_it(web, programme, ask):
    token = programme.context.token("0503")

    def get(address):
        return web.get(address, headers={"Authorization": f"Bearer {token}"}).content

    batch = sensor_things(f"http://127.0.0.1{ROOT}", Feed("again", "AirQualityObserved"), get)

    values = [one["NO2"]["value"] for one in batch.entities]
    assert sorted(values) == sorted(2 * [20.0 + minute for minute in range(MINUTES)])

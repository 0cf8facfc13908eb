"""MQTT: what is published becomes entities by rows; what no row understands is refused with its reason."""

import json
from datetime import datetime

import pytest

from urbium.errors import ForbiddenError, InputError
from urbium.platform.connectors.mqtt import Published, Topic, mqtt_layout
from urbium.platform.entities import Feed
from urbium.platform.messages import batch_of
from urbium.platform.outbound import AllowedHosts, connected

NOW = "2026-03-01T08:00:00Z"
NO2 = {"topic": "air/{station}/no2", "numbers": {"NO2": ""}}
CHIRPSTACK = {
    "topic": "application/+/device/{device}/event/up", "at": "time",
    "longitude": "rxInfo.0.location.longitude",
    "latitude": "rxInfo.0.location.latitude", "numbers": {"NO2": "object.no2", "CO2": "object.co2"},
    "units": {"NO2": "GQ"},
}  # fmt: skip
THINGS_NETWORK = {
    "topic": "v3/#", "sensor": "end_device_ids.device_id", "at": "received_at",
    "numbers": {"NO2": "uplink_message.decoded_payload.no2"},
}  # fmt: skip


def read(topic, payload, *rows, **more):
    sent = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    feed = Feed("air", "AirQualityObserved", settings={"topics": list(rows)})
    return batch_of(json.loads(Published(topic, sent, **more).body(NOW)), feed).entities


def test_a_bare_number_is_of_the_named_level_and_of_when_it_arrived():
    (one,) = read("air/north/no2", 21.5, NO2)

    assert one["id"] == "urn:ngsi-ld:AirQualityObserved:air:north"
    assert one["NO2"] == {"type": "Property", "value": 21.5, "observedAt": NOW}


def test_an_uplink_of_chirpstack_is_read_with_its_place_and_unit():
    """Its fields are those of ChirpStack's documentation of events (``up``)."""
    uplink = {
        "time": "2026-03-01T07:59:58.5+00:00", "object": {"no2": 21, "battery": 3.6},
        "rxInfo": [{"location": {"latitude": 52.0, "longitude": 4.36}}],
    }  # fmt: skip

    (one,) = read("application/7/device/0102/event/up", uplink, CHIRPSTACK)

    assert one["NO2"] == {
        "type": "Property", "value": 21, "observedAt": "2026-03-01T07:59:58.500000Z", "unitCode": "GQ"
    }  # fmt: skip
    assert one["location"]["value"]["coordinates"] == [4.36, 52.0]
    assert "CO2" not in one


def test_an_uplink_of_the_things_network_names_its_sensor_itself():
    uplink = {
        "end_device_ids": {"device_id": "roof-3"}, "received_at": NOW,
        "uplink_message": {"decoded_payload": {"no2": 7}},
    }  # fmt: skip

    (one,) = read("v3/city@ttn/devices/roof-3/up", uplink, THINGS_NETWORK)

    assert one["id"].endswith(":air:roof-3")


@pytest.mark.parametrize("at", [1_772_352_000, 1_772_352_000_000, "2026-03-01T08:00:00Z"])
def test_instants_are_texts_seconds_or_milliseconds(at):
    (one,) = read("air/n", {"t": at, "v": 1}, {"topic": "air/{s}", "at": "t", "numbers": {"NO2": "v"}})

    assert datetime.fromisoformat(one["NO2"]["observedAt"]) == datetime.fromisoformat(NOW)


@pytest.mark.parametrize(
    ("topic", "payload", "more", "reason"),
    [
        ("water/north", 1, {}, "no row of the settings reads the topic 'water/north'"),
        ("air/north/no2", b"\xff\xfe", {}, "is not JSON"),
        ("air/north/no2", b"NaN", {}, "is not JSON"),
        ("air/north/no2", "high", {}, "not a number"),
        ("air/north/no2", True, {}, "not a number"),
        ("air/north/no2", None, {}, "none of the values"),
        ("air/north/no2", b"1" * 1_000_001, {}, "larger than 1,000,000 bytes"),
        ("air/north/no2", 1, {"is_retained": True}, "retained this message"),
        ("application/7/device/0/event/up", {"object": {"no2": 1}}, {}, "instant|time"),
        ("application/7/device/0/event/up", {"object": {"no2": 1}, "time": 1e300}, {}, "instant|time"),
        ("v3/a", {"received_at": NOW, "uplink_message": {"decoded_payload": {"no2": 7}}}, {}, "its sensor"),
    ],
)
def test_what_no_row_understands_is_refused_with_its_reason(topic, payload, more, reason):
    with pytest.raises(InputError, match=reason):
        read(topic, payload, NO2, CHIRPSTACK, THINGS_NETWORK, **more)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"topics": []},
        {"topics": [{"topic": "a/#/b", "numbers": {"x": ""}}]},
        {"topics": [{"topic": "a", "numbers": {}}]},
        {"topics": [{"topic": "a/{s}b", "numbers": {"x": ""}}]},
    ],
)
def test_settings_without_rows_are_refused(settings):
    with pytest.raises(InputError, match="which topics"):
        mqtt_layout(settings)


def test_a_named_level_is_any_one_for_the_broker():
    assert Topic("air/{station}/no2/#", {}).filter == "air/+/no2/#"


def test_the_same_value_may_come_twice_unless_it_says_when_it_was():
    once, again = Published("a", b"1"), Published("a", b"1")
    dated = Published("a", b"1", is_dated=True)

    assert once.key != again.key
    assert dated.key == Published("a", b"1", is_dated=True).key != Published("b", b"1", is_dated=True).key


@pytest.mark.parametrize(
    ("address", "row", "error"),
    [
        ("mqtt://broker.example", "broker.example", ForbiddenError),
        ("mqtts://broker.example", "other.example", ForbiddenError),
        ("https://broker.example", "broker.example", InputError),
        ("mqtts://user@broker.example", "broker.example", InputError),
        ("mqtt://169.254.169.254", "169.254.169.254 private", ForbiddenError),
    ],
)
def test_a_broker_that_may_not_be_asked_is_not(address, row, error):
    with pytest.raises(error):
        connected(address, allowed=AllowedHosts.read([row]), timeout=1.0)

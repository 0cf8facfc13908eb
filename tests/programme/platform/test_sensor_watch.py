"""A sensor that is silent, stuck or sends another unit is noticed among many that work."""

import json
from datetime import UTC, datetime, timedelta

import pytest

import urbium
from feeds_of import figures, open_feed
from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.platform.entities import written

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = 86_400_000_000


def micro(at):
    return int(at.timestamp()) * 1_000_000


def make(path):
    with staffed(str(path)) as one:
        open_feed(one, "air", "AirQualityObserved", {}, connector="notified")
        one.people.take_place("carl")


@pytest.fixture
def programme(once, tmp_path):
    with urbium.open(once(tmp_path / "sensors.db", make)) as one:
        one.feeds.clock = lambda: micro(NOON)
        yield one


def send(programme, *values, attribute="NO2", begins=NOON - timedelta(hours=30), **property_):
    """Send the values of sensors, each a name and what it measured hour by hour, and work them in."""
    data = [
        {"id": f"urn:ngsi-ld:AirQualityObserved:{name}", "type": "AirQualityObserved", attribute: {
            "type": "Property", "value": value, "observedAt": written(begins + timedelta(hours=hour)),
            **property_}}
        for name, series in values
        for hour, value in enumerate(series)
    ]  # fmt: skip
    feed = programme.casework.opened(actor(programme, "carl"), "feed", "air").dossier
    body = json.dumps({"data": data}).encode()
    programme.feeds.keep(feed, body, key=str(hash(body)), sent=micro(NOON))
    return programme.live.run(until_idle=True)


WORKING = [(f"s{number}", [float(hour + number) for hour in range(31)]) for number in range(60)]


def states(programme):
    return [(row["name"], row["state"]) for row in programme.operations.sensors().to_dicts()]


def test_a_silent_and_a_stuck_sensor_come_before_all_that_work(programme):
    for first in range(0, len(WORKING), 20):
        send(programme, *WORKING[first : first + 20])
    send(programme, ("dead", [5.0, 6.0]), ("stuck", [7.0] * 31))
    listed = states(programme)
    assert listed[:2] == [("dead", "silent"), ("stuck", "stuck")]
    assert {state for _, state in listed[2:]} == {"works"}
    assert len(listed) == 62
    first = programme.operations.sensors().row(0, named=True)
    assert (first["value"], first["unit"], first["hours"]) == (6.0, "ug/m3", 29.0)
    assert first["last"] == NOON - timedelta(hours=29)


def test_an_alert_names_the_sensors_and_ends_when_all_work(programme):
    worked = send(programme, WORKING[0], ("dead", [5.0, 6.0]))
    assert worked.raised == 1
    (alert,) = [one.dossier for one in programme.operations.alerts(ANYBODY)]
    assert (alert.state, alert.content["sensors"]) == ("raised", ["dead"])
    assert "sensor dead of Air" in programme.operations.said(alert)
    assert b"<entry>" not in programme.operations.cap_feed(), "the public is not warned of a sensor"
    assert [letter.what for letter in programme.store.letters.listed("carl")] in ([], ["alert"])
    programme.feeds.clock = lambda: micro(NOON) + DAY // 24
    send(programme, WORKING[0], ("dead", [9.0]), begins=NOON)
    assert [one.dossier.state for one in programme.operations.alerts(ANYBODY)] == ["over"]


def test_one_alert_stands_however_many_looks_there_are(programme):
    send(programme, WORKING[0], ("dead", [5.0]))
    programme.feeds.clock = lambda: micro(NOON) + 2 * DAY
    programme.live.run(until_idle=True)
    assert len(programme.operations.alerts(ANYBODY)) == 1


def findings(programme):
    (row,) = programme.operations.feeds(actor(programme, "carl")).to_dicts()
    return " ".join(row["findings"])


def month_mean(programme):
    programme.feeds.clock = lambda: micro(datetime(2026, 4, 2, tzinfo=UTC))
    programme.live.run(until_idle=True)
    (mean,) = [row[2] for row in figures(programme) if row[0] == "no2_monthly_mean"]
    return mean


def test_another_unit_is_said_and_converted_before_it_enters_a_figure(programme):
    send(programme, ("a", [20.0, 22.0]), unitCode="GQ")
    assert findings(programme) == ""
    send(programme, ("a", [0.024, 0.026]), begins=NOON - timedelta(hours=2), unitCode="GP")
    assert "GP" in findings(programme)
    assert month_mean(programme) == pytest.approx((20 + 22 + 24 + 26) / 4)


def test_a_unit_that_measures_something_else_enters_no_figure(programme):
    send(programme, ("a", [20.0, 22.0]))
    send(programme, ("a", [300.0, 301.0]), begins=NOON - timedelta(hours=2), unitCode="CEL")
    assert "is not used in any figure" in findings(programme)
    assert month_mean(programme) == pytest.approx(21.0)


def test_an_attribute_is_read_under_the_name_of_the_smart_data_models_too(programme):
    send(programme, ("a", [20.0]), attribute="no2")
    send(programme, ("a", [30.0]), begins=NOON - timedelta(hours=2))
    assert findings(programme) == ""
    assert month_mean(programme) == pytest.approx(25.0)


def test_an_attribute_that_no_rule_reads_is_said(programme):
    send(programme, ("a", [20.0]), attribute="PM25")
    assert "no live rule uses the attribute PM25" in findings(programme)

"""An hour that comes twice is read as two hours, one that does not exist as none, and each doubt is said."""

import json
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.platform.connectors.over_http import open311, sensor_things
from urbium.platform.connectors.table import read_records
from urbium.platform.entities import Feed
from urbium.platform.local_time import TypedInstant, read_instants

LONDON = ZoneInfo("Europe/London")
ZONES = [LONDON, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Havana")]


def read(typed, zone=LONDON, series="a"):
    instants, faults = read_instants(
        [TypedInstant(cell, str(at), series) for at, cell in enumerate(typed)], zone
    )
    utc = [None if one is None else one.astimezone(UTC).strftime("%d %H:%M") for one in instants]
    return utc, [(fault.rule, fault.cell, fault.value) for fault in faults]


BACK = [f"2026-10-25T{hour}" for hour in ("00:30", "01:00", "01:30", "01:00", "01:30", "02:00")]
UTC_OF_BACK = ["24 23:30", "25 00:00", "25 00:30", "25 01:00", "25 01:30", "25 02:00"]


def test_the_hour_that_comes_twice_is_two_hours_in_the_order_of_the_source():
    assert read(BACK) == (UTC_OF_BACK, [])


def test_a_source_that_tells_the_newest_first_is_read_so():
    assert read(BACK[::-1]) == (UTC_OF_BACK[::-1], [])


@pytest.mark.parametrize(
    "typed", [["2026-10-25T01:30"], ["2026-10-25T01:30"] * 3, ["2026-10-25T01:10", "2026-10-25T01:40"]]
)
def test_where_nothing_tells_which_hour_is_meant_a_finding_says_so(typed):
    utc, faults = read(typed)
    assert utc == [one.replace("2026-10-25T01", "25 00") for one in typed]
    assert faults == [("repeated-hour", "0", typed[0])]


def test_an_event_that_stands_alone_is_not_read_by_the_order_of_others():
    assert read(["2026-10-25T01:30", "2026-10-25T01:30"], series="")[1] == [
        ("repeated-hour", "0", "2026-10-25T01:30")
    ]


def test_an_hour_that_does_not_exist_is_a_finding_and_no_other_hour():
    utc, faults = read(["2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30"])
    assert utc == ["29 00:30", None, "29 01:30"]
    assert faults == [("skipped-hour", "1", "2026-03-29T01:30")]


def test_an_offset_leaves_no_doubt():
    assert read(["2026-10-25T01:30+01:00", "2026-10-25T01:30Z"]) == (["25 00:30", "25 01:30"], [])


@settings(deadline=None, derandomize=True, max_examples=tries(60))
@given(st.sampled_from(ZONES), st.integers(0, 365 * 24), st.sampled_from([15, 30, 60]))
def test_a_regular_series_written_by_the_clock_of_any_zone_comes_back_as_it_was(zone, hour, minutes):
    begins = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) + hour * 3600
    instants = [datetime.fromtimestamp(begins + step * minutes * 60, UTC) for step in range(400)]
    typed = [one.astimezone(zone).replace(tzinfo=None).isoformat() for one in instants]
    reread, faults = read_instants([TypedInstant(cell, series="a") for cell in typed], zone)
    in_doubt = {fault.value for fault in faults}
    assert all(later > one for one, later in pairwise(map(_utc, reread))) or in_doubt
    assert [_utc(one) for one in reread] == instants or in_doubt & {typed[0], typed[-1], *_edges(typed)}


def _utc(at):
    return at.astimezone(UTC)


def _edges(typed):
    """Return what is written of an hour that a series enters or leaves half-way."""
    return {cell for cell in typed if typed.count(cell) == 1}


# --- every kind of source that writes the clock of its city ---------------------------------------------


def feed(**settings):
    return Feed("air", "AirQualityObserved", LONDON, settings)


def test_a_table_of_several_sensors_keeps_both_hours_of_each():
    rows = [
        {"at": at, "sensor": name, "no2": str(number)}
        for number, at in enumerate(BACK)
        for name in ("s", "t")
    ]
    batch = read_records(rows, feed(at="at", sensor="sensor", numbers={"NO2": "no2"}))
    assert [one["NO2"]["observedAt"][8:16] for one in batch.entities[::2]] == [
        one.replace(" ", "T") for one in UTC_OF_BACK
    ]
    assert batch.findings == ()


def test_a_table_with_the_hour_apart_says_which_hour_does_not_exist():
    rows = [{"day": "2026-03-29", "hour": str(hour), "no2": "1"} for hour in range(4)]
    batch = read_records(rows, feed(at="day", hour="hour", numbers={"NO2": "no2"}))
    assert [one["NO2"]["observedAt"][11:13] for one in batch.entities] == ["00", "01", "02"]
    assert [(one.rule, one.cell) for one in batch.findings] == [("skipped-hour", "2")]


def test_sensor_things_and_open311_say_what_they_cannot_tell():
    times = ("2026-03-29T01:30:00", "2026-03-29T02:30:00")
    observations = [{"phenomenonTime": at, "result": 1} for at in times]
    stream = {"Thing": {"name": "s"}, "ObservedProperty": {"name": "NO2"}, "Observations": observations}
    batch = sensor_things("x", feed(), lambda _: json.dumps({"value": [stream]}).encode())
    assert (len(batch.entities), [one.rule for one in batch.findings]) == (1, ["skipped-hour"])
    row = {"service_request_id": "7", "status": "open", "requested_datetime": "2026-10-25T01:30:00"}
    pages = iter([[row], []])
    batch = open311("x", feed(), lambda _: json.dumps(next(pages)).encode())
    assert (len(batch.entities), [one.rule for one in batch.findings]) == (1, ["repeated-hour"])

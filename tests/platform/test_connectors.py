"""What connectors read of real files and of recorded answers, and what they find wrong in them."""

import csv
import json
import zipfile
from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from feeds_of import AIR, BIKES, NEW_YORK, VANCOUVER, operations
from urbium.errors import InputError
from urbium.pilot.fields import field_words
from urbium.platform.connectors import over_http
from urbium.platform.connectors.gtfs import read_gtfs
from urbium.platform.connectors.registry import CONNECTORS
from urbium.platform.connectors.table import read_records, read_table_feed
from urbium.platform.entities import Feed

SHANGHAI, VANCOUVER_ZONE = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Vancouver")


def values(batch, attribute):
    return [one[attribute]["value"] for one in batch.entities if attribute in one]


def test_the_form_of_a_feed_offers_every_kind_of_source():
    assert field_words("feed", "connector").words.keys() == CONNECTORS.keys()


def at(written):
    return datetime.fromisoformat(written)


def rules(batch):
    return [one.rule for one in batch.findings]


@pytest.mark.shared
def test_every_hour_of_the_air_file_is_an_entity_at_its_instant(shared):
    path = operations(shared) / "beijing_dongsi_air_2015_hourly.csv"
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    batch = read_table_feed(path, Feed("air", "AirQualityObserved", SHANGHAI, AIR))
    assert values(batch, "NO2") == [float(row["NO2"]) for row in rows]
    first = datetime(2015, 1, 1, 0, tzinfo=SHANGHAI)
    assert datetime.fromisoformat(batch.entities[0]["NO2"]["observedAt"]) == first


@pytest.mark.shared
def test_counters_without_data_and_short_rows_are_found(shared):
    path = operations(shared) / "montreal_bike_counts_2012.csv"
    with path.open(encoding="latin-1") as lines:
        _, *rows = csv.reader(lines, delimiter=";")
    batch = read_table_feed(path, Feed("bikes", "BikeCounter", ZoneInfo("America/Toronto"), BIKES))
    assert sorted(values(batch, "count")) == sorted(float(cell) for row in rows for cell in row[1:] if cell)
    assert rules(batch) == ["short-rows", "silent-sensor", "silent-sensor"]
    assert str(sum(len(row) == 9 for row in rows)) in batch.findings[0].message


@pytest.mark.shared
def test_requests_that_are_closed_on_no_day_are_found_and_in_no_time_to_close(shared):
    path = operations(shared) / "nyc_311_sample_2024-04-16.csv"
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    batch = read_table_feed(path, Feed("nyc", "ServiceRequest", ZoneInfo("America/New_York"), NEW_YORK))
    days = [
        (at(row["closed_date"]) - at(row["created_date"])).total_seconds()
        for row in rows if row["closed_date"]
    ]  # fmt: skip
    assert sorted(values(batch, "daysToClose")) == pytest.approx(
        sorted(one / 86_400 for one in days), abs=1e-6
    )
    assert rules(batch) == ["closed-without-day"]
    stands = {one["id"]: one["status"]["value"] for one in batch.entities}
    assert Counter(stands.values())["closed"] == sum(row["status"] == "Closed" for row in rows)


@pytest.mark.shared
def test_times_in_a_zone_that_is_not_the_citys_are_found_and_read_as_instants(shared):
    path = operations(shared) / "vancouver_311_2023.xlsx"
    _, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    batch = read_table_feed(path, Feed("van", "ServiceRequest", VANCOUVER_ZONE, VANCOUVER))
    by_the_clock = sum(
        date.fromisoformat(row[5]) < datetime.fromisoformat(row[4]).date() for row in rows if row[5]
    )
    by_the_city = sum(
        date.fromisoformat(row[5]) < datetime.fromisoformat(row[4]).astimezone(VANCOUVER_ZONE).date()
        for row in rows if row[5]
    )  # fmt: skip
    assert (by_the_clock, by_the_city) == (899, 0), "read by its own clock the file contradicts itself"
    assert rules(batch) == ["zone"]
    assert min(values(batch, "daysToClose")) >= 0


def test_a_list_of_requests_in_another_language_says_what_it_calls_closed():
    records = [
        {"id": "7", "made": "2026-03-01T10:00:00", "state": "Fermée"},
        {"id": "8", "made": "2026-03-01T10:00:00", "state": "Acceptée"},
    ]
    columns = {"id": "id", "requested": "made", "status": "state"}
    for words, stands in ([], ["open", "open"]), (["fermée"], ["closed", "open"]):
        feed = Feed("r", "ServiceRequest", settings={"requests": columns, "closed_words": words})
        assert [one["status"]["value"] for one in read_records(records, feed).entities] == stands


def test_a_request_that_was_closed_before_it_was_opened_is_marked_and_stays_open():
    records = [{"id": "7", "made": "2026-03-02T10:00:00", "closed": "2026-03-01T10:00:00", "state": "closed"}]
    layout = {"requests": {"id": "id", "requested": "made", "closed": "closed", "status": "state"}}
    batch = read_records(records, Feed("r", "ServiceRequest", VANCOUVER_ZONE, layout))
    assert rules(batch) == ["closed-before-opened"]
    (one,) = batch.entities
    assert (one["status"]["value"], one["doubt"]["value"]) == ("open", "closed-before-opened")


@pytest.mark.shared
def test_the_trips_of_each_day_are_those_of_the_calendar_and_its_exceptions(shared):
    path = operations(shared) / "gtfs_las_palmas_guaguas_2023-02.zip"
    batch = read_gtfs(
        path, Feed("gtfs", "PublicTransport", settings={"from": "2021-12-24", "to": "2021-12-26"})
    )
    with zipfile.ZipFile(path) as archive:
        tables = {
            name: list(csv.DictReader(archive.read(f"{name}.txt").decode("utf-8-sig").splitlines()))
            for name in ("calendar", "calendar_dates", "trips")
        }
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    counts = []
    for day in (date(2021, 12, 24), date(2021, 12, 25), date(2021, 12, 26)):
        on = f"{day:%Y%m%d}"
        running = {
            row["service_id"]
            for row in tables["calendar"]
            if row[names[day.weekday()]] == "1" and row["start_date"] <= on <= row["end_date"]
        }
        for row in tables["calendar_dates"]:
            if row["date"] == on:
                change = running.add if row["exception_type"] == "1" else running.discard
                change(row["service_id"])
        counts.append(sum(row["service_id"] in running for row in tables["trips"]))
    assert values(batch, "scheduledTrips") == counts
    assert len(set(counts)) > 1


def test_what_is_no_timetable_is_refused_with_what_it_lacks(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stops.txt", "stop_id\n1\n")
    with pytest.raises(InputError, match=r"trips\.txt"):
        read_gtfs(path, Feed("g", "PublicTransport"))


def test_a_layout_that_names_columns_which_are_not_there_says_which_and_the_nearest(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("DATE,N02\n2026-03-01,4\n")
    with pytest.raises(InputError) as caught:
        read_table_feed(path, Feed("a", "T", settings={"at": "DATE", "numbers": {"NO2": "NO2"}}))
    (fault,) = caught.value.faults
    assert "NO2" in fault.message
    assert "N02" in fault.remedy
    with pytest.raises(InputError, match="do not name any column"):
        read_records([{"a": "1"}], Feed("a", "T"))


def test_cells_that_are_no_numbers_or_instants_are_left_out_and_found():
    records = [
        {"at": "2026-03-01T00:00", "no2": "much"},
        {"at": "yesterday", "no2": "4"},
        {"at": "2026-03-01T02:00", "no2": "5"},
    ]
    batch = read_records(
        records, Feed("a", "T", settings={"at": "at", "sensor": "s", "numbers": {"NO2": "no2"}})
    )
    assert values(batch, "NO2") == [5.0]
    assert sorted(rules(batch)) == ["instant", "number"]


# --- recorded answers of services; their shapes are those of the standards' own examples ---------------


class Source:
    """Answers addresses with what was recorded, and notes what was asked."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []

    def __call__(self, address):
        self.asked.append(address)
        return next(body for part, body in self.answers if part in address)


def served(*answers):
    return Source([(part, json.dumps(body).encode()) for part, body in answers])


def test_observations_of_sensorthings_come_by_datastream_and_over_its_pages():
    stream = {
        "Thing": {
            "name": "Station 1",
            "Locations": [{"location": {"type": "Point", "coordinates": [4.4, 52.0]}}],
        },
        "ObservedProperty": {"name": "NO2"},
        "Observations": [{"phenomenonTime": "2026-03-01T00:00:00Z", "result": 21.5}],
    }
    other = {**stream, "Thing": {"name": "Station 2"}}
    get = served(
        ("page2", {"value": [other]}), ("Datastreams", {"value": [stream], "@iot.nextLink": "http://x/page2"})
    )
    batch = over_http.sensor_things("http://x/v1.1", Feed("s", "AirQualityObserved"), get)
    assert {one["id"].rpartition(":")[2]: one["NO2"]["value"] for one in batch.entities} == {
        "Station-1": 21.5, "Station-2": 21.5,
    }  # fmt: skip
    assert batch.entities[0]["location"]["value"]["coordinates"] == [4.4, 52.0]


def test_rows_of_a_ckan_datastore_are_read_by_the_layout():
    get = served(
        ("datastore_search", {"result": {"records": [{"_id": 1, "when": "2026-03-01T00:00:00", "v": 3}]}})
    )
    settings = {"resource": "r1", "at": "when", "sensor": "s", "numbers": {"NO2": "v"}}
    batch = over_http.ckan("http://x", Feed("c", "AirQualityObserved", settings=settings), get)
    assert values(batch, "NO2") == [3.0]
    assert "resource_id=r1" in get.asked[0]


def test_requests_of_open311_keep_status_and_time_to_close():
    row = {
        "service_request_id": "638", "status": "closed", "service_name": "Pothole", "service_code": "006",
        "requested_datetime": "2026-03-01T06:00:00-08:00", "updated_datetime": "2026-03-03T06:00:00-08:00",
        "lat": 37.7, "long": -122.4,
    }  # fmt: skip
    get = served(("page=1", [row]), ("page=2", []))
    batch = over_http.open311("http://x", Feed("o", "ServiceRequest"), get)
    assert values(batch, "daysToClose") == [2.0]
    assert values(batch, "status") == ["open", "closed"]


def test_a_station_of_gbfs_that_never_reported_holds_up_no_other():
    feeds = [{"name": name, "url": f"http://x/{name}"} for name in ("station_information", "station_status")]
    stations = [{"station_id": "1"}, {"station_id": "2", "last_reported": None}]
    stations.append({"station_id": "3", "last_reported": 1_772_323_200.0, "num_bikes_available": 2})
    get = served(
        ("gbfs.json", {"data": {"en": {"feeds": feeds}}}),
        ("information", {"data": {"stations": []}}),
        ("status", {"data": {"stations": stations}}),
    )
    batch = over_http.gbfs("http://x/gbfs.json", Feed("g", "T"), get)
    assert values(batch, "availableBikeNumber") == [2]


@pytest.mark.parametrize("reported", [1_772_323_200, "2026-03-01T00:00:00Z"])
def test_stations_of_gbfs_2_and_3_are_read(reported):
    feeds = [{"name": name, "url": f"http://x/{name}"} for name in ("station_information", "station_status")]
    listing = {"data": {"feeds": feeds}} if isinstance(reported, str) else {"data": {"en": {"feeds": feeds}}}
    station = {"station_id": "1", "lat": 52.0, "lon": 4.4}
    status = {
        "station_id": "1",
        "num_bikes_available": 4,
        "num_docks_available": 6,
        "last_reported": reported,
    }
    get = served(
        ("gbfs.json", listing),
        ("information", {"data": {"stations": [station]}}),
        ("status", {"data": {"stations": [status]}}),
    )
    (one,) = over_http.gbfs("http://x/gbfs.json", Feed("g", "BikeHireDockingStation"), get).entities
    assert (one["availableBikeNumber"]["value"], one["freeSlotNumber"]["value"]) == (4, 6)
    assert one["availableBikeNumber"]["observedAt"] == "2026-03-01T00:00:00Z"


# --- oddities of answers that were recorded of real services; the builders say where they were seen ------


def in_chicago(**changes):
    """A request as Chicago answered on 2014-07-12: no description, no time to close.

    Seen in bensheldon/open311status, spec/fixtures/service_requests.json.
    """
    return {
        "service_request_id": "14-01100669", "status": "open", "service_name": "Alley Light Out",
        "service_code": "4ffa9cad6018277d4000007b", "agency_responsible": "Division of Electrical Operations",
        "requested_datetime": "2014-07-12T10:58:43-05:00", "updated_datetime": "2014-07-12T11:08:21-05:00",
        "address": "1540 W 17TH ST, CHICAGO, IL, 60608", "lat": 41.858724777757864,
        "long": -87.66475146237676,
    } | changes  # fmt: skip


def requests_read(*rows):
    return over_http.open311("http://x", Feed("o", "Request"), served(("page=1", rows), ("page=2", [])))


def test_a_request_without_a_place_or_with_one_in_words_is_read():
    """Empty elements of XML become empty texts (requests_toronto_multi.xml, same repository)."""
    nowhere = in_chicago(lat="", long="", updated_datetime=None, address=None)
    in_words = in_chicago(service_request_id="2", lat="43.691104288", long="-79.272306875")
    first, second = requests_read(nowhere, in_words).entities
    assert "location" not in first
    assert second["location"]["value"]["coordinates"] == [-79.272306875, 43.691104288]


@pytest.mark.parametrize("id_", [None, ""])
def test_a_request_that_has_only_a_token_holds_up_no_other(id_):
    """Boston gives a token first (oiva/node-open311, test/mocks/boston-submitrequest-token.xml)."""
    waiting = in_chicago(token="4f8d9e2b", service_request_id=id_)
    batch = requests_read(waiting, in_chicago())
    assert [one["requestId"]["value"] for one in batch.entities] == ["14-01100669"]


def test_results_in_words_and_places_as_features_of_a_sensorthings_service_are_read():
    """FROST writes some results as texts and locations as features, and links to older observations.

    Seen in the tests of frost_sta_client (result '0.15', times as +00:00) and FROST-Server's manual.
    """
    place = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [11.3, 45.7, 1000]}}
    results = ["0.15", None, "out of order", True, 21]
    stream = {
        "Thing": {"name": "Recoaro 1000", "Locations": [{"location": place}], "Datastreams@iot.count": 6},
        "ObservedProperty": {"name": "Air Temperature"},
        "Observations@iot.nextLink": "http://x/Datastreams(19)/Observations?$skip=1000",
        "Observations": [
            {"phenomenonTime": f"2016-01-07T0{hour}:00:00.000+00:00", "result": result}
            for hour, result in enumerate(results)
        ],
    }
    get = served(("Datastreams", {"value": [stream], "@iot.count": 1}))
    batch = over_http.sensor_things("http://x/v1.1", Feed("s", "T"), get)
    assert values(batch, "Air_Temperature") == [0.15, 21.0]
    assert batch.entities[0]["location"]["value"]["coordinates"] == [11.3, 45.7]
    assert "phenomenonTime+desc" in get.asked[0]


@pytest.mark.shared
def test_entities_of_a_broker_come_as_they_are(shared):
    path = operations(shared) / "smart_data_models" / "AirQualityObserved.example-normalized.jsonld"
    sent = json.loads(path.read_text(encoding="utf-8"))
    get = served(("entities", [sent]))
    batch = over_http.ngsi_ld("http://x/ngsi-ld", Feed("b", "AirQualityObserved"), get)
    assert batch.entities == (sent,)


def test_sdmx_csv_is_read_by_its_own_columns():
    answer = b"DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE\nA:B(1.0),NL,2026-03-01,4.5\n"
    feed = Feed("x", "Indicator", settings={"sensor": "REF_AREA"})
    batch = over_http.sdmx("http://x/data", feed, lambda _: answer)
    assert values(batch, "value") == [4.5]
    assert batch.entities[0]["id"].endswith(":NL")


def test_an_answer_that_is_no_json_is_refused_in_words():
    with pytest.raises(InputError, match="did not answer in JSON"):
        over_http.gbfs("http://x", Feed("g", "T"), lambda _: b"<html>")


def test_a_broker_is_asked_to_notify_with_the_token_of_the_feed():
    sent = over_http.subscription(Feed("a", "T"), "https://u/api/feeds/a/messages", "secret")
    assert sent["notification"]["endpoint"]["receiverInfo"] == [
        {"key": "Authorization", "value": "Bearer secret"}
    ]


def test_every_connector_reads_a_file_or_asks_an_address():
    assert all(row.file or row.address or row.listen for row in CONNECTORS.values())

"""Sources over HTTP: each function asks an address through the one door out and returns what it brings.

Every list is bounded: at most so many pages of a source are read at a time; the rest comes with the next
look.
"""

import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from urbium.errors import Fault, InputError
from urbium.platform.connectors.table import read_records
from urbium.platform.entities import Batch, Feed, entity, in_order
from urbium.platform.local_time import TypedInstant, read_instants
from urbium.platform.service_requests import ServiceRequest, request_entities, status_word
from urbium.text import coded, text

Get = Callable[[str], bytes]
"""Returns what stands at an address; raises UrbiumError where it may not be asked or does not answer."""
_PAGES: Final = 20
_ROWS: Final = 1000
_INSTANTS: Final = ("requested_datetime", "updated_datetime", "expected_datetime")


def sensor_things(address: str, feed: Feed, get: Get) -> Batch:
    """Return the observations of a service of the OGC SensorThings API 1.1, by datastream.

    ``address`` is the root of the service (``.../v1.1``). An attribute is called as the observed property is.
    Of each datastream the newest observations are read.
    """
    query = {
        "$expand": "Thing($expand=Locations),ObservedProperty,"
        f"Observations($orderby=phenomenonTime desc;$top={_ROWS})",
        "$top": "100",
    }
    entities: list[Any] = []
    findings: list[Fault] = []
    for stream in _linked(f"{address}/Datastreams?{urlencode(query)}", get):
        name, property_ = stream["Thing"]["name"], stream["ObservedProperty"]["name"]
        place = next((_point(one["location"]) for one in stream["Thing"].get("Locations", ())), None)
        rows = stream.get("Observations", ())
        times = [TypedInstant(str(row["phenomenonTime"]).partition("/")[0], name, name) for row in rows]
        instants, faults = read_instants(times, feed.zone)
        findings += faults
        for row, at in zip(rows, instants, strict=True):
            result = _number(row["result"])
            if at is not None and result is not None:
                entities.append(entity(feed, name, at, {_word(property_): result}, place=place))
    return Batch(in_order(entities), tuple(findings))


def ckan(address: str, feed: Feed, get: Get) -> Batch:
    """Return the rows of a resource of a CKAN datastore, read by the layout of the feed.

    ``address`` is that of the portal; the feed's setting ``resource`` names the resource.
    """
    settings = dict(feed.settings)
    resource = settings.pop("resource", "")
    records: list[Any] = []
    for page in range(_PAGES):
        query = urlencode({"resource_id": resource, "limit": _ROWS, "offset": page * _ROWS, "sort": "_id"})
        rows = _json(get(f"{address}/api/3/action/datastore_search?{query}"), feed)["result"]["records"]
        records += rows
        if len(rows) < _ROWS:
            break
    return read_records(records, Feed(feed.code, feed.entity_type, feed.zone, settings))


def open311(address: str, feed: Feed, get: Get) -> Batch:
    """Return the requests of an endpoint of Open311 GeoReport v2; ``address`` is its root.

    A request that has only a token as yet is left out: it comes again when it has its number.
    """
    entities: list[Any] = []
    findings: list[Fault] = []
    for page in range(1, _PAGES + 1):
        rows = _json(get(f"{address}/requests.json?{urlencode({'page': page, 'page_size': 100})}"), feed)
        numbered = [row for row in rows if row.get("service_request_id")]
        typed = [
            TypedInstant(str(row.get(name) or ""), str(row["service_request_id"]), is_optional=place > 0)
            for row in numbered
            for place, name in enumerate(_INSTANTS)
        ]
        instants, faults = read_instants(typed, feed.zone)
        findings += faults
        for place, row in enumerate(numbered):
            requested, updated, expected = instants[3 * place : 3 * place + 3]
            if requested is None:
                continue
            is_closed = status_word(str(row["status"])) == "closed"
            west, north = _number(row.get("long")), _number(row.get("lat"))
            entities += request_entities(
                feed,
                ServiceRequest(
                    id=str(row["service_request_id"]), service=str(row.get("service_name", "")),
                    code=str(row.get("service_code", "")), status=str(row["status"]), requested=requested,
                    closed=updated if is_closed else None, address=str(row.get("address") or ""),
                    notes=str(row.get("status_notes") or ""), expected=expected,
                    place=None if west is None or north is None else (west, north),
                ),
            )  # fmt: skip
        if not rows:
            break
    return Batch(in_order(entities), tuple(findings))


def gbfs(address: str, feed: Feed, get: Get) -> Batch:
    """Return bicycles and docks by station of a GBFS feed (2.x or 3.0); ``address`` is its ``gbfs.json``."""
    data = _json(get(address), feed)["data"]
    feeds = data["feeds"] if "feeds" in data else next(iter(data.values()))["feeds"]
    addresses = {row["name"]: row["url"] for row in feeds}
    stations = {
        row["station_id"]: row
        for row in _json(get(addresses["station_information"]), feed)["data"]["stations"]
    }
    entities = []
    findings: list[Fault] = []
    for row in _json(get(addresses["station_status"]), feed)["data"]["stations"]:
        station = stations.get(row["station_id"], {})
        reported = row.get("last_reported")
        seconds = _number(reported)
        (at,), faults = (
            ([datetime.fromtimestamp(seconds, UTC)], [])
            if seconds
            else read_instants([TypedInstant(str(reported), str(row["station_id"]))], feed.zone)
        )
        findings += faults
        values = {
            "availableBikeNumber": row.get("num_bikes_available", row.get("num_vehicles_available")),
            "freeSlotNumber": row.get("num_docks_available"),
        }
        place = (station["lon"], station["lat"]) if "lon" in station else None
        if at is not None:
            entities.append(entity(feed, row["station_id"], at, values, place=place))
    return Batch(in_order(entities), tuple(findings))


def ngsi_ld(address: str, feed: Feed, get: Get) -> Batch:
    """Return the entities of the feed's type of a broker of NGSI-LD; ``address`` ends before ``/v1``."""
    found: list[Any] = []
    for page in range(_PAGES):
        query = urlencode({"type": feed.entity_type, "limit": 100, "offset": 100 * page})
        rows = _json(get(f"{address}/v1/entities?{query}"), feed)
        found += rows
        if len(rows) < 100:  # noqa: PLR2004 - the last page
            break
    return Batch(in_order(found))


def sdmx(address: str, feed: Feed, get: Get) -> Batch:
    """Return the observations of SDMX-CSV; the setting ``sensor`` names the dimension of places."""
    lines = io.StringIO(get(address).decode("utf-8-sig"))
    settings = {"at": "TIME_PERIOD", "numbers": {"value": "OBS_VALUE"}, **feed.settings}
    return read_records(list(csv.DictReader(lines)), Feed(feed.code, feed.entity_type, feed.zone, settings))


def subscription(feed: Feed, receiver: str, secret: str) -> dict[str, Any]:
    """Return the subscription by which a broker of NGSI-LD notifies the receiver of this programme."""
    return {
        "type": "Subscription",
        "entities": [{"type": feed.entity_type}],
        "notification": {
            "format": "normalized",
            "endpoint": {
                "uri": receiver,
                "accept": "application/json",
                "receiverInfo": [{"key": "Authorization", "value": f"Bearer {secret}"}],
            },
        },
    }


def _linked(address: str, get: Get) -> Iterator[Any]:
    """Yield the rows of an answer of SensorThings and of those that it links to."""
    for _ in range(_PAGES):
        answer = json.loads(get(address))
        yield from answer["value"]
        address = answer.get("@iot.nextLink", "")
        if not address:
            return


def _json(content: bytes, feed: Feed) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(content)
    except ValueError as error:
        raise InputError(
            coded("platform.feed.no_json", "the source of the feed did not answer in JSON"),
            place=feed.code,
            remedy=text("check the address of the feed"),
        ) from error


def _number(value: object) -> float | None:
    """Return a number, also one that is written as a text; None for anything else."""
    try:
        is_written = isinstance(value, str | int | float) and not isinstance(value, bool)
        number = float(value) if is_written else math.nan  # type: ignore[arg-type]
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _point(location: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return longitude and latitude of a point of GeoJSON, or of a feature that lies at one."""
    location = location.get("geometry") or location
    pair = list(location.get("coordinates", [])) if location.get("type") == "Point" else []
    return (float(pair[0]), float(pair[1])) if len(pair) > 1 else None


def _word(name: str) -> str:
    """Return the name of an attribute: NGSI-LD lets no blank stand in it."""
    return "".join(sign if sign.isalnum() else "_" for sign in name.strip())

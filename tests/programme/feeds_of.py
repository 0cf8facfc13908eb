"""Feeds of a small programme of another nation, for the tests of live values."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from people_of import actor
from urbium.platform.entities import written
from urbium.programme import Programme

AIR = {"at": "DATE", "hour": "HOUR", "sensor": "dongsi", "numbers": {"NO2": "NO2", "O3": "O3"}}
BIKES = {
    "at": "Date", "day_first": True, "encoding": "latin-1", "delimiter": ";", "short_rows": True,
    "wide": "count",
}  # fmt: skip
NEW_YORK = {
    "requests": {
        "id": "unique_key", "requested": "created_date", "closed": "closed_date", "expected": "due_date",
        "status": "status", "service": "complaint_type", "address": "incident_address",
        "latitude": "latitude",
        "longitude": "longitude",
    },
    "services": [{"code": "pothole", "name": "Pothole", "days": 3}],
}  # fmt: skip
VANCOUVER = {
    "requests": {
        "requested": "Service request open timestamp", "closed": "Service request close date",
        "status": "Status", "service": "Service request type", "address": "Address", "latitude": "Latitude",
        "longitude": "Longitude",
    }
}  # fmt: skip
PLAIN = {"at": "at", "sensor": "sensor", "numbers": {"NO2": "no2"}}
BEGINS = datetime(2026, 3, 1, tzinfo=UTC)


def operations(shared: Path) -> Path:
    """Return the folder of recorded files of operations."""
    return shared / "data" / "real" / "operations"


def open_feed(
    programme: Programme, code: str, type_: str, settings: dict, *, who="carl", city="0503", **more: object
) -> None:
    """Open a feed as somebody; the office accepts it, as it does once with a feed of a city."""
    content = {
        "title": code.title(),
        "connector": "table",
        "entity_type": type_,
        "settings": json.dumps(settings),
    }
    feed = programme.casework.begin(actor(programme, who), "feed", code, content | more, city=city).dossier
    if feed.state == "proposed":
        programme.casework.act(actor(programme, "olga"), "feed", code, "accept", version=feed.version)


def hourly(
    values: list[float], *, begins: datetime = BEGINS, sent: datetime | None = None, sensor="a"
) -> bytes:
    """Return a notification of NGSI-LD with values of NO2, one an hour."""
    data = [
        {
            "id": f"urn:ngsi-ld:AirQualityObserved:{sensor}",
            "type": "AirQualityObserved",
            "NO2": {
                "type": "Property",
                "value": value,
                "observedAt": written(begins + timedelta(hours=hour)),
            },
        }
        for hour, value in enumerate(values)
    ]
    notified = written(sent or begins + timedelta(hours=len(values)))
    return json.dumps({"type": "Notification", "notifiedAt": notified, "data": data}).encode()


def figures(programme: Programme) -> list[tuple]:
    """Return the current observations: variable, period, value and status."""
    columns = ("variable", "period", "value", "status")
    return sorted(programme.observations().select(columns).iter_rows())

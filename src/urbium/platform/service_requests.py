"""Service requests: what a citizen asks of a city, as an entity with its history, and as Open311 has it.

A request is an entity of the type ``ServiceRequest``; its status changes with the time, and the numbers that
indicators are made of stand beside it: ``daysToClose`` at the instant of closing, ``closedInTime`` (1 or
0) at the instant by which it should have been closed. Names, addresses of e-mail and telephone numbers of
people are no attributes of it: they stay in the message that brought them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

from urbium.platform.entities import Entity, Feed, entity, microseconds, written

TYPE: Final = "ServiceRequest"
OPEN, CLOSED = "open", "closed"
PERSONAL: Final = ("email", "device_id", "account_id", "first_name", "last_name", "phone")
"""Fields of GeoReport v2 that say who asks; they are never handed out."""
KEPT_DAYS: Final = 30
"""Days after which it is forgotten who sent a closed report, and in which words."""
_ENDED: Final = frozenset({"closed", "close", "resolved", "done", "completed"})
_DAY: Final = 86_400_000_000
_SHOWN: Final[Mapping[str, str]] = {
    "status": "status", "status_notes": "statusNotes", "service_name": "serviceName",
    "service_code": "serviceCode", "agency_responsible": "agencyResponsible",
    "requested_datetime": "requestedAt", "updated_datetime": "updatedAt", "expected_datetime": "expectedAt",
    "address": "address",
}  # fmt: skip
"""Fields of an answer of GeoReport v2, by attribute; no other attribute is ever sent."""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """What a citizen asks of a city: when, of which service, and what became of it.

    Parameters
    ----------
    id : its number at its source
    service : the service it is for, and its code where it has one
    status : in the words of its source
    requested, expected, closed : when it was made, by when it should be closed, and when it was
    address, place : where; longitude and latitude in degrees
    doubt : what is wrong with it at its source; empty where nothing is
    """

    id: str
    service: str
    status: str
    requested: datetime
    closed: datetime | None = None
    expected: datetime | None = None
    code: str = ""
    address: str = ""
    notes: str = ""
    place: tuple[float, float] | None = None
    doubt: str = ""


def status_word(typed: str) -> str:
    """Return ``open`` or ``closed``, the only two states of GeoReport v2.

    >>> status_word("In Progress"), status_word("Close")
    ('open', 'closed')
    """
    return CLOSED if typed.strip().lower() in _ENDED else OPEN


def request_entities(feed: Feed, request: ServiceRequest) -> Iterator[Entity]:
    """Yield a request as it was opened, and as it was closed where it was."""
    shown = {
        "requestId": request.id,
        "serviceName": request.service,
        "serviceCode": request.code or request.service,
        "address": request.address or None,
        "statusNotes": request.notes or None,
        "requestedAt": written(request.requested),
        "expectedAt": written(request.expected) if request.expected else None,
        "doubt": request.doubt or None,
    }
    is_undated = request.closed is None and status_word(request.status) == CLOSED and not request.doubt
    opened = {
        **shown,
        "status": CLOSED if is_undated else OPEN,
        "updatedAt": written(request.requested),
        "requests": 1,
    }
    yield entity(feed, request.id, request.requested, opened, place=request.place)
    if request.closed is None:
        return
    closing = {
        "status": CLOSED,
        "updatedAt": written(request.closed),
        "daysToClose": round((microseconds(request.closed) - microseconds(request.requested)) / _DAY, 6),
    }
    yield entity(feed, request.id, request.closed, closing)
    if request.expected is not None:
        is_met = microseconds(request.closed) <= microseconds(request.expected)
        yield _in_time(feed, request.id, request.expected, is_met=is_met)


def overdue(feed: Feed, requests: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Entity]:
    """Yield what is to be noted of open requests whose time is over: that they were not closed in it.

    ``requests`` are key-value representations of entities.
    """
    for one in requests:
        expected = datetime.fromisoformat(one["expectedAt"]) if one.get("expectedAt") else None
        if (
            one.get("status") == OPEN
            and expected is not None
            and expected < now
            and "closedInTime" not in one
        ):
            yield _in_time(feed, str(one["requestId"]), expected, is_met=False)


def _in_time(feed: Feed, local: str, expected: datetime, *, is_met: bool) -> Entity:
    return entity(feed, local, expected, {"closedInTime": 1 if is_met else 0})


def georeport(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request (its key-value representation) as an answer of GeoReport v2, without who asked.

    The description and pictures are left out: in free words people name themselves and others.
    """
    fields = {name: one.get(attribute) for name, attribute in _SHOWN.items()}
    longitude, latitude = (one.get("location") or {}).get("coordinates", (None, None))
    return {
        "service_request_id": one["requestId"], **fields, "description": None, "media_url": None,
        "lat": latitude, "long": longitude,
    }  # fmt: skip


def as_xml(root: str, item: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as XML, as GeoReport v2 writes lists: one element a field.

    >>> as_xml("services", "service", [{"service_code": "1"}]).splitlines()[1]
    b'<services><service><service_code>1</service_code></service></services>'
    """
    top = ET.Element(root)
    for row in rows:
        element = ET.SubElement(top, item)
        for name, value in row.items():
            ET.SubElement(element, name).text = "" if value is None else str(value)
    return bytes(ET.tostring(top, encoding="utf-8", xml_declaration=True))

"""Entities: what connectors read, as NGSI-LD has it, in the order of time, and what they found wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from urbium.errors import Fault, InputError
from urbium.text import coded, text

Entity = Mapping[str, Any]
"""An entity of NGSI-LD (ETSI GS CIM 009) in its normalized representation."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a connector is told of a feed.

    Parameters
    ----------
    code : its name, which is part of the names of its entities
    entity_type : of what it brings, such as ``AirQualityObserved``
    zone : the time zone of instants that name none
    settings : what else its connector asks for
    """

    code: str
    entity_type: str
    zone: ZoneInfo = field(default=ZoneInfo("UTC"))
    settings: Mapping[str, Any] = field(default_factory=dict)

    def name(self, local: str) -> str:
        """Return the name (a URN) of an entity that the feed itself calls ``local``."""
        plain = "".join(sign if sign.isalnum() or sign in "-._" else "-" for sign in local.strip())
        return f"urn:ngsi-ld:{self.entity_type}:{self.code}:{plain}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Entities, and findings: what is wrong in the source and was left out, or is marked."""

    entities: tuple[Entity, ...]
    findings: tuple[Fault, ...] = ()


def entity(
    feed: Feed,
    local: str,
    at: datetime,
    values: Mapping[str, Any],
    *,
    place: tuple[float, float] | None = None,
) -> Entity:
    """Return an entity whose values were all observed at one instant; what is None is left out.

    Parameters
    ----------
    feed, local : the feed, and what it calls the thing
    at : when the values were observed
    values : by attribute
    place : longitude and latitude in degrees (WGS 84)
    """
    observed = written(at)
    attributes = {
        name: {"type": "Property", "value": value, "observedAt": observed}
        for name, value in values.items()
        if value is not None
    }
    where = {} if place is None else {"location": position(*place)}
    provider = {"dataProvider": {"type": "Property", "value": feed.code}}
    return {"id": feed.name(local), "type": feed.entity_type, **attributes, **where, **provider}


def position(longitude: float, latitude: float) -> dict[str, Any]:
    """Return a place as an attribute (GeoJSON: the longitude first)."""
    point = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "GeoProperty", "value": point}


def written(at: datetime) -> str:
    """Return an instant as NGSI-LD writes it, in UTC.

    >>> written(datetime(2024, 4, 16, 3, tzinfo=UTC))
    '2024-04-16T03:00:00Z'
    """
    moment_ = at.astimezone(UTC).isoformat(timespec="microseconds" if at.microsecond else "seconds")
    return moment_.replace("+00:00", "Z")


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name (IANA); raise InputError for one that does not exist."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            coded("platform.zone.unknown", "{name!r} is not a time zone", name=name),
            remedy=text("choose a name from the IANA list, such as Europe/Vienna"),
        ) from None


def moment(typed: str, zone: ZoneInfo) -> datetime | None:
    """Return an instant as a source writes it, in ``zone`` where it names none; None for what is no instant.

    >>> moment("2024-04-16T03:03:15.000", ZoneInfo("America/New_York")).isoformat()
    '2024-04-16T03:03:15-04:00'
    >>> moment("yesterday", ZoneInfo("UTC")) is None
    True
    """
    try:
        at = datetime.fromisoformat(typed.strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def microseconds(at: datetime) -> int:
    """Return an instant in microseconds since 1970; one without a zone is in UTC.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, 5))
    1000005
    """
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return entities in the order in which they were observed; those of no instant first."""
    return tuple(sorted(entities, key=_observed))


def moved(one: Entity) -> str:
    """Return the latest instant at which something of an entity was observed; empty where none is said."""
    return _observed(one)


def _observed(one: Entity) -> str:
    instants = (value.get("observedAt", "") for value in one.values() if isinstance(value, Mapping))
    return max(instants, default="")

"""Feeds and alerts as people work on them: where live values come from, and which indicator left its band."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from urbium.errors import Fault, InputError, nearest
from urbium.model.dossiers import Dossier, Internal, Open, Parties
from urbium.platform.connectors.registry import CONNECTORS
from urbium.platform.entities import Feed, zone_of
from urbium.text import coded, text

_LEAST_EVERY: Final = 60
_MOST_SETTINGS: Final = 20_000


class FeedDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Where live values of a city come from.

    Attributes
    ----------
    title : what it is called
    connector : the kind of source; see :data:`urbium.platform.connectors.registry.CONNECTORS`
    entity_type : of what it brings, as NGSI-LD calls it
    zone : the time zone of its city (IANA): of instants that name none, and of the days of figures
    publisher, licence : who publishes it, and under which licence
    address : where its source is asked; empty where it is sent or dropped
    settings : what its connector asks for besides, as JSON
    every : seconds between two looks at its source
    silent_after : seconds without a message after which it counts as silent
    is_example : made up to show how a feed works; nothing that it sends becomes a figure of the city
    """

    title: Open[str]
    connector: Open[str]
    entity_type: Open[str]
    zone: Open[str] = "UTC"
    publisher: Open[str] = ""
    licence: Open[str] = ""
    address: Parties[str] = ""
    settings: Parties[str] = "{}"
    every: Open[int] = 3600
    silent_after: Open[int] = 86_400
    is_example: Open[bool] = False
    note: Internal[str] = ""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """That an indicator of a task book left its band, or that sensors of a feed do not work.

    Attributes
    ----------
    title : the indicator, or the feed
    sensors : which sensors of the feed are silent or stuck; none where an indicator left its band
    indicator, unit, year : which target of the task book it is about
    period, value : of the figure in force that crossed; ``expected`` is where it would be on its way, and
        ``behind`` how far it is behind, as a share of the whole way
    ended, returned : the period and value with which it was back in its band
    remark : of who acknowledged it
    is_example : of an example: its values and its task book are made up
    """

    title: Open[str]
    sensors: Open[list[str]] = []
    indicator: Open[str] = ""
    unit: Open[str] = ""
    year: Open[int] = 0
    period: Open[str] = ""
    value: Open[float] = 0.0
    expected: Open[float] = 0.0
    behind: Open[float] = 0.0
    ended: Open[str] = ""
    returned: Open[float | None] = None
    remark: Parties[str] = ""
    is_example: Open[bool] = False
    note: Internal[str] = ""


def feed_of(code: str, content: Mapping[str, Any]) -> Feed:
    """Return a feed as its connector is told of it.

    >>> feed_of("air", {"entity_type": "AirQualityObserved", "zone": "Europe/Vienna"}).name("a")
    'urn:ngsi-ld:AirQualityObserved:air:a'
    """
    settings = json.loads(content.get("settings") or "{}")
    return Feed(code, str(content["entity_type"]), zone_of(str(content.get("zone", ""))), settings)


def tenant_of(feed: Dossier) -> str:
    """Return whose context store the values of a feed go into: its city's; those of an example stay apart.

    No code of a place holds a blank, so that nobody else reads what is made up, and no figure is made of it.
    """
    return f"{feed.city} example" if feed.content.get("is_example") else feed.city


def source_of(code: str) -> str:
    """Return the id of the source of the figures that a feed becomes."""
    return f"feed_{code}"


def feed_faults(content: FeedDossier) -> Iterator[Fault]:
    """Yield what is wrong with a feed."""
    connector = CONNECTORS.get(content.connector)
    if connector is None:
        yield _fault(
            "connector",
            coded("platform.feed.connector", "{name!r} is not a kind of source", name=content.connector),
            nearest(content.connector, CONNECTORS),
        )
    elif content.address and connector.address is None and connector.listen is None:
        yield _fault(
            "address",
            coded("platform.feed.address", "feeds of this kind are not polled at an address"),
            text("omit the address, or choose a different connector"),
        )
    if not content.entity_type.isidentifier():
        yield _fault(
            "entity_type",
            coded("platform.feed.type", "{name!r} is not an NGSI-LD entity type", name=content.entity_type),
            text("choose a name made up of letters and digits, such as AirQualityObserved"),
        )
    try:
        zone_of(content.zone)
    except InputError as error:
        yield _fault("zone", error.message, error.remedy)
    if not _is_object(content.settings):
        yield _fault(
            "settings",
            coded("platform.feed.settings", "the settings are not a JSON object"),
            text('write {{"at": "DATE", "numbers": {{"NO2": "NO2"}}}} or {{}}'),
        )
    elif connector is not None and connector.layout is not None:
        try:
            connector.layout(json.loads(content.settings))
        except InputError as error:
            yield _fault("settings", error.message, error.remedy)
    if content.every < _LEAST_EVERY or content.silent_after < _LEAST_EVERY:
        yield _fault(
            "every",
            coded(
                "platform.feed.every",
                "an interval of less than {least:d} seconds is too short",
                least=_LEAST_EVERY,
            ),
            text("enter {least:d} or more", least=_LEAST_EVERY),
        )


def _is_object(written: str) -> bool:
    try:
        return len(written) <= _MOST_SETTINGS and isinstance(json.loads(written), dict)
    except (ValueError, RecursionError):
        return False


def _fault(field: str, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, "feed", cell=field)

"""Registry: every kind of source that a feed can have, one row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from urbium.extensions import Extended
from urbium.platform.connectors import mqtt, over_http
from urbium.platform.connectors.gtfs import read_gtfs
from urbium.platform.connectors.over_http import Get
from urbium.platform.connectors.table import read_table_feed, table_layout
from urbium.platform.entities import Batch, Feed
from urbium.text import Text, text


@dataclass(frozen=True, slots=True)
class Connector:
    """A kind of source.

    Parameters
    ----------
    name, title : what it is called in data, and on pages
    file : reads a file of it; None where it has none
    address : asks an address of it; None where none is asked
    listen : stays connected to its address and hears what it sends; None where it is not listened to
    layout : reads the settings of a feed, and raises InputError; None where its connector takes any
    """

    name: str
    title: Text
    file: Callable[[Path, Feed], Batch] | None = None
    address: Callable[[str, Feed, Get], Batch] | None = None
    listen: Callable[[mqtt.Line], None] | None = None
    layout: Callable[[Mapping[str, Any]], object] | None = None


_ROWS = (
    Connector("notified", text("notifications (NGSI-LD, JSON) sent to urbium"),
              file=read_table_feed, layout=table_layout),
    Connector("table", text("table placed in a folder"), file=read_table_feed,
              layout=table_layout),
    Connector("mqtt", text("MQTT broker"), listen=mqtt.listen,
              layout=mqtt.mqtt_layout),
    Connector("gtfs", text("timetable (GTFS)"), file=read_gtfs),
    Connector("sensorthings", text("OGC SensorThings API"),
              address=over_http.sensor_things),
    Connector("ckan", text("CKAN datastore"), address=over_http.ckan),
    Connector("open311", text("Open311 GeoReport v2"), file=read_table_feed,
              address=over_http.open311),
    Connector("gbfs", text("shared vehicles (GBFS)"), address=over_http.gbfs),
    Connector("ngsi-ld", text("NGSI-LD broker"), address=over_http.ngsi_ld),
    Connector("sdmx", text("SDMX-CSV"), address=over_http.sdmx),
)  # fmt: skip

CONNECTORS: Final = Extended("connectors", Connector, {row.name: row for row in _ROWS})
"""Every kind of source by name; a further one is a function and a row here."""

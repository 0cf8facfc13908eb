"""GeoJSON as a sheet: a row for each feature, a column for each property, and where the feature lies.

Row 1 holds the names of the properties; the feature that stands first in the file is row 2. ``latitude`` and
``longitude`` are those of a point, or of a point within an area, unless properties are called so. The
coordinates are degrees of WGS 84, as RFC 7946 has it; a file that names another system is refused.
"""

from pathlib import Path
from typing import Any, Final

import msgspec

from urbium.errors import InputError
from urbium.sources.formats.cell_frames import grid_of
from urbium.sources.formats.grid import Grid
from urbium.sources.formats.size_limits import MAX_COLUMNS, MAX_PACKED_BYTES
from urbium.text import Text, coded, text

_PLACE: Final = ("latitude", "longitude")
_DEGREES: Final = ("CRS84", "4326")


class _Feature(msgspec.Struct):
    properties: dict[str, Any] | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"null")
    id: str | int | float | None = None


class _Collection(msgspec.Struct):
    type: str
    features: list[_Feature] = []
    crs: msgspec.Raw = msgspec.Raw(b"null")


def read_geojson(path: Path) -> Grid:
    """Return the features of a collection as a sheet; raise InputError where it is none.

    Parameters
    ----------
    path : a file that holds one ``FeatureCollection``
    """
    if path.stat().st_size > MAX_PACKED_BYTES:
        raise _refused(
            path,
            coded(
                "sources.geojson.large", "the file is larger than {most:,.0f} MB", most=MAX_PACKED_BYTES / 1e6
            ),
        )
    try:
        collection = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=_Collection)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(
            path, coded("sources.geojson.damaged", "the file is not GeoJSON ({error})", error=str(error))
        ) from error
    if collection.type != "FeatureCollection" or not collection.features:
        raise _refused(
            path, coded("sources.geojson.no_features", "the file contains no collection of features")
        )
    system = bytes(collection.crs).decode()
    if system != "null" and not any(name in system for name in _DEGREES):
        raise _refused(
            path,
            coded(
                "sources.geojson.other_system",
                "the coordinates are not in degrees of WGS 84 ({system})",
                system=system[:80],
            ),
        )
    names = list(dict.fromkeys(name for feature in collection.features for name in feature.properties or {}))
    if len(names) > MAX_COLUMNS:
        raise _refused(
            path,
            coded("sources.geojson.wide", "the features have over {most:,} properties", most=MAX_COLUMNS),
        )
    added = [name for name in _PLACE if name not in names]
    rows = [[*names, *added]]
    for number, feature in enumerate(collection.features):
        said = (feature.properties or {}) | (_place(path, feature, number) if added else {})
        rows.append([_cell(said.get(name)) for name in rows[0]])
    return grid_of("", rows)


def _place(path: Path, feature: _Feature, number: int) -> dict[str, float]:
    """Return latitude and longitude of a feature; nothing where it has no geometry."""
    from shapely import from_geojson  # noqa: PLC0415 - slow to import, and seldom needed
    from shapely.errors import GEOSException  # noqa: PLC0415 - as above

    geometry = bytes(feature.geometry)
    if geometry == b"null":
        return {}
    try:
        point = from_geojson(geometry).representative_point()
    except (GEOSException, ValueError) as error:
        raise _refused(
            path,
            coded(
                "sources.geojson.geometry",
                "the geometry of feature {number:,} cannot be read",
                number=number + 1,
            ),
        ) from error
    return {} if point.is_empty else {"latitude": point.y, "longitude": point.x}


def _cell(value: object) -> Any:  # noqa: ANN401 - a number, a truth value or a text
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return msgspec.json.encode(value).decode()


def _refused(path: Path, message: Text) -> InputError:
    remedy = text("send a FeatureCollection in degrees (WGS 84), or a table with latitude and longitude")
    return InputError(message, place=path.name, remedy=remedy)

"""Places: where entities must lie, written as ``georel``, ``geometry`` and ``coordinates`` are.

Relations are those of simple features, in longitude and latitude. Distances are over a sphere of the Earth's
mean radius between points; from or to anything longer they are planar around the place that is asked about,
which is exact to about a thousandth over 100 km. Reference: GS CIM 009, clause 4.10.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from urbium.errors import InputError
from urbium.platform.context.entities import Entity, is_geometry
from urbium.text import coded, text

_RADIUS: Final = 6_371_008.8
"""Metres: the mean radius of the Earth (IUGG)."""
_LOCATION: Final = "https://uri.etsi.org/ngsi-ld/location"
_RELATIONS: Final = ("within", "contains", "overlaps", "intersects", "equals", "disjoint")
_GEOMETRIES: Final = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entity must lie.

    Parameters
    ----------
    relation : ``near``, or a relation of simple features
    geometry : as GeoJSON
    least, most : metres, for ``near``
    attribute : full name of the attribute that says where an entity is
    """

    relation: str
    geometry: Mapping[str, Any]
    least: float | None = None
    most: float | None = None
    attribute: str = _LOCATION

    def holds(self, entity: Entity) -> bool:
        """Say whether an entity lies there."""
        places = [one["value"] for one in entity.get(self.attribute, []) if one["type"] == "GeoProperty"]
        return any(self._relates(place) for place in places)

    def _relates(self, place: Mapping[str, Any]) -> bool:
        if self.relation == "near":
            metres = _metres(self.geometry, place)
            return (self.most is None or metres <= self.most) and (self.least is None or metres >= self.least)
        from shapely.errors import GEOSException  # noqa: PLC0415 - slow to import, and seldom needed
        from shapely.geometry import shape  # noqa: PLC0415

        try:
            return bool(getattr(shape(place), self.relation)(shape(self.geometry)))
        except GEOSException:  # a polygon that crosses itself has no inside
            return False

    def box(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east and north of all that can lie there; None for everywhere."""
        if self.attribute != _LOCATION or self.relation == "disjoint":
            return None
        if self.relation == "near" and self.most is None:
            return None
        from shapely.geometry import shape  # noqa: PLC0415 - as above

        west, south, east, north = shape(self.geometry).bounds
        high = math.degrees((self.most or 0.0) * 1.01 / _RADIUS)
        south, north = max(south - high, -90.0), min(north + high, 90.0)
        nearest_pole = math.cos(math.radians(max(abs(south), abs(north))))
        wide = high / nearest_pole if nearest_pole > high / 90.0 else 360.0
        west, east = west - wide, east + wide
        if west < -180.0 or east > 180.0:  # noqa: PLR2004 - degrees: around the other side of the Earth
            west, east = -180.0, 180.0
        return west, south, east, north


def _metres(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    if one["type"] == other["type"] == "Point":
        return over_sphere(one["coordinates"], other["coordinates"])
    from shapely import transform  # noqa: PLC0415 - as above
    from shapely.geometry import shape  # noqa: PLC0415

    middle = shape(one).centroid
    scale = math.cos(math.radians(middle.y))

    def flat(points: Any) -> Any:  # noqa: ANN401 - arrays of numpy
        points = points - [middle.x, middle.y]
        points[:, 0] = (points[:, 0] + 180.0) % 360.0 - 180.0
        return points * [scale, 1.0] * math.radians(_RADIUS)

    return float(transform(shape(one), flat).distance(transform(shape(other), flat)))


def over_sphere(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the distance of two points (longitude, latitude) in metres, by the haversine formula."""
    west, south, east, north = (math.radians(value) for value in (*one[:2], *other[:2]))
    half = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    )
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(half)))


def read_place(
    georel: str,
    geometry: str,
    coordinates: Any,  # noqa: ANN401 - any JSON
    attribute: str = _LOCATION,
) -> Place:
    """Return where entities must lie; raise InputError where it cannot be read.

    >>> read_place("near;maxDistance==2000", "Point", "[4.36, 52.01]").most
    2000.0
    """
    relation, _, rest = georel.partition(";")
    distances: dict[str, float] = {}
    try:
        for part in rest.split(";") if rest else []:
            name, value = part.split("==")
            distances[name] = float(value)
        if isinstance(coordinates, str):
            coordinates = msgspec.json.decode(coordinates)
    except (ValueError, RecursionError):  # msgspec's errors are of the first kind
        raise _wrong("georel") from None
    shape = {"type": geometry, "coordinates": coordinates}
    is_near = relation == "near" and bool(distances) and set(distances) <= {"maxDistance", "minDistance"}
    is_finite = all(0 <= one < math.inf for one in distances.values())
    if not is_finite or not (is_near or (relation in _RELATIONS and not rest)):
        raise _wrong("georel")
    if geometry not in _GEOMETRIES or not is_geometry(shape):
        raise _wrong("geometry, coordinates")
    return Place(relation, shape, distances.get("minDistance"), distances.get("maxDistance"), attribute)


def _wrong(place: str) -> InputError:
    return InputError(
        coded("platform.context.places.wrong", "this is not a valid geographical query"),
        place=place,
        remedy=text(
            "write georel=near;maxDistance==2000, within, contains, intersects, equals, disjoint or "
            "overlaps; give geometry as a GeoJSON type such as Point, with its coordinates"
        ),
    )

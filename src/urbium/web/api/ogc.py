"""OGC API Features: places and projects of the newest publication, one value a property, for maps.

Every property may be asked for by its value (part 3, queryables as parameters), and ``/queryables`` says
which there are, with type, title and unit. What a collection holds stands in ``publish/open_data/flat.py``.
"""

import math
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import polars as pl
from litestar import Request
from litestar.exceptions import ClientException

from urbium.clock import present
from urbium.errors import InputError, NotFoundError
from urbium.periods import Period
from urbium.platform.context.changes import written
from urbium.programme import Programme
from urbium.publish.open_data.flat import KINDS, Collection
from urbium.text import coded, text
from urbium.web.rendering.parameters import FromOffice, Given, Segment, Word
from urbium.web.server.answers import Row, noun
from urbium.web.server.prefix import origin
from urbium.web.server.security import OPEN
from urbium.whole_numbers import whole_number

_ogc = partial(noun, opt=OPEN, include_in_schema=False)  # its own pages describe it
_GEOJSON: Final = "application/geo+json"
_SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/json"
"""As what ``web/app.py`` sends the description of the API: GDAL takes no type of OpenAPI but that of 3.0."""
_QUERYABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_CONFORMANCE: Final = (
    *(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson")),
    *(
        f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters")
    ),
)
_MOST: Final = 1_000
_FEW: Final = 10
_SIDES: Final = (4, 6)
_OPEN_ENDED: Final = ("", "..")
_PARAMETERS: Final = ("limit", "offset", "bbox", "datetime")


@_ogc("/ogc")
def landing(request: Request[Any, Any, Any], office: FromOffice, given: Given) -> Row:
    """Return where the features of the newest publication are found (OGC API Features, part 1)."""
    _only(given)
    newest = office.open_data.facts(office.open_data.one())
    link = partial(_link, request)
    return {
        "title": office.settings.name() or "urbium",
        "description": newest["cite"],
        "links": [
            link("/ogc", "self"),
            link("/schema/openapi.json", "service-desc", OPENAPI),
            link("/publications", "service-doc", "text/html"),
            link("/ogc/conformance", "conformance"),
            link("/ogc/collections", "data"),
            link(newest["address"], "via", "text/html"),
        ],
    }


@_ogc("/ogc/conformance")
def conformance(given: Given) -> Row:
    """Return to what the features conform."""
    _only(given)
    return {"conformsTo": list(_CONFORMANCE)}


@_ogc("/ogc/collections")
def collections(request: Request[Any, Any, Any], office: FromOffice, given: Given) -> Row:
    """Return the collections of features: places and projects."""
    _only(given)
    return {
        "links": [_link(request, "/ogc/collections", "self")],
        "collections": [_described(request, office, name) for name in KINDS],
    }


@_ogc("/ogc/collections/{name:str}")
def collection(request: Request[Any, Any, Any], office: FromOffice, name: Segment, given: Given) -> Row:
    """Return one collection."""
    _only(given)
    return _described(request, office, name)


@_ogc("/ogc/collections/{name:str}/queryables", media_type=_SCHEMA)
def queryables(request: Request[Any, Any, Any], office: FromOffice, name: Segment, given: Given) -> Row:
    """Return the properties of a collection as a JSON schema: each may be asked for by its value."""
    _only(given)
    properties = {
        key: {
            "title": one.title,
            "type": one.type,
            **({"x-urbium-unit": one.unit} if one.unit else {}),
            **({"x-ogc-unit": one.ucum, "x-ogc-unitLang": "UCUM"} if one.ucum else {}),
        }
        for key, one in _features(office, name).properties.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{origin(request)}/ogc/collections/{name}/queryables",
        "type": "object",
        "title": KINDS[name].title,
        "properties": properties | {"geometry": {"format": "geometry-point"}},
        "additionalProperties": False,
    }


@_ogc("/ogc/collections/{name:str}/items", media_type=_GEOJSON)
def items(
    request: Request[Any, Any, Any],
    office: FromOffice,
    name: Segment,
    given: Given,
    *,
    limit: Word = str(_FEW),
    offset: Word = "0",
    bbox: Word = "",
    datetime: Word = "",
) -> Row:
    """Return features: of a box (west, south, east, north), of an instant or interval, of values."""
    features = _features(office, name)
    _only(given, *_PARAMETERS, *features.properties)
    most, first = min(_whole("limit", limit, least=1), _MOST), _whole("offset", offset)
    box, days = _box(bbox), _days(datetime)
    rows = [
        row
        for row in _matching(features, given).iter_rows(named=True)
        if _is_within(row, box) and _is_then(row, KINDS[name].span, days)
    ]
    here = f"/ogc/collections/{name}/items"
    filters = "".join(
        f"&{quote(key)}={quote(given[key])}" for key in given if key not in ("limit", "offset") and given[key]
    )
    links = [_link(request, f"{here}?limit={most}&offset={first}{filters}", "self", _GEOJSON)]
    if first + most < len(rows):
        links.append(_link(request, f"{here}?limit={most}&offset={first + most}{filters}", "next", _GEOJSON))
    page = [_feature(features, row) for row in rows[first : first + most]]
    return {
        "type": "FeatureCollection",
        "timeStamp": written(present()),
        "numberMatched": len(rows),
        "numberReturned": len(page),
        "features": page,
        "links": links,
    }


@_ogc("/ogc/collections/{name:str}/items/{code:str}", media_type=_GEOJSON)
def item(
    request: Request[Any, Any, Any], office: FromOffice, name: Segment, code: Segment, given: Given
) -> Row:
    """Return one feature."""
    _only(given)
    features = _features(office, name)
    rows = features.rows.filter(pl.col(features.key) == code)
    if rows.is_empty():
        raise NotFoundError.named(text("feature"), code, features.rows[features.key].to_list())
    here = f"/ogc/collections/{name}"
    links = [_link(request, f"{here}/items/{code}", "self", _GEOJSON), _link(request, here, "collection")]
    return {**_feature(features, rows.row(0, named=True)), "links": links}


def _link(
    request: Request[Any, Any, Any], address: str, relation: str, media_type: str = "application/json"
) -> dict[str, str]:
    return {"href": f"{origin(request)}{address}", "rel": relation, "type": media_type}


def _described(request: Request[Any, Any, Any], office: Programme, name: str) -> dict[str, Any]:
    points = _features(office, name).rows.drop_nulls(["longitude", "latitude"])
    sides = [
        points["longitude"].min(),
        points["latitude"].min(),
        points["longitude"].max(),
        points["latitude"].max(),
    ]
    here = f"/ogc/collections/{name}"
    return {
        "id": name,
        "title": KINDS[name].title,
        "itemType": "feature",
        **({} if points.is_empty() else {"extent": {"spatial": {"bbox": [sides]}}}),
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "links": [
            _link(request, here, "self"),
            _link(request, f"{here}/items", "items", _GEOJSON),
            _link(request, f"{here}/queryables", _QUERYABLES, _SCHEMA),
        ],
    }


def _features(office: Programme, name: str) -> Collection:
    """Return a collection of the newest publication; NotFoundError for another."""
    if name not in KINDS:
        raise NotFoundError.named(text("collection"), name, KINDS)
    newest = office.open_data.one().id
    make = partial(KINDS[name].make, office.open_data.record(newest))
    return office.once(f"features {newest} {name}", make)


def _feature(features: Collection, row: Mapping[str, Any]) -> dict[str, Any]:
    degrees = [row["longitude"], row["latitude"]]
    return {
        "type": "Feature",
        "id": row[features.key],
        "geometry": None if None in degrees else {"type": "Point", "coordinates": degrees},
        "properties": {name: row[name] for name in features.properties},
    }


def _matching(features: Collection, given: Mapping[str, str]) -> pl.DataFrame:
    """Return the rows whose properties have the values that are asked for."""
    rows = features.rows
    for name in given:
        if name in features.properties:
            value = given[name] if features.properties[name].type == "string" else _number(name, given[name])
            rows = rows.filter(pl.col(name) == value)
    return rows


def _number(name: str, written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise _refused(name, coded("web.ogc.value", "write a number")) from None


def _only(given: Mapping[str, str], *names: str) -> None:
    """Refuse what is asked for by a name that is not of the address, as OGC API Features demands."""
    for name in given:
        if name not in names:
            raise _refused(name, coded("web.ogc.unknown", "this address has no parameter of that name"))


def _refused(name: str, why: str) -> ClientException:
    return ClientException(text("{name}: {why}", name=name, why=why))


def _whole(name: str, written: str, *, least: int = 0) -> int:
    number = whole_number(written)
    if number < least:
        raise _refused(name, coded("web.ogc.number", "write a whole number of at least {least}", least=least))
    return number


def _box(written: str) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north; heights of a box of six numbers do not count."""
    if not written:
        return None
    try:
        sides = [float(side) for side in written.split(",")]
    except ValueError:
        sides = []
    if len(sides) not in _SIDES or not all(map(math.isfinite, sides)):
        raise _refused("bbox", coded("web.ogc.box", "write west,south,east,north in degrees"))
    half = len(sides) // 2
    west, south, east, north = sides[0], sides[1], sides[half], sides[half + 1]
    if max(abs(west), abs(east)) > 180.0 or max(abs(south), abs(north)) > 90.0:  # noqa: PLR2004 - degrees
        raise _refused("bbox", coded("web.ogc.box", "write west,south,east,north in degrees"))
    return west, south, east, north


def _is_within(row: Mapping[str, Any], box: tuple[float, float, float, float] | None) -> bool:
    if box is None:
        return True
    x, y = row["longitude"], row["latitude"]
    if x is None or y is None:
        return False
    west, south, east, north = box
    is_between = west <= x <= east if west <= east else x >= west or x <= east  # across the date line
    return bool(is_between and south <= y <= north)


def _days(written: str) -> tuple[date, date] | None:
    """Return the first and the last day that are asked for."""
    if not written:
        return None
    try:
        ends = [
            date.min if end in _OPEN_ENDED else Period.parse(end[:10]).start for end in written.split("/")
        ]
    except InputError:
        ends = []
    if len(ends) not in (1, 2) or (len(ends) == 1 and ends[0] == date.min):
        raise _refused(
            "datetime", coded("web.ogc.days", "write a date, or two dates in the form 2016-01-01/2018-12-31")
        )
    first, last = ends[0], ends[-1]
    return first, date.max if "/" in written and written.split("/")[1] in _OPEN_ENDED else last


def _is_then(row: Mapping[str, Any], span: tuple[str, str], days: tuple[date, date] | None) -> bool:
    if days is None:
        return True
    begins, ends = (row.get(name) for name in span)
    first = Period.parse(begins).start if begins else date.min
    last = Period.parse(ends).end if ends else date.max
    return first <= days[1] and days[0] <= last


OGC = (landing, conformance, collections, collection, queryables, items, item)
"""Every address of OGC API Features."""

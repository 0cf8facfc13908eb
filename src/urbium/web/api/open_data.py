"""Open data over HTTP: publications and their files, and OGC API Features over the newest one.

A file is sent as it was kept, compressed where the reader takes that; it never changes, and its mark (ETag)
is made of its sha256.
"""

import json
import math
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final, cast

from litestar import Request, Response
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import ClientException
from litestar.response import Stream

from urbium.clock import present
from urbium.errors import InputError, NotFoundError
from urbium.periods import Period
from urbium.platform.context.changes import written
from urbium.programme import Programme
from urbium.text import coded, meant, text
from urbium.web.rendering.parameters import FromOffice, Given, Segment, Word
from urbium.web.server.answers import Row, noun
from urbium.web.server.prefix import origin
from urbium.web.server.refusals import LISTS, OPENS, refusals
from urbium.web.server.security import OPEN
from urbium.whole_numbers import whole_number

_get = partial(noun, opt=OPEN)
_noun = partial(_get, tags=["open data"])
_FOREVER: Final = CacheControlHeader(public=True, max_age=31_536_000, immutable=True)
_NOT_MODIFIED: Final = 304
_GEOJSON: Final = "application/geo+json"
OPENAPI: Final = "application/json"
"""As what the description of the API is sent: GDAL takes no type of OpenAPI but that of version 3.0."""
_CONFORMANCE: Final = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson")
)
_MOST: Final = 1_000
_FEW: Final = 10
_SIDES: Final = (4, 6)
_OPEN_ENDED: Final = ("", "..")
_SPANS: Final[Mapping[str, tuple[str, str]]] = {
    "places": ("valid_from", "valid_to"),
    "projects": ("first_day", "last_day"),
}
"""The collections, and the members that say from when to when a feature is."""


@_noun("/api/publications", "PublicationAnswer[]", responses=refusals(*LISTS))
def publications(office: FromOffice) -> object:
    """Return every publication, the newest first."""
    return [office.open_data.facts(one) for one in office.open_data.listed()]


@_noun("/api/publications/{code:str}", "PublicationAnswer", responses=refusals(*OPENS))
def publication(office: FromOffice, code: Segment) -> object:
    """Return a publication: what it is pinned to, its files with their digests, how to cite it."""
    return office.open_data.facts(office.open_data.one(code))


@_get("/publications/{code:str}/{file:str}", include_in_schema=False, cache_control=_FOREVER)
def published_file(
    request: Request[Any, Any, Any], office: FromOffice, code: Segment, file: Segment
) -> Response[bytes] | Stream:
    """Send a file of a publication."""
    stored, content = office.open_data.file(code, file)
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "ETag": f'"{stored.sha256}{"-gzip" if is_packed else ""}"',  # of these very bytes
        "Vary": "Accept-Encoding",
        "Content-Disposition": f'attachment; filename="{stored.name}"',
        "Link": ", ".join(_links(office, code)),
    }
    if stored.sha256 in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=_NOT_MODIFIED, headers=headers, media_type=stored.media_type)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
        return Response(content, headers=headers, media_type=stored.media_type)
    headers["Content-Length"] = str(stored.size)
    return Stream(office.open_data.pieces(content), headers=headers, media_type=stored.media_type)


def _links(office: Programme, code: str) -> list[str]:
    """Return the links to the publication before and after (RFC 5829)."""
    facts = office.open_data.facts(office.open_data.one(code))
    later = [f'</publications/{one}>; rel="successor-version"' for one in facts["superseded_by"]]
    before = facts["supersedes"]
    earlier = [f'</publications/{before}>; rel="predecessor-version"'] if before else []
    return [f'<{facts["address"]}>; rel="collection"', *earlier, *later]


# --- OGC API Features ------------------------------------------------------------------------------------

_ogc = partial(_noun, include_in_schema=False)  # its own pages describe it


@_ogc("/ogc")
def landing(request: Request[Any, Any, Any], office: FromOffice, given: Given) -> Row:
    """Return where the features of the newest publication are found (OGC API Features, part 1)."""
    _only(given)
    newest = office.open_data.facts(office.open_data.one(_newest(office)))
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
        "collections": [_collection(request, office, name) for name in _SPANS],
    }


@_ogc("/ogc/collections/{name:str}")
def collection(request: Request[Any, Any, Any], office: FromOffice, name: Segment, given: Given) -> Row:
    """Return one collection."""
    _only(given)
    return _collection(request, office, name)


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
    """Return features: of a box (west, south, east, north), of an instant or interval, so many at a time."""
    _only(given, "limit", "offset", "bbox", "datetime")
    most, first = min(_whole("limit", limit, least=1), _MOST), _whole("offset", offset)
    box, days = _box(bbox), _days(datetime)
    features = [
        one for one in _features(office, name) if _is_within(one, box) and _is_then(one, _SPANS[name], days)
    ]
    here = f"/ogc/collections/{name}/items"
    filters = "".join(f"&{key}={given[key]}" for key in ("bbox", "datetime") if given.get(key))
    links = [_link(request, f"{here}?limit={most}&offset={first}{filters}", "self", _GEOJSON)]
    if first + most < len(features):
        links.append(_link(request, f"{here}?limit={most}&offset={first + most}{filters}", "next", _GEOJSON))
    page = features[first : first + most]
    return {
        "type": "FeatureCollection",
        "timeStamp": written(present()),
        "numberMatched": len(features),
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
    features = {one["id"]: one for one in _features(office, name)}
    if code not in features:
        raise NotFoundError.named(text("feature"), code, features)
    here = f"/ogc/collections/{name}"
    links = [_link(request, f"{here}/items/{code}", "self", _GEOJSON), _link(request, here, "collection")]
    return {**features[code], "links": links}


def _link(
    request: Request[Any, Any, Any], address: str, relation: str, media_type: str = "application/json"
) -> dict[str, str]:
    return {"href": f"{origin(request)}{address}", "rel": relation, "type": media_type}


def _collection(request: Request[Any, Any, Any], office: Programme, name: str) -> dict[str, Any]:
    features = _features(office, name)
    points = [one["geometry"]["coordinates"] for one in features if one["geometry"]]
    corners = (
        [
            min(x for x, _ in points),
            min(y for _, y in points),
            max(x for x, _ in points),
            max(y for _, y in points),
        ]
        if points
        else None
    )
    titles = {"places": meant("on a map", "Places"), "projects": text("Projects")}
    here = f"/ogc/collections/{name}"
    return {
        "id": name,
        "title": titles[name],
        "itemType": "feature",
        **({"extent": {"spatial": {"bbox": [corners]}}} if corners else {}),
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "links": [_link(request, here, "self"), _link(request, f"{here}/items", "items", _GEOJSON)],
    }


def _newest(office: Programme) -> str:
    """Return the name of the newest publication that has features; NotFoundError where nothing is there."""
    with_features = (
        one.id for one in office.open_data.listed() if any(file.format == "geojson" for file in one.files)
    )
    return next(with_features, "") or office.open_data.one().id


def _features(office: Programme, name: str) -> list[dict[str, Any]]:
    """Return the features of the newest publication; NotFoundError for another collection."""
    if name not in _SPANS:
        raise NotFoundError.named(text("collection"), name, _SPANS)
    newest = _newest(office)

    def read() -> list[dict[str, Any]]:
        content = office.open_data.content(newest, f"{name}.geojson")
        return cast("list[dict[str, Any]]", json.loads(content)["features"])

    return office.once(f"features {newest} {name}", read)


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


def _is_within(feature: Mapping[str, Any], box: tuple[float, float, float, float] | None) -> bool:
    if box is None:
        return True
    if feature["geometry"] is None:
        return False
    west, south, east, north = box
    x, y = map(float, feature["geometry"]["coordinates"])
    is_between = west <= x <= east if west <= east else x >= west or x <= east  # across the date line
    return is_between and south <= y <= north


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
            "datetime", coded("web.ogc.days", "write a date, or two dates as 2016-01-01/2018-12-31")
        )
    first, last = ends[0], ends[-1]
    return first, date.max if "/" in written and written.split("/")[1] in _OPEN_ENDED else last


def _is_then(feature: Mapping[str, Any], span: tuple[str, str], days: tuple[date, date] | None) -> bool:
    if days is None:
        return True
    begins, ends = (feature["properties"].get(name) for name in span)
    first = Period.parse(begins).start if begins else date.min
    last = Period.parse(ends).end if ends else date.max
    return first <= days[1] and days[0] <= last


OPEN_DATA = (
    publications,
    publication,
    published_file,
    landing,
    conformance,
    collections,
    collection,
    items,
    item,
)
"""Every address of open data."""

"""Portals: what is published, as the catalogues, feeds and search engines of others ask for it.

Each address answers in the shape that its readers know: Turtle (DCAT-AP), ``data.json`` (DCAT-US), the
reading part of CKAN's API, Atom, and a sitemap. None says more than the pages of publications do.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from litestar import Request, Response
from litestar.response import Redirect

from urbium.access import ANYBODY
from urbium.errors import NotFoundError
from urbium.platform.dcat import in_turtle
from urbium.programme import Programme
from urbium.programme.publishing.datasets import Dataset, datasets
from urbium.text import spoken, text
from urbium.web.rendering.language import COOKIE
from urbium.web.rendering.parameters import FromOffice, Given, Segment
from urbium.web.server.answers import Row, noun
from urbium.web.server.kept_answers import KEPT
from urbium.web.server.prefix import origin
from urbium.web.server.security import OPEN
from urbium.whole_numbers import whole_number

_Request = Request[Any, Any, Any]
_get = partial(noun, opt=OPEN, include_in_schema=False)
_MOST_ENTRIES: Final = 50
_MOST_PACKAGES: Final = 1_000
_SEE_OTHER: Final = 303
_YEAR: Final = timedelta(days=366)
_ATOM: Final = "http://www.w3.org/2005/Atom"
_SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_DCAT_US: Final = "https://project-open-data.cio.gov/v1.1/schema"


def _base(request: _Request, office: Programme) -> str:
    """Return where the programme is reached: its own address, else that of the request."""
    return office.settings().address.rstrip("/") or origin(request)


def _name(office: Programme) -> str:
    return office.settings.name() or "urbium"


@_get("/catalogue.ttl")
def turtle(office: FromOffice) -> Response[str]:
    """Return the published catalogue of resources as DCAT in Turtle."""
    return Response(in_turtle(office.resources.document()), media_type="text/turtle")


@_get("/data.json")
def data_json(request: _Request, office: FromOffice) -> Row:
    """Return the datasets of the newest publication as DCAT-US 1.1."""
    base = _base(request, office)
    return {
        "@context": f"{_DCAT_US}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": _DCAT_US,
        "describedBy": f"{_DCAT_US}/catalog.json",
        "dataset": [_of_us(office, base, one) for one in datasets(office.open_data)],
    }


def _of_us(office: Programme, base: str, dataset: Dataset) -> Row:
    name, sender = _name(office), office.settings().sender
    licence = {"license": dataset.publication.licence} if dataset.publication.licence else {}
    return {
        "@type": "dcat:Dataset",
        "identifier": f"{base}/datasets/{dataset.name}",
        "title": text("{title} of {programme}", title=dataset.title, programme=name),
        "description": dataset.description,
        "keyword": dataset.keywords or [dataset.title],
        "accrualPeriodicity": "irregular",
        **({"temporal": "/".join(dataset.days)} if dataset.days else {}),
        "modified": _written(dataset.known_on),
        "accessLevel": "public",
        "publisher": {"@type": "org:Organization", "name": name},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": name,
            **({"hasEmail": f"mailto:{sender}"} if sender else {}),
        },
        "landingPage": f"{base}/publications/{dataset.publication.id}",
        **licence,
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": file.name,
                "downloadURL": f"{base}/publications/{dataset.publication.id}/{file.name}",
                "mediaType": file.media_type.partition(";")[0],
            }
            for file in dataset.files
        ],
    }


@_get("/datasets/{name:str}")
def dataset(office: FromOffice, name: Segment) -> Redirect:
    """Lead from the lasting name of a dataset to the newest publication of it."""
    by_name = {one.name: one for one in datasets(office.open_data)}
    if name not in by_name:
        raise NotFoundError.named(text("dataset"), name, by_name)
    return Redirect(f"/publications/{by_name[name].publication.id}", status_code=_SEE_OTHER)


@_get("/api/3/action/{action:str}")
def ckan(request: _Request, office: FromOffice, action: Segment, given: Given) -> Response[Row]:
    """Answer what a client of CKAN asks of a catalogue: status, packages, one of them, those with words."""
    base = _base(request, office)
    packages = {one.name: _package(office, base, one) for one in datasets(office.open_data)}
    result: object
    match action:
        case "package_list":
            result = _listed(packages, given)
        case "package_search":
            result = _searched(packages, given)
        case "package_show":
            result = packages.get(given.get("id", ""))
        case "status_show":
            result = {"site_title": _name(office), "site_url": base}
        case _:
            return _ckan(request, f"Action name not known: {action}", kind="Validation Error", status=400)
    if result is None:
        return _ckan(request, "Not found", kind="Not Found Error", status=404)
    return Response({"help": str(request.url), "success": True, "result": result})


def _ckan(request: _Request, message: str, *, kind: str, status: int) -> Response[Row]:
    """Return a refusal as CKAN words it: its clients read these words."""
    error = {"message": message, "__type": kind}
    return Response({"help": str(request.url), "success": False, "error": error}, status_code=status)


def _listed(packages: Mapping[str, Row], given: Mapping[str, str]) -> list[str]:
    first = whole_number(given.get("offset", "0"))
    return list(packages)[max(first, 0) :][: _most(given.get("limit", ""))]


def _searched(packages: Mapping[str, Row], given: Mapping[str, str]) -> Row:
    words = given.get("q", "").casefold().replace("*:*", "").split()
    matching = [
        one
        for one in packages.values()
        if all(word in f"{one['name']} {one['title']} {one['notes']}".casefold() for word in words)
    ]
    first = max(whole_number(given.get("start", "0")), 0)
    return {
        "count": len(matching),
        "results": matching[first:][: _most(given.get("rows", "10"))],
        "sort": "name asc",
        "facets": {},
        "search_facets": {},
    }


def _most(written: str) -> int:
    number = whole_number(written) if written else _MOST_PACKAGES
    return min(max(number, 0), _MOST_PACKAGES)


def _package(office: Programme, base: str, dataset: Dataset) -> Row:
    name, publication = _name(office), dataset.publication
    day = _written(dataset.known_on)
    return {
        "id": dataset.name,
        "name": dataset.name,
        "title": dataset.title.render(),
        "notes": dataset.description.render(),
        "url": f"{base}/publications/{publication.id}",
        "version": publication.id,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": bool(publication.licence),
        "license_url": publication.licence,
        "author": name,
        "metadata_modified": day,
        "tags": [{"name": word, "display_name": word} for word in dataset.keywords],
        "maintainer": name,
        "maintainer_email": office.settings().sender,
        "groups": [],
        "num_resources": len(dataset.files),
        "resources": [
            {
                "id": f"{publication.id}-{file.name}",
                "package_id": dataset.name,
                "position": at,
                "name": file.name,
                "format": file.format.upper(),
                "mimetype": file.media_type.partition(";")[0],
                "size": file.size or None,  # known of what is kept, not of what is made when asked for
                "hash": file.sha256,
                "url": f"{base}/publications/{publication.id}/{file.name}",
                "state": "active",
                "last_modified": day,
            }
            for at, file in enumerate(dataset.files)
        ],
    }


@noun("/cities/{code:str}/feed.atom", opt=OPEN | KEPT, include_in_schema=False)
def city_feed(request: _Request, office: FromOffice, code: Segment) -> Response[bytes]:
    """Return what changed in a city within a year as an Atom feed, as everybody may know it."""
    place, base = office.city(code), _base(request, office)
    begin = datetime.now(UTC) - _YEAR
    changes = office.city_news.since(ANYBODY, place.code, begin, most=_MOST_ENTRIES)
    page, address = f"{base}/cities/{place.code}", f"{base}/cities/{place.code}/feed.atom"
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": spoken()})
    updated = _written(changes[0].at if changes else office.store.last_change())
    _said(root, id=address, title=text("News of {city}", city=place.title).render(), updated=updated)
    SubElement(root, "link", rel="self", href=f"{address}?{COOKIE}={spoken()}")
    SubElement(root, "link", rel="alternate", href=page)
    _said(SubElement(root, "author"), name=_name(office))
    for one in changes:
        entry, shown = SubElement(root, "entry"), f"{base}{one.address}"
        at = _written(one.at)
        _said(entry, id=f"{address}#{at}{one.address}", title=one.said.render(), updated=at)
        SubElement(entry, "link", rel="alternate", href=shown)
    return _xml(root, "application/atom+xml")


@_get("/feed.atom")
def feed(request: _Request, office: FromOffice) -> Response[bytes]:
    """Return the newest publications as an Atom feed, for readers that tell of what is new."""
    publications = [office.open_data.facts(one) for one in office.open_data.listed()[:_MOST_ENTRIES]]
    base = _base(request, office)
    newest = publications[0]["known_on"] if publications else _written(office.store.last_change())
    root = Element("feed", xmlns=_ATOM)
    _said(root, id=f"{base}/feed.atom", title=_name(office), updated=newest)
    SubElement(root, "link", rel="self", href=f"{base}/feed.atom")
    SubElement(root, "link", rel="alternate", href=f"{base}/publications")
    _said(SubElement(root, "author"), name=_name(office))
    for one in publications:
        _add_entry(root, base, one)
    return _xml(root, "application/atom+xml")


def _add_entry(root: Element, base: str, publication: Mapping[str, Any]) -> None:
    entry, address = SubElement(root, "entry"), f"{base}{publication['address']}"
    _said(
        entry,
        id=address,
        title=text("Publication {id}", id=publication["id"]).render(),
        updated=publication["known_on"],
        summary=publication["cite"].render(),
    )
    SubElement(entry, "link", rel="alternate", href=address)


def _said(parent: Element, **words: str) -> None:
    for name, said in words.items():
        SubElement(parent, name).text = said


@_get("/sitemap.xml")
def sitemap(request: _Request, office: FromOffice) -> Response[bytes]:
    """Return the addresses of the pages that everybody reads, for search engines."""
    base, root = _base(request, office), Element("urlset", xmlns=_SITEMAP)
    pages = request.app.state.pages
    cities = [f"/cities/{code}" for code in office.register.cities()["code"]]
    publications = [f"/publications/{one.id}" for one in office.open_data.listed()]
    for address in (*pages, *cities, *publications):
        _said(SubElement(root, "url"), loc=f"{base}{address}")
    return _xml(root, "application/xml")


@_get("/robots.txt", media_type="text/plain")
def robots(request: _Request, office: FromOffice) -> str:
    """Tell search engines where the pages are listed, and what is not worth their while."""
    return (
        f"User-agent: *\nDisallow: /desk\nDisallow: /charts\nSitemap: {_base(request, office)}/sitemap.xml\n"
    )


def _xml(root: Element, media_type: str) -> Response[bytes]:
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), media_type=media_type)


def _written(known_on: datetime) -> str:
    return known_on.isoformat(timespec="seconds")


PORTALS = (turtle, data_json, dataset, ckan, city_feed, feed, sitemap, robots)
"""Every address of this room."""

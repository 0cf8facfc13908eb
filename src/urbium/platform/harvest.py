"""Harvest: the catalogue of a city as it is fetched, page by page, and what it changes of what is held."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from urbium.errors import InputError, UnavailableError
from urbium.model.dossiers import Internal, Open, Parties
from urbium.platform.dcat import read_page
from urbium.platform.outbound import Response
from urbium.platform.portals import read_ckan, read_data_json
from urbium.platform.resources import Resource, described
from urbium.text import coded, text

FORMATS: Final = ("dcat", "urbium", "ckan", "data-json")
"""What a harvested catalogue can be: DCAT in RDF, another urbium programme, CKAN, or a data.json."""
_ACCEPT: Final = "application/ld+json, text/turtle;q=0.9, application/rdf+xml;q=0.8, application/json;q=0.7"
_ROWS: Final = 100
"""Data sets that CKAN is asked for at once."""
_BATCH: Final = 500
"""Resources of a document that are stored in one change."""
_MOST_PAGES: Final = 10_000
_SEARCH: Final = "package_search"
_OK, _UNCHANGED = 200, 304
Ask = Callable[[str, Mapping[str, str]], Response]
"""Asks for an address with headers."""


class HarvestedCatalogue(msgspec.Struct, frozen=True, kw_only=True):
    """A catalogue of a city that is harvested.

    Attributes
    ----------
    title, address : what it is called, and where it is
    format : one of :data:`FORMATS`
    every : days after which it is harvested again
    """

    title: Open[str]
    address: Parties[str] = ""
    format: Parties[str] = "dcat"
    every: Parties[int] = 1
    note: Internal[str] = ""


@dataclass(frozen=True, slots=True)
class HarvestPage:
    """A part of a catalogue.

    Parameters
    ----------
    resources : each with the code of its city, where the catalogue says one
    cursor : where the next part begins; 0 after the last one
    mark : what tells a changed document from this one
    is_unchanged : whether the catalogue is as it was when the mark was given
    """

    resources: Sequence[tuple[str, Resource]]
    cursor: int = 0
    mark: str = ""
    is_unchanged: bool = False


def pages(
    catalogue: HarvestedCatalogue, ask: Ask, *, cursor: int = 0, mark: str = "", languages: Sequence[str] = ()
) -> Iterator[HarvestPage]:
    """Yield the parts of a catalogue from a cursor on.

    Parameters
    ----------
    catalogue : what is harvested
    ask : fetches an address
    cursor : where an interrupted harvest goes on
    mark : of the document that was read last; where the next page is, with a cursor of a catalogue in pages
    languages : of the reader

    Raises UnavailableError where the catalogue does not answer as one, InputError where it cannot be read.
    """
    if catalogue.format == "ckan":
        yield from _of_ckan(catalogue.address, ask, cursor)
        return
    number, address = cursor, mark if cursor else catalogue.address
    mark = "" if cursor else mark
    while address:
        _demand_same_host(address, catalogue.address, number)
        answer = ask(address, {"accept": _ACCEPT, **({"if-none-match": mark} if mark else {})})
        if mark and answer.status == _UNCHANGED:
            yield HarvestPage([], mark=mark, is_unchanged=True)
            return
        _demand(answer, address)
        digest = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
        if mark == digest:  # the same document, of a server that gives it no mark
            yield HarvestPage([], mark=mark, is_unchanged=True)
            return
        listed, following = _listed(catalogue, answer, address, languages)
        while len(listed) > _BATCH:
            yield HarvestPage(listed[:_BATCH], number, address if number else "")
            listed = listed[_BATCH:]
        # a page that has not changed says nothing of the others, so a catalogue in pages has no mark
        whole = "" if number else answer.headers.get("etag") or digest
        number, mark = number + 1, ""
        yield HarvestPage(listed, number if following else 0, following or whole)
        address = following


def _listed(
    catalogue: HarvestedCatalogue, answer: Response, address: str, languages: Sequence[str]
) -> tuple[list[tuple[str, Resource]], str]:
    """Return the resources of a document with their cities, and where the next page is."""
    if catalogue.format == "data-json":
        return [("", one) for one in read_data_json(answer.body, name=address)], ""
    media = answer.headers.get("content-type", "")
    read, following = read_page(answer.body, form=media, name=address, languages=languages)
    return [(city if catalogue.format == "urbium" else "", one) for city, one in read], following


def _demand_same_host(address: str, first: str, number: int) -> None:
    """Raise InputError for a page on another host than the first, or one too many (of a circle)."""
    if urlsplit(address)[:2] != urlsplit(first)[:2] or number >= _MOST_PAGES:
        raise InputError(
            coded(
                "platform.harvest.pages",
                "the catalogue continues on another host, or has more than {most:,} pages",
                most=_MOST_PAGES,
            ),
            place=address.partition("?")[0],
            remedy=text(
                "ask the publisher to provide the catalogue as a single document on the publisher's own host"
            ),
        )


def _of_ckan(address: str, ask: Ask, cursor: int) -> Iterator[HarvestPage]:
    base = address.partition("?")[0].rstrip("/")
    base = base if base.endswith(_SEARCH) else f"{base}/api/3/action/{_SEARCH}"
    start, is_more = cursor, True
    while is_more:
        answer = ask(f"{base}?{urlencode({'rows': _ROWS, 'start': start, 'sort': 'id asc'})}", {})
        _demand(answer, base)
        resources, count = read_ckan(answer.body, name=base)
        start += _ROWS
        is_more = bool(resources) and start < count
        yield HarvestPage([("", one) for one in resources], start if is_more else 0)


def _demand(answer: Response, address: str) -> None:
    if answer.status != _OK:
        raise UnavailableError(
            coded(
                "platform.harvest.status",
                "the catalogue answered with status {status:d}",
                status=answer.status,
            ),
            place=address.partition("?")[0],
            remedy=text(
                "open the address in a browser; if it redirects to another address, enter that address"
            ),
        )


# --- what it means for what is held here --------------------------------------------------------------------


def differences(content: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
    """Return the fields that a city says otherwise than they are held here, as the city says them."""
    fields = described(msgspec.to_builtins(resource))
    return {name: value for name, value in fields.items() if value != content[name]}


def digest_of(said: Mapping[str, Any]) -> str:
    """Return what tells what a city says of a resource from everything else that it could say."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def code_of(place: str, identifier: str) -> str:
    """Return the code of the resource that a catalogue calls so; ``place`` is its city or harvest.

    >>> code_of("0503", "trees")
    '0503-29d807300a96'
    """
    return f"{place[:60]}-{hashlib.sha256(identifier.encode()).hexdigest()[:12]}"


def updated(content: Mapping[str, Any], resource: Resource, *, digest: str) -> dict[str, Any]:
    """Return a content after a harvest.

    What was not changed here since is as the city says; what was, stays, and what the city says otherwise
    stands beside it until somebody settles it. What was settled comes up again when the city says something
    new.
    """
    differing = differences(content, resource)
    if not content["held"]:
        return {**content, **differing, "said": {}}
    return {**content, "said": {} if digest == content["settled"] else differing}

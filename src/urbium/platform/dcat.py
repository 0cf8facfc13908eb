"""DCAT: a catalogue of resources in RDF, written as JSON-LD and read from any of its usual forms.

One list says by which property each field is written and read. What is read was written by others: a
document may name no context elsewhere and define no entities, so that reading it asks no other machine for
anything; how large it may be says whoever fetched it.
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urljoin

from urbium.errors import InputError
from urbium.platform.resources import ACCESS, Distribution, Resource, frequency_named, is_web_address, normal
from urbium.text import coded, text
from urbium.whole_numbers import whole_number

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import IdentifiedNode, Node

FORMATS: Final[Mapping[str, str]] = {
    "application/ld+json": "json-ld",
    "application/json": "json-ld",
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
}
"""The forms of RDF that are read, by media type, as rdflib calls them."""
_ENDINGS: Final = {"jsonld": "json-ld", "json": "json-ld", "ttl": "turtle", "rdf": "xml", "xml": "xml"}
_EU: Final = "http://publications.europa.eu/resource/authority/"
_ACCESS, _FREQUENCY = f"{_EU}access-right/", f"{_EU}frequency/"
_CLASSES: Final = {
    "dataset": "dcat:Dataset",
    "service": "dcat:DataService",
    "feed": "http://www.w3.org/ns/sosa/ObservationCollection",
}
_HYDRA: Final = "http://www.w3.org/ns/hydra/core#"
_VIEWS: Final = ("PartialCollectionView", "PagedCollection")
_NEXT: Final = ("next", "nextPage")
_NO_IRI: Final = frozenset(' <>"{}|\\^`')
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
_PREFIXES: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "dcatap": "http://data.europa.eu/r5r/",
}
_SPOKEN: Final = ("dcterms:title", "dcterms:description", "dcat:keyword")
"""The properties whose texts are in a language."""
_PROPERTIES: Final = (
    ("title", "dcterms:title", "word"),
    ("description", "dcterms:description", "word"),
    ("identifier", "dcterms:identifier", "word"),
    ("version", "dcat:version", "word"),
    ("issued", "dcterms:issued", "day"),
    ("modified", "dcterms:modified", "day"),
    ("keywords", "dcat:keyword", "words"),
    ("licence", "dcterms:license", "thing"),
    ("access_rights", "dcterms:accessRights", _ACCESS),
    ("periodicity", "dcterms:accrualPeriodicity", _FREQUENCY),
    ("landing_page", "dcat:landingPage", "thing"),
    ("endpoint", "dcat:endpointURL", "thing"),
    ("endpoint_description", "dcat:endpointDescription", "thing"),
    ("themes", "dcat:theme", "things"),
    ("conforms_to", "dcterms:conformsTo", "things"),
    ("legislation", "dcatap:applicableLegislation", "things"),
    ("serves", "dcat:servesDataset", "things"),
)
"""Field, property, and what its value is: words, a day, things with an IRI or a name, a code below an IRI."""
_FORM: Final = (
    ("access_url", "dcat:accessURL", "thing"),
    ("download_url", "dcat:downloadURL", "thing"),
    ("title", "dcterms:title", "word"),
    ("media_type", "dcat:mediaType", _MEDIA),
    ("format", "dcterms:format", "thing"),
    ("licence", "dcterms:license", "thing"),
    ("size", "dcat:byteSize", "size"),
)
"""The same of a distribution."""


# --- writing ------------------------------------------------------------------------------------------------


def catalogue_document(
    resources: Iterable[tuple[str, str, Resource]],
    *,
    address: str,
    title: str,
    publisher: str,
    language: str = "",
) -> dict[str, Any]:
    """Return a catalogue as JSON-LD that carries its context along.

    Parameters
    ----------
    resources : of each its code, the code of its city, and what it is
    address : where the catalogue is published; each resource has its address below
    title, publisher : of the catalogue
    language : of titles, descriptions and keywords (BCP 47); they are in none where it is not known
    """
    base = address.rstrip("/")
    catalogue: dict[str, Any] = {
        "@id": f"{base}/catalogue",
        "@type": "dcat:Catalog",
        "dcterms:title": title,
        "dcterms:description": title,
        "dcterms:publisher": _agent(publisher or title),
        "dcat:dataset": [],
        "dcat:service": [],
    }
    for code, city, resource in resources:
        kind = "dcat:service" if resource.nature == "service" else "dcat:dataset"
        catalogue[kind].append({"@id": f"{base}/resources/{code}", **_node(resource, city)})
    spoken = {name: {"@id": name, "@language": language} for name in _SPOKEN} if language else {}
    return {"@context": _PREFIXES | spoken, **catalogue}


def in_turtle(document: str) -> str:
    """Return a catalogue, as :func:`catalogue_document` writes it in JSON, in Turtle.

    >>> none = catalogue_document([], address="urn:a", title="A", publisher="A")
    >>> "dcat:Catalog" in in_turtle(json.dumps(none))
    True
    """
    from rdflib import Graph  # noqa: PLC0415 - heavy
    from rdflib.plugins.parsers.jsonld import to_rdf  # noqa: PLC0415

    graph = Graph(bind_namespaces="none")
    to_rdf(json.loads(document), graph)
    return graph.serialize(format="turtle")


def _node(resource: Resource, city: str) -> dict[str, Any]:
    kinds = ["dataset", "feed"] if resource.nature == "feed" else [resource.nature]
    node: dict[str, Any] = {"@type": [_CLASSES.get(kind, _CLASSES["dataset"]) for kind in kinds]}
    node |= _values(resource, _PROPERTIES)
    if resource.publisher:
        node["dcterms:publisher"] = _agent(resource.publisher)
    if resource.contact or resource.email:
        node["dcat:contactPoint"] = {"@type": "vcard:Organization"} | _some(
            {"vcard:fn": resource.contact, "vcard:hasEmail": _mail(resource.email)}
        )
    if resource.temporal_start or resource.temporal_end:
        node["dcterms:temporal"] = {"@type": "dcterms:PeriodOfTime"} | _some(
            {
                "dcat:startDate": _moment(resource.temporal_start),
                "dcat:endDate": _moment(resource.temporal_end),
            }
        )
    places = [_thing(resource.spatial)] if resource.spatial else []
    places += [{"dcterms:identifier": city}] if city else []
    if places:
        node["dcterms:spatial"] = [{"@type": "dcterms:Location", **place} for place in places]
    if resource.distributions:
        node["dcat:distribution"] = [
            {"@type": "dcat:Distribution", **_values(one, _FORM)} for one in resource.distributions
        ]
    return node


def _values(record: Resource | Distribution, properties: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """Return what a record says, by property."""
    values: dict[str, Any] = {}
    for field, name, kind in properties:
        value = getattr(record, field)
        if value in ("", [], None):
            continue
        match kind:
            case "word" | "words":
                values[name] = value
            case "day":
                values[name] = _moment(value)
            case "thing":
                values[name] = _thing(value)
            case "things":
                values[name] = [_thing(one) for one in value]
            case "size":
                values[name] = {"@value": str(value), "@type": "xsd:nonNegativeInteger"}
            case prefix:
                values[name] = {"@id": prefix + value} if _is_iri(prefix + value) else _thing(value)
    return values


def _some(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _agent(name: str) -> dict[str, str]:
    return {"@type": "foaf:Agent", "foaf:name": name}


def _mail(address: str) -> dict[str, str] | None:
    iri = f"mailto:{address}"
    return {"@id": iri} if address and not set(iri) & _NO_IRI else None


def _thing(value: str) -> dict[str, str]:
    """Return an IRI as itself, and a name as a thing that bears it."""
    return {"@id": value} if _is_iri(value) else {"rdfs:label": value}


def _moment(value: str) -> dict[str, str] | None:
    kinds = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
    return {"@value": value, "@type": kinds.get(len(value), "xsd:dateTime")} if value else None


def _is_iri(value: str) -> bool:
    return is_web_address(value) or (value.startswith("urn:") and not set(value) & _NO_IRI)


# --- reading ------------------------------------------------------------------------------------------------


def read_catalogue(
    content: bytes, *, form: str = "", name: str = "", languages: Iterable[str] = ()
) -> list[tuple[str, Resource]]:
    """Return the resources of a catalogue in RDF, each with the code of its city where it says one.

    Parameters
    ----------
    content : the document
    form : its media type, such as ``text/turtle``
    name : where it is from; its ending tells the form where the media type does not
    languages : the languages of its reader, the first one first

    Raises InputError for what cannot be read, or would be read with the help of another machine.
    """
    return read_page(content, form=form, name=name, languages=languages)[0]


def read_page(
    content: bytes, *, form: str = "", name: str = "", languages: Iterable[str] = ()
) -> tuple[list[tuple[str, Resource]], str]:
    """Return the resources of a page of a catalogue, and the address of the next one; empty after the last.

    Parameters are those of :func:`read_catalogue`. Reference: Hydra Core Vocabulary,
    ``PartialCollectionView``; CKAN writes addresses as texts, and older releases ``PagedCollection`` with
    ``nextPage``.
    """
    from rdflib import Graph, URIRef  # noqa: PLC0415 - heavy
    from rdflib.namespace import DCAT, RDF  # noqa: PLC0415
    from rdflib.plugins.parsers.jsonld import to_rdf  # noqa: PLC0415

    media = form.partition(";")[0].strip().lower()
    ending = name.partition("?")[0].rpartition(".")[2].lower()
    parser = _ENDINGS.get(ending, "json-ld") if media in ("", "text/plain") else FORMATS.get(media, "json-ld")
    document = _harmless(content, parser, name)
    graph, base = Graph(bind_namespaces="none"), name if _is_iri(name) else "urn:urbium:catalogue"
    try:
        if parser == "json-ld":
            to_rdf(document, graph, base)
        else:
            graph.parse(data=document, format=parser, publicID=base)
    except Exception as error:  # noqa: BLE001 - each parser has errors of its own, and some have none
        raise _unreadable(name, type(error).__name__) from None
    order = [*languages, "en", ""]
    listed = {*graph.subjects(RDF.type, DCAT.Dataset), *graph.subjects(RDF.type, DCAT.DataService)}
    nodes = sorted(map(_identified, listed - set(graph.subjects(RDF.type, DCAT.Catalog))))
    views = {view for kind in _VIEWS for view in graph.subjects(RDF.type, URIRef(_HYDRA + kind))}
    links = [
        str(one) for view in views for name in _NEXT for one in graph.objects(view, URIRef(_HYDRA + name))
    ]
    following = urljoin(base, min(links)) if links else ""
    return [_Read(graph, node, order).resource() for node in nodes], following


def _identified(node: "Node") -> "IdentifiedNode":
    return cast("IdentifiedNode", node)


def _harmless(content: bytes, parser: str, name: str) -> Any:  # noqa: ANN401 - text, or JSON
    """Return a document; raise InputError for one with entities of its own or a context elsewhere."""
    try:
        document = content.decode("utf-8-sig")
        if parser == "xml" and ("<!DOCTYPE" in document or "<!ENTITY" in document or "\0" in document):
            raise _unreadable(name, "DOCTYPE")
        if parser != "json-ld":
            return document
        read = json.loads(document)
        if _names_context(read):
            raise _unreadable(name, "@context")
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _unreadable(name, type(error).__name__) from None
    return read


def _names_context(document: Any) -> bool:  # noqa: ANN401 - JSON
    """Say whether JSON-LD asks for a context that is elsewhere."""
    if isinstance(document, list):
        return any(_names_context(one) for one in document)
    if not isinstance(document, dict):
        return False
    context = document.get("@context")
    listed = context if isinstance(context, list) else [context]
    return (
        "@import" in document
        or any(isinstance(one, str) for one in listed)
        or any(_names_context(one) for one in document.values())
    )


def _unreadable(name: str, why: str) -> InputError:
    return InputError(
        coded("platform.dcat.unreadable", "urbium cannot read this as a catalogue ({why})", why=why),
        place=name,
        remedy=text(
            "supply DCAT in one of these forms: JSON-LD with its context, Turtle, or RDF/XML without entities"
        ),
    )


class _Read:
    """Reads one resource of a graph."""

    def __init__(self, graph: "Graph", node: "Node", languages: list[str]) -> None:
        self._graph, self._node, self._languages = graph, node, languages

    def resource(self) -> tuple[str, Resource]:
        """Return the code of its city, where it says one, and what it is."""
        kinds = {str(one) for one in self._objects("rdf:type")}
        nature = next((one for one in ("service", "feed") if _expanded(_CLASSES[one]) in kinds), "dataset")
        card, period = self._first("dcat:contactPoint"), self._first("dcterms:temporal")
        publisher, places = self._first("dcterms:publisher"), self._objects("dcterms:spatial")
        fields = self._values(_PROPERTIES)
        forms = [
            self._distribution(_Read(self._graph, one, self._languages))
            for one in self._objects("dcat:distribution")
        ]
        cities = [code for code in (self._word("dcterms:identifier", of=one) for one in places) if code]
        resource = Resource(
            **fields
            | {
                "nature": nature,
                "identifier": fields["identifier"] or str(self._node),
                "access_rights": fields["access_rights"] if fields["access_rights"] in ACCESS else "",
                "periodicity": frequency_named(fields["periodicity"]),
                "publisher": self._word("foaf:name", of=publisher) or self._name_of(publisher),
                "contact": self._word("vcard:fn", of=card),
                "email": self._name_of(self._first("vcard:hasEmail", of=card)).removeprefix("mailto:"),
                "temporal_start": self._word("dcat:startDate", of=period),
                "temporal_end": self._word("dcat:endDate", of=period),
                "spatial": next((name for name in map(self._name_of, places) if name), ""),
                "distributions": forms,
            }
        )
        return next(iter(cities), ""), normal(resource)

    @staticmethod
    def _distribution(form: "_Read") -> Distribution:
        fields = form._values(_FORM)  # noqa: SLF001 - its own kind
        size = fields["size"].partition(".")[0]
        return Distribution(
            **fields
            | {
                "access_url": fields["access_url"] or fields["download_url"],
                "size": None if (number := whole_number(size)) < 0 else number,
            }
        )

    def _values(self, properties: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field, name, kind in properties:
            match kind:
                case "word" | "day" | "size":
                    values[field] = self._word(name, of=self._node)
                case "words":
                    values[field] = sorted({str(one) for one in self._objects(name)})
                case "thing":
                    values[field] = self._name_of(self._first(name))
                case "things":
                    values[field] = sorted({self._name_of(one) for one in self._objects(name)} - {""})
                case prefix:
                    values[field] = self._name_of(self._first(name)).removeprefix(prefix)
        return values

    def _objects(self, name: str, *, of: "Node | None" = None) -> "list[Node]":
        """Return the values of a property, in an order that does not depend on the document."""
        from rdflib import URIRef  # noqa: PLC0415

        node = self._node if of is None else of
        return [*sorted(map(_identified, self._graph.objects(node, URIRef(_expanded(name)))))]

    def _first(self, name: str, *, of: "Node | None" = None) -> "Node | None":
        return next(iter(self._objects(name, of=of)), None)

    def _word(self, name: str, *, of: "Node | None") -> str:
        """Return a value in the first language of the reader that there is, of those alike the first."""
        values = [] if of is None else self._objects(name, of=of)
        ranked = [(self._rank(getattr(one, "language", None) or ""), str(one)) for one in values]
        return min(ranked)[1] if ranked else ""

    def _rank(self, language: str) -> int:
        return self._languages.index(language) if language in self._languages else len(self._languages)

    def _name_of(self, node: "Node | None") -> str:
        """Return the IRI of a thing, or what it is called where it has none."""
        from rdflib import BNode  # noqa: PLC0415

        if not isinstance(node, BNode):
            return "" if node is None else str(node)
        names = (self._word(one, of=node) for one in ("rdfs:label", "skos:prefLabel", "dcterms:title"))
        return next((name for name in names if name), "")


def _expanded(name: str) -> str:
    """Return the IRI of a name with a prefix."""
    prefix, _, rest = name.partition(":")
    return _PREFIXES[prefix] + rest if prefix in _PREFIXES else name

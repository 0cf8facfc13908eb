"""DCAT: what is written is read again as it was and holds the profile's shapes; hostile files are refused."""

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyshacl import validate
from rdflib import DCTERMS, RDFS, Graph, Literal, URIRef

import urbium
from catalogues_of import TREES
from seeds import tries
from urbium.errors import InputError
from urbium.platform.dcat import catalogue_document, read_catalogue
from urbium.platform.resources import ACCESS, Distribution, Resource, normal

WORD = (
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda word: word and not word.startswith(("http:", "https:", "urn:")))
)
IRI = st.from_regex(r"\Ahttps://[a-z]{1,8}\.example\.org/[a-z0-9/]{0,8}\Z")
THING = st.one_of(WORD, IRI)
DAY = st.dates().map(str)
RESOURCES = st.builds(
    Resource,
    title=WORD, description=WORD, nature=st.sampled_from(["dataset", "feed", "service"]), identifier=WORD,
    publisher=WORD, contact=WORD, themes=st.lists(THING, max_size=3), keywords=st.lists(WORD, max_size=3),
    licence=THING, access_rights=st.sampled_from(ACCESS),
    periodicity=st.sampled_from(["DAILY", "ANNUAL", "ANNUAL_2", "UNKNOWN"]), issued=DAY, modified=DAY,
    temporal_start=DAY, temporal_end=DAY, spatial=THING, version=WORD, legislation=st.lists(IRI, max_size=2),
    conforms_to=st.lists(THING, max_size=2), landing_page=IRI,
    distributions=st.lists(
        st.builds(Distribution, access_url=IRI, download_url=IRI, title=WORD, format=WORD, licence=THING,
                  size=st.integers(0, 10**9)), max_size=2),
)  # fmt: skip


def document(resource, **more):
    return catalogue_document(
        [("one", "0503", resource)], address="https://x.example.org", title="X", publisher="X", **more
    )


def graph(resource):
    return Graph().parse(data=json.dumps(document(resource)), format="json-ld")


@settings(max_examples=tries(15), deadline=None)
@given(RESOURCES.map(normal))
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_what_is_written_is_read_again_as_it_was(resource):
    ((city, read),) = read_catalogue(json.dumps(document(resource)).encode(), form="application/ld+json")
    assert (city, read) == ("0503", resource)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize(
    ("form", "media"),
    [("turtle", "text/turtle"), ("xml", "application/rdf+xml"), ("json-ld", "application/ld+json")],
)
def test_every_form_of_rdf_says_the_same(form, media):
    content = graph(TREES).serialize(format=form).encode()
    assert read_catalogue(content, form=media) == [("0503", TREES)]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_titles_and_keywords_are_in_the_language_of_the_programme_and_codes_in_none():
    written = Graph().parse(data=json.dumps(document(TREES, language="vi")), format="json-ld")
    literals = {
        (re.split("[/#]", str(verb))[-1], text.language)
        for _, verb, text in written
        if isinstance(text, Literal)
    }

    assert {("title", "vi"), ("keyword", "vi")} <= literals
    assert not {name for name, language in literals if language} - {"title", "description", "keyword"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_a_standard_with_an_address_is_that_thing_and_one_with_a_name_alone_bears_it():
    address = "https://standards.example.org/trees"
    written = graph(normal(Resource(title="Trees", identifier="t", conforms_to=[address, "Trees of 2030"])))
    things = set(written.objects(None, DCTERMS.conformsTo))

    assert URIRef(address) in things
    assert [str(written.value(one, RDFS.label)) for one in things - {URIRef(address)}] == ["Trees of 2030"]


PROPERTIES = {
    "title": "dcterms:title", "description": "dcterms:description", "contact": "dcat:contactPoint",
    "distributions": "dcat:distribution", "keywords": "dcat:keyword", "publisher": "dcterms:publisher",
    "spatial": "dcterms:spatial", "temporal": "dcterms:temporal", "themes": "dcat:theme",
    "endpoint": "dcat:endpointURL", "endpoint_description": "dcat:endpointDescription",
    "serves": "dcat:servesDataset",
}  # fmt: skip
LITERALS = ("title", "description", "keywords")


def shapes():
    """Return SHACL shapes of the classes of DCAT-AP 3, retyped: the official ones come in no package."""
    file = Path(urbium.__file__).parent / "data" / "platform" / "profiles.csv"
    with file.open(encoding="utf-8") as rows_of_file:
        rows = [row for row in csv.DictReader(rows_of_file) if row["profile"] == "dcat-ap-3"]
    lines = [
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .",
        "@prefix dcterms: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .",
        "[] a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:property [ sh:path dcat:accessURL ;",
        "  sh:minCount 1 ; sh:nodeKind sh:IRI ] ,",
        "  [ sh:path dcat:byteSize ; sh:datatype xsd:nonNegativeInteger ] .",
        "[] a sh:NodeShape ; sh:targetClass dcat:Catalog ; sh:property",
        "  [ sh:path dcterms:title ; sh:minCount 1 ] , [ sh:path dcterms:publisher ; sh:minCount 1 ] .",
    ]
    for row in rows:
        target = "dcat:DataService" if row["nature"] == "service" else "dcat:Dataset"
        kind = "sh:Literal" if row["field"] in LITERALS else "sh:BlankNodeOrIRI"
        least = "sh:minCount 1 ;" if row["obligation"] == "mandatory" else ""
        lines.append(
            f"[] a sh:NodeShape ; sh:targetClass {target} ; sh:property"
            f" [ sh:path {PROPERTIES[row['field']]} ; {least} sh:nodeKind {kind} ] ."
        )
    return Graph().parse(data="\n".join(lines), format="turtle")


SERVICE = Resource(
    title="Air",
    description="Hours",
    nature="service",
    identifier="air",
    publisher="City",
    endpoint="https://air.example.org/api",
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("resource", "is_valid"),
    [(TREES, True), (SERVICE, True), (Resource(title="", identifier="x"), False),
     (Resource(title="Air", nature="service", identifier="x"), False)],
)  # fmt: skip
def test_what_is_written_holds_the_shapes_of_dcat_ap(resource, is_valid):
    conforms, _, report = validate(graph(resource), shacl_graph=shapes())
    assert conforms is is_valid, report


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b'{"@context": "https://evil.example.org/context.jsonld", "@id": "x"}', "application/ld+json"),
        (b'{"@context": [{}, "https://evil.example.org/c"]}', "application/ld+json"),
        (b'{"@context": {"a": {"@id": "b", "@context": "http://127.0.0.1/"}}}', "application/ld+json"),
        (b'{"@context": {"@import": "http://127.0.0.1/"}}', "application/ld+json"),
        (
            b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
            "application/rdf+xml",
        ),
        (
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r []><r/>'.encode("utf-16"),
            "application/rdf+xml",
        ),
        (b"[" * 100_000, "application/ld+json"),
        (b"not a catalogue", "text/turtle"),
        (b"\xff\xfe\x00", "text/turtle"),
        (b"", "application/ld+json"),
    ],
)
def test_a_document_that_would_ask_another_machine_or_is_none_is_refused(monkeypatch, content, form):
    def nothing(*_, **__):
        message = "another machine was asked"
        raise AssertionError(message)

    monkeypatch.setattr("socket.getaddrinfo", nothing)
    with pytest.raises(InputError):
        read_catalogue(content, form=form)


def test_of_several_languages_that_of_the_reader_is_read():
    turtle = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix d: <http://purl.org/dc/terms/> .
    <urn:a> a dcat:Dataset ; d:title "Bäume"@de, "Trees"@en, "Arbres"@fr ."""
    for languages, title in ((["fr"], "Arbres"), (["es"], "Trees"), (["de", "fr"], "Bäume")):
        ((_, one),) = read_catalogue(turtle.encode(), form="text/turtle", languages=languages)
        assert one.title == title

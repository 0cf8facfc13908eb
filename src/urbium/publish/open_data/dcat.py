"""DCAT-AP 3: a catalogue of one data set, the publication, with one distribution a file."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl

from urbium.periods import Period
from urbium.publish.open_data.record import CUBES, OpenData
from urbium.text import text

_CONTEXT: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA: Final = "http://www.iana.org/assignments/media-types/"
_THEME: Final = {
    "@id": "http://publications.europa.eu/resource/authority/data-theme/REGI",
    "@type": "skos:Concept",
    "skos:prefLabel": {"@language": "en", "@value": "Regions and cities"},
}
"""Regions and cities, of the data themes of the Publications Office of the EU."""
_LANGUAGES: Final = "http://id.loc.gov/vocabulary/iso639-1/"


def write(record: OpenData, written: Sequence[Any]) -> Iterator[str]:
    """Yield the catalogue as JSON-LD; ``written`` are the files that it describes.

    References
    ----------
    SEMIC: *DCAT-AP 3.0.0*; W3C: *Data Catalog Vocabulary (DCAT) version 3*, 2024.
    """
    publisher = {
        "@id": f"{record.uri()}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": [_said(language, name) for language, name in sorted(record.name.items()) if name]
        or [_said("en", record.title)],
    }
    data_set = {
        "@id": record.uri(),
        "@type": "dcat:Dataset",
        "dct:title": publisher["foaf:name"],
        "dct:description": [_said("en", _description(record))],
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:identifier": record.id,
        "dcat:version": record.id,
        "dct:issued": _instant(record),
        "dct:language": [
            {"@id": f"{_LANGUAGES}{language}", "@type": "dct:LinguisticSystem"}
            for language in record.languages
        ],
        "dct:provenance": [
            {
                "@type": "dct:ProvenanceStatement",
                "rdfs:label": _said("en", "; ".join(filter(None, (row[name] for name in row)))),
            }
            for row in record.tables["sources"].select("publisher", "title", "year", "licence").to_dicts()
        ],
        "dcat:theme": _THEME,
        **_extent(record),
        "dcat:distribution": [_distribution(record, file) for file in written],
    }
    catalogue = {
        "@id": f"{record.uri()}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": publisher["foaf:name"],
        "dct:description": data_set["dct:description"],
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:issued": _instant(record),
        "dcat:dataset": {"@id": record.uri()},
        **_licence(record),
    }
    graph = {"@context": _CONTEXT, "@graph": [catalogue, data_set, publisher]}
    yield json.dumps(graph, ensure_ascii=False, indent=1)


def _said(language: str, words: str) -> dict[str, str]:
    return {"@language": language, "@value": words}


def _instant(record: OpenData) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": record.issued}


def _description(record: OpenData) -> str:
    return text(
        "{figures:,} figures for {places:,} places and {projects:,} projects, with data as of {instant}.",
        figures=record.tables["figures"].height,
        places=record.tables["places"].height,
        projects=record.tables["projects"].height,
        instant=record.issued,
    ).render()


def _extent(record: OpenData) -> dict[str, Any]:
    """Return the days and the part of the world that the figures are of."""
    periods = [Period.parse(period) for table in CUBES for period in record.tables[table]["period"].unique()]
    extent: dict[str, Any] = {}
    if periods:
        days = {"startDate": min(one.start for one in periods), "endDate": max(one.end for one in periods)}
        extent["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            **{
                f"dcat:{name}": {"@type": "xsd:date", "@value": day.isoformat()} for name, day in days.items()
            },
        }
    at = record.tables["places"].drop_nulls(["latitude", "longitude"])
    if not at.is_empty():
        west, east = at.select(pl.col("longitude").min(), pl.col("longitude").max().alias("e")).row(0)
        south, north = at.select(pl.col("latitude").min(), pl.col("latitude").max().alias("n")).row(0)
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x} {y}" for x, y in corners)
        extent["dct:spatial"] = {
            "@type": "dct:Location",
            "dcat:bbox": {
                "@type": "http://www.opengis.net/ont/geosparql#wktLiteral",
                "@value": f"POLYGON(({ring}))",
            },
        }
    return extent


def _licence(record: OpenData) -> dict[str, Any]:
    if record.licence:
        return {"dct:license": {"@id": record.licence, "@type": "dct:LicenseDocument"}}
    words = text(
        "No licence was stated for the whole; the figures from each source are under the licence given there."
    ).render()
    return {"dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _said("en", words)}}


def _distribution(record: OpenData, file: Any) -> dict[str, Any]:  # noqa: ANN401 - a Packed
    address = {"@id": record.uri(file.name)}
    plain, _, _ = file.media_type.partition(";")
    return {
        "@id": f"{record.uri(file.name)}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _said("en", file.title.render()),
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": {"@id": f"{_MEDIA}{plain}", "@type": "dct:MediaType"},
        "dct:format": {"@id": f"{_MEDIA}{plain}", "@type": "dct:MediaTypeOrExtent"},
        **({"dct:conformsTo": {"@id": file.standard, "@type": "dct:Standard"}} if file.standard else {}),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
        **_licence(record),
    }

"""DCAT-AP 3: a catalogue of the tables of a publication, each a version of a series that keeps its name.

The files that are of no table, or of several, are a dataset of their own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.publish.open_data.record import CUBES, TABLES, OpenData, days_of, keywords, table_of
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
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA: Final = "http://www.iana.org/assignments/media-types/"
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
_THEME: Final = {
    "@id": f"{_AUTHORITY}/data-theme/REGI",
    "@type": "skos:Concept",
    "skos:prefLabel": {"@language": "en", "@value": "Regions and cities"},
}
"""Regions and cities, of the data themes of the Publications Office of the EU."""
_IRREGULAR: Final = {"@id": f"{_AUTHORITY}/frequency/IRREG", "@type": "dct:Frequency"}
"""A publication is made when somebody decides to publish, and not by the calendar."""
_LANGUAGES: Final = "http://id.loc.gov/vocabulary/iso639-1/"


def write(record: OpenData, written: Sequence[Any]) -> Iterator[str]:
    """Yield the catalogue as JSON-LD; ``written`` are the files that it describes.

    References
    ----------
    SEMIC: *DCAT-AP 3.0.0*, dataset series; W3C: *Data Catalog Vocabulary (DCAT) version 3*, 2024.
    """
    files: dict[str, list[Any]] = {}
    for file in written:
        files.setdefault(table_of(file.name), []).append(file)
    names = [_said(language, name) for language, name in sorted(record.name.items()) if name]
    publisher = {
        "@id": f"{record.uri()}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": names or [_said("en", record.title)],
    }
    tables = [table for table in TABLES if table in files]
    whole = {
        "dct:title": publisher["foaf:name"],
        "dct:description": [_said("en", _description(record))],
        **_spatial(record),
        **_temporal(pl.concat([record.tables[table].select("period").cast(pl.String) for table in CUBES])),
        "dcat:distribution": [_distribution(record, file) for file in files.get("", ())],
    }
    catalogue = {
        "@id": f"{record.uri()}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": publisher["foaf:name"],
        "dct:description": whole["dct:description"],
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:issued": _instant(record),
        "dcat:dataset": [{"@id": record.uri(part)} for part in ("", *(f"#{table}" for table in tables))],
        **_licence(record),
    }
    graph = [
        catalogue,
        _dataset(
            record,
            "",
            {**whole, "dcat:keyword": [_said("en", TABLES[table].title.render()) for table in tables]},
        ),
        *(part for table in tables for part in _of_table(record, table, files[table])),
        publisher,
    ]
    yield json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1)


def _of_table(record: OpenData, table: str, files: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield the series of a table and the dataset of this publication in it."""
    title = text("{title} of {programme}", title=TABLES[table].title, programme=record.title).render()
    columns = [column.title for column in TABLES[table].columns]
    described = {
        "dct:title": [_said("en", title)],
        "dct:description": [_said("en", text("Its columns are: {columns:list}.", columns=columns).render())],
    }
    series = record.series(table)
    yield {
        "@id": series,
        "@type": "dcat:DatasetSeries",
        **described,
        "dct:publisher": {"@id": f"{record.uri()}#publisher"},
        "dct:accrualPeriodicity": _IRREGULAR,
        **_contact(record),
    }
    yield _dataset(
        record,
        f"#{table}",
        {
            **described,
            "dcat:inSeries": {"@id": series},
            "dct:isVersionOf": {"@id": series},
            "dcat:keyword": [_said("en", word) for word in keywords(record, table)],
            **(_spatial(record) if table == "places" else {}),
            **_temporal(record.tables[table]),
            "dcat:distribution": [_distribution(record, file) for file in files],
        },
    )


def _dataset(record: OpenData, part: str, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dataset of the publication: the whole of it, or the part after its ``#``."""
    sources = record.tables["sources"].select("publisher", "title", "year", "licence").to_dicts()
    return {
        "@id": record.uri(part),
        "@type": "dcat:Dataset",
        **described,
        "dct:publisher": {"@id": f"{record.uri()}#publisher"},
        "dct:identifier": f"{record.id}{part}",
        "dcat:version": record.id,
        "dct:issued": _instant(record),
        "dct:accrualPeriodicity": _IRREGULAR,
        "dct:language": [
            {"@id": f"{_LANGUAGES}{language}", "@type": "dct:LinguisticSystem"}
            for language in record.languages
        ],
        "dct:provenance": [
            {
                "@type": "dct:ProvenanceStatement",
                "rdfs:label": _said("en", "; ".join(filter(None, (row[name] for name in row)))),
            }
            for row in sources
        ],
        "dcat:theme": _THEME,
        **_contact(record),
        **_landing(record),
    }


def _contact(record: OpenData) -> dict[str, Any]:
    """Return whom to ask: the programme, at its address; no letter box is pinned in a publication."""
    address = {"vcard:hasURL": {"@id": record.address}} if record.address else {}
    contact = {"@type": "vcard:Organization", "vcard:fn": record.title, **address}
    return {"dcat:contactPoint": {"@id": f"{record.uri()}#contact", **contact}}


def _landing(record: OpenData) -> dict[str, Any]:
    """Return the page of the publication, where the address of the pages is known."""
    page = {"@id": record.uri(), "@type": "foaf:Document"}
    return {"foaf:page": page} if record.address else {}


def _said(language: str, words: str) -> dict[str, str]:
    return {"@language": language, "@value": words}


def _instant(record: OpenData) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": record.issued}


def _description(record: OpenData) -> str:
    return text(
        "Figures: {figures:,}; places: {places:,}; projects: {projects:,}. Data as of {instant}.",
        figures=record.tables["figures"].height,
        places=record.tables["places"].height,
        projects=record.tables["projects"].height,
        instant=record.issued,
    ).render()


def _temporal(figures: pl.DataFrame) -> dict[str, Any]:
    """Return the days that figures are of."""
    days = days_of(figures)
    if days is None:
        return {}
    return {
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            **{
                f"dcat:{name}": {"@type": "xsd:date", "@value": day.isoformat()}
                for name, day in zip(("startDate", "endDate"), days, strict=True)
            },
        }
    }


def _spatial(record: OpenData) -> dict[str, Any]:
    """Return the part of the world that the places lie in."""
    at = record.tables["places"].drop_nulls(["latitude", "longitude"])
    if at.is_empty():
        return {}
    west, east = at.select(pl.col("longitude").min(), pl.col("longitude").max().alias("e")).row(0)
    south, north = at.select(pl.col("latitude").min(), pl.col("latitude").max().alias("n")).row(0)
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{x} {y}" for x, y in corners)
    return {
        "dct:spatial": {
            "@type": "dct:Location",
            "dcat:bbox": {
                "@type": "http://www.opengis.net/ont/geosparql#wktLiteral",
                "@value": f"POLYGON(({ring}))",
            },
        }
    }


def _licence(record: OpenData) -> dict[str, Any]:
    if record.licence:
        return {"dct:license": {"@id": record.licence, "@type": "dct:LicenseDocument"}}
    words = text(
        "No licence was stated for the publication as a whole; the figures from each source are under "
        "the licence stated for that source."
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
        **(_bytes(file) if file.size else {}),
        **_licence(record),
    }


def _bytes(file: Any) -> dict[str, Any]:  # noqa: ANN401 - a Packed
    """Return size and digest of a file that is kept; what is made when asked for has neither before."""
    return {
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }

"""Formats: one row a file of a publication: its name, what it conforms to, who writes it, what it loses.

A file is written in pieces into a compressed whole, in English and from the record alone, so that the same
record gives the same bytes. The CSV tables are kept; every other file is written of them when it is asked
for (ADR 0140).
"""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from urbium.errors import InputError, NotFoundError
from urbium.extensions import Extended
from urbium.extras import is_installed
from urbium.publish.open_data import csv_tables, dcat, geojson, json_stat, ngsi_ld, oc4ids, sdmx, sdmx_ml
from urbium.publish.open_data.record import CUBES, TABLES, OpenData
from urbium.text import ENGLISH, Text, coded, language, text

_PIECE: Final = 1 << 18
_CSV: Final = "text/csv"
KEPT: Final = "csv"
"""The format that is kept: its files hold the record whole."""
_EXTRAS: Final = {"sdmx-ml": "sdmx"}
"""The formats that an extra of urbium writes."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file of a publication.

    Parameters
    ----------
    name : of the format that it belongs to, as the command knows it
    file : its name; the address of a publication and this name stay for good
    title : what a person calls it
    media_type : of its content
    write : writes it from the record and the files that were written before
    lost : what it cannot hold of a figure
    standard : the address of what it conforms to
    table : the table that it is of; it is not written where that is empty
    check : raises InputError when something is published that the file cannot hold
    """

    name: str
    file: str
    title: Text
    media_type: str
    write: Callable[[OpenData, "Sequence[Packed]"], Iterator[str]]
    lost: Text
    standard: str = ""
    table: str = ""
    check: Callable[[OpenData], None] | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """A file: how it is called, its bytes and their sha256, and the compressed content.

    The last three are empty of one that is not written yet.
    """

    format: str
    name: str
    title: Text
    media_type: str
    standard: str
    size: int = 0
    sha256: str = ""
    content: bytes = b""


_NOTHING = text("nothing")
_SDMX_LOST = text("licences of sources; names are in the structure")
_JSON_STAT_LOST = text("licences of sources; quality is in an extension")
_SCENARIO_LOST = text("licences of sources and the scenario; quality is in an extension")
_SDMX_ML: Final = "https://github.com/sdmx-twg/sdmx-ml"
_DESCRIPTION = text("it only describes the other files and contains no figures")

_OWN: Final = (
    Format(
        "oc4ids",
        "oc4ids.json",
        text("Projects with their money, forecasts and actuals (OC4IDS 0.9)"),
        "application/json",
        oc4ids.write,
        text("figures, scores and outlook; this format contains only projects"),
        "https://standard.open-contracting.org/infrastructure/0.9/en/",
        check=oc4ids.check,
    ),
    *(
        Format(
            "csv",
            f"{name}.csv",
            table.title,
            _CSV,
            csv_tables.rows_of(name),
            _NOTHING,
            "https://www.rfc-editor.org/rfc/rfc4180",
        )
        for name, table in TABLES.items()
    ),
    Format(
        "csv",
        "csv-metadata.json",
        text("Description of the CSV tables (CSVW)"),
        "application/csvm+json",
        csv_tables.write_csvw,
        _DESCRIPTION,
        "https://www.w3.org/TR/tabular-metadata/",
    ),
    Format(
        "csv",
        "datapackage.json",
        text("Description of the CSV tables (Data Package)"),
        "application/json",
        csv_tables.write_data_package,
        _DESCRIPTION,
        "https://specs.frictionlessdata.io/tabular-data-package/",
    ),
    Format(
        "sdmx",
        "sdmx-structure.json",
        text("Structures of figures, scores and outlook (SDMX-JSON 2.0)"),
        "application/vnd.sdmx.structure+json; version=2.0.0",
        sdmx.write_structure,
        _DESCRIPTION,
        "https://json.sdmx.org/2.0.0/sdmx-json-structure-schema.json",
    ),
    *(
        Format(
            "sdmx",
            f"sdmx-{name}.csv",
            text("{table} (SDMX-CSV 2.0)", table=TABLES[name].title),
            "application/vnd.sdmx.data+csv; version=2.0.0",
            sdmx.rows_of(name),
            _SDMX_LOST,
            "https://github.com/sdmx-twg/sdmx-csv",
            name,
        )
        for name in CUBES
    ),
    Format(
        "sdmx-ml",
        "sdmx-structure.xml",
        text("Structures of figures, scores and outlook (SDMX-ML 3.0)"),
        "application/vnd.sdmx.structure+xml; version=3.0.0",
        sdmx_ml.write_structure,
        _DESCRIPTION,
        _SDMX_ML,
    ),
    *(
        Format(
            "sdmx-ml",
            f"sdmx-{name}.xml",
            text("{table} (SDMX-ML 3.0)", table=TABLES[name].title),
            "application/vnd.sdmx.data+xml; version=3.0.0",
            sdmx_ml.data_of(name),
            _SDMX_LOST,
            _SDMX_ML,
            name,
        )
        for name in CUBES
    ),
    *(
        Format(
            "json-stat",
            f"{name}.jsonstat.json",
            text("{table} as a cube (JSON-stat 2.0)", table=TABLES[name].title),
            "application/json",
            json_stat.cube_of(name),
            _SCENARIO_LOST if name == "outlook" else _JSON_STAT_LOST,
            "https://json-stat.org/full/",
            name,
        )
        for name in CUBES
    ),
    Format(
        "ngsi-ld",
        "figures.ngsild.jsonld",
        text("Figures, scores and outlook as key performance indicators (NGSI-LD)"),
        "application/ld+json",
        ngsi_ld.write,
        text("licences of sources; units are given in words"),
        "https://www.etsi.org/deliver/etsi_gs/CIM/001_099/009/",
    ),
    Format(
        "geojson",
        "places.geojson",
        text("Places with their scores and latest figures (GeoJSON)"),
        "application/geo+json",
        geojson.write_places,
        text("the outlook, and all figures except the latest for each variable, boundary and source"),
        "https://www.rfc-editor.org/rfc/rfc7946",
    ),
    Format(
        "geojson",
        "projects.geojson",
        text("Projects (GeoJSON)"),
        "application/geo+json",
        geojson.write_projects,
        _NOTHING,
        "https://www.rfc-editor.org/rfc/rfc7946",
    ),
    Format(
        "dcat",
        "dcat.jsonld",
        text("Description of the publication (DCAT-AP 3)"),
        "application/ld+json",
        dcat.write,
        _DESCRIPTION,
        "http://data.europa.eu/r5r/",
    ),
)

FORMATS: Final = Extended("formats", Format, {row.file: row for row in _OWN})
"""Every file of a publication by its name; what describes others is written last."""


def missing() -> dict[str, str]:
    """Return the formats that cannot be written here, each with the extra of urbium that writes it."""
    return {name: extra for name, extra in _EXTRAS.items() if not is_installed(extra)}


def chosen(names: Iterable[str] = ()) -> list[str]:
    """Return the formats named and the one that is kept, in order; all that can be written for none.

    Raises NotFoundError for a format that there is not, InputError for one whose extra is not installed.
    """
    wanted, absent = sorted({*names, KEPT} if names else ()), missing()
    formats = list(dict.fromkeys(row.name for row in FORMATS.values()))
    for name in wanted:
        if name not in formats:
            raise NotFoundError.named(text("format"), name, formats)
        if name in absent:
            raise InputError(
                coded("publish.open.extra", "this version of urbium cannot write {name}", name=name),
                remedy=text(
                    "install its extra: pip install 'urbium[{extra}]', or name other formats",
                    extra=absent[name],
                ),
            )
    return wanted or sorted(set(formats) - set(absent))


def packed(record: OpenData, names: Iterable[str] = ()) -> list[Packed]:
    """Return the files of the formats named (all that can be when none is): those that are kept are written.

    Raises as :func:`chosen` does, and InputError for what a format cannot hold.
    """
    wanted = chosen(names)
    files: list[Packed] = []
    with language(ENGLISH):
        for row in FORMATS.values():
            if row.name in wanted and not (row.table and record.tables[row.table].is_empty()):
                if row.check:
                    row.check(record)
                named = Packed(row.name, row.file, row.title, row.media_type, row.standard)
                files.append(_packed(row, record, files) if row.name == KEPT else named)
    return files


def made(record: OpenData, name: str, beside: Sequence[Packed]) -> Packed:
    """Write a file of a publication from its record; ``beside`` are all its files, which some files describe.

    Raises InputError where its extra is not installed.
    """
    row = FORMATS[name]
    chosen([row.name])
    with language(ENGLISH):
        return _packed(row, record, [one for one in beside if one.name != name])


def _packed(row: Format, record: OpenData, before: Sequence[Packed]) -> Packed:
    digest, size, whole = hashlib.sha256(), 0, io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=whole, mtime=0, compresslevel=6) as file:
        for piece in row.write(record, before):
            content = piece.encode()
            digest.update(content)
            size += len(content)
            file.write(content)
    return Packed(
        row.name,
        row.file,
        row.title,
        row.media_type,
        row.standard,
        size,
        digest.hexdigest(),
        whole.getvalue(),
    )


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield a compressed file in pieces as it was written."""
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    piece = unzip.decompress(content, _PIECE)
    while piece:
        yield piece
        piece = unzip.decompress(unzip.unconsumed_tail, _PIECE)

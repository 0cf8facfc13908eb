"""CSV tables, and the two descriptions of them: CSVW and Data Package."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.csv_text import as_csv
from urbium.publish.open_data.canonical import facts_of
from urbium.publish.open_data.record import BLOCK, TABLES, OpenData, columns_of, days_of, keywords
from urbium.text import Text, say

_CSVW: Final[Mapping[str, str]] = {"string": "string", "number": "double", "integer": "integer"}
_KINDS: Final[Mapping[pl.DataType, str]] = {
    pl.Float64(): "number",
    pl.Int64(): "integer",
    pl.Boolean(): "boolean",
}


def rows_of(table: str) -> Callable[[OpenData, Sequence[Any]], Iterator[str]]:
    """Return what writes a table as CSV."""

    def write(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
        frame = record.tables[table]
        yield as_csv(frame.clear())
        for block in frame.iter_slices(BLOCK):
            yield as_csv(block).partition("\n")[2]

    return write


def write_csvw(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield the description of every table as CSVW has it.

    References
    ----------
    W3C: *Metadata Vocabulary for Tabular Data*, 2015.
    """
    described = {
        "@context": "http://www.w3.org/ns/csvw",
        "@id": record.uri("csv-metadata.json"),
        "dc:title": record.title,
        "dc:identifier": record.id,
        "dc:issued": record.issued,
        **({"dc:license": {"@id": record.licence}} if record.licence else {}),
        "tables": [_csvw_table(name, frame) for name, frame in record.tables.items()],
    }
    yield json.dumps(described, ensure_ascii=False, indent=1)


def _csvw_table(name: str, frame: pl.DataFrame) -> dict[str, Any]:
    columns = [
        {
            "name": column.name,
            "titles": column.name,
            "datatype": _CSVW[column.json_type],
            "dc:description": column.says.render(),
        }
        for column in columns_of(name, frame)
    ]
    keys = [
        {"columnReference": key, "reference": {"resource": f"{key}s.csv", "columnReference": key}}
        for key in TABLES[name].refers
    ]
    schema = {"columns": columns, "primaryKey": list(TABLES[name].key)}
    return {
        "url": f"{name}.csv",
        "dc:title": TABLES[name].title.render(),
        "tableSchema": schema | ({"foreignKeys": keys} if keys else {}),
    }


def write_data_package(record: OpenData, written: Sequence[Any]) -> Iterator[str]:
    """Yield the description of every table as a Data Package has it, with size and digest of its file."""
    files = {one.name: one for one in written}
    resources = []
    for name, frame in record.tables.items():
        file = files.get(f"{name}.csv")
        fields = [
            {"name": column.name, "title": column.title.render(), "type": column.json_type,
             "description": column.says.render()}
            for column in columns_of(name, frame)
        ]  # fmt: skip
        keys = [
            {"fields": key, "reference": {"resource": f"{key}s", "fields": key}}
            for key in TABLES[name].refers
        ]
        schema = {"fields": fields, "primaryKey": list(TABLES[name].key)}
        resources.append(
            {
                "name": name,
                "title": TABLES[name].title.render(),
                **({"bytes": file.size, "hash": f"sha256:{file.sha256}"} if file else {}),
                "keywords": keywords(record, name),
                **({"temporal": list(map(str, days))} if (days := days_of(frame)) else {}),
                "schema": schema | ({"foreignKeys": keys} if keys else {}),
            }
        )
    sources = record.tables["sources"].select("title", "publisher", "licence").to_dicts()
    package = package_of("urbium-publication", resources, sources) | {
        "id": record.uri(),
        "title": record.title,
        "version": record.id,
        "created": record.issued,
        **({"licenses": [{"path": record.licence}]} if record.licence else {}),
        **facts_of(record),
    }
    yield json.dumps(package, ensure_ascii=False, indent=1)


def package_of(
    name: str, resources: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the description of CSV files as a Data Package has it.

    References
    ----------
    Frictionless Data: *Data Package* v1, "Tabular Data Resource".
    """
    return {
        "name": name,
        "profile": "tabular-data-package",
        "sources": list(sources),
        "resources": [
            {
                "path": f"{resource['name']}.csv",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                **resource,
            }
            for resource in resources
        ],
    }


def fields_of(frame: pl.DataFrame, described: Mapping[str, Text]) -> list[dict[str, str]]:
    """Return the columns of any table as fields of a Data Package, with what is said of them."""
    return [
        {"name": name, "type": _KINDS.get(kind, "string")}
        | ({"description": str(say(described[name]))} if name in described else {})
        for name, kind in frame.schema.items()
    ]

"""GeoJSON: places with their scores and the latest of each of their figures, and projects where they are."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from urbium.publish.open_data.record import OpenData

_LATEST = ("variable", "boundary", "source")


def write_places(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield places as points (RFC 7946); a place of which nobody says where it is has no geometry."""
    figures, scores = record.tables["figures"], record.tables["scores"]
    yield from _collection(
        (
            _feature(
                row["place"],
                row,
                row
                | {
                    "figures": _latest(figures.filter(pl.col("place") == row["place"])),
                    "scores": scores.filter(pl.col("place") == row["place"]).drop("place").to_dicts(),
                },
            )
            for row in record.tables["places"].iter_rows(named=True)
        ),
        record.uri("places.geojson"),
    )


def _latest(figures: pl.DataFrame) -> list[dict[str, Any]]:
    latest = figures.sort("period").group_by(_LATEST).last().sort(_LATEST)
    return latest.select(
        "variable", "period", "value", "unit", "boundary", "source", "status", "quality"
    ).to_dicts()


def write_projects(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield projects at the point of their place, with their money, how it is financed, and results."""
    places = {row["place"]: row for row in record.tables["places"].iter_rows(named=True)}
    parts = {
        name: record.tables[table].partition_by("project", as_dict=True, include_key=False)
        for name, table in (("figures", "project_figures"), ("finance", "finance"))
    }
    yield from _collection(
        (
            _feature(
                row["project"],
                places.get(row["place"], {}),
                row
                | {
                    name: frames[key].to_dicts() if (key := (row["project"],)) in frames else []
                    for name, frames in parts.items()
                },
            )
            for row in record.tables["projects"].iter_rows(named=True)
        ),
        record.uri("projects.geojson"),
    )


def _feature(code: str, place: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    degrees = [place.get("longitude"), place.get("latitude")]
    geometry = None if None in degrees else {"type": "Point", "coordinates": degrees}
    return {"type": "Feature", "id": code, "geometry": geometry, "properties": dict(properties)}


def _collection(features: Iterator[dict[str, Any]], address: str) -> Iterator[str]:
    """Yield a collection, one feature a line."""
    yield f'{{"type": "FeatureCollection", "id": {json.dumps(address)}, "features": ['
    for number, feature in enumerate(features):
        yield ("," if number else "") + "\n" + json.dumps(feature, ensure_ascii=False, allow_nan=False)
    yield "\n]}\n"

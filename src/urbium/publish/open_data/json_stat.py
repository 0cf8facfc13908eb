"""JSON-stat 2: the figures as one sparse cube of places, variables, boundaries, sources and periods."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.publish.open_data.csv_tables import BLOCK
from urbium.publish.open_data.record import OpenData

__all__ = ["write"]

_DIMENSIONS: Final = ("place", "variable", "boundary", "source", "period")
_UNIT_OF: Final = "{} ({})"


def write(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield the figures as a JSON-stat data set; the grades of quality stand in its extension.

    A variable with figures in several units has a category for each of them.

    References
    ----------
    X. Badosa: *JSON-stat Format* 2.0.
    """
    figures = _by_unit(record.tables["figures"])
    categories = {name: sorted(map(str, figures[name].unique())) for name in _DIMENSIONS}
    head = {
        "version": "2.0",
        "class": "dataset",
        "label": record.title,
        "source": "; ".join(record.tables["sources"]["title"]),
        "updated": record.issued,
        "href": record.uri("figures.jsonstat.json"),
        "id": list(_DIMENSIONS),
        "size": [len(categories[name]) for name in _DIMENSIONS],
        "role": {"geo": ["place"], "metric": ["variable"], "time": ["period"]},
        "dimension": {name: _dimension(record, figures, name, categories[name]) for name in _DIMENSIONS},
    }
    cells = _cells(figures, categories)
    yield json.dumps(head, ensure_ascii=False).removesuffix("}")
    for name, opening, closing in (("value", "", ""), ("status", "", ""), ("quality", '"extension": {', "}")):
        yield f', {opening}"{name}": {{'
        for number, block in enumerate(cells.iter_slices(BLOCK)):
            pairs = zip(block["cell"], block[name], strict=True)
            written = ",".join(f'"{cell}":{json.dumps(value)}' for cell, value in pairs)
            yield ("," if number else "") + written
        yield "}" + closing
    yield "}"


def _by_unit(figures: pl.DataFrame) -> pl.DataFrame:
    several = (
        figures.group_by("variable").agg(pl.col("unit").n_unique()).filter(pl.col("unit") > 1)["variable"]
    )
    apart = pl.format(_UNIT_OF, "variable", "unit")
    return figures.with_columns(
        variable=pl.when(pl.col("variable").is_in(several.to_list()))
        .then(apart)
        .otherwise(pl.col("variable")),
        of=pl.col("variable"),
    )


def _cells(figures: pl.DataFrame, categories: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return the number of the cell of each figure in row-major order, with value, status and quality."""
    cell = pl.lit(0, dtype=pl.Int64)
    for name in _DIMENSIONS:
        numbers = {code: at for at, code in enumerate(categories[name])}
        cell = cell * len(categories[name]) + pl.col(name).replace_strict(numbers, return_dtype=pl.Int64)
    return figures.select("value", "status", "quality", cell=cell).sort("cell")


def _dimension(record: OpenData, figures: pl.DataFrame, name: str, codes: Sequence[str]) -> dict[str, Any]:
    category: dict[str, Any] = {"index": list(codes)}
    if name == "place":
        category["label"] = _labels(codes, record.names("places"))
    if name == "source":
        titles = dict(record.tables["sources"].select("source", "title").iter_rows())
        category["label"] = {code: titles.get(code) or code for code in codes}
    if name == "variable":
        rows = figures.select("variable", "of", "unit").unique().to_dicts()
        labels = record.names("variables")
        category["label"] = _labels(codes, {row["variable"]: labels.get(row["of"], {}) for row in rows})
        category["unit"] = {
            row["variable"]: {"label": row["unit"]} for row in sorted(rows, key=lambda row: row["variable"])
        }
    return {"label": name, "category": category}


def _labels(codes: Sequence[str], names: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {code: next(iter(names.get(code, {}).values()), code) for code in codes}

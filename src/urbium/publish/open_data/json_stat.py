"""JSON-stat 2: the figures as one sparse cube of places, variables, boundaries, sources and periods."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
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
    cell = _cell(categories)
    yield json.dumps(head, ensure_ascii=False).removesuffix("}")
    for name, opening, closing in (("value", "", ""), ("status", "", ""), ("quality", '"extension": {', "}")):
        yield f', {opening}"{name}": {{'
        for number, block in enumerate(figures.iter_slices(BLOCK)):
            pairs = block.select(cell, pl.col(name)).iter_rows()
            written = ",".join(f'"{cell}":{json.dumps(value)}' for cell, value in pairs)
            yield ("," if number else "") + written
        yield "}" + closing
    yield "}"


def _by_unit(figures: pl.DataFrame) -> pl.DataFrame:
    several = (
        figures.group_by("variable").agg(pl.col("unit").n_unique()).filter(pl.col("unit") > 1)["variable"]
    )
    if several.is_empty():
        return figures.with_columns(of=pl.col("variable"))
    apart = pl.format(_UNIT_OF, "variable", "unit")
    return figures.with_columns(
        variable=pl.when(pl.col("variable").is_in(several.to_list()))
        .then(apart)
        .otherwise(pl.col("variable")),
        of=pl.col("variable"),
    )


def _cell(categories: Mapping[str, Sequence[str]]) -> pl.Expr:
    """Return the number of the cell of a figure, in row-major order."""
    cell = pl.lit(0, dtype=pl.Int64)
    for name in _DIMENSIONS:
        numbers = {code: at for at, code in enumerate(categories[name])}
        at = pl.col(name).cast(pl.String).replace_strict(numbers, return_dtype=pl.Int64)
        cell = cell * len(categories[name]) + at
    return cell.alias("cell")


def _dimension(record: OpenData, figures: pl.DataFrame, name: str, codes: Sequence[str]) -> dict[str, Any]:
    category: dict[str, Any] = {"index": list(codes)}
    if name == "place":
        category["label"] = _labels(codes, record.names("places"))
    if name == "source":
        titles = dict(record.tables["sources"].select("source", "title").iter_rows())
        category["label"] = {code: titles.get(code) or code for code in codes}
    if name == "variable":
        labels, category["label"], category["unit"] = record.names("variables"), {}, {}
        for code in codes:
            rows = figures.filter(pl.col("variable") == code)
            variable, unit = map(str, rows.select("of", "unit").row(0))
            category["label"] |= _labels([code], {code: labels.get(variable, {})})
            category["unit"][code] = {"label": unit, "decimals": max(map(_decimals, rows["value"].unique()))}
    return {"label": name, "category": category}


def _labels(codes: Sequence[str], names: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {code: next(iter(names.get(code, {}).values()), code) for code in codes}


def _decimals(value: float) -> int:
    """Return how many decimals a value has.

    >>> [_decimals(value) for value in (308354.0, 12.35, 1e-07)]
    [0, 2, 7]
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0

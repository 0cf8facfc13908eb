"""JSON-stat 2: figures, scores and outlook, each as one sparse cube of places, variables and periods."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl

from urbium.publish.open_data.record import BLOCK, CUBES, TABLES, OpenData, observed, statistics

_UNIT_OF: Final = "{} ({})"
_MEMBERS: Final = (("value", "", ""), ("status", "", ""), ("quality", '"extension": {', "}"))


def cube_of(table: str) -> Callable[[OpenData, Sequence[Any]], Iterator[str]]:
    """Return what writes a table of figures as a JSON-stat data set; grades of quality are in its extension.

    A variable, or a statistic where several are told apart, has a category for each of its units.

    References
    ----------
    X. Badosa: *JSON-stat Format* 2.0.
    """
    dimensions = CUBES[table]
    metric = "statistic" if "statistic" in dimensions else "variable"

    def write(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
        figures = _by_unit(observed(record, table), metric)
        categories = {name: sorted(map(str, figures[name].unique())) for name in dimensions}
        names = _names(record, table)
        head = {
            "version": "2.0",
            "class": "dataset",
            "label": record.title if table == "figures" else TABLES[table].title.render(),
            "source": "; ".join(names["source"][code] for code in categories["source"]),
            "updated": record.issued,
            "href": record.uri(f"{table}.jsonstat.json"),
            "id": list(dimensions),
            "size": [len(categories[name]) for name in dimensions],
            "role": {"geo": ["place"], "metric": [metric], "time": ["period"]},
            "dimension": {
                name: _dimension(figures, name, codes, names.get(name, {}), is_metric=name == metric)
                for name, codes in categories.items()
            },
        }
        cell = _cell(categories)
        yield json.dumps(head, ensure_ascii=False).removesuffix("}")
        for name, opening, closing in _MEMBERS:
            yield f', {opening}"{name}": {{'
            for number, block in enumerate(figures.iter_slices(BLOCK)):
                pairs = block.select(cell, pl.col(name)).iter_rows()
                written = ",".join(f'"{cell}":{json.dumps(value)}' for cell, value in pairs)
                yield ("," if number else "") + written
            yield "}" + closing
        yield "}"

    return write


def _by_unit(figures: pl.DataFrame, metric: str) -> pl.DataFrame:
    """Return figures with a category of the metric for each unit, and what it is of in the column ``of``."""
    units = figures.group_by(metric).agg(pl.col("unit").n_unique())
    several = units.filter(pl.col("unit") > 1)[metric].to_list()
    apart = pl.when(pl.col(metric).is_in(several)).then(pl.format(_UNIT_OF, metric, "unit"))
    name = pl.col(metric).cast(pl.String)
    return figures.with_columns(apart.otherwise(name).alias(metric), of=name)


def _cell(categories: Mapping[str, Sequence[str]]) -> pl.Expr:
    """Return the number of the cell of a figure, in row-major order."""
    cell = pl.lit(0, dtype=pl.Int64)
    for name, codes in categories.items():
        numbers = {code: at for at, code in enumerate(codes)}
        at = pl.col(name).cast(pl.String).replace_strict(numbers, return_dtype=pl.Int64)
        cell = cell * len(codes) + at
    return cell.alias("cell")


def _dimension(
    figures: pl.DataFrame, name: str, codes: Sequence[str], names: Mapping[str, str], *, is_metric: bool
) -> dict[str, Any]:
    category: dict[str, Any] = {"index": list(codes)}
    of = {code: code for code in codes}
    if is_metric:
        rows = {code: figures.filter(pl.col(name) == code) for code in codes}
        of = {code: str(part["of"][0]) for code, part in rows.items()}
        category["unit"] = {
            code: {"label": str(part["unit"][0]), "decimals": max(map(_decimals, part["value"].unique()))}
            for code, part in rows.items()
        }
    if names:
        category["label"] = {code: names.get(of[code]) or code for code in codes}
    return {"label": name, "category": category}


def _names(record: OpenData, table: str) -> dict[str, dict[str, str]]:
    """Return what the codes of dimensions are called, by dimension."""
    called = {
        name: {code: next(iter(said.values()), code) for code, said in record.names(of).items()}
        for name, of in (("place", "places"), ("variable", "variables"))
    }
    return called | {
        "source": dict(record.tables["sources"].select("source", "title").iter_rows()),
        "statistic": {name: column.says.render() for name, column in statistics(table).items()},
    }


def _decimals(value: float) -> int:
    """Return how many decimals a value has.

    >>> [_decimals(value) for value in (308354.0, 12.35, 1e-07)]
    [0, 2, 7]
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0

"""Readings: the figures of a chart in words: for a pointer that walks over it, and for a file of its data.

What a chart's tooltips list is what it says. From these the line that follows the pointer reads all series
of a year (or all figures of a row), and the same rows are its data in CSV.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl
import polars.selectors as cs

from urbium.charts.frame import Spec, plain_spec, said
from urbium.columns import for_file
from urbium.text import sentences, spoken, text
from urbium.text.formats import written

_BAND: Final = ("low80", "high80")
_LIMITS: Final = (*_BAND, "low95", "high95")
"""What of a tooltip bounds its value, and is no figure of its own."""
_WHOLE: Final = 1000
"""From this size on figures that are shown whole are whole in a file: persons, no small sums in millions."""
_DECIMALS: Final = re.compile(r"\.(\d+)([f%])$")


def data_table(spec: Mapping[str, Any]) -> pl.DataFrame:
    """Return the data of a chart under the words of its tooltips; no column where it lists nothing.

    >>> tips = [{"field": "year", "title": "Year"}, {"field": "sum", "title": "Persons"}]
    >>> rows = [{"year": 2020, "sum": 2.5, "place": 0}]
    >>> data_table({"data": {"values": rows}, "encoding": {"tooltip": tips}}).to_dicts()
    [{'Year': 2020, 'Persons': 2.5}]
    """
    columns = spec.get("usermeta", {}).get("columns")
    if columns:  # a chart in plain Vega names them itself
        sets = [(spec["data"][0]["values"], plain_spec(columns))]
    else:
        sets = [
            (rows, {tip["field"]: _heading(tip) for tip in tips if "field" in tip})
            for rows, tips, _ in _units(plain_spec(dict(spec)))
        ]
    parts = [
        pl.DataFrame(
            [{title: row.get(field) for field, title in titles.items()} for row in rows],
            infer_schema_length=None,
        )
        for rows, titles in sets
        if rows and titles
    ]
    if not parts:
        return pl.DataFrame()
    table = pl.concat(parts, how="diagonal_relaxed").unique(maintain_order=True)
    table = table.with_columns(map(for_file, table.select(cs.float())))
    shown = {_heading(tip): _decimals(tip) for _, tips, _ in _units(plain_spec(dict(spec))) for tip in tips}
    whole = [
        name
        for name in table.select(cs.float()).columns
        if shown.get(name) == 0 and table[name].is_not_null().any() and (table[name].abs() >= _WHOLE).all()
    ]
    return table.with_columns(pl.col(whole).round().cast(pl.Int64, strict=False))


def _decimals(tip: Spec) -> int | None:
    """Return to how many places a tooltip shows a figure; None where its form does not say."""
    shape = str(tip.get("format", ""))
    decimals = _DECIMALS.search(shape)
    if decimals is None:
        return 0 if shape.endswith("d") else None
    return int(decimals[1]) + 2 * (decimals[2] == "%")


def reading(spec: Mapping[str, Any]) -> Spec | None:
    """Return what the line that follows the pointer says, place by place; None for a chart without rows.

    ``channel`` is the axis along which it moves (``x`` by years, ``y`` by rows), ``at`` the places on it,
    ``lines`` what is said at each (series, figures), and ``unit`` what all figures are counted in.
    """
    places: dict[Any, list[tuple[str, str]]] = {}
    channel = ""
    units: set[str] = set()
    for rows, tips, encoding in _units(plain_spec(dict(spec))):
        here, key = _key(encoding, tips)
        if not here or (channel and here != channel):
            continue
        channel = here
        others = [tip for tip in tips if tip.get("field") not in (None, key)]
        figures = [tip for tip in others if tip.get("type") == "quantitative"]
        series = [tip for tip in others if tip not in figures] if figures else []
        for row in rows:
            if row.get(key) is not None:
                lines = list(_lines(row, series, figures or others))
                places.setdefault(row[key], []).extend(lines)
        units.update(_title(tip) for tip in figures if series and tip["field"] not in _LIMITS)
    if not places:
        return None
    order = sorted(places) if channel == "x" else list(places)
    return {
        "channel": channel,
        "at": order,
        "lines": [list(dict.fromkeys(places[at])) for at in order],
        "unit": units.pop() if len(units) == 1 else "",
    }


def _units(spec: Spec) -> Iterator[tuple[Sequence[Mapping[str, Any]], list[Spec], Spec]]:
    """Yield the rows, tooltips and encoding of every part of a chart that has tooltips, each once."""
    rows = spec.get("data", {}).get("values", []) if isinstance(spec.get("data", {}), dict) else []
    top = spec.get("encoding", {})
    if isinstance(top.get("tooltip"), list):
        yield rows, top["tooltip"], top
        return
    for layer in spec.get("layer", ()):
        encoding = top | layer.get("encoding", {})
        if isinstance(encoding.get("tooltip"), list):
            yield layer.get("data", {}).get("values", rows), encoding["tooltip"], encoding


def _key(encoding: Spec, tips: Sequence[Spec]) -> tuple[str, str]:
    """Return the axis along which a chart is read, and its field: years across, otherwise rows down."""
    told_of = {tip.get("field") for tip in tips}
    if encoding.get("x", {}).get("field") == "year" and "year" in told_of:
        return "x", "year"
    down = encoding.get("y", {})
    if down.get("type") in {"nominal", "ordinal"} and down.get("field") in told_of:
        return "y", down["field"]
    return "", ""


def _lines(
    row: Mapping[str, Any], series: Sequence[Spec], figures: Sequence[Spec]
) -> Iterator[tuple[str, str]]:
    """Yield the lines of a row: one for its series, or one for each of its figures."""
    low, high = (
        next((_written(row, tip) for tip in figures if tip["field"] == end), "") for end in _BAND
    )  # fmt: skip
    values = [(_title(tip), _written(row, tip)) for tip in figures if tip["field"] not in _LIMITS]
    values = [(title, value) for title, value in values if value]
    if values and low and high:
        title, value = values[0]
        values[0] = title, said(text("{value} (80% band: {low} to {high})", value=value, low=low, high=high))
    names = [str(row[tip["field"]]) for tip in series if row.get(tip["field"]) is not None]
    name = said(text("{names:commas}", names=names))
    if not names:
        yield from values
    elif len(values) == 1:
        yield name, values[0][1]
    elif values:
        yield name, said(sentences(f"{title} {value}" for title, value in values))


def _title(tip: Spec) -> str:
    return str(tip.get("title") or tip["field"])


def _heading(tip: Spec) -> str:
    """Return the words above a column; those of what a tooltip has as its head are a name."""
    return said(text("name")) if tip.get("title") == "title" else _title(tip)


def _written(row: Mapping[str, Any], tip: Spec) -> str:
    """Write a value as its tooltip does: the forms of d3 are those of Python, but for ``~``."""
    value, shape = row.get(tip["field"]), str(tip.get("format", "")).replace("~", "")
    if value is None or isinstance(value, str):
        return value or ""
    if shape.endswith("d"):
        value = round(value)
    elif not shape and isinstance(value, float):
        shape = ",.1f"
    return written(value, shape, spoken()).replace("-", "−")

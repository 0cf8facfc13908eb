"""Nation: the people of a nation by where they live, stacked, with the bands of the sums."""

from typing import Any, Final

import polars as pl

from urbium.charts.frame import Spec, compact, known_rows, nominal, quantitative, said, specification, tips
from urbium.charts.theme import INK, MUTED, PAPER, RAMP
from urbium.errors import InputError
from urbium.packaged import words_of
from urbium.text import ENGLISH, Text, coded, say, spoken, text

_PARTS = ("Cities", "Other urban", "Rural")
_FILLS = (RAMP[3], RAMP[2], RAMP[0])
_DARK = "Cities"
"""The part that is so dark that words on it are white."""
_LEAST_PART = 0.06
"""The share of the plot's height that a part must have for its name to stand on it."""
_TITLES: Final = words_of("stack of the nation")
_READING = (
    text("Lines: urban and national population; projections are the mean of the paths"),
    text("Shaded: their 80% bands"),
)


def _persons() -> Spec:
    """Return how the axis of persons is labelled: in millions, or by the words of the language."""
    if spoken() != ENGLISH:
        return {"type": "quantitative", "title": text("Persons"), "axis": compact()}
    millions = {"labelExpr": "format(datum.value / 1e6, ',.9~r')"}
    return {"type": "quantitative", "title": text("Million persons"), "axis": millions}


def nation_parts(parts: pl.DataFrame, sums: pl.DataFrame, share: pl.DataFrame, *, title: str = "") -> Spec:
    """Draw cities, other urban and rural on top of each other, with bands around urban and the nation.

    Parameters
    ----------
    parts : ``year``, ``part`` (``Cities``, ``Other urban``, ``Rural``) and ``value`` (persons)
    sums : ``year``, ``sum`` (``Urban``, ``Nation``), ``value``, ``low80``, ``high80`` and ``kind``
        (``observed`` or ``projected``); limits may be null; drawn in the years of all three parts
    share : ``year``, ``value``, ``low80``, ``high80`` of the urban share, from 0 to 1; the last year is told

    Raises InputError when a column is missing, or there is nothing to draw.
    """
    stacked = _stacked(known_rows(parts, "year", "part", "value"))
    lines = known_rows(sums, "year", "sum", "value", "kind", needed=("low80", "high80"))
    lines = lines.join(stacked.select("year").unique(), on="year", how="semi").sort("sum", "year")
    if lines.is_empty():
        raise InputError(
            coded("chart.nation.no_year", "no year has figures for all parts"),
            place="chart",
            remedy=text("name a nation that has a forecast"),
        )
    labelled = known_rows(share, "year", "value", needed=("low80", "high80")).sort("year").tail(1)
    year = quantitative(
        "year", title=None, axis={"format": "d", "grid": False}, scale={"zero": False, "nice": False}
    )
    colour = nominal(
        "part",
        title=None,
        sort=None,
        scale={"domain": [_TITLES[part] for part in _PARTS], "range": list(_FILLS)},
        legend={"values": [_TITLES[part] for part in reversed(_PARTS)]},
    )
    areas = {
        "data": {"values": _titled(stacked, "part")},
        "mark": {"type": "area", "stroke": PAPER, "strokeWidth": 1},
        "encoding": {
            "x": year,
            "y": {"field": "low", **_persons()},
            "y2": {"field": "high"},
            "color": colour,
            "tooltip": tips(
                ("part", text("part"), ""), ("year", text("year"), "d"), ("value", text("persons"), ",.0f")
            ),
        },
    }
    band = {
        "data": {"values": lines.drop_nulls(["low80", "high80"]).to_dicts()},
        "mark": {"type": "area", "color": INK, "opacity": 0.2},
        "encoding": {
            "x": year,
            "y": {"field": "low80", **_persons()},
            "y2": {"field": "high80"},
            "detail": {"field": "sum"},
        },
    }
    line = {
        "data": {"values": _titled(lines, "sum")},
        "mark": {"type": "line", "color": INK, "strokeWidth": 1.6},
        "encoding": {
            "x": year,
            "y": {"field": "value", **_persons()},
            "detail": {"field": "sum"},
            "tooltip": tips(
                ("sum", text("part"), ""),
                ("year", text("year"), "d"),
                ("value", text("persons"), ",.0f"),
                ("low80", text("80% from"), ",.0f"),
                ("high80", text("80% to"), ",.0f"),
            ),
        },
    }
    layers = [areas, band, line, _origin(lines, year), _names(stacked, year)]
    words = [_words(row) for row in labelled.iter_rows(named=True)]
    spec = specification(None, title, finding=words[0] if words else "", height=340, layer=layers)
    return spec | {
        "title": {
            "text": say(title),
            "subtitle": [*map(said, words), *map(said, _READING)],
            "subtitleColor": MUTED,
            "subtitleFontSize": 12,
            "subtitlePadding": 6,
        },
    }


def _stacked(parts: pl.DataFrame) -> pl.DataFrame:
    """Lay the parts of each year on top of each other; a year without all three is left out."""
    order = {name: place for place, name in enumerate(_PARTS)}
    rows = parts.filter(pl.col("part").is_in(_PARTS)).sort(
        "year", pl.col("part").replace_strict(order, return_dtype=pl.Int64, default=0)
    )
    whole = rows.filter(pl.len().over("year") == len(_PARTS))
    return whole.with_columns(high=pl.col("value").cum_sum().over("year")).with_columns(
        low=pl.col("high") - pl.col("value")
    )


def _names(stacked: pl.DataFrame, year: Spec) -> Spec:
    """The name of each part upon it, just before the middle of the years, where there is room for it."""
    years = stacked["year"].unique().sort()
    rows = stacked.filter(pl.col("year") == years[max(years.len() // 2 - 1, 0)])
    least = _LEAST_PART * float(stacked["high"].max())  # type: ignore[arg-type]
    rows = rows.filter(pl.col("value") > least).with_columns(
        at=(pl.col("low") + pl.col("high")) / 2, is_dark=pl.col("part") == _DARK
    )
    return {
        "name": "wide_parts",
        "data": {"values": _titled(rows, "part")},
        "mark": {"type": "text", "fontSize": 12},
        "encoding": {
            "x": year,
            "y": {"field": "at", **_persons()},
            "text": {"field": "part"},
            "color": {"condition": {"test": "datum.is_dark", "value": PAPER}, "value": INK},
        },
    }


def _origin(lines: pl.DataFrame, year: Spec) -> Spec:
    """A rule at the last observed year."""
    last = lines.filter(pl.col("kind") == "observed")["year"].max()
    return {
        "data": {"values": [] if last is None else [{"year": last}]},
        "mark": {"type": "rule", "color": MUTED, "strokeDash": [3, 4]},
        "encoding": {"x": year},
    }


def _titled(rows: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    """The rows with what the reader calls a part or a sum."""
    return [row | {column: _TITLES.get(row[column], row[column])} for row in rows.to_dicts()]


def _words(row: dict[str, float | None]) -> Text:
    if row["low80"] is None or row["high80"] is None:
        return text("{share:.0%} urban in {year}", share=row["value"] or 0, year=row["year"])
    return text(
        "{share:.0%} urban in {year} (80% band: {low:.0%} to {high:.0%})",
        share=row["value"] or 0,
        year=row["year"],
        low=row["low80"],
        high=row["high80"],
    )

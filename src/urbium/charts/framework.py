"""Framework: charts of an index itself: what it is made of, and how its indicators move together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import polars as pl

from urbium.charts.frame import Spec, known_rows, nominal, quantitative, said, specification
from urbium.charts.theme import CATEGORIES, DIVERGING, FONTS, INK, LINE, MUTED, PAPER
from urbium.errors import InputError
from urbium.text import coded, say, text

_VEGA: Final = "https://vega.github.io/schema/vega/v6.json"
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_LARGEST: Final = 660  # pixels across
_HOLE: Final = 0.15  # radius of the middle, as a share of the whole
_OUTER: Final = 1.5  # breadth of the outermost ring, of which the others have 1
_LEAST: Final = 11  # pixels of the smallest letters
_LETTER: Final = 0.56  # breadth of a letter, as a share of its height
_READABLE: Final = 20  # indicators up to which each cell carries its figure
_FEW: Final = 5  # indicators up to which no corner is free for the legend
_CELLS: Final = 660  # pixels for all cells, from the top down
_SMALLEST, _LARGEST_CELL = 10, 42
_NAMES: Final = 220  # pixels for the names beside the cells


def correlation_map(
    table: pl.DataFrame,
    *,
    title: str = "",
    order: Sequence[str] = (),
    names: Mapping[str, str] = _NO_NAMES,
) -> Spec:
    """Draw how indicators move together: each pair once, red-brown against, blue with, flags as signs.

    Parameters
    ----------
    table : rows with ``first``, ``second`` (ids), ``coefficient`` (-1 to 1), ``p_value`` and ``flag`` (true,
        or a word, for a pair that is worth a look); a pair may come once or both ways
    order : the ids from the top down; those not named follow by id
    names : what people call the indicators

    Raises InputError when a column is missing.

    Notes
    -----
    A flagged pair bears a triangle, up when the two move together and down when one falls as the other
    rises. Figures stand in the cells of up to 20 indicators.

    >>> pair = {"first": ["a"], "second": ["b"], "coefficient": [0.9], "p_value": [0.01], "flag": ["high"]}
    >>> correlation_map(pl.DataFrame(pair))["data"]["values"][0]["sign"]
    '▲'
    """
    pairs = known_rows(table, "first", "second", "coefficient", needed=("p_value", "flag"))
    ids = sorted({*pairs["first"], *pairs["second"]})
    ids = [
        *(indicator for indicator in dict.fromkeys(order) if indicator in ids),
        *(indicator for indicator in ids if indicator not in order),
    ]
    rows = _pairs(pairs, ids, _labels(ids, names))
    labels = list(_labels(ids, names).values())
    is_readable = len(ids) <= _READABLE
    cell = max(_SMALLEST, min(_LARGEST_CELL, _CELLS // max(1, len(ids))))
    axis = {"title": None, "labelFontSize": 11 if is_readable else 8, "labelLimit": 200, "labelPadding": 3,
            "domain": False, "labelOverlap": False}  # fmt: skip
    across = nominal(
        "left",
        sort=labels[:-1],
        scale={"domain": labels[:-1]},
        axis=axis | {"labelAngle": -40 if is_readable else -90, "labelLimit": 150},
    )
    down = nominal("right", sort=labels[1:], scale={"domain": labels[1:]}, axis=axis)  # fmt: skip
    legend = {
        "orient": "top-right" if len(ids) > _FEW else "bottom",
        "title": text("Correlation"),
        "format": ".1f",
        "values": [-1, -0.5, 0, 0.5, 1],
        "gradientLength": 120,
        "offset": 0,
    }
    shades = {"domain": [-1, -0.5, 0, 0.5, 1], "range": list(DIVERGING), "interpolate": "rgb"}
    colour = quantitative("coefficient", legend=legend, scale=shades)
    tips = [
        ("pair", "title", ""),
        ("coefficient", text("correlation"), ".2f"),
        ("p_value", text("p-value"), ".2g"),
    ]
    square = {
        "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1.5 if is_readable else 0.5},
        "encoding": {"color": colour, "tooltip": [
            {"field": field, "title": words, **({"type": "quantitative", "format": shape} if shape else {})}
            for field, words, shape in tips]},
    }  # fmt: skip
    strong = {"test": "abs(datum.coefficient) > 0.72", "value": PAPER}
    ink = {"condition": strong, "value": INK}
    figure = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {"text": {"field": "told"}, "color": ink},
    }
    sign = {
        "mark": {"type": "text", "fontSize": 9, "dy": -13 if is_readable else 0},
        "encoding": {"text": {"field": "sign"}, "color": ink},
    }
    layers = [square, *([figure] if is_readable else []), sign]
    spec = specification(rows, title, height={"step": cell}, encoding={"x": across, "y": down}, layer=layers)
    width = max(spec["width"], _NAMES + _SMALLEST * len(ids))
    return spec | {"width": width, "usermeta": {"least": width}}


def sunburst(table: pl.DataFrame, *, title: str = "") -> Spec:
    """Draw an index as rings from its pillars out to its indicators; each piece is as wide as its weight.

    Parameters
    ----------
    table : one row a node, with ``node``, ``parent`` (empty for the root), ``name``, ``weight`` (what a leaf
        weighs in the whole, 0 or more; of other nodes it is not read) and ``remark`` (why a node is drawn
        in grey; null or empty for one that counts)

    Raises InputError when a column is missing, or there is not one root.

    >>> rows = {"node": ["i", "a", "b"], "parent": ["", "i", "i"], "name": ["Index", "Beds", "Parks"]}
    >>> spec = sunburst(pl.DataFrame(rows | {"weight": [1.0, 0.75, 0.25], "remark": ["", "", "no figures"]}))
    >>> [(piece["name"], piece["from"], piece["to"]) for piece in spec["data"][0]["values"]]
    [('Beds', 0.0, 0.75), ('Parks', 0.75, 1.0)]
    """
    rows = known_rows(table, "node", "name", needed=("parent", "weight", "remark")).to_dicts()
    roots = [row for row in rows if not row["parent"]]
    if len(roots) != 1:
        raise InputError(
            coded("chart.roots", "{count} roots", count=len(roots)),
            place="chart",
            remedy=text("use the nodes of a single index"),
        )
    pieces = _partition(rows, roots[0])
    root = str(roots[0]["name"])
    across = "min(width, height) / 2 - 2"
    return {
        "$schema": _VEGA,
        "description": title or root,
        "width": _LARGEST,
        "autosize": "none",
        "padding": 0,
        "background": None,
        "signals": [
            {"name": "height", "update": f"min(width, {_LARGEST})"},
            {"name": "radius", "update": across},
            {"name": "grown", "update": "clamp(radius / 300, 0.62, 1)"},
        ],
        "usermeta": {
            "columns": {
                "name": text("name"),
                "share": text("weight in the index"),
                "depth": text("ring"),
                "remark": text("remark"),
            }
        },
        "data": [{"name": "pieces", "values": pieces}],
        "marks": [_arcs(), _words(), _middle(root)],
    }


# The map of correlations


def _labels(ids: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """What each indicator is called; its id is added where two bear one name."""
    called = [names.get(indicator, indicator) for indicator in ids]
    return {
        indicator: f"{name} ({indicator})" if called.count(name) > 1 else name
        for indicator, name in zip(ids, called, strict=True)
    }


def _pairs(pairs: pl.DataFrame, ids: Sequence[str], labels: Mapping[str, str]) -> pl.DataFrame:
    """Each pair once, the earlier indicator across and the later one down, with its sign and its words."""
    at = {name: place for place, name in enumerate(ids)}
    first, second = (
        pl.col(name).replace_strict(at, return_dtype=pl.Int64, default=0) for name in ("first", "second")
    )
    flag = pl.col("flag")
    is_flagged = flag if pairs.schema["flag"] == pl.Boolean else flag.cast(pl.String).fill_null("") != ""
    sign = pl.when(pl.col("coefficient") >= 0).then(pl.lit("▲")).otherwise(pl.lit("▼"))
    called = list(labels.values()) or [""]
    return (
        pairs.with_columns(low=pl.min_horizontal(first, second), high=pl.max_horizontal(first, second))
        .filter(pl.col("low") != pl.col("high"))
        .unique(["low", "high"], keep="first")
        .sort("low", "high")
        .with_columns(
            sign=pl.when(is_flagged.fill_null(value=False)).then(sign).otherwise(pl.lit("")),
            **{
                side: pl.col(place).replace_strict(
                    dict(enumerate(called)), return_dtype=pl.String, default=""
                )
                for side, place in (("left", "low"), ("right", "high"))
            },
        )
        .with_columns(
            pair=pl.format("{} · {}", "left", "right"),
            told=pl.col("coefficient").map_elements(_short, pl.String),
        )
        .select("left", "right", "pair", "coefficient", "p_value", "sign", "told")
    )


def _short(coefficient: float) -> str:
    """Write a correlation in two digits, with a true minus where they do not round to nothing."""
    written = f"{abs(coefficient):.2f}"
    return f"−{written}" if coefficient < 0 and float(written) else written


# The sunburst


@dataclass(frozen=True, slots=True)
class _Ring:
    inner: float
    outer: float


def _partition(rows: Sequence[Mapping[str, object]], root: Mapping[str, object]) -> list[Spec]:
    """Give every node but the root its piece of the circle, from 0 to 1, and its ring."""
    members: dict[str, list[Mapping[str, object]]] = {}
    for row in rows:
        members.setdefault(str(row["parent"] or ""), []).append(row)

    def size(row: Mapping[str, object]) -> float:
        below = members.get(str(row["node"]), [])
        if below:
            return sum(size(child) for child in below)
        weight = row["weight"]
        return max(0.0, weight) if isinstance(weight, float | int) else 0.0

    def deep(row: Mapping[str, object]) -> int:
        return 1 + max((deep(child) for child in members.get(str(row["node"]), [])), default=0)

    whole, rings = size(root) or 1.0, _rings(deep(root) - 1)
    pieces: list[Spec] = []

    def lay(row: Mapping[str, object], start: float, depth: int, pillar: int) -> None:
        for place, child in enumerate(members.get(str(row["node"]), [])):
            colour = place if depth == 0 else pillar
            share = size(child) / whole
            is_leaf = not members.get(str(child["node"]))
            remark = str(say(child["remark"] or ""))
            pieces.append({
                "name": child["name"], "share": share, "from": round(start, 9), "to": round(start + share, 9),
                "inner": rings[depth].inner, "outer": rings[-1 if is_leaf else depth].outer,
                "fill": LINE if remark else CATEGORIES[colour % len(CATEGORIES)],
                "strength": 1.0 if remark else (0.62, 0.42, 0.28)[min(depth, 2)],
                "depth": depth + 1, "remark": remark,
                "lines": [] if is_leaf else _lines(str(child["name"])),
            })  # fmt: skip
            lay(child, start, depth + 1, colour)
            start += share

    lay(root, 0.0, 0, 0)
    return pieces


def _rings(count: int) -> list[_Ring]:
    """Share the radius out among the rings; the outermost, which bears the longest names, is the broadest."""
    breadths = [*([1.0] * (count - 1)), _OUTER] if count > 0 else []
    unit = (1 - _HOLE) / (sum(breadths) or 1)
    edges = [_HOLE]
    for breadth in breadths:
        edges.append(edges[-1] + breadth * unit)
    return [_Ring(round(low, 6), round(high, 6)) for low, high in pairwise(edges)]


def _arcs() -> Spec:
    weight, uncounted = (
        said(message)
        for message in (
            text("weight in the index"),
            text("does not count"),
        )
    )
    share = f"{weight!r}: format(datum.share, '.1%')"
    tip = f"{{title: datum.name, {share}}}"
    greyed = f"{{title: datum.name, {share}, {uncounted!r}: datum.remark}}"
    spoken = "datum.name + ', ' + format(datum.share, '.1%')"
    return {
        "type": "arc",
        "from": {"data": "pieces"},
        "encode": {
            "enter": {"description": {"signal": spoken}},
            "update": {
                "x": {"signal": "width / 2"},
                "y": {"signal": "height / 2"},
                "startAngle": {"signal": "2 * PI * datum.from"},
                "endAngle": {"signal": "2 * PI * datum.to"},
                "innerRadius": {"signal": "radius * datum.inner"},
                "outerRadius": {"signal": "radius * datum.outer"},
                "fill": {"field": "fill"},
                "fillOpacity": {"field": "strength"},
                "stroke": {"value": PAPER},
                "strokeWidth": {"value": 1.5},
                "tooltip": {"signal": f"datum.remark === '' ? {tip} : {greyed}"},
            },
            "hover": {"stroke": {"value": INK}},
        },
    }


def _words() -> Spec:
    """Names where there is room: along the radius, and level on a broad inner piece."""
    turn = "PI * (datum.from + datum.to)"
    middle = "radius * (datum.inner + datum.outer) / 2"
    breadth = "radius * (datum.outer - datum.inner)"
    arc = f"2 * PI * (datum.to - datum.from) * {middle}"
    is_level = f"datum.depth < 3 && datum.lines.length > 0 && {arc} > 60"
    level = f"max({breadth} * 1.04, 0.8 * abs(cos({turn})) * {arc})"
    is_small = f"({arc} < 12 || ({breadth} < 84 && datum.depth > 1))"
    room = f"floor(({breadth} - 8) / ({_LETTER} * max({_LEAST}, grown * 12)))"
    cut = f"lastindexof(slice(datum.name, 0, {room}), ' ')"
    whole = f"length(datum.name) <= {room} || {cut} < 1"
    shortened = f"{whole} ? datum.name : slice(datum.name, 0, {cut}) + '…'"
    angle = f"(datum.from + datum.to) < 1 ? {turn} * 180 / PI - 90 : {turn} * 180 / PI + 90"
    return {
        "type": "text",
        "interactive": False,
        "from": {"data": "pieces"},
        "encode": {
            "update": {
                "x": {"signal": f"width / 2 + {middle} * sin({turn})"},
                "y": {"signal": f"height / 2 - {middle} * cos({turn})"},
                "text": {"signal": f"{is_small} ? '' : {is_level} ? datum.lines : {shortened}"},
                "angle": {"signal": f"{is_level} ? 0 : ({angle})"},
                "limit": {"signal": f"{is_level} ? {level} : {breadth} - 8"},
                "font": {"value": FONTS},
                "dy": {"signal": f"{is_level} ? -7 * grown * (datum.lines.length - 1) : 0"},
                "lineHeight": {"signal": "14 * grown"},
                "fontSize": {"signal": f"max({_LEAST}, grown * (datum.depth === 1 ? 13 : 12))"},
                "fontWeight": {"signal": "datum.depth === 1 ? 600 : 400"},
                "fontStyle": {"signal": "datum.remark === '' ? 'normal' : 'italic'"},
                "fill": {"signal": f"datum.remark === '' ? '{INK}' : '{MUTED}'"},
                "align": {"value": "center"},
                "baseline": {"value": "middle"},
            }
        },
    }


def _middle(root: str) -> Spec:
    lines = _lines(root)
    return {
        "type": "text",
        "interactive": False,
        "encode": {
            "update": {
                "x": {"signal": "width / 2"},
                "y": {"signal": f"height / 2 - {8 * (len(lines) - 1)} * grown"},
                "text": {"value": lines},
                "lineHeight": {"signal": "16 * grown"},
                "limit": {"signal": f"radius * {2 * _HOLE} - 8"},
                "font": {"value": FONTS},
                "fontSize": {"signal": "14 * grown"},
                "fontWeight": {"value": 600},
                "fill": {"value": INK},
                "align": {"value": "center"},
                "baseline": {"value": "middle"},
            }
        },
    }


def _lines(name: str) -> list[str]:
    """Break a name of several words into two lines, as even as may be."""
    words = name.split(" ")
    if len(words) == 1:
        return [name]
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    return list(min(cuts, key=lambda pair: max(map(len, pair))))

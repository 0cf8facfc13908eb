"""Places: a map of places by a figure, on an outline of the land, drawn as one small SVG for page and file.

The largest places are circles that lead to their pages; of a register of thousands the others are dots, and
dots that nobody could tell apart are one. Names never overlap (:mod:`urbium.charts.map_names`). See ADR 0129.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.charts.frame import known_rows, plain_spec, said, spoken_now
from urbium.charts.map_frame import MapFrame, frame_of
from urbium.charts.map_names import GROWN, LEVELS, PAGE, SIZE, placed_names, width_of
from urbium.charts.projection import projection_of
from urbium.charts.theme import FAINT, FONTS, INK, LINE, MUTED, PAPER, RAMP, WARM
from urbium.model import FITTED
from urbium.text import Text, text

Spec = dict[str, Any]
Floats = npt.NDArray[np.float64]
_Circle = tuple[float, float, float]
"""Where a place lies in the picture, and its radius."""

SCHEMA: Final = "urbium:places"
"""What a specification of such a map names in place of Vega's schema."""
MOST_CIRCLES: Final = 500
"""Circles of a map: the other places are dots."""
WIDTH: Final = 820
LAND: Final = "#f1f4f6"
_BORDER: Final = "#c3ced7"
_LARGEST, _LEAST = 12.0, 3.0
_FAMILIES: Final = escape(FONTS, {'"': "&quot;"})
_PLAIN: Final = 0.15
"""The share of the largest area that each circle has where no size is known."""
_FEW: Final = 150
"""Places from which on circles are smaller, the more there are."""
_DOT: Final = 3.2
_GRID: Final = 2
"""Pixels within which dots of one colour are one."""
_SIGNIFICANT: Final = (2, 3, 4, 6)


def classes_of(values: Sequence[float]) -> tuple[float, ...]:
    """Return the round bounds between at most as many classes as there are colours, of about as many values.

    >>> classes_of([10, 20, 30, 40, 50.3]), classes_of([2, 3]), classes_of([7, 7]), classes_of([])
    ((18.0, 26.0, 34.0, 42.0), (2.2,), (), ())
    """
    if not len(values):
        return ()
    wanted = np.quantile(values, np.arange(1, len(RAMP)) / len(RAMP))
    for digits in _SIGNIFICANT:
        bounds = sorted({float(f"{bound:.{digits}g}") for bound in wanted})
        if len(bounds) == len(set(wanted.tolist())):
            break
    filled: list[float] = []
    for bound in (*bounds, math.inf):  # a class that rounding left without a value is one with the next
        low = filled[-1] if filled else -math.inf
        if any(low <= value < bound for value in values):
            filled.append(bound)
    return tuple(bound for bound in filled if bound <= max(values))


def class_of(value: float | None, bounds: Sequence[float]) -> int:
    """Return in which class a value is, from 0; -1 where it is unknown.

    >>> [class_of(value, (20.0, 30.0)) for value in (None, 3.0, 20.0, 99.0)]
    [-1, 0, 1, 2]
    """
    return -1 if value is None else bisect_right(bounds, value)


def colours(count: int) -> list[str]:
    """Return the colours of so many classes, from little to much."""
    if count == 1:
        return [RAMP[len(RAMP) // 2]]
    return [RAMP[place] for place in np.linspace(0, len(RAMP) - 1, count).round().astype(int)]


def class_words(bounds: Sequence[float], written: Callable[[float], str] = "{:,g}".format) -> list[Text]:
    """Return what the classes between bounds are called, from little to much.

    >>> class_words((20.0, 30.0))
    ['under 20', '20 to under 30', '30 or more']
    """
    if not bounds:
        return [text("all the same")]
    between = [
        text("{low} to under {high}", low=written(low), high=written(high)) for low, high in pairwise(bounds)
    ]
    return [
        text("under {bound}", bound=written(bounds[0])), *between,
        text("{bound} or more", bound=written(bounds[-1])),
    ]  # fmt: skip


def legend_of(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the classes of a map that have any place, the unknown last.

    Each has its number (``shade``, -1: the unknown), ``colour``, ``words``, and the ``count`` of places.
    """
    fills = _fills(spec)
    kinds = [class_of(row["value"], spec["bounds"]) for row in spec["data"][0]["values"]]
    *known, unknown = spec["words"]
    every = [*enumerate(known), (-1, unknown)]
    return [
        {"shade": kind, "colour": fills[kind], "words": words, "count": kinds.count(kind)}
        for kind, words in every if kind in kinds
    ]  # fmt: skip


def place_map(
    table: pl.DataFrame,
    *,
    value: str = "score",
    size: str = "population",
    value_title: str = text("Score"),
    title: str = "",
    bounds: Sequence[float] | None = None,
    words: Sequence[str] = (),
    unknown: str = text("no figure"),
    rings: Sequence[Sequence[Sequence[float]]] = (),
    credit: str = "",
    link: str = "",
    picked: str = "",
    projection: str = FITTED,
) -> Spec:
    """Return the map of places as a specification, which :func:`urbium.charts.render` draws.

    Parameters
    ----------
    table : one row a place, with ``code``, ``name``, ``longitude``, ``latitude`` (degrees), ``value`` and
        ``size`` (null: the smallest circle); with ``said`` that is said of a place beside its name, with
        ``is_faint`` some are only hinted at; places without coordinates are left out
    value_title : what the values are, at the head of their column in the data
    bounds : between the classes of values; classes of about as many places when left out
    words : what the classes are called; by their bounds when left out
    unknown : what the class of the places without a value is called
    rings : the borders of the land, in degrees
    credit : whose the borders are, for files; a page says it in words
    link : the address that a circle leads to, before the place's code (``/cities/``); none when empty
    picked : the code of a place that is marked
    projection : ``fitted`` to the places, or as :func:`urbium.charts.projection.projection_of` reads it

    Raises InputError when a column is missing.

    >>> one = {"code": ["0503"], "name": ["Delft"], "longitude": [4.36], "latitude": [52.01]}
    >>> spec = place_map(pl.DataFrame(one | {"score": [61.0], "population": [1.0e5]}))
    >>> spec["data"][0]["values"][0]["code"]
    '0503'
    """
    rows = known_rows(table, needed=("code", "name", "longitude", "latitude", value, size))
    extra = [name for name in ("said", "is_faint") if name in rows.columns]
    rows = rows.drop_nulls(["longitude", "latitude"]).sort(size, descending=True, nulls_last=True)
    rows = rows.select(
        "code", "name", "longitude", "latitude", *extra, value=pl.col(value), size=pl.col(size)
    )
    values = rows["value"].drop_nulls().to_list()
    edges = classes_of(values) if bounds is None else bounds
    heads = {
        "code": text("code"), "name": text("name"), "longitude": text("longitude"),
        "latitude": text("latitude"), "value": value_title,
    }  # fmt: skip
    return plain_spec({
        "$schema": SCHEMA,
        "description": title
        or text("Map of {count} cities: {value}", count=rows.height, value=value_title),
        "width": WIDTH,
        "bounds": list(edges),
        "words": [*(words or class_words(edges)), unknown],
        "credit": credit,
        "link": link,
        "picked": picked,
        "projection": projection,
        "usermeta": {"columns": heads} | spoken_now(),
    }) | {"data": [{"name": "places", "values": rows.to_dicts()}], "rings": rings}  # fmt: skip


def drawn_map(spec: Mapping[str, Any], *, levels: Sequence[int] = (PAGE,), legend: bool = False) -> str:
    """Return the SVG of a map.

    Parameters
    ----------
    spec : from :func:`place_map`
    levels : for which levels of enlargement names are placed; those of the page's width are shown until a
        style sheet says otherwise
    legend : whether the classes stand below the map, for a file; a page has them as words
    """
    rows = spec["data"][0]["values"]
    longitude, latitude = (
        np.array([row[name] for row in rows], dtype=float) for name in ("longitude", "latitude")
    )
    rings = [np.array(ring, dtype=float) for ring in spec["rings"]]
    shape = projection_of(spec["projection"], longitude, latitude)
    frame = frame_of(shape, longitude, latitude, rings, float(spec["width"]))
    x, y = frame.at(longitude, latitude)
    circles = list(zip(x.tolist(), y.tolist(), _radii(rows).tolist(), strict=True))
    parts = [
        *_ground(frame, longitude, latitude, rings),
        *_dots(spec, circles),
        *_circles(spec, circles),
        *(part for level in levels for part in _names(spec, frame, level, circles)),
    ]
    height = frame.height
    if legend:
        lines = list(_legend(spec, frame))
        parts += [
            f'<rect y="{height:g}" width="100%" height="100%" fill="{PAPER}"/>',
            *(line for line, _ in lines),
        ]
        height = lines[-1][1] if lines else height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{frame.width:g}" height="{height:g}" '
        f'viewBox="0 0 {frame.width:g} {height:g}" font-family="{_FAMILIES}">{"".join(parts)}</svg>'
    )


def _legend(spec: Mapping[str, Any], frame: MapFrame) -> Iterator[tuple[str, float]]:
    """Yield the classes in lines below the map, each with how far down the picture reaches."""
    x, y = 10.0, frame.height + 20.0
    for row in legend_of(spec):
        words = said(text("{words} ({count:,})", words=row["words"], count=row["count"]))
        long = 36.0 + width_of(words)
        if x + long > frame.width and x > 10.0:  # noqa: PLR2004 - the beginning of a line
            x, y = 10.0, y + 22.0
        stroke = INK if row["shade"] >= 0 else FAINT
        circle = f'<circle cx="{x + 6:.0f}" cy="{y:.0f}" r="6" fill="{row["colour"]}" stroke="{stroke}"/>'
        look = f'font-size="{SIZE:g}px" fill="{INK}"'
        yield f'{circle}<text x="{x + 18:.0f}" y="{y + 4:.0f}" {look}>{escape(words)}</text>', y + 14.0
        x += long
    if spec["credit"]:
        look = f'font-size="{SIZE:g}px" fill="{MUTED}"'
        yield f'<text x="10" y="{y + 26:.0f}" {look}>{escape(spec["credit"])}</text>', y + 36.0


def _ground(frame: MapFrame, longitude: Floats, latitude: Floats, rings: Sequence[Floats]) -> Iterator[str]:
    """Yield the land and the lines of degrees."""
    areas, borders = frame.land(rings)
    yield '<g transform="scale(.1)" stroke-linejoin="round">'
    if areas:
        yield f'<path fill="{LAND}" fill-rule="evenodd" d="{areas}"/>'
    for colour, lines in ((LINE, frame.net(longitude, latitude)), (_BORDER, borders)):
        if lines:
            yield f'<path class="line" fill="none" stroke="{colour}" stroke-width="9" d="{lines}"/>'
    yield "</g>"


def _radii(rows: Sequence[Spec]) -> Floats:
    """Return the radii of the circles, so that areas are as sizes; smaller where there are many."""
    largest = _LARGEST * min(1.0, math.sqrt(_FEW / max(len(rows), 1)) ** 0.7)
    least = min(_LEAST, largest / 2)
    sizes = np.array([row["size"] or 0.0 for row in rows])
    most = np.quantile(sizes, 0.98) if len(sizes) else 0.0  # one giant does not make all others dots
    share = np.clip(sizes / most, 0.0, 1.0) if most > 0 else np.full(len(rows), _PLAIN)
    radii: Floats = np.sqrt(least**2 + share * (largest**2 - least**2))
    return radii


def _fills(spec: Mapping[str, Any]) -> dict[int, str]:
    """Return the colour of each class; unknown is white."""
    return {-1: PAPER, **dict(enumerate(colours(len(spec["bounds"]) + 1)))}


def _dots(spec: Mapping[str, Any], circles: Sequence[_Circle]) -> Iterator[str]:
    """Yield the places that are no circles as dots, one path a colour."""
    dots: dict[str, set[tuple[int, int]]] = {}
    fills = _fills(spec)
    for at, row in enumerate(spec["data"][0]["values"]):
        if row.get("is_faint"):
            colour = LINE
        elif at >= MOST_CIRCLES:
            kind = class_of(row["value"], spec["bounds"])
            colour = FAINT if kind < 0 else fills[kind]
        else:
            continue
        x, y, _ = circles[at]
        dots.setdefault(colour, set()).add((round(x / _GRID) * _GRID, round(y / _GRID) * _GRID))
    for colour, places in dots.items():
        path, before = [], (0, 0)
        for place in sorted(places, key=lambda place: (place[1], place[0])):
            path.append(f"m{place[0] - before[0]} {place[1] - before[1]}h0")
            before = place
        yield (
            f'<path class="dots" fill="none" stroke="{colour}" stroke-width="{_DOT}" stroke-linecap="round" '
            f'd="M0 0{"".join(path)}"/>'
        )


def _circles(spec: Mapping[str, Any], circles: Sequence[_Circle]) -> Iterator[str]:
    """Yield the circles, the largest first, so that small ones lie on them; the marked one last."""
    fills, picked = _fills(spec), None
    for at, row in enumerate(spec["data"][0]["values"]):
        is_picked = row["code"] == spec["picked"]
        if row.get("is_faint") or (at >= MOST_CIRCLES and not is_picked):
            continue
        kind = class_of(row["value"], spec["bounds"])
        look = f'stroke="{WARM}" stroke-width="2.5"' if is_picked else (
            f'stroke="{FAINT if kind < 0 else INK}" stroke-width="{1.3 if kind < 0 else 0.6}"'
        )  # fmt: skip
        words = escape("\n".join(filter(None, (row["name"], row.get("said")))))
        x, y, radius = circles[at]
        circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fills[kind]}" {look}>'
        drawn = f"{circle}<title>{words}</title></circle>"
        if spec["link"]:
            drawn = f'<a href={quoteattr(spec["link"] + row["code"])} tabindex="-1">{drawn}</a>'
        if is_picked:
            picked = drawn
        else:
            yield drawn
    if picked:
        yield picked


def _names(spec: Mapping[str, Any], frame: MapFrame, level: int, circles: Sequence[_Circle]) -> Iterator[str]:
    """Yield the names and the scale of length at a level of enlargement."""
    by, grown = LEVELS[level], GROWN[level]
    rows = spec["data"][0]["values"][:MOST_CIRCLES]
    order = [at for at, row in enumerate(rows) if not row.get("is_faint")]
    order.sort(key=lambda at: rows[at]["code"] != spec["picked"])
    places = [
        (rows[at]["name"], circles[at][0] * by, circles[at][1] * by, circles[at][2] * grown) for at in order
    ]
    kilometres, long = frame.length(by)
    left, low = 10.0, frame.height * by - 10.0
    blocked = [(0.0, low - 24.0, max(long * by, 60.0) + 24.0, frame.height * by)]
    look = "" if level == PAGE else ' display="none"'
    yield (
        f'<g class="names at-{level}"{look} font-size="{SIZE / by:.2f}px" fill="{INK}" stroke="{PAPER}" '
        f'stroke-width="{2.6 / by:.2f}" stroke-linejoin="round" paint-order="stroke" pointer-events="none">'
    )
    for name in placed_names(places, frame.width * by, frame.height * by, blocked=blocked):
        anchor = "" if name.anchor == "start" else f' text-anchor="{name.anchor}"'
        words = escape(places[name.row][0])
        yield f'<text x="{name.x / by:.1f}" y="{name.y / by:.1f}"{anchor}>{words}</text>'
    distance = said(text("{kilometres:,g} km", kilometres=kilometres))
    yield (
        f'<path d="M{left / by:.1f} {low / by:.1f}v{-4 / by:.1f}h{long:.1f}v{4 / by:.1f}" fill="none" '
        f'stroke="{MUTED}" stroke-width="{1.2 / by:.2f}"/>'
        f'<text x="{left / by:.1f}" y="{(low - 9) / by:.1f}" fill="{MUTED}">{distance}</text></g>'
    )

"""Live maps: the frame, signals and labels of a map that a script moves, and whose year it changes.

The projection is the programme's, or fitted to where the cities lie (:mod:`urbium.charts.projection`).
"""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.charts.frame import known_rows, plain_spec
from urbium.charts.projection import Projection
from urbium.charts.theme import FONTS, INK, LINE, MUTED, PAPER

_MARGIN = 34
_ZOOMS = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 16.0, 22.0)
_MOST_ZOOM = 32
_LABEL_HEIGHT = 15
_LETTER = 6.6
_BESIDE = 14
_LEGENDS = (260, 150)
"""Width and height of the two legends in the corner below the cities, in pixels."""
VEIL = "rgba(255, 255, 255, 0.86)"
AREA = "scale('area', datum.size === null ? 0 : datum.size)"

Spec = dict[str, Any]
Floats = npt.NDArray[np.float64]


def map_rows(table: pl.DataFrame, *columns: str, size: str) -> pl.DataFrame:
    """Return the cities that have a place, the largest first, so that small circles lie on large ones.

    Raises InputError, with the columns that are there, when one is missing.
    """
    needed = ("code", "name", "longitude", "latitude", size, *columns)
    rows = known_rows(table, needed=needed).drop_nulls(["longitude", "latitude"])
    return rows.sort(size, descending=True, nulls_last=True)


def map_values(rows: pl.DataFrame, shape: Projection, frame: Mapping[str, float]) -> list[Spec]:
    """Return the rows as the data of a map.

    Each has the enlargement ``from`` which its name is shown, and how far ``across`` it lies, in radii of the
    globe.
    """
    x, _ = shape.project(*_degrees(rows))
    return [
        row | {"from": level if level < math.inf else 1e9, "across": round(float(across), 5)}
        for row, level, across in zip(rows.to_dicts(), label_levels(rows, shape, frame), x, strict=True)
    ]


def map_specification(
    frame: Mapping[str, float],
    shape: Projection,
    rows: pl.DataFrame,
    *,
    title: str,
    data: Sequence[Spec],
    scales: Sequence[Spec],
    legends: Sequence[Spec],
    circles: Spec,
    before: Sequence[Spec] = (),
    config: Mapping[str, Any] = MappingProxyType({}),
) -> Spec:
    """Return the whole of a map: what zooms and drags, the net of degrees, circles and names.

    Parameters
    ----------
    frame : from :func:`frame_of`
    shape : the projection
    rows : the cities, for the lines of degrees around them
    data : the first has the cities, with the enlargement ``from`` which each is named
    before : signals of the map's own, before those of its frame
    config : settings besides the plain ground
    """
    named = {"type": "filter", "expr": f"datum.from <= zoom * base / {frame['scale']}"}
    lines = shape.graticule(*_degrees(rows))
    return plain_spec(
        {
            "$schema": "https://vega.github.io/schema/vega/v6.json",
            "description": title,
            "width": frame["width"],
            "height": frame["height"],
            "padding": 0,
            "autosize": "none",
            "config": {"background": None, **config},
            "signals": [*before, *signals(frame)],
            "data": [
                *data,
                {"name": "named", "source": data[0]["name"], "transform": [named]},
                {"name": "lines", "transform": [lines]},
            ],
            "projections": [shape.specification()],
            "scales": list(scales),
            "legends": list(legends),
            "marks": [graticule(), circles, labels(halo=True), labels()],
        }
    )


def frame_of(placed: pl.DataFrame, shape: Projection, width: int, height: int) -> Mapping[str, float]:
    """The middle and the extent of the projected cities, in radii of the globe.

    ``below`` is what is kept free below the cities, in pixels: more where they would lie under the legends.
    """
    x, y = shape.project(*_degrees(placed))
    if not placed.height:
        x = y = np.array([-0.4, 0.4])
    across, up = max(float(np.ptp(x)), 1e-3), max(float(np.ptp(y)), 1e-3)
    below = float(_MARGIN)
    scale = min((width - 2 * _MARGIN) / across, (height - _MARGIN - below) / up)
    right, down = (x - x.min()) * scale + _MARGIN, (y.max() - y) * scale + _MARGIN
    if ((right < _LEGENDS[0]) & (down > height - _LEGENDS[1])).any():
        below = float(_LEGENDS[1])
        scale = min((width - 2 * _MARGIN) / across, (height - _MARGIN - below) / up)
    return {
        "x": float(x.min() + x.max()) / 2,
        "y": float(y.min() + y.max()) / 2,
        "across": across,
        "up": up,
        "scale": scale,
        "below": below,
        "width": width,
        "height": height,
    }


def label_levels(placed: pl.DataFrame, shape: Projection, frame: Mapping[str, float]) -> list[float]:
    """The enlargement from which a city's label fits beside those of larger ones; infinite: never."""
    x, y = shape.project(*_degrees(placed))
    x, y = x * frame["scale"], -y * frame["scale"]
    length = np.array([len(name) * _LETTER + _BESIDE for name in placed["name"]])
    middle = frame["x"] * frame["scale"]
    inside = frame["width"] - 2 * _MARGIN
    level = [math.inf] * placed.height
    shown: list[int] = []
    for zoom in _ZOOMS:
        may_turn = (x - middle) * zoom + length > inside * min(zoom, 1.0) / 2 + _MARGIN
        before = np.where(may_turn, length, 0.0)  # a name that may turn to the left keeps both sides free
        for row in range(placed.height):
            if level[row] < math.inf:
                continue
            others = np.array(shown, dtype=int)
            apart = (x[others] - x[row]) * zoom
            clash = (apart < length[row] + before[others]) & (apart > -length[others] - before[row])
            clash &= np.abs(y[others] - y[row]) * zoom < _LABEL_HEIGHT
            if not clash.any():
                level[row] = zoom
                shown.append(row)
    return level


def signals(frame: Mapping[str, float]) -> list[Spec]:
    """Zoom about the pointer and drag; a wheel that would zoom out of the whole map scrolls the page."""
    wheel = "wheel![event.deltaY < 0 || zoom > 1]"
    turn = "{x: x(), y: y(), by: pow(1.0016, -event.deltaY * pow(16, event.deltaMode))}"
    held = "[mousedown, window:mouseup] > window:mousemove!"
    touched = "[touchstart[zoom > 1], touchend] > touchmove[zoom > 1]"
    return [
        {
            "name": "base",
            "update": f"min((width - {2 * _MARGIN}) / {frame['across']}, "
            f"(height - {_MARGIN + frame['below']}) / {frame['up']})",
        },
        {"name": "turn", "value": None, "on": [{"events": wheel, "update": turn}]},
        {
            "name": "step",
            "value": 1,
            "on": [
                {
                    "events": {"signal": "turn"},
                    "update": f"clamp(zoom * turn.by, 1, {_MOST_ZOOM}) / zoom",
                    "force": True,
                }
            ],
        },
        {
            "name": "zoom",
            "value": 1,
            "on": [{"events": {"signal": "turn"}, "update": f"clamp(zoom * turn.by, 1, {_MOST_ZOOM})"}],
        },
        {
            "name": "held",
            "value": None,
            "on": [{"events": "mousedown, touchstart", "update": "{at: xy(), from: shift}"}],
        },
        {
            "name": "shift",
            "value": [0, 0],
            "on": [
                {
                    "events": {"signal": "turn"},
                    "update": "[clamp(turn.x - (turn.x - shift[0]) * step, width * (1 - zoom), 0), "
                    "clamp(turn.y - (turn.y - shift[1]) * step, height * (1 - zoom), 0)]",
                },
                {
                    "events": f"{held}, {touched}",
                    "update": "[clamp(held.from[0] + x() - held.at[0], width * (1 - zoom), 0), "
                    "clamp(held.from[1] + y() - held.at[1], height * (1 - zoom), 0)]",
                },
            ],
        },
        {"name": "grown", "update": f"clamp(base / {frame['scale']}, 0.35, 1.1) * min(2.5, sqrt(zoom))"},
        {"name": "middle", "update": f"min((height + {_MARGIN - frame['below']}) / 2, "
            f"base * {frame['up']} / 2 + {_MARGIN})"},
        {"name": "east", "update": f"shift[0] + zoom * (width / 2 - base * {frame['x']})"},
        {"name": "south", "update": f"shift[1] + zoom * (middle + base * {frame['y']})"},
        {"name": "picked", "value": "", "on": [
            {"events": "symbol:mouseover", "update": "datum.code"},
            {"events": "symbol:mouseout", "update": "''"}]},
    ]  # fmt: skip


def _degrees(placed: pl.DataFrame) -> tuple[Floats, Floats]:
    """Return the longitudes and the latitudes."""
    longitude, latitude = (placed[name].cast(pl.Float64).to_numpy() for name in ("longitude", "latitude"))
    return longitude, latitude


def largest_circle(sizes: pl.Series) -> float:
    """Return the size that the largest circle stands for: a round number not above the largest of ``sizes``.

    >>> largest_circle(pl.Series([3.3e7, 2.0e6])), largest_circle(pl.Series([None, 640_000.0]))
    (20000000.0, 500000.0)
    """
    most = max((float(size) for size in sizes.drop_nulls()), default=1.0)
    power = 10.0 ** math.floor(math.log10(most)) if most > 0 else 1.0
    return next((step * power for step in (5, 2) if step * power <= most), power)


def area_scale(largest: float) -> Spec:
    """Return the scale from sizes, such as persons, to the area of a circle."""
    return {
        "name": "area",
        "type": "linear",
        "domain": [0, largest],
        "clamp": True,
        "range": [{"signal": "22 * grown"}, {"signal": "1000 * grown"}],
    }


def legend_words() -> Spec:
    """Return how a legend of a map is written, and where it stands."""
    return {
        "aria": False,
        "labelFont": FONTS, "titleFont": FONTS, "labelColor": INK, "titleColor": MUTED,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "orient": "bottom-left", "offset": 6, "zindex": 1, "padding": 8,
        "fillColor": VEIL, "cornerRadius": 6, "clipHeight": 18, "rowPadding": 1, "titleLimit": 260,
    }  # fmt: skip


def graticule() -> Spec:
    """Return the lines of degrees, which tell nothing and are told to nobody who cannot see them."""
    return {
        "type": "shape",
        "aria": False,
        "interactive": False,
        "from": {"data": "lines"},
        "encode": {"update": {"stroke": {"value": LINE}, "strokeWidth": {"value": 0.8}}},
        "transform": [{"type": "geoshape", "projection": "projection"}],
    }


def labels(*, halo: bool = False) -> Spec:
    """Return the names of the cities whose label fits, or the light ground behind them.

    A name stands to the right of its city; to the left where it would leave the map.
    """
    beyond = f"east + zoom * base * datum.across + {_LETTER} * length(datum.name) + {_BESIDE} > width"
    beside = f"4 + sqrt(({AREA}) / PI)"
    return {
        "type": "text",
        "interactive": False,
        "from": {"data": "named"},
        "encode": {
            "update": {
                "text": {"field": "name"},
                "font": {"value": FONTS},
                "fontSize": {"value": 12},
                ("stroke" if halo else "fill"): {"value": PAPER if halo else INK},
                "strokeWidth": {"value": 3},
                "strokeOpacity": {"value": 0.75},
                "align": {"signal": f"{beyond} ? 'right' : 'left'"},
                "dx": {"signal": f"({beyond} ? -1 : 1) * ({beside})"},
                "baseline": {"value": "middle"},
            }
        },
        "transform": [located()],
    }


def located() -> Spec:
    """Return the step that puts a mark where its city is."""
    fields = [{"expr": "datum.datum.longitude"}, {"expr": "datum.datum.latitude"}]
    return {"type": "geopoint", "projection": "projection", "fields": fields}

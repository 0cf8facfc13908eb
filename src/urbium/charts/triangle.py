"""Triangle: the shares of three sectors as one point, their path through time and where it may end.

In a triangle each corner is a whole in one part: the nearer a point to a corner, the larger that part. Shares
over time, one line a part with its bands, stand in :func:`shares`.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from urbium.charts.frame import Spec, end_labels, known_rows, nominal, quantitative, said, specification
from urbium.charts.theme import CATEGORIES, INK, LINE, MUTED
from urbium.packaged import words_of
from urbium.text import Text, say, text

_HEIGHT: Final = float(np.sqrt(3) / 2)
_STEPS: Final = (0.2, 0.4, 0.6, 0.8)
_X, _Y = (-0.1, 1.1), (-0.09, 0.92)
_PIXELS: Final = 539  # as high as an equal-sided triangle needs it at the full width
_YEAR = text("year")
_OBSERVED = text("Observed")
_PROJECTED = text("Projected (median)")
_TITLES: Final = words_of("series of sectors")
_CORNERS: Final = words_of("corner of sectors")
_SERIES: Final = (CATEGORIES[0], CATEGORIES[5])


def triangle(
    points: pl.DataFrame, cloud: pl.DataFrame, *, parts: tuple[str, str, str], title: str = ""
) -> Spec:
    """Draw the path of a composition of three parts through time, and the end points of its futures.

    Parameters
    ----------
    points : one row a series and year: series, year, kind (``observed`` or ``projected``) and the parts
        (shares from 0 to 1)
    cloud : one row a future: series, year and the parts
    parts : the columns of the lower left, the upper and the lower right corner

    Raises InputError when a column is missing.

    >>> row = {"series": ["output"], "year": [2020], "kind": ["observed"], "a": [0.0], "b": [1.0], "c": [0.0]}
    >>> spec = triangle(pl.DataFrame(row), pl.DataFrame(row), parts=("a", "b", "c"))
    >>> dots = next(layer for layer in spec["layer"] if "tooltip" in layer["encoding"])
    >>> dots["data"]["values"][0]["x"]
    0.5
    """
    path = _placed(known_rows(points, "series", "year", "kind", *parts), parts).sort("series", "year")
    ends = _placed(known_rows(cloud, "series", "year", *parts), parts)
    path, ends = (_named(rows, "series") for rows in (path, ends))
    names = path["series"].unique(maintain_order=True).to_list()
    colour = _scale("series", names, _SERIES) | {"legend": {"symbolType": "stroke", "symbolStrokeWidth": 3}}
    tips = [
        quantitative("year", format="d", title=_YEAR),
        {"field": "series", "title": text("series")},
    ] + [quantitative(part, format=".1%", title=_called(part)) for part in parts]
    spot = {"x": _axis("x", _X), "y": _axis("y", _Y)}
    line = {
        "data": {"values": _joined(path).to_dicts()},
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": spot | {"color": colour, "order": {"field": "year"}, "strokeDash": _dashes()},
    }
    dots = {
        "data": {"values": path.to_dicts()},
        "mark": {"type": "point", "filled": True, "size": 14, "opacity": 1},
        "encoding": spot | {"color": colour, "tooltip": tips},
    }
    futures = {
        "data": {"values": ends.to_dicts()},
        "mark": {"type": "point", "filled": True, "size": 12, "opacity": 1},
        "encoding": spot | {"fill": _scale("series", names, [_tint(hue, 0.3) for hue in _SERIES])},
    }
    return specification(
        None,
        title,
        height=_PIXELS,
        layer=[*_frame(parts), futures, line, dots, *_years(path)],
        resolve={"scale": {"fill": "independent"}},
    )


def shares(table: pl.DataFrame, *, title: str = "", order: Sequence[str] = ()) -> Spec:
    """Draw shares over time: a line for each part, observed and ahead, within its bands of 80% and 95%.

    Parameters
    ----------
    table : one row a sector and year: sector, year, kind (``observed`` or ``projected``), value, low80,
        high80, low95, high95 (shares from 0 to 1; limits may be null)
    order : the sectors as the legend lists them

    Raises InputError when a column is missing.
    """
    limits = ("low80", "high80", "low95", "high95")
    figures = known_rows(table, "sector", "year", "kind", "value", needed=limits).sort("sector", "year")
    figures, order = _named(figures, "sector"), [_called(name) for name in order]
    names = [*order, *sorted(set(figures["sector"]) - set(order))]
    colour = _scale("sector", names, CATEGORIES) | {
        "legend": {"symbolType": "stroke", "symbolStrokeWidth": 3}
    }
    year = quantitative(
        "year", title=None, axis={"format": "d", "grid": False}, scale={"zero": False, "nice": False}
    )
    last = pl.col("year") == pl.col("year").filter(pl.col("kind") == "observed").max().over("sector")
    from_last = figures.with_columns(
        pl.when(last & (pl.col("kind") == "observed")).then("value").otherwise(name).alias(name)
        for name in limits
    ).drop_nulls(limits)
    bands = [
        {
            "data": {"values": from_last.to_dicts()},
            "mark": {"type": "area", "opacity": 1},
            "encoding": {"x": year, "y": quantitative(f"low{level}"),
                         "y2": {"field": f"high{level}"},
                         "fill": _scale("sector", names, [_tint(hue, strength) for hue in CATEGORIES])},
        }
        for level, strength in (("95", 0.15), ("80", 0.35))
    ]  # fmt: skip
    line = {
        "data": {"values": _joined(figures).to_dicts()},
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": year,
            "y": quantitative("value", title=text("Share"), axis={"format": ".0%"}, scale={"domain": [0, 1]}),
            "color": colour,
            "strokeDash": _dashes(),
            "tooltip": [quantitative("year", format="d", title=_YEAR),
                        {"field": "sector", "title": text("sector")},
                        quantitative("value", format=".1%", title=text("share")),
                        quantitative("low80", format=".1%", title=text("80% from")),
                        quantitative("high80", format=".1%", title=text("80% to"))],
        },
    }  # fmt: skip
    ends = end_labels(figures, series="sector", value="value", height=320, reach=(0.0, 1.0))
    ends["encoding"]["x"] = year
    return specification(
        None,
        title,
        height=320,
        finding=_largest(figures),
        layer=[*bands, line, ends],
        resolve={"scale": {"fill": "independent"}},
    )


def _largest(figures: pl.DataFrame) -> Text | str:
    """Say which sector is the largest in the end, and whence it came."""
    if figures.is_empty():
        return ""
    then = figures.filter(pl.col("year") == pl.col("year").max()).sort("value").row(-1, named=True)
    of_it = figures.filter(pl.col("kind") == "observed", sector=then["sector"])
    if then["low80"] is None or of_it.is_empty():
        return ""
    now = of_it.row(-1, named=True)
    return text(
        "The largest share in {year}: {sector}, {share:.0%} (80% band: {low:.0%} to {high:.0%}); "
        "{before:.0%} in {since}",
        year=then["year"],
        sector=then["sector"],
        share=then["value"],
        low=then["low80"],
        high=then["high80"],
        before=now["value"],
        since=now["year"],
    )


def _scale(field: str, names: Sequence[str], colours: Sequence[str]) -> Spec:
    """A colour for each name, without a legend of its own."""
    return nominal(
        field, title=None, legend=None, scale={"domain": list(names), "range": list(colours[: len(names)])}
    )


def _tint(colour: str, strength: float) -> str:
    """Return a colour mixed with white: opaque, because see-through marks turn grey in PNG.

    >>> _tint("#000000", 0.2), _tint("#204080", 0.5)
    ('#cccccc', '#8f9fbf')
    """
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{255 - round((255 - part) * strength):02x}" for part in parts)


def _joined(figures: pl.DataFrame) -> pl.DataFrame:
    """Name the kinds for a reader; the outlook begins where the observed line ends."""
    by = "series" if "series" in figures.columns and "sector" not in figures.columns else "sector"
    ends = (
        figures.filter(pl.col("kind") == "observed")
        .sort("year")
        .group_by(by, maintain_order=True)
        .last()
        .select(figures.columns)
        .with_columns(kind=pl.lit("projected"))
    )
    names = {"observed": said(_OBSERVED), "projected": said(_PROJECTED)}
    return pl.concat([figures, ends]).sort(by, "kind", "year").with_columns(pl.col("kind").replace(names))


def _placed(table: pl.DataFrame, parts: tuple[str, str, str]) -> pl.DataFrame:
    """Add x and y: the lower left corner is 0, 0 and the lower right one 1, 0."""
    _, upper, right = (pl.col(part) for part in parts)
    return table.with_columns(x=right + upper / 2, y=upper * _HEIGHT)


def _named(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Name the series or sectors for a reader."""
    titles = {name: _called(name) for name in rows[column].unique()}
    return rows.with_columns(pl.col(column).replace(titles))


def _called(name: str) -> str:
    return str(say(_TITLES.get(name, name)))


def _corner(part: str) -> str:
    return str(say(_CORNERS.get(part, part)))


def _dashes() -> Spec:
    """Lines of what is projected are broken."""
    return nominal("kind", title=None, scale={"domain": [_OBSERVED, _PROJECTED], "range": [[1, 0], [5, 4]]})


def _axis(field: str, domain: tuple[float, float]) -> Spec:
    return quantitative(field, axis=None, scale={"domain": list(domain), "nice": False, "zero": False})


def _frame(parts: tuple[str, str, str]) -> list[Spec]:
    """The sides, the grid at every fifth, its figures, and the names of the corners."""

    def at(left: float, upper: float, right: float) -> dict[str, float]:
        whole = left + upper + right
        return {"x": round(right / whole + upper / whole / 2, 6), "y": round(upper / whole * _HEIGHT, 6)}

    segments = []
    for step in (0.0, *_STEPS):
        rest = 1 - step
        ends = (
            (at(step, rest, 0), at(step, 0, rest)),
            (at(rest, step, 0), at(0, step, rest)),
            (at(rest, 0, step), at(0, rest, step)),
        )
        segments += [
            {"x": one["x"], "y": one["y"], "x2": other["x"], "y2": other["y"], "side": step == 0}
            for one, other in ends
        ]
    figures = [
        {**spot, "text": f"{step:.0%}", "dx": dx, "dy": dy}
        for step in _STEPS
        for spot, dx, dy in (
            (at(step, 0, 1 - step), 0, 14),
            (at(1 - step, step, 0), -20, 0),
            (at(0, 1 - step, step), 20, 0),
        )
    ]
    corners = [
        {**at(1, 0, 0), "text": _corner(parts[0]), "dy": 32},
        {**at(0, 1, 0), "text": _corner(parts[1]), "dy": -12},
        {**at(0, 0, 1), "text": _corner(parts[2]), "dy": 32},
    ]
    spot = {"x": _axis("x", _X), "y": _axis("y", _Y)}
    rules = {
        "data": {"values": segments},
        "mark": {"type": "rule"},
        "encoding": spot
        | {
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "color": {"condition": {"test": "datum.side", "value": MUTED}, "value": LINE},
        },
    }
    numbers = [
        {
            "data": {"values": [row for row in figures if (row["dx"], row["dy"]) == offset]},
            "mark": {"type": "text", "fontSize": 11, "color": MUTED, "dx": offset[0], "dy": offset[1]},
            "encoding": spot | {"text": {"field": "text"}},
        }
        for offset in ((0, 14), (-20, 0), (20, 0))
    ]
    named = [
        {
            "data": {"values": [corner]},
            "mark": {"type": "text", "fontSize": 13, "fontWeight": 600, "color": INK, "dy": corner["dy"]},
            "encoding": spot | {"text": {"field": "text"}},
        }
        for corner in corners
    ]
    return [rules, *numbers, *named]


def _years(path: pl.DataFrame) -> list[Spec]:
    """The year at the first, the last observed and the last point of each series, each on its side."""
    year, seen = pl.col("year"), pl.col("year").filter(pl.col("kind") == "observed")
    places = (
        (year.min(), {"align": "right", "dx": -7}),
        (seen.max(), {"align": "center", "dy": -12}),
        (year.max(), {"align": "left", "dx": 7, "dy": 10}),
    )
    return [
        {
            "data": {"values": path.filter(year == end.over("series")).to_dicts()},
            "mark": {"type": "text", "fontSize": 12, "fontWeight": 600, "color": INK} | offset,
            "encoding": {
                "x": _axis("x", _X),
                "y": _axis("y", _Y),
                "text": quantitative("year", format="d"),
            },
        }
        for end, offset in places
    ]

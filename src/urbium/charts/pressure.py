"""Pressure: charts of need against capacity of services, and of what runs short when."""

from collections.abc import Mapping

import polars as pl

from urbium.charts.frame import Spec, known_rows, nominal, ordinal, quantitative, said, specification
from urbium.charts.theme import DIVERGING, INK, LINE, MUTED, PAPER, RAMP, WARM
from urbium.text import Text, say, text

_STEP = 26
_FULL = 100
_WORDY = 700
"""The width of a frame, in pixels, from which on there is room for words and figures in the rows."""
_CLASSES = (
    (text("up to 80%"), 80),
    (text("80 to 100%"), _FULL),
    (text("100 to 120%"), 120),
    (text("over 120%"), None),
)
_COLOURS = (RAMP[0], RAMP[2], DIVERGING[1], WARM)
_UNKNOWN = text("capacity unknown")


def pressure_strip(
    table: pl.DataFrame, *, names: Mapping[str, str], labels: Mapping[str, str], title: str = ""
) -> Spec:
    """Draw services by years, coloured by need over capacity, each with the year when it runs short.

    Services whose capacity is unknown stand below the others, as outlines; those without any row are left
    out.

    Parameters
    ----------
    table : one row a service and year, with ``service``, ``year`` and ``utilisation`` (a share, may be null)
        and ``capacity`` (may be null)
    names : of services, by id
    labels : what is said of each service at the end of its row, by id

    Raises InputError when a column is missing.

    >>> rows = {"service": ["beds", "beds"], "year": [2020, 2021], "utilisation": [0.9, 1.1], "capacity": 9.0}
    >>> spec = pressure_strip(pl.DataFrame(rows), names={"beds": "Beds"}, labels={"beds": "short in 2021"})
    >>> [row["kind"] for row in spec["data"]["values"]]
    ['80 to 100%', '100 to 120%']
    """
    rows = known_rows(table, "service", "year", needed=("utilisation", "capacity"))
    per_cent = 100 * pl.col("utilisation")
    classes, unknown = [(said(words), end) for words, end in _CLASSES], said(_UNKNOWN)
    kind = pl.lit(classes[-1][0])
    for words, end in reversed(classes[:-1]):
        kind = pl.when(per_cent <= end).then(pl.lit(words)).otherwise(kind)
    worst = pl.col("utilisation").max().over("service")
    rows = rows.select(
        "service",
        "year",
        name=pl.col("service").replace_strict(dict(names), default=pl.col("service")),
        percent=per_cent.round(1),
        kind=pl.when(pl.col("capacity").is_null()).then(pl.lit(unknown)).otherwise(kind),
        worst=worst.fill_null(-1),
    ).sort(pl.col("kind") == unknown, -pl.col("worst"), "name", "year")
    order = rows["name"].unique(maintain_order=True).to_list()
    ends = rows.group_by("service", "name", maintain_order=True).agg(
        missing=(pl.col("kind") == unknown).all()
    )
    ends = ends.with_columns(
        told=pl.col("service").replace_strict(
            {name: str(say(words)) for name, words in labels.items()}, default="", return_dtype=pl.String
        )
    )
    place = nominal(
        "name",
        sort=None,
        title=None,
        scale={"domain": order, "padding": 0.12},
        axis={"labelLimit": 240, "labelColor": INK, "domain": False},
    )
    year = ordinal(
        "year",
        title=None,
        scale={"padding": 0.04},
        axis={"orient": "top", "labelAngle": 0, "domain": False, "labelOverlap": "parity"},
    )
    domain = [words for words, _ in classes]
    cells = {
        "mark": {"type": "rect", "strokeWidth": 1},
        "encoding": {
            "x": year,
            "color": nominal(
                "kind",
                condition={"test": f"datum.kind === {unknown!r}", "value": PAPER},
                title=text("Demand as a share of capacity"),
                scale={"domain": domain, "range": list(_COLOURS)},
            ),
            "stroke": {"condition": {"test": f"datum.kind === {unknown!r}", "value": LINE}, "value": None},
            "tooltip": [
                {"field": "name", "title": text("service")},
                {"field": "year", "title": text("year")},
                quantitative("percent", format=",.0f", title=text("demand as a share of capacity, %")),
            ],
        },
    }
    ending: Spec = {
        "name": "wide_words",
        "data": {"values": ends.to_dicts()},
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 11, "limit": 330},
        "encoding": {
            "x": {"value": "width"},
            "text": {"field": "told"},
            "color": {"condition": {"test": "datum.missing", "value": MUTED}, "value": INK},
        },
    }
    below = ending | {
        "name": "words",
        "mark": {"type": "text", "align": "left", "dy": -_STEP * 0.45 - 8, "fontSize": 11, "limit": 300},
        "encoding": ending["encoding"] | {"x": {"value": 0}},
    }
    return specification(
        rows.drop("worst"),
        title,
        height={"step": _STEP},
        encoding={"y": place},
        finding=_short(rows.filter(pl.col("kind") != unknown)),
        layer=[cells, ending],
        usermeta={"narrow": _WORDY, "room": 33, "besides": [below]},
    )


def _short(rows: pl.DataFrame) -> Text | str:
    """Say how many services run short in the last year."""
    then = rows.filter(pl.col("year") == pl.col("year").max())
    if then.is_empty():
        return ""
    return text(
        "Services with a shortage in {year}: {short} of the {count} whose capacity is known",
        short=(then["percent"] > _FULL).sum(),
        count=then.height,
        year=then["year"][0],
    )


def _widest(rows: pl.DataFrame) -> Text | str:
    """Say which service is short in most cities in the last year."""
    then = rows.filter(pl.col("year") == pl.col("year").max()).sort("percent", "name")
    if then.is_empty():
        return ""
    most = then.row(-1, named=True)
    return text(
        "{service}: shortage in {share:.0%} of the cities by {year}",
        service=most["name"],
        share=most["percent"] / _FULL,
        year=most["year"],
    )


def pressure_tide(table: pl.DataFrame, *, names: Mapping[str, str], title: str = "") -> Spec:
    """Draw services by years, coloured by the share of cities in which each has, likely, run short.

    Parameters
    ----------
    table : one row a city, service and year, with ``city``, ``service``, ``year`` and ``share_by_then`` (of
        paths that have run short by then, from 0 to 1)
    names : of services, by id

    Raises InputError when a column is missing.
    """
    rows = known_rows(table, "city", "service", "year", "share_by_then")
    rows = (
        rows.group_by("service", "year")
        .agg(percent=100 * (pl.col("share_by_then") >= 0.5).mean(), cities=pl.len())  # noqa: PLR2004 - a half
        .with_columns(
            pl.col("percent").round(1),
            name=pl.col("service").replace_strict(dict(names), default=pl.col("service")),
        )
        .sort("name", "year")
    )
    place = nominal("name", title=None, axis={"labelLimit": 240, "domain": False})
    year = ordinal(
        "year", title=None, axis={"orient": "top", "labelAngle": 0, "domain": False, "labelOverlap": "parity"}
    )
    is_dark = "datum.percent > 50"
    cells = {
        "mark": {"type": "rect", "stroke": PAPER},
        "encoding": {
            "color": quantitative(
                "percent",
                title=text("Cities with a shortage (%)"),
                scale={"domain": [0, _FULL], "range": "ramp"},
            ),
            "tooltip": [
                {"field": "name", "title": text("service")},
                {"field": "year", "title": text("year")},
                quantitative("percent", format=".0f", title=text("cities with a shortage, %")),
                quantitative("cities", format=",d", title=text("of cities")),
            ],
        },
    }
    figures = {
        "name": "wide_figures",
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "text": quantitative("percent", format=".0f"),
            "color": {"condition": {"test": is_dark, "value": PAPER}, "value": INK},
        },
    }
    return specification(
        rows,
        title,
        height={"step": _STEP},
        encoding={"x": year, "y": place},
        finding=_widest(rows),
        layer=[cells, figures],
        usermeta={"narrow": _WORDY},
    )

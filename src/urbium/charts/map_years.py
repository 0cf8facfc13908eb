"""Years: which cities build in a year of a plan, and how much of their own they have finished by then."""

import math
from collections.abc import Sequence

import polars as pl

from urbium.charts.frame import plain_spec, said
from urbium.charts.map_cities import (
    AREA,
    Spec,
    area_scale,
    frame_of,
    graticule,
    label_levels,
    labels,
    legend_words,
    located,
    projection,
    signals,
)
from urbium.charts.theme import FAINT, INK, PAPER, RAMP, WARM
from urbium.errors import InputError
from urbium.text import text

__all__ = ["SHARES", "year_map"]

SHARES = (
    text("chart.years.no_project", "no project"),
    text("chart.years.none", "none yet"),
    text("chart.years.some", "less than half"),
    text("chart.years.half", "half or more"),
    text("chart.years.all", "all"),
)
"""How much of its own projects a city has finished, in words."""

_FILLS = (PAPER, RAMP[0], RAMP[1], RAMP[3], RAMP[4])
_NEEDED = ("code", "name", "longitude", "latitude", "size", "building", "finished", "projects")


def year_map(
    table: pl.DataFrame,
    years: Sequence[int],
    year: int,
    *,
    link: str = "",
    width: int = 760,
    height: int = 680,
) -> Spec:
    """Draw cities as circles: filled by the share of their projects that is done, ringed while they build.

    Another year is shown by setting the signal ``year``; nothing is drawn anew.

    Parameters
    ----------
    table : one row a city, with ``code``, ``name``, ``longitude``, ``latitude`` (degrees), ``size``
        (persons), ``projects`` (of the whole plan), and two lists with one count a year:
        ``building`` (in the year) and ``finished`` (by its end); other columns go into the data as they are
    years : the years of the lists, without gaps
    year : the year that is shown first
    link : the address that a click opens, before the city's code; none when empty

    Raises InputError when a column is missing, or the year is none of the plan's.
    """
    absent = [name for name in _NEEDED if name not in table.columns]
    if absent:
        raise InputError(
            text("chart.no_column", "no column {columns}", columns=", ".join(absent)),
            place="map",
            remedy=text("chart.columns", "the table has {columns}", columns=", ".join(table.columns)),
        )
    if year not in years:
        raise InputError(
            text("chart.years.no_year", "no year {year}", year=year),
            place="map",
            remedy=text(
                "chart.years.choose", "choose one of {first} to {last}", first=years[0], last=years[-1]
            ),
        )
    placed = table.drop_nulls(["longitude", "latitude"]).sort("size", descending=True, nulls_last=True)
    frame = frame_of(placed, width, height)
    values = [
        row | {"from": level if level < math.inf else 1e9}
        for row, level in zip(placed.to_dicts(), label_levels(placed, frame), strict=True)
    ]
    at = f"[year - {years[0]}]"
    now = [
        {"type": "formula", "as": "now", "expr": f"datum.building{at}"},
        {"type": "formula", "as": "done", "expr": f"datum.finished{at}"},
        {"type": "formula", "as": "share", "expr": _share()},
    ]
    chosen = {"name": "year", "value": year}
    title = text(
        "chart.years.title",
        "Map of {count} cities: which build in {year}, and what they have completed",
        count=len(values),
        year=year,
    )
    return plain_spec(
        {
            "$schema": "https://vega.github.io/schema/vega/v6.json",
            "description": title,
            "width": width,
            "height": height,
            "padding": 0,
            "autosize": "none",
            "config": {"background": None, "legend": {"layout": {"bottom-left": {"direction": "vertical"}}}},
            "signals": [chosen, *signals(frame)],
            "data": [
                {"name": "cities", "values": values},
                {"name": "then", "source": "cities", "transform": now},
                {
                    "name": "named",
                    "source": "cities",
                    "transform": [
                        {"type": "filter", "expr": f"datum.from <= zoom * base / {frame['scale']}"}
                    ],
                },
                {
                    "name": "lines",
                    "transform": [{"type": "graticule", "extent": [[60, 10], [145, 60]], "step": [10, 10]}],
                },
            ],
            "projections": [projection()],
            "scales": [
                {"name": "colour", "type": "ordinal", "domain": list(SHARES), "range": list(_FILLS)},
                {
                    "name": "ring",
                    "type": "ordinal",
                    "domain": [text("chart.years.in_year", "in that year")],
                    "range": [WARM],
                },
                area_scale(),
            ],
            "legends": _legends(),
            "marks": [graticule(), _circles(link), labels(halo=True), labels()],
        }
    )


def _share() -> str:
    """The share that is finished, in words, as an expression."""
    nothing, none, some, half, every = (said(share) for share in SHARES)
    finished = f"datum.done == datum.projects ? {every!r} : 2 * datum.done >= datum.projects ? {half!r} : "
    return f"!datum.projects ? {nothing!r} : !datum.done ? {none!r} : {finished}{some!r}"


def _legends() -> list[Spec]:
    circle = {"symbols": {"update": {"stroke": {"value": INK}, "strokeWidth": {"value": 0.6}}}}
    ring = {"symbols": {"update": {"fill": {"value": "transparent"}, "strokeWidth": {"value": 3}}}}
    finished = {
        "fill": "colour",
        "title": text("chart.years.completed", "Completed of its projects"),
        "encode": circle,
    }
    building = {"stroke": "ring", "title": text("chart.years.builds", "Builds"), "encode": ring}
    shared = {"symbolSize": 130, "symbolType": "circle", "type": "symbol"} | legend_words()
    return [finished | shared, building | shared]


def _circles(link: str) -> Spec:
    in_year, building, completed = (
        said(message)
        for message in (
            text("chart.years.tip_year", "In the year"),
            text("chart.years.tip_building", "Under construction"),
            text("chart.years.tip_completed", "Completed"),
        )
    )
    done = "datum.done + ' / ' + datum.projects"
    tip = f"{{title: datum.name, {in_year!r}: year, {building!r}: datum.now, {completed!r}: {done}}}"
    builds = "datum.now > 0"
    update: Spec = {
        "fill": {"scale": "colour", "field": "share"},
        "stroke": [
            {"test": "datum.code === picked", "value": INK},
            {"test": builds, "value": WARM},
            {"test": "!datum.projects", "value": FAINT},
            {"value": INK},
        ],
        "strokeWidth": [
            {"test": "datum.code === picked", "value": 3},
            {"test": builds, "signal": "clamp(2 * grown, 0.8, 2.2)"},
            {"value": 0.6},
        ],
        "size": {"signal": f"0.75 * ({AREA})"},
        "opacity": {"value": 0.94},
        "tooltip": {"signal": tip},
        "cursor": {"value": "pointer"},
    }
    if link:
        update["href"] = {"signal": f"{link!r} + datum.code"}
    spoken = f"datum.name + '; ' + {building!r} + ': ' + datum.now + '; ' + {completed!r} + ': ' + {done}"
    return {
        "type": "symbol",
        "name": "places",
        "from": {"data": "then"},
        "encode": {"enter": {"description": {"signal": spoken}}, "update": update},
        "transform": [located()],
    }

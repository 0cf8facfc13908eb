"""Years: which cities build in a year of a plan, and how much of their own they have finished by then."""

import math
from collections.abc import Sequence

import polars as pl

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

__all__ = ["SHARES", "year_map"]

SHARES = ("no project", "none yet", "less than half", "half or more", "all")
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
            f"no column {', '.join(absent)}", place="map", remedy=f"the table has {', '.join(table.columns)}"
        )
    if year not in years:
        raise InputError(f"no year {year}", place="map", remedy=f"choose one of {years[0]} to {years[-1]}")
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
    return {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "description": f"Map of {len(values)} cities: which build in {year}, and what they have finished",
        "width": width,
        "height": height,
        "padding": 0,
        "autosize": "none",
        "config": {"background": None, "legend": {"layout": {"bottom-left": {"direction": "vertical"}}}},
        "signals": [chosen, *signals(frame)],
        "data": [
            {"name": "cities", "values": values},
            {"name": "then", "source": "cities", "transform": now},
            {"name": "named", "source": "cities",
             "transform": [{"type": "filter", "expr": f"datum.from <= zoom * base / {frame['scale']}"}]},
            {"name": "lines", "transform": [
                {"type": "graticule", "extent": [[60, 10], [145, 60]], "step": [10, 10]}]},
        ],
        "projections": [projection()],
        "scales": [
            {"name": "colour", "type": "ordinal", "domain": list(SHARES), "range": list(_FILLS)},
            {"name": "ring", "type": "ordinal", "domain": ["in that year"], "range": [WARM]},
            area_scale(),
        ],
        "legends": _legends(),
        "marks": [graticule(), _circles(link), labels(halo=True), labels()],
    }  # fmt: skip


def _share() -> str:
    """The share that is finished, in words, as an expression."""
    none, some, half, every = SHARES[1:]
    finished = f"datum.done == datum.projects ? '{every}' : 2 * datum.done >= datum.projects ? '{half}' : "
    return f"!datum.projects ? '{SHARES[0]}' : !datum.done ? '{none}' : {finished}'{some}'"


def _legends() -> list[Spec]:
    circle = {"symbols": {"update": {"stroke": {"value": INK}, "strokeWidth": {"value": 0.6}}}}
    ring = {"symbols": {"update": {"fill": {"value": "transparent"}, "strokeWidth": {"value": 3}}}}
    finished = {"fill": "colour", "title": "Finished of its projects", "encode": circle}
    building = {"stroke": "ring", "title": "Builds", "encode": ring}
    shared = {"symbolSize": 130, "symbolType": "circle", "type": "symbol"} | legend_words()
    return [finished | shared, building | shared]


def _circles(link: str) -> Spec:
    done = "datum.done + ' of ' + datum.projects"
    tip = f"{{title: datum.name, 'In the year': year, 'Being built': datum.now, 'Finished': {done}}}"
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
    spoken = f"datum.name + ', ' + datum.now + ' being built, ' + {done} + ' finished'"
    return {
        "type": "symbol",
        "name": "places",
        "from": {"data": "then"},
        "encode": {"enter": {"description": {"signal": spoken}}, "update": update},
        "transform": [located()],
    }

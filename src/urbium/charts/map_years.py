"""Years: which cities build in a year of a plan, and how much of their own they have finished by then.

See ADR 0014.
"""

from collections.abc import Sequence

import polars as pl

from urbium.charts.frame import joined, said, signal
from urbium.charts.map_live import (
    AREA,
    Spec,
    area_scale,
    frame_of,
    largest_circle,
    legend_words,
    located,
    map_rows,
    map_specification,
    map_values,
)
from urbium.charts.projection import projection_of
from urbium.charts.theme import FAINT, INK, PAPER, RAMP, WARM
from urbium.errors import InputError
from urbium.model import FITTED
from urbium.text import coded, text

SHARES = (
    text("no project"),
    text("none yet"),
    text("less than half"),
    text("half or more"),
    text("all"),
)
"""How much of its own projects a city has finished, in words."""

_FILLS = (PAPER, RAMP[0], RAMP[1], RAMP[3], RAMP[4])


def year_map(
    table: pl.DataFrame,
    years: Sequence[int],
    year: int,
    *,
    link: str = "",
    projection: str = FITTED,
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
    projection : ``fitted`` to the cities, or as :func:`urbium.charts.projection.projection_of` reads it

    Raises InputError when a column is missing, or the year is none of the plan's.
    """
    if year not in years:
        raise InputError(
            coded("chart.years.no_year", "no year {year}", year=year),
            place="map",
            remedy=text("choose a year from {first} to {last}", first=years[0], last=years[-1]),
        )
    rows = map_rows(table, "building", "finished", "projects", size="size")
    shape = projection_of(projection, rows["longitude"].to_numpy(), rows["latitude"].to_numpy())
    frame = frame_of(rows, shape, width, height)
    values = map_values(rows, shape, frame)
    at = f"[year - {years[0]}]"
    now = [
        {"type": "formula", "as": "now", "expr": f"datum.building{at}"},
        {"type": "formula", "as": "done", "expr": f"datum.finished{at}"},
        {"type": "formula", "as": "share", "expr": _share()},
    ]
    chosen = {"name": "year", "value": year}
    title = text(
        "Map of cities ({count}): construction in {year}, and projects completed",
        count=len(values),
        year=year,
    )
    return map_specification(
        frame,
        shape,
        rows,
        title=title,
        before=[chosen],
        data=[
            {"name": "cities", "values": values},
            {"name": "then", "source": "cities", "transform": now},
        ],
        scales=[
            {"name": "colour", "type": "ordinal", "domain": list(SHARES), "range": list(_FILLS)},
            {
                "name": "ring",
                "type": "ordinal",
                "domain": [text("in that year")],
                "range": [WARM],
            },
            area_scale(largest_circle(rows["size"])),
        ],
        legends=_legends(),
        circles=_circles(link),
        config={"legend": {"layout": {"bottom-left": {"direction": "vertical"}}}},
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
        "title": text("Share of projects completed"),
        "encode": circle,
    }
    building = {"stroke": "ring", "title": text("Builds"), "encode": ring}
    shared = {"symbolSize": 130, "symbolType": "circle", "type": "symbol"} | legend_words()
    return [finished | shared, building | shared]


def _circles(link: str) -> Spec:
    in_year, building, completed = (
        said(message)
        for message in (
            text("In the year"),
            text("Under construction"),
            text("Completed"),
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
    spoken = joined(
        text(
            "{name}: {building} under construction, {completed} of {projects} completed",
            name=signal("datum.name"), building=signal("datum.now"), completed=signal("datum.done"),
            projects=signal("datum.projects"),
        )
    )  # fmt: skip
    return {
        "type": "symbol",
        "name": "places",
        "from": {"data": "then"},
        "encode": {"enter": {"description": {"signal": spoken}}, "update": update},
        "transform": [located()],
    }

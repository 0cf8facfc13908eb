"""Plan years: how far the plan is in each year, what is built when, and where."""

from typing import Any

import polars as pl

from urbium import charts
from urbium.programme import Programme
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, text
from urbium.web.rendering.drawing import Drawer
from urbium.web.views.frames import NAMES, lasting, named_cities, registered_people

_MOST_ROWS = 60


def when(drawer: Drawer, tables: PlanTables, shown: pl.DataFrame) -> dict[str, Any]:
    """Gather how far the whole plan is by year, and by solution what starts and is built of what is shown.

    Parameters
    ----------
    shown : the projects that are asked for, with ``title`` (the solution's name)
    """
    years, cells = tables.years(), _cells(tables, shown)
    planned = tables.plan.table.height
    return {
        "years": years.with_columns(
            total=pl.sum_horizontal("capital", "operation", "renewal", "training")
        ).to_dicts(),
        "phases": drawer.draw(charts.phases(years)) if planned else None,
        "phases_said": _phases_said(years, planned),
        "starts": drawer.draw(charts.starts(cells.filter(pl.col("projects") > 0), row="title"))
        if shown.height
        else None,
        "starts_said": _starts_said(shown),
        "building": drawer.draw(charts.starts(cells.drop("projects"), row="title", count="building"))
        if shown.height
        else None,
    }


def _cells(tables: PlanTables, shown: pl.DataFrame) -> pl.DataFrame:
    """Starts (as ``projects``) and projects being built by title and year, of the most frequent titles."""
    most = (
        shown.group_by("title").len().sort("len", "title", descending=[True, False]).head(_MOST_ROWS)["title"]
    )
    kept = shown.filter(pl.col("title").is_in(most.to_list()))
    counted = tables.solutions(kept.with_columns(solution="title"))
    return counted.select("year", "building", title="solution", projects="starts").sort("title", "year")


def _phases_said(years: pl.DataFrame, planned: int) -> Text | str:
    if not planned:
        return ""
    peak = years.sort("building", "year", descending=[True, False]).row(0, named=True)
    half = years.filter(2 * pl.col("finished") >= planned).row(0, named=True)
    return text(
        "Each bar shows all {projects:,} projects: completed before the year, under construction in it, and "
        "not started by its end. Most are under construction in {peak} ({building:,}); at least half are "
        "completed by the end of {half}.",
        projects=planned, peak=peak["year"], building=peak["building"], half=half["year"]
    )  # fmt: skip


def _starts_said(table: pl.DataFrame) -> Text | str:
    if table.is_empty():
        return ""
    kinds = table["title"].n_unique()
    peak = table.group_by("start").len().sort("len", "start", descending=[True, False]).row(0, named=True)
    if kinds > _MOST_ROWS:
        return text(
            "Each cell gives the number of projects of a solution that start in that year. More projects "
            "start in {year} than in any other year: {most:,} of {projects:,}. The {shown} most frequent of "
            "{kinds} solutions are shown.",
            most=peak["len"], projects=table.height, year=peak["start"], shown=_MOST_ROWS, kinds=kinds
        )  # fmt: skip
    return text(
        "Each cell gives the number of projects of a solution that start in that year. More projects start "
        "in {year} than in any other year: {most:,} of {projects:,}.",
        most=peak["len"], projects=table.height, year=peak["start"]
    )  # fmt: skip


def where(office: Programme, drawer: Drawer, tables: PlanTables, year: int | None) -> dict[str, Any] | None:
    """Gather the map of a year and the table beside it; None when nothing is planned.

    ``year`` is the one asked for; the one in which most is built when it is none of the plan's.
    """
    table = lasting(office, "plan by city and year", tables.cities)
    if table.is_empty():
        return None
    years = list(tables.plan.years)
    chosen = year if year is not None and year in years else _busiest(table)
    shown = lasting(office, f"plan in {chosen}", lambda: _year(office, table, years, chosen))
    return shown | {"map": drawer.draw(shown["map"])}


def _year(office: Programme, table: pl.DataFrame, years: list[int], chosen: int) -> dict[str, Any]:
    """Gather the map (as a specification) and the rows of one year."""
    of_year = table.filter(pl.col("year") == chosen)
    lists = table.group_by("city").agg(
        pl.col("projects").first(), *(pl.col(name).round(1) for name in ("building", "finished", "capital"))
    )
    cities = named_cities(office).select("city", *NAMES, "longitude", "latitude")
    placed = (
        cities.join(lists, on="city", how="left")
        .join(registered_people(office), on="city", how="left")
        .with_columns(pl.col("projects").fill_null(0), *(_filled(name, len(years)) for name in _LISTS))
        .select("longitude", "latitude", *_LISTS, "projects", "name", code="city", size="population")
    )
    rows = of_year.join(cities, on="city", how="left")
    return {
        "map": charts.year_map(
            placed, years, chosen, link="/cities/", projection=office.settings().projection
        ),
        "year": chosen,
        "years": years,
        "rows": rows.sort("region", "in_order", nulls_last=True).to_dicts(),
        "idle": cities.join(of_year, on="city", how="anti").height,
        "said": of_year.select(
            building=pl.col("building").sum(),
            cities=(pl.col("building") > 0).sum(),
            finished=pl.col("finished").sum(),
            projects=pl.col("projects").sum(),
            done=(pl.col("finished") == pl.col("projects")).sum(),
        ).row(0, named=True),
    }


_LISTS = ("building", "finished", "capital")


def _filled(name: str, count: int) -> pl.Expr:
    kind = pl.Float64 if name == "capital" else pl.Int64
    return pl.col(name).fill_null(pl.lit([0] * count, dtype=pl.List(kind)))


def _busiest(table: pl.DataFrame) -> int:
    counted = table.group_by("year").agg(pl.col("building").sum())
    return int(counted.sort("building", "year", descending=[True, False])["year"][0])

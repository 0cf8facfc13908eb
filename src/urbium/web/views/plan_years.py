"""Plan years: how far the plan is in each year, what is built when, and where."""

from dataclasses import replace
from typing import Any

import polars as pl

from urbium import charts
from urbium.plan import by_city_year, by_solution_year, by_year
from urbium.web.drawing import Drawer
from urbium.web.parameters import Office
from urbium.web.views.frames import registered_people

__all__ = ["when", "where"]

_MOST_ROWS = 60


def when(drawer: Drawer, made: Any, shown: pl.DataFrame) -> dict[str, Any]:  # noqa: ANN401 - the plan's own class
    """Gather how far the whole plan is by year, and by solution what starts and is built of what is shown.

    Parameters
    ----------
    shown : the projects that are asked for, with ``title`` (the solution's name)
    """
    years = by_year(made)
    cells = _cells(made, shown)
    return {
        "years": years.with_columns(total=pl.sum_horizontal("capital", "operation", "training")).to_dicts(),
        "phases": drawer.draw(charts.phases(years)) if made.table.height else None,
        "phases_said": _phases_said(years, made),
        "starts": drawer.draw(charts.starts(cells.filter(pl.col("projects") > 0), row="title"))
        if shown.height
        else None,
        "starts_said": _starts_said(shown),
        "building": drawer.draw(charts.starts(cells.drop("projects"), row="title", count="building"))
        if shown.height
        else None,
    }


def _cells(made: Any, shown: pl.DataFrame) -> pl.DataFrame:  # noqa: ANN401 - the plan's own class
    """Starts (as ``projects``) and projects being built by title and year, of the most frequent titles."""
    most = (
        shown.group_by("title").len().sort("len", "title", descending=[True, False]).head(_MOST_ROWS)["title"]
    )
    kept = shown.filter(pl.col("title").is_in(most.to_list()))
    counted = by_solution_year(replace(made, table=kept.with_columns(solution="title")))
    return counted.select("year", "building", title="solution", projects="starts").sort("title", "year")


def _phases_said(years: pl.DataFrame, made: Any) -> str:  # noqa: ANN401 - the plan's own class
    if made.table.is_empty():
        return ""
    peak = years.sort("building", "year", descending=[True, False]).row(0, named=True)
    half = years.filter(2 * pl.col("finished") >= made.table.height).row(0, named=True)
    return (
        f"Each bar is all {made.table.height:,} projects: finished before the year, being built in it, not "
        f"begun by its end. Most are under construction in {peak['year']} ({peak['building']:,}); half are "
        f"finished by the end of {half['year']}."
    )


def _starts_said(table: pl.DataFrame) -> str:
    if table.is_empty():
        return ""
    kinds = table["title"].n_unique()
    peak = table.group_by("start").len().sort("len", "start", descending=[True, False]).row(0, named=True)
    cut = f" The {_MOST_ROWS} most frequent of {kinds} solutions are shown." if kinds > _MOST_ROWS else ""
    return (
        f"Each cell says how many projects of a solution start in that year. "
        f"Most projects, {peak['len']:,} of {table.height:,}, start in {peak['start']}.{cut}"
    )


def where(office: Office, drawer: Drawer, made: Any, year: int | None) -> dict[str, Any] | None:  # noqa: ANN401
    """Gather the map of a year and the table beside it; None when nothing is planned.

    ``year`` is the one asked for; the one in which most is built when it is none of the plan's.
    """
    table = by_city_year(made)
    if table.is_empty():
        return None
    years = list(made.years)
    chosen = year if year is not None and year in years else _busiest(table)
    own = table.filter(pl.col("year") == chosen)
    lists = table.group_by("city").agg(
        pl.col("projects").first(), *(pl.col(name).round(1) for name in ("building", "finished", "capital"))
    )
    cities = office.cities().select("name_en", "name_zh", "province_en", "longitude", "latitude", city="code")
    placed = (
        cities.join(lists, on="city", how="left")
        .join(registered_people(office), on="city", how="left")
        .with_columns(pl.col("projects").fill_null(0), *(_filled(name, len(years)) for name in _LISTS))
        .select("longitude", "latitude", *_LISTS, "projects", code="city", name="name_en", size="population")
    )
    spec = charts.year_map(placed, years, chosen, link="/cities/")
    rows = own.join(cities, on="city", how="left").with_columns(pl.col("name_en").fill_null(pl.col("city")))
    return {
        "map": drawer.draw(spec),
        "year": chosen,
        "years": years,
        "rows": rows.sort("province_en", "name_en", nulls_last=True).to_dicts(),
        "idle": cities.join(own, on="city", how="anti").height,
        "said": own.select(
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

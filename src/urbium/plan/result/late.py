"""Late: what no plan of a roadmap can finish, because of its building time and of what it requires first."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from urbium.plan.problem.roadmap import Roadmap
from urbium.text import Text, text

__all__ = ["earliest_starts", "late_in", "late_words", "requirements"]


def requirements(road: Roadmap) -> Mapping[str, list[tuple[str, int]]]:
    """Return what each project requires, with the years that must pass between."""
    needs: dict[str, list[tuple[str, int]]] = {}
    for name, requires, lag in road.hard_prerequisites.iter_rows():
        needs.setdefault(name, []).append((requires, lag))
    return needs


def earliest_starts(road: Roadmap) -> Mapping[str, int]:
    """Return the first year in which each project may start, all that it requires being built at once."""
    needs = requirements(road)
    build = dict(road.projects.select("project", "build_years").iter_rows())
    window = dict(road.projects.select("project", pl.col("earliest").fill_null(road.years[0])).iter_rows())
    years: dict[str, int] = {}

    def first(name: str) -> int:
        if name not in years:
            after = (first(q) + build[q] + lag for q, lag in needs.get(name, ()))
            years[name] = max(road.years[0], window[name], *after)
        return years[name]

    return {name: first(name) for name in build}


def late_in(road: Roadmap, city: str = "") -> pl.DataFrame:
    """Return the solutions that can be finished nowhere within the plan, or not in a city.

    Columns: solution, finish (the earliest year in which one could be), projects (candidates that fall away).
    """
    starts = pl.DataFrame(
        list(earliest_starts(road).items()), schema={"project": pl.String, "begins": pl.Int64}, orient="row"
    )
    projects = road.projects.filter(pl.col("city") == city) if city else road.projects
    return (
        projects.filter(pl.col("status") != "forbidden")
        .join(starts, on="project")
        .group_by("solution")
        .agg(finish=(pl.col("begins") + pl.col("build_years") - 1).min(), projects=pl.len())
        .filter(pl.col("finish") > road.years[-1])
        .sort("finish", "solution")
    )


def late_words(road: Roadmap, names: Mapping[str, str] = MappingProxyType({}), city: str = "") -> Text | None:
    """Say which solutions cannot be finished, the earliest year of each, and what helps; None for none.

    Parameters
    ----------
    names : of solutions by code
    city : says it of this city alone
    """
    late = late_in(road, city)
    if late.is_empty():
        return None
    candidates = road.projects.filter(pl.col("city") == city) if city else road.projects
    facts = {
        "count": late.height,
        "kinds": candidates["solution"].n_unique(),
        "last": road.years[-1],
        "solutions": [
            text("plan.late.solution", "{name} ({year})", name=names.get(code, code), year=year)
            for code, year in late.select("solution", "finish").iter_rows()
        ],
        "until": late["finish"].max(),
        "first": road.years[0],
    }
    if city:
        return text(
            "plan.late.here",
            "Of {kinds} solutions {count} cannot be finished here by {last}, whatever they would bring (in "
            "brackets the earliest year): {solutions:list}. A plan to {until} would help, or beginning what "
            "they require before {first}.",
            **facts,
        )
    return text(
        "plan.late.anywhere",
        "Of {kinds} solutions {count} cannot be finished in any city by {last}, whatever they would bring "
        "(in brackets the earliest year): {solutions:list}. A plan to {until} would help, or beginning what "
        "they require before {first}.",
        **facts,
    )

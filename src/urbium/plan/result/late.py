"""Late: what no plan of a roadmap can begin and finish in time, and what a plan completes after its years.

See ADR 0112.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import money_words
from urbium.text import Text, coded


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
    """Return the solutions that can be begun in the plan and finished in time nowhere, or not in a city.

    Columns: solution, finish (the earliest year in which one could be), until (the year to which a plan would
    have to go), projects (candidates that fall away).
    """
    ends_after = road.settings.ends_after
    if city:
        road = _of_city(road, city)
    starts = pl.DataFrame(
        list(earliest_starts(road).items()), schema={"project": pl.String, "begins": pl.Int64}, orient="row"
    )
    return (
        road.projects.filter(pl.col("status") != "forbidden")
        .join(starts, on="project")
        .with_columns(finish=pl.col("begins") + pl.col("build_years") - 1)
        .with_columns(until=pl.max_horizontal("begins", pl.col("finish") - ends_after))
        .group_by("solution")
        .agg(finish=pl.col("finish").min(), until=pl.col("until").min(), projects=pl.len())
        .filter(pl.col("until") > road.start_years[-1])
        .sort("finish", "solution")
    )


def _of_city(road: Roadmap, city: str) -> Roadmap:
    """Return a roadmap with the projects of a city alone, and what they require, which is of their city."""
    projects = road.projects.filter(pl.col("city") == city)
    prerequisites = road.prerequisites.join(projects.select("project"), on="project", how="semi")
    return road.replace(projects=projects, prerequisites=prerequisites)


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
        "last": road.start_years[-1],
        "end": road.years[-1],
        "solutions": [
            coded("plan.late.solution", "{name} ({year})", name=names.get(code, code), year=year)
            for code, year in late.select("solution", "finish").iter_rows()
        ],
        "until": late["until"].max(),
        "first": road.years[0],
    }
    if city:
        return coded(
            "plan.late.here",
            "Of the {kinds} solutions considered in this city, {count} cannot be both started by "
            "{last} and completed by {end}, whatever the benefit (earliest year of completion in "
            "brackets): {solutions:list}. Allowing starts up to {until}, or starting required "
            "projects before {first}, would make this possible.",
            **facts,
        )
    return coded(
        "plan.late.anywhere",
        "Of the {kinds} solutions considered in at least one city, {count} cannot be both started "
        "in any city by {last} and completed by {end}, whatever the benefit (earliest year of "
        "completion in brackets): {solutions:list}. Allowing starts up to {until}, or starting "
        "required projects before {first}, would make this possible.",
        **facts,
    )


def completed_after(
    plan: Plan, names: Mapping[str, str] = MappingProxyType({}), where: pl.Expr | None = None
) -> Text | None:
    """Say what a plan completes after its years, and what is paid for it then; None for nothing.

    Parameters
    ----------
    names : of solutions by code
    where : says it of these rows of the plan's table alone, such as those of a city
    """
    last = plan.start_years[-1]
    rows = plan.table if where is None else plan.table.filter(where)
    rows = rows.filter(pl.col("finish") > last)
    if rows.is_empty():
        return None
    is_capital = pl.col("kind") == "capital"
    paid = plan.money.filter(
        is_capital, pl.col("year") > last, pl.col("project").is_in(rows["project"].implode())
    )
    counts = rows.group_by("solution").len().sort("len", "solution", descending=[True, False])
    return coded(
        "plan.late.completed_after",
        "{count} project starts in the plan years and is completed after them, in {until}: "
        "{solutions:list}. Of its {capital}, {later} is paid after {last}.",
        "{count:,} projects start in the plan years and are completed after them, by {until}: "
        "{solutions:list}. Of their {capital}, {later} is paid after {last}.",
        count=rows.height,
        until=rows["finish"].max(),
        solutions=[
            coded("plan.late.times", "{name} ({count:,})", name=names.get(code, code), count=count)
            if count > 1
            else names.get(code, code)
            for code, count in counts.iter_rows()
        ],
        capital=money_words(float(rows["capital"].sum()), plan.currency),
        later=money_words(float(paid["amount"].sum()), plan.currency),
        last=last,
    )

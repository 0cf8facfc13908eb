"""Labour cost: where a source counts more people than the money of a solution would pay.

The posts of a plan follow from its money. What a source counts for 100,000 people is not mended and not
followed where it contradicts the cost: both numbers are shown.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.checks.labour import BUILDING, PEOPLE_COUNTED, RUNNING, labour
from urbium.columns import schema_of
from urbium.plan import Plan
from urbium.text import Text, text

_COUNTED: Final = schema_of("solution title phase share count", count=pl.Float64())


def unpaid_in_catalogue(catalogue: Catalogue, phases: Mapping[str, Text]) -> list[Text]:
    """Say of which solutions the whole cost pays fewer people for 100,000 than a source counts.

    Parameters
    ----------
    phases : what building and running are called
    """
    return [
        text(
            "{title} ({phase}: the source states {count:.2g} people per 100,000, but the cost "
                "would pay for {paid:.2g})",
            title=solution.name, phase=phases[phase], count=wages.counted, paid=wages.paid
        )
        for solution in catalogue.solutions.values()
        for phase, wages in labour(solution).items()
        if (wages.counted_part or 0.0) > 1
    ]  # fmt: skip


def unpaid_in_plan(plan: Plan, catalogue: Catalogue) -> pl.DataFrame:
    """Return the projects for which a source counts more posts than their money would pay.

    Columns project, city, title (of the solution), phase, posts (of the plan), paid (by all of the money) and
    by_count (as the source counts). None where people served are not known.
    """
    counted = [
        (code, solution.name, phase, wages.share, wages.counted)
        for code, solution in catalogue.solutions.items()
        for phase, wages in labour(solution).items()
        if wages.share and wages.counted and plan.roadmap.settings.counts_people
    ]
    years = pl.when(phase=BUILDING).then("build_years").otherwise(1)
    rows = (
        plan.roadmap.projects.join(plan.table, on="project", how="semi")
        .rename({"build_posts": BUILDING, "run_posts": RUNNING})
        .unpivot([BUILDING, RUNNING], index=["project", "city", "solution", "build_years"],
                 variable_name="phase", value_name="posts")
        .join(pl.DataFrame(counted, schema=_COUNTED, orient="row"), on=["solution", "phase"])
        .join(plan.roadmap.cities.select("city", "weight"), on="city")
    )  # fmt: skip
    return rows.select(
        "project", "city", "title", "phase", "posts",
        paid=pl.col("posts") / pl.col("share"),
        by_count=pl.col("count") * pl.col("weight") * 1e6 / PEOPLE_COUNTED / years,
    ).filter(pl.col("posts") > 0, pl.col("by_count") > pl.col("paid"))  # fmt: skip


def unpaid_words(
    rows: pl.DataFrame, phases: Mapping[str, Text], names: Mapping[str, str]
) -> tuple[Text, ...]:
    """Say what :func:`unpaid_in_plan` returns, one sentence a solution and phase, of all of its cities.

    Parameters
    ----------
    phases : what building and running are called
    names : what solutions are called, by the titles of rows
    """
    sums = rows.group_by("title", "phase").agg(pl.col("posts", "paid", "by_count").sum())
    return tuple(
        text(
            "{title} ({phase}): the plan counts {posts:,.0f} posts. All the money for this phase "
                "would pay for {paid:,.0f}, but staffing the phase as in the source would take "
                "{by_count:,.0f}.",
            title=names.get(row["title"], row["title"]), phase=phases[row["phase"]], posts=row["posts"],
            paid=row["paid"], by_count=row["by_count"]
        )
        for row in sums.sort("title", "phase").iter_rows(named=True)
    )  # fmt: skip

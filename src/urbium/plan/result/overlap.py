"""What is doubled within a city: the same solution twice, and effects on a gap beyond its ceiling."""

import numpy as np
import polars as pl

from urbium.plan.milp.objective import attained
from urbium.plan.result.plan import Plan
from urbium.plan.variables import Integers, Variables

OVERLAPS = {
    "kind": pl.String(), "city": pl.String(), "what": pl.String(), "projects": pl.String(),
    "attained": pl.Float64(), "ceiling": pl.Float64(), "lost": pl.Float64(),
}  # fmt: skip
"""The columns of what is doubled."""

_LEAST = 1e-9


def overlaps(plan: Plan, lay: Variables, start: Integers) -> pl.DataFrame:
    """Return what overlaps within the cities of a plan, the largest loss first.

    Parameters
    ----------
    plan : what stands
    lay : of the plan's roadmap
    start : start year index of each project, -1 for never

    Returns
    -------
    Rows with the columns of OVERLAPS: kind ``same solution`` (what: the solution) or ``above the ceiling``
    (what: the indicator on which two or more projects together attain more in the last year than counts);
    ``lost`` is the discounted worth that the part above the ceiling would have at the slope at the ceiling.
    """
    twice = (
        plan.table.group_by("city", "solution", maintain_order=True)
        .agg(projects=pl.col("project").sort().str.join(", "), count=pl.len())
        .filter(pl.col("count") > 1)
        .select(kind=pl.lit("same solution"), city="city", what="solution", projects="projects")
    )
    rows = pl.concat([twice, _above(plan, lay, start)], how="diagonal")
    empty = pl.DataFrame(schema=OVERLAPS)
    return (
        pl.concat([empty, rows], how="diagonal_relaxed")
        .select(*OVERLAPS)
        .sort("lost", descending=True, nulls_last=True, maintain_order=True)
    )


def _above(plan: Plan, lay: Variables, start: Integers) -> pl.DataFrame:
    reached = attained(lay, start)
    ceiling = lay.widths.sum(axis=1)
    last = np.where(lay.widths > 0, np.arange(lay.widths.shape[1]), -1).max(axis=1, initial=0)
    excess = np.maximum(reached - ceiling[:, None], 0.0)
    lost = (excess @ lay.year_worth) * lay.gaps["worth"].to_numpy() * lay.slopes[np.maximum(last, 0)]
    gaps = lay.gaps.select("city", "indicator").with_columns(
        attained=pl.Series(reached[:, -1]), ceiling=pl.Series(ceiling), lost=pl.Series(lost)
    )
    members = (
        plan.roadmap.effects.filter(pl.col("effect") > 0)
        .join(plan.table.select("project", "city"), on="project", how="inner", maintain_order="left")
        .group_by("city", "indicator")
        .agg(projects=pl.col("project").sort().str.join(", "), count=pl.len())
        .filter(pl.col("count") > 1)
    )
    return (
        gaps.filter(pl.col("attained") > pl.col("ceiling") + _LEAST)
        .join(members, on=["city", "indicator"], how="inner", maintain_order="left")
        .select(
            pl.lit("above the ceiling").alias("kind"),
            "city",
            pl.col("indicator").alias("what"),
            "projects",
            "attained",
            "ceiling",
            "lost",
        )
    )

"""Effectiveness: what a unit of an indicator costs that projects gain over their life.

Each project's whole life-cycle cost stands beside every indicator that it changes, so that costs of different
indicators must not be added up. A gain that is booked as cash already is left out: it is priced once.
"""

import polars as pl

from urbium.finance.appraisal import Appraisal
from urbium.model import Evidence
from urbium.plan import Plan


def cost_per_gain_of_plan(appraisal: Appraisal, plan: Plan) -> pl.DataFrame:
    """Return what a unit of each indicator costs in a plan; see :func:`cost_per_gain`."""
    road = plan.roadmap
    return cost_per_gain(appraisal, effects=road.effects, gaps=road.gaps, cities=road.cities)


def cost_per_gain(
    appraisal: Appraisal, *, effects: pl.DataFrame, gaps: pl.DataFrame, cities: pl.DataFrame
) -> pl.DataFrame:
    """Return what a unit of each indicator costs that the appraised projects gain, at their full effect.

    Parameters
    ----------
    effects : project, indicator, effect (share of a gap's potential that the project closes), evidence
    gaps : city, indicator, need (share of the way to the target that is open), ceiling (of what all effects
        together close of it)
    cities : city, weight, such as million people

    Returns
    -------
    DataFrame
        indicator, projects, cost (life-cycle cost of these projects, millions of the appraisal's basis), gain
        (weight x share of the way to the target), cost_per_gain (empty where nothing is gained), evidence
        (the weakest of the effects), priced (effects left out, since the same gain is booked as cash). The
        dearest gain stands last.
    """
    priced = (
        pl.DataFrame(
            [
                (inflow.project, indicator)
                for inflow in appraisal.flows.booked
                for indicator in inflow.same_effect.split(";")
                if indicator
            ],
            schema={"project": pl.String, "indicator": pl.String},
            orient="row",
        )
        .unique()
        .with_columns(is_priced=True)
    )
    costs = appraisal.table.select("project", "city", "life_cycle_cost")
    rows = (
        effects.join(costs, on="project", maintain_order="left")
        .join(priced, on=["project", "indicator"], how="left", maintain_order="left")
        .with_columns(pl.col("is_priced").fill_null(value=False))
    )
    gains = (
        rows.filter(~pl.col("is_priced"))
        .group_by("city", "indicator", maintain_order=True)
        .agg(pl.col("effect").sum())
        .join(gaps.select("city", "indicator", "need", "ceiling"), on=["city", "indicator"])
        .join(cities.select("city", "weight"), on="city")
        .with_columns(gain=pl.min_horizontal("effect", "ceiling") * pl.col("need") * pl.col("weight"))
        .group_by("indicator")
        .agg(pl.col("gain").sum())
    )
    counted = ~pl.col("is_priced")
    level = pl.col("evidence").cast(pl.Enum(Evidence), strict=False)
    return (
        rows.group_by("indicator")
        .agg(
            projects=counted.sum(),
            cost=pl.col("life_cycle_cost").filter(counted).sum(),
            evidence=level.filter(counted).max().cast(pl.String).fill_null(""),
            priced=pl.col("is_priced").sum(),
        )
        .join(gains, on="indicator", how="left")
        .with_columns(pl.col("gain").fill_null(0.0))
        .with_columns(cost_per_gain=pl.when(pl.col("gain") > 0).then(pl.col("cost") / pl.col("gain")))
        .select("indicator", "projects", "cost", "gain", "cost_per_gain", "evidence", "priced")
        .sort("cost_per_gain", "indicator", nulls_last=True)
    )

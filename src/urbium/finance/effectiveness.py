"""Effectiveness: what a unit of an indicator costs that projects gain over their life.

Each project's whole life-cycle cost stands beside every indicator that it changes, so that costs of different
indicators must not be added up. A gain that is booked as cash already is left out: it is priced once.
"""

import polars as pl

from urbium.finance.appraisal import Appraisal
from urbium.model import weakest
from urbium.plan import Plan

__all__ = ["cost_per_gain", "cost_per_gain_of_plan"]


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
    priced = pl.DataFrame(
        [
            (inflow.project, indicator)
            for inflow in appraisal.flows.booked
            for indicator in inflow.same_effect.split(";")
            if indicator
        ],
        schema={"project": pl.String, "indicator": pl.String},
        orient="row",
    ).unique()
    costs = appraisal.table.select("project", "city", "life_cycle_cost")
    every = effects.join(costs, on="project", maintain_order="left")
    counted = every.join(priced, on=["project", "indicator"], how="anti", maintain_order="left")
    of_all, of_counted = (
        rows.group_by("indicator").len(name) for rows, name in ((every, "all"), (counted, "counted"))
    )
    left_out = of_all.join(of_counted, on="indicator", how="left")
    of_city = (
        counted.group_by("city", "indicator", maintain_order=True)
        .agg(pl.col("effect").sum())
        .join(gaps.select("city", "indicator", "need", "ceiling"), on=["city", "indicator"])
        .join(cities.select("city", "weight"), on="city")
        .with_columns(gain=pl.min_horizontal("effect", "ceiling") * pl.col("need") * pl.col("weight"))
    )
    gains = of_city.group_by("indicator").agg(pl.col("gain").sum())
    grades = {indicator[0]: weakest(rows["evidence"]) for indicator, rows in counted.group_by("indicator")}
    sums = counted.group_by("indicator").agg(projects=pl.len(), cost=pl.col("life_cycle_cost").sum())
    joined = left_out.join(sums, on="indicator", how="left").join(gains, on="indicator", how="left")
    return (
        joined.with_columns(pl.col("projects", "counted").fill_null(0), pl.col("cost", "gain").fill_null(0.0))
        .with_columns(
            cost_per_gain=pl.when(pl.col("gain") > 0).then(pl.col("cost") / pl.col("gain")),
            evidence=pl.col("indicator").replace_strict(grades, default=""),
            priced=pl.col("all") - pl.col("counted"),
        )
        .select("indicator", "projects", "cost", "gain", "cost_per_gain", "evidence", "priced")
        .sort("cost_per_gain", "indicator", nulls_last=True)
    )

"""Assembly: the plan that a search found, put together from start years and who pays what."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from urbium.plan.milp.financing import SHORTFALLS, TRAINING, Split, money_table
from urbium.plan.milp.objective import objective, shortfalls, worth_by_project
from urbium.plan.result.plan import PLAN, Plan
from urbium.plan.variables import Integers, Variables

_LEAST = 1e-9


def make_plan(
    lay: Variables,
    start: Integers,
    split: Split,
    *,
    bound: float,
    proof: pl.DataFrame,
    overruns: pl.DataFrame,
    settings: Mapping[str, Any],
) -> Plan:
    """Put together the result from start year indices and who pays what."""
    road, first = lay.roadmap, lay.roadmap.years[0]
    table = (
        road.projects.with_columns(
            start=pl.Series(start, dtype=pl.Int64) + first,
            lost_without_it=pl.Series(worth_by_project(lay, start), dtype=pl.Float64),
            chosen=pl.Series(start >= 0),
        )
        .filter(pl.col("chosen"))
        .with_columns(pl.col("renewal").fill_null(0.0), finish=pl.col("start") + pl.col("build_years") - 1)
        .select(*PLAN)
    )
    return Plan(
        table=table,
        settings=settings,
        years=road.years,
        objective=objective(lay, start, split.training),
        bound=bound,
        money=money_table(lay, start, split.paid),
        proof=proof,
        overruns=overruns,
        roadmap=road,
        training=_training_table(lay, split),
        shortfalls=_shortfall_table(lay, start),
    )


def _training_table(lay: Variables, split: Split) -> pl.DataFrame:
    road = lay.roadmap
    rows = [
        (road.training["occupation"][int(k)], road.years[int(t)], int(split.training[k, t]))
        for k, t in zip(*np.nonzero(split.training), strict=True)
    ]
    return pl.DataFrame(rows, schema=TRAINING, orient="row")


def _shortfall_table(lay: Variables, start: Integers) -> pl.DataFrame:
    road, short = lay.roadmap, shortfalls(lay, start)
    city = dict(road.projects.select("project", "city").iter_rows())
    rows = [("standard", place, name) for name, place in road.standards.select("standard", "city").rows()]
    rows += [(rule, place, "closing") for rule, place in road.fairness.select("rule", "place").rows()]
    rows += [
        ("prerequisite", city[p], f"{p}<-{q}")
        for p, q in road.soft_prerequisites.select("project", "requires").rows()
    ]
    amounts = np.concatenate([short.missed, short.lacking, short.loose])
    missed = [(*row, float(amount)) for row, amount in zip(rows, amounts, strict=True) if amount > _LEAST]
    return pl.DataFrame(missed, schema=SHORTFALLS, orient="row")

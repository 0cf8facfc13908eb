"""Under every rule at once the parts of the plan benefit add up to the objective."""

import polars as pl
import pytest

from urbium.plan import solve
from urbium.plan.result.benefit import benefit_by_effect, benefit_by_project, benefit_parts


@pytest.mark.parametrize("seed", range(6))
def test_the_parts_add_up_to_the_objective_and_the_shares_to_one(seed, ruled):
    road = ruled(seed)
    freed = pl.when(pl.col("status") == "mandatory").then(pl.lit("candidate")).otherwise("status")
    plan = solve(
        road.replace(
            projects=road.projects.with_columns(status=freed), alternatives=road.alternatives.clear()
        ),
        work_limit=10,
    )
    parts = benefit_parts(plan)

    assert parts["amount"].sum() == pytest.approx(plan.objective, abs=1e-9)
    assert benefit_by_effect(plan)["amount"].sum() == pytest.approx(
        parts.filter(pl.col("part").is_in(["outcome", "output"]))["amount"].sum()
    )
    share = benefit_by_project(plan)["share"].sum()
    assert share == pytest.approx(1.0) or (share == 0.0 and parts["amount"].max() <= 0.0)

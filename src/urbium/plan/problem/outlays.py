"""Outlays: what a project costs in each year in which it is built, and in each in which it runs."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium.plan.problem.roadmap import Roadmap

Own = Mapping[tuple[str, int], float]
"""Millions by project and year."""


def own_outlays(roadmap: Roadmap) -> Own:
    """Return the outlays of their own that committed projects have."""
    committed = roadmap.projects.filter(pl.col("status") == "committed").select("project")
    rows = roadmap.outlays.join(committed, on="project", how="semi", maintain_order="left")
    return {(project, year): amount for project, year, amount in rows.iter_rows()}


def outlay(row: Mapping[str, Any], year: int, declared: Own) -> float:
    """Return what a project, as a row of the roadmap, pays in one of its build years."""
    return float(declared.get((row["project"], year), row["capital"] / row["build_years"]))


def yearly(row: Mapping[str, Any]) -> float:
    """Return what a project, as a row of the roadmap, costs a year once it runs, with what is set aside."""
    return float(row["operation"] + (row["renewal"] or 0.0))

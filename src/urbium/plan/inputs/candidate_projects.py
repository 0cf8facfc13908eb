"""Candidate projects: every solution in every city where it can be built and priced."""

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import Evidence, Solution
from urbium.plan.inputs.assumptions import RANK, Assumed
from urbium.plan.inputs.costs import PEOPLE, capital_of, size_factor
from urbium.plan.inputs.notes import noted, of_cell
from urbium.text import Text, sentences, text


def candidate_projects(
    catalogue: Catalogue, sized: pl.DataFrame, assumed: Assumed, barred: pl.DataFrame, *,
    priced: pl.DataFrame, sizes: pl.DataFrame, standing: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """Return the projects, and the solutions that are no candidate somewhere with the reason.

    Parameters
    ----------
    sized : code, people, served, evidence and note of each city
    barred : city, solution and reason of what is no candidate
    priced : of each solution, as :func:`urbium.plan.inputs.costs.costs` returns it
    sizes : code, quantity, size and period of what costs are counted by
    standing : code, solution, has (0 to 1) and period; a project is of the ``rest``
    """
    kinds = pl.DataFrame(
        [
            {
                "solution": s.code,
                "operation_share": s.operation_share,
                "renewal_share": assumed("appraisal.replacement_share") / s.lifetime,
                "build_years": math.ceil(s.build_years),
                "finance_models": ";".join(s.finance_models),
                "cost_unit": str(s.cost_unit),
                "no_quantity": str(_no_quantity(s)),
                "cost_evidence": s.evidence.value,
                "cost_rank": RANK[s.evidence],
            }
            for s in catalogue.solutions.values()
        ]
    ).join(priced, on="solution", maintain_order="left")
    reasons = barred.rename({"city": "code"})
    every = (
        sized.join(kinds, how="cross", maintain_order="left_right")
        .join(reasons, on=["code", "solution"], how="left", maintain_order="left")
        .join(sizes, on=["code", "quantity"], how="left", maintain_order="left")
        .join(
            standing.select("code", "solution", "has", since="period"),
            on=["code", "solution"],
            how="left",
            maintain_order="left",
        )
    )
    every = every.with_columns(
        reason=pl.coalesce("reason", pl.when(pl.col("size").is_null()).then("no_quantity"))
    )
    rest = 1 - pl.col("has").fill_null(0.0)
    capital = capital_of(assumed) * rest
    is_assumed = (pl.col("quantity") == PEOPLE) & (pl.col("evidence") == Evidence.ASSUMPTION.value)
    lowest = pl.when(is_assumed).then("evidence").otherwise("cost_evidence")
    candidates = every.filter(pl.col("reason").is_null()).with_columns(scale=size_factor(assumed))
    projects = candidates.select(
        project=pl.format("{}:{}", "code", "solution"),
        city="code",
        solution="solution",
        capital=capital.round(3),
        operation=(capital * pl.col("operation_share")).round(3),
        renewal=(capital * pl.col("renewal_share")).round(3),
        build_years="build_years",
        finance_models="finance_models",
        build_posts=(capital * pl.col("building") / pl.col("build_years")).round(3),
        run_posts=(capital * pl.col("operation_share") * pl.col("running")).round(3),
        foreign_share_max=pl.lit(1.0),
        rest=rest,
        outside_share_max=pl.lit(assumed("outside_share_max")),
        evidence=lowest,
        note=noted(candidates, _project_note),
    )
    return projects, every.filter(pl.col("reason").is_not_null()).select("solution", "reason", city="code")


def _no_quantity(solution: Solution) -> Text:
    """Say why a solution has no cost in a city of which its quantity is not known."""
    return text(
        "its cost is in {unit}, but no figure for {variable} in the city is in force",
        unit=str(solution.cost_unit),
        variable=solution.cost_unit.variable,
    )


def _project_note(row: Mapping[str, Any]) -> str:
    """Say what a project's cost rests on."""
    if row["quantity"] == PEOPLE:
        basis = text(
            "cost per head: {evidence}; people: {people}",
            evidence=Evidence(row["cost_evidence"]).label,
            people=of_cell(row["note"]),
        )
    else:
        basis = text(
            "cost in {unit}: {evidence}; quantity: {size:,.6g} {period}",
            unit=row["cost_unit"],
            evidence=Evidence(row["cost_evidence"]).label,
            size=row["size"],
            period=row["period"],
        )
    parts: list[Text] = [basis]
    if row["has_fixed_part"]:
        parts.append(
            text(
                "x {factor:.3g} for the size of the city, since part of the cost is fixed (assumption)",
                factor=row["scale"],
            )
        )
    if row["has"]:
        parts.append(
            text("for the remainder only: {share:.0%} already exists ({period})",
                 share=row["has"], period=row["since"])
        )  # fmt: skip
    return sentences(parts)

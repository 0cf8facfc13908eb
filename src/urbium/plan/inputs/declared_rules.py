"""What a plan owes beside closing gaps: standards of every city, fairness, and what had better come first."""

from collections.abc import Collection

import polars as pl

from urbium.catalogue import Catalogue
from urbium.columns import schema_of
from urbium.plan.inputs.assumptions import Assumed
from urbium.plan.inputs.notes import cell, noted
from urbium.plan.problem.tables import empty
from urbium.plan_rules import PLAN_RULES, PlanRule
from urbium.text import declared, named, text

Rules = Collection[PlanRule]

RULES = PLAN_RULES
"""Rules of a programme that can be left out of a plan."""


def regions(catalogue: Catalogue, cities: pl.DataFrame) -> pl.DataFrame:
    """Return code and region of each city, by its province; empty where the province is not known."""
    names = {province: cell(named(region.name)) for province, region in catalogue.regions.items()}
    province = pl.col("province_en") if "province_en" in cities.columns else pl.lit(None, pl.String)
    return cities.select("code", region=province.replace_strict(names, default="", return_dtype=pl.String))


def promise_tables(
    catalogue: Catalogue,
    placed: pl.DataFrame,
    projects: pl.DataFrame,
    years: range,
    rules: Rules,
    *,
    nations: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Return the tables ``standards``, ``covers`` and ``fairness`` of a roadmap.

    Parameters
    ----------
    placed : code and region of each city
    projects : project, city, solution
    nations : city and nation; a standard of one nation is owed in no other
    rules : what the plan owes; ``standards`` whose years are over after the plan, or that no candidate of a
        city covers, are left out, and so is parity when a city's region is not known, and all of fairness in
        a plan of too few years to close anything
    """
    tables = {name: empty(name) for name in ("standards", "covers", "fairness")}
    if "standards" in rules:
        tables |= _standards(catalogue, projects, years, nations)
    if "fairness" in rules and len(years) >= Assumed(catalogue)("fairness.least_years"):
        tables["fairness"] = _fairness(Assumed(catalogue), placed)
    return tables


def _standards(
    catalogue: Catalogue, projects: pl.DataFrame, years: range, nations: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    solutions = pl.DataFrame(
        [
            (nation, promise.id, solution, years[0] + promise.years - 1, promise.evidence.value,
             cell(declared(promise.note)))
            for nation in nations["nation"].unique(maintain_order=True)
            for promise in catalogue.promises.values()
            for solution in promise.solutions
            if promise.years <= len(years) and promise.nation in ("", nation)
        ],
        schema=schema_of("nation promise solution deadline evidence note", deadline=pl.Int64()),
        orient="row",
    )  # fmt: skip
    covers = (
        projects.select("project", "city", "solution")
        .join(nations, on="city", maintain_order="left")
        .join(solutions, on=["solution", "nation"], maintain_order="left")
        .with_columns(standard=pl.format("{}:{}", "city", "promise"))
    )
    owed = covers.unique("standard", keep="first", maintain_order=True)
    return {
        "standards": owed.select("standard", "city", "deadline", "evidence", "note"),
        "covers": covers.select("standard", "project"),
    }


def _fairness(assumed: Assumed, placed: pl.DataFrame) -> pl.DataFrame:
    least = placed.select(
        rule=pl.lit("least_closing"), place="code", share=pl.lit(assumed("fairness.least_closing"))
    )
    names = placed["region"].unique(maintain_order=True)
    parity = pl.DataFrame({"place": names}).select(
        rule=pl.lit("parity"), place="place", share=pl.lit(assumed("fairness.parity"))
    )
    rows = least if (names == "").any() or len(names) < 2 else pl.concat([least, parity])  # noqa: PLR2004
    return rows.with_columns(
        evidence=pl.lit("assumption"),
        note=noted(
            rows,
            lambda _: text("an assumption of the programme"),
        ),
    )


def recommended_order(catalogue: Catalogue, projects: pl.DataFrame) -> pl.DataFrame:
    """Return what projects had better wait for, as advice: project, requires, lag, kind, loss (none).

    Their effects are there without it, as far as anybody has shown; what an effect cannot be without is a
    prerequisite of the solution.
    """
    pairs = pl.DataFrame(
        [(s.code, needed) for s in catalogue.solutions.values() for needed in s.soft_prerequisites],
        schema={"solution": pl.String, "needed": pl.String},
        orient="row",
    )
    rows = projects.select("project", "city", "solution").join(pairs, on="solution", maintain_order="left")
    return (
        rows.with_columns(requires=pl.format("{}:{}", "city", "needed"))
        .join(projects.select(requires="project"), on="requires", how="semi", maintain_order="left")
        .select("project", "requires", lag=pl.lit(0), kind=pl.lit("advice"), loss=pl.lit(0.0))
    )

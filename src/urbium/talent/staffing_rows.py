"""Staffing rows: the posts of each project of a plan, split over occupations of ISCO-08, in whole millionths.

A plan counts the posts of a few scarce kinds of people; the catalogue says of which occupations they are.
What the plan counts is split so that the parts add up to its rows exactly. Occupations that the plan
does not limit (technicians, electricians ...) are their shares of all posts that a project's money pays.
"""

from collections import Counter
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.plan import Plan
from urbium.plan.inputs.staffing import team_shares
from urbium.text import Text, text

MILLIONTHS: Final = 1_000_000
"""Parts of a post that are counted as whole numbers, so that sums are exact; roadmaps of the catalogue
give posts to three decimals."""
_PHASES: Final = {"building": "build", "running": "run"}


def staffing_rows(plan: Plan, catalogue: Catalogue) -> pl.DataFrame:
    """Return the posts of each chosen project, one row a project, occupation and evidence level.

    Columns: project, city, kind (the plan's occupation; empty where the plan does not limit it), isco08
    (empty where the catalogue does not say), title, evidence, and ``building`` (in each year of
    construction) and ``running`` (in each year after), in millionths of a full-time post.

    Parameters
    ----------
    plan : its ``staff`` rows are split
    catalogue : who is needed by a solution, as the plan's own catalogue says
    """
    chosen = plan.table.select("project", "city", "solution")
    needs = _teams(catalogue)
    return pl.concat([_limited(plan, chosen, needs), _unlimited(plan, chosen, needs)]).filter(
        (pl.col("building") != 0) | (pl.col("running") != 0)
    )


def occupation_titles(catalogue: Catalogue) -> dict[str, Text]:
    """Return what each occupation of ISCO-08 is called here: the two titles that most solutions use."""
    counts: dict[str, Counter[str]] = {}
    for skill in catalogue.skills:
        counts.setdefault(skill.isco08, Counter())[skill.title] += 1
    most = {
        code: [title for title, _ in sorted(titles.items(), key=lambda item: (-item[1], item[0]))[:2]]
        for code, titles in counts.items()
    }
    return {
        code: text("{first}, {second}", first=titles[0], second=titles[1])
        if titles[1:]
        else text("{name}", name=titles[0])
        for code, titles in most.items()
    }


def _limited(plan: Plan, chosen: pl.DataFrame, needs: pl.DataFrame) -> pl.DataFrame:
    """Split the plan's own rows over the occupations of each kind."""
    kinds = plan.roadmap.occupations.select(kind="occupation", named="name", known="evidence")
    rows = chosen.join(
        plan.roadmap.staff.rename({"occupation": "kind"}), on="project", maintain_order="left"
    ).with_columns((pl.col(phase) * MILLIONTHS).round().cast(pl.Int64) for phase in _PHASES)
    parts = rows.join(
        needs.filter(pl.col("kind") != ""), on=["solution", "kind"], how="left", maintain_order="left"
    ).join(kinds, on="kind", how="left", maintain_order="left")
    for phase in _PHASES:
        parts = _split(parts, phase)
    missing = pl.col("isco08").is_null()
    return parts.select(
        "project",
        "city",
        "kind",
        isco08=pl.col("isco08").fill_null(""),
        title=pl.when(missing).then("named").otherwise("title").fill_null(""),
        evidence=pl.when(missing).then("known").otherwise("evidence").fill_null(""),
        building="building",
        running="running",
    )


def _split(parts: pl.DataFrame, phase: str) -> pl.DataFrame:
    """Split a whole number over the parts of its row by their shares; the largest remainders get the rest.

    Parts without any share in this phase (the plan has posts and the catalogue none) share alike.
    """
    row = ["project", "kind"]
    weight = pl.col(f"{_PHASES[phase]}_share").fill_null(0.0)
    parts = parts.with_columns(weight=weight, whole=weight.sum().over(row), count=pl.len().over(row))
    share = (
        pl.when(pl.col("whole") > 0).then(pl.col("weight") / pl.col("whole")).otherwise(1 / pl.col("count"))
    )
    parts = parts.with_columns(exact=pl.col(phase) * share)
    parts = parts.with_columns(floor=pl.col("exact").floor().cast(pl.Int64))
    left = pl.col(phase) - pl.col("floor").sum().over(row)
    rank = (pl.col("exact") - pl.col("floor")).rank("ordinal", descending=True).over(row)
    return parts.with_columns((pl.col("floor") + (rank <= left).cast(pl.Int64)).alias(phase)).drop(
        "weight", "whole", "count", "exact", "floor"
    )


def _unlimited(plan: Plan, chosen: pl.DataFrame, needs: pl.DataFrame) -> pl.DataFrame:
    """Count the occupations that the plan does not limit; none where all posts of a project are not known."""
    limited = plan.roadmap.occupations["occupation"].to_list()
    others = needs.filter(~pl.col("kind").is_in(limited)).unique(
        ["solution", "isco08", "evidence"], keep="first", maintain_order=True
    )
    posts = plan.roadmap.projects.select("project", pl.col("build_posts", "run_posts").fill_null(0.0))
    rows = chosen.join(others, on="solution", maintain_order="left").join(
        posts, on="project", maintain_order="left"
    )
    return rows.select(
        "project",
        "city",
        pl.lit("").alias("kind"),
        "isco08",
        "title",
        "evidence",
        *(
            (pl.col(f"{do}_posts") * pl.col(f"{do}_share") * MILLIONTHS).round().cast(pl.Int64).alias(phase)
            for phase, do in _PHASES.items()
        ),
    )


def _teams(catalogue: Catalogue) -> pl.DataFrame:
    """Return the shares of teams by solution, kind and occupation, one row an evidence level."""
    sums = (
        team_shares(catalogue)
        .group_by("solution", "kind", "isco08", "evidence", maintain_order=True)
        .agg(pl.col("build_share", "run_share").sum())
    )
    titles = {code: str(title) for code, title in occupation_titles(catalogue).items()}
    return sums.with_columns(title=pl.col("isco08").replace_strict(titles, return_dtype=pl.String))

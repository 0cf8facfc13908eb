"""People: which scarce occupations a project needs, who has how many of them, and how more are trained.

The posts of a project follow from its cost; the shares of its team say how many are of an occupation. Where
posts are not known, none is asked for. See ADR 0117.
"""

from collections.abc import Callable

import polars as pl

from urbium.catalogue import Catalogue
from urbium.plan.inputs.notes import cell
from urbium.plan.problem.tables import NATIONWIDE, empty
from urbium.text import declared, named

_HEADS = 1e5


def people_tables(
    catalogue: Catalogue,
    sized: pl.DataFrame,
    projects: pl.DataFrame,
    years: range,
    rate_from: Callable[[str], float],
) -> dict[str, pl.DataFrame]:
    """Return the tables ``occupations``, ``pools``, ``staff`` and ``training`` of a roadmap.

    Parameters
    ----------
    sized : code and people of each city
    projects : project, solution, build_posts, run_posts
    rate_from : how many units of the plan's currency one unit of another is
    """
    if not catalogue.occupations:
        return {name: empty(name) for name in ("occupations", "pools", "staff", "training")}
    kinds = list(catalogue.occupations.values())
    limited = (
        team_shares(catalogue)
        .filter(pl.col("kind") != "")
        .group_by("solution", occupation="kind", maintain_order=True)
        .agg(pl.col("build_share", "run_share").sum())
    )
    staff = (
        projects.select("project", "solution", pl.col("build_posts", "run_posts").fill_null(0.0))
        .join(limited, on="solution", maintain_order="left")
        .select(
            "project",
            "occupation",
            building=(pl.col("build_posts") * pl.col("build_share")).round(3),
            running=(pl.col("run_posts") * pl.col("run_share")).round(3),
        )
        .filter((pl.col("building") > 0) | (pl.col("running") > 0))
    )
    per_head = pl.DataFrame(
        [(o.id, o.city_per_100k, o.nation_per_100k, o.evidence.value, cell(declared(o.note))) for o in kinds],
        schema=["occupation", "own", "lent", "evidence", "note"],
        orient="row",
    )
    cities = sized.select(place="code", heads=pl.col("people") / _HEADS).join(per_head, how="cross")
    nation = per_head.with_columns(place=pl.lit(NATIONWIDE), heads=float(sized["people"].sum()) / _HEADS)
    pools = pl.concat(
        [
            table.select("place", "occupation", (pl.col("heads") * pl.col(per)).round(3).alias("places"),
                         "evidence", "note")
            for table, per in ((nation, "lent"), (cities, "own"))
        ]
    )  # fmt: skip
    return {
        "occupations": pl.DataFrame(
            [(o.id, cell(named(o.name, o.id)), o.evidence.value, cell(declared(o.note))) for o in kinds],
            schema=["occupation", "name", "evidence", "note"],
            orient="row",
        ),
        "pools": pools.join(pl.DataFrame({"year": list(years)}), how="cross", maintain_order="left_right"),
        "staff": staff,
        "training": pl.DataFrame(
            [
                (
                    o.id,
                    o.training_cost * rate_from(o.currency),
                    o.training_places * (1 - o.training_drop_out),
                    o.training_most,
                    o.training_lag,
                )
                for o in kinds
                if o.training_most > 0
            ],
            schema=["occupation", "cost", "places", "most", "lag"],
            orient="row",
        ),
    }


def team_shares(catalogue: Catalogue) -> pl.DataFrame:
    """Return solution, kind (of a scarce occupation, or empty), isco08, title, evidence, and the shares.

    ``build_share`` and ``run_share`` are those of the posts to build, and to run, that the occupation has.
    """
    rows = [
        (skill.solution, kind, skill.isco08, skill.title, skill.evidence.value, skill.build_share or 0.0,
         skill.run_share or 0.0)
        for skill in catalogue.skills
        for kind in [k.id for k in catalogue.occupations.values() if skill.isco08.startswith(k.codes)] or [""]
    ]  # fmt: skip
    schema = ["solution", "kind", "isco08", "title", "evidence", "build_share", "run_share"]
    types = dict.fromkeys(schema[:5], pl.String) | dict.fromkeys(schema[5:], pl.Float64)
    return pl.DataFrame(rows, schema=types, orient="row")

"""People: which scarce occupations a project needs, who has how many of them, and how more are trained.

A solution's person-years of building for each 100,000 people are spread evenly over its build years. What
running it needs is known for few solutions only; where it is not known, no place is asked for.
"""

import math
from collections.abc import Callable

import polars as pl

from urbium.catalogue import Catalogue
from urbium.plan.problem.tables import NATIONWIDE, empty

__all__ = ["people_tables"]

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
    sized : code, people of each city, and served: the people whom its projects are for
    projects : project, city, solution, rest (the part that is built)
    rate_from : how many units of the plan's currency one unit of another is
    """
    if not catalogue.occupations:
        return {name: empty(name) for name in ("occupations", "pools", "staff", "training")}
    declared = list(catalogue.occupations.values())
    needs = pl.DataFrame(_needs(catalogue), schema=_NEEDS, orient="row")
    staff = (
        projects.select("project", "city", "solution", "rest")
        .join(needs, on="solution", maintain_order="left")
        .join(sized.select(city="code", heads=pl.col("served") / _HEADS), on="city", maintain_order="left")
        .select(
            "project",
            "occupation",
            *((pl.col(c) * pl.col("heads") * pl.col("rest")).round(3) for c in ("building", "running")),
        )
    )
    per_head = pl.DataFrame(
        [(o.id, o.city_per_100k, o.nation_per_100k, o.evidence.value, o.note) for o in declared],
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
            [(o.id, o.name["en"], o.evidence.value, o.note) for o in declared],
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
                for o in declared
                if o.training_most > 0
            ],
            schema=["occupation", "cost", "places", "most", "lag"],
            orient="row",
        ),
    }


_NEEDS = {
    "solution": pl.String(),
    "occupation": pl.String(),
    "building": pl.Float64(),
    "running": pl.Float64(),
}


def _needs(catalogue: Catalogue) -> list[tuple[str, str, float, float]]:
    """Return places for each 100,000 people that a solution needs of each occupation."""
    places: dict[tuple[str, str], list[float]] = {}
    for skill in catalogue.skills:
        for occupation in catalogue.occupations.values():
            if skill.isco08.startswith(occupation.codes):
                sums = places.setdefault((skill.solution, occupation.id), [0.0, 0.0])
                build = math.ceil(catalogue.solutions[skill.solution].build_years)
                sums[0] += (skill.build_person_years_per_100k or 0.0) / build
                sums[1] += skill.run_fte_per_100k or 0.0
    return [(*key, sums[0], sums[1]) for key, sums in places.items() if any(sums)]

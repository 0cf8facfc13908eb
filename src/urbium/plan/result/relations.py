"""Relations: what a project needs, what needs it, and which others in its city would improve the same.

All of one project, in the plan or not. Who asks why it is in the plan goes to ``plan/why``.
"""

import polars as pl

from urbium.plan.result.plan import Plan, known_project

_DATED = ("project", "city", "solution", "start", "finish")
_KINDS = pl.Enum(["hard", "soft", "advice"])


def needs(plan: Plan, project: str) -> pl.DataFrame:
    """Return what a project needs: project, city, solution, start, finish, kind, lag.

    ``kind`` is ``hard`` (it cannot be without), ``soft`` (worth less without) or ``advice``; ``start`` and
    ``finish`` are null of what is not in the plan.
    """
    rows = plan.roadmap.prerequisites.filter(pl.col("project") == project)
    return _ordered(_dated(plan, rows.select("kind", "lag", project="requires")), "kind", "lag")


def needed_by(plan: Plan, project: str) -> pl.DataFrame:
    """Return what needs a project, the planned first: as :func:`needs`."""
    rows = plan.roadmap.prerequisites.filter(pl.col("requires") == project)
    return _ordered(_dated(plan, rows.select("kind", "lag", "project")), "kind", "lag")


def improves_same(plan: Plan, project: str) -> pl.DataFrame:
    r"""Return the other projects of the city that would improve what a project improves, the nearest first.

    Columns: project, city, solution, start, finish (null where not planned), capital, share and indicators
    (names). ``share`` is the part of a project's improvement that another would bring as well,

    .. math:: \sum_i w_i n_i \min(e_{pi}, e_{qi}) \Big/ \sum_i w_i n_i e_{pi}

    by the weight w of an outcome, the city's need n of it, and the effects e of both.
    """
    road, city = plan.roadmap, known_project(plan, project)["city"]
    worth = (
        road.gaps.filter(pl.col("city") == city)
        .join(road.indicators.select("indicator", "weight", called="name"), on="indicator")
        .select("indicator", worth=pl.col("weight") * pl.col("need"), called="called")
    )
    effects = road.effects.filter(pl.col("effect") > 0).select("project", "indicator", "effect")
    wanted = (
        effects.filter(pl.col("project") == project)
        .select("indicator", wanted="effect")
        .join(worth, on="indicator")
    )
    whole = float((wanted["worth"] * wanted["wanted"]).sum())
    others = road.projects.filter(pl.col("city") == city, pl.col("project") != project)
    rows = (
        effects.join(others.select("project", "capital"), on="project")
        .join(wanted, on="indicator")
        .sort("worth", "indicator", descending=[True, False])
        .group_by("project", "capital", maintain_order=True)
        .agg(
            share=(pl.col("worth") * pl.min_horizontal("effect", "wanted")).sum() / (whole or 1.0),
            indicators="called",
        )
        .filter(pl.col("share") > 0)
    )
    return _dated(plan, rows).sort("share", "project", descending=[True, False])


def _dated(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows by project with city and solution, and the years in which each is built."""
    return (
        rows.join(plan.roadmap.projects.select("project", "city", "solution"), on="project")
        .join(plan.table.select("project", "start", "finish"), on="project", how="left")
        .select(*_DATED, pl.exclude(*_DATED))
    )


def _ordered(rows: pl.DataFrame, *more: str) -> pl.DataFrame:
    kind = pl.col("kind").cast(_KINDS)
    return rows.sort(kind, "start", "project", nulls_last=True).select(*_DATED, *more)

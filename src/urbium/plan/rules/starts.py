"""Limits on starts: how many projects may start in a place and year."""

import numpy as np
import polars as pl

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.rules.rule import Amount, Limit, Outcome, Rule, more_of_it, of_place_and_year
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Part, Rows, named, rows_of
from urbium.text import Text, coded, text, texts


def start_limit(lay: Variables) -> Rows:
    r"""No more than n projects start in a place and year: :math:`\sum_p (X_{pt} - X_{p,t-1}) \le n`."""
    table = lay.roadmap.start_limits
    parts: list[Part] = []
    for row, (place, year) in enumerate(table.select("place", "year").iter_rows()):
        t = year - lay.roadmap.years[0]
        within = (
            np.ones(len(lay.city), dtype=bool)
            if place == NATIONWIDE
            else (lay.roadmap.projects["city"] == place).to_numpy()
        )
        project = np.flatnonzero(within & (lay.last_start >= t))
        parts += [(row, lay.by(project, t), 1.0), (row, lay.by(project, t - 1), -1.0)]
    labels = [f"{named(place)},{year}" for place, year in table.select("place", "year").iter_rows()]
    return rows_of(
        "start_limit", parts, count=table.height, upper=table["most"].to_numpy(), labels=lambda: labels
    )


def _use(plan: Outcome, project: str | None) -> pl.DataFrame:
    """Every start counts in its city and in the nation."""
    table = plan.table if project is None else plan.table.filter(pl.col("project") == project)
    return pl.concat(
        table.select(name=pl.format("start_limit[{},{}]", where, "start"), used=pl.lit(1.0))
        for where in (pl.col("city"), pl.lit("nation"))
    )


def _unit(_: str) -> Text:
    return text("projects")


def _words(amount: float, _: str) -> Text:
    return texts("{count} project", "{count:,} projects", count=round(amount))


def _called(row: str, place: str, year: str) -> Text:
    return text("limit on starts in {place}, {year}", place=place, year=year, row=row)


RULE = Rule(
    (
        Limit(
            "start_limit",
            start_limit,
            "starts",
            coded("plan.limit.start_limit", "limit on starts"),
            text("allow more projects to start"),
            called=_called,
            eased="counts",
            more=more_of_it,
            amount=Amount("start_limits", "most", of_place_and_year, _use, _unit, _words, step=1.0),
        ),
    ),
)

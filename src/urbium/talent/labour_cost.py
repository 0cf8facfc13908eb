"""Labour cost: where declared posts cost more, at the declared wage, than what they build or run.

Costs and posts of a solution come from different places: a cost from one study, a ratio of posts to people
from another. Nothing is mended here; what contradicts itself is shown.
"""

from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.plan import Plan
from urbium.plan.build.assumptions import Assumed as PlanAssumed
from urbium.plan.build.costs import RateFrom, declared_capital
from urbium.talent.assumed import Assumed
from urbium.talent.demand_of_plan import BUILDING, RUNNING
from urbium.talent.staffing_rows import MILLIONTHS
from urbium.text import Text, text

__all__ = ["unpaid_in_catalogue", "unpaid_in_plan", "unpaid_words"]

_HUNDRED_THOUSAND: Final = 1e5
_ROUNDING: Final = 0.02
"""Posts are declared to two digits: a share of cost that they were derived from is met within so much."""


def unpaid_in_catalogue(catalogue: Catalogue, rate_from: RateFrom) -> pl.DataFrame:
    """Return the solutions whose posts cost more than the solution, in a city of the declared middle size.

    Columns solution, phase (``building``: person-years; ``running``: posts a year), posts, and paid, how many
    the cost pays for. What is not counted by people is left out.

    Parameters
    ----------
    rate_from : how many units of one currency, the same for all, one of another is
    """
    people = PlanAssumed(catalogue)("cost.scale_people")
    rows = []
    for code, solution in catalogue.solutions.items():
        capital = declared_capital(catalogue, code, people=people, rate_from=rate_from)
        skills = [skill for skill in catalogue.skills if skill.solution == code]
        if capital is None:
            continue
        building = sum(skill.build_person_years_per_100k or 0.0 for skill in skills)
        running = sum(skill.run_fte_per_100k or 0.0 for skill in skills)
        rows += [
            (code, BUILDING, building * people / _HUNDRED_THOUSAND, capital),
            (code, RUNNING, running * people / _HUNDRED_THOUSAND, capital * solution.operation_share),
        ]
    table = pl.DataFrame(rows, schema=["solution", "phase", "posts", "cost"], orient="row")
    return _above(table, Assumed(catalogue, rate_from)("wage"))


def unpaid_words(catalogue: Catalogue, rate_from: RateFrom) -> list[Text]:
    """Say what :func:`unpaid_in_catalogue` returns, one phrase a solution and phase."""
    said = []
    for row in unpaid_in_catalogue(catalogue, rate_from).iter_rows(named=True):
        about = {
            "title": catalogue.solutions[row["solution"]].name,
            "posts": row["posts"],
            "paid": row["paid"],
        }
        said.append(
            text("talent.unpaid_building", "{title} ({posts:,.0f} person-years to build, {paid:,.0f} paid)",
                 **about)
            if row["phase"] == BUILDING
            else text("talent.unpaid_running", "{title} ({posts:,.0f} posts to run, {paid:,.0f} paid)",
                      **about)
        )  # fmt: skip
    return said


def unpaid_in_plan(plan: Plan, rows: pl.DataFrame, wage: float) -> pl.DataFrame:
    """Return the projects whose posts cost more than they do: project, city, solution, phase, posts, paid.

    Parameters
    ----------
    rows : posts of each project (:func:`.staffing_rows.staffing_rows`)
    wage : of a person-year, in millions of the plan's currency
    """
    posts = rows.group_by("project").agg(pl.col(BUILDING, RUNNING).sum() / MILLIONTHS)
    projects = plan.table.join(posts, on="project", maintain_order="left")
    years = pl.col("finish") - pl.col("start") + 1
    phases = [
        projects.select(
            "project", "city", "solution", phase=pl.lit(phase), posts=needed.cast(pl.Float64), cost=cost
        )
        for phase, needed, cost in (
            (BUILDING, pl.col(BUILDING) * years, "capital"),
            (RUNNING, pl.col(RUNNING), "operation"),
        )
    ]
    return _above(pl.concat(phases), wage)


def _above(table: pl.DataFrame, wage: float) -> pl.DataFrame:
    paid = pl.col("cost") / wage
    rows = table.with_columns(paid=paid).filter(pl.col("posts") > paid * (1 + _ROUNDING))
    return rows.drop("cost").sort("posts", descending=True)

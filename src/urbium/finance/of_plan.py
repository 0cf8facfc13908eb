"""Of a plan: the costs of an adopted plan's projects as an appraisal reads them, with the catalogue's lives.

Capital is what the plan's funds pay in each year; operation follows in every year of use. The plan's prices are
taken as they are: where it says that they were not moved to one year, so does the appraisal.
"""

from collections.abc import Mapping

import polars as pl

from urbium.finance.cash_flows import ProjectCosts
from urbium.finance.prices import Basis
from urbium.plan import Plan

__all__ = ["basis_of", "costs_of"]

_UNSTATED = "?"


def basis_of(plan: Plan) -> Basis:
    """Return currency and prices of a plan's amounts, which are never nominal: every year has the same costs."""
    return Basis(plan.currency, plan.roadmap.settings.price_year or _UNSTATED)


def costs_of(plan: Plan, lives: Mapping[str, float]) -> list[ProjectCosts]:
    """Return what each project of a plan costs.

    Parameters
    ----------
    lives : years of use by solution; a solution that is not there has no declared life
    """
    basis = basis_of(plan)
    paid: dict[str, dict[int, float]] = {}
    capital = plan.money.filter(pl.col("kind") == "capital").group_by("project", "year", maintain_order=True)
    for project, year, amount in capital.agg(pl.col("amount").sum()).iter_rows():
        paid.setdefault(project, {})[year] = amount
    columns = ("project", "city", "solution", "operation", "finish", "evidence")
    return [
        ProjectCosts(
            project=project, city=city, solution=solution, capital=paid.get(project, {}), operation=operation,
            first_use=finish + 1, life=lives.get(solution), evidence=evidence, basis=basis,
        )
        for project, city, solution, operation, finish, evidence in plan.table.select(columns).iter_rows()
    ]  # fmt: skip

"""Of a plan: the appraisal of an adopted plan's projects, with what the catalogue declares of their lives.

Capital is what the plan's funds pay in each year; operation follows in every year of use. The plan's prices
are taken as they are: where it says that they were not moved to one year, so does the appraisal.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import InputError
from urbium.finance.appraisal import Appraisal, appraise
from urbium.finance.cash_flow import ProjectCosts, Terms, cash_flows
from urbium.finance.draws import Bands, Uncertainty, draw
from urbium.finance.inflows import Inflow, inflows_and_reasons, least_evidence
from urbium.finance.prices import Basis, DiscountRate
from urbium.model import Evidence
from urbium.plan import Plan, ranges
from urbium.plan.inputs.assumptions import Assumed
from urbium.text import coded, text
from urbium.text import declared as said

_NONE: Final = "none"
_RATE: Final = "appraisal.discount_rate"
_UNSTATED: Final = text("a year that the roadmap does not state")


def appraise_plan(
    plan: Plan, catalogue: Catalogue, *, years: int | None = None, rate: float | None = None
) -> Appraisal:
    """Appraise the projects of a plan.

    Parameters
    ----------
    plan : whose projects
    catalogue : lives of solutions and the assumptions ``appraisal.*``
    years, rate : in place of the declared ones
    """
    terms = terms_of(plan, catalogue, years=years, rate=rate)
    lives = {code: solution.lifetime for code, solution in catalogue.solutions.items()}
    costs = costs_of(plan, lives)
    rows, reasons = inflows_and_reasons(plan.roadmap, plan.table["project"], least=least_evidence(catalogue))
    flows = cash_flows(costs, inflows_of(rows, costs), terms, reasons=reasons)
    settings = {"years": len(terms.years), "rate": terms.rate.value}
    return appraise(flows, settings)


def draw_plan(
    appraisal: Appraisal, plan: Plan, catalogue: Catalogue, *, draws: int = 1000, seed: int = 0
) -> Bands:
    """Draw the costs of a plan's projects from the catalogue's ranges, and inflows from their own."""
    assumed = Assumed(catalogue)
    factors = ranges(catalogue, plan.roadmap).factors("capital", plan.roadmap)
    uncertainty = Uncertainty(
        costs={name: (low, high) for name, low, high in factors.select("project", "low", "high").iter_rows()},
        correlation=assumed("appraisal.correlation"),
        rates=(assumed(f"{_RATE}.low"), assumed(f"{_RATE}.high")),
        count=draws,
        seed=seed,
    )
    return draw(appraisal.flows, uncertainty)


def terms_of(
    plan: Plan, catalogue: Catalogue, *, years: int | None = None, rate: float | None = None
) -> Terms:
    """Return the terms of an appraisal: those given, else the declared assumptions."""
    assumed = Assumed(catalogue)
    count = int(assumed("appraisal.years")) if years is None else years
    if count < len(plan.years):
        raise InputError(
            coded("finance.of_plan.years", "the plan covers more than {years} years", years=count),
            place="years",
            remedy=text("choose an appraisal period of at least {least} years", least=len(plan.years)),
        )
    declared = catalogue.assumptions.get(_RATE)
    discount = (
        DiscountRate(assumed(_RATE), True, declared.evidence.value, said(declared.note))
        if rate is None and declared is not None
        else DiscountRate(assumed(_RATE) if rate is None else rate, True, "", str(_GIVEN))
    )
    return Terms(
        years=range(plan.years[0], plan.years[0] + count),
        rate=discount,
        basis=basis_of(plan),
        replacement_share=assumed("appraisal.replacement_share"),
        note=plan.roadmap.words(plan.roadmap.settings.note),
    )


_GIVEN: Final = text("set for this appraisal")


def basis_of(plan: Plan) -> Basis:
    """Return currency and prices of a plan's amounts, which are never nominal."""
    return Basis(plan.currency, plan.roadmap.settings.price_year or str(_UNSTATED))


def price_year_of(plan: Plan) -> int:
    """Return the price year of a plan's amounts; where the roadmap names no year, its first is taken."""
    stated = plan.roadmap.settings.price_year
    return int(stated) if stated.isdigit() else plan.years[0]


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


def inflows_of(rows: pl.DataFrame, costs: Sequence[ProjectCosts]) -> list[Inflow]:
    """Return what the projects of a plan bring in.

    An inflow that is net of the running cost is booked with it, since that cost is paid on its own line.

    Parameters
    ----------
    rows : as :func:`urbium.finance.inflows.project_inflows` returns them
    costs : of the same projects
    """
    costs_of_project = {one.project: one for one in costs}
    booked = []
    for row in rows.filter(pl.col("kind") != _NONE).iter_rows(named=True):
        one = costs_of_project[row["project"]]
        running = one.operation if row["running_cost"] == "net" else 0.0
        booked.append(
            Inflow(
                project=row["project"],
                kind=row["kind"],
                receiver=row["receiver"],
                low=row["low"] + running,
                high=row["high"] + running,
                basis=one.basis,
                evidence=Evidence(row["evidence"]),
                same_effect=row["same_effects"],
                of=row["of"],
            )
        )
    return booked

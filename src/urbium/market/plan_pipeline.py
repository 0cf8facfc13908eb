"""Of a plan: its projects as prospects; what is sought is what comes from outside the budgets."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.finance.appraisal import EARNING, Appraisal
from urbium.finance.of_plan import appraise_plan
from urbium.finance.plan_money import capital_of
from urbium.market.prospects import (
    CashFlow,
    IndicatorGain,
    Pipeline,
    Prospect,
    Return,
)
from urbium.model import Effect, Evidence, Source, weakest
from urbium.plan import Plan
from urbium.text import Text, coded, declared, text
from urbium.text.naming import names_by_code

_NOBODY: Final = "(none)"
"""The publisher of a source that is our own judgement."""

_SMALLEST = 1e-6


def pipeline_of_plan(
    plan: Plan, catalogue: Catalogue, cities: pl.DataFrame, country: str, *, every: bool = False
) -> Pipeline:
    """Return the projects of a plan that seek money from outside the budgets of city and nation.

    What is sought is the capital that the plan has from funds outside the budgets; how it is split among
    them is the plan's assumption, and nobody has signed it. Inflows and returns are those of the appraisal,
    which books none below the declared evidence; where it has none, the prospect has none.

    Parameters
    ----------
    plan : the plan
    catalogue : that it stands on
    cities : code, and the columns of names and provinces by language
    country : ISO 3166 code of the nation
    every : whether projects that seek nothing are there, too
    """
    capital = plan.money.filter(pl.col("kind") == "capital", pl.col("amount") > 0)
    sought = capital_of(plan, "outside").group_by("project").agg(sought=pl.col("amount").sum())
    payers = capital.group_by("project").agg(payers=pl.col("fund").unique().sort())
    appraisal = appraise_plan(plan, catalogue)
    flows, worth, gains = _flows(appraisal), _worth(appraisal), gains_of(catalogue)
    of_capital = {one.project for one in appraisal.flows.booked if one.of == "capital"}
    asking = sought.filter(pl.col("sought") > _SMALLEST)
    rows = (
        plan.table.join(asking, on="project", how="left" if every else "inner")
        .join(payers, on="project", how="left")
        .with_columns(pl.col("sought").fill_null(0.0), pl.col("payers").fill_null([]))
        .sort("project")
    )
    settings = plan.roadmap.settings
    places, regions = names_by_code(cities), names_by_code(cities, part="province")
    unstated = text("the year is not stated")
    prospects = []
    for row in rows.iter_rows(named=True):
        solution = catalogue.solutions.get(row["solution"])
        evidence = row["evidence"] or (solution.evidence if solution else Evidence.ASSUMPTION.value)
        inflow_evidence, rate = worth.get(row["project"], ("", None))
        returns = None
        if rate is not None:
            returns = Return(
                rate, "real", weakest([evidence, inflow_evidence]), is_of_capital=row["project"] in of_capital
            )
        prospects.append(
            Prospect(
                code=row["project"],
                title=solution.name if solution else row["solution"],
                city=row["city"],
                place=places.get(row["city"], row["city"]),
                region=regions.get(row["city"], ""),
                country=country,
                solution=row["solution"],
                sector=solution.domain if solution else "",
                **{name: row[name] for name in ("start", "finish", "capital", "operation", "sought")},
                least=min(row["sought"], _SMALLEST),
                currency=plan.currency,
                price_year=settings.price_year or unstated,
                evidence=evidence,
                instruments=solution.finance_models if solution else (),
                payers=tuple(row["payers"]),
                standards=solution.standards if solution else (),
                inflow_evidence=inflow_evidence,
                returns=returns,
                flows=flows.get(row["project"], ()),
                gains=gains.get(row["solution"], ()),
                risks=_risks(evidence),
                note=plan.roadmap.words(settings.note),
            )
        )
    return Pipeline(prospects)


def _flows(appraisal: Appraisal) -> dict[str, tuple[CashFlow, ...]]:
    """Return what the value of each project adds up, in the years of the appraisal."""
    flows: dict[str, list[CashFlow]] = {}
    columns = ("project", "year", "line", "amount", "evidence")
    for project, *flow in appraisal.flows.table.sort("project", "year").select(columns).iter_rows():
        flows.setdefault(project, []).append(CashFlow(*flow))
    return {project: tuple(rows) for project, rows in flows.items()}


def _worth(appraisal: Appraisal) -> dict[str, tuple[str, float | None]]:
    """Return the evidence of the inflows that count, and the one internal rate where there is just one."""
    rows = appraisal.table.filter(kind=EARNING).select("project", "inflow_evidence", "irr")
    return {project: (evidence, rate) for project, evidence, rate in rows.iter_rows()}


def effects_found(catalogue: Catalogue) -> Iterator[tuple[Effect, Source | None]]:
    """Yield each effect that may be said of a city, and where it was found; None of what somebody assumed."""
    for one in filter(attrgetter("is_of_city"), catalogue.effects):
        source = catalogue.sources[one.source]
        is_judged = one.evidence == Evidence.ASSUMPTION or source.publisher == _NOBODY
        yield one, None if is_judged else source


def gains_of(catalogue: Catalogue) -> dict[str, tuple[IndicatorGain, ...]]:
    """Return what each solution does to indicators, as declared."""
    gains: dict[str, tuple[IndicatorGain, ...]] = {}
    for one, source in effects_found(catalogue):
        publisher = f"{source.publisher} {source.year}".strip() if source else ""
        scope = "" if one.scope == "citywide" else declared(one.scope)
        gain = IndicatorGain(
            one.title, one.direction, one.low, one.high, one.unit, one.evidence, publisher, scope
        )
        gains[one.solution] = (*gains.get(one.solution, ()), gain)
    return gains


def _risks(evidence: str) -> tuple[Text, ...]:
    """Return the risks that follow from what is known, and no other."""
    unsigned = coded(
        "finance.market.risk.unsigned",
        "The money from outside is only planned; none of it is covered by a signed agreement.",
    )
    guessed = text("The cost is an assumption, not an estimate for this project.")
    return (unsigned, guessed) if evidence == "assumption" else (unsigned,)

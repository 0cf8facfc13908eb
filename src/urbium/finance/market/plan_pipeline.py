"""Of a plan: its projects as prospects; what is sought is what comes from outside the budgets."""

from collections.abc import Mapping, Sequence

import polars as pl

from urbium.catalogue import Catalogue
from urbium.finance.appraisal import EARNING, Appraisal
from urbium.finance.cash_flow import Line
from urbium.finance.market.prospects import (
    CashFlow,
    IndicatorGain,
    Pipeline,
    Prospect,
    Return,
)
from urbium.finance.of_plan import appraise_plan
from urbium.model import weakest
from urbium.plan import Plan
from urbium.text import Text, text

__all__ = ["pipeline_of_plan"]

_OUTSIDE = "outside"
_SMALLEST = 1e-6


def pipeline_of_plan(
    plan: Plan, catalogue: Catalogue, cities: pl.DataFrame, country: str, *, every: bool = False
) -> Pipeline:
    """Return the projects of a plan that seek money from outside the budgets of city and nation.

    What is sought is the capital that the plan has from funds of the scope ``outside``; how it is split among
    them is the plan's assumption, and nobody has signed it. Inflows and returns are those of the appraisal,
    which books none below the declared evidence; where it has none, the prospect has none.

    Parameters
    ----------
    plan : the plan
    catalogue : that it stands on
    cities : code, name_en and province_en
    country : ISO 3166 code of the nation
    every : whether projects that seek nothing are there, too
    """
    outside = [code for code, fund in catalogue.funds.items() if fund.scope == _OUTSIDE]
    capital = plan.money.filter(pl.col("kind") == "capital", pl.col("amount") > 0)
    sought = (
        capital.filter(pl.col("fund").is_in(outside)).group_by("project").agg(sought=pl.col("amount").sum())
    )
    payers = dict(capital.group_by("project").agg(pl.col("fund").unique().sort()).iter_rows())
    appraisal = appraise_plan(plan, catalogue)
    flows, worth = _flows(plan, appraisal), _worth(appraisal)
    names = {
        code: (name, region)
        for code, name, region in cities.select("code", "name_en", "province_en").iter_rows()
    }
    asking = sought.filter(pl.col("sought") > _SMALLEST)
    rows = plan.table.join(asking, on="project", how="left" if every else "inner").sort("project")
    rows = rows.with_columns(pl.col("sought").fill_null(0.0))
    gains = _gains(catalogue)
    return Pipeline(
        _prospect(row, plan, catalogue, names, country, payers.get(row["project"], ()), flows, worth, gains)
        for row in rows.iter_rows(named=True)
    )


def _prospect(  # noqa: PLR0917 - one row and the tables that it is looked up in
    row: Mapping[str, object],
    plan: Plan,
    catalogue: Catalogue,
    names: Mapping[str, tuple[str, str]],
    country: str,
    payers: Sequence[str],
    flows: Mapping[str, tuple[CashFlow, ...]],
    worth: Mapping[str, tuple[str, float | None]],
    gains: Mapping[str, tuple[IndicatorGain, ...]],
) -> Prospect:
    code, city, solution_code = str(row["project"]), str(row["city"]), str(row["solution"])
    solution = catalogue.solutions.get(solution_code)
    place, region = names.get(city, (city, ""))
    evidence = str(row["evidence"] or (solution.evidence if solution else "assumption"))
    inflow_evidence, rate = worth.get(code, ("", None))
    sought, settings = float(str(row["sought"])), plan.roadmap.settings
    return Prospect(
        code=code,
        title=solution.name if solution else solution_code,
        city=city,
        place=place or city,
        region=region or "",
        country=country,
        solution=solution_code,
        sector=solution.domain if solution else "",
        start=int(str(row["start"])),
        finish=int(str(row["finish"])),
        capital=float(str(row["capital"])),
        operation=float(str(row["operation"])),
        sought=sought,
        least=min(sought, _SMALLEST),
        currency=plan.currency,
        price_year=settings.price_year or text("finance.market.no_price_year", "a year that is not said"),
        evidence=evidence,
        instruments=solution.finance_models if solution else (),
        payers=tuple(payers),
        standards=solution.standards if solution else (),
        inflow_evidence=inflow_evidence,
        returns=None if rate is None else Return(rate, "real", weakest([evidence, inflow_evidence])),
        flows=flows.get(code, ()),
        gains=gains.get(solution_code, ()),
        risks=_risks(evidence),
        note=settings.note,
    )


def _flows(plan: Plan, appraisal: Appraisal) -> dict[str, tuple[CashFlow, ...]]:
    """Return the money of each project in the years of the plan; what is left of it later is no money."""
    rows = appraisal.flows.table.filter(pl.col("year").is_in(plan.years), pl.col("line") != Line.RESIDUAL)
    flows: dict[str, tuple[CashFlow, ...]] = {}
    columns = ("project", "year", "line", "amount", "evidence")
    for project, year, line, amount, evidence in rows.sort("project", "year").select(columns).iter_rows():
        flows[project] = (*flows.get(project, ()), CashFlow(year, line, amount, evidence))
    return flows


def _worth(appraisal: Appraisal) -> dict[str, tuple[str, float | None]]:
    """Return the evidence of the inflows that count, and the one internal rate where there is just one."""
    rows = appraisal.table.filter(pl.col("kind") == EARNING)
    return {
        project: (evidence, rate)
        for project, evidence, rate in rows.select("project", "inflow_evidence", "irr").iter_rows()
    }


def _gains(catalogue: Catalogue) -> dict[str, tuple[IndicatorGain, ...]]:
    gains: dict[str, tuple[IndicatorGain, ...]] = {}
    for one in catalogue.effects:
        gain = IndicatorGain(
            one.indicator.removeprefix("OTHER:"),
            one.direction,
            one.low,
            one.high,
            one.unit,
            one.evidence,
            one.source,
        )
        gains[one.solution] = (*gains.get(one.solution, ()), gain)
    return gains


def _risks(evidence: str) -> tuple[Text, ...]:
    """Return the risks that follow from what is known, and no other."""
    unsigned = text(
        "finance.market.risk.unsigned", "The money from outside stands in the plan; nobody has signed it."
    )
    guessed = text("finance.market.risk.cost", "The cost is an assumption, and no estimate of this project.")
    return (unsigned, guessed) if evidence == "assumption" else (unsigned,)

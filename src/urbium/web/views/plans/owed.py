"""Owed: what a plan owes, what of its money is signed, what pays back, and the cheapest money.

Templates: ``plan_after.html`` (what is owed), ``plan_risks.html`` (signed money), ``plan_money.html`` (what
is not signed).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import polars as pl

from urbium import charts
from urbium.catalogue.bookings import NO_SOURCE, income_words
from urbium.model import Evidence, Inflow, Source
from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, declared, named, say, text
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.words import amount, capital, named_rows
from urbium.web.views.frames import lasting

_STOCKS: Final = words_of("stock that is owed")
_PAYERS: Final = words_of("payer")
_NATION: Final = "nation"
_MOST_REASONS: Final = 3
"""Reasons of an instrument that are shown; how many more there are is said."""


def liabilities(office: Programme, drawer: Drawer) -> dict[str, Any]:
    """Gather what cities and nation owe by year, and what the plan changes of debt and deficit."""
    debt = office.finances.debt()
    facts, currency = debt.facts, debt.basis.currency
    years = debt.by_year.filter(_owing())
    titles = {name: str(say(title)) for name, title in _STOCKS.items()}
    stocks = years.select("year", *titles).unpivot(index="year", variable_name="line", value_name="amount")
    stocks = stocks.with_columns(pl.col("line").replace(titles)).filter(pl.col("amount") > 0)
    chart = charts.money(
        stocks, by="line",
        by_title=text("owed as"), order=list(titles.values()), currency=currency,
    )  # fmt: skip
    return {
        "chart": drawer.draw(chart) if stocks.height else None,
        "said": list(_said(facts, currency, _debtors(debt.table))),
        "years": years.to_dicts(),
        "terms": debt.offers.year,
        "inflation": debt.settings["inflation"],
        "evidence": debt.evidence,
        "is_guaranteed": facts["contingent"] > 0,
        "risk": office.finances.currency_risk(debt).to_dicts(),
    }


def _debtors(owed: pl.DataFrame) -> list[Text]:
    """Return who owes something at some time: the cities, the nation, both, or nobody."""
    places = set(owed.filter(_owing())["place"])
    nation = [_PAYERS[_NATION]] if _NATION in places else []
    return [*([_PAYERS["city"]] if places - {_NATION} else []), *nation]


def _owing() -> pl.Expr:
    return pl.sum_horizontal("debt", "commitments", "contingent", "interest", "repaid", "payments") > 0


def _said(facts: Mapping[str, Any], currency: str, debtors: Sequence[Text]) -> Iterator[Text]:
    """Yield what is owed at most, what is guaranteed, and what nobody knows the cost of."""
    if debtors:
        yield text(
            "Owed for the plan by {debtors:list}: no more than {debt} in loans (in {year}) and no "
            "more than {commitments} in payments promised to partners, which count as debt. The last payment "
            "is due in {last}.",
            debt=amount(facts["debt"], currency), year=str(facts["debt year"]),
            commitments=amount(facts["commitments"], currency), last=str(facts["last payment"]),
            debtors=debtors,
        )  # fmt: skip
    else:
        yield text("Nothing in the plan's funding has to be repaid later.")
    if facts["contingent"]:
        yield text(
            "Signed guarantees cover at most {contingent}, payable only if a project cannot pay.",
            contingent=amount(facts["contingent"], currency),
        )
    else:
        yield text("No agreement in force guarantees a repayment, so there are no contingent liabilities.")
    if facts["capital without an instrument"] > 0:
        yield text(
            "These debts leave out {amount} of the plan that no financing instrument fits: what this money "
            "costs later is unknown, beyond the repayments that the plan itself assumes.",
            amount=amount(facts["capital without an instrument"], currency),
        )


def signed(office: Programme, tables: PlanTables) -> dict[str, Any]:
    """Gather the plan with and without its unsigned money, and which agreement signs what."""
    result = office.finances.signed()
    shares = tables.shares().select("project", benefit="share")
    rows = result.standing.join(shares, on="project", how="left")
    names = office.register.names()
    with_all, alone = (_of(part) for part in (rows, rows.filter("stands")))
    facts = result.facts
    again = office.finances.instead(tables.plan)
    without = [result.without_words(tables.shares()), _instead(again)] if facts["unsigned"] > 0 else []
    return {
        "facts": facts,
        "unsigned": unsigned(office),
        "instead": again and again.name,
        "words": [*office.finances.budget_words(), *without],
        "sides": [
            {"name": text("All money in the plan"), **with_all},
            {
                "name": text("Budgets and signed money only, with nothing planned instead"),
                **alone,
            },
            *([] if again is None else [_named(again)]),
        ],
        "threats": _threats(
            result, office.finances.without_budgets(), shares, named_rows(office.catalogue_of("plan").funds)
        ),
        "years": result.table.to_dicts(),
        "agreements": [
            row | {"name": names.get(row["city"], row["project"])}
            for row in result.agreements.join(
                tables.plan.table.select("project", "city", "solution"),
                on="project",
                how="left",
                maintain_order="left",
            ).iter_rows(named=True)
        ],
    }


def _threats(
    result: Any,  # noqa: ANN401 - urbium.finance.signed_money.SignedMoney
    budgets: Mapping[str, pl.DataFrame],
    shares: pl.DataFrame,
    funds: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Say what the plan loses without the money of each payer alone, the largest loss first."""
    falling = [
        (funds.get(fund, fund), unsigned, list(projects))
        for fund, unsigned, projects in result.by_fund.select("fund", "unsigned", "falling").iter_rows()
    ] + [
        (text("Budget money from {payer}", payer=_PAYERS[payer]), table["unsigned"].sum(),
         table.filter(~pl.col("stands"))["project"].to_list())
        for payer, table in budgets.items()
        if not table["stands"].all()
    ]  # fmt: skip
    rows = [
        {
            "name": name,
            "unsigned": amount,
            "projects": len(projects),
            "lost": shares.filter(pl.col("project").is_in(projects))["benefit"].sum(),
        }
        for name, amount, projects in falling
    ]
    return sorted(rows, key=lambda row: row["lost"], reverse=True)


def unsigned(office: Programme) -> Text | str:
    """Say how much of the plan's money nobody has signed, and of which funds it is."""
    return office.finances.signed().unsigned_words(named_rows(office.catalogue_of("plan").funds))


def _instead(again: Any) -> Text:  # noqa: ANN401 - urbium.plan.result.decisions.Instead, or None
    """Say what a plan made again without the unsigned money keeps."""
    if again is None:
        return text(
            "A new plan made without that money could keep more of the improvement; none has been made yet."
        )
    return text(
        "The plan “{name}”, made without that money, {keeps}.",
        name=again.name, keeps=again.words,
    )  # fmt: skip


def _named(again: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    name = text("Plan “{name}”, made without unsigned money", name=again.name)
    return {**asdict(again), "name": name}


def _of(rows: pl.DataFrame) -> dict[str, Any]:
    return {"projects": rows.height, "capital": rows["capital"].sum(), "benefit": rows["benefit"].sum()}


def cost_only(office: Programme) -> Text:
    """Say which share of projects and of their capital is cost-only, and how many of the others pay."""
    appraisal = office.adopted("appraisal")
    table, facts = appraisal.table, appraisal.facts
    rows = table.filter(kind="cost-only")
    whole = float(table["capital"].sum())
    return text(
        "Cost-only projects (too little evidence for their income to show a return): {cost_only:,} "
            "of {count:,} ({share:.1%}), with {share_money:.1%} of the capital. Projects with inflows: "
            "{receiving:,}; those that earn the programme's own rate of {rate:.1%} a year: {earning:,}.",
        count=table.height, cost_only=rows.height, share=rows.height / table.height if table.height else 0.0,
        share_money=float(rows["capital"].sum()) / whole if whole else 0.0,
        receiving=table.height - rows.height, earning=facts["earning"], rate=facts["discount_rate"]
    )  # fmt: skip


def project_returns(office: Programme, project: str) -> dict[str, Any]:
    """Gather what a planned project earns, and how its cash covers its debt; or that it is cost-only."""
    row = office.adopted("appraisal").table.filter(project=project)
    if row.is_empty():
        return {}
    earns = office.finances.returns([project])
    if earns is None:
        return {"reason": office.adopted("appraisal").said(row["reason"].item())}
    return {
        "said": earns.words, "terms": earns.terms_words,
        "cover_words": earns.cover_words,
        "steps": earns.steps.to_dicts(), "cover": earns.cover.to_dicts(), **_flows(earns),
        "evidence": earns.evidence, "cover_evidence": earns.cover_evidence,
        "income": earns.income_words, "basis": income_basis(*(office.finances.income(project) or (None, ()))),
    }  # fmt: skip


def income_basis(row: Inflow | None, sources: Sequence[Source]) -> dict[str, Any]:
    """Gather what an income rests on: its share, where it was found, and the studies."""
    return {
        "said": income_words(row) if row else NO_SOURCE,
        "evidence": (row and row.evidence) or Evidence.ASSUMPTION,
        "note": declared(row.note) if row and row.note else "",
        "sources": [one for one in sources if one.address],
    }


def _flows(earns: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.finance.ProjectReturns
    """Gather what the value of projects adds up: the lines, and for each year the amount of each, and all."""
    names = words_of("kind of a flow")
    lines = [line for line in names if line in set(earns.flows["line"])]
    rows = earns.flows.pivot("line", index="year", values="amount")
    rows = rows.select("year", pl.col(lines).fill_null(0.0), all=pl.sum_horizontal(lines))
    return {
        "lines": {line: names[line] for line in lines},
        "flows": rows.to_dicts(), "sums": rows.sum().row(0, named=True),
    }  # fmt: skip


def city_mix(office: Programme, code: str) -> dict[str, Any]:
    """Gather the cheapest money for a city's projects, and why each other instrument gives nothing."""
    result = lasting(office, f"mix of {code}", lambda: office.finances.mix(city=code))
    in_mix = set(result.table["instrument"])
    catalogue = office.catalogue_of("plan")
    reasons = result.reasons.partition_by("instrument", maintain_order=True)
    return {
        "facts": result.facts,
        "rows": [
            row | {"name": named(catalogue.instruments[row["instrument"]].name, row["instrument"]).render()}
            for row in result.table.iter_rows(named=True)
        ],
        "reasons": [
            {
                "name": named(catalogue.instruments[part["instrument"][0]].name).render()
                if part["instrument"][0] in catalogue.instruments
                else capital(words_of("kind of instrument")[part["instrument"][0]]),
                "is_part": part["instrument"][0] in in_mix,
                "rows": [
                    row | {"reason": result.said(row["reason"])}
                    for row in part.head(_MOST_REASONS).iter_rows(named=True)
                ],
                "more": max(part.height - _MOST_REASONS, 0),
            }
            for part in reasons
        ],
        "short": result.mix.short.to_dicts(),
        "left_out": list(result.left_out),
    }

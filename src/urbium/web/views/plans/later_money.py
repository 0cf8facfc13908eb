"""Later money: what plans cost after their last year: upkeep and repayments beside the limits."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium import charts
from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, say, text, texts
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.words import amount, named_rows

_NEAREST = 20
"""How many cities are listed that have the least left of their limit."""
_NAMED = 10
"""How many cities above their limit are named in a sentence."""
_BUILT = text("Own building")
_RUNNING = text("Running costs")
_RENEWAL = text("Set aside for renewal")
_REPAID = text("Repayments")
_USES = words_of("use of later money")
_PAYERS = words_of("payer of costs")


def later_money(office: Programme, drawer: Drawer, tables: PlanTables) -> dict[str, Any] | None:
    """Gather upkeep and repayments after the plan; None where the plan was made without repayments."""
    space = _space(office, tables)
    if space is None:
        return None
    names = office.register.names()
    years = space.yearly(space.later)
    nearest = space.nearest.head(_NEAREST).to_dicts()
    return {
        "chart": drawer.draw(
            _chart(space, years, {"running": _RUNNING, "renewal": _RENEWAL, "repaid": _REPAID})
        ),
        "said": [_peak(space, years), _above(space, names), _users(space, years), _unsigned(office, space)],
        "years": years.to_dicts(),
        "nearest": [row | {"name": names.get(row["city"], row["city"])} for row in nearest],
        "evidence": space.evidence,
    }


def city_money(office: Programme, drawer: Drawer, code: str) -> dict[str, Any] | None:
    """Gather one city's money by year, to the last payment; None where nothing is built or known of it."""
    tables = office.plan_tables()
    space = _space(office, tables)
    if space is None:
        return None
    years = space.yearly(space.table.filter(pl.col("city") == code))
    lines = {"capital": _BUILT, "running": _RUNNING, "renewal": _RENEWAL, "repaid": _REPAID}
    return {
        "chart": drawer.apart(_chart(space, years, lines)),
        "said": [_peak(space, years.filter(pl.col("year") > space.last)), _users(space, years)],
        "years": years.to_dicts(),
        "evidence": space.evidence,
    }


def city_burden(office: Programme, code: str) -> dict[str, dict[str, Any]] | None:
    """Return one city's ``peak`` year after the plan, and its last (``steady``); None where none is known."""
    space = _space(office, office.plan_tables())
    years = None if space is None else space.yearly(space.later.filter(pl.col("city") == code))
    if years is None or years.is_empty():
        return None
    return {"peak": space.peak(years), "steady": years.row(-1, named=True)}


def city_appraisal(office: Programme, code: str) -> dict[str, Any] | None:
    """Gather which projects of a city have inflows and which are cost-only; None where it has none."""
    appraisal = office.adopted("appraisal")
    rows = appraisal.table.filter(pl.col("city") == code)
    if rows.is_empty():
        return None
    paying = rows.filter(pl.col("kind") != "cost-only")["project"].to_list()
    return {
        "inflows": {project: appraisal.inflow_words(project) for project in paying},
        "said": text(
            "Cost-only projects (the evidence for their income is too weak to show a return): "
            "{cost_only:,} of {count:,}.",
            count=rows.height,
            cost_only=rows.height - len(paying),
        ),
    }


def sources_and_uses(office: Programme) -> dict[str, Any] | None:
    """Gather who pays for what in each plan year, one row a payer and use; None where nothing is spent."""
    costs = office.adopted("costs")
    table = costs.sources_and_uses
    if table.is_empty():
        return None
    names = named_rows(office.catalogue_of("plan").funds)
    years = list(costs.plan.years)
    groups = table.group_by("use", "payer", "evidence", maintain_order=True)
    rows = []
    for (use, payer, evidence), group in groups:
        by_year = dict(group.select("year", "amount").iter_rows())
        name = names.get(str(payer), str(payer)) if use == "capital" else _PAYERS[str(payer)]
        rows.append(
            {"use": _USES[str(use)], "payer": name, "evidence": evidence, "total": group["amount"].sum(),
             "cells": [by_year.get(year, 0.0) for year in years]}
        )  # fmt: skip
    return {"years": years, "rows": rows}


def _space(office: Programme, tables: PlanTables) -> Any:  # noqa: ANN401 - urbium.finance.fiscal_space
    """The fiscal space of the adopted plan; None where it was made without repayments."""
    if tables.plan.roadmap.repayments.is_empty():
        return None
    return office.finances.space()


def _chart(space: Any, years: pl.DataFrame, lines: dict[str, Text]) -> dict[str, Any]:  # noqa: ANN401 - FiscalSpace
    """Return the money by year as bars, stacked by what it is for."""
    titles = {name: str(say(title)) for name, title in lines.items()}
    rows = years.select("year", *titles).unpivot(index="year", variable_name="line", value_name="amount")
    rows = rows.with_columns(pl.col("line").replace(titles))
    what = text("for what")
    currency, order = space.basis.currency, list(titles.values())
    return charts.money(rows, by="line", by_title=what, order=order, currency=currency)


def _peak(space: Any, years: pl.DataFrame) -> Text:  # noqa: ANN401 - FiscalSpace
    """When running costs, renewal and repayments are largest after the plan, and when the last one is due."""
    row, currency = space.peak(years), space.basis.currency
    sentence = text(
        "After the plan, running costs, renewal and repayments peak in {year}: {used}, of which "
            "{renewal} is set aside for renewal and {repaid} is repaid.",
        year=str(row["year"]), used=amount(row["used"], currency), repaid=amount(row["repaid"], currency),
        renewal=amount(row["renewal"], currency)
    )  # fmt: skip
    share = ""
    if row["limit"]:
        share = text(
            "That is {share:.1%} of the limit of {limit}.",
            share=row["used"] / row["limit"], limit=amount(row["limit"], currency)
        )  # fmt: skip
    due = years.filter(pl.col("repaid") > 0)["year"]
    last = text("No repayments are due after the plan.")
    if due.len():
        last = text("The last repayment is due in {year}.", year=str(due.max()))
    return text("{said} {share} {last}", said=sentence, share=share, last=last)


def _above(space: Any, names: Mapping[str, str]) -> Text:  # noqa: ANN401 - FiscalSpace
    """Which cities exceed their limit after the plan, each with the first year."""
    above = space.exceeded.filter(pl.col("year") > space.last)
    first = above.group_by("city").agg(pl.col("year").min()).sort("year", "city")
    if first.is_empty():
        return text("No city exceeds its limit in any year after the plan.")
    return texts(
        "{count} city exceeds its limit in at least one year after the plan: {cities:list}.",
        "{count:,} cities exceed their limit in at least one year after the plan, the first of them: "
        "{cities:list}.",
        count=first.height,
        cities=[f"{names.get(city, city)} ({year})" for city, year in first.head(_NAMED).iter_rows()],
    )


def _users(space: Any, years: pl.DataFrame) -> Text:  # noqa: ANN401 - FiscalSpace
    """What users are assumed to repay, which is in no limit."""
    row = years.sort("users", "year", descending=[True, False]).row(0, named=True)
    if not row["users"]:
        return text("Users of completed projects are assumed to repay nothing.")
    return text(
        "Users of completed projects are assumed to repay up to {users} a year through tariffs and "
            "charges, a peak first reached in {year}. No limit takes these repayments into account.",
        users=amount(row["users"], space.basis.currency), year=str(row["year"])
    )  # fmt: skip


def _unsigned(office: Programme, space: Any) -> Text:  # noqa: ANN401 - FiscalSpace
    """How the limits are kept with and without the money that nobody signed yet."""
    later = pl.col("year") > space.last
    over = space.exceeded.filter(later)["city"].n_unique()
    if not over:
        return text(
            "Of the {outside} in repayable loans and money from partners and abroad, {unsigned} "
            "has not been signed for. Even including repayments of the unsigned money, no city "
            "exceeds its limit after the plan.",
            outside=amount(space.outside, space.basis.currency),
            unsigned=amount(office.finances.signed().facts["unsigned"], space.basis.currency),
        )
    return text(
        "Of the {outside} in repayable loans and money from partners and abroad, {unsigned} has "
        "not been signed for. Cities that exceed their limit after the plan: {over:,} including "
        "repayments of the unsigned money, {alone:,} without them.",
        outside=amount(space.outside, space.basis.currency),
        unsigned=amount(office.finances.signed().facts["unsigned"], space.basis.currency),
        over=over,
        alone=space.exceeded_signed.filter(later)["city"].n_unique(),
    )

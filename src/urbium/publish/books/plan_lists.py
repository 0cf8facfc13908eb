"""Plan lists: the tables of a plan as they stand in a workbook, one for each sheet.

Figures are those of the plan and its roadmap, unchanged; only codes get names, and rows the order in which a
reader asks. Amounts are in millions of the plan's currency. A sheet is a row of ``SHEETS``, a column of it
a key of the vocabulary (:mod:`urbium.columns`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from urbium.columns import heading, keys_of
from urbium.packaged import packaged_rows
from urbium.plan import (
    NATIONWIDE,
    budget_use,
    by_city_year,
    by_year,
    people_use,
    shortfall_words,
    shortfalls,
    similarity,
)
from urbium.plan.result.years import upkeep_use
from urbium.publish.books.band_columns import Listing, head_of_data, heads
from urbium.publish.books.plan_basis import assumptions, left_out, proof, sources
from urbium.publish.books.plan_improvement import benefit, natural_units
from urbium.publish.books.plan_names import NamedPlan, money, ordered, prices
from urbium.publish.books.plan_occupations import occupations
from urbium.publish.books.plan_owed import liabilities, signed_money
from urbium.publish.books.plan_space import space, uses
from urbium.talent import kinds_of
from urbium.text import say, text
from urbium.units import million_a_year

_RUNNING, _RENEWAL, _TRAINING = "operation", "renewal", "training"
"""Payments that no fund makes: what they are called in the rows of Money."""
_PAYMENTS: Final = {
    _RUNNING: heading("running"),
    _RENEWAL: heading("renewal"),
    _TRAINING: heading("training"),
}


# Schedule


def _schedule(named: NamedPlan) -> Listing:
    table = by_city_year(named.plan)
    years = [str(year) for year in named.plan.years]
    wide = table.with_columns(pl.col("year").cast(pl.String)).pivot(
        on="year", index="city", values="building"
    )
    ends = named.plan.table.group_by("city").agg(
        pl.col("capital").sum(), projects=pl.len(), first=pl.col("start").min(), last=pl.col("finish").max()
    )
    rows = named.placed(ends.join(wide, on="city") if wide.height else ends).sort(
        *ordered("province", "name")
    )
    return Listing(
        "Schedule",
        text("Schedule: projects under construction in each city and year"),
        text(
            "A project counts in every year from its first to its last year of construction; 0 means none."
        ),
        rows.with_columns(pl.lit(0).alias(year) for year in years if year not in rows.columns),
        (
            *heads("city.name", "province", "projects", "capital", "schedule.first", "schedule.last",
                   money=money(named.plan)),
            *(head_of_data(year, year, "#,##0", width=6) for year in years),
            *heads("code.city"),
        ),
        fixed=1,
    )  # fmt: skip


def _years(named: NamedPlan) -> Listing:
    unit = money(named.plan)
    return Listing(
        "Years",
        text("Progress of the plan year by year"),
        text(
            "Counts of projects; money in {unit}, {prices}.",
            unit=unit.words, prices=prices(named.plan)
        ),
        by_year(named.plan).with_columns(
            total=pl.sum_horizontal("capital", "operation", "renewal", "training")
        ),
        heads(
            "year", "starts", "building", "finished", "years.capital", "years.operation", "renewal",
            "years.training", "years.total", money=unit,
        ),
        fixed=1,
    )  # fmt: skip


def _projects(named: NamedPlan) -> Listing:
    plan = named.plan
    paid = (
        plan.money.filter(pl.col("kind") == "capital")
        .group_by("project", "fund")
        .agg(pl.col("amount").sum())
        .pivot(on="fund", index="project", values="amount")
    )
    funds = [code for code in named.funds if code in paid.columns]
    shares = plan.benefit_by_project
    rows = plan.table.join(paid.select("project", *funds), on="project", how="left")
    rows = rows.join(shares, on="project", how="left", maintain_order="left")
    notes = plan.roadmap.projects.select("project", "note")
    rows = named.placed(rows.join(notes, on="project", how="left"))
    domains = {code: solution.domain for code, solution in named.catalogue.solutions.items()}
    titles = {code: text("Paid by {fund}", fund=named.funds[code]) for code in funds}
    domain = pl.col("solution").replace_strict(domains, default="", return_dtype=pl.String)
    title, unit = pl.col("solution").replace(named.titles), money(plan)
    return Listing(
        "Projects",
        text("All projects in the plan: {count:,}", count=rows.height),
        text(
            "Lost without it: what the plan would lose if only this project were left out and not "
            "replaced, including penalties, as a share of the plan's total improvement; negative, for "
            "example, for a project that only makes others possible. Share of the improvement: the "
            "project's part before penalties; the shares add up to the whole. Funds: how much of the "
            "construction cost each fund pays."
        ),
        rows.sort("start", *ordered("province", "name", title)).with_columns(
            title=title,
            domain=domain,
            lost_without_it=pl.col("lost_without_it") / plan.improvement if plan.improvement else None,
        ),
        (
            *heads("project.title", "city.name", "province", "start", "finish", "capital", "operation",
                   "renewal", "lost_without_it", "benefit.share", money=unit),
            *(head_of_data(code, titles[code], "#,##0.00", unit=unit) for code in funds),
            *heads("cost.evidence", "cost.note", "status", "domain", "code.city", "solution"),
        ),
    )  # fmt: skip


def _similarity(named: NamedPlan) -> Listing:
    rows = named.placed(similarity(named.plan).table)
    return Listing(
        "Similarity",
        text("Similarity of city plans"),
        text(
            "Of all the solutions found in either of two cities, the share found in both (Jaccard "
            "index), regardless of the year."
        ),
        rows.sort("alike", *ordered("name"), descending=[True, False], nulls_last=True).with_columns(
            pl.col("nearest").replace(named.names)
        ),
        heads(
            "city.name", "province", "similarity.projects", "alike", "nearest", "likeness", "same",
            "code.city",
        ),
        fixed=1,
    )  # fmt: skip


# Money and people


def _money(named: NamedPlan) -> Listing:
    plan = named.plan
    payer = pl.when(pl.col("kind") == "capital").then("fund").otherwise("kind")
    trained = by_year(plan).select("year", pl.lit(_TRAINING).alias("payer"), amount="training")
    paid = pl.concat([plan.money.select("year", payer.alias("payer"), "amount"), trained])
    sums = paid.filter(pl.col("amount") != 0).group_by("year", "payer").agg(pl.col("amount").sum())
    years = pl.DataFrame({"year": list(plan.years)}, schema={"year": pl.Int64})
    wide = years.join(sums.pivot(on="payer", index="year", values="amount"), on="year", how="left")
    titles: dict[str, str] = {**named.funds, **_PAYMENTS}
    payers, size = [code for code in titles if code in wide.columns], money(plan)
    return Listing(
        "Money",
        text("Funding: who pays how much in each year, {unit}", unit=size.words),
        text(
            "Construction costs by the fund that pays them, operating costs, and the money set aside "
            "for renewal; {prices}.",
            prices=prices(plan)
        ),
        wide.with_columns(pl.col(payers).fill_null(0.0))
        .with_columns(total=pl.sum_horizontal(payers) if payers else pl.lit(0.0))
        .sort("year"),
        (
            *heads("year"),
            *(
                replace(head, factor=size.factor)
                for head in (
                    *(head_of_data(code, titles[code], "#,##0.0", width=16) for code in payers),
                    *heads("years.total"),
                )
            ),
        ),
        fixed=1,
    )  # fmt: skip


def _budgets(named: NamedPlan) -> Listing:
    plan = named.plan
    limits = plan.roadmap.budgets.select("place", "year", "evidence", "note")
    rows = named.placed(budget_use(plan), "place").join(limits, on=["place", "year"], how="left")
    return Listing(
        "Budgets",
        text("Use of each budget"),
        text("Only a place's own money counts: loans, private money and foreign money do not."),
        rows.sort(pl.col("place") != NATIONWIDE, *ordered("province", "name"), "year"),
        heads(
            "place.name",
            "province",
            "year",
            "budget",
            "spent",
            "limits.share",
            "evidence",
            "budgets.note",
            "code.place",
            money=money(plan),
        ),
        fixed=1,
    )


def _upkeep(named: NamedPlan) -> Listing | None:
    use = upkeep_use(named.plan)
    if use.is_empty():
        return None
    notes = named.plan.roadmap.upkeep.select("place", "since", "evidence", "note")
    rows = named.placed(use, "place").join(notes, on=["place", "since"], how="left")
    unit = million_a_year(named.plan.currency)
    return Listing(
        "Upkeep",
        text("Running costs and renewal in each year after the plan"),
        text(
            "Everything that is built is operated in every year after the plan, and money to replace "
            "it at the end of its life is set aside in equal amounts. Amounts are at the plan's prices."
        ),
        rows.sort(pl.col("share"), descending=True, nulls_last=True),
        heads(
            "place.name",
            "province",
            "since",
            "limit.amount",
            "running",
            "renewal",
            "used",
            "limits.share",
            "limit.evidence",
            "limit.note",
            "code.place",
            money=unit,
        ),
        fixed=1,
    )


def _people(named: NamedPlan) -> Listing | None:
    use = people_use(named.plan)
    if use.is_empty():
        return None
    return Listing(
        "People",
        text("People needed and available, in full-time posts"),
        text(
            "Lent: posts that the cities' own people cannot fill. Available to lend: the nation's own "
            "people, and those it has trained."
        ),
        use.with_columns(pl.col("occupation").replace(kinds_of(named.plan))),
        heads(*keys_of("PeopleUse")),
    )  # fmt: skip


def _missed(named: NamedPlan) -> Listing | None:
    missed = shortfalls(named.plan)
    if missed.is_empty():
        return None
    words = {kind: str(say(shortfall_words(kind))) for kind in missed["kind"].unique()}
    called = {**named.titles, **named.standards, "closing": ""}
    what = pl.col("what").str.split(":").list.last()
    return Listing(
        "Targets missed",
        text("Targets that the plan misses: {count:,}", count=missed.height),
        text(
            "A standard or a fairness rule is missed where missing it costs less than meeting it; each "
            "miss is counted in full."
        ),
        named.placed(
            missed.with_columns(
                kind=pl.col("kind").replace(words),
                what=pl.when(what.is_in(list(called))).then(what.replace(called)).otherwise("what"),
            ),
            "place",
        ).sort("kind", *ordered("name")),
        heads("kind", "place.name", "what", "missed.amount", "unit", "code.place"),
    )


# The sheets


_ABSENT: Final = text("Not included: the plan has nothing of this kind.")
_SAID: Final = {
    row["sheet"]: row for row in packaged_rows("documents/workbook_sheets") if row["book"] == "plan"
}


@dataclass(frozen=True)
class PlanSheet:
    """A sheet of the workbook.

    Parameters
    ----------
    name : on its tab
    make : makes its table; None when the plan has nothing of it
    has_bars : whether the cells of its years carry bars
    """

    name: str
    make: Callable[[NamedPlan], Listing | None]
    has_bars: bool = False

    @property
    def holds(self) -> str:
        """What stands in it, for the first sheet."""
        return _SAID[self.name]["holds_en"]

    @property
    def absent(self) -> str:
        """Why it is not there, when it is not."""
        return _SAID[self.name]["absent_en"] or _ABSENT


SHEETS: Final = (
    PlanSheet("Schedule", _schedule, has_bars=True),
    PlanSheet("Years", _years),
    PlanSheet("Projects", _projects),
    PlanSheet("Money", _money),
    PlanSheet("Sources and uses", uses),
    PlanSheet("Budgets", _budgets),
    PlanSheet("Upkeep", _upkeep),
    PlanSheet("Fiscal space", space),
    PlanSheet("Liabilities", liabilities),
    PlanSheet("Signed money", signed_money),
    PlanSheet("Benefit", benefit),
    PlanSheet("Natural units", natural_units),
    PlanSheet("People", _people),
    PlanSheet("Occupations", occupations),
    PlanSheet("Targets missed", _missed),
    PlanSheet("Similarity", _similarity),
    PlanSheet("Left out", left_out),
    PlanSheet("Assumptions", assumptions),
    PlanSheet("Sources", sources),
    PlanSheet("Proof", proof),
)
"""The sheets in order after Read me."""


def listings(named: NamedPlan) -> dict[str, Listing]:
    """Return the table of each sheet by its name; those of which a plan has nothing are not there."""
    tables = ((one.name, one.make(named)) for one in SHEETS)
    return {
        name: replace(listing, table=listing.table.with_columns(pl.col(pl.String).replace(named.wordings)))
        for name, listing in tables
        if listing is not None
    }

"""Plan lists: the tables of a plan as they stand in a workbook, one for each sheet.

Figures are those of the plan and its roadmap, unchanged; only codes get names, and rows the order in which a
reader asks. Amounts are in millions of the plan's currency.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from urbium.plan import (
    NATIONWIDE,
    Plan,
    budget_use,
    by_city_year,
    by_year,
    likeness,
    people_use,
    shortfall_words,
    shortfalls,
)
from urbium.publish.books.band_columns import SHARE, TENTHS, WHOLE, YEAR, Listing
from urbium.publish.books.plan_basis import assumptions, left_out, proof, sources
from urbium.publish.books.plan_names import CITY, CODE, PROVINCE, Told
from urbium.publish.books.sheets import Head

__all__ = ["CONTENTS", "listings"]

CONTENTS: Final[Mapping[str, str]] = {
    "What when": "how many projects are being built in each city in each year",
    "Years": "how far the plan is in each year, and what is spent",
    "Projects": "every project with its years, cost, payers, worth and evidence",
    "Money": "what each payer pays in each year",
    "Budgets": "how much of each budget is used, of the nation and of every city",
    "People": "who is needed in which year, against the people there are",
    "Shortfalls": "standards and fairness that are missed, and limits that are overrun",
    "Likeness": "how alike the plans of the cities are",
    "Left out": "what is not in the plan, and why",
    "Assumptions": "what the figures rest on, with evidence and source",
    "Sources": "who published what the figures rest on",
    "Proof": "what was checked of the plan, without the solver",
}
"""The sheets in order after Read me, and what each holds; People and Shortfalls only where there are any."""

_OPERATION: Final = "running what is built"
_TRAINING: Final = "training people"
_WORTH: Final = "#,##0.0000"


def listings(told: Told) -> dict[str, Listing]:
    """Return the table of each sheet by its name; those of which a plan has nothing are not there."""
    made = (
        _what_when(told),
        _years(told),
        _projects(told),
        _money(told),
        _budgets(told),
        *_people(told),
        *_shortfalls(told),
        _likeness(told),
        left_out(told),
        assumptions(told),
        sources(told),
        proof(told),
    )
    return {each.name: each for each in made}


# What is built


def _what_when(told: Told) -> Listing:
    table = by_city_year(told.plan)
    years = [str(year) for year in told.plan.years]
    wide = table.with_columns(pl.col("year").cast(pl.String)).pivot(
        on="year", index="city", values="building"
    )
    ends = told.plan.table.group_by("city").agg(
        pl.col("capital").sum(), projects=pl.len(), first=pl.col("start").min(), last=pl.col("finish").max()
    )
    rows = told.placed(ends.join(wide, on="city") if wide.height else ends).sort("province_en", "name")
    return Listing(
        "What when",
        "What is built when: projects being built in each city and year",
        "A project counts in every year from its first to its last build year; 0 is none.",
        rows.with_columns(pl.lit(0).alias(year) for year in years if year not in rows.columns),
        (
            CITY,
            PROVINCE,
            Head("projects", "Projects", WHOLE, 9),
            Head("capital", f"To build (m {told.plan.currency})", TENTHS),
            Head("first", "First start", YEAR, 8),
            Head("last", "All finished", YEAR, 9),
            *(Head(year, year, WHOLE, 6) for year in years),
            CODE,
        ),
        1,
    )


def _years(told: Told) -> Listing:
    table = by_year(told.plan).with_columns(total=pl.sum_horizontal("capital", "operation", "training"))
    money = f"(m {told.plan.currency})"
    return Listing(
        "Years",
        "How far the plan is in each year",
        f"Counts of projects; money in million {told.plan.currency}, {_prices(told.plan)}.",
        table,
        (
            Head("year", "Year", YEAR, 7),
            Head("starts", "Projects that start", WHOLE),
            Head("building", "Being built in the year", WHOLE),
            Head("finished", "Finished by its end", WHOLE),
            Head("capital", f"Spent on building {money}", TENTHS, 14),
            Head("operation", f"Spent on {_OPERATION} {money}", TENTHS, 16),
            Head("training", f"Spent on training people {money}", TENTHS, 16),
            Head("total", f"Together {money}", TENTHS, 14),
        ),
        1,
    )


def _projects(told: Told) -> Listing:
    plan = told.plan
    paid = (
        plan.money.filter(pl.col("kind") == "capital")
        .group_by("project", "fund")
        .agg(pl.col("amount").sum())
        .pivot(on="fund", index="project", values="amount")
    )
    funds = [code for code in told.funds if code in paid.columns]
    rows = plan.table.join(paid.select("project", *funds), on="project", how="left")
    notes = plan.roadmap.projects.select("project", "note")
    worth = plan.objective or 1.0
    domains = {code: each.domain for code, each in told.catalogue.solutions.items()}
    rows = told.placed(rows.join(notes, on="project", how="left")).with_columns(
        title=pl.col("solution").replace(told.titles),
        domain=pl.col("solution").replace_strict(domains, default="", return_dtype=pl.String),
        share=pl.col("value") / worth,
    )
    money = f"(m {plan.currency})"
    return Listing(
        "Projects",
        f"Every project of the plan: {rows.height:,}",
        "Worth: what the plan would lose without this project alone; below 0 for what only serves others."
        " Payers: what each pays of the capital.",
        rows.sort("start", "province_en", "name", "title"),
        (
            Head("title", "Project", "", 34),
            CITY,
            PROVINCE,
            Head("start", "Start", YEAR, 7),
            Head("finish", "Last build year", YEAR, 8),
            Head("capital", f"To build {money}", "#,##0.00"),
            Head("operation", f"To run, a year {money}", "#,##0.00"),
            Head("value", "Worth (gaps closed)", _WORTH),
            Head("share", "Share of the plan's worth", "0.000%"),
            *(Head(code, f"Paid by {told.funds[code]} {money}", "#,##0.00") for code in funds),
            Head("evidence", "Evidence of the cost", "", 13),
            Head("note", "How the cost was made", "", 40),
            Head("status", "Status", "", 11),
            Head("domain", "Domain", "", 14),
            CODE,
            Head("solution", "Solution", "", 16),
        ),
        2,
    )


def _likeness(told: Told) -> Listing:
    rows = told.placed(likeness(told.plan).table).with_columns(other=pl.col("nearest").replace(told.names))
    return Listing(
        "Likeness",
        "How alike the plans of the cities are",
        "The share of solutions that two cities have in common, of all that either has; years do not count.",
        rows.sort("alike", "name", descending=[True, False], nulls_last=True),
        (
            CITY,
            PROVINCE,
            Head("projects", "Solutions", WHOLE),
            Head("alike", "Likeness to all other cities, mean", SHARE, 14),
            Head("other", "Most like", "", 20),
            Head("likeness", "Likeness to that city", SHARE),
            Head("same", "Cities with the very same solutions", WHOLE, 14),
            CODE,
        ),
        1,
    )


# Money and people


def _money(told: Told) -> Listing:
    plan = told.plan
    payer = pl.when(pl.col("kind") == "operation").then(pl.lit(_OPERATION)).otherwise(pl.col("fund"))
    trained = by_year(plan).select("year", pl.lit(_TRAINING).alias("payer"), amount="training")
    paid = pl.concat([plan.money.select("year", payer.alias("payer"), "amount"), trained])
    sums = paid.filter(pl.col("amount") != 0).group_by("year", "payer").agg(pl.col("amount").sum())
    years = pl.DataFrame({"year": list(plan.years)}, schema={"year": pl.Int64})
    wide = years.join(sums.pivot(on="payer", index="year", values="amount"), on="year", how="left")
    payers = [code for code in (*told.funds, _OPERATION, _TRAINING) if code in wide.columns]
    rows = wide.with_columns(pl.col(payers).fill_null(0.0)).with_columns(
        total=pl.sum_horizontal(payers) if payers else pl.lit(0.0)
    )
    titles = {**told.funds, _OPERATION: _OPERATION.capitalize(), _TRAINING: _TRAINING.capitalize()}
    return Listing(
        "Money",
        f"Who pays what in each year, million {plan.currency}",
        f"Capital by the fund that pays it, and the cost of {_OPERATION}; {_prices(plan)}.",
        rows.sort("year"),
        (
            Head("year", "Year", YEAR, 7),
            *(Head(code, titles[code], TENTHS, 16) for code in payers),
            Head("total", "Together", TENTHS, 14),
        ),
        1,
    )


def _budgets(told: Told) -> Listing:
    plan = told.plan
    limits = plan.roadmap.budgets.select("place", "year", "evidence", "note")
    rows = told.placed(budget_use(plan), "place").join(limits, on=["place", "year"], how="left")
    money = f"(m {plan.currency})"
    nation_first = rows.sort(pl.col("place") != NATIONWIDE, "province_en", "name", "year")
    return Listing(
        "Budgets",
        "How much of each budget is used",
        "Only money of the place itself counts: loans, private and foreign money do not.",
        nation_first,
        (
            Head("name", "Whose budget", "", 22),
            PROVINCE,
            Head("year", "Year", YEAR, 7),
            Head("budget", f"Budget {money}", TENTHS),
            Head("spent", f"Spent {money}", TENTHS),
            Head("share", "Used (share)", SHARE),
            Head("evidence", "Evidence of the budget", "", 14),
            Head("note", "What the budget rests on", "", 60),
            Head("place", "Code", "", 9),
        ),
        1,
    )


def _people(told: Told) -> Iterator[Listing]:
    use = people_use(told.plan)
    if use.is_empty():
        return
    yield Listing(
        "People",
        "Who is needed in which year, against the people there are (places)",
        "Lent: what the cities' own people cannot fill. Lendable: the nation's own, and those it trained.",
        use,
        (
            Head("occupation", "Occupation", "", 26),
            Head("year", "Year", YEAR, 7),
            Head("needed", "Needed", TENTHS),
            Head("own", "Filled by the cities' own", TENTHS, 14),
            Head("lent", "Lent by the nation", TENTHS, 14),
            Head("lendable", "Lendable", TENTHS),
            Head("trained", "Of these trained under the plan", TENTHS, 14),
            Head("share", "Lendable that is lent (share)", SHARE, 14),
        ),
        2,
    )


def _shortfalls(told: Told) -> Iterator[Listing]:
    missed = shortfalls(told.plan)
    if missed.is_empty():
        return
    words = {kind: shortfall_words(kind) for kind in missed["kind"].unique()}
    yield Listing(
        "Shortfalls",
        f"What the plan misses: {missed.height:,} cases",
        "Standards and fairness are missed where that costs less than keeping them; each is counted in full.",
        told.placed(missed.with_columns(kind=pl.col("kind").replace(words)), "place").sort("kind", "name"),
        (
            Head("kind", "Kind", "", 24),
            Head("name", "Where", "", 22),
            Head("what", "What", "", 40),
            Head("amount", "By how much", "#,##0.000"),
            Head("unit", "Unit", "", 16),
            Head("place", "Code", "", 11),
        ),
        2,
    )


def _prices(plan: Plan) -> str:
    year = plan.roadmap.settings.price_year
    return f"prices {year}" if year else "prices as the roadmap has them"

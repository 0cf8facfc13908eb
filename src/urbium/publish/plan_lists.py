"""Plan lists: the tables of a plan as they stand in a workbook, one for each sheet.

Figures are those of the plan and its roadmap, unchanged; only codes get names, and rows the order in which a
reader asks. Amounts are in millions of the plan's currency.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import Source
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
from urbium.publish.outlook_columns import SHARE, TENTHS, WHOLE, YEAR, Listing, called
from urbium.publish.sheets import Head

__all__ = ["CONTENTS", "Told", "listings"]

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
_CITY = Head("name", "City", "", 20)
_CODE = Head("city", "Code", "", 9)
_PROVINCE = Head("province_en", "Province", "", 15)
_WORTH: Final = "#,##0.0000"


@dataclass(frozen=True)
class Told:
    """A plan with the names of what it holds.

    Parameters
    ----------
    plan : the plan
    cities : code, name_en, province_en of the cities
    catalogue : solutions and effects as declared
    sources : by id
    """

    plan: Plan
    cities: pl.DataFrame
    catalogue: Catalogue
    sources: Mapping[str, Source]

    @property
    def names(self) -> dict[str, str]:
        """The names of cities by code."""
        own = dict(self.plan.roadmap.cities.select("city", "name").iter_rows())
        known = dict(self.cities.select("code", "name_en").iter_rows())
        return {code: name for code, name in (own | known).items() if name}

    @property
    def titles(self) -> dict[str, str]:
        """The names of solutions by code."""
        return {code: each.name for code, each in self.catalogue.solutions.items()}

    @property
    def funds(self) -> dict[str, str]:
        """The names of funds by code."""
        return {
            code: name or code for code, name in self.plan.roadmap.funds.select("fund", "name").iter_rows()
        }

    def placed(self, table: pl.DataFrame, code: str = "city") -> pl.DataFrame:
        """Add the names and provinces of cities; the nation is called so."""
        provinces = self.cities.select(pl.col("code").alias(code), "province_en")
        names = {**self.names, NATIONWIDE: "The nation"}
        return called(table, code, names).join(provinces, on=code, how="left", maintain_order="left")


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
        _left_out(told),
        _assumptions(told),
        _sources(told),
        _proof(told),
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
            _CITY,
            _PROVINCE,
            Head("projects", "Projects", WHOLE, 9),
            Head("capital", f"To build (m {told.plan.currency})", TENTHS),
            Head("first", "First start", YEAR, 8),
            Head("last", "All finished", YEAR, 9),
            *(Head(year, year, WHOLE, 6) for year in years),
            _CODE,
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
            _CITY,
            _PROVINCE,
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
            _CODE,
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
            _CITY,
            _PROVINCE,
            Head("projects", "Solutions", WHOLE),
            Head("alike", "Likeness to all other cities, mean", SHARE, 14),
            Head("other", "Most like", "", 20),
            Head("likeness", "Likeness to that city", SHARE),
            Head("same", "Cities with the very same solutions", WHOLE, 14),
            _CODE,
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
            _PROVINCE,
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


# What is not in it, and what it rests on


def _left_out(told: Told) -> Listing:
    road, chosen = told.plan.roadmap, told.plan.table.select("project")
    omitted = road.omitted.select("city", "solution", "reason", capital=pl.lit(None, pl.Float64))
    turned = road.projects.join(chosen, on="project", how="anti")
    reason = (
        pl.when(pl.col("status") == "forbidden")
        .then(pl.lit("forbidden"))
        .otherwise(pl.lit("a candidate that is not chosen"))
    )
    rows = pl.concat([omitted, turned.select("city", "solution", reason=reason, capital="capital")])
    named = told.placed(rows).with_columns(title=pl.col("solution").replace(told.titles))
    return Listing(
        "Left out",
        f"What is not in the plan, and why: {rows.height:,}",
        "What exactly stands against a project, and the least that would bring it in, says: urbium explain"
        " CITY project SOLUTION.",
        named.sort("reason", "title", "name", descending=[True, False, False]),
        (
            Head("title", "Project", "", 34),
            _CITY,
            _PROVINCE,
            Head("reason", "Why", "", 66),
            Head("capital", f"Would cost (m {told.plan.currency})", "#,##0.00"),
            Head("solution", "Solution", "", 16),
            _CODE,
        ),
        2,
    )


def _assumptions(told: Told) -> Listing:
    rows = [*_of_costs(told), *_of_effects(told), *_of_roadmap(told)]
    columns = ("about", "what", "value", "evidence", "note", "source")
    table = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return Listing(
        "Assumptions",
        "What the figures rest on",
        "Evidence: published by a source, derived from published figures, or an assumption of the programme.",
        table,
        (
            Head("about", "About", "", 20),
            Head("what", "What", "", 40),
            Head("value", "Value", "", 34),
            Head("evidence", "Evidence", "", 14),
            Head("note", "Remark", "", 70),
            Head("source", "Source (see Sources)", "", 34),
        ),
        2,
    )


_Row = tuple[str, str, str, str, str, str]


def _of_costs(told: Told) -> Iterator[_Row]:
    known = told.catalogue.solutions
    for code in sorted(set(told.plan.table["solution"]) & set(known)):
        each = known[code]
        value = f"{each.capital_low:g} to {each.capital_high:g} USD of {each.price_year} a head"
        yield "cost to build", each.name, value, str(each.evidence), each.note, ", ".join(each.sources)


def _of_effects(told: Told) -> Iterator[_Row]:
    chosen = set(told.plan.table["solution"])
    for each in told.catalogue.effects:
        if each.solution in chosen:
            what = f"{told.titles.get(each.solution, each.solution)} on {each.indicator}"
            value = f"{each.direction} {each.low:g} to {each.high:g} {each.unit}"
            yield "effect", what, value, str(each.evidence), each.note, each.source


def _of_roadmap(told: Told) -> Iterator[_Row]:
    road = told.plan.roadmap
    for row in road.funds.iter_rows(named=True):
        value = f"at most {row['share_max']:.0%} of a project's capital of a year"
        yield "fund", row["name"] or row["fund"], value, row["evidence"], row["note"], ""
    for about, table, word in (
        ("need of a city", road.gaps, "needs"),
        ("size of a city", road.cities, "cities"),
        ("budget", road.budgets, "budgets of a place and year"),
        ("weight of an indicator", road.indicators, "weights"),
    ):
        counted = (
            table.group_by("evidence", "note")
            .len()
            .sort("len", "note", "evidence", descending=[True, False, False])
        )
        for evidence, note, count in counted.iter_rows():
            yield about, f"{count:,} of {table.height:,} {word}", "", evidence or "not stated", note, ""
    settings = road.settings
    given = "a setting of this plan"
    for what, value in (
        ("discount rate: later closing counts less, a year", f"{settings.discount_rate:.1%}"),
        ("foreign money: largest share of a year's capital", f"{settings.foreign_share_max:.0%}"),
        ("worth given up for a million spent", f"{settings.spending_price:g}"),
        ("prices", settings.price_year or "not said"),
        ("amounts", settings.note or "not said"),
    ):
        yield "setting", what, value, "assumption", given, ""


def _sources(told: Told) -> Listing:
    chosen = set(told.plan.table["solution"])
    used = {
        name for code, each in told.catalogue.solutions.items() if code in chosen for name in each.sources
    }
    used |= {each.source for each in told.catalogue.effects if each.solution in chosen}
    names = sorted(name for name in used if name in told.sources)
    fields = ("publisher", "title", "year", "licence", "origin", "note")
    columns = {"id": names} | {
        field: [str(getattr(told.sources[name], field)) for name in names] for field in fields
    }
    return Listing(
        "Sources",
        "Who published what the costs and effects rest on",
        "Figures of cities have sources of their own: see the pages of the cities.",
        pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)),
        (
            Head("id", "Source", "", 18),
            Head("publisher", "Publisher", "", 36),
            Head("title", "Title", "", 50),
            Head("year", "Year or edition", "", 12),
            Head("licence", "Licence", "", 26),
            Head("origin", "Address", "", 40),
            Head("note", "Remark", "", 50),
        ),
        1,
    )


def _proof(told: Told) -> Listing:
    certificate = told.plan.certificate
    rows = [
        (
            check.limit.replace("_", " "),
            check.counted,
            check.violation,
            "kept" if check.is_kept else f"broken at {check.where}",
        )
        for check in certificate.checks
    ]
    kinds = {"limit": pl.String, "counted": pl.Int64, "violation": pl.Float64, "outcome": pl.String}
    return Listing(
        "Proof",
        "What was checked of the plan from its raw tables, without the solver",
        f"The certificate {'holds' if certificate.is_valid else 'FAILS: do not use this plan'}.",
        pl.DataFrame(rows, schema=kinds, orient="row"),
        (
            Head("limit", "What must hold", "", 34),
            Head("counted", "Cases checked", WHOLE),
            Head("violation", "Largest breach", "0.0E+00"),
            Head("outcome", "Outcome", "", 40),
        ),
        1,
    )


def _prices(plan: Plan) -> str:
    year = plan.roadmap.settings.price_year
    return f"prices {year}" if year else "prices as the roadmap has them"

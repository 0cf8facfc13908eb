"""Plan basis: what is not in a plan, what its figures rest on, and what was checked, as sheets of a book."""

from collections.abc import Iterator

import polars as pl

from urbium.publish.books.band_columns import WHOLE, Listing
from urbium.publish.books.plan_names import CITY, CODE, PROVINCE, Told
from urbium.publish.books.sheets import Head

__all__ = ["assumptions", "left_out", "proof", "sources"]


def left_out(told: Told) -> Listing:
    """Return what is not in the plan, and why."""
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
            CITY,
            PROVINCE,
            Head("reason", "Why", "", 66),
            Head("capital", f"Would cost (m {told.plan.currency})", "#,##0.00"),
            Head("solution", "Solution", "", 16),
            CODE,
        ),
        2,
    )


def assumptions(told: Told) -> Listing:
    """Return what the figures rest on, with evidence and source."""
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


def sources(told: Told) -> Listing:
    """Return who published what costs and effects rest on."""
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


def proof(told: Told) -> Listing:
    """Return what was checked of the plan, and the outcome."""
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

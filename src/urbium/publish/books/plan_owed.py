"""Plan owed: the sheets of what cities and nation owe of a plan, and of what of its money is signed."""

from typing import Final

import polars as pl

from urbium.publish.books.band_columns import HUNDREDTHS, TENTHS, YEAR, Listing
from urbium.publish.books.plan_names import Field, NamedPlan, money, prices, sheet
from urbium.text import Text, say, text

__all__ = ["liabilities", "signed_money"]

_NATION: Final = "nation"
_OWED: Final[dict[str, Text]] = {
    "debt": text("book.plan.debt", "Debt at year-end"),
    "commitments": text("book.plan.commitments", "PPP commitments at year-end"),
    "contingent": text("book.plan.contingent", "Guaranteed at year-end (contingent)"),
    "interest": text("book.plan.interest", "Interest and fees"),
    "repaid": text("book.plan.principal", "Principal repaid"),
    "payments": text("book.plan.payments", "Payments to partners"),
    "calls_low": text("book.plan.calls_low", "Guarantees called, expected, low"),
    "calls_high": text("book.plan.calls_high", "Guarantees called, expected, high"),
    "deficit_with": text("book.plan.deficit_change", "Spending of the programme, all counted as new"),
    "debt_with": text("book.plan.debt_change", "Debt of the programme"),
}


def liabilities(named: NamedPlan) -> Listing | None:
    """Return what is owed by place and year; None where nobody asked."""
    debt = named.debt
    if debt is None:
        return None
    unit = money(named.plan)
    nation = str(say(text("book.plan.nation", "The nation")))
    rows = debt.table.with_columns(
        name=pl.col("place").replace({**named.names, _NATION: nation}),
        is_nation=pl.col("place") == _NATION,
    )
    return sheet(
        "Liabilities",
        text("book.plan.liabilities", "What cities and nation owe of the plan, by place and year"),
        text(
            "book.plan.liabilities_note",
            "Real, {prices}; nominal payments over prices that rise by {inflation:.1%} a year "
            "(assumption). Terms of the instruments offered in {year}, the middle of each range; evidence, "
            "the weakest: {evidence}. What places earn, spend and owe without the plan is unknown here.",
            prices=prices(named.plan), inflation=debt.settings["inflation"], year=str(debt.offers.year),
            evidence=debt.evidence or text("book.plan.not_stated", "not stated"),
        ),
        rows.sort("is_nation", "name", "year", descending=[True, False, False]),
        (
            Field("name", text("book.plan.place", "Place"), width=20),
            Field("year", text("book.plan.year", "Year"), YEAR, 7),
            *(Field(name, title, HUNDREDTHS, 14, unit) for name, title in _OWED.items()),
            Field("place", text("book.plan.code", "Code"), width=9),
        ),
    )  # fmt: skip


def signed_money(named: NamedPlan) -> Listing | None:
    """Return capital by year, planned from budgets, signed and not signed; None where nobody asked."""
    if named.signed is None:
        return None
    unit = money(named.plan)
    facts = named.signed.facts
    return sheet(
        "Signed money",
        text("book.plan.signed", "Capital by year: planned from budgets, signed by agreements, not signed"),
        text(
            "book.plan.signed_note",
            "Real, {prices}. {standing:,} of {projects:,} projects need no unsigned money. Agreements in "
            "force count up to what the plan has from their fund: {agreements:list}.",
            prices=prices(named.plan), standing=facts["projects without unsigned money"],
            projects=facts["projects"],
            agreements=named.signed.agreements["title"].unique(maintain_order=True).to_list()
            or [text("book.plan.none_signed", "none gives money")],
        ),
        named.signed.table,
        (
            Field("year", text("book.plan.year", "Year"), YEAR, 7),
            Field("budgets", text("book.plan.budgets_of", "Planned from budgets"), TENTHS, 18, unit),
            Field("signed", text("book.plan.by_agreement", "Signed by an agreement"), TENTHS, 18, unit),
            Field("unsigned", text("book.plan.by_nobody", "Not signed"), TENTHS, 18, unit),
        ),
        fixed=1,
    )  # fmt: skip

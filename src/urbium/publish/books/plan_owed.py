"""Plan owed: the sheets of what cities and nation owe of a plan, and of what of its money is signed."""

from typing import Final

import polars as pl

from urbium.columns import keys_of
from urbium.packaged import words_of
from urbium.publish.books.band_columns import Listing, heads
from urbium.publish.books.plan_names import NamedPlan, money, ordered, prices
from urbium.text import say, text

_NATION: Final = "nation"
_OWED: Final = (
    "debt", "commitments", "contingent", "interest", "owed.repaid", "payments", "calls_low", "calls_high",
    "deficit_with", "debt_with",
)  # fmt: skip


def liabilities(named: NamedPlan) -> Listing | None:
    """Return what is owed by place and year; None where nobody asked."""
    debt = named.debt
    if debt is None:
        return None
    nation = str(say(text("The nation")))
    rows = debt.table.with_columns(
        name=pl.col("place").replace({**named.names, _NATION: nation}),
        is_nation=pl.col("place") == _NATION,
    )
    return Listing(
        "Liabilities",
        text("What cities and the nation owe for the plan, by place and year"),
        text(
            "Real, {prices}; nominal payments are deflated by {inflation:.1%} a year (assumption). "
                "Based on the terms of the instruments offered in {year}, taking the middle of each "
                "range; weakest evidence: {evidence}. What places earn, spend and owe apart from the "
                "plan is unknown.",
            prices=prices(named.plan), inflation=debt.settings["inflation"], year=str(debt.offers.year),
            evidence=words_of("Evidence").get(debt.evidence) or text("not stated")
        ),
        rows.sort("is_nation", *ordered("name"), "year", descending=[True, False, False]),
        heads("place.name", "year", *_OWED, "code.place", money=money(named.plan)),
    )  # fmt: skip


def signed_money(named: NamedPlan) -> Listing | None:
    """Return capital by year, planned from budgets, signed and not signed; None where nobody asked."""
    if named.signed is None:
        return None
    facts = named.signed.facts
    return Listing(
        "Signed money",
        text("Capital by year: planned from budgets, signed in agreements, not signed"),
        text(
            "Real, {prices}. Projects that do not depend on unsigned money: {standing:,} of "
            "{projects:,}. Each agreement in force counts only up to the amount that the plan takes "
            "from its fund: {agreements:list}.",
            prices=prices(named.plan), standing=facts["projects without unsigned money"],
            projects=facts["projects"],
            agreements=named.signed.agreements["title"].unique(maintain_order=True).to_list()
            or [text("none of them provides money")]
        ),
        named.signed.table,
        heads(*keys_of("SignedYear"), money=money(named.plan)),
        fixed=1,
    )  # fmt: skip

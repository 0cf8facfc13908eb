"""What funds are repaid: from declared terms to shares of each million by years after drawing.

Terms are nominal, a roadmap is at constant prices. What is fixed in money falls with rising prices, so that
its payments are divided by them; what rises with prices is an annuity at the real rate. Both are worth the
million at the real rate. A fee is taken to be paid from the loan, which is then larger by it.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from urbium.catalogue import Catalogue
from urbium.debt import Terms, real_rate, schedule
from urbium.plan.build.assumptions import RANK, Assumed
from urbium.plan.problem.tables import empty
from urbium.text import Text, text

__all__ = ["repayment_notes", "repayments"]

_TERMS = ("rate", "years", "grace", "fee", "users", "indexed")
_ROUNDED = 9


def repayments(catalogue: Catalogue, assumed: Assumed) -> pl.DataFrame:
    """Return fund, payer, years after drawing and share of every fund whose terms are declared.

    Raises
    ------
    NotFoundError
        When a fund has some of its terms only.
    InputError
        When its terms make no schedule.
    """
    rows = [row for fund in _repaid(catalogue) for row in _of_fund(fund, catalogue, assumed)]
    return (
        pl.DataFrame(rows, schema=empty("repayments").schema, orient="row") if rows else empty("repayments")
    )


def repayment_notes(catalogue: Catalogue, assumed: Assumed, *, is_left_out: bool) -> Iterator[Text]:
    """Yield how repayments were made, and which money is not repaid."""
    outside = {fund.id for fund in catalogue.funds.values() if fund.scope not in {"nation", "city"}}
    if is_left_out:
        if outside:
            yield text("plan.build.no_repayments", "repayments of what funds paid are left out")
        return
    free = sorted(outside - set(_repaid(catalogue)))
    if _repaid(catalogue):
        yield text(
            "plan.build.repaid",
            "repayments are at constant prices, with prices that rise by {inflation:.1%} a year "
            "(assumption inflation)",
            inflation=assumed("inflation"),
        )
    if free:
        yield text(
            "plan.build.not_repaid", "money of {funds:list} is not repaid: no terms are declared", funds=free
        )


def _repaid(catalogue: Catalogue) -> list[str]:
    """Return the funds of which some term is declared, in their order."""
    declared = {key.split(".")[2] for key in catalogue.assumptions if key.startswith("repayment.")}
    return [fund for fund in catalogue.funds if fund in declared]


def _of_fund(fund: str, catalogue: Catalogue, assumed: Assumed) -> Iterator[tuple[Any, ...]]:
    names = [f"repayment.{term}.{fund}" for term in _TERMS]
    rate, years, grace, fee, users, indexed = (assumed(name) for name in names)
    inflation = assumed("inflation")
    fixed = schedule(Terms(rate, round(years), round(grace))).at_constant_prices(inflation).payments
    if indexed > 0:
        rising = schedule(Terms(real_rate(rate, inflation), round(years), round(grace))).payments
        fixed = tuple(indexed * up + (1 - indexed) * level for up, level in zip(rising, fixed, strict=True))
    evidence = max(
        (catalogue.assumptions[name].evidence for name in (*names, "inflation")), key=RANK.__getitem__
    )
    note = text(
        "plan.build.terms",
        "annuity of {rate:.3g} a year over {years:g} years, {grace:g} of them without principal, "
        "fee {fee:.3g}; {indexed:.0%} rises with prices; users pay {users:.0%} (assumptions repayment)",
        rate=rate, years=years, grace=grace, fee=fee, indexed=indexed, users=users,
    )  # fmt: skip
    for payer, part in (("city", 1 - users), ("users", users)):
        for after, payment in enumerate(fixed):
            if payment * part > 0:
                share = round(payment * part / (1 - fee), _ROUNDED)
                yield fund, payer, after, share, evidence.value, str(note)

"""What funds are repaid: of their instruments' terms, shares of each million by years after drawing.

A fund gives money by the first kind of instrument in its row that is offered in the nation and the plan's
first year; for what the public side repays that is the first that users do not repay. Terms are the middle of
their declared ranges. Nominal ones are brought to the constant prices of a roadmap: what is fixed in money
falls with rising prices. A fee is taken to be paid from the loan, which is then larger by it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.debt import schedule
from urbium.catalogue.offers import Offer, Offers
from urbium.model import Fund, Prices, Term
from urbium.plan.inputs.assumptions import RANK, Assumed
from urbium.plan.inputs.notes import cell
from urbium.plan.problem.tables import empty
from urbium.text import Text, named, sentences, text

_USERS: Final = "users"
_PRICED: Final = (
    Term.RATE, Term.EQUITY_RETURN, Term.GEARING, Term.TENOR, Term.GRACE, Term.FRONT_END_FEE,
    Term.CURRENCY_COST,
)  # fmt: skip
"""Terms that a repayment rests on."""
_ROUNDED: Final = 9


def repayments(catalogue: Catalogue, offers: Offers) -> pl.DataFrame:
    """Return fund, payer, years after drawing and share of every fund that gives what is repaid.

    Users repay the share that ``repayment.users.<fund>`` declares, and nothing where none is declared.
    """
    rows = [
        row
        for fund in catalogue.funds.values()
        for is_users, part in enumerate(_parts(fund, catalogue))
        for row in _of_fund(fund, offers, catalogue, part, is_users=bool(is_users))
    ]
    schema = empty("repayments").schema
    return pl.DataFrame(rows, schema=schema, orient="row") if rows else empty("repayments")


def without_offer(catalogue: Catalogue, offers: Offers) -> Mapping[str, Text | str]:
    """Return the funds that can give nothing in a nation and year, with why nobody offers any of their kinds.

    A fund that names no kind is not among them.
    """
    return {
        fund.id: sentences(
            dict.fromkeys(why for kind, why in offers.missing.items() if kind in fund.instruments)
        )
        for fund in catalogue.funds.values()
        if fund.instruments and not offers.of_kinds(fund.instruments)
    }


def repayment_notes(
    catalogue: Catalogue, offers: Offers, assumed: Assumed, *, is_left_out: bool
) -> Iterator[Text]:
    """Yield how repayments were made, which money is not repaid, and which cannot be had."""
    outside = [fund for fund in catalogue.funds.values() if fund.scope not in {"nation", "city"}]
    if is_left_out:
        if outside:
            yield text("repayments of money from funds are left out")
        return
    instruments = [
        named(offer.instrument.name, offer.id)
        for fund in outside
        if (offer := _given(fund, offers, is_users=False))
    ]
    if instruments:
        yield text(
            "repayments are at constant prices, with inflation of {inflation:.1%} a year "
            "(assumption), on the terms of {instruments:list}",
            inflation=assumed("inflation"),
            instruments=instruments,
        )
    free = [fund.id for fund in outside if not fund.instruments]
    if free:
        yield text(
            "money from {funds:list} is not repaid: no instruments are declared",
            funds=free
        )  # fmt: skip
    for fund, why in without_offer(catalogue, offers).items():
        yield text("{fund} pays nothing: {why}", fund=fund, why=why)


def _parts(fund: Fund, catalogue: Catalogue) -> tuple[float, float]:
    """Return which shares of its money the public side and users repay."""
    declared = catalogue.assumptions.get(f"repayment.users.{fund.id}")
    users = 0.0 if declared is None else declared.value
    return 1 - users, users


def _given(fund: Fund, offers: Offers, *, is_users: bool) -> Offer | None:
    """Return by which instrument a fund gives what users repay, or the public side; None where by none."""
    kinds = offers.of_kinds(fund.instruments)
    like = [offer for offer in kinds if (offer.instrument.payer == _USERS) == is_users]
    return next(iter(like or kinds), None)


def _of_fund(
    fund: Fund, offers: Offers, catalogue: Catalogue, part: float, *, is_users: bool
) -> Iterator[tuple[Any, ...]]:
    offer = _given(fund, offers, is_users=is_users)
    if offer is None or not offer.is_repaid or part <= 0:
        return
    is_nominal = offer.instrument.prices is Prices.NOMINAL
    payer = _USERS if is_users else offer.instrument.payer.replace(_USERS, "city")
    terms = offer.debt()
    grades = [offer.terms[term].evidence for term in _PRICED if term in offer.terms]
    payments = schedule(terms).payments
    if is_nominal:
        payments = schedule(terms).at_constant_prices(Assumed(catalogue)("inflation")).payments
        grades.append(catalogue.assumptions["inflation"].evidence)
    evidence = max(grades, key=RANK.__getitem__)
    for after, payment in enumerate(payments[1:], start=1):
        share = round(payment * part / (1 - terms.fee), _ROUNDED)
        if share > 0:
            yield fund.id, payer, after, share, evidence.value, cell(_note(offer, part))


def _note(offer: Offer, part: float) -> Text:
    terms = offer.debt()
    return text(
        "{part:.0%} on the terms of {id}: interest of {rate:.2%} a year ({prices}) over {years:g} "
            "years, {grace:g} of them without principal repayments, and a fee of {fee:.2%} (middle of "
            "the declared ranges)",
        part=part, id=offer.id, rate=terms.rate, prices=offer.instrument.prices.value, years=terms.years,
        grace=terms.grace, fee=terms.fee
    )  # fmt: skip

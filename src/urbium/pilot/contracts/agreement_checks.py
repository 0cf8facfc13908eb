"""Checks of agreements: what is wrong before parties sign, and what a report may change."""

import math
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from urbium.errors import Fault
from urbium.model import NATION
from urbium.periods import date_of
from urbium.pilot.contracts.agreements import STATES, Agreement, Commitment, Funding
from urbium.text import Text, coded, text


def agreement_faults(agreement: Agreement, exists: Callable[[str, str], bool]) -> Iterator[Fault]:
    """Yield what is wrong with parties and commitments.

    Parameters
    ----------
    agreement : to be checked
    exists : says whether there is something of a kind and code (``city``, ``0503``)
    """
    yield from _repeated([one.code for one in agreement.parties], "parties")
    yield from _repeated([one.code for one in agreement.commitments], "commitments")
    if agreement.signed_on:
        yield from _date_faults("signed_on", agreement.signed_on)
    parties = {"", *(one.code for one in agreement.parties)}
    for one in agreement.commitments:
        if one.party not in parties:
            yield _fault(
                one.code,
                coded("pilot.agreement.party", "{name!r} is not a party to the agreement", name=one.party),
                text("name one of its parties, or leave this empty for all of them together"),
            )
        yield from _state(one)
        if one.due:
            yield from _date_faults(one.code, one.due)
        yield from _ties(one, exists)
    yield from _repeated([f"{one.project} {one.fund}" for one in agreement.funding], "funding")
    for money in agreement.funding:
        yield from _funding(money, exists)


def _funding(money: Funding, exists: Callable[[str, str], bool]) -> Iterator[Fault]:
    """Yield what is wrong with money: whose it is, how much, and who guarantees it."""
    place = f"funding {money.project} {money.fund}"
    for kind, code in (("project", money.project), ("fund", money.fund)):
        if not exists(kind, code):
            yield _fault(
                place,
                coded(
                    "pilot.agreement.funding", "the programme has no {kind} {name!r}", kind=kind, name=code
                ),
                text("name a project in the plan and a fund in the catalogue"),
            )
    if not 0 < money.amount < math.inf or not re.fullmatch("[A-Z]{3}", money.currency):
        yield _fault(
            place,
            coded(
                "pilot.agreement.amount", "the amount is not above 0, or its currency is not a currency code"
            ),
            text("enter an amount in millions, above 0, with the currency as a code such as USD"),
        )
    if money.guarantor and money.guarantor != NATION and not exists("city", money.guarantor):
        yield _fault(
            place,
            coded(
                "pilot.agreement.guarantor",
                "there is no city {name!r} to act as guarantor",
                name=money.guarantor,
            ),
            text("enter the code of a city, or the word nation"),
        )
    shares = (money.guaranteed, money.called_low, money.called_high)
    is_named = bool(money.guarantor) == (money.guaranteed > 0)
    if not all(0 <= share <= 1 for share in shares) or money.called_low > money.called_high or not is_named:
        yield _fault(
            place,
            coded("pilot.agreement.guarantee", "the guarantee has no guarantor, or no valid share"),
            text(
                "enter both the guarantor and the share; all values must be from 0 to 1, with the low "
                "probability no greater than the high one"
            ),
        )


def _state(commitment: Commitment) -> Iterator[Fault]:
    if commitment.state not in STATES:
        yield _fault(
            commitment.code,
            coded("pilot.agreement.state", "{name!r} is not a state of a commitment", name=commitment.state),
            text("choose one of: {names:list}", names=STATES),
        )


def _ties(commitment: Commitment, exists: Callable[[str, str], bool]) -> Iterator[Fault]:
    for tie in commitment.tied_to:
        kind, _, code = tie.partition(" ")
        if not (code and exists(kind, code)):
            yield _fault(
                commitment.code,
                coded("pilot.agreement.tie", "it is tied to {name!r}, which does not exist", name=tie),
                text(
                    "enter the kind and code of something in the programme, such as city followed by its code"
                ),
            )


def proposal_faults(agreement: Agreement) -> Iterator[Fault]:
    """Yield what is missing before parties can sign."""
    if len(agreement.parties) == 1:
        yield _fault(
            "parties",
            coded("pilot.agreement.one_party", "it has only one party"),
            text("name every party that makes a commitment"),
        )
    if not agreement.commitments:
        yield _fault(
            "commitments",
            coded("pilot.agreement.no_commitment", "nothing is promised"),
            text("write each article as a commitment"),
        )


def report_faults(before: Agreement, after: Agreement, *, party: str | None) -> Iterator[Fault]:
    """Yield what a report on commitments changes that is not the reporter's to change.

    Parameters
    ----------
    before, after : the agreement as it stands, and as the report would leave it
    party : the party that reports; empty for somebody of none, who may report on what all promised together;
        None for the programme office, which may report for all
    """
    if [one.code for one in before.commitments] != [one.code for one in after.commitments]:
        yield _fault(
            "commitments",
            coded("pilot.agreement.other_promises", "a report may not add, drop or reorder commitments"),
            text("report on the commitments that were signed"),
        )
        return
    for old, new in zip(before.commitments, after.commitments, strict=True):
        yield from _state(new)
        same = msgspec.structs.replace(new, state=old.state, evidence=old.evidence)
        if same != old:
            yield _fault(
                old.code,
                coded("pilot.agreement.text_changed", "what was signed cannot be changed"),
                text("change only its state and its evidence"),
            )
        if new != old and party is not None and old.party not in ("", party):
            yield _fault(
                old.code,
                coded("pilot.agreement.not_yours", "this commitment was made by another party"),
                text("report only on commitments that you made, alone or together with all parties"),
            )
        if new != old and new.state == "done" and not new.evidence.strip():
            yield _fault(
                old.code,
                coded("pilot.agreement.no_evidence", "it is reported as done, without evidence"),
                text("describe the outcome and where it can be seen"),
            )


def _repeated(codes: Sequence[str], place: str) -> Iterator[Fault]:
    for code in sorted({code for code in codes if codes.count(code) > 1 or not code}):
        yield _fault(
            place,
            coded("pilot.agreement.twice", "the code {name!r} is empty or appears twice", name=code),
            text("give each entry its own code"),
        )


def _date_faults(place: str, written: str) -> Iterator[Fault]:
    if date_of(written) is None:
        yield _fault(
            place,
            coded("pilot.agreement.day", "{day!r} is not a date", day=written),
            text("write year, month and day, such as 2015-09-17"),
        )


def _fault(place: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="agreement", cell=place)

"""Agreements: what parties have promised each other, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from urbium.model.dossiers import Internal, Open, Parties
from urbium.text import Text, text

STATES: Final = ("open", "begun", "done", "dropped")
"""The states of a commitment; of the last two nobody is reminded."""
_OVER: Final = ("done", "dropped")
_SOON: Final = 30


class Party(msgspec.Struct, frozen=True):
    """Who promises: a code within the agreement, the name, and who signs for it."""

    code: str
    title: str
    signatory: str = ""


class Signature(msgspec.Struct, frozen=True):
    """That a party has signed, and the day (ISO 8601)."""

    party: str
    on: str = ""


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """One promise.

    Attributes
    ----------
    code, article : its name, and the article it stands in
    party : who promises; empty for all parties together
    promise : what is promised
    due : by when (ISO 8601); empty when no day was set
    state : ``open``, ``begun``, ``done`` or ``dropped``
    evidence : what came of it, with where that can be seen
    tied_to : what it is about: a city, project, fund, person or result, as ``kind code``
    """

    code: str
    article: str
    promise: str
    party: str = ""
    due: str = ""
    state: str = "open"
    evidence: str = ""
    tied_to: list[str] = []


class Funding(msgspec.Struct, frozen=True, kw_only=True):
    """Money that an agreement gives a project of the plan, in millions of ``currency``, nominal.

    Attributes
    ----------
    project, fund : the project of the plan, and the fund that pays
    guarantor : who owes what the project cannot repay: the code of a city, or ``nation``; empty for nobody
    guaranteed : the share (0 to 1) of the repayments that is guaranteed
    called_low, called_high : the probability (0 to 1) a year that the guarantee is called
    """

    project: str
    fund: str
    amount: float
    currency: str
    guarantor: str = ""
    guaranteed: float = 0.0
    called_low: float = 0.0
    called_high: float = 0.0


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """A signed understanding between parties; ``signatures`` are made by the step of signing alone."""

    title: Open[str]
    signed_on: Open[str] = ""
    parties: Open[list[Party]] = []
    signatures: Open[list[Signature]] = []
    commitments: Open[list[Commitment]] = []
    funding: Open[list[Funding]] = []
    source: Open[str] = ""
    text: Parties[str] = ""
    note: Internal[str] = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A commitment of which somebody is reminded.

    Parameters
    ----------
    agreement : the code of the agreement
    party : the title of who promised; of all parties when all promised together
    commitment : what was promised
    days : until it is due; below 0 when it is late
    """

    agreement: str
    party: str
    commitment: Commitment
    days: int

    @property
    def said(self) -> Text:
        """The reminder as a sentence."""
        if self.days < 0:
            return text(
                "{party}: {promise} was due on {day} (days overdue: {days})",
                party=self.party,
                promise=self.commitment.promise,
                day=self.commitment.due,
                days=-self.days,
            )
        return text(
            "{party}: {promise} is due on {day} (days left: {days})",
            party=self.party,
            promise=self.commitment.promise,
            day=self.commitment.due,
            days=self.days,
        )


def due(agreements: Iterable[tuple[str, Agreement]], day: date, *, within: int = _SOON) -> list[Due]:
    """Return the commitments that are late on a day or due soon, by party and day.

    Parameters
    ----------
    agreements : code and content of agreements in force
    day : today
    within : how many days ahead is soon

    >>> book = Commitment(code="1", article="1", promise="a book", party="a", due="2015-09-30")
    >>> deal = Agreement(title="Deal", parties=[Party("a", "Society")], commitments=[book])
    >>> str(due([("deal", deal)], date(2015, 10, 2))[0].said)
    'Society: a book was due on 2015-09-30 (days overdue: 2)'
    """
    rows = [
        Due(code, _title(agreement, one), one, days)
        for code, agreement in agreements
        for one in agreement.commitments
        if one.due and one.state not in _OVER and (days := (date.fromisoformat(one.due) - day).days) <= within
    ]
    return sorted(rows, key=lambda row: (row.party, row.days, row.agreement, row.commitment.code))


def promises(agreement: Agreement, day: date) -> list[dict[str, str | bool]]:
    """Return what each party promised and did.

    Keys: party, article, code, promise, due, state, evidence, is_late.
    """
    order = {party.title: place for place, party in enumerate(agreement.parties)}
    rows: list[dict[str, str | bool]] = [
        {
            "party": _title(agreement, one),
            "article": one.article,
            "code": one.code,
            "promise": one.promise,
            "due": one.due,
            "state": one.state,
            "evidence": one.evidence,
            "is_late": bool(one.due) and one.state not in _OVER and date.fromisoformat(one.due) < day,
        }
        for one in agreement.commitments
    ]
    return sorted(rows, key=lambda row: order.get(str(row["party"]), -1))


def _title(agreement: Agreement, commitment: Commitment) -> str:
    if not commitment.party and not agreement.parties:
        return text("all parties together")
    if not commitment.party:
        return text("{parties:list} together", parties=[one.title for one in agreement.parties])
    return next((one.title for one in agreement.parties if one.code == commitment.party), commitment.party)


def party_of(agreement: Agreement, body: str) -> str:
    """Return the code of the party that a body is, by code or title; empty when it is none.

    >>> party_of(Agreement(title="Deal", parties=[Party("a", "Society")]), "Society")
    'a'
    """
    parties = agreement.parties if body else []
    return next((one.code for one in parties if body in (one.code, one.title)), "")


def unsigned(agreement: Agreement) -> list[Party]:
    """Return the parties that have not signed."""
    signed = {one.party for one in agreement.signatures}
    return [one for one in agreement.parties if one.code not in signed]

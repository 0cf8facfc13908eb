"""Offers: a project of the plan put before investors: its readiness, its documents, and who asked for it."""

import msgspec

from urbium.market.arrangements import Arrangement
from urbium.market.readiness import Answer
from urbium.model.dossiers import Internal, Open, Parties


class RoomFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the data room: its digest, and the application it is attached to and what it is called.

    Where application and name are left out, they are those of the application of the city that has it.
    """

    sha256: str
    application: str = ""
    name: str = ""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A project that a city or the office puts before investors; amounts are those of the plan.

    Attributes
    ----------
    project : the project of the plan
    delivery : how it is delivered
    least : the smallest amount that helps, in millions; 0 for any
    tenor : for how many years money is sought
    answers : to the questions of readiness
    esg, risks : requirements that are documented, and what may go wrong
    documents : files of the data room
    """

    title: Open[str]
    project: Open[str] = ""
    delivery: Open[str] = ""
    least: Open[float] = 0.0
    tenor: Open[float | None] = None
    answers: Open[list[Answer]] = []
    esg: Open[list[str]] = []
    risks: Open[list[str]] = []
    source: Open[str] = ""
    documents: Parties[list[RoomFile]] = []
    note: Internal[str] = ""


class Disbursement(msgspec.Struct, frozen=True, kw_only=True):
    """Money that was paid out: when (ISO 8601), how much in millions, and where that can be seen."""

    on: str
    amount: float
    evidence: str = ""


class Interest(msgspec.Struct, frozen=True, kw_only=True):
    """What an investor says of an offer, up to the money that was paid; or asks of a project without one.

    Amounts are in millions.

    Attributes
    ----------
    project : the project of the plan that is asked about, where no offer of it is open
    mandate : the mandate it stands on
    country : the investor's
    amount, currency : what is thought of
    questions : what the investor wants to know
    answer : of the city or office
    agreed_on : the day on which it was agreed
    finance : what was agreed, by the field names of OC4IDS
    disbursements : what was paid
    """

    title: Parties[str]
    project: Parties[str] = ""
    mandate: Parties[str] = ""
    country: Parties[str] = ""
    amount: Parties[float] = 0.0
    currency: Parties[str] = ""
    questions: Parties[list[str]] = []
    answer: Parties[str] = ""
    agreed_on: Parties[str] = ""
    finance: Parties[list[Arrangement]] = []
    disbursements: Parties[list[Disbursement]] = []
    note: Internal[str] = ""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody opened a file of a data room: an entry of its log, which is never changed."""

    title: Parties[str]
    sha256: Parties[str] = ""

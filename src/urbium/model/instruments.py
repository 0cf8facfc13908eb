"""Instruments: ways in which money comes for a project, and what it costs, as declared and dated rows."""

from dataclasses import dataclass
from enum import StrEnum

from urbium.model.figures import Evidence, Names


class InstrumentKind(StrEnum):
    """What an instrument is."""

    BUDGET = "budget"
    GRANT = "grant"
    DEVELOPMENT_BANK_LOAN = "development_bank_loan"
    COMMERCIAL_LOAN = "commercial_loan"
    GREEN_BOND = "green_bond"
    PPP_AVAILABILITY = "ppp_availability"  # the city pays a yearly charge while the service is there
    PPP_CONCESSION = "ppp_concession"  # users pay
    ENERGY_PERFORMANCE_CONTRACT = "energy_performance_contract"  # repaid out of savings
    FOREIGN_EQUITY = "foreign_equity"
    FOREIGN_LOAN = "foreign_loan"
    LAND_VALUE_CAPTURE = "land_value_capture"


class Prices(StrEnum):
    """Whether a rate is nominal or real."""

    NOMINAL = "nominal"
    REAL = "real"


class RateForm(StrEnum):
    """Whether a rate stays as agreed or follows a reference rate."""

    FIXED = "fixed"
    FLOATING = "floating"


class Repayment(StrEnum):
    """How what is drawn is paid back."""

    ANNUITY = "annuity"
    STRAIGHT = "straight"
    BULLET = "bullet"
    NONE = "none"  # it is not paid back


class Term(StrEnum):
    """What is agreed, or asked, of an instrument."""

    RATE = "rate"  # of what is owed, a share a year
    EQUITY_RETURN = "equity_return"  # that owners ask, a share a year
    GEARING = "gearing"  # debt in all capital, a share
    TENOR = "tenor"  # years to the last payment, grace included
    GRACE = "grace"  # years without repayment
    FRONT_END_FEE = "front_end_fee"  # a share of what is drawn
    COMMITMENT_FEE = "commitment_fee"  # of what is not yet drawn, a share a year
    TICKET = "ticket"  # least and most that is given to one project, millions of its currency
    SHARE_OF_COST = "share_of_cost"  # of a project's cost to build, at most
    DSCR = "dscr"  # cash over debt service that is asked
    CURRENCY_COST = "currency_cost"  # expected depreciation or hedge, a share a year
    SIGNED = "signed"  # probability that it is signed


@dataclass(frozen=True, slots=True)
class Instrument:
    """A way in which money comes for a project; what it costs are its :class:`InstrumentTerm` rows.

    Attributes
    ----------
    kind : what it is
    nations : where it is offered (ISO 3166); everywhere when empty
    valid_from, valid_to : first year in which its terms hold, and the first in which they no longer do; empty
        where nothing ends them
    currency : in which it is drawn and repaid (ISO 4217); empty for the money of whoever takes it
    prices : whether its rates are nominal or real
    form : whether its rate is fixed or floating
    repayment : how it is paid back
    payer : who pays it back: the city, the nation, or the users of what is built; ``none``: nobody
    is_foreign : whether the money comes from abroad
    finance_models : ways to finance a solution that it serves
    sectors : domains of solutions that it is given for; all when empty
    standards : standards that a project must state; none when empty
    people_min : least people of a city that gets it; None for no limit
    """

    id: str
    kind: InstrumentKind
    name: Names
    nations: tuple[str, ...]
    valid_from: str
    valid_to: str
    currency: str
    prices: Prices
    form: RateForm
    repayment: Repayment
    payer: str
    is_foreign: bool
    finance_models: tuple[str, ...]
    sectors: tuple[str, ...]
    standards: tuple[str, ...]
    people_min: float | None
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentTerm:
    """One term of an instrument, with its range and what it rests on.

    Attributes
    ----------
    instrument : whose term it is
    term : what it is about
    low, high : the range; of a ticket and a share of the cost the least and the most
    unit : of the range, in words
    currency : of a ticket, where it is not the instrument's
    year, place : when and where it was seen
    sources : ids of sources
    """

    instrument: str
    term: Term
    low: float | None
    high: float | None
    unit: str
    currency: str
    year: str
    place: str
    evidence: Evidence
    sources: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ForeignLimit:
    """How much of a project foreigners may own, as an edition of a nation's rules says.

    Attributes
    ----------
    nation : whose rules they are (ISO 3166)
    edition : of the rules
    valid_from, valid_to : first day, month or year on which it holds, and the first on which it does not
    solution : the kind of project it limits
    share_max : largest foreign share (0 to 1)
    people_min : least people of a city where it holds; None for all
    """

    id: str
    nation: str
    edition: str
    valid_from: str
    valid_to: str
    solution: str
    share_max: float
    people_min: float | None
    evidence: Evidence
    source: str
    note: str = ""

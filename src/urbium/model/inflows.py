"""Inflows: what a solution brings in or saves: whose money, on which basis, seen or promised."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from urbium.model.figures import Evidence


class InflowKind(StrEnum):
    """What an inflow is."""

    CITY_SAVING = "city_saving"  # a cost that falls
    USER_REVENUE = "user_revenue"  # fees, fares, fines, sales
    AVOIDED_COST = "avoided_cost"  # a cost that would have come
    TAX_OR_LAND_VALUE = "tax_or_land_value"
    GRANT_OR_CARBON = "grant_or_carbon"  # belongs to the funding of a project, not to its returns
    SOCIAL_BENEFIT = "social_benefit"  # time, health, safety in money: never cash
    NONE_FOUND = "none_found"  # it was looked for, and nothing was found


class Receiver(StrEnum):
    """Who has the money."""

    CITY = "city"
    OPERATOR = "operator"
    USERS = "users"
    SOCIETY = "society"


class Basis(StrEnum):
    """What the figure of an inflow is a figure of."""

    SHARE_OF_CAPITAL = "share_of_capital"  # per cent of the cost to build, each year
    SHARE_OF_CAPITAL_IN_ALL = "share_of_capital_in_all"  # per cent of it, over some years together
    PAYBACK = "payback"  # years until the cost to build has come back
    SHARE_OF_OPERATION = "share_of_operation"  # per cent of the running cost, each year
    PER_HEAD = "per_head"  # money for each person served, each year
    PER_UNIT = "per_unit"  # money for each light, camera, kiosk, lease
    OF_A_PLACE = "of_a_place"  # money of one place as a whole
    PER_EVENT = "per_event"  # money for each attack, storm, pandemic
    SHARE_OF_OTHER = "share_of_other"  # per cent of another flow: fares, taxes, bills, what was promised
    SHARE_OF_CAPITAL_ONCE = "share_of_capital_once"  # per cent of the cost to build, at its start
    BENEFIT_COST_RATIO = "benefit_cost_ratio"
    NONE = "none"  # there is no figure


class Outcome(StrEnum):
    """Whether money came."""

    REALISED = "realised"  # counted after the event
    MIXED = "mixed"  # in part counted, in part said
    PROMISED = "promised"  # said before it
    MODELLED = "modelled"  # computed, and never counted
    RULE = "rule"  # as a rule book says


UNSEEN: Final = frozenset({Outcome.PROMISED, Outcome.MODELLED})
"""Outcomes of inflows that nobody has counted."""


class Cash(StrEnum):
    """Whether an inflow is money in an account."""

    CASH = "cash"
    NONCASH = "noncash"
    MIXED = "mixed"


class RunningCost(StrEnum):
    """Whether what it costs to run the solution is taken off."""

    GROSS = "gross"
    NET = "net"


@dataclass(frozen=True, slots=True)
class Inflow:
    """What a solution brought in or saved somewhere.

    Attributes
    ----------
    id : by which it is named: the solution and a number
    solution : the solution that brings it
    kind : a saving, a revenue, a benefit of society ...
    receiver : who has the money; None where nothing was found
    basis : what the figure is a figure of
    low, high : the range found, in ``unit``
    unit : of the range, in words
    currency : of amounts (ISO 4217); empty for shares, ratios and years
    price_year : of amounts, the last year of ``period``; never moved
    years : over which a share of the capital ``in all`` came; the life of the solution where it is None
    period : when it was seen
    place : where it was seen
    outcome : whether it came, or was promised; None where nothing was found
    cash : whether it is money in an account; None where nothing was found
    running_cost : whether it is gross or net of what it costs to run; None where nothing was found
    overlap : what the same money is called that other solutions bring too: it is booked once in a city
    same_effects : effects of the solution (their ``indicator``) that are the same gain: one of them is priced
    barred : why it is not booked although it is cash; empty where nothing speaks against it
    sources : ids of sources
    """

    id: str
    solution: str
    kind: InflowKind
    receiver: Receiver | None
    basis: Basis
    low: float | None
    high: float | None
    unit: str
    currency: str
    price_year: int | None
    years: float | None
    period: str
    place: str
    evidence: Evidence | None
    outcome: Outcome | None
    cash: Cash | None
    running_cost: RunningCost | None
    overlap: str
    same_effects: tuple[str, ...]
    barred: str
    sources: tuple[str, ...]
    note: str = ""

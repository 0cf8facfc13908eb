"""Bookings: which declared inflows enter the cash flow of a project, and why the others do not.

Cash is what a city or an operator receives as money, on evidence of at least the declared grade, and what
somebody has counted after the event: a return is never made of a promise. Benefits of users and society are
no cash. Money that several projects of a city would bring, and that comes only once, is
booked once; what is priced as an effect of the plan is not booked.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from urbium.errors import Fault
from urbium.finance.prices import Basis
from urbium.model import Evidence
from urbium.text import Text, text

__all__ = ["RECEIVERS", "Inflow", "book", "inflow_faults", "rank"]

RECEIVERS: Final = ("city", "operator", "users", "society")
"""Who may receive an inflow; the first two book it as cash."""
_CASH: Final = RECEIVERS[:2]
_RANK: Final = {level: at for at, level in enumerate(Evidence)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Inflow:
    """What a project is declared to bring in each year of use.

    Attributes
    ----------
    project : which project
    kind : what it is: revenue, saving, avoided cost
    receiver : who has it, of :data:`RECEIVERS`
    is_cash : whether it is money, not a benefit that is only valued
    is_seen : whether somebody counted the money after the event, at least in part
    low, high : millions a year in ``basis``; the middle is their mean
    evidence : how well it is founded
    haircut : share that is not expected to be paid
    decay : share by which it falls from each year of use to the next
    same_money : the name of money that comes once a city, whichever project brings it; empty for none
    same_effect : the indicators of the plan that count the same effect, parted by ``;``; empty for none
    """

    project: str
    kind: str
    receiver: str
    is_cash: bool
    low: float
    high: float
    basis: Basis
    evidence: Evidence
    is_seen: bool = True
    haircut: float = 0.0
    decay: float = 0.0
    same_money: str = ""
    same_effect: str = ""
    note: str = ""

    @property
    def middle(self) -> float:
        """What is expected in the first year of use, after the haircut, in millions."""
        return (self.low + self.high) / 2 * (1 - self.haircut)


def rank(evidence: str) -> int:
    """Return the place of an evidence level, best first; last for words that are none."""
    return next((at for level, at in _RANK.items() if level.value == evidence), len(_RANK))


def book(
    inflows: Sequence[Inflow],
    cities: dict[str, str],
    *,
    least: Evidence,
    priced: Literal["cash", "effect"],
) -> tuple[list[Inflow], pl.DataFrame]:
    """Part inflows into those that are booked, and a table of the others with the reason.

    Parameters
    ----------
    cities : the city of each project
    least : the weakest evidence that is booked
    priced : what is counted where cash and an indicator of the plan are the same effect

    Returns
    -------
    list of Inflow, DataFrame
        The table has project, kind, receiver, low, high (millions a year), evidence, reason.
    """
    reasons: dict[int, Text] = {}
    for at, inflow in enumerate(inflows):
        reason = _reason(inflow, least, priced)
        if reason is not None:
            reasons[at] = reason
    best: dict[tuple[str, str], int] = {}
    eligible = [at for at in range(len(inflows)) if at not in reasons and inflows[at].same_money]
    for at in sorted(eligible, key=lambda at: _precedence(inflows[at])):
        inflow = inflows[at]
        first = best.setdefault((cities[inflow.project], inflow.same_money), at)
        if first != at and inflows[first].project != inflow.project:
            reasons[at] = text(
                "finance.bookings.same_money", "the same money is booked with {project}",
                project=inflows[first].project,
            )  # fmt: skip
    rows = [
        (one.project, one.kind, one.receiver, one.low, one.high, one.evidence.value, str(reasons[at]))
        for at, one in enumerate(inflows)
        if at in reasons
    ]
    return [one for at, one in enumerate(inflows) if at not in reasons], pl.DataFrame(
        rows, schema=_UNBOOKED, orient="row"
    )


_UNBOOKED = {
    "project": pl.String, "kind": pl.String, "receiver": pl.String, "low": pl.Float64, "high": pl.Float64,
    "evidence": pl.String, "reason": pl.String,
}  # fmt: skip


def _precedence(inflow: Inflow) -> tuple[int, float, str]:
    """Order inflows of the same money: the best founded first, then the largest."""
    return (_RANK[inflow.evidence], -inflow.middle, inflow.project)


def _reason(inflow: Inflow, least: Evidence, priced: str) -> Text | None:
    if not inflow.is_cash:
        return text("finance.bookings.no_cash", "a benefit that is valued, not money that is received")
    if inflow.receiver not in _CASH:
        return text(
            "finance.bookings.receiver", "received by {receiver}, not by the city or an operator",
            receiver=inflow.receiver,
        )  # fmt: skip
    if not inflow.is_seen:
        return text("finance.bookings.unseen", "it was promised or computed, and nobody has counted it since")
    if _RANK[inflow.evidence] > _RANK[least]:
        return text(
            "finance.bookings.evidence", "evidence is {evidence}, and at least {least} is asked for",
            evidence=inflow.evidence.value, least=least.value,
        )  # fmt: skip
    if priced == "effect" and inflow.same_effect:
        return text(
            "finance.bookings.effect", "the plan counts the same effect as {indicator}",
            indicator=inflow.same_effect,
        )  # fmt: skip
    return None


def inflow_faults(inflows: Sequence[Inflow], projects: Sequence[str], basis: Basis) -> Iterator[Fault]:
    """Yield what is wrong with declared inflows."""
    there = set(projects)
    for inflow in inflows:
        for message, remedy in _wrong(inflow, there, basis):
            yield Fault(
                "error", message, remedy, rule="inflow", sheet="inflows",
                cell=f"{inflow.project},{inflow.kind}",
            )  # fmt: skip


def _wrong(inflow: Inflow, projects: set[str], basis: Basis) -> Iterator[tuple[Text, Text]]:
    if inflow.project not in projects:
        yield (
            text("finance.bookings.project", "there is no project {project}", project=inflow.project),
            text("finance.bookings.project.remedy", "name a project of the plan, or leave the inflow out"),
        )
    if inflow.receiver not in RECEIVERS:
        yield (
            text("finance.bookings.no_receiver", "the inflow has no known receiver"),
            text(
                "finance.bookings.no_receiver.remedy", "name one of {receivers:list}",
                receivers=list(RECEIVERS),
            ),
        )  # fmt: skip
    if not (0 <= inflow.low <= inflow.high < math.inf):
        yield (
            text(
                "finance.bookings.range", "{low:g} to {high:g} is no range of an inflow",
                low=inflow.low, high=inflow.high,
            ),
            text("finance.bookings.range.remedy", "give two numbers from 0 on, the low one first"),
        )  # fmt: skip
    for share in (inflow.haircut, inflow.decay):
        if not 0 <= share <= 1:
            yield (
                text("finance.bookings.share", "{share:g} is no share", share=share),
                text("finance.bookings.share.remedy", "give haircut and decay as shares from 0 to 1"),
            )
    if inflow.basis != basis:
        yield (
            text(
                "finance.cash_flows.basis", "amounts in {one} among amounts in {other}",
                one=inflow.basis.words, other=basis.words,
            ),
            text("finance.cash_flows.basis.remedy", "convert them to {basis} first", basis=basis.words),
        )  # fmt: skip

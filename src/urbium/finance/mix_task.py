"""The task of a mix as arrays: what each instrument may pay of each project, and the reason for every zero.

In: projects, offers and the rules of a mix. Out: the arrays that are solved, and the answer as tables with
reasons. What the tables mean, and what is refused before: :mod:`urbium.finance.mix`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.exchange import Exchange
from urbium.catalogue.offers import Offer, Offers, foreign_limit, refusals
from urbium.columns import schema_of
from urbium.errors import InputError
from urbium.finance.funding import Cover, Funded, FundingProblem, Limit
from urbium.model import InstrumentKind, Term
from urbium.packaged import words_of
from urbium.text import Text, declared, text

Floats = npt.NDArray[np.float64]
KINDS: Final = words_of("kind of instrument")
"""What kinds of instruments are called, by code."""
_NOTHING: Final = 1e-6
_SAME: Final = 5e-4
"""Below it two costs are the same to a tenth of a per cent."""
_STEP: Final = 1e-4
"""Millions more of a money, to see which limit stands against them."""
_USERS: Final = "users"
_CITY: Final = "city"
_NATION: Final = "nation"


@dataclass(frozen=True, kw_only=True)
class MixRules:
    """What a mix must keep.

    Attributes
    ----------
    currency : of all amounts
    discount : real rate of discount, a share a year
    inflation : of the currency, a share a year; by it nominal payments become those of constant prices
    room : debt service that a city may pay in each year (millions), by city; no row is no limit
    caps : most of all money of a kind of instrument in a place (``nation``: in all cities together), by place
        and kind
    foreign_share_max : largest share of all capital that foreign money pays
    people : of each city, where they are known
    at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end
    signed_only : whether only money counts that is sure to be signed
    """

    currency: str
    discount: float
    inflation: float
    room: Mapping[str, float] = field(default_factory=dict)
    caps: Mapping[tuple[str, str], float] = field(default_factory=dict)
    foreign_share_max: float = 1.0
    people: Mapping[str, float] = field(default_factory=dict)
    at: float = 0.5
    signed_only: bool = False


class MixTask:
    """The projects and offers as arrays, with the reason for every zero."""

    def __init__(  # noqa: PLR0917 - what a mix is made of
        self, rows: list[dict[str, Any]], choices: list[Offer], catalogue: Catalogue, offers: Offers,
        exchange: Exchange, rules: MixRules,
    ) -> None:  # fmt: skip
        self.rows, self.choices, self.rules = rows, choices, rules
        self.catalogue, self.offers, self.exchange = catalogue, offers, exchange
        self.services = [self._service(offer) for offer in choices]
        self.models = {term.model: declared(term.model_name) for term in catalogue.terms}
        self.reasons: dict[tuple[int, int], Text] = {}
        self.messages: dict[str, Text] = {}
        shape = (len(rows), len(choices))
        self.cities = np.array([row["city"] for row in rows])
        self.cost = np.array([row["capital"] for row in rows], dtype=np.float64)
        self.price = np.tile([self._price(service) for service in self.services], (len(rows), 1)).reshape(
            shape
        )
        self.most, self.ticket = np.zeros(shape), np.zeros(shape)
        for place, row in enumerate(rows):
            for money, offer in enumerate(choices):
                self._size(place, row, money, offer)

    def _service(self, offer: Offer) -> Floats:
        """Return what one unit costs in each year after it is drawn, at constant prices."""
        if not offer.is_repaid:
            return np.array([1.0])
        inflation = self.rules.inflation if offer.instrument.prices == "nominal" else 0.0
        return np.array(offer.schedule(self.rules.at).at_constant_prices(inflation).payments)

    def _price(self, service: Floats) -> float:
        years = np.arange(len(service))
        return float((service / (1 + self.rules.discount) ** years).sum())

    def _size(self, place: int, row: Mapping[str, Any], money: int, offer: Offer) -> None:
        """Set how much of a money a project can have, or the reason why none."""
        reason = next(self._against(row, offer), None)
        if reason is None:
            capital = row["capital"]
            share = min(offer.most(Term.SHARE_OF_COST), 1.0)
            if offer.instrument.kind is InstrumentKind.FOREIGN_EQUITY:
                limit, words = self._foreign(row)
                share = min(share, limit)
                if limit <= 0:
                    reason = words
            low, high = self._tickets(offer)
            most = min(share * capital, high)
            if reason is None and low > most + _NOTHING:
                reason = text(
                    "its smallest ticket is {ticket:,.1f} million, but it may pay at most "
                        "{most:,.1f} million for this project",
                    ticket=low, most=most
                )  # fmt: skip
        if reason is not None:
            self.reasons[place, money] = reason
            return
        self.most[place, money], self.ticket[place, money] = most, low

    def _against(self, row: Mapping[str, Any], offer: Offer) -> Iterator[Text]:
        solution = self.catalogue.solutions[row["solution"]]
        people = self.rules.people.get(row["city"])
        yield from refusals(
            offer, solution, models=self.models, people=people, is_cost_only=not row["cash"] > 0
        )
        sure = offer.value(Term.SIGNED, 0.0)
        if self.rules.signed_only and sure < 1:
            yield text("it is not certain to be signed: the probability is {low:.0%} to {high:.0%}",
                       low=sure, high=offer.value(Term.SIGNED, 1.0))  # fmt: skip
        try:
            self._tickets(offer)
        except InputError as error:
            yield text("{why}: {remedy}", why=error.message, remedy=error.remedy)

    def _tickets(self, offer: Offer) -> tuple[float, float]:
        """Return the least and the most that is given to one project, in the currency of the mix."""
        row = offer.terms.get(Term.TICKET)
        if row is None:
            return 0.0, math.inf
        currency = row.currency or offer.instrument.currency or self.rules.currency
        rate = self.exchange.factor(currency, self.rules.currency)
        return (row.low or 0.0) * rate, math.inf if row.high is None else row.high * rate

    def _foreign(self, row: Mapping[str, Any]) -> tuple[float, Text]:
        people = self.rules.people.get(row["city"])
        return foreign_limit(self.catalogue, self.offers.nation, self.offers.year, row["solution"], people)

    @cached_property
    def problem(self) -> FundingProblem:
        """Return the arrays."""
        limits = [*self._caps(), *self._room(), *self._foreign_share()]
        return FundingProblem(
            self.cost, self.price, self.most, self.ticket, tuple(limits), tuple(self._covers())
        )

    def _caps(self) -> Iterator[Limit]:
        for (place, kind), most in self.rules.caps.items():
            inside = (self.cities == place) | (place == _NATION)
            of_kind = [float(offer.instrument.kind.value == kind) for offer in self.choices]
            name = text("{kind} in the nation", kind=KINDS[kind]) if place == _NATION else text(
                "{kind} in the city", kind=KINDS[kind])  # fmt: skip
            yield Limit.of(name, np.outer(inside, of_kind), most)

    def _room(self) -> Iterator[Limit]:
        """Debt service of a city's own in each year, x the cover that its lenders ask."""
        heaviest, name = list(_not_outdone(self._yearly(_CITY)[1:])), text("debt service of the city")
        for city, room in self.rules.room.items():
            for weights in heaviest:
                yield Limit.of(name, np.outer(self.cities == city, weights), room)

    def _foreign_share(self) -> Iterator[Limit]:
        foreign = [float(offer.instrument.is_foreign) for offer in self.choices]
        if self.rules.foreign_share_max < 1:
            name = text("foreign share of total capital")
            whole = self.rules.foreign_share_max * float(self.cost.sum())
            yield Limit.of(name, np.outer(np.ones(len(self.rows)), foreign), whole)

    def _covers(self) -> Iterator[Cover]:
        """Debt service that users pay, x the cover a lender asks, within the cash of each year.

        Fees in the year of drawing are paid out of what is drawn. After the project's years it has no cash.
        """
        yearly = self._yearly(_USERS, is_asked=False)
        heaviest = cache(lambda last: list(_not_outdone(yearly[1:last])))
        served = [offer.is_repaid and offer.instrument.payer == _USERS for offer in self.choices]
        for place, row in enumerate(self.rows):
            last = 1 + math.floor(row["years"])
            bounds = [(weights, row["cash"]) for weights in heaviest(last)]
            bounds += [(weights, 0.0) for weights in [yearly[last:].sum(axis=0)] if weights.any()]
            pairs = place * len(self.choices) + np.arange(len(self.choices))
            name = text("cash of the project")
            for money, offer in enumerate(self.choices):
                if not served[money] or not self.most[place, money] > 0:
                    continue
                for weights, cash in bounds:
                    limit = Limit(name, pairs, self._asked(offer) * weights, max(cash, 0.0))
                    yield Cover(place, money, limit)

    def _yearly(self, payer: str, *, is_asked: bool = True) -> Floats:
        """Return what one unit of each money costs a payer in each year after it is drawn.

        ``is_asked``: times the cover that its lenders ask.
        """
        longest = max((len(one) for one in self.services), default=1)
        table = np.zeros((longest, len(self.choices)))
        for money, (offer, one) in enumerate(zip(self.choices, self.services, strict=True)):
            if offer.is_repaid and offer.instrument.payer == payer:
                table[: len(one), money] = one * (self._asked(offer) if is_asked else 1.0)
        return table

    def _asked(self, offer: Offer) -> float:
        return max(offer.value(Term.DSCR, self.rules.at, default=1.0), 1.0)

    def taken(self, answer: Funded) -> pl.DataFrame:
        """Return what pays for what."""
        rows = [
            (
                row["project"], row["city"], offer.id, offer.instrument.kind.value,
                float(answer.amount[place, money]), float(self.price[place, money]),
                *offer.signed, offer.instrument.is_foreign,
            )
            for place, row in enumerate(self.rows)
            for money, offer in enumerate(self.choices)
            if answer.amount[place, money] > _NOTHING
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=_TAKEN, orient="row")

    def refused(self, answer: Funded) -> pl.DataFrame:
        """Return why an instrument pays nothing of a project."""
        rows = [
            (row["project"], offer.id, self._noted(self._reason(answer, place, money)))
            for place, row in enumerate(self.rows)
            for money, offer in enumerate(self.choices)
            if answer.amount[place, money] <= _NOTHING
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=_REFUSED, orient="row")

    def _noted(self, reason: Text) -> str:
        """Return the words of a reason, and keep the message behind them."""
        self.messages[str(reason)] = reason
        return str(reason)

    def _reason(self, answer: Funded, place: int, money: int) -> Text:
        return self.reasons.get((place, money)) or self._unused(answer, place, money)

    def _unused(self, answer: Funded, place: int, money: int) -> Text:
        """Say why an instrument that could be had is not taken."""
        used = answer.amount[place] > _NOTHING
        dearest = float(self.price[place][used].max(initial=0.0))
        if used.any() and self.price[place, money] >= dearest - _NOTHING:
            more = float(self.price[place, money]) / dearest - 1
            if more < _SAME:
                return text("not used: costs as much as the funding that is used")
            return text("{more:.1%} more expensive in present value than the funding that is used",
                        more=more)  # fmt: skip
        binding = [limit.name for limit in self._binding(answer, place, money)]
        if binding:
            return text("limits used up by other projects: {limits:list}",
                        limits=list(dict.fromkeys(binding)))  # fmt: skip
        return text("its smallest ticket leaves no room for cheaper funding")

    @cached_property
    def _limits_of(self) -> Mapping[int, list[Limit]]:
        """The limits that a pair of project and money counts in, and those that it asks where it is used."""
        limits: dict[int, list[Limit]] = {}
        for limit in self.problem.limits:
            for pair in limit.pairs.tolist():
                limits.setdefault(pair, []).append(limit)
        for cover in self.problem.covers:
            limits.setdefault(cover.project * len(self.choices) + cover.money, []).append(cover.limit)
        return limits

    def _binding(self, answer: Funded, place: int, money: int) -> Iterator[Limit]:
        pair = place * len(self.choices) + money
        for limit in self._limits_of.get(pair, []):
            weight = limit.weight(pair)
            least = max(self.ticket[place, money], _STEP) * weight
            if weight > 0 and limit.sum(answer.amount) + least > limit.most + _NOTHING:
                yield limit

    def short(self, answer: Funded) -> pl.DataFrame:
        """Return what nobody pays, and which limits stand against it."""
        rows = [
            (
                row["project"],
                row["city"],
                float(answer.short[place]),
                self._noted(self._why_short(answer, place)),
            )
            for place, row in enumerate(self.rows)
            if answer.short[place] > _NOTHING
        ]
        return pl.DataFrame(rows, schema=_SHORT, orient="row")

    def _why_short(self, answer: Funded, place: int) -> Text:
        names = [
            limit.name
            for money in range(len(self.choices))
            if self.most[place, money] - answer.amount[place, money] > _NOTHING
            for limit in self._binding(answer, place, money)
        ]
        if names:
            return text("used up: {limits:list}", limits=list(dict.fromkeys(names)))
        return text("the amounts that the instruments may pay do not add up to the cost of the project")


_TAKEN: Final = schema_of("project city instrument kind amount price signed_low signed_high is_foreign")
_REFUSED: Final[dict[str, Any]] = {"project": pl.String, "instrument": pl.String, "reason": pl.String}
_SHORT: Final = schema_of("project city amount reason")


def _not_outdone(yearly: Floats) -> Iterator[Floats]:
    """Yield the years that ask something which no other year asks as well: of all moneys at least as much."""
    for year, weights in enumerate(yearly):
        others = np.delete(yearly, year, axis=0)
        as_much = (others >= weights).all(axis=1)
        is_first = np.delete(np.arange(len(yearly)), year) < year
        if weights.any() and not (as_much & ((others > weights).any(axis=1) | is_first)).any():
            yield weights

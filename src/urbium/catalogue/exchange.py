"""Exchange: what one currency is in another, by the dated rates of a programme or a declared assumption.

Nothing is converted by a rate that nobody gave. Where no rate of a pair is known, two or more are chained
through currencies between; each step keeps its date and its source.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

from urbium.errors import InputError
from urbium.model import Assumption, ExchangeRate, evidence_words
from urbium.text import Text, coded, sentences, text
from urbium.text.advice import advice

_DECLARED: Final = re.compile(r"exchange_rate\.(?P<currency>[A-Z]{3})_per_(?P<per>[A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Step:
    """One rate that is used; ``assumption`` is the id of the declared one, empty for a rate of the programme.

    ``is_inverted`` where the rate is given the other way round.
    """

    rate: ExchangeRate
    assumption: str = ""
    is_inverted: bool = False

    @property
    def factor(self) -> float:
        """By what an amount is multiplied."""
        return 1 / self.rate.rate if self.is_inverted else self.rate.rate

    @property
    def words(self) -> Text:
        """The rate with its date and source, as a note says it; a declared one is an assumption."""
        return text(
            "{currency} {rate:g} per {per} ({about})",
            currency=self.rate.currency,
            rate=self.rate.rate,
            per=self.rate.per,
            about=sentences(
                [
                    self.rate.period,
                    "" if self.assumption else self.rate.source,
                    evidence_words(self.rate.evidence),
                ]
            ),
        )


class Exchange:
    """Turns amounts of one currency into another.

    Parameters
    ----------
    rates : of the programme; they go before what is declared
    assumptions : of the catalogue; those called ``exchange_rate.CURRENCY_per_CURRENCY`` are rates
    period : the rate of this year counts, or else the newest before it, or else the earliest; the newest
        where it is empty

    >>> of_2016 = ExchangeRate("MXN", "USD", 18.66, "2016", "Banco de Mexico")
    >>> Exchange([of_2016], {}).factor("USD", "MXN")
    18.66
    """

    def __init__(
        self, rates: Sequence[ExchangeRate], assumptions: Mapping[str, Assumption], period: str = ""
    ) -> None:
        self._steps: dict[tuple[str, str], Step] = {}
        for name, assumption in assumptions.items():
            match = _DECLARED.fullmatch(name)
            if match:
                rate = ExchangeRate(
                    match["currency"], match["per"], assumption.value, "", name, assumption.evidence.value
                )
                self._put(Step(rate, assumption=name))
        for pair in dict.fromkeys((rate.currency, rate.per) for rate in rates):
            self._put(Step(_of_period([rate for rate in rates if (rate.currency, rate.per) == pair], period)))

    def factor(self, source: str, target: str) -> float:
        """Return how many units of ``target`` one unit of ``source`` is; InputError names a missing rate."""
        return prod(step.factor for step in self.steps(source, target))

    def steps(self, source: str, target: str) -> tuple[Step, ...]:
        """Return the rates by which one currency becomes the other, none for the same.

        Raises InputError that names the missing rate.
        """
        ways = self._ways(source)
        if target not in ways:
            raise missing_rate(source, target, self.known_to(target))
        return ways[target]

    def knows(self, source: str, target: str) -> bool:
        """Say whether one currency can become the other."""
        return target in self._ways(source)

    def known_to(self, target: str) -> tuple[str, ...]:
        """Return the currencies that can become another, and that one itself, sorted.

        >>> Exchange([ExchangeRate("MXN", "USD", 18.66, "2016", "")], {}).known_to("USD")
        ('MXN', 'USD')
        """
        named = {target, *(name for pair in self._steps for name in pair)}
        return tuple(sorted(name for name in named if self.knows(name, target)))

    def _put(self, step: Step) -> None:
        self._steps[step.rate.currency, step.rate.per] = step

    def _ways(self, source: str) -> dict[str, tuple[Step, ...]]:
        """Return every currency that one can become, with the rates of the shortest way."""
        ways: dict[str, tuple[Step, ...]] = {source: ()}
        waiting = [source]
        while waiting:
            here = waiting.pop(0)
            for there, step in self._from(here):
                if there not in ways:
                    ways[there] = (*ways[here], step)
                    waiting.append(there)
        return ways

    def _from(self, currency: str) -> Iterator[tuple[str, Step]]:
        """Yield what a currency can become in one step."""
        for (bought, per), step in self._steps.items():
            if per == currency:
                yield bought, step
            elif bought == currency:
                yield per, Step(step.rate, step.assumption, is_inverted=True)


def _of_period(rates: Sequence[ExchangeRate], period: str) -> ExchangeRate:
    by_date = sorted(rates, key=lambda rate: rate.period)
    until = [rate for rate in by_date if not period or rate.period[: len(period)] <= period]
    return until[-1] if until else by_date[0]


def missing_rate(source: str, target: str, known: Sequence[str]) -> InputError:
    """Return the refusal to convert without a rate; ``known`` are the currencies that have one."""
    return InputError(
        coded("catalogue.no_rate", "no exchange rate from {source} to {target} is known",
             source=source, target=target),
        remedy=advice(
            text(
                "supply the rate with its date and source: urbium settings --rate 'RATE "
                    "{target}/{source} YEAR SOURCE'",
                source=source,
                target=target,
            ),
            text(
                "write the amount in one of these currencies: {names:list}; or ask the programme "
                    "office to add a rate in the settings of the programme",
                names=list(known),
            ),
            "rates",
        ),
    )  # fmt: skip

"""The cheapest mix of instruments for a project, a city or a programme, and why others are not in it.

In: what projects cost and bring in, the offers of a nation and year, and limits. Out: how much of which
instrument pays for which project, what nobody pays, and a reason for every instrument that is not taken. The
solver sees arrays only (:mod:`urbium.finance.funding`).

Amounts are millions of one currency at constant prices: nominal debt service is divided by the declared
inflation. What a unit of money costs is what all its payments are worth in the year it is drawn, at a real
rate of discount; money that is not paid back costs what it is. A project's cash is taken at its low end.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.exchange import Exchange
from urbium.catalogue.offers import Offers
from urbium.errors import Fault, refuse
from urbium.finance.funding import fund
from urbium.finance.mix_task import MixRules, MixTask
from urbium.text import Text, coded, text


@dataclass(frozen=True, kw_only=True)
class Mix:
    """The cheapest mix.

    Parameters
    ----------
    table : project, city, instrument, kind, amount (millions), price (what a unit costs in today's money),
        signed_low and signed_high (probability that it is signed), is_foreign
    refused : project, instrument, reason: why an instrument pays nothing of a project
    short : project, city, amount that nobody pays, reason
    messages : the reasons as they can be said in any language, by their English words
    """

    table: pl.DataFrame
    refused: pl.DataFrame
    short: pl.DataFrame
    messages: Mapping[str, Text]
    currency: str
    settings: Mapping[str, Any]

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is paid, what it costs, what nobody pays, and what is sure to be signed."""
        amount, price = self.table["amount"], self.table["price"]
        return {
            "amount": float(amount.sum()),
            "price": float((amount * price).sum()),
            "short": float(self.short["amount"].sum()),
            "signed low": float((amount * self.table["signed_low"].fill_null(0.0)).sum()),
            "signed high": float((amount * self.table["signed_high"].fill_null(0.0)).sum()),
            "currency": self.currency,
        }


def cheapest_mix(
    projects: pl.DataFrame, catalogue: Catalogue, offers: Offers, exchange: Exchange, rules: MixRules
) -> Mix:
    """Return the cheapest mix of the offers for some projects.

    Parameters
    ----------
    projects : project, city, solution, capital (millions), cash (what it brings in a year at its low end,
        less its running cost; 0 for a cost-only one), years (for which it does so)
    exchange : turns tickets into the currency of the mix; a missing rate is a reason against an offer

    Raises InputError with every fault when a figure is missing, or a project stands twice.
    """
    refuse([*_project_faults(projects, catalogue), *_rule_faults(rules)], "mix")
    rows = projects.to_dicts()
    choices = list(offers.available.values())
    task = MixTask(rows, choices, catalogue, offers, exchange, rules)
    answer = fund(task.problem)
    return Mix(
        table=task.taken(answer), refused=task.refused(answer), short=task.short(answer),
        messages=task.messages, currency=rules.currency, settings={"at": rules.at, "discount": rules.discount,
                                           "inflation": rules.inflation, "year": offers.year},
    )  # fmt: skip


def _project_faults(projects: pl.DataFrame, catalogue: Catalogue) -> Iterator[Fault]:
    seen: set[str] = set()
    for row in projects.iter_rows(named=True):
        name = row["project"]
        if name in seen:
            yield _fault(name, coded("finance.mix.twice", "the project appears twice"),
                         text("keep one of its rows"))  # fmt: skip
        seen.add(name)
        if row["solution"] not in catalogue.solutions:
            yield _fault(name, coded("finance.mix.solution", "its solution {solution!r} is not declared",
                                    solution=row["solution"]),
                         text("declare it in the catalogue"))  # fmt: skip
        for column in ("capital", "cash", "years"):
            value = row[column]
            if value is None or not math.isfinite(value) or (column != "cash" and value < 0):
                yield _fault(name, coded("finance.mix.figure", "its {column} is {value}", column=column,
                                        value=str(value)),
                             text("enter a figure of zero or more"))  # fmt: skip


def _rule_faults(rules: MixRules) -> Iterator[Fault]:
    for name, value in (("discount", rules.discount), ("inflation", rules.inflation)):
        if not math.isfinite(value) or not -1 < value < 1:
            yield _fault(name, coded("finance.mix.rate", "it is {value}", value=str(value)),
                         text("enter a share per year, such as 0.05"))  # fmt: skip
    if not 0 <= rules.at <= 1:
        yield _fault("at", coded("finance.mix.at", "{value:g} is outside the range", value=rules.at),
                     text("enter a share from 0 (low) to 1 (high)"))  # fmt: skip


def _fault(place: str, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, "mix", sheet="projects", cell=place)

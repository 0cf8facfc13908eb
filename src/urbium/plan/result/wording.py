"""Wording: the units and counts that reasons, summaries and tables of a plan share."""

from typing import Final

import polars as pl

from urbium.packaged import words_of
from urbium.text import Text, text, texts
from urbium.whole_numbers import whole_shares


def money_words(millions: float, currency: str) -> Text:
    """Write money given in millions, with the word of the language for its size.

    >>> money_words(259_014.4, "EUR"), money_words(21.423, "EUR")
    ('EUR 259 billion', 'EUR 21.4 million')
    """
    return text("{currency} {amount:compact}", currency=currency, amount=millions * 1e6)


def posts_unit() -> Text:
    """Return the unit of people at work."""
    return text("full-time posts")


def count_of_projects(count: int) -> Text:
    """Return how many projects, in words.

    >>> count_of_projects(1), count_of_projects(1200)
    ('1 project', '1,200 projects')
    """
    return texts("{count} project", "{count:,} projects", count=count)


def count_of_cities(count: int) -> Text:
    """Return how many cities, in words."""
    return texts("{count} city", "{count:,} cities", count=count)


def standard_code(code: str, city: str) -> str:
    """Return the code of the standard that a city owes, as the catalogue has it.

    >>> standard_code("340100:PLATFORM", "340100"), standard_code("PLATFORM", "340100")
    ('PLATFORM', 'PLATFORM')
    """
    return code.removeprefix(f"{city}:")


PAYERS: Final = words_of("payer")


def paid_by(money: pl.DataFrame, funds: pl.DataFrame) -> dict[str, float]:
    """Return what each payer pays of the capital of a plan, of the tables of :func:`payers`."""
    capital = money.filter(pl.col("kind") == "capital").join(funds, on="fund")
    return dict(capital.group_by("payer").agg(pl.col("amount").sum()).iter_rows())


def payers_paid(money: pl.DataFrame, funds: pl.DataFrame) -> list[tuple[Text, float, float]]:
    """Return who pays capital of a plan, how much, and its share, of the tables of :func:`payers`."""
    paid = paid_by(money, funds)
    named = [(name, paid[payer]) for payer, name in PAYERS.items() if paid.get(payer)]
    shares = whole_shares([amount for _, amount in named])
    return [(name, amount, share) for (name, amount), share in zip(named, shares, strict=True)]


def payers(money: pl.DataFrame, funds: pl.DataFrame) -> Text:
    """Return whose money builds a plan, each with its share of the capital.

    Parameters
    ----------
    money : fund, kind, amount: that of a plan
    funds : fund, payer: those of its roadmap

    Examples
    --------
    >>> funds = pl.DataFrame({"fund": ["A", "B"], "payer": ["city", "outside"]})
    >>> money = pl.DataFrame({"fund": ["A", "B"], "kind": "capital", "amount": [3.0, 1.0]})
    >>> payers(money, funds)
    'paid 75% by the cities and 25% by loans and partners'
    """
    shares = [
        text("{share:.0%} by {payer}", share=share, payer=payer)
        for payer, _, share in payers_paid(money, funds)
    ]
    return text("paid {shares:list}", shares=shares) if shares else text("nothing has to be paid")


BENEFIT_PARTS: Final = words_of("part of the benefit")
"""What the parts of the plan benefit are called, in the order in which they are shown."""

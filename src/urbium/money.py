"""Amounts of money: an amount always has a currency, and a yearly amount says so.

Nothing is converted without a declared rate, and no price is moved to another year silently.
"""

import re
from dataclasses import dataclass
from typing import Self

from urbium.errors import InputError
from urbium.text import Text, text

__all__ = ["Money"]

_SCALES = {"": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6}
_SCALES |= {"bn": 1e9, "billion": 1e9, "tn": 1e12, "trillion": 1e12}
_FORM = re.compile(
    r"\s*(?P<before>[A-Z]{3}\s+)?(?P<amount>\d[\d_]*(?:\.\d+)?)\s*(?P<scale>[a-zA-Z]*?)\s*"
    r"(?(before)|(?P<after>[A-Z]{3}))\s*(?P<year>(?:/|\ba|\bper)\s*(?:year|a|yr))?\s*"
)
_SIZES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, for one time or a year.

    >>> Money.parse("12 bn CNY/year")
    Money(amount=12000000000.0, currency='CNY', yearly=True)
    >>> str(Money(2.5e6, "CNY"))
    'CNY 2.5 million'
    """

    amount: float
    currency: str
    yearly: bool = False

    @classmethod
    def parse(cls, written: str | Self) -> "Money":
        """Read an amount such as ``12 bn CNY/year`` or ``CNY 12 billion a year``, or raise InputError."""
        if isinstance(written, Money):
            return written
        match = _FORM.fullmatch(str(written))
        scale = _SCALES.get(match["scale"].lower()) if match else None
        if match is None or scale is None:
            raise InputError(
                text("money.unreadable", "{given!r} is not an amount of money", given=str(written)),
                remedy=text("money.unreadable.remedy", "write for example 12 bn CNY/year"),
            )
        amount = float(match["amount"].replace("_", ""))
        currency = (match["before"] or match["after"]).strip()
        return cls(amount * scale, currency, bool(match["year"]))

    def __str__(self) -> str:
        size, name = next(((s, n) for s, n in _SIZES if abs(self.amount) >= s), (1.0, ""))
        amount = _written(self.currency, self.amount / size, name)
        said = text("money.yearly", "{amount} a year", amount=amount) if self.yearly else amount
        return said.render()


def _written(currency: str, amount: float, name: str) -> Text:
    """Return an amount of so many of a size, with its currency first, as public finance writes it."""
    match name:
        case "trillion":
            return text("money.trillion", "{currency} {n:,.4g} trillion", currency=currency, n=amount)
        case "billion":
            return text("money.billion", "{currency} {n:,.4g} billion", currency=currency, n=amount)
        case "million":
            return text("money.million", "{currency} {n:,.4g} million", currency=currency, n=amount)
        case "thousand":
            return text("money.thousand", "{currency} {n:,.4g} thousand", currency=currency, n=amount)
    return text("money.units", "{currency} {n:,.4g}", currency=currency, n=amount)

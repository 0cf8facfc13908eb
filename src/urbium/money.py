"""Amounts of money: an amount always has a currency, and a yearly amount says so.

Nothing is converted without a declared rate, and no price is moved to another year silently.
"""

import re
from dataclasses import dataclass
from typing import Self

from urbium.errors import InputError

__all__ = ["Money"]

_SCALES = {"": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6}
_SCALES |= {"bn": 1e9, "billion": 1e9, "tn": 1e12, "trillion": 1e12}
_FORM = re.compile(
    r"\s*(?P<amount>\d[\d_]*(?:\.\d+)?)\s*(?P<scale>[a-zA-Z]*?)\s*(?P<currency>[A-Z]{3})\s*(?P<year>/\s*(?:year|a|yr))?\s*"
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, for one time or a year.

    >>> Money.parse("12 bn CNY/year")
    Money(amount=12000000000.0, currency='CNY', yearly=True)
    >>> str(Money(2.5e6, "CNY"))
    '2.5 m CNY'
    """

    amount: float
    currency: str
    yearly: bool = False

    @classmethod
    def parse(cls, text: str | Self) -> "Money":
        """Read an amount such as ``12 bn CNY/year``; raise InputError for anything else."""
        if isinstance(text, Money):
            return text
        match = _FORM.fullmatch(str(text))
        scale = _SCALES.get(match["scale"].lower()) if match else None
        if match is None or scale is None:
            raise InputError(f"{text!r} is not an amount of money", remedy="write for example 12 bn CNY/year")
        return cls(float(match["amount"].replace("_", "")) * scale, match["currency"], bool(match["year"]))

    def __str__(self) -> str:
        size = abs(self.amount)
        scale, word = next(((s, w) for s, w in ((1e9, "bn"), (1e6, "m"), (1e3, "k")) if size >= s), (1.0, ""))
        number = f"{self.amount / scale:,.4g}" if size < 1e12 else f"{self.amount / scale:,.0f}"  # noqa: PLR2004
        return " ".join(part for part in (number, word, self.currency) if part) + ("/year" * self.yearly)

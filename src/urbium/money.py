"""Amounts of money: an amount always has a currency, and a yearly amount says so.

Nothing is converted without a declared rate, and no price is moved to another year silently.
"""

import re
from dataclasses import dataclass
from typing import Self

from urbium.errors import InputError
from urbium.text import coded, text

_SCALES = {"": 1.0, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6}
_SCALES |= {"bn": 1e9, "billion": 1e9, "tn": 1e12, "trillion": 1e12}
_FORM = re.compile(
    r"\s*(?P<before>[A-Z]{3}\s+)?(?P<amount>(?:\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.\d+)?)\s*(?P<scale>[a-zA-Z]*?)\s*"
    r"(?(before)|(?P<after>[A-Z]{3}))\s*(?P<year>(?:/|\ba|\bper)\s*(?:year|a|yr))?\s*"
)
_COMMA = re.compile(r"(\D*\d+),(?!\d{3}(?!\d))(?=\d)")
_TWO_WAYS = re.compile(r"(\D*\d{1,3}),(\d{3})(?![\d,.])")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, for one time or a year.

    >>> Money.parse("12 bn EUR/year")
    Money(amount=12000000000.0, currency='EUR', yearly=True)
    >>> str(Money(2.5e6, "EUR"))
    'EUR 2.5 million'
    """

    amount: float
    currency: str
    yearly: bool = False

    @classmethod
    def parse(cls, written: str | Self) -> "Money":
        """Read an amount such as ``12 bn EUR/year`` or ``EUR 12 billion a year``, or raise InputError.

        Commas part thousands where nothing else can be meant (``1,234,500 EUR``, ``1,234.5 EUR``).
        """
        if isinstance(written, Money):
            return written
        _refuse_two_ways(str(written))
        match = _FORM.fullmatch(str(written))
        scale = _SCALES.get(match["scale"].lower()) if match else None
        if match is None or scale is None:
            pointed = with_decimal_point(str(written))
            raise InputError(
                coded("money.unreadable", "{given!r} is not an amount of money", given=str(written)),
                remedy=text("write a decimal point: {pointed}", pointed=pointed)
                if pointed
                else text("write, for example, 12 bn EUR/year"),
            )
        amount = float(re.sub("[_,]", "", match["amount"]))
        currency = (match["before"] or match["after"]).strip()
        return cls(amount * scale, currency, bool(match["year"]))

    def __str__(self) -> str:
        about = {"currency": self.currency, "amount": self.amount}
        if self.yearly:
            return text("{currency} {amount:compact} a year", **about).render()
        return text("{currency} {amount:compact}", **about).render()


def with_decimal_point(written: str) -> str:
    """Return a text with a point for the comma of its first number, where that comma parts no thousands.

    >>> with_decimal_point("5,16 BRL/USD 2020 IPEA"), with_decimal_point("12,500 m EUR")
    ('5.16 BRL/USD 2020 IPEA', '')
    """
    match = _COMMA.match(written)
    return f"{match[1]}.{written[match.end() :]}" if match else ""


def _refuse_two_ways(written: str) -> None:
    """Raise InputError for a text whose one comma parts thousands in one nation and decimals in another."""
    match = _TWO_WAYS.match(written)
    if match is None:
        return
    rest = written[match.end() :]
    decimals = match[2].rstrip("0")
    raise InputError(
        coded("money.two_ways", "{given!r} can be read in two ways: its comma may be a thousands or a "
                                "decimal separator", given=written),
        remedy=text(
            "write {whole}, or {pointed}", whole=f"{match[1]}{match[2]}{rest}",
            pointed=f"{match[1]}.{decimals}{rest}" if decimals else f"{match[1]}{rest}"
        ),
    )  # fmt: skip

"""Amounts: in which size of money a form is typed, and what was typed or stored as it is typed in another.

How what was typed becomes millions: :mod:`urbium.web.desk.typed`.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from urbium.pilot.fields import MILLIONS
from urbium.units import typed_per_million
from urbium.whole_numbers import whole_number

PER_MILLION: Final = "per_million"
"""The name of what a form sends of the size in which its amounts are typed: how many of it make a million."""
_PER_MILLION: Final = frozenset(10**power for power in range(7))
_PARTED: Final = re.compile(r"[ \u00a0\u202f]|(?<=\d),(?=\d{3}(?!\d))")
"""What parts the thousands of a typed number."""
_DIGITS: Final = 15
"""Digits of the largest number that is written with its thousands apart."""


def per_cent(share: float) -> float:
    """Return a share as it is typed and shown: in per cent.

    >>> per_cent(0.07)
    7.0
    """
    return round(share * 100, 10)


def per_million_of(data: Mapping[str, str]) -> int:
    """Return how many of the size in which the amounts of a form were typed make a million.

    >>> per_million_of({}), per_million_of({"per_million": "100"}), per_million_of({"per_million": "many"})
    (1, 100, 1)
    """
    sent = whole_number(data.get(PER_MILLION, ""))
    return sent if sent in _PER_MILLION else 1


def typed_in_size(written: str, measure: str, per: int = 1) -> str:
    """Return amounts of money, of which ``per`` made a million, as the language that is spoken types them.

    Numbers of another measure, and what is no number, stay.

    >>> from urbium.text import language
    >>> with language("zh"):
    ...     typed_in_size("12.345", "million"), typed_in_size("CITY = 3; LOAN = 0.5", "million")
    ...     typed_in_size("12 500", "million"), typed_in_size("12.5", "million", 100)
    ('1234.5', 'CITY = 300; LOAN = 50')
    ('1250000', '12.5')
    """
    here = typed_per_million()
    if measure not in MILLIONS or here == per:
        return written
    if "=" in written:
        pairs = (part.rpartition("=") for part in written.split(";") if part.strip())
        return "; ".join(
            f"{key.strip()} = {typed_in_size(amount.strip(), measure, per)}" for key, _, amount in pairs
        )
    plain = _PARTED.sub("", written)
    try:
        return f"{(Decimal(plain) * here / per).normalize():f}"
    except InvalidOperation:
        return written


def grouped(written: str) -> str:
    """Return a typed number with its thousands apart, as a form shows it and reads it again.

    >>> grouped("20000000.5"), grouped("2016"), grouped("much")
    ('20 000 000.5', '2016', 'much')
    """
    whole, point, rest = written.partition(".")
    is_long = 4 < len(whole) <= _DIGITS and whole.isascii() and whole.isdigit()  # noqa: PLR2004 - a year stays
    return f"{int(whole):,}".replace(",", " ") + point + rest if is_long else written

"""Whole numbers as strangers write them: in a form, an address or a header."""

from typing import Final

_MOST_DIGITS: Final = 18
"""Digits that a store and every format of ours can hold; Python itself refuses to read over 4,300."""


def whole_number(written: str, otherwise: int = -1) -> int:
    """Return the whole number, from 0 on, that was written; ``otherwise`` where it is not one of 18 digits.

    >>> whole_number("42"), whole_number("4.2"), whole_number("9" * 5000), whole_number("", 0)
    (42, -1, -1, 0)
    """
    is_number = written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS
    return int(written) if is_number else otherwise

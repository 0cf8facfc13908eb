"""Whole numbers: as strangers write them in a form, an address or a header; and shares in whole per cent."""

from collections.abc import Sequence
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


def whole_shares(amounts: Sequence[float], of: float | None = None) -> list[float]:
    """Return the shares of amounts in a whole, in whole per cent that add up to the share of their sum.

    The whole is their sum, whose share is 100, unless another one is named by ``of``.

    Each is rounded down, and those with the largest remainders up (Hamilton's method). Amounts that add up to
    nothing have no share.

    >>> whole_shares([1, 1, 1]), whole_shares([2.5, 7.5]), whole_shares([0])
    ([0.34, 0.33, 0.33], [0.25, 0.75], [0.0])
    >>> whole_shares([34.6, 2.6, 2.2], of=100)
    [0.35, 0.02, 0.02]
    """
    total = sum(amounts) if of is None else of
    exact = [100 * amount / total if total else 0.0 for amount in amounts]
    whole = [int(share) for share in exact]
    largest = sorted(range(len(exact)), key=lambda at: whole[at] - exact[at])
    for at in largest[: round(sum(exact)) - sum(whole)]:
        whole[at] += 1
    return [share / 100 for share in whole]

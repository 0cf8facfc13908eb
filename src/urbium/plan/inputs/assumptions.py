"""Declared assumptions by id, and how sure a figure is that is made of several."""

import re
from collections.abc import Callable
from typing import Final

from urbium.catalogue import Catalogue
from urbium.errors import NotFoundError
from urbium.model import Evidence

RANK = {level: rank for rank, level in enumerate(Evidence)}
"""Evidence levels from the surest on."""


_MONEY: Final = re.compile(r"(?P<is_below>\bper )?\bm (?P<currency>[A-Z]{3})\b")
"""How the unit of an assumption says that it is one of money, in millions, or of something per million."""


class Assumed:
    """Reads a declared assumption by its id; one that is not declared is refused, never guessed.

    Parameters
    ----------
    catalogue : the assumptions
    rate_from : how many units of the plan's currency one unit of another is; amounts of money stand as they
        are declared when it is left out
    """

    def __init__(self, catalogue: Catalogue, rate_from: Callable[[str], float] | None = None) -> None:
        self._known = catalogue.assumptions
        self._rate_from = rate_from

    def __call__(self, name: str) -> float:
        """Return the value of an assumption; raise NotFoundError when it is not declared.

        One in millions of a currency, or per million of it, is that of the plan's currency.
        """
        if name not in self._known:
            raise NotFoundError.named("assumption", name, self._known)
        declared = self._known[name]
        money = _MONEY.search(declared.unit)
        if money is None or self._rate_from is None:
            return declared.value
        rate = self._rate_from(money["currency"])
        return declared.value / rate if money["is_below"] else declared.value * rate

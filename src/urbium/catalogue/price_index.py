"""Price index: what prices of one year are at those of another, by declared levels of a currency (ADR 0103).

Levels are assumptions called ``price_index.CURRENCY.YEAR``, such as ``price_index.USD.2016``; only their
ratio counts. Nothing is moved by a level that nobody declared.
"""

from collections.abc import Collection, Mapping

from urbium.errors import InputError
from urbium.model import Assumption
from urbium.text import coded, text

PRICE_INDEX = "price_index."
"""How the id of a level begins."""


def price_factor(assumptions: Mapping[str, Assumption], currency: str, of: int, to: int) -> float:
    """Return what costs 1 at the prices of ``of`` at those of ``to``; InputError for a level that is missing.

    >>> from urbium.model import Evidence
    >>> levels = {f"price_index.EUR.{year}": Assumption("", level, "index", Evidence.ASSUMPTION, "ASSUME")
    ...           for year, level in ((2016, 100.0), (2020, 104.0))}
    >>> price_factor(levels, "EUR", 2016, 2020)
    1.04
    """
    if of == to:
        return 1.0
    missing = [str(year) for year in missing_levels(assumptions, currency, of, to)]
    if missing:
        raise InputError(
            coded(
                "catalogue.price_index",
                "prices of {of} cannot be converted to prices of {to}: no {currency} price index is "
                "declared for {missing:list}",
                of=str(of), to=str(to), currency=currency, missing=missing
            ),
            place="price_year",
            remedy=text(
                "declare the assumption {name} with its source, or state the amount at prices of {to}",
                name=f"{PRICE_INDEX}{currency}.{missing[0]}", to=str(to)
            ),
        )  # fmt: skip
    first, last = (assumptions[f"{PRICE_INDEX}{currency}.{year}"].value for year in (of, to))
    return last / first


def missing_levels(assumptions: Mapping[str, Assumption], currency: str, of: int, to: int) -> list[int]:
    """Return the years whose levels are wanted to move prices of one year to another, and not declared.

    >>> missing_levels({}, "EUR", 2016, 2020), missing_levels({}, "EUR", 2016, 2016)
    ([2016, 2020], [])
    """
    levels = {year: assumptions.get(f"{PRICE_INDEX}{currency}.{year}") for year in (of, to) if of != to}
    return [year for year, level in levels.items() if level is None or not level.value > 0]


def common_year(
    assumptions: Mapping[str, Assumption], prices: Collection[tuple[str, int]], first: int
) -> int:
    """Return the year to whose prices all amounts are moved: the newest up to ``first`` for which that goes.

    Where it goes for later years alone it is the earliest of them; ``first`` where it goes for none.

    Parameters
    ----------
    prices : currency and price year of the amounts
    first : of a plan, whose amounts they become

    >>> common_year({}, {("EUR", 2014)}, 2016), common_year({}, {("EUR", 2014), ("EUR", 2015)}, 2016)
    (2014, 2016)
    """
    declared = {int(name.rpartition(".")[2]) for name in assumptions if name.startswith(PRICE_INDEX)}
    years = sorted(
        declared | {year for _, year in prices}, key=lambda year: (year > first, abs(year - first))
    )
    return next(
        (to for to in years if not any(missing_levels(assumptions, money, of, to) for money, of in prices)),
        first,
    )

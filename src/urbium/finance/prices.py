"""Prices: money over years with its currency and its price basis, so that unlike amounts are never added.

In: amounts by year and a series of inflation. Out: the same money on another basis, or a refusal that says
which figure is missing. Nothing is converted unless somebody asks for it by name; how one currency becomes
another: :mod:`urbium.catalogue.exchange`.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from urbium.errors import InputError
from urbium.finance.discounting import check_amounts, check_rate
from urbium.text import Text, coded, text
from urbium.units import million_of

Floats = npt.NDArray[np.float64]
NOMINAL: Final = ""
"""The price year of amounts of each year's own money."""


@dataclass(frozen=True, slots=True)
class Basis:
    """In which currency, and at the prices of when, amounts are.

    Attributes
    ----------
    currency : its code (ISO 4217)
    price_year : the year whose prices they have (``2016``); empty for nominal amounts; other words for prices
        of several years that nobody moved to one, which cannot be converted either

    >>> str(Basis("EUR", "2016").words), str(Basis("EUR").words)
    ('EUR in real terms, at 2016 prices', 'EUR in nominal terms')
    """

    currency: str
    price_year: str = NOMINAL

    @property
    def is_nominal(self) -> bool:
        """Whether amounts are of each year's own money."""
        return self.price_year == NOMINAL

    @property
    def words(self) -> Text:
        """The basis as pages and commands say it."""
        if self.is_nominal:
            return text("{currency} in nominal terms", currency=self.currency)
        return text(
            "{currency} in real terms, at {year} prices",
            currency=self.currency, year=self.price_year
        )  # fmt: skip

    @property
    def millions(self) -> Text:
        """The unit of amounts in millions on this basis."""
        return million_of(self.words, self.currency)

    def year(self) -> int:
        """Return the price year as a number; InputError where the amounts have none."""
        if not self.price_year.isdigit():
            raise InputError(
                coded(
                    "finance.prices.no_year", "{basis}: these amounts have no price year", basis=self.words
                ),
                place="price_year",
                remedy=text("use a single price year, such as 2016"),
            )
        return int(self.price_year)


@dataclass(frozen=True)
class Inflation:
    """How prices of a currency rise: by which share in each year over the year before.

    >>> round(Inflation("EUR", {2016: 0.1, 2017: 0.1}, "example").factor(2015, 2017), 2)
    1.21
    """

    currency: str
    rates: Mapping[int, float]
    source: str

    def __post_init__(self) -> None:
        for year, rate in self.rates.items():
            if not (math.isfinite(rate) and rate > -1):
                raise InputError(
                    coded("finance.prices.inflation", "{rate:g} is not a rate of inflation", rate=rate),
                    place=f"inflation {self.currency} {year}",
                    remedy=text("enter a share above -1, such as 0.02"),
                )

    @classmethod
    def level(cls, currency: str, rate: float, years: Iterable[int], source: str) -> "Inflation":
        """Return the same rate for every year."""
        return cls(currency, dict.fromkeys(years, rate), source)

    def factor(self, of: int, to: int) -> float:
        """Return what costs 1 at the prices of ``of`` at those of ``to``; InputError for a missing rate."""
        first, last = sorted((of, to))
        years = range(first + 1, last + 1)
        missing = [year for year in years if year not in self.rates]
        if missing:
            raise InputError(
                coded(
                    "finance.prices.no_inflation", "no inflation rate for {currency} is declared for "
                                                   "{years}",
                    currency=self.currency, years=_spans(missing)
                ),
                place="inflation",
                remedy=text("declare a rate for each of these years"),
            )  # fmt: skip
        rise = math.prod(1 + self.rates[year] for year in years)
        return rise if to >= of else 1 / rise


@dataclass(frozen=True, slots=True)
class DiscountRate:
    """A rate by which later money counts less, and whether it is of nominal or of real money.

    Attributes
    ----------
    value : share a year, above -1
    is_real : whether it goes with amounts at constant prices
    evidence, source : what it rests on
    """

    value: float
    is_real: bool
    evidence: str
    source: str

    def __post_init__(self) -> None:
        check_rate(self.value)

    def check(self, basis: Basis) -> None:
        """Raise InputError when a real rate meets nominal amounts, or a nominal rate real ones."""
        if self.is_real == basis.is_nominal:
            message = (
                coded("finance.prices.real_rate", "a real rate cannot be used to discount amounts in "
                                                  "{basis}", basis=basis.words)
                if self.is_real
                else coded("finance.prices.nominal_rate", "a nominal rate cannot be used to discount "
                                                          "amounts in {basis}",
                          basis=basis.words)
            )  # fmt: skip
            raise InputError(
                message,
                place="discount_rate",
                remedy=text("convert the rate or the amounts using a declared inflation rate"),
            )


@dataclass(frozen=True, eq=False)
class YearlyAmounts:
    """Amounts of one basis over years without a gap; several rows where there are several projects.

    Parameters
    ----------
    first_year : the year of the first amount
    amounts : (years,) or (rows, years)
    basis : currency and prices

    >>> a = YearlyAmounts(2016, [-100.0], Basis("EUR", "2016"))
    >>> b = YearlyAmounts(2017, [110.0], Basis("EUR", "2016"))
    >>> (a + b).amounts.tolist()
    [-100.0, 110.0]
    """

    first_year: int
    amounts: Floats
    basis: Basis

    def __post_init__(self) -> None:
        amounts = np.asarray(self.amounts, dtype=np.float64)
        check_amounts(amounts)
        object.__setattr__(self, "amounts", amounts)

    @property
    def years(self) -> range:
        """The years of the amounts."""
        return range(self.first_year, self.first_year + self.amounts.shape[-1])

    def __add__(self, other: "YearlyAmounts") -> "YearlyAmounts":
        if other.basis != self.basis:
            raise InputError(
                coded(
                    "finance.prices.mixed", "amounts in {one} cannot be added to amounts in {other}",
                    one=self.basis.words, other=other.basis.words
                ),
                place="amounts",
                remedy=text(
                    "convert one of them first, using an inflation series or an exchange rate"
                ),
            )  # fmt: skip
        first = min(self.first_year, other.first_year)
        last = max(self.years.stop, other.years.stop)
        total = _spread(self, first, last) + _spread(other, first, last)
        return YearlyAmounts(first, total, self.basis)

    def nominal(self, inflation: Inflation) -> "YearlyAmounts":
        """Return the amounts in each year's own money."""
        if self.basis.is_nominal:
            return self
        of = self.basis.year()
        return self._by_year(inflation, {year: (of, year) for year in self.years}, NOMINAL)

    def real(self, inflation: Inflation, price_year: int) -> "YearlyAmounts":
        """Return the amounts at the prices of one year."""
        of = None if self.basis.is_nominal else self.basis.year()
        pairs = {year: (year if of is None else of, price_year) for year in self.years}
        return self._by_year(inflation, pairs, str(price_year))

    def _by_year(
        self, inflation: Inflation, pairs: Mapping[int, tuple[int, int]], price_year: str
    ) -> "YearlyAmounts":
        if inflation.currency != self.basis.currency:
            raise InputError(
                coded(
                    "finance.prices.other_currency", "the inflation rate for {one} does not apply to "
                                                     "amounts in {other}",
                    one=inflation.currency, other=self.basis.currency
                ),
                place="inflation",
                remedy=text("use the rate for {currency}",
                            currency=self.basis.currency),
            )  # fmt: skip
        factors = np.array([inflation.factor(*pairs[year]) for year in self.years])
        return YearlyAmounts(self.first_year, self.amounts * factors, Basis(self.basis.currency, price_year))

    def present_value(self, rate: DiscountRate, year: int | None = None) -> Any:  # noqa: ANN401 - one or many
        """Return what the amounts are worth in a year (the first unless given), one figure a row."""
        rate.check(self.basis)
        since = np.array(self.years, dtype=np.float64) - (self.first_year if year is None else year)
        return self.amounts @ (1 + rate.value) ** -since


def _spread(flow: YearlyAmounts, first: int, last: int) -> Floats:
    """Return the amounts over a longer span, nothing in the years that they do not have."""
    wide = np.zeros((*flow.amounts.shape[:-1], last - first))
    wide[..., flow.first_year - first : flow.years.stop - first] = flow.amounts
    return wide


def _spans(years: list[int]) -> str:
    """Return years in short: the first and the last where they are many."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"

"""Currency risk: what the debt service of foreign money may come to, by random paths of exchange rates.

In: draws of instruments, their offers, a declared volatility of each currency. Out: quantiles of debt service
by payer, city and year. Expected depreciation is that of the instrument, the spread about it is declared.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from urbium.catalogue.offers import Offer
from urbium.columns import schema_of
from urbium.errors import InputError
from urbium.finance.debt import service_by_drawing
from urbium.model import Term
from urbium.text import coded, text

_QUANTILES: Final = (0.05, 0.5, 0.95)


def currency_draws(
    draws: pl.DataFrame,
    offers: Mapping[str, Offer],
    volatility: Mapping[str, float],
    *,
    count: int,
    seed: int,
    at: float = 0.5,
) -> pl.DataFrame:
    r"""Return what foreign currencies do to debt service: its quantiles by payer, city and year.

    Each currency is a random walk in logarithms; its mean follows the instrument's declared cost of the
    currency: :math:`\ln e_t = \ln e_{t-1} + \ln(1 + c) - s^2 / 2 + s z`. All instruments in a currency share
    its path; a drawing is owed in the lender's money, at the rate of the year in which it is drawn.

    Parameters
    ----------
    draws, offers : as in :func:`urbium.finance.debt.service`; amounts in the money of the year of drawing
    volatility : standard deviation of a year's change in logarithms, by currency (declared, or an assumption)
    count : of paths
    seed : of the paths

    Columns: payer, city, year, low, middle, high (5, 50 and 95%), millions, nominal; foreign debt only.
    """
    abroad = [
        (name, offer.instrument.payer, offer.instrument.currency, offer.value(Term.CURRENCY_COST, at))
        for name, offer in offers.items()
        if Term.CURRENCY_COST in offer.terms
    ]
    about = pl.DataFrame(abroad, schema=_ABROAD, orient="row")
    rows = draws.filter(pl.col("instrument").is_in(about["instrument"].to_list()))
    foreign = (
        service_by_drawing(rows, offers, at=at, in_own_currency=True)
        .group_by("city", "instrument", "drawn", "year", maintain_order=True)
        .agg(amount=(pl.col("interest") + pl.col("principal") + pl.col("fees")).sum())
        .join(about, on="instrument", maintain_order="left")
    )
    if foreign.is_empty():
        return pl.DataFrame(schema=_RISK)
    unknown = [code for code in foreign["currency"].unique(maintain_order=True) if code not in volatility]
    if unknown:
        raise InputError(
            coded(
                "finance.space.volatility", "no volatility is declared for {currency}", currency=unknown[0]
            ),
            place="volatility",
            remedy=text("enter the standard deviation of the yearly change, such as 0.1"),
        )  # fmt: skip
    years = foreign["year"].sort()
    first, last = int(years[0]), int(years[-1])
    walks = _walks(foreign["currency"].unique().sort().to_list(), volatility, last - first, count, seed)
    quantiles: list[tuple[Any, ...]] = []
    for (payer, city, year), part in foreign.group_by("payer", "city", "year", maintain_order=True):
        worth = np.zeros(count)
        for row in part.iter_rows(named=True):
            walk, drawn = walks[row["currency"]], row["drawn"]
            path = walk[:, year - first] / walk[:, drawn - first]
            worth += row["amount"] * (1 + row["cost"]) ** (row["year"] - drawn) * path
        quantiles.append((payer, city, year, *np.quantile(worth, _QUANTILES).tolist()))
    return pl.DataFrame(quantiles, schema=_RISK, orient="row").sort("payer", "city", "year")


_ABROAD: Final = schema_of("instrument payer currency cost")
_RISK: Final = schema_of("payer city year low middle high")


def _walks(
    currencies: list[str], volatility: Mapping[str, float], years: int, count: int, seed: int
) -> dict[str, Any]:
    """Return the paths of each currency about its mean, (paths, years + 1), 1 in the first year."""
    random = np.random.default_rng(seed)
    walks: dict[str, Any] = {}
    for currency in currencies:
        spread = volatility[currency]
        steps = random.normal(-spread * spread / 2, spread, (count, years))
        walks[currency] = np.exp(np.concatenate([np.zeros((count, 1)), steps.cumsum(axis=1)], axis=1))
    return walks

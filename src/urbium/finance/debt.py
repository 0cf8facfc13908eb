"""Debt of projects: what drawn money costs by year and instrument, and how well cash covers it.

In: what each project draws of which instrument in which year, the offers with their terms, and the cash that
is there to serve it. Out: service by year (interest, principal, fees), what is owed, and the cover ratios
that lenders ask for. Amounts are nominal where the instrument's rate is; :func:`service` says the same of
every row. How one unit is repaid: :mod:`urbium.debt`. Which instruments are drawn: :mod:`urbium.finance.mix`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.catalogue.offers import Offer
from urbium.debt import Schedule
from urbium.errors import InputError, nearest
from urbium.model import Term
from urbium.text import text

__all__ = ["SERVICE", "cover_by_year", "debt_cover", "loan_life_cover", "real_service", "service"]

SERVICE: Final[dict[str, Any]] = {
    "project": pl.String, "city": pl.String, "instrument": pl.String, "payer": pl.String, "year": pl.Int64,
    "interest": pl.Float64, "principal": pl.Float64, "fees": pl.Float64, "owed": pl.Float64,
    "prices": pl.String, "signed_low": pl.Float64, "signed_high": pl.Float64,
}  # fmt: skip
"""Columns of the service of debt: amounts in millions, owed at the end of the year."""

_MIDDLE: Final = 0.5


def service(
    draws: pl.DataFrame, offers: Mapping[str, Offer], *, at: float = _MIDDLE, in_own_currency: bool = False
) -> pl.DataFrame:
    """Return what is paid and owed for drawn money by project, instrument and year.

    Each year's drawing is repaid by a schedule of its own, from the year after on; the commitment fee is paid
    in each year on what is drawn only later. Instruments that are not paid back have no rows.

    Parameters
    ----------
    draws : project, city, instrument (id of an offer), year, amount (millions)
    offers : by id of the instrument
    at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end
    in_own_currency : without the expected cost of a foreign currency, as its lender counts

    Raises InputError for an instrument that is not offered, and for an amount below zero.
    """
    _refuse(draws, offers)
    paid: dict[tuple[str, str, str, int], list[float]] = {}
    units = {
        name: list(_parts(offers[name].schedule(at, in_own_currency=in_own_currency)))
        for name in draws["instrument"].unique(maintain_order=True)
        if offers[name].is_repaid
    }
    for row in draws.filter(pl.col("amount") > 0).iter_rows(named=True):
        for after, parts in enumerate(units.get(row["instrument"], [])):
            key = row["project"], row["city"], row["instrument"], row["year"] + after
            sums = paid.setdefault(key, [0.0] * 4)
            for place, part in enumerate(parts):
                sums[place] += row["amount"] * part
    _commitment(draws, offers, at, paid)
    rows = [
        (project, city, offer, offers[offer].instrument.payer, year, *amounts,
         offers[offer].instrument.prices.value, *offers[offer].signed)
        for (project, city, offer, year), amounts in sorted(paid.items())
        if any(amounts)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SERVICE, orient="row")


def real_service(rows: pl.DataFrame, inflation: float, base: int) -> pl.DataFrame:
    """Return the service of debt at the prices of a year: nominal amounts over (1 + inflation)^(year - base).

    What is owed is deflated too. Rows that are real already stay as they are.

    Parameters
    ----------
    rows : as :func:`service` returns them
    inflation : a share a year, above -1
    base : the year of the prices
    """
    if not math.isfinite(inflation) or not -1 < inflation < 1:
        raise InputError(
            text("finance.debt.inflation", "an inflation of {rate}", rate=str(inflation)),
            place="inflation",
            remedy=text("finance.debt.inflation.remedy", "give a share a year, such as 0.02 for 2 %"),
        )
    factor = (
        pl.when(pl.col("prices") == "nominal")
        .then(pl.lit(1.0 + inflation).pow(base - pl.col("year")))
        .otherwise(1.0)
    )
    amounts = ("interest", "principal", "fees", "owed")
    return rows.with_columns((pl.col(name) * factor) for name in amounts).with_columns(prices=pl.lit("real"))


def _parts(one: Schedule) -> Iterable[tuple[float, float, float, float]]:
    """Return interest, principal, fees and what is owed in each year, for one unit drawn."""
    return zip(one.interest, one.principal, one.fees, one.owed, strict=True)


def _commitment(
    draws: pl.DataFrame,
    offers: Mapping[str, Offer],
    at: float,
    paid: dict[tuple[str, str, str, int], list[float]],
) -> None:
    """Add the fee on money that was agreed and is drawn only in later years."""
    agreed: dict[tuple[str, str, str], dict[int, float]] = {}
    for row in draws.iter_rows(named=True):
        years = agreed.setdefault((row["project"], row["city"], row["instrument"]), {})
        years[row["year"]] = years.get(row["year"], 0.0) + row["amount"]
    for (project, city, instrument), years in agreed.items():
        fee = offers[instrument].value(Term.COMMITMENT_FEE, at)
        if not fee or not offers[instrument].is_repaid:
            continue
        for year in range(min(years), max(years)):
            waiting = math.fsum(amount for drawn, amount in years.items() if drawn > year)
            paid.setdefault((project, city, instrument, year), [0.0] * 4)[2] += waiting * fee


def _refuse(draws: pl.DataFrame, offers: Mapping[str, Offer]) -> None:
    unknown = [name for name in draws["instrument"].unique(maintain_order=True) if name not in offers]
    if unknown:
        raise InputError(
            text("finance.debt.no_offer", "the instrument {id!r} is not offered", id=unknown[0]),
            place="instrument",
            remedy=nearest(unknown[0], list(offers)),
        )
    wrong = draws.filter(~pl.col("amount").is_finite() | (pl.col("amount") < 0))
    if wrong.height:
        row = wrong.row(0, named=True)
        raise InputError(
            text("finance.debt.amount", "{project} draws {amount} of {id} in {year:d}",
                 project=row["project"], amount=str(row["amount"]), id=row["instrument"], year=row["year"]),
            place="draws",
            remedy=text("finance.debt.amount.remedy", "give amounts of zero or more"),
        )  # fmt: skip


def debt_cover(cash: Sequence[float], payments: Sequence[float]) -> tuple[float | None, ...]:
    r"""Return the debt service cover ratio (DSCR) of each year; None where nothing is paid.

    .. math:: \mathrm{DSCR}_t = \mathrm{CFADS}_t / (\mathrm{interest}_t + \mathrm{principal}_t)

    Parameters
    ----------
    cash : what is there to serve debt in each year (cash flow available for debt service)
    payments : debt service of the same years

    References
    ----------
    Yescombe, E. R.: *Principles of Project Finance*, second edition, chapter 12.

    >>> debt_cover([120.0, 90.0, 50.0], [100.0, 100.0, 0.0])
    (1.2, 0.9, None)
    """
    pairs = zip(cash, payments, strict=True)
    return tuple(available / due if due > 0 else None for available, due in pairs)


def loan_life_cover(
    cash: Sequence[float], owed: Sequence[float], rates: Sequence[float]
) -> tuple[float | None, ...]:
    r"""Return the loan life cover ratio (LLCR) at the beginning of each year; None where nothing is owed.

    .. math:: \mathrm{LLCR}_t = \sum_{s \ge t} \frac{\mathrm{CFADS}_s}{\prod_{u=t}^{s} (1 + r_u)} / D_{t-1}

    Parameters
    ----------
    cash : what is there to serve debt in each year until the last payment
    owed : at the beginning of each of these years
    rates : of the debt in each of them, a share a year

    References
    ----------
    Yescombe, E. R.: *Principles of Project Finance*, second edition, chapter 12.

    >>> ratios = loan_life_cover([132.0, 132.0], [190.909091, 100.0], [0.1, 0.1])
    >>> [round(ratio, 6) for ratio in ratios]
    [1.2, 1.2]
    """
    ratios: list[float | None] = []
    worth = 0.0
    years = list(zip(cash, owed, rates, strict=True))
    for available, debt, rate in reversed(years):
        worth = (worth + available) / (1 + rate)
        ratios.append(worth / debt if debt > 0 else None)
    return tuple(reversed(ratios))


def cover_by_year(rows: pl.DataFrame, cash: pl.DataFrame) -> pl.DataFrame:
    """Return how well the cash of projects covers what their users repay, by year.

    Parameters
    ----------
    rows : as :func:`service` returns them; what cities and the nation repay is left out
    cash : project, year, low, high: what is there to serve debt, in the prices of the service

    Columns: project, year, service, owed (at the beginning of the year), dscr_low, dscr_high, llcr_low,
    llcr_high. A project without any cash is cost-only, and has no ratio: it has no rows. In years without a
    row of cash a project has none. All debt of a project counts together, at the interest of the year over
    what is owed.
    """
    mine = (
        rows.filter(pl.col("payer") == "users")
        .group_by("project", "year")
        .agg(
            interest=pl.col("interest").sum(),
            due=(pl.col("interest") + pl.col("principal")).sum(),
            owed=pl.col("owed").sum(),
        )
        .join(cash.select("project").unique(), on="project", how="semi")
        .join(cash.select("project", "year", "low", "high"), on=["project", "year"], how="left")
        .with_columns(pl.col("low", "high").fill_null(0.0))
        .sort("project", "year")
        .with_columns(before=pl.col("owed").shift(1).over("project"))
        .filter(pl.col("before").is_not_null())
    )
    parts = [_covered(part) for part in mine.partition_by("project", maintain_order=True)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=_COVER)


def _covered(part: pl.DataFrame) -> pl.DataFrame:
    """Return the ratios of one project."""
    owed, due = part["before"].to_list(), part["due"].to_list()
    rates = [
        interest / debt if debt > 0 else 0.0
        for interest, debt in zip(part["interest"].to_list(), owed, strict=True)
    ]
    ends = {end: part[end].to_list() for end in ("low", "high")}
    ratios = {
        f"{name}_{end}": values
        for end, cash in ends.items()
        for name, values in (
            ("dscr", debt_cover(cash, due)), ("llcr", loan_life_cover(cash, owed, rates)),
        )
    }  # fmt: skip
    columns = {"project": part["project"], "year": part["year"], "service": due, "owed": owed}
    return pl.DataFrame(columns | ratios, schema_overrides=_COVER).select(list(_COVER))


_COVER: Final[dict[str, Any]] = {
    "project": pl.String, "year": pl.Int64, "service": pl.Float64, "owed": pl.Float64,
    "dscr_low": pl.Float64, "dscr_high": pl.Float64, "llcr_low": pl.Float64, "llcr_high": pl.Float64,
}  # fmt: skip

"""Debt of projects: what drawn money costs by year and instrument, and how well cash covers it.

In: what each project draws of which instrument in which year, the offers with their terms, and the cash that
is there to serve it. Out: service by year (interest, principal, fees), what is owed, and the cover ratios
that lenders ask for. Amounts are nominal where the instrument's rate is; :func:`service` says the same of
every row. How one unit is repaid: :mod:`urbium.catalogue.debt`. Which instruments are drawn:
:mod:`urbium.finance.mix`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.catalogue.offers import Offer
from urbium.columns import schema_of
from urbium.errors import InputError, nearest
from urbium.model import Prices, Term
from urbium.text import coded, text

SERVICE: Final = schema_of(
    "project city instrument payer year interest principal fees owed prices signed_low signed_high"
)
"""Columns of the service of debt: amounts in millions, owed at the end of the year."""

_AMOUNTS: Final = ("interest", "principal", "fees", "owed")
_MIDDLE: Final = 0.5


def service(draws: pl.DataFrame, offers: Mapping[str, Offer], *, at: float = _MIDDLE) -> pl.DataFrame:
    """Return what is paid and owed for drawn money by project, instrument and year.

    Parameters
    ----------
    draws : project, city, instrument (id of an offer), year, amount (millions)
    offers : by id of the instrument
    at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end

    Raises InputError for an instrument that is not offered, and for an amount below zero.
    """
    columns = ("instrument", "payer", "prices", "signed_low", "signed_high")
    about = pl.DataFrame(
        [(name, one.instrument.payer, one.instrument.prices.value, *one.signed)
         for name, one in offers.items()],
        schema={name: SERVICE[name] for name in columns}, orient="row",
    )  # fmt: skip
    keys = ["project", "city", "instrument", "year"]
    paid = service_by_drawing(draws, offers, at=at).group_by(keys, maintain_order=True)
    return (
        paid.agg(pl.col(_AMOUNTS).sum())
        .filter(pl.any_horizontal(pl.col(_AMOUNTS) != 0))
        .join(about, on="instrument")
        .select(list(SERVICE))
        .sort(keys)
    )


def service_by_drawing(
    draws: pl.DataFrame, offers: Mapping[str, Offer], *, at: float = _MIDDLE, in_own_currency: bool = False
) -> pl.DataFrame:
    """Return what is paid and owed for each year's drawing: as :func:`service`, with the year ``drawn``.

    Each year's drawing is repaid by a schedule of its own, from the year after on; the commitment fee is paid
    in each year on what is drawn only later. Instruments that are not paid back have no rows.

    Parameters
    ----------
    draws, offers, at : as of :func:`service`, which says what is refused
    in_own_currency : without the expected cost of a foreign currency, as its lender counts
    """
    _refuse(draws, offers)
    repaid = [name for name in draws["instrument"].unique() if offers[name].is_repaid]
    schedules = {name: offers[name].schedule(at, in_own_currency=in_own_currency) for name in repaid}
    units = pl.DataFrame(
        [
            (name, after, *parts)
            for name, one in schedules.items()
            for after, parts in enumerate(zip(one.interest, one.principal, one.fees, one.owed, strict=True))
        ],
        schema={"instrument": pl.String, "after": pl.Int64, **dict.fromkeys(_AMOUNTS, pl.Float64)},
        orient="row",
    )
    fees = pl.DataFrame(
        [(name, offers[name].value(Term.COMMITMENT_FEE, at)) for name in repaid],
        schema={"instrument": pl.String, "fee": pl.Float64}, orient="row",
    )  # fmt: skip
    keys = ["project", "city", "instrument"]
    drawn = (
        draws.filter(pl.col("instrument").is_in(repaid))
        .group_by(*keys, drawn=pl.col("year").cast(pl.Int64), maintain_order=True)
        .agg(pl.col("amount").sum())
    )
    served = drawn.join(units, on="instrument", maintain_order="left").with_columns(
        pl.col(_AMOUNTS) * pl.col("amount"), year=pl.col("drawn") + pl.col("after")
    )
    waiting = (
        drawn.with_columns(year=pl.int_ranges(pl.col("drawn").min().over(keys), "drawn"))
        .explode("year")
        .drop_nulls("year")
        .with_columns(pl.lit(0.0).alias(name) for name in _AMOUNTS)
        .join(fees, on="instrument", maintain_order="left")
        .with_columns(fees=pl.col("amount") * pl.col("fee"))
    )
    columns = [*keys, "drawn", "year", *_AMOUNTS]
    return pl.concat([served.select(columns), waiting.select(columns)])


def inflated(inflation: float, base: int) -> pl.Expr:
    """Return what costs 1 at the prices of the base year in the money of a row's ``year``.

    >>> pl.DataFrame({"year": [2016, 2018]}).select(inflated(0.1, 2016).round(6))["literal"].to_list()
    [1.0, 1.21]
    """
    if not math.isfinite(inflation) or not -1 < inflation < 1:
        raise InputError(
            coded("finance.debt.inflation", "inflation is {rate}", rate=str(inflation)),
            place="inflation",
            remedy=text("enter a share per year, such as 0.02 for 2%"),
        )
    return pl.lit(1.0 + inflation).pow(pl.col("year") - base)


def real_service(rows: pl.DataFrame, inflation: float, base: int) -> pl.DataFrame:
    """Return the service of debt at the prices of a year; what is owed is deflated too.

    Parameters
    ----------
    rows : as :func:`service` returns them; those that are real stay as they are
    inflation : a share a year, above -1
    base : the year of the prices
    """
    return _at(rows, Prices.REAL, 1 / inflated(inflation, base))


def nominal_service(rows: pl.DataFrame, inflation: float, base: int) -> pl.DataFrame:
    """Return the service of debt in each year's money; the converse of :func:`real_service`."""
    return _at(rows, Prices.NOMINAL, inflated(inflation, base))


def _at(rows: pl.DataFrame, prices: Prices, factor: pl.Expr) -> pl.DataFrame:
    """Return rows at other prices: those that are not at them yet times a factor."""
    moved = pl.when(pl.col("prices") != prices.value).then(factor).otherwise(1.0)
    return rows.with_columns(pl.col(_AMOUNTS) * moved, prices=pl.lit(prices.value))


def _refuse(draws: pl.DataFrame, offers: Mapping[str, Offer]) -> None:
    unknown = [name for name in draws["instrument"].unique(maintain_order=True) if name not in offers]
    if unknown:
        raise InputError(
            coded("finance.debt.no_offer", "the instrument {id!r} is not offered", id=unknown[0]),
            place="instrument",
            remedy=nearest(unknown[0], list(offers)),
        )
    wrong = draws.filter(~pl.col("amount").is_finite() | (pl.col("amount") < 0))
    if wrong.height:
        row = wrong.row(0, named=True)
        raise InputError(
            coded("finance.debt.amount", "the amount that {project} draws from {id} in {year:d} is {amount}",
                 project=row["project"], amount=str(row["amount"]), id=row["instrument"], year=row["year"]),
            place="draws",
            remedy=text("enter amounts of zero or more"),
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

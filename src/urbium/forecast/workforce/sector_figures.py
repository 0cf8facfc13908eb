"""Sector figures: which shares a forecast may use, closed to one, and laid out as panels.

Shares of a source need not add up to 100: value added is counted before taxes less subsidies on products.
They are closed to one, and what was missing (or too much) stays visible as ``residual``. Where the sum is
far off, no closing mends it: the year is left out, with the reason.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl

from urbium.errors import require_columns
from urbium.forecast.paths import Floats
from urbium.forecast.workforce.composition import close, replace_zeros
from urbium.forecast.workforce.sectors import LEAST, SECTORS, SectorPanel
from urbium.text import text

SUMS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"output": (0.70, 1.10), "employment": (0.97, 1.03)}
)
"""What the shares of a series may add up to before they are closed to one."""

_NEEDED = ("place", "year")


def close_with_reasons(
    figures: pl.DataFrame, series: str, parts: tuple[str, ...] = SECTORS
) -> tuple[pl.DataFrame, list[str]]:
    """Close the shares of each place and year to one, or say why they cannot be used.

    Parameters
    ----------
    figures : one row a place and year: place, year, and one column a part, shares from 0 to 1 as they came
    series : ``output`` or ``employment``; it sets what the shares may add up to
    parts : the columns that make up the whole

    Returns
    -------
    place, year, the parts (closed, a zero replaced by 0.0005), ``residual`` (one less the sum as it came)
    and ``reason`` (null where the row may be used); and the reasons as messages, one a row

    Raises InputError when a column is missing.

    >>> row = {"place": ["a"], "year": [2000], "agriculture": [0.1], "industry": [0.3], "services": [0.5]}
    >>> closed, _ = close_with_reasons(pl.DataFrame(row), "output")
    >>> closed.select(pl.col("services", "residual").round(3)).row(0)
    (0.556, 0.1)
    """
    place = text("{series} shares", series=series)
    remedy = text("supply place, year and a column for each of {names:list}", names=parts)
    require_columns(figures.columns, (*_NEEDED, *parts), place, "forecast.workforce.no_column", remedy)
    raw = figures.select(pl.col(parts).cast(pl.Float64).fill_null(float("nan"))).to_numpy()
    total = raw.sum(axis=1)
    reasons = _reasons(raw, total, series, parts)
    usable = np.array([not reason for reason in reasons], dtype=bool)
    shares = np.full_like(raw, np.nan)
    if usable.any():
        shares[usable] = replace_zeros(close(raw[usable]), LEAST)
    closed = figures.select(_NEEDED).with_columns(
        *(pl.Series(name, shares[:, at]).fill_nan(None) for at, name in enumerate(parts)),
        residual=pl.Series(1 - total).fill_nan(None),
        reason=pl.Series([str(reason) or None for reason in reasons], dtype=pl.String),
    )
    return closed, reasons


def lay_out_sectors(settled: pl.DataFrame, income: pl.DataFrame) -> tuple[SectorPanel, pl.DataFrame]:
    """Lay settled shares and income out as a panel of all their places and years.

    Parameters
    ----------
    settled : as :func:`close_shares` returns it, of the three sectors
    income : place, year, income (constant USD a head); a place or year may be missing

    Returns
    -------
    the panel, and the years left out (place, year, sum, reason)
    """
    good = settled.filter(pl.col("reason").is_null())
    excluded = settled.filter(pl.col("reason").is_not_null()).select(
        "place", pl.col("year").cast(pl.Int64), sum=1 - pl.col("residual"), reason="reason"
    )
    places = tuple(good["place"].unique().sort())
    if not places:
        empty = SectorPanel((), np.empty(0, dtype=np.int64), np.empty((0, 0, 3)), np.empty((0, 0)))
        return empty, excluded
    years = np.arange(int(good["year"].min()), int(good["year"].max()) + 1)  # type: ignore[arg-type]
    row = {place: at for at, place in enumerate(places)}
    shares = np.full((len(places), len(years), len(SECTORS)), np.nan)
    incomes = np.full((len(places), len(years)), np.nan)
    at = [row[place] for place in good["place"]]
    shares[at, good["year"].to_numpy() - years[0]] = good.select(SECTORS).to_numpy()
    positive = income.filter(
        pl.col("place").is_in(list(places)),
        pl.col("year").is_between(int(years[0]), int(years[-1])),
        pl.col("income") > 0,
    )
    incomes[[row[place] for place in positive["place"]], positive["year"].to_numpy() - years[0]] = positive[
        "income"
    ]
    return SectorPanel(places, years, shares, incomes), excluded


def _reasons(raw: Floats, total: Floats, series: str, parts: tuple[str, ...]) -> list[str]:
    """Why each row cannot be used; empty where it can."""
    low, high = SUMS[series]

    def why(row: Floats, whole: float) -> str:
        missing = [name for name, share in zip(parts, row, strict=True) if not np.isfinite(share)]
        if missing:
            return text("no figure for {names:list}", names=missing)
        negative = [name for name, share in zip(parts, row, strict=True) if share < 0]
        if negative:
            return text("the share of {names:list} is negative", names=negative)
        if not low <= whole <= high:
            return text(
                "the shares add up to {whole:.0%}; the sum must be from {low:.0%} to {high:.0%}",
                whole=whole,
                low=low,
                high=high,
            )
        return ""

    return [why(row, whole) for row, whole in zip(raw, total.tolist(), strict=True)]

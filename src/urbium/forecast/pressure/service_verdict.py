"""Judgement: need in every path against capacity, turned into bands, shares and the year of shortage."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.columns import schema_of
from urbium.forecast.paths import LEVELS, LIMITS, Floats, limits
from urbium.model import Norm
from urbium.packaged import words_of
from urbium.text import Text

TABLE: Final = schema_of(
    "city area service year unit drivers demand low80 high80 low95 high95 capacity shortfall "
    "shortfall_low80 shortfall_high80 shortfall_low95 shortfall_high95 utilisation share_short "
    "share_by_then reason"
)
"""The columns of the table of pressure; those of capacity and shortfall are null where a reason is given."""

SHORT: Final = schema_of(
    "city area service status year low80 high80 low95 high95 share since demand capacity unit reason",
    low80=pl.Int64(),
    high80=pl.Int64(),
    low95=pl.Int64(),
    high95=pl.Int64(),
)
"""The columns of the list of what runs short when."""


class ServiceVerdict(StrEnum):
    """What became of a service in a city."""

    ALREADY = "already short"
    RUNS_SHORT = "runs short"
    LASTS = "lasts"
    UNKNOWN = "capacity unknown"
    REFUSED = "need unknown"

    @property
    def label(self) -> Text:
        """What a reader sees for it."""
        return words_of("ServiceVerdict")[self]


_HAIR: Final = 1e-9  # less than half a path of any number that can be held
_FLOATS: Final = [name for name, kind in TABLE.items() if kind == pl.Float64]


def judge(
    norm: Norm,
    area: str,
    cities: Sequence[str],
    years: NDArray[np.int64],
    *,
    drivers: Floats,
    demand: Floats,
    stock: Floats,
    why: Sequence[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hold the need of some cities against their capacity, path by path.

    Parameters
    ----------
    norm : any row of the service
    area : the boundary that need and capacity are of
    drivers : (C, Y) array, what the need is counted by, in the middle path
    demand : (C, Y, P) array in the unit of the norm
    stock : (C, Y) array, capacity in the same unit; NaN where unknown
    why : (C,) reasons why it is unknown, empty where it is known

    Returns
    -------
    tuple : rows of :data:`TABLE`, and rows of :data:`SHORT`
    """
    short = demand > stock[..., None]
    by_then = np.logical_or.accumulate(short, axis=1).mean(axis=2)
    bands = limits(demand)
    fixed = {"area": pl.lit(area), "service": pl.lit(norm.service), "unit": pl.lit(norm.unit)}
    parts = {"drivers": drivers, "bands": bands, "stock": stock, "short": short.mean(axis=2)}
    table = _rows(cities, years, why, by_then=by_then, **parts).with_columns(**fixed)
    verdicts = _verdicts(cities, years, why, by_then=by_then, need=bands[:, -1, 0], stock=stock[:, -1])
    return table.select(*TABLE), verdicts.with_columns(**fixed).select(*SHORT)


def refused_rows(norm: Norm, refused: Iterable[tuple[str, str, str]]) -> pl.DataFrame:
    """List cities in which nothing is known of the need: rows of :data:`SHORT`.

    ``refused`` holds city, boundary (may be empty) and reason.
    """
    blank = dict.fromkeys(SHORT) | {
        "service": norm.service,
        "unit": norm.unit,
        "status": ServiceVerdict.REFUSED.value,
    }
    rows = [blank | {"city": city, "area": area, "reason": reason} for city, area, reason in refused]
    return pl.DataFrame(rows, schema=SHORT, orient="row")


def year_limits(by_then: Floats, years: NDArray[np.int64]) -> list[NDArray[np.int64 | np.object_]]:
    """Return the year by which a share of paths has run short, for the middle and each limit of the bands.

    Parameters
    ----------
    by_then : (N, Y) array, share of paths that have run short by each year, never falling
    years : (Y,) array

    Returns
    -------
    list : of (N,) arrays in the order of :data:`urbium.forecast.paths.LIMITS`; -1 for not within the years

    >>> [int(year[0]) for year in year_limits(np.array([[0.0, 0.3, 0.6]]), np.array([2020, 2021, 2022]))]
    [2022, 2021, -1, 2021, -1]
    """
    shares = [0.5, *((1 + side * level) / 2 for level in LEVELS for side in (-1, 1))]
    reached = [by_then >= share - _HAIR for share in shares]
    return [np.where(is_short.any(axis=1), years[is_short.argmax(axis=1)], -1) for is_short in reached]


def _rows(
    cities: Sequence[str],
    years: NDArray[np.int64],
    why: Sequence[str],
    *,
    drivers: Floats,
    bands: Floats,
    stock: Floats,
    short: Floats,
    by_then: Floats,
) -> pl.DataFrame:
    """Lay out one row a city and year."""
    shortfall = bands - stock[..., None]
    unknown = np.isnan(stock)
    with np.errstate(over="ignore"):  # next to no capacity: use without end, shown as none
        used = np.divide(bands[..., 0], stock, out=np.full(stock.shape, np.nan), where=stock > 0)
    used[np.isinf(used)] = np.nan
    columns = {
        "city": np.repeat(np.array(cities), len(years)),
        "year": np.tile(years, len(cities)),
        "drivers": drivers.ravel(),
        "demand": bands[..., 0].ravel(),
        "capacity": stock.ravel(),
        "shortfall": shortfall[..., 0].ravel(),
        "utilisation": used.ravel(),
        "share_short": np.where(unknown, np.nan, short).ravel(),
        "share_by_then": np.where(unknown, np.nan, by_then).ravel(),
        "reason": np.repeat(np.array(why), len(years)),
    }
    for at, name in enumerate(LIMITS[1:], start=1):
        columns |= {name: bands[..., at].ravel(), f"shortfall_{name}": shortfall[..., at].ravel()}
    return pl.DataFrame(columns).with_columns(pl.col(_FLOATS).fill_nan(None))


def _verdicts(
    cities: Sequence[str],
    years: NDArray[np.int64],
    why: Sequence[str],
    *,
    by_then: Floats,
    need: Floats,
    stock: Floats,
) -> pl.DataFrame:
    """Lay out one row a city: when it runs short, if ever."""
    is_stocked = ~np.isnan(stock)
    names = ("year", *LIMITS[1:])
    when = dict(zip(names, year_limits(np.where(is_stocked[:, None], by_then, 0.0), years), strict=True))
    rows = pl.DataFrame(
        {"city": cities, "reason": why, "demand": need, "capacity": stock}
        | {"share": np.where(is_stocked, by_then[:, -1], np.nan), **when}
    ).with_columns(
        pl.col("share", "capacity").fill_nan(None),
        *(pl.when(pl.col(name) >= 0).then(name).alias(name) for name in names),
        since=pl.lit(int(years[0]), pl.Int64),
    )
    return rows.with_columns(
        status=pl.when(pl.col("share").is_null())
        .then(pl.lit(ServiceVerdict.UNKNOWN.value))
        .when(pl.col("year").is_null())
        .then(pl.lit(ServiceVerdict.LASTS.value))
        .when(pl.col("year") == pl.col("since"))
        .then(pl.lit(ServiceVerdict.ALREADY.value))
        .otherwise(pl.lit(ServiceVerdict.RUNS_SHORT.value))
    )

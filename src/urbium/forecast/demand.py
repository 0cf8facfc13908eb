"""Demand: how much of a service people need in each possible future, from declared norms.

A norm is a range. In every path one place within the range holds for all cities and all years, so that
cities are compared under the same standard; a norm that changes with the years keeps its place in the range.
Not in: how much there is (``capacity``) and what runs short (``pressure``).
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue.norms import DRIVERS
from urbium.errors import Fault, InputError
from urbium.forecast.choice import LEVELS
from urbium.forecast.curves import Floats
from urbium.forecast.outlook import Outlook
from urbium.forecast.paths import Paths
from urbium.model import Norm

__all__ = ["age_shares", "chain", "chances", "factors", "futures", "triangular"]

_OLDEST: Final = 130
_AGES: Final = ("place", "year", "age", "value")


def triangular(low: float, value: float, high: float, chance: Floats) -> Floats:
    r"""Return the quantiles of a triangular distribution: its inverse distribution function.

    .. math:: x(u) = a + \sqrt{u (b - a)(c - a)} \text{ up to } c, \quad b - \sqrt{(1 - u)(b - a)(b - c)} \text{ above}

    Parameters
    ----------
    low, value, high : ends and mode, in this order; all alike gives that figure
    chance : shares from 0 to 1, of any shape

    References
    ----------
    Kotz, van Dorp: *Beyond Beta* (2004), chapter 1.

    >>> triangular(0.0, 0.5, 1.0, np.array([0.0, 0.125, 0.5, 1.0])).tolist()
    [0.0, 0.25, 0.5, 1.0]
    """  # noqa: E501 - a formula
    width = high - low
    if not width:
        return np.full(np.shape(chance), value)
    below = low + np.sqrt(chance * width * (value - low))
    above = high - np.sqrt((1 - chance) * width * (high - value))
    return np.asarray(np.where(chance * width <= value - low, below, above))


def chances(service: str, count: int, seed: int) -> Floats:
    """Return where the norm of a service lies within its range in each path, (P,) shares from 0 to 1.

    The shares are spread evenly (one in each P-th) and in random order. They depend on the service and the
    seed alone, so that leaving out one service changes no other.
    """
    rng = np.random.default_rng([seed, zlib.crc32(service.encode())])
    return np.asarray((rng.permutation(count) + rng.random(count)) / count)


def factors(rows: Sequence[Norm], years: NDArray[np.int64], chance: Floats) -> Floats:
    """Return the need of one driver in each year and path, (Y, P); NaN before the first norm holds.

    Parameters
    ----------
    rows : the norms of one service for one province; each holds from its year until the next one does
    years : (Y,) array
    chance : (P,) array, the place within the range
    """
    made: Floats = np.full((len(years), len(chance)), np.nan)
    for norm in sorted(rows, key=lambda norm: norm.valid_from):
        made[years >= norm.valid_from] = triangular(norm.low, norm.value, norm.high, chance) / norm.per
    return made


def chain(norms: Iterable[Norm], service: str, province: str) -> list[list[Norm]]:
    """Return the rows of a service in a province, then those of the service that drives it, and so on.

    Rows for the province go before those for all others. A list in the chain is empty where a service has
    no norm for the province.
    """
    known: dict[str, list[Norm]] = {}
    for norm in norms:
        known.setdefault(norm.service, []).append(norm)
    found: list[list[Norm]] = []
    while service not in DRIVERS:
        own = [norm for norm in known[service] if province in norm.provinces]
        found.append(own or [norm for norm in known[service] if not norm.provinces])
        service = known[service][0].driver
    return found


def futures(outlook: Outlook, *, count: int = 1_000, seed: int = 0) -> dict[str, Paths]:
    """Return paths of population drawn within the bands of an outlook, one set for each boundary.

    The bands are met exactly: log distances from the middle grow in proportion to the standard normal
    deviate up to the 80 % limit, from there to the 95 % limit, and go on so beyond. A city keeps its place
    within the bands over the years, and cities draw apart from each other: paths are for single cities, and
    sums over cities must not be read off them. The first year is the last that was observed in all cities of
    the boundary.

    Parameters
    ----------
    outlook : with bands of 80 % and 95 %
    count : paths, at least 2

    Raises
    ------
    InputError : nothing was forecast, or fewer than 2 paths are asked for
    """
    if count < 2:  # noqa: PLR2004 - a band needs two
        raise InputError(f"{count} paths have no bands", place="count", remedy="ask for 1,000")
    if outlook.curves.is_empty():
        raise InputError("the outlook holds no city", remedy="see why in its list of refused cities")
    made: dict[str, Paths] = {}
    for (area,), curves in outlook.curves.group_by("area", maintain_order=True):
        first = curves["latest"].max()
        rows = outlook.table.filter(pl.col("area") == area, pl.col("year") >= first)
        rows = rows.join(curves.select("city"), on="city", how="semi").sort("city", "year")
        keys = tuple(curves["city"].sort().to_list())
        years = rows["year"].unique().sort().to_numpy().astype(np.int64)
        rng = np.random.default_rng([seed, zlib.crc32(str(area).encode())])
        place = rng.permuted(np.tile(np.arange(count), (len(keys), 1)), axis=1)
        deviate = _deviates((place + rng.random(place.shape)) / count)
        values = _within(rows, (len(keys), len(years)), deviate)
        made[str(area)] = Paths(keys, years, values)
    return made


def age_shares(
    ages: pl.DataFrame, keys: Sequence[str], years: NDArray[np.int64], span: tuple[int, int | None], nation: str
) -> Floats:
    """Return the share of people of the ages ``span`` in each place and year, (K, Y); NaN where unknown.

    Shares are drawn in straight lines between the years given and held constant outside them; within an age
    group people are taken to be spread evenly.

    Parameters
    ----------
    ages : table of place, year, sex, age (the first age of a group, or ``5-9``, ``100+``), value (persons
        or shares, of both sexes alike)
    keys : places; one without rows of its own has those of ``nation``
    span : first and last age, both included; no last age for all older
    """
    table = _ages(ages)
    if table["place"].dtype != pl.String:
        table = table.with_columns(pl.col("place").cast(pl.String))
    first, last = span[0], _OLDEST if span[1] is None else span[1] + 1
    begin, end = pl.col("age").clip(first, last), pl.col("end").clip(first, last)
    share = ((end - begin) / (pl.col("end") - pl.col("age")) * pl.col("value")).sum() / pl.col("value").sum()
    known = table.group_by("place", "year").agg(share=share).sort("place", "year")
    lines: dict[str, Floats] = {}
    for (place,), rows in known.group_by("place"):
        lines[str(place)] = np.interp(years, rows["year"].to_numpy(), rows["share"].to_numpy())
    none = np.full(len(years), np.nan)
    return np.stack([lines.get(key, lines.get(nation, none)) for key in keys])


def _ages(ages: pl.DataFrame) -> pl.DataFrame:
    """Read the table of ages: ages as numbers, with the age at which each group ends."""
    absent = [name for name in _AGES if name not in ages.columns]
    if absent:
        raise InputError(
            f"the ages lack {', '.join(absent)}", place="ages", remedy=f"give the columns {', '.join(_AGES)}"
        )
    age = pl.col("age").cast(pl.String).str.extract(r"^(\d{1,3})").cast(pl.Int64)
    table = ages.select("place", "year", "value", age=age)
    wrong = table.filter(
        pl.any_horizontal(pl.all().is_null()) | ~pl.col("value").is_finite() | (pl.col("value") < 0)
    )
    if not wrong.is_empty():
        faults = [
            Fault("error", f"{row['place']}, {row['year']}: no age or no share above zero", "mend the row")
            for row in wrong.head(20).iter_rows(named=True)
        ]
        raise InputError(f"{wrong.height} rows of ages cannot be read", place="ages", faults=faults)
    groups = table.select("place", "year", "age").unique().sort("place", "year", "age")
    groups = groups.with_columns(end=pl.col("age").shift(-1).over("place", "year").fill_null(_OLDEST))
    return table.join(groups, on=["place", "year", "age"], how="left")


def _deviates(chance: Floats) -> Floats:
    from scipy.special import ndtri  # noqa: PLC0415 - takes a while to import, and few need it

    return np.asarray(ndtri(chance))


def _within(rows: pl.DataFrame, shape: tuple[int, int], deviate: Floats) -> Floats:
    """Place standard normal deviates (K, P) within the bands of each city and year: persons, (K, Y, P)."""

    def reach(limit: str) -> Floats:
        distance = (pl.col(limit) / pl.col("value")).log().abs().fill_null(0.0)
        return rows.select(distance).to_series().to_numpy().reshape(*shape, 1)

    inner, outer = (NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS)
    size = np.abs(deviate)[:, None, :]
    near, far = np.minimum(size, inner) / inner, np.maximum(size - inner, 0.0) / (outer - inner)
    up = near * reach("high80") + far * (reach("high95") - reach("high80"))
    down = near * reach("low80") + far * (reach("low95") - reach("low80"))
    middle = rows["value"].to_numpy().reshape(*shape, 1)
    return np.asarray(middle * np.exp(np.where(deviate[:, None, :] < 0, -down, up)))

"""Demand: how much of a service people need in each possible future, from declared norms.

A norm is a range. In every path one place within the range holds for all cities and all years, so that
cities are compared under the same standard; a norm that changes with the years keeps its place in the range.
Not in: how much there is (``capacity``) and what runs short (``pressure``).
"""

import zlib
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue.norms import DRIVERS
from urbium.errors import InputError
from urbium.forecast.cities.choice import LEVELS
from urbium.forecast.cities.curves import Floats
from urbium.forecast.cities.outlook import Outlook
from urbium.forecast.paths import Paths
from urbium.model import Norm

__all__ = ["base_of", "chain", "chances", "factors", "futures", "triangular"]

_LEAST: Final = 2


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


def base_of(service: str, services: Mapping[str, Norm]) -> Norm:
    """Return the norm at the end of the chain of drivers: the one that is driven by persons or workers.

    ``services`` holds one norm of each service.
    """
    norm = services[service]
    while norm.driver not in DRIVERS:
        norm = services[norm.driver]
    return norm


def chain(service: str, province: str, norms: Mapping[str, Sequence[Norm]]) -> list[tuple[Norm, ...]]:
    """Return the rows of a service in a province, then those of the service that drives it, and so on.

    ``norms`` holds the rows of each service. Those of the province go before those for all others; there are
    none where a service has no norm for the province.
    """
    found: list[tuple[Norm, ...]] = []
    while service not in DRIVERS:
        rows = norms[service]
        own = tuple(norm for norm in rows if province in norm.provinces)
        found.append(own or tuple(norm for norm in rows if not norm.provinces))
        service = rows[0].driver
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
    if count < _LEAST:
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

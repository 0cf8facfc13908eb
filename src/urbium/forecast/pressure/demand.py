"""Demand: how much of a service people need in each possible future, from declared norms.

A norm is a range. In every path one place within the range holds for all cities and all years, so that
cities are compared under the same standard; a norm that changes with the years keeps its place in the range.
Not in: how much there is (``capacity``) and what runs short (``pressure``).
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue.checks.norms import DRIVERS
from urbium.errors import InputError
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.paths import Floats, Paths
from urbium.model import Norm
from urbium.text import coded, text

_LEAST: Final = 2
_HOUSEHOLDS: Final = "households"
"""The unit of a service that counts households, whatever it is called."""


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
    needs: Floats = np.full((len(years), len(chance)), np.nan)
    for norm in sorted(rows, key=lambda norm: norm.valid_from):
        needs[years >= norm.valid_from] = triangular(norm.low, norm.value, norm.high, chance) / norm.per
    return needs


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
    links: list[tuple[Norm, ...]] = []
    while service not in DRIVERS:
        rows = norms[service]
        local = tuple(norm for norm in rows if province in norm.provinces)
        links.append(local or tuple(norm for norm in rows if not norm.provinces))
        service = rows[0].driver
    return links


def by_households(links: Sequence[Sequence[Norm]]) -> int | None:
    """Return which link of a chain counts households; None where none does."""
    return next((at for at, link in enumerate(links) if link and link[0].unit == _HOUSEHOLDS), None)


def futures(outlook: Outlook, *, count: int = 1_000, seed: int = 0) -> dict[str, Paths]:
    """Return the paths of an outlook, one set for each boundary, from the year observed in all its cities on.

    In that year all paths of a city stand at its figure; a city whose figures end earlier is drawn there.

    Parameters
    ----------
    outlook : with bands of 80% and 95%
    count : paths, at least 2

    Raises
    ------
    InputError : nothing was forecast, or fewer than 2 paths are asked for
    """
    if count < _LEAST:
        raise InputError(
            coded("forecast.pressure.few_paths", "no bands can be computed (paths: {count})", count=count),
            place="count",
            remedy=text("request 1,000"),
        )
    if outlook.curves.is_empty():
        raise InputError(
            coded("forecast.pressure.no_outlook", "the outlook covers no cities"),
            remedy=text("see the reasons in the list of refused cities"),
        )
    paths: dict[str, Paths] = {}
    for (area,), curves in outlook.curves.group_by("area", maintain_order=True):
        first = int(curves["latest"].to_numpy().max())
        parts = [
            _from_figure(outlook, part["city"].to_list(), first, count, seed)
            for _, part in curves.group_by("variable", "latest", maintain_order=True)
        ]
        keys = tuple(key for part in parts for key in part.keys)
        paths[str(area)] = Paths(keys, parts[0].years, np.concatenate([part.values for part in parts]))
    return paths


def _from_figure(outlook: Outlook, cities: Sequence[str], first: int, count: int, seed: int) -> Paths:
    """Paths of cities whose figures end in the same year, from the year ``first`` on."""
    drawn = outlook.paths(cities, paths=count, seed=seed)
    if first >= drawn.years[0]:
        kept = drawn.years >= first
        return Paths(drawn.keys, drawn.years[kept], drawn.values[:, kept])
    seen = outlook.table.filter(pl.col("kind") == "observed", pl.col("year") == first)
    level = dict(seen.select("city", "value").iter_rows())
    begin = np.array([level[key] for key in drawn.keys])[:, None, None]
    values = np.concatenate([np.broadcast_to(begin, (len(drawn.keys), 1, count)), drawn.values], axis=1)
    return Paths(drawn.keys, np.insert(drawn.years, 0, first), values)

r"""Joint draws: how far cities err in common, and the paths in which they do (ADR 0113).

The normal score of an error is the sum of three independent ones, of the world, of the country and of the
city, each a growth-rate error that wanders and adds up over the years:

.. math:: z_{i,h} = \sqrt{w}\,u_h + \sqrt{c}\,v_{k(i),h} + \sqrt{1 - w - c}\,e_{i,h}

Shares and persistence are declared, as read from back-test errors (``bench/calibration/error_fit.py``). A
draw depends on the seed and on the names of city and country alone, so a caller may go through the cities in
parts and get the same paths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.cities.bands import OUTER, power
from urbium.forecast.paths import Floats, Paths

STEP = 5
"""Years over which a drawn growth-rate error stays the same."""

_BLOCK = 16

Single = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CommonErrors:
    """What errors have in common.

    Attributes
    ----------
    world, country : shares of the variance of normal scores, from 0 to 1, together at most 0.9
    persistence : correlation of the errors of growth of two five-year steps in a row, from 0 to 0.99
    """

    world: float
    country: float
    persistence: float


def draw_jointly(
    centre: Floats,
    reach: Floats,
    *,
    cities: Sequence[str],
    countries: Sequence[str],
    years: NDArray[np.int64],
    common: CommonErrors,
    paths: int = 1000,
    seed: int = 0,
) -> Paths:
    """Draw paths whose bands are those given, in which cities of a country err together and errors last.

    Parameters
    ----------
    centre : (C, Y) array, log of the forecast
    reach : (C, Y, 2) array, log distances of the limits of 80% and 95%
    cities, countries : names, C of each
    years : (Y,) array; the first is one year ahead, each a year later
    common : what errors have in common
    paths : how many
    seed : seed of the draws; the same for all parts of one set of cities

    Returns
    -------
    Paths of persons, (C, Y, P), in single precision

    References
    ----------
    Raftery, Ševčíková: *Probabilistic population forecasting: short to very long-term* (2023), on errors
    shared by countries.
    """
    count = centre.shape[1]
    steps = _interpolation(count, common.persistence)
    weights = np.sqrt([common.world, common.country, 1 - common.world - common.country])
    world = weights[0] * _wander("", "world", len(steps[0]), paths, seed)
    shared = {
        name: world + weights[1] * _wander(name, "country", len(steps[0]), paths, seed)
        for name in dict.fromkeys(countries)
    }
    factor, exponent = (part.astype(np.float32)[..., None] for part in power(reach))
    start = centre.astype(np.float32)[..., None]
    values = np.empty((*centre.shape, paths), dtype=np.float32)
    outer, one = np.float32(OUTER), np.float32(1.0)
    for first in range(0, len(cities), _BLOCK):
        part = slice(first, first + _BLOCK)
        drivers = [
            shared[country] + weights[2] * _wander(city, "city", len(steps[0]), paths, seed)
            for city, country in zip(cities[part], countries[part], strict=True)
        ]
        normal = np.matmul(steps, np.stack(drivers).astype(np.float32))
        size = np.abs(normal)
        far = np.minimum(size, outer) ** exponent[part] * np.maximum(size / outer, one)
        np.exp(start[part] + np.copysign(far, normal) * factor[part], out=values[part])
    return Paths(tuple(cities), years, values)


def _wander(name: str, what: str, steps: int, paths: int, seed: int) -> Single:
    """Return independent standard normal draws of each step, (S, P), that this name always gets."""
    rng = np.random.default_rng([seed, crc32(what.encode()), crc32(name.encode())])
    return rng.standard_normal((steps, paths), dtype=np.float32)


def _interpolation(years: int, persistence: float) -> Single:
    """Return the (Y, S) matrix that turns draws of S steps into errors of variance one in every year.

    The errors of growth of the steps are an autoregression, their sum over the years passed is the error
    of the level, and dividing by its standard deviation leaves the width to the bands.
    """
    steps = -(-years // STEP)
    passed = np.clip(np.arange(1, years + 1)[:, None] / STEP - np.arange(steps)[None, :], 0.0, 1.0)
    lag = np.subtract.outer(np.arange(steps), np.arange(steps))
    fresh = np.where(np.arange(steps) == 0, 1.0, np.sqrt(1 - persistence**2))
    growth = np.where(lag >= 0, persistence ** np.maximum(lag, 0), 0.0) * fresh[None, :]
    level = passed @ growth
    return np.asarray(level / np.sqrt((level**2).sum(axis=1, keepdims=True)), dtype=np.float32)

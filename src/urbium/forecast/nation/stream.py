"""Stream: futures of very many cities drawn, made to add up and summed up as bands, year by year.

In: a plain sampler of city futures from their bands, and the loop that holds one year of one nation at a
time, so that 20,000 cities need no more than a few hundred megabytes. Not in: the bands themselves
(:mod:`.growth`), and results with reasons (:mod:`.balance`).
"""

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.forecast.nation.growth_difference import spread, wander
from urbium.forecast.nation.reconcile import PLACES, Covariance, settle
from urbium.forecast.paths import LIMITS, Floats, limits

__all__ = ["COMMON", "MEMORY", "CityBands", "Job", "draw_cities", "stream_nation", "stream_nations"]

COMMON = 0.3
"""Share of the variance of city errors that all cities of a nation have in common: an assumption."""

MEMORY = 0.5
"""How city errors of different horizons go together, as in a random walk: an assumption."""

_ROWS = 512
"""Cities drawn and summed up at a time, so that they stay in the cache of a processor."""


@dataclass(frozen=True, slots=True)
class CityBands:
    """Where cities will be and how surely.

    Attributes
    ----------
    keys : codes of the C cities
    years : (Y,) array, consecutive, the first one year after the latest figures
    middle : (C, Y) array, log of persons
    reach : (C, Y, 2) array, log distance of the 80 % and the 95 % limits
    """

    keys: tuple[str, ...]
    years: NDArray[np.int64]
    middle: Floats
    reach: Floats

    @classmethod
    def of(cls, table: pl.DataFrame) -> "CityBands":
        """Read the projected rows of an outlook; raise InputError unless all cities have the same years."""
        rows = table.filter(pl.col("kind") == "projected").sort("city", "year")
        keys = tuple(rows["city"].unique().sort().to_list())
        years = rows["year"].unique().sort().to_numpy()
        if rows.height != len(keys) * len(years) or not keys:
            raise InputError(
                f"{len(keys)} cities have {rows.height} projected rows in {len(years)} years",
                place="stream",
                remedy="give cities whose figures end in the same year, all at once",
            )

        def logs(name: str) -> Floats:
            return np.asarray(np.log(rows[name].to_numpy()).reshape(len(keys), len(years)))

        middle = logs("value")
        return cls(keys, years, middle, np.stack([logs("high80") - middle, logs("high95") - middle], axis=-1))


@dataclass(frozen=True, slots=True)
class Job:
    """One nation to stream: its cities, the futures of its other places, (Y, P) each, and a seed."""

    name: str
    cities: CityBands
    other: Floats
    rural: Floats
    urban: Floats
    nation: Floats
    seed: int = 0


def draw_cities(
    bands: CityBands, *, paths: int, seed: int = 0, common: float = COMMON, memory: float = MEMORY
) -> Iterator[NDArray[np.float32]]:
    """Yield the futures of all cities year by year, persons, (C, paths) in single precision.

    The error of a city is partly that of all, partly its own; both go on through the years, so that a row
    followed through the years is one whole future. Their bands are those given.

    Parameters
    ----------
    common : share of the variance in common, from 0 to 1
    memory : power by which errors of different horizons correlate
    """
    count = len(bands.keys)
    ahead = np.arange(1.0, len(bands.years) + 1.0)
    together = wander(ahead, (1, paths), memory, np.random.default_rng([seed, 0]))
    blocks = [slice(first, min(first + _ROWS, count)) for first in range(0, count, _ROWS)]
    own = [
        wander(ahead, (rows.stop - rows.start, paths), memory, np.random.default_rng([seed, 1 + number]))
        for number, rows in enumerate(blocks)
    ]
    one, rest = np.float32(np.sqrt(common)), np.float32(np.sqrt(1 - common))
    for at, joint in enumerate(together):
        drawn = np.empty((count, paths), dtype=np.float32)
        for rows, scores in zip(blocks, own, strict=True):
            score = next(scores) * rest
            score += joint * one
            error = spread(bands.reach[rows, at], score)
            error += bands.middle[rows, at, None].astype(np.float32)
            np.exp(error, out=drawn[rows])
        yield drawn


def stream_nation(
    cities: Iterable[NDArray[np.floating]],
    job: Job,
    *,
    covariance: Covariance = "paths",
    hold: Collection[str] = (),
) -> Floats:
    """Return the bands of all places after reconciliation, holding one year at a time.

    Parameters
    ----------
    cities : futures of the cities year by year, (C, P) each
    job : the futures of the other places
    covariance, hold : as in :func:`urbium.forecast.reconcile.reconcile`

    Returns
    -------
    (C + 4, Y, 5) array: cities, then the places of PLACES; the columns of LIMITS. The paths add up in
    double precision; the limits are read from them in single precision (seven figures).
    """
    years = []
    for at, drawn in enumerate(cities):
        beside = np.stack([values[at] for values in (job.other, job.rural, job.urban, job.nation)])
        settled = settle(drawn, beside, covariance=covariance, hold=hold)
        parts = [
            limits(
                settled.cities(drawn[first : first + _ROWS], slice(first, first + _ROWS)).astype(np.float32)
            )
            for first in range(0, len(drawn), _ROWS)
        ]
        years.append(np.concatenate([*parts, limits(settled.beside)]))
    if len(years) != len(job.nation):
        raise InputError(
            f"{job.name}: the cities have {len(years)} years, the nation {len(job.nation)}",
            place="stream",
            remedy="give the same years",
        )
    return np.stack(years, axis=1)


def stream_nations(
    jobs: Iterable[Job], *, executor: Executor | None = None
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield nation by nation its name and table (place, year and LIMITS); the executor runs several at once.

    The result does not depend on the executor: every job has its own seed.
    """
    yield from executor.map(_run, jobs) if executor else map(_run, jobs)


def _run(job: Job) -> tuple[str, pl.DataFrame]:
    bands = job.cities
    found = stream_nation(draw_cities(bands, paths=job.nation.shape[1], seed=job.seed), job)
    keys = (*bands.keys, *PLACES)
    columns = dict(zip(LIMITS, found.reshape(-1, len(LIMITS)).T, strict=True))
    places = {"place": np.repeat(np.array(keys), len(bands.years)), "year": np.tile(bands.years, len(keys))}
    return job.name, pl.DataFrame(places | columns)

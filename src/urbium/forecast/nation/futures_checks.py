"""Checks: what is wrong with the futures of cities or of a nation that are to add up.

In: shapes, years and figures of the futures given, and sums that cannot be. Not in: what is observed of
cities and nation (:mod:`.reconciliation`).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import Fault, counted, refuse
from urbium.forecast.nation.hierarchy import BaseForecasts
from urbium.forecast.nation.urbanisation import NationalFigures
from urbium.forecast.paths import Paths
from urbium.text import coded, text

NAMED: Final = 12
"""How many places or years a message names."""

_FACTOR = 1.5
"""How far a given nation may begin from the last observed; beyond, it has other units or is another."""


def path_faults(cities: Paths, to: int) -> Iterator[Fault]:
    """Yield what is wrong with the futures of cities: years, shapes, figures."""
    years, shape = cities.years, cities.values.shape
    if not len(years) or (np.diff(years) <= 0).any():
        yield reconciliation_fault(
            coded(
                "forecast.nation.years_order",
                "the cities have no years, or the years are not in ascending order",
            ),
            text("sort them"),
        )
        return
    if shape[:2] != (len(cities.keys), len(years)) or not shape[-1]:
        yield reconciliation_fault(
            coded(
                "forecast.nation.shape",
                "the values have the shape {shape}, which does not fit {cities} cities and {years} years",
                shape=str(shape),
                cities=len(cities.keys),
                years=len(years),
            ),
            text("give values for exactly these cities and years"),
        )
        return
    if len(set(cities.keys)) < len(cities.keys):
        yield reconciliation_fault(
            coded("forecast.nation.twice", "a city is listed twice"),
            text("list each only once"),
        )
    if to not in years:
        yield reconciliation_fault(
            coded(
                "forecast.nation.horizon",
                "{to} is not among the years of the cities, {first} to {last}",
                to=to,
                first=int(years[0]),
                last=int(years[-1]),
            ),
            text("draw paths for the cities up to that year"),
        )
    gaps = [
        text("{before} to {after}", before=int(before), after=int(after))
        for before, after in pairwise(years)
        if after > before + 1
    ]
    if gaps:
        yield reconciliation_fault(
            coded("forecast.nation.gaps", "years are missing: {names:list}", names=gaps[:NAMED]),
            text("draw every year"),
        )
    for city, row in zip(cities.keys, cities.values, strict=True):
        if not np.isfinite(row).all():
            yield reconciliation_fault(
                coded("forecast.nation.city_nan", "{city} has figures that are not numbers", city=city),
                text("omit the city, or draw its paths again"),
            )
        elif (row < 0).any():
            yield reconciliation_fault(
                coded("forecast.nation.city_negative", "{city} has figures below zero", city=city),
                text("give numbers of people"),
            )


def check_nation(nation: NDArray[np.floating] | None, shape: tuple[int, ...]) -> None:
    """Refuse a given nation of another shape than its cities, or with figures that are no persons."""
    if nation is None:
        return
    faults = []
    if nation.shape != shape:
        faults.append(
            reconciliation_fault(
                coded(
                    "forecast.nation.nation_shape",
                    "the nation has {shape} years and paths, but the cities have {cities}",
                    shape=str(nation.shape),
                    cities=str(shape),
                ),
                text("use the same numbers of years and paths for both"),
            )
        )
    if not np.isfinite(nation).all() or (nation <= 0).any():
        faults.append(
            reconciliation_fault(
                coded(
                    "forecast.nation.nation_nan",
                    "the nation has figures that are not numbers, or are not above zero",
                ),
                text("give numbers of people"),
            )
        )
    refuse(
        faults,
        "nation",
        coded(
            "forecast.nation.misfit", "the figures for the nation are inconsistent with those for its cities"
        ),
    )


def check_sums(base: BaseForecasts, years: NDArray[np.int64], past: NationalFigures, *, given: bool) -> None:
    """Refuse a nation that begins below its cities, or far from where it was last observed.

    Only the first year tells of units that are wrong, or of other places; later on cities forecast one by
    one may exceed their nation, which is what reconciliation is for.
    """
    cities = np.median(base.cities.sum(axis=0, dtype=np.float64), axis=-1)
    nation = np.median(base.nation, axis=-1)
    faults = [
        reconciliation_fault(
            coded(
                "forecast.nation.too_small",
                "in {year}, the nation has {nation:,.0f} people, but its cities have {cities:,.0f}",
                year=int(years[at]),
                nation=float(nation[at]),
                cities=float(cities[at]),
            ),
            text("check the units, and whether the cities belong to this nation"),
        )
        for at in np.flatnonzero(nation[:1] < cities[:1])
    ]
    last = past.total[np.isfinite(past.total)]
    if given and last.size and not 1 / _FACTOR < nation[0] / last[-1] < _FACTOR:
        faults.append(
            reconciliation_fault(
                coded(
                    "forecast.nation.level",
                    "the nation has {people:,.0f} people in {year}, but the last observed figure is"
                    " {last:,.0f}",
                    people=float(nation[0]),
                    year=int(years[0]),
                    last=float(last[-1]),
                ),
                text("supply the figures in persons and for the same nation"),
            )
        )
    refuse_sums(faults)


def refuse_sums(faults: Sequence[Fault]) -> None:
    """Raise InputError with every fault of what is to be reconciled; nothing happens without any."""
    refuse(
        faults,
        "nation",
        coded(
            "forecast.nation.sums_faults",
            "the cities and the nation cannot be reconciled: {faults}",
            faults=counted(faults),
        ),
    )


def reconciliation_fault(message: str, remedy: str) -> Fault:
    """Return a fault of futures that cannot be made to add up."""
    return Fault("error", message, remedy, rule="balance")

"""Terms: what the pooled model looks at, for every city at an origin.

The growth of the city and of the other cities of its country; whether it grew before as it grew now; how
far it is below the size from which the UN lists cities. Three kinds of series are told apart by the figures
a city has, and each kind has its own terms. There is no constant: a shift that all cities have in common is
not foretold, because the few decades that could teach it do not agree.

Looked at and left out, because they lowered the errors of origins up to 1995 with targets up to 2000 by
less than two per cent or not at all: growth of the nation's population and its change, its share of
children, growth of a larger region, the size of a city above the threshold, its rank and share among the
cities of its country, the change of its country's growth, and growth two steps back.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.cities.curves import History
from urbium.forecast.paths import Floats

__all__ = ["KINDS", "LISTED", "STRAIGHT", "GrowthTerms", "SeriesKind", "kind_of", "terms"]

STRAIGHT = 0.0005
"""Change of log growth a year under which a source is taken to have drawn one line through two steps."""

LISTED = float(np.log(300_000))
"""Log of the size from which the UN lists agglomerations; smaller ones are listed because they will grow."""

_OTHERS = 2.0
_FASTEST = 0.05


@dataclass(frozen=True, slots=True)
class SeriesKind:
    """Series of one length, and what is looked at for them.

    Attributes
    ----------
    id : its name in tables
    terms : names of the columns of the model of growth
    spread : names of the columns of the model of errors
    """

    id: str
    terms: tuple[str, ...]
    spread: tuple[str, ...]


_PLAIN = ("growth", "country", "small", "before")

KINDS = (
    SeriesKind("one", ("growth", "small"), ("constant", "growth")),
    SeriesKind("two", _PLAIN[:-1], ("constant", "growth", "country")),
    SeriesKind(
        "three",
        (*_PLAIN, *(f"straight {name}" for name in _PLAIN)),
        ("constant", "growth", "country", "straight"),
    ),
)
"""Series of one figure, of two, and of three or more."""


@dataclass(frozen=True, slots=True)
class GrowthTerms:
    """The model's columns for C cities at one origin.

    Attributes
    ----------
    base : (C,) array, log growth a year from which the model departs: the city's own, or its country's
    columns : (C, T) array in the order of the kind's terms
    spread : (C, S) array in the order of the kind's spread
    """

    base: Floats
    columns: Floats
    spread: Floats


def kind_of(past: History) -> NDArray[np.intp]:
    """Return the row of :data:`KINDS` for each city with at least one figure.

    A series that reaches back no further than one step of growth is looked at as one of two figures, however
    many it has.
    """
    return np.isfinite(past.growth).astype(np.intp) + np.isfinite(past.before)


def terms(past: History, kind: SeriesKind) -> GrowthTerms:
    """Return the terms of all cities at an origin; rows of cities with too few figures are NaN.

    The growth of the country is the mean of its other cities, drawn towards the median city of the whole
    panel by the weight of two cities; a country of one city so has the growth of all.

    Parameters
    ----------
    past : history of the whole panel, not of a part of it
    kind : which terms
    """
    growth, country = past.growth, _country(past)
    small = np.minimum(past.level - LISTED, 0.0)
    ones = np.ones_like(growth)
    if kind.id == "one":
        sizes = [ones, _size(country)]
        return GrowthTerms(country, np.column_stack([country, small]), np.column_stack(sizes))
    away = country - growth
    plain = [growth, away, small]
    sizes = [ones, _size(growth), _size(away)]
    if kind.id == "two":
        return GrowthTerms(growth, np.column_stack(plain), np.column_stack(sizes))
    plain.append(past.before - growth)
    straight = np.where(np.isfinite(plain[-1]), np.abs(plain[-1]) < STRAIGHT, np.nan)
    columns = [*plain, *(straight * column for column in plain)]
    return GrowthTerms(growth, np.column_stack(columns), np.column_stack([*sizes, straight]))


def _size(growth: Floats) -> Floats:
    """Size of a growth rate, at most five per cent a year: beyond, errors are not known to widen."""
    return np.minimum(np.abs(growth), _FASTEST)


def _country(past: History) -> Floats:
    """Return the growth of each city's country, without the city itself."""
    is_growing = np.isfinite(past.growth)
    value = np.where(is_growing, past.growth, 0.0)
    group = np.unique(past.country, return_inverse=True)[1]
    total, count = (np.bincount(group, weight)[group] for weight in (value, is_growing.astype(float)))
    return np.asarray((total - value + _OTHERS * past.pool) / (count - is_growing + _OTHERS))

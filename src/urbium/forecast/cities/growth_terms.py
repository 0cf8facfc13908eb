"""Terms: what the combination looks at, for every city at an origin.

Three rates of growth set the forecast, and up to four sizes the width of its band. Three kinds of series are
told apart by the figures a city has; what a kind does not show is not looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.cities.curves import History, others
from urbium.forecast.paths import Floats
from urbium.packaged import words_of
from urbium.text import Text, text

_OTHERS = 2.0
_SMALLEST = 0.002
_FASTEST = 0.05
_USUAL = {"growth": 0.02, "country": 0.01, "restless": 0.01}


@dataclass(frozen=True, slots=True)
class SeriesKind:
    """Series of one length, and the sizes that the width of their bands depends on.

    Attributes
    ----------
    id : its name in tables
    spread : names of the columns of the model of errors
    """

    id: str
    spread: tuple[str, ...]


KINDS = (
    SeriesKind("one", ("constant", "growth")),
    SeriesKind("two", ("constant", "growth", "country")),
    SeriesKind("three", ("constant", "growth", "country", "restless")),
)
"""Series of one figure, of one step of growth, and of two steps or more."""
CURVE_NAME: Final = "combination"
_LENGTH: Final = words_of("length of a series")


def of_kind(kind: SeriesKind) -> Text:
    """Say whose coefficients series of a length have."""
    return text(
        "for a series with {length}: declared weights, learned from the world's agglomerations",
        length=_LENGTH[kind.id],
    )


COEFFICIENTS: Final[Mapping[str, Text]] = {str(of_kind(kind)): of_kind(kind) for kind in KINDS}
"""Whose coefficients a curve has, by the sentence that stands in its row."""


@dataclass(frozen=True, slots=True)
class GrowthTerms:
    """What is seen of C cities at one origin.

    Attributes
    ----------
    rates : (C, 3) array of log growth a year: the city's last, that of its country's other cities, the slope
        of its last 30 years
    spread : (C, S) array in the order of the kind's spread
    """

    rates: Floats
    spread: Floats

    def rows(self, rows: NDArray[np.int64]) -> "GrowthTerms":
        """Return the terms of some of the cities."""
        return GrowthTerms(self.rates[rows], self.spread[rows])


def kind_of(past: History) -> NDArray[np.intp]:
    """Return the row of :data:`KINDS` for each city with at least one figure.

    A series that reaches back no further than one step of growth is looked at as one of two figures, however
    many it has.
    """
    return np.isfinite(past.growth).astype(np.intp) + np.isfinite(past.before)


def terms(past: History, kind: SeriesKind) -> GrowthTerms:
    """Return the terms of all cities at an origin; rows of cities with too few figures are NaN.

    Sizes of growth rates are logs over a usual size, 0.2% a year added so that a city that stands still has
    one, and at most 5% a year: beyond, errors are not known to widen. ``restless`` is the mean change of
    growth from decade to decade of the cities of the country, drawn to the median country as if two more
    cities had that.

    Parameters
    ----------
    past : history of the whole panel, not of a part of it
    kind : which terms
    """
    country = others(past)
    if kind.id == "one":
        growth = trend = country
    else:
        growth, trend = past.growth, past.trend
    sizes = {
        "growth": growth,
        "country": country - growth,
        "restless": _restless(past),
    }
    columns = [_size(sizes[name], name) for name in kind.spread if name != "constant"]
    return GrowthTerms(
        np.column_stack([growth, country, trend]), np.column_stack([np.ones_like(growth), *columns])
    )


def _size(growth: Floats, name: str) -> Floats:
    return np.log((_SMALLEST + np.minimum(np.abs(growth), _FASTEST)) / _USUAL[name])


def _restless(past: History) -> Floats:
    """Return the mean absolute change of growth of each country's cities; NaN for cities without one."""
    turn = np.abs(past.growth - past.before)
    is_seen = np.isfinite(turn)
    group = np.unique(past.country, return_inverse=True)[1]
    total = np.bincount(group, np.where(is_seen, turn, 0.0))
    count = np.bincount(group, is_seen.astype(float))
    if not is_seen.any():
        return np.full(len(turn), np.nan)
    median = float(np.median(total[count > 0] / count[count > 0]))
    mean = (total + _OTHERS * median) / (count + _OTHERS)
    return np.where(is_seen, mean[group], np.nan)

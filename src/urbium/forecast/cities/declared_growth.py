"""Declared: the combination and its bands, learned on the world's agglomerations.

The table ``data/rules/growth.csv`` holds weights, scales, limits and shares, the median errors of base
figures, the years of real counts and the sizes from which sources list cities, each with its source.
``calibration`` learns the learned ones again; a test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.cities.bands import Bands
from urbium.forecast.cities.combination import MEMBERS, Growth
from urbium.forecast.cities.curves import CityPanel
from urbium.forecast.cities.growth_terms import SeriesKind
from urbium.forecast.cities.joint_draws import CommonErrors
from urbium.forecast.paths import LEVELS, Floats
from urbium.text import coded, text

FITTED = (5, 10, 15, 20)
"""Horizons in years of which limits are declared."""


@dataclass(frozen=True, slots=True)
class DeclaredGrowth:
    """What was learned on the world's agglomerations for one kind of series."""

    growth: Growth
    bands: Bands
    common: CommonErrors


@dataclass(frozen=True, slots=True)
class BaseErrors:
    """Median errors of the log of a base figure that is a count, and of one that is an estimate."""

    count: float
    estimate: float

    def of(self, is_count: NDArray[np.bool_]) -> Floats:
        """Return the median error of each base figure."""
        return np.where(is_count, self.count, self.estimate)


@cache
def declared(kind: SeriesKind) -> DeclaredGrowth:
    """Return the declared model for one kind of series.

    Raises
    ------
    InputError : the table lacks a row
    """
    values = _values()
    return read_growth(values, kind)


def read_growth(values: Mapping[str, float], kind: SeriesKind) -> DeclaredGrowth:
    """Return the model that figures by id describe, declared or just learned.

    Raises
    ------
    InputError : a figure is missing
    """
    weights = [_named(values, name) for name in weight_ids(kind)]
    spread = [_named(values, f"{kind.id}.scale.{name}") for name in kind.spread]
    limits = [[_named(values, name) for name in limit_ids(kind, horizon)] for horizon in FITTED]
    return DeclaredGrowth(
        Growth(kind, np.array(weights)),
        Bands(np.array(spread), np.array(FITTED, dtype=float), np.array(limits)),
        CommonErrors(*(_named(values, f"together.{name}") for name in CommonErrors.__slots__)),
    )


def base_errors() -> BaseErrors:
    """Return the declared median errors of base figures."""
    values = _values()
    return BaseErrors(_named(values, "base.count"), _named(values, "base.estimate"))


@dataclass(frozen=True, slots=True)
class LeverRule:
    """How the people of a city answer to a lever.

    Attributes
    ----------
    value, low, high : elasticity of people to what the lever changes, and its range
    years : until the answer to one year's change is complete
    """

    value: float
    low: float
    high: float
    years: float

    @property
    def range(self) -> Mapping[str, float]:
        """The elasticity and its range, by the names of columns."""
        return {"value": self.value, "low": self.low, "high": self.high}


def lever_rules() -> Mapping[str, LeverRule]:
    """Return the declared answer to each lever, by its name."""
    values = _values()
    return {
        lever: LeverRule(
            *(
                _named(values, f"lever.{lever.replace(' ', '_')}.{part}")
                for part in ("elasticity", "low", "high", "years")
            )
        )
        for lever in ("net migration", "housing", "jobs")
    }


def fastest_changes(variable: str) -> tuple[float, float]:
    """Return the largest fall and rise of a series in a year, as shares, that need no other boundary.

    Infinite where none is declared.

    >>> fastest_changes("population_year_end"), fastest_changes("population_agglomeration")
    ((0.05, 0.07), (inf, inf))
    """
    fall, rise = (_values().get(f"{way}.{variable}.most", np.inf) for way in ("fall", "rise"))
    return fall, rise


def with_counts(panel: CityPanel, variable: str) -> CityPanel:
    """Return a panel that knows which of its figures are real counts, and from which size its source lists.

    A variable is counted every so many years from a first one, in a country that has rows of its own by
    those; a variable without rows is counted every year.
    """
    values = _values()
    if f"count.{variable}.every" not in values:
        return panel
    counts = np.zeros(panel.logs.shape, dtype=bool)
    countries = panel.countries
    for country in np.unique(countries):
        counts[countries == country] = _is_counted(panel.years, values, variable, str(country))
    least = values.get(f"listed.{variable}")
    return CityPanel(
        panel.cities, panel.years, panel.logs, panel.group, counts, np.log(least) if least else -np.inf
    )


def _is_counted(
    years: NDArray[np.int64], values: Mapping[str, float], variable: str, country: str
) -> NDArray[np.bool_]:
    """Mark the years in which a country counts."""
    of_country = f"count.{variable}.{country}"
    stem = of_country if country and f"{of_country}.every" in values else f"count.{variable}"
    first, every = int(_named(values, f"{stem}.first")), int(_named(values, f"{stem}.every"))
    return np.asarray((years >= first) & ((years - first) % every == 0), dtype=np.bool_)


def weight_ids(kind: SeriesKind) -> list[str]:
    """Return the ids of the weights of the members for a kind of series, as the table names them."""
    return [f"{kind.id}.weight.{name.replace(' ', '_')}" for name in MEMBERS]


def limit_ids(kind: SeriesKind, horizon: int) -> list[str]:
    """Return the ids of the scaled limits so many years ahead."""
    return [f"{kind.id}.limit{level:.0%}.{horizon}".replace("%", "") for level in LEVELS]


def _named(values: Mapping[str, float], name: str) -> float:
    if name not in values:
        raise InputError(
            coded("forecast.cities.declared_missing", "the declared growth model has no {name!r}", name=name),
            place="data/rules/growth.csv",
            remedy=text("add it"),
        )
    return values[name]


@cache
def _values() -> Mapping[str, float]:
    rows = load_catalogue().learned["growth"]
    return MappingProxyType({name: row.value for name, row in rows.items()})

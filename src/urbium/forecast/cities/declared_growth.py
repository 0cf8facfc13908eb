"""Declared: the pooled model learned on the world's agglomerations, for panels too small to learn from.

The table ``data/rules/growth.csv`` holds coefficients, scales, limits and shares, each with its source.
``urbium.calibration`` fits them again from a panel of many countries; a test compares. The term ``small``
is not declared: it says that the UN lists small agglomerations because they were going to grow, which
holds for that list alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.cities.bands import Bands
from urbium.forecast.cities.growth_terms import SeriesKind
from urbium.forecast.cities.joint_draws import CommonErrors
from urbium.forecast.cities.pooled import FITTED, Growth
from urbium.forecast.paths import LEVELS
from urbium.text import text

__all__ = ["DeclaredGrowth", "coefficient_ids", "declared", "is_of_list", "limit_ids"]


_BY = ("", ".by_horizon", ".by_horizon_squared")


@dataclass(frozen=True, slots=True)
class DeclaredGrowth:
    """What was learned on the world's agglomerations for one kind of series."""

    growth: Growth
    bands: Bands
    common: CommonErrors


@cache
def declared(kind: SeriesKind) -> DeclaredGrowth:
    """Return the declared model for one kind of series.

    Raises
    ------
    InputError : the table lacks a row
    """
    values = _values()
    world = [_named(values, name) for name in coefficient_ids(kind)]
    spread = [_named(values, f"{kind.id}.scale.{name}") for name in kind.spread]
    limits = [[_named(values, name) for name in limit_ids(kind, horizon)] for horizon in FITTED]
    return DeclaredGrowth(
        Growth(kind, np.array(world)),
        Bands(np.array(spread), np.array(FITTED, dtype=float), np.array(limits)),
        CommonErrors(*(_named(values, f"together.{name}") for name in CommonErrors.__slots__)),
    )


def coefficient_ids(kind: SeriesKind) -> list[str]:
    """Return the ids of the coefficients of a kind of series, as the table names them."""
    stems = [f"{kind.id}.{name.replace(' ', '.')}" for name in kind.terms]
    return [stem + end for end in _BY for stem in stems]


def limit_ids(kind: SeriesKind, horizon: int) -> list[str]:
    """Return the ids of the scaled limits so many years ahead."""
    return [f"{kind.id}.limit{level:.0%}.{horizon}".replace("%", "") for level in LEVELS]


def is_of_list(name: str) -> bool:
    """Whether a coefficient holds for the list of the UN alone and so is not declared."""
    return "small" in name.split(".")


def _named(values: Mapping[str, float], name: str) -> float:
    if is_of_list(name):
        return 0.0
    if name not in values:
        raise InputError(
            text("forecast.cities.declared_missing", "the declared growth model has no {name!r}", name=name),
            place="data/rules/growth.csv",
            remedy=text("forecast.cities.declared_missing.remedy", "add it"),
        )
    return values[name]


@cache
def _values() -> Mapping[str, float]:
    rows = load_catalogue().learned["growth"]
    return MappingProxyType({name: row.value for name, row in rows.items()})

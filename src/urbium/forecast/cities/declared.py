"""Declared: the pooled model learned on the world's agglomerations, for panels too small to learn from.

The table ``data/rules/growth.csv`` holds coefficients, scales, limits and shares, each with its source.
:func:`learn` fits them again from a panel of many countries; a test compares. The term ``small`` is not
declared: it says that the UN lists small agglomerations because they were going to grow, which holds for
that list alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.cities.bands import Bands, calibrate
from urbium.forecast.cities.curves import Panel
from urbium.forecast.cities.joint_draws import Together, together
from urbium.forecast.cities.pooled import FITTED, POWERS, Growth, fit, rows_of
from urbium.forecast.cities.terms import KINDS, Kind
from urbium.forecast.cities.trial_run import run_trial
from urbium.forecast.paths import LEVELS

__all__ = ["Declared", "declared", "learn"]


_BY = ("", ".by_horizon", ".by_horizon_squared")


@dataclass(frozen=True, slots=True)
class Declared:
    """What was learned on the world's agglomerations for one kind of series."""

    growth: Growth
    bands: Bands
    common: Together


@cache
def declared(kind: Kind) -> Declared:
    """Return the declared model for one kind of series.

    Raises
    ------
    InputError : the table lacks a row
    """
    values = _values()
    world = [_named(values, name) for name in _coefficients(kind)]
    spread = [_named(values, f"{kind.id}.scale.{name}") for name in kind.spread]
    limits = [[_named(values, name) for name in _limits(kind, horizon)] for horizon in FITTED]
    return Declared(
        Growth(kind, np.array(world)),
        Bands(np.array(spread), np.array(FITTED, dtype=float), np.array(limits)),
        Together(*(_named(values, f"together.{name}") for name in Together.__slots__)),
    )


def learn(panel: Panel) -> dict[str, float]:
    """Fit the declared table to a panel of many countries: values by id, in the order of the table.

    All origins count the same, whatever their place in the decade: a forecast may start in any year.
    """
    found: dict[str, float] = {}
    now = int(panel.years[-1])
    for kind in KINDS:
        flat = Growth(kind, np.zeros(POWERS * len(kind.terms)))
        narrow = Bands(np.zeros(len(kind.spread)), np.array([1.0]), np.ones((1, len(LEVELS))))
        trial = run_trial(panel, kind, flat)
        model = fit(rows_of(panel, kind), kind, None, flat)
        bands = calibrate(trial.where(np.isin(trial.horizon, FITTED)), now, narrow, is_placed=False)
        names = _coefficients(kind)
        found |= {
            name: value for name, value in zip(names, model.world, strict=True) if not _is_of_list(name)
        }
        found |= {f"{kind.id}.scale.{name}": at for name, at in zip(kind.spread, bands.spread, strict=True)}
        for horizon, pair in zip(FITTED, bands.scaled, strict=True):
            found |= dict(zip(_limits(kind, horizon), pair, strict=True))
    common = together(trial, bands, Together(0.0, 0.0, 0.0))
    found |= {f"together.{name}": getattr(common, name) for name in Together.__slots__}
    return {name: float(value) for name, value in found.items()}


def _coefficients(kind: Kind) -> list[str]:
    stems = [f"{kind.id}.{name.replace(' ', '.')}" for name in kind.terms]
    return [stem + end for end in _BY for stem in stems]


def _limits(kind: Kind, horizon: int) -> list[str]:
    return [f"{kind.id}.limit{level:.0%}.{horizon}".replace("%", "") for level in LEVELS]


def _is_of_list(name: str) -> bool:
    return "small" in name.split(".")


def _named(values: Mapping[str, float], name: str) -> float:
    if _is_of_list(name):
        return 0.0
    if name not in values:
        raise InputError(
            f"the declared growth has no {name!r}", place="data/rules/growth.csv", remedy="add it"
        )
    return values[name]


@cache
def _values() -> Mapping[str, float]:
    rows = load_catalogue().learned["growth"]
    return MappingProxyType({name: row.value for name, row in rows.items()})

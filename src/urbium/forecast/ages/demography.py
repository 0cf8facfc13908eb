"""Demography: the pooled figures a forecast by age and sex uses, declared in ``data/rules/demography.csv``.

Every row has a unit, an evidence level, a source and a note; a forecast shows the assumptions among them.
``learn`` makes the rows' figures again from the series of all countries: a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.ages.cohorts import Numbers
from urbium.forecast.ages.drift import Drift
from urbium.forecast.ages.fit import (
    Estimates,
    fit_drift,
    fit_moves,
    fit_scatter,
    fit_slopes,
    widening,
    widening_of_moves,
)
from urbium.forecast.ages.lifetable import AGES, GROUPS, Slopes
from urbium.forecast.ages.migration import Moves
from urbium.forecast.paths import Floats
from urbium.model import Assumption

__all__ = ["Demography", "figures_of", "learn", "read_demography", "told"]

_KNOTS = {
    "total_fertility": (1.2, 1.7, 2.1, 3.0, 4.5, 6.0, 7.5),
    "life_expectancy": (45.0, 55.0, 65.0, 72.0, 78.0, 84.0),
    "expectancy_gap": (1.0, 4.0, 6.0, 9.0, 13.0),
}
_BOUNDS = {
    "total_fertility": (0.5, 9.0),
    "life_expectancy": (20.0, 99.0),
    "expectancy_gap": (-2.0, 20.0),
}
_FREEDOM = {
    "total_fertility": 4.0,
    "life_expectancy": 3.0,
    "expectancy_gap": 3.0,
    "migration": 3.0,
    "scatter": 3.0,
}
_SMALLEST = {"total_fertility": 0.05, "life_expectancy": 0.1, "expectancy_gap": 0.05}
_EDGES = (20.0, 55.0, 67.0, 76.0, 90.0)
_PATIENCE, _TRUST = 6.0, 4.0


@dataclass(frozen=True, slots=True)
class Demography:
    """How births, deaths and moves go on where nothing better is known.

    Attributes
    ----------
    fertility : drift of total fertility, children a woman
    expectancy : drift of the life expectancy of women, years
    gap : drift of the years by which women outlive men
    moves : how net migration moves
    slopes : how death rates of each age fall when life expectancy rises
    scatter : (21,) scale of the log of an age group about what fertility, mortality and migration say
    scatter_freedom : degrees of freedom of that scatter
    sex_ratio : boys a girl at birth to which an unusual ratio returns, and the years it takes
    fertility_error : standard error of the latest total fertility where a table gives none
    """

    fertility: Drift
    expectancy: Drift
    gap: Drift
    moves: Moves
    slopes: Slopes
    scatter: Floats
    scatter_freedom: float
    sex_ratio: tuple[float, float]
    fertility_error: float


def read_demography(rows: Mapping[str, Assumption] | None = None) -> Demography:
    """Return the declared figures; those of the catalogue unless others are given.

    Raises InputError, with the rows that are missing.

    >>> read_demography().sex_ratio
    (1.06, 15.0)
    """
    known = load_catalogue().learned["demography"] if rows is None else rows
    absent = sorted(_needed() - known.keys())
    if absent:
        raise InputError(
            f"{len(absent)} rows are missing: {', '.join(absent[:8])}",
            place="rules/demography.csv",
            remedy="add them, or leave out your own table",
        )
    value = {name: row.value for name, row in known.items()}

    def drift(name: str) -> Drift:
        knots = _KNOTS[name]
        low, high = _BOUNDS[name]
        return Drift(
            np.array(knots),
            np.array([value[f"{name}.drift.{knot:g}"] for knot in knots]),
            value[f"{name}.momentum"],
            np.array([value[f"{name}.scale.{knot:g}"] for knot in knots]),
            value[f"{name}.freedom"],
            low,
            high,
        ).widened(value[f"{name}.widening"])

    kinds = range(len(_EDGES) - 1)
    moves = Moves(*(value[f"migration.{part}"] for part in _MOVES))
    slopes = Slopes(
        np.array([value[f"mortality.level.{kind}"] for kind in kinds]),
        np.array([[value[f"mortality.slope.{kind}.{age}"] for age in AGES] for kind in kinds]),
    )
    return Demography(
        drift("total_fertility"),
        drift("life_expectancy"),
        drift("expectancy_gap"),
        moves,
        slopes,
        np.array([value[f"scatter.{age}"] for age in GROUPS]),
        value["scatter.freedom"],
        (value["sex_ratio.usual"], value["sex_ratio.years"]),
        value["total_fertility.estimate_error"],
    )


def told(given: Demography | None) -> str:
    """Say where the pooled figures of a result come from, as its settings do."""
    return "declared" if given is None else "given"


def learn(known: Estimates, *, first: int = 6) -> Mapping[str, float]:
    """Return the figures that are learned, by the id of their row, from the series of many countries.

    Parameters
    ----------
    known : series up to the year they are learned in
    first : periods known at the first origin of the back-tests that widen the bands
    """
    moved, sizes = known.moved, known.population[..., -1].sum(axis=(1, 2))
    origins = range(first, known.fertility.shape[1] - 2)
    women = known.expectancy[:, 1]
    series = {
        "total_fertility": known.fertility,
        "life_expectancy": women,
        "expectancy_gap": women - known.expectancy[:, 0],
    }
    found: dict[str, float] = {}
    for name, own in series.items():

        def fit(past: Numbers, name: str = name) -> Drift:
            return fit_drift(
                past,
                _KNOTS[name],
                freedom=_FREEDOM[name],
                bounds=_BOUNDS[name],
                smallest=_SMALLEST[name],
                in_transition=name == "total_fertility",
            )

        found |= _drift_figures(name, fit(own)) | {f"{name}.widening": widening(own, fit, origins)}

    def fit_moved(past: Numbers) -> Moves:
        return fit_moves(past, sizes, freedom=_FREEDOM["migration"], patience=_PATIENCE, trust=_TRUST)

    moves = fit_moved(moved)
    found |= {f"migration.{part}": getattr(moves, part) for part in _MOVES}
    found["migration.wide"] = widening_of_moves(moved, sizes, fit_moved, origins)
    pooled = fit_slopes(known.rates, known.expectancy, _EDGES)
    for kind, level in enumerate(pooled.levels):
        found[f"mortality.level.{kind}"] = float(level)
        found |= {
            f"mortality.slope.{kind}.{age}": float(slope)
            for age, slope in zip(AGES, pooled.slopes[kind], strict=True)
        }
    scatter = fit_scatter(known, pooled, freedom=_FREEDOM["scatter"])
    found["scatter.freedom"] = _FREEDOM["scatter"]
    return found | {f"scatter.{age}": float(scale) for age, scale in zip(GROUPS, scatter, strict=True)}


def figures_of(fit: Mapping[str, float], declared: Mapping[str, Assumption]) -> dict[str, Assumption]:
    """Return the declared rows with learned figures in the place of theirs, for a back-test."""
    return {
        name: Assumption(row.id, fit.get(name, row.value), row.unit, row.evidence, row.source, row.note)
        for name, row in declared.items()
    }


_MOVES = ("stay", "patience", "usual", "by_size", "trust", "freedom", "wide")


def _drift_figures(name: str, drift: Drift) -> dict[str, float]:
    figures = {f"{name}.momentum": drift.momentum, f"{name}.freedom": drift.freedom}
    for part, values in (("drift", drift.drift), ("scale", drift.scale)):
        figures |= {
            f"{name}.{part}.{knot:g}": float(value) for knot, value in zip(_KNOTS[name], values, strict=True)
        }
    return figures


def _needed() -> set[str]:
    drifts = {
        f"{name}.{part}.{knot:g}"
        for name, knots in _KNOTS.items()
        for part in ("drift", "scale")
        for knot in knots
    }
    single = {f"{name}.{part}" for name in _KNOTS for part in ("momentum", "freedom", "widening")}
    kinds = range(len(_EDGES) - 1)
    ages = {f"mortality.slope.{kind}.{age}" for kind in kinds for age in AGES}
    levels = {f"mortality.level.{kind}" for kind in kinds}
    scatter = {f"scatter.{age}" for age in GROUPS} | {"scatter.freedom"}
    others = {"sex_ratio.usual", "sex_ratio.years", "total_fertility.estimate_error"}
    return drifts | single | scatter | ages | levels | others | {f"migration.{part}" for part in _MOVES}

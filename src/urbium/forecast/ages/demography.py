"""Demography: the pooled figures a forecast by age and sex uses, declared in ``data/rules/demography.csv``.

Every row has a unit, an evidence level, a source and a note; a forecast shows the assumptions among them.
:mod:`bench/calibration/demographic_fit.py` makes these figures again from all countries: a test
compares the two.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.explanation import Explanation
from urbium.forecast.ages.estimate_error import EstimateError
from urbium.forecast.ages.lifetable import AGES, GROUPS, Slopes
from urbium.forecast.ages.migration import MigrationModel
from urbium.forecast.ages.random_walk import RandomWalk
from urbium.forecast.paths import Floats
from urbium.model import Assumption
from urbium.text import coded, text
from urbium.text import declared as said

KNOTS = {
    "total_fertility": (1.2, 1.7, 2.1, 3.0, 4.5, 6.0, 7.5),
    "life_expectancy": (45.0, 55.0, 65.0, 72.0, 78.0, 84.0),
    "expectancy_gap": (1.0, 4.0, 6.0, 9.0, 13.0),
}
BOUNDS = {
    "total_fertility": (0.5, 9.0),
    "life_expectancy": (20.0, 99.0),
    "expectancy_gap": (-2.0, 20.0),
}
EDGES = (20.0, 55.0, 67.0, 76.0, 90.0)
MOVES = ("stay", "patience", "usual", "by_size", "trust", "freedom", "wide")
"""Levels, their limits and the classes of mortality of the declared rows, and the rows of moves."""


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
    errors : error of the latest total fertility, life expectancy of women and difference of the sexes, by
        the names of :data:`KNOTS`
    total_error : standard error of the log of the growth between two totals of one source
    level_error, level_freedom : scale of the log by which totals are revised, and its degrees of freedom
    level_years : years within which a total is revised for certain
    """

    fertility: RandomWalk
    expectancy: RandomWalk
    gap: RandomWalk
    moves: MigrationModel
    slopes: Slopes
    scatter: Floats
    scatter_freedom: float
    sex_ratio: tuple[float, float]
    errors: Mapping[str, EstimateError]
    total_error: float
    level_error: float
    level_freedom: float
    level_years: float


def read_demography(rows: Mapping[str, Assumption] | None = None) -> Demography:
    """Return the declared figures; those of the catalogue unless others are given.

    Raises InputError, with the rows that are missing.

    >>> read_demography().sex_ratio
    (1.06, 15.0)
    """
    declared = load_catalogue().learned["demography"] if rows is None else rows
    absent = sorted(_needed() - declared.keys())
    if absent:
        raise InputError(
            coded(
                "forecast.ages.declared_missing",
                "rows missing: {count} ({names:list})",
                count=len(absent),
                names=absent[:8],
            ),
            place="rules/demography.csv",
            remedy=text("add them, or omit your own table"),
        )
    value = {name: row.value for name, row in declared.items()}

    def drift(name: str) -> RandomWalk:
        knots = KNOTS[name]
        low, high = BOUNDS[name]
        return RandomWalk(
            np.array(knots),
            np.array([value[f"{name}.drift.{knot:g}"] for knot in knots]),
            value[f"{name}.momentum"],
            np.array([value[f"{name}.scale.{knot:g}"] for knot in knots]),
            value[f"{name}.freedom"],
            low,
            high,
        ).widened(value[f"{name}.widening"])

    def error(name: str) -> EstimateError:
        knots = KNOTS[name]
        scale = np.array([value[f"{name}.error.{knot:g}"] for knot in knots])
        return EstimateError(np.array(knots), scale, value["estimate.freedom"])

    kinds = range(len(EDGES) - 1)
    moves = MigrationModel(*(value[f"migration.{part}"] for part in MOVES))
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
        {name: error(name) for name in KNOTS},
        value["total.growth_error"],
        value["total.level_error"],
        value["total.level_freedom"],
        value["total.level_years"],
    )


def explain_rows(is_used: Callable[[Assumption], bool]) -> Iterator[Explanation]:
    """Yield the declared rows of demography that are used, as assumptions."""
    for row in load_catalogue().learned["demography"].values():
        if is_used(row):
            note = said(row.note)
            yield Explanation(row.id, value=row.value, unit=row.unit, kind="assumption", note=note)


def told(given: Demography | None) -> str:
    """Say where the pooled figures of a result come from, as its settings do."""
    return "declared" if given is None else "given"


def _needed() -> set[str]:
    drifts = {
        f"{name}.{part}.{knot:g}"
        for name, knots in KNOTS.items()
        for part in ("drift", "scale", "error")
        for knot in knots
    }
    single = {f"{name}.{part}" for name in KNOTS for part in ("momentum", "freedom", "widening")}
    kinds = range(len(EDGES) - 1)
    ages = {f"mortality.slope.{kind}.{age}" for kind in kinds for age in AGES}
    levels = {f"mortality.level.{kind}" for kind in kinds}
    scatter = {f"scatter.{age}" for age in GROUPS} | {"scatter.freedom"}
    others = {
        *("sex_ratio.usual", "sex_ratio.years"),
        *("estimate.freedom", "total.growth_error"),
        *("total.level_error", "total.level_freedom", "total.level_years"),
    }
    return drifts | single | scatter | ages | levels | others | {f"migration.{part}" for part in MOVES}

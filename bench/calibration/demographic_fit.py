"""Pooled: learn from the countries of the world how fertility, mortality and migration move.

What is learned here stands, with its source, in ``data/rules/demography.csv``; a forecast reads the rows and
needs no world. Nothing but the series given is looked at, so that the same functions serve a back-test on
the years before an origin.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gamma, pi, sqrt

import numpy as np
from scipy.stats import t

from urbium.forecast.ages.cohorts import Numbers, Vital, advance
from urbium.forecast.ages.demography import BOUNDS, EDGES, KNOTS, MOVES
from urbium.forecast.ages.fertility import birth_rates, boys
from urbium.forecast.ages.lifetable import AGES, GROUPS, Slopes, ladder, life_table, survival
from urbium.forecast.ages.migration import MigrationModel, by_age, move, residual, shares
from urbium.forecast.ages.random_walk import RandomWalk, wander
from urbium.forecast.paths import LEVELS, Floats, limits
from urbium.model import Assumption

_FREEDOM = {
    "total_fertility": 4.0,
    "life_expectancy": 3.0,
    "expectancy_gap": 3.0,
    "migration": 3.0,
    "scatter": 3.0,
}
_SMALLEST = {"total_fertility": 0.05, "life_expectancy": 0.1, "expectancy_gap": 0.05}
_PATIENCE, _TRUST = 6.0, 4.0
_PROOF = 0.2

ONSET = 0.1
"""Children by which fertility must have fallen from its peak before a high level counts as in transition."""

DemographicDraws = Callable[[Floats, int], Floats]
"""From series up to an origin and a number of periods to futures, (C, periods, paths)."""

_LOW_FERTILITY = 4.0
_ROUNDS = 8
_RIDGE = 1e-3
_LARGEST = 4.0
"""Shocks beyond this many units (a war) do not set the scale; the few degrees of freedom allow for them."""

_PATHS = 400
_NARROW = 1e-9
_RISE = 0.4
"""Years by which life expectancy must have risen before the change of ages is looked at."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Series of C countries over T periods of five years, and the counts at both ends of each.

    Attributes
    ----------
    population : (C, 2, 21, T + 1) persons, men first
    rates : (C, 2, 22, T) death rates
    expectancy : (C, 2, T) life expectancy at birth
    fertility : (C, T) total fertility
    pattern : (C, 7, T) shares of the ages of mothers
    ratio : (C, T) boys a girl at birth
    migration : (C, T) net migrants, persons
    """

    population: Floats
    rates: Floats
    expectancy: Floats
    fertility: Floats
    pattern: Floats
    ratio: Floats
    migration: Floats

    def until(self, periods: int) -> "Estimates":
        """Return what was known at the end of so many periods."""
        series = {name: getattr(self, name)[..., :periods] for name in self.__dataclass_fields__}
        return Estimates(**series | {"population": self.population[..., : periods + 1]})

    @property
    def moved(self) -> Floats:
        """Net migrants of a period for each person at its beginning, (C, T)."""
        return np.asarray(self.migration / self.population[..., :-1].sum(axis=(1, 2)))

    def vital(self, period: int, survival: Numbers, migration: Numbers) -> Vital:
        """Return what happened in a period, with other survival and migration."""
        pattern = self.pattern[..., period] / self.pattern[..., period].sum(axis=1, keepdims=True)
        rates = birth_rates(self.fertility[:, period], pattern)
        return Vital(survival, rates, boys(self.ratio[:, period]), migration)


def learn(estimates: Estimates, *, first: int = 6) -> Mapping[str, float]:
    """Return the figures that are learned, by the id of their row, from the series of many countries.

    Parameters
    ----------
    estimates : series up to the year they are learned in
    first : periods known at the first origin of the back-tests that widen the bands
    """
    moved, sizes = estimates.moved, estimates.population[..., -1].sum(axis=(1, 2))
    origins = range(first, estimates.fertility.shape[1] - 2)
    women = estimates.expectancy[:, 1]
    series = {
        "total_fertility": estimates.fertility,
        "life_expectancy": women,
        "expectancy_gap": women - estimates.expectancy[:, 0],
    }
    figures: dict[str, float] = {}
    for name, observed in series.items():

        def fit(past: Numbers, name: str = name) -> RandomWalk:
            return fit_drift(
                past,
                KNOTS[name],
                freedom=_FREEDOM[name],
                bounds=BOUNDS[name],
                smallest=_SMALLEST[name],
                in_transition=name == "total_fertility",
            )

        figures |= _drift_figures(name, fit(observed)) | {
            f"{name}.widening": widening(observed, fit, origins)
        }

    def fit_moved(past: Numbers) -> MigrationModel:
        return fit_moves(past, sizes, freedom=_FREEDOM["migration"], patience=_PATIENCE, trust=_TRUST)

    moves = fit_moved(moved)
    figures |= {f"migration.{part}": getattr(moves, part) for part in MOVES}
    figures["migration.wide"] = widening_of_moves(moved, sizes, fit_moved, origins)
    pooled = fit_slopes(estimates.rates, estimates.expectancy, EDGES)
    for kind, level in enumerate(pooled.levels):
        figures[f"mortality.level.{kind}"] = float(level)
        figures |= {
            f"mortality.slope.{kind}.{age}": float(slope)
            for age, slope in zip(AGES, pooled.slopes[kind], strict=True)
        }
    scatter = fit_scatter(estimates, pooled, freedom=_FREEDOM["scatter"])
    figures["scatter.freedom"] = _FREEDOM["scatter"]
    return figures | {f"scatter.{age}": float(scale) for age, scale in zip(GROUPS, scatter, strict=True)}


def figures_of(fit: Mapping[str, float], declared: Mapping[str, Assumption]) -> dict[str, Assumption]:
    """Return the declared rows with learned figures in the place of theirs, for a back-test."""
    return {
        name: Assumption(row.id, fit.get(name, row.value), row.unit, row.evidence, row.source, row.note)
        for name, row in declared.items()
    }


def fit_drift(
    series: Numbers,
    knots: Sequence[float],
    *,
    freedom: float,
    bounds: tuple[float, float],
    smallest: float,
    in_transition: bool = False,
) -> RandomWalk:
    """Return the drift of C countries over T periods, by regression that yields to outliers.

    Parameters
    ----------
    series : (C, T) figures, one a period of five years
    knots : levels at which drift and scale are estimated
    freedom : degrees of freedom of the shocks
    bounds : levels never crossed
    smallest : least scale of shocks at a knot
    in_transition : for fertility: leave high levels out until they have fallen by :data:`ONSET`
    """
    level, last = series[:, 1:-1], np.diff(series, axis=1)
    used = np.ones(level.shape, dtype=bool)
    if in_transition:
        peak = np.maximum.accumulate(series, axis=1)[:, 1:-1]
        used = (level <= peak - ONSET) | (level < _LOW_FERTILITY)
    base = _hats(level[used], knots)
    columns = np.column_stack([base, last[:, :-1][used]])
    change = last[:, 1:][used]
    weight = np.ones(len(change))
    for _ in range(_ROUNDS):
        cross = columns.T @ (weight[:, None] * columns) + _RIDGE * np.eye(columns.shape[1])
        drift = np.linalg.solve(cross, columns.T @ (weight * change))
        off = change - columns @ drift
        scale = np.linalg.lstsq(base, np.minimum(np.abs(off), _LARGEST), rcond=None)[0]
        scale = np.maximum(scale / _mean_size(freedom), smallest)
        size = base @ scale
        weight = (freedom + 1) / (freedom + (off / size) ** 2) / size**2
    return RandomWalk(
        np.asarray(knots, float),
        drift[:-1].astype(float),
        float(drift[-1]),
        np.asarray(scale, float),
        freedom,
        *bounds,
    )


def widening(
    series: Numbers, fit: Callable[[Numbers], RandomWalk], origins: Sequence[int], *, seed: int = 0
) -> float:
    """Return how many times too small shocks were, by forecasts from earlier periods.

    At each origin the model is fitted to what came before; the answer is the factor at which four in five
    of all errors up to the end of the series would have been inside the 80% band; 1 unless it exceeds that
    by a fifth, because few independent origins stand behind it.

    Parameters
    ----------
    series : (C, T) figures; forecasts are held against those after the origin
    fit : from a series to a fitted drift
    origins : numbers of periods known at the origins
    """
    rng = np.random.default_rng(seed)

    def futures(past: Floats, periods: int) -> Floats:
        return wander(fit(past), past[:, -2], past[:, -1], periods=periods, paths=_PATHS, rng=rng)

    return _factor(series, futures, origins)


def fit_moves(
    rates: Numbers, sizes: Numbers, *, freedom: float, patience: float, trust: float
) -> MigrationModel:
    """Return how net migration of C countries moves about a level of its own.

    Parameters
    ----------
    rates : (C, T) net migrants of a period for each person
    sizes : (C,) persons
    freedom : degrees of freedom of the shocks
    patience : periods of no migration that a country's own mean is weighed against
    trust : periods that the usual scale of countries of its size is weighed with
    """
    moves = MigrationModel(0.5, patience, 0.01, 0.0, trust, freedom)
    for _ in range(_ROUNDS):
        off = rates - moves.centre(rates)[:, None]
        shock = off[:, 1:] - moves.stay * off[:, :-1]
        usual = np.log(np.maximum(np.abs(shock).mean(axis=1) / _mean_size(freedom), 1e-6))
        shape = np.column_stack([np.ones(len(usual)), np.log(sizes / MigrationModel.SIZE)])
        level, slope = np.linalg.lstsq(shape, usual, rcond=None)[0]
        moves = MigrationModel(moves.stay, patience, float(np.exp(level)), float(slope), trust, freedom)
        weight = 1 / moves.scale(rates, sizes)[:, None] ** 2
        stay = (weight * off[:, 1:] * off[:, :-1]).sum() / (weight * off[:, :-1] ** 2).sum()
        moves = MigrationModel(float(stay), patience, moves.usual, moves.by_size, trust, freedom)
    return moves


def widening_of_moves(
    rates: Numbers,
    sizes: Numbers,
    fit: Callable[[Numbers], MigrationModel],
    origins: Sequence[int],
    *,
    seed: int = 0,
) -> float:
    """Return how many times too small shocks of migration were: as :func:`widening` for a drift."""
    rng = np.random.default_rng(seed)

    def futures(past: Floats, periods: int) -> Floats:
        return move(fit(past), past, sizes, periods=periods, paths=_PATHS, rng=rng)

    return _factor(rates, futures, origins)


def fit_slopes(rates: Numbers, expectancy: Numbers, edges: Sequence[float]) -> Slopes:
    """Return how death rates fell at each age while life expectancy rose, by its level, both sexes.

    Parameters
    ----------
    rates : (C, 2, 22, T) death rates
    expectancy : (C, 2, T) life expectancy at birth
    edges : bounds of the classes of level, years, ascending
    """
    fell = np.diff(np.log(rates), axis=-1)
    rose = np.diff(expectancy, axis=-1)
    level = (expectancy[..., 1:] + expectancy[..., :-1]) / 2
    slopes, levels = [], []
    for low, high in pairwise(edges):
        here = (level > low) & (level <= high) & (rose > _RISE)
        levels.append(level[here].mean())
        slopes.append([fell[:, :, age][here].sum() / rose[here].sum() for age in range(len(AGES))])
    return Slopes(np.array(levels), np.array(slopes))


def fit_scatter(estimates: Estimates, pooled: Slopes, *, freedom: float, periods: int = 6) -> Floats:
    """Return how far age groups scatter about what the drawn figures say, the scale of a log, (21,).

    The last ``periods`` periods are projected one by one with the life expectancy, fertility and total of
    migrants that came, but with the ages of deaths and migrants of the period before, as a forecast has
    them. What is left is what a forecast does not draw: those ages, and errors of the counts. Men and women
    together.
    """
    nobody = np.zeros(estimates.population.shape[:3])
    off = []
    last = estimates.fertility.shape[1]
    for now in range(last - periods, last):
        before, start, end = np.moveaxis(estimates.population[..., now - 1 : now + 2], -1, 0)
        earlier = estimates.vital(now - 1, survival(life_table(estimates.rates[..., now - 1])), nobody)
        ages = shares(residual(before, start, earlier))
        kept = ladder(estimates.rates[..., now - 1], pooled).at(estimates.expectancy[:, :, now, None])[..., 0]
        projected = advance(start, estimates.vital(now, kept, by_age(estimates.migration[:, now], ages)))
        both = (projected > 0) & (end > 0)
        off.append(np.where(both, np.log(np.where(both, end, 1.0) / np.where(both, projected, 1.0)), 0.0))
    size = np.abs(np.concatenate(off, axis=1))
    return np.asarray(np.quantile(size, LEVELS[0], axis=(0, 1)) / t.ppf((1 + LEVELS[0]) / 2, freedom))


def _factor(series: Numbers, futures: DemographicDraws, origins: Sequence[int]) -> float:
    ratios = []
    for count in origins:
        paths = futures(np.asarray(series[:, :count], float), series.shape[1] - count)
        middle, low, high, *_ = np.moveaxis(limits(paths), -1, 0)
        off = series[:, count:] - middle
        width = np.where(off > 0, high - middle, middle - low)
        ratios.append((np.abs(off) / np.maximum(width, _NARROW)).ravel())
    factor = float(np.quantile(np.concatenate(ratios), LEVELS[0]))
    return factor if factor > 1 + _PROOF else 1.0


def _hats(level: Numbers, knots: Sequence[float]) -> Floats:
    """Weights of the knots at each level, (N, K), for lines between them."""
    return np.column_stack([np.interp(level, knots, knot) for knot in np.eye(len(knots))])


def _mean_size(freedom: float) -> float:
    """Mean absolute value of a t variable of scale one."""
    return 2 * sqrt(freedom) * gamma((freedom + 1) / 2) / (sqrt(pi) * gamma(freedom / 2) * (freedom - 1))


def _drift_figures(name: str, drift: RandomWalk) -> dict[str, float]:
    figures = {f"{name}.momentum": drift.momentum, f"{name}.freedom": drift.freedom}
    for part, values in (("drift", drift.drift), ("scale", drift.scale)):
        figures |= {
            f"{name}.{part}.{knot:g}": float(value) for knot, value in zip(KNOTS[name], values, strict=True)
        }
    return figures

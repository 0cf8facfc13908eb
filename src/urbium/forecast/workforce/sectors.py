r"""Sectors: how the shares of agriculture, industry and services go on, learned from many countries.

In: the model, from a panel of shares and income to many futures. Not in: learning it (``sector_fit``),
judging it (``sector_trial``), what a user calls (``workforce``). One model speaks of one series: shares of
output and shares of employment are never mixed.

A composition stands at :math:`z` (isometric log-ratios: agriculture against the others, industry against
services), income at :math:`x` (log of output per head), with growth :math:`g`. Each year, for each
coordinate,

.. math::
    \Delta z = \beta_0 + \beta_1 (x - 9) + \beta_2 (u - \bar u) + \beta_3 \bar u + \beta_4 b + \beta_5 g'
    + \sigma_c \varepsilon

- :math:`u = z - m(x)` is the distance from the path :math:`m`, a parabola in income that all countries
  share: agriculture falls with income, industry rises and falls again;
- :math:`\bar u` is the place's own usual distance. :math:`\beta_2` pulls the distance back to its usual
  one and :math:`\beta_3` pulls that back to zero (neither is positive): so far a country keeps its own way;
- :math:`b` is the smoothed change of the last years: change goes on for a while;
- :math:`g'` is the growth of income in the same year, which in a forecast is itself drawn, from growth of
  last year, smoothed growth and income, and goes into the next year's income;
- :math:`\sigma_c` is the place's own scale, between that of all places and that of its own recent surprises;
  in each path it is drawn anew, because it is not known. :math:`\varepsilon` has heavy tails.

References
----------
Chenery, Syrquin: *Patterns of Development, 1950-1970* (1975). Herrendorf, Rogerson, Valentinyi: *Growth and
Structural Transformation* (2014).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from urbium.forecast.paths import Floats
from urbium.forecast.workforce.composition import ilr, ilr_inverse

SECTORS: Final = ("agriculture", "industry", "services")
"""The parts of the whole, in the order of every array and table."""

LEAST: Final = 0.0005
"""The share that stands for a zero."""

CENTRE: Final = 9.0
"""The log of income (constant USD a head) from which the path is measured: 8,103 USD."""

MOMENTUM, INCOME_MOMENTUM = 0.5, 0.15
"""Weights of the newest change in the smoothed change, of shares and of income."""

MEMORY: Final = 0.9
"""Weight of a surprise relative to one a year later, in the scale of a place."""

PRIOR: Final = 6.0
"""How many surprises the scale of all places weighs in that of one place."""

TAIL: Final = 5.0
"""Degrees of freedom of the yearly surprises."""

_EXTREME_GROWTH: Final = 0.15
_EXTREME: Final = 6.0
_CARRIED: Final = 3
_COORDINATES: Final = ("agriculture", "industry")
_FIELDS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "path": (("constant", "income", "income_squared"), _COORDINATES),
    "change": (
        _COORDINATES,
        ("constant", "income", "return", "distance", "momentum", "growth"),
    ),
    "usual": (_COORDINATES,),
    "scale": (_COORDINATES,),
    "noise": (_COORDINATES,),
    "together": (),
    "growth": (("constant", "income", "last", "smoothed"),),
    "usual_growth": (),
    "growth_scale": (),
    "growth_noise": (),
    "implied": (("constant", *_COORDINATES, "spread"),),
}


@dataclass(frozen=True, slots=True)
class SectorPanel:
    """Shares of sectors and income of C places over Y years in a row.

    Attributes
    ----------
    places : C codes
    years : (Y,) array, one after the other without a gap
    shares : (C, Y, 3) array in the order of SECTORS, above zero and adding up to one; NaN where not known
    income : (C, Y) array, output per head in constant USD; NaN where not known
    """

    places: tuple[str, ...]
    years: NDArray[np.int64]
    shares: Floats
    income: Floats

    def until(self, year: int) -> "SectorPanel":
        """Return what was known of the years up to ``year``."""
        keep = self.years <= year
        return SectorPanel(self.places, self.years[keep], self.shares[:, keep], self.income[:, keep])

    def rows(self, keep: NDArray[np.bool_]) -> "SectorPanel":
        """Return the places that ``keep`` marks."""
        names = tuple(name for name, kept in zip(self.places, keep, strict=True) if kept)
        return SectorPanel(names, self.years, self.shares[keep], self.income[keep])


@dataclass(frozen=True, slots=True)
class SectorModel:
    """The parameters all places share, of one series.

    Attributes
    ----------
    path : (3, 2) array, the path: constant, income, income squared of each coordinate
    change : (2, 6) array, the betas of each coordinate
    usual : (2,) array, median change a year
    scale : (2,) array, scale of the surprises of the median place
    noise : (2,) array, widening of surprises over a place's scale, from the back-test
    together : correlation of the surprises of the two coordinates
    growth : (4,) array, growth of income: constant, income, last growth, smoothed growth
    usual_growth, growth_scale, growth_noise : the same three of income
    implied : (4,) array, log income where it is not known: constant, both coordinates, standard deviation
    """

    path: Floats
    change: Floats
    usual: Floats
    scale: Floats
    noise: Floats
    together: float
    growth: Floats
    usual_growth: float
    growth_scale: float
    growth_noise: float
    implied: Floats

    def figures(self) -> dict[str, float]:
        """Return every parameter by name, as the declared rows hold them."""
        return {
            named: float(np.asarray(getattr(self, name))[at])
            for name in _FIELDS
            for at, named in _cells(name)
        }

    @staticmethod
    def of(figures: Mapping[str, float]) -> "SectorModel":
        """Return the model with these parameters, by name as :meth:`figures` gives them.

        Raises KeyError with the name of one that is missing.
        """
        parts: dict[str, Any] = {}
        for name, labels in _FIELDS.items():
            part = np.empty([len(axis) for axis in labels])
            for at, named in _cells(name):
                part[at] = figures[named]
            parts[name] = part if labels else float(part)
        return SectorModel(**parts)

    def at_path(self, income: Floats) -> Floats:
        """Return the coordinates, (..., 2), of the path at these logs of income."""
        return np.asarray(powers(income) @ self.path)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where C places stand in the last year of a panel.

    Attributes
    ----------
    at, change, distance, scale : (C, 2) arrays: coordinates, smoothed change, usual distance from the path,
        scale of the surprises
    income, grown, growth, growth_scale : (C,) arrays: log income (NaN: not known), last and smoothed growth,
        scale of its surprises
    weight : (C,) array, surprises behind the scales, older ones counting less
    """

    at: Floats
    change: Floats
    distance: Floats
    scale: Floats
    income: Floats
    grown: Floats
    growth: Floats
    growth_scale: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class SectorPaths:
    """Equally likely futures of C places over H years.

    Attributes
    ----------
    shares : (C, H, P, 3) array; adds up to one in every path
    income : (C, H, P) array, constant USD a head
    """

    shares: Floats
    income: Floats


def forecast_sectors(
    model: SectorModel, panel: SectorPanel, *, years: int, paths: int = 1000, seed: int | Sequence[int] = 0
) -> SectorPaths:
    """Draw futures of shares and income for so many years after the last one of the panel.

    Every place needs shares in the last year; income may be missing, and is then drawn from what
    countries with such shares have. The same seed gives the same futures.
    """
    return _draw(model, stand(model, panel), years, paths, np.random.default_rng(seed))


def stand(model: SectorModel, panel: SectorPanel) -> Standing:
    """Return where the places stand in the last year of the panel."""
    seen = features(model, panel)
    log_income, growth = seen.income, seen.income_change
    surprise = np.full_like(growth, np.nan)
    surprise[:, 1:] = growth[:, 1:] - seen.income_terms @ model.growth
    surprise[~seen.income_known] = np.nan
    scale = np.empty((len(panel.places), 2))
    for k in range(2):
        surprise_of_part = np.full_like(growth, np.nan)
        surprise_of_part[:, 1:] = seen.change[:, 1:, k] - seen.terms[..., k, :] @ model.change[k]
        surprise_of_part[~seen.is_known] = np.nan
        scale[:, k] = scale_of(surprise_of_part, float(model.scale[k]))
    aged = MEMORY ** np.arange(len(panel.years) - 1, -1, -1)
    return Standing(
        at=seen.at[:, -1],
        change=seen.smoothed[:, -1],
        distance=seen.usual_distance[:, -1],
        scale=scale,
        income=log_income[:, -1],
        grown=np.where(np.isfinite(growth[:, -1]), growth[:, -1], model.usual_growth),
        growth=seen.smoothed_growth[:, -1],
        growth_scale=scale_of(surprise, model.growth_scale),
        weight=(seen.is_known * aged).sum(axis=1),
    )


def _draw(
    model: SectorModel, start: Standing, years: int, paths: int, rng: np.random.Generator
) -> SectorPaths:
    """Walk all places through all paths year by year."""
    size = (len(start.at), paths)
    free = (PRIOR + start.weight)[:, None]
    doubt = np.sqrt(free / rng.chisquare(free, size))
    scale = start.scale[:, None] * doubt[..., None] * model.noise
    growth_scale = start.growth_scale[:, None] * doubt * model.growth_noise
    income = _incomes(model, start, paths, rng)
    at = np.repeat(start.at[:, None], paths, axis=1)
    usual = start.distance[:, None]
    usual = np.where(np.isfinite(usual), usual, at - model.at_path(income))
    change, grown = start.change[:, None], start.grown[:, None]
    growth = start.growth[:, None]
    mixing = np.linalg.cholesky(np.array([[1.0, model.together], [model.together, 1.0]]))
    shares = np.empty((size[0], years, paths, 3))
    incomes = np.empty((size[0], years, paths))
    beta = model.change.T
    for year in range(years):
        heavy = np.sqrt(TAIL / rng.chisquare(TAIL, (*size, 2)))
        terms = model.growth
        grown = terms[0] + terms[1] * (income - CENTRE) + terms[2] * grown + terms[3] * growth
        grown = grown + growth_scale * heavy[..., 0] * rng.standard_normal(size)
        distance = at - model.at_path(income)
        step = beta[0] + beta[1] * (income - CENTRE)[..., None] + beta[2] * (distance - usual)
        step = step + beta[3] * usual + beta[4] * change + beta[5] * grown[..., None]
        step = step + scale * heavy[..., 1:] * (rng.standard_normal((*size, 2)) @ mixing.T)
        at = at + step
        change = change + MOMENTUM * (step - change)
        income = income + grown
        growth = growth + INCOME_MOMENTUM * (np.clip(grown, -_EXTREME_GROWTH, _EXTREME_GROWTH) - growth)
        shares[:, year] = ilr_inverse(at)
        incomes[:, year] = np.exp(income)
    return SectorPaths(shares, incomes)


def _incomes(model: SectorModel, start: Standing, paths: int, rng: np.random.Generator) -> Floats:
    """Log income of each place in each path, drawn where it is not known."""
    drawn = rng.standard_normal((len(start.at), paths)) * model.implied[3]
    implied = model.implied[0] + start.at @ model.implied[1:3]
    return np.where(np.isfinite(start.income)[:, None], start.income[:, None], implied[:, None] + drawn)


def _cells(name: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield where each figure of a parameter stands and what it is called."""
    labels = _FIELDS[name]
    for at in np.ndindex(*(len(axis) for axis in labels)):
        yield at, ".".join([name, *(axis[place] for axis, place in zip(labels, at, strict=True))])


# What the model sees of a panel


@dataclass(frozen=True, slots=True)
class Features:
    """What the model sees of a panel of C places and Y years.

    Attributes
    ----------
    at, change, smoothed, usual_distance : (C, Y, 2) arrays
    terms : (C, Y - 1, 2, 6) array, what the betas of each coordinate weigh, for the step to the next year
    is_known : (C, Y) array, marks years whose change was observed, not filled in
    income, income_change, smoothed_growth : (C, Y) arrays
    income_terms : (C, Y - 1, 4) array
    income_known : (C, Y) array
    """

    at: Floats
    change: Floats
    smoothed: Floats
    usual_distance: Floats
    terms: Floats
    is_known: NDArray[np.bool_]
    income: Floats
    income_change: Floats
    smoothed_growth: Floats
    income_terms: Floats
    income_known: NDArray[np.bool_]


def features(model: SectorModel, panel: SectorPanel) -> Features:
    """Return what the model sees; of the model only the path and the usual changes are read."""
    at = ilr(panel.shares)
    is_known = steps_known(at[..., 0])
    at = np.stack([filled(at[..., k]) for k in range(2)], axis=-1)
    log_income = np.log(panel.income)
    income_known = steps_known(log_income)
    log_income = _carried(filled(log_income), model.usual_growth)
    growth = _steps(log_income)
    smoothed_growth = _smoothed(
        np.clip(growth, -_EXTREME_GROWTH, _EXTREME_GROWTH), INCOME_MOMENTUM, model.usual_growth
    )
    distance = at - model.at_path(log_income)
    usual_distance = np.stack([_running_mean(distance[..., k]) for k in range(2)], axis=-1)
    change = np.stack([_steps(at[..., k]) for k in range(2)], axis=-1)
    smoothed = np.stack(
        [_smoothed(change[..., k], MOMENTUM, float(model.usual[k])) for k in range(2)], axis=-1
    )
    before = np.where(np.isfinite(growth), growth, model.usual_growth)[:, :-1]
    one, height = np.ones_like(before), log_income[:, :-1] - CENTRE
    terms = np.stack(
        [
            np.stack(
                [
                    one,
                    height,
                    (distance - usual_distance)[:, :-1, k],
                    usual_distance[:, :-1, k],
                    smoothed[:, :-1, k],
                    growth[:, 1:],
                ],
                axis=-1,
            )
            for k in range(2)
        ],
        axis=-2,
    )
    return Features(
        at=at,
        change=change,
        smoothed=smoothed,
        usual_distance=usual_distance,
        terms=terms,
        is_known=is_known,
        income=log_income,
        income_change=growth,
        smoothed_growth=smoothed_growth,
        income_terms=np.stack([one, height, before, smoothed_growth[:, :-1]], axis=-1),
        income_known=income_known,
    )


def powers(income: Floats) -> Floats:
    """Return one, income and income squared, (..., 3), of logs of income measured from the centre."""
    height = income - CENTRE
    return np.stack([np.ones_like(height), height, height**2], axis=-1)


def scale_of(surprise: Floats, prior: float) -> Floats:
    """Return the scale of each place, (C,), from its surprises, (C, Y), and that of the median place."""
    aged = MEMORY ** np.arange(surprise.shape[1] - 1, -1, -1)
    weight = np.isfinite(surprise) * aged
    bounded = np.clip(np.nan_to_num(surprise), -_EXTREME * prior, _EXTREME * prior)
    return np.asarray(
        np.sqrt((PRIOR * prior**2 + (weight * bounded**2).sum(axis=1)) / (PRIOR + weight.sum(axis=1)))
    )


def filled(series: Floats) -> Floats:
    """Return the series, (C, Y), with gaps between two figures filled by a straight line."""
    out = series.copy()
    for row in out:
        here = np.flatnonzero(np.isfinite(row))
        if here.size > 1:
            inner = np.arange(here[0], here[-1] + 1)
            row[inner] = np.interp(inner, here, row[here])
    return out


def steps_known(series: Floats) -> NDArray[np.bool_]:
    """Mark the years of a series, (C, Y), that have a figure and one the year before."""
    here = np.isfinite(series)
    marks = np.zeros_like(here)
    marks[:, 1:] = here[:, 1:] & here[:, :-1]
    return marks


def _steps(series: Floats) -> Floats:
    out = np.full_like(series, np.nan)
    out[:, 1:] = np.diff(series, axis=1)
    return out


def _carried(income: Floats, growth: float) -> Floats:
    """Carry log income that ends up to three years early on to the last year, by usual growth."""
    out = income.copy()
    last = out.shape[1] - 1
    for row in out:
        here = np.flatnonzero(np.isfinite(row))
        if here.size and 0 < last - here[-1] <= _CARRIED:
            row[here[-1] + 1 :] = row[here[-1]] + growth * np.arange(1, last - here[-1] + 1)
    return out


def _smoothed(change: Floats, weight: float, start: float) -> Floats:
    """Return the exponentially smoothed change, (C, Y); a year without a figure changes nothing."""
    out = np.empty_like(change)
    now = np.full(len(change), start)
    for year in range(change.shape[1]):
        new = change[:, year]
        now = np.where(np.isfinite(new), now + weight * (new - now), now)
        out[:, year] = now
    return out


def _running_mean(series: Floats) -> Floats:
    """Return the mean of all figures up to each year, (C, Y); NaN before the first."""
    here = np.isfinite(series)
    count = here.cumsum(axis=1)
    total = np.where(here, series, 0.0).cumsum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)

"""City ages: the people of a city by age from its own two counts, added up to its own forecast.

The ratios of the two counts go on (:mod:`.cohort_change`), and all ages of a path are scaled alike to the
total of the city in that path, so that ages and outlook are one number. How far ratios of the past miss
what comes is declared (``cohort_change.*`` in ``data/rules/demography.csv``), and drawn. Not in: a city
without two counts, which takes the ages of its nation (:mod:`.city_cohorts`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.ages.cohort_change import CohortChange, RatioLimits, advance_cohorts, change_ratios
from urbium.forecast.ages.cohorts import Numbers
from urbium.forecast.ages.demographic_draws import streams
from urbium.forecast.ages.people_by_age import PeopleByAge, bands_of, long_table
from urbium.forecast.ages.place_counts import PlaceCounts
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.paths import LIMITS, Floats, Paths
from urbium.model import Source
from urbium.text import coded, text, texts

RATIO_ROWS = "cohort_change."
"""How the ids of the declared rows begin."""

_FROM = (0, 5, 15, 40, 65, 80)
"""The ages from which on a declared scale of errors holds."""

_STEP = 5
"""The years that the declared scales are of."""

_RATIOS = 7
"""The stream of the errors of ratios."""

_FARTHEST = 4.0


@dataclass(frozen=True, kw_only=True, repr=False)
class CityAges(PeopleByAge):
    """Population of cities by age, projected from two counts of each.

    Attributes
    ----------
    table : place, year, sex (empty where the sexes are counted together), age (first of its group), value,
        low80, high80, low95, high95 (persons; limits null in the year of the count)
    counts : the two counts of each place
    changes : the ratios of each place
    outlook : the forecast that the ages add up to; None where the totals came from elsewhere
    sources : publishers by id
    """

    counts: tuple[PlaceCounts, ...]
    changes: tuple[CohortChange, ...]
    outlook: Outlook | None
    sources: Mapping[str, Source]

    def __repr__(self) -> str:
        return text(
            "Population of {places} by age to {to}, from the counts of {earlier} and {later}",
            places=texts("{count} place", "{count} places", count=len(self.places)),
            to=int(self.years[-1]),
            earlier=self.counts[0].years[0],
            later=self.counts[0].years[1],
        ).render()


@dataclass(frozen=True, slots=True)
class _Errors:
    """How ratios of the past miss those to come: the declared figures."""

    scales: Floats
    growth: float
    lasting: float
    between_ages: float
    between_sexes: float
    limits: RatioLimits


def project_counted(
    counts: Sequence[PlaceCounts],
    totals: Paths,
    *,
    outlook: Outlook | None = None,
    seed: int = 0,
    sources: Mapping[str, Source] = MappingProxyType({}),
) -> CityAges:
    r"""Return the people of places by age, every so many years as lie between their two counts.

    Parameters
    ----------
    counts : of places counted in the same years by the same groups
    totals : persons of each place, in the same order; the first year is that of the later count (a total
        that is no number leaves the count as it stands), the others follow by the years between the counts
    outlook : the forecast that the totals come from, for the explanation
    seed : of the draws
    sources : publishers by id

    Raises InputError where the counts are not alike, or the totals are not of their years or not above zero.

    Notes
    -----
    The error of the log ratio of each age is normal, with the scale declared for five years times
    :math:`(z/5)^g`, and with the scatter of the counts themselves, :math:`1/N + 1/N'`, added to its
    variance. Part of it lasts over all steps; neighbouring ages and the two sexes err together.
    """
    years = _years(counts, totals)
    rules = _declared()
    paths = totals.values.shape[2]
    shape = counts[0].counts.shape[1:]
    values = np.empty((len(counts), len(years), *shape, paths))
    changes = []
    for at, counted in enumerate(counts):
        earlier, later = counted.counts
        change = change_ratios(
            earlier,
            later,
            shift=counted.interval // counted.width,
            width=counted.width,
            limits=rules.limits,
        )
        changes.append(change)
        population = np.repeat(later[:, :, None], paths, axis=2)
        values[at, 0] = _scaled(population, totals.values[at, 0])
        population = values[at, 0]
        noise = _noise(counted, rules, len(years) - 1, paths, seed)
        for step, factors in enumerate(noise, start=1):
            population = _scaled(advance_cohorts(population, change, factors), totals.values[at, step])
            values[at, step] = population
    places = tuple(counted.place for counted in counts)
    index = {
        "place": np.array(places),
        "year": years,
        "sex": np.array(counts[0].sexes),
        "age": np.array(counts[0].ages, dtype=np.int64),
    }
    bands = bands_of(values)
    return CityAges(
        table=long_table(index, bands.reshape(-1, len(LIMITS))),
        settings=MappingProxyType({"way": "cohort change", "seed": seed, "paths": paths}),
        places=places,
        years=years,
        ages=counts[0].ages,
        values=values,
        counts=tuple(counts),
        changes=tuple(changes),
        outlook=outlook,
        sources=sources,
    )


def _years(counts: Sequence[PlaceCounts], totals: Paths) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The years of the totals, once it is clear that all fits together."""
    alike = {(one.years, one.ages, one.sexes) for one in counts}
    if len(alike) != 1:
        raise InputError(
            coded("forecast.counts.not_alike", "the counts are for different years, ages or sexes"),
            place="counts",
            remedy=text("request these cities one by one"),
        )
    years = totals.years
    steps = counts[0].years[1] + counts[0].interval * np.arange(len(years))
    later = totals.values[:, 1:]
    if (
        totals.keys != tuple(one.place for one in counts)
        or not np.array_equal(years, steps)
        or not (np.isfinite(later) & (later > 0)).all()
    ):
        raise InputError(
            coded(
                "forecast.counts.totals",
                "totals above zero are needed for the same places in {year}, {next} and so on",
                year=counts[0].years[1],
                next=counts[0].years[1] + counts[0].interval,
            ),
            place="totals",
            remedy=text("forecast the totals again, or omit the city"),
        )
    return np.asarray(years, dtype=np.int64)


def _scaled(population: Numbers, total: Floats) -> Floats:
    """Scale all ages of each path alike to its total; one that is no number leaves it as it is."""
    persons = population.sum(axis=(0, 1))
    factor = np.where(np.isfinite(total), total / persons, 1.0)
    return np.asarray(population * factor)


def _noise(
    counted: PlaceCounts, rules: _Errors, steps: int, paths: int, seed: int
) -> Iterator[Floats | None]:
    """Factors of the ratios of each step, (S, A, P); nothing where there is one path."""
    rng = streams(seed, counted.place, 1, first=_RATIOS)[0]
    earlier, later = counted.counts
    at = np.searchsorted(_FROM, counted.ages, side="right") - 1
    scale = rules.scales[at] * (counted.interval / _STEP) ** rules.growth
    shift = counted.interval // counted.width
    scale[:shift] = rules.scales[0] * (counted.interval / _STEP) ** rules.growth
    before = np.concatenate([later[:, :shift], earlier[:, :-shift]], axis=1)
    chance = 1 / np.maximum(before, 1) + 1 / np.maximum(later, 1)
    width = np.sqrt(scale**2 + chance)[:, :, None]
    lasting = _together(rules, later.shape, paths, rng)
    for _ in range(steps):
        if paths == 1:
            yield None
            continue
        fresh = _together(rules, later.shape, paths, rng)
        error = np.sqrt(rules.lasting) * lasting + np.sqrt(1 - rules.lasting) * fresh
        yield np.exp(np.clip(error, -_FARTHEST, _FARTHEST) * width)


def _together(rules: _Errors, shape: tuple[int, ...], paths: int, rng: np.random.Generator) -> Floats:
    """Standard normal errors (S, A, P): neighbouring ages are alike, and so are the sexes."""
    drawn = rng.standard_normal((shape[0] + 1, shape[1], paths))
    keep = rules.between_ages
    for age in range(1, shape[1]):
        drawn[:, age] = keep * drawn[:, age - 1] + np.sqrt(1 - keep**2) * drawn[:, age]
    if shape[0] == 1:
        return np.asarray(drawn[:1])
    return np.asarray(np.sqrt(rules.between_sexes) * drawn[:1] + np.sqrt(1 - rules.between_sexes) * drawn[1:])


def _declared() -> _Errors:
    """Read the declared rows."""
    value = {
        name.removeprefix(RATIO_ROWS): row.value
        for name, row in load_catalogue().learned["demography"].items()
        if name.startswith(RATIO_ROWS)
    }
    return _Errors(
        scales=np.array([value[f"scale.{age}"] for age in _FROM]),
        growth=value["growth"],
        lasting=value["lasting"],
        between_ages=value["between_ages"],
        between_sexes=value["between_sexes"],
        limits=RatioLimits(0.0, value["high"], value["least"]),
    )

"""Cohort result: populations by age and sex in many futures, made from births, deaths and migration."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl

from urbium.forecast.ages.cohorts import SEXES, Numbers
from urbium.forecast.ages.inputs import CohortInputs
from urbium.forecast.ages.people_by_age import PeopleByAge, long_table
from urbium.forecast.paths import LIMITS, Floats, limits
from urbium.model import Source
from urbium.packaged import words_of
from urbium.text import text, texts

_UNITS: Final = words_of("unit of what is drawn")


@dataclass(frozen=True, kw_only=True, repr=False)
class Cohorts(PeopleByAge):
    """Population of places by age and sex, now and ahead.

    Attributes
    ----------
    table : place, year, sex, age (first of its group), value, low80, high80, low95, high95 (persons; limits
        null in the year of the count and where there is one path only)
    assumed : place, variable, period, sex, unit, value and limits of what was drawn
    places, years : what the first two axes of ``values`` are
    ages : first ages of the groups, the last one open
    values : (C, Y, 2, A, P) persons, men first
    migrants : for each place how the ages of migrants were found
    method : for each place how it was projected, in a sentence
    basis : for each place the place whose rows of the inputs were used: itself, or for a city its nation
    inputs : the counts and history
    sources : publishers by id
    """

    stage: ClassVar[str] = "cohorts"
    assumed: pl.DataFrame
    migrants: tuple[str, ...]
    method: tuple[str, ...]
    basis: tuple[str, ...]
    inputs: CohortInputs
    sources: Mapping[str, Source]

    def __repr__(self) -> str:
        count, paths = len(self.places), self.values.shape[-1]
        return text(
            "Population of {places} by age and sex to {to}, {paths}",
            places=texts("{count} place", "{count} places", count=count),
            to=int(self.years[-1]),
            paths=texts("{count} path", "{count} paths", count=paths),
        ).render()

    @classmethod
    def of(
        cls,
        inputs: CohortInputs,
        values: Numbers,
        bands: Floats,
        *,
        drawn: Mapping[str, Floats],
        migrants: tuple[str, ...],
        settings: Mapping[str, Any],
        sources: Mapping[str, Source],
        method: str | tuple[str, ...] = text("cohort-component, in steps of five years"),
        places: tuple[str, ...] = (),
        basis: tuple[str, ...] = (),
        width: int = 5,
    ) -> "Cohorts":
        """Return the result of values (C, Y, 2, A, P) with their bands (C, Y, 2, A, 5), NaN where unknown.

        ``places`` and ``basis`` are those of the inputs unless given.
        """
        count, steps, _, ages, _ = values.shape
        years = inputs.year + width * np.arange(steps, dtype=np.int64)
        groups = tuple(range(0, ages * width, width))
        index = {
            "place": np.array(places or inputs.places),
            "year": years,
            "sex": np.array(SEXES),
            "age": np.array(groups, dtype=np.int64),
        }
        table = long_table(index, bands.reshape(-1, len(LIMITS)))
        return cls(
            table=table,
            settings=MappingProxyType(dict(settings)),
            assumed=_assumed(inputs, drawn),
            places=places or inputs.places,
            years=years,
            ages=groups,
            values=values,
            migrants=migrants,
            method=(method,) * count if isinstance(method, str) else method,
            basis=basis or inputs.places,
            inputs=inputs,
            sources=sources,
        )


def _assumed(inputs: CohortInputs, drawn: Mapping[str, Floats]) -> pl.DataFrame:
    """Bands of what was drawn, one row a place, period and (where it has one) sex."""
    tables = []
    for name, values in drawn.items():
        by_sex = values if values.ndim == 4 else values[:, None]  # noqa: PLR2004 - places, sexes, periods, paths
        bands = limits(by_sex)
        if values.shape[-1] == 1:
            bands[..., 1:] = np.nan
        starts = inputs.year + 5 * np.arange(values.shape[-2])
        index = {
            "place": np.array(inputs.places),
            "sex": np.array(SEXES if by_sex.shape[1] == len(SEXES) else ("",)),
            "period": np.array([f"{start}-{start + 5}" for start in starts]),
        }
        rows = long_table(index, bands.reshape(-1, len(LIMITS)))
        tables.append(rows.with_columns(variable=pl.lit(name), unit=pl.lit(_UNITS[name])))
    return pl.concat(tables).select("place", "variable", "period", "sex", "unit", *LIMITS)

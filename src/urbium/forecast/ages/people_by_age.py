"""People by age: populations in many futures, and what can be read from them path by path.

Sums, shares and ratios are made in every path and only then summed up as a band: a band of a total is not
the sum of the bands of its ages. Not in: how the people were projected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.forecast.ages.cohorts import SEXES, Numbers
from urbium.forecast.paths import LIMITS, Floats, Paths, limits
from urbium.result import Result
from urbium.text import coded, text

WORKING = (15, 65)
"""Working age as the United Nations count it: from the first age, up to and without the second."""


@dataclass(frozen=True, kw_only=True, repr=False)
class PeopleByAge(Result):
    """Population of places by age, now and ahead.

    Attributes
    ----------
    places, years : what the first two axes of ``values`` are
    ages : first ages of the groups, the last one open
    values : (C, Y, S, A, P) persons, men first; S is one where the sexes are counted together
    """

    stage: ClassVar[str] = "cohorts"
    places: tuple[str, ...]
    years: np.ndarray[Any, np.dtype[np.int64]]
    ages: tuple[int, ...]
    values: Numbers

    def total(self) -> Paths:
        """Return the persons of each place."""
        return self._paths(self.values.sum(axis=(2, 3)))

    def between(self, first: int, last: int | None = None, *, sex: str | None = None) -> Paths:
        """Return the persons from the age ``first`` up to and without ``last`` (all older ones without it).

        Raises InputError for ages that are no bounds of groups, and for an unknown sex.
        """
        return self._paths(self._sum(first, last, sex))

    def working_age(self) -> Paths:
        """Return the persons of working age."""
        return self.between(*WORKING)

    def dependency(self, first: int = WORKING[0], last: int = WORKING[1]) -> Paths:
        """Return persons too young or too old to work for each person of working age."""
        working = self._sum(first, last, None)
        everybody = self.values.sum(axis=(2, 3))
        return self._paths((everybody - working) / np.maximum(working, 1e-9))

    def share(self, first: int, last: int | None = None) -> Paths:
        """Return the share of persons from ``first`` up to and without ``last`` in all persons."""
        return self._paths(self._sum(first, last, None) / np.maximum(self.values.sum(axis=(2, 3)), 1e-9))

    @property
    def overview(self) -> pl.DataFrame:
        """People in all, the shares of broad ages, and the dependency ratio."""
        first, last = WORKING
        measures = {
            text("population"): self.total(),
            text("share under {first}", first=first): self.share(0, first),
            text("share {first} to {last}", first=first, last=last - 1): self.share(first, last),
            text("share {last} and older", last=last): self.share(last),
            text("dependency ratio"): self.dependency(),
        }
        tables = [
            paths.table("place").with_columns(measure=pl.lit(name.render()))
            for name, paths in measures.items()
        ]
        return pl.concat(tables).select("place", "measure", pl.exclude("place", "measure"))

    def chart(self, place: str = "", year: int | None = None) -> dict[str, Any]:
        """Return the population pyramid of a place and year (the first and the last) over that of the count.

        Raises NotFoundError for a place or year that is not there.
        """
        from urbium.charts.pyramid import pyramid  # noqa: PLC0415 - only when a chart is drawn

        name = place or self.places[0]
        self._known(name)
        shown = int(self.years[-1]) if year is None else year
        if shown not in self.years:
            raise NotFoundError.named("year", str(shown), [str(year) for year in self.years])
        rows = self.table.filter(pl.col("place") == name)
        now = rows.filter(pl.col("year") == int(self.years[0]))
        then = rows.filter(pl.col("year") == shown)
        return dict(
            pyramid(
                then,
                before=now,
                title=text(
                    "{name}: population by age and sex, {shown} (marks show {counted})",
                    name=name,
                    shown=shown,
                    counted=int(self.years[0]),
                ),
            )
        )

    def row(self, place: str) -> int:
        """Return where a place stands. Raises NotFoundError for one that is not there."""
        self._known(place)
        return self.places.index(place)

    def _known(self, place: str) -> None:
        if place not in self.places:
            raise NotFoundError.named("place", place, self.places)

    def _sum(self, first: int, last: int | None, sex: str | None) -> Numbers:
        bounds = (*self.ages, None)
        if first not in self.ages or last not in bounds or (last is not None and last <= first):
            raise InputError(
                coded(
                    "forecast.ages.bounds",
                    "{first} to {last} do not coincide with the age groups",
                    first=first,
                    last=last,
                ),
                place="ages",
                remedy=text("choose from {names:list}", names=self.ages),
            )
        if sex is not None and (sex not in SEXES or self.values.shape[2] == 1):
            raise NotFoundError.named("sex", sex, SEXES)
        ages = slice(self.ages.index(first), bounds.index(last))
        persons = self.values[:, :, :, ages].sum(axis=3)
        return np.asarray(persons.sum(axis=2) if sex is None else persons[:, :, SEXES.index(sex)])

    def _paths(self, values: Numbers) -> Paths:
        return Paths(self.places, self.years, values)


def bands_of(values: Numbers) -> Floats:
    """Return median and limits of values (C, Y, ..., P); limits are NaN in the first year and of one path."""
    bands = limits(values)
    if values.shape[-1] == 1:
        bands[..., 1:] = np.nan
    bands[:, 0, ..., 1:] = np.nan
    return bands


def long_table(index: Mapping[str, np.ndarray[Any, Any]], rows: Floats) -> pl.DataFrame:
    """One row a combination of the index, the last name fastest; NaN becomes null."""
    sizes = [len(values) for values in index.values()]
    columns = {}
    for at, (name, values) in enumerate(index.items()):
        after, before = int(np.prod(sizes[at + 1 :])), int(np.prod(sizes[:at]))
        columns[name] = np.tile(np.repeat(values, after), before)
    return pl.DataFrame(columns | dict(zip(LIMITS, rows.T, strict=True))).with_columns(
        pl.col(LIMITS).fill_nan(None)
    )

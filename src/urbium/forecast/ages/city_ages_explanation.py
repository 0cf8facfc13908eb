"""City ages explained: two counts, the ratios between them, and the outlook they add up to."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from urbium.errors import NotFoundError
from urbium.explanation import Explanation, explain, published
from urbium.forecast.ages.city_ages import RATIO_ROWS, CityAges
from urbium.forecast.ages.demography import explain_rows
from urbium.forecast.ages.place_counts import PlaceCounts
from urbium.forecast.band_text import band_of_persons
from urbium.packaged import words_of
from urbium.text import Text, coded, text

_SEXES: Final = words_of("people by sex")


@explain.register
def explain_city_ages(ages: CityAges, key: str) -> Explanation:
    """Explain the people of a city by age, down to rows of files.

    ``key`` may name a year too, as ``Delft 2030``. Raises NotFoundError for a place or year not there.
    """
    place, _, year = key.partition(" ")
    at = ages.row(place)
    years = [str(projected) for projected in ages.years]
    if year and year not in years:
        raise NotFoundError.named("year", year, years)
    shown = int(year or years[-1])
    total = ages.total().table("place").filter(place=place, year=shown).row(0, named=True)
    counted = ages.counts[at]
    is_ahead = shown > counted.years[1]
    return Explanation(
        coded("forecast.counts.population", "Population of {place} by age", place=place),
        value=total["value"],
        unit="persons",
        period=str(shown),
        area=counted.area,
        kind="forecast",
        note=band_of_persons(total) if is_ahead else text("counted"),
        children=(
            Explanation(
                coded("forecast.ages.method", "Method"),
                value=text(
                    "cohort change ratios between the counts of {earlier} and {later} (Hamilton "
                    "and Perry); children in proportion to the women in their mothers' age groups; "
                    "all ages scaled to the city's own outlook",
                    earlier=counted.years[0],
                    later=counted.years[1],
                ),
                kind="setting",
            ),
            *_total(ages, place),
            *(_count(ages, counted, which) for which in (1, 0)),
            Explanation(
                coded("forecast.counts.ratios", "Cohort change ratios"),
                kind="setting",
                note=text("the same in every future step"),
                children=tuple(_ratios(ages, at)),
            ),
            *explain_rows(lambda row: row.id.startswith(RATIO_ROWS)),
        ),
    )


def _total(ages: CityAges, place: str) -> Iterator[Explanation]:
    """The outlook that the ages add up to."""
    if ages.outlook is not None and place in ages.outlook.curves["city"]:
        yield ages.outlook.explain(place)


def _count(ages: CityAges, counted: PlaceCounts, which: int) -> Explanation:
    """One of the counts, each sex with the rows it stands in."""
    year = counted.years[which]
    rows = counted.rows.filter(year=year)
    children = []
    for sex, persons in zip(counted.sexes, counted.counts[which].sum(axis=1), strict=True):
        of_sex = rows.filter(pl.col("sex") == sex)
        first, last = of_sex["line"].min(), of_sex["line"].max()
        lines = text("lines {first}-{last}", first=first, last=last)
        file = counted.file.rpartition("/")[2]
        children.append(
            Explanation(
                coded(
                    "forecast.counts.persons_of",
                    "{who} in {count} age group",
                    "{who} in {count} age groups",
                    count=of_sex.height,
                    who=_SEXES[sex],
                ),
                value=float(persons),
                unit="persons",
                period=str(year),
                area=counted.area,
                kind="observation",
                origin=published(ages.sources, of_sex["source_id"][0], file=file, cell=lines),
            )
        )
    return Explanation(
        coded("forecast.ages.count_of", "Population count for {place} by age and sex", place=counted.place)
        if len(counted.sexes) > 1
        else coded("forecast.counts.count_of", "Population count for {place} by age", place=counted.place),
        value=float(counted.counts[which].sum()),
        unit="persons",
        period=str(year),
        kind="setting",
        children=tuple(children),
    )


def _ratios(ages: CityAges, at: int) -> Iterator[Explanation]:
    counted, change = ages.counts[at], ages.changes[at]
    for sex, ratios, children in zip(counted.sexes, change.ratios, change.children, strict=True):
        for group, age in enumerate(counted.ages):
            is_born_since = group < change.shift
            yield Explanation(
                _ratio_name(age, sex, is_born_since=is_born_since),
                value=float(children[group] if is_born_since else ratios[group]),
                period=text("{first} to {last}", first=counted.years[0], last=counted.years[1]),
                kind="setting",
            )


def _ratio_name(age: int, sex: str, *, is_born_since: bool) -> Text:
    if is_born_since:
        return coded(
            "forecast.counts.child_ratio",
            "{who} in the age group from {age}, per woman in their mothers' age groups",
            who=_SEXES[sex],
            age=age,
        )
    return coded(
        "forecast.counts.ratio",
        "{who} in the age group from {age}, per member of their cohort in the previous count",
        who=_SEXES[sex],
        age=age,
    )

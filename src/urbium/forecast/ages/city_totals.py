"""City totals: the people of a city in the years of its ages, as its own outlook has them."""

import numpy as np
import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.forecast.ages.place_counts import PlaceCounts
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.paths import Paths
from urbium.text import coded, text


def totals_of(outlook: Outlook, counted: PlaceCounts) -> Paths:
    """Return the people of a counted city in each path, from its later count on by the years between counts.

    Observed years are the figures of the outlook, straight in logs between them; the total of the count's
    year is no number where the outlook begins later.

    Raises
    ------
    NotFoundError : the city was not forecast
    InputError : it was forecast within another boundary than it was counted, or not far enough
    """
    curves = outlook.curves.filter(city=counted.place)
    if curves.is_empty():
        raise NotFoundError.named(text("city"), counted.place, outlook.curves["city"])
    areas = curves["area"].to_list()
    if areas != [counted.area]:
        raise InputError(
            coded(
                "forecast.counts.other_area",
                "{place} was counted within {area!r} but forecast within {areas:list}",
                place=counted.place,
                area=counted.area,
                areas=areas,
            ),
            place="ages",
            remedy=text(
                "load counts by age within {areas:list}, or population figures within {area!r}",
                area=counted.area,
                areas=areas,
            ),
        )
    years = np.arange(counted.years[1], outlook.to + 1, counted.interval)
    if len(years) < 2:  # noqa: PLR2004 - the count and a year ahead
        raise InputError(
            coded(
                "forecast.counts.not_far",
                "{place} was counted in {earlier} and {later}: the next projection of its ages is for {next}",
                place=counted.place,
                earlier=counted.years[0],
                later=counted.years[1],
                next=counted.years[1] + counted.interval,
            ),
            place="ages",
            remedy=text("forecast to {next} or later", next=counted.years[1] + counted.interval),
        )
    drawn = outlook.paths([counted.place])
    seen = outlook.table.filter(pl.col("city") == counted.place, pl.col("kind") == "observed").sort("year")
    known, logs = seen["year"].to_numpy(), np.log(seen["value"].to_numpy())
    ahead = {int(year): at for at, year in enumerate(drawn.years)}
    values = np.empty((1, len(years), drawn.values.shape[2]))
    for at, year in enumerate(years.tolist()):
        if year in ahead and year > known[-1]:
            values[0, at] = drawn.values[0, ahead[year]]
        else:
            values[0, at] = np.exp(np.interp(year, known, logs, left=np.nan))
    return Paths((counted.place,), years, values)

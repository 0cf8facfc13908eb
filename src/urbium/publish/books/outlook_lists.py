"""Outlook lists: the tables of a forecast as they stand in a workbook, one for each sheet.

Figures are those of the results, unchanged; only codes get names, and rows the order in which a reader asks.
What is in one column has one meaning: output and employment, persons and shares stand apart.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.packaged import packaged_rows, words_of
from urbium.publish.books.band_columns import (
    Listing,
    Names,
    band,
    called,
    group_words,
    head_of_data,
    heads,
)
from urbium.publish.books.outlook_basis import in_words, left_out_listing, sources_listing
from urbium.publish.books.outlook_pressure import pressure_listings
from urbium.publish.books.outlook_workforce import workforce_listings
from urbium.publish.books.sheets import Head
from urbium.result import Result
from urbium.text import say, text

if TYPE_CHECKING:
    from urbium.forecast import Cohorts, Households, NationOutlook, Outlook

CONTENTS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    row["sheet"]: (tuple(row["parts"].split()), row["holds_en"])
    for row in packaged_rows("documents/workbook_sheets")
    if row["book"] == "outlook"
}
"""The sheets in order, the parts each is made of, and what it holds."""

PLACES: Final[Mapping[str, str]] = words_of("part of a nation in a workbook")
"""What the parts of a nation that are no city are called."""

_DRAWN: Final = words_of("assumption of ages")


_OF_SEX: Final = {"male": text("Men"), "female": text("Women")}


def listings(parts: Mapping[str, Result], names: Names) -> dict[str, Listing]:
    """Return the listings of all parts that were made, by sheet.

    Parameters
    ----------
    parts : results by part, as ``CONTENTS`` names them
    names : of places and variables, by code
    """
    makers: Mapping[str, Callable[[Any, Names], Iterator[Listing]]] = {
        "population": _cities,
        "nation": _nation,
        "ages": _ages,
        "households": _households,
        "workforce": workforce_listings,
        "pressure": pressure_listings,
    }
    tables = [
        replace(listing, table=in_words(result, listing.table, names))
        for part, result in parts.items()
        for listing in makers[part](result, names)
    ]
    if parts:
        tables += [left_out_listing(parts, names), sources_listing(parts)]
    return {listing.name: listing for listing in tables}


# The parts


def _cities(outlook: "Outlook", names: Names) -> Iterator[Listing]:
    yield Listing(
        "Cities",
        text("Population of cities to {to}", to=outlook.to),
        text(
            "Observed figures have no band. Boundaries are never mixed: an agglomeration is not a prefecture."
        ),
        called(outlook.table, "city", names),
        (*heads("city.name", "code.city", "area", "year"), *band("persons"), *heads("outlook.kind", "curve")),
    )
    yield Listing(
        "Back-test cities",
        text("Back-test of the city forecasts"),
        text(
            "Forecasts from earlier years, using the data available then, compared with observed "
            "figures. Errors are shares of the observed figure."
        ),
        outlook.backtest,
        heads(
            "variable",
            "area",
            "horizon",
            "method",
            "cities",
            "errors",
            "origins",
            "median_ape",
            "mape",
            "mase",
            "crps",
            "ratio_to_naive",
            "ratio_to_drift",
            "coverage80",
            "coverage95",
        ),
    )


def _nation(nation: "NationOutlook", names: Names) -> Iterator[Listing]:
    order = {place: str(at) for at, place in enumerate(PLACES)}
    table = nation.table.with_columns(order=pl.col("place").replace_strict(order, default=str(len(order))))
    table = table.sort("order", "place", "year", maintain_order=True)
    yield Listing(
        "Nation",
        text("Population of the nation to {to}", to=int(nation.paths.years[-1])),
        text(
            "In every path, the parts add up to the total, but the medians of the parts need not "
            "add up to its median. This sheet shows cities after reconciliation; the sheet Cities "
            "shows them as forecast individually."
        ),
        called(table, "place", {**names, **{place: str(say(words)) for place, words in PLACES.items()}}),
        (*heads("place.name", "code.place", "area", "year"), *band("persons"), *heads("outlook.kind")),
    )
    yield Listing(
        "Urban share",
        text("Share of people who live in towns and cities, to {to}", to=int(nation.paths.years[-1])),
        text("Urban population divided by the population of the nation. Observed figures have no band."),
        nation.share,
        (*heads("year"), *band("urban_share"), *heads("outlook.kind")),
        1,
    )


def _households(households: "Households", names: Names) -> Iterator[Listing]:
    yield Listing(
        "Households",
        text("Households to {to}", to=households.table["year"].max()),
        text(
            "People divided by persons per household in each path. For a city without its own figures, "
            "the nation's are used, which is an assumption."
        ),
        called(households.table, "place", names),
        (
            *heads("place.name", "code.place", "area", "year"),
            *band("households"),
            *heads("households.people", "size", "households.basis"),
        ),
    )


def _ages(cohorts: "Cohorts", names: Names) -> Iterator[Listing]:
    first, last = int(cohorts.years[0]), int(cohorts.years[-1])
    groups = _groups(cohorts.ages)
    table = cohorts.table.with_columns(group=pl.col("age").replace_strict(groups, return_dtype=pl.String))
    places = heads("place.name", "code.place")
    yield Listing(
        "Ages",
        text("Population by sex and age to {to}", to=last),
        text("The bands of age groups do not add up to the band of their total."),
        called(table, "place", names),
        (*places, *heads("year", "sex", "ages.group", "ages.age"), *band("persons")),
    )
    wide = (
        table.filter(pl.col("year").is_in([first, last]))
        .pivot(["year", "sex"], index=["place", "age", "group"], values="value", separator=" ")
        .with_columns(left=-pl.col(f'{{{last},"male"}}'), left_first=-pl.col(f'{{{first},"male"}}'))
    )
    yield Listing(
        "Pyramid",
        text("Population by sex and age in {first} and {last}", first=first, last=last),
        text("Medians. The last two columns show men as negative numbers, for the chart."),
        called(wide, "place", names),
        (
            *places,
            *heads("ages.group"),
            *(_of_sex(sex, year) for year in (first, last) for sex in _OF_SEX),
            _to_the_left("left_first", first),
            _to_the_left("left", last),
        ),
    )
    drawn = {name: str(say(words)) for name, words in _DRAWN.items()}
    assumed = cohorts.assumed.with_columns(what=pl.col("variable").replace(drawn))
    yield Listing(
        "Demographic assumptions",
        text("Assumptions on fertility, mortality and migration"),
        text("Medians and bands of the draws. The bands are empty if there was only one draw."),
        called(assumed, "place", names),
        (*places, *heads("what", "period", "sex", "unit"), *band("value")),
    )


def _of_sex(sex: str, year: int) -> Head:
    title = text("{sex} {year} (persons)", sex=_OF_SEX[sex], year=year)
    return head_of_data(f'{{{year},"{sex}"}}', title, "#,##0", width=15)


def _to_the_left(name: str, year: int) -> Head:
    title = text("Men {year}, on the left", year=year)
    return head_of_data(name, title, "#,##0", width=15)


def _groups(ages: tuple[int, ...]) -> dict[int, str]:
    """The age groups in words, the last one open."""
    ends = (*(after - 1 for after in ages[1:]), None)
    return {age: group_words(age, end) for age, end in zip(ages, ends, strict=True)}

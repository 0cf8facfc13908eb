"""Outlook lists: the tables of a forecast as they stand in a workbook, one for each sheet.

Figures are those of the results, unchanged; only codes get names, and rows the order in which a reader asks.
What is in one column has one meaning: output and employment, persons and shares stand apart.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.model import Source
from urbium.publish.books.band_columns import (
    AREA,
    AT,
    FINE,
    KIND,
    SHARE,
    WHOLE,
    YEAR,
    Listing,
    Names,
    band,
    called,
    who,
)
from urbium.publish.books.outlook_pressure import pressure_listings
from urbium.publish.books.sheets import Head
from urbium.result import Result

if TYPE_CHECKING:
    from urbium.forecast import Cohorts, NationOutlook, Outlook, Workforce

__all__ = ["CONTENTS", "PLACES", "listings"]

CONTENTS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "Cities": (("population",), "people of each city, year by year, observed and projected"),
    "Nation": (("nation",), "people of the nation by where they live, all parts adding up"),
    "Urban share": (("nation",), "the share of people who live in towns and cities"),
    "Ages": (("ages",), "people by sex and age"),
    "Pyramid": (("ages",), "people by sex and age in the first and in the last year, side by side"),
    "Births deaths moves": (("ages",), "what was assumed of births, deaths and moves"),
    "Sectors": (("workforce",), "shares of sectors, in output and in employment"),
    "Jobs": (("workforce",), "the labour force, jobs needed, jobs in sight and what falls short"),
    "Services": (("pressure",), "in how many cities each service runs short"),
    "Runs short": (("pressure",), "each service of each city: whether and when it runs short"),
    "Pressure": (("pressure",), "need against capacity of each service of each city, year by year"),
    "Norms": (("pressure",), "how much of a service people need, with range, evidence and source"),
    "Back-test cities": (("population",), "how good such forecasts of cities would have been"),
    "Back-test sectors": (("workforce",), "how good such forecasts of sectors would have been"),
    "Left out": (("population", "nation", "workforce"), "places and figures that are not in it, and why"),
    "Sources": (("population", "nation", "ages", "workforce", "pressure"), "who published the figures"),
}
"""The sheets in order, the parts each is made of, and what it holds."""

PLACES: Final[Mapping[str, str]] = {
    "nation": "The nation",
    "urban": "Urban, all of it",
    "other urban": "Urban outside the cities listed",
    "rural": "Rural",
}
"""What the parts of a nation that are no city are called."""

_DRAWN: Final = {
    "total_fertility": "Births: children per woman",
    "life_expectancy": "Deaths: life expectancy at birth",
    "net_migration": "Moves: net migrants over five years per person",
}
Parts = Mapping[str, Any]


def listings(parts: Mapping[str, Result], names: Names) -> dict[str, Listing]:
    """Return the listings of all parts that were made, by sheet.

    Parameters
    ----------
    parts : results by part, as ``CONTENTS`` names them
    names : of places, by code
    """
    makers: Mapping[str, Callable[[Any, Names], Iterator[Listing]]] = {
        "population": _cities,
        "nation": _nation,
        "ages": _ages,
        "workforce": _workforce,
        "pressure": pressure_listings,
    }
    made = [each for part, result in parts.items() for each in makers[part](result, names)]
    if parts:
        made += [_left_out(parts, names), _sources(parts)]
    return {each.name: each for each in made}


# The parts


def _cities(outlook: "Outlook", names: Names) -> Iterator[Listing]:
    yield Listing(
        "Cities",
        f"People of cities to {outlook.to}",
        "Where observed there is no band. Boundaries are never mixed: an agglomeration is no prefecture.",
        called(outlook.table, "city", names),
        (*who("City", "city"), AREA, AT, *band("Persons", WHOLE), KIND, Head("curve", "Curve", "", 18)),
    )
    yield Listing(
        "Back-test cities",
        "Back-test of the forecasts of cities",
        "Forecasts from earlier years, with what was known then, against what came."
        " Errors are shares of what came.",
        outlook.backtest,
        (
            Head("variable", "Series", "", 26),
            AREA,
            Head("horizon", "Years ahead", YEAR),
            Head("method", "Method", "", 18),
            Head("cities", "Cities", WHOLE),
            Head("errors", "Forecasts judged", WHOLE),
            Head("origins", "Years forecast from", WHOLE),
            Head("median_ape", "Median error (share)", "0.00%"),
            Head("mape", "Mean error (share)", "0.00%"),
            Head("mase", "Mean error over mean change from figure to figure (MASE)", "0.00", 16),
            Head("crps", "CRPS (share)", "0.00%"),
            Head("ratio_to_naive", "Median error over that of the last growth", "0.00", 14),
            Head("ratio_to_drift", "Median error over that of drift", "0.00", 14),
            Head("coverage80", "Within the 80 % bands (share)", SHARE),
            Head("coverage95", "Within the 95 % bands (share)", SHARE),
        ),
    )


def _nation(nation: "NationOutlook", names: Names) -> Iterator[Listing]:
    order = {place: str(at) for at, place in enumerate(PLACES)}
    table = nation.table.with_columns(order=pl.col("place").replace_strict(order, default=str(len(order))))
    table = table.sort("order", "place", "year", maintain_order=True)
    yield Listing(
        "Nation",
        f"People of the nation to {nation.paths.years[-1]}",
        "In every future the parts add up; medians of parts need not add up to the median of the whole."
        " Cities are here as they are after everything had to add up, on Cities as each was forecast.",
        called(table, "place", dict(names) | dict(PLACES)),
        (*who("Place", "place"), AREA, AT, *band("Persons", WHOLE), KIND),
    )
    yield Listing(
        "Urban share",
        f"Share of people who live in towns and cities, to {nation.paths.years[-1]}",
        "Urban over all people of the nation. Where observed there is no band.",
        nation.share,
        (AT, *band("Urban share", SHARE), KIND),
        1,
    )


def _ages(cohorts: "Cohorts", names: Names) -> Iterator[Listing]:
    first, last = int(cohorts.years[0]), int(cohorts.years[-1])
    groups = _groups(cohorts.ages)
    table = cohorts.table.with_columns(group=pl.col("age").replace_strict(groups, return_dtype=pl.String))
    group = Head("group", "Age group (years)", "", 10)
    yield Listing(
        "Ages",
        f"People by sex and age to {last}",
        "Bands of ages do not add up to the band of their sum.",
        called(table, "place", names),
        (
            *who("Place", "place"),
            AT,
            Head("sex", "Sex", "", 9),
            group,
            Head("age", "Age from", YEAR, 8),
            *band("Persons", WHOLE),
        ),
    )
    wide = (
        table.filter(pl.col("year").is_in([first, last]))
        .pivot(["year", "sex"], index=["place", "age", "group"], values="value", separator=" ")
        .with_columns(left=-pl.col(f'{{{last},"male"}}'), left_first=-pl.col(f'{{{first},"male"}}'))
    )
    yield Listing(
        "Pyramid",
        f"People by sex and age in {first} and {last}",
        "Medians. The last two columns are those of the men below zero, for the chart.",
        called(wide, "place", names),
        (
            *who("Place", "place"),
            group,
            *(
                Head(f'{{{year},"{sex}"}}', f"{who} {year} (persons)", WHOLE, 15)
                for year in (first, last)
                for sex, who in (("male", "Men"), ("female", "Women"))
            ),
            Head("left_first", f"Men {first}, to the left", WHOLE, 15),
            Head("left", f"Men {last}, to the left", WHOLE, 15),
        ),
    )
    assumed = cohorts.assumed.with_columns(what=pl.col("variable").replace(_DRAWN))
    yield Listing(
        "Births deaths moves",
        "What was assumed of births, deaths and moves",
        "Medians and bands of what was drawn; empty bands mean that one future only was drawn.",
        called(assumed, "place", names),
        (
            *who("Place", "place"),
            Head("what", "What", "", 44),
            Head("period", "Years", "", 12),
            Head("sex", "Sex", "", 9),
            Head("unit", "Unit", "", 30),
            *band("Value", FINE),
        ),
    )


def _workforce(workforce: "Workforce", names: Names) -> Iterator[Listing]:
    key = ["place", "area", "sector", "year"]
    rows = workforce.table.drop("series")
    both = [rows.filter(workforce.table["series"] == name) for name in ("output", "employment")]
    table = both[0].join(both[1], on=key, how="full", coalesce=True, suffix=" of employment")
    nations = pl.col("place") != workforce.place
    table = table.sort(nations, "place", "sector", "year", maintain_order=True)
    yield Listing(
        "Sectors",
        f"Shares of sectors to {workforce.to}",
        "Output (what is made) and employment (who works) are two series; neither is made from the other.",
        called(table, "place", names),
        (
            *who("Place", "place"),
            AREA,
            Head("sector", "Sector", "", 24),
            AT,
            *band("Share of output", SHARE),
            Head("kind", "Output: observed or projected", "", 12),
            *band("Share of employment", SHARE, " of employment"),
            Head("kind of employment", "Employment: observed or projected", "", 12),
        ),
    )
    yield Listing(
        "Jobs",
        f"Jobs to {workforce.to}",
        "Needed: the labour force less those out of work. In sight: jobs that go on as output does.",
        called(workforce.jobs, "place", names),
        (
            *who("Place", "place"),
            Head("quantity", "Quantity", "", 14),
            Head("sector", "Sector", "", 14),
            AT,
            *band("Persons", WHOLE),
        ),
    )
    yield Listing(
        "Back-test sectors",
        "Back-test of the forecasts of sectors",
        "Forecasts from earlier years against what came."
        " An empty horizon and the sector all stand for all of them.",
        workforce.backtest.with_columns(held=pl.col("held_out").replace_strict({True: "yes", False: "no"})),
        (
            Head("about", "About", "", 24),
            Head("series", "Series", "", 13),
            Head("method", "Method", "", 26),
            Head("horizon", "Years ahead", YEAR),
            Head("sector", "Sector", "", 14),
            Head("places", "Places", WHOLE),
            Head("figures", "Figures judged", WHOLE),
            Head("crps", "CRPS (share)", "0.00%"),
            Head("coverage80", "Within the 80 % bands (share)", SHARE),
            Head("coverage95", "Within the 95 % bands (share)", SHARE),
            Head("held", "Were these years kept from the model?", "", 16),
        ),
    )


# What several parts say


def _left_out(parts: Parts, names: Names) -> Listing:
    wanted: dict[str, type[pl.DataType]] = dict.fromkeys(
        ("place", "what", "area", "period", "reason"), pl.String
    )
    wanted |= {"value": pl.Float64}
    found: list[tuple[str, pl.DataFrame]] = []
    if "population" in parts:
        outlook: Outlook = parts["population"]
        found += [("Population", outlook.refused.rename({"city": "place"}))]
        found += [("Population, one figure", outlook.excluded.rename({"city": "place", "variable": "what"}))]
    if "nation" in parts:
        nation: NationOutlook = parts["nation"]
        found += [("Nation: not counted one by one", nation.outside.rename({"city": "place"}))]
    if "workforce" in parts:
        work: Workforce = parts["workforce"]
        found += [("Sectors", work.refused.rename({"series": "what"}))]
        found += [("Sectors, one year", work.excluded.rename({"series": "what", "year": "period"}))]
    tables = [
        table.select(
            part=pl.lit(part),
            **{
                name: pl.col(name).cast(kind) if name in table.columns else pl.lit(None, kind)
                for name, kind in wanted.items()
            },
        )
        for part, table in found
    ]
    rows = pl.concat(tables) if tables else pl.DataFrame(schema={"part": pl.String, **wanted})
    return Listing(
        "Left out",
        "What is not in the forecasts, and why",
        "Places that could not be forecast, and single figures that were not used."
        " A value is as it was reported.",
        called(rows, "place", names),
        (
            Head("part", "Forecast of", "", 30),
            *who("Place", "place"),
            Head("what", "Series", "", 26),
            AREA,
            Head("period", "Year", "", 9),
            Head("value", "Value", "#,##0.0##"),
            Head("reason", "Why", "", 90),
        ),
    )


def _sources(parts: Parts) -> Listing:
    used: dict[str, dict[str, int]] = {}
    published: dict[str, Source] = {}
    for part, result in parts.items():
        published |= result.sources
        for name in _sources_of(part, result):
            used.setdefault(name or "", {}).setdefault(part, 0)
            used[name or ""][part] += 1
    names = sorted(used)
    known = [published.get(name) for name in names]
    columns = {
        "id": [name or "not stated" for name in names],
        "parts": [", ".join(used[name]) for name in names],
        "figures": [sum(used[name].values()) for name in names],
    } | {
        field: [str(getattr(each, field)) if each else "" for each in known]
        for field in ("publisher", "title", "year", "licence", "origin", "note")
    }
    return Listing(
        "Sources",
        "Who published the figures and norms",
        "Statistical facts are quoted with their publisher; mind the licence before passing figures on.",
        pl.DataFrame(
            columns, schema_overrides={name: pl.Int64 if name == "figures" else pl.String for name in columns}
        ),
        (
            Head("id", "Source", "", 16),
            Head("publisher", "Publisher", "", 36),
            Head("title", "Title", "", 44),
            Head("year", "Year or edition", "", 14),
            Head("licence", "Licence", "", 30),
            Head("origin", "Address", "", 40),
            Head("parts", "Used for", "", 24),
            Head("figures", "Figures and norms used", WHOLE),
            Head("note", "Remark", "", 50),
        ),
        1,
    )


def _sources_of(part: str, result: Any) -> list[str]:  # noqa: ANN401 - the result class of the part
    """Return the source of each figure behind a part."""
    if part == "pressure":
        norms = [norm.source for norm in result.norms.values()]
        return [*norms, *result.capacity.figures["source"]]
    if part == "ages":
        return list(result.inputs.table["source_id"])
    return list(result.figures["source"])


def _groups(ages: tuple[int, ...]) -> dict[int, str]:
    """The age groups in words, the last one open."""
    last = ages[-1]
    return {
        age: f"{age} and over" if age == last else str(age) if after == age + 1 else f"{age} to {after - 1}"
        for age, after in zip(ages, (*ages[1:], last + 1), strict=True)
    }

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
from urbium.text import text

if TYPE_CHECKING:
    from urbium.forecast import Cohorts, NationOutlook, Outlook, Workforce

__all__ = ["CONTENTS", "PLACES", "listings"]

CONTENTS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "Cities": (
        ("population",),
        text("book.outlook.cities", "Population of each city, year by year, observed and projected."),
    ),
    "Nation": (
        ("nation",),
        text("book.outlook.nation", "Population of the nation by where people live; all parts add up."),
    ),
    "Urban share": (("nation",), text("book.outlook.urban", "Share of people who live in towns and cities.")),
    "Ages": (("ages",), text("book.outlook.ages", "Population by sex and age.")),
    "Pyramid": (
        ("ages",),
        text(
            "book.outlook.pyramid",
            "Population by sex and age in the first and in the last year, side by side.",
        ),
    ),
    "Demographic assumptions": (
        ("ages",),
        text("book.outlook.assumed", "Assumptions on fertility, mortality and migration."),
    ),
    "Sectors": (
        ("workforce",),
        text("book.outlook.sectors", "Shares of sectors in output and in employment."),
    ),
    "Jobs": (
        ("workforce",),
        text("book.outlook.jobs", "Labour force, jobs needed, jobs in sight and the shortfall."),
    ),
    "Services": (
        ("pressure",),
        text("book.outlook.services", "Number of cities with a shortage of each service."),
    ),
    "Shortages": (
        ("pressure",),
        text("book.outlook.short", "Each service of each city: whether and from when there is a shortage."),
    ),
    "Pressure": (
        ("pressure",),
        text("book.outlook.pressure", "Demand and capacity of each service of each city, year by year."),
    ),
    "Norms": (
        ("pressure",),
        text("book.outlook.norms", "How much of a service people need, with range, evidence and source."),
    ),
    "Back-test cities": (
        ("population",),
        text("book.outlook.backtest_cities", "Accuracy of such forecasts of cities in earlier years."),
    ),
    "Back-test sectors": (
        ("workforce",),
        text("book.outlook.backtest_sectors", "Accuracy of such forecasts of sectors in earlier years."),
    ),
    "Not used": (
        ("population", "nation", "workforce"),
        text("book.outlook.not_used", "Places and figures that are not included, and why."),
    ),
    "Sources": (
        ("population", "nation", "ages", "workforce", "pressure"),
        text("book.outlook.sources", "Who published the figures."),
    ),
}
"""The sheets in order, the parts each is made of, and what it holds."""

PLACES: Final[Mapping[str, str]] = {
    "nation": text("book.outlook.place_nation", "Nation"),
    "urban": text("book.outlook.place_urban", "Urban, total"),
    "other urban": text("book.outlook.place_other", "Urban outside the cities listed"),
    "rural": text("book.outlook.place_rural", "Rural"),
}
"""What the parts of a nation that are no city are called."""

_DRAWN: Final = {
    "total_fertility": text("book.outlook.fertility", "Total fertility rate (children per woman)"),
    "life_expectancy": text("book.outlook.expectancy", "Life expectancy at birth (years)"),
    "net_migration": text("book.outlook.migration", "Net migrants over five years per person"),
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
        text("book.outlook.cities_to", "Population of cities to {to}", to=outlook.to),
        text(
            "book.outlook.cities.note",
            "Observed figures have no band. Boundaries are never mixed: an agglomeration is not a"
            " prefecture.",
        ),
        called(outlook.table, "city", names),
        (
            *who(text("book.city", "City"), "city"),
            AREA,
            AT,
            *band(text("book.persons", "Persons"), WHOLE),
            KIND,
            Head("curve", text("book.curve", "Curve"), "", 18),
        ),
    )
    yield Listing(
        "Back-test cities",
        text("book.outlook.backtest_cities.title", "Back-test of the forecasts of cities"),
        text(
            "book.outlook.backtest_cities.note",
            "Forecasts from earlier years, with what was known then, compared with observed figures. Errors"
            " are shares of the observed figure.",
        ),
        outlook.backtest,
        (
            Head("variable", text("book.series", "Series"), "", 26),
            AREA,
            Head("horizon", text("book.horizon", "Horizon (years)"), YEAR),
            Head("method", text("book.method", "Method"), "", 18),
            Head("cities", text("book.cities", "Cities"), WHOLE),
            Head("errors", text("book.outlook.errors", "Forecasts compared"), WHOLE),
            Head("origins", text("book.outlook.origins", "Origins (years)"), WHOLE),
            Head("median_ape", text("book.outlook.median_ape", "Median error (share)"), "0.00%"),
            Head("mape", text("book.outlook.mape", "Mean error (share)"), "0.00%"),
            Head(
                "mase",
                text("book.outlook.mase", "Mean error relative to the mean change between figures (MASE)"),
                "0.00",
                16,
            ),
            Head("crps", text("book.outlook.crps", "CRPS (share)"), "0.00%"),
            Head(
                "ratio_to_naive",
                text("book.outlook.ratio_naive", "Median error relative to the naive forecast"),
                "0.00",
                14,
            ),
            Head(
                "ratio_to_drift",
                text("book.outlook.ratio_drift", "Median error relative to the drift forecast"),
                "0.00",
                14,
            ),
            Head("coverage80", text("book.outlook.coverage80", "Within the 80 % bands (share)"), SHARE),
            Head("coverage95", text("book.outlook.coverage95", "Within the 95 % bands (share)"), SHARE),
        ),
    )


def _nation(nation: "NationOutlook", names: Names) -> Iterator[Listing]:
    order = {place: str(at) for at, place in enumerate(PLACES)}
    table = nation.table.with_columns(order=pl.col("place").replace_strict(order, default=str(len(order))))
    table = table.sort("order", "place", "year", maintain_order=True)
    yield Listing(
        "Nation",
        text("book.outlook.nation_to", "Population of the nation to {to}", to=int(nation.paths.years[-1])),
        text(
            "book.outlook.nation.note",
            "In every path the parts add up; medians of parts need not add up to the median of the whole."
            " Cities are shown after reconciliation here, and as each was forecast on the sheet Cities.",
        ),
        called(table, "place", dict(names) | dict(PLACES)),
        (
            *who(text("book.place", "Place"), "place"),
            AREA,
            AT,
            *band(text("book.persons", "Persons"), WHOLE),
            KIND,
        ),
    )
    yield Listing(
        "Urban share",
        text(
            "book.outlook.urban_to",
            "Share of people who live in towns and cities, to {to}",
            to=int(nation.paths.years[-1]),
        ),
        text(
            "book.outlook.urban.note",
            "Urban population over the population of the nation. Observed figures have no band.",
        ),
        nation.share,
        (AT, *band("Urban share", SHARE), KIND),
        1,
    )


def _ages(cohorts: "Cohorts", names: Names) -> Iterator[Listing]:
    first, last = int(cohorts.years[0]), int(cohorts.years[-1])
    groups = _groups(cohorts.ages)
    table = cohorts.table.with_columns(group=pl.col("age").replace_strict(groups, return_dtype=pl.String))
    group = Head("group", text("book.age_group", "Age group (years)"), "", 10)
    yield Listing(
        "Ages",
        text("book.outlook.ages_to", "Population by sex and age to {to}", to=last),
        text("book.outlook.ages.note", "Bands of ages do not add up to the band of their sum."),
        called(table, "place", names),
        (
            *who(text("book.place", "Place"), "place"),
            AT,
            Head("sex", text("book.sex", "Sex"), "", 9),
            group,
            Head("age", text("book.age_from", "Age from"), YEAR, 8),
            *band(text("book.persons", "Persons"), WHOLE),
        ),
    )
    wide = (
        table.filter(pl.col("year").is_in([first, last]))
        .pivot(["year", "sex"], index=["place", "age", "group"], values="value", separator=" ")
        .with_columns(left=-pl.col(f'{{{last},"male"}}'), left_first=-pl.col(f'{{{first},"male"}}'))
    )
    yield Listing(
        "Pyramid",
        text(
            "book.outlook.pyramid_of",
            "Population by sex and age in {first} and {last}",
            first=first,
            last=last,
        ),
        text(
            "book.outlook.pyramid.note",
            "Medians. The last two columns are the men with a minus sign, for the chart.",
        ),
        called(wide, "place", names),
        (
            *who(text("book.place", "Place"), "place"),
            group,
            *(
                Head(
                    f'{{{year},"{sex}"}}',
                    text("book.outlook.sex_year", "{sex} {year} (persons)", sex=sexes, year=year),
                    WHOLE,
                    15,
                )
                for year in (first, last)
                for sex, sexes in (("male", text("book.men", "Men")), ("female", text("book.women", "Women")))
            ),
            Head(
                "left_first", text("book.outlook.men_left", "Men {year}, to the left", year=first), WHOLE, 15
            ),
            Head("left", text("book.outlook.men_left", "Men {year}, to the left", year=last), WHOLE, 15),
        ),
    )
    assumed = cohorts.assumed.with_columns(what=pl.col("variable").replace(_DRAWN))
    yield Listing(
        "Demographic assumptions",
        text("book.outlook.assumed.title", "Assumptions on fertility, mortality and migration"),
        text(
            "book.outlook.assumed.note",
            "Medians and bands of what was drawn; empty bands mean that only one path was drawn.",
        ),
        called(assumed, "place", names),
        (
            *who(text("book.place", "Place"), "place"),
            Head("what", text("book.what", "What"), "", 44),
            Head("period", text("book.years", "Years"), "", 12),
            Head("sex", text("book.sex", "Sex"), "", 9),
            Head("unit", text("book.unit", "Unit"), "", 30),
            *band(text("book.value", "Value"), FINE),
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
        text("book.outlook.sectors_to", "Shares of sectors to {to}", to=workforce.to),
        text(
            "book.outlook.sectors.note",
            "Output (what is produced) and employment (who works) are two series; neither is derived from"
            " the other.",
        ),
        called(table, "place", names),
        (
            *who(text("book.place", "Place"), "place"),
            AREA,
            Head("sector", text("book.sector", "Sector"), "", 24),
            AT,
            *band(text("book.outlook.output_share", "Share of output"), SHARE),
            Head("kind", text("book.outlook.output_kind", "Output: observed or projected"), "", 12),
            *band(text("book.outlook.employment_share", "Share of employment"), SHARE, " of employment"),
            Head(
                "kind of employment",
                text("book.outlook.employment_kind", "Employment: observed or projected"),
                "",
                12,
            ),
        ),
    )
    yield Listing(
        "Jobs",
        text("book.outlook.jobs_to", "Jobs to {to}", to=workforce.to),
        text(
            "book.outlook.jobs.note",
            "Needed: the labour force less the unemployed. In sight: jobs that follow from output.",
        ),
        called(workforce.jobs, "place", names),
        (
            *who(text("book.place", "Place"), "place"),
            Head("quantity", text("book.quantity", "Quantity"), "", 14),
            Head("sector", text("book.sector", "Sector"), "", 14),
            AT,
            *band(text("book.persons", "Persons"), WHOLE),
        ),
    )
    yield Listing(
        "Back-test sectors",
        text("book.outlook.backtest_sectors.title", "Back-test of the forecasts of sectors"),
        text(
            "book.outlook.backtest_sectors.note",
            "Forecasts from earlier years compared with observed figures. An empty horizon, or the sector"
            " all, covers all of them.",
        ),
        workforce.backtest.with_columns(
            held=pl.col("held_out").replace_strict(
                {True: text("book.yes", "yes"), False: text("book.no", "no")}
            )
        ),
        (
            Head("about", text("book.about", "About"), "", 24),
            Head("series", text("book.series", "Series"), "", 13),
            Head("method", text("book.method", "Method"), "", 26),
            Head("horizon", text("book.horizon", "Horizon (years)"), YEAR),
            Head("sector", text("book.sector", "Sector"), "", 14),
            Head("places", text("book.places", "Places"), WHOLE),
            Head("figures", text("book.outlook.figures", "Figures compared"), WHOLE),
            Head("crps", text("book.outlook.crps", "CRPS (share)"), "0.00%"),
            Head("coverage80", text("book.outlook.coverage80", "Within the 80 % bands (share)"), SHARE),
            Head("coverage95", text("book.outlook.coverage95", "Within the 95 % bands (share)"), SHARE),
            Head("held", text("book.outlook.held_out", "Years held out from the model?"), "", 16),
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
        found += [
            (text("book.outlook.of_population", "Population"), outlook.refused.rename({"city": "place"}))
        ]
        found += [
            (
                text("book.outlook.of_one_figure", "Population, one figure"),
                outlook.excluded.rename({"city": "place", "variable": "what"}),
            )
        ]
    if "nation" in parts:
        nation: NationOutlook = parts["nation"]
        found += [
            (
                text("book.outlook.of_nation", "Nation: not counted separately"),
                nation.outside.rename({"city": "place"}),
            )
        ]
    if "workforce" in parts:
        work: Workforce = parts["workforce"]
        found += [("Sectors", work.refused.rename({"series": "what"}))]
        found += [
            (
                text("book.outlook.of_one_year", "Sectors, one year"),
                work.excluded.rename({"series": "what", "year": "period"}),
            )
        ]
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
        "Not used",
        text("book.outlook.not_used.title", "What the forecasts do not include, and why"),
        text(
            "book.outlook.not_used.note",
            "Places that could not be forecast, and single figures that were not used. Values are as"
            " reported.",
        ),
        called(rows, "place", names),
        (
            Head("part", text("book.outlook.part", "Forecast of"), "", 30),
            *who(text("book.place", "Place"), "place"),
            Head("what", text("book.series", "Series"), "", 26),
            AREA,
            Head("period", text("book.year", "Year"), "", 9),
            Head("value", text("book.value", "Value"), "#,##0.0##"),
            Head("reason", text("book.why", "Reason"), "", 90),
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
        "id": [name or text("book.not_stated", "not stated") for name in names],
        "parts": [", ".join(used[name]) for name in names],
        "figures": [sum(used[name].values()) for name in names],
    } | {
        field: [str(getattr(each, field)) if each else "" for each in known]
        for field in ("publisher", "title", "year", "licence", "origin", "note")
    }
    return Listing(
        "Sources",
        text("book.outlook.sources.title", "Publishers of figures and norms"),
        text(
            "book.outlook.sources.note",
            "Statistical facts are quoted with their publisher; check the licence before passing figures on.",
        ),
        pl.DataFrame(
            columns, schema_overrides={name: pl.Int64 if name == "figures" else pl.String for name in columns}
        ),
        (
            Head("id", text("book.source", "Source"), "", 16),
            Head("publisher", text("book.publisher", "Publisher"), "", 36),
            Head("title", text("book.title", "Title"), "", 44),
            Head("year", text("book.edition", "Year or edition"), "", 14),
            Head("licence", text("book.licence", "Licence"), "", 30),
            Head("origin", text("book.address", "Address"), "", 40),
            Head("parts", text("book.used_for", "Used for"), "", 24),
            Head("figures", text("book.outlook.figures_used", "Figures and norms used"), WHOLE),
            Head("note", text("book.remark", "Remark"), "", 50),
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
        age: text("book.age_over", "{first} and over", first=age)
        if age == last
        else str(age)
        if after == age + 1
        else text("book.age_between", "{first} to {last}", first=age, last=after - 1)
        for age, after in zip(ages, (*ages[1:], last + 1), strict=True)
    }

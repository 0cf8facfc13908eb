"""Households explained: people over persons per household, down to the cells of both."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from urbium.errors import NotFoundError
from urbium.explanation import Explanation, explain, observed
from urbium.forecast.ages.demography import explain_rows
from urbium.forecast.band_text import band_of_figures
from urbium.forecast.households.households import OF_NATION, OWN, Households
from urbium.forecast.households.size_trend import SIZE_ROWS
from urbium.packaged import words_of
from urbium.text import coded, text

_BASIS: Final = words_of("basis of households")
_ASSUMED = text(
    "{basis} (assumption: the number of persons per household in the city is unknown)",
    basis=_BASIS[OF_NATION],
)


@explain.register
def explain_households(households: Households, key: str) -> Explanation:
    """Explain the households of a place, down to cells; ``key`` may name a year too, as ``130200 2030``.

    Raises NotFoundError for a place or a year that is not there.
    """
    place, _, year = key.partition(" ")
    rows = households.table.filter(pl.col("place") == place)
    if rows.is_empty():
        raise NotFoundError.named("place", place, households.table["place"].unique(maintain_order=True))
    years = [str(known) for known in rows["year"]]
    if year and year not in years:
        raise NotFoundError.named("year", year, years)
    row = rows.filter(pl.col("year") == int(year or years[-1])).row(0, named=True)
    return Explanation(
        coded("forecast.households.of", "Households of {place}", place=place),
        value=row["value"],
        unit="households",
        period=str(row["year"]),
        area=row["area"],
        kind="forecast",
        note=band_of_figures(row),
        children=(
            Explanation(
                coded("forecast.households.people", "Population"),
                value=row["people"],
                unit="persons",
                period=str(row["year"]),
                area=row["area"],
                kind="forecast",
                children=tuple(_people(households, place, row["area"])),
            ),
            Explanation(
                coded("forecast.households.size", "Persons per household"),
                value=row["size"],
                period=str(row["year"]),
                kind="forecast" if row["basis"] == OWN or place == households.nation else "assumption",
                note=_ASSUMED
                if row["basis"] == OF_NATION and place != households.nation
                else _BASIS[row["basis"]],
                children=tuple(_sizes(households, place, row["basis"])),
            ),
        ),
    )


def _people(households: Households, place: str, area: str) -> Iterator[Explanation]:
    outlook = households.outlooks.get(area)
    if outlook is not None and place in outlook.curves["city"]:
        yield outlook.explain(place)


def _sizes(households: Households, place: str, basis: str) -> Iterator[Explanation]:
    """The figures a size rests on, and the declared rows of its trend."""
    whose = place if basis == OWN else households.nation
    for row in households.figures.filter(pl.col("place") == whose).sort("year").iter_rows(named=True):
        yield observed(row, households.sources, households.variables.get(row["variable"]))
    yield from explain_rows(lambda row: row.id.startswith(SIZE_ROWS))

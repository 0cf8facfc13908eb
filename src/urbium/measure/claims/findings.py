"""Findings: what the stored series say about a figure, each with its period, boundary and basis."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import Variable
from urbium.observations.in_force import UNDECLARED, usable_figures
from urbium.packaged import words_of
from urbium.text import Text, named, sentences, text, texts
from urbium.units import convert, unit, units

_COUNT: Final = "count"


class Basis(StrEnum):
    """How a figure that bears on a claim was had."""

    REPORTED = "reported"
    INTERPOLATED = "interpolated"
    NEAREST = "nearest year"
    ADDED_UP = "rounds added up"

    @property
    def words(self) -> Text:
        """What a person reads."""
        return words_of("Basis")[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure that bears on a claim.

    ``basis`` says how it was had: reported for the year asked, interpolated between the years beside it, of
    the nearest year, or added up over rounds. ``observations`` are the rows it rests on, when they are few
    enough to be shown.
    """

    series: str
    name: str
    value: float
    unit: str
    period: str
    area: str
    basis: Basis
    sources: tuple[str, ...] = ()
    note: str = ""
    observations: tuple[Mapping[str, Any], ...] = ()


def usable(observations: pl.DataFrame, declared: Mapping[str, Variable] = UNDECLARED) -> pl.DataFrame:
    """Return the annual figures that were reported or accepted, with the column ``year``.

    A claim is held against every source; of several for one place and year the one in force comes first, as
    :func:`urbium.observations.in_force.decide` says.
    """
    annual = observations.filter(pl.col("period").str.contains(r"^\d{4}$"))
    return usable_figures(annual, declared).with_columns(year=pl.col("period").cast(pl.Int64))


def series_findings(
    figures: pl.DataFrame, series: str, *, year: int, wanted: str, within: int, catalogue: Catalogue
) -> Iterator[Finding]:
    """Yield the figures of one national series, nearest year first.

    Parameters
    ----------
    figures : the answer of :func:`usable`, of one nation
    series : a variable
    year : the year asked for
    wanted : the unit the values are wanted in; nothing is yielded when the series is of another kind
    within : how many years away a figure may lie; when none does, the nearest one is yielded
    """
    variable = catalogue.variables[series]
    if wanted not in units() or unit(variable.unit).dimension != unit(wanted).dimension:
        return
    distant = figures.filter(pl.col("variable") == series).with_columns(away=(pl.col("year") - year).abs())
    near = distant.filter((pl.col("away") <= within) | (pl.col("away") == pl.col("away").min()))
    for row in near.sort("away", "year", maintain_order=True).iter_rows(named=True):
        yield Finding(
            series=series,
            name=named(variable.name, series),
            value=convert(row["value"], row["unit"], wanted),
            unit=wanted,
            period=row["period"],
            area=row["area"],
            basis=Basis.REPORTED if row["year"] == year else Basis.NEAREST,
            sources=(row["source"],),
            observations=(row,),
        )


def count_findings(
    figures: pl.DataFrame, series: Iterable[str], *, year: int, threshold: float, catalogue: Catalogue
) -> Iterator[Finding]:
    """Yield how many cities reach a threshold, under every boundary that is stored.

    A national series that counts cities is read as it is. A variable of cities is counted here: for the
    year itself, or interpolated city by city between the years beside it, and for the nearest year. Of
    several figures for one year the first counts.
    ``threshold`` is in the base unit of the variable (persons).
    """
    for name in series:
        variable = catalogue.variables[name]
        of_cities = figures.filter(pl.col("variable") == name)
        label = named(variable.name, name)
        for (area,), group in sorted(of_cities.group_by("area"), key=lambda part: str(part[0][0])):
            sources = tuple(group["source"].unique().sort())
            if variable.unit == _COUNT:
                for period, value, basis, rows in _at(group, year):
                    yield Finding(
                        name, label, value, _COUNT, period, str(area), basis, sources, observations=rows
                    )
            else:
                for period, reached, cities, basis in _counted(group, year, threshold):
                    note = texts(
                        "{reached} of {count} city with a figure",
                        "{reached} of {count} cities with a figure",
                        count=cities,
                        reached=reached,
                    )
                    yield Finding(
                        name, label, float(reached), _COUNT, period, str(area), basis, sources, note
                    )


def round_findings(rounds: pl.DataFrame, pilots: pl.DataFrame, *, year: int) -> Iterator[Finding]:
    """Yield the declared counts of a programme's rounds up to a year, added up by kind.

    ``rounds`` has the columns programme, round, date, kind, count, source; ``pilots`` is the register.
    """
    past = rounds.filter(pl.col("date").str.slice(0, 4).cast(pl.Int64) <= year)
    for (programme, kind), group in past.group_by(["programme", "kind"], maintain_order=True):
        parts = " + ".join(str(count) for count in group["count"])
        total = float(group["count"].sum())
        sum_of = f"{parts} = {total:g}" if group.height > 1 else f"{total:g}"
        named = pilots.filter(pl.col("kind") == str(kind), pl.col("year") <= year).height
        register = (
            text("the register names {named} of them", named=named)
            if named
            else text("the register names none of them")
        )
        yield Finding(
            series=str(kind),
            name=text(
                "{programme}: {kind}",
                programme=programme,
                kind=words_of("kind of a pilot").get(str(kind), kind),
            ),
            value=total,
            unit=_COUNT,
            period=str(group["date"].max())[:4],
            area="",
            basis=Basis.ADDED_UP,
            sources=tuple(group["source"]),
            note=sentences([sum_of, register]),
        )


def _at(group: pl.DataFrame, year: int) -> Iterator[tuple[str, float, Basis, tuple[Mapping[str, Any], ...]]]:
    """Yield a single series at a year: as reported, else interpolated and at the nearest year."""
    rows: dict[int, Mapping[str, Any]] = {}
    for row in group.iter_rows(named=True):
        rows.setdefault(row["year"], row)
    if year in rows:
        yield str(year), float(rows[year]["value"]), Basis.REPORTED, (rows[year],)
        return
    before, after = _beside(rows, year)
    if before is not None and after is not None:
        share = (year - before) / (after - before)
        value = rows[before]["value"] + share * (rows[after]["value"] - rows[before]["value"])
        yield str(year), value, Basis.INTERPOLATED, (rows[before], rows[after])
    nearest = min(rows, key=lambda stored: abs(stored - year))
    yield str(nearest), float(rows[nearest]["value"]), Basis.NEAREST, (rows[nearest],)


def _counted(group: pl.DataFrame, year: int, threshold: float) -> Iterator[tuple[str, int, int, Basis]]:
    """Yield (period, cities that reach the threshold, cities known, basis)."""
    sizes: dict[int, dict[str, float]] = {}
    for row in group.iter_rows(named=True):
        size = row["value"] * unit(row["unit"]).factor
        sizes.setdefault(row["year"], {}).setdefault(row["city"], size)

    def count(people: Iterable[float]) -> tuple[int, int]:
        counted = list(people)
        return sum(size >= threshold for size in counted), len(counted)

    if year in sizes:
        yield (str(year), *count(sizes[year].values()), Basis.REPORTED)
        return
    before, after = _beside(sizes, year)
    if before is not None and after is not None:
        share = (year - before) / (after - before)
        both = sizes[before].keys() & sizes[after].keys()
        between = (sizes[before][c] + share * (sizes[after][c] - sizes[before][c]) for c in both)
        yield (str(year), *count(between), Basis.INTERPOLATED)
    nearest = min(sizes, key=lambda stored: abs(stored - year))
    yield (str(nearest), *count(sizes[nearest].values()), Basis.NEAREST)


def _beside(stored: Iterable[int], year: int) -> tuple[int | None, int | None]:
    """Return the nearest stored years before and after a year."""
    years = sorted(stored)
    before = list(itertools.takewhile(lambda earlier: earlier < year, years))
    after = [later for later in years if later > year]
    return (before[-1] if before else None), (after[0] if after else None)

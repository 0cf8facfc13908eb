"""Findings: what the stored series say about a figure, each with its period, boundary and basis."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.model import Variable
from urbium.observations.in_force import UNDECLARED, usable_figures
from urbium.units import convert, unit, units

__all__ = ["Finding", "count_findings", "round_findings", "series_findings", "usable"]

_COUNT: Final = "count"


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure that bears on a claim.

    ``basis`` says how it was had: ``reported`` for the year asked, ``interpolated`` between the years
    beside it, ``nearest year`` or ``rounds added up``. ``observations`` are the rows it rests on, when they
    are few enough to be shown.
    """

    series: str
    name: str
    value: float
    unit: str
    period: str
    area: str
    basis: str
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
    figures: pl.DataFrame, series: str, *, year: int, made: str, within: int, catalogue: Catalogue
) -> Iterator[Finding]:
    """Yield the figures of one national series, nearest year first.

    Parameters
    ----------
    figures : the answer of :func:`usable`, of one nation
    series : a variable
    year : the year asked for
    made : the unit the values are wanted in; nothing is yielded when the series is of another kind
    within : how many years away a figure may lie; when none does, the nearest one is yielded
    """
    variable = catalogue.variables[series]
    if made not in units() or unit(variable.unit).dimension != unit(made).dimension:
        return
    own = figures.filter(pl.col("variable") == series).with_columns(away=(pl.col("year") - year).abs())
    near = own.filter((pl.col("away") <= within) | (pl.col("away") == pl.col("away").min()))
    for row in near.sort("away", "year", maintain_order=True).iter_rows(named=True):
        yield Finding(
            series=series,
            name=variable.name.get("en", series),
            value=convert(row["value"], row["unit"], made),
            unit=made,
            period=row["period"],
            area=row["area"],
            basis="reported" if row["year"] == year else "nearest year",
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
        own = figures.filter(pl.col("variable") == name)
        label = variable.name.get("en", name)
        for (area,), group in sorted(own.group_by("area"), key=lambda part: str(part[0][0])):
            sources = tuple(group["source"].unique().sort())
            if variable.unit == _COUNT:
                for period, value, basis, rows in _at(group, year):
                    yield Finding(
                        name, label, value, _COUNT, period, str(area), basis, sources, observations=rows
                    )
            else:
                for period, reached, known, basis in _counted(group, year, threshold):
                    note = f"{reached} of {known} cities with a figure"
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
        named = pilots.filter(pl.col("kind") == str(kind), pl.col("year") <= year).height
        register = f"; the register names {named} of them" if named else "; the register names none of them"
        total = float(group["count"].sum())
        yield Finding(
            series=str(kind),
            name=f"{programme}: {kind}",
            value=total,
            unit=_COUNT,
            period=str(group["date"].max())[:4],
            area="",
            basis="rounds added up",
            sources=tuple(group["source"]),
            note=f"{parts} = {total:g}{register}" if group.height > 1 else f"{total:g}{register}",
        )


def _at(group: pl.DataFrame, year: int) -> Iterator[tuple[str, float, str, tuple[Mapping[str, Any], ...]]]:
    """Yield a single series at a year: as reported, else interpolated and at the nearest year."""
    rows: dict[int, Mapping[str, Any]] = {}
    for row in group.iter_rows(named=True):
        rows.setdefault(row["year"], row)
    if year in rows:
        yield str(year), float(rows[year]["value"]), "reported", (rows[year],)
        return
    before, after = _beside(rows, year)
    if before is not None and after is not None:
        share = (year - before) / (after - before)
        value = rows[before]["value"] + share * (rows[after]["value"] - rows[before]["value"])
        yield str(year), value, "interpolated", (rows[before], rows[after])
    nearest = min(rows, key=lambda known: abs(known - year))
    yield str(nearest), float(rows[nearest]["value"]), "nearest year", (rows[nearest],)


def _counted(group: pl.DataFrame, year: int, threshold: float) -> Iterator[tuple[str, int, int, str]]:
    """Yield (period, cities that reach the threshold, cities known, basis)."""
    sizes: dict[int, dict[str, float]] = {}
    for row in group.iter_rows(named=True):
        size = row["value"] * unit(row["unit"]).factor
        sizes.setdefault(row["year"], {}).setdefault(row["city"], size)

    def count(people: Iterable[float]) -> tuple[int, int]:
        found = list(people)
        return sum(size >= threshold for size in found), len(found)

    if year in sizes:
        yield (str(year), *count(sizes[year].values()), "reported")
        return
    before, after = _beside(sizes, year)
    if before is not None and after is not None:
        share = (year - before) / (after - before)
        both = sizes[before].keys() & sizes[after].keys()
        between = (sizes[before][c] + share * (sizes[after][c] - sizes[before][c]) for c in both)
        yield (str(year), *count(between), "interpolated")
    nearest = min(sizes, key=lambda known: abs(known - year))
    yield (str(nearest), *count(sizes[nearest].values()), "nearest year")


def _beside(known: Iterable[int], year: int) -> tuple[int | None, int | None]:
    """Return the nearest known years before and after a year."""
    years = sorted(known)
    before = list(itertools.takewhile(lambda each: each < year, years))
    after = [each for each in years if each > year]
    return (before[-1] if before else None), (after[0] if after else None)

"""Base data of a programme: what its cities report of the base databases that it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from urbium.errors import InputError
from urbium.model.platform import BaseDatabase
from urbium.observations.in_force import figures_in_force
from urbium.platform.base_data import BaseReport, Expected, Measured, hashed, linkage, measured
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.platform_rules import asked_of_cities
from urbium.text import Text, coded, text
from urbium.units import convert

_SHORTEST_KEY = 16
_COUNTS = ("persons", "count")


@dataclass(frozen=True, slots=True)
class BaseStanding:
    """Where a base database of a city stands: by which report, and its measures by name."""

    database: BaseDatabase
    report: BaseReport | None
    measures: Mapping[str, Measured]


class BaseData:
    """The base databases of the cities: how complete, linked and up to date they are."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def standing(self, city: str, *, on: date | None = None) -> list[BaseStanding]:
        """Return where each base database of a city stands, by its accepted reports, which all may read.

        Raises NotFoundError where there is no such city.
        """
        code = self._desk.city(city).code
        databases = asked_of_cities(self._desk)
        if not databases:
            return []
        newest: dict[str, BaseReport] = {}
        for dossier in self._desk.dossiers("base_report", city=code, state="accepted"):
            report = dossier.content_as(BaseReport)
            if report.database not in newest or newest[report.database].as_of <= report.as_of:
                newest[report.database] = report
        expected = self._expected(code, databases)
        return [
            BaseStanding(
                one,
                newest.get(one.code),
                measured(one, newest.get(one.code), expected.get(one.code), on or self._desk.today()),
            )
            for one in databases
        ]

    def table(self, city: str, *, on: date | None = None) -> pl.DataFrame:
        """Return the same as a table: database, as_of, measure, share, why, source."""
        rows = [
            (one.database.code, one.report.as_of if one.report else "", name, row.share, _plain(row.why),
             one.database.source)
            for one in self.standing(city, on=on)
            for name, row in one.measures.items()
        ]  # fmt: skip
        names = {"database": pl.String, "as_of": pl.String, "measure": pl.String, "share": pl.Float64}
        return pl.DataFrame(rows, schema=names | {"why": pl.String, "source": pl.String}, orient="row")

    def _expected(self, city: str, databases: tuple[BaseDatabase, ...]) -> dict[str, Expected]:
        """Return how many records each database is to hold, by the newest figure in force of the city."""
        names = sorted({name for one in databases for name in one.expected})

        def read() -> dict[str, pl.DataFrame]:
            figures = figures_in_force(
                self._desk.register.observations(variables=names), self._desk.workspace.catalogue.variables
            )
            return {
                str(code): rows
                for (code,), rows in figures.sort("period").group_by("city", maintain_order=True)
            }

        of_cities = self._desk.workspace.once("figures of base databases", read, of=tuple(names))
        here = of_cities[city].iter_rows(named=True) if city in of_cities else ()
        newest = {str(row["variable"]): row for row in here}
        return {
            one.code: expected
            for one in databases
            for name in reversed(one.expected)
            if name in newest and (expected := _counted(newest[name])) is not None
        }


def _counted(row: Mapping[str, object]) -> Expected | None:
    basis = text(
        "{variable}, {period}, {area}", variable=row["variable"], period=row["period"], area=row["area"]
    )
    for unit in _COUNTS:
        try:
            return Expected(convert(float(str(row["value"])), str(row["unit"]), unit), basis)
        except InputError:
            continue
    return None


def _plain(words: Text | str) -> str:
    return words.render() if isinstance(words, Text) else words


def hashed_list(identifiers: str, key: bytes) -> str:
    """Return the hashes of a text of identifiers, one a line; InputError for a key that is too short."""
    if len(key.strip()) < _SHORTEST_KEY:
        raise InputError(
            coded("programme.base.key", "this key is too short to keep the identifiers secret"),
            remedy=text("create a file of 32 random bytes, and keep it"),
        )
    return "".join(f"{one}\n" for one in hashed(identifiers.splitlines(), key.strip()))


def linked_share(first: str, second: str) -> dict[str, float]:
    """Return how many hashes of the first list stand in the second: linked, identifiers and share."""
    linked, count = linkage(first.splitlines(), second.splitlines())
    return {"linked": linked, "identifiers": count, "share": linked / count}


def base_data_of(desk: Desk, city: str) -> dict[tuple[str, str], tuple[float | None, Text | str]]:
    """Return what is measured of a city's base databases, as a grade reads it."""
    return {
        (one.database.code, name): (row.share, row.why)
        for one in BaseData(desk).standing(city)
        for name, row in one.measures.items()
    }

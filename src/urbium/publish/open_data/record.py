"""The record of a publication: what is handed out, pinned, as tables of declared columns.

Every format is written from this record alone, so none can say more than the others may. What is not a column
here is handed out in no format: who recorded a figure, in which file and cell, remarks.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from urbium.columns import Column, column, columns
from urbium.model import Names, Status
from urbium.packaged import packaged_rows
from urbium.periods import Period
from urbium.text import Text
from urbium.text.naming import by_language
from urbium.units import counted, units

PUBLIC_STATUSES: Final = (Status.REPORTED, Status.ACCEPTED, Status.PROJECTED)
"""The statuses of figures that are handed out; suspect and rejected ones are not."""
BLOCK: Final = 20_000
"""Rows that are written at once: a publication is never text as a whole."""
_SERIES: Final = ("variable", "place", "boundary", "source")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a publication: its title, its columns, and those that tell its rows apart.

    Names of places and variables have one column a language besides (``name_es``), regions too. ``refers``
    are the columns that name a row of another table, each that of its plural: ``place`` one of ``places``.
    """

    title: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    refers: tuple[str, ...] = ()


TABLES: Final[Mapping[str, Table]] = {
    row["name"]: Table(
        Text(row["title_en"], {}, context=row["context"]),
        columns(*row["columns"].split()),
        tuple(row["key"].split()),
        tuple(row["refers"].split()),
    )
    for row in packaged_rows("open_tables")
}
"""Every table of a publication by name: the allow-list of what is handed out."""

CUBES: Final[Mapping[str, tuple[str, ...]]] = {
    "figures": (*_SERIES, "period"),
    **dict.fromkeys(("scores", "outlook"), (*_SERIES, "statistic", "period")),
}
"""The tables of figures, and what tells apart what :func:`observed` makes of them."""


@dataclass(frozen=True, kw_only=True)
class OpenData:
    """What one publication holds, and what it was made of.

    Parameters
    ----------
    id : names the publication for good
    known_on : the instant on which everything in it was known
    settings, catalogue, policy, content : digests of the settings, of the programme's own catalogue (empty:
        urbium's alone), of the policy of what the public sees, and of the tables
    code : the version of urbium
    name : of the programme, by language
    languages, nation, currency : of the programme
    address : where its pages are reached; empty when nobody has said
    licence : the address of the licence it is handed out under; empty when nobody has said
    tables : by the names of :data:`TABLES`
    project_prefix : before the codes of projects, as registered with OC4IDS; empty when nobody has said
    """

    id: str
    known_on: datetime
    settings: str
    catalogue: str
    policy: str
    content: str
    code: str
    name: Names
    languages: tuple[str, ...]
    nation: str
    currency: str
    address: str
    licence: str
    tables: Mapping[str, pl.DataFrame]
    project_prefix: str = ""

    @property
    def issued(self) -> str:
        """The instant on which it was known, as ISO 8601 writes it in UTC."""
        return self.known_on.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    @property
    def title(self) -> str:
        """The name of the programme in its first language that has one."""
        return next((self.name[one] for one in self.languages if self.name.get(one)), "urbium")

    def uri(self, file: str = "") -> str:
        """Return the permanent address of the publication, a file or ``#part`` of it; or a URN."""
        address = f"{self.address.rstrip('/')}/publications/{self.id}" if self.address else ""
        if file.startswith("#"):
            return f"{address or f'urn:urbium:publication:{self.id}'}{file}"
        if not address:
            return ":".join(("urn:urbium:publication", self.id, *filter(None, [file])))
        return "/".join((address, *filter(None, [file])))

    def series(self, table: str) -> str:
        """Return what a table is called in every publication of the programme."""
        if self.address:
            return f"{self.address.rstrip('/')}/datasets/{table}"
        return ":".join(filter(None, ("urn:urbium:dataset", self.nation, table)))

    def names(self, table: str) -> dict[str, dict[str, str]]:
        """Return the names of places or variables by code and language."""
        key = TABLES[table].key[0]
        return {str(row[key]): named(row) for row in self.tables[table].iter_rows(named=True)}


def named(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of a row by language.

    >>> named({"place": "0503", "name_en": "Delft", "name_nl": None})
    {'en': 'Delft'}
    """
    return by_language(row)


def table_of(file: str) -> str:
    """Return the table that a file of a publication is of, as its name begins; empty for none or several.

    >>> table_of("scores.csv"), table_of("sdmx-scores.xml"), table_of("dcat.jsonld")
    ('scores', 'scores', '')
    """
    name = file.removeprefix("sdmx-").partition(".")[0]
    return name if name in TABLES else ""


def columns_of(table: str, frame: pl.DataFrame) -> list[Column]:
    """Return what each column of a table is, those of languages included."""
    declared = {column.name: column for column in TABLES[table].columns}
    return [declared.get(name) or _of_language(name) for name in frame.columns]


def _of_language(name: str) -> Column:
    return replace(column(f"language.{'province' if name.startswith('province_') else 'name'}"), key=name)


def empty(table: str) -> pl.DataFrame:
    """Return a table without rows, in the columns that are declared."""
    return pl.DataFrame(schema={column.name: column.dtype for column in TABLES[table].columns})


def units_of(names: Iterable[str]) -> pl.DataFrame:
    """Return the rows of units: what each is called here, by UCUM and by UN/CEFACT, and what it counts.

    >>> units_of(["1k persons", "m2"]).drop("title").rows()
    [('1k persons', 'persons', 3, '10*3.{persons}', ''), ('m2', 'm2', 0, 'm2', 'MTK')]
    """
    rows = []
    for name in sorted(set(names)):
        declared, (base, power) = units().get(name), counted(name)
        ucum = units()[base].ucum if base in units() else ""
        rows.append(
            (
                name,
                declared.name if declared else name,
                base,
                power,
                f"10*{power}.{ucum}" if power and ucum else ucum,
                declared.code if declared else "",
            )
        )
    return pl.DataFrame(rows, schema=empty("units").schema, orient="row")


def digest_of(tables: Mapping[str, pl.DataFrame]) -> str:
    """Return the sha256 of what tables hold, by which a publication is pinned to its content."""
    digest = hashlib.sha256()
    for frame in tables.values():
        for block in (frame.clear(), *frame.iter_slices(BLOCK)):
            digest.update(block.write_csv().encode())
    return digest.hexdigest()


def keywords(record: OpenData, table: str) -> list[str]:
    """Return the words by which a table is found: its title, and the names of the variables that it holds."""
    names, frame = record.names("variables"), record.tables[table]
    held = frame["variable"].unique(maintain_order=True) if "variable" in frame.columns else ()
    called = (names.get(str(one), {}) for one in held)
    return [TABLES[table].title.render(), *(next(iter(one.values())) for one in called if one)]


def days_of(frame: pl.DataFrame) -> tuple[date, date] | None:
    """Return the first and the last day that figures are of; None for a table without periods."""
    if "period" not in frame.columns or frame.is_empty():
        return None
    periods = [Period.parse(str(one)) for one in frame["period"].unique()]
    return min(one.start for one in periods), max(one.end for one in periods)


def statistics(table: str) -> dict[str, Column]:
    """Return the numbers that a row of a table of figures holds, by the name of their columns."""
    return {column.name: column for column in TABLES[table].columns if column.json_type != "string"}


def observed(record: OpenData, table: str) -> pl.DataFrame:
    """Return a table of figures with one number a row; several are told apart by the column ``statistic``."""
    frame = record.tables[table]
    numbers = statistics(table)
    if len(numbers) == 1:
        return frame
    rows = frame.drop("unit", *numbers)
    return pl.concat(
        rows.with_columns(
            frame[name].cast(pl.Float64).alias("value"),
            (pl.lit(column.unit) if column.unit else frame["unit"]).alias("unit"),
            statistic=pl.lit(name),
        )
        for name, column in numbers.items()
    ).drop_nulls("value")


def series_of(figures: pl.DataFrame) -> Iterator[tuple[tuple[str, ...], pl.DataFrame]]:
    """Yield each series of figures: variable, place, boundary and source; and its rows by period."""
    for variable in figures["variable"].unique(maintain_order=True):
        of_variable = figures.filter(pl.col("variable") == variable)
        for key, rows in of_variable.group_by(_SERIES, maintain_order=True):
            yield tuple(map(str, key)), rows

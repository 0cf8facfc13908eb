"""The record of a publication: what is handed out, pinned, as tables of declared columns.

Every format is written from this record alone, so none can say more than the others may. What is not a column
here is handed out in no format: who recorded a figure, in which file and cell, remarks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import polars as pl

from urbium.model import Names, Status
from urbium.text import Text, text

__all__ = [
    "CUBES", "PUBLIC_STATUSES", "TABLES", "Column", "OpenData", "Table", "columns_of", "empty", "named",
    "observed", "series_of", "statistics",
]  # fmt: skip

PUBLIC_STATUSES: Final = (Status.REPORTED, Status.ACCEPTED, Status.PROJECTED)
"""The statuses of figures that are handed out; suspect and rejected ones are not."""
_SERIES: Final = ("variable", "place", "boundary", "source")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, what it says, its kind (string, number, integer), and what it points at.

    ``refers`` is the table whose key it names, where it names one; ``unit`` that of a number which is not in
    the unit of its row.
    """

    name: str
    says: Text
    kind: str = "string"
    refers: str = ""
    unit: str = ""

    @property
    def dtype(self) -> pl.DataType:
        """The type of its values in a frame."""
        kinds: dict[str, pl.DataType] = {"number": pl.Float64(), "integer": pl.Int64()}
        return kinds.get(self.kind, pl.String())


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a publication: its title, its columns, and those that tell its rows apart.

    Names of places and variables have one column a language besides (``name_en``), regions too.
    """

    title: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]


_PLACE = Column("place", text("publish.open.column.place", "Place, by its code"), refers="places")
_UNIT = Column("unit", text("publish.open.column.unit", "Unit of the value"))
_VALUE = Column("value", text("publish.open.column.value", "Value"), "number")
_EVIDENCE = Column(
    "evidence", text("publish.open.column.evidence", "How well it is founded: published, derived, assumption")
)
_PROJECT = Column("project", text("publish.open.column.project", "Project"), refers="projects")
_DAYS = (
    Column("first_day", text("publish.open.column.figure_first", "First day of the period (ISO 8601)")),
    Column("last_day", text("publish.open.column.figure_last", "Last day of the period (ISO 8601)")),
)
_MONEY = Column(
    "unit", text("publish.open.column.figure_unit", "Unit; of money the code of its currency (ISO 4217)")
)
_WHO = Column("source", text("publish.open.column.figure_source", "Who says so"))
_PRICES = Column("prices", text("publish.open.column.prices", "Year of the prices of its money"))
_rank = partial(Column, kind="integer", unit="rank")
_limit = partial(Column, kind="number")

_FIGURE: Final = (
    Column("variable", text("publish.open.column.variable", "Variable"), refers="variables"),
    _PLACE,
    Column("boundary", text("publish.open.column.boundary", "Boundary that the figure is for")),
    Column("source", text("publish.open.column.source", "Source"), refers="sources"),
    Column(
        "period",
        text("publish.open.column.period", "Year, half, quarter, month or day, as SDMX writes it"),
    ),
    _VALUE,
    _UNIT,
    Column(
        "status",
        text(
            "publish.open.column.status",
            "reported, accepted (was checked by hand), projected, or computed from other figures",
        ),
    ),
    Column(
        "quality",
        text("publish.open.column.quality", "Grade of quality; not graded where a source states none"),
    ),
)
"""What is said of every figure, be it reported or computed."""

TABLES: Final[Mapping[str, Table]] = {
    "places": Table(
        text("publish.open.places", "Places"),
        (
            Column("place", text("publish.open.column.code", "Code of the place")),
            Column("level", text("publish.open.column.level", "Level of the place, such as nation or city")),
            Column("parent", text("publish.open.column.parent", "Place that it lies in, by its code")),
            Column("latitude", text("publish.open.column.latitude", "Degrees north, WGS 84"), "number"),
            Column("longitude", text("publish.open.column.longitude", "Degrees east, WGS 84"), "number"),
            Column("valid_from", text("publish.open.column.valid_from", "First period in which it exists")),
            Column("valid_to", text("publish.open.column.valid_to", "Last period in which it exists")),
        ),
        ("place",),
    ),
    "variables": Table(
        text("publish.open.variables", "Variables"),
        (
            Column("variable", text("publish.open.column.variable_id", "Name of the variable")),
            Column("unit", text("publish.open.column.variable_unit", "Unit that it is kept in")),
            Column(
                "boundary", text("publish.open.column.variable_boundary", "Boundary that it is declared for")
            ),
            Column("definition", text("publish.open.column.definition", "What is counted")),
        ),
        ("variable",),
    ),
    "sources": Table(
        text("publish.open.sources", "Sources"),
        (
            Column("source", text("publish.open.column.source_id", "Name of the source")),
            Column("publisher", text("publish.open.column.publisher", "Who published it")),
            Column("title", text("publish.open.column.title", "What it is called")),
            Column("year", text("publish.open.column.edition", "Edition or year")),
            Column("licence", text("publish.open.column.licence", "Licence of its figures")),
            Column("origin", text("publish.open.column.origin", "Where it was read")),
        ),
        ("source",),
    ),
    "figures": Table(text("publish.open.figures", "Figures"), _FIGURE, (*_SERIES, "period")),
    "scores": Table(
        text("publish.open.scores", "Scores of the adopted measurement"),
        (
            *_FIGURE,
            _rank("rank", text("publish.open.column.rank", "Rank; 1 is the best")),
            _rank("rank_low", text("publish.open.column.rank_low", "Rank that 5 % of the runs stay below")),
            _rank("rank_high", text("publish.open.column.rank_high", "Rank that 5 % of the runs exceed")),
            Column(
                "coverage",
                text("publish.open.column.coverage", "Share of the index that is known, from 0 to 1"),
                "number",
                unit="share",
            ),
        ),
        (*_SERIES, "period"),
    ),
    "outlook": Table(
        text("publish.open.outlook", "Outlook of the population"),
        (
            *_FIGURE,
            _limit("low80", text("publish.open.column.low80", "One future in ten is below this")),
            _limit("high80", text("publish.open.column.high80", "One future in ten is above this")),
            _limit("low95", text("publish.open.column.low95", "One future in forty is below this")),
            _limit("high95", text("publish.open.column.high95", "One future in forty is above this")),
            Column("scenario", text("publish.open.column.scenario", "expected: no lever is moved")),
        ),
        (*_SERIES, "period"),
    ),
    "projects": Table(
        text("publish.open.projects", "Projects"),
        (
            Column("project", text("publish.open.column.project_id", "Code of the project")),
            Column("title", text("publish.open.column.project_title", "Title")),
            _PLACE,
            Column("sector", text("publish.open.column.sector", "Sector")),
            Column("solution", text("publish.open.column.solution", "Kind of project of the catalogue")),
            Column(
                "basis",
                text("publish.open.column.basis", "plan: not signed; contract: a task book in force"),
            ),
            Column("status", text("publish.open.column.project_status", "Phase, in the words of OC4IDS")),
            Column("first_day", text("publish.open.column.first_day", "First day of building (ISO 8601)")),
            Column("last_day", text("publish.open.column.last_day", "Last day of building (ISO 8601)")),
            Column("authority", text("publish.open.column.authority", "Who is responsible")),
            _PRICES,
            _EVIDENCE,
        ),
        ("project",),
    ),
    "project_figures": Table(
        text("publish.open.project_figures", "Money and results of projects"),
        (
            _PROJECT,
            Column("kind", text("publish.open.column.kind", "budget, forecast, or actual")),
            Column(
                "measure",
                text("publish.open.column.measure", "What is measured: capital, spent, an indicator"),
            ),
            Column("fund", text("publish.open.column.fund", "Who pays")),
            *_DAYS,
            _VALUE,
            _MONEY,
            _WHO,
            _EVIDENCE,
        ),
        ("project", "kind", "measure", "fund", "first_day", "last_day"),
    ),
    "finance": Table(
        text("publish.open.finance", "Arrangements of finance, and what projects bring in"),
        (
            _PROJECT,
            Column("arrangement", text("publish.open.column.arrangement", "Code within the project")),
            Column(
                "kind",
                text(
                    "publish.open.column.arrangement_kind", "planned, signed, or inflow (of each year of use)"
                ),
            ),
            Column(
                "party", text("publish.open.column.party", "Who gives the money; of an inflow who has it")
            ),
            Column(
                "instrument", text("publish.open.column.instrument", "What kind of money; empty for none")
            ),
            *_DAYS,
            _VALUE,
            _limit("low", text("publish.open.column.low", "Low end of its range, where there is one")),
            _limit("high", text("publish.open.column.high", "High end of its range, where there is one")),
            _limit("signed", text("publish.open.column.signed", "How much of it agreements in force sign")),
            _MONEY,
            _PRICES,
            Column("signed_on", text("publish.open.column.signed_on", "Day of the signature (ISO 8601)")),
            _WHO,
            _EVIDENCE,
        ),
        ("project", "arrangement"),
    ),
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

    @property
    def issued(self) -> str:
        """The instant on which it was known, as ISO 8601 writes it in UTC."""
        return self.known_on.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    @property
    def title(self) -> str:
        """The name of the programme in its first language that has one."""
        return next((self.name[one] for one in self.languages if self.name.get(one)), "urbium")

    def uri(self, file: str = "") -> str:
        """Return the permanent address of the publication or of a file of it; a URN where nobody set one."""
        if not self.address:
            return ":".join(("urn:urbium:publication", self.id, *filter(None, [file])))
        return "/".join((self.address.rstrip("/"), "publications", self.id, *filter(None, [file])))

    def names(self, table: str) -> dict[str, dict[str, str]]:
        """Return the names of places or variables by code and language."""
        key = TABLES[table].key[0]
        return {str(row[key]): named(row) for row in self.tables[table].iter_rows(named=True)}


def named(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of a row by language.

    >>> named({"place": "0503", "name_en": "Delft", "name_nl": None})
    {'en': 'Delft'}
    """
    return {
        column.removeprefix("name_"): str(value)
        for column, value in row.items()
        if column.startswith("name_") and value
    }


def columns_of(table: str, frame: pl.DataFrame) -> list[Column]:
    """Return what each column of a table is, those of languages included."""
    declared = {column.name: column for column in TABLES[table].columns}
    name = text("publish.open.column.name", "Name, in the language that the column names")
    region = text("publish.open.column.region", "Part of the nation, in the language that the column names")
    return [
        declared.get(column) or Column(column, region if column.startswith("province_") else name)
        for column in frame.columns
    ]


def empty(table: str) -> pl.DataFrame:
    """Return a table without rows, in the columns that are declared."""
    return pl.DataFrame(schema={column.name: column.dtype for column in TABLES[table].columns})


def statistics(table: str) -> dict[str, Column]:
    """Return the numbers that a row of a table of figures holds, by the name of their columns."""
    return {column.name: column for column in TABLES[table].columns if column.kind != "string"}


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

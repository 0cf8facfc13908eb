"""The tables of a roadmap: their columns and types, what stands in a column that is left out, the settings.

All amounts are millions of one currency at the prices of one year; people are full-time places; shares run
from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from urbium.errors import InputError, require_columns
from urbium.nations import NO_CURRENCY
from urbium.packaged import packaged_rows
from urbium.text import Text, declared, text

NATIONWIDE = "nation"
"""The place of a limit that holds for the whole programme."""

_TYPES: Final[Mapping[str, pl.DataType]] = {
    "text": pl.String(), "list": pl.String(), "truth": pl.Boolean(),
    "number": pl.Float64(), "whole": pl.Int64(), "year": pl.Int64(),
}  # fmt: skip
_TEXTS: Final = ("text", "list")


@dataclass(frozen=True)
class TableColumn:
    """A column of a table, and what its cells must fulfil: a row of ``data/roadmap/columns.csv``.

    Parameters
    ----------
    type : ``text``, ``number``, ``whole`` or ``truth``; ``year`` is one of the plan, and ``list`` words
        between ``;`` (blanks beside it say nothing)
    is_asked : whether the column may not be left out
    default : what stands in the column when it is left out; a number may be missing where it is None
    is_optional : an empty cell means the default, too
    low, high : the least and the most that a number may be
    words : of which a cell holds one
    names : the table whose rows the cells name by their key; ``places`` are cities or the nation
    """

    name: str
    type: str
    is_asked: bool
    default: Any
    is_optional: bool
    low: float | None
    high: float | None
    words: tuple[str, ...]
    names: str

    @property
    def dtype(self) -> pl.DataType:
        """The type of its values in a frame."""
        return _TYPES[self.type]

    @property
    def may_lack(self) -> bool:
        """Whether a number may be missing."""
        return not self.is_asked and self.default is None


@dataclass(frozen=True)
class Table:
    """A table of a roadmap, declared once: files, checks and the part of a city are made from it.

    Parameters
    ----------
    key : the columns that name a row: no two rows have the same
    of_city : the column by which the part of one city is cut out: its ``city``, a ``place`` (its own and the
        nation's rows) or ``project`` (those of its projects); the whole table stays without one
    is_optional : it may be left out, and is empty then; a roadmap in files needs all the others
    title : what people call its rows
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    of_city: str
    is_optional: bool
    title: Text

    @property
    def schema(self) -> Mapping[str, pl.DataType]:
        """The types of the columns by name."""
        return {column.name: column.dtype for column in self.columns}


def _column(row: Mapping[str, str]) -> TableColumn:
    """Return a column; among words of which none is asked, a blank cell is one."""
    is_text, is_asked, words = row["type"] in _TEXTS, bool(row["is_asked"]), tuple(row["words"].split())
    default: Any = row["default"] or ("" if is_text else None)
    if default and not is_text:
        default = float(default) if row["type"] == "number" else int(default)
    if words and not is_asked and not default:
        words = ("", *words)
    low, high = (float(row[end]) if row[end] else None for end in ("low", "high"))
    return TableColumn(
        row["column"],
        row["type"],
        is_asked,
        default,
        bool(row["is_optional"]),
        low,
        high,
        words,
        row["names"],
    )


def _table(row: Mapping[str, str]) -> Table:
    columns = [column for column in packaged_rows("roadmap/columns") if column["table"] == row["name"]]
    return Table(
        row["name"],
        tuple(column["column"] for column in columns if column["is_key"]),
        tuple(map(_column, columns)),
        row["of_city"],
        bool(row["is_optional"]),
        declared(row["title_en"]),
    )


DECLARED: Final[Mapping[str, Table]] = MappingProxyType(
    {row["name"]: _table(row) for row in packaged_rows("roadmap/tables")}
)
"""Every table of a roadmap by name, as ``data/roadmap`` declares it."""

TABLES: Mapping[str, Mapping[str, pl.DataType]] = MappingProxyType(
    {name: table.schema for name, table in DECLARED.items()}
)
"""The columns of each table of a roadmap. ``;`` separates several finance models in one cell."""

OPTIONAL = frozenset(name for name, table in DECLARED.items() if table.is_optional)
"""Tables that may be left out, and are empty then."""


MILLION_PEOPLE: Final = "million people"
"""The unit of weights that count people."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a whole roadmap.

    Parameters
    ----------
    discount_rate : yearly rate by which later closing of gaps counts less, as a share (0.05 for 5%)
    spending_price : value given up for each million spent, so that nothing is built that does nothing
    foreign_share_max : largest share of each year's capital that foreign funds pay, 0 to 1
    operation_by : whose budget pays the operation of what is built: ``city`` or ``nation``
    currency : of all amounts, which are in millions; XXX when nobody said
    weight_unit : what the weights of the cities count, such as million people; empty when nobody said
    price_year : the year of the prices, or what is said of them; nothing is inflated
    note : how the amounts were made (exchange rate, source), shown with them
    shortfall_price : value given up for each standard that is missed, and for each unit that a closing lies
        below what fairness asks; above 0 when there are standards or rules of fairness
    carry_over : share (0 to 1) of a budget's unspent money that may be spent in the year after; what was
        carried into a year and is not spent there is carried on in the same way
    ends_after : how many of the last years are not for beginning anything: what was begun before them may be
        completed in them
    years_after : whole years after the last year in which what was built still counts, if its renewal is
        paid for; the last year then stands for all of them, and for each gap with what is attained in them
        on average (each year counts by its discount), so that what takes hold after the plan counts for the
        years it has left
    """

    discount_rate: float = 0.05
    spending_price: float = 0.0
    foreign_share_max: float = 1.0
    operation_by: str = "city"
    currency: str = NO_CURRENCY
    weight_unit: str = ""
    price_year: str = ""
    note: str = ""
    shortfall_price: float = 0.0
    carry_over: float = 0.0
    ends_after: int = 0
    years_after: int = 0

    @property
    def counts_people(self) -> bool:
        """Whether the weights of the cities are their people, in millions."""
        return self.weight_unit == MILLION_PEOPLE


def empty(name: str) -> pl.DataFrame:
    """Return a table of this name without rows."""
    return pl.DataFrame(schema=TABLES[name])


def required(name: str) -> list[str]:
    """Return the columns of a table that may not be left out."""
    return [column.name for column in DECLARED[name].columns if column.is_asked]


def shaped(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with exactly the columns and types of its schema; raise InputError when it cannot."""
    columns = DECLARED[name].columns
    if table.is_empty() and table.schema == TABLES[name]:
        return table
    place = text("table {table}", table=name)
    known = text("the columns are {columns:list}", columns=list(TABLES[name]))
    require_columns(table.columns, required(name), place, "plan.table.no_column", known)
    lacking = [c for c in columns if c.name not in table.columns]
    filled = table.with_columns(pl.lit(c.default).alias(c.name) for c in lacking) if lacking else table
    try:
        return filled.select(_CELLS[name])
    except pl.exceptions.PolarsError as error:
        raise InputError(str(error), place=place, remedy=text("use values of the right type")) from error


def _cells(column: TableColumn) -> pl.Expr:
    """Return how the cells of a column are read: of its type, without blanks around what a list separates."""
    cells = pl.col(column.name).cast(column.dtype)
    if column.is_optional:
        cells = cells.fill_null(column.default)
    if column.dtype == pl.String:
        cells = cells.fill_null("")
    return cells.str.strip_chars().str.replace_all(r"\s*;\s*", ";") if column.type == "list" else cells


_CELLS: Final = {name: [_cells(column) for column in table.columns] for name, table in DECLARED.items()}

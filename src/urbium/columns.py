"""Columns: what each column of a result is called, what kind of thing it holds, and what it says (ADR 0121).

A column is one row of ``data/columns.csv``; command, page, workbook, document, open data and API read it. A
key is the name of a column, or ``subject.name`` where a column of that name means another thing: ``capital``
is the cost to build, ``years.capital`` what is spent on it in a year. A subject without a row has that of
the name. Headings that the data name, such as a year or a fund, are not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import polars as pl

from urbium.packaged import packaged_rows
from urbium.text import Text, declared, text

_WHOLE: Final = ("count", "rank", "year")
_WORDS: Final = ("text", "date")
_FORMS: Final = {
    "text": "", "date": "", "flag": "", "list": "", "degrees": "",
    "count": "#,##0", "persons": "#,##0", "rank": "0", "year": "0",
    "number": "#,##0.00", "money": "#,##0.00", "ratio": "0.00", "fine": "#,##0.00##", "breach": "0.0E+00",
    "tenths": "#,##0.0", "posts": "#,##0.0", "score": "0.0",
    "share": "0.0%", "error": "0.00%", "part": "0.000%",
}  # fmt: skip
KINDS: Final = tuple(_FORMS)
"""The kinds of unit that a column may be of."""
_SHARES: Final = ("share", "error")
_PLACES: Final = {
    "persons": 0,
    "score": 3,
    "tenths": 3,
    "posts": 3,
    "money": 4,
    "share": 5,
    "error": 6,
    "part": 7,
}
"""To how many decimals a file holds what pages show with two less; shares in per cent."""
_DIGITS: Final = 9  # what is beyond them is the noise of computing
_WIDTHS: Final = {"text": 16.0}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result.

    Attributes
    ----------
    key : of its row in the vocabulary
    title, short : what stands above it, and where there is little room
    kind : of unit, one of :data:`KINDS`
    width : in a workbook, in letters
    help : what it says, where the title does not say all of it
    """

    key: str
    title: Text
    short: Text
    kind: str
    width: float
    help: Text

    @property
    def name(self) -> str:
        """The name of the column in a frame."""
        return self.key.rpartition(".")[2]

    @property
    def form(self) -> str:
        """The number format of its cells in a workbook, empty for text."""
        return _FORMS[self.kind]

    @property
    def says(self) -> Text:
        """What it says; the title where it says all of it."""
        return self.help or self.title

    @property
    def unit(self) -> str:
        """The unit of its numbers where it is the same in every row, else empty."""
        return "share" if self.kind in _SHARES else self.kind if self.kind == "rank" else ""

    @property
    def json_type(self) -> str:
        """The type of its values in JSON; a value that is not known is null."""
        types = {"flag": "boolean", "list": "array"} | dict.fromkeys(_WHOLE, "integer")
        return types.get(self.kind, "string" if self.kind in _WORDS else "number")

    @property
    def dtype(self) -> pl.DataType:
        """The type of its values in a frame of open data."""
        kinds: dict[str, pl.DataType] = {"number": pl.Float64(), "integer": pl.Int64()}
        return kinds.get(self.json_type, pl.String())

    @property
    def frame_type(self) -> pl.DataType:
        """The type of its values in a frame: as in open data, but for flags and lists of words."""
        return {"flag": pl.Boolean(), "list": pl.List(pl.String())}.get(self.kind, self.dtype)


def for_file(computed: pl.Series, kind: str = "") -> pl.Series:
    """Return computed figures as a file of a table or chart holds them, without the noise of computing.

    >>> for_file(pl.Series([86.78537321025578]), "score").item(), for_file(pl.Series([0.1 + 0.2])).item()
    (86.785, 0.3)
    >>> for_file(pl.Series([16660526.94706395]), "persons").item()
    16660527
    """
    if not computed.dtype.is_float():
        return computed
    if kind not in _PLACES:
        return computed.round_sig_figs(_DIGITS)
    rounded = computed.round(_PLACES[kind], mode="half_away_from_zero")
    return rounded if _PLACES[kind] else rounded.cast(pl.Int64, strict=False)


@cache
def vocabulary() -> dict[str, Column]:
    """Return every column by its key.

    >>> vocabulary()["years.capital"].title, vocabulary()["years.capital"].kind
    ('Spent on construction', 'money')
    """
    rows = {row["key"]: row for row in packaged_rows("columns")}
    columns = {}
    for key, row in rows.items():
        title = row["title"] or rows[key.rpartition(".")[2]]["title"]
        kind = row["kind"] or rows[key.rpartition(".")[2]]["kind"]
        columns[key] = Column(
            key,
            declared(title),
            declared(row["short"] or title),
            kind,
            float(row["width"] or _WIDTHS.get(kind, 12)),
            declared(row["help"]),
        )
    return columns


def column(key: str) -> Column:
    """Return a column; KeyError where the vocabulary has none of that name.

    >>> column("space.capital").title, column("space.year").title
    ("Construction, from the city's own budget", 'Year')
    """
    return vocabulary().get(key) or vocabulary()[key.rpartition(".")[2]]


def columns(*keys: str) -> tuple[Column, ...]:
    """Return several columns.

    >>> [each.name for each in columns("places.place", "latitude")]
    ['place', 'latitude']
    """
    return tuple(map(column, keys))


def schema_of(names: str, /, **others: pl.DataType) -> Mapping[str, pl.DataType]:
    """Return the types of the columns of a frame by name, in order: the vocabulary's, but for ``others``.

    >>> dict(schema_of("city year capital", capital=pl.Int64()))
    {'city': String, 'year': Int64, 'capital': Int64}
    """
    return MappingProxyType({name: others.get(name) or column(name).frame_type for name in names.split()})


def keys_of(rows: str) -> list[str]:
    """Return the keys of the columns of a result, in order, as ``data/result_rows.csv`` declares them.

    >>> keys_of("SignedYear")
    ['year', 'budgets', 'signed', 'unsigned']
    """
    return next(row["columns"] for row in packaged_rows("result_rows") if row["name"] == rows).split()


def heading(key: str, unit: str = "") -> Text:
    """Return what stands above a column, with the unit of its numbers in brackets where one is given.

    >>> heading("capital"), heading("capital", "million")
    ('Cost to build', 'Cost to build (million)')
    """
    title = column(key).title
    return text("{title} ({unit})", title=title, unit=unit) if unit else title


def headings(*keys: str) -> tuple[Text, ...]:
    """Return what stands above several columns where there is little room.

    >>> headings("year", "spi")
    ('Year', 'Schedule performance index')
    """
    return tuple(column(key).short for key in keys)


def short_title(name: str, subject: str = "") -> str:
    """Return what stands above a column of a frame; one that the data name, such as a year, is called so.

    >>> short_title("finish", "earned"), short_title("spi"), short_title("2035")
    ('At this pace, completed in', 'Schedule performance index', '2035')
    """
    declared = vocabulary().get(f"{subject}.{name}") or vocabulary().get(name)
    return declared.short if declared else name.replace("_", " ")

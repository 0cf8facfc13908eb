"""Outlook columns: what the tables of a forecast in a workbook have in common, and how a figure is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.publish.books.sheets import Head
from urbium.text import text

__all__ = [
    "AREA",
    "AT",
    "FINE",
    "HUNDREDTHS",
    "KIND",
    "LIMIT_TITLES",
    "SHARE",
    "TENTHS",
    "WHOLE",
    "YEAR",
    "Listing",
    "Names",
    "band",
    "called",
    "limit_heads",
    "who",
]

WHOLE, SHARE, YEAR, TENTHS, FINE = "#,##0", "0.0%", "0", "#,##0.0", "#,##0.000"
HUNDREDTHS: Final = "#,##0.00"
LIMIT_TITLES: Final = {
    "low80": text("book.band.low80", "lower limit of the 80 % band"),
    "high80": text("book.band.high80", "upper limit of the 80 % band"),
    "low95": text("book.band.low95", "lower limit of the 95 % band"),
    "high95": text("book.band.high95", "upper limit of the 95 % band"),
}
AREA: Final = Head("area", text("book.boundary", "Boundary"), "", 16)
AT: Final = Head("year", text("book.year", "Year"), YEAR, 7)
KIND: Final = Head("kind", text("book.kind", "Observed or projected"), "", 12)
Names = Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """The table of one sheet: its name, title, note, rows, and how its columns are shown."""

    name: str
    title: str
    note: str
    table: pl.DataFrame
    heads: tuple[Head, ...]
    fixed: int = 2


def who(title: str, code: str) -> tuple[Head, Head]:
    """Return the columns that name a place."""
    return Head("name", title, "", 22), Head(code, text("book.code", "Code"), "", 11)


def band(title: str, form: str, after: str = "") -> tuple[Head, ...]:
    """Return the columns of a value with its limits."""
    return Head(f"value{after}", title, form, 14), *limit_heads(title, form, after=after)


def limit_heads(title: str, form: str, *, before: str = "", after: str = "") -> tuple[Head, ...]:
    """Return the columns of the limits of the two bands."""
    return tuple(
        Head(
            f"{before}{name}{after}",
            text("book.band.limit", "{title}, {limit}", title=title, limit=words),
            form,
            14,
        )
        for name, words in LIMIT_TITLES.items()
    )


def called(table: pl.DataFrame, code: str, names: Names) -> pl.DataFrame:
    """Add the names of places; a place without one is called by its code."""
    named = {key: name for key, name in names.items() if name}
    name = pl.col(code).replace_strict(named, default=pl.col(code), return_dtype=pl.String)
    return table.with_columns(name=name if named else pl.col(code))

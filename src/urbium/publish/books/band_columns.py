"""Band columns: the heads of the vocabulary's columns in a workbook, and those of a value with its bands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from urbium.columns import column, heading
from urbium.publish.books.cell_words import cell_words
from urbium.publish.books.sheets import Column, Head
from urbium.text import say, text

_LIMITS: Final = ("low80", "high80", "low95", "high95")
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


def heads(*keys: str, money: str = "") -> tuple[Head, ...]:
    """Return the heads of columns of the vocabulary; those of money say its unit.

    >>> [head.title for head in heads("space.year", "space.capital", "limits.share", money="million")]
    ['Year', "Construction, from the city's own budget (million)", 'Used']
    """
    declared = [column(key) for key in keys]
    return tuple(
        Head(
            each.name,
            str(say(heading(each.key, money if each.kind == "money" else ""))),
            each.form,
            each.width,
        )
        for each in declared
    )


def filled(key: str, cells: Sequence[Any], *, money: str = "", **look: Any) -> Column:  # noqa: ANN401
    """Return a column of the vocabulary with its cells; ``look`` is how it is shown."""
    (head,) = heads(key, money=money)
    words = cell_words(head.column, cells)
    said = [words[cell] if isinstance(cell, str) else cell for cell in cells]
    return Column(head.title, said, head.form, head.width, **look)


def head_of_data(name: str, title: str, form: str, *, unit: str = "", width: float = 12) -> Head:
    """Return the head of a column that the data name, such as a year or a fund."""
    shown = text("{title} ({unit})", title=title, unit=unit) if unit else title
    return Head(name, str(say(shown)), form, width)


def band(key: str, after: str = "") -> tuple[Head, ...]:
    """Return the columns of a value, under the heading of a key, with its limits."""
    (value,) = heads(key)
    return replace(value, column=f"value{after}"), *limit_heads(key, after=after)


def limit_heads(key: str, *, before: str = "", after: str = "") -> tuple[Head, ...]:
    """Return the columns of the limits of the two bands of a key."""
    (value,) = heads(key)
    limits = {name: column(name).short for name in _LIMITS}
    return tuple(
        replace(
            value,
            column=f"{before}{name}{after}",
            title=str(say(text("{title}: {limit}", title=value.title, limit=limit))),
        )
        for name, limit in limits.items()
    )


def called(table: pl.DataFrame, code: str, names: Names) -> pl.DataFrame:
    """Add the names of places; a place without one is called by its code."""
    named = {key: name for key, name in names.items() if name}
    name = pl.col(code).replace_strict(named, default=pl.col(code), return_dtype=pl.String)
    return table.with_columns(name=name if named else pl.col(code))

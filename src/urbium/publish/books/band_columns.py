"""Band columns: the heads of the vocabulary's columns in a workbook, and those of a value with its bands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from urbium.columns import column, heading
from urbium.publish.books.cell_words import cell_words
from urbium.publish.books.sheets import Column, Head
from urbium.text import say, text
from urbium.units import MoneySize, size_of

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


def heads(*keys: str, money: MoneySize | str = "") -> tuple[Head, ...]:
    """Return the heads of columns of the vocabulary; those of money say in what size its amounts stand.

    >>> [head.title for head in heads("space.year", "space.capital", "limits.share", money="million")]
    ['Year', "Construction, from the city's own budget (million)", 'Used']
    """
    size, none = _size(money), MoneySize("")
    sizes = [(each, size if each.kind == "money" else none) for each in map(column, keys)]
    return tuple(
        Head(each.name, str(say(heading(each.key, of.words))), each.form, each.width, of.factor)
        for each, of in sizes
    )


def filled(key: str, cells: Sequence[Any], *, money: MoneySize | str = "", **look: Any) -> Column:  # noqa: ANN401
    """Return a column of the vocabulary with its cells; ``look`` is how it is shown."""
    (head,) = heads(key, money=money)
    words = cell_words(head.column, cells)
    said = [words[cell] if isinstance(cell, str) else _scaled(cell, head.factor) for cell in cells]
    return Column(head.title, said, head.form, head.width, **look)


def _size(unit: MoneySize | str) -> MoneySize:
    return unit if isinstance(unit, MoneySize) else size_of(unit, ())


def _scaled(cell: Any, factor: float) -> Any:  # noqa: ANN401 - any cell
    return cell * factor if factor != 1 and isinstance(cell, int | float) else cell


def head_of_data(name: str, title: str, form: str, *, unit: MoneySize | str = "", width: float = 12) -> Head:
    """Return the head of a column that the data name, such as a year or a fund."""
    size = _size(unit)
    shown = text("{title} ({unit})", title=title, unit=size.words) if unit else title
    return Head(name, str(say(shown)), form, width, size.factor)


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


def group_words(first: int, last: int | None) -> str:
    """Return what a group of ages is called; without a last age it is open.

    >>> group_words(0, 4), group_words(7, 7), group_words(100, None)
    ('0 to 4', '7', '100 and over')
    """
    if last is None:
        return str(say(text("{first} and over", first=first)))
    return str(first) if first == last else str(say(text("{first} to {last}", first=first, last=last)))


def called(table: pl.DataFrame, code: str, names: Names) -> pl.DataFrame:
    """Add the names of places; a place without one is called by its code."""
    named = {key: name for key, name in names.items() if name}
    name = pl.col(code).replace_strict(named, default=pl.col(code), return_dtype=pl.String)
    return table.with_columns(name=name if named else pl.col(code))

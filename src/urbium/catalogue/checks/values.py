"""Values: the bounds of declared figures, the words that a cell may hold, and what is the smaller of two.

What a field must be is one row of ``data/rules/values.csv``; a rule that looks at more than a row stands in
``checks``, ``norms`` or ``needs``.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.tables.table_kinds import TABLES
from urbium.errors import Fault, nearest
from urbium.packaged import packaged_rows
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.catalogue.tables.table_rows import TableRow


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field of a table must be: a row of ``data/rules/values.csv``.

    Attributes
    ----------
    low, high : the ends between which a figure lies, None where it has none
    is_open : whether it must be more than the lower one
    words : of which it holds one
    is_filled : whether it must say something
    at_most : the field that it is not larger than
    """

    name: str
    low: float | None
    high: float
    is_open: bool
    words: tuple[str, ...]
    is_filled: bool
    at_most: str

    def holds(self, value: float) -> bool:
        """Return whether a figure lies within."""
        return self.low is None or (
            (self.low < value if self.is_open else self.low <= value) and value <= self.high
        )


@cache
def _fields(table: str) -> tuple[_Field, ...]:
    return tuple(
        _Field(
            row["field"],
            float(row["low"]) if row["low"] else None,
            float(row["high"] or math.inf),
            bool(row["is_open"]),
            tuple(row["words"].split()),
            bool(row["is_filled"]),
            row["at_most"],
        )
        for row in packaged_rows("rules/values")
        if row["table"] == table
    )


_HISTORY: Final = "history"
"""The kind of check whose two figures are two limits, and no range."""


def row_faults(row: "TableRow", table: str, key: str, record: Any) -> Iterator[Fault]:  # noqa: ANN401 - any record of the catalogue
    """Yield what is wrong with the figures and words of one record."""
    questions = _Asked(row, table, key, record)
    for rule in (_bounds, _words, _order, _blanks):
        for field in _fields(table):
            yield from rule(questions, field, getattr(record, field.name))
    yield from _names(questions)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A record with its row, table and key."""

    row: "TableRow"
    table: str
    key: str
    record: Any

    def column(self, name: str) -> str:
        """Return the column of a field."""
        shape = TABLES[self.table].shape
        columns = shape.columns_of(name) if shape else (name,)
        return next((one for one in columns if one in self.row.cells), name)

    def fault(self, column: str, message: str, remedy: str) -> Fault:
        """Return a fault in a column of the row."""
        return found((self.table, self.key, column), message, remedy, "catalogue-value")


def _bounds(asked: _Asked, field: _Field, value: Any) -> Iterator[Fault]:  # noqa: ANN401 - of any field
    if value is not None and not field.holds(value):
        column = asked.column(field.name)
        message = coded(
            "catalogue.value.bounds", "{column}: {value:g} is out of range", column=column, value=value
        )
        yield asked.fault(column, message, _within(field))


def _words(asked: _Asked, field: _Field, value: Any) -> Iterator[Fault]:  # noqa: ANN401 - of any field
    if field.words and value not in field.words:
        column = asked.column(field.name)
        message = coded(
            "catalogue.cell.not_a_word", "{column}: {value!r} is not one of {words:list}",
            column=column, value=value, words=list(field.words)
        )  # fmt: skip
        yield asked.fault(column, message, nearest(value, field.words))


def _order(asked: _Asked, field: _Field, low: Any) -> Iterator[Fault]:  # noqa: ANN401 - of any field
    if not field.at_most or getattr(asked.record, "kind", "") == _HISTORY:
        return
    high = getattr(asked.record, field.at_most)
    if low is not None and high is not None and low > high:
        message = coded(
            "catalogue.value.order", "{first} {low:g} is more than {second} {high:g}",
            first=asked.column(field.name), low=low, second=asked.column(field.at_most), high=high
        )  # fmt: skip
        remedy = text("enter the smaller one first")
        yield asked.fault(asked.column(field.name), message, remedy)


def _blanks(asked: _Asked, field: _Field, value: Any) -> Iterator[Fault]:  # noqa: ANN401 - of any field
    if field.is_filled and (not value or (isinstance(value, str) and not value.strip())):
        column = asked.column(field.name)
        message = coded("catalogue.value.blank", "{column}: the cell is blank", column=column)
        yield asked.fault(column, message, text("fill it in"))


def _names(asked: _Asked) -> Iterator[Fault]:
    name = getattr(asked.record, "name", None)
    if isinstance(name, Mapping) and not name.get("en") and asked.table != "index_tree":
        message = coded("catalogue.value.no_name", "name_en: the entry has no name")
        remedy = text("enter a name here, or in a column for another language, such as name_es")
        yield asked.fault("name_en", message, remedy)


def _within(field: _Field) -> str:
    if field.high == math.inf:
        return (
            coded("catalogue.value.above", "enter a figure above {low:g}", low=field.low)
            if field.is_open
            else coded("catalogue.value.least", "enter a figure of {low:g} or more", low=field.low)
        )
    return coded(
        "catalogue.value.between", "enter a figure from {low:g} to {high:g}", low=field.low, high=field.high
    )

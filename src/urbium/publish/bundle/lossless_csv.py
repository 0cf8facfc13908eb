"""Exact tables: CSV that gives back the same bits, and tells nothing from an empty text.

Numbers are written as the shortest decimal that reads back as the same number; texts always stand in quotes,
so that an empty cell is a missing value and ``""`` an empty text. Any spreadsheet or language reads it.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from urbium.errors import InputError
from urbium.sources.formats.size_limits import MAX_CELLS, MAX_COLUMNS
from urbium.text import coded
from urbium.text import text as sentence

Kinds = Mapping[str, str]
"""The kind of each column: text, number, integer, boolean or time."""

_TYPES: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "text": pl.String(),
        "number": pl.Float64(),
        "integer": pl.Int64(),
        "boolean": pl.Boolean(),
        "time": pl.Datetime("us", "UTC"),
    }
)
_CELL: Final = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\n]*))([,\n])')
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")


def kinds_of(table: pl.DataFrame) -> dict[str, str]:
    """Return the kind of each column of a table.

    Raises InputError when a column is none of text, number, whole number, yes or no, and time in UTC.

    >>> kinds_of(pl.DataFrame({"city": ["340100"], "score": [61.5]}))
    {'city': 'text', 'score': 'number'}
    """
    names = {kind: name for name, kind in _TYPES.items()}
    whole = (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32)
    kinds: dict[str, str] = {}
    for column, kind in table.schema.items():
        if kind in names:
            kinds[column] = names[kind]
        elif kind in whole:
            kinds[column] = "integer"
        elif kind in (pl.Categorical, pl.Enum, pl.Null):
            kinds[column] = "text"
        elif kind == pl.Float32:
            kinds[column] = "number"
        else:
            raise InputError(
                coded(
                    "bundle.table.kind",
                    "the column {column!r} of kind {kind} cannot be written exactly",
                    column=column,
                    kind=str(kind),
                ),
                remedy=sentence("omit it, or write it as text"),
            )
    return kinds


def write_exact(table: pl.DataFrame) -> bytes:
    """Return a table as CSV from which :func:`read_exact` makes the same table again, bit for bit.

    Raises InputError for a column whose kind :func:`kinds_of` does not know, or a number that is not finite.

    >>> print(write_exact(pl.DataFrame({"city": ["a", None], "score": [0.1, 1e22]})).decode(), end="")
    "city","score"
    "a",0.1
    ,1e+22
    """
    kinds = kinds_of(table)
    columns = [
        [_WRITE[kind](cell) if cell is not None else "" for cell in table[name].cast(_TYPES[kind]).to_list()]
        for name, kind in kinds.items()
    ]
    lines = [",".join(map(_quoted, kinds)), *map(",".join, zip(*columns, strict=True))]
    return "".join(line + "\n" for line in lines).encode()


def read_exact(content: bytes, kinds: Kinds, *, place: str) -> pl.DataFrame:
    """Return the table that :func:`write_exact` wrote; raise InputError, with the line, for any other text.

    Parameters
    ----------
    kinds : the kind of each column, in their order
    place : what the table is called in a message
    """
    if not 0 < len(kinds) <= MAX_COLUMNS:
        raise InputError(
            coded(
                "bundle.table.columns",
                "{count:,} columns; a table has from 1 to {most:,}",
                count=len(kinds),
                most=MAX_COLUMNS,
            ),
            place=place,
        )
    if unknown := sorted({*kinds.values()} - {*_TYPES}):
        raise InputError(
            coded("bundle.table.no_kinds", "not column types: {kinds}", kinds=", ".join(unknown)),
            place=place,
        )
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            coded("bundle.table.not_utf8", "the table is not encoded in UTF-8"), place=place
        ) from error
    rows = _rows(text, len(kinds), place)
    if next(rows, None) != [(name, "") for name in kinds]:
        raise InputError(
            coded("bundle.table.header", "the header row is not {names}", names=", ".join(kinds)),
            place=f"{place}, line 1",
        )
    columns: list[list[Any]] = [[] for _ in kinds]
    readers = [_READ[kind] for kind in kinds.values()]
    for line, row in enumerate(rows, start=2):
        for column, read, (quoted, bare) in zip(columns, readers, row, strict=True):
            try:
                column.append(read(quoted, bare))
            except InputError as error:
                raise InputError(error.message, place=f"{place}, row {line}") from error
    series = [
        pl.Series(name, cells, dtype=_TYPES[kind])
        for (name, kind), cells in zip(kinds.items(), columns, strict=True)
    ]
    return pl.DataFrame(series)


Cell = tuple[str | None, str]
"""What stood in quotes (None: nothing did), and what stood without."""


def _rows(text: str, width: int, place: str) -> Iterator[Sequence[Cell]]:
    """Yield the cells of each row; refuse text that is no such table."""
    row: list[Cell] = []
    spot, count = 0, 0
    for match in _CELL.finditer(text):
        count += 1
        if match.start() != spot or count > MAX_CELLS:
            break
        spot = match.end()
        row.append((match[1] if match[1] is None else match[1].replace('""', '"'), match[2] or ""))
        if match[3] == "\n":
            if len(row) != width:
                break
            yield row
            row = []
    if row or spot != len(text):
        where = f"{place}, character {spot + 1:,}"
        if count > MAX_CELLS:
            raise InputError(
                coded(
                    "bundle.table.too_many_cells",
                    "the table has more than {max_cells:,} cells",
                    max_cells=MAX_CELLS,
                ),
                place=where,
            )
        raise InputError(
            coded("bundle.table.no_table", "this is not a table with {width} columns", width=width),
            place=where,
        )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _finite(value: float) -> str:
    if not math.isfinite(value):
        raise InputError(
            coded(
                "bundle.table.not_finite",
                "{value} is not a finite number, so it cannot be written",
                value=value,
            ),
            remedy=sentence("write null where the value is missing"),
        )
    return repr(value)


_WRITE: Final[Mapping[str, Callable[[Any], str]]] = MappingProxyType(
    {
        "text": _quoted,
        "number": _finite,
        "integer": str,
        "boolean": lambda cell: "true" if cell else "false",
        "time": lambda cell: cell.astimezone(UTC).isoformat(timespec="microseconds"),
    }
)


def _text(quoted: str | None, bare: str) -> str | None:
    if bare:
        raise InputError(coded("bundle.table.unquoted", "the text {bare!r} is not in quotes", bare=bare[:40]))
    return quoted


def _bare(read: Callable[[str], Any]) -> Callable[[str | None, str], Any]:
    def cell(quoted: str | None, bare: str) -> Any:  # noqa: ANN401 - a cell of any kind
        if quoted is not None:
            raise InputError(
                coded(
                    "bundle.table.text",
                    "{quoted!r} is text, but a value without quotes is expected here",
                    quoted=quoted[:40],
                )
            )
        return read(bare) if bare else None

    return cell


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise InputError(coded("bundle.table.number", "{text!r} is not a number", text=text[:40]))
    return float(text)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise InputError(coded("bundle.table.whole_number", "{text!r} is not a whole number", text=text[:40]))
    return int(text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise InputError(
            coded("bundle.table.neither_true_nor_false", "{text!r} is neither true nor false", text=text[:40])
        )
    return text == "true"


def _time(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.utcoffset() is None or instant.utcoffset():
        raise InputError(coded("bundle.table.time_utc", "{text!r} is not a time in UTC", text=text[:40]))
    return instant


_READ: Final[Mapping[str, Callable[[str | None, str], Any]]] = MappingProxyType(
    {
        "text": _text,
        "number": _bare(_number),
        "integer": _bare(_integer),
        "boolean": _bare(_boolean),
        "time": _bare(_time),
    }
)

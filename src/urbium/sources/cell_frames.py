"""Rows of cells as columns: numbers where a column holds nothing else, texts where it does.

The rows come one after the other and are turned block by block, so that a cell is a Python object for a
moment only.
"""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl

from urbium.sources.grid import plain_text

__all__ = ["frame_of"]

_ROWS_AT_ONCE = 10_000


def frame_of(rows: Iterator[list[Any]]) -> pl.DataFrame:
    """Return rows (from the first row of the sheet on) as columns called ``0``, ``1``, ...

    Numbers stay numbers in a column of numbers; else they are texts as a person would type them, as are dates
    (ISO) and truth values. An empty cell is null.
    """
    blocks: list[pl.DataFrame] = []
    while block := list(itertools.islice(rows, _ROWS_AT_ONCE)):
        width = max(len(cells) for cells in block)
        columns = ([cells[i] if i < len(cells) else "" for cells in block] for i in range(width))
        blocks.append(
            pl.DataFrame([_column(str(i), column) for i, column in enumerate(columns)], height=len(block))
        )
    return _joined(blocks)


def _joined(blocks: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the blocks below each other; a column with a text in any of them is one of texts."""
    if not blocks:
        return pl.DataFrame()
    names = max((block.columns for block in blocks), key=len)
    texts = {name for block in blocks for name, kind in block.schema.items() if kind == pl.String}
    return pl.concat(
        [
            block.with_columns(
                _as_text(block[name]) for name in texts if block.schema.get(name) == pl.Float64
            )
            for block in blocks
        ],
        how="diagonal",
    ).select(names)


def _as_text(numbers: pl.Series) -> pl.Series:
    texts = [None if value is None else plain_text(value) for value in numbers]
    return pl.Series(numbers.name, texts, dtype=pl.String)


def _column(name: str, cells: list[Any]) -> pl.Series:
    """Return a column as Float64 when every filled cell is a number, else as String."""
    values = [None if cell is None or cell == "" else cell for cell in cells]
    if all(value is None or type(value) is float or type(value) is int for value in values):
        return pl.Series(name, values, dtype=pl.Float64, strict=False)
    return pl.Series(name, [None if value is None else _text(value) for value in values], dtype=pl.String)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return plain_text(value)

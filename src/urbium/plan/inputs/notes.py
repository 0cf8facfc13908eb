"""The notes of a roadmap's rows: one sentence a row, made of the row's own columns."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl


def noted(rows: pl.DataFrame, note: Callable[[Mapping[str, Any]], str]) -> pl.Series:
    """Return the note of every row, as it is kept in a roadmap's files: in English.

    >>> noted(pl.DataFrame({"a": [1, 2]}), lambda row: str(row["a"])).to_list()
    ['1', '2']
    """
    return pl.Series([str(note(row)) for row in rows.iter_rows(named=True)], dtype=pl.String)

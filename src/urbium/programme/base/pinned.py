"""Pinned: an adopted result is kept whole beside its settings, to hold against it what is made again.

A result is made again by the urbium at hand, from the figures known when it was adopted. Another version or
another catalogue may make another table of the same settings; then the adopted one is out of date, and that
is said wherever it is shown. See ADR 0039.
"""

import base64
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import polars as pl

from urbium.errors import InputError
from urbium.publish.bundle.lossless_csv import kinds_of, read_exact, write_exact
from urbium.result import Result

PINNED: Final = "pinned"
"""Under which name it stands in what is kept of an adopted result."""

_CLOSE: Final = 1e-6
"""Relative: what machines differ by, with room; far below any figure that is shown."""


_LEAST: Final = 1e-9
"""Numbers as small as this are nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How what is made again differs from what was adopted: rows, of how many, and with which urbium."""

    rows: int
    total: int
    version: str


def pinned(result: Result) -> dict[str, Any]:
    """Return what is kept of a result's table, and the version that made it."""
    table = _plain(result.table)
    packed = base64.b64encode(zlib.compress(write_exact(table), 9)).decode()
    return {"urbium": version("urbium"), "kinds": [*map(list, kinds_of(table).items())], "table": packed}


def difference(kept: Mapping[str, Any], result: Result, *, but: Collection[str] = ()) -> Difference | None:
    """Return how a result differs from what was kept of it; None when no row does.

    Columns that only one of them has are not compared, nor those named by ``but``. A row differs when a text
    does, or a number by more than a millionth of its size.
    """
    content = zlib.decompress(base64.b64decode(kept["table"]))
    before = read_exact(content, dict(kept["kinds"]), place=PINNED)
    now = _plain(result.table)
    columns = [name for name in before.columns if name in now.columns and name not in but]
    total = max(before.height, now.height)
    if before.height != now.height:
        return Difference(total, total, kept["urbium"])
    differs = [_differs(before[name], now[name]) for name in columns]
    rows = int(pl.select(pl.any_horizontal(differs)).to_series().sum()) if differs else 0
    return Difference(rows, total, kept["urbium"]) if rows else None


def _differs(before: pl.Series, now: pl.Series) -> pl.Series:
    if before.dtype.is_float() and now.dtype.is_numeric():
        now = now.cast(pl.Float64)
        size = pl.select(pl.max_horizontal(before.abs(), now.abs(), _LEAST)).to_series()
        far = (before - now).abs() > _CLOSE * size
        return far.fill_null(value=False) | (before.is_null() != now.is_null())
    return before.cast(pl.String).ne_missing(now.cast(pl.String))


def _plain(table: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that can be written exactly; lists and records of a row are left out."""
    return table.select(name for name in table.columns if _is_plain(table.select(name)))


def _is_plain(column: pl.DataFrame) -> bool:
    try:
        kinds_of(column)
    except InputError:
        return False
    values = column.to_series()
    return not values.dtype.is_float() or bool(values.drop_nulls().is_finite().all())

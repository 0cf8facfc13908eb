"""Packed tables: a table as text that JSON can hold (CSV, deflated, base64), and back."""

import base64
import zlib
from typing import Final

import polars as pl

_MOST_BYTES: Final = 1 << 29
"""The most bytes of one table: who reads the file of somebody else is not filled up by it."""


def packed(table: pl.DataFrame) -> str:
    """Return a table as text."""
    return base64.b64encode(zlib.compress(table.write_csv().encode())).decode()


def unpacked(written: str) -> bytes:
    r"""Return the CSV of a table that :func:`packed` wrote; raise ValueError for another text.

    >>> unpacked(packed(pl.DataFrame({"year": [2030]})))
    b'year\n2030\n'
    """
    inflating = zlib.decompressobj()
    try:
        table = inflating.decompress(base64.b64decode(written), _MOST_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not inflating.eof:
        message = f"a table has more than {_MOST_BYTES} bytes, or is cut off"
        raise ValueError(message)
    return table

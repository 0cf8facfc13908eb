"""The keys of a mapping file, each with a line: what is read, what is shown, and what the manual lists."""

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Final

import polars as pl

from urbium.packaged import packaged_rows
from urbium.text import say

MAPPING_KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        part: tuple(row["key"] for row in rows)
        for part, rows in groupby(packaged_rows("mappings/keys"), lambda row: row["part"])
    }
)
"""The keys of each part of a mapping file, as ``data/mappings/keys.csv`` declares them.

``a place`` is where a part of a figure or a city stands: a heading alone, or a table of these keys.
"""


def mapping_keys() -> pl.DataFrame:
    """Return every key of a mapping file: part, key, says.

    >>> mapping_keys().filter(part="where")["key"].to_list()
    ['column', 'is', 'not']
    """
    rows = packaged_rows("mappings/keys")
    return pl.DataFrame([{**row, "says": say(row["says_en"])} for row in rows]).drop("says_en")

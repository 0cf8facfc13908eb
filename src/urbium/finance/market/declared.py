"""Declared: the rows of the market that a ministry changes without a programmer, as text by column."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache

from urbium.catalogue import DATA

__all__ = ["declared_rows"]


@cache
def declared_rows(name: str) -> Sequence[Mapping[str, str]]:
    """Return the rows of a table under ``data/market``.

    >>> [row["id"] for row in declared_rows("preferences")][:2]
    ['evidence', 'readiness']
    """
    with (DATA / "market" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))

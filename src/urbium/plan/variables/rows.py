"""Rows of a linear model with names that a person can read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.variables import NEVER, Floats, Integers

Part = tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]
"""Entries of rows that belong together: row, column, value; single numbers are repeated."""


@dataclass(frozen=True)
class Rows:
    """Rows of one limit: entries (row, column, value), bounds, and a name for each row when asked."""

    limit: str
    row: Integers
    column: Integers
    value: Floats
    lower: Floats
    upper: Floats
    labels: Callable[[], Sequence[str]]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.lower)

    def names(self) -> list[str]:
        """Return the rows' names: the limit, and in brackets what it is about."""
        return [f"{self.limit}[{label}]" for label in self.labels()]


def rows_of(
    limit: str,
    parts: Sequence[Part],
    *,
    count: int,
    lower: npt.ArrayLike = -np.inf,
    upper: npt.ArrayLike = np.inf,
    labels: Callable[[], Sequence[str]],
) -> Rows:
    """Join parts (row, column, value); entries of a column that does not exist fall away."""
    shaped = [
        np.broadcast_arrays(np.asarray(r), np.asarray(c), np.asarray(v, dtype=float)) for r, c, v in parts
    ]
    row, column, value = (
        np.concatenate([part[k].ravel() for part in shaped] or [np.empty(0)]) for k in range(3)
    )
    real = (column != NEVER) & (value != 0)
    return Rows(
        limit,
        row[real].astype(np.int64),
        column[real].astype(np.int64),
        value[real],
        np.broadcast_to(np.asarray(lower, dtype=float), (count,)).copy(),
        np.broadcast_to(np.asarray(upper, dtype=float), (count,)).copy(),
        labels,
    )


def named(place: str) -> str:
    """Return the place as rows name it."""
    return "nation" if place == NATIONWIDE else place


def find_rows(row_of: dict[tuple[str, int], int], places: npt.NDArray[np.object_], years: range) -> Integers:
    """Rows of each place and year, -1 where no limit stands: (places, years)."""
    memory: dict[str, list[int]] = {}
    for place in places:
        if place not in memory:
            memory[place] = [row_of.get((place, y), -1) for y in years]
    return np.array([memory[place] for place in places], dtype=np.int64).reshape(len(places), len(years))

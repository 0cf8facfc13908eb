"""Matrix: the values of cities by indicators, with what the steps of an index need to know of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from urbium.text import text

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, eq=False)
class Matrix:
    """Values of rows (cities, or cities in years) by columns (indicators).

    Attributes
    ----------
    rows, columns : codes of the cities, ids of the indicators
    values : (rows, columns) array, NaN where missing
    directions : (columns,) array: 1 higher is better, -1 lower is better, 0 neither
    parents : the pillar of each column
    years : (rows,) array
    targets : (columns,) array, NaN where there is none
    groups : labels of the rows by the name of the grouping, each (rows,)
    denominators : quantities to divide by, by name, each (rows,)
    is_in : (rows,) array: not screened out
    is_normalised : (columns,) array: already on the common scale
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: NDArray[np.float64]
    directions: NDArray[np.int64]
    parents: tuple[str, ...]
    years: NDArray[np.int64]
    targets: NDArray[np.float64]
    is_in: NDArray[np.bool_]
    is_normalised: NDArray[np.bool_]
    groups: Mapping[str, NDArray[np.object_]] = field(default_factory=lambda: _NOTHING)
    denominators: Mapping[str, NDArray[np.float64]] = field(default_factory=lambda: _NOTHING)

    def __repr__(self) -> str:
        return text(
            "Matrix of {rows} rows by {columns} columns", rows=len(self.rows), columns=len(self.columns)
        ).render()

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Where there is a value, of the shape (rows, columns)."""
        return ~np.isnan(self.values)

    def holding(self, values: NDArray[np.float64], *, is_normalised: bool = False) -> Self:
        """Return the same matrix with other values, which may be on the common scale from now on."""
        done = np.ones(len(self.columns), dtype=bool) if is_normalised else self.is_normalised
        return replace(self, values=values, is_normalised=done)

    def taking(self, columns: NDArray[np.bool_]) -> Self:
        """Return the matrix of the columns of a (columns,) mask."""
        return replace(
            self,
            columns=tuple(np.array(self.columns, dtype=object)[columns]),
            values=self.values[:, columns],
            directions=self.directions[columns],
            parents=tuple(np.array(self.parents, dtype=object)[columns]),
            targets=self.targets[columns],
            is_normalised=self.is_normalised[columns],
        )

    def putting(self, columns: NDArray[np.bool_], part: "Matrix") -> Self:
        """Return this matrix with the values of ``part`` in the columns of the mask."""
        values, is_normalised = self.values.copy(), self.is_normalised.copy()
        values[:, columns], is_normalised[columns] = part.values, part.is_normalised
        values[~part.is_in] = np.nan  # who is screened out by some columns is out in all
        return replace(self, values=values, is_normalised=is_normalised, is_in=part.is_in)


def matrix(
    values: NDArray[np.float64],
    *,
    directions: NDArray[np.int64] | None = None,
    rows: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    **attributes: Any,  # noqa: ANN401 - the other attributes of a Matrix
) -> Matrix:
    """Return a matrix; what is not said is the plain case: higher is better, one year, no groups.

    >>> matrix(np.array([[1.0, np.nan]]))
    Matrix of 1 rows by 2 columns
    """
    count, width = values.shape
    plain = {
        "parents": ("",) * width,
        "years": np.zeros(count, dtype=np.int64),
        "targets": np.full(width, np.nan),
        "is_in": np.ones(count, dtype=bool),
        "is_normalised": np.zeros(width, dtype=bool),
    }
    return Matrix(
        values=values,
        directions=np.ones(width, dtype=np.int64) if directions is None else directions,
        rows=rows or tuple(str(place) for place in range(count)),
        columns=columns or tuple(str(place) for place in range(width)),
        **{**plain, **attributes},
    )

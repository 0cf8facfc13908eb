"""Counterfactual: what the score of a city would be with other data, the scale of the others left as it is.

A measurement puts all cities on one scale. Here single rows are put on that scale as it stands: goalposts and
treatment stay those of the measured cities, and what lies outside the measured values is clipped. So a
hundred thousand counterfactual rows cost no more than a few measurements.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.measure.aggregate import coverage, root_scores
from urbium.measure.matrix import Matrix
from urbium.measure.means import is_by_row
from urbium.measure.pipeline import Build, Method, PipelineStage, build, present_values
from urbium.measure.steps.registry import is_for
from urbium.measure.steps.step import Purpose, listed_codes
from urbium.model import Choice

_ROUNDING: Final = 1e-9
_CHUNK: Final = 8192  # rows put through the tree at once

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Demand:
    """What a screening step asks of the rows: shares of known values and of values other than zero.

    ``seen`` is the matrix it looked at, ``columns`` the (columns,) mask of those it counts, ``included`` and
    ``excluded`` the (rows,) masks of those that stay in or go out whatever they know.
    """

    stage: PipelineStage
    seen: Matrix
    columns: Mask
    availability: float
    nonzero: float
    included: Mask
    excluded: Mask

    def is_met(self, row: int, column: int = -1) -> bool:
        """Say whether a row knows enough of its own, with the figure in ``column`` known too and not zero."""
        counted = self.seen.is_known[row] & self.columns
        zeros = int((self.seen.values[row, counted] == 0).sum())
        more = int(column >= 0 and self.columns[column] and not counted[column])
        count = int(counted.sum()) + more
        is_known = count / max(int(self.columns.sum()), 1) >= self.availability - _ROUNDING
        return bool(is_known and count - zeros >= (self.nonzero - _ROUNDING) * count)


def demands(built: Build) -> Iterator[Demand]:
    """Yield what each screening step of an index asks for, in their order."""
    state = built.raw
    for stage in built.stages:
        choice, asked = stage.choice, stage.choice.parameters
        if is_for(choice, Purpose.SCREEN):
            only, other = _listed(choice, "only"), _listed(choice, "except")
            yield Demand(
                stage,
                state,
                np.array([(not only or name in only) and name not in other for name in state.columns])
                & (state.directions != 0),
                float(asked.get("availability", built.method.availability)),
                float(asked.get("nonzero", 0.0)),
                np.isin(state.rows, _listed(choice, "include")),
                np.isin(state.rows, _listed(choice, "exclude")),
            )
        state = stage.matrix


def forced_in(built: Build, city: str) -> Build:
    """Return the index computed with one more city let in by every screening, whatever it knows."""
    steps = tuple(
        replace(
            choice,
            parameters=MappingProxyType(
                {**choice.parameters, "include": "|".join([*_listed(choice, "include"), city])}
            ),
        )
        if is_for(choice, Purpose.SCREEN)
        else choice
        for choice in built.method.steps
    )
    method = Method(steps, built.method.aggregate, built.method.availability)
    return build(built.raw, built.layout, method)


def is_row_by_row(built: Build) -> bool:
    """Say whether on every level the score of a row depends on that row alone, as with a mean."""
    return all(map(is_by_row, built.method.aggregate))


def seen_values(built: Build) -> Matrix:
    """Return the matrix whose values a figure is proportional to: divided by what it is divided by."""
    divided = [stage.matrix for stage in built.stages if is_for(stage.choice, Purpose.DIVIDE)]
    return divided[-1] if divided else built.raw


def on_scale(built: Build, columns: NDArray[np.int64], values: Array) -> Array:
    """Put other values on the scale of the measured ones.

    Parameters
    ----------
    columns : (data,) the column of each figure
    values : (data, draws) array, as :func:`seen_values` holds them

    Returns
    -------
    A (data, draws) array: between two measured values the straight line between what became of them, which is
    exact for every linear way to normalise; beyond the measured values what became of the last one; NaN for a
    column in which nothing was normalised.
    """
    before, after = seen_values(built).values, built.normalised
    answer = np.full(values.shape, np.nan)
    for column in np.unique(columns).tolist():
        has_both = ~np.isnan(before[:, column]) & ~np.isnan(after[:, column])
        if has_both.any():
            order = np.argsort(before[has_both, column])
            marks, scale = before[has_both, column][order], after[has_both, column][order]
            here = columns == column
            answer[here] = np.interp(values[here], marks, scale)
    return answer


def peer_quantiles(built: Build, count: int) -> Array:
    """Return ``count`` normalised values a city might have: (count, columns), NaN where nobody has one.

    They are the quantiles (i - 1/2) / count of the reported values of the cities in the comparison, so that
    each stands for an equal share of them.
    """
    values = np.where(built.raw.is_known & built.is_in[:, None], built.normalised, np.nan)
    answer = np.full((count, values.shape[1]), np.nan)
    for column in np.flatnonzero(~np.isnan(values).all(axis=0)).tolist():
        of_peers = values[:, column]
        answer[:, column] = np.quantile(of_peers[~np.isnan(of_peers)], _middles(count))
    return answer


def normal_quantiles(count: int) -> Array:
    """Return the quantiles (i - 1/2) / count of the standard normal distribution.

    >>> normal_quantiles(3).round(3).tolist()
    [-0.967, 0.0, 0.967]
    """
    return np.array([NormalDist().inv_cdf(share) for share in _middles(count).tolist()])


def row_scores(built: Build, rows: NDArray[np.int64], columns: NDArray[np.int64], values: Array) -> Array:
    """Return the score a row would have with another normalised value in one of its columns.

    Parameters
    ----------
    rows, columns : (data,) places in ``built``
    values : (data, draws) array of normalised values

    Returns
    -------
    (data, draws) scores of the root, NaN where too little is known. Every level must be row by row.
    """
    draws = values.shape[1]
    is_known = present_values(built.raw, built.stages)
    weights = built.layout.weights[None, :]
    answer = np.empty(values.size)
    spots = np.repeat(rows, draws), np.repeat(columns, draws)
    for first in range(0, values.size, _CHUNK):
        row, column = (places[first : first + _CHUNK] for places in spots)
        here = np.arange(len(row))
        normalised, is_present = built.normalised[row], is_known[row]
        normalised[here, column] = values.ravel()[first : first + _CHUNK]
        is_present[here, column] = True
        answer[first : first + _CHUNK] = root_scores(
            built.layout,
            normalised,
            weights,
            built.method.aggregate,
            covered=coverage(built.layout, is_present, built.method.availability),
            availability=built.method.availability,
        )[0]
    return answer.reshape(values.shape)


def places_among(scores: Array, root: Array, rows: NDArray[np.int64]) -> Array:
    """Return the rank that each score would have in place of that of its row, the others staying.

    ``scores`` has the shape (data, draws), ``root`` (all rows,) and ``rows`` (data,); NaN gets NaN.

    >>> places_among(np.array([[25.0], [5.0]]), np.array([10.0, 20.0, 30.0]), np.array([0, 2])).tolist()
    [[2.0], [3.0]]
    """
    ordered = np.sort(np.round(root[~np.isnan(root)], 9))
    asked = np.round(scores, 9)
    ahead = len(ordered) - np.searchsorted(ordered, asked, side="right")
    is_own = np.round(root[rows], 9)[:, None] > asked
    return np.where(np.isnan(scores), np.nan, 1.0 + ahead - is_own)


def _middles(count: int) -> Array:
    return np.asarray((np.arange(count) + 0.5) / count)


def _listed(choice: Choice, name: str) -> list[str]:
    return listed_codes(choice.text(name))

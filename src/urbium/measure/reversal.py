"""Reversal: whether the order of two cities hangs on a third that is neither of them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.measure.matrix import Matrix
from urbium.measure.pipeline import Build, build


def rank_reversals(built: Build, rows: Sequence[int]) -> pl.DataFrame:
    """Leave one row out at a time, compute the index anew, and count the pairs whose order turns round.

    Parameters
    ----------
    rows : positions of the rows to leave out, such as :func:`decisive_rows`

    Returns
    -------
    row, reversed (pairs of other rows whose order turns round), share (of all pairs of ranked rows, 0 to 1),
    largest_move (places that one of the others moves, as if the row left out had never been ranked); the most
    reversals first. Where a scale is fixed beforehand there are none.

    References
    ----------
    Belton and Gear: *On a short-coming of Saaty's method of analytic hierarchies*, Omega 11 (1983), for the
    question.
    """
    table = []
    for row in rows:
        stays = np.ones(len(built.raw.rows), dtype=bool)
        stays[row] = False
        before = built.root[stays]
        after = build(_without(built.raw, stays), built.layout, built.method).root
        both = ~np.isnan(before) & ~np.isnan(after)
        one, other = _signs(before[both]), _signs(after[both])
        turned = int(((one * other) < 0).sum()) // 2
        pairs = int(both.sum()) * (int(both.sum()) - 1) // 2
        moves = np.abs((one < 0).sum(axis=1) - (other < 0).sum(axis=1))
        share = turned / pairs if pairs else 0.0
        table.append((built.raw.rows[row], turned, share, int(moves.max(initial=0))))
    schema = {"row": pl.String, "reversed": pl.Int64, "share": pl.Float64, "largest_move": pl.Int64}
    return pl.DataFrame(table, schema=schema, orient="row").sort(
        ["reversed", "row"], descending=[True, False]
    )


def decisive_rows(built: Build, most: int = 60) -> list[int]:
    """Return the rows on which a scale may hang: all of few, else those that hold an end of an indicator."""
    if len(built.raw.rows) <= most:
        return list(range(len(built.raw.rows)))
    values = built.entered.values
    low, high = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    return np.flatnonzero(((values == low) | (values == high)).any(axis=1)).tolist()


def _without(raw: Matrix, stays: NDArray[np.bool_]) -> Matrix:
    return replace(
        raw,
        rows=tuple(np.array(raw.rows, dtype=object)[stays]),
        values=raw.values[stays],
        years=raw.years[stays],
        is_in=raw.is_in[stays],
        groups={name: labels[stays] for name, labels in raw.groups.items()},
        denominators={name: below[stays] for name, below in raw.denominators.items()},
    )


def _signs(scores: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return for each pair which of the two is ahead: 1 the first, -1 the second, 0 neither."""
    rounded = scores.round(9)
    return np.sign(rounded[:, None] - rounded[None, :]).astype(np.int8)

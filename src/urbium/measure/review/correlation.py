"""Correlation: how columns hang together, pair by pair and all at once, over what both of a pair report.

In: correlations with their p-values and flags, Cronbach's alpha, principal components, as arrays.
Not in: what weights are made of it (weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.text import coded, text

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Kind = Literal["pearson", "spearman", "kendall"]
"""By values, by ranks, or by the order of pairs of rows."""

_FEWEST: Final = 3  # pairs: through two points there is always a line
_SAME: Final = 1e-12  # a spread this small, relative to the figures, is rounding
_ROUNDING: Final = 1e-9


class Pair(NamedTuple):
    """Two columns, by position, with their correlation and its p-value."""

    first: int
    second: int
    coefficient: float
    p_value: float


@dataclass(frozen=True, eq=False)
class Correlations:
    """Correlations of some columns with others, or with one another (``is_square``).

    Every array has the shape (columns, others): ``coefficients`` from -1 to 1, ``p_values`` of the two-sided
    test that there is no correlation, and ``counts``, the rows in which both are known. NaN where fewer than
    three rows are known, or in these one of the two does not vary.
    """

    kind: Kind
    coefficients: Array
    p_values: Array
    counts: NDArray[np.int64]
    is_square: bool

    def flagged(
        self,
        threshold: float,
        way: Literal["above", "below", "beyond"] = "above",
        *,
        groups: Sequence[str] | None = None,
    ) -> tuple[Pair, ...]:
        """Return the pairs whose correlation lies above or below a threshold, or beyond it either way.

        With ``groups``, the pillar of each column, only pairs of the same pillar count. Of a square table
        each pair comes once, and no column with itself. A pair exactly at the threshold is not flagged.

        Raises
        ------
        InputError : groups are given, but the table is not square

        >>> columns = np.array([[1.0, 2.0, 9.0], [2.0, 4.1, 1.0], [3.0, 5.9, 2.0], [4.0, 8.0, 1.0]])
        >>> [(pair.first, pair.second) for pair in correlations(columns).flagged(0.9)]
        [(0, 1)]
        """
        is_flagged = {
            "above": self.coefficients > threshold,
            "below": self.coefficients < threshold,
            "beyond": np.abs(self.coefficients) > threshold,
        }[way]
        if self.is_square:
            is_flagged = np.triu(is_flagged, 1)
        if groups is not None:
            if not self.is_square:
                raise InputError(
                    coded(
                        "measure.correlation.groups",
                        "groups can be used only for correlations among the columns of one table",
                    ),
                    remedy=text("omit groups"),
                )
            label = np.array(groups, dtype=object)
            is_flagged = is_flagged & (label[:, None] == label[None, :])
        return tuple(
            Pair(int(i), int(j), float(self.coefficients[i, j]), float(self.p_values[i, j]))
            for i, j in np.argwhere(is_flagged)
        )


def correlations(values: Array, others: Array | None = None, *, kind: Kind = "pearson") -> Correlations:
    """Correlate each column of ``values`` with each of ``others``, or with one another.

    Each pair is judged by the rows in which both are known; ranks are taken among these rows alone. The
    p-values are those of Student's t (Pearson, Spearman), or of the exact distribution of Kendall's tau-b
    where rows are few and without ties, and its normal approximation elsewhere.

    Parameters
    ----------
    values : (rows, columns) array, NaN where missing
    others : (rows, others) array, NaN where missing

    Raises
    ------
    InputError : there is no correlation of that kind

    References
    ----------
    Kendall and Gibbons: *Rank Correlation Methods* (1990).

    >>> found = correlations(np.array([[1.0, 1.0], [2.0, 4.0], [3.0, 9.0], [4.0, np.nan]]), kind="spearman")
    >>> found.coefficients[0, 1].round(9).item(), found.counts[0, 1].item()
    (1.0, 3)
    """
    if kind not in {"pearson", "spearman", "kendall"}:
        raise InputError(
            coded("measure.correlation.kind", "there is no correlation of the kind {kind!r}", kind=kind),
            remedy=text("write pearson, spearman or kendall"),
        )
    is_square = others is None
    second = values if others is None else others
    shape = (values.shape[1], second.shape[1])
    coefficients, p_values = np.full(shape, np.nan), np.full(shape, np.nan)
    counts = np.zeros(shape, dtype=np.int64)
    ranking = _Ranking.of(second) if kind == "spearman" else None
    for column in range(shape[0]):
        rest = slice(column if is_square else 0, None)
        figures = values[:, column]
        if kind == "kendall":
            rows = _kendall(figures, second[:, rest])
        else:
            rows = _against(figures, second[:, rest], None if ranking is None else ranking.taking(rest))
        for table, row in zip((coefficients, p_values, counts), rows, strict=True):
            table[column, rest] = row
            if is_square:
                table[rest, column] = row
    return Correlations(kind, coefficients, p_values, counts, is_square)


def cronbach_alpha(values: Array) -> float:
    r"""Return how far the columns of a (rows, columns) array measure one thing: at most 1, NaN if unknown.

    .. math:: \alpha = k^2 \bar{c} \Big/ \sum_{ij} c_{ij}

    with :math:`k` columns, covariances :math:`c_{ij}` of the rows in which both are known, and
    :math:`\bar{c}` the mean of those off the diagonal. Columns of different units must be normalised first; a
    column that fewer than two rows know measures nothing and is left out.

    References
    ----------
    Cronbach: *Coefficient alpha and the internal structure of tests*, Psychometrika 16 (1951).

    >>> round(cronbach_alpha(np.array([[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]])), 12)
    1.0
    """
    values = values[:, (~np.isnan(values)).sum(axis=0) > 1]
    count = values.shape[1]
    if count <= 1:
        return np.nan
    covariances = np.array([_covariances(values[:, column], values) for column in range(count)])
    total = np.nansum(covariances)
    between = total - np.nansum(np.diag(covariances))
    scale = np.nansum(np.abs(covariances))
    if abs(total) <= _SAME * scale or np.isnan(covariances).all():
        return np.nan
    return float(count * between / ((count - 1) * total))


@dataclass(frozen=True, eq=False)
class Components:
    """Principal components, the one with the largest spread first.

    ``spread`` (components,) is the standard deviation of each, ``share`` (components,) its part (0 to 1) of
    the variance, ``loadings`` (columns, components) its direction, of length one; ``rows_used`` counts the
    rows in which all was known. NaN where there are fewer than two such rows.
    """

    spread: Array
    share: Array
    loadings: Array
    rows_used: int


def principal_components(values: Array) -> Components:
    """Return the principal components of the standardised columns of a (rows, columns) array.

    Only rows in which all is known take part; a column that does not vary in them counts as zero. Each
    component points the way in which its loadings sum to more than zero, so that its sign is no accident.

    References
    ----------
    Jolliffe: *Principal Component Analysis* (2002); OECD and JRC handbook (2008), step 4.

    >>> found = principal_components(np.array([[1.0, 9.0], [2.0, 7.0], [3.0, 5.0]]))
    >>> found.spread.round(6).tolist(), found.share.round(6).tolist()
    ([1.414214, 0.0], [1.0, 0.0])
    """
    whole = values[~np.isnan(values).any(axis=1)]
    columns = values.shape[1]
    if len(whole) <= 1:
        nothing = np.full(columns, np.nan)
        return Components(nothing, nothing, np.full((columns, columns), np.nan), len(whole))
    centred = whole - whole.mean(axis=0)
    deviation = np.sqrt((centred**2).sum(axis=0) / (len(whole) - 1))
    varies = deviation > _SAME * np.abs(whole).max(axis=0)
    standard = np.divide(centred, deviation, out=np.zeros_like(centred), where=varies)
    _, lengths, directions = np.linalg.svd(standard, full_matrices=False)
    loadings = directions.T
    sums = loadings.sum(axis=0)
    largest = np.take_along_axis(loadings, np.abs(loadings).argmax(axis=0)[None, :], axis=0)[0]
    loadings = loadings * np.where(np.abs(sums) > _ROUNDING, np.sign(sums), np.sign(largest))
    variance = lengths**2
    share = np.full(variance.shape, np.nan)
    np.divide(variance, variance.sum(), out=share, where=variance.sum() > 0)
    return Components(lengths / np.sqrt(len(whole) - 1), share, loadings, len(whole))


# One column against many: sums over the rows in which both are known

Found = tuple[Array, Array, NDArray[np.int64]]


def _against(figures: Array, others: Array, ranking: "_Ranking | None") -> Found:
    """Return the product-moment correlations of a column with others, their p-values and counts."""
    from scipy import special  # noqa: PLC0415 - takes a while to import, and few need it

    both = ~np.isnan(figures)[:, None] & ~np.isnan(others)
    first, second = np.broadcast_to(figures[:, None], others.shape), others
    if ranking is not None:
        first, second = _Ranking.of(figures[:, None]).among(both), ranking.among(both)
    count = both.sum(axis=0)
    mine, theirs = _centred(first, both, count), _centred(second, both, count)
    product = np.sqrt((mine**2).sum(axis=0)) * np.sqrt((theirs**2).sum(axis=0))
    enough = (count >= _FEWEST) & (product > 0)
    coefficient = np.full(count.shape, np.nan)
    np.divide((mine * theirs).sum(axis=0), product, out=coefficient, where=enough)
    coefficient = np.clip(coefficient, -1, 1)
    with np.errstate(divide="ignore"):
        student = np.abs(coefficient) * np.sqrt((count - 2.0).clip(1) / (1 - coefficient**2))
    p_value = np.where(enough, 2 * special.stdtr((count - 2.0).clip(1), -student), np.nan)
    return coefficient, p_value, count


def _covariances(figures: Array, others: Array) -> Array:
    both = ~np.isnan(figures)[:, None] & ~np.isnan(others)
    count = both.sum(axis=0)
    mine = _centred(np.broadcast_to(figures[:, None], others.shape), both, count)
    theirs = _centred(others, both, count)
    result = np.full(count.shape, np.nan)
    np.divide((mine * theirs).sum(axis=0), count - 1, out=result, where=count > 1)
    return result


def _centred(values: Array, both: Mask, count: NDArray[np.int64]) -> Array:
    """Return the values less their mean where both are known, else 0; 0 too where they differ by rounding."""
    inside = np.where(both, values, 0.0)
    centred = np.where(both, inside - inside.sum(axis=0) / np.maximum(count, 1), 0.0)
    varies = np.abs(centred).max(axis=0, initial=0) > _SAME * np.abs(inside).max(axis=0, initial=0)
    return np.where(varies, centred, 0.0)


def _kendall(figures: Array, others: Array) -> Found:
    """Return Kendall's tau-b of a column with others, its p-values and counts."""
    from scipy import stats  # noqa: PLC0415 - takes half a second to import, and few need it

    both = ~np.isnan(figures)[:, None] & ~np.isnan(others)
    count = both.sum(axis=0)
    pairs = [
        stats.kendalltau(figures[rows], other[rows]) if rows.sum() >= _FEWEST else (np.nan, np.nan)
        for rows, other in zip(both.T, others.T, strict=True)
    ]
    coefficient, p_value = np.array([tuple(pair) for pair in pairs], dtype=float).reshape(-1, 2).T
    return coefficient, p_value, count


@dataclass(frozen=True)
class _Ranking:
    """Columns sorted once, so that they can be ranked among any of their rows without sorting again."""

    order: NDArray[np.int64]
    first: NDArray[np.int64]  # where the run of equal values of each sorted place begins
    after: NDArray[np.int64]  # and the place after its end

    @classmethod
    def of(cls, values: Array) -> "_Ranking":
        order = np.argsort(values, axis=0, kind="stable")
        first, after = np.empty_like(order), np.empty_like(order)
        for column, ordered in enumerate(np.take_along_axis(values, order, axis=0).T):
            first[:, column] = np.searchsorted(ordered, ordered, side="left")
            after[:, column] = np.searchsorted(ordered, ordered, side="right")
        return cls(order, first, after)

    def taking(self, columns: slice) -> "_Ranking":
        return _Ranking(self.order[:, columns], self.first[:, columns], self.after[:, columns])

    def among(self, rows: Mask) -> Array:
        """Return the ranks of each column among the rows of a (rows, columns) mask; ties share their mean."""
        order, first, after = (
            np.broadcast_to(places, rows.shape) for places in (self.order, self.first, self.after)
        )
        counted = np.zeros((len(rows) + 1, rows.shape[1]))
        np.cumsum(np.take_along_axis(rows, order, axis=0), axis=0, out=counted[1:])
        lower, upper = (np.take_along_axis(counted, place, axis=0) for place in (first, after))
        ranks = np.empty(rows.shape)
        np.put_along_axis(ranks, order, (lower + upper + 1) / 2, axis=0)
        return ranks

"""Treat: take the weight of a few extreme values off a column before it is put on a common scale.

Every way takes ``values``, a (rows, columns) array with NaN where one is missing, keeps what is missing
missing, and never swaps two rows of a column. A column in which all rows are alike is left as it is.

The two-step test and the ways follow OECD and JRC, *Handbook on Constructing Composite Indicators* (2008),
step 3, and the COIN tool of the JRC as described in Becker and others, *COINr: An R package for developing
composite indicators* (2022).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError, NotFoundError
from urbium.measure.steps.normalise import extremes, tells_apart
from urbium.text import coded, text

Numbers = NDArray[np.float64]
_ROUNDING: Final = 1e-13  # of the second moment: a spread this small is rounding


@dataclass(frozen=True)
class Treated:
    """Columns after the two-step test, and what was done to each.

    ``values`` has the shape (rows, columns); all else is (columns,). ``winsorised`` counts the points moved,
    ``way`` is ``winsorise``, the name of the transformation, or empty where nothing was done, and ``passes``
    says whether the column passes the test now. Skewness and kurtosis are NaN where they cannot be told.
    """

    values: Numbers
    winsorised: NDArray[np.int64]
    way: NDArray[np.object_]
    skew_before: Numbers
    skew_after: Numbers
    kurtosis_before: Numbers
    kurtosis_after: Numbers
    passes: NDArray[np.bool_]


def treat(
    values: Numbers, *, limit: int = 5, then: str = "log", skew: float = 2.0, kurtosis: float = 3.5
) -> Treated:
    """Winsorise the columns that fail the test of shape, and transform those that still fail.

    A column fails where its skewness is at least ``skew`` in size and its kurtosis at least ``kurtosis``. It
    is winsorised, one point after the other, until it passes or ``limit`` points are moved. If it still
    fails, its original values are transformed instead, from the side of the longer tail: a column with a long
    tail of small values is turned round, transformed and turned back. Where even that leaves it more skewed
    than it was, it stays as reported, and does not pass.

    Parameters
    ----------
    values : (rows, columns) array, NaN where missing
    limit : the most points of a column that may be moved, 0 or more
    then : ``log`` (:func:`log_shift`), ``log-plus`` (:func:`log_ct_plus`), ``log-plain``
        (:func:`log_ct_orig`), ``log-innovation`` (:func:`log_gii`), ``box-cox`` with the likeliest power, or
        ``none``

    Notes
    -----
    COINr transforms from the side of the large values whatever the tail: a logarithm then draws out the small
    values of a column that is skewed to the left, and makes it worse.

    Raises
    ------
    NotFoundError : there is no such transformation
    InputError : the limit is negative

    >>> found = treat(np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [99.0]]))
    >>> found.values.ravel().tolist(), found.way.item(), found.winsorised.item()
    ([1.0, 2.0, 3.0, 4.0, 5.0, 5.0], 'winsorise', 1)
    """
    if then not in _TRANSFORMS:
        raise NotFoundError.named("way to treat", then, list(_TRANSFORMS))
    test = _Test(skew, kurtosis)
    skew_before, kurtosis_before = _shape(values)
    skew_after, kurtosis_after = skew_before.copy(), kurtosis_before.copy()
    treated = values.copy()
    winsorised = np.zeros(values.shape[1], dtype=np.int64)
    way = np.full(values.shape[1], "", dtype=object)

    failing = np.flatnonzero(test.fails(skew_before, kurtosis_before))
    shape = skew_before[failing], kurtosis_before[failing]
    treated[:, failing], winsorised[failing] = _winsorise(values[:, failing], limit, test, shape)
    way[failing] = np.where(winsorised[failing] > 0, "winsorise", "")
    skew_after[failing], kurtosis_after[failing] = _shape(treated[:, failing])

    failing = np.flatnonzero(test.fails(skew_after, kurtosis_after))
    transform = _TRANSFORMS[then]
    if transform is not None and len(failing):
        turned = np.where(skew_before[failing] < 0, -1.0, 1.0)
        transformed = turned * transform(turned * values[:, failing])
        skewed, peaked = _shape(transformed)
        is_better = np.abs(skewed) < np.abs(skew_before[failing])
        better, worse = failing[is_better], failing[~is_better]
        treated[:, better] = transformed[:, is_better]
        treated[:, worse] = values[:, worse]
        winsorised[failing] = 0
        way[better], way[worse] = then, ""
        skew_after[better], kurtosis_after[better] = skewed[is_better], peaked[is_better]
        skew_after[worse], kurtosis_after[worse] = skew_before[worse], kurtosis_before[worse]
    passes = ~test.fails(skew_after, kurtosis_after)
    return Treated(treated, winsorised, way, skew_before, skew_after, kurtosis_before, kurtosis_after, passes)


def skewness(values: Numbers) -> Numbers:
    r"""Return the sample skewness of each column; NaN with fewer than 3 values, or where all are alike.

    .. math:: G_1 = \frac{\sqrt{n (n - 1)}}{n - 2} \cdot \frac{m_3}{m_2^{3/2}}

    with the central moments :math:`m_k`.

    References
    ----------
    Joanes and Gill: *Comparing measures of sample skewness and kurtosis*, The Statistician 47 (1998).

    >>> skewness(np.array([[1.0], [2.0], [6.0]])).round(4).item()
    1.4579
    """
    return _shape(values)[0]


def kurtosis(values: Numbers) -> Numbers:
    r"""Return the sample excess kurtosis of each column; NaN with fewer than 4 values or where all are alike.

    .. math:: G_2 = \frac{n - 1}{(n - 2)(n - 3)}
              \left( (n + 1) \left( \frac{m_4}{m_2^2} - 3 \right) + 6 \right)

    with the central moments :math:`m_k`.

    References
    ----------
    Joanes and Gill: *Comparing measures of sample skewness and kurtosis*, The Statistician 47 (1998).

    >>> kurtosis(np.array([[1.0], [2.0], [3.0], [4.0]])).round(4).item()
    -1.2
    """
    return _shape(values)[1]


def winsorise(values: Numbers, points: int, *, skew: float = 2.0, kurtosis: float = 3.5) -> Numbers:
    """Move up to ``points`` extreme values of each column to the next, until the column passes the test.

    While the skewness is at least ``skew`` in size and the kurtosis at least ``kurtosis``, the largest value
    (or the smallest, where the skewness is negative) becomes the next one. Values that are equal move
    together, or not at all if that would move more than ``points`` (COINr then moves more). With ``skew=0``
    and ``kurtosis=-inf`` no column passes, so that all points are used. Raises InputError when ``points`` is
    negative.

    >>> winsorise(np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [99.0]]), 5).ravel().tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0, 5.0]
    """
    return _winsorise(values, points, _Test(skew, kurtosis), _shape(values))[0]


def log_shift(values: Numbers) -> Numbers:
    r"""Take the logarithm of each column, shifted so that its lowest value lies 1% of the range above 0.

    .. math:: \ln(x - \min + 0.01 (\max - \min))

    Called ``log_CT`` in COINr. Meant for a tail of large values: it draws out the smallest.

    >>> log_shift(np.array([[0.0], [99.0], [100.0]])).round(4).ravel().tolist()
    [0.0, 4.6052, 4.6151]
    """
    ends = extremes(values)
    low, high = ends.low, ends.high
    return _log(values - low + 0.01 * (high - low), values)


def log_ct_plus(values: Numbers) -> Numbers:
    r"""Take the logarithm from the side of the longer tail, so that either kind of skew becomes smaller.

    .. math:: \ln(x - \min + a) \quad \text{(skewness above 0)}, \qquad
              -\ln(\max + a - x) \quad \text{(else)}, \qquad a = 0.01 (\max - \min)

    >>> log_ct_plus(np.array([[0.0], [1.0], [100.0]])).round(4).ravel().tolist()
    [0.0, 0.6931, 4.6151]
    """
    ends = extremes(values)
    low, high = ends.low, ends.high
    shift = 0.01 * (high - low)
    is_left = skewness(values) <= 0
    logs = _log(np.where(is_left, high + shift - values, values - low + shift), values)
    return np.where(is_left, -logs, logs)


def log_ct_orig(values: Numbers) -> Numbers:
    r"""Take the logarithm of each column, shifted so that its lowest value becomes 1.

    .. math:: \ln(x - \min + 1)

    The first form of the JRC's COIN tool; unlike :func:`log_shift` it depends on the unit.

    >>> log_ct_orig(np.array([[5.0], [6.0]])).round(4).ravel().tolist()
    [0.0, 0.6931]
    """
    return _log(values - extremes(values).low + 1, values)


def log_gii(values: Numbers) -> Numbers:
    r"""Take the logarithm of the Global Innovation Index, from the side of the longer tail.

    .. math:: \ln\left(\frac{(\max - 1)(x - \min)}{\max - \min} + 1\right)
              \quad \text{(skewness not below 0)}, \qquad
              -\ln\left(\frac{(\max - 1)(\max - x)}{\max - \min} + 1\right) \quad \text{(below 0)}

    The formula needs a largest value above 1; with a smaller one it would turn the order round, so such a
    column is left as it is. COINr 1.1.14 computes this logarithm and then returns the data untreated.

    References
    ----------
    Cornell University, INSEAD and WIPO: *Global Innovation Index*, technical notes on outliers.

    >>> log_gii(np.array([[0.0], [1.0], [10.0]])).round(4).ravel().tolist()
    [0.0, 0.6419, 2.3026]
    """
    ends = extremes(values)
    low, high = ends.low, ends.high
    is_left = skewness(values) < 0
    has_log = tells_apart(values) & (high > 1)
    run = np.where(is_left, high - values, values - low)
    share = np.divide(
        run, high - low, out=np.zeros(values.shape), where=np.broadcast_to(has_log, values.shape)
    )
    logs = np.log((np.where(has_log, high, 1) - 1) * share + 1)
    return np.where(has_log, np.where(is_left, -logs, logs), values)


def box_cox(values: Numbers, power: float | None = None) -> Numbers:
    r"""Raise each column, shifted so that its lowest value becomes 1, to a power.

    .. math:: \frac{y^p - 1}{p}, \quad \ln y \text{ when } p = 0, \qquad y = x - \min + 1

    ``power`` is the same for all columns; when left out, each column gets the one that makes it most like a
    normal distribution (maximum likelihood).

    References
    ----------
    Box and Cox: *An analysis of transformations*, Journal of the Royal Statistical Society B 26 (1964).

    >>> box_cox(np.array([[3.0], [6.0], [11.0]]), 0.5).ravel().tolist()
    [0.0, 2.0, 4.0]
    """
    shifted = values - extremes(values).low + 1
    answer = values.copy()
    for column in np.flatnonzero(tells_apart(values)):
        figures = shifted[:, column]
        chosen = _likeliest_power(figures[~np.isnan(figures)]) if power is None else power
        answer[:, column] = np.log(figures) if chosen == 0 else (figures**chosen - 1) / chosen
    return answer


_TRANSFORMS: Final[Mapping[str, Callable[[Numbers], Numbers] | None]] = MappingProxyType(
    {
        "log": log_shift,
        "log-plus": log_ct_plus,
        "log-plain": log_ct_orig,
        "log-innovation": log_gii,
        "box-cox": box_cox,
        "none": None,
    }
)


@dataclass(frozen=True)
class _Test:
    """The test of shape: a column fails where both measures reach their limit."""

    skew: float
    kurtosis: float

    def fails(self, skew: Numbers, kurtosis: Numbers) -> NDArray[np.bool_]:
        fails: NDArray[np.bool_] = (np.abs(skew) >= self.skew) & (kurtosis >= self.kurtosis)
        return fails


def _winsorise(
    values: Numbers, points: int, test: _Test, shape: tuple[Numbers, Numbers]
) -> tuple[Numbers, NDArray[np.int64]]:
    """Winsorise and count; ``shape`` is the skewness and kurtosis of the values.

    A winsorised column is the column cut off at two of its values. In each round the columns that still fail
    move one of the two ends to the next value; ``points + 1`` values from either end are all it can need, so
    the others are summed up once and only the ends are cut off again and again.
    """
    if points < 0:
        raise InputError(
            coded("measure.step.points.negative", "{points} points cannot be moved", points=points),
            place="winsorise",
            remedy=text("enter a limit of 0 or more"),
        )
    moved = values.copy()
    counts = np.zeros(values.shape[1], dtype=np.int64)
    skew = shape[0]
    failing = np.flatnonzero(test.fails(*shape))
    if not len(failing):
        return moved, counts
    part = np.sort(values[:, failing], axis=0)  # what is missing comes last
    ends = _Ends.of(part, points + 1)
    low, high, skew = ends.bottoms[0].copy(), ends.tops[0].copy(), skew[failing]
    going = np.arange(len(failing))
    while len(going):
        top, bottom, is_high = ends.tops[:, going], ends.bottoms[:, going], skew[going] >= 0
        under = np.where(top < high[going], top, -np.inf).max(axis=0)
        above = np.where(bottom > low[going], bottom, np.inf).min(axis=0)
        next_high, next_low = np.where(is_high, under, high[going]), np.where(is_high, low[going], above)
        changed = (top > next_high).sum(axis=0) + (bottom < next_low).sum(axis=0)
        may_move = np.isfinite(next_high) & np.isfinite(next_low) & (changed <= points)
        going = going[may_move]
        high[going], low[going] = next_high[may_move], next_low[may_move]
        counts[failing[going]] = changed[may_move]
        skew[going], kurtosis = ends.shape(part, going, low[going], high[going])
        going = going[test.fails(skew[going], kurtosis)]
    moved[:, failing] = np.clip(values[:, failing], low, high)
    return moved, counts


@dataclass(frozen=True)
class _Ends:
    """Sorted columns as their largest and smallest values, and sums of powers of all between them.

    ``tops`` (largest first) and ``bottoms`` are (count, columns), ``powers`` (4, columns) the sums of
    :math:`((x - c) / s)^p` between them with ``centre`` and ``scale``, and ``known`` the values of a column.
    Where a column is too short to have anything between its ends, it is summed up as a whole each time.
    """

    tops: Numbers
    bottoms: Numbers
    powers: Numbers
    centre: Numbers
    scale: Numbers
    known: Numbers

    @classmethod
    def of(cls, ordered: Numbers, count: int) -> "_Ends":
        known = (~np.isnan(ordered)).sum(axis=0)
        places = np.arange(count)[:, None]
        columns = np.arange(ordered.shape[1])
        is_there = places < known
        tops = np.where(is_there, ordered[np.maximum(known - 1 - places, 0), columns], -np.inf)
        bottoms = np.where(is_there, ordered[np.minimum(places, len(ordered) - 1), columns], np.inf)
        rows = np.arange(len(ordered))[:, None]
        between = (rows >= count) & (rows < known - count)
        inside = np.where(between, ordered, 0.0)
        size = np.maximum(between.sum(axis=0), 1)
        centre = inside.sum(axis=0) / size
        off = np.where(between, inside - centre, 0.0)
        scale = np.abs(off).max(axis=0, initial=0.0)
        scale = np.where(scale > 0, scale, 1.0)
        off /= scale
        squares = off * off
        powers = np.stack(
            [
                off.sum(axis=0),
                squares.sum(axis=0),
                np.einsum("rc,rc->c", squares, off),
                np.einsum("rc,rc->c", squares, squares),
            ]
        )
        return cls(tops, bottoms, powers, centre, scale, known.astype(float))

    def shape(
        self, ordered: Numbers, columns: NDArray[np.int64], low: Numbers, high: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Return skewness and kurtosis of some columns, cut off at ``low`` and ``high``."""
        count = len(self.tops)
        is_short = bool((self.known[columns] <= 2 * count).any())
        if is_short:
            return _shape(np.clip(ordered[:, columns], low, high))
        edges = np.clip(np.vstack([self.tops[:, columns], self.bottoms[:, columns]]), low, high)
        off = (edges - self.centre[columns]) / self.scale[columns]
        squares = off * off
        sums = self.powers[:, columns] + np.stack(
            [
                off.sum(axis=0),
                squares.sum(axis=0),
                np.einsum("rc,rc->c", squares, off),
                np.einsum("rc,rc->c", squares, squares),
            ]
        )
        n = self.known[columns]
        mean, second, third, fourth = sums / n
        spread = second - mean**2
        is_apart = spread > _ROUNDING * np.maximum(second, np.finfo(float).tiny)
        cubes = third - 3 * mean * second + 2 * mean**3
        tails = fourth - 4 * mean * third + 6 * mean**2 * second - 3 * mean**4
        return _sample_shape(n, n * spread, n * cubes, n * tails, is_apart)


def _shape(values: Numbers) -> tuple[Numbers, Numbers]:
    """Return skewness and kurtosis of each column."""
    is_known = ~np.isnan(values)
    n = is_known.sum(axis=0).astype(float)
    centre = np.where(is_known, values, 0.0).sum(axis=0) / np.maximum(n, 1)
    off = np.where(is_known, values - centre, 0.0)
    is_apart = tells_apart(values)
    off /= np.where(is_apart, np.abs(off).max(axis=0, initial=0.0), 1.0)  # neither measure knows a unit
    squares = off * off
    second = squares.sum(axis=0)
    third = np.einsum("rc,rc->c", squares, off)
    fourth = np.einsum("rc,rc->c", squares, squares)

    return _sample_shape(n, second, third, fourth, is_apart)


def _sample_shape(
    n: Numbers, second: Numbers, third: Numbers, fourth: Numbers, is_apart: NDArray[np.bool_]
) -> tuple[Numbers, Numbers]:
    """Return skewness and kurtosis from the sums of central powers of ``n`` values."""
    skew, kurtosis = np.full(len(n), np.nan), np.full(len(n), np.nan)
    wide = is_apart & (n > 2)  # noqa: PLR2004 - the formulas divide by n - 2 and n - 3
    np.divide(n * np.sqrt(np.abs(n - 1)) * third, (n - 2) * second**1.5, out=skew, where=wide)
    wide &= n > 3  # noqa: PLR2004
    ratio = np.divide(n * fourth, second**2, out=np.zeros(len(n)), where=wide)
    np.divide((n - 1) * ((n + 1) * (ratio - 3) + 6), (n - 2) * (n - 3), out=kurtosis, where=wide)
    return skew, kurtosis


def _log(argument: Numbers, values: Numbers) -> Numbers:
    """Return the logarithm of the argument, and the values themselves in columns in which all are alike."""
    logs = values.copy()
    np.log(argument, out=logs, where=np.broadcast_to(tells_apart(values), values.shape))
    return logs


def _likeliest_power(shifted: Numbers) -> float:
    """Return the power of Box and Cox with the greatest likelihood."""
    from scipy import stats  # noqa: PLC0415 - loaded when somebody asks for it

    return float(stats.boxcox_normmax(shifted, method="mle"))

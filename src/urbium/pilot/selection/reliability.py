r"""Reliability: how far the experts who judge the same applications agree.

The intraclass correlation for experts drawn from many (two-way random effects, absolute agreement): ICC(2,1)
of one expert and ICC(2,k) of the mean of k, by Shrout and Fleiss where every expert judged every application,
and from the variance components of the unbalanced table (Henderson's third method) where not; and
Krippendorff's alpha with the interval metric, which leaves out who judged.

References
----------
Shrout, Fleiss: *Intraclass correlations: uses in assessing rater reliability*, Psychological Bulletin 86
(1979).
Searle, Casella, McCulloch: *Variance Components* (1992), chapter 5 on Henderson's methods.
Krippendorff: *Content Analysis*, chapter on reliability.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
_DRAWS, _LEVEL = 200, 0.95
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval of 95%; the ends are None where no interval can be given."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far experts agree; a measure is None where the scores say nothing of it.

    Parameters
    ----------
    icc_one, icc_mean : ICC(2,1), and ICC(2,k) for the mean of ``each`` experts
    alpha : Krippendorff's alpha, interval metric
    each : reviews per application (harmonic mean)
    is_complete : whether every expert judged every application
    """

    icc_one: Estimate | None
    icc_mean: Estimate | None
    alpha: Estimate | None
    each: float
    is_complete: bool


def agreement(points: Mapping[tuple[str, str], float], *, seed: int = 0) -> Agreement:
    """Return how far experts agree.

    Parameters
    ----------
    points : 0 to 100 by application and expert
    seed : of the draws behind the intervals of incomplete tables
    """
    applications = sorted({application for application, _ in points})
    experts = sorted({expert for _, expert in points})
    table = np.full((len(applications), len(experts)), np.nan)
    for (application, expert), value in points.items():
        table[applications.index(application), experts.index(expert)] = value
    counts = np.sum(~np.isnan(table), axis=1)
    each = float(len(counts) / np.sum(1 / counts)) if len(counts) else 0.0
    is_complete = bool(points) and not np.isnan(table).any()
    pair = icc_complete(table) if is_complete else icc_incomplete(table, seed=seed)
    one, mean = pair or (None, None)
    return Agreement(one, mean, alpha_interval(table, seed=seed), each, is_complete)


def icc_complete(table: Floats) -> tuple[Estimate, Estimate] | None:
    r"""Return ICC(2,1) and ICC(2,k) of a complete table, with their intervals of 95%.

    .. math:: \frac{BMS - EMS}{BMS + (k-1) EMS + k (JMS - EMS) / n}, \quad
              \frac{BMS - EMS}{BMS + (JMS - EMS) / n}

    Parameters
    ----------
    table : (applications, experts) array of points, at least two of both

    Returns None where the table is too small, or everything in it is equal.

    >>> rows = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> table = np.array(rows, dtype=float)
    >>> [round(one.value, 2) for one in icc_complete(table)]
    [0.29, 0.62]
    """
    n, k = table.shape
    if n < 2 or k < 2:  # noqa: PLR2004 - there is nothing to compare
        return None
    grand, of_rows, of_columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    between = k * np.sum((of_rows - grand) ** 2) / (n - 1)
    judges = n * np.sum((of_columns - grand) ** 2) / (k - 1)
    residual = table - of_rows[:, None] - of_columns[None, :] + grand
    error = np.sum(residual**2) / ((n - 1) * (k - 1))
    if between <= _TINY and judges <= _TINY and error <= _TINY:
        return None
    one = (between - error) / (between + (k - 1) * error + k * (judges - error) / n)
    mean_denominator = between + (judges - error) / n
    mean = (between - error) / mean_denominator if mean_denominator > _TINY else one
    low, high = _ends(float(between), float(judges), float(error), n=n, k=k, icc=float(one))
    return (
        Estimate(float(one), low, high),
        Estimate(float(mean), _of_mean(low, k), _of_mean(high, k)),
    )


def _ends(
    between: float, judges: float, error: float, *, n: int, k: int, icc: float
) -> tuple[float | None, float | None]:
    """Return the ends of the interval of ICC(2,1), by Shrout and Fleiss."""
    from scipy.special import fdtri  # noqa: PLC0415 - heavy, and only when it is asked for

    if error <= _TINY:
        return (1.0, 1.0) if judges <= _TINY else (None, None)
    ratio = judges / error
    part = n * (1 + (k - 1) * icc) - k * icc
    degrees = ((k - 1) * (n - 1) * (k * icc * ratio + part) ** 2) / (
        (n - 1) * k**2 * icc**2 * ratio**2 + part**2
    )
    if degrees <= 0:
        return None, None
    tail = 1 - (1 - _LEVEL) / 2
    upper, lower = float(fdtri(n - 1, degrees, tail)), float(fdtri(degrees, n - 1, tail))
    rest = k * judges + (k * n - k - n) * error
    return (
        n * (between - upper * error) / (upper * rest + n * between),
        n * (lower * between - error) / (rest + n * lower * between),
    )


def _of_mean(one: float | None, k: float) -> float | None:
    """Return the reliability of the mean of k experts from that of one (Spearman and Brown)."""
    return None if one is None or 1 + (k - 1) * one <= _TINY else k * one / (1 + (k - 1) * one)


def icc_incomplete(table: Floats, *, seed: int = 0) -> tuple[Estimate, Estimate] | None:
    """Return ICC(2,1), and ICC(2,k) for as many experts as judge an application, of an incomplete table.

    Parameters
    ----------
    table : (applications, experts) array of points; nan where an expert did not judge
    seed : of the draws of applications behind the intervals

    Returns None where too little was judged twice to tell applications, experts and error apart.
    """
    rows, columns = np.nonzero(~np.isnan(table))
    each = _each(rows)
    one = _icc_of(rows, columns, table[rows, columns])
    if one is None:
        return None

    def redrawn(drawn: Whole) -> float | None:
        again = table[drawn]
        at, by = np.nonzero(~np.isnan(again))
        return _icc_of(at, by, again[at, by])

    low, high = _bootstrap(table.shape[0], redrawn, seed)
    mean = _of_mean(one, each)
    return Estimate(one, low, high), Estimate(
        one if mean is None else mean, _of_mean(low, each), _of_mean(high, each)
    )


def _each(rows: Whole) -> float:
    counts = np.unique(rows, return_counts=True)[1]
    return float(len(counts) / np.sum(1 / counts)) if len(counts) else 0.0


def _icc_of(rows: Whole, columns: Whole, values: Floats) -> float | None:
    """Return ICC(2,1) from the variance components of applications, experts and error."""
    number = len(values)
    row_numbers, column_numbers = (
        np.unique(rows, return_inverse=True)[1],
        np.unique(columns, return_inverse=True)[1],
    )
    if not number:
        return None
    of_rows, of_columns = row_numbers.max() + 1, column_numbers.max() + 1
    dummies = np.zeros((number, of_columns))
    dummies[np.arange(number), column_numbers] = 1
    inside = np.column_stack([_centred(column, row_numbers) for column in dummies.T])
    within_rows = _centred(values, row_numbers)
    fitted, _, rank, _ = np.linalg.lstsq(inside, within_rows, rcond=1e-9)
    error_sum = float(np.sum((within_rows - inside @ fitted) ** 2))
    free = number - of_rows - rank
    if free <= 0 or number <= of_columns or of_rows < 2 or of_columns < 2:  # noqa: PLR2004
        return None
    error = error_sum / free
    of_experts = float(np.sum(within_rows**2)) - error_sum
    of_applications = float(np.sum(_centred(values, column_numbers) ** 2)) - error_sum
    experts = (of_experts - rank * error) / (number - of_rows)
    applications = (of_applications - (of_rows + rank - of_columns) * error) / (number - of_columns)
    total = applications + experts + error
    return applications / total if total > _TINY else None


def _centred(values: Floats, groups: Whole) -> Floats:
    """Return values less the mean of their group."""
    means = np.bincount(groups, weights=values) / np.bincount(groups)
    return np.asarray(values - means[groups], dtype=np.float64)


def alpha_interval(table: Floats, *, seed: int = 0) -> Estimate | None:
    r"""Return Krippendorff's alpha (interval metric) with an interval of 95% over drawn applications.

    .. math:: 1 - D_o / D_e

    with the squared differences of pairs within applications, and of all pairs.

    Parameters
    ----------
    table : (applications, experts) array of points; nan where an expert did not judge

    Returns None where no application was judged twice, or all points are equal.

    >>> scores = np.array([[1.0, 1], [2, 2], [3, 3], [4, 5]])
    >>> round(alpha_interval(scores).value, 3)
    0.937
    """
    value = _alpha(table)
    if value is None:
        return None
    low, high = _bootstrap(table.shape[0], lambda drawn: _alpha(table[drawn]), seed)
    return Estimate(value, low, high)


def _alpha(table: Floats) -> float | None:
    counts = np.sum(~np.isnan(table), axis=1)
    paired = table[counts > 1]
    counts = counts[counts > 1]
    values = paired[~np.isnan(paired)]
    if not len(values):
        return None
    expected = _pairs(len(values), float(np.sum(values**2)), float(np.sum(values))) / (len(values) - 1)
    if expected <= _TINY:
        return None
    squares, sums = np.nansum(paired**2, axis=1), np.nansum(paired, axis=1)
    observed = math.fsum(
        _pairs(int(m), float(square), float(total)) / (m - 1)
        for m, square, total in zip(counts, squares, sums, strict=True)
    )
    return 1 - observed / expected


def _pairs(number: int, squares: float, total: float) -> float:
    """Return the sum of the squared differences of all ordered pairs."""
    return 2 * number * squares - 2 * total**2


def _bootstrap(
    number: int, measure: Callable[[Whole], float | None], seed: int
) -> tuple[float | None, float | None]:
    """Return the ends of an interval of 95% over samples of applications, drawn with replacement."""
    generator = np.random.default_rng(seed)
    drawn: Sequence[float] = [
        value for _ in range(_DRAWS) if (value := measure(generator.integers(0, number, number))) is not None
    ]
    if len(drawn) < _DRAWS // 2:
        return None, None
    low, high = np.quantile(np.asarray(drawn), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)

r"""Balance: ways to aggregate that mark a row down for being uneven, or weigh its parts by their order.

In: the adjusted Mazziotta-Pareto index, the mean-min function and ordered weighted averages, as functions of
(rows, children) values and (children,) weights. What is missing is left out of a row.
Not in: means on another scale (means), weights that are best for each row (dea).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mazziotta_pareto(values: Array, weights: Array, *, sign: float = -1.0) -> Array:
    r"""Return the weighted mean of each row, less (or plus) its spread times its coefficient of variation.

    .. math:: M_i \pm S_i \, cv_i, \quad cv_i = S_i / M_i

    with the weighted mean :math:`M_i` and standard deviation :math:`S_i` (divided by the sum of weights) of
    the known values of row i. ``sign`` is -1 where more is better, so that an uneven row scores less, and 1
    where less is. Values should lie around 100, as ``goalposts`` or ``z-score(mean=100, spread=10)`` put
    them; a row whose mean is not above zero has no score.

    References
    ----------
    Mazziotta and Pareto: *On a generalized non-compensatory composite index for measuring socio-economic
    phenomena*, Social Indicators Research 127 (2016).

    >>> mazziotta_pareto(np.array([[100.0, 100.0], [90.0, 110.0]]), np.array([1.0, 1.0])).tolist()
    [100.0, 99.0]
    """
    mean, variance = _moments(values, weights)
    penalty = np.full(mean.shape, np.nan)
    np.divide(variance, mean, out=penalty, where=mean > 0)
    return np.asarray(mean + sign * penalty)


def mean_min(values: Array, weights: Array, *, alpha: float = 0.5, beta: float = 0.0) -> Array:
    r"""Return the weighted mean of each row, drawn towards its lowest value.

    .. math:: M_i - \alpha \Bigl(\sqrt{(M_i - \min_i)^2 + \beta^2} - \beta\Bigr)

    ``alpha`` (0 to 1) is how far an unevenness counts: 0 is the mean, 1 with ``beta`` 0 the lowest value.
    ``beta`` (0 or more, in the unit of the values) is how much unevenness counts little.

    References
    ----------
    Casadio Tarabusi and Guarini: *An unbalance adjustment method for development indicators*, Social
    Indicators Research 112 (2013).

    >>> mean_min(np.array([[20.0, 60.0]]), np.array([1.0, 1.0]), alpha=0.5).tolist()
    [30.0]
    """
    mean, _ = _moments(values, weights)
    counted = np.where((weights > 0) & ~np.isnan(values), values, np.inf)
    lowest = counted.min(axis=1, initial=np.inf)
    gap = np.where(np.isfinite(lowest), mean - lowest, 0.0)
    return np.asarray(mean - alpha * (np.sqrt(gap**2 + beta**2) - beta))


def ordered_average(values: Array, weights: Array, *, power: float = 1.0) -> Array:
    r"""Return the ordered weighted average of each row: a part counts by its place among the row's parts.

    .. math:: \sum_k \Bigl(Q(W_k) - Q(W_{k-1})\Bigr) x_{(k)}, \quad Q(r) = r^p, \quad
              W_k = \sum_{j \le k} w_{(j)} \Big/ \sum_j w_j

    with the values of the row from the highest down and their weights. A power of 1 is the weighted mean; a
    higher one lets the weakest parts count more, a lower one (above 0) the strongest.

    References
    ----------
    Yager: *On ordered weighted averaging aggregation operators in multicriteria decision making*, IEEE
    Transactions on Systems, Man and Cybernetics 18 (1988), and *Quantifier guided aggregation using OWA
    operators*, International Journal of Intelligent Systems 11 (1996), for the weights.

    >>> ordered_average(np.array([[20.0, 60.0]]), np.array([1.0, 1.0]), power=2.0).tolist()
    [30.0]
    """
    order = np.argsort(-values, axis=1, kind="stable")  # what is missing comes last
    ranked = np.take_along_axis(values, order, axis=1)
    is_known = ~np.isnan(ranked)
    held = np.where(
        is_known, np.broadcast_to(weights, values.shape)[np.arange(len(values))[:, None], order], 0.0
    )
    total = held.sum(axis=1, keepdims=True)
    share = np.zeros(held.shape)
    np.divide(np.cumsum(held, axis=1), total, out=share, where=total > 0)
    steps = np.diff(np.minimum(share, 1.0) ** power, axis=1, prepend=0.0)
    averages = (steps * np.where(is_known, ranked, 0.0)).sum(axis=1)
    return np.where(total[:, 0] > 0, averages, np.nan)


def _moments(values: Array, weights: Array) -> tuple[Array, Array]:
    """Return the weighted mean and variance of what is known in each row, NaN where nothing is."""
    held = np.where(np.isnan(values), 0.0, weights)
    total = held.sum(axis=1)
    filled = np.nan_to_num(values)
    mean, variance = np.full(len(values), np.nan), np.full(len(values), np.nan)
    np.divide((held * filled).sum(axis=1), total, out=mean, where=total > 0)
    off = np.where(np.isnan(values), 0.0, filled - mean[:, None])
    np.divide((held * off**2).sum(axis=1), total, out=variance, where=total > 0)
    return mean, variance

"""Composition: the mathematics of parts of a whole, in which only ratios between parts say anything.

In: closing to one, replacing zeros, log-ratios (additive, centred, isometric) and back, perturbing one
composition by another, the distance between two. Not in: what the parts are, and how they change.

Shares cannot be moved by adding and subtracting without leaving the range from 0 to 1 or breaking their
sum. Log-ratios are free numbers; whatever is done to them, the shares made of them again add up to one.

References
----------
Aitchison: *The Statistical Analysis of Compositional Data* (1986). Egozcue, Pawlowsky-Glahn, Mateu-Figueras,
Barceló-Vidal: *Isometric Logratio Transformations for Compositional Data Analysis* (2003). Martín-Fernández,
Barceló-Vidal, Pawlowsky-Glahn: *Dealing with Zeros and Missing Values in Compositional Data Sets* (2003).
"""

from functools import reduce

import numpy as np

from urbium.errors import InputError
from urbium.forecast.paths import Floats
from urbium.text import coded, text


def close(parts: Floats) -> Floats:
    """Return the parts as shares of their sum.

    Parameters
    ----------
    parts : (..., D) array, 0 or more, of one unit; NaN stays NaN

    Raises InputError for a negative part, or where all parts are zero.

    >>> close(np.array([1.0, 1.0, 2.0]))
    array([0.25, 0.25, 0.5 ])
    """
    if np.any(parts < 0):
        raise InputError(
            coded("forecast.workforce.part_negative", "a part is negative"),
            place="composition",
            remedy=text("supply parts that are all 0 or more"),
        )
    whole = parts.sum(axis=-1, keepdims=True)
    if np.any(whole == 0):
        raise InputError(
            coded("forecast.workforce.parts_zero", "all parts are zero"),
            place="composition",
            remedy=text("omit any such row"),
        )
    return np.asarray(parts / whole)


def replace_zeros(shares: Floats, least: float) -> Floats:
    """Put ``least`` in place of smaller shares and take it from the others, whose ratios stay as they are.

    Parameters
    ----------
    shares : (..., D) array that adds up to one
    least : share from above 0 to below 1 / D, of the order of what the source rounds away

    Raises InputError when ``least`` is out of its range.

    >>> replace_zeros(np.array([0.0, 0.25, 0.75]), 0.004)
    array([0.004, 0.249, 0.747])
    """
    if not 0 < least < 1 / shares.shape[-1]:
        raise InputError(
            coded("forecast.workforce.least", "{least} cannot be used in place of a zero share", least=least),
            remedy=text("enter a small share above 0"),
        )
    small = shares < least
    large = np.where(small, 0.0, shares)
    room = 1 - least * small.sum(axis=-1, keepdims=True)
    return np.where(small, least, large * room / large.sum(axis=-1, keepdims=True))


def clr_inverse(ratios: Floats) -> Floats:
    """Return the shares with these centred log-ratios (any numbers do: a common addend cancels)."""
    grown = np.exp(ratios - _over_parts(np.maximum, ratios))
    return np.asarray(grown / _over_parts(np.add, grown))


def _over_parts(join: np.ufunc, table: Floats) -> Floats:
    """Join the parts along the last axis, which is short: numpy reduces one of three parts slowly."""
    return np.asarray(reduce(join, np.moveaxis(table, -1, 0)))[..., None]


def balances(parts: int) -> Floats:
    r"""Return the orthonormal basis, (D - 1, D), whose k-th row weighs part k against all that follow it.

    .. math:: \sqrt{\frac{r}{r + 1}} \ln \frac{x_k}{(x_{k+1} \cdots x_D)^{1/r}}, \quad r = D - k

    For agriculture, industry and services: agriculture against the others, then industry against services.

    >>> balances(2).round(4)
    array([[ 0.7071, -0.7071]])
    """
    basis = np.zeros((parts - 1, parts))
    for row in range(parts - 1):
        rest = parts - 1 - row
        basis[row, row] = np.sqrt(rest / (rest + 1))
        basis[row, row + 1 :] = -1 / np.sqrt(rest * (rest + 1))
    return basis


def ilr(shares: Floats) -> Floats:
    """Return the isometric log-ratios, (..., D - 1), in the basis of :func:`balances`.

    >>> ilr(np.array([0.2, 0.3, 0.5])).round(4)
    array([-0.5396, -0.3612])
    """
    return np.asarray(np.log(shares) @ balances(shares.shape[-1]).T)


def ilr_inverse(ratios: Floats) -> Floats:
    """Return the shares, (..., D), with these isometric log-ratios, (..., D - 1).

    >>> ilr_inverse(ilr(np.array([0.2, 0.3, 0.5]))).round(9)
    array([0.2, 0.3, 0.5])
    """
    return clr_inverse(ratios @ balances(ratios.shape[-1] + 1))

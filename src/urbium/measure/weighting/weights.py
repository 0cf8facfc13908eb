"""Weights: how much each part of an index counts, by rule or by the data, with noise where wanted.

In: equal weights, weights of principal components, weights of optimised influence, noisy sets, as arrays.
Not in: weights from people (experts), each city's own best weights (doubt), what an element really weighs in
a score (influence).

Only proportions among siblings count when scores are computed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.measure.review.correlation import Kind, correlations, principal_components
from urbium.text import coded, text

Array = NDArray[np.float64]

_ROUNDING: Final = 1e-9


def equal(parents: Sequence[str]) -> Array:
    """Give all members of a group the same weight, and each group a sum of one.

    ``parents`` is the group (pillar) of each of (columns,); the answer has the shape (columns,).

    >>> equal(["air", "air", "water"]).tolist()
    [0.5, 0.5, 1.0]
    """
    _, place, count = np.unique(np.array(parents, dtype=str), return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[place])


def from_pca(values: Array, parents: Sequence[str], *, signed: bool = False) -> Array:
    """Weigh each column by its part in the first principal component of its group.

    Parameters
    ----------
    values : (rows, columns) array; only rows in which a whole group is known take part in that group
    parents : the group (pillar) of each column
    signed : return the loadings themselves, whose squares sum to one in each group and some of which may be
        negative (that would turn an indicator round), rather than their squares, the share of each column
        in the component

    Returns
    -------
    (columns,) array; NaN in a group of which fewer than two rows are wholly known.

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), step 5; Nicoletti, Scarpetta and
    Boylaud, OECD Economics Department Working Paper 226 (2000), for the squares.

    >>> from_pca(np.array([[1.0, 9.0], [2.0, 7.0], [3.0, 5.0]]), ["air", "air"]).round(6).tolist()
    [0.5, 0.5]
    """
    label = np.array(parents, dtype=object)
    loadings = np.full(values.shape[1], np.nan)
    for group in dict.fromkeys(parents):
        members = label == group
        loadings[members] = principal_components(values[:, members]).loadings[:, 0]
    return loadings if signed else loadings**2


@dataclass(frozen=True, eq=False)
class Optimised:
    """Weights that were moved until each child had the influence asked for.

    Every array has the shape (children,). ``weights`` sum to one; ``correlations`` are those of the children
    with their parent; ``influence`` is the share asked for, ``reached`` the share of each correlation in
    their sum. ``gap`` is the largest difference of both.
    """

    weights: Array
    correlations: Array
    influence: Array
    reached: Array

    @property
    def gap(self) -> float:
        """The largest difference between the influence reached and the one asked for."""
        return float(np.abs(self.reached - self.influence).max())


def optimised(
    values: Array,
    influence: Array | None = None,
    *,
    score: Callable[[Array], Array] | None = None,
    kind: Kind = "pearson",
    rounds: int = 500,
) -> Optimised:
    r"""Find weights under which each child is correlated with its parent as asked: alike when left out.

    Weights rise where the share of correlation is below the one asked for and fall where it is above,

    .. math:: w_k \leftarrow w_k \Bigl(t_k \sum_j r_j \Big/ r_k\Bigr)^{\gamma}, \quad \sum_k w_k = 1

    with smaller steps :math:`\gamma` once a step makes it worse, judged by the sum of squared differences of
    the shares; the same input gives the same answer. What is asked may be out of reach without negative
    weights: ``Optimised.gap`` says how far off the answer is, which then need not be the very best.

    Parameters
    ----------
    values : (rows, children) array, NaN where missing
    influence : (children,) array above zero; only its proportions count
    score : from (children,) weights to the parent's scores (rows,); the weighted arithmetic mean of the
        known children when left out
    rounds : the most weights to try

    Raises
    ------
    InputError : an influence asked for is missing or not above zero

    Notes
    -----
    A child that does not vary cannot have influence: it gets the weight 0, and the others share what was
    asked. Where no child varies, all is NaN.

    References
    ----------
    Becker, Saisana, Paruolo and Vandecasteele: *Weights and importance in composite indicators: closing the
    gap*, Ecological Indicators 80 (2017).

    >>> found = optimised(np.array([[1.0, 10.0], [2.0, 40.0], [3.0, 20.0], [4.0, 30.0]]))
    >>> found.reached.round(6).tolist()
    [0.5, 0.5]
    """
    children = values.shape[1]
    asked = np.ones(children) if influence is None else np.asarray(influence, dtype=float)
    if not (asked > 0).all():
        raise InputError(
            coded("measure.weights.influence", "a requested influence is not above zero"),
            remedy=text("give that part a weight of 0 instead"),
        )
    parent = score or (lambda weights: _weighted_mean(values, weights))
    even = np.full(children, 1.0 / children)
    varies = ~np.isnan(_influence(values, parent(even), kind))
    start, target = (_shares(np.where(varies, amount, 0.0)) for amount in (even, asked))

    def judge(weights: Array) -> Optimised:
        reached = _influence(values, parent(weights), kind)
        return Optimised(weights, reached, target, _shares(np.nan_to_num(reached)))

    best, step = judge(start), 1.0
    for _ in range(rounds - 1):
        if not best.gap > _ROUNDING or step < _ROUNDING:
            break
        pull = np.clip(target / np.maximum(best.reached, _ROUNDING), 0.1, 10.0)
        tried = judge(_shares(best.weights * pull**step))
        best, step = (tried, step * 1.5) if _misfit(tried) < _misfit(best) else (best, step / 2)
    return best


def noisy(
    weights: Array,
    parents: Sequence[str] | None,
    spread: float | Array,
    draws: int,
    rng: np.random.Generator,
) -> Array:
    """Draw sets of weights, each weight between (1 - spread) and (1 + spread) times the one given.

    Parameters
    ----------
    weights : (nodes,) array
    parents : the parent of each node: siblings keep the sum that they had, and weights may then leave the
        bounds a little while their proportions do not; ``None`` leaves the sums as they are drawn
    spread : at least 0, below 1; one for all, or a (nodes,) array, such as ``by_level[heights]``
    draws : how many sets
    rng : where the randomness comes from

    Returns
    -------
    (draws, nodes) array.

    Raises
    ------
    InputError : a spread is negative, or so large that weights vanish

    >>> sets = noisy(np.array([1.0, 0.5, 0.5]), ["", "x", "x"], 0.25, 1000, np.random.default_rng(1))
    >>> sets.shape, sets[:, 0].min().round(9).item(), sets[:, 1:].sum(axis=1).max().round(9).item()
    ((1000, 3), 1.0, 1.0)
    """
    width = np.broadcast_to(np.asarray(spread, dtype=float), weights.shape)
    if not ((width >= 0) & (width < 1)).all():
        raise InputError(
            coded("measure.weights.spread", "a spread of weights is outside the range 0 to 1"),
            remedy=text("write 0.25 for a quarter"),
        )
    drawn = weights * (1 + width * rng.uniform(-1, 1, (draws, len(weights))))
    if parents is None:
        return np.asarray(drawn)
    _, place = np.unique(np.array(parents, dtype=str), return_inverse=True)
    sibling = (place[:, None] == place[None, :]).astype(float)
    total = drawn @ sibling
    scale = np.ones_like(drawn)
    np.divide(np.broadcast_to(weights @ sibling, drawn.shape), total, out=scale, where=total > 0)
    return np.asarray(drawn * scale)


def _misfit(tried: Optimised) -> float:
    return float(((tried.reached - tried.influence) ** 2).sum())


def _influence(values: Array, parent: Array, kind: Kind) -> Array:
    return correlations(values, parent[:, None], kind=kind).coefficients[:, 0]


def _shares(amounts: Array) -> Array:
    """Divide by the sum of sizes; NaN where that is zero."""
    total = np.abs(amounts).sum()
    return np.asarray(amounts / total) if total > 0 else np.full(amounts.shape, np.nan)


def _weighted_mean(values: Array, weights: Array) -> Array:
    counted = np.where(np.isnan(values), 0.0, weights)
    total = counted.sum(axis=1)
    mean = np.full(len(values), np.nan)
    np.divide((counted * np.nan_to_num(values)).sum(axis=1), total, out=mean, where=total > 0)
    return mean

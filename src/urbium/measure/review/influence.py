"""Influence: what each element of an index really does to its result.

In: effective weights, the removal of elements, the comparison of several results.
Not in: how weights are found (weights), and what uncertain choices do (uncertainty, sensitivity).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.measure.aggregate import Tree, rank, tree
from urbium.measure.review.correlation import correlations
from urbium.model import Index
from urbium.text import coded, text

Array = NDArray[np.float64]


def effective_weights(layout: Tree, weights: Array | None = None) -> Array:
    """Return the share (0 to 1) of each node in the root: the product of the shares on its way down.

    ``weights`` is a (nodes,) or (runs, nodes) array, the declared weights when left out; the answer has the
    same shape. The effective weights of the leaves sum to one. NaN below a node whose children weigh nothing.

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), step 5.

    >>> from urbium.measure.aggregate import tree
    >>> from urbium.model import Choice, Index, IndexNode
    >>> parts = [("all", "", 1.0), ("air", "all", 3.0), ("water", "all", 1.0), ("dust", "air", 1.0)]
    >>> nodes = tuple(IndexNode(*part, {"en": part[0]}) for part in parts)
    >>> layout = tree(Index("x", {"en": "x"}, nodes, (), (Choice("arithmetic"),), 0.0, 0))
    >>> effective_weights(layout).tolist()
    [1.0, 0.75, 0.25, 0.75]
    """
    given = layout.weights if weights is None else np.asarray(weights, dtype=float)
    effective = np.ones_like(given)
    for place in layout.inner:  # root first: every parent is done before its children
        members = list(layout.children[place])
        total = given[..., members].sum(axis=-1, keepdims=True)
        share = np.full(given[..., members].shape, np.nan)
        np.divide(given[..., members], total, out=share, where=total > 0)
        effective[..., members] = effective[..., [place]] * share
    return effective


def indicator_shares(index: Index) -> dict[str, float]:
    """Return the share (0 to 1) of each indicator in the whole index, by its id; they sum to one.

    >>> from urbium.model import Choice, IndexNode
    >>> parts = [("all", "", 1.0), ("air", "all", 3.0), ("water", "all", 1.0)]
    >>> nodes = tuple(IndexNode(*part, {"en": part[0]}) for part in parts)
    >>> indicator_shares(Index("x", {"en": "x"}, nodes, ("air", "water"), (Choice("arithmetic"),), 0.0, 0))
    {'air': 0.75, 'water': 0.25}
    """
    layout = tree(index)
    effective = effective_weights(layout)
    return {layout.nodes[place].id: float(effective[place]) for place in layout.leaves}


@dataclass(frozen=True, eq=False)
class InfluenceComparison:
    """Several versions of one result beside a base version.

    Attributes
    ----------
    scores : (rows, versions) array
    ranks : (rows, versions) array, 1 for the highest score, -1 where there is none
    changes : (rows, versions) array: rank less the rank in the base version, so that a negative change is a
        rise; NaN where one of both has no rank
    mean_change, largest_change : (versions,) arrays of absolute changes, NaN where there are none
    agreement : (versions,) array: Spearman's rank correlation with the base version
    base : position of the base version
    """

    scores: Array
    ranks: NDArray[np.int64]
    changes: Array
    mean_change: Array
    largest_change: Array
    agreement: Array
    base: int


def compare(scores: Array, base: int = 0) -> InfluenceComparison:
    """Compare the ranks of several versions of a result with those of one of them.

    ``scores`` is a (rows, versions) array, NaN where a row has no score; ``base`` the position of the version
    to compare with. Each version ranks the rows that it knows.

    Raises
    ------
    InputError : there is no version at the position ``base``

    >>> found = compare(np.array([[9.0, 1.0], [8.0, 7.0], [5.0, 6.0]]))
    >>> found.changes[:, 1].tolist(), found.mean_change.round(3).tolist()
    ([2.0, -1.0, -1.0], [0.0, 1.333])
    """
    if not 0 <= base < scores.shape[1]:
        raise InputError(
            coded(
                "measure.influence.no_version",
                "there is no version {base} among the {count} versions",
                base=base,
                count=scores.shape[1],
            ),
            remedy=text("versions are numbered from 0; choose an existing one"),
        )
    ranks = np.stack([rank(version) for version in scores.T], axis=1)
    is_ranked = (ranks > 0) & (ranks[:, [base]] > 0)
    changes = np.where(is_ranked, ranks - ranks[:, [base]], np.nan)
    size = np.where(is_ranked, np.abs(changes), 0.0)
    count = is_ranked.sum(axis=0)
    mean = np.full(count.shape, np.nan)
    np.divide(size.sum(axis=0), count, out=mean, where=count > 0)
    largest = np.where(count > 0, size.max(axis=0, initial=0), np.nan)
    agreement = correlations(scores[:, [base]], scores, kind="spearman").coefficients[0]
    return InfluenceComparison(scores, ranks, changes, mean, largest, agreement, base)


def remove_elements(
    score: Callable[[Array], Array], weights: Array, places: Sequence[int]
) -> InfluenceComparison:
    """Take elements out one at a time, by a weight of zero, and compare the results with the full one.

    Parameters
    ----------
    score : from (nodes,) weights to the scores (rows,)
    weights : (nodes,) array of the full version
    places : positions of the elements to take out, such as the nodes of one height of a tree

    Returns
    -------
    The comparison of the full version, at position 0, with those that lack an element, in their order.

    References
    ----------
    Becker, Caperna, Del Sorbo, Norlen, Papadimitriou and Saisana: *COINr: an R package for developing
    composite indicators*, Journal of Open Source Software 7 (2022).

    >>> values = np.array([[1.0, 9.0], [2.0, 1.0]])
    >>> remove_elements(lambda weights: values @ weights, np.array([1.0, 1.0]), [0, 1]).ranks.tolist()
    [[1, 1, 2], [2, 2, 1]]
    """
    versions = [score(weights)]
    for place in places:
        without = weights.copy()
        without[place] = 0.0
        versions.append(score(without))
    return compare(np.stack(versions, axis=1))

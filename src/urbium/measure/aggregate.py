"""Aggregate: from the leaves of a weighted tree to its root, with coverage, availability and ranks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.model import Index, IndexNode

__all__ = ["Tree", "coverage", "rank", "tree", "weighted_mean"]

_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Tree:
    """An index as arrays: its nodes from the root down, and which leaves lie below each.

    ``children`` holds for each node the positions of its children; ``below`` is a (nodes, leaves) mask and
    ``leaves`` are the positions of the leaves, in the order of ``Index.indicators``.
    """

    nodes: tuple[IndexNode, ...]
    children: tuple[tuple[int, ...], ...]
    leaves: tuple[int, ...]
    below: NDArray[np.bool_]


def tree(index: Index) -> Tree:
    """Lay an index out from its root down."""
    members: dict[str, list[IndexNode]] = {}
    for node in index.nodes:
        members.setdefault(node.parent, []).append(node)
    nodes: list[IndexNode] = list(members.get("", []))
    for node in nodes:  # grows while it is walked: every node comes after its parent
        nodes.extend(members.get(node.id, []))
    places = {node.id: place for place, node in enumerate(nodes)}
    children = tuple(tuple(places[child.id] for child in members.get(node.id, [])) for node in nodes)
    leaves = tuple(places[name] for name in index.indicators)
    below = np.zeros((len(nodes), len(leaves)), dtype=bool)
    for column, place in enumerate(leaves):
        below[place, column] = True
    for place in reversed(range(len(nodes))):
        for child in children[place]:
            below[place] |= below[child]
    return Tree(tuple(nodes), children, leaves, below)


def coverage(layout: Tree, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share (0 to 1) of the indicators below each node that are known.

    ``known`` has the shape (cities, leaves); the answer (cities, nodes).
    """
    below = layout.below.astype(float)
    return np.asarray(known.astype(float) @ below.T / below.sum(axis=1), dtype=np.float64)


def weighted_mean(
    layout: Tree,
    normalised: NDArray[np.float64],
    covered: NDArray[np.float64],
    availability: float,
) -> NDArray[np.float64]:
    r"""Return the score of every node: the weighted arithmetic mean of its known children.

    .. math:: s = \sum_{k \in K} w_k s_k \Big/ \sum_{k \in K} w_k, \quad K \text{ the known children}

    Parameters
    ----------
    normalised : (cities, leaves) array of scores from 0 to 100, NaN where there is none
    covered : (cities, nodes) array, the answer of :func:`coverage`
    availability : the least share covered (0 to 1) at which a node has a score

    Returns
    -------
    (cities, nodes) array; NaN where too little is known.
    """
    scores = np.full(covered.shape, np.nan)
    scores[:, layout.leaves] = normalised
    for place in reversed(range(len(layout.nodes))):
        members = list(layout.children[place])
        if not members:
            continue
        below = scores[:, members]
        weights = np.where(np.isnan(below), 0.0, [layout.nodes[child].weight for child in members])
        total = weights.sum(axis=1)
        has_score = (total > 0) & (covered[:, place] >= availability - _ROUNDING)
        np.divide((weights * np.nan_to_num(below)).sum(axis=1), total, out=scores[:, place], where=has_score)
    return scores


def rank(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rank of each score, 1 for the highest; equal scores share the better rank, NaN has -1.

    >>> rank(np.array([50.0, 80.0, np.nan, 50.0])).tolist()
    [2, 1, -1, 2]
    """
    rounded = np.round(scores, 9)
    known = np.sort(-rounded[~np.isnan(rounded)])
    places = np.searchsorted(known, -rounded, side="left") + 1
    return np.where(np.isnan(scores), -1, places)

"""Aggregate: from the leaves of a weighted tree to its root, with coverage, availability and ranks.

How the parts of a node are brought together is a row of :data:`urbium.measure.means.MEANS`. Whole batches of
weights go through at once. See ADR 0021.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.measure.means import RowFunction, Scale, Way, function_of, is_whole, scale_of, way_words
from urbium.model import Choice, Index, IndexNode
from urbium.text import coded, text

_ROUNDING: Final = 1e-9

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """An index as arrays: its nodes from the root down, and which leaves lie below each.

    ``children`` holds for each node the positions of its children; ``below`` is a (nodes, leaves) mask,
    ``counts`` a (leaves,) mask of those that can count (one without direction cannot), ``leaves`` are the
    positions of the leaves, in the order of ``Index.indicators``, ``inner`` those of all other nodes, root
    first, and ``heights`` how many levels lie below each node.
    """

    nodes: tuple[IndexNode, ...]
    children: tuple[tuple[int, ...], ...]
    leaves: tuple[int, ...]
    inner: tuple[int, ...]
    below: NDArray[np.bool_]
    heights: tuple[int, ...]
    counts: NDArray[np.bool_]

    @property
    def weights(self) -> Array:
        """The declared weight of each node within its parent, (nodes,)."""
        return np.array([node.weight for node in self.nodes])

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many leaves that can count lie below each node, (nodes,)."""
        return np.asarray((self.below & self.counts).sum(axis=1))

    @property
    def parents(self) -> tuple[str, ...]:
        """The id of the parent of each leaf."""
        return tuple(self.nodes[place].parent for place in self.leaves)


def tree(index: Index, directions: NDArray[np.int64] | None = None) -> Tree:
    """Lay an index out from its root down.

    ``directions``, (leaves,) in the order of ``Index.indicators``, says which leaves can count: one of
    direction 0 is shown, and never scored. All of them can when it is left out.
    """
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
    heights = [0] * len(nodes)
    for place in reversed(range(len(nodes))):
        for child in children[place]:
            below[place] |= below[child]
            heights[place] = max(heights[place], heights[child] + 1)
    inner = tuple(place for place, members_of in enumerate(children) if members_of)
    counts = np.ones(len(leaves), dtype=bool) if directions is None else np.asarray(directions) != 0
    return Tree(tuple(nodes), children, leaves, inner, below, tuple(heights), counts)


def coverage(layout: Tree, is_known: NDArray[np.bool_], availability: float = 0.0) -> Array:
    """Return the share (0 to 1) of the indicators below each node that are known, and count.

    Parameters
    ----------
    is_known : (rows, leaves) array
    availability : the least share at which a node has a score: what is known below one that reaches less
        does not count for the nodes above it, because it enters no score there

    Returns
    -------
    (rows, nodes) array; 0 for a node below which no indicator can count.
    """
    shares = np.zeros((len(layout.nodes), len(is_known)))
    used = np.zeros_like(shares)
    used[list(layout.leaves)] = is_known.T & layout.counts[:, None]
    shares[list(layout.leaves)] = used[list(layout.leaves)]
    sizes = layout.sizes
    for place in reversed(layout.inner):  # every child is counted before its parent
        np.sum(used[list(layout.children[place])], axis=0, out=used[place])
        np.divide(used[place], max(sizes[place], 1), out=shares[place])
        if availability > 0:
            used[place, shares[place] < availability - _ROUNDING] = 0.0
    return np.asarray(shares.T)


def node_scores(
    layout: Tree,
    normalised: Array,
    weights: Array,
    ways: Sequence[Way],
    *,
    covered: Array | None = None,
    availability: float = 0.0,
) -> Array:
    r"""Return the score of every inner node under every set of weights.

    .. math:: s = f^{-1}\Bigl(\sum_{k \in K} w_k f(s_k) \Big/ \sum_{k \in K} w_k\Bigr),
              \quad K \text{ the known children}

    with :math:`f` the scale of the mean, see :mod:`urbium.measure.means`.

    Parameters
    ----------
    normalised : (rows, leaves) array on one scale, NaN where there is none
    weights : (runs, nodes) array; only their proportions within a parent count
    ways : how each level is aggregated, from the lowest up; the last one holds for all levels above
    covered : (rows, nodes) array, the answer of :func:`coverage`; that of ``normalised`` when left out
    availability : the least share covered (0 to 1) at which a node has a score

    Returns
    -------
    (inner nodes, runs, rows) array in the order of ``Tree.inner``, root first; NaN where too little is known.

    Raises
    ------
    InputError : a mean of logarithms or inverses meets a value that is not above zero
    NotFoundError : there is no way to aggregate of that name

    Notes
    -----
    Sums run over the children one after the other, so that the same input gives the same bits everywhere.

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), step 6, and Munda and Nardo (2005)
    for what is compensated; Hardy, Littlewood and Polya: *Inequalities* (1934) for the means.
    """
    covered = coverage(layout, ~np.isnan(normalised)) if covered is None else covered
    combine = [_combiner(way) for way in ways]
    place_of = {place: spot for spot, place in enumerate(layout.inner)}
    leaf_of = {place: column for column, place in enumerate(layout.leaves)}
    leaves = np.ascontiguousarray(normalised.T)[:, None, :]
    scores = np.full((len(layout.inner), len(weights), len(normalised)), np.nan)
    for place in reversed(layout.inner):
        members = list(layout.children[place])
        parts = [leaves[leaf_of[child]] if child in leaf_of else scores[place_of[child]] for child in members]
        level = min(layout.heights[place], len(ways)) - 1
        enough = covered[:, place] >= availability - _ROUNDING
        of_node = scores[place_of[place]]
        combine[level](parts, weights[:, members], of_node)
        of_node[:, ~enough] = np.nan
    return scores


def root_scores(
    layout: Tree,
    normalised: Array,
    weights: Array,
    ways: Sequence[Way],
    *,
    covered: Array | None = None,
    availability: float = 0.0,
) -> Array:
    """Return the score of the root under every set of weights, (runs, rows).

    Of an index of one indicator they are its normalised values. Parameters and errors are those of
    :func:`node_scores`.
    """
    if not layout.inner:
        return np.broadcast_to(normalised[:, 0], (len(weights), len(normalised)))
    scores: Array = node_scores(
        layout, normalised, weights, ways, covered=covered, availability=availability
    )[0]
    return scores


def combined(way: Way, values: Array, weights: Array) -> Array:
    """Return what a way makes of one level: (rows, children) values and (children,) weights to (rows,).

    >>> from urbium.model import Choice
    >>> combined(Choice("arithmetic"), np.array([[1.0, 4.0]]), np.array([2.0, 1.0])).tolist()
    [2.0]
    """
    result = np.full((1, len(values)), np.nan)
    parts = [np.ascontiguousarray(column)[None, :] for column in values.T]
    _combiner(way)(parts, np.asarray(weights, dtype=float)[None, :], result)
    scores: Array = result[0]
    return scores


def check_way(way: Way) -> None:
    """Raise InputError or NotFoundError when a way to aggregate is not one that is known."""
    _combiner(way)


def rank(scores: Array) -> NDArray[np.int64]:
    """Return the rank of each score, 1 for the highest; equal scores share the better rank, NaN has -1.

    >>> rank(np.array([50.0, 80.0, np.nan, 50.0])).tolist()
    [2, 1, -1, 2]
    """
    rounded = np.round(scores, 9)
    ordered = np.sort(-rounded[~np.isnan(rounded)])
    places = np.searchsorted(ordered, -rounded, side="left") + 1
    return np.where(np.isnan(scores), -1, places)


# One level: the parts of a node, under each set of weights

_Combine = Callable[[Sequence[Array], Array, Array], None]


def _combiner(way: Way) -> _Combine:
    """Return what writes the aggregate of parts, (runs or 1, rows) each, into its last argument."""
    scale = scale_of(way)
    if scale is None or not isinstance(way, Choice):
        return partial(_row_by_row, function_of(way))
    return _OnScale(way, scale, is_whole=is_whole(way))


@dataclass(frozen=True)
class _OnScale:
    """A mean on another scale; with ``is_whole`` a row that lacks a part has none."""

    way: Choice
    scale: Scale
    is_whole: bool

    def __call__(self, parts: Sequence[Array], weights: Array, into: Array) -> None:
        """Write the mean of the parts into ``into``, a (runs, rows) array."""
        if len(weights) == 1:
            self.at_once(np.concatenate(parts), weights[0, :, None], into[0])
            return
        amount, scratch = np.zeros(into.shape), np.empty(into.shape)
        total: Array = np.zeros((len(weights), 1))
        for spot, part in enumerate(parts):
            weight = weights[:, spot, None]
            is_known = ~np.isnan(part)
            carried = self.carry(part, is_known)
            if not is_known.all():
                weight = np.where(is_known, weight, 0.0)
            amount += np.multiply(weight, carried, out=scratch)
            total = total + weight
        np.divide(amount, total, out=into, where=np.broadcast_to(total > 0, into.shape))
        into[...] = self.scale.back(into)

    def at_once(self, parts: Array, weights: Array, into: Array) -> None:
        """Write the mean of (parts, rows) under one set of weights, (parts, 1); the sum runs as for many."""
        is_known = ~np.isnan(parts)
        carried = self.carry(parts, is_known)
        if is_known.all():
            total = np.broadcast_to(np.add.reduce(weights, axis=0), into.shape)
        else:
            weights = np.where(is_known, weights, 0.0)
            total = np.add.reduce(weights, axis=0)
        amount = np.add.reduce(weights * carried, axis=0)
        np.divide(amount, total, out=into, where=total > 0)
        into[...] = self.scale.back(into)

    def carry(self, part: Array, is_known: NDArray[np.bool_]) -> Array:
        """Carry a part over; what is missing becomes neutral, or stays missing."""
        if self.scale.lowest > -np.inf and (part < self.scale.lowest).any():
            raise InputError(
                coded(
                    "measure.mean.domain",
                    "the {mean} needs values above zero, but some are not",
                    mean=way_words(self.way),
                )
                if self.scale.needs_above_zero
                else coded(
                    "measure.mean.domain_zero",
                    "the {mean} needs values of zero or more, but some are below zero",
                    mean=way_words(self.way),
                ),
                remedy=text("normalise to a scale above zero, such as min-max(low=1, high=100)"),
            )
        return self.scale.over(part if self.is_whole else np.where(is_known, part, 1.0))


def _row_by_row(function: RowFunction, parts: Sequence[Array], weights: Array, into: Array) -> None:
    """Write what a function of (rows, children) and weights gives, run by run."""
    for run, weights_of_run in enumerate(weights):
        values = np.stack([part[min(run, len(part) - 1)] for part in parts], axis=1)
        into[run] = function(values, weights_of_run)

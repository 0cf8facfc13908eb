"""Aggregate: from the leaves of a weighted tree to its root, with coverage, availability and ranks.

All the means of the handbook are one formula with another scale inside: carry the parts over, take their
weighted arithmetic mean, carry it back. Whole batches of weights go through at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError, NotFoundError
from urbium.model import Choice, Index, IndexNode

__all__ = ["RowFunction", "Tree", "Way", "check_way", "copeland", "coverage", "node_scores", "rank", "tree"]

_ROUNDING: Final = 1e-9
_ABOVE_ZERO: Final = np.nextafter(0.0, 1.0)
_CHUNK: Final = 128  # rows compared with all others at once

Array = NDArray[np.float64]
RowFunction = Callable[[Array, Array], Array]
"""An own way to aggregate: (rows, children) values, NaN where missing, and (children,) weights to (rows,)."""

Way = Choice | RowFunction
"""How one level is aggregated."""


@dataclass(frozen=True)
class Tree:
    """An index as arrays: its nodes from the root down, and which leaves lie below each.

    ``children`` holds for each node the positions of its children; ``below`` is a (nodes, leaves) mask,
    ``leaves`` are the positions of the leaves, in the order of ``Index.indicators``, ``inner`` those of all
    other nodes, root first, and ``heights`` how many levels lie below each node.
    """

    nodes: tuple[IndexNode, ...]
    children: tuple[tuple[int, ...], ...]
    leaves: tuple[int, ...]
    inner: tuple[int, ...]
    below: NDArray[np.bool_]
    heights: tuple[int, ...]

    @property
    def weights(self) -> Array:
        """The declared weight of each node within its parent, (nodes,)."""
        return np.array([node.weight for node in self.nodes])

    @property
    def parents(self) -> tuple[str, ...]:
        """The id of the parent of each leaf."""
        return tuple(self.nodes[place].parent for place in self.leaves)


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
    heights = [0] * len(nodes)
    for place in reversed(range(len(nodes))):
        for child in children[place]:
            below[place] |= below[child]
            heights[place] = max(heights[place], heights[child] + 1)
    inner = tuple(place for place, own in enumerate(children) if own)
    return Tree(tuple(nodes), children, leaves, inner, below, tuple(heights))


def coverage(layout: Tree, known: NDArray[np.bool_]) -> Array:
    """Return the share (0 to 1) of the indicators below each node that are known.

    ``known`` has the shape (rows, leaves); the answer (rows, nodes).
    """
    below = layout.below.astype(float)
    return np.asarray(known.astype(float) @ below.T / below.sum(axis=1), dtype=np.float64)


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

    with :math:`f(x) = x` (arithmetic), :math:`\ln x` (geometric), :math:`1/x` (harmonic) or :math:`x^p`
    (power).

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
        own = scores[place_of[place]]
        combine[level](parts, weights[:, members], own)
        own[:, ~enough] = np.nan
    return scores


def check_way(way: Way) -> None:
    """Raise InputError or NotFoundError when a way to aggregate is not one that is known."""
    _combiner(way)


def copeland(values: Array, weights: Array) -> Array:
    r"""Return by how many rows each row is better than, less those that are better than it.

    Row i beats row j when the children in which it is ahead weigh more than those in which it is behind;
    a child that one of the two lacks has no say.

    .. math:: c_i = \sum_j \operatorname{sgn} \sum_k w_k \operatorname{sgn}(x_{ik} - x_{jk})

    ``values`` has the shape (rows, children), ``weights`` (children,); the answer (rows,) runs from 1 - rows
    to rows - 1, NaN for a row that nothing is known of. Weights that differ by rounding only are a tie.

    References
    ----------
    Copeland (1951); Munda: *Social Multi-Criteria Evaluation* (2008), chapter 6.

    >>> copeland(np.array([[3.0, 1.0], [2.0, 5.0], [1.0, 3.0]]), np.array([0.6, 0.4])).tolist()
    [2.0, 0.0, -2.0]
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    columns = [(filled[:, k], known[:, k], weights[k]) for k in range(values.shape[1])]
    tie = _ROUNDING * np.abs(weights).sum()
    result = np.empty(len(values))
    for first in range(0, len(values), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        ahead = np.zeros((len(values[chunk]), len(values)))
        for value, is_known, weight in columns:
            mine, theirs = value[chunk, None], value[None, :]
            sign = (mine > theirs).astype(np.int8) - (mine < theirs).astype(np.int8)
            if not is_known.all():
                sign *= is_known[chunk, None] & is_known[None, :]
            ahead += weight * sign
        result[chunk] = np.count_nonzero(ahead > tie, axis=1) - np.count_nonzero(ahead < -tie, axis=1)
    result[~known.any(axis=1)] = np.nan
    return result


def rank(scores: Array) -> NDArray[np.int64]:
    """Return the rank of each score, 1 for the highest; equal scores share the better rank, NaN has -1.

    >>> rank(np.array([50.0, 80.0, np.nan, 50.0])).tolist()
    [2, 1, -1, 2]
    """
    rounded = np.round(scores, 9)
    known = np.sort(-rounded[~np.isnan(rounded)])
    places = np.searchsorted(known, -rounded, side="left") + 1
    return np.where(np.isnan(scores), -1, places)


# The means: each carries the parts over to a scale, and the mean back

_Combine = Callable[[Sequence[Array], Array, Array], None]
_Carry = Callable[[Array], Array]


def _combiner(way: Way) -> _Combine:
    """Return what writes the aggregate of parts, (runs or 1, rows) each, into its last argument."""
    if not isinstance(way, Choice):
        return partial(_own, way)
    if way.name == "copeland":
        return partial(_own, copeland)
    odd = way.parameters.keys() - ({"power", "missing"} if way.name == "power" else {"missing"})
    if odd:
        raise InputError(f"{way}: there is no parameter {min(odd)!r}", remedy="write power or missing")
    means = {
        "arithmetic": _Mean(str(way), np.asarray, np.asarray, lowest=-np.inf),
        "geometric": _Mean(str(way), np.log, np.exp, lowest=_ABOVE_ZERO),
        "harmonic": _Mean(str(way), np.reciprocal, np.reciprocal, lowest=_ABOVE_ZERO),
    }
    power = way.parameters.get("power")
    if way.name == "power" and isinstance(power, float) and power != 0:
        lowest = 0.0 if power > 0 else _ABOVE_ZERO
        means["power"] = _Mean(str(way), partial(_raised, power), partial(_raised, 1 / power), lowest)
    if way.name not in means:
        raise NotFoundError.named("way to aggregate", str(way), [*means, "copeland", "power(power=2)"])
    missing = way.parameters.get("missing", "skip")
    if missing not in {"skip", "none"}:
        raise InputError(f"{way}: {missing} is no rule for missing values", remedy="write skip or none")
    return replace(means[way.name], is_whole=missing == "none")


def _raised(power: float, values: Array) -> Array:
    return np.asarray(values**power)


@dataclass(frozen=True)
class _Mean:
    """A mean on another scale; with ``is_whole`` a row that lacks a part has none."""

    name: str
    over: _Carry
    back: _Carry
    lowest: float
    is_whole: bool = False

    def __call__(self, parts: Sequence[Array], weights: Array, into: Array) -> None:
        """Write the mean of the parts into ``into``, a (runs, rows) array."""
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
        into[...] = self.back(into)

    def carry(self, part: Array, is_known: NDArray[np.bool_]) -> Array:
        """Carry a part over; what is missing becomes neutral, or stays missing."""
        if (part < self.lowest).any():
            raise InputError(
                f"the {self.name} mean needs values above zero, but some are not",
                remedy="normalise to a scale above zero, such as min-max(low=1, high=100)",
            )
        return self.over(part if self.is_whole else np.where(is_known, part, 1.0))


def _own(function: RowFunction, parts: Sequence[Array], weights: Array, into: Array) -> None:
    """Write what a function of (rows, children) and weights gives, run by run."""
    for run, own in enumerate(weights):
        values = np.stack([part[min(run, len(part) - 1)] for part in parts], axis=1)
        into[run] = function(values, own)

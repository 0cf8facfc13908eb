"""Gap: the difference of two cities' scores, split along the tree, and the weights that turn it round."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.measure.aggregate import Tree, root_scores
from urbium.measure.means import Way, scale_of
from urbium.measure.pipeline import Build

_MOST_ROWS: Final = 60_000  # mixtures of two cities that are put through the tree for an exact split
_ORDERS: Final = 300

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GapSplit:
    """How much of the gap between two rows each leaf makes: ``parts`` (leaves,) sum to ``gap``.

    ``is_exact`` is False where the orders of the leaves are too many, and ``parts`` rest on a sample of them.
    """

    gap: float
    parts: Array
    is_exact: bool


def split_gap(built: Build, one: int, other: int) -> GapSplit:
    r"""Split the gap between the scores of two rows among the leaves: the Owen value along the tree.

    One leaf after the other takes the value of the first row in place of that of the second, all leaves of a
    node in a row; what it changes, averaged over all such orders, is its part. With arithmetic means that is
    its effective weight times the difference; with any other way it is the only split that treats leaves
    alike within a node and nodes alike within theirs, and that sums to the gap.

    Parameters
    ----------
    one, other : positions of two rows that have a score

    References
    ----------
    Owen: *Values of games with a priori unions*, in Essays in Mathematical Economics and Game Theory (1977);
    Shapley: *A value for n-person games* (1953).
    """
    layout = built.layout
    ends = [_counted(built, row) for row in (one, other)]

    def value(takes_first: NDArray[np.bool_]) -> Array:
        mixed = np.where(takes_first, ends[0], ends[1])
        every = np.ones((len(mixed), len(layout.nodes)))
        scores: Array = root_scores(
            layout, mixed, layout.weights[None, :], built.method.aggregate, covered=every
        )
        root: Array = scores[0]
        return root

    leaves = len(layout.leaves)
    whole = value(np.array([[True] * leaves, [False] * leaves]))
    gap = float(whole[0] - whole[1])
    if not layout.inner:  # one indicator alone makes the whole gap
        return GapSplit(gap, np.array([gap]), is_exact=True)
    chains = [list(_chain(layout, column)) for column in range(leaves)]
    rows = sum(2 ** sum(len(others) for _, others in chain) for chain in chains)
    if rows <= _MOST_ROWS:
        return GapSplit(gap, np.array([_part(layout, chain, value) for chain in chains]), is_exact=True)
    draw = np.random.default_rng(0)
    parts = np.zeros(leaves)
    for _ in range(_ORDERS):
        order = _order(layout, 0, draw)
        steps = np.zeros((leaves + 1, leaves), dtype=bool)
        for place, column in enumerate(order, start=1):
            steps[place] = steps[place - 1]
            steps[place, column] = True
        parts[order] += np.diff(value(steps))
    return GapSplit(gap, parts / _ORDERS, is_exact=False)


def _counted(built: Build, row: int) -> Array:
    """Return the normalised values of a row that enter its score: those below nodes without one do not."""
    values: Array = built.normalised[row].copy()
    for place in built.layout.inner:
        if np.isnan(built.scores[row, place]):
            values[built.layout.below[place]] = np.nan
    return values


def _chain(layout: Tree, column: int) -> Iterator[tuple[int, list[int]]]:
    """Yield each node from the root's child down to a leaf, with its siblings."""
    parent_of = {child: place for place in layout.inner for child in layout.children[place]}
    place = layout.leaves[column]
    path = [place]
    while parent_of.get(place):
        place = parent_of[place]
        path.append(place)
    for node in reversed(path):
        yield node, [child for child in layout.children[parent_of[node]] if child != node]


def _part(
    layout: Tree, chain: Sequence[tuple[int, list[int]]], value: Callable[[NDArray[np.bool_]], Array]
) -> float:
    """Return what a leaf changes, averaged over all orders along the tree."""
    masks, shares = [np.zeros(len(layout.leaves), dtype=bool)], [1.0]
    for _, others in chain:
        count = len(others) + 1
        more_masks, more_shares = [], []
        for size in range(count):
            share = factorial(size) * factorial(count - size - 1) / factorial(count)
            for chosen in combinations(others, size):
                below = layout.below[list(chosen)].any(axis=0) if chosen else np.zeros_like(masks[0])
                more_masks += [mask | below for mask in masks]
                more_shares += [weight * share for weight in shares]
        masks, shares = more_masks, more_shares
    before = np.array(masks)
    after = before | layout.below[chain[-1][0]]
    change = value(after) - value(before)
    held = np.array(shares)
    return float((held * np.where(np.isnan(change), 0.0, change)).sum())


def _order(layout: Tree, place: int, draw: np.random.Generator) -> list[int]:
    """Return the leaves below a node in a random order in which those of each node stand together."""
    if not layout.children[place]:
        return [layout.leaves.index(place)]
    children = list(layout.children[place])
    return [leaf for spot in draw.permutation(len(children)) for leaf in _order(layout, children[spot], draw)]


@dataclass(frozen=True, eq=False)
class Flip:
    """The nearest weights of the parts of the root under which the second row is not behind the first.

    ``weights`` (parts,) sum to one and ``moved`` is the share of all weight that has to move; both NaN where
    no weights turn the two round, because the first is ahead in every part, or where they are scored by
    different parts.
    """

    parts: tuple[int, ...]
    weights: Array
    moved: float


def smallest_flip(built: Build, one: int, other: int) -> Flip:
    r"""Return the smallest change of the weights of the root's parts that turns two rows round.

    .. math:: \min_{w'} \tfrac12 \sum_k |w'_k - w_k| \quad \text{so that} \quad
              \sum_k w'_k \bigl(f(s_{1k}) - f(s_{2k})\bigr) \le 0, \quad \sum_k w'_k = 1, \quad w' \ge 0

    with :math:`f` the scale on which the mean of the root is arithmetic, rising; a linear programme.
    """
    layout, method = built.layout, built.method
    parts = layout.children[0]
    held = layout.weights[list(parts)]
    held = held / held.sum()
    way: Way = method.aggregate[min(layout.heights[0], len(method.aggregate)) - 1]
    scale = scale_of(way)
    nothing = Flip(parts, np.full(len(parts), np.nan), float("nan"))
    first, second = built.scores[one, list(parts)], built.scores[other, list(parts)]
    if scale is None or (np.isnan(first) != np.isnan(second)).any():
        return nothing
    sign = 1.0 if scale.is_rising else -1.0
    known = ~np.isnan(first)
    ahead = np.zeros(len(parts))
    ahead[known] = sign * (scale.over(first[known]) - scale.over(second[known]))
    if not known.any() or ahead[known].min() > 0:
        return nothing
    count = len(parts)
    identity = np.eye(count)
    rows = np.vstack([np.hstack([identity, -identity]), np.hstack([-identity, -identity])])
    rows = np.vstack([rows, np.append(ahead, np.zeros(count))])
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import, and seldom needed

    solution = linprog(
        np.append(np.zeros(count), np.full(count, 0.5)),
        A_ub=rows,
        b_ub=np.concatenate([held, -held, [0.0]]),
        A_eq=np.append(np.ones(count), np.zeros(count))[None, :],
        b_eq=[1.0],
        method="highs",
    )
    return Flip(parts, np.asarray(solution.x[:count]), float(solution.fun)) if solution.success else nothing

r"""Withholding: the best score a row can reach by leaving out some of the values it reports.

Every mean is a ratio on another scale, :math:`\sum w_k f(s_k) / \sum w_k`, and rises with each of its parts.
So the best score of a node is made of best scores below it, and it is enough to know, for every node, the
best score with exactly k values left below it. The ratio is maximised with Dinkelbach's method: for a guess
:math:`\lambda` the sum :math:`\sum w_k (f(s_k) - \lambda)` is maximised by a dynamic programme over the
children, and its maximiser gives the next guess; the guesses rise to the best ratio. A node of which too
little is left has no score and does not count, which the programme knows as its other state.

References
----------
Dinkelbach: *On nonlinear fractional programming*, Management Science 13 (1967).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.measure.aggregate import Tree
from urbium.measure.means import is_whole, scale_of
from urbium.model import Choice

_CLOSE: Final = 1e-13  # of the guesses, relative: then the ratio is at its best
_GUESSES: Final = 100
_CHUNK: Final = 96  # rows at once
_WORD: Final = 64  # leaves in one word of a mask

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]


@dataclass(frozen=True)
class WithholdingOptions:
    """What each row may do with each leaf: (rows, leaves) arrays.

    ``kept`` and ``withheld`` are the normalised values with the leaf reported and not (NaN: none);
    ``counts_kept`` and ``counts_withheld`` say whether the leaf then counts as known; ``is_reported`` where
    there is something to withhold. ``enough`` holds for each node, by how many leaves below it count, whether
    it has a score: (rows or 1, leaves below + 1). ``least`` is how many leaves must count in all, and
    ``drops`` whether those below a node without enough do not count above it, (rows,) each.
    """

    kept: Array
    withheld: Array
    counts_kept: Mask
    counts_withheld: Mask
    is_reported: Mask
    enough: Sequence[Mask]
    least: NDArray[np.int64]
    drops: Mask

    def taking(self, rows: slice) -> "WithholdingOptions":
        """Return the options of some rows."""
        return WithholdingOptions(
            self.kept[rows],
            self.withheld[rows],
            self.counts_kept[rows],
            self.counts_withheld[rows],
            self.is_reported[rows],
            [mask if len(mask) == 1 else mask[rows] for mask in self.enough],
            self.least[rows],
            self.drops[rows],
        )


def best_withholding(
    layout: Tree, options: WithholdingOptions, weights: Array, ways: Sequence[Choice]
) -> Mask:
    """Return which of its values each row keeps to reach the highest score of the root.

    Parameters
    ----------
    weights : (nodes,) array, none below zero
    ways : the mean of each level from the bottom up, as for :func:`urbium.measure.aggregate.node_scores`

    Returns
    -------
    (rows, leaves) mask; a row that cannot have a score keeps all it reports.
    """
    kept = options.is_reported.copy()
    for first in range(0, len(kept), _CHUNK):
        rows = slice(first, first + _CHUNK)
        kept[rows] = _best(layout, options.taking(rows), weights, ways)
    return kept


def _best(layout: Tree, options: WithholdingOptions, weights: Array, ways: Sequence[Choice]) -> Mask:
    if not layout.inner:  # one indicator alone: withheld, there is no score
        return options.is_reported
    leaf_of = {place: column for column, place in enumerate(layout.leaves)}
    reach: dict[int, _Reach] = {
        place: _leaf(options, column, len(layout.leaves)) for place, column in leaf_of.items()
    }
    for place in reversed(layout.inner):
        members = list(layout.children[place])
        way = ways[min(layout.heights[place], len(ways)) - 1]
        below = [reach.pop(child) for child in members]
        if place:
            reach[place] = _node(below, weights[members], way, options.enough[place], options.drops)
    count = len(layout.leaves)
    admissible = (np.arange(count + 1) >= options.least[:, None]) & options.enough[0]
    score, words = _highest(below, weights[members], way, admissible[:, None, :])
    spots = np.arange(count)
    bits = words[:, 0, spots // _WORD] >> (spots % _WORD).astype(np.uint64)
    chosen = (bits & np.uint64(1)).astype(bool)
    return np.where(np.isfinite(score), chosen, options.is_reported)


@dataclass(frozen=True)
class _Reach:
    """What can be reached below a node with exactly k leaves that count, k from 0 on.

    ``score`` (rows, k), -inf where there is none, with the leaves it ``keeps`` (rows, k, words); and whether
    the node can have no score, ``absent`` (rows, k), with those it ``leaves``.
    """

    score: Array
    keeps: Words
    absent: Mask
    leaves: Words


def _leaf(options: WithholdingOptions, column: int, count: int) -> _Reach:
    """Return what can be reached with a leaf: kept, or withheld."""
    rows = np.arange(len(options.kept))
    bit = np.zeros((-(-count // _WORD),), dtype=np.uint64)
    bit[column // _WORD] = np.uint64(1) << np.uint64(column % _WORD)
    score = np.full((len(rows), 2), -np.inf)
    absent = np.zeros(score.shape, dtype=bool)
    keeps, leaves = (np.zeros((*score.shape, len(bit)), dtype=np.uint64) for _ in range(2))
    for values, counts, may, mark in (
        (options.withheld, options.counts_withheld, np.ones_like(rows, dtype=bool), np.zeros_like(bit)),
        (options.kept, options.counts_kept, options.is_reported[:, column], bit),
    ):
        value, spot = values[:, column], counts[:, column].astype(int)
        better = may & ~np.isnan(value) & (value >= score[rows, spot])
        score[rows[better], spot[better]] = value[better]
        keeps[rows[better], spot[better]] = mark
        without = may & np.isnan(value)
        absent[rows[without], spot[without]] = True
        leaves[rows[without], spot[without]] = mark
    return _Reach(score, keeps, absent, leaves)


def _node(below: Sequence[_Reach], weights: Array, way: Choice, enough: Mask, drops: Mask) -> _Reach:
    """Return what can be reached at an inner node."""
    rows = len(below[0].score)
    enough = np.broadcast_to(enough, (rows, enough.shape[1]))
    targets = np.flatnonzero(enough.any(axis=0))
    score = np.full(enough.shape, -np.inf)
    words = below[0].keeps.shape[-1]
    keeps = np.zeros((*enough.shape, words), dtype=np.uint64)
    admissible = (np.arange(enough.shape[1]) == targets[:, None]) & enough[:, None, :]
    if len(targets):
        score[:, targets], keeps[:, targets] = _highest(below, weights, way, admissible)
    anyhow, leaves = _feasible(below, [reach.absent | np.isfinite(reach.score) for reach in below])
    unscored, others = _without_score(below, weights, way)
    absent = np.where(enough, unscored, anyhow)
    leaves = np.where(enough[..., None], others, leaves)
    lacking = anyhow & ~enough & drops[:, None]
    first = lacking.argmax(axis=1)
    moves = lacking.any(axis=1) & ~(absent & ~lacking)[:, 0]  # the leaves below stop to count above
    absent = absent & ~lacking
    leaves[moves, 0] = leaves[np.flatnonzero(moves), first[moves]]
    absent[moves, 0] = True
    return _Reach(score, keeps, absent, leaves)


def _highest(below: Sequence[_Reach], weights: Array, way: Choice, admissible: Mask) -> tuple[Array, Words]:
    """Return the highest mean of the children with an admissible count, and the leaves kept for it.

    ``admissible`` is a (rows, targets, k) mask; the answers are (rows, targets) and (rows, targets, words).
    """
    over, back = _rising(way)
    carried = [over(reach.score) for reach in below]
    everything = np.concatenate(carried, axis=1)
    lowest = np.where(np.isfinite(everything), everything, np.inf).min(axis=1)
    lowest[np.isinf(lowest)] = 0.0
    start = lowest - np.maximum(1.0, np.abs(lowest))
    guess = np.repeat(start[:, None], admissible.shape[1], axis=1)
    needs_all = is_whole(way)
    is_reached = np.zeros(guess.shape, dtype=bool)
    kept = np.zeros((*guess.shape, below[0].keeps.shape[-1]), dtype=np.uint64)
    for _ in range(_GUESSES):
        value, total, words = _chain(
            _option(reach, part, weight, guess, needs_all=needs_all)
            for reach, part, weight in zip(below, carried, weights, strict=True)
        )
        spot = np.where(admissible, value, -np.inf).argmax(axis=2)[..., None]
        is_good = np.take_along_axis(admissible, spot, axis=2)[..., 0]
        value, total = (np.take_along_axis(sums, spot, axis=2)[..., 0] for sums in (value, total))
        is_good &= (value > 0) & (total > 0)
        step = np.divide(value, total, out=np.zeros(value.shape), where=is_good)
        better = is_good & (step > _CLOSE * np.maximum(1.0, np.abs(guess)))
        if not better.any():
            break
        is_reached |= better
        guess = np.where(better, guess + step, guess)
        chosen = np.take_along_axis(words, spot[..., None], axis=2)[..., 0, :]
        kept = np.where(better[..., None], chosen, kept)
    with np.errstate(all="ignore"):
        return np.where(is_reached, back(guess), -np.inf), kept


def _option(
    reach: _Reach, carried: Array, weight: float, guess: Array, *, needs_all: bool
) -> tuple[Array, Array, Words]:
    """Return what a child adds to the sum, to the weights and to the leaves: (rows, targets, k) each."""
    is_scored = np.isfinite(carried)[:, None, :]
    margin = weight * (np.where(is_scored, carried[:, None, :], 0.0) - guess[..., None])
    value = np.where(is_scored, margin, -np.inf)
    if needs_all:
        return (
            value,
            np.full(value.shape, weight),
            np.broadcast_to(reach.keeps[:, None], (*value.shape, reach.keeps.shape[-1])),
        )
    is_dropped = reach.absent[:, None, :] & (value < 0)
    words = np.where(is_dropped[..., None], reach.leaves[:, None], reach.keeps[:, None])
    return np.where(is_dropped, 0.0, value), np.where(is_dropped, 0.0, weight), words


def _without_score(below: Sequence[_Reach], weights: Array, way: Choice) -> tuple[Mask, Words]:
    """Say with which counts a node of which enough is known has no score, and with which leaves."""
    scored = [np.isfinite(reach.score) for reach in below]
    if is_whole(way) and weights.sum() > 0:
        value, _, words = _chain(
            (
                np.where(reach.absent, 1.0, np.where(has, 0.0, -np.inf))[:, None],
                np.zeros((len(has), 1, has.shape[1])),
                np.where(reach.absent[..., None], reach.leaves, reach.keeps)[:, None],
            )
            for reach, has in zip(below, scored, strict=True)
        )
        return value[:, 0] >= 1, words[:, 0]
    allowed = [
        reach.absent | (has & (weight == 0))
        for reach, has, weight in zip(below, scored, weights, strict=True)
    ]
    return _feasible(below, allowed)


def _feasible(below: Sequence[_Reach], allowed: Sequence[Mask]) -> tuple[Mask, Words]:
    """Say which counts children in allowed states make up, and one choice of leaves for each."""
    value, _, words = _chain(
        (
            np.where(may, 0.0, -np.inf)[:, None],
            np.zeros((len(may), 1, may.shape[1])),
            np.where((reach.absent & may)[..., None], reach.leaves, reach.keeps)[:, None],
        )
        for reach, may in zip(below, allowed, strict=True)
    )
    return np.isfinite(value[:, 0]), words[:, 0]


def _chain(parts: Iterable[tuple[Array, Array, Words]]) -> tuple[Array, Array, Words]:
    """Add children up, best first: value, total and leaves for each row, target and count."""
    value, total, words = None, None, None
    for more, weight, leaves in parts:
        if value is None or total is None or words is None:
            value, total, words = more, np.broadcast_to(weight, more.shape), leaves
            continue
        size, width = value.shape[2], more.shape[2]
        shape = (*value.shape[:2], size + width - 1)
        best, weights = np.full(shape, -np.inf), np.zeros(shape)
        kept = np.zeros((*shape, words.shape[-1]), dtype=np.uint64)
        for count in range(width):
            there = slice(count, count + size)
            sums = value + more[..., count, None]
            better = sums > best[..., there]
            np.copyto(best[..., there], sums, where=better)
            np.copyto(weights[..., there], total + weight[..., count, None], where=better)
            np.copyto(kept[..., there, :], words | leaves[..., count, None, :], where=better[..., None])
        value, total, words = best, weights, kept
    if value is None or total is None or words is None:
        raise ValueError
    return value, total, words


def _rising(way: Choice) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """Return what carries scores to a scale on which the mean is arithmetic and more is better, and back."""
    scale = scale_of(way)
    if scale is None:
        raise ValueError(way)
    sign = 1.0 if scale.is_rising else -1.0

    def over(scores: Array) -> Array:
        is_finite = np.isfinite(scores)
        return np.where(is_finite, sign * scale.over(np.where(is_finite, scores, 1.0)), -np.inf)

    def back(scores: Array) -> Array:
        return np.asarray(scale.back(sign * scores))

    return over, back

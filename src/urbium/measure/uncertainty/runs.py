"""Runs: an index computed many times, each time with other alternatives of its choices (ADR 0022).

Runs that share data and steps share one normalised matrix, and all weight sets of a group of runs go
through the tree at once. Every run has its own seed, so that neither the order in which runs are made, nor
how many are made at once, nor who makes them, changes a figure.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.measure.aggregate import Tree, coverage, rank, root_scores
from urbium.measure.matrix import Matrix
from urbium.measure.means import Way, is_by_row
from urbium.measure.pipeline import Method, make
from urbium.measure.uncertainty.choices import (
    DataNoise,
    Factor,
    GapDraws,
    MeanChoices,
    StepChoices,
    WeightSets,
)
from urbium.measure.uncertainty.parcel import Parcel
from urbium.model import Choice
from urbium.text import Text, coded, text

_CELLS_AT_ONCE: Final = 60_000_000  # cells of the matrix times runs of a block
_CELLS_REBUILT: Final = 8_000_000  # the same when each run starts from data of its own
_RUNS_AT_ONCE: Final = 4096
_SCORES_AT_ONCE: Final = 1 << 17  # runs times rows that go through the tree at once: fits the cache
_ALIKE: Final = 9  # decimals to which scores are equals: beyond is only rounding
_RANKS: Final = "rank"  # the step whose values grow with the rows that report
_KEPT_BYTES: Final = 400_000_000  # of matrices kept for runs to come

Array = NDArray[np.float64]
Ranks = NDArray[np.int32]
Made = tuple[NDArray[np.float64], Ranks, Ranks, Ranks]
"""Scores, ranks, and the best and the worst rank that a row with gaps may have, (runs, rows) each."""


@dataclass(frozen=True)
class Study:
    """What all runs share: the nominal index, what varies, the seed, and which rows have a nominal score."""

    raw: Matrix
    layout: Tree
    method: Method
    factors: tuple[Factor, ...]
    weights: Array
    seed: int
    scored: NDArray[np.bool_]

    @cached_property
    def gaps(self) -> NDArray[np.bool_]:
        """What the scored rows do not report, of that which can count: (rows, columns)."""
        return ~self.raw.is_known & self.layout.counts & self.scored[:, None]

    @cached_property
    def patterns(self) -> list[tuple[NDArray[np.bool_], NDArray[np.intp]]]:
        """Columns that are lacking together, and the rows that lack just them."""
        with_gaps = np.flatnonzero(self.gaps.any(axis=1))
        lacking, of_row = np.unique(self.gaps[with_gaps], axis=0, return_inverse=True)
        return [(columns, with_gaps[of_row.ravel() == number]) for number, columns in enumerate(lacking)]


@dataclass(frozen=True)
class _Run:
    """What one run takes: its draws of noise and of gaps, steps and ways; runs that are equal go together."""

    draw: int | None
    gaps: int | None
    steps: tuple[Choice, ...]
    ways: tuple[Way, ...]


@dataclass
class _Kept:
    """Matrices after some steps, and where they hold or held a value; those long unused go first."""

    content: OrderedDict[tuple[int | None, tuple[Choice, ...]], tuple[Matrix, NDArray[np.bool_]]] = field(
        default_factory=OrderedDict
    )
    size: int = 0
    covered: tuple[NDArray[np.bool_], Array] | None = None

    def coverage_of(self, study: Study, present: NDArray[np.bool_]) -> Array:
        """Return what is covered where these values are: mostly the same in run after run."""
        if self.covered is None or not np.array_equal(self.covered[0], present):
            self.covered = present, coverage(study.layout, present, study.method.availability)
        return self.covered[1]

    def keep(
        self, key: tuple[int | None, tuple[Choice, ...]], after: tuple[Matrix, NDArray[np.bool_]]
    ) -> None:
        """Remember a matrix, and forget old ones when there are too many."""
        self.content[key] = after
        self.size += after[0].values.nbytes + after[1].nbytes
        while self.size > _KEPT_BYTES and len(self.content) > 1:
            _, (old, present) = self.content.popitem(last=False)
            self.size -= old.values.nbytes + present.nbytes


def block_size(study: Study) -> int:
    """Return how many runs are made between two calls of on_progress."""
    is_rebuilt = any(isinstance(factor, DataNoise | GapDraws) for factor in study.factors)
    cells = max(study.raw.values.size, 1)
    return int(np.clip((_CELLS_REBUILT if is_rebuilt else _CELLS_AT_ONCE) // cells, 1, _RUNS_AT_ONCE))


def make_runs(study: Study, blocks: Sequence[NDArray[np.int32]], executor: Executor | None) -> Iterator[Made]:
    """Yield the scores and ranks of each block of runs, in order, whoever makes them."""
    if executor is None:
        kept = _Kept()
        yield from (_block(study, block, kept) for block in blocks)
        return
    parcel = Parcel.of(study)
    waiting: deque[Future[Made]] = deque(executor.submit(_sent_block, parcel, block) for block in blocks)
    try:
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _sent_block(parcel: Parcel, positions: NDArray[np.int32]) -> Made:
    return _block(parcel.opened(), positions, _Kept())


def _block(study: Study, positions: NDArray[np.int32], kept: _Kept) -> Made:
    """Make runs; those that share noise, steps and ways go through the tree together."""
    scores = np.empty((len(positions), len(study.raw.rows)))
    ends: list[tuple[list[int], NDArray[np.intp], Ranks, Ranks]] = []
    groups: dict[_Run, list[int]] = {}
    for place, taken in enumerate(positions.tolist()):
        groups.setdefault(_run(study, taken), []).append(place)
    sets = _weights(study, positions)
    at_once = max(_SCORES_AT_ONCE // max(len(study.raw.rows), 1), 1)
    for run in sorted(
        groups, key=lambda run: (run.draw or 0, run.gaps or 0, [str(step) for step in run.steps])
    ):
        after, present = _prepared(study, run, kept)
        covered = kept.coverage_of(study, present)
        rows = _Filled.of(study, run, after, covered)
        for start in range(0, len(groups[run]), at_once):
            members = groups[run][start : start + at_once]
            try:
                reached = root_scores(
                    study.layout,
                    rows.values,
                    sets[members],
                    run.ways,
                    covered=rows.covered,
                    availability=study.method.availability,
                )
                scores[members] = reached[:, : len(study.raw.rows)]
                ends += [(members, *end) for end in _ends(study, run, rows, sets[members], reached)]
            except InputError as error:
                words = _run_words(study, positions[members[0]].tolist())
                raise InputError(error.message, place=words, remedy=error.remedy) from error
    ranks = np.array([rank(of_run) for of_run in scores], dtype=np.int32).reshape(scores.shape)
    best, worst = ranks.copy(), ranks.copy()
    for members, places, highest, lowest in ends:
        where = np.ix_(np.array(members), places)
        best[where], worst[where] = highest, lowest
    return scores, ranks, best, worst


@dataclass(frozen=True)
class _Filled:
    """What goes through the tree in a run: the rows, then those with gaps at their best and at their worst.

    ``lowest`` and ``highest`` are the ends of each column; there are none where only drawn values are known.
    """

    values: Array
    covered: Array
    rows: int
    lowest: Array | None = None
    highest: Array | None = None

    @classmethod
    def of(cls, study: Study, run: _Run, after: Matrix, covered: Array) -> "_Filled":
        factor = next((factor for factor in study.factors if isinstance(factor, GapDraws)), None)
        gaps = study.gaps & after.is_in[:, None]
        if factor is None or run.gaps is None or not gaps.any():
            return cls(after.values, covered, len(after.values))
        drawn = factor.filled(after.values, gaps, study.seed, run.gaps)
        covered = np.where(study.scored[:, None], 1.0, covered)
        if not all(map(is_by_row, run.ways)):
            return cls(drawn, covered, len(drawn))
        reported = np.where(gaps, np.nan, after.values)
        with_gaps = np.asarray(study.gaps.any(axis=1))
        if any(step.name == _RANKS for step in run.steps):  # ranks end where the missing one would stand
            count = (~np.isnan(reported)).sum(axis=0)
            lowest, highest = np.where(count, 1.0, np.nan), np.where(count, 1.0 + count, np.nan)
        else:
            lowest, highest = (np.asarray(end(reported, axis=0)) for end in (np.fmin.reduce, np.fmax.reduce))
        at_ends = [np.where(gaps, end, drawn)[with_gaps] for end in (highest, lowest)]
        ends = covered[with_gaps]
        return cls(
            np.vstack([drawn, *at_ends]), np.vstack([covered, ends, ends]), len(drawn), lowest, highest
        )


def _ends(
    study: Study, run: _Run, rows: _Filled, sets: Array, reached: Array
) -> Iterator[tuple[NDArray[np.intp], Ranks, Ranks]]:
    """Yield rows with the same gaps, and the best and the worst rank of each in each run: (runs, rows).

    A figure that is missing may be any, also one that sets the scale of its column: then all others lie at
    the other end of it. At its best a row has the highest normalised value in its gaps and all others the
    lowest, at its worst the other way round. No figure gives it a better or a worse rank in the run, where
    normalised values lie between fixed ends and every way of the run rises with each part.
    """
    if rows.lowest is None or rows.highest is None:
        return
    count = rows.rows
    drawn, covered = rows.values[:count], rows.covered[:count]
    with_gaps = np.flatnonzero(study.gaps.any(axis=1))
    at_ends = np.split(reached[:, count:].round(_ALIKE), 2, axis=1)
    at_once = max(_SCORES_AT_ONCE // (2 * count * len(sets)), 1)
    for first in range(0, len(study.patterns), at_once):
        part = study.patterns[first : first + at_once]
        shifted = [
            np.where(columns & ~np.isnan(drawn), others, drawn)
            for columns, _ in part
            for others in (rows.lowest, rows.highest)
        ]
        of_others = root_scores(
            study.layout, np.concatenate(shifted), sets, run.ways,
            covered=np.tile(covered, (len(shifted), 1)), availability=study.method.availability,
        )  # fmt: skip
        of_others = of_others.reshape(len(sets), len(part), 2, count).round(_ALIKE)
        ordered = np.sort(of_others, axis=-1)  # what has no score stands last
        scored = (~np.isnan(of_others)).sum(axis=-1)
        for at, (_, places) in enumerate(part):
            ends = [scores[:, np.searchsorted(with_gaps, places)] for scores in at_ends]
            best, worst = (
                np.array(
                    [
                        _rank_of(ends[end][n], ordered[n, at, end, : scored[n, at, end]], others)
                        for n, others in enumerate(of_others[:, at, end, places])
                    ],
                    dtype=np.int32,
                )
                for end in range(2)
            )
            yield places, best, worst


def _rank_of(scores: Array, ordered: Array, replaced: Array) -> NDArray[np.int64]:
    """Return the rank that each score would have in place of another one, the others staying.

    Parameters
    ----------
    scores, replaced : (rows,) scores, and those in whose place they are
    ordered : all scores that there are, in ascending order
    """
    ahead = len(ordered) - np.searchsorted(ordered, scores, side="right")
    return np.where(np.isnan(scores) | np.isnan(replaced), -1, 1 + ahead - (replaced > scores))


def _run_words(study: Study, taken: Sequence[int]) -> Text:
    """Say in words which run it is."""
    choices = [
        text("{factor} {alternative}", factor=factor.name, alternative=factor.label(at))
        for factor, at in zip(study.factors, taken, strict=True)
    ]
    return text("run with {choices:list}", choices=choices)


def _run(study: Study, taken: Sequence[int]) -> _Run:
    """Say what a run takes, from its position of each factor."""
    draw, gaps = None, None
    steps: list[tuple[Choice, ...]] = [(step,) for step in study.method.steps]
    levels = study.layout.heights[0]
    ways = [study.method.aggregate[min(level, len(study.method.aggregate) - 1)] for level in range(levels)]
    for factor, position in zip(study.factors, taken, strict=True):
        if isinstance(factor, DataNoise):
            draw = position
        elif isinstance(factor, GapDraws):
            gaps = position
        elif isinstance(factor, StepChoices):
            steps[factor.place(study.method) or 0] = factor.alternatives[position]
        elif isinstance(factor, MeanChoices):
            varied = range(levels) if factor.level is None else [factor.level - 1]
            for level in varied:
                ways[level] = factor.ways[position]
    return _Run(draw, gaps, tuple(step for row in steps for step in row), tuple(ways))


def _weights(study: Study, positions: NDArray[np.int32]) -> Array:
    """Return the weights of each run, (runs, nodes)."""
    for place, factor in enumerate(study.factors):
        if isinstance(factor, WeightSets):
            return factor.sets[positions[:, place]]
    return np.broadcast_to(study.weights, (len(positions), len(study.weights)))


def _prepared(study: Study, run: _Run, kept: _Kept) -> tuple[Matrix, NDArray[np.bool_]]:
    """Return the normalised matrix of a run, and where a value is or was, from the nearest one kept."""
    start = next(
        (count for count in range(len(run.steps), -1, -1) if (run.draw, run.steps[:count]) in kept.content),
        None,
    )
    if start is None:
        start, reached = 0, (_data(study, run.draw), study.raw.is_known)
    else:
        reached = kept.content[run.draw, run.steps[:start]]
        kept.content.move_to_end((run.draw, run.steps[:start]))
    for count in range(start + 1, len(run.steps) + 1):
        before, present = reached
        after = make(before, run.steps[count - 1], study.method.availability).matrix
        reached = after, present | (~before.is_known & after.is_known)
        kept.keep((run.draw, run.steps[:count]), reached)
    if not reached[0].is_normalised.all():
        raise InputError(
            coded(
                "measure.run.unnormalised",
                "the steps {steps} leave an indicator unnormalised",
                steps=" > ".join(map(str, run.steps)),
            ),
            remedy=text("make the last step of every alternative a normalising step such as min-max"),
        )
    return reached


def _data(study: Study, draw: int | None) -> Matrix:
    """Return the raw matrix with the noise of a draw."""
    noise = next((factor for factor in study.factors if isinstance(factor, DataNoise)), None)
    if noise is None or draw is None:
        return study.raw
    return replace(study.raw, values=noise.noised(study.raw.values, study.seed, draw))

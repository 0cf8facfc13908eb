"""Thresholds: figures that stop just where something begins, and cities that report just enough.

A figure just above a threshold proves nothing. Many just above and few just below it is what figures look
like that were helped over it, so what is flagged is the heap, with the cities in it. How surprising a heap is
follows from the binomial distribution: close to a threshold either side is equally likely.

References
----------
McCrary: *Manipulation of the running variable in the regression discontinuity design: a density test*,
Journal of Econometrics 142 (2008), for the idea; the test here is the plain sign test of two narrow windows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.measure.index import Scores
from urbium.measure.points import attainment
from urbium.measure.trust.watch import Flag, Watch
from urbium.model import Variable
from urbium.text import text, texts

_ROUNDING: Final = 1e-9
_STEPS: Final = (0.33, 0.66, 0.95, 1.0)  # of the benchmark: where one point more is earned, and the benchmark

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Heap:
    """How many figures lie just beyond a threshold, on the side that pays, and how many fall short of it."""

    subject: str
    threshold: str
    value: float
    cities: tuple[str, ...]
    beyond: int
    short: int

    @property
    def chance(self) -> float:
        """How likely it is that so many or more lie beyond, when either side is equally likely."""
        from scipy.stats import binom  # noqa: PLC0415 - takes half a second to import, and few need it

        return float(binom.sf(self.beyond - 1, self.beyond + self.short, 0.5))


def heap_flags(heaps: Sequence[Heap], watch: Watch) -> Iterator[Flag]:
    """Yield a flag for each heap whose chance, times the number of heaps looked at, is small enough."""
    for heap in heaps:
        chance = min(1.0, heap.chance * len(heaps))
        if heap.beyond > heap.short and chance <= watch.chance:
            yield Flag(
                "just past a threshold",
                heap.subject,
                heap.cities,
                text(
                    "{beyond:,} figures lie within {window:.1%} of {threshold} on the favourable side, "
                    "and {short:,} on the other side",
                    beyond=heap.beyond,
                    window=watch.window,
                    threshold=heap.threshold,
                    short=heap.short,
                ),
                text(
                    "figures may have been adjusted to pass the threshold, or many may genuinely lie "
                    "beyond it"
                ),
                value=heap.value,
                chance=chance,
            )


def benchmark_heaps(scores: Scores, watch: Watch) -> Iterator[Heap]:
    """Yield what lies around the benchmark of each indicator and the shares of it that earn a point."""
    raw = scores.build.raw
    attained = attainment(raw.values, raw.targets, raw.directions)
    for column, name in enumerate(raw.columns):
        for step in _STEPS:
            beyond, short = _around(attained[:, column], step, watch.window)
            if beyond.any() or short.any():
                target = raw.targets[column]
                value = float(target / step if raw.directions[column] < 0 else target * step)
                threshold = (
                    text("the benchmark ({value:.5g})", value=value)
                    if step == 1
                    else text("{share:.0%} of the benchmark ({value:.5g})", share=step, value=value)
                )
                cities = tuple(np.array(raw.rows, dtype=object)[beyond])
                yield Heap(name, threshold, value, cities, *_counts(beyond, short))


def limit_heaps(table: pl.DataFrame, variables: Mapping[str, Variable], watch: Watch) -> Iterator[Heap]:
    """Yield what lies around the limits of each variable, all years together.

    Beyond a limit of what is plausible a figure is questioned, beyond one of what is possible refused; there
    the window just within it is held against the next one, without the figures at the limit itself (100% of
    something is often the truth). A limit of 0 has no relative distance and is left out.

    ``table`` holds city, variable and value, in the unit of the variable.
    """
    for (name,), part in table.group_by(["variable"], maintain_order=True):
        if (variable := variables.get(str(name))) is None:
            continue
        values = part["value"].to_numpy()
        for limit, is_hard, is_upper, words in _limits(variable):
            inward = (limit - values if is_upper else values - limit) / abs(limit)
            within = (inward >= 0) & (inward <= watch.window)
            short = (inward < 0) & (inward >= -watch.window)
            if is_hard:
                within &= inward > 0
                short = (inward > watch.window) & (inward <= 2 * watch.window)
            if within.any() or short.any():
                cities = tuple(part.filter(within)["city"].unique().sort().to_list())
                threshold = text("{limit} {value:.5g}", limit=words, value=limit)
                yield Heap(str(name), threshold, limit, cities, *_counts(within, short))


def coverage_flags(scores: Scores) -> Iterator[Flag]:
    """Yield a flag for the cities that would have no score with one indicator less, though more was asked."""
    built, least = scores.build, scores.build.method.availability
    leaves = int(built.layout.sizes[0])
    counts = np.round(built.coverage[:, 0] * leaves).astype(int)
    needed = int((np.arange(leaves + 1) / max(leaves, 1) >= least - _ROUNDING).argmax())
    just = (counts == needed) & ~np.isnan(built.root)
    if 0 < needed < leaves and just.any():
        yield Flag(
            "just enough reported",
            scores.index.id,
            tuple(np.array(built.raw.rows, dtype=object)[just]),
            texts(
                "{count} city reports {needed} of {leaves} indicators, exactly as many as "
                "required; cities that report one fewer: {fewer}",
                "{count:,} cities report {needed} of {leaves} indicators, exactly as many as "
                "required; cities that report one fewer: {fewer}",
                count=int(just.sum()),
                needed=needed,
                leaves=leaves,
                fewer=int((counts == needed - 1).sum()),
            ),
            text("unreported figures may be those that would lower the score"),
            period=str(scores.period),
            value=needed / leaves,
        )


def _around(values: Array, threshold: float, window: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    distance = np.round(values / threshold - 1, 12)
    return (distance >= 0) & (distance <= window), (distance < 0) & (distance >= -window)


def _counts(beyond: NDArray[np.bool_], short: NDArray[np.bool_]) -> tuple[int, int]:
    return int(beyond.sum()), int(short.sum())


def _limits(variable: Variable) -> Iterator[tuple[float, bool, bool, str]]:
    """Yield the limits of a variable: value, is it hard, is it an upper one, and its name."""
    lowest = None if variable.plausible_min == variable.hard_min else variable.plausible_min
    highest = None if variable.plausible_max == variable.hard_max else variable.plausible_max
    for limit, is_hard, is_upper, words in (
        (lowest, False, False, text("the plausible minimum")),
        (highest, False, True, text("the plausible maximum")),
        (variable.hard_min, True, False, text("the possible minimum")),
        (variable.hard_max, True, True, text("the possible maximum")),
    ):
        if limit:
            yield limit, is_hard, is_upper, words

"""Choices: what may vary between the runs of an uncertainty analysis, and which alternative a run takes.

A factor is one choice: a step of the method, the means of the tree, the weights, or the data themselves.
A run is one position a factor: which of its alternatives is taken.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from urbium.errors import Fault, nearest, refuse
from urbium.measure.aggregate import Tree
from urbium.measure.matrix import Matrix
from urbium.measure.means import Way
from urbium.measure.pipeline import Method, check_method
from urbium.model import Choice
from urbium.text import Text, coded, text

_GAPS: Final = 1 << 20  # of the seed: what fills gaps is drawn apart from the noise of the data
_LEFT_OUT: Final = text("left out")


@dataclass(frozen=True)
class StepChoices:
    """Alternatives of one step of the method: each is a row of steps, and an empty row leaves the step out.

    Attributes
    ----------
    step : the name of a step of the method (the first of that name), or its place from 0
    alternatives : the steps made in its stead
    """

    step: str | int
    alternatives: tuple[tuple[Choice, ...], ...]
    name: str

    @classmethod
    def of(cls, step: str | int, *texts: str, name: str = "") -> Self:
        """Return the choice between steps as people write them; the empty text leaves the step out.

        >>> len(StepChoices.of("winsorise", "winsorise(limit=5)", "box-cox > winsorise", "").alternatives)
        3
        """
        return cls(step, tuple(Choice.row(text) for text in texts), name or str(step))

    @property
    def count(self) -> int:
        """How many alternatives there are."""
        return len(self.alternatives)

    def label(self, position: int) -> str:
        """Name an alternative."""
        return " > ".join(map(str, self.alternatives[position])) or _LEFT_OUT

    def place(self, method: Method) -> int | None:
        """Return the place of the step that varies, from 0; None when the method has no such step."""
        if isinstance(self.step, int):
            return self.step if 0 <= self.step < len(method.steps) else None
        return next((place for place, step in enumerate(method.steps) if step.name == self.step), None)


@dataclass(frozen=True)
class MeanChoices:
    """Alternatives of how the tree is aggregated: on one level (1 is the lowest), or on all of them."""

    ways: tuple[Way, ...]
    level: int | None = None
    name: str = "aggregate"

    @classmethod
    def of(cls, *texts: str, level: int | None = None, name: str = "aggregate") -> Self:
        """Return the choice between means as people write them.

        >>> MeanChoices.of("arithmetic", "power(power=2)").label(1)
        'power(power=2)'
        """
        return cls(tuple(Choice.parse(text) for text in texts), level, name)

    @property
    def count(self) -> int:
        """How many alternatives there are."""
        return len(self.ways)

    def label(self, position: int) -> str:
        """Name an alternative."""
        way = self.ways[position]
        return str(way) if isinstance(way, Choice) else getattr(way, "__name__", repr(way))


@dataclass(frozen=True, eq=False)
class WeightSets:
    """Sets of weights, (sets, nodes) in the order of the tree's nodes: drawn with noise, or stored ones."""

    sets: NDArray[np.float64]
    name: str = "weights"

    @property
    def count(self) -> int:
        """How many sets there are."""
        return len(self.sets)

    def label(self, position: int) -> str:
        """Name a set by its number, from 1."""
        return str(position + 1)


@dataclass(frozen=True, eq=False)
class DataNoise:
    r"""The data themselves: values times :math:`1 + \sigma z`, z standard normal, kept within limits.

    Attributes
    ----------
    spread : (rows, columns) relative standard deviations, 0 or more. What a quality grade is worth is an
        assumption; declare it beside the result.
    low, high : the values permitted, for all or (columns,); a value without spread is left as it is
    draws : how many sets of noise there are to draw from; a new one each run (or base row of a design) when
        left out
    """

    spread: NDArray[np.float64]
    low: NDArray[np.float64] | float = -np.inf
    high: NDArray[np.float64] | float = np.inf
    draws: int | None = None
    name: str = "data"

    @property
    def count(self) -> int:
        """How many sets of noise there are; 0 for a new one each run."""
        return self.draws or 0

    def label(self, position: int) -> str:
        """Name a set of noise by its number, from 1."""
        return str(position + 1)

    def noised(self, values: NDArray[np.float64], seed: int, draw: int) -> NDArray[np.float64]:
        """Return (rows, columns) ``values`` with the noise of draw number ``draw``; missing stays missing.

        >>> noise = DataNoise(np.array([[0.1, 0.0]]))
        >>> noise.noised(np.array([[1.0, 2.0]]), seed=0, draw=2).round(3).tolist()
        [[1.094, 2.0]]
        """
        source = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(draw,)))
        factor = source.standard_normal(values.shape)
        factor *= self.spread
        factor += 1.0
        factor *= values
        np.clip(factor, self.low, self.high, out=factor)
        return np.where(self.spread > 0, factor, values)


@dataclass(frozen=True, eq=False)
class GapDraws:
    """What is missing: a figure that a row does not report may be any that the others do.

    In each run every gap of a row with a score takes the normalised value of another row, drawn at random.

    Attributes
    ----------
    draws : how many sets of drawn figures there are; a new one each run (or base row of a design) when left
        out
    """

    draws: int | None = None
    name: str = "missing"

    @property
    def count(self) -> int:
        """How many sets of drawn figures there are; 0 for a new one each run."""
        return self.draws or 0

    def label(self, position: int) -> str:
        """Name a set of drawn figures by its number, from 1."""
        return str(position + 1)

    def filled(
        self, values: NDArray[np.float64], gaps: NDArray[np.bool_], seed: int, draw: int
    ) -> NDArray[np.float64]:
        """Return (rows, columns) ``values`` with each gap of the mask filled by a figure of its column.

        >>> gaps = np.array([[False], [True]])
        >>> GapDraws().filled(np.array([[4.0], [np.nan]]), gaps, seed=0, draw=3).tolist()
        [[4.0], [4.0]]
        """
        source = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_GAPS, draw)))
        shares = source.random(values.shape)
        filled = np.where(gaps, np.nan, values)
        for column in np.flatnonzero(gaps.any(axis=0)).tolist():
            donors = filled[~np.isnan(filled[:, column]), column]
            if len(donors):
                rows = np.flatnonzero(gaps[:, column])
                places = (shares[rows, column] * len(donors)).astype(np.int64)
                filled[rows, column] = np.sort(donors)[places]
        return filled


_NOTHING_VARIES: Final = Fault(
    "error",
    coded("measure.choices.nothing", "nothing varies"),
    text("name at least one choice"),
)

Factor = StepChoices | MeanChoices | WeightSets | DataNoise | GapDraws
"""One thing that varies."""


def drawn(
    shares: NDArray[np.float64], factors: Sequence[Factor], *, base: int | None = None
) -> NDArray[np.int32]:
    """Return the position of each factor in each run, (runs, factors), from shares from 0 to below 1.

    Every alternative is equally likely. Noise of which each run has its own takes the number of the run; in
    a design of ``base`` base rows it is drawn like the others, from as many sets as there are base rows.

    >>> drawn(np.array([[0.0], [0.5], [0.99]]), [MeanChoices.of("arithmetic", "geometric")]).ravel().tolist()
    [0, 1, 1]
    """
    counts = np.array([factor.count or base or 1 for factor in factors], dtype=np.int64)
    positions = np.minimum((shares * counts).astype(np.int32), (counts - 1).astype(np.int32))
    for place, factor in enumerate(factors):
        if not factor.count and base is None:
            positions[:, place] = np.arange(len(shares))
    return positions


def check_factors(factors: Sequence[Factor], raw: Matrix, layout: Tree, method: Method) -> None:
    """Raise InputError with every fault: what is unknown, twice there, empty, or of another shape."""
    names = [factor.name for factor in factors]
    faults = [] if factors else [_NOTHING_VARIES]
    faults += [
        Fault(
            "error",
            coded("measure.choices.twice", "{name!r} varies twice", name=name),
            text("give each choice its own name"),
        )
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    for factor in factors:
        faults += _faults(factor, raw, layout, method)
    faults += [
        Fault(
            "error",
            coded("measure.choices.target_twice", "two choices vary the {target}", target=target),
            text("put their alternatives into one choice"),
        )
        for target, count in Counter(_targets(factors, method)).items()
        if count > 1
    ]
    refuse(faults, "", coded("measure.choices.refused", "the choices cannot be varied like this"))
    for factor in factors:
        if isinstance(factor, StepChoices):
            check_method(replace(method, steps=tuple(chain.from_iterable(factor.alternatives))), raw)
        elif isinstance(factor, MeanChoices):
            check_method(replace(method, aggregate=factor.ways), raw)


def _targets(factors: Sequence[Factor], method: Method) -> Iterator[Text]:
    """Yield what each factor varies; means of all levels are those of each level that varies."""
    means = [factor.level for factor in factors if isinstance(factor, MeanChoices)]
    for factor in factors:
        if isinstance(factor, StepChoices):
            place = factor.place(method)
            step = str(factor.step if place is None else method.steps[place])
            yield text("step {step}", step=step)
        elif isinstance(factor, MeanChoices):
            yield (text("means") if None in means else text("means of level {level}", level=factor.level))
        elif isinstance(factor, WeightSets):
            yield text("weights")
        elif isinstance(factor, GapDraws):
            yield text("missing figures")
        else:
            yield text("data")


def _faults(factor: Factor, raw: Matrix, layout: Tree, method: Method) -> list[Fault]:
    if isinstance(factor, DataNoise | GapDraws):
        return _noise_faults(factor, raw) if isinstance(factor, DataNoise) else _draw_faults(factor.draws)
    if not factor.count:
        message = coded("measure.choices.empty", "{name!r} has no alternatives", name=factor.name)
        return [Fault("error", message, text("name at least one"))]
    if isinstance(factor, WeightSets):
        return _weight_faults(factor, layout)
    if isinstance(factor, StepChoices) and factor.place(method) is None:
        steps = [step.name for step in method.steps]
        remedy = nearest(str(factor.step), steps) if steps else text("the method has no steps")
        message = coded("measure.choices.no_step", "the method has no step {step!r}", step=factor.step)
        return [Fault("error", message, remedy)]
    level = factor.level if isinstance(factor, MeanChoices) else None
    if level is not None and not 1 <= level <= layout.heights[0]:
        message = coded("measure.choices.no_level", "there is no level {level}", level=level)
        remedy = text("write a level from 1 to {levels}", levels=layout.heights[0])
        return [Fault("error", message, remedy)]
    return []


def _weight_faults(factor: WeightSets, layout: Tree) -> list[Fault]:
    if factor.sets.shape[1:] != (len(layout.nodes),):
        message = coded(
            "measure.choices.sets",
            "the weight sets have the shape {shape}, which does not fit the tree",
            shape=str(factor.sets.shape),
        )
        remedy = text("supply an array of shape (sets, {nodes})", nodes=len(layout.nodes))
        return [Fault("error", message, remedy)]
    if not (factor.sets >= 0).all():
        message = coded("measure.choices.weight", "a weight is missing or below zero")
        remedy = text("enter 0 for anything that should not count")
        return [Fault("error", message, remedy)]
    return []


def _noise_faults(factor: DataNoise, raw: Matrix) -> list[Fault]:
    if factor.spread.shape != raw.values.shape:
        message = coded(
            "measure.choices.spreads",
            "the spreads have the shape {shape}, which does not fit the values",
            shape=str(factor.spread.shape),
        )
        remedy = text("supply an array of shape {shape}", shape=str(raw.values.shape))
        return [Fault("error", message, remedy)]
    if not (factor.spread >= 0).all():
        message = coded("measure.choices.spread", "a spread is missing or below zero")
        remedy = text("enter 0 where a value is certain")
        return [Fault("error", message, remedy)]
    return _draw_faults(factor.draws)


def _draw_faults(draws: int | None) -> list[Fault]:
    if draws is None or draws >= 1:
        return []
    message = coded("measure.choices.draws", "{draws} draws of noise are too few", draws=draws)
    remedy = text("enter 1 or more, or omit the number")
    return [Fault("error", message, remedy)]

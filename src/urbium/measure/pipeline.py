"""Pipeline: the steps of an index in a row, from raw values to the scores of every node.

A step is a name with parameters (:class:`urbium.model.Choice`); any step may be limited to some indicators
with ``only=A|B`` or ``except=A|B``, which is how one indicator is treated otherwise than the others. Each
step is a row of :data:`urbium.measure.steps.registry.STEPS`; here they are made in turn, each stage kept.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, get_origin

import numpy as np
from numpy.typing import NDArray

from urbium.errors import Fault, InputError, UrbiumError, few, nearest, refuse
from urbium.measure.aggregate import Tree, check_way, coverage, node_scores
from urbium.measure.matrix import Matrix
from urbium.measure.means import Way
from urbium.measure.steps.registry import STEPS, is_for
from urbium.measure.steps.step import Purpose, listed_codes
from urbium.measure.weighting.registry import weighted
from urbium.model import Choice, Index, Weighting
from urbium.text import coded, text

# texts, even where they look like numbers
_CODES: Final = frozenset({"include", "exclude", "row", "by", "group"})
_OF_THE_MATRIX: Final = frozenset({"targets"})
"""Parameters that are read from the matrix where a step does not give them."""


@dataclass(frozen=True)
class Method:
    """How an index is computed: its steps, how each level is aggregated, and how much must be known.

    >>> print(Method(Choice.row("screen > min-max"), (Choice("arithmetic"),), 0.6))
    screen > min-max; arithmetic; share of indicators that must be known 0.6
    """

    steps: tuple[Choice, ...]
    aggregate: tuple[Way, ...] = (Choice("arithmetic"),)
    availability: float = 0.0

    def __str__(self) -> str:
        steps, levels = (" > ".join(map(str, part)) for part in (self.steps, self.aggregate))
        return text(
            "{steps}; {means}; share of indicators that must be known {share:.6g}",
            steps=steps,
            means=levels,
            share=self.availability,
        ).render()


@dataclass(frozen=True)
class PipelineStage:
    """A step that was made, the matrix it left, and what it did, by name: (rows,) or (columns,) arrays."""

    choice: Choice
    matrix: Matrix
    details: Mapping[str, NDArray[Any]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Build:
    """A computed index: the raw matrix, every stage after it, and the scores.

    Attributes
    ----------
    scores : (rows, nodes) array in the order of ``layout.nodes``, NaN where too little is known
    coverage : (rows, nodes) array: the share (0 to 1) of the indicators below a node that were reported and
        count; what was imputed does not, nor what was reported for a part that has no score
    """

    layout: Tree
    method: Method
    raw: Matrix
    stages: tuple[PipelineStage, ...]
    scores: NDArray[np.float64]
    coverage: NDArray[np.float64]

    @property
    def entered(self) -> Matrix:
        """The matrix that went into the normalising: screened, imputed and treated."""
        before = [stage.matrix for stage in self.stages if not stage.matrix.is_normalised.any()]
        return before[-1] if before else self.raw

    @property
    def normalised(self) -> NDArray[np.float64]:
        """The normalised values, (rows, columns)."""
        return (self.stages[-1].matrix if self.stages else self.raw).values

    @property
    def is_in(self) -> NDArray[np.bool_]:
        """Which rows were not screened out, (rows,)."""
        return (self.stages[-1].matrix if self.stages else self.raw).is_in

    @property
    def root(self) -> NDArray[np.float64]:
        """The score of each row, (rows,)."""
        return self.scores[:, 0]


def method_of(index: Index) -> Method:
    """Return how a declared index is computed."""
    return Method(index.steps, index.aggregate, index.availability)


def build(raw: Matrix, layout: Tree, method: Method, *, weights: NDArray[np.float64] | None = None) -> Build:
    """Compute an index: the steps one after the other, then the tree from its leaves to its root.

    Parameters
    ----------
    raw : values of the leaves of ``layout``, in their order
    weights : (nodes,) array that replaces the declared weights

    Raises
    ------
    InputError : a step is unknown or misses what it needs, an indicator is left unnormalised, or a value
        does not suit the mean asked for; with every fault named
    """
    _check_columns(raw, layout)
    stages = prepare(raw, method)
    last = stages[-1].matrix if stages else raw
    left = [name for name, done in zip(last.columns, last.is_normalised, strict=True) if not done]
    if left:
        raise InputError(
            coded(
                "measure.pipeline.unnormalised", "the steps leave {names} unnormalised", names=few(left, 3)
            ),
            place=" > ".join(map(str, method.steps)) or text("no steps"),
            remedy=text("make the last step a normalising step such as min-max"),
        )
    sets = (layout.weights if weights is None else weights)[None, :]
    present = present_values(raw, stages)
    covered = coverage(layout, present, method.availability)
    inner = node_scores(
        layout,
        last.values,
        sets,
        method.aggregate,
        covered=covered,
        availability=method.availability,
    )
    scores = np.full((len(raw.rows), len(layout.nodes)), np.nan)
    scores[:, layout.leaves] = last.values
    scores[:, layout.inner] = inner[:, 0, :].T
    if not (present == raw.is_known).all():  # what was imputed is not reported
        covered = coverage(layout, raw.is_known, method.availability)
    return Build(layout, method, raw, stages, scores, covered)


def _check_columns(raw: Matrix, layout: Tree) -> None:
    """Raise InputError where the columns are not the leaves of the tree, in their order."""
    leaves = tuple(layout.nodes[place].id for place in layout.leaves)
    is_unnamed = raw.columns == tuple(map(str, range(len(raw.columns))))
    if len(raw.columns) != len(leaves) or not (is_unnamed or raw.columns == leaves):
        raise InputError(
            coded(
                "measure.pipeline.columns",
                "the columns must be the indicators of the index, in the same order: {leaves}, not {columns}",
                columns=few(raw.columns, 3),
                leaves=few(leaves, 3),
            ),
            remedy=text("arrange the matrix as in Index.indicators"),
        )


def prepare(raw: Matrix, method: Method) -> tuple[PipelineStage, ...]:
    """Make the steps one after the other; return what each left."""
    check_method(method, raw)
    stages: list[PipelineStage] = []
    state = raw
    for choice in method.steps:
        stages.append(make(state, choice, method.availability))
        state = stages[-1].matrix
    return tuple(stages)


def make(state: Matrix, choice: Choice, availability: float) -> PipelineStage:
    """Make one step, on the columns it is meant for; a screening without a share asks for the index's."""
    columns = _columns(state, choice)
    names = choice.parameters.keys() - {"only", "except"}
    parameters = {name: choice.text(name) if name in _CODES else choice.parameters[name] for name in names}
    if is_for(choice, Purpose.SCREEN):
        parameters.setdefault("availability", availability)
    part = state if columns.all() else state.taking(columns)
    after, details = STEPS[choice.name].make(part, **parameters)
    return PipelineStage(choice, after if columns.all() else state.putting(columns, after), details)


def weighted_index(index: Index, layout: Tree, raw: Matrix) -> tuple[Index, Tree]:
    """Return an index and its tree with the weights that its weighting gives for these values."""
    if index.weighting.name == Weighting.DECLARED:
        return index, layout
    stages = prepare(raw, method_of(index))
    return weighted(
        index,
        layout,
        (stages[-1].matrix if stages else raw).values,
        coverage(layout, present_values(raw, stages), index.availability),
        availability=index.availability,
    )


def present_values(raw: Matrix, stages: Sequence[PipelineStage]) -> NDArray[np.bool_]:
    """Say where a value was reported or imputed, whether or not it can tell the rows apart."""
    present = raw.is_known
    for before, after in zip((raw, *(stage.matrix for stage in stages)), stages, strict=False):
        present = present | (~before.is_known & after.matrix.is_known)
    return present


def check_method(method: Method, raw: Matrix) -> None:
    """Raise InputError with all that cannot be done: unknown steps, parameters, indicators, ways, shares."""
    faults = [fault for choice in method.steps for fault in _step_faults(choice, raw)]
    for way in method.aggregate:
        try:
            check_way(way)
        except UrbiumError as error:
            faults.append(Fault("error", error.message, error.remedy))
    if not 0 <= method.availability <= 1:
        faults.append(no_share(method.availability))
    if not method.aggregate:
        faults.append(no_way())
    refuse(faults, "", coded("measure.pipeline.refused", "the index cannot be computed"))


def no_share(availability: float) -> Fault:
    """Return the fault of an availability that is no share."""
    return Fault(
        "error",
        coded(
            "measure.pipeline.no_share",
            "the share of indicators that must be known, {share!r}, is not between 0 and 1",
            share=availability,
        ),
        text("enter a number from 0 to 1"),
    )


def no_way() -> Fault:
    """Return the fault of a method that names no way to aggregate."""
    return Fault(
        "error",
        coded("measure.pipeline.no_way", "no method of aggregation is named"),
        text("name a method of aggregation, such as arithmetic"),
    )


def check_steps(steps: Sequence[Choice], raw: Matrix) -> None:
    """Raise InputError with all that is wrong with steps for the columns of a matrix."""
    faults = [fault for choice in steps for fault in _step_faults(choice, raw)]
    refuse(faults, "", coded("measure.pipeline.steps", "the steps cannot be carried out"))


def _step_faults(choice: Choice, raw: Matrix) -> Iterator[Fault]:
    if choice.name not in STEPS:
        message = coded("measure.pipeline.no_step", "there is no step {name!r}", name=choice.name)
        yield Fault("error", message, nearest(choice.name, STEPS))
        return
    declared = _parameters(STEPS[choice.name].make)
    given = choice.parameters.keys() - {"only", "except"}
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in declared.values()):
        given -= set(raw.columns)  # what it says of single indicators
        declared = {
            name: parameter
            for name, parameter in declared.items()
            if parameter.kind is not parameter.VAR_KEYWORD
        }
    for name in sorted(given - declared.keys()):
        message = coded(
            "measure.pipeline.no_parameter",
            "the step {step} has no parameter {name!r}",
            step=choice.name,
            name=name,
        )
        yield Fault("error", message, nearest(name, declared))
    for name, parameter in declared.items():
        takes_text = parameter.annotation is str or get_origin(parameter.annotation) is Literal
        if name in given and not (takes_text or name in _CODES or isinstance(choice.parameters[name], float)):
            yield Fault(
                "error",
                coded(
                    "measure.pipeline.number", "{step}: {name} must be a number", step=str(choice), name=name
                ),
                text("write {name}=1", name=name),
            )
        elif name not in given and parameter.default is parameter.empty and name not in _OF_THE_MATRIX:
            yield Fault(
                "error",
                coded("measure.pipeline.lacks", "{step} does not state {name}", step=str(choice), name=name),
                text("write {step}({name}=...)", step=choice.name, name=name),
            )
    for name in (*listed_codes(choice.text("only")), *listed_codes(choice.text("except"))):
        if name not in raw.columns:
            message = coded(
                "measure.pipeline.no_indicator",
                "{step}: no indicator {name!r} is measured",
                step=str(choice),
                name=name,
            )
            yield Fault("error", message, nearest(name, raw.columns))


@cache
def _parameters(make: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return what a step may be told, by name; the first parameter is the matrix."""
    return dict(list(inspect.signature(make).parameters.items())[1:])


def _columns(state: Matrix, choice: Choice) -> NDArray[np.bool_]:
    only, other = (listed_codes(choice.text(name)) for name in ("only", "except"))
    return np.array([(not only or name in only) and name not in other for name in state.columns])

"""Weightings: where the weights of an index may come from, one row each.

An index declares one by its name, such as ``weighting=principal-components`` in its row of the catalogue; the
weights of its nodes are then computed before anything else, and everything that follows (scores, intervals,
explanations, changes) reads them as if they had been declared. Only proportions among siblings count, and the
weights of siblings sum to one.

Experts are heard in the declaration itself: ``budget-allocation(air=60|40, water=40|60)`` gives the points of
two experts, ``pairwise-comparison(air/water=3)`` says that air matters three times as much as water. Siblings
of which nothing is said keep their declared weights.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from urbium.errors import InputError, nearest
from urbium.measure.aggregate import Tree, combined, node_scores
from urbium.measure.means import Way
from urbium.measure.weighting.experts import ahp, budget_allocation
from urbium.measure.weighting.weights import equal, from_pca, optimised
from urbium.model import Index, Weighting
from urbium.text import Text, coded, text

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Siblings:
    """The children of one node: their ids, declared weights and values, (rows, children), and their mean."""

    names: tuple[str, ...]
    declared: Array
    values: Array
    way: Way

    def score(self, weights: Array) -> Array:
        """Return the scores of the parent under weights of the children, (rows,)."""
        return combined(self.way, self.values, weights)


@dataclass(frozen=True, kw_only=True)
class WeightingRow:
    """Where weights come from: the words for it, and the weights of siblings from it and its parameters."""

    words: Text
    weigh: Callable[[Siblings, Mapping[str, float | str]], Array]
    hears_experts: bool = False


def weighted(
    index: Index, layout: Tree, normalised: Array, covered: Array, *, availability: float
) -> tuple[Index, Tree]:
    """Return an index, and its tree, with the weights that its weighting gives.

    Parameters
    ----------
    normalised : (rows, leaves) values on one scale, NaN where missing
    covered : (rows, nodes) shares known, as :func:`urbium.measure.aggregate.coverage` returns them

    Raises
    ------
    InputError : the weighting is not known, names what is no node, or gives no weights for some siblings
    """
    row = _row(index)
    if index.weighting.name == Weighting.DECLARED:
        return index, layout
    _check_names(index, row)
    weights = layout.weights
    leaf_of = {place: column for column, place in enumerate(layout.leaves)}
    place_of = {place: spot for spot, place in enumerate(layout.inner)}
    for place in reversed(layout.inner):  # from the lowest level up: the scores below rest on their weights
        members = list(layout.children[place])
        scores = node_scores(
            layout, normalised, weights[None, :], index.aggregate, covered=covered, availability=availability
        )[:, 0]
        columns = [
            normalised[:, leaf_of[child]] if child in leaf_of else scores[place_of[child]]
            for child in members
        ]
        siblings = Siblings(
            tuple(layout.nodes[child].id for child in members),
            weights[members],
            np.stack(columns, axis=1),
            index.aggregate[min(layout.heights[place], len(index.aggregate)) - 1],
        )
        weights[members] = _checked(row.weigh(siblings, index.weighting.parameters), layout.nodes[place].id)
    return _with(index, layout, weights)


def weighting_words(index: Index) -> Text:
    """Say where the weights of an index come from.

    >>> from urbium.catalogue import load_catalogue
    >>> weighting_words(load_catalogue().indices["yearbook"])
    'weights as declared'
    """
    return _row(index).words


def _row(index: Index) -> WeightingRow:
    if index.weighting.name not in WEIGHTINGS:
        raise InputError(
            coded("measure.weighting.unknown", "there is no weighting {name!r}", name=index.weighting.name),
            place=index.id,
            remedy=nearest(index.weighting.name, WEIGHTINGS),
        )
    return WEIGHTINGS[index.weighting.name]


def _check_names(index: Index, row: WeightingRow) -> None:
    nodes = {node.id for node in index.nodes}
    named = [name for key in index.weighting.parameters for name in key.split("/")]
    unknown = [name for name in named if name not in nodes]
    if named and not row.hears_experts:
        raise InputError(
            coded("measure.weighting.no_parameters", "the weighting {name} takes no parameters",
                 name=index.weighting.name),
            place=index.id,
            remedy=text("write {name}", name=index.weighting.name),
        )  # fmt: skip
    if unknown:
        raise InputError(
            coded("measure.weighting.no_node",
                 "the weighting refers to {name!r}, which is not a node of the index",
                 name=unknown[0]),
            place=index.id,
            remedy=nearest(unknown[0], nodes),
        )  # fmt: skip
    if row.hears_experts and not named:
        raise InputError(
            coded("measure.weighting.no_expert", "the weighting {name} does not reflect any expert's view",
                 name=index.weighting.name),
            place=index.id,
            remedy=text("write budget-allocation(air=60, water=40) or pairwise-comparison(air/water=3)"),
        )  # fmt: skip


def _checked(weights: Array, parent: str) -> Array:
    """Return weights that sum to one; refuse such as are not known."""
    if np.isnan(weights).any() or not weights.sum() > 0:
        raise InputError(
            coded("measure.weighting.no_weights", "no weights can be computed for the parts of {node}",
                 node=parent),
            remedy=text("declare the weights, or measure a period for which more cities report these parts"),
        )  # fmt: skip
    return np.asarray(weights / weights.sum())


def _with(index: Index, layout: Tree, weights: Array) -> tuple[Index, Tree]:
    """Return an index and its tree with other weights."""
    by_name = {node.id: float(weight) for node, weight in zip(layout.nodes, weights, strict=True)}
    nodes, laid = (
        tuple(replace(node, weight=by_name[node.id]) for node in nodes)
        for nodes in (index.nodes, layout.nodes)
    )
    return replace(index, nodes=nodes), replace(layout, nodes=laid)


# The rows


def _equal(siblings: Siblings, _parameters: Mapping[str, float | str]) -> Array:
    return equal([""] * len(siblings.names))


def _principal_components(siblings: Siblings, _parameters: Mapping[str, float | str]) -> Array:
    """A part that nobody reports has no component, and weighs nothing."""
    if len(siblings.names) == 1:
        return np.ones(1)
    is_reported = ~np.isnan(siblings.values).all(axis=0)
    weights = np.zeros(len(siblings.names))
    weights[is_reported] = from_pca(siblings.values[:, is_reported], [""] * int(is_reported.sum()))
    return weights


def _equal_influence(siblings: Siblings, _parameters: Mapping[str, float | str]) -> Array:
    if len(siblings.names) == 1:
        return np.ones(1)
    return optimised(siblings.values, score=siblings.score).weights


def _budget_allocation(siblings: Siblings, parameters: Mapping[str, float | str]) -> Array:
    given = [name for name in siblings.names if name in parameters]
    if not given:
        return siblings.declared
    _check_all_named(siblings, given)
    points = [_figures(str(parameters[name])) for name in siblings.names]
    experts = max(map(len, points))
    table = np.array([[*row, *[np.nan] * (experts - len(row))] for row in points]).T
    return budget_allocation(table, items=siblings.names).weights


def _pairwise_comparison(siblings: Siblings, parameters: Mapping[str, float | str]) -> Array:
    count = len(siblings.names)
    judged = np.full((count, count), np.nan)
    np.fill_diagonal(judged, 1.0)
    given: set[str] = set()
    for key, value in parameters.items():
        pair = key.split("/")
        if len(pair) == _PAIR and all(name in siblings.names for name in pair):
            first, second = (siblings.names.index(name) for name in pair)
            times = _figures(str(value))[0]
            judged[first, second], judged[second, first] = times, 1 / times if times else np.nan
            given |= {*pair}
    if not given:
        return siblings.declared
    _check_all_named(siblings, sorted(given))
    return ahp(judged, siblings.names).weights


_PAIR: Final = 2


def _figures(listed: str) -> list[float]:
    """Read figures with a bar between them; what is no figure is missing."""
    figures = []
    for part in listed.split("|"):
        try:
            figures.append(float(part))
        except ValueError:
            figures.append(np.nan)
    return figures


def _check_all_named(siblings: Siblings, given: Sequence[str]) -> None:
    lacking = [name for name in siblings.names if name not in given]
    if lacking:
        raise InputError(
            coded("measure.weighting.lacking",
                 "experts give weights to {given:list} but not to {lacking:list}, although all are in "
                 "the same group",
                 given=list(given), lacking=lacking),
            remedy=text("give all parts of a node a weight, or none"),
        )  # fmt: skip


def _declared(siblings: Siblings, _parameters: Mapping[str, float | str]) -> Array:
    return siblings.declared


WEIGHTINGS: Final[dict[str, WeightingRow]] = {
    Weighting.DECLARED: WeightingRow(words=text("weights as declared"), weigh=_declared),
    Weighting.EQUAL: WeightingRow(words=text("equal weights for the parts of each node"), weigh=_equal),
    Weighting.PRINCIPAL_COMPONENTS: WeightingRow(
        words=text("weights from the first principal component of the parts of each node"),
        weigh=_principal_components,
    ),
    Weighting.EQUAL_INFLUENCE: WeightingRow(
        words=text("weights under which the parts of each node have the same influence on it"),
        weigh=_equal_influence,
    ),
    Weighting.BUDGET_ALLOCATION: WeightingRow(
        words=text("weights from the points that experts allocate"),
        weigh=_budget_allocation,
        hears_experts=True,
    ),
    Weighting.PAIRWISE_COMPARISON: WeightingRow(
        words=text("weights from pairwise comparison (AHP)"),
        weigh=_pairwise_comparison,
        hears_experts=True,
    ),
}
"""The weightings by name."""

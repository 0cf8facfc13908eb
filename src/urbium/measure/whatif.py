"""What if: change a value, a weight or a rule of an index, and see all scores and ranks before and after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue import Catalogue
from urbium.errors import Fault, InputError, NotFoundError, UrbiumError, nearest
from urbium.explanation import Explanation
from urbium.measure.aggregate import Tree, rank
from urbium.measure.matrix import Matrix
from urbium.measure.means import Way, way_words
from urbium.measure.pipeline import Build, Method, build, check_steps, no_share, no_way
from urbium.measure.steps.registry import steps_said
from urbium.measure.variation import permitted
from urbium.model import Choice
from urbium.result import Result
from urbium.text import Name, Text, coded, named, sentences, text, texts

Value = float | None
Steps = str | Sequence[Choice]
Ways = str | Sequence[Way]
_ROUNDING: Final = 1e-12
_TOO_LITTLE: Final = text("no score: too little data")
_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class _Measured(Protocol):
    """What is asked of scores that are measured again."""

    @property
    def build(self) -> Build: ...
    @property
    def period(self) -> int: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
    @property
    def names(self) -> Mapping[str, Name]: ...
    def called(self, key: str) -> str: ...
    def with_names(self, table: pl.DataFrame) -> pl.DataFrame: ...


@dataclass(frozen=True, kw_only=True, repr=False)
class WhatIf(Result):
    """Scores and ranks of all cities before and after a change.

    Attributes
    ----------
    table : city, score_before, score (0 to 100, null where there is none), rank_before, rank, change (places
        gained, below 0 lost; null where there is no rank before or after); best city after the change first
    weights : node, parent, weight_before, weight (within the parent), of the nodes that weigh otherwise
    build : the index computed anew, rows in the order of ``scores.build.raw.rows``
    scores : what was changed
    changes : what was changed, a sentence each
    """

    stage: ClassVar[str] = "what-if"
    scores: _Measured
    build: Build
    weights: pl.DataFrame
    changes: tuple[Text, ...]

    def __repr__(self) -> str:
        moved = self.table.filter(pl.col("rank").ne_missing(pl.col("rank_before"))).height
        return texts(
            "What if {changes}: the rank changes for {moved:,} of {count} city",
            "What if {changes}: the rank changes for {moved:,} of {count:,} cities",
            count=self.table.height,
            changes=sentences(self.changes) or text("nothing changed"),
            moved=moved,
        ).render()

    def explain(self, key: str) -> Explanation:
        """Say what the changes make of the score of the city with the code ``key``.

        Raises NotFoundError, with the nearest code, when the city was not measured.
        """
        name = self.scores.called(key)
        row = self.table.row(by_predicate=pl.col("city") == key, named=True)
        return Explanation(
            coded("measure.what_if.city", "{city}, what if", city=name),
            row["score"],
            period=str(self.scores.period),
            kind="score",
            note=_rank_words(row["rank"]) or _TOO_LITTLE,
            children=(
                *(Explanation(change, kind="assumption") for change in self.changes),
                Explanation(
                    coded("measure.what_if.before", "score before"),
                    row["score_before"],
                    kind="score",
                    note=_rank_words(row["rank_before"]) or text("no score"),
                ),
            ),
        )

    def chart(self) -> dict[str, Any]:
        """Return the ranking of the cities after the change as a Vega-Lite specification."""
        from urbium import charts  # noqa: PLC0415 - drawing is loaded when something is drawn

        ranked = self.scores.with_names(self.table)
        return charts.ranking(ranked, title=sentences(self.changes))


def what_if(
    scores: _Measured,
    *,
    values: Mapping[tuple[str, str], Value] = _NOTHING,
    weights: Mapping[str, float] = _NOTHING,
    steps: Steps | None = None,
    aggregate: Ways | None = None,
    availability: float | None = None,
) -> WhatIf:
    """Measure again with a value, a weight or a rule changed; what is not named stays as it was.

    Parameters
    ----------
    values : the value of an indicator by (city, indicator), in the unit of the indicator; None takes it away
    weights : the weight of a node, 0 or more, beside the declared weights of its siblings; all of them are
        then divided by their sum
    steps : the steps from values to normalised values, such as ``"screen > z-score"``
    aggregate : the mean of each level from the bottom up, such as ``"geometric > arithmetic"``
    availability : the least share of indicators that must be known, 0 to 1

    Raises
    ------
    NotFoundError : a city, an indicator, a node or a way to aggregate is not known
    InputError : something else is wrong as well or instead (a value that is not finite, a weight below 0,
        siblings that all weigh nothing, a step that is not known); with every fault named

    Notes
    -----
    The whole index is computed, so goalposts, treatment and the scores of other cities move too.
    """
    built = scores.build
    method, wrong_rules = _method(built.method, steps, aggregate, availability, built.raw)
    unknown = [*_unknown_places(values, built.raw), *_unknown_nodes(weights, built.layout)]
    wrong = [*_wrong_values(values, scores), *_wrong_weights(weights, built.layout), *wrong_rules]
    if unknown or wrong:
        kind = InputError if wrong else NotFoundError
        raise kind(text("the change cannot be made"), faults=[*unknown, *wrong])
    shares = _shares(weights, built.layout)
    raw = built.raw.holding(_values(values, built.raw))
    after = build(raw, built.layout, method, weights=shares)
    changes = (
        *_value_changes(values, scores),
        *(text("{node} weighs {weight:,.5g}", node=node, weight=weight) for node, weight in weights.items()),
        *_rule_changes(built.method, method),
    )
    return WhatIf(
        table=_table(built, after),
        settings=MappingProxyType({**scores.settings, "changes": sentences(changes).render()}),
        scores=scores,
        build=after,
        weights=_moved(built.layout, shares),
        changes=changes,
    )


# What is asked for


def _method(
    method: Method, steps: Steps | None, aggregate: Ways | None, availability: float | None, raw: Matrix
) -> tuple[Method, list[Fault]]:
    """Return the method with the rules replaced, and what is wrong with them."""
    faults: list[Fault] = []
    try:
        if steps is not None:
            method = replace(method, steps=Choice.row(steps) if isinstance(steps, str) else tuple(steps))
            check_steps(method.steps, raw)
    except UrbiumError as error:
        faults += error.faults or [Fault("error", error.message, error.remedy)]
    try:
        if aggregate is not None:
            ways = Choice.row(aggregate) if isinstance(aggregate, str) else tuple(aggregate)
            method = replace(method, aggregate=ways)
    except UrbiumError as error:
        faults += error.faults or [Fault("error", error.message, error.remedy)]
    if not method.aggregate:
        faults.append(no_way())
    if availability is not None:
        method = replace(method, availability=availability)
        if not 0 <= availability <= 1:
            faults.append(no_share(availability))
    return method, faults


def _unknown_places(values: Mapping[tuple[str, str], Value], raw: Matrix) -> Iterator[Fault]:
    for city in dict.fromkeys(city for city, _ in values):
        if city not in raw.rows:
            message = coded("measure.no_city", "the city {city!r} was not measured", city=city)
            yield Fault("error", message, nearest(city, raw.rows))
    for name in dict.fromkeys(name for _, name in values):
        if name not in raw.columns:
            message = coded(
                "measure.what_if.no_indicator", "there is no indicator {name!r} in the index", name=name
            )
            yield Fault("error", message, nearest(name, raw.columns))


def _unknown_nodes(weights: Mapping[str, float], layout: Tree) -> Iterator[Fault]:
    nodes = [node.id for node in layout.nodes]
    for name in weights:
        if name not in nodes:
            message = coded("measure.what_if.no_node", "there is no node {name!r} in the index", name=name)
            yield Fault("error", message, nearest(name, nodes))


def _wrong_values(values: Mapping[tuple[str, str], Value], scores: _Measured) -> Iterator[Fault]:
    called = scores.names
    declared = scores.catalogue.indicators
    for (city, name), value in values.items():
        if value is None:
            continue
        place = {"indicator": _called(scores, name), "city": called.get(city, city)}
        if not np.isfinite(value):
            yield Fault(
                "error",
                coded("measure.what_if.no_figure", "{indicator} of {city}: {value} is not a figure",
                     value=str(value), **place),
                text("enter a number, or None for no figure"),
            )  # fmt: skip
        elif name in declared:
            low, high = permitted(scores.catalogue, declared[name])
            if not low <= value <= high:
                yield Fault(
                    "error",
                    coded("measure.what_if.impossible", "{indicator} of {city}: {value:,.5g} is impossible",
                         value=value, **place),
                    text("enter a number of at least {low:,.5g}", low=low)
                    if np.isinf(high)
                    else text("enter a number from {low:,.5g} to {high:,.5g}",
                              low=low, high=high),
                )  # fmt: skip


def _called(scores: _Measured, indicator: str) -> Name | str:
    declared = scores.catalogue.indicators.get(indicator)
    return named(declared.name, indicator) if declared else indicator


def _wrong_weights(weights: Mapping[str, float], layout: Tree) -> Iterator[Fault]:
    for name, weight in weights.items():
        if not np.isfinite(weight):
            message = coded(
                "measure.what_if.infinite", "the weight {weight} of {name} is not finite",
                weight=str(weight), name=name
            )  # fmt: skip
            yield Fault("error", message, text("enter 0 or more"))
        elif weight < 0:
            message = coded(
                "measure.what_if.below_zero", "the weight {weight:.6g} of {name} is below zero",
                weight=weight, name=name
            )  # fmt: skip
            yield Fault("error", message, text("enter 0 or more"))
    asked = np.array([weights.get(node.id, node.weight) for node in layout.nodes])
    for parent, group in _families(weights, layout):
        if (asked[group] == 0).all():
            yield Fault(
                "error",
                coded(
                    "measure.what_if.nothing_weighs",
                    "everything below {node} has a weight of zero",
                    node=parent,
                )
                if parent
                else coded("measure.what_if.nothing_at_all", "everything below the top has weight zero"),
                text("give at least one of these parts a weight above zero"),
            )


def _families(weights: Mapping[str, float], layout: Tree) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield each parent of which a child gets another weight, with the places of all its children."""
    parents = [node.parent for node in layout.nodes]
    for parent in dict.fromkeys(node.parent for node in layout.nodes if node.id in weights):
        yield parent, np.flatnonzero(np.array([node_parent == parent for node_parent in parents]))


def _shares(weights: Mapping[str, float], layout: Tree) -> NDArray[np.float64]:
    """Return the weights of the nodes, (nodes,), where asked for made anew to sum to 1."""
    shares = layout.weights
    for place, node in enumerate(layout.nodes):
        shares[place] = weights.get(node.id, node.weight)
    for _, group in _families(weights, layout):
        shares[group] /= shares[group].sum()
    return shares


def _values(values: Mapping[tuple[str, str], Value], raw: Matrix) -> NDArray[np.float64]:
    changed = raw.values.copy()
    for (city, name), value in values.items():
        changed[raw.rows.index(city), raw.columns.index(name)] = np.nan if value is None else value
    return changed


# What became of it


def _value_changes(values: Mapping[tuple[str, str], Value], scores: _Measured) -> Iterator[Text]:
    called = scores.names
    for (code, name), value in values.items():
        place = {"city": called.get(code, code), "indicator": _called(scores, name)}
        if value is None:
            yield text("{city} reports no {indicator}", **place)
        else:
            yield text("{city} reports {value:,.5g} for {indicator}", value=value, **place)


def _rule_changes(before: Method, after: Method) -> Iterator[Text]:
    if before.steps != after.steps:
        yield text("steps: {steps}", steps=steps_said(after.steps))
    if before.aggregate != after.aggregate:
        means = list(map(way_words, after.aggregate))
        yield text("aggregate: {means:commas}", means=means)
    if before.availability != after.availability:
        yield text("share of indicators that must be known: {share:.6g}", share=after.availability)


def _rank_words(position: int | None) -> Text | None:
    return text("rank {rank}", rank=position) if position else None


def _table(before: Build, after: Build) -> pl.DataFrame:
    ranks = {"rank_before": rank(before.root), "rank": rank(after.root)}
    return (
        pl.DataFrame({"city": before.raw.rows, "score_before": before.root, "score": after.root, **ranks})
        .with_columns(
            pl.col("score_before", "score").fill_nan(None),
            pl.col("rank_before", "rank").replace(-1, None),
        )
        .with_columns(change=pl.col("rank_before") - pl.col("rank"))
        .sort("rank", "city", nulls_last=True)
    )


def _moved(layout: Tree, shares: NDArray[np.float64]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "node": [node.id for node in layout.nodes],
            "parent": [node.parent for node in layout.nodes],
            "weight_before": layout.weights,
            "weight": shares,
        }
    ).filter((pl.col("weight") - pl.col("weight_before")).abs() > _ROUNDING)

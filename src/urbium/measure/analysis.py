"""Analysis: what a reviewer asks of an index: do its parts hold together, and does each do what it should."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import NotFoundError
from urbium.explanation import Explanation
from urbium.measure.aggregate import coverage, root_scores
from urbium.measure.index import Scores
from urbium.measure.pipeline import Build, present_values
from urbium.measure.review.correlation import Correlations, correlations, cronbach_alpha, principal_components
from urbium.measure.review.influence import effective_weights, remove_elements
from urbium.measure.review.standings import nullable
from urbium.measure.review.statistics import Dominance, describe, dominance, outranking
from urbium.packaged import words_of
from urbium.result import Result
from urbium.text import named, texts

_TOO_ALIKE: Final = 0.92  # correlation from which two siblings say the same
_AGAINST: Final = -0.4  # and below which one undoes the other
Array = NDArray[np.float64]
_NOT_SHOWN: Final = frozenset({"same", "same_share"})
_PARTS: Final = words_of("figure of a part")


@dataclass(frozen=True, kw_only=True, repr=False)
class Analysis(Result):
    """What the scores of an index say of the index itself.

    Attributes
    ----------
    table : node, parent, weight, effective_weight (share of the root, 0 to 1), correlation (with its parent),
        mean_change and largest_change (places the ranks move without it), alpha and first_component (a node
        with children: Cronbach's alpha of them, and the share of their variance in one component)
    correlations : first, second (indicators, or node and node of one level), coefficient (Pearson), p_value,
        cities, flag (``alike`` or ``against`` among siblings, else empty)
    statistics : indicator, unit and what :class:`urbium.measure.review.statistics.Statistics` says of the raw
        values
    """

    stage: ClassVar[str] = "analysis"
    scores: Scores
    correlations: pl.DataFrame
    statistics: pl.DataFrame

    def __repr__(self) -> str:
        flagged = self.correlations.filter(pl.col("flag") != "").height
        return texts(
            "Analysis of {index}, {year}: {count} pair of siblings flagged",
            "Analysis of {index}, {year}: {count} pairs of siblings flagged",
            count=flagged,
            index=self.scores.index.id,
            year=self.scores.period,
        ).render()

    @property
    def effective_weights(self) -> pl.DataFrame:
        """The declared weight of every node, and its share of the root."""
        return self.table.select("node", "weight", "effective_weight")

    @property
    def alpha(self) -> pl.DataFrame:
        """Cronbach's alpha of the children of every node that has it."""
        return self.table.select("node", "alpha").drop_nulls()

    @cached_property
    def dominance(self) -> Dominance:
        """How many pairs of scored cities have one that is ahead in every indicator both report.

        The order of these holds whatever the weights are; that of all others is a matter of weights.
        """
        built = self.scores.build
        scored = built.normalised[~np.isnan(built.root)]
        return dominance(outranking(scored, effective_weights(built.layout)[list(built.layout.leaves)]))

    @property
    def facts(self) -> Mapping[str, Any]:
        """Pairs of cities whose order holds whatever the weights, and their share (0 to 1) of all pairs."""
        return {"dominant_pairs": self.dominance.pairs, "dominant_share": self.dominance.share}

    @property
    def removal(self) -> pl.DataFrame:
        """By how many places the ranks move without a node, in the mean and at most."""
        return self.table.select("node", "mean_change", "largest_change").drop_nulls()

    def chart(self) -> dict[str, Any]:
        """Return the map of correlations as a Vega-Lite specification."""
        from urbium import charts  # noqa: PLC0415 - drawing is loaded when something is drawn

        leaves = list(self.scores.index.indicators)
        pairs = self.correlations.filter(pl.col("first").is_in(leaves) & pl.col("second").is_in(leaves))
        names = {node.id: named(node.name, node.id) for node in self.scores.index.nodes}
        return charts.correlation_map(pairs.drop_nulls("coefficient"), order=leaves, names=names)

    def explain(self, key: str) -> Explanation:
        """Say what the node or indicator ``key`` does in the index.

        Raises NotFoundError, with the nearest name, when the index has none of that name.
        """
        nodes = self.table["node"].to_list()
        if key not in nodes:
            raise NotFoundError.named("node", key, nodes)
        row = self.table.row(by_predicate=pl.col("node") == key, named=True)
        parts = (Explanation(words, row[name], kind="setting") for name, words in _PARTS.items())
        names = {node.id: named(node.name, node.id) for node in self.scores.index.nodes}
        return Explanation(
            names[key], kind="indicator", children=tuple(part for part in parts if part.value is not None)
        )


def analyse(scores: Scores) -> Analysis:
    """Analyse an index by the scores it gave: weights, correlations, removals, statistics.

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), steps 4, 7 and 8; Nardo et al.:
    *Tools for composite indicators building* (2005) for alpha and components.
    """
    return Analysis(
        table=_nodes(scores.build),
        settings={
            "index": scores.index.id,
            "period": scores.period,
            "alike": _TOO_ALIKE,
            "against": _AGAINST,
        },
        scores=scores,
        correlations=_correlations(scores.build),
        statistics=_statistics(scores),
    )


def _nodes(built: Build) -> pl.DataFrame:
    layout = built.layout
    effective = effective_weights(layout)
    removal = remove_elements(_scorer(built), layout.weights, range(1, len(layout.nodes)))
    parent_of = {child: place for place in layout.inner for child in layout.children[place]}
    rows = []
    for place, node in enumerate(layout.nodes):
        below = built.scores[:, list(layout.children[place])]
        rows.append(
            {
                "node": node.id,
                "parent": node.parent,
                "weight": node.weight,
                "effective_weight": effective[place],
                "correlation": _with_parent(built, place, parent_of.get(place)),
                "mean_change": removal.mean_change[place] if place else np.nan,
                "largest_change": removal.largest_change[place] if place else np.nan,
                "alpha": cronbach_alpha(below) if below.shape[1] > 1 else np.nan,
                "first_component": _first_share(below),
            }
        )
    return pl.DataFrame(rows).with_columns(pl.col(pl.Float64).fill_nan(None))


def _scorer(built: Build) -> Callable[[Array], Array]:
    """Return the function from the weights of the nodes to the scores of the cities, all else as it is."""
    method = built.method
    covered = coverage(built.layout, present_values(built.raw, built.stages), method.availability)

    def score(weights: Array) -> Array:
        scores: Array = root_scores(
            built.layout,
            built.normalised,
            weights[None, :],
            method.aggregate,
            covered=covered,
            availability=method.availability,
        )
        return np.asarray(scores[0])

    return score


def _with_parent(built: Build, place: int, parent: int | None) -> float:
    if parent is None:
        return np.nan
    pair = correlations(built.scores[:, [place]], built.scores[:, [parent]]).coefficients
    return float(pair[0, 0])


def _first_share(below: Array) -> float:
    varied = below[:, [len(set(column[~np.isnan(column)])) > 1 for column in below.T]]
    if varied.shape[1] < 2:  # noqa: PLR2004 - one column is its own component
        return float("nan")
    share = principal_components(varied).share
    return float(share[0]) if len(share) else float("nan")


def _correlations(built: Build) -> pl.DataFrame:
    """The indicators among one another, then the children of each node that are nodes themselves."""
    layout = built.layout
    levels = [list(layout.leaves)]
    inner = [[child for child in layout.children[place] if layout.children[child]] for place in layout.inner]
    levels += [members for members in inner if len(members) > 1]
    return pl.concat([_pairs(built, members) for members in levels])


def _pairs(built: Build, members: list[int]) -> pl.DataFrame:
    pairs = correlations(built.scores[:, members])
    nodes = [built.layout.nodes[place] for place in members]
    parents = [node.parent for node in nodes]
    flags = _flags(pairs, parents)
    first, second = np.triu_indices(len(members), 1)
    return pl.DataFrame(
        {
            "first": [nodes[place].id for place in first],
            "second": [nodes[place].id for place in second],
            "coefficient": nullable(pairs.coefficients[first, second]),
            "p_value": nullable(pairs.p_values[first, second]),
            "cities": pairs.counts[first, second],
            "flag": [flags.get((int(i), int(j)), "") for i, j in zip(first, second, strict=True)],
        },
        schema_overrides={"first": pl.String, "second": pl.String, "flag": pl.String},
    )


def _flags(pairs: Correlations, parents: list[str]) -> dict[tuple[int, int], str]:
    flagged = {
        "alike": pairs.flagged(_TOO_ALIKE, "above", groups=parents),
        "against": pairs.flagged(_AGAINST, "below", groups=parents),
    }
    return {(pair.first, pair.second): word for word, of_word in flagged.items() for pair in of_word}


def _statistics(scores: Scores) -> pl.DataFrame:
    raw = scores.build.raw
    described = describe(raw.values)
    names = [name for name in described.__dataclass_fields__ if name not in _NOT_SHOWN]
    return pl.DataFrame(
        {
            "indicator": raw.columns,
            "unit": [scores.catalogue.indicators[name].unit for name in raw.columns],
            **{name: getattr(described, name) for name in names},
        },
        schema_overrides={"indicator": pl.String, "unit": pl.String},
    ).with_columns(pl.col(pl.Float64).fill_nan(None))

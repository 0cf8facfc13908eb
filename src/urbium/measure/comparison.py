"""Comparison: which cities may be the best, what parts two, and whether their order hangs on a third."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import InputError
from urbium.explanation import Explanation
from urbium.measure.gap import Flip, smallest_flip, split_gap
from urbium.measure.index import Scores
from urbium.measure.pipeline import Build
from urbium.measure.reversal import decisive_rows, rank_reversals
from urbium.measure.uncertainty.acceptability import before, best_set, first
from urbium.measure.uncertainty.intervals import Uncertainty
from urbium.measure.uncertainty.tiers import CONFIDENCE
from urbium.result import Result
from urbium.text import Text, coded, text, texts


@dataclass(frozen=True, kw_only=True, repr=False)
class Best(Result):
    """Which cities may be the best ``count``.

    Attributes
    ----------
    table : city, rank, first (the share, 0 to 1, of the runs in which it is among the first ``count``),
        may_be (it is in the set that holds all of the best with the confidence asked for), best_rank (the
        best rank it may truly have, jointly with all others); best rank first
    """

    stage: ClassVar[str] = "best"
    count: int
    confidence: float

    def __repr__(self) -> str:
        return texts(
            "{count} city may be among the best {best} ({confidence:.0%} confidence that none of "
            "the best is missing)",
            "{count:,} cities may be among the best {best} ({confidence:.0%} confidence that none "
            "of the best is missing)",
            count=int(self.table["may_be"].sum()),
            best=self.count,
            confidence=self.confidence,
        ).render()


def best_cities(scores: Scores, count: int, *, confidence: float = CONFIDENCE) -> Best:
    """Say which cities may be the best ``count``, from the runs behind the intervals of the ranks.

    The scores of each run are standardised first, since other steps end on other scales.

    Raises
    ------
    InputError : the scores have no intervals, no city is asked for, or the confidence is no share
    """
    doubt = _doubt(scores)
    chosen = best_set(_standardised(doubt.scores), count, confidence=confidence)
    table = pl.DataFrame(
        {
            "city": doubt.rows,
            "first": first(doubt.ranks, count),
            "may_be": chosen.is_in,
            "best_rank": pl.Series(chosen.lowest, dtype=pl.Int64).replace(-1, None),
        },
        schema_overrides={"city": pl.String},
    )
    ranked = scores.table.select("city", "rank").drop_nulls().join(table, on="city", how="left")
    return Best(
        table=ranked.sort("rank", "city"),
        settings={"index": scores.index.id, "period": scores.period, "runs": len(doubt.scores)},
        count=count,
        confidence=confidence,
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class CityGap(Result):
    """What parts the scores of two cities.

    Attributes
    ----------
    table : node, parent, part (of the gap, in points of the score; the parts of the indicators sum to it, and
        those of a pillar to the pillar's); pillars in the order of the tree, each before its indicators
    gap : the score of the first city less that of the second
    ahead : the share (0 to 1) of the runs in which the first scores more; None without runs
    flip : the nearest weights of the pillars under which the second is not behind
    """

    stage: ClassVar[str] = "gap"
    cities: tuple[str, str]
    names: tuple[str, str]
    gap: float
    ahead: float | None
    flip: Flip
    pillars: tuple[str, ...]
    is_exact: bool

    @property
    def facts(self) -> Mapping[str, Any]:
        """The gap, how likely the order is, and the weights that would turn it round."""
        return {"gap": self.gap, "ahead": self.ahead, "weight_to_move": self._moved, "weights": self._weights}

    @property
    def _moved(self) -> float | None:
        return None if np.isnan(self.flip.moved) else self.flip.moved

    @property
    def _weights(self) -> dict[str, float] | None:
        return (
            None if self._moved is None else dict(zip(self.pillars, self.flip.weights.tolist(), strict=True))
        )

    def __repr__(self) -> str:
        facts = {"first": self.names[0], "second": self.names[1], "gap": self.gap}
        if self.ahead is not None and self.ahead < CONFIDENCE:
            return text(
                "{first} scores {gap:,.1f} points more than {second}, but the order is not certain", **facts
            ).render()
        return text("{first} scores {gap:,.1f} points more than {second}", **facts).render()

    @property
    def notes(self) -> tuple[Text, ...]:
        """How likely the order is, and what would turn it round."""
        said = []
        if self.ahead is not None:
            said.append(
                text("{first} is ahead in {share:.0%} of the runs with other choices of method",
                     first=self.names[0], share=self.ahead)
            )  # fmt: skip
        if self._weights is None:
            said.append(
                coded(
                    "measure.gap.no_flip", "no other pillar weights would reverse the order of the two cities"
                )
            )
        else:
            said.append(
                coded(
                    "measure.gap.flip",
                    "the order is reversed if {share:.1%} of the weight is shifted: {weights:list}",
                    share=self._moved,
                    weights=[
                        text("{pillar} {weight:.1%}", pillar=pillar, weight=weight)
                        for pillar, weight in self._weights.items()
                    ],
                )
            )
        if not self.is_exact:
            said.append(
                text("the contributions are based on a sample of the possible orders of the indicators")
            )
        return tuple(said)

    def explain(self, key: str) -> Explanation:
        """Say what the node ``key`` adds to the gap, and what lies below it."""
        row = self.table.row(by_predicate=pl.col("node") == key, named=True)
        below = self.table.filter(pl.col("parent") == key)
        return Explanation(
            coded("measure.gap.part", "contribution of {node} to the gap", node=key),
            row["part"],
            kind="score",
            children=tuple(self.explain(name) for name in below["node"]),
        )


def city_gap(scores: Scores, one: str, other: str) -> CityGap:
    """Split the gap between two cities along the tree, and say which weights would turn them round.

    Raises
    ------
    NotFoundError : a city was not measured
    InputError : a city has no score
    """
    names = scores.called(one), scores.called(other)
    built = scores.build
    places = [built.raw.rows.index(code) for code in (one, other)]
    for place, name in zip(places, names, strict=True):
        if np.isnan(built.root[place]):
            raise InputError(
                coded("measure.gap.no_score", "{city} has no score to compare", city=name),
                remedy=text("name two cities that have a rank"),
            )
    split = split_gap(built, *places)
    ahead = None
    if scores.uncertainty is not None:
        share = before(scores.uncertainty.scores, *places)
        ahead = None if np.isnan(share) else share
    return CityGap(
        table=_parts(built, split.parts),
        settings={"index": scores.index.id, "period": scores.period, "cities": [one, other]},
        cities=(one, other),
        names=names,
        gap=split.gap,
        ahead=ahead,
        flip=smallest_flip(built, *places),
        pillars=tuple(built.layout.nodes[place].id for place in built.layout.children[0]),
        is_exact=split.is_exact,
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class Reversals(Result):
    """Whether the order of cities hangs on a third that is neither of them.

    ``table`` is that of :func:`urbium.measure.reversal.rank_reversals`, with ``city`` for ``row``.
    """

    stage: ClassVar[str] = "reversals"

    def __repr__(self) -> str:
        turned = self.table.filter(pl.col("reversed") > 0).height
        return texts(
            "Rank reversal: leaving out {count} of the {tried:,} cities tried reverses the order of others",
            "Rank reversal: leaving out {count:,} of the {tried:,} cities tried, one at a time, "
            "reverses the order of others",
            count=turned,
            tried=self.table.height,
        ).render()


def score_reversals(scores: Scores) -> Reversals:
    """Leave out one city at a time, of those on which a scale may hang, and see whose order turns round."""
    table = rank_reversals(scores.build, decisive_rows(scores.build)).rename({"row": "city"})
    return Reversals(table=table, settings={"index": scores.index.id, "period": scores.period})


def _standardised(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the scores of each run with mean 0 and spread 1: the runs may end on different scales."""
    known = ~np.isnan(scores)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    off = scores - np.where(known, scores, 0.0).sum(axis=1, keepdims=True) / count
    spread = np.sqrt((np.where(known, off, 0.0) ** 2).sum(axis=1, keepdims=True) / count)
    return np.asarray(off / np.where(spread > 0, spread, 1.0), dtype=np.float64)


def _doubt(scores: Scores) -> Uncertainty:
    if scores.uncertainty is None:
        raise InputError(
            coded("measure.sensitivity.no_runs", "these scores have no intervals"),
            remedy=text("measure with at least one run"),
        )
    return scores.uncertainty


def _parts(built: Build, parts: NDArray[np.float64]) -> pl.DataFrame:
    layout = built.layout
    rows = []

    def lay(place: int) -> None:
        node = layout.nodes[place]
        rows.append((node.id, node.parent, float(parts[layout.below[place]].sum())))
        for child in layout.children[place]:
            lay(child)

    for child in layout.children[0]:
        lay(child)
    return pl.DataFrame(
        rows, schema={"node": pl.String, "parent": pl.String, "part": pl.Float64}, orient="row"
    )

"""Effect of non-reporting: what a city could gain by not reporting, so that nobody is paid for keeping quiet.

Three figures stand beside each score: the coverage, a bound on the score that the city could reach by
withholding some of what it reports, and a cautious score in which everything that is missing counts as the
lowest value of all cities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.explanation import Explanation
from urbium.measure.aggregate import coverage, rank, root_scores
from urbium.measure.index import Scores
from urbium.measure.means import scale_of
from urbium.measure.pipeline import Build, present_values
from urbium.measure.steps.impute import impute_lowest
from urbium.measure.steps.registry import STEPS, ends_of
from urbium.measure.tables import messages_of
from urbium.measure.trust.counterfactual import demands, is_row_by_row, places_among
from urbium.measure.trust.non_reporting_bound import best_withholding
from urbium.measure.trust.non_reporting_options import Fate, fate_of, options_of
from urbium.model import Choice
from urbium.result import Result
from urbium.text import Text, coded, text, texts

_ROUNDING: Final = 1e-9
_SCORE: Final = coded("measure.score", "score")
_COVERAGE: Final = coded("measure.coverage", "coverage")
_WITHHELD: Final = coded(
    "measure.non_reporting.withheld", "indicators that would have to go unreported for this score"
)
_LEFT_ASIDE: Final = text("an upper bound: screening requirements are not considered")
_NO_SCORE: Final = text("no score: too little is reported")
_COLUMNS: Final = (
    *("city", "score", "rank", "coverage", "reachable", "reachable_rank", "gain", "withheld", "is_exact"),
    *("cautious", "cautious_rank", "note"),
)

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, repr=False)
class NonReporting(Result):
    """What each city could gain by not reporting, and its score if missing data count as lowest.

    Attributes
    ----------
    table : city, score, rank, coverage (0 to 1); reachable (the highest score within reach by withholding),
        reachable_rank, gain (of score), withheld (the indicators it would withhold for it), is_exact (the
        bound is reached; otherwise no choice lies above it), cautious (score when all that is missing
        counts as the lowest value of the column), cautious_rank, note (why there is no bound, or why it is
        not exact); the largest gain first, null where there is none
    scores : the measurement it is about
    """

    stage: ClassVar[str] = "non-reporting"
    scores: Scores

    def __repr__(self) -> str:
        bounded = self.table["gain"].drop_nulls().to_list()
        if not bounded:
            return texts(
                "Effect of non-reporting in {count} city: no bound available",
                "Effect of non-reporting in {count:,} cities: no bound available",
                count=self.table.height,
            ).render()
        return text(
            "Effect of non-reporting: {gaining:,} of {scored:,} scored cities could gain up to "
            "{gain:.4g} points",
            gaining=sum(gain > 0 for gain in bounded),
            scored=len(bounded),
            gain=max(bounded),
        ).render()

    def explain(self, key: str) -> Explanation:
        """Say what the city with the code ``key`` could gain by not reporting.

        Raises NotFoundError, with the nearest code, when the city was not measured.
        """
        city = self.scores.called(key)
        row = self.table.row(by_predicate=pl.col("city") == key, named=True)
        withheld = tuple(Explanation(name, kind="indicator") for name in row["withheld"] or ())
        return Explanation(
            coded(
                "measure.non_reporting.reachable",
                "{city}, highest score achievable by not reporting",
                city=city,
            ),
            row["reachable"],
            period=str(self.scores.period),
            kind="limit",
            note=self.said(row["note"]),
            children=(
                Explanation(_SCORE, row["score"], kind="score", note=_place(row["rank"])),
                Explanation(_COVERAGE, row["coverage"], kind="setting"),
                Explanation(
                    coded(
                        "measure.non_reporting.cautious", "score if missing data count as the lowest value"
                    ),
                    row["cautious"],
                    kind="assumption",
                    note=_place(row["cautious_rank"]),
                ),
                *([Explanation(_WITHHELD, kind="setting", children=withheld)] if withheld else []),
            ),
        )

    def chart(self) -> dict[str, Any]:
        """Return the cities that could gain most as a Vega-Lite specification."""
        from urbium import charts  # noqa: PLC0415 - drawing is loaded when something is drawn

        rows = self.scores.with_names(self.table)
        return charts.ranking(
            rows,
            value="gain",
            value_title=text("Score gained by not reporting"),
            title=text("Effect of non-reporting"),
        )


def non_reporting(scores: Scores) -> NonReporting:
    """Say what every city could gain by withholding some of the indicators it reports.

    The bound is exact where every level is a mean (:class:`urbium.measure.means.Scale`): the best of all
    subsets of the reported indicators that leave the city enough to be scored. Screening, the availability of
    every node and its dropping out are taken into account; what a city still reports is normalised as before,
    since all steps but the imputation from the same pillar work column by column. With imputation, what is
    withheld is taken as it would then be imputed.

    There is no bound, but a note, with any other way to aggregate, imputation from the same pillar, a
    screening by some of the indicators, or a weight below zero. Where a screening asks for values other than
    zero, or counts otherwise than the nodes do, its limit is left aside: then the bound holds but may not be
    reached (``is_exact``).
    """
    built = scores.build
    reason = _unbounded(built)
    count = len(built.raw.rows)
    reachable = np.full(count, np.nan)
    withheld: list[list[str] | None] = [None] * count
    exact: list[bool | None] = [None] * count
    if reason is None:
        asked = list(demands(built))
        fate = fate_of(built, asked)
        options, is_exact = options_of(built, asked, fate)
        kept = best_withholding(built.layout, options, built.layout.weights, _ways(built))
        best = _scores(built, fate, kept)
        gains = best > built.root + _ROUNDING
        reachable = np.where(gains, best, built.root)
        left_out = options.is_reported & ~kept
        for row in np.flatnonzero(~np.isnan(built.root)).tolist():
            columns = np.flatnonzero(left_out[row] & gains[row]).tolist()
            withheld[row] = [built.raw.columns[column] for column in columns]
            exact[row] = bool(is_exact[row])
    cautious = _cautious(built)
    notes = list(_notes(built.root, exact, reason))
    return NonReporting(
        table=_table(scores.build, reachable, cautious)
        .with_columns(
            pl.Series("withheld", withheld, dtype=pl.List(pl.String)),
            pl.Series("is_exact", exact, dtype=pl.Boolean),
            note=pl.Series(notes, dtype=pl.String),
        )
        .select(_COLUMNS)
        .sort(["gain", "score", "city"], descending=[True, True, False], nulls_last=True),
        settings=MappingProxyType(dict(scores.settings)),
        scores=scores,
        messages=messages_of(notes),
    )


def _unbounded(built: Build) -> Text | None:
    """Say why there is no bound; None when there is one."""
    if not is_row_by_row(built):
        return text(
            "unknown: at a level that is not aggregated by a mean, the score depends on all cities at once"
        )
    if any(scale_of(way) is None for way in built.method.aggregate):
        return text("unknown: a level is not aggregated by a mean")
    if not all(STEPS[stage.choice.name].is_by_column for stage in built.stages):
        return text("unknown: unreported data are imputed from the other data that the city reports")
    if not all((demand.columns == built.layout.counts).all() for demand in demands(built)):
        return text("unknown: screening uses only some of the indicators")
    if (built.layout.weights < 0).any():
        return text("unknown: a weight is below zero")
    return None


def _ways(built: Build) -> list[Choice]:
    return [way for way in built.method.aggregate if isinstance(way, Choice)]


def _scores(built: Build, fate: Fate, kept: Mask) -> Array:
    """Return the score of each row that keeps only some of its values."""
    present = np.where(kept, present_values(built.raw, built.stages), fate.present)
    values = np.where(kept, built.normalised, fate.values)
    return _root(built, values, coverage(built.layout, present, built.method.availability))


def _cautious(built: Build) -> Array:
    """Return the score of each row when what it did not report counts as the lowest value of the column.

    Where no city in the comparison reports an indicator, the low end of the scale is the lowest; where the
    scale has none, that indicator is left out.
    """
    reported = np.where(built.raw.is_known & built.is_in[:, None], built.normalised, np.nan)
    lowest = np.where(np.isnan(reported).all(axis=0), _low_ends(built), impute_lowest(reported))
    values = np.where(built.raw.is_known, built.normalised, lowest)
    values[:, ~built.layout.counts] = np.nan
    values[~built.is_in] = np.nan
    return _root(built, values, np.ones((len(values), len(built.layout.nodes))))


def _low_ends(built: Build) -> Array:
    """Return the low end of the scale that each column was put on, (columns,); NaN where it has none."""
    ends = np.full(len(built.raw.columns), np.nan)
    before = built.raw.is_normalised
    for stage in built.stages:
        now = stage.matrix.is_normalised
        scale = ends_of(stage.choice)
        if scale is not None:
            ends[now & ~before] = scale[0]
        before = now
    return ends


def _root(built: Build, normalised: Array, covered: Array) -> Array:
    scores: Array = root_scores(
        built.layout,
        normalised,
        built.layout.weights[None, :],
        built.method.aggregate,
        covered=covered,
        availability=built.method.availability,
    )[0]
    return scores


def _table(built: Build, reachable: Array, cautious: Array) -> pl.DataFrame:
    root, rows = built.root, np.arange(len(built.root))
    return pl.DataFrame(
        {
            "city": pl.Series(built.raw.rows, dtype=pl.String),
            "score": root,
            "rank": rank(root),
            "coverage": built.coverage[:, 0],
            "reachable": reachable,
            "reachable_rank": places_among(reachable[:, None], root, rows)[:, 0],
            "gain": reachable - root,
            "cautious": cautious,
            "cautious_rank": rank(cautious),
        }
    ).with_columns(
        pl.col("score", "reachable", "gain", "cautious").fill_nan(None),
        pl.col("reachable_rank").fill_nan(None).cast(pl.Int64),
        pl.col("rank", "cautious_rank").cast(pl.Int64).replace(-1, None),
    )


def _notes(root: Array, exact: list[bool | None], reason: Text | None) -> Iterator[str]:
    for score, is_exact in zip(root.tolist(), exact, strict=True):
        if np.isnan(score):
            yield _NO_SCORE
        else:
            yield _LEFT_ASIDE if is_exact is False else reason or ""


def _place(position: int | None) -> Text:
    return text("rank {rank}", rank=position) if position else text("no rank")

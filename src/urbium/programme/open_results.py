"""Open results: the adopted scores and outlook as tables of figures, as far as they rest on what is public.

A row is left out where a figure behind it is not published; a result, where making it again gives another.
Each result is a source of its own, which says what it was computed from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from urbium.model import Quality
from urbium.programme.pinned import PINNED, difference
from urbium.store.audit_log import canonical, sha256
from urbium.text import text

if TYPE_CHECKING:
    from urbium.forecast import Outlook
    from urbium.measure import Scores
    from urbium.result import Result

__all__ = ["OpenResult", "open_result"]

_GRADES: Final = [grade.value for grade in Quality]
_SEVERAL: Final = "; "
_FIGURE: Final = {"place": "city", "variable": "variable", "boundary": "area", "source": "source"}
_RANKS: Final = ("rank_low", "rank_high")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenResult:
    """An adopted result as it is published: its rows, itself as a source, and the variables it adds."""

    rows: pl.DataFrame
    source: Row
    variables: Sequence[Row]


def open_result(
    result: "Scores | Outlook", kept: Mapping[str, Any], adopted: datetime, number: int, figures: pl.DataFrame
) -> OpenResult | None:
    """Return an adopted result as it is published; None where it is not made again as it was adopted.

    Parameters
    ----------
    kept : what is kept of it
    adopted, number : when it was adopted, and as which version
    figures : those that are published
    """
    if PINNED not in kept or difference(kept[PINNED], result) is not None:
        return None
    source = f"urbium:{result.stage}:{number}"
    if result.stage == "scores":
        scores = cast("Scores", result)
        rows, variables = _score_rows(scores, figures, source), [_index_row(scores)]
    else:
        rows, variables = _outlook_rows(cast("Outlook", result), figures, source), []
    return OpenResult(rows, _source_row(result, kept, source, adopted), variables)


def _score_rows(scores: "Scores", figures: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return the scores of the cities of which every figure is among those that are published."""
    parts = scores.indicators.drop_nulls("value").group_by("city")
    founded = parts.agg(boundary=pl.col("area").unique().sort().str.join(_SEVERAL), quality=_weakest())
    rows = scores.table.drop_nulls("score").join(founded, on="city", maintain_order="left")
    return _public(rows, scores.used, figures).select(
        pl.lit(f"index:{scores.index.id}").alias("variable"),
        pl.col("city").alias("place"),
        "boundary",
        pl.lit(source).alias("source"),
        pl.lit(str(scores.period)).alias("period"),
        pl.col("score").alias("value"),
        pl.lit("score").alias("unit"),
        pl.lit("computed").alias("status"),
        "quality",
        "rank",
        *(pl.col(name) if name in rows.columns else pl.lit(None, pl.Int64).alias(name) for name in _RANKS),
        "coverage",
    )


def _outlook_rows(outlook: "Outlook", figures: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return the projected people of the cities of which every figure is among those that are published."""
    founded = outlook.figures.group_by("city", "area").agg(quality=_weakest())
    rows = (
        outlook.table.filter(kind="projected")
        .join(outlook.curves.select("city", "area", "variable"), on=["city", "area"], maintain_order="left")
        .join(founded, on=["city", "area"], maintain_order="left")
    )
    return _public(rows, outlook.figures, figures).select(
        "variable",
        pl.col("city").alias("place"),
        pl.col("area").alias("boundary"),
        pl.lit(source).alias("source"),
        pl.col("year").cast(pl.String).alias("period"),
        "value",
        pl.lit("persons").alias("unit"),
        pl.lit("projected").alias("status"),
        "quality",
        "low80",
        "high80",
        "low95",
        "high95",
        pl.lit("expected").alias("scenario"),
    )


def _weakest() -> pl.Expr:
    """Return the weakest grade of quality of a group."""
    return pl.col("quality").sort_by(pl.col("quality").replace_strict(_GRADES, range(len(_GRADES)))).last()


def _public(rows: pl.DataFrame, used: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the cities of which no figure used is missing among those that are published."""
    keys = [*_FIGURE, "period"]
    published = figures.select(pl.col(keys).cast(pl.String))
    hidden = used.rename({column: name for name, column in _FIGURE.items()}).join(
        published, on=keys, how="anti"
    )
    return rows.filter(~pl.col("city").is_in(hidden["place"].unique().to_list()))


def _source_row(result: "Result", kept: Mapping[str, Any], source: str, adopted: datetime) -> Row:
    """Return what stands in the table of sources for a result: what it is, and what it was computed from."""
    return {
        "source": source,
        "title": repr(result),
        "year": f"{adopted:%Y}",
        "licence": "",
        "origin": text(
            "programme.publication.computed",
            "Computed from the figures known on {known_on}; adopted on {adopted} (sha256 {digest})",
            known_on=result.settings["as_known_on"],
            adopted=adopted.isoformat(),
            digest=sha256(canonical(kept)),
        ).render(),
    }


def _index_row(scores: "Scores") -> Row:
    """Return what stands in the table of variables for an index: its names, and how it is computed."""
    index = scores.index
    return {
        "variable": f"index:{index.id}",
        **{f"name_{one}": name for one, name in index.name.items()},
        "unit": "score",
        "boundary": "",
        "definition": text(
            "programme.publication.index",
            "Index of {count} indicators. Steps: {steps}. Means, from the bottom up: {means}.",
            count=len(index.indicators),
            steps=" > ".join(map(str, index.steps)),
            means=" > ".join(map(str, index.aggregate)),
        ).render(),
    }

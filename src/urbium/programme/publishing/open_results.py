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
from urbium.store.audit_log import canonical, sha256
from urbium.text import text

if TYPE_CHECKING:
    from urbium.forecast import Outlook
    from urbium.measure import Scores
    from urbium.result import Result

_GRADES: Final = [grade.value for grade in Quality]
_SEVERAL: Final = "; "
_FIGURE: Final = {"city": "place", "variable": "variable", "area": "boundary", "source": "source"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenResult:
    """An adopted result as it is published: its rows, itself as a source, and the variables it adds."""

    rows: pl.DataFrame
    source: Row
    variables: Sequence[Row]


def open_result(
    result: "Scores | Outlook", kept: Mapping[str, Any], adopted: datetime, number: int, figures: pl.DataFrame
) -> OpenResult:
    """Return an adopted result as it is published.

    Parameters
    ----------
    kept : what is kept of it
    adopted, number : when it was adopted, and as which version
    figures : those that are published
    """
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
    return _laid_out("scores", _public(rows, scores.used, figures), {
        "variable": pl.lit(f"index:{scores.index.id}"), "source": pl.lit(source), "value": pl.col("score"),
        "period": pl.lit(str(scores.period)), "unit": pl.lit("score"), "status": pl.lit("computed"),
    })  # fmt: skip


def _outlook_rows(outlook: "Outlook", figures: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return the projected people of the cities of which every figure is among those that are published."""
    of_city = ["city", "area"]
    founded = outlook.figures.group_by(of_city).agg(quality=_weakest())
    ahead = outlook.table.filter(kind="projected")
    for facts in (outlook.curves.select(*of_city, "variable"), founded):
        ahead = ahead.join(facts, on=of_city, maintain_order="left")
    return _laid_out("outlook", _public(ahead, outlook.figures, figures), {
        "boundary": pl.col("area"), "source": pl.lit(source), "period": pl.col("year").cast(pl.String),
        "unit": pl.lit("persons"), "status": pl.lit("projected"), "scenario": pl.lit("expected"),
    })  # fmt: skip


def _laid_out(table: str, rows: pl.DataFrame, columns: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Return rows of cities in the columns of a table; what they do not have is empty."""
    from urbium.publish.open_data import empty  # noqa: PLC0415 - writers load when something is published

    nothing = empty(table)
    placed = rows.with_columns(**columns, place=pl.col("city"))
    return pl.concat([nothing, placed], how="diagonal").select(nothing.columns)


def _weakest() -> pl.Expr:
    """Return the weakest grade of quality of a group."""
    return pl.col("quality").sort_by(pl.col("quality").replace_strict(_GRADES, range(len(_GRADES)))).last()


def _public(rows: pl.DataFrame, used: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the cities of which no figure used is missing among those that are published."""
    published = figures.select(pl.col(name).cast(pl.String) for name in (*_FIGURE.values(), "period"))
    hidden = used.rename(_FIGURE).join(published, on=published.columns, how="anti")
    return rows.filter(~pl.col("city").is_in(hidden["place"].unique().to_list()))


def _source_row(result: "Result", kept: Mapping[str, Any], source: str, adopted: datetime) -> Row:
    """Return what stands in the table of sources for a result: what it is, and what it was computed from."""
    return {
        "source": source,
        "title": repr(result),
        "year": f"{adopted:%Y}",
        "licence": "",
        "origin": text(
            "Computed from the data as of {known_on}; adopted on {adopted} (sha256 {digest})",
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
            "Index of {count} indicators. Steps: {steps}. Means, lowest level first: {means}.",
            count=len(index.indicators),
            steps=" > ".join(map(str, index.steps)),
            means=" > ".join(map(str, index.aggregate)),
        ).render(),
    }

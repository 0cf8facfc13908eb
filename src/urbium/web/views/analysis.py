"""Analysis: how the parts of an index move together, and what each indicator looks like."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium import charts
from urbium.model import Index
from urbium.text import Text, text
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.words import named_rows

_BROAD: Final = 20  # indicators from which the map of correlations needs the whole page
_STATISTICS: Final[tuple[tuple[str, Text, int | None], ...]] = (
    ("known", text("Cities with a figure"), 0),
    ("low", text("Lowest"), None),
    ("median", text("Median"), None),
    ("mean", text("Mean"), None),
    ("high", text("Highest"), None),
    ("spread", text("Standard deviation"), None),
    ("skewness", text("Skewness"), 2),
    ("kurtosis", text("Kurtosis"), 2),
)


def analysed(drawer: Drawer, index: Index, analysis: Any) -> dict[str, Any]:  # noqa: ANN401 - the analysis' own class
    """Gather correlations with their flags, Cronbach's alpha and statistics; nothing without an analysis."""
    if analysis is None:
        return {}
    names = named_rows({node.id: node for node in index.nodes})
    table = analysis.correlations
    leaves = table.filter(
        pl.col("first").is_in(list(index.indicators)) & pl.col("second").is_in(list(index.indicators))
    ).with_columns(pl.col("coefficient", "p_value").fill_nan(None))
    drawn = leaves.drop_nulls("coefficient")
    columns = [shown for shown in _STATISTICS if shown[0] in analysis.statistics.columns]
    is_broad = len({*drawn["first"], *drawn["second"]}) > _BROAD
    rows = _statistics(analysis, columns, names)
    return {
        "correlations": drawer.draw(charts.correlation_map(drawn, order=index.indicators, names=names))
        if drawn.height
        else None,
        "is_broad": is_broad,
        "flagged": _flagged(drawn, names),
        "alpha": _alphas(getattr(analysis, "alpha", None), names),
        "columns": [words for _, words, _ in columns],
        "statistics": rows,
        "unknown": analysis.statistics.height - len(rows),
    }


def _flagged(table: pl.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The flagged pairs, each once, the strongest first."""
    flag = pl.col("flag")
    is_flagged = flag if table.schema["flag"] == pl.Boolean else flag.cast(pl.String).fill_null("") != ""
    rows = table.filter(is_flagged).sort(pl.col("coefficient").abs(), descending=True).to_dicts()
    seen: set[frozenset[str]] = set()
    kept = []
    for row in rows:
        pair = frozenset((row["first"], row["second"]))
        if len(pair) == 1 or pair in seen:
            continue
        seen.add(pair)
        kept.append(
            row | {"first_name": names.get(row["first"], ""), "second_name": names.get(row["second"], "")}
        )
    return kept


def _alphas(alpha: Any, names: Mapping[str, str]) -> list[dict[str, Any]]:  # noqa: ANN401 - a number, or a table by node
    if alpha is None or isinstance(alpha, float | int):
        return (
            [] if alpha is None or math.isnan(alpha) else [{"name": text("the whole index"), "alpha": alpha}]
        )
    return [
        {"name": names.get(node, node), "alpha": value}
        for node, value in column(alpha, "node", "alpha").items()
        if value is not None
    ]


def _statistics(
    analysis: Any, columns: Sequence[tuple[str, Text, int | None]], names: Mapping[str, str]  # noqa: ANN401 - the analysis' own class
) -> list[dict[str, Any]]:  # fmt: skip
    numbers = analysis.statistics.with_columns(pl.col(pl.Float64).fill_nan(None))
    if "known" in numbers.columns:
        numbers = numbers.filter(pl.col("known") > 0)
    return [
        {
            "name": names.get(row["indicator"], row["indicator"]),
            "figures": [(row[column], digits) for column, _, digits in columns],
        }
        for row in numbers.to_dicts()
    ]


def column(table: Any, key: str, value: str) -> dict[str, Any]:  # noqa: ANN401 - a table, or none
    """Return a column of a table by its keys, null for NaN; empty when either is not there."""
    if not isinstance(table, pl.DataFrame) or key not in table.columns or value not in table.columns:
        return {}
    numbers = table.with_columns(pl.col(value).fill_nan(None)) if table.schema[value].is_float() else table
    return dict(numbers.select(key, value).iter_rows())

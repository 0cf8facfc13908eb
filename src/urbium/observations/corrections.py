"""Corrections: where the figure that counts became another, with what counted before; of whatever source."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from urbium.model import Variable
from urbium.observations.in_force import SAME, UNDECLARED, base_value, decide

_PLACE: Final = ("city", "variable", "period", "area")
"""Where one figure counts: of a place, a period and a boundary."""
_BEFORE: Final = {"before": "value", "before_unit": "unit", "before_source": "source", "before_base": "base"}


def corrections(history: pl.DataFrame, declared: Mapping[str, Variable] = UNDECLARED) -> pl.DataFrame:
    """Return every correction, the newest first: the figure that counts since, and which one did before.

    A figure is corrected when another value comes into force, by a new version of its source or by another
    source. What is suspect corrects nothing until it is accepted.

    Parameters
    ----------
    history : every version of every observation, with the columns of :data:`urbium.model.OBSERVATION`
    declared : variables by id, for their priority of sources

    Returns
    -------
    Rows of ``history`` with ``before``, ``before_unit`` and ``before_source``; ``recorded_at``,
    ``recorded_by`` and ``reason`` are those of what brought the change

    >>> row = {"city": "X", "variable": "gdp", "period": "2020", "area": "city", "unit": "persons"}
    >>> row |= {"status": "reported", "recorded_by": "ann", "reason": ""}
    >>> versions = [row | {"source": "ST"[at], "value": 7.0 + at, "recorded_at": at} for at in (0, 1)]
    >>> found = corrections(pl.DataFrame(versions))
    >>> found.select("before", "before_source", "value", "source").rows()
    [(7.0, 'S', 8.0, 'T')]
    """
    versions = history.filter(pl.col("recorded_at").n_unique().over(_PLACE) > 1)
    causes = versions.group_by(*_PLACE, "recorded_at", maintain_order=True).agg(
        by=pl.first("recorded_by"), why=pl.first("reason")
    )
    stood = versions.join(causes.rename({"recorded_at": "at"}), on=_PLACE, maintain_order="left_right")
    stood = stood.filter(pl.col("recorded_at") <= pl.col("at")).with_columns(year="period")
    # each instant is decided as a period of its own, so that all are decided at once
    instant = pl.col("at").rank("dense").cast(pl.String)
    decided = decide(
        stood.with_columns(period=pl.concat_str("period", instant, separator=" ")), declared, history=True
    )
    counting = decided.filter("is_in_force").with_columns(period="year", base=base_value()).sort("at")
    is_cause = pl.col("recorded_at") == pl.col("at")
    change = (pl.col("base") - pl.col("before_base")).abs()
    return (
        counting.with_columns(
            **{name: pl.col(column).shift(1).over(_PLACE) for name, column in _BEFORE.items()},
            recorded_at="at",
            recorded_by=pl.when(is_cause).then("recorded_by").otherwise("by"),
            reason=pl.when(is_cause).then("reason").otherwise("why"),
        )
        .filter(change > SAME * pl.max_horizontal(pl.col("base").abs(), pl.col("before_base").abs()))
        .sort("recorded_at", descending=True, maintain_order=True)
        .select(*history.columns, "before", "before_unit", "before_source")
    )

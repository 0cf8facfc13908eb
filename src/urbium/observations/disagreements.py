"""Disagreements: several sources, and different figures for one place, variable, boundary and period."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from urbium.model import Variable
from urbium.observations.in_force import UNDECLARED, Ground, base_value, usable_figures
from urbium.observations.reasons import reason_in_force
from urbium.text import coded, text
from urbium.units import plain_digits

_PLACE: Final = ["city", "variable", "area", "period"]
_IN_FORCE: Final = ("value", "unit", "status", "quality", "source", "file", "sheet", "cell")
_OTHERS: Final = ("value", "unit", "quality", "source", "recorded_at")


def disagreements(observations: pl.DataFrame, declared: Mapping[str, Variable] = UNDECLARED) -> pl.DataFrame:
    """Return where usable figures differ, the widest spread first.

    Columns city, variable, area, period; value, unit, status, quality, source, file, sheet and cell of the
    figure in force; ground and reason (why that one); figures (how many there are); spread (largest less
    smallest, relative to the one in force; null where that is zero); others (the other figures, each with
    value, unit, quality, source and recorded_at).
    """
    several = observations.filter(pl.len().over(_PLACE) > 1)
    usable = usable_figures(several, declared).filter(pl.col("rivals") > 1).with_columns(base=base_value())
    others = (
        usable.filter(~pl.col("is_in_force"))
        .group_by(_PLACE, maintain_order=True)
        .agg(others=pl.struct(_OTHERS), low=pl.col("base").min(), high=pl.col("base").max())
    )
    cases = usable.filter("is_in_force", pl.col("ground") != Ground.AGREED.value)
    reasons = [str(reason_in_force(row)) for row in cases.iter_rows(named=True)]
    cases = cases.with_columns(reason=pl.Series(reasons, dtype=pl.String))
    cases = cases.join(others, on=_PLACE, how="inner", maintain_order="left")
    width = pl.max_horizontal("high", "base") - pl.min_horizontal("low", "base")
    return (
        cases.with_columns(spread=pl.when(pl.col("base") != 0).then(width / pl.col("base").abs()))
        .sort("spread", *_PLACE, descending=[True, *[False] * len(_PLACE)], nulls_last=False)
        .select(*_PLACE, *_IN_FORCE, "ground", "reason", "spread", "others", figures="rivals")
    )


def disagreement_faults(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Return disagreements as findings, with the keys of the findings of a load; they are notes."""
    return [
        {
            "severity": "note",
            "sheet": row["sheet"] or "",
            "cell": row["cell"] or "",
            "city": row["city"],
            "variable": row["variable"],
            "period": row["period"],
            "value": plain_digits(row["value"]),
            "rule": "sources-disagree",
            "message": _message(row),
            "remedy": text("check the figures, or declare which source has priority for the variable"),
            "file": row["file"] or "",
        }
        for row in table.iter_rows(named=True)
    ]


def _message(row: Mapping[str, Any]) -> str:
    """Say by how much the sources differ, and which of them counts."""
    if row["spread"] is None:
        return coded(
            "observations.disagreement.zero",
            "sources disagree ({sources:list}); {reason}",
            sources=_sources(row),
            reason=row["reason"],
        )
    return coded(
        "observations.disagreement",
        "sources disagree by {spread:.1%} ({sources:list}); {reason}",
        spread=row["spread"],
        sources=_sources(row),
        reason=row["reason"],
    )


def _sources(row: Mapping[str, Any]) -> list[str]:
    names = [row["source"], *(other["source"] for other in row["others"])]
    return list(dict.fromkeys(name or "–" for name in names))

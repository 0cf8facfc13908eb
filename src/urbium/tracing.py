"""Tracing: where one stored figure comes from, and what it was before it was corrected."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from urbium.errors import NotFoundError
from urbium.model import Source, Variable
from urbium.result import Explanation, Origin

__all__ = ["told", "trace"]


def trace(
    history: pl.DataFrame,
    variable: Variable,
    sources: Mapping[str, Source],
    *,
    city: str,
    period: str = "",
    area: str = "",
) -> Explanation:
    """Tell of the newest version of a figure; earlier ones of the same boundary and source are its children.

    Parameters
    ----------
    history : every version of the city's figures of one variable, with the columns of ``OBSERVATION``
    variable : as declared
    sources : publishers by id
    city : the code, for the answer when there is no figure
    period : the last one stored when empty
    area : the boundary; the one the variable declares when empty, or else any that is stored

    Raises
    ------
    NotFoundError
        When no such figure is stored; the periods that are stored are named.
    """
    wanted = area or variable.area
    within = history.filter(pl.col("area") == wanted) if wanted in set(history["area"]) else history
    last = period or within["period"].max() or ""
    found = within.filter(pl.col("period") == last).sort("recorded_at", descending=True)
    if found.is_empty():
        known = sorted(set(history["period"])) or ["no period"]
        raise NotFoundError(
            f"no {variable.id} of {city} is stored for {period or 'any period'}",
            remedy=f"stored are {', '.join(known)}",
        )
    now = found.row(0, named=True)
    same = (pl.col("area") == now["area"]) & (pl.col("source") == now["source"])
    earlier = found.slice(1).filter(same).iter_rows(named=True)
    return replace(
        told(now, variable, sources), children=tuple(told(row, variable, sources) for row in earlier)
    )


def told(row: Mapping[str, Any], variable: Variable, sources: Mapping[str, Source]) -> Explanation:
    """Tell of one version of a figure: value, unit, period, boundary, grade, publisher, licence, cell."""
    source = sources.get(row["source"])
    return Explanation(
        what=f"{variable.name.get('en', variable.id)}, {row['city']}",
        value=row["value"],
        unit=row["unit"],
        period=row["period"],
        area=row["area"],
        kind="observation",
        grade=f"{row['status']}, {row['quality']}",
        origin=Origin(
            publisher=source.publisher if source else row["source"],
            title=source.title if source else "source not registered",
            year=source.year if source else "",
            licence=source.licence if source else "",
            file=row["file"],
            sheet=row["sheet"],
            cell=row["cell"],
            recorded_at=row["recorded_at"].isoformat(),
            recorded_by=row["recorded_by"],
        ),
        note="; ".join(text for text in (variable.definition, row["reason"]) if text),
    )

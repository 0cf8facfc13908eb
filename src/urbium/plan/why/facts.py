"""What is told of any project, in a plan or not: its cost and what it closes."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from urbium.explanation import Explanation
from urbium.plan.result.plan import Plan, known_project

__all__ = ["cost", "effects"]


def cost(plan: Plan, row: dict[str, Any]) -> Iterator[Explanation]:
    """Tell what a project costs to build and to run, and what the figures rest on."""
    note = known_project(plan, row["project"])["note"]
    settings = plan.roadmap.settings
    about = "; ".join(
        text
        for text in (note, settings.note, f"prices {settings.price_year}" if settings.price_year else "")
        if text
    )
    yield Explanation(
        "capital",
        row["capital"],
        f"m {plan.currency}",
        kind="setting",
        grade=row["evidence"],
        note=about,
    )
    yield Explanation(
        "operation",
        row["operation"],
        f"m {plan.currency} a year",
        kind="setting",
        grade=row["evidence"],
    )


def effects(plan: Plan, project: str) -> Iterator[Explanation]:
    """Tell which gaps a project closes, by how much, and how wide they are."""
    road = plan.roadmap
    city = known_project(plan, project)["city"]
    rows = road.effects.filter(pl.col("project") == project).join(
        road.indicators.select("indicator", "name", "weight"),
        on="indicator",
        how="left",
        maintain_order="left",
    )
    gaps = road.gaps.filter(pl.col("city") == city)
    if rows.is_empty():
        yield Explanation(
            "no effect of its own is known", kind="missing", note="it counts as a prerequisite of others only"
        )
    for row in rows.iter_rows(named=True):
        gap = gaps.filter(pl.col("indicator") == row["indicator"])
        need = gap.row(0, named=True) if gap.height else None
        children = (
            ()
            if need is None
            else (
                Explanation(
                    "need",
                    need["need"],
                    "share still open",
                    kind="assumption" if need["evidence"] == "assumption" else "setting",
                    grade=need["evidence"],
                    note=need["note"],
                ),
            )
        )
        yield Explanation(
            f"closes {row['name'] or row['indicator']}",
            row["effect"],
            "of the potential",
            kind="indicator",
            grade=row["evidence"],
            note="; ".join(part for part in (row["note"], _from(row["lag"])) if part),
            children=children,
        )


def _from(lag: int) -> str:
    """Say from when on something works; nothing when it does at once."""
    return f"from {lag} year{'s' if lag > 1 else ''} after it is built" if lag else ""

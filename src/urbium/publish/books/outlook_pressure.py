"""Outlook pressure: what runs short when, need against capacity, and norms, as tables of a workbook."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from urbium.model import Source
from urbium.publish.books.band_columns import (
    AREA,
    AT,
    LIMIT_TITLES,
    SHARE,
    TENTHS,
    WHOLE,
    YEAR,
    Listing,
    Names,
    called,
    limit_heads,
    who,
)
from urbium.publish.books.sheets import Head

if TYPE_CHECKING:
    from urbium.forecast import Pressure

__all__ = ["pressure_listings"]

_ORDER: Final = ("already short", "runs short", "lasts", "capacity unknown", "need unknown")


def pressure_listings(pressure: "Pressure", names: Names) -> Iterator[Listing]:
    """Yield what runs short, the pressure year by year, and the norms behind it."""
    to = pressure.to
    services = {norm.service: norm.name.get("en", norm.service) for norm in pressure.norms.values()}
    service = Head("called", "Service", "", 30)
    short = called(_served(pressure.short, services), "city", names)
    order = {status: f"{at}" for at, status in enumerate(_ORDER)}
    short = short.with_columns(order=pl.col("status").replace(order))
    yield Listing(
        "Services",
        f"Services that run short by {to}",
        "Cities counted by what becomes of the service; without a known capacity nothing can be said.",
        *_counted(short),
        1,
    )
    yield Listing(
        "Runs short",
        f"What runs short when, to {to}",
        "The year is the first by which half of the futures have run short; empty: not by the last year.",
        short.sort("order", "year", "name", "called", nulls_last=True, maintain_order=True),
        (
            *who("City", "city"),
            service,
            Head("status", "What becomes of it", "", 17),
            Head("year", "Runs short in", YEAR, 9),
            *(Head(name, f"Runs short in, {words}", YEAR) for name, words in LIMIT_TITLES.items()),
            Head("share", f"Futures that run short by {to} (share)", SHARE),
            Head("since", "First year", YEAR, 9),
            Head("demand", f"Need in {to}", TENTHS, 15),
            Head("capacity", f"Capacity in {to}", TENTHS, 15),
            Head("unit", "Unit", "", 14),
            AREA,
            Head("reason", "Why it is not known", "", 60),
            Head("service", "Service id", "", 18),
        ),
        3,
    )
    yield Listing(
        "Pressure",
        f"Need against capacity to {to}",
        "Shortfall is need less capacity: below zero there is room."
        " Where the capacity is empty, Runs short says why.",
        called(_served(pressure.table, services), "city", names),
        (
            *who("City", "city"),
            service,
            AT,
            Head("unit", "Unit", "", 14),
            Head("demand", "Need", TENTHS, 14),
            *limit_heads("Need", TENTHS),
            Head("capacity", "Capacity", TENTHS, 14),
            Head("shortfall", "Shortfall", TENTHS, 14),
            *limit_heads("Shortfall", TENTHS, before="shortfall_"),
            Head("utilisation", "Need over capacity", "0%"),
            Head("share_short", "Futures short in that year (share)", SHARE),
            Head("share_by_then", "Futures that have run short by then (share)", SHARE),
            Head("drivers", "Counted by (persons, or units of another service)", WHOLE, 16),
            AREA,
        ),
        4,
    )
    yield _norms(pressure, services)


def _counted(short: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Head, ...]]:
    """Count the cities of each service by what becomes of it; what runs short most often comes first."""
    counts = [(pl.col("status") == status).sum().cast(pl.Int64).alias(status) for status in _ORDER]
    table = (
        short.group_by("service", "called")
        .agg(*counts, first=pl.col("year").min())
        .sort(
            pl.col("already short") + pl.col("runs short"),
            "called",
            "service",
            descending=[True, False, False],
        )
    )
    return table, (
        Head("called", "Service", "", 30),
        *(Head(status, f"{status.capitalize()} (cities)", WHOLE) for status in _ORDER),
        Head("first", "First city runs short in", YEAR),
        Head("service", "Service id", "", 18),
    )


def _norms(pressure: "Pressure", services: Names) -> Listing:
    units = {norm.service: norm.unit for norm in pressure.norms.values()}
    rows = [
        {
            "called": services[norm.service],
            "low": norm.low,
            "value": norm.value,
            "high": norm.high,
            "unit": norm.unit,
            "per": norm.per,
            "driver": services.get(norm.driver, norm.driver),
            "driver unit": units.get(norm.driver, "persons"),
            "ages": _ages_told(norm.ages),
            "from": norm.valid_from,
            "provinces": ", ".join(norm.provinces) or "all others",
            "areas": ", ".join(norm.areas),
            "evidence": norm.evidence.value.replace("_", " "),
            "status": norm.status,
            "source": _cited(pressure.sources.get(norm.source), norm.source),
            "note": norm.note,
            "id": norm.id,
            "service": norm.service,
        }
        for norm in pressure.norms.values()
    ]
    return Listing(
        "Norms",
        "How much of a service people need",
        "So many units per so many of what the need is counted by. An assumption is called one.",
        pl.DataFrame(rows, infer_schema_length=None),
        (
            Head("called", "Service", "", 30),
            Head("low", "Lowest", "#,##0.0##"),
            Head("value", "Most likely", "#,##0.0##"),
            Head("high", "Highest", "#,##0.0##"),
            Head("unit", "Unit", "", 14),
            Head("per", "Per so many", WHOLE),
            Head("driver", "Counted by", "", 26),
            Head("driver unit", "Counted in", "", 14),
            Head("ages", "Of ages", "", 12),
            Head("from", "Holds from", YEAR),
            Head("provinces", "Provinces", "", 30),
            Head("areas", "Boundaries, best first", "", 30),
            Head("evidence", "Evidence", "", 14),
            Head("status", "Source seen?", "", 12),
            Head("source", "Source", "", 60),
            Head("note", "Remark", "", 60),
            Head("id", "Norm id", "", 22),
            Head("service", "Service id", "", 18),
        ),
        1,
    )


def _served(table: pl.DataFrame, services: Names) -> pl.DataFrame:
    return table.with_columns(called=pl.col("service").replace_strict(dict(services), return_dtype=pl.String))


def _ages_told(ages: tuple[int, int | None] | None) -> str:
    if ages is None:
        return "all"
    first, last = ages
    return f"{first} and over" if last is None else f"{first} to {last}"


def _cited(source: Source | None, name: str) -> str:
    return f"{source.publisher}: {source.title} {source.year}".strip() if source else name

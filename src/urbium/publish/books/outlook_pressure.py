"""Outlook pressure: what runs short when, need against capacity, and norms, as tables of a workbook."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from urbium.forecast.pressure.service_verdict import ServiceVerdict
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
from urbium.text import text

if TYPE_CHECKING:
    from urbium.forecast import Pressure

__all__ = ["pressure_listings"]

_ORDER: Final = tuple(ServiceVerdict)


def pressure_listings(pressure: "Pressure", names: Names) -> Iterator[Listing]:
    """Yield what runs short, the pressure year by year, and the norms behind it."""
    to = pressure.to
    services = {norm.service: norm.name.get("en", norm.service) for norm in pressure.norms.values()}
    service = Head("called", text("book.pressure.service", "Service"), "", 30)
    short = called(_served(pressure.short, services), "city", names)
    order = {verdict.value: str(at) for at, verdict in enumerate(_ORDER)}
    labels = {verdict.value: str(verdict.label) for verdict in _ORDER}
    short = short.with_columns(
        order=pl.col("status").replace(order), verdict=pl.col("status").replace(labels)
    )
    yield Listing(
        "Services",
        text("book.pressure.services", "Service shortages by {to}", to=to),
        text(
            "book.pressure.services.note",
            "Number of cities by verdict on the service; without a known capacity there is no verdict.",
        ),
        *_counted(short),
        1,
    )
    yield Listing(
        "Shortages",
        text("book.pressure.short", "Service shortages by city, to {to}", to=to),
        text(
            "book.pressure.short.note",
            "The year is the first by which half of the paths have a shortage; empty: not by the last year.",
        ),
        short.sort("order", "year", "name", "called", nulls_last=True, maintain_order=True),
        (
            *who(text("book.city", "City"), "city"),
            service,
            Head("verdict", text("book.pressure.verdict", "Verdict"), "", 17),
            Head("year", text("book.pressure.from", "Shortage from"), YEAR, 9),
            *(
                Head(name, text("book.pressure.from_limit", "Shortage from, {limit}", limit=words), YEAR)
                for name, words in LIMIT_TITLES.items()
            ),
            Head("share", text("book.pressure.share", "Paths with a shortage by {to} (share)", to=to), SHARE),
            Head("since", text("book.pressure.first_year", "First year"), YEAR, 9),
            Head("demand", text("book.pressure.demand_in", "Demand in {to}", to=to), TENTHS, 15),
            Head("capacity", text("book.pressure.capacity_in", "Capacity in {to}", to=to), TENTHS, 15),
            Head("unit", text("book.unit", "Unit"), "", 14),
            AREA,
            Head("reason", text("book.pressure.reason", "Reason if not known"), "", 60),
            Head("service", text("book.pressure.service_id", "Service id"), "", 18),
        ),
        3,
    )
    yield Listing(
        "Pressure",
        text("book.pressure.title", "Demand and capacity to {to}", to=to),
        text(
            "book.pressure.note",
            "Shortfall is demand less capacity: below zero there is spare capacity. Where the capacity is"
            " empty, the sheet Shortages gives the reason.",
        ),
        called(_served(pressure.table, services), "city", names),
        (
            *who(text("book.city", "City"), "city"),
            service,
            AT,
            Head("unit", text("book.unit", "Unit"), "", 14),
            Head("demand", text("book.pressure.demand", "Demand"), TENTHS, 14),
            *limit_heads(text("book.pressure.demand", "Demand"), TENTHS),
            Head("capacity", text("book.pressure.capacity", "Capacity"), TENTHS, 14),
            Head("shortfall", text("book.pressure.shortfall", "Shortfall"), TENTHS, 14),
            *limit_heads(text("book.pressure.shortfall", "Shortfall"), TENTHS, before="shortfall_"),
            Head("utilisation", text("book.pressure.utilisation", "Demand over capacity"), "0%"),
            Head(
                "share_short",
                text("book.pressure.share_short", "Paths with a shortage in that year (share)"),
                SHARE,
            ),
            Head(
                "share_by_then",
                text("book.pressure.share_by_then", "Paths with a shortage by then (share)"),
                SHARE,
            ),
            Head(
                "drivers",
                text("book.pressure.drivers", "Driver (persons, or units of another service)"),
                WHOLE,
                16,
            ),
            AREA,
        ),
        4,
    )
    yield _norms(pressure, services)


def _counted(short: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Head, ...]]:
    """Count the cities of each service by what becomes of it; what runs short most often comes first."""
    counts = [
        (pl.col("status") == verdict.value).sum().cast(pl.Int64).alias(verdict.value) for verdict in _ORDER
    ]
    table = (
        short.group_by("service", "called")
        .agg(*counts, first=pl.col("year").min())
        .sort(
            pl.col(ServiceVerdict.ALREADY.value) + pl.col(ServiceVerdict.RUNS_SHORT.value),
            "called",
            "service",
            descending=[True, False, False],
        )
    )
    return table, (
        Head("called", text("book.pressure.service", "Service"), "", 30),
        *(
            Head(
                verdict.value,
                text("book.pressure.cities_of", "Cities: {verdict}", verdict=verdict.label),
                WHOLE,
            )
            for verdict in _ORDER
        ),
        Head("first", text("book.pressure.first_city", "First city with a shortage, year"), YEAR),
        Head("service", text("book.pressure.service_id", "Service id"), "", 18),
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
            "provinces": ", ".join(norm.provinces) or text("book.pressure.all_others", "all others"),
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
        text("book.pressure.norms", "Norms: how much of a service people need"),
        text(
            "book.pressure.norms.note",
            "Units of the service per number of its driver. Assumptions are marked as such.",
        ),
        pl.DataFrame(rows, infer_schema_length=None),
        (
            Head("called", text("book.pressure.service", "Service"), "", 30),
            Head("low", text("book.pressure.low", "Lowest"), "#,##0.0##"),
            Head("value", text("book.pressure.value", "Most likely"), "#,##0.0##"),
            Head("high", text("book.pressure.high", "Highest"), "#,##0.0##"),
            Head("unit", text("book.unit", "Unit"), "", 14),
            Head("per", text("book.pressure.per", "Per"), WHOLE),
            Head("driver", text("book.pressure.driver", "Driver"), "", 26),
            Head("driver unit", text("book.pressure.driver_unit", "Unit of the driver"), "", 14),
            Head("ages", text("book.pressure.ages", "Ages"), "", 12),
            Head("from", text("book.pressure.valid_from", "Valid from"), YEAR),
            Head("provinces", text("book.pressure.provinces", "Provinces"), "", 30),
            Head("areas", text("book.pressure.areas", "Boundaries, in order of preference"), "", 30),
            Head("evidence", text("book.evidence", "Evidence"), "", 14),
            Head("status", text("book.pressure.status", "Source checked?"), "", 12),
            Head("source", text("book.source", "Source"), "", 60),
            Head("note", text("book.remark", "Remark"), "", 60),
            Head("id", text("book.pressure.norm_id", "Norm id"), "", 22),
            Head("service", text("book.pressure.service_id", "Service id"), "", 18),
        ),
        1,
    )


def _served(table: pl.DataFrame, services: Names) -> pl.DataFrame:
    return table.with_columns(called=pl.col("service").replace_strict(dict(services), return_dtype=pl.String))


def _ages_told(ages: tuple[int, int | None] | None) -> str:
    if ages is None:
        return text("book.pressure.all_ages", "all")
    first, last = ages
    return (
        text("book.age_over", "{first} and over", first=first)
        if last is None
        else text("book.age_between", "{first} to {last}", first=first, last=last)
    )


def _cited(source: Source | None, name: str) -> str:
    return f"{source.publisher}: {source.title} {source.year}".strip() if source else name

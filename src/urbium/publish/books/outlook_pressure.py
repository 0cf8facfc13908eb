"""Outlook pressure: what runs short when, need against capacity, and norms, as tables of a workbook."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from urbium.forecast.pressure.service_verdict import ServiceVerdict
from urbium.model import Source
from urbium.model.words import AREAS
from urbium.packaged import words_of
from urbium.publish.books.band_columns import (
    Listing,
    Names,
    called,
    group_words,
    head_of_data,
    heads,
    limit_heads,
)
from urbium.publish.books.sheets import Head
from urbium.text import declared, named, say, text
from urbium.units import unit_words

if TYPE_CHECKING:
    from urbium.forecast import Pressure

_ORDER: Final = tuple(ServiceVerdict)
_PEOPLE: Final = words_of("people of a norm")


def pressure_listings(pressure: "Pressure", names: Names) -> Iterator[Listing]:
    """Yield what runs short, the pressure year by year, and the norms behind it."""
    to = pressure.to
    services = {norm.service: named(norm.name, norm.service).render() for norm in pressure.norms.values()}
    short = called(_served(pressure.short, services), "city", names)
    order = {verdict.value: str(at) for at, verdict in enumerate(_ORDER)}
    labels = {verdict.value: str(say(verdict.label)) for verdict in _ORDER}
    short = short.with_columns(
        order=pl.col("status").replace(order), verdict=pl.col("status").replace(labels)
    )
    yield Listing(
        "Services",
        text("Service shortages by {to}", to=to),
        text("Number of cities by service status; without a known capacity, no status can be given."),
        *_counted(short),
        1,
    )
    yield Listing(
        "Shortages",
        text("Service shortages by city, to {to}", to=to),
        text(
            "The year is the first by which half of the paths have a shortage; an empty cell means "
            "that fewer than half have one by the last year."
        ),
        short.sort("order", "year", "name", "called", nulls_last=True, maintain_order=True).rename(
            {"demand": "demand_then"}
        ),
        (
            *heads("city.name", "code.city", "service.called", "verdict", "short.year"),
            *limit_heads("short.year"),
            *heads("short.share", "short.since", "demand_then", "short.capacity", "unit", "area", "reason",
                   "code.service"),
        ),
        3,
    )  # fmt: skip
    yield Listing(
        "Pressure",
        text("Demand and capacity to {to}", to=to),
        text(
            "Shortfall is demand less capacity: a value below zero means spare capacity. Where "
            "capacity is empty, the Shortages sheet gives the reason."
        ),
        called(_served(pressure.table, services), "city", names),
        (
            *heads("city.name", "code.city", "service.called", "year", "unit", "demand"),
            *limit_heads("demand"),
            *heads("capacity", "shortfall"),
            *limit_heads("shortfall", before="shortfall_"),
            *heads("utilisation", "share_short", "share_by_then", "drivers", "area"),
        ),
        4,
    )
    yield _norms(pressure, services, names)


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
        *heads("service.called"),
        *(
            head_of_data(
                verdict.value,
                text("Cities: {verdict}", verdict=verdict.label),
                "#,##0",
            )
            for verdict in _ORDER
        ),
        *heads("short.first", "code.service"),
    )


def _norms(pressure: "Pressure", services: Names, names: Names) -> Listing:
    units, others = (
        {norm.service: norm.unit for norm in pressure.norms.values()},
        str(say(text("all others"))),
    )
    rows = [
        {
            "called": services[norm.service],
            "low": norm.low,
            "value": norm.value,
            "high": norm.high,
            "unit": norm.unit,
            "per": norm.per,
            "driver": services.get(norm.driver) or str(say(_PEOPLE.get(norm.driver, norm.driver))),
            "driver_unit": str(say(unit_words(units.get(norm.driver, "persons")))),
            "ages": _ages_told(norm.ages),
            "since": norm.valid_from,
            "provinces": str(
                say(text("{names:commas}", names=[names.get(one, one) for one in norm.provinces]))
            )
            if norm.provinces
            else others,
            "areas": str(say(text("{names:commas}", names=[AREAS.get(area, area) for area in norm.areas]))),
            "evidence": norm.evidence.value,
            "status": norm.status,
            "source": _cited(pressure.sources.get(norm.source), norm.source),
            "note": str(say(declared(norm.note))),
            "id": norm.id,
            "service": norm.service,
        }
        for norm in pressure.norms.values()
    ]
    return Listing(
        "Norms",
        text("Norms: how much of a service people need"),
        text(
            "Units of the service per unit of its driver. Assumptions are marked."
        ),
        pl.DataFrame(rows, infer_schema_length=None),
        heads(
            "service.called", "norms.low", "norms.value", "norms.high", "unit", "per", "driver",
            "driver_unit", "ages", "since", "provinces", "areas", "evidence", "norms.status", "source",
            "note", "norms.id", "code.service",
        ),
        1,
    )  # fmt: skip


def _served(table: pl.DataFrame, services: Names) -> pl.DataFrame:
    return table.with_columns(called=pl.col("service").replace_strict(dict(services), return_dtype=pl.String))


def _ages_told(ages: tuple[int, int | None] | None) -> str:
    if ages is None:
        return str(say(text("all")))
    first, last = ages
    return group_words(first, last)


def _cited(source: Source | None, name: str) -> str:
    if source is None:
        return name
    facts = {"publisher": source.publisher, "title": source.title, "year": source.year}
    return str(say(text("{publisher}: {title} {year}", **facts)))

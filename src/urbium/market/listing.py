"""Listing: the pipeline as a table, with what a reader asks for, in the order asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from urbium.columns import schema_of
from urbium.errors import InputError
from urbium.market.prospects import GRADES, READINESS, Pipeline
from urbium.spelling import plain
from urbium.text import Name, coded, text

ORDERS: Final[Mapping[str, tuple[str, bool]]] = {
    "sought": ("sought", True),
    "capital": ("capital", True),
    "place": ("place", False),
    "title": ("title", False),
    "start": ("start", False),
    "irr": ("irr", True),
}
"""How projects may be ordered: the column, and whether the largest comes first."""


@dataclass(frozen=True, kw_only=True)
class PipelineQuery:
    """Which projects are asked for; an empty part asks for all.

    Parameters
    ----------
    words : occur in the names of project, city or region
    least, most : of what is sought, in millions of the currency of the plan
    payer : a fund that pays a part
    model : a way to pay for it, by the codes of the terms of funds
    sector, place : the sector or solution; the city or the region
    readiness : one of :data:`READINESS`
    evidence : the weakest evidence of the cost
    irr : the least yearly return, real, as a share (0.03 for 3%)
    order : one of :data:`ORDERS`
    """

    words: str = ""
    least: float | None = None
    most: float | None = None
    payer: str = ""
    model: str = ""
    sector: str = ""
    place: str = ""
    readiness: str = ""
    evidence: str = ""
    irr: float | None = None
    order: str = "sought"


def listed(pipeline: Pipeline, query: PipelineQuery) -> pl.DataFrame:
    """Return the projects that are asked for.

    Columns: project, title, city, place, region, sector, solution, start, finish, capital, sought, operation
    (millions of ``currency`` at prices of ``price_year``), instruments, payers, standards, evidence,
    readiness, is_cost_only, irr (a year, real; None where the project has no return).

    Raises InputError for an order or a grade that is none.
    """
    column, is_falling = _order(query)
    table = _whole(pipeline)
    if words := plain(query.words).split():
        has_all = [all(word in said for word in words) for said in _called(pipeline)]
        table = table.filter(pl.Series(has_all, dtype=pl.Boolean))
    sought, irr = pl.col("sought"), pl.col("irr")
    for limit, keeps in ((query.least, sought.ge), (query.most, sought.le), (query.irr, irr.ge)):
        if limit is not None:
            table = table.filter(keeps(float(limit)))
    if query.payer:
        table = table.filter(pl.col("payers").list.contains(query.payer))
    if query.model:
        table = table.filter(pl.col("instruments").list.contains(query.model))
    if query.sector:
        table = table.filter(pl.any_horizontal(pl.col("sector", "solution") == query.sector))
    if query.place:
        table = table.filter(pl.any_horizontal(pl.col("city", "place", "region") == query.place))
    if query.readiness:
        table = table.filter(pl.col("readiness") == query.readiness)
    if query.evidence:
        table = table.filter(pl.col("evidence").is_in(GRADES[: GRADES.index(query.evidence) + 1]))
    return table.sort(column, "project", descending=[is_falling, False], nulls_last=True)


def _order(query: PipelineQuery) -> tuple[str, bool]:
    """Return the column of the order; raise InputError for words that are none of a list."""
    for name, word, possible in (
        ("order", query.order, tuple(ORDERS)),
        ("evidence", query.evidence, ("", *GRADES)),
        ("readiness", query.readiness, READINESS),
    ):
        if word not in possible:
            raise InputError(
                coded("finance.listing.word", "{word!r} is unknown here", word=word),
                place=name,
                remedy=text("use one of: {words:list}", words=list(filter(None, possible))),
            )
    return ORDERS[query.order]


@lru_cache(maxsize=4)
def _called(pipeline: Pipeline) -> list[str]:
    """Return what each project, its city and its region are called, in every language."""
    names = [
        [name for one in (each.title, each.place, each.region) for name in _every_name(one)]
        for each in pipeline.prospects
    ]
    return [plain(" ".join((each.code, *said))) for each, said in zip(pipeline.prospects, names, strict=True)]


def _every_name(name: str) -> Iterable[str]:
    return name.names.values() if isinstance(name, Name) and name.names else (name,)


@lru_cache(maxsize=4)
def _whole(pipeline: Pipeline) -> pl.DataFrame:
    columns: Mapping[str, pl.DataType | type[pl.DataType]] = schema_of(
        "project title city place region sector solution start finish capital sought operation currency "
        "price_year basis instruments payers standards evidence readiness is_cost_only irr"
    )
    rows = [
        {name: getattr(one, name) for name in columns if name not in ("project", "is_cost_only", "irr")}
        | {"project": one.code, "is_cost_only": one.is_cost_only(), "price_year": str(one.price_year)}
        | {"irr": None if (earned := one.measured_return()) is None else earned.rate}
        for one in pipeline.prospects
    ]
    return pl.DataFrame(rows, schema=columns)

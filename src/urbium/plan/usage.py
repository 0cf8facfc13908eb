"""What a plan uses of each limit that has an amount, what is left, and the limit's price in the proof.

A limit is called by the name of its row: ``budget[nation,2017]``, ``fund_limit[BANK,2018]``,
``start_limit[340100,2016]``. A table of limits that a roadmap does not have is left out.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.plan.plan import Plan
from urbium.plan.roadmap import NATIONWIDE, Roadmap

__all__ = ["limits", "raised", "used_by"]

_TABLES: Mapping[str, tuple[str, tuple[str, ...], str]] = MappingProxyType(
    {
        "budget": ("budgets", ("place",), "amount"),
        "fund_limit": ("fund_limits", ("fund",), "amount"),
        "start_limit": ("start_limits", ("place",), "most"),
        "pool": ("pools", ("place", "occupation"), "places"),
    }
)
"""Limits with an amount: the table, the columns that name them before the year, and the amount."""

_UNITS: Mapping[str, str] = MappingProxyType({"start_limit": "projects", "pool": "places"})

USE = {"name": pl.String(), "used": pl.Float64()}


def limits(plan: Plan) -> pl.DataFrame:
    """Return one row a limit with an amount.

    Columns: ``name``, ``limit`` (its kind), ``place`` (or fund), ``what`` (occupation), ``year``,
    ``amount`` (overruns of committed projects in it), ``used`` (null where the plan does not say), ``left``,
    ``unit``, ``price`` (of the proof, 0 where it has none: no plan gains more than that a unit, beside what
    is not proven).
    """
    road = plan.roadmap
    parts = [_of(road, kind) for kind, (table, *_) in _TABLES.items() if table in road.tables]
    over = plan.overruns.select(name=pl.format("{}[{},{}]", "limit", _called("place"), "year"), over="amount")
    prices = plan.proof.select(name="row", price=pl.col("price").clip(0.0))
    table = (
        pl.concat(parts)
        .join(used_by(plan), on="name", how="left", maintain_order="left")
        .join(over, on="name", how="left", maintain_order="left")
        .join(prices, on="name", how="left", maintain_order="left")
    )
    known = pl.when(pl.col("limit") == "pool").then(pl.col("used")).otherwise(pl.col("used").fill_null(0.0))
    return table.with_columns(
        amount=pl.col("amount") + pl.col("over").fill_null(0.0),
        used=known,
        unit=pl.col("limit").replace_strict(dict(_UNITS), default=f"m {plan.currency}"),
        price=pl.col("price").fill_null(0.0),
    ).select(
        "name", "limit", "place", "what", "year", "amount", "used",
        (pl.col("amount") - pl.col("used")).alias("left"), "unit", "price",
    )  # fmt: skip


def _of(road: Roadmap, kind: str) -> pl.DataFrame:
    table, names, amount = _TABLES[kind]
    place, *what = names
    return road.tables[table].select(
        name=pl.format(
            "{}[{}]", pl.lit(kind), pl.concat_str(_called(place), *what, pl.col("year"), separator=",")
        ),
        limit=pl.lit(kind),
        place=_called(place),
        what=pl.col(what[0]) if what else pl.lit(""),
        year="year",
        amount=pl.col(amount).cast(pl.Float64),
    )


def _called(column: str) -> pl.Expr:
    return pl.col(column).replace(NATIONWIDE, "nation")


def used_by(plan: Plan, project: str | None = None) -> pl.DataFrame:
    """Return what the plan, or one of its projects, uses of budgets, funds and starts: ``name``, ``used``."""
    road = plan.roadmap
    money, table = plan.money, plan.table
    if project is not None:
        money, table = (rows.filter(pl.col("project") == project) for rows in (money, table))
    payers = road.funds.select("fund", "payer")
    paid = money.join(payers, on="fund", how="left", maintain_order="left").with_columns(
        payer=pl.when(pl.col("kind") == "operation").then(pl.col("fund")).otherwise("payer")
    )
    place = pl.when(pl.col("payer") == "nation").then(pl.lit("nation")).otherwise("city")
    parts = [
        paid.filter(pl.col("payer").is_in(["nation", "city"])).select(
            name=pl.format("budget[{},{}]", place, "year"), used="amount"
        ),
        paid.filter(pl.col("kind") == "capital").select(
            name=pl.format("fund_limit[{},{}]", "fund", "year"), used="amount"
        ),
        *(
            table.select(name=pl.format("start_limit[{},{}]", where, "start"), used=pl.lit(1.0))
            for where in (pl.col("city"), pl.lit("nation"))
        ),
    ]
    found = pl.concat(part.select(pl.col("name"), pl.col("used").cast(pl.Float64)) for part in parts)
    return found.group_by("name", maintain_order=True).agg(pl.col("used").sum())


def raised(road: Roadmap, name: str, more: float) -> Roadmap:
    """Return the roadmap with a limit raised by so much (its own unit).

    Raises NotFoundError when no limit with an amount is called so, InputError when it would fall below 0.
    """
    kind = name.partition("[")[0]
    known = {each for key in _TABLES if _TABLES[key][0] in road.tables for each in _of(road, key)["name"]}
    if name not in known:
        raise NotFoundError.named("limit", name, known)
    table, _, amount = _TABLES[kind]
    rows = road.tables[table]
    own = _of(road, kind)["name"] == name
    value = (rows[amount] + more * own.cast(pl.Float64)).cast(rows.schema[amount])
    if (value < 0).any():
        raise InputError(f"{name} would fall below 0", place=table, remedy="take less away")
    return road.replace(**{table: rows.with_columns(value.alias(amount))})

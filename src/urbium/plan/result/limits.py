"""What a plan uses of each limit that has an amount, what is left, and the limit's price in the proof.

A limit is called by the name of its row: ``budget[nation,2017]``, ``fund_limit[BANK,2018]``,
``start_limit[340100,2016]``, ``people[340100,engineer,2017]``, ``people_of_nation[engineer,2017]``. Which
limits there are, and how each is measured, stands with its rule in :mod:`urbium.plan.rules`.
"""

import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan
from urbium.plan.rules import AMOUNTS, Amount
from urbium.plan.rules.rule import is_full, of_place
from urbium.text import coded, text


def limits(plan: Plan) -> pl.DataFrame:
    """Return one row a limit with an amount.

    Columns: ``name``, ``limit`` (its kind), ``place`` (or fund), ``what`` (occupation), ``year``,
    ``amount`` (with what committed projects overrun and what the nation trains, without what is carried over
    from the year before), ``used``, ``left``, ``is_full``, ``unit``, ``price`` (of the proof, 0 where it has
    none: no plan gains more than that a unit, beside what is not proven).
    """
    over = plan.overruns.select(
        name=pl.format("{}[{},{}]", "limit", of_place("place"), "year"), more="amount"
    )
    more = pl.concat([over, trained(plan)]).group_by("name").agg(pl.col("more").sum())
    besides = [amount.beside(plan) for amount in AMOUNTS.values() if amount.beside is not None]
    prices = pl.concat([plan.proof.select(name="row", price=pl.col("price").clip(0.0)), *besides])
    prices = prices.group_by("name").agg(pl.col("price").sum())
    table = pl.concat(_named(plan.roadmap, name, amount) for name, amount in AMOUNTS.items())
    for column in (used_by(plan), more, prices):
        table = table.join(column, on="name", how="left", maintain_order="left")
    units = {name: str(amount.unit(plan.currency)) for name, amount in AMOUNTS.items()}
    return table.with_columns(
        amount=pl.col("amount") + pl.col("more").fill_null(0.0),
        used=pl.col("used").fill_null(0.0),
        unit=pl.col("limit").replace_strict(units),
        price=pl.col("price").fill_null(0.0),
    ).select(
        "name", "limit", "place", "what", "year", "amount", "used",
        (pl.col("amount") - pl.col("used")).alias("left"),
        is_full(pl.col("used"), pl.col("amount")).alias("is_full"),
        "unit", "price",
    )  # fmt: skip


def _named(road: Roadmap, name: str, amount: Amount) -> pl.DataFrame:
    """Return the rows of a limit's table with their names and amounts, in the order of the table."""
    values = (
        road.tables[amount.table].select(amount=pl.col(amount.column).cast(pl.Float64)).with_row_index("row")
    )
    rows = amount.named(road.tables[amount.table])
    return rows.join(values, on="row", maintain_order="left").select(
        name=pl.format("{}[{}]", pl.lit(name), "label"),
        limit=pl.lit(name),
        place="place",
        what="what",
        year="year",
        amount="amount",
    )


def used_by(plan: Plan, project: str | None = None) -> pl.DataFrame:
    """Return what the plan, or one of its projects, uses of each limit: ``name``, ``used``.

    What a city needs of an occupation is less what its projects teach; what the nation lends and trains is
    told of the plan, not of a project.
    """
    parts = (amount.use(plan, project) for amount in AMOUNTS.values())
    uses = pl.concat(part.select(pl.col("name"), pl.col("used").cast(pl.Float64)) for part in parts)
    return uses.group_by("name", maintain_order=True).agg(pl.col("used").sum())


def trained(plan: Plan) -> pl.DataFrame:
    """Return what the plan itself adds to limits (places of the nation, by training): name, more."""
    return pl.concat(amount.more(plan) for amount in AMOUNTS.values() if amount.more is not None)


def raised(road: Roadmap, name: str, more: float) -> Roadmap:
    """Return the roadmap with a limit raised by so much (its own unit).

    Raises NotFoundError when no limit with an amount is called so, InputError when it would fall below 0.
    """
    kind = name.partition("[")[0]
    amount = AMOUNTS.get(kind)
    rows = pl.DataFrame() if amount is None else amount.named(road.tables[amount.table])
    is_asked = pl.format("{}[{}]", pl.lit(kind), "label") == name
    if amount is None or rows.filter(is_asked).is_empty():
        names = [_named(road, *limit)["name"] for limit in AMOUNTS.items()]
        raise NotFoundError.named("limit", name, {label for column in names for label in column})
    table = road.tables[amount.table]
    is_raised = pl.int_range(pl.len()).is_in(rows.filter(is_asked)["row"].to_list())
    value = table.select(
        (pl.col(amount.column) + more * is_raised.cast(pl.Float64)).cast(table.schema[amount.column])
    ).to_series()
    if (value < 0).any():
        raise InputError(
            coded("plan.limit.below_zero", "{name} would fall below 0", name=name),
            place=amount.table,
            remedy=text("reduce it by less"),
        )
    return road.replace(**{amount.table: table.with_columns(value.alias(amount.column))})

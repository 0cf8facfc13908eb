"""What a plan uses of each limit that has an amount, what is left, and the limit's price in the proof.

A limit is called by the name of its row: ``budget[nation,2017]``, ``fund_limit[BANK,2018]``,
``start_limit[340100,2016]``, ``people[340100,engineer,2017]``, ``people_of_nation[engineer,2017]``.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.plan.problem.roadmap import NATIONWIDE, Roadmap
from urbium.plan.result.plan import Plan

__all__ = ["lent", "limits", "raised", "trained", "used_by"]

_TABLES: Mapping[str, str] = MappingProxyType(
    {"budgets": "amount", "fund_limits": "amount", "start_limits": "most", "pools": "places"}
)
"""The tables of limits with an amount, and its column."""

_UNITS: Mapping[str, str] = MappingProxyType(
    {"start_limit": "projects", "people": "places", "people_of_nation": "places"}
)
_KEYS = ("city", "occupation", "year")


def limits(plan: Plan) -> pl.DataFrame:
    """Return one row a limit with an amount.

    Columns: ``name``, ``limit`` (its kind), ``place`` (or fund), ``what`` (occupation), ``year``,
    ``amount`` (with what committed projects overrun and what the nation trains, without what is carried over
    from the year before), ``used``, ``left``, ``unit``, ``price`` (of the proof, 0 where it has none: no plan
    gains more than that a unit, beside what is not proven).
    """
    road = plan.roadmap
    over = plan.overruns.select(name=pl.format("{}[{},{}]", "limit", _called("place"), "year"), more="amount")
    more = pl.concat([over, trained(plan)]).group_by("name").agg(pl.col("more").sum())
    prices = pl.concat([plan.proof.select(name="row", price=pl.col("price").clip(0.0)), _beside(plan)])
    prices = prices.group_by("name").agg(pl.col("price").sum())
    table = pl.concat(_named(road, name) for name in _TABLES)
    for own in (used_by(plan), more, prices):
        table = table.join(own, on="name", how="left", maintain_order="left")
    return table.with_columns(
        amount=pl.col("amount") + pl.col("more").fill_null(0.0),
        used=pl.col("used").fill_null(0.0),
        unit=pl.col("limit").replace_strict(dict(_UNITS), default=f"m {plan.currency}"),
        price=pl.col("price").fill_null(0.0),
    ).select(
        "name", "limit", "place", "what", "year", "amount", "used",
        (pl.col("amount") - pl.col("used")).alias("left"), "unit", "price",
    )  # fmt: skip


def _beside(plan: Plan) -> pl.DataFrame:
    """Return what more of a budget loosens beside its own row: name, price.

    A fund's share of a city's budgets of all years, and what may be kept for the years after.
    """
    road, carried = plan.roadmap, plan.roadmap.settings.carry_over
    given = dict(plan.proof.select("row", pl.col("price").clip(0.0)).iter_rows())
    shares = road.funds.drop_nulls("city_budgets_share_max").select("fund", "city_budgets_share_max").rows()
    found = []
    for place, year in road.budgets.select("place", "year").iter_rows():
        called = "nation" if place == NATIONWIDE else place
        price = sum(share * given.get(f"fund_share_of_budgets[{place},{f}]", 0.0) for f, share in shares)
        left = 1.0
        for later in range(year, plan.years[-1] if carried > 0 else year):
            own, after = (given.get(f"budget[{called},{y}]", 0.0) for y in (later, later + 1))
            price += left * max(0.0, carried * after - own)
            left *= carried
        found.append((f"budget[{called},{year}]", float(price)))
    return pl.DataFrame(found, schema={"name": pl.String(), "price": pl.Float64()}, orient="row")


def _named(road: Roadmap, table: str) -> pl.DataFrame:
    """Return the rows of a table with the names of their limits, in the order of the table."""
    rows = road.tables[table]
    nation = pl.col("place") == NATIONWIDE if "place" in rows.columns else pl.lit(value=False)
    place, what = _called("fund" if table == "fund_limits" else "place"), pl.lit("")
    limit, parts = pl.lit(table.removesuffix("s")), [place, pl.col("year").cast(pl.String)]
    label = pl.concat_str(parts, separator=",")
    if table == "pools":
        what = pl.col("occupation")
        limit = pl.when(nation).then(pl.lit("people_of_nation")).otherwise(pl.lit("people"))
        of_city = pl.concat_str([place, what, pl.col("year").cast(pl.String)], separator=",")
        label = (
            pl.when(nation)
            .then(pl.concat_str([what, pl.col("year").cast(pl.String)], separator=","))
            .otherwise(of_city)
        )
    return rows.select(
        name=pl.format("{}[{}]", limit, label),
        limit=limit,
        place=place,
        what=what,
        year="year",
        amount=pl.col(_TABLES[table]).cast(pl.Float64),
    )


def _called(column: str) -> pl.Expr:
    return pl.col(column).replace(NATIONWIDE, "nation")


def used_by(plan: Plan, project: str | None = None) -> pl.DataFrame:
    """Return what the plan, or one of its projects, uses of each limit: ``name``, ``used``.

    What a city needs of an occupation is less what its projects teach; what the nation lends and trains is
    told of the plan, not of a project.
    """
    road = plan.roadmap
    money, table = plan.money, plan.table
    if project is not None:
        money, table = (rows.filter(pl.col("project") == project) for rows in (money, table))
    payers = road.funds.select("fund", "payer")
    paid = money.join(payers, on="fund", how="left", maintain_order="left").with_columns(
        payer=pl.when(pl.col("kind") == "operation").then(pl.col("fund")).otherwise("payer")
    )
    place = pl.when(pl.col("payer") == "nation").then(pl.lit("nation")).otherwise("city")
    needs = _needs(road, table)
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
        needs.select(name=pl.format("people[{},{},{}]", *_KEYS), used="need"),
    ]
    if project is None:
        bought = plan.training.join(road.training.select("occupation", "cost"), on="occupation")
        spent = (pl.col("units") * pl.col("cost")).alias("used")
        parts.append(bought.select(pl.format("budget[nation,{}]", "year").alias("name"), spent))
        parts.append(
            lent(plan).select(name=pl.format("people_of_nation[{},{}]", "occupation", "year"), used="lent")
        )
    found = pl.concat(part.select(pl.col("name"), pl.col("used").cast(pl.Float64)) for part in parts)
    return found.group_by("name", maintain_order=True).agg(pl.col("used").sum())


def _needs(road: Roadmap, table: pl.DataFrame) -> pl.DataFrame:
    """Return the places that chosen projects need less what they teach: city, occupation, year, need."""
    years = pl.DataFrame({"year": list(road.years)}, schema={"year": pl.Int64()})
    chosen = table.select("project", "city", "start", "finish")
    staff = road.staff.join(chosen, on="project", maintain_order="left").join(years, how="cross")
    is_built = pl.col("year").is_between("start", "finish")
    need = (
        pl.when(is_built)
        .then("building")
        .when(pl.col("year") > pl.col("finish"))
        .then("running")
        .otherwise(0.0)
    )
    taught = road.teaching.join(chosen, on="project", maintain_order="left").join(years, how="cross")
    taught = taught.filter(pl.col("year") > pl.col("finish") + pl.col("lag"))
    wanted = road.staff.join(road.projects.select("project", "city"), on="project")
    taught = taught.join(wanted, on=["city", "occupation"], how="semi", maintain_order="left")
    parts = [staff.select(*_KEYS, need=need), taught.select(*_KEYS, need=-pl.col("places"))]
    return pl.concat(parts).group_by(_KEYS, maintain_order=True).agg(pl.col("need").sum())


def lent(plan: Plan) -> pl.DataFrame:
    """Return the places that the nation lends to each city: city, occupation, year, lent."""
    own = plan.roadmap.pools.select(pl.col("place").alias("city"), "occupation", "year", "places")
    over = plan.overruns.filter(pl.col("limit") == "people").select(
        pl.col("place").str.split(",").list.get(0).alias("city"),
        pl.col("place").str.split(",").list.get(1).alias("occupation"),
        "year",
        places="amount",
    )
    held = pl.concat([own, over]).group_by(_KEYS).agg(pl.col("places").sum())
    needs = _needs(plan.roadmap, plan.table).join(held, on=_KEYS, how="left", maintain_order="left")
    missing = (pl.col("need") - pl.col("places").fill_null(0.0)).clip(0.0)
    return needs.select(*_KEYS, lent=missing)


def trained(plan: Plan) -> pl.DataFrame:
    """Return the places that the nation's training adds to its pools: name (of the limit), more."""
    years = pl.DataFrame({"since": list(plan.years)}, schema={"since": pl.Int64()})
    course = plan.roadmap.training.select("occupation", "places", "lag")
    found = plan.training.join(course, on="occupation").join(years, how="cross")
    return found.filter(pl.col("since") >= pl.col("year") + pl.col("lag")).select(
        name=pl.format("people_of_nation[{},{}]", "occupation", "since"),
        more=pl.col("units") * pl.col("places"),
    )


def raised(road: Roadmap, name: str, more: float) -> Roadmap:
    """Return the roadmap with a limit raised by so much (its own unit).

    Raises NotFoundError when no limit with an amount is called so, InputError when it would fall below 0.
    """
    names = {table: _named(road, table)["name"] for table in _TABLES}
    table = next((each for each, column in names.items() if name in set(column)), None)
    if table is None:
        raise NotFoundError.named("limit", name, {each for column in names.values() for each in column})
    rows, amount = road.tables[table], _TABLES[table]
    own = (names[table] == name).cast(pl.Float64)
    value = (rows[amount] + more * own).cast(rows.schema[amount])
    if (value < 0).any():
        raise InputError(f"{name} would fall below 0", place=table, remedy="take less away")
    return road.replace(**{table: rows.with_columns(value.alias(amount))})

"""Years: what a plan builds, spends and needs year by year, held against the limits of its roadmap.

Everything here is added up from the plan's own tables and the roadmap, without a solver. What a roadmap does
not limit has no row: a city without a budget is in no table of budgets, and a roadmap without occupations
has no table of people.
"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from urbium.columns import schema_of
from urbium.packaged import words_of
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import posts_unit
from urbium.plan.rules import FULL
from urbium.plan.rules.repayments import repaid
from urbium.text import Text, say, text
from urbium.units import million

YEARLY_COST: Final = pl.sum_horizontal("operation", "renewal")
"""What a planned project costs a year once it is built: to operate it, and what is set aside to renew it."""
OVERRUN: Final = "overrun"
"""The kind of what committed projects exceed by themselves."""

_PEOPLE: Final = schema_of("occupation year needed own lent lendable trained share")
_LATER: Final = schema_of("place year running renewal repaid used amount share")
_TEN = 10
"""Years after the plan in which running costs, renewal and repayments are shown at least."""
_DIGITS = 6
"""Digits of millions to which sums are compared: single units of the currency."""
_STATES = ["starts", "building", "finishes", "finished"]
_SHORTFALLS: Final = schema_of("kind place what amount unit")
_WORDS: Final = words_of("shortfall")


# What is built


def by_year(plan: Plan) -> pl.DataFrame:
    """Return one row a plan year: projects that start, are being built, are finished by then; and money.

    Columns: year, starts, building (in that year), finishes (at its end), finished (by its end, all so far),
    capital, operation, renewal (set aside for it) and training of people (millions of the plan's currency).
    """
    counted = _counted(plan, [])
    kinds = [
        pl.col("amount").filter(pl.col("kind") == kind).sum().alias(kind)
        for kind in ("capital", "operation", "renewal")
    ]
    money = plan.money.group_by("year").agg(kinds)
    joined = _years(plan).join(counted, on="year", how="left").join(money, on="year", how="left")
    joined = joined.join(cost_of_training(plan), on="year", how="left").rename({"amount": "training"})
    return joined.with_columns(pl.col(pl.Float64).fill_null(0.0), pl.col(pl.UInt32, pl.Int64).fill_null(0))


def by_solution_year(plan: Plan) -> pl.DataFrame:
    """Return solution, year, starts, building, finishes, finished; no row before the first start."""
    return _counted(plan, ["solution"])


def by_city_year(plan: Plan) -> pl.DataFrame:
    """Return one row a city with projects and plan year: starts, building, finishes, finished, and money.

    ``projects`` is how many the city has in the whole plan, ``capital`` what is spent there on building in
    the year (millions), whoever pays.
    """
    counted = _counted(plan, ["city"])
    all_own = plan.table.group_by("city").agg(projects=pl.len().cast(pl.Int64))
    spent = (
        plan.money.filter(pl.col("kind") == "capital")
        .group_by("city", "year")
        .agg(capital=pl.col("amount").sum())
    )
    return (
        all_own.join(_years(plan), how="cross")
        .join(counted, on=["city", "year"], how="left")
        .join(spent, on=["city", "year"], how="left")
        .with_columns(pl.col(_STATES).fill_null(0), pl.col("capital").fill_null(0.0))
        .select("city", "year", *_STATES, "projects", "capital")
        .sort("city", "year")
    )


def _years(plan: Plan) -> pl.DataFrame:
    return pl.DataFrame({"year": list(plan.years)}, schema={"year": pl.Int64})


def _counted(plan: Plan, keys: list[str]) -> pl.DataFrame:
    """Count starts, projects being built and projects finished, by keys and year."""
    state = [
        (pl.col("start") == pl.col("year")).sum().alias("starts"),
        pl.col("year").is_between("start", "finish").sum().alias("building"),
        (pl.col("finish") == pl.col("year")).sum().alias("finishes"),
        (pl.col("finish") <= pl.col("year")).sum().alias("finished"),
    ]
    crossed = plan.table.select(*keys, "start", "finish").join(_years(plan), how="cross")
    return (
        crossed.filter(pl.col("year") >= pl.col("start"))
        .group_by(*keys, "year")
        .agg(state)
        .with_columns(pl.col(_STATES).cast(pl.Int64))
        .sort(*keys, "year")
    )


# Money


def budget_use(plan: Plan) -> pl.DataFrame:
    """Return place, year, budget, spent (millions) and share for every budget of the roadmap.

    What a place spends is the capital that its funds pay, the operation and renewal that are charged to it
    and what it repays, and for the nation the training of people; money from outside counts to no budget.
    ``share`` is null where the budget is 0.
    """
    payers = dict(plan.roadmap.funds.select("fund", "payer").iter_rows())
    payer = (
        pl.when(pl.col("kind") != "capital")
        .then("fund")
        .otherwise(pl.col("fund").replace_strict(payers, default="outside", return_dtype=pl.String))
    )
    charged = plan.money.with_columns(payer=payer).filter(pl.col("payer") != "outside")
    place = pl.when(pl.col("payer") == "nation").then(pl.lit(NATIONWIDE)).otherwise("city")
    trained = cost_of_training(plan).select(pl.lit(NATIONWIDE).alias("place"), "year", "amount")
    back = repaid(plan.roadmap, plan.money).select("place", "year", "amount")
    paid = pl.concat([charged.select(place.alias("place"), "year", "amount"), trained, back])
    spent = paid.group_by("place", "year").agg(spent=pl.col("amount").sum())
    return (
        plan.roadmap.budgets.select("place", "year", budget="amount")
        .join(spent, on=["place", "year"], how="left")
        .with_columns(pl.col("spent").fill_null(0.0))
        .with_columns(share=pl.when(pl.col("budget") > 0).then(pl.col("spent") / pl.col("budget")))
        .sort("place", "year")
    )


def budget_totals(plan: Plan) -> pl.DataFrame:
    """Return the use of budgets by year and whose: ``nation`` and all ``cities`` together.

    Columns: year, whose, budget, spent (millions), share, places (that have a budget), full (of these, how
    many use at least 99% of it).
    """
    whose = pl.when(pl.col("place") == NATIONWIDE).then(pl.lit("nation")).otherwise(pl.lit("cities"))
    return (
        budget_use(plan)
        .group_by("year", whose.alias("whose"))
        .agg(
            pl.col("budget", "spent").sum(),
            places=pl.len().cast(pl.Int64),
            full=(pl.col("share") >= FULL).sum().cast(pl.Int64),
        )
        .with_columns(share=pl.when(pl.col("budget") > 0).then(pl.col("spent") / pl.col("budget")))
        .select("year", "whose", "budget", "spent", "share", "places", "full")
        .sort("whose", "year", descending=[True, False])
    )


def upkeep_use(plan: Plan) -> pl.DataFrame:
    """Return place, since, amount, running, renewal, used (millions a year), share of every limit on upkeep.

    All that is started runs from the first year after the plan on, and in every later one: its renewal is
    paid from what is set aside.
    """
    return (
        plan.roadmap.upkeep.select("place", "since", "amount")
        .join(_upkeep(plan), on="place", how="left", maintain_order="left")
        .with_columns(pl.col("running", "renewal").fill_null(0.0))
        .with_columns(used=pl.col("running") + pl.col("renewal"))
        .with_columns(share=pl.when(pl.col("amount") > 0).then(pl.col("used") / pl.col("amount")))
    )


def later_use(plan: Plan) -> pl.DataFrame:
    """Return what each place keeps up and repays in each year after the plan, to the last repayment.

    Columns: place, year, running, renewal, repaid, used (all three, millions), amount (the limit of the year,
    null for none) and share; for ten years at least. No row where nothing is repaid.
    """
    road, last = plan.roadmap, plan.years[-1]
    if road.repayments.is_empty():
        return pl.DataFrame(schema=_LATER)
    running = _upkeep(plan)
    until = max(last + _TEN, last + int(road.repayments["after"].max()))  # type: ignore[arg-type]
    years = pl.DataFrame({"year": range(last + 1, until + 1)}, schema={"year": pl.Int64})
    back = repaid(road, plan.money).group_by("place", "year").agg(repaid=pl.col("amount").sum())
    limits = road.upkeep.select("place", "since", "amount").join(years, how="cross")
    limits = (
        limits.filter(pl.col("year") >= pl.col("since")).group_by("place", "year").agg(pl.col("amount").min())
    )
    places = pl.concat([running["place"], back["place"], limits["place"]]).unique().to_frame()
    used = pl.col("running") + pl.col("renewal") + pl.col("repaid")
    return (
        places.join(years, how="cross")
        .join(running, on="place", how="left")
        .join(back, on=["place", "year"], how="left")
        .join(limits, on=["place", "year"], how="left")
        .with_columns(pl.col("running", "renewal", "repaid").fill_null(0.0))
        .with_columns(used=used)
        .with_columns(share=pl.when(pl.col("amount") > 0).then(pl.col("used") / pl.col("amount")))
        .select(*_LATER)
        .sort("place", "year")
    )


def peak_of(rows: pl.DataFrame) -> dict[str, Any]:
    """Return the row of the year in which most is used, the first of equals.

    Parameters
    ----------
    rows : year, used (millions); one row a year, one at least

    Examples
    --------
    >>> peak_of(pl.DataFrame({"year": [2024, 2023, 2025], "used": [0.3, 0.1 + 0.2, 0.2]}))
    {'year': 2023, 'used': 0.30000000000000004}
    """
    # sums of other orders differ in their last digits
    return rows.sort(pl.col("used").round(_DIGITS), "year", descending=[True, False]).row(0, named=True)


def _upkeep(plan: Plan) -> pl.DataFrame:
    """Return what each place pays a year for all that is built: place, running, renewal (set aside)."""
    by_city = plan.roadmap.settings.operation_by == "city"
    payer = pl.col("city") if by_city else pl.lit(NATIONWIDE)
    return plan.table.group_by(payer.alias("place")).agg(
        running=pl.col("operation").sum(), renewal=pl.col("renewal").sum()
    )


def order_kept(plan: Plan) -> tuple[int, int]:
    """Return how many recommended preceding projects are completed in time, and of how many."""
    dates = plan.table.select("project", "start", "finish")
    asked = plan.roadmap.advice.join(dates.select("project", "start"), on="project")
    before = dates.select(requires="project", ready="finish")
    in_time = asked.join(before, on="requires").filter(pl.col("ready") + pl.col("lag") < pl.col("start"))
    return in_time.height, asked.height


# People


def people_use(plan: Plan) -> pl.DataFrame:
    """Return the people a plan needs by occupation and year, against the pools; no row without pools.

    ``needed`` counts every place that is needed; ``own`` those that the cities' own pools (with what their
    schools add) fill; ``lent`` the rest, which the nation lends from ``lendable``, of which ``trained`` were
    trained under the plan. ``share`` is lent over lendable, null where nothing can be lent.
    """
    staff, pools = _extra(plan, "staff"), plan.roadmap.pools
    if staff is None:
        return pl.DataFrame(schema=_PEOPLE)
    keys = ["city", "occupation", "year"]
    needed = _needed(plan, staff)
    placed = pools.select("occupation", "year", city="place", places=pl.col("places").cast(pl.Float64))
    held = pl.concat([placed.filter(pl.col("city") != NATIONWIDE).select(*keys, "places"), _taught(plan)])
    held = held.group_by(keys).agg(pl.col("places").sum())
    met = needed.join(held, on=keys, how="left").with_columns(pl.col("places").fill_null(0.0))
    filled = pl.min_horizontal("needed", "places")
    needs = met.group_by("occupation", "year").agg(
        pl.col("needed").sum(), own=filled.sum(), lent=(pl.col("needed") - filled).sum()
    )
    nation = placed.filter(pl.col("city") == NATIONWIDE).group_by("occupation", "year")
    trained = _trained(plan).group_by("occupation", "year").agg(trained=pl.col("places").sum())
    return (
        needs.join(nation.agg(pl.col("places").sum()), on=["occupation", "year"], how="left")
        .join(trained, on=["occupation", "year"], how="left")
        .with_columns(pl.col("places", "trained").fill_null(0.0))
        .with_columns(lendable=pl.col("places") + pl.col("trained"))
        .with_columns(share=pl.when(pl.col("lendable") > 0).then(pl.col("lent") / pl.col("lendable")))
        .select(*_PEOPLE)
        .sort("occupation", "year")
    )


def _needed(plan: Plan, staff: pl.DataFrame) -> pl.DataFrame:
    """Places needed by city, occupation and year: while building, and in every year after."""
    joined = plan.table.select("project", "city", "start", "finish").join(staff, on="project")
    crossed = joined.join(_years(plan), how="cross").filter(pl.col("year") >= pl.col("start"))
    phase = pl.when(pl.col("year") <= pl.col("finish")).then("building").otherwise("running")
    return crossed.group_by("city", "occupation", "year").agg(needed=phase.cast(pl.Float64).sum())


def _taught(plan: Plan) -> pl.DataFrame:
    """Places that finished projects add to their city's pool: city, occupation, year, places."""
    teaching = _extra(plan, "teaching")
    schema = {"city": pl.String(), "occupation": pl.String(), "year": pl.Int64(), "places": pl.Float64()}
    if teaching is None:
        return pl.DataFrame(schema=schema)
    joined = plan.table.select("project", "city", "finish").join(teaching, on="project")
    ready = joined.join(_years(plan), how="cross").filter(pl.col("year") > pl.col("finish") + pl.col("lag"))
    return ready.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _trained(plan: Plan) -> pl.DataFrame:
    """Places that training of the plan adds to the nation's pool: occupation, year, places."""
    decided = plan.training.rename({"year": "begun"}).join(plan.roadmap.training, on="occupation")
    ready = decided.join(_years(plan), how="cross").filter(pl.col("year") >= pl.col("begun") + pl.col("lag"))
    return ready.select("occupation", "year", places=pl.col("units") * pl.col("places"))


def cost_of_training(plan: Plan) -> pl.DataFrame:
    """What the nation pays for training: one row a plan year, with amount (millions)."""
    bought = plan.training.join(plan.roadmap.training, on="occupation")
    paid = bought.group_by("year").agg(amount=(pl.col("units") * pl.col("cost")).sum())
    return _years(plan).join(paid, on="year", how="left").with_columns(pl.col("amount").fill_null(0.0))


def shortfalls(plan: Plan) -> pl.DataFrame:
    """Return what the plan misses and had to be let go: kind, place, what, amount, unit; also overruns.

    Standards, fairness and soft prerequisites are missed at a price; an overrun is what committed projects
    exceed by themselves. Amounts are shares of a city's gaps for fairness, millions or places for overruns.
    """
    missed = _said(text("missed"))
    of_kind = {"standard": missed, "prerequisite": missed}
    share = _said(text("share of the gaps"))
    unit = pl.col("kind").replace_strict(of_kind, default=share, return_dtype=pl.String)
    overrun = plan.overruns.select(
        pl.lit(OVERRUN).alias("kind"),
        "place",
        pl.format("{} of {}", pl.col("limit").str.replace_all("_", " "), "year").alias("what"),
        "amount",
        pl.when(pl.col("limit").str.starts_with("people"))
        .then(pl.lit(_said(posts_unit())))
        .otherwise(pl.lit(_said(million(plan.currency))))
        .alias("unit"),
    )
    tables = (plan.shortfalls.with_columns(unit=unit), overrun)
    return pl.concat(
        table.select(pl.col(name).cast(kind) for name, kind in _SHORTFALLS.items()) for table in tables
    )


def _said(unit: Text) -> str:
    """Return a unit in the language that is spoken, as a table may hold it."""
    return str(say(unit))


def shortfall_words(kind: str) -> Text:
    """Return what a kind of shortfall is called.

    >>> shortfall_words("parity")
    'Region below parity with the nation'
    """
    other = text("{kind}", kind=kind.replace("_", " ").capitalize())
    return _WORDS.get(kind, other)


def _extra(plan: Plan, name: str) -> pl.DataFrame | None:
    """An optional table of the roadmap; None where it has none, or no row."""
    tables: Mapping[str, pl.DataFrame] = plan.roadmap.tables
    table = tables.get(name)
    return None if table is None or table.is_empty() else table

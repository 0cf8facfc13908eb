"""How many people a city has and will have, what they lack, and what it may spend."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import InputError
from urbium.model import Evidence, Variable
from urbium.observations.in_force import UNDECLARED, figures_in_force
from urbium.observations.population import urban_people
from urbium.observations.roles import PACKAGED, Roles, missing_remedy
from urbium.plan.inputs.notes import noted, of_cell
from urbium.text import Text, coded, sentences, text
from urbium.units import convert, unit

_MILLION = 1e6
_PEERS, _TAIL = 10, 0.1
"""How many cities tell a growth at least, and the share of them beyond each end of a band."""


def city_people(
    cities: pl.DataFrame,
    observations: pl.DataFrame,
    *,
    share: float,
    declared: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
) -> pl.DataFrame:
    """Return how many people each city has.

    Columns code, name_en, latitude, variable, people, counted (the year), evidence, note. The latest figure
    in force of the role of urban population counts; else the latest of registered population x ``share``;
    else ``people`` is null. The note says why a figure counts where sources give several.
    """
    sized = cities.select("code", "name_en", "latitude").join(
        urban_people(cities["code"], observations, declared, roles),
        on="code",
        how="left",
        maintain_order="left",
    )
    urban = roles.variables("urban_population")
    is_urban = pl.col("variable").is_in(urban)
    return sized.select(
        "code",
        pl.col("name_en").fill_null(pl.col("code")),
        "latitude",
        variable=pl.col("variable").fill_null(roles.first("registered_population")),
        people=pl.when(is_urban).then("people").otherwise(pl.col("people") * share),
        counted="counted",
        evidence=pl.when(is_urban)
        .then(pl.lit(Evidence.PUBLISHED.value))
        .otherwise(pl.lit(Evidence.ASSUMPTION.value)),
        note=noted(sized, lambda row: _size_note(row, share, urban)),
    ).sort("code")


def _size_note(row: Mapping[str, Any], share: float, urban: Collection[str]) -> str:
    """Say of which figure a city's size is taken, and why of that one."""
    if row["people"] is None:
        return text("no population known")
    if row["variable"] in urban and row["variable"] == PACKAGED.first("urban_population"):
        size = text("urban agglomeration {period}", period=row["counted"])
    elif row["variable"] in urban:
        size = text("{variable} of {period}", variable=row["variable"], period=row["counted"])
    else:
        size = text(
            "registered population {period} x urban share {share:g}: extrapolated from a higher level",
            period=row["counted"],
            share=share,
        )
    return sentences([size, row["reason"]])


def people_served(people: pl.DataFrame, growth: pl.DataFrame | None, *, year: int) -> pl.DataFrame:
    """Add the column ``served``: the people whom a city's projects are sized for, expected in ``year``.

    Parameters
    ----------
    people : as :func:`city_people` returns it; ``evidence`` and ``note`` are then of the people served
    growth : city, variable, since, growth, as ``Outlook.growth`` returns it; a city that is not there, or
        whose people are known within another boundary or of another year than the outlook begins with, is
        sized for its people of today, and its note says so
    """
    if growth is None:
        return people.with_columns(served="people")
    joined = people.join(
        growth.select("variable", "growth", code="city", counted=pl.col("since").cast(pl.String)),
        on=["code", "variable", "counted"], how="left", maintain_order="left",
    )  # fmt: skip
    is_expected = pl.col("growth").is_not_null() & pl.col("people").is_not_null()
    is_published = pl.col("evidence") == Evidence.PUBLISHED.value
    return joined.select(
        *(name for name in people.columns if name not in {"evidence", "note"}),
        served=pl.when(is_expected).then(pl.col("people") * pl.col("growth")).otherwise("people"),
        evidence=pl.when(is_expected & is_published)
        .then(pl.lit(Evidence.DERIVED.value))
        .otherwise("evidence"),
        note=noted(joined, lambda row: _served_note(row, year)),
    )


def _served_note(row: Mapping[str, Any], year: int) -> str:
    """Say how the people served follow from those of today."""
    if row["people"] is None:
        return of_cell(row["note"])
    if row["growth"] is None:
        return text(
            "{size}; not projected, because no outlook starts from this figure", size=of_cell(row["note"])
        )
    return text(
        "{size}, x {growth:.4g} by {year} (mean of all paths)",
        size=of_cell(row["note"]),
        growth=round(row["growth"], 3),
        year=year,
    )


def needs_ahead(
    gaps: pl.DataFrame, people: pl.DataFrame, indicators: Collection[str], *, share: float, year: int
) -> pl.DataFrame:
    """Return the gaps as they will be in ``year`` when nothing is planned: a city outgrows what it has.

    Parameters
    ----------
    gaps : city, indicator, need (0 to 1, of today) and its ends low and high, evidence, note and more
    people : code, people (of today) and served (of ``year``), as :func:`people_served` returns them
    indicators : those that tell how far something is rolled out; the others stay as they are
    share : what part of its growth (0 to 1) roll-outs keep up with unplanned
    """
    grown = people.select(city="code", growth=pl.col("served") / pl.col("people"))
    moves = pl.col("indicator").is_in(list(indicators)) & (pl.col("growth") != 1)
    kept_up = (1 + share * (pl.col("growth") - 1)) / pl.col("growth")
    ends = [name for name in ("low", "need", "high") if name in gaps.columns]
    joined = gaps.join(grown, on="city", how="left", maintain_order="left").with_columns(moves=moves)

    def outgrown(row: Mapping[str, Any]) -> str:
        if not row["moves"]:
            return of_cell(row["note"])
        return text(
            "{need}; adjusted for population growth: people x {growth:.4g} by {year} (mean of all paths)",
            need=of_cell(row["note"]),
            growth=round(row["growth"], 3),
            year=year,
        )

    return joined.with_columns(
        *(
            pl.when("moves").then((1 - (1 - pl.col(name)) * kept_up).clip(0, 1)).otherwise(name).alias(name)
            for name in ends
        ),
        evidence=pl.when("moves").then(pl.lit(Evidence.ASSUMPTION.value)).otherwise("evidence"),
        note=noted(joined, outgrown),
    ).select(gaps.columns)


def city_budgets(
    cities: pl.DataFrame,
    observations: pl.DataFrame,
    *,
    share: float,
    part: float,
    rate_from: Callable[[str], float],
    price_year: int,
    inflation: float,
    declared: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
) -> pl.DataFrame:
    """Return what each city may spend a year: city, amount (millions of the plan's currency), evidence, note.

    ``share`` of the city's budget of the latest year: its revenue where that role is known, else ``part`` of
    its gross domestic product x the ratio of revenue plus expenditure to it. Figures older than those of most
    cities are carried to their year (:func:`carried`), and all from the prices of their year to those of
    ``price_year`` by ``inflation`` (share a year), so that nothing grows but prices. A city without any of
    them gets the median amount per head of the others. ``rate_from`` says how many units of that currency one
    unit of another is. Raises InputError when no city has them, or an exchange rate is missing.
    """
    revenue, money, ratio = fiscal_figures(observations, declared, roles)
    collected = (
        revenue.select("city", "period", own=pl.col("value") * in_millions(revenue, rate_from) * share)
        .filter(pl.col("own") > 0)
        .with_columns(is_revenue=pl.lit(value=True))
    )
    funded = (
        money.select("city", "area", "period", gdp=pl.col("value") * in_millions(money, rate_from))
        .join(
            ratio.select("city", "area", "period", ratio=pl.col("value") * in_unit(ratio, "ratio")),
            on=["city", "area", "period"],
        )
        .filter((pl.col("gdp") > 0) & (pl.col("ratio") > 0))
        .sort("area")
        .unique(["city", "period"], keep="first", maintain_order=True)
        .select("city", "period", own=pl.col("gdp") * pl.col("ratio") * part * share)
        .with_columns(is_revenue=pl.lit(value=False))
        .join(collected, on="city", how="anti", maintain_order="left")
    )
    funded = carried(pl.concat([collected, funded], how="vertical_relaxed"))
    of_year = pl.when(pl.col("factor").is_null()).then("period").otherwise("since").str.head(4).cast(pl.Int64)
    funded = funded.with_columns(own=pl.col("own") * (1 + inflation) ** (price_year - of_year))
    joined = cities.select(city="code", people="people").join(
        funded, on="city", how="left", maintain_order="left"
    )
    median = joined.select((pl.col("own") / pl.col("people")).median()).item()
    if median is None and joined.height:
        raise InputError(
            coded("plan.budget.unknown", "no figure shows how much any city may spend"),
            place=text("role revenue"),
            remedy=text(
                "the annual revenue or budget of a single city is enough: {revenue}",
                revenue=missing_remedy(roles, ["revenue"]),
            ),
        )
    return joined.select(
        "city",
        amount=pl.col("own").fill_null(pl.col("people") * median),
        evidence=pl.lit(Evidence.ASSUMPTION.value),
        note=noted(joined, lambda row: _budget_note(row, share, part, price_year)),
    )


def carried(amounts: pl.DataFrame) -> pl.DataFrame:
    """Return the latest amount of each city, the older ones as they would be in the year of most cities.

    That year, ``since``, is the newest of which half of the cities have an amount. An older amount is
    multiplied by the median growth of the cities that have both years of the same kind, if they are ten;
    ``low`` and ``high`` are the factors between which eight of ten of these lie. ``bench/budget_rules.py``
    compares it with other rules.

    Parameters
    ----------
    amounts : city, period, own (an amount above 0), is_revenue (of which kind)

    Returns
    -------
    The columns of amounts and since, factor, low, high, peers (how many cities); ``factor`` is null where
    nothing was carried.
    """
    counts = amounts.group_by("period").agg(count=pl.col("city").n_unique()).sort("period")
    since = counts.filter(pl.col("count") >= amounts["city"].n_unique() / 2)["period"].max()
    latest = amounts.sort("period", descending=True).unique("city", keep="first", maintain_order=True)
    of_since = amounts.filter(pl.col("period") == pl.lit(since, pl.String)).select(
        "city", "is_revenue", then="own"
    )
    growth = pl.col("then") / pl.col("own")
    factors = (
        amounts.join(of_since, on=["city", "is_revenue"])
        .group_by("is_revenue", "period")
        .agg(
            factor=growth.median(), low=growth.quantile(_TAIL, "linear"),
            high=growth.quantile(1 - _TAIL, "linear"), peers=pl.len(),
        )
        .filter(pl.col("peers") >= _PEERS, pl.col("period") < pl.lit(since, pl.String))
    )  # fmt: skip
    return latest.join(factors, on=["is_revenue", "period"], how="left", maintain_order="left").with_columns(
        own=pl.col("own") * pl.col("factor").fill_null(1.0), since=pl.lit(since, pl.String)
    )


def fiscal_figures(
    observations: pl.DataFrame, declared: Mapping[str, Variable], roles: Roles
) -> list[pl.DataFrame]:
    """Return the preferred figures in force of revenue, output and revenue plus expenditure to output."""
    variables_of = [roles.variables(role) for role in ("revenue", "output", "fiscal_ratio")]
    named = [name for names in variables_of for name in names]
    usable = figures_in_force(observations.filter(pl.col("variable").is_in(named)), declared)
    return [preferred_figures(usable, names) for names in variables_of]


def preferred_figures(figures: pl.DataFrame, variables: Sequence[str]) -> pl.DataFrame:
    """Return the figures of the first of ``variables`` that a city has any of."""
    order = {name: rank for rank, name in enumerate(variables)}
    mine = figures.filter(pl.col("variable").is_in(list(variables)))
    rank = pl.col("variable").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return mine.filter(rank == rank.min().over("city"))


def _budget_note(row: Mapping[str, Any], share: float, part: float, price_year: int) -> str:
    """Say what a city's budget rests on."""
    if row["own"] is None:
        return text("the median per head of the other cities, because the city has no fiscal figures")
    basis = (
        text(
            "{share:.2%} of the revenue in {period} (the share is an assumption)",
            share=share,
            period=row["period"],
        )
        if row["is_revenue"]
        else text(
            "{share:.2%} of the budget for {period}, taken as {part:.0%} of revenue plus expenditure (both "
            "shares are assumptions)",
            share=share,
            part=part,
            period=row["period"],
        )
    )
    parts: list[Text] = [basis]
    if row["factor"] is not None:
        parts.append(
            text(
                "carried forward to {since}: x {factor:.3g}, the median growth of {peers} cities "
                    "(for eight in ten of them, x {low:.3g} to {high:.3g}); a figure for {since} would "
                    "replace it",
                since=row["since"], factor=row["factor"], peers=row["peers"], low=row["low"],
                high=row["high"]
            )
        )  # fmt: skip
    parts.append(
        text(
            "at {year} prices (assumed inflation), without any other growth",
            year=str(price_year)
        )
    )  # fmt: skip
    return sentences(parts)


def of_declared_area(observations: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return the figures that are of the area which the catalogue declares for their variable."""
    areas = pl.DataFrame(
        [(variable.id, variable.area) for variable in catalogue.variables.values()],
        schema={"variable": pl.String, "area": pl.String},
        orient="row",
    )
    return observations.join(areas, on=["variable", "area"], how="semi", maintain_order="left")


def in_unit(rows: pl.DataFrame, target: str) -> pl.Expr:
    """Return by what each row's value is multiplied to be in the target unit."""
    factors = {unit: convert(1.0, unit, target) for unit in rows["unit"].unique().to_list()}
    return pl.col("unit").replace_strict(factors, default=None, return_dtype=pl.Float64)


def in_millions(rows: pl.DataFrame, rate_from: Callable[[str], float]) -> pl.Expr:
    """Return by what each row's amount is multiplied to be in millions of the plan's currency."""
    given = [unit(name) for name in rows["unit"].unique().to_list()]
    factors = {row.id: row.factor * rate_from(row.dimension) / _MILLION for row in given}
    return pl.col("unit").replace_strict(factors, default=None, return_dtype=pl.Float64)

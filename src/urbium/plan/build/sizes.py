"""How many people a city has and will have, what they lack, and what it may spend."""

from collections.abc import Collection

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import InputError
from urbium.model import Evidence
from urbium.units import convert

__all__ = ["city_budgets", "city_people", "needs_ahead", "of_declared_area", "people_served"]

_UNUSED = ["suspect", "projected"]
_URBAN, _REGISTERED = "population_agglomeration", "population_year_end"


def city_people(cities: pl.DataFrame, observations: pl.DataFrame, *, share: float) -> pl.DataFrame:
    """Return how many people each city has.

    Columns code, name_en, latitude, variable, people, counted (the year), evidence, note. The latest
    agglomeration figure counts; else the latest registered population of the prefecture x ``share``; else
    ``people`` is null. Suspect and projected figures do not count. Every figure is taken to be of its
    variable's declared area.
    """
    figures = observations.filter(~pl.col("status").is_in(_UNUSED))

    def latest(variable: str, name: str) -> pl.DataFrame:
        rows = figures.filter((pl.col("variable") == variable) & (pl.col("value") > 0))
        last = rows.sort("period", "source").group_by("city", maintain_order=True).last()
        return last.select(
            pl.col("city").alias("code"),
            (pl.col("value") * _factor(last, "persons")).alias(name),
            pl.col("period").alias(f"{name}_period"),
        )

    joined = (
        cities.select("code", "name_en", "latitude")
        .join(latest(_URBAN, "urban"), on="code", how="left", maintain_order="left")
        .join(latest(_REGISTERED, "registered"), on="code", how="left", maintain_order="left")
    )
    known = pl.col("urban").is_not_null()
    return joined.select(
        "code",
        pl.col("name_en").fill_null(pl.col("code")),
        "latitude",
        variable=pl.when(known).then(pl.lit(_URBAN)).otherwise(pl.lit(_REGISTERED)),
        people=pl.when(known).then("urban").otherwise(pl.col("registered") * share),
        counted=pl.when(known).then("urban_period").otherwise("registered_period"),
        evidence=pl.when(known)
        .then(pl.lit(Evidence.PUBLISHED.value))
        .otherwise(pl.lit(Evidence.ASSUMPTION.value)),
        note=pl.when(known)
        .then(pl.format("urban agglomeration {}", "urban_period"))
        .when(pl.col("registered").is_not_null())
        .then(
            pl.format(
                f"registered population {{}} x urban share {share:g}: higher-level extrapolated",
                "registered_period",
            )
        )
        .otherwise(pl.lit("no population known")),
    ).sort("code")


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
        note=pl.when(is_expected)
        .then(pl.format(f"{{}}, x {{}} by {year} (median of the outlook)", "note", pl.col("growth").round(3)))
        .when(pl.col("people").is_not_null())
        .then(pl.format("{}, as no outlook begins with it", "note"))
        .otherwise("note"),
    )


def needs_ahead(
    gaps: pl.DataFrame, people: pl.DataFrame, indicators: Collection[str], *, share: float, year: int
) -> pl.DataFrame:
    """Return the gaps as they will be in ``year`` when nothing is planned: a city outgrows what it has.

    Parameters
    ----------
    gaps : city, indicator, need (0 to 1, of today), evidence, note and more
    people : code, people (of today) and served (of ``year``), as :func:`people_served` returns them
    indicators : those that tell how far something is rolled out; the others stay as they are
    share : what part of its growth (0 to 1) roll-outs keep up with unplanned
    """
    grown = people.select(city="code", growth=pl.col("served") / pl.col("people"))
    moves = pl.col("indicator").is_in(list(indicators)) & (pl.col("growth") != 1)
    reached = (1 - pl.col("need")) * (1 + share * (pl.col("growth") - 1)) / pl.col("growth")
    words = f"{{}}; the city is outgrowing it, people x {{}} by {year} (median of the outlook)"
    return gaps.join(grown, on="city", how="left", maintain_order="left").select(
        *(name for name in gaps.columns if name not in {"need", "evidence", "note"}),
        need=pl.when(moves).then((1 - reached).clip(0, 1)).otherwise("need"),
        evidence=pl.when(moves).then(pl.lit(Evidence.ASSUMPTION.value)).otherwise("evidence"),
        note=pl.when(moves).then(pl.format(words, "note", pl.col("growth").round(3))).otherwise("note"),
    )


def city_budgets(cities: pl.DataFrame, observations: pl.DataFrame, *, share: float) -> pl.DataFrame:
    """Return what each city may spend a year: city, amount (m CNY), evidence, note.

    ``share`` of the fiscal revenue of the latest year in which both the gross domestic product and its
    fiscal share are known (suspect and projected figures are not); a city without them gets the median amount
    per head of the others. Raises InputError when no city has them.
    """
    usable = observations.filter(~pl.col("status").is_in(_UNUSED)).sort("period", "source")
    money = usable.filter(pl.col("variable") == "gdp")
    ratio = usable.filter(pl.col("variable") == "fiscal_revenue_gdp")
    rows = pl.concat(
        [
            money.with_columns(pl.col("value") * _factor(money, "million CNY")),
            ratio.with_columns(pl.col("value") * _factor(ratio, "ratio")),
        ]
    )
    wide = rows.pivot("variable", index=["city", "period"], values="value", aggregate_function="last")
    absent = [
        pl.lit(None, pl.Float64).alias(c) for c in ("gdp", "fiscal_revenue_gdp") if c not in wide.columns
    ]
    known = (
        wide.with_columns(absent)
        .filter((pl.col("gdp") > 0) & (pl.col("fiscal_revenue_gdp") > 0))
        .sort("period")
        .group_by("city", maintain_order=True)
        .last()
        .select("city", "period", own=pl.col("gdp") * pl.col("fiscal_revenue_gdp") * share)
    )
    joined = cities.select(city="code", people="people").join(
        known, on="city", how="left", maintain_order="left"
    )
    median = joined.select((pl.col("own") / pl.col("people")).median()).item()
    if median is None and joined.height:
        raise InputError(
            "what the cities may spend is not known: no city has fiscal figures",
            place="gdp and fiscal_revenue_gdp",
            remedy="load both of one year, for one city at least, or plan a roadmap with budgets of its own",
        )
    return joined.select(
        "city",
        amount=pl.col("own").fill_null(pl.col("people") * median),
        evidence=pl.lit(Evidence.ASSUMPTION.value),
        note=pl.when(pl.col("own").is_not_null())
        .then(
            pl.format(
                f"{share:.1%} of the fiscal revenue of {{}}: the share is declared, not published", "period"
            )
        )
        .otherwise(pl.lit("median of the other cities per head: no fiscal figures")),
    )


def of_declared_area(observations: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return the figures that are of the area which the catalogue declares for their variable."""
    areas = pl.DataFrame(
        [(variable.id, variable.area) for variable in catalogue.variables.values()],
        schema={"variable": pl.String, "area": pl.String},
        orient="row",
    )
    return observations.join(areas, on=["variable", "area"], how="semi", maintain_order="left")


def _factor(rows: pl.DataFrame, target: str) -> pl.Expr:
    """Return by what each row's value is multiplied to be in the target unit."""
    factors = {unit: convert(1.0, unit, target) for unit in rows["unit"].unique().to_list()}
    return pl.col("unit").replace_strict(factors, default=None, return_dtype=pl.Float64)

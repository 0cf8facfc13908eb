"""What is known of each city that rules of needs and candidates ask for: one figure an input and period.

Stored figures are those in force of the area that their variable declares, in its unit; what indicators make
of them is an input, too. Percentiles and needs are made elsewhere; here nothing is judged.
"""

from collections.abc import Mapping

import polars as pl

from urbium.catalogue import Catalogue
from urbium.measure.indicators import indicator_values
from urbium.model import Indicator, Variable
from urbium.observations.in_force import figures_in_force
from urbium.units import convert

_SCHEMA = {"city": pl.String, "input": pl.String, "period": pl.String, "value": pl.Float64}


def city_quantities(
    catalogue: Catalogue,
    people: pl.DataFrame,
    provinces: pl.DataFrame,
    observations: pl.DataFrame,
    shortages: pl.DataFrame | None,
    *,
    year: int,
) -> pl.DataFrame:
    """Return city, input, period (empty where a figure is of no period) and value.

    Parameters
    ----------
    people : code, people, served, counted, latitude of each city
    provinces : code, province_en of each city; empty where nobody said
    observations : figures of the areas that their variables declare
    shortages : city, service, year, demand, shortfall of the outlook; None when nothing is foreseen
    year : the last plan year, of which shortages are taken, or else the last one before it
    """
    inputs = {name for need in catalogue.needs.values() for name in need.inputs}
    declared = {name: catalogue.variables[name] for name in inputs if name in catalogue.variables}
    parts = [
        _of_city(people),
        _of_province(catalogue, provinces),
        stored_figures(observations, declared),
        _of_indicators(catalogue, observations, year),
    ]
    if shortages is not None:
        parts.append(_lacking(shortages, year))
    codes = people.select(city="code")
    every = pl.concat([part.select(pl.col(c).cast(kind) for c, kind in _SCHEMA.items()) for part in parts])
    return every.drop_nulls("value").join(codes, on="city", how="semi", maintain_order="left")


def own_indicators(catalogue: Catalogue) -> dict[str, Indicator]:
    """Return the declared indicators that some effect counts for and of which more or less is better."""
    served = {effect.indicator_code for effect in catalogue.effects if effect.is_counted}
    return {
        code: indicator
        for code, indicator in catalogue.indicators.items()
        if code in served and indicator.direction
    }


def _of_indicators(catalogue: Catalogue, observations: pl.DataFrame, year: int) -> pl.DataFrame:
    """Return the indicators that solutions affect, by the newest figures up to ``year`` of all they read."""
    stored = set(observations["variable"].unique())
    measured = {
        code: indicator
        for code, indicator in own_indicators(catalogue).items()
        if stored.issuperset(indicator.variables)
    }
    values = indicator_values(observations, measured, catalogue.variables, period=year, maximum_age=year)
    return values.select("city", "period", "value", input="indicator")


def _of_city(people: pl.DataFrame) -> pl.DataFrame:
    has_outlook = pl.col("served") != pl.col("people")
    figures = {
        "city.people": (pl.col("people"), pl.col("counted")),
        "city.latitude": (pl.col("latitude"), pl.lit("")),
        "city.growth": (
            pl.when(has_outlook).then(pl.col("served") / pl.col("people")), pl.lit(""),
        ),
    }  # fmt: skip
    return pl.concat(
        [
            people.select(city="code", input=pl.lit(name), period=period, value=value.cast(pl.Float64))
            for name, (value, period) in figures.items()
        ]
    )


def _of_province(catalogue: Catalogue, provinces: pl.DataFrame) -> pl.DataFrame:
    facts = pl.DataFrame(
        [(fact.province, f"province.{fact.fact}", fact.value) for fact in catalogue.province_facts],
        schema={"province_en": pl.String, "input": pl.String, "value": pl.Float64},
        orient="row",
    )
    return provinces.join(facts, on="province_en", how="inner", maintain_order="left").select(
        "input", "value", city="code", period=pl.lit("")
    )


def stored_figures(observations: pl.DataFrame, declared: Mapping[str, Variable]) -> pl.DataFrame:
    """Return city, input (the variable), period and value, in the variable's unit, of figures in force."""
    figures = figures_in_force(observations.filter(pl.col("variable").is_in(list(declared))), declared)
    pairs = figures.select("variable", "unit").unique(maintain_order=True)
    factors = pairs.with_columns(
        factor=pl.Series(
            [convert(1.0, unit, declared[name].unit) for name, unit in pairs.iter_rows()], dtype=pl.Float64
        )
    )
    return figures.join(factors, on=["variable", "unit"], how="left", maintain_order="left").select(
        "city", "period", input="variable", value=pl.col("value") * pl.col("factor")
    )


def _lacking(shortages: pl.DataFrame, year: int) -> pl.DataFrame:
    """Return what is lacking in the last year that is foreseen within the plan, as a share of the demand."""
    return (
        shortages.filter(
            (pl.col("year") <= year) & pl.col("shortfall").is_not_null() & (pl.col("demand") > 0)
        )
        .sort("city", "service", "year")
        .unique(["city", "service"], keep="last", maintain_order=True)
        .select(
            "city",
            input=pl.format("shortfall.{}", "service"),
            period=pl.col("year").cast(pl.String),
            value=pl.col("shortfall") / pl.col("demand"),
        )
    )

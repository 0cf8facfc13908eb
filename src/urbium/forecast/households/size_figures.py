"""Size figures: persons per household as they were counted, or people over households."""

from collections.abc import Mapping

import polars as pl

from urbium.errors import UrbiumError
from urbium.model import Variable
from urbium.observations.in_force import figures_in_force
from urbium.observations.roles import Roles
from urbium.units import convert

PERSONS = "persons per household"
"""The unit of a size."""

COUNT = "count"
"""The unit of households."""

_LEAST = 1.0


def size_figures(
    observations: pl.DataFrame,
    persons: pl.DataFrame,
    *,
    roles: Roles,
    role: str,
    count_role: str,
    declared: Mapping[str, Variable],
) -> pl.DataFrame:
    """Return what is known of persons per household, one row a place, boundary and year.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`
    persons : place, area, year and persons as observed, by which a count of households becomes a size
    roles : which variables fill ``role`` (sizes) and ``count_role`` (households)
    declared : variables by id

    Returns
    -------
    The columns of the observation, with place, year and size; sizes go before counts of the same place,
    boundary and year. A count without people of its boundary and year is left out, and so is a size below one
    """
    parts = [_sizes(observations, roles.variables(role), declared)]
    counts = _read(observations, roles.variables(count_role), declared, COUNT)
    if counts.height:
        joined = counts.join(persons, on=["place", "area", "year"], how="inner")
        parts.append(joined.with_columns(size=pl.col("persons") / pl.col("amount")).drop("persons"))
    known = pl.concat([part.with_columns(_rank=pl.lit(at)) for at, part in enumerate(parts)])
    return (
        known.filter(pl.col("size") >= _LEAST)
        .sort("_rank", "_order")
        .unique(["place", "area", "year"], keep="first", maintain_order=True)
        .drop("_rank", "_order", "amount")
        .sort("place", "area", "year")
    )


def _sizes(
    observations: pl.DataFrame, variables: tuple[str, ...], declared: Mapping[str, Variable]
) -> pl.DataFrame:
    read = _read(observations, variables, declared, PERSONS)
    return read.with_columns(size=pl.col("amount"))


def _read(
    observations: pl.DataFrame, variables: tuple[str, ...], declared: Mapping[str, Variable], unit: str
) -> pl.DataFrame:
    """Figures in force of some variables with place, year and amount; those of another kind are left out."""
    table = figures_in_force(observations.filter(pl.col("variable").is_in(list(variables))), declared)
    factors = {name: _factor(name, unit) for name in table["unit"].unique()}
    order = {name: rank for rank, name in enumerate(variables)}
    return table.with_columns(
        place=pl.col("city"),
        year=pl.col("period").str.extract(r"^(\d{4})$").cast(pl.Int64),
        amount=pl.col("value")
        * pl.col("unit").replace_strict(factors, default=None, return_dtype=pl.Float64),
        _order=pl.col("variable").replace_strict(order, default=len(order), return_dtype=pl.Int64),
    ).filter(pl.col("year").is_not_null(), pl.col("amount") > 0)


def _factor(name: str, unit: str) -> float | None:
    try:
        return convert(1.0, name, unit)
    except UrbiumError:
        return None

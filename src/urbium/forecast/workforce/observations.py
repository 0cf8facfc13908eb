"""Sector observations: which stored figures speak of the sectors of a place, and which are left out.

Suspect figures, projections of a source, what is not a whole year or not a share stay out, each with its
reason. Boundaries are never mixed: a series of a place is of one kind of area. Shares of output and shares of
employment are read apart, and one never stands in for the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.errors import InputError
from urbium.forecast.reasons import by_sentence
from urbium.forecast.workforce.sector_figures import close_with_reasons
from urbium.forecast.workforce.sectors import SECTORS
from urbium.model import Variable
from urbium.observations.in_force import UNDECLARED, check_columns, decide
from urbium.observations.reasons import NOT_IN_FORCE
from urbium.observations.roles import PACKAGED, Roles
from urbium.text import Text, coded, text
from urbium.units import unit

SERIES: Final = ("output", "employment")
"""The two series; the role of a sector's share in one is named after both."""

INCOME: Final = "income"
"""The role of income."""

TERTIARY: Final = "city_services"
"""The role of the one share of output that city yearbooks give."""

REST: Final = "agriculture and industry"
"""What is not services, where only services are known."""

TWO: Final = (REST, "services")
"""The parts of a city's output where only services are known."""

_NOT_A_YEAR: Final = text("not a whole year")


@dataclass(frozen=True, slots=True)
class Settled:
    """The shares of one series, closed to one.

    Attributes
    ----------
    shares : place, area, year, one column a part, residual
    figures : the observations behind them, with ``year``
    excluded : place, year, sum, reason
    reasons : the messages of ``excluded``, by their sentences
    """

    shares: pl.DataFrame
    figures: pl.DataFrame
    excluded: pl.DataFrame
    reasons: Mapping[str, Text]

    def of(self, place: str) -> pl.DataFrame:
        """Return the shares of a place."""
        return self.shares.filter(pl.col("place") == place)


def read_series(
    observations: pl.DataFrame,
    series: str,
    *,
    places: Sequence[str] | None = None,
    parts: tuple[str, ...] = SECTORS,
    declared: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
) -> Settled:
    """Read the shares of one series of every place, or of those named.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`; city, variable, period, value,
        unit, area and status are needed
    series : ``output`` or ``employment``
    parts : the sectors, or TWO: services from the role TERTIARY and the rest
    declared : variables by id, for their priority of sources
    roles : which variables give the share of each sector

    Raises InputError when a column is missing or a unit is not a share.
    """
    asked = {f"{series}_{sector}": sector for sector in SECTORS} if parts == SECTORS else {TERTIARY: TWO[1]}
    variables = {name: part for role, part in asked.items() for name in roles.variables(role)}
    used, unused, reasons = _screened(observations, tuple(variables), "share", places, declared)
    used = _longest(used)
    used = _preferred(used, variables)
    named = used.with_columns(
        part=pl.col("variable").replace_strict(variables, default=None, return_dtype=pl.String)
    )
    wide = (
        named.pivot("part", index=["city", "area", "year"], values="base")
        .rename({"city": "place"})
        .sort("place", "year")
    )
    wide = wide.with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in asked.values() if name not in wide.columns
    )
    if parts == TWO:
        wide = wide.with_columns((1 - pl.col(TWO[1])).alias(REST))
    settled, misfits = close_with_reasons(wide, series, parts)
    settled = settled.with_columns(area=wide["area"].cast(pl.String))
    good = settled.filter(pl.col("reason").is_null()).drop("reason")
    bad = settled.filter(pl.col("reason").is_not_null()).select(
        "place", "year", sum=1 - pl.col("residual"), reason="reason"
    )
    behind = used.join(good.select(city="place", year="year"), on=["city", "year"], how="semi")
    excluded = pl.concat([bad, unused]).sort("place", "year")
    return Settled(good, behind.drop("base"), excluded, by_sentence([*reasons, *misfits]))


def yearly(
    observations: pl.DataFrame,
    role: str,
    place: str,
    declared: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return year and value of one quantity of a place, by its role, and the observations behind it.

    Raises InputError when a column is missing.
    """
    variables = dict.fromkeys(roles.variables(role), role)
    used, *_ = _screened(observations, tuple(variables), None, [place], declared)
    used = _preferred(_longest(used), variables).filter(pl.col("base") > 0).sort("year")
    return used.select("year", value="base"), used.drop("base")


def _preferred(used: pl.DataFrame, variables: Mapping[str, str]) -> pl.DataFrame:
    """Keep for each place, year and part the figure of the variable that comes first."""
    if len(set(variables.values())) == len(variables):
        return used
    order = {name: rank for rank, name in enumerate(variables)}
    rank = pl.col("variable").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    part = pl.col("variable").replace_strict(dict(variables), default=None, return_dtype=pl.String)
    return (
        used.with_columns(_rank=rank, _part=part)
        .sort("_rank", maintain_order=True)
        .unique(["city", "area", "year", "_part"], keep="first", maintain_order=True)
        .drop("_rank", "_part")
    )


def _screened(
    observations: pl.DataFrame,
    variables: tuple[str, ...],
    dimension: str | None,
    places: Sequence[str] | None,
    declared: Mapping[str, Variable],
) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Figures that may be used, in base units as ``base``, the others with the reason, and the reasons."""
    check_columns(observations, place="forecast")
    here = pl.col("variable").is_in(list(variables))
    if places is not None:
        here &= pl.col("city").is_in(list(places))
    table = observations.filter(here)
    table = decide(table.with_columns(base=pl.col("value") * _factor(table, dimension)), declared)
    table = table.with_columns(year=pl.col("period").str.extract(r"^(\d{4})$").cast(pl.Int64))
    table = table.with_columns(
        why=pl.when(~pl.col("is_in_force")).then("ground").when(pl.col("year").is_null()).then(pl.lit(""))
    )
    unused = table.filter(pl.col("why").is_not_null())
    reasons = [
        text("{variable}: {why}", variable=variable, why=NOT_IN_FORCE[ground] if ground else _NOT_A_YEAR)
        for variable, ground in unused.select("variable", "why").iter_rows()
    ]
    out = unused.select(
        place="city",
        year="year",
        sum=pl.lit(None, pl.Float64),
        reason=pl.Series([str(reason) for reason in reasons], dtype=pl.String),
    )
    return table.filter(pl.col("why").is_null()).drop("why"), out, list(reasons)


def _factor(table: pl.DataFrame, dimension: str | None) -> pl.Expr:
    """Factor of each row to its base unit; raise InputError for a unit of another dimension."""
    kinds = {name: unit(name or "") for name in table["unit"].unique().to_list()}
    wrong = sorted(name for name, kind in kinds.items() if dimension and kind.dimension != dimension)
    if wrong:
        raise InputError(
            coded(
                "forecast.sectors.unit", "{units:list}: wrong unit for a {kind}", units=wrong, kind=dimension
            ),
            place="forecast",
            remedy=text("enter shares in %"),
        )
    if not kinds:
        return pl.lit(1.0)
    factors = {name: kind.factor for name, kind in kinds.items()}
    return pl.col("unit").replace_strict(factors, return_dtype=pl.Float64)


def _longest(table: pl.DataFrame) -> pl.DataFrame:
    """Keep for each place the kind of area with the most figures."""
    chosen = (
        table.group_by("city", "area")
        .agg(count=pl.len())
        .sort(["city", "count", "area"], descending=[False, True, False])
        .unique("city", keep="first", maintain_order=True)
    )
    return table.join(chosen.select("city", "area"), on=["city", "area"], how="semi")

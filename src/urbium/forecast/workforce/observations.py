"""Sector observations: which stored figures speak of the sectors of a place, and which are left out.

Suspect figures, projections of a source, what is not a whole year or not a share stay out, each with its
reason. Boundaries are never mixed: a series of a place is of one kind of area. Shares of output and shares of
employment are read apart, and one never stands in for the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from urbium.errors import InputError
from urbium.forecast.workforce.sector_figures import close_shares
from urbium.forecast.workforce.sectors import SECTORS
from urbium.model import OBSERVATION, Quality, Status
from urbium.units import unit

__all__ = ["INCOME", "REST", "SERIES", "TERTIARY", "TWO", "Settled", "read_series", "yearly"]

SERIES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "output": MappingProxyType({f"gdp_share_{sector}": sector for sector in SECTORS}),
        "employment": MappingProxyType({f"employment_share_{sector}": sector for sector in SECTORS}),
    }
)
"""The two series, and the variables that give the share of each sector."""

INCOME: Final = "gdp_per_capita_constant_usd"
"""The variable of income."""

TERTIARY: Final = "tertiary_share_gdp"
"""The one share of output that city yearbooks give."""

REST: Final = "agriculture and industry"
"""What is not services, where only services are known."""

TWO: Final = (REST, "services")
"""The parts of a city's output where only services are known."""

_REQUIRED: Final = ("city", "variable", "period", "value", "unit", "area", "status")
_KEPT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {Status.SUSPECT: "suspect, and nobody has accepted it", Status.PROJECTED: "a projection of its source"}
)


@dataclass(frozen=True, slots=True)
class Settled:
    """The shares of one series, closed to one.

    Attributes
    ----------
    shares : place, area, year, one column a part, residual
    figures : the observations behind them, with ``year``
    excluded : place, year, sum, reason
    """

    shares: pl.DataFrame
    figures: pl.DataFrame
    excluded: pl.DataFrame

    def of(self, place: str) -> pl.DataFrame:
        """Return the shares of a place."""
        return self.shares.filter(pl.col("place") == place)


def read_series(
    observations: pl.DataFrame,
    series: str,
    *,
    places: Sequence[str] | None = None,
    parts: tuple[str, ...] = SECTORS,
) -> Settled:
    """Read the shares of one series of every place, or of those named.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`; city, variable, period, value,
        unit, area and status are needed
    series : ``output`` or ``employment``
    parts : the sectors, or TWO: services from the variable TERTIARY and the rest

    Raises InputError when a column is missing or a unit is not a share.
    """
    variables = SERIES[series] if parts == SECTORS else {TERTIARY: TWO[1]}
    used, reasons = _screened(observations, tuple(variables), "share", places)
    used = _longest(used)
    named = used.with_columns(part=pl.col("variable").replace_strict(dict(variables), return_dtype=pl.String))
    wide = (
        named.pivot("part", index=["city", "area", "year"], values="base")
        .rename({"city": "place"})
        .sort("place", "year")
    )
    wide = wide.with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in variables.values() if name not in wide.columns
    )
    if parts == TWO:
        wide = wide.with_columns((1 - pl.col(TWO[1])).alias(REST))
    settled = close_shares(wide, series, parts).with_columns(area=wide["area"].cast(pl.String))
    good = settled.filter(pl.col("reason").is_null()).drop("reason")
    bad = settled.filter(pl.col("reason").is_not_null()).select(
        "place", "year", sum=1 - pl.col("residual"), reason="reason"
    )
    behind = used.join(good.select(city="place", year="year"), on=["city", "year"], how="semi")
    return Settled(good, behind.drop("base"), pl.concat([bad, reasons]).sort("place", "year"))


def yearly(observations: pl.DataFrame, variable: str, place: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return year and value of one quantity of a place, and the observations behind it.

    Raises InputError when a column is missing.
    """
    used, _ = _screened(observations, (variable,), None, [place])
    used = _longest(used).filter(pl.col("base") > 0).sort("year")
    return used.select("year", value="base"), used.drop("base")


def _screened(
    observations: pl.DataFrame,
    variables: tuple[str, ...],
    dimension: str | None,
    places: Sequence[str] | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Figures that may be used, in base units as ``base``, and the others with the reason."""
    missing = [name for name in _REQUIRED if name not in observations.columns]
    if missing:
        raise InputError(
            f"the observations lack {', '.join(missing)}",
            place="forecast",
            remedy="give a table with the columns of urbium.model.OBSERVATION",
        )
    absent = [
        pl.lit(None, kind).alias(name) for name, kind in OBSERVATION.items() if name not in observations
    ]
    here = pl.col("variable").is_in(list(variables))
    if places is not None:
        here &= pl.col("city").is_in(list(places))
    table = observations.filter(here).with_columns(absent)
    table = table.select(*OBSERVATION).with_columns(
        base=pl.col("value") * _factor(table, dimension),
        year=pl.col("period").str.extract(r"^(\d{4})$").cast(pl.Int64),
    )
    table = table.with_columns(
        why=pl.when(pl.col("base").is_null() | ~pl.col("base").is_finite())
        .then(pl.lit("no number"))
        .when(pl.col("status").is_in(list(_KEPT_OUT)))
        .then(pl.col("status").replace(dict(_KEPT_OUT)))
        .when(pl.col("year").is_null())
        .then(pl.lit("not a whole year"))
    )
    out = table.filter(pl.col("why").is_not_null()).select(
        place="city", year="year", sum=pl.lit(None, pl.Float64), reason=pl.format("{}: {}", "variable", "why")
    )
    return _best(table.filter(pl.col("why").is_null()).drop("why")), out


def _factor(table: pl.DataFrame, dimension: str | None) -> pl.Expr:
    """Factor of each row to its base unit; raise InputError for a unit of another dimension."""
    known = {name: unit(name or "") for name in table["unit"].unique().to_list()}
    wrong = sorted(name for name, each in known.items() if dimension and each.dimension != dimension)
    if wrong:
        raise InputError(
            f"{', '.join(wrong)} is no unit of a {dimension}", place="forecast", remedy="give shares in %"
        )
    if not known:
        return pl.lit(1.0)
    factors = {name: each.factor for name, each in known.items()}
    return pl.col("unit").replace_strict(factors, return_dtype=pl.Float64)


def _best(table: pl.DataFrame) -> pl.DataFrame:
    """Keep the best-graded, then newest figure of each place, variable, area and year."""
    grades = {grade.value: rank for rank, grade in enumerate(Quality)}
    rank = pl.col("quality").replace_strict(grades, default=len(grades), return_dtype=pl.Int64)
    never = pl.datetime(1, 1, 1, time_zone="UTC")
    order = [rank.fill_null(len(grades)), pl.col("recorded_at").fill_null(never), "source", "value"]
    return table.sort(order, descending=[False, True, False, False], maintain_order=True).unique(
        ["city", "variable", "area", "year"], keep="first", maintain_order=True
    )


def _longest(table: pl.DataFrame) -> pl.DataFrame:
    """Keep for each place the kind of area with the most figures."""
    chosen = (
        table.group_by("city", "area")
        .agg(count=pl.len())
        .sort(["city", "count", "area"], descending=[False, True, False])
        .unique("city", keep="first", maintain_order=True)
    )
    return table.join(chosen.select("city", "area"), on=["city", "area"], how="semi")

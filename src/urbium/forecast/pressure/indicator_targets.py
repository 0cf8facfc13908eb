"""Service targets: what pressure on services means for the targets and baselines of indicators."""

from collections.abc import Mapping

import polars as pl

from urbium.columns import schema_of
from urbium.errors import InputError
from urbium.forecast.pressure.pressure_result import Pressure
from urbium.model import Indicator, Norm
from urbium.text import coded, text
from urbium.units import unit


def service_targets(pressure: Pressure, indicators: Mapping[str, Indicator], *, year: int) -> pl.DataFrame:
    """Turn the pressure of a year into targets and baselines of the indicators that measure the same.

    The baseline is what the capacity of that year is per head then, the target what the norm asks per head,
    both in the unit of the indicator. The gap is the share of the target that is missing, from 0 to 1, as a
    plan reads it. Services whose norm names no indicator, and cities whose capacity is not known, are left
    out.

    Parameters
    ----------
    indicators : as declared, by id; higher is better in those that norms name
    year : within the years of the forecast

    Returns
    -------
    DataFrame : city, indicator, service, area, baseline, target, gap, note

    Raises
    ------
    InputError : the year was not forecast
    """
    schema = schema_of("city indicator service area baseline target gap note", baseline=pl.Float64())
    years = pressure.table["year"]
    if year not in years:
        known_years = years.unique().sort().to_list()
        span = (
            text("{first} to {last}", first=known_years[0], last=known_years[-1])
            if known_years
            else text("no years")
        )
        raise InputError(
            coded("forecast.pressure.year", "there is no forecast for {year}", year=year),
            place="service_targets",
            remedy=text("enter one of {span}", span=span),
        )
    services = {norm.service: norm for norm in pressure.norms.values() if norm.indicator in indicators}
    rows = pressure.table.filter(
        pl.col("year") == year, pl.col("service").is_in(list(services)), pl.col("drivers") > 0
    ).drop_nulls("capacity")
    targets = []
    for row in rows.iter_rows(named=True):
        norm = _in_force(pressure, row["service"], row["city"], year)
        size = indicators[norm.indicator].factor * unit(norm.unit).factor
        target, baseline = size * norm.value / norm.per, size * row["capacity"] / row["drivers"]
        targets.append(
            {
                "city": row["city"],
                "indicator": norm.indicator,
                "service": row["service"],
                "area": row["area"],
                "baseline": baseline,
                "target": target,
                "gap": max(0.0, 1 - baseline / target),
                "note": text(
                    "{evidence} norm {id}; capacity relative to demand in {year}",
                    evidence=norm.evidence.value,
                    id=norm.id,
                    year=year,
                ),
            }
        )
    return pl.DataFrame(targets, schema=schema).sort("city", "indicator")


def _in_force(pressure: Pressure, service: str, city: str, year: int) -> Norm:
    """Return the norm of a service that holds for a city in a year."""
    rows = [norm for norm in pressure.norms.values() if norm.service == service]
    local = [norm for norm in rows if pressure.provinces[city] in norm.provinces]
    local = local or [norm for norm in rows if not norm.provinces]
    return max((norm for norm in local if norm.valid_from <= year), key=lambda norm: norm.valid_from)

r"""Conditional outlook: what if more people moved in, more was built, or more jobs came than expected.

A lever changes what drives a city by so much a year, from a year on, beside what the outlook expects. Each
year's change d of the logarithm of the driver moves the logarithm of the people by the elasticity e, in equal
parts over L years:

.. math:: \Delta_t = e\, d \sum_{u=s}^{t} \min\left(\tfrac{t-u+1}{L}, 1\right)

Elasticities are declared rows (``lever.*`` in ``data/rules/growth.csv``) with their evidence; most are
assumptions, and their range widens the bands. Not in: what a lever costs, and whether it can be moved.
See ADR 0025.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
import polars as pl

from urbium.errors import Fault, refuse, require_columns
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.cities.declared_growth import LeverRule, lever_rules
from urbium.forecast.cities.outlook_shapes import LEVERS
from urbium.forecast.paths import LIMITS, Floats, Paths
from urbium.text import Text, coded, text

_COLUMNS = ("city", "lever", "since", "change")
_MOST = 50.0


def condition(outlook: Outlook, levers: pl.DataFrame) -> Outlook:
    """Return the outlook as it would be if some levers moved beside what it expects.

    Parameters
    ----------
    outlook : the outlook without levers
    levers : city (code), lever (``net migration``: persons a year for each 1,000 people; ``housing`` and
        ``jobs``: percent a year), since (first year), change (more than the outlook expects; negative for
        less)

    Raises
    ------
    InputError : a column is missing, or a row names no forecast city, no lever, no year of the outlook, or
        changes more than half of all people a year; one fault a row
    """
    require_columns(levers.columns, _COLUMNS, "levers", "forecast.levers.columns")
    rules = lever_rules()
    faults = [
        Fault(
            "error",
            problem,
            text("correct or omit this row"),
            rule="lever",
        )
        for at, row in enumerate(levers.iter_rows(named=True), start=1)
        if (problem := _wrong(outlook, row, rules, at))
    ]
    refuse(faults, "levers", coded("forecast.levers.faults", "some levers cannot be moved"))
    table, settled, moved = outlook.table, outlook.settled, []
    for at, row in enumerate(levers.iter_rows(named=True)):
        rule = rules[row["lever"]]
        years = table.filter(pl.col("city") == row["city"], pl.col("kind") == "projected")["year"]
        shifts = {name: _effect(rule, row, years, part) for name, part in rule.range.items()}
        if any(row["city"] in paths.keys for paths in settled):
            settled = tuple(_drawn(paths, row, rule, at) for paths in settled)
            table = _read(table, settled, row["city"])
        else:
            table = _moved(table, row["city"], years, shifts)
        last = {name: float(np.expm1(shift[-1])) for name, shift in shifts.items()}
        moved.append({**{name: row[name] for name in _COLUMNS}, **last})
    frame = pl.DataFrame(moved, schema=dict(LEVERS))
    return replace(outlook, table=table, settled=settled, levers=pl.concat([outlook.levers, frame]))


def _wrong(
    outlook: Outlook, row: Mapping[str, object], rules: Mapping[str, LeverRule], at: int
) -> Text | None:
    """Say what is wrong with a row; nothing where it can be used."""
    city, lever, since, change = (row[name] for name in _COLUMNS)
    if city not in outlook.curves["city"]:
        return coded(
            "forecast.levers.no_city", "row {at}: there is no forecast for {city!r}", at=at, city=city
        )
    if lever not in rules:
        return coded(
            "forecast.levers.no_lever",
            "row {at}: there is no lever {lever!r}; the levers are {names:list}",
            at=at, lever=lever, names=list(rules)
        )  # fmt: skip
    latest = int(outlook.curves.filter(city=city)["latest"][0])
    if not isinstance(since, int) or not latest < since <= outlook.to:
        return coded(
            "forecast.levers.no_year",
            "row {at}: {since} is not one of the years {first} to {last}",
            at=at, since=since, first=latest + 1, last=outlook.to
        )  # fmt: skip
    if (
        not isinstance(change, int | float)
        or not np.isfinite(change)
        or abs(_share(str(lever), change)) > _MOST / 100
    ):
        return coded(
            "forecast.levers.no_change", "row {at}: {change} is not a valid change", at=at, change=change
        )
    return None


def _share(lever: str, change: float) -> float:
    """Return a change as a share of the driver a year."""
    return change / (1000.0 if lever == "net migration" else 100.0)


def _effect(rule: LeverRule, row: Mapping[str, object], years: pl.Series, elasticity: float) -> Floats:
    """Return the change of log population in each year."""
    passed = years.to_numpy() - int(str(row["since"])) + 1
    steps = np.array(
        [np.minimum(np.arange(1, at + 1) / rule.years, 1.0).sum() if at > 0 else 0.0 for at in passed]
    )
    change = np.log1p(_share(str(row["lever"]), float(str(row["change"]))))
    return np.asarray(elasticity * change * steps, dtype=np.float64)


def _drawn(paths: Paths, row: Mapping[str, object], rule: LeverRule, at: int) -> Paths:
    """Return settled futures with a city's people moved, in each by an elasticity drawn from its range."""
    city = str(row["city"])
    if city not in paths.keys:
        return paths
    count = paths.values.shape[2]
    elasticity: Floats = np.full(count, rule.value)
    if rule.low < rule.high:
        rng = np.random.default_rng([at, crc32(city.encode())])
        elasticity = np.asarray(rng.triangular(rule.low, rule.value, rule.high, count))
    step = _effect(rule, row, pl.Series(paths.years), 1.0)
    values = paths.values.astype(np.float64)
    values[paths.keys.index(city)] *= np.exp(step[:, None] * elasticity[None, :])
    return Paths(paths.keys, paths.years, values)


def _read(table: pl.DataFrame, settled: Sequence[Paths], city: str) -> pl.DataFrame:
    """Return the rows of an outlook with a city's people and bands read from its futures."""
    paths = next(paths for paths in settled if city in paths.keys)
    at = paths.keys.index(city)
    bands = (
        Paths((city,), paths.years, paths.values[at : at + 1]).table().with_columns(kind=pl.lit("projected"))
    )
    joined = table.join(
        bands, on=["city", "year", "kind"], how="left", suffix=" moved", maintain_order="left"
    )
    is_moved = pl.col("value moved").is_not_null()
    return joined.with_columns(
        pl.when(is_moved).then(f"{name} moved").otherwise(name).alias(name) for name in LIMITS
    ).select(table.columns)


def _moved(table: pl.DataFrame, city: str, years: pl.Series, shifts: Mapping[str, Floats]) -> pl.DataFrame:
    """Return the rows of an outlook with a city's people moved, and its bands widened by the range."""
    ends = np.stack([shifts["low"], shifts["high"]]) - shifts["value"]
    below, above = np.maximum(-ends.min(axis=0), 0.0), np.maximum(ends.max(axis=0), 0.0)
    beside = pl.DataFrame({"year": years, "shift": shifts["value"], "below": below, "above": above})
    beside = beside.with_columns(city=pl.lit(city), kind=pl.lit("projected"))
    middle = pl.col("value").log()
    wide = {
        **{
            name: (middle - ((middle - pl.col(name).log()) ** 2 + pl.col("below") ** 2).sqrt()).exp()
            for name in ("low80", "low95")
        },
        **{
            name: (middle + ((pl.col(name).log() - middle) ** 2 + pl.col("above") ** 2).sqrt()).exp()
            for name in ("high80", "high95")
        },
    }
    joined = table.join(beside, on=["city", "year", "kind"], how="left", maintain_order="left")
    is_moved = pl.col("shift").is_not_null()
    joined = joined.with_columns(
        pl.when(is_moved).then(limit * pl.col("shift").exp()).otherwise(name).alias(name)
        for name, limit in wide.items()
    ).with_columns(value=pl.when(is_moved).then(pl.col("value") * pl.col("shift").exp()).otherwise("value"))
    return joined.select(table.columns)

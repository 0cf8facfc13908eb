"""Factor slips: a figure that is 10 to 10,000 times too large or too small, and what was likely meant.

A figure in the wrong unit (persons for thousands, a ratio for a percentage) or with a shifted decimal point
differs from what is right by a power of ten, nearly exactly. It is held against

- the figures of its own series in the years beside it, in the file or stored;
- the stored figures of its series alone, where a file carries the slip through several years;
- the series of other cities, as a whole, by factors of 100 and more: their medians, as a robust normal
  distribution of logarithms.

A figure is suspect when a power of ten explains its distance, and the usual distance does not.
"""

from collections.abc import Callable, Mapping
from math import log
from typing import Any, Final

import polars as pl

from urbium.model import ValueRule
from urbium.sources.checks.history_rules import distances, usual_distances, yearly_logs
from urbium.sources.checks.rules import ReadFigures
from urbium.sources.checks.value_findings import Findings, Said, figure, no_findings, said
from urbium.text import Text, text

_TEN: Final = log(10)
_SERIES: Final = ("variable", "line")

_NEAR: Final = 0.35
"""In logarithms: a slip explains a distance when what is left of it is within 35 to 40%."""

_NEAR_PEERS: Final = 2.5
"""In standard deviations: what a city may be apart from its peers once the slip is taken back."""

_FAR_PEERS: Final = 6.0
"""In standard deviations: no city is as far from its peers as this."""

_FEW: Final = 2
"""Slips that a short series may have; of one with more, more than a third, powers of ten are its habit."""

_FEWEST_PEERS: Final = 12
_SIGMA: Final = 1.4826
"""From a median distance to a standard deviation, for a normal distribution."""

_LEAST_SIGMA: Final = 0.25
"""In logarithms: peers that are all alike do not make a quarter more suspect."""


def factor_slips(figures: ReadFigures, rule: ValueRule) -> Findings:
    """Find figures that a power of ten up to ``factor`` brings to their history or to that of their peers.

    ``low`` is how many usual distances of the variable the distance of a slip must exceed.
    """
    logs = yearly_logs(figures, rule)
    if logs.filter(pl.col("i").is_not_null()).is_empty():
        return no_findings()
    logs = logs.with_columns(x=pl.col("value").clip(1e-300).log()).filter(pl.col("value") > 0)
    apart = distances(logs, is_growing=False)
    usual = usual_distances(apart).group_by("variable").agg(pl.col("usual").max())
    slips = pl.concat([_beside_neighbours(apart, usual, rule), _beside_stored(logs, usual, rule)])
    peers = _beside_peers(logs.join(slips.select("i"), on="i", how="anti", nulls_equal=True), rule)
    slips = pl.concat([slips, peers]).unique("i", keep="first", maintain_order=True)
    return said(slips, rule.id, _say(rule))


_FOUND: Final = ("i", "value", "unit", "expected", "near", "year", "power")


def _with_power(table: pl.DataFrame, rule: ValueRule) -> pl.DataFrame:
    """Add the power of ten nearest to the distance of each figure from what is expected, and what is left."""
    most = round(log(rule.factor) / _TEN)
    signed = pl.col("x") - pl.col("expected")
    return (
        table.with_columns(power=(signed / _TEN).round().clip(-most, most).cast(pl.Int32))
        .filter(pl.col("power") != 0)
        .with_columns(left=(signed - pl.col("power") * _TEN).abs())
    )


def _beside_neighbours(apart: pl.DataFrame, usual: pl.DataFrame, rule: ValueRule) -> pl.DataFrame:
    """Return figures whose neighbours in the series agree with each other, and with it but for a power."""
    far = (rule.low or 0) * pl.max_horizontal(pl.col("usual") * pl.col("gap"), pl.lit(0.0))
    agree = ~pl.col("is_between") | (pl.col("apart") < pl.col("distance") / 2)
    nearest = pl.when(pl.col("year_before").is_not_null())
    slips = (
        _with_power(apart.join(usual, on="variable", how="left"), rule)
        .filter(pl.col("left") < _NEAR, agree, pl.col("distance") > far.fill_null(0.0))
        .with_columns(
            near=nearest.then("value_before").otherwise("value_after"),
            year=nearest.then("year_before").otherwise("year_after"),
        )
    )
    length = apart.group_by(*_SERIES).agg(length=pl.len())
    is_volatile = pl.len().over(_SERIES) > pl.max_horizontal(pl.lit(_FEW), pl.col("length") / 3)
    slips = slips.join(length, on=list(_SERIES)).filter(~is_volatile, pl.col("i").is_not_null())
    return slips.select(*_FOUND)


def _beside_stored(logs: pl.DataFrame, usual: pl.DataFrame, rule: ValueRule) -> pl.DataFrame:
    """Return figures of a file that differ by a power from what is stored of their series, however many."""
    stored = logs.filter(pl.col("i").is_null()).sort("year")
    stored = stored.select(*_SERIES, "year", expected="x", near="value", stored_year="year")
    read = logs.filter(pl.col("i").is_not_null()).sort("year")
    if stored.is_empty():
        return pl.DataFrame(schema=_schema(logs))
    beside = read.join_asof(
        stored, on="year", by=list(_SERIES), strategy="nearest", check_sortedness=False
    ).drop_nulls("near")
    beside = beside.with_columns(
        year=pl.col("stored_year"), gap=(pl.col("year") - pl.col("stored_year")).abs()
    )
    far = (rule.low or 0) * pl.col("usual").fill_null(0.0) * pl.col("gap").cast(pl.Float64).sqrt()
    return (
        _with_power(beside.join(usual, on="variable", how="left"), rule)
        .filter(pl.col("left") < _NEAR, (pl.col("x") - pl.col("expected")).abs() > far)
        .select(*_FOUND)
    )


def _beside_peers(logs: pl.DataFrame, rule: ValueRule) -> pl.DataFrame:
    """Return figures of whole series that lie a power of ten outside what other cities have."""
    series = logs.group_by(*_SERIES).agg(middle=pl.col("x").median(), area=pl.col("area").first())
    sort = ["variable", "area"]
    spread = (pl.col("middle") - pl.col("middle").median().over(sort)).abs().median().over(sort)
    series = series.with_columns(
        peers=pl.len().over(sort),
        expected=pl.col("middle").median().over(sort),
        sigma=pl.max_horizontal(_SIGMA * spread, pl.lit(_LEAST_SIGMA)),
    ).filter(pl.col("peers") >= _FEWEST_PEERS)
    table = logs.join(series.drop("area"), on=list(_SERIES)).filter(pl.col("i").is_not_null())
    whole = (pl.col("middle") - pl.col("expected")).abs() > _FAR_PEERS * pl.col("sigma")
    return (
        _with_power(table, rule)
        .filter(whole, pl.col("power").abs() > 1, pl.col("left") < _NEAR_PEERS * pl.col("sigma"))
        .with_columns(near=pl.col("expected").exp(), year=pl.lit(None, pl.Int32))
        .select(*_FOUND)
    )


def _schema(logs: pl.DataFrame) -> dict[str, Any]:
    kinds = {"expected": pl.Float64, "near": pl.Float64, "year": pl.Int32, "power": pl.Int32}
    return {name: kinds.get(name) or logs.schema[name] for name in _FOUND}


def _say(rule: ValueRule) -> Callable[[Mapping[str, Any]], Said]:
    def say(row: Mapping[str, Any]) -> Said:
        return rule.severity, _slip(row), rule.remedy

    return say


def _slip(row: Mapping[str, Any]) -> Text:
    """Say by which factor a figure differs, from what, and what was likely meant."""
    power = row["power"]
    value, near = figure(row["value"], row["unit"]), figure(float(f"{row['near']:.4g}"), row["unit"])
    meant = figure(float(f"{row['value'] / 10.0**power:.12g}"), row["unit"])
    factor = 10 ** abs(power)
    if row["year"] is None:
        if power > 0:
            return text(
                "{value} is about {factor:,} times the value in other cities (median {near}): did you "
                "mean {meant}?",
                value=value, factor=factor, near=near, meant=meant
            )  # fmt: skip
        return text(
            "other cities have about {factor:,} times {value} (median {near}): did you mean {meant}?",
            value=value, factor=factor, near=near, meant=meant
        )  # fmt: skip
    if power > 0:
        return text(
            "{value} is about {factor:,} times the city's own figure for another year ({near} in "
            "{year}): did you mean {meant}?",
            value=value, factor=factor, near=near, year=row["year"], meant=meant
        )  # fmt: skip
    return text(
        "the city's own figure for another year is about {factor:,} times {value} ({near} in {year}): "
        "did you mean {meant}?",
        value=value, factor=factor, near=near, year=row["year"], meant=meant
    )  # fmt: skip


SLIPS: Final[Mapping[str, Callable[[ReadFigures, ValueRule], Findings]]] = {"slip": factor_slips}
"""The kind of rules of this module."""

r"""What each city has still to gain, read from its figures by the rules of ``data/rules/needs.csv``.

A rule makes one figure of its inputs, and sets it between two anchors,

.. math:: n = \frac{f(x) - f(x_0)}{f(x_1) - f(x_0)}

where nothing is to be gained at :math:`x_0` and all is at :math:`x_1`; f is the figure itself or its
logarithm, and n is cut to the least need and 1. An anchor is a norm, a target or a percentile of the
programme's cities. Several rules of an indicator are averaged by their weights w; a rule that scales (role
``scales``) multiplies that average by :math:`1 - w + w n`, and tells nothing by itself. A rule whose figures
a city does not have, or that is made for another nation, says nothing there. The first of these that is there
counts:

1. the score of the indicator itself, where the adopted index measures it: 1 - normalised value / 100;
2. the rules of the indicator;
3. a range, the same for every city, because nobody knows: its middle stands in the plan.

Every need has a low and a high end, from which draws of robust plans are made.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.needs import anchor
from urbium.model import Evidence, NeedRole, NeedRule
from urbium.plan.build.assumptions import RANK, Assumed
from urbium.plan.build.nations import of_nation
from urbium.plan.build.notes import noted
from urbium.plan.problem.tables import TABLES
from urbium.text import text

__all__ = ["city_figures", "city_needs"]

_LEVELS = list(RANK)


def city_figures(catalogue: Catalogue, quantities: pl.DataFrame, nations: pl.DataFrame) -> pl.DataFrame:
    """Return what each rule reads in each city: the table ``figures`` of a roadmap.

    Parameters
    ----------
    quantities : city, input, period, value, as :func:`city_quantities` returns them
    nations : city and nation, as :func:`city_nations` returns them
    """
    least = Assumed(catalogue)("need.least")
    tables = [
        _read(rule, of_nation(rule.nation, quantities, nations), least) for rule in catalogue.needs.values()
    ]
    schema = TABLES["figures"]
    return pl.concat([pl.DataFrame(schema=schema), *(table.select(*schema) for table in tables)])


def _read(rule: NeedRule, quantities: pl.DataFrame, least: float) -> pl.DataFrame:
    """Return the figures of one rule, with the need that each tells; none where its anchors are one."""
    figures = _figure(rule, quantities)
    ends = [_end(word, figures["value"]) for word in (rule.none_at, rule.all_at)]
    scaled = pl.col("value").log10() if rule.formula.is_logarithmic else pl.col("value")
    anchored = figures.with_columns(
        none_at=pl.lit(ends[0], pl.Float64), all_at=pl.lit(ends[1], pl.Float64)
    ).drop_nulls()
    if rule.formula.is_logarithmic:
        none, whole = pl.col("none_at").log10(), pl.col("all_at").log10()
    else:
        none, whole = pl.col("none_at"), pl.col("all_at")
    return anchored.filter(none != whole).select(
        "city", "value", "period", "none_at", "all_at",
        figure=pl.lit(rule.id),
        name=pl.lit(rule.name.get("en", rule.id)),
        unit=pl.lit(rule.unit),
        need=((scaled - none) / (whole - none)).clip(least, 1.0),
        half_width=pl.lit(rule.half_width),
        unseen=pl.lit(rule.unseen),
        evidence=pl.lit(rule.evidence.value),
        note=pl.lit(rule.reason),
    )  # fmt: skip


def _figure(rule: NeedRule, quantities: pl.DataFrame) -> pl.DataFrame:
    """Return city, period and value of what a formula makes of the latest period that has all its inputs."""
    first, *others = rule.inputs
    table = quantities.filter(pl.col("input") == first).select("city", "period", value="value")
    for name in others:
        other = quantities.filter(pl.col("input") == name).select("city", "period", other="value")
        table = (
            table.join(other, on=["city", "period"], maintain_order="left")
            .filter(pl.col("other") > 0)
            .select("city", "period", value=pl.col("value") / pl.col("other"))
        )
    latest = table.sort("city", "period").unique("city", keep="last", maintain_order=True)
    figures = latest.with_columns(pl.col("value") * rule.factor)
    return figures.filter(pl.col("value") > 0) if rule.formula.is_logarithmic else figures


def _end(word: str, values: pl.Series) -> float | None:
    """Return the figure of an anchor; None when it is a percentile of no figures."""
    share, number = anchor(word)
    return number if share is None else values.quantile(share, "linear")


def city_needs(
    catalogue: Catalogue,
    cities: pl.Series,
    indicators: pl.Series,
    figures: pl.DataFrame,
    scores: pl.DataFrame | None,
) -> pl.DataFrame:
    """Return the table ``gaps`` of a roadmap: the need of each city in each indicator, with its range.

    Parameters
    ----------
    cities, indicators : codes
    figures : as :func:`city_figures` returns them
    scores : city, indicator, normalised (0 to 100), status; None when nothing is measured
    """
    assumed = Assumed(catalogue)
    pairs = pl.DataFrame({"city": cities}).join(
        pl.DataFrame({"indicator": indicators}), how="cross", maintain_order="left_right"
    )
    keys = ["city", "indicator"]
    joined = pairs.join(_measured(scores), on=keys, how="left", maintain_order="left").join(
        _by_rules(catalogue, figures), on=keys, how="left", maintain_order="left"
    )
    measured, derived = pl.col("normalised").is_not_null(), pl.col("of_rules").is_not_null()
    need = (
        pl.when(measured)
        .then(1 - pl.col("normalised").clip(0, 100) / 100)
        .when(derived)
        .then("of_rules")
        .otherwise(assumed("need.unmeasured"))
    )
    half = pl.when(measured).then(assumed("need.measured.half_width")).when(derived).then("width")
    whole = joined.with_columns(need=need, half=half)
    return whole.select(
        *keys,
        "need",
        low=(pl.col("need") - pl.col("half")).clip(0, 1).fill_null(assumed("need.unmeasured.low")),
        high=(pl.col("need") + pl.col("half")).clip(0, 1).fill_null(assumed("need.unmeasured.high")),
        ceiling=pl.lit(1.0),
        figures=pl.when(measured).then(pl.lit("")).otherwise(pl.col("names").fill_null("")),
        evidence=pl.when(measured)
        .then(pl.lit(Evidence.DERIVED.value))
        .otherwise(pl.col("level").fill_null(Evidence.ASSUMPTION.value)),
        note=noted(whole, _need_note),
    )


def _measured(scores: pl.DataFrame | None) -> pl.DataFrame:
    if scores is None:
        return pl.DataFrame(schema={"city": pl.String, "indicator": pl.String, "normalised": pl.Float64})
    return scores.filter(pl.col("status") == "measured").select("city", "indicator", "normalised")


def _by_rules(catalogue: Catalogue, figures: pl.DataFrame) -> pl.DataFrame:
    """Return what the rules of an indicator say of it together, in each city that has figures for one."""
    feeds = pl.DataFrame(
        [
            (rule.id, code, rule.weight, rule.role is NeedRole.TELLS)
            for rule in catalogue.needs.values()
            for code in rule.indicators
        ],
        schema={"figure": pl.String, "indicator": pl.String, "weight": pl.Float64, "tells": pl.Boolean},
        orient="row",
    )
    weight, tells = pl.col("weight"), pl.col("tells")
    mean_need = (pl.col("need") * weight).filter(tells).sum() / weight.filter(tells).sum()
    scale = (1 - weight + weight * pl.col("need")).filter(~tells).product()
    rank = pl.col("evidence").replace_strict(RANK, return_dtype=pl.Int64).max()
    return (
        figures.join(feeds, on="figure", maintain_order="left")
        .group_by("city", "indicator", maintain_order=True)
        .agg(
            of_rules=mean_need * scale,
            width=(pl.col("half_width") * weight).sum() / weight.sum(),
            names=pl.col("figure").str.join(";"),
            level=rank,
            said=pl.col("name"),
            is_told=tells.any(),
        )
        .filter("is_told")
        .with_columns(level=pl.col("level").replace_strict(dict(enumerate(_LEVELS)), return_dtype=pl.String))
    )


def _need_note(row: Mapping[str, Any]) -> str:
    """Say what a need rests on."""
    if row["normalised"] is not None:
        return text("plan.need.measured", "1 - normalised value of {name}", name=row["indicator"])
    if row["of_rules"] is not None:
        names = list(dict.fromkeys(row["said"]))
        return text("plan.need.figures", "read from {names:list} of the city", names=names)
    return text(
        "plan.need.unknown",
        "not measured in any city: the middle of a range (assumption need.unmeasured)",
    )

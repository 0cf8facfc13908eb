r"""What each city has still to gain, read from its figures by the rules of ``data/rules/needs.csv``.

A rule makes one figure of its inputs, and sets it between two anchors,

.. math:: n = \frac{f(x) - f(x_0)}{f(x_1) - f(x_0)}

where nothing is to be gained at :math:`x_0` and all is at :math:`x_1`; f is the figure itself or its
logarithm, and n is cut to the least need and 1. An anchor is a norm, a target or a percentile of the
programme's cities. A rule whose figures a city does not have, or that is made for another nation, says
nothing there. The first of these that is there counts:

1. the indicator's own figure, by its declared formula (:func:`own_rules`) or by the first rule that reads
   one (evidence ``measured_here``): alone, nothing else is mixed in;
2. the other rules of the indicator, averaged by their weights w; a rule that scales (role ``scales``)
   multiplies that average by :math:`1 - w + w n`, and tells nothing by itself;
3. a range, the same for every city, because nobody knows: its middle stands in the plan.

Every need has a low and a high end, from which draws of robust plans are made. See ADR 0035, 0114.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.checks.needs import anchor
from urbium.columns import schema_of
from urbium.model import Evidence, NeedFormula, NeedRole, NeedRule
from urbium.plan.inputs.assumptions import RANK, Assumed
from urbium.plan.inputs.nations import of_nation
from urbium.plan.inputs.notes import cell, noted, of_cell
from urbium.plan.inputs.quantities import own_indicators
from urbium.plan.problem.tables import TABLES
from urbium.text import declared, named, text

_LEVELS = list(RANK)
_OWN_FIGURE = text(
    "the indicator's own figure; if no target is declared, the best tenth of the cities sets the target"
)


def own_rules(catalogue: Catalogue) -> dict[str, NeedRule]:
    """Return how the own figure of each indicator tells its need, for those whose formula is declared.

    Nothing is to be gained at the indicator's benchmark or, without one, at what the best tenth of the cities
    have. Where more is better all is to be gained at zero, so that a need is what is missing of the target,
    as a share of it; where less is better, at twice the benchmark, or at what the worst tenth have.
    """
    half_width = Assumed(catalogue)("need.measured.half_width")
    rules = {}
    for code, indicator in own_indicators(catalogue).items():
        is_more, target = indicator.direction > 0, indicator.benchmark
        best, worst = ("p90", "0") if is_more else ("p10", str(2 * target) if target else "p90")
        rules[code] = NeedRule(
            id=code, name=indicator.name, indicators=(code,), inputs=(code,), formula=NeedFormula.VALUE,
            factor=1.0, unit=indicator.unit, none_at=best if target is None else str(target),
            all_at=worst, role=NeedRole.TELLS, weight=1.0, half_width=half_width,
            nation="", evidence=Evidence.MEASURED_HERE, source=indicator.standard, reason=str(_OWN_FIGURE),
            unseen="",
        )  # fmt: skip
    return rules


def _rules(catalogue: Catalogue) -> dict[str, NeedRule]:
    return own_rules(catalogue) | dict(catalogue.needs)


def city_figures(catalogue: Catalogue, quantities: pl.DataFrame, nations: pl.DataFrame) -> pl.DataFrame:
    """Return what each rule reads in each city: the table ``figures`` of a roadmap.

    Parameters
    ----------
    quantities : city, input, period, value, as :func:`city_quantities` returns them
    nations : city and nation, as :func:`city_nations` returns them
    """
    least = Assumed(catalogue)("need.least")
    there = set(quantities["input"].unique())
    tables = [
        _read(rule, of_nation(rule.nation, quantities, nations), least)
        for rule in _rules(catalogue).values()
        if there.issuperset(rule.inputs)
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
    need = ((scaled - none) / (whole - none)).clip(least, 1.0)
    return anchored.filter(none != whole).select(
        "city", "value", "period", "none_at", "all_at",
        figure=pl.lit(rule.id),
        name=pl.lit(cell(named(rule.name, rule.id))),
        unit=pl.lit(rule.unit),
        need=pl.lit(least) if _is_passed(rule, *ends) else need,
        half_width=pl.lit(rule.half_width),
        unseen=pl.lit(cell(declared(rule.unseen))),
        evidence=pl.lit(rule.evidence.value),
        note=pl.lit(cell(declared(rule.reason))),
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


def _is_passed(rule: NeedRule, none: float | None, whole: float | None) -> bool:
    """Say whether even the cities with most to gain are past the anchor at which nothing is to be gained.

    A percentile then lies on the other side of a number than its rank says, as where every city shrinks.
    """
    if none is None or whole is None:
        return False
    ranks = ((anchor(rule.all_at)[0], 1), (anchor(rule.none_at)[0], -1))
    return any(share is not None and (share - 0.5) * side * (whole - none) < 0 for share, side in ranks)


def city_needs(
    catalogue: Catalogue, cities: pl.Series, indicators: pl.Series, figures: pl.DataFrame
) -> pl.DataFrame:
    """Return the table ``gaps`` of a roadmap: the need of each city in each indicator, with its range.

    Parameters
    ----------
    cities, indicators : codes
    figures : as :func:`city_figures` returns them
    """
    assumed = Assumed(catalogue)
    pairs = pl.DataFrame({"city": cities}).join(
        pl.DataFrame({"indicator": indicators}), how="cross", maintain_order="left_right"
    )
    keys = ["city", "indicator"]
    joined = pairs.join(_by_rules(catalogue, figures), on=keys, how="left", maintain_order="left")
    need, half = pl.col("need").fill_null(assumed("need.unmeasured")), pl.col("width")
    return joined.select(
        *keys,
        need,
        low=(need - half).clip(0, 1).fill_null(assumed("need.unmeasured.low")),
        high=(need + half).clip(0, 1).fill_null(assumed("need.unmeasured.high")),
        ceiling=pl.lit(1.0),
        figures=pl.col("names").fill_null(""),
        evidence=pl.col("level").fill_null(Evidence.ASSUMPTION.value),
        note=noted(joined, _need_note),
    )


def _by_rules(catalogue: Catalogue, figures: pl.DataFrame) -> pl.DataFrame:
    """Return what the rules of an indicator say of it together, in each city that has figures for one."""
    feeds = pl.DataFrame(
        [
            (rule.id, code, rule.weight, rule.role is NeedRole.TELLS, place)
            for place, rule in enumerate(_rules(catalogue).values())
            for code in rule.indicators
        ],
        schema=schema_of("figure indicator weight tells place", tells=pl.Boolean(), place=pl.Int64()),
        orient="row",
    )
    weight, tells = pl.col("weight"), pl.col("tells")
    is_measured = tells & (pl.col("evidence") == Evidence.MEASURED_HERE.value)
    measured = pl.col("place").filter(is_measured).min().over("city", "indicator")
    mean_need = (pl.col("need") * weight).filter(tells).sum() / weight.filter(tells).sum()
    scale = (1 - weight + weight * pl.col("need")).filter(~tells).product()
    rank = pl.col("evidence").replace_strict(RANK, return_dtype=pl.Int64).max()
    return (
        figures.join(feeds, on="figure", maintain_order="left")
        .filter(measured.is_null() | (pl.col("place") == measured))
        .group_by("city", "indicator", maintain_order=True)
        .agg(
            need=mean_need * scale,
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
    if row["need"] is None:
        return text("not measured: the middle of a range (assumption)")
    names = [of_cell(said) for said in dict.fromkeys(row["said"])]
    if row["level"] == Evidence.MEASURED_HERE.value:
        return text("measured in the city: {names:list}", names=names)
    return text("estimated from the city's figures: {names:list}", names=names)

r"""Natural units: what a plan changes of each outcome in tonnes, minutes or cases, as far as that is known.

What the projects of a city do to an outcome together is what the plan counts, summed and cut at the gap's
ceiling; here it is done at the low end, the middle and the high end of the effects alike. Of an outcome with
the potential :math:`p` (per cent or points of the city's own figure :math:`x`, or an amount that a source
states) the plan changes

.. math:: \Delta = n \, \min(\textstyle\sum_p e_p, \hat a) \cdot p \cdot x

where n is the need, the share of the potential that is open in the city. What is counted for each person is
multiplied by the people served, and adds up; anything else is an average over people. Where neither the
city's own figure nor a source's amount is there, nothing is said. See ADR 0118.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium.model import Evidence, ResultKind
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.proof import level_words
from urbium.plan.rules.rule import Outcome
from urbium.text import Text, coded, text, texts
from urbium.text.naming import first_named
from urbium.units import range_words, units

_ENDS = ("low", "middle", "high")
_MILLION = 1e6
_PER_PERSON = "per person"
_POINTS = "pp"
_OF_FIGURE = ("pct", _POINTS)
_LEVELS = {level.value: rank for rank, level in enumerate(Evidence)}
_CASES = "cases"
"""What is counted per person without a unit of its own: crimes, deaths."""


def changes(plan: Outcome) -> pl.DataFrame:
    """Return what each chosen project changes of each outcome in its city, once its effects are felt in full.

    Columns: project, city, indicator, name, low, middle, high (below 0: less; null where nothing is known),
    unit (empty then), base (the evidence of what it is computed from: measured here, the city's own figure),
    is_sum (whether places add up), people (of the city; null where weights are something else), evidence (the
    weakest of effect, need and base). Only what is felt by the last year that counts is there; a city's rows
    of an outcome add up to the city's change.
    """
    road = plan.roadmap
    people = pl.col("weight") * _MILLION if road.settings.counts_people else pl.lit(None, pl.Float64)
    at = ["city", "indicator"]
    rows = (
        _shares(plan)
        .join(_amounts(road), on=at, how="left", maintain_order="left")
        .join(road.cities.select("city", people=people), on="city", how="left", maintain_order="left")
        .join(_totals(road.settings.counts_people), on="unit", how="left", maintain_order="left")
    )
    factor = (pl.col("factor") * pl.col("people")).fill_null(1.0)
    weakest = pl.max_horizontal(_rank("effect_evidence"), _rank("need_evidence"), _rank("base"))
    return rows.with_columns(weakest=weakest).select(
        "project", *at, pl.coalesce("name", "called").alias("name"),
        *(pl.col(end) * pl.col(f"whole_{end}") * factor for end in _ENDS),
        pl.coalesce("total", "unit").fill_null("").alias("unit"), pl.col("base").fill_null(""),
        pl.col("total").is_not_null().alias("is_sum"), "people", _level("weakest").alias("evidence"),
    )  # fmt: skip


def _shares(plan: Outcome) -> pl.DataFrame:
    """Return what each project has of what is closed of a potential, at the ends and the middle of its range.

    The ends are shares of the ends of the potential, so that each sum is cut where the plan cuts its own.
    """
    road = plan.roadmap
    outcomes = road.indicators.filter(kind=ResultKind.OUTCOME.value)
    ends = road.potentials.filter(pl.col("unit").is_in(_OF_FIGURE))
    middle = (pl.col("end_low") + pl.col("end_high")) / 2
    felt = (road.last_counted - pl.col("finish") - pl.col("lag")).clip(0, pl.col("rollout"))
    linked = (
        road.effects.join(plan.table.select("project", "city", "finish"), on="project", maintain_order="left")
        .join(outcomes.select("indicator", called="name"), on="indicator", maintain_order="left")
        .join(ends.select("indicator", end_low="low", end_high="high"), on="indicator", how="left")
        .with_columns(
            low=pl.col("low").fill_null(pl.col("effect")) * _ratio(middle, pl.col("end_low")),
            middle="effect",
            high=pl.col("high").fill_null(pl.col("effect")) * _ratio(middle, pl.col("end_high")),
        )
        .with_columns(pl.col(*_ENDS) * felt / pl.col("rollout"))
        .filter(pl.col("middle") > 0)
    )
    gaps = road.gaps.select(
        "city", "indicator", "ceiling", need_evidence="evidence", need_middle="need",
        need_low=pl.coalesce("low", "need"), need_high=pl.coalesce("high", "need"),
    )  # fmt: skip
    return linked.join(gaps, on=["city", "indicator"], maintain_order="left").select(
        "project", "city", "indicator", "called", "need_evidence", effect_evidence="evidence",
        **{end: pl.col(end) * _kept(end) * pl.col(f"need_{end}") for end in _ENDS},
    )  # fmt: skip


def _ratio(middle: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return how many times the end of a potential its middle is; 0 of nothing, 1 where it is not said."""
    return pl.when(end == 0).then(0.0).otherwise(middle / end).fill_null(1.0)


def _kept(end: str) -> pl.Expr:
    """Return the share of an effect that counts, where all effects on its gap are more than its ceiling."""
    together = pl.col(end).sum().over("city", "indicator")
    return pl.when(together > pl.col("ceiling")).then(pl.col("ceiling") / together).otherwise(1.0)


def _amounts(road: Roadmap) -> pl.DataFrame:
    """Return what the whole potential is by city and indicator: of its own figure, else as a source says."""
    measured, value = Evidence.MEASURED_HERE.value, pl.col("value")
    is_points, is_of_figure = pl.col("of") == _POINTS, pl.col("unit").is_in(_OF_FIGURE)
    measured_amounts = (
        road.gaps.filter(evidence=measured)
        .select("city", "indicator", figure="figures")
        .join(road.figures.filter(evidence=measured), on=["city", "figure"])
        .select("city", "indicator", "value", "name", "unit", base="evidence")
        .join(
            road.potentials.filter(is_of_figure).select("indicator", "low", "high", of="unit"), on="indicator"
        )
        .filter(~is_points | (pl.col("unit") == "%"))
        .with_columns(
            pl.when(is_points)
            .then(pl.col(end).clip(-value, 100 - value))
            .otherwise(pl.col(end) * value / 100)
            for end in ("low", "high")
        )
    )
    in_points = pl.col("unit").replace({"%": "percentage points"})
    columns = ["city", "indicator", "name", "unit", "low", "high", "base"]
    stated = (
        road.potentials.filter(~is_of_figure)
        .unique("indicator", keep="first", maintain_order=True)
        .join(road.cities.select("city"), how="cross")
        .join(measured_amounts, on=["city", "indicator"], how="anti")
        .rename({"evidence": "base"})
    )
    middle = ((pl.col("low") + pl.col("high")) / 2).alias("whole_middle")
    return pl.concat(
        [measured_amounts.with_columns(in_points).select(columns), stated.select(columns)]
    ).select("city", "indicator", "name", "unit", "base", middle, whole_low="low", whole_high="high")


def _totals(is_counted: bool) -> pl.DataFrame:
    """Return unit, total (the unit of what is so much for each person) and factor, of those per person."""
    base = {unit.dimension: unit.id for unit in reversed(list(units().values())) if unit.factor == 1} | {
        "": _CASES
    }
    rows = [
        (unit.id, base[whole], unit.factor)
        for unit in units().values()
        if is_counted
        and unit.dimension.endswith(_PER_PERSON)
        and (whole := unit.dimension.removesuffix(_PER_PERSON).strip()) in base
    ]
    schema = {"unit": pl.String(), "total": pl.String(), "factor": pl.Float64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def changes_table(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Return what is known of some of a plan's changes, by outcome and by what it is computed from.

    Sums where amounts add up, else means over the people of the cities (over cities, where nobody said how
    many people there are). Columns: those of ``by``, indicator, name, low, middle, high, unit, is_sum, base,
    cities, of_cities (in how many the outcome improves), people, evidence (the weakest).

    Parameters
    ----------
    rows : as :func:`changes` returns them, of the whole plan, a city or a project
    by : further columns of the rows, for each of which there is a table, such as ``city``
    """
    keys = [*by, "indicator", "name", "unit", "is_sum", "base", "of_cities"]
    weight = pl.col("people").fill_null(1.0)
    share = pl.when("is_sum").then(1.0).otherwise(weight / weight.sum().over(keys))
    return (
        rows.with_columns(of_cities=pl.col("city").n_unique().over(*by, "indicator").cast(pl.Int64))
        .filter(pl.col("unit") != "")
        .group_by(list(dict.fromkeys([*keys, "city"])), maintain_order=True)
        .agg(pl.col(*_ENDS).sum(), pl.col("people").first(), rank=_rank("evidence").max())
        .with_columns(pl.col(*_ENDS) * share)
        .group_by(keys, maintain_order=True)
        .agg(pl.col(*_ENDS, "people").sum(), pl.col("rank").max(), cities=pl.len().cast(pl.Int64))
        .select(
            *keys[:-4], *_ENDS, *keys[-4:-1], "cities", "of_cities", "people", evidence=_level("rank")
        )
        .sort(*by, -pl.col("cities"), "indicator", "unit", "base")
    )  # fmt: skip


def changes_words(rows: pl.DataFrame, road: Roadmap) -> list[Text]:
    """Say what is known of some of a plan's changes, and of how many other outcomes nothing is.

    Parameters
    ----------
    rows : as :func:`changes` returns them, of the whole plan, a city or a project
    road : the plan's, which knows the last year that counts and what outcomes are called
    """
    said = [_change_words(row, road) for row in changes_table(rows).iter_rows(named=True)]
    dark = rows.group_by("indicator").agg(pl.col("name").first(), pl.len(), (pl.col("unit") == "").all())
    names = dark.filter("unit").sort("len", "indicator", descending=[True, False])["name"]
    if names.is_empty():
        return said
    unknown = coded(
        "plan.units.unknown",
        "For {count} outcome that improves, the amount of the change is unknown: what sources state is "
        "relative, such as in per cent, and no city's figure is stored to apply that to "
        "({names:list}).",
        "For {count} outcomes that improve, the amount of the change is unknown: what sources state is "
        "relative, such as in per cent, and no city's figure is stored to apply that to "
        "({names:list}).",
        count=len(names),
        names=first_named([road.words(name) for name in names]),
    )
    return [*said, unknown]


def _change_words(row: Mapping[str, Any], road: Roadmap) -> Text:
    """Say one row of :func:`changes_table`; what a study states of elsewhere is not said as a forecast."""
    facts = {
        "name": road.words(row["name"]), "change": amount_words(row), "year": road.last_counted,
        "where": _where(row),
        "evidence": level_words(row["evidence"]),
    }  # fmt: skip
    if row["base"] == Evidence.MEASURED_HERE.value:
        return coded(
            "plan.units.change",
            "{name}: {change} by {year}, in {where} (based on local figures; evidence: {evidence}).",
            **facts,
        )
    return coded(
        "plan.units.stated",
        "{name}: if what a study found elsewhere also holds in {where}, {change} by {year}; "
        "nothing was measured locally, so this is not a forecast (evidence: {evidence}).",
        **facts,
    )


def project_words(rows: pl.DataFrame, road: Roadmap) -> dict[str, list[tuple[Text, str]]]:
    """Say by project what it changes as far as that is known, and how well each sentence is founded.

    Parameters
    ----------
    rows, road : as :func:`changes_words` takes them
    """
    said: dict[str, list[tuple[Text, str]]] = {}
    for row in changes_table(rows, "project").iter_rows(named=True):
        about = {"name": road.words(row["name"]), "change": amount_words(row)}
        sentence = (
            coded("plan.why.change", "{name}: {change}", **about)
            if row["base"] == Evidence.MEASURED_HERE.value
            else text("{name}: {change}, if what a study found elsewhere also holds here", **about)
        )
        said.setdefault(row["project"], []).append((sentence, row["evidence"]))
    return said


def _where(row: Mapping[str, Any]) -> Text:
    """Say in how many cities, of how many where the outcome improves, and with how many people."""
    people = text("{people:compact}", people=row["people"]) if row["people"] else None
    count, of_cities = row["cities"], row["of_cities"]
    if of_cities == 1:
        return text("this one city")
    if count < of_cities:
        if people is None:
            return text("{count:,} of the {of_cities:,} cities where it improves", count=count,
                        of_cities=of_cities)  # fmt: skip
        return text("{count:,} of the {of_cities:,} cities where it improves, with {people} people",
                    count=count, of_cities=of_cities, people=people)  # fmt: skip
    if people is None:
        return texts("{count} city", "{count:,} cities", count=count)
    return texts("{count} city with {people} people", "{count:,} cities with {people} people in total",
                 count=count, people=people)  # fmt: skip


def amount_words(row: Mapping[str, Any]) -> Text:
    """Say from where to where a change goes, in its unit: a year where it adds up, else on average.

    >>> amount_words({"low": -1_855_200.0, "high": -18_262_000.0, "unit": "t", "is_sum": True})
    '1.9 million to 18 million t less per year'
    >>> amount_words({"low": -0.2, "high": 0.5, "unit": "percentage points", "is_sum": False})
    'on average between 0.2 percentage points less and 0.5 percentage points more'
    """
    low, high = sorted((row["low"], row["high"]))
    if low < 0 < high:
        ends = {
            "less": range_words(-low, -low, row["unit"], _rounded),
            "more": range_words(high, high, row["unit"], _rounded),
        }
        return (
            text("from {less} less to {more} more per year", **ends)
            if row["is_sum"]
            else text("on average between {less} less and {more} more", **ends)
        )
    is_less = low < 0
    nearer, further = sorted((abs(low), abs(high)))
    size = range_words(nearer, further, row["unit"], _rounded)
    if row["is_sum"]:
        return text("{size} less per year", size=size) if is_less else text("{size} more per year", size=size)
    return text("on average {size} less", size=size) if is_less else text("on average {size} more", size=size)


def _rounded(amount: float) -> Text:
    """Write the size of an amount with the two figures that count at most."""
    size = float(f"{abs(amount):.2g}")
    if size < 1:
        return text("{amount:.2g}", amount=size)
    return text("{amount:compact}", amount=size)


def base_words(base: str) -> Text:
    """Say from what a change is computed."""
    if base == Evidence.MEASURED_HERE.value:
        return text("from own figures")
    return text("from the amount that a study states, not from the city's own figures")


def _rank(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(_LEVELS, default=len(_LEVELS), return_dtype=pl.Int64)


def _level(column: str) -> pl.Expr:
    names = dict(enumerate(_LEVELS))
    return pl.col(column).replace_strict(names, default="", return_dtype=pl.String)

"""The declared rules, one function a kind: each returns what it found, nothing is raised here.

Which value does a jump make suspect? The one that disagrees with the year before *and* the year after, in
opposite directions (a spike). A single jump beyond the rule's ``low`` and ``high`` is a note; only beyond
its ``factor`` (for a step: that many points) is it a warning, on the side that its other neighbour does
not support. A break between two coherent halves stays a note: the figures cannot tell which half is right.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from urbium.model import ValueRule, Variable
from urbium.sources.checks.value_findings import Findings, figure, no_findings, said, words
from urbium.sources.spoken import variable_words
from urbium.text import Text, coded, text
from urbium.units import units

_KEY = ["city", "variable", "period", "area", "source"]
_NONE = 4_294_967_295


@dataclass(frozen=True, slots=True)
class ReadFigures:
    """The figures of the file and the stored ones beside them (their ``i`` is null), by variable.

    ``line`` numbers the series (city, boundary, source), ``place`` the keys that figures of several
    variables share (city, period, boundary): joins and sorts by number are several times faster.
    """

    parts: Mapping[str, pl.DataFrame]
    none: pl.DataFrame
    variables: Mapping[str, Variable]

    def of(self, *names: str) -> pl.DataFrame:
        """Return the figures of these variables (of all, when none is named); none when the file has none."""
        parts = [self.parts[name] for name in names or self.parts if name in self.parts]
        return pl.concat(parts) if parts else self.none


def gather_figures(
    table: pl.DataFrame, stored: pl.DataFrame, variables: Mapping[str, Variable]
) -> ReadFigures:
    """Return the file's rows and the stored ones that the file does not replace (their ``i`` is null)."""
    read = table.select("i", "value", *_KEY)
    others = (
        stored.join(read, on=_KEY, how="anti").with_columns(i=pl.lit(None, pl.UInt32)).select(read.columns)
    )
    size = {v.id: units()[v.unit].factor for v in variables.values()}
    kind = {v.id: units()[v.unit].dimension for v in variables.values()}
    name = pl.col("variable")
    figures = pl.concat([read, others]).with_columns(
        size=name.replace_strict(size, default=1.0, return_dtype=pl.Float64),
        kind=name.replace_strict(kind, default="", return_dtype=pl.String),
        unit=name.replace_strict(
            {v.id: v.unit for v in variables.values()}, default="", return_dtype=pl.String
        ),
    )
    number = {name: _numbered(figures[name]) for name in ("city", "area", "source", "period")}
    count = {name: (numbers.max() or 0) + 1 for name, numbers in number.items()}  # type: ignore[operator]
    whose = number["city"] * count["area"] + number["area"]
    figures = figures.with_columns(
        line=whose * count["source"] + number["source"], place=whose * count["period"] + number["period"]
    )
    parts = {str(part["variable"][0]): part for part in figures.partition_by("variable")}
    return ReadFigures(parts, figures.clear(), variables)


def _numbered(names: pl.Series) -> pl.Series:
    """Return each name's number, from 0."""
    distinct = names.unique().to_list()
    return names.replace_strict(distinct, range(len(distinct)), return_dtype=pl.UInt64, default=None)


# Rules on one variable.


def _whole(figures: ReadFigures, rule: ValueRule) -> Findings:
    """A count is a whole number."""
    broken = figures.of(*rule.variables).filter(pl.col("i").is_not_null() & (pl.col("value") % 1 != 0))
    return said(broken, rule.id, words(rule))


def series_of(figures: ReadFigures, rule: ValueRule) -> pl.DataFrame:
    """Return the yearly series of a rule's variables with the values of the years before and after."""
    year = pl.col("period").cast(pl.Int32, strict=False)
    series = pl.col("variable"), pl.col("line")
    follows = (series[1] == series[1].shift(1)) & (series[0] == series[0].shift(1))
    lasting = figures.of(*rule.variables).with_columns(year=year).drop_nulls("year")
    return (
        lasting.sort("variable", "line", "year")
        .with_columns(
            follows=(follows & (pl.col("year") == pl.col("year").shift(1) + 1)).fill_null(value=False)
        )
        .with_columns(
            before=pl.when("follows").then(pl.col("value").shift(1)),
            after=pl.when(pl.col("follows").shift(-1)).then(pl.col("value").shift(-1)),
        )
    )


def _change(figures: ReadFigures, rule: ValueRule) -> Findings:
    """Value / value of the year before lies between ``low`` and ``high``."""
    series = series_of(figures, rule).with_columns(
        rise=_quotient("value", "before"), next_rise=_quotient("after", "value")
    )
    far = rule.factor if rule.factor > 1 else float("inf")
    return _jumps(series, rule, (pl.col("rise") > far) | (pl.col("rise") < 1 / far))


def _step(figures: ReadFigures, rule: ValueRule) -> Findings:
    """Value - value of the year before lies between ``low`` and ``high``."""
    series = series_of(figures, rule).with_columns(
        rise=pl.col("value") - pl.col("before"), next_rise=pl.col("after") - pl.col("value")
    )
    far = rule.factor if rule.factor > 1 else float("inf")
    return _jumps(series, rule, pl.col("rise").abs() > far)


def _fall(figures: ReadFigures, rule: ValueRule) -> Findings:
    """Across a gap of years, a value is at least ``low`` times the one known last before."""
    same = (pl.col("variable") == pl.col("variable").shift(1)) & (pl.col("line") == pl.col("line").shift(1))
    fallen = (
        series_of(figures, rule)
        .with_columns(
            last=pl.when(same).then(pl.col("value").shift(1)),
            last_year=pl.when(same).then(pl.col("year").shift(1)),
        )
        .filter((pl.col("year") > pl.col("last_year") + 1) & (pl.col("value") < rule.low * pl.col("last")))
        .filter(pl.col("i").is_not_null())
    )

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        message = coded(
            "sources.fall.after_gap",
            "{value} follows {last} in {year}: {rule}",
            value=figure(row["value"]),
            last=figure(row["last"]),
            year=row["last_year"],
            rule=rule.message,
        )
        return rule.severity, message, rule.remedy

    return said(fallen, rule.id, say)


def _quotient(above: str, below: str) -> pl.Expr:
    a, b = pl.col(above), pl.col(below)
    return (
        pl.when(b > 0)
        .then(a / b)
        .when((b == 0) & (a > 0))
        .then(float("inf"))
        .when((b == 0) & (a == 0))
        .then(1.0)
    )


def _jumps(series: pl.DataFrame, rule: ValueRule, is_extreme: pl.Expr) -> Findings:
    """Spikes are suspect; of single jumps only extreme ones, on the unsupported side (see the head text)."""
    low = -float("inf") if rule.low is None else rule.low
    high = float("inf") if rule.high is None else rule.high
    rise, next_rise = pl.col("rise"), pl.col("next_rise")
    spike = ((rise > high) & (next_rise < low)) | ((rise < low) & (next_rise > high))
    series = series.with_columns(
        spike=spike.fill_null(value=False),
        jump=((rise > high) | (rise < low)).fill_null(value=False),
        extreme=is_extreme.fill_null(value=False),
        holds=next_rise.is_between(low, high).fill_null(value=False),
        held=rise.is_between(low, high).fill_null(value=False),
    ).with_columns(
        spiked_before=pl.col("follows") & pl.col("spike").shift(1, fill_value=False),
        held_before=pl.col("follows") & pl.col("held").shift(1, fill_value=False),
    )
    lone = pl.col("jump") & ~pl.col("spike") & ~pl.col("spiked_before")
    on_earlier = lone & pl.col("extreme") & pl.col("holds") & ~pl.col("held_before")
    on_later = lone & pl.col("extreme") & ~pl.col("holds")
    series = series.with_columns(
        verdict=pl.when(pl.col("spike"))
        .then(pl.lit("spike"))
        .when(on_later)
        .then(pl.lit("extreme"))
        .when(on_earlier.shift(-1, fill_value=False))
        .then(pl.lit("earlier"))
        .when(lone & ~on_earlier)
        .then(pl.lit("jump"))
    ).filter(pl.col("verdict").is_not_null() & pl.col("i").is_not_null())

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        figures = {name: figure(row[name]) for name in ("value", "before", "after")}
        message = _jump(row["verdict"], rule.message, **figures)
        severity = "note" if row["verdict"] == "jump" else rule.severity
        return severity, message, rule.remedy

    return said(series, rule.id, say)


def _jump(verdict: str, rule: str, *, value: str, before: str, after: str) -> Text:
    """Return what is said of a figure that jumps, by the side on which it is doubted."""
    match verdict:
        case "spike":
            return coded(
                "sources.jump.spike",
                "{value} does not fit between {before} the year before and {after} the year after: {rule}",
                value=value, before=before, after=after, rule=rule
            )  # fmt: skip
        case "earlier":
            return coded(
                "sources.jump.earlier",
                "{value} is followed by {after} in the next year, a level confirmed by the year "
                    "after that: {rule}",
                value=value, after=after, rule=rule
            )  # fmt: skip
    return coded(
        "sources.jump.later", "{value} follows {before} the year before: {rule}",
        value=value, before=before, rule=rule
    )  # fmt: skip


def _spread(figures: ReadFigures, rule: ValueRule) -> Findings:
    """Figures of several sources for the same boundary lie within ``high`` of each other."""
    same = ["variable", "place"]
    spread = (
        figures.of(*rule.variables)
        .with_columns(
            sources=pl.col("source").n_unique().over(same),
            least=pl.col("value").min().over(same),
            most=pl.col("value").max().over(same),
        )
        .filter((pl.col("sources") > 1) & (pl.col("most") > pl.col("least") * (1 + (rule.high or 0))))
        .filter(pl.col("i").is_not_null())
    )
    return said(spread, rule.id, words(rule, least="least", most="most"))


# Rules on several variables of the same city, period and boundary.


def _beside(figures: ReadFigures, first: str, second: str) -> pl.DataFrame:
    """Return the rows of ``first`` with the value of ``second`` for the same city, period and boundary."""
    other = figures.of(second).select("place", j="i", other="value", other_size="size", other_kind="kind")
    return figures.of(first).join(other, on="place", maintain_order="left")


def _ratio(figures: ReadFigures, rule: ValueRule, doubtful: set[int]) -> Findings:
    """``factor`` x first / second lies between ``low`` and ``high``, or the first is suspect."""
    first, second = rule.variables
    low = -float("inf") if rule.low is None else rule.low
    high = float("inf") if rule.high is None else rule.high
    pairs = (
        _beside(figures, first, second)
        .filter(pl.col("other") > 0)
        .with_columns(ratio=rule.factor * pl.col("value") / pl.col("other"))
        .filter(~pl.col("ratio").is_between(low, high) & pl.col("i").is_not_null())
        .filter(~pl.col("i").is_in(list(doubtful)) & ~pl.col("j").fill_null(_NONE).is_in(list(doubtful)))
        .unique("i", keep="first", maintain_order=True)
    )
    return said(pairs, rule.id, words(rule, other=second, ratio="ratio"))


def _order(figures: ReadFigures, rule: ValueRule, doubtful: set[int]) -> Findings:
    """Each variable is at most the next one; both are suspect, for the figures cannot tell which is wrong."""
    findings = []
    for first, second in zip(rule.variables, rule.variables[1:], strict=False):
        scale = (
            pl.when(pl.col("kind") == pl.col("other_kind"))
            .then(pl.col("size") / pl.col("other_size"))
            .otherwise(1.0)
        )
        pairs = (
            _beside(figures, first, second)
            .filter(pl.col("value") * scale > pl.col("other") * (1 + 1e-9))
            .filter(~pl.col("i").fill_null(_NONE).is_in(list(doubtful)))
            .filter(~pl.col("j").fill_null(_NONE).is_in(list(doubtful)))
            .with_columns(first=pl.lit(first), second=pl.lit(second))
        )
        for side in ("i", "j"):
            marked = pairs.with_columns(i=side).drop_nulls("i").unique("i", keep="first", maintain_order=True)
            findings.append(said(marked, rule.id, words(rule, value=first, other=second)))
    return Findings.together(findings) if findings else no_findings()


def _sum(figures: ReadFigures, rule: ValueRule, doubtful: set[int]) -> Findings:
    """The variables add up to between ``low`` and ``high``; all are suspect when they do not."""
    same = ["place", "source"]
    low = -float("inf") if rule.low is None else rule.low
    high = float("inf") if rule.high is None else rule.high
    groups = (
        figures.of(*rule.variables)
        .with_columns(members=pl.len().over(same), sum=pl.col("value").sum().over(same))
        .filter((pl.col("members") == len(rule.variables)) & ~pl.col("sum").is_between(low, high))
        .filter(pl.col("i").is_not_null() & ~pl.col("i").is_in(list(doubtful)))
    )
    return said(groups, rule.id, words(rule, sum="sum"))


def _row(figures: ReadFigures, rule: ValueRule, doubtful: set[int]) -> Findings:
    """The first variable's row is doubted where at least ``low`` of the others are suspect in it."""
    first, *others = rule.variables
    suspect = figures.of(*others).filter(pl.col("i").is_in(list(doubtful)))
    doubted = (
        suspect.group_by("place").agg(others=pl.len(), named="variable").filter(pl.col("others") >= rule.low)
    )
    rows = figures.of(first).join(doubted, on="place", maintain_order="left")
    rows = rows.filter(pl.col("i").is_not_null() & ~pl.col("i").is_in(list(doubtful)))

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        message = text(
            "{value} for {variable} is in the same row as suspect figures for {others:list}: {rule}",
            value=figure(row["value"], row["unit"]), rule=rule.message,
            variable=variable_words(figures.variables, first),
            others=[variable_words(figures.variables, one) for one in sorted(row["named"])],
        )  # fmt: skip
        return rule.severity, message, rule.remedy

    return said(rows, rule.id, say)


ALONE: Mapping[str, Callable[[ReadFigures, ValueRule], Findings]] = {
    "whole": _whole,
    "change": _change,
    "step": _step,
    "fall": _fall,
    "spread": _spread,
}
TOGETHER: Mapping[str, Callable[[ReadFigures, ValueRule, set[int]], Findings]] = {
    "ratio": _ratio,
    "order": _order,
    "sum": _sum,
    "row": _row,
}

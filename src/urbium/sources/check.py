"""Checks of observations: one function a kind of rule, all vectorised, each yields what it found.

Severity. An ``error`` refuses the whole file: the file cannot be trusted (two figures for one key). A
``warning`` keeps the value as ``suspect``: it is stored and shown, and out of every score until somebody
accepts it with a reason; this is also what becomes of a value that its definition makes impossible
(362 % of waste treated), unless ``strict`` asks to refuse the file. A ``note`` changes nothing.

Which value does a jump make suspect? The one that disagrees with the year before *and* the year after, in
opposite directions (a spike). A single jump beyond the rule's ``low`` and ``high`` is a note; only beyond
its ``factor`` (for a step: that many points) is it a warning, on the side that its other neighbour does
not support. A break between two coherent halves stays a note: the figures cannot tell which half is right.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from urbium.errors import Fault
from urbium.model import OBSERVATION, Rule, Status, Variable
from urbium.sources.columns import find_columns
from urbium.sources.grid import cell_name
from urbium.sources.limits import MAX_LISTED
from urbium.units import units

__all__ = ["Checked", "check"]

_KEY = ["city", "variable", "period", "area", "source"]
_FOUND = {
    "i": pl.UInt32(),
    "severity": pl.String(),
    "rule": pl.String(),
    "message": pl.String(),
    "remedy": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """Observations after the checks: suspect ones marked, with the reason; and every finding."""

    table: pl.DataFrame
    faults: tuple[Fault, ...]


def check(
    table: pl.DataFrame,
    *,
    variables: Mapping[str, Variable],
    rules: Sequence[Rule],
    cities: pl.DataFrame,
    known: pl.DataFrame | None = None,
    strict: bool = False,
) -> Checked:
    """Check observations against the variables' ranges, the declared rules and what is known.

    Parameters
    ----------
    table : observations as read, with ``sheet``, ``row`` and ``column`` (counted from 0)
    variables, rules : of the catalogue
    cities : table of cities with ``code`` and a province
    known : stored observations, against which jumps and spreads between sources are also measured
    strict : refuse the file for a value outside the possible range, instead of keeping it as suspect
    """
    table = table.with_row_index("i")
    stored = _stored(known)
    table, dropped, twice = _without_repeats(table)
    found = [twice]
    columns = list(find_columns(table, variables, cities, stored))
    in_columns = {i for finding in columns for i in finding.rows}
    single = table.filter(~pl.col("i").is_in(list(in_columns)))
    found.append(_hard_range(single, variables, strict=strict))
    hard = found[-1]["i"]
    found.append(_plausible_range(single.filter(~pl.col("i").is_in(hard.implode())), variables))
    everything = _with_known(table, stored, variables)
    found += [_ALONE[rule.kind](everything, rule) for rule in rules if rule.kind in _ALONE]
    doubtful = {*in_columns, *pl.concat(found).filter(pl.col("severity") == "warning")["i"]}
    found += [_TOGETHER[rule.kind](everything, rule, doubtful) for rule in rules if rule.kind in _TOGETHER]
    findings = pl.concat(found).filter(~pl.col("i").is_in(list(in_columns)) | (pl.col("severity") == "error"))
    faults = [finding.fault for finding in columns]
    faults += _faults(findings, pl.concat([table, dropped]))
    reasons = {
        i: f"{finding.fault.rule}: {finding.fault.message}" for finding in columns for i in finding.rows
    }
    return Checked(_marked(table, findings, reasons), tuple(faults))


def _stored(known: pl.DataFrame | None) -> pl.DataFrame:
    names = ["city", "variable", "period", "value", "area", "source"]
    if known is None:
        return pl.DataFrame(schema={name: OBSERVATION[name] for name in names})
    return known.filter(pl.col("status") != Status.SUSPECT).select(names)


@dataclass(frozen=True, slots=True)
class _Figures:
    """The figures of the file and the stored ones beside them (their ``i`` is null), by variable."""

    parts: Mapping[str, pl.DataFrame]
    none: pl.DataFrame

    def of(self, *names: str) -> pl.DataFrame:
        """Return the figures of these variables; none when no figure of them is in the file."""
        parts = [self.parts[name] for name in names if name in self.parts]
        return pl.concat(parts) if parts else self.none


def _with_known(table: pl.DataFrame, stored: pl.DataFrame, variables: Mapping[str, Variable]) -> _Figures:
    """Return the file's rows and the stored ones that the file does not replace (their ``i`` is null)."""
    own = table.select("i", "value", *_KEY)
    others = stored.join(own, on=_KEY, how="anti").with_columns(i=pl.lit(None, pl.UInt32)).select(own.columns)
    size = {v.id: units()[v.unit].factor for v in variables.values()}
    kind = {v.id: units()[v.unit].dimension for v in variables.values()}
    name = pl.col("variable")
    figures = pl.concat([own, others]).with_columns(
        size=name.replace_strict(size, default=1.0, return_dtype=pl.Float64),
        kind=name.replace_strict(kind, default="", return_dtype=pl.String),
        unit=name.replace_strict(
            {v.id: v.unit for v in variables.values()}, default="", return_dtype=pl.String
        ),
    )
    parts = {str(part["variable"][0]): part for part in figures.partition_by("variable")}
    return _Figures(parts, figures.clear())


# Findings of the table itself.


def _duplicates(table: pl.DataFrame) -> pl.DataFrame:
    """The same key stands twice: with one value a note, with two an error on every cell of it."""
    first = pl.struct("row", "column").first().over(_KEY)
    twice = (
        table.filter(pl.struct(_KEY).is_duplicated())
        .with_columns(
            values=pl.col("value").n_unique().over(_KEY), first=first, place=pl.int_range(pl.len()).over(_KEY)
        )
        .filter((pl.col("values") > 1) | (pl.col("place") > 0))
    )

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        where = cell_name(row["first"]["row"], row["first"]["column"])
        if row["values"] == 1:
            return "note", f"the figure stands twice (first in {where}) and is taken once", "delete one"
        key = f"{row['city']}, {row['variable']}, {row['period']}"
        message = f"{key} has {row['values']} different figures (the first in {where})"
        return "error", message, "keep the right one"

    return _said(twice, "duplicate", say)


def _without_repeats(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the first row of every key, the others, and what is to be said about them."""
    kept = table.unique(_KEY, keep="first", maintain_order=True)
    if kept.height == table.height:
        return table, table.clear(), _none()
    return kept, table.join(kept.select("i"), on="i", how="anti"), _duplicates(table)


def _bounds(table: pl.DataFrame, variables: Mapping[str, Variable], low: str, high: str) -> pl.DataFrame:
    name = pl.col("variable")
    low_of = {v.id: getattr(v, low) for v in variables.values() if getattr(v, low) is not None}
    high_of = {v.id: getattr(v, high) for v in variables.values() if getattr(v, high) is not None}
    return table.with_columns(
        low=name.replace_strict(low_of, default=None, return_dtype=pl.Float64),
        high=name.replace_strict(high_of, default=None, return_dtype=pl.Float64),
    ).filter((pl.col("value") < pl.col("low")) | (pl.col("value") > pl.col("high")))


def _hard_range(table: pl.DataFrame, variables: Mapping[str, Variable], *, strict: bool) -> pl.DataFrame:
    """Impossible by definition: below or above what the quantity can be."""
    severity = "error" if strict else "warning"

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        side, end = (
            ("above", row["high"])
            if row["high"] is not None and row["value"] > row["high"]
            else ("below", row["low"])
        )
        extreme = "largest" if side == "above" else "smallest"
        figure = _figure(row["value"], row["unit"])
        return (
            severity,
            f"{figure} is {side} {_figure(end)}, the {extreme} possible",
            "correct it at its source",
        )

    return _said(_bounds(table, variables, "hard_min", "hard_max"), "hard-range", say)


def _plausible_range(table: pl.DataFrame, variables: Mapping[str, Variable]) -> pl.DataFrame:
    """Possible, but outside what such cities have."""

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        ends = " to ".join("..." if row[end] is None else _figure(row[end]) for end in ("low", "high"))
        figure = _figure(row["value"], row["unit"])
        return (
            "warning",
            f"{figure} is outside the plausible {ends}",
            "correct it, or accept it with a reason",
        )

    return _said(_bounds(table, variables, "plausible_min", "plausible_max"), "plausible-range", say)


# Rules on one variable.


def _whole(figures: _Figures, rule: Rule) -> pl.DataFrame:
    """A count is a whole number."""
    broken = figures.of(*rule.variables).filter(pl.col("i").is_not_null() & (pl.col("value") % 1 != 0))
    return _said(broken, rule.id, _words(rule))


def _series(figures: _Figures, rule: Rule) -> pl.DataFrame:
    """Return the yearly series of a rule's variables with the values of the years before and after."""
    one = ["city", "variable", "area", "source"]
    year = pl.col("period").cast(pl.Int32, strict=False)
    lasting = figures.of(*rule.variables).with_columns(year=year).drop_nulls("year")
    before, after = pl.col("year").shift(1).over(one), pl.col("year").shift(-1).over(one)
    return lasting.sort(*one, "year").with_columns(
        before=pl.when(before == pl.col("year") - 1).then(pl.col("value").shift(1).over(one)),
        after=pl.when(after == pl.col("year") + 1).then(pl.col("value").shift(-1).over(one)),
    )


def _change(figures: _Figures, rule: Rule) -> pl.DataFrame:
    """Value / value of the year before lies between ``low`` and ``high``."""
    series = _series(figures, rule).with_columns(
        rise=_quotient("value", "before"), next_rise=_quotient("after", "value")
    )
    far = rule.factor if rule.factor > 1 else float("inf")
    return _jumps(series, rule, (pl.col("rise") > far) | (pl.col("rise") < 1 / far))


def _step(figures: _Figures, rule: Rule) -> pl.DataFrame:
    """Value - value of the year before lies between ``low`` and ``high``."""
    series = _series(figures, rule).with_columns(
        rise=pl.col("value") - pl.col("before"), next_rise=pl.col("after") - pl.col("value")
    )
    far = rule.factor if rule.factor > 1 else float("inf")
    return _jumps(series, rule, pl.col("rise").abs() > far)


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


def _jumps(series: pl.DataFrame, rule: Rule, is_extreme: pl.Expr) -> pl.DataFrame:
    """Spikes are suspect; of single jumps only extreme ones, on the unsupported side (see the head text)."""
    low = -float("inf") if rule.low is None else rule.low
    high = float("inf") if rule.high is None else rule.high
    one = ["city", "variable", "area", "source"]
    rise, next_rise = pl.col("rise"), pl.col("next_rise")
    spike = ((rise > high) & (next_rise < low)) | ((rise < low) & (next_rise > high))
    series = series.with_columns(
        spike=spike.fill_null(value=False),
        jump=((rise > high) | (rise < low)).fill_null(value=False),
        extreme=is_extreme.fill_null(value=False),
        holds=next_rise.is_between(low, high).fill_null(value=False),
        held=rise.is_between(low, high).fill_null(value=False),
    ).with_columns(
        spiked_before=pl.col("spike").shift(1, fill_value=False).over(one),
        held_before=pl.col("held").shift(1, fill_value=False).over(one),
    )
    lone = pl.col("jump") & ~pl.col("spike") & ~pl.col("spiked_before")
    on_earlier = lone & pl.col("extreme") & pl.col("holds") & ~pl.col("held_before")
    on_later = lone & pl.col("extreme") & ~pl.col("holds")
    series = series.with_columns(
        verdict=pl.when(pl.col("spike"))
        .then(pl.lit("spike"))
        .when(on_later)
        .then(pl.lit("extreme"))
        .when(on_earlier.shift(-1, fill_value=False).over(one))
        .then(pl.lit("earlier"))
        .when(lone & ~on_earlier)
        .then(pl.lit("jump"))
    ).filter(pl.col("verdict").is_not_null() & pl.col("i").is_not_null())

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        now, before, after = (_figure(row[name]) for name in ("value", "before", "after"))
        how = {
            "spike": f"{now} stands between {before} the year before and {after} the year after",
            "extreme": f"{now} follows {before} the year before",
            "earlier": f"{now} is followed by {after} the year after, which the next year confirms",
            "jump": f"{now} follows {before} the year before",
        }[row["verdict"]]
        severity = "note" if row["verdict"] == "jump" else rule.severity
        return severity, f"{how}: {rule.message}", rule.remedy

    return _said(series, rule.id, say)


def _spread(figures: _Figures, rule: Rule) -> pl.DataFrame:
    """Figures of several sources for the same boundary lie within ``high`` of each other."""
    same = ["city", "variable", "period", "area"]
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
    return _said(spread, rule.id, _words(rule, least="least", most="most"))


# Rules on several variables of the same city, period and boundary.


def _beside(figures: _Figures, first: str, second: str) -> pl.DataFrame:
    """Return the rows of ``first`` with the value of ``second`` for the same city, period and boundary."""
    same = ["city", "period", "area"]
    other = figures.of(second).select(*same, j="i", other="value", other_size="size", other_kind="kind")
    return figures.of(first).join(other, on=same, maintain_order="left")


def _ratio(figures: _Figures, rule: Rule, doubtful: set[int]) -> pl.DataFrame:
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
    return _said(pairs, rule.id, _words(rule, other=second, ratio="ratio"))


def _order(figures: _Figures, rule: Rule, doubtful: set[int]) -> pl.DataFrame:
    """Each variable is at most the next one; both are suspect, for the figures cannot tell which is wrong."""
    found = []
    for first, second in zip(rule.variables, rule.variables[1:], strict=False):
        own = (
            pl.when(pl.col("kind") == pl.col("other_kind"))
            .then(pl.col("size") / pl.col("other_size"))
            .otherwise(1.0)
        )
        pairs = (
            _beside(figures, first, second)
            .filter(pl.col("value") * own > pl.col("other") * (1 + 1e-9))
            .filter(~pl.col("i").fill_null(_NONE).is_in(list(doubtful)))
            .filter(~pl.col("j").fill_null(_NONE).is_in(list(doubtful)))
            .with_columns(first=pl.lit(first), second=pl.lit(second))
        )
        for side in ("i", "j"):
            marked = pairs.with_columns(i=side).drop_nulls("i").unique("i", keep="first", maintain_order=True)
            found.append(_said(marked, rule.id, _words(rule, value=first, other=second)))
    return pl.concat(found) if found else _none()


def _sum(figures: _Figures, rule: Rule, doubtful: set[int]) -> pl.DataFrame:
    """The variables add up to between ``low`` and ``high``; all are suspect when they do not."""
    same = ["city", "period", "area", "source"]
    low = -float("inf") if rule.low is None else rule.low
    high = float("inf") if rule.high is None else rule.high
    groups = (
        figures.of(*rule.variables)
        .with_columns(members=pl.len().over(same), sum=pl.col("value").sum().over(same))
        .filter((pl.col("members") == len(rule.variables)) & ~pl.col("sum").is_between(low, high))
        .filter(pl.col("i").is_not_null() & ~pl.col("i").is_in(list(doubtful)))
    )
    return _said(groups, rule.id, _words(rule, sum="sum"))


_NONE = 4_294_967_295
_ALONE: Mapping[str, Callable[[_Figures, Rule], pl.DataFrame]] = {
    "whole": _whole,
    "change": _change,
    "step": _step,
    "spread": _spread,
}
_TOGETHER: Mapping[str, Callable[[_Figures, Rule, set[int]], pl.DataFrame]] = {
    "ratio": _ratio,
    "order": _order,
    "sum": _sum,
}


# Findings into words, faults and marks.


def _figure(value: object, unit: str = "") -> str:
    if value is None:
        return "nothing"
    text = f"{value:,.10g}" if isinstance(value, float) else str(value)
    return f"{text} {unit}".strip()


def _words(rule: Rule, **extra: str) -> Callable[[Mapping[str, Any]], tuple[str, str, str]]:
    """Return a sayer that puts the row's figures about the rule's message; ``extra`` labels columns."""

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        about = ", ".join(
            f"{label} {row[name]:.4g}" if name == "ratio" else f"{label} {_figure(row[name])}"
            for name, label in extra.items()
        )
        message = f"{_figure(row['value'], row['unit'])}: {rule.message}"
        return rule.severity, f"{message} ({about})" if about else message, rule.remedy

    return say


def _said(
    rows: pl.DataFrame, rule: str, say: Callable[[Mapping[str, Any]], tuple[str, str, str]]
) -> pl.DataFrame:
    if rows.height == 0:
        return _none()
    listed = [(row["i"], *say(row)) for row in rows.iter_rows(named=True)]
    return pl.DataFrame(
        [(i, severity, rule, message, remedy) for i, severity, message, remedy in listed],
        schema=_FOUND,
        orient="row",
    )


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=_FOUND)


def _faults(findings: pl.DataFrame, table: pl.DataFrame) -> Iterator[Fault]:
    """Yield the findings in the order of the file, each with its cell; beyond a cap they are counted."""
    rank = pl.col("severity").replace_strict({"error": 0, "warning": 1, "note": 2}, return_dtype=pl.UInt8)
    ordered = (
        findings.join(table, on="i", maintain_order="left")
        .with_columns(place=pl.int_range(pl.len()).over("rule"), count=pl.len().over("rule"))
        .sort(rank, "sheet", "row", "column", maintain_order=True)
    )
    for row in ordered.filter(pl.col("place") < MAX_LISTED).iter_rows(named=True):
        yield Fault(
            row["severity"],
            row["message"],
            row["remedy"],
            rule=row["rule"],
            sheet=row["sheet"],
            cell=cell_name(row["row"], row["column"]),
            city=row["city"],
            variable=row["variable"],
            period=row["period"],
            value=_figure(row["value"]).replace(",", ""),
        )
    for rule, count in (
        ordered.filter(pl.col("count") > MAX_LISTED).select("rule", "count").unique().iter_rows()
    ):
        yield Fault(
            "warning",
            f"{count - MAX_LISTED:,} more cells break the rule {rule!r}",
            "correct those listed and check again",
            rule=rule,
        )


def _marked(table: pl.DataFrame, findings: pl.DataFrame, reasons: Mapping[int, str]) -> pl.DataFrame:
    """Set the status of doubtful values to suspect and say why."""
    doubts = (
        findings.filter(pl.col("severity") != "note")
        .select("i", reason=pl.col("rule") + ": " + pl.col("message"))
        .group_by("i", maintain_order=True)
        .agg(pl.col("reason").str.join("; "))
    )
    of_columns = pl.DataFrame(
        {"i": list(reasons), "reason": list(reasons.values())}, schema={"i": pl.UInt32, "reason": pl.String}
    )
    doubts = pl.concat([doubts.join(of_columns, on="i", how="anti"), of_columns])
    return table.join(doubts, on="i", how="left", maintain_order="left").with_columns(
        status=pl.when(pl.col("reason").is_not_null()).then(pl.lit(Status.SUSPECT.value)).otherwise("status"),
        reason=pl.col("reason").fill_null(""),
    )

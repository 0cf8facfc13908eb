"""Checks of observations: the table itself, the variables' ranges, whole columns, and the declared rules.

Severity. An ``error`` refuses the whole file: the file cannot be trusted (two figures for one key). A
``warning`` keeps the value as ``suspect``: it is stored and shown, and out of every score until somebody
accepts it with a reason; this is also what becomes of a value that its definition makes impossible
(362% of waste treated), unless ``strict`` asks to refuse the file. A ``note`` changes nothing.

All is vectorised: the figures of a file are a polars table, and only what was found is put into words.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from urbium.errors import Fault, InputError
from urbium.model import OBSERVATION, Status, ValueRule, Variable
from urbium.observations.in_force import usable_figures
from urbium.sources.checks.columns import find_columns
from urbium.sources.checks.copied_years import find_copies
from urbium.sources.checks.factor_slips import SLIPS
from urbium.sources.checks.history_rules import HISTORY
from urbium.sources.checks.row_shifts import find_shifts
from urbium.sources.checks.row_swaps import find_swaps
from urbium.sources.checks.rules import ALONE, TOGETHER, gather_figures
from urbium.sources.checks.value_findings import Findings, figure, no_findings, said
from urbium.sources.formats.grid import cell_name
from urbium.sources.formats.size_limits import MAX_LISTED
from urbium.text import coded, named, text
from urbium.text.advice import advice
from urbium.units import plain_digits

_KEY = ["city", "variable", "period", "area", "source"]
_RATIO = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """Observations after the checks: suspect ones marked, with the reason; and every finding."""

    table: pl.DataFrame
    faults: tuple[Fault, ...]


def check(
    table: pl.DataFrame,
    *,
    variables: Mapping[str, Variable],
    rules: Sequence[ValueRule],
    cities: pl.DataFrame,
    stored: pl.DataFrame | None = None,
    strict: bool = False,
) -> Checked:
    """Check observations against the variables' ranges, the declared rules and what is known.

    Parameters
    ----------
    table : observations as read, with ``sheet``, ``row`` and ``column`` (counted from 0)
    variables, rules : of the catalogue
    cities : table of cities with ``code`` and a province
    stored : stored observations, against which jumps and spreads between sources are also measured
    strict : refuse the file for a value outside the possible range, instead of keeping it as suspect

    Raises InputError for a rule of a kind that is not known.
    """
    _check_rules(rules)
    table = table.with_row_index("i")
    beside = _stored(stored)
    table, dropped, twice = _without_repeats(table)
    parts = [twice]
    columns = [
        *find_columns(table, variables, cities, beside),
        *find_shifts(table, {code: named(one.name, code) for code, one in variables.items()}),
        *find_copies(table, beside),
        *find_swaps(table, beside),
    ]
    in_columns = {i for finding in columns for i in finding.rows}
    single = table.filter(~pl.col("i").is_in(list(in_columns)))
    parts.append(_hard_range(single, variables, strict=strict))
    hard = parts[-1].table["i"]
    parts.append(_plausible_range(single.filter(~pl.col("i").is_in(hard.implode())), variables))
    everything = gather_figures(table, beside, variables)
    names = set(table["variable"])
    about = [rule for rule in _with_others(rules, variables) if names.intersection(rule.variables or names)]
    alone = {**SLIPS, **ALONE, **HISTORY}
    parts += [alone[rule.kind](everything, rule) for rule in about if rule.kind in alone]
    doubtful = {*in_columns, *Findings.together(parts).filter(pl.col("severity") == "warning").table["i"]}
    parts += [TOGETHER[rule.kind](everything, rule, doubtful) for rule in about if rule.kind in TOGETHER]
    is_told_once = pl.col("i").is_in(hard.implode()) & (pl.col("rule") != "hard-range")
    findings = Findings.together(parts).filter(
        ~(pl.col("i").is_in(list(in_columns)) | is_told_once) | (pl.col("severity") == "error")
    )
    accepted = _accepted(table, stored)
    findings = findings.filter(~pl.col("i").is_in(list(accepted)) | (pl.col("severity") == "error"))
    faults = [finding.fault for finding in columns]
    of_columns = {rule.id for rule in rules if rule.kind == "level"}
    faults += _faults(findings, pl.concat([table, dropped]), of_columns)
    reasons = {
        i: f"{finding.fault.rule}: {finding.fault.message}"
        for finding in columns
        for i in finding.rows
        if i not in accepted
    }
    return Checked(_marked(table, findings.table, reasons, accepted), tuple(faults))


def _check_rules(rules: Sequence[ValueRule]) -> None:
    for rule in rules:
        is_pair = rule.kind != "ratio" or len(rule.variables) == _RATIO
        if rule.kind not in {*ALONE, *HISTORY, *SLIPS, *TOGETHER} or not is_pair:
            raise InputError(
                coded(
                    "sources.rule.unknown_kind",
                    "the rule {id!r} of kind {kind!r} cannot be checked",
                    id=rule.id,
                    kind=rule.kind,
                ),
                remedy=text(
                    "use one of these kinds: {names:list}; a ratio needs two variables",
                    names=[*ALONE, *HISTORY, *SLIPS, *TOGETHER],
                ),
            )


def _with_others(rules: Sequence[ValueRule], variables: Mapping[str, Variable]) -> Iterator[ValueRule]:
    """Yield the rules; one of histories that names no variable is of those that no other names."""
    named = {name for rule in rules if rule.kind == "history" for name in rule.variables}
    others = tuple(name for name in variables if name not in named)
    for rule in rules:
        yield replace(rule, variables=others) if rule.kind == "history" and not rule.variables else rule


def _stored(observations: pl.DataFrame | None) -> pl.DataFrame:
    """Return the stored figures that may count, of several sources the one in force first."""
    names = ["city", "variable", "period", "value", "area", "source"]
    if observations is None:
        return pl.DataFrame(schema={name: OBSERVATION[name] for name in names})
    return usable_figures(observations).select(names)


def _accepted(table: pl.DataFrame, observations: pl.DataFrame | None) -> set[int]:
    """Return the rows whose very figure somebody has accepted before: it is not doubted again."""
    if observations is None:
        return set()
    trusted = observations.filter(pl.col("status") == Status.ACCEPTED)
    return set(table.join(trusted, on=[*_KEY, "value"], how="semi")["i"])


# Findings of the table itself.


def _duplicates(table: pl.DataFrame) -> Findings:
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
            return (
                "note",
                coded(
                    "sources.duplicate.same",
                    "the figure appears twice (first in {where}) and is used only once",
                    where=where,
                ),
                text("delete one"),
            )
        key = f"{row['city']}, {row['variable']}, {row['period']}"
        message = coded(
            "sources.duplicate.differing",
            "{key} has {values} different figures (the first in {where})",
            key=key,
            values=row["values"],
            where=where,
        )
        return "error", message, text("keep the right figure")

    return said(twice, "duplicate", say)


def _without_repeats(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, Findings]:
    """Return the first row of every key, the others, and what is to be said about them."""
    kept = table.unique(_KEY, keep="first", maintain_order=True)
    if kept.height == table.height:
        return table, table.clear(), no_findings()
    return kept, table.join(kept.select("i"), on="i", how="anti"), _duplicates(table)


def _bounds(table: pl.DataFrame, variables: Mapping[str, Variable], low: str, high: str) -> pl.DataFrame:
    name = pl.col("variable")
    low_of = {v.id: getattr(v, low) for v in variables.values() if getattr(v, low) is not None}
    high_of = {v.id: getattr(v, high) for v in variables.values() if getattr(v, high) is not None}
    return table.with_columns(
        low=name.replace_strict(low_of, default=None, return_dtype=pl.Float64),
        high=name.replace_strict(high_of, default=None, return_dtype=pl.Float64),
    ).filter((pl.col("value") < pl.col("low")) | (pl.col("value") > pl.col("high")))


def _hard_range(table: pl.DataFrame, variables: Mapping[str, Variable], *, strict: bool) -> Findings:
    """Impossible by definition: below or above what the quantity can be."""
    severity = "error" if strict else "warning"

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        remedy = text("correct it at its source")
        value = figure(row["value"], row["unit"])
        if row["high"] is not None and row["value"] > row["high"]:
            message = text(
                "{value} is above {end}, the largest possible value", value=value, end=figure(row["high"])
            )
        else:
            message = text(
                "{value} is below {end}, the smallest possible value", value=value, end=figure(row["low"])
            )
        return severity, message, remedy

    return said(_bounds(table, variables, "hard_min", "hard_max"), "hard-range", say)


def _plausible_range(table: pl.DataFrame, variables: Mapping[str, Variable]) -> Findings:
    """Possible, but outside what such cities have."""

    def say(row: Mapping[str, Any]) -> tuple[str, str, str]:
        low, high = ("..." if row[end] is None else figure(row[end]) for end in ("low", "high"))
        value = figure(row["value"], row["unit"])
        if _is_ratio(row, variables[row["variable"]]):
            return (
                "warning",
                coded(
                    "sources.plausible_range.ratio",
                    "{value} is outside the plausible range {low} to {high}: was a ratio entered as a "
                    "percentage? Did you mean {meant}?",
                    value=value,
                    low=low,
                    high=high,
                    meant=figure(float(f"{100 * row['value']:.12g}"), row["unit"]),
                ),
                text("enter percentages, or set the unit to “ratio”"),
            )
        return (
            "warning",
            coded(
                "sources.plausible_range.outside",
                "{value} is outside the plausible range {low} to {high}",
                value=value,
                low=low,
                high=high,
            ),
            advice(
                text("correct it, or accept it and give a reason"),
                text(
                    "correct it or, if it is right, say why when you send it; it stays suspect "
                    "until the programme office accepts it"
                ),
            ),
        )

    return said(_bounds(table, variables, "plausible_min", "plausible_max"), "plausible-range", say)


def _is_ratio(row: Mapping[str, Any], variable: Variable) -> bool:
    """Whether a percentage from 0 to 1 would be plausible if it were a ratio."""
    low, high = variable.plausible_min, variable.plausible_max
    is_small = variable.unit == "%" and 0 < row["value"] <= 1 and low is not None and row["value"] < low
    return is_small and low is not None and low <= 100 * row["value"] <= (100.0 if high is None else high)


# Findings into faults and marks.


def _faults(findings: Findings, table: pl.DataFrame, of_columns: Collection[str]) -> Iterator[Fault]:
    """Yield the findings in the order of the file, each with its cell; beyond a cap they are counted.

    Findings of the rules in ``of_columns`` are about the whole column, and name no city.
    """
    rank = pl.col("severity").replace_strict({"error": 0, "warning": 1, "note": 2}, return_dtype=pl.UInt8)
    ordered = (
        findings.table.join(table, on="i", maintain_order="left")
        .with_columns(place=pl.int_range(pl.len()).over("rule"), count=pl.len().over("rule"))
        .sort(rank, "sheet", "row", "column", maintain_order=True)
    )
    for row in ordered.filter(pl.col("place") < MAX_LISTED).iter_rows(named=True):
        is_of_column = row["rule"] in of_columns
        yield Fault(
            row["severity"],
            findings.message(row["message"]),
            findings.message(row["remedy"]),
            rule=row["rule"],
            sheet=row["sheet"],
            cell=cell_name(row["row"], row["column"]),
            city="" if is_of_column else row["city"],
            variable=row["variable"],
            period="" if is_of_column else row["period"],
            value="" if is_of_column else plain_digits(row["value"], 10),
        )
    for rule, count in (
        ordered.filter(pl.col("count") > MAX_LISTED).select("rule", "count").unique().iter_rows()
    ):
        yield Fault(
            "warning",
            coded(
                "sources.rule.more_cells",
                "further cells that violate the rule {rule!r}: {number:,}",
                number=count - MAX_LISTED,
                rule=rule,
            ),
            text("correct those listed and check again"),
            rule=rule,
        )


def _marked(
    table: pl.DataFrame, findings: pl.DataFrame, reasons: Mapping[int, str], accepted: set[int]
) -> pl.DataFrame:
    """Set the status of doubtful values to suspect and say why; what was accepted stays so."""
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
        status=pl.when(pl.col("reason").is_not_null())
        .then(pl.lit(Status.SUSPECT.value))
        .when(pl.col("i").is_in(list(accepted)))
        .then(pl.lit(Status.ACCEPTED.value))
        .otherwise("status"),
        reason=pl.col("reason").fill_null(""),
    )

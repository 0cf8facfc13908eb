"""Findings about whole columns: in the wrong unit, or copied from a wider area.

One finding stands for all its values; they all become suspect, and nothing else is said about them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from urbium.errors import Fault
from urbium.model import Variable
from urbium.model.words import AREAS
from urbium.sources.formats.grid import cell_name
from urbium.sources.spoken import in_words, variable_words
from urbium.text import Text, coded, named, text, texts
from urbium.text.naming import names_by_code
from urbium.units import UNSAID, bounds_words, unit_words, units

_FEWEST_VALUES = 10
"""Below ten values a column has no shape of its own; the single values are listed."""

_MOST_OUTSIDE = 0.5
"""When at least half of a column is implausible, the column is wrong rather than its values."""

_FITS = 0.9
"""A unit is named as fitting when nine tenths of the values would be plausible in it."""

_COPIED = 0.85
"""Share of values equal to the commonest one of their province and year; 0.96 in the copied column of
the yearbook, below 0.5 in all others (many cities treat 0 or 100% of their waste)."""

_UNLIKE = 0.5
"""Share of the province-years with a commonest value of their own: a constant column is not copied."""

_FEWEST_GROUPS = 3
_COLUMN = ("sheet", "column", "variable", "area", "source")
_PARENTS = ("province_en", "province_zh", "province", "parent")


@dataclass(frozen=True, slots=True)
class ColumnFinding:
    """A finding about a column, and the rows (``i``) of the table that it makes suspect."""

    fault: Fault
    rows: pl.Series


def find_columns(
    table: pl.DataFrame, variables: Mapping[str, Variable], cities: pl.DataFrame, stored: pl.DataFrame
) -> Iterator[ColumnFinding]:
    """Yield one finding for each column that is copied or in the wrong unit.

    ``table`` has the columns of observations as read and ``i``, ``sheet``, ``row``, ``column``; ``known``
    gives stored observations, used for the population by which totals are told from figures a head.
    """
    parent = next((name for name in _PARENTS if name in cities.columns), None)
    for key, rows in table.group_by(*_COLUMN, maintain_order=True):
        if rows.height < _FEWEST_VALUES:
            continue
        variable = variables[str(key[2])]
        said = _copied(rows, cities, parent) if parent else None
        rule = "column-copied"
        if said is None:
            said, rule = _wrong_unit(rows, variable, table, stored, variables), "column-unit"
        if said is not None:
            fault = Fault(
                "warning",
                coded(
                    "sources.column.finding",
                    "{variable}: {finding}",
                    variable=named(variable.name, variable.id),
                    finding=said[0],
                ),
                said[1],
                rule=rule,
                sheet=str(key[0]),
                cell=_range(rows),
                variable=variable.id,
                value=texts("{count} value", "{count:,} values", count=rows.height),
            )
            yield ColumnFinding(fault, rows["i"])


def _named(cities: pl.DataFrame, parent: str) -> Mapping[str, str]:
    """Return what the provinces of cities are called, by what the column ``parent`` has for each."""
    return names_by_code(cities.with_columns(code=pl.col(parent)).drop_nulls("code"), part="province")


def _copied(rows: pl.DataFrame, cities: pl.DataFrame, parent: str) -> tuple[str, str] | None:
    """Within a province and year nearly all cities have one value, and provinces differ."""
    wider = cities.select(city=pl.col("code").cast(pl.String), parent=pl.col(parent)).drop_nulls()
    placed = rows.join(wider, on="city").filter(pl.col("parent") != "")
    groups = (
        placed.group_by("parent", "period", "value")
        .len("same")
        .sort("same", "value", descending=True)
        .group_by("parent", "period", maintain_order=True)
        .agg(value=pl.col("value").first(), same=pl.col("same").first(), cities=pl.col("same").sum())
        .filter(pl.col("cities") > 1)
    )
    if groups["parent"].n_unique() < _FEWEST_GROUPS:
        return None
    shared = float(groups.filter(pl.col("same") > 1)["same"].sum()) / float(groups["cities"].sum())
    per_period = groups.group_by("period").agg(own=pl.col("value").n_unique() / pl.len())
    unlike = float(per_period["own"].mean() or 0)  # type: ignore[arg-type]
    if shared < _COPIED or unlike < _UNLIKE:
        return None
    example = groups.sort("same", descending=True).row(0, named=True)
    message = coded(
        "sources.column_copied",
        "{shared:.0%} of the values equal those of the other cities in their province in the same "
        "period ({same} of {cities} cities in {province} have {value:,.10g} in {period}): the column "
        "seems to have been copied from the province",
        shared=shared,
        same=example["same"],
        cities=example["cities"],
        province=_named(cities, parent).get(example["parent"], example["parent"]),
        value=example["value"],
        period=example["period"],
    )
    return (
        message,
        text("enter each city's own figure, or omit the column; its values count only if they are accepted"),
    )


def _wrong_unit(
    rows: pl.DataFrame,
    variable: Variable,
    table: pl.DataFrame,
    stored: pl.DataFrame,
    variables: Mapping[str, Variable],
) -> tuple[str, str] | None:
    """Most values lie outside the plausible range, on one side."""
    low = variable.plausible_min if variable.plausible_min is not None else variable.hard_min
    high = variable.plausible_max if variable.plausible_max is not None else variable.hard_max
    outside = ~_within(pl.col("value"), low, high)
    count = rows.filter(outside).height
    middle = float(rows["value"].median() or 0)  # type: ignore[arg-type]
    is_high, is_low = high is not None and middle > high, low is not None and middle < low
    if count < _MOST_OUTSIDE * rows.height or not (is_high or is_low):
        return None
    far = _far(middle, low, high)
    fitting = _fitting_unit(rows, variable, low, high) or _fitting_total(
        rows, variable, table, stored, variables
    )
    message = coded(
        "sources.column_unit",
        "{number:,} of {height:,} values lie outside {span}, and the median of all values, "
        "{middle:,.6g}, is {far}: the column seems to be in another unit, or to contain another "
        "quantity{fitting}",
        number=count,
        height=rows.height,
        span=_span(low, high, variable.unit),
        middle=middle,
        far=far,
        fitting=fitting,
    )
    return message, (
        text(
            "find out the true unit and state it, or supply the figures in {unit!r}; until then the "
            "values in the column count only if they are accepted",
            unit=unit_words(variable.unit),
        )
    )


def _span(low: float | None, high: float | None, unit: str) -> Text:
    """Say between which bounds values are plausible, in which unit."""
    span = bounds_words(low, high)
    return span if unit in UNSAID else text("{span} {unit}", span=span, unit=unit_words(unit))


def _far(middle: float, low: float | None, high: float | None) -> Text:
    """Say how far a median lies outside what is plausible."""
    if high is not None and middle > high:
        if high:
            return text("{n:,.3g} times the upper end", n=middle / high)
        return text("above the upper end")
    if low and middle:
        return text("lower than the lower end by a factor of {n:,.3g}", n=low / middle)
    return text("below the lower end")


def _fitting_unit(rows: pl.DataFrame, variable: Variable, low: float | None, high: float | None) -> str:
    """Name a unit of the same kind in which nearly all values would be plausible."""
    declared = units()[variable.unit]
    for other in units().values():
        if other.dimension == declared.dimension and other.factor != declared.factor:
            share = rows.select(
                _within(pl.col("value") * (other.factor / declared.factor), low, high).mean()
            ).item()
            if share >= _FITS:
                return text(
                    "; if read in {unit!r}, {share:.0%} of the values would be plausible",
                    unit=unit_words(other.id),
                    share=share,
                )
    return ""


def _fitting_total(
    rows: pl.DataFrame,
    variable: Variable,
    table: pl.DataFrame,
    stored: pl.DataFrame,
    variables: Mapping[str, Variable],
) -> str:
    """For a figure a head: name the unit in which it would be plausible as a total of all people."""
    per, _, _ = variable.unit.partition(" per person")
    counts = [
        v
        for v in variables.values()
        if v.id.startswith("population") and units()[v.unit].dimension == "persons"
    ]
    if per == variable.unit or per not in units():
        return ""
    for count in counts:
        people = (
            pl.concat([frame.select("city", "period", "variable", "value") for frame in (table, stored)])
            .filter((pl.col("variable") == count.id) & (pl.col("value") > 0))
            .unique(["city", "period"], keep="first", maintain_order=True)
            .select("city", "period", people=pl.col("value") * units()[count.unit].factor)
        )
        both = rows.join(people, on=["city", "period"])
        if both.height < _FITS * rows.height:
            continue
        for other in units().values():
            if other.dimension == units()[per].dimension:
                a_head = pl.col("value") * (other.factor / units()[per].factor) / pl.col("people")
                share = both.select(
                    _within(a_head, variable.plausible_min, variable.plausible_max).mean()
                ).item()
                if share >= _FITS:
                    return text(
                        "; if read as a total in {unit!r} and divided by {people} ({area}), "
                        "{share:.0%} of the values would be plausible",
                        unit=unit_words(other.id),
                        people=variable_words(variables, count.id),
                        area=in_words(count.area, AREAS.get(count.area, {})),
                        share=share,
                    )
    return ""


def _within(figure: pl.Expr, low: float | None, high: float | None) -> pl.Expr:
    inside = pl.lit(value=True)
    if low is not None:
        inside = inside & (figure >= low)
    if high is not None:
        inside = inside & (figure <= high)
    return inside


def _range(rows: pl.DataFrame) -> str:
    column = int(rows["column"][0])
    first, last = int(rows["row"].min()), int(rows["row"].max())  # type: ignore[arg-type]
    return f"{cell_name(first, column)}:{cell_name(last, column)}"

"""What every table of a roadmap must fulfil by itself: keys, numbers, words, references, dates, weights.

Each check looks at a whole column first, and for the rows that are wrong only where there are any: a
programme is checked before every one of the many small searches of an analysis.
"""

import math
from collections.abc import Collection, Iterator

import numpy as np
import polars as pl

from urbium.errors import Fault, nearest
from urbium.plan.problem.keys import KEYS, fault, key_of
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import DECLARED, NATIONWIDE, Settings, TableColumn
from urbium.text import Text, coded, text

_TOLERANCE = 1e-6
_SETTINGS = {
    "discount_rate": (0, 1), "spending_price": (0, math.inf), "foreign_share_max": (0, 1),
    "shortfall_price": (0, math.inf), "carry_over": (0, 1), "ends_after": (0, 100),
    "years_after": (0, 100),
}  # fmt: skip
"""The least and the most that settings may be."""
_PAYERS = ("city", "nation")

_Column = tuple[str, TableColumn, pl.Series]
"""The name of a table, one of its columns as declared, and what stands in it."""


def cells(road: Roadmap) -> Iterator[Fault]:
    """Yield the faults of single cells, of settings, and of references to what is not there."""
    yield from _span(road)
    yield from _settings(road.settings)
    yield from _keys(road)
    columns = [*_columns(road)]
    yield from _numbers(road, columns)
    yield from _ranges(road, columns)
    yield from _unnamed(road)
    yield from _words(road, columns)
    yield from _references(road, columns)
    yield from _years(road, columns)
    yield from _weights(road)
    yield from _curve(road)


def _span(road: Roadmap) -> Iterator[Fault]:
    """The years have no gaps, and something may begin in the first ones."""
    if not road.years or road.years.step != 1:
        yield fault(
            "years", "settings", "years",
            coded("plan.fault.years", "{years} is not a span of years", years=str(road.years)),
            text("give range(2016, 2021)"),
        )  # fmt: skip
    elif not road.start_years:
        yield fault(
            "years", "settings", "ends_after",
            coded("plan.fault.ends_after",
                 "nothing may start in the last years of the plan ({count}), and the plan has no "
                     "other years ({years})",
                 count=road.settings.ends_after, years=len(road.years)),
            text("enter 0 to {most}", most=len(road.years) - 1),
        )  # fmt: skip


def _settings(settings: Settings) -> Iterator[Fault]:
    for name, (low, high) in _SETTINGS.items():
        value = getattr(settings, name)
        if not (math.isfinite(value) and low <= value <= high):
            yield fault(
                "settings", "settings", name,
                coded("plan.fault.setting", "{name} is {value}", name=name, value=value),
                text("enter a number from {low} to {high}", low=low, high=high),
            )  # fmt: skip
    if settings.operation_by not in _PAYERS:
        yield fault(
            "settings", "settings", "operation_by",
            coded("plan.fault.operation_by", "operation_by is {value!r}", value=settings.operation_by),
            text("enter city or nation"),
        )  # fmt: skip


def _keys(road: Roadmap) -> Iterator[Fault]:
    """Each row has its key, and no key stands twice."""
    tables = road.tables
    for name, key in KEYS.items():
        table = tables[name]
        if table.is_empty():
            continue
        keys = table.select(key)
        if not (keys.is_duplicated().any() or any(map(_has_gap, keys))):
            continue
        twice = table.filter(keys.is_duplicated()).unique(key, maintain_order=True)
        for row in twice.iter_rows(named=True):
            called = key_of(name, row)
            yield fault(
                "duplicate", name, called,
                coded("plan.fault.duplicate", "{key} appears more than once", key=called),
                text("keep one row"),
            )  # fmt: skip
        is_empty = (pl.col(c).is_null() | (pl.col(c).cast(pl.String) == "") for c in key)
        lacking = table.filter(pl.any_horizontal(*is_empty)).height
        if lacking:
            yield fault(
                "key", name, ", ".join(key),
                coded("plan.fault.no_key", "{count} row is missing its {columns:list}",
                      "{count} rows are missing their {columns:list}", count=lacking, columns=key),
                text("fill in the missing values"),
            )  # fmt: skip


def _numbers(road: Roadmap, columns: list[_Column]) -> Iterator[Fault]:
    """Numbers are there, and finite; truths are there."""
    for name, column, values in columns:
        kind = column.dtype
        if not (kind.is_numeric() or isinstance(kind, pl.Boolean)) or column.may_lack:
            continue
        if not values.null_count() and (not kind.is_float() or np.isfinite(values.to_numpy()).all()):
            continue
        wrong = pl.col(column.name).is_null()
        if kind.is_float():
            wrong |= ~pl.col(column.name).is_finite()
        for row in getattr(road, name).filter(wrong).iter_rows(named=True):
            value = row[column.name]
            yield fault(
                "finite", name, key_of(name, row),
                coded("plan.fault.missing", "{column} is missing", column=column.name)
                if value is None
                else coded("plan.fault.not_finite", "{column} is {value}", column=column.name, value=value),
                text("enter true or false")
                if isinstance(kind, pl.Boolean)
                else text("enter a number"),
            )  # fmt: skip


def _ranges(road: Roadmap, columns: list[_Column]) -> Iterator[Fault]:
    """Numbers lie between the least and the most that their columns allow."""
    for name, column, values in columns:
        if column.low is None:
            continue
        numbers = values.drop_nulls().to_numpy()
        if ((numbers >= column.low) & (column.high is None or numbers <= column.high)).all():
            continue
        value = pl.col(column.name)
        outside = value < column.low if column.high is None else ~value.is_between(column.low, column.high)
        for row in getattr(road, name).filter(outside).iter_rows(named=True):
            yield _out_of_range(name, column, key_of(name, row), row[column.name])


def _out_of_range(table: str, column: TableColumn, key: str, value: float) -> Fault:
    message: Text = coded("plan.fault.value", "{column} is {value}", column=column.name, value=value)
    if column.high is not None:
        return fault("share", table, key, message, text("enter a share from 0 to 1"))
    if column.low:
        return fault(column.name, table, key, message, text("enter 1 or more"))
    below = coded("plan.fault.negative", "{column} is {value}, below 0", column=column.name, value=value)
    return fault("negative", table, key, below, text("enter 0 or more"))


def _unnamed(road: Roadmap) -> Iterator[Fault]:
    """Each project says of what kind it is: pages and explanations ask for it."""
    for project in road.projects.filter(pl.col("solution") == "")["project"]:
        yield fault(
            "key", "projects", project,
            coded("plan.fault.no_solution", "solution is empty"),
            text("give the name of a solution in the catalogue, or choose a name of your own"),
        )  # fmt: skip


def _words(road: Roadmap, columns: list[_Column]) -> Iterator[Fault]:
    for name, column, values in columns:
        if not column.words or _is_among(values, column.words):
            continue
        wrong = getattr(road, name).filter(~pl.col(column.name).is_in(column.words))
        for row in wrong.iter_rows(named=True):
            yield fault(
                "word", name, key_of(name, row),
                coded("plan.fault.word", "{column} is {value!r}", column=column.name, value=row[column.name]),
                text("enter one of {words:list}", words=list(column.words)),
            )  # fmt: skip


def _references(road: Roadmap, columns: list[_Column]) -> Iterator[Fault]:
    """What a cell names is there."""
    for name, column, values in columns:
        if not column.names:
            continue
        named = _named_in(road, column.names)
        if _is_among(values, named):
            continue
        wrong = getattr(road, name).filter(~pl.col(column.name).is_in(list(named)))[column.name]
        for word in wrong.unique(maintain_order=True):
            yield fault(
                "reference", name, column.name,
                coded("plan.fault.reference", "there is no {column} {word!r}", column=column.name, word=word),
                nearest(str(word), named),
            )  # fmt: skip


def _named_in(road: Roadmap, table: str) -> set[str]:
    """Return what cells may name: the keys of a table, or places."""
    if table == "places":
        return {*road.cities["city"], NATIONWIDE}
    (key,) = KEYS[table]
    return set(getattr(road, table)[key])


def _years(road: Roadmap, columns: list[_Column]) -> Iterator[Fault]:
    """Dates lie in the plan years, and what is committed is finished in them."""
    years = road.years
    give = text("enter a year in the plan")
    start_in = give
    if years:
        give = text("enter a year from {first:d} to {last:d}",
                    first=years[0], last=years[-1])  # fmt: skip
        start_in = text("enter a start year from {first:d} to {last:d}",
                        first=years[0], last=years[-1] - road.settings.ends_after)  # fmt: skip
    for name, column, values in columns:
        if column.type != "year" or _is_among(values, years):
            continue
        outside = getattr(road, name).filter(~pl.col(column.name).is_in(list(years)))
        for row in outside.iter_rows(named=True):
            message = coded("plan.fault.horizon", "{year} is outside the plan", year=str(row[column.name]))
            yield fault("horizon", name, key_of(name, row), message, give)
    for row in road.projects.filter(pl.col("status") == "committed").iter_rows(named=True):
        start, build = row["start"], row["build_years"]
        if start is None or start not in road.start_years:
            message = coded(
                "plan.fault.committed_start", "is committed to start in {start}", start=str(start)
            )
            yield fault("horizon", "projects", row["project"], message, start_in)
        elif build is not None and start + build - 1 not in years:
            yield fault(
                "horizon", "projects", row["project"],
                coded("plan.fault.committed_end", "is committed and ends in {year:d}, after the last year",
                     year=start + build - 1),
                text("lengthen the plan or start earlier"),
            )  # fmt: skip


def _weights(road: Roadmap) -> Iterator[Fault]:
    total = float(road.indicators["weight"].sum())
    if abs(total - 1) > _TOLERANCE:
        yield fault(
            "weights", "indicators", "weight",
            coded("plan.fault.weights", "the weights sum to {total:.6g}", total=total),
            text("make them sum to 1"),
        )  # fmt: skip


def _curve(road: Roadmap) -> Iterator[Fault]:
    """The widths of the curve of worth sum to 1, and its slopes fall."""
    rows = road.curve.sort("segment")
    total = float(rows["width"].sum())
    if abs(total - 1) > _TOLERANCE:
        yield fault(
            "curve", "curve", "width",
            coded("plan.fault.widths", "the widths sum to {total:.6g}", total=total),
            text("make them sum to 1"),
        )  # fmt: skip
    if (rows["slope"].diff().fill_null(0) > _TOLERANCE).any():
        yield fault(
            "curve", "curve", "slope",
            coded("plan.fault.slope", "a slope rises"),
            text("make each slope no greater than the one before it"),
        )  # fmt: skip


def _columns(road: Roadmap) -> Iterator[_Column]:
    """Yield each declared column of the tables that have rows."""
    for name, declared in DECLARED.items():
        table = getattr(road, name)
        if table.is_empty():
            continue
        for column in declared.columns:
            yield name, column, table[column.name]


def _has_gap(values: pl.Series) -> bool:
    """Say whether a cell is empty."""
    return bool(values.null_count()) or (values.dtype == pl.String and bool((values == "").any()))


def _is_among(values: pl.Series, allowed: Collection[object]) -> bool:
    """Say whether every value that is there is one of those allowed."""
    return set(values.drop_nulls().to_list()) <= set(allowed)

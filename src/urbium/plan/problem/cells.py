"""What every table of a roadmap must fulfil, cell by cell: keys, numbers, words, references, dates."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from urbium.errors import Fault, nearest
from urbium.plan.problem.keys import KEYS, Tables, fault, key_of

__all__ = ["cells"]

_WORDS = (
    ("projects", "status", ("candidate", "mandatory", "committed", "forbidden")),
    ("funds", "payer", ("nation", "city", "outside")),
    ("prerequisites", "kind", ("hard", "soft")),
    ("fairness", "rule", ("least_closing", "parity")),
)
_MAY_LACK = {"start", "earliest", "latest", "city_budgets_share_max"}
_NOT_NEGATIVE = (
    ("cities", "weight"), ("indicators", "weight"), ("projects", "capital"), ("projects", "operation"),
    ("prerequisites", "lag"), ("prerequisites", "loss"), ("effects", "effect"), ("effects", "lag"),
    ("curve", "width"), ("curve", "slope"), ("budgets", "amount"), ("fund_limits", "amount"),
    ("start_limits", "most"), ("pools", "places"), ("staff", "building"), ("staff", "running"),
    ("teaching", "places"), ("teaching", "lag"), ("training", "cost"), ("training", "places"),
    ("training", "most"), ("training", "lag"), ("outlays", "amount"),
)  # fmt: skip
_SHARES = (
    ("gaps", "need"), ("gaps", "ceiling"), ("funds", "share_max"), ("funds", "city_share_max"),
    ("funds", "city_budgets_share_max"), ("projects", "foreign_share_max"),
    ("projects", "outside_share_max"), ("fund_shares", "share_max"), ("fairness", "share"),
)  # fmt: skip
_DATES = (
    ("budgets", "year"), ("fund_limits", "year"), ("start_limits", "year"), ("pools", "year"),
    ("standards", "deadline"), ("outlays", "year"),
)  # fmt: skip
_AT_LEAST_ONE = (("projects", "build_years"), ("effects", "rollout"))


def cells(tables: Tables, years: range, settings: Mapping[str, Any], nationwide: str) -> Iterator[Fault]:
    """Yield the faults of single cells, of settings, and of references to what is not there."""
    yield from _span(years)
    yield from _settings(settings)
    yield from _keys(tables)
    yield from _numbers(tables)
    yield from _ranges(tables)
    yield from _unnamed(tables)
    yield from _words(tables)
    yield from _references(tables, nationwide)
    yield from _years(tables, years)


def _span(years: range) -> Iterator[Fault]:
    if not years or years.step != 1:
        yield fault("years", "settings", "years", f"{years} is not a span of years", "give range(2016, 2021)")


def _settings(settings: Mapping[str, Any]) -> Iterator[Fault]:
    bounds = {
        "discount_rate": (0, 1), "spending_price": (0, math.inf), "foreign_share_max": (0, 1),
        "shortfall_price": (0, math.inf), "carry_over": (0, 1),
    }  # fmt: skip
    for name, (low, high) in bounds.items():
        value = settings[name]
        if not (math.isfinite(value) and low <= value <= high):
            yield fault("settings", "settings", name, f"{name} is {value}", f"give {low} to {high}")
    if settings["operation_by"] not in ("city", "nation"):
        text = f"operation_by is {settings['operation_by']!r}"
        yield fault("settings", "settings", "operation_by", text, "give city or nation")


def _keys(tables: Tables) -> Iterator[Fault]:
    """Each row has its key, and no key stands twice."""
    for name, key in KEYS.items():
        table = tables[name]
        for row in (
            table.filter(table.select(key).is_duplicated())
            .unique(key, maintain_order=True)
            .iter_rows(named=True)
        ):
            text = ", ".join(str(row[column]) for column in key)
            yield fault("duplicate", name, text, f"{text} stands more than once", "keep one row")
        empty = table.filter(
            pl.any_horizontal(pl.col(c).is_null() | (pl.col(c).cast(pl.String) == "") for c in key)
        )
        if empty.height:
            yield fault(
                "key", name, ", ".join(key), f"{empty.height} rows lack their {' or '.join(key)}", "name it"
            )


def _numbers(tables: Tables) -> Iterator[Fault]:
    """Numbers are there, and finite; truths are there."""
    for name, table in tables.items():
        for column, kind in table.schema.items():
            if not (kind.is_numeric() or kind == pl.Boolean) or column in _MAY_LACK:
                continue
            wrong = pl.col(column).is_null()
            if kind.is_float():
                wrong |= ~pl.col(column).is_finite()
            for row in table.filter(wrong).iter_rows(named=True):
                text = f"{column} is {'missing' if row[column] is None else row[column]}"
                remedy = "give true or false" if kind == pl.Boolean else "give a number"
                yield fault("finite", name, key_of(name, row), text, remedy)


def _ranges(tables: Tables) -> Iterator[Fault]:
    """Numbers are not negative where that makes no sense, and shares lie between 0 and 1."""
    for name, column in _NOT_NEGATIVE:
        for row in tables[name].filter(pl.col(column) < 0).iter_rows(named=True):
            text = f"{column} is {row[column]}, below 0"
            yield fault("negative", name, key_of(name, row), text, "give 0 or more")
    for name, column in _SHARES:
        for row in tables[name].filter(~pl.col(column).is_between(0, 1)).iter_rows(named=True):
            text = f"{column} is {row[column]}"
            yield fault("share", name, key_of(name, row), text, "give a share from 0 to 1")
    for name, column in _AT_LEAST_ONE:
        for row in tables[name].filter(pl.col(column) < 1).iter_rows(named=True):
            text = f"{column} is {row[column]}"
            yield fault(column, name, key_of(name, row), text, "give 1 or more")


def _unnamed(tables: Tables) -> Iterator[Fault]:
    """Each project says of what kind it is: pages and explanations ask for it."""
    for project in tables["projects"].filter(pl.col("solution") == "")["project"]:
        yield fault("key", "projects", project, "solution is empty", "name the solution, or one of your own")


def _words(tables: Tables) -> Iterator[Fault]:
    for name, column, known in _WORDS:
        for row in tables[name].filter(~pl.col(column).is_in(known)).iter_rows(named=True):
            text = f"{column} is {row[column]!r}"
            yield fault("word", name, key_of(name, row), text, f"give one of {', '.join(known)}")


def _references(tables: Tables, nationwide: str) -> Iterator[Fault]:
    cities = set(tables["cities"]["city"])
    projects, indicators = set(tables["projects"]["project"]), set(tables["indicators"]["indicator"])
    funds, occupations = set(tables["funds"]["fund"]), set(tables["occupations"]["occupation"])
    places = cities | {nationwide}
    columns = (
        ("projects", "city", cities), ("outlays", "project", projects),
        ("prerequisites", "project", projects),
        ("prerequisites", "requires", projects), ("exclusions", "project", projects),
        ("alternatives", "project", projects), ("effects", "project", projects),
        ("effects", "indicator", indicators), ("gaps", "city", cities), ("gaps", "indicator", indicators),
        ("budgets", "place", places), ("fund_limits", "fund", funds),
        ("start_limits", "place", places), ("fund_shares", "project", projects),
        ("fund_shares", "fund", funds), ("pools", "place", places), ("pools", "occupation", occupations),
        ("staff", "project", projects), ("staff", "occupation", occupations),
        ("teaching", "project", projects), ("teaching", "occupation", occupations),
        ("training", "occupation", occupations), ("standards", "city", cities),
        ("covers", "standard", set(tables["standards"]["standard"])), ("covers", "project", projects),
    )  # fmt: skip
    for name, column, known in columns:
        for word in (
            tables[name].filter(~pl.col(column).is_in(list(known)))[column].unique(maintain_order=True)
        ):
            yield fault(
                "reference", name, column, f"there is no {column} {word!r}", nearest(str(word), known)
            )


def _years(tables: Tables, years: range) -> Iterator[Fault]:
    """Dates lie in the plan years, and what is committed is finished in them."""
    span = f"{years[0]} to {years[-1]}" if years else "the plan years"
    for name, column in _DATES:
        for row in tables[name].filter(~pl.col(column).is_in(list(years))).iter_rows(named=True):
            text = f"{row[column]} is outside the plan"
            yield fault("horizon", name, key_of(name, row), text, f"give {span}")
    for row in tables["projects"].filter(pl.col("status") == "committed").iter_rows(named=True):
        start, build = row["start"], row["build_years"]
        if start is None or start not in years:
            text = f"is committed with start {start}"
            yield fault("horizon", "projects", row["project"], text, f"give a start from {span}")
        elif build is not None and start + build - 1 not in years:
            text = f"is committed and ends in {start + build - 1}, after the plan"
            yield fault("horizon", "projects", row["project"], text, "lengthen the plan or start earlier")

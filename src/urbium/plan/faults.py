"""What can be wrong with the tables of a roadmap: one function a rule, each yielding its faults.

A rule never raises; :meth:`urbium.plan.roadmap.Roadmap.check` collects all faults and raises once.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from urbium.errors import Fault, nearest

__all__ = ["find_faults"]

Tables = Mapping[str, pl.DataFrame]

_STATUSES = ("candidate", "mandatory", "committed", "forbidden")
_PAYERS = ("nation", "city", "outside")
_TOLERANCE = 1e-6

_KEYS = {
    "cities": ["city"],
    "indicators": ["indicator"],
    "projects": ["project"],
    "prerequisites": ["project", "requires"],
    "exclusions": ["group", "project"],
    "alternatives": ["group", "project"],
    "effects": ["project", "indicator"],
    "gaps": ["city", "indicator"],
    "curve": ["segment"],
    "funds": ["fund"],
    "budgets": ["place", "year"],
    "fund_limits": ["fund", "year"],
    "start_limits": ["place", "year"],
    "omitted": ["city", "solution"],
}
_NOT_NEGATIVE = (
    ("cities", "weight"), ("indicators", "weight"), ("projects", "capital"), ("projects", "operation"),
    ("prerequisites", "lag"), ("effects", "effect"), ("effects", "lag"), ("curve", "width"),
    ("curve", "slope"), ("budgets", "amount"), ("fund_limits", "amount"), ("start_limits", "most"),
)  # fmt: skip
_SHARES = (("gaps", "need"), ("gaps", "ceiling"), ("funds", "share_max"), ("projects", "foreign_share_max"))


def find_faults(tables: Tables, years: range, settings: Mapping[str, Any], nationwide: str) -> list[Fault]:
    """Return every fault of a roadmap's tables; an empty list means that it can be planned.

    Parameters
    ----------
    tables : the tables by name, with the columns of ``roadmap.TABLES``
    years : the plan years
    settings : the fields of ``roadmap.Settings``
    nationwide : the place that stands for the whole programme
    """
    faults = [
        *_span(years),
        *_settings(settings),
        *_keys(tables),
        *_numbers(tables),
        *_ranges(tables),
        *_words(tables),
        *_references(tables, nationwide),
        *_years(tables, years),
        *_weights(tables),
        *_curve(tables["curve"]),
    ]
    if not faults:  # these need references that hold
        faults = [*_cycles(tables), *_same_city(tables), *_useless_funds(tables), *_contradictions(tables)]
    return faults


def _fault(rule: str, table: str, key: object, message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule=rule, sheet=table, cell=str(key))


def _span(years: range) -> Iterator[Fault]:
    if not years or years.step != 1:
        yield _fault(
            "years", "settings", "years", f"{years} is not a span of years", "give range(2016, 2021)"
        )


def _settings(settings: Mapping[str, Any]) -> Iterator[Fault]:
    bounds = {"discount_rate": (0, 1), "spending_price": (0, math.inf), "foreign_share_max": (0, 1)}
    for name, (low, high) in bounds.items():
        value = settings[name]
        if not (math.isfinite(value) and low <= value <= high):
            yield _fault("settings", "settings", name, f"{name} is {value}", f"give {low} to {high}")
    if settings["operation_by"] not in ("city", "nation"):
        text = f"operation_by is {settings['operation_by']!r}"
        yield _fault("settings", "settings", "operation_by", text, "give city or nation")


def _keys(tables: Tables) -> Iterator[Fault]:
    """Each row has its key, and no key stands twice."""
    for name, key in _KEYS.items():
        table = tables[name]
        for row in (
            table.filter(table.select(key).is_duplicated())
            .unique(key, maintain_order=True)
            .iter_rows(named=True)
        ):
            text = ", ".join(str(row[column]) for column in key)
            yield _fault("duplicate", name, text, f"{text} stands more than once", "keep one row")
        empty = table.filter(
            pl.any_horizontal(pl.col(c).is_null() | (pl.col(c).cast(pl.String) == "") for c in key)
        )
        if empty.height:
            yield _fault(
                "key", name, ", ".join(key), f"{empty.height} rows lack their {' or '.join(key)}", "name it"
            )


def _numbers(tables: Tables) -> Iterator[Fault]:
    """Numbers are there, and finite."""
    for name, table in tables.items():
        key = _KEYS[name]
        for column, kind in table.schema.items():
            if not kind.is_numeric() or column == "start":
                continue
            wrong = pl.col(column).is_null()
            if kind.is_float():
                wrong |= ~pl.col(column).is_finite()
            for row in table.filter(wrong).iter_rows(named=True):
                text = f"{column} is {'missing' if row[column] is None else row[column]}"
                yield _fault("finite", name, _key(row, key), text, "give a number")


def _ranges(tables: Tables) -> Iterator[Fault]:
    """Numbers are not negative where that makes no sense, and shares lie between 0 and 1."""
    for name, column in _NOT_NEGATIVE:
        for row in tables[name].filter(pl.col(column) < 0).iter_rows(named=True):
            text = f"{column} is {row[column]}, below 0"
            yield _fault("negative", name, _key(row, _KEYS[name]), text, "give 0 or more")
    for name, column in _SHARES:
        for row in tables[name].filter(~pl.col(column).is_between(0, 1)).iter_rows(named=True):
            text = f"{column} is {row[column]}"
            yield _fault("share", name, _key(row, _KEYS[name]), text, "give a share from 0 to 1")
    for row in tables["projects"].filter(pl.col("build_years") < 1).iter_rows(named=True):
        yield _fault(
            "build_years",
            "projects",
            row["project"],
            f"build_years is {row['build_years']}",
            "give 1 or more",
        )


def _words(tables: Tables) -> Iterator[Fault]:
    for name, column, known in (("projects", "status", _STATUSES), ("funds", "payer", _PAYERS)):
        for row in tables[name].filter(~pl.col(column).is_in(known)).iter_rows(named=True):
            text = f"{column} is {row[column]!r}"
            yield _fault("word", name, _key(row, _KEYS[name]), text, f"give one of {', '.join(known)}")


def _references(tables: Tables, nationwide: str) -> Iterator[Fault]:
    cities = set(tables["cities"]["city"])
    projects, indicators = set(tables["projects"]["project"]), set(tables["indicators"]["indicator"])
    places = cities | {nationwide}
    columns = (
        ("projects", "city", cities), ("prerequisites", "project", projects),
        ("prerequisites", "requires", projects), ("exclusions", "project", projects),
        ("alternatives", "project", projects), ("effects", "project", projects),
        ("effects", "indicator", indicators), ("gaps", "city", cities), ("gaps", "indicator", indicators),
        ("budgets", "place", places), ("fund_limits", "fund", set(tables["funds"]["fund"])),
        ("start_limits", "place", places),
    )  # fmt: skip
    for name, column, known in columns:
        for word in (
            tables[name].filter(~pl.col(column).is_in(list(known)))[column].unique(maintain_order=True)
        ):
            yield _fault(
                "reference", name, column, f"there is no {column} {word!r}", nearest(str(word), known)
            )


def _years(tables: Tables, years: range) -> Iterator[Fault]:
    """Dates lie in the plan years, and what is committed is finished in them."""
    span = f"{years[0]} to {years[-1]}" if years else "the plan years"
    for name in ("budgets", "fund_limits", "start_limits"):
        for row in tables[name].filter(~pl.col("year").is_in(list(years))).iter_rows(named=True):
            yield _fault(
                "horizon", name, _key(row, _KEYS[name]), f"{row['year']} is outside the plan", f"give {span}"
            )
    for row in tables["projects"].filter(pl.col("status") == "committed").iter_rows(named=True):
        start, build = row["start"], row["build_years"]
        if start is None or start not in years:
            text = f"is committed with start {start}"
            yield _fault("horizon", "projects", row["project"], text, f"give a start from {span}")
        elif build is not None and start + build - 1 not in years:
            text = f"is committed and ends in {start + build - 1}, after the plan"
            yield _fault("horizon", "projects", row["project"], text, "lengthen the plan or start earlier")


def _weights(tables: Tables) -> Iterator[Fault]:
    total = float(tables["indicators"]["weight"].sum())
    if abs(total - 1) > _TOLERANCE:
        yield _fault(
            "weights", "indicators", "weight", f"the weights sum to {total:.6g}", "let them sum to 1"
        )


def _curve(curve: pl.DataFrame) -> Iterator[Fault]:
    rows = curve.sort("segment")
    total = float(rows["width"].sum())
    if abs(total - 1) > _TOLERANCE:
        text = f"the widths sum to {total:.6g}"
        yield _fault("curve", "curve", "width", text, "let them sum to 1")
    if (rows["slope"].diff().fill_null(0) > _TOLERANCE).any():
        yield _fault("curve", "curve", "slope", "a slope rises", "let each slope be at most the one before")


def _cycles(tables: Tables) -> Iterator[Fault]:
    """No project is its own prerequisite, directly or through others; the cycle is named."""
    needs: dict[str, list[str]] = {}
    for project, requires in tables["prerequisites"].select("project", "requires").iter_rows():
        needs.setdefault(project, []).append(requires)
    done: set[str] = set()
    for root in needs:
        path: list[str] = []
        stack = [(root, iter(needs.get(root, ())))] if root not in done else []
        while stack:
            node, rest = stack[-1]
            if len(path) < len(stack):
                path.append(node)
            step = next((item for item in rest if item not in done), None)
            if step is None:
                done.add(path.pop())
                stack.pop()
            elif step in path:
                cycle = " -> ".join([*path[path.index(step) :], step])
                yield _fault("cycle", "prerequisites", step, f"a cycle: {cycle}", "remove one of these rows")
                done.update(path)
                break
            else:
                stack.append((step, iter(needs.get(step, ()))))


def _same_city(tables: Tables) -> Iterator[Fault]:
    """A project requires, excludes or replaces projects of its own city only."""
    city = dict(tables["projects"].select("project", "city").iter_rows())
    for project, requires in tables["prerequisites"].select("project", "requires").iter_rows():
        if city[project] != city[requires]:
            text = f"{project} requires {requires} of another city"
            yield _fault("same_city", "prerequisites", project, text, "require a project of the same city")
    for name in ("exclusions", "alternatives"):
        for group, members in tables[name].group_by("group", maintain_order=True).agg("project").iter_rows():
            if len({city[project] for project in members}) > 1:
                text = f"group {group} joins projects of several cities"
                yield _fault("same_city", name, group, text, "make one group a city")


def _useless_funds(tables: Tables) -> Iterator[Fault]:
    used = {model for text in tables["projects"]["finance_models"].unique() for model in text.split(";")} - {
        ""
    }
    for fund, models in tables["funds"].select("fund", "finance_models").iter_rows():
        if tables["projects"].height and not used & set(models.split(";")):
            text = f"{fund} pays {models or 'nothing'}, which no project takes"
            yield _fault("fund", "funds", fund, text, f"projects take {', '.join(sorted(used))}")


def _contradictions(tables: Tables) -> Iterator[Fault]:
    """What is committed or mandatory does not require what is forbidden."""
    status = dict(tables["projects"].select("project", "status").iter_rows())
    for project, requires in tables["prerequisites"].select("project", "requires").iter_rows():
        if status[project] in ("committed", "mandatory") and status[requires] == "forbidden":
            text = f"{project} is {status[project]} and requires {requires}, which is forbidden"
            yield _fault("contradiction", "prerequisites", project, text, "allow the one or drop the other")


def _key(row: Mapping[str, Any], key: list[str]) -> str:
    return ", ".join(str(row[column]) for column in key)

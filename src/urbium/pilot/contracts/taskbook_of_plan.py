"""Task books of plans: the tasks and targets of a city, read from a plan, and what must agree with it.

See ADR 0065.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from urbium.errors import Fault
from urbium.pilot.contracts.taskbooks import SHARE, Target, Task, TaskBook, millions, span
from urbium.text import Text, coded, text

if TYPE_CHECKING:
    from urbium.plan import Plan, Roadmap

_SAME = 1e-6
"""Two figures that differ by less, as a share of the larger one, are the same."""
_SHARES = 1e-6
_CENT = 0.005
"""Money may be written with two decimals of a million."""


def taskbook_of(
    plan: "Plan", city: str, *, title: str, version: str = "", names: Mapping[str, str] | None = None
) -> TaskBook:
    """Return the task book that a plan gives a city: its projects as tasks, its improvement as targets.

    Who is responsible a plan does not know: ``body`` is empty.

    Parameters
    ----------
    plan, city : the plan, and the code of the city in it
    title : of the pilot
    version : the number of the version of the adopted plan
    names : what solutions are called, by code
    """
    called = names or {}
    funds = dict(plan.roadmap.funds.select("fund", "name").iter_rows())
    money: dict[str, dict[str, float]] = defaultdict(dict)
    capital = plan.money.filter((pl.col("city") == city) & (pl.col("kind") == "capital"))
    sums = capital.group_by("project", "fund", maintain_order=True).agg(pl.col("amount").sum())
    for project, fund, amount in sums.sort("project", "fund").iter_rows():
        money[project][funds.get(fund) or fund] = round(amount, 6)
    rows = plan.table.filter(pl.col("city") == city).sort("start", "project").iter_rows(named=True)
    tasks = [
        Task(
            code=row["project"],
            title=called.get(row["solution"], row["solution"]),
            solution=row["solution"],
            starts=row["start"],
            ends=row["finish"],
            money=money[row["project"]],
        )
        for row in rows
    ]
    return TaskBook(
        title=title, plan=version, currency=plan.currency, tasks=tasks, targets=targets_of(plan, city)
    )


def targets_of(plan: "Plan", city: str) -> list[Target]:
    """Return what a plan lets the indicators of a city reach, in each year in which one improves.

    Where one figure alone tells a need, and the need follows from it in proportion, the target is that
    figure; otherwise it is the share of the need that is still open.
    """
    road = plan.roadmap
    starts = dict(plan.table.filter(pl.col("city") == city).select("project", "start").iter_rows())
    build = dict(road.projects.select("project", "build_years").iter_rows())
    effects: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
    columns = ("project", "indicator", "effect", "lag", "rollout")
    for project, indicator, effect, lag, rollout in road.effects.select(columns).iter_rows():
        if project in starts:
            effects[indicator].append((starts[project] + build[project] + lag, effect, rollout))
    gaps = road.gaps.filter(pl.col("city") == city).sort("indicator").iter_rows(named=True)
    return [target for gap in gaps for target in _targets(road, city, gap, effects[gap["indicator"]])]


def _targets(
    road: "Roadmap", city: str, gap: Mapping[str, Any], effects: list[tuple[int, float, int]]
) -> Iterator[Target]:
    need, ceiling = gap["need"], gap["ceiling"]
    figure = _figure(road, city, gap)
    before = 0.0
    for year in road.years:
        felt = sum(effect * min(max(year - since + 1, 0), over) / over for since, effect, over in effects)
        closed = min(felt, ceiling)
        if closed <= before + _SAME:
            continue
        before, still = closed, need * (1 - closed)
        if figure is None:
            yield Target(indicator=gap["indicator"], year=year, value=round(still, 6), unit=SHARE, base=need)
        else:
            value = figure["none_at"] + still * (figure["all_at"] - figure["none_at"])
            yield Target(
                indicator=figure["figure"],
                year=year,
                value=round(value, 6),
                unit=figure["unit"],
                base=figure["value"],
            )


def _figure(road: "Roadmap", city: str, gap: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the figure that alone tells a need in proportion; None when there is none."""
    names = [name for name in gap["figures"].split(";") if name]
    rows = road.figures.filter((pl.col("city") == city) & pl.col("figure").is_in(names))
    if len(names) != 1 or rows.height != 1:
        return None
    row = rows.row(0, named=True)
    told = row["none_at"] + gap["need"] * (row["all_at"] - row["none_at"])
    size = max(abs(row["none_at"]), abs(row["all_at"]))
    return row if row["value"] is not None and abs(told - row["value"]) <= _SAME * size else None


def planned_money(plan: "Plan | None", task: Task, year: int) -> float | None:
    """Return what a task is to spend in a year; None when its plan does not say.

    A task that was moved takes the plan's money of its years with it.
    """
    if plan is None or task.starts is None:
        return None
    start = dict(plan.table.select("project", "start").iter_rows()).get(task.code)
    if start is None:
        return None
    rows = plan.money.filter((pl.col("project") == task.code) & (pl.col("kind") == "capital"))
    by_year = dict(rows.group_by("year").agg(pl.col("amount").sum()).iter_rows())
    return round(float(by_year.get(year - (task.starts - start), 0.0)), 6)


def taskbook_faults(book: TaskBook, plan: "Plan | None", city: str) -> Iterator[Fault]:
    """Yield what keeps a task book from being signed.

    Parameters
    ----------
    book : to be checked
    plan : the plan that it was made of; None when there is none
    city : the code of its city
    """
    if plan is None:
        yield _fault(
            "plan",
            coded("pilot.taskbook.no_plan", "it does not name a version of an adopted plan"),
            text("adopt a plan, and create the task book from it"),
        )
    elif book.currency != plan.currency:
        yield _fault(
            "currency",
            coded(
                "pilot.taskbook.currency",
                "its amounts are in {currency}, but the plan's amounts are in {plan}",
                currency=book.currency,
                plan=plan.currency,
            ),
            text("enter the amounts in the plan's currency"),
        )
    yield from terms_faults(book)
    capital = {} if plan is None else _capital(plan, city)
    for task in book.tasks:
        planned = capital.get(task.code)
        if planned is not None and abs(task.total - planned) > max(_CENT, _SAME * planned):
            yield _fault(
                task.code,
                coded(
                    "pilot.taskbook.money_differs",
                    "its amounts add up to {total}, but the plan has {planned}",
                    total=millions(book, task.total),
                    planned=millions(book, planned),
                ),
                text("correct the sources until they add up"),
            )
        if plan is not None and planned is None:
            yield _fault(
                task.code,
                coded("pilot.taskbook.not_planned", "the plan does not include this project in this city"),
                text("omit the project, or make a new plan that includes it"),
            )


def _capital(plan: "Plan", city: str) -> dict[str, float]:
    return dict(plan.table.filter(pl.col("city") == city).select("project", "capital").iter_rows())


def terms_faults(book: TaskBook) -> Iterator[Fault]:
    """Yield what every task and target needs and lacks, whatever the plan says."""
    if not book.tasks:
        yield _fault(
            "tasks",
            coded("pilot.taskbook.no_task", "it contains no tasks"),
            text("create it from a plan that builds something in the city"),
        )
    codes = [task.code for task in book.tasks]
    for task in book.tasks:
        if codes.count(task.code) > 1:
            yield _fault(
                task.code,
                coded("pilot.taskbook.twice", "this task appears more than once"),
                text("keep one of them"),
            )
        if not task.body.strip():
            yield _fault(
                task.code,
                coded("pilot.taskbook.no_body", "no responsible body is named"),
                text("name the body"),
            )
        if task.starts is None or task.ends is None or task.ends < task.starts:
            yield _fault(
                task.code,
                coded("pilot.taskbook.no_dates", "its construction years are missing or in the wrong order"),
                text("enter the years in which it starts and ends"),
            )
        if not task.money or min(task.money.values()) < 0 or task.total <= 0:
            yield _fault(
                task.code,
                coded("pilot.taskbook.no_money", "it has no funding, or an amount is below zero"),
                text("enter the amount from each source"),
            )
        if task.deliverables and (
            min(task.deliverables.values()) < 0 or abs(sum(task.deliverables.values()) - 1) > _SHARES
        ):
            yield _fault(
                task.code,
                coded(
                    "pilot.taskbook.deliverables", "the shares of the task's deliverables do not sum to one"
                ),
                text("give each deliverable its share of the budget, or omit all the shares"),
            )
    yield from _target_faults(book)


def _target_faults(book: TaskBook) -> Iterator[Fault]:
    years = span(book)
    keys = [(target.indicator, target.year) for target in book.targets]
    if not keys:
        yield _fault(
            "targets",
            coded("pilot.taskbook.no_target", "it contains no targets"),
            text("state what an indicator should reach, and when"),
        )
    for target in book.targets:
        name = f"{target.indicator} {target.year}"
        if keys.count((target.indicator, target.year)) > 1:
            yield _fault(
                name,
                coded("pilot.taskbook.target_twice", "this target appears more than once"),
                text("keep one of them"),
            )
        if not target.unit.strip() or target.base is None:
            yield _fault(
                name,
                coded("pilot.taskbook.no_unit", "its unit, or the indicator's previous value, is missing"),
                text("enter both the unit and the previous value"),
            )
        if years and target.year < years[0]:
            yield _fault(
                name,
                coded("pilot.taskbook.early_target", "its year is before the first task begins"),
                text("enter a year from {year:d} onwards", year=years[0]),
            )


def _fault(place: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="taskbook", cell=place)

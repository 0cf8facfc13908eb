"""The roadmap as it stands today: facts committed, what cannot be kept released, past limits lifted."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from urbium.plan.analysis.actuals import Fact
from urbium.plan.analysis.draws import uses_of
from urbium.plan.problem.outlays import Own, outlay, yearly
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.rules.repayments import repaid
from urbium.text import text

_PAID = "PAID BEFORE"
"""The fund, and the finance model, of what was spent before today."""
_NEXT = "; "
"""Between the remark of a project and what was spent on it, which stands last where it was paid before."""
_ROUNDING = 1e-9


def remaining_roadmap(plan: Plan, facts: Mapping[str, Fact], today: int) -> Roadmap:
    """Return the plan's roadmap as it stands at the beginning of today's year.

    What has begun is committed with its own years: those before today pay equal parts of what was spent,
    those from today on of what is left. What was dropped is forbidden; nothing else starts before today.
    Budgets, limits of funds and of starts, and pools before today limit nothing: what was paid then comes
    from a fund of its own, which pays nothing later. What is still to be repaid of it, as planned, is no
    longer there to be spent. What was trained before today is in the nation's pool.
    """
    road = plan.roadmap
    begun = {name: fact for name, fact in facts.items() if fact.has_begun}
    projects = pl.DataFrame(
        [_stands(row, facts.get(row["project"]), road, today) for row in road.projects.iter_rows(named=True)],
        schema=road.projects.schema,
    )
    projects = _released(projects, road, facts)
    late = {name: fact.late(road.years[-1]) for name, fact in begun.items() if fact.late(road.years[-1]) > 0}
    hard = (pl.col("kind") == "hard") & pl.col("project").is_in(list(begun))
    over = pl.col("requires").replace_strict(late, default=0, return_dtype=pl.Int64) if late else 0
    is_begun = pl.col("project").is_in(list(begun))
    rows = [row for fact in begun.values() for row in _outlays(fact, road, today)]
    outlays = pl.DataFrame(rows, schema=road.outlays.schema, orient="row")
    left_to_pay = {(project, year): amount for project, year, amount in rows}
    changes: dict[str, Any] = {
        "projects": projects,
        "outlays": pl.concat([road.outlays.filter(~is_begun), outlays]),
        "prerequisites": road.prerequisites.filter(~hard).with_columns(lag=pl.col("lag") + over),
        "effects": road.effects.filter(~pl.col("project").is_in(list(late))),
        "exclusions": _one_begun(road.exclusions, begun),
        "start_limits": road.start_limits.filter(pl.col("year") >= today),
        "budgets": _budgets(plan, projects.filter(is_begun), left_to_pay, today),
        "upkeep": _upkeep(plan, today),
        "pools": _pools(plan, today),
    }
    if begun:
        others = road.funds.filter(pl.col("fund") != _PAID)
        limits = road.fund_limits.filter((pl.col("fund") != _PAID) & (pl.col("year") >= today))
        closed = [(_PAID, year, 0.0) for year in road.years if year >= today]
        closed += [(fund, year, 0.0) for fund in others["fund"] for year in road.years if year < today]
        nothing = pl.DataFrame(closed, schema=limits.schema, orient="row")
        changes["funds"] = _with_paid(others)
        changes["fund_limits"] = pl.concat([limits, nothing])
    return road.replace(**changes)


def _stands(row: dict[str, Any], fact: Fact | None, road: Roadmap, today: int) -> dict[str, Any]:
    """Return a project's row as it stands today."""
    if fact is None:
        if row["status"] == "committed":
            return row
        row = row | {"earliest": max(row["earliest"] or today, today)}
        if row["latest"] is not None and row["latest"] < today:
            gone = {"status": "forbidden"} if row["status"] == "candidate" else {}
            row |= {"latest": None, **gone}
        return row
    if fact.state == "dropped":
        return row | {"status": "forbidden", "earliest": None, "latest": None}
    if fact.state == "delayed":
        status = "mandatory" if row["status"] == "committed" else row["status"]
        return row | {"status": status, "start": None, "earliest": fact.start, "latest": None}
    assert fact.start is not None  # noqa: S101 - what has begun has both
    assert fact.finish is not None  # noqa: S101
    rows = _payments(fact, road, today)
    models = [model for model in row["finance_models"].split(";") if model]
    remark = row["note"].rpartition(_NEXT)[0] if _PAID in models else row["note"]
    paid = text(
        "{currency} {spent:millions} spent before {year}, {left:millions} to go",
        currency=road.settings.currency,
        spent=fact.spent,
        year=today,
        left=max(fact.capital - fact.spent, 0.0),
    )
    return row | {
        "status": "committed", "start": fact.start, "build_years": len(rows),
        "capital": sum(amount for _, amount in rows), "earliest": None,
        "finance_models": ";".join(dict.fromkeys([*models, _PAID])),
        "latest": None, "note": _NEXT.join(part for part in (remark, paid) if part),
    }  # fmt: skip


def _payments(fact: Fact, road: Roadmap, today: int) -> list[tuple[int, float]]:
    """Return what each build year of the plan pays: of what was spent, and of what is left."""
    assert fact.start is not None  # noqa: S101 - what has begun has both
    assert fact.finish is not None  # noqa: S101
    past = max(min(today, fact.finish + 1) - fact.start, 0)
    left = fact.finish + 1 - fact.start - past
    spent = fact.spent if left else fact.capital
    rest = max(fact.capital - fact.spent, 0.0) if past else max(fact.capital, fact.spent)
    return [
        (year, spent / past if year < fact.start + past else rest / left)
        for year in range(fact.start, min(fact.finish, road.years[-1]) + 1)
    ]


def _outlays(fact: Fact, road: Roadmap, today: int) -> Iterator[tuple[str, int, float]]:
    """Yield the outlays of what has begun: project, year, amount; nothing where they are equal parts."""
    rows = _payments(fact, road, today)
    amounts = [amount for _, amount in rows]
    if max(amounts) - min(amounts) > _ROUNDING * max(1.0, *amounts):
        yield from ((fact.project, year, amount) for year, amount in rows)


def _released(projects: pl.DataFrame, road: Roadmap, facts: Mapping[str, Fact]) -> pl.DataFrame:
    """Release what was committed or mandatory and cannot be kept: its prerequisite is late, or dropped."""
    ready = _Ready(projects, road, facts)
    changed = []
    for row in projects.iter_rows(named=True):
        fact = facts.get(row["project"])
        is_open = fact is None or not fact.has_begun
        first = ready.start(row["project"])
        release: dict[str, Any] = {}
        if is_open and row["status"] in ("committed", "mandatory"):
            if first > road.last_start(row["build_years"]):
                release = {"status": "candidate", "start": None}
            elif row["status"] == "committed" and first > row["start"]:
                release = {"status": "mandatory", "start": None}
        changed.append(row | release)
    return pl.DataFrame(changed, schema=projects.schema)


class _Ready:
    """The first year in which each project can start, by what it requires and what is known."""

    def __init__(self, projects: pl.DataFrame, road: Roadmap, facts: Mapping[str, Fact]) -> None:
        self.rows = {row["project"]: row for row in projects.iter_rows(named=True)}
        self.facts, self.first = facts, road.years[0]
        self.needs: dict[str, list[tuple[str, int]]] = {}
        for name, requires, lag in road.hard_prerequisites.select("project", "requires", "lag").iter_rows():
            self.needs.setdefault(name, []).append((requires, lag))
        self.memory: dict[str, float] = {}

    def start(self, name: str) -> float:
        """Return the year; infinite when the project cannot be had."""
        if name not in self.memory:
            fact, row = self.facts.get(name), self.rows[name]
            if fact is not None and fact.has_begun:
                self.memory[name] = float(fact.start or 0)
            elif row["status"] == "forbidden":
                self.memory[name] = math.inf
            else:
                first = float(row["earliest"] or self.first)
                after = (self._after(q) + lag for q, lag in self.needs.get(name, ()))
                self.memory[name] = max([first, *after])
        return self.memory[name]

    def _after(self, name: str) -> float:
        """Return the first year after a project is finished."""
        fact = self.facts.get(name)
        if fact is not None and fact.has_begun and fact.finish is not None:
            return fact.finish + 1.0
        return self.start(name) + float(self.rows[name]["build_years"])


def _one_begun(exclusions: pl.DataFrame, begun: Mapping[str, Fact]) -> pl.DataFrame:
    """Leave in each group the first of those that have begun: facts cannot exclude each other any more."""
    is_begun = pl.col("project").is_in(list(begun))
    first = is_begun.cum_sum().over("group") <= 1
    return exclusions.filter(~is_begun | first)


def _with_paid(funds: pl.DataFrame) -> pl.DataFrame:
    paid = pl.DataFrame(
        {
            "fund": [_PAID], "name": ["paid before today"], "finance_models": [_PAID], "share_max": [1.0],
            "payer": ["nation"], "is_foreign": [False], "note": ["what was spent before today"],
        }
    )  # fmt: skip
    return pl.concat([funds, paid], how="diagonal")


def _budgets(plan: Plan, begun: pl.DataFrame, outlays: Own, today: int) -> pl.DataFrame:
    """Return the budgets from today on, with what the years before left as planned in that of today.

    Past budgets stay where a fund's share is one of a city's budgets, and where the nation trains: there none
    of its past money is left for that. Where budgets are carried over, the past ones have no rest either, so
    that a fund's share of a city's budgets is then smaller by what was spent.
    """
    road = plan.roadmap
    trains, carried = not road.training.is_empty(), road.settings.carry_over > 0
    shared = bool(road.funds["city_budgets_share_max"].is_not_null().any())
    due, left, owed = _due(road, begun, outlays), _left(plan, today), _owed(plan, today)
    rows = []
    budgets = road.budgets.select("place", "year", "amount", "evidence", "note")
    for place, year, amount, evidence, note in budgets.iter_rows():
        is_nation = place == NATIONWIDE
        if year >= today:
            there = amount + left.get(place, 0.0) * (year == today) - owed.get((place, year), 0.0)
            rows.append((place, year, max(there, 0.0), evidence, note))
        elif trains if is_nation else shared:
            needed = due.get((place, year), 0.0)
            rest = 0.0 if is_nation or carried else max(amount - needed, 0.0)
            rows.append((place, year, needed + rest, evidence, note))
    return pl.DataFrame(rows, schema=road.budgets.schema, orient="row")


def _owed(plan: Plan, today: int) -> dict[tuple[str, int], float]:
    """Return what each place repays from today on of what was drawn before, as planned."""
    back = repaid(plan.roadmap, plan.money.filter(pl.col("year") < today)).filter(pl.col("year") >= today)
    sums = back.group_by("place", "year").agg(pl.col("amount").sum())
    return {(place, year): amount for place, year, amount in sums.iter_rows()}


def _upkeep(plan: Plan, today: int) -> pl.DataFrame:
    """Return the limits after the plan, less the most that is repaid in a year of what was drawn before.

    A limit holds from its year on, so that the dearest of these years stands for all.
    """
    owed, rows = _owed(plan, today), []
    for row in plan.roadmap.upkeep.iter_rows(named=True):
        later = [a for (place, year), a in owed.items() if place == row["place"] and year >= row["since"]]
        rows.append(row | {"amount": max(row["amount"] - max(later, default=0.0), 0.0)})
    return pl.DataFrame(rows, schema=plan.roadmap.upkeep.schema)


def _left(plan: Plan, today: int) -> dict[str, float]:
    """Return what each place's budgets before today leave for today's year, spent as planned."""
    road, share = plan.roadmap, plan.roadmap.settings.carry_over
    if share == 0:
        return {}
    sums = (
        uses_of(plan)
        .filter(pl.col("limit") == "budget")
        .group_by("place", "year")
        .agg(pl.col("amount").sum())
    )
    used = {(place, year): amount for place, year, amount in sums.iter_rows()}
    cost = dict(road.training.select("occupation", "cost").iter_rows())
    for occupation, year, units in plan.training.iter_rows():
        used[NATIONWIDE, year] = used.get((NATIONWIDE, year), 0.0) + cost[occupation] * units
    amounts = {
        (place, year): amount
        for place, year, amount in road.budgets.select("place", "year", "amount").iter_rows()
    }
    amounts_left = {}
    for place in road.budgets["place"].unique(maintain_order=True):
        rest = 0.0
        for year in range(road.years[0], today):
            declared = amounts.get((place, year))
            spent = used.get((place, year), 0.0)
            rest = 0.0 if declared is None else share * max(declared + rest - spent, 0.0)
        amounts_left[place] = rest
    return amounts_left


def _due(road: Roadmap, begun: pl.DataFrame, outlays: Own) -> dict[tuple[str, int], float]:
    """Return what has begun takes of budgets by place and year, all its capital being the nation's."""
    due: dict[tuple[str, int], float] = {}
    for row in begun.iter_rows(named=True):
        operator = NATIONWIDE if road.settings.operation_by == "nation" else row["city"]
        for year in road.years:
            building = row["start"] <= year < row["start"] + row["build_years"]
            runs = year >= row["start"] + row["build_years"]
            place = NATIONWIDE if building else operator
            amount = outlay(row, year, outlays) * building + yearly(row) * runs
            due[place, year] = due.get((place, year), 0.0) + amount
    return due


def _pools(plan: Plan, today: int) -> pl.DataFrame:
    """Return pools that hold all before today, and with what was trained before today from then on."""
    road = plan.roadmap
    staff = road.staff.join(road.projects.select("project", "city"), on="project", how="left")
    if staff.is_empty():
        return road.pools
    most = staff.group_by(place="city", occupation="occupation").agg(
        places=(pl.col("building") + pl.col("running")).sum()
    )
    years = pl.DataFrame({"year": [y for y in road.years if y < today]}, schema={"year": pl.Int64})
    past = most.join(years, how="cross")
    terms = {row["occupation"]: row for row in road.training.iter_rows(named=True)}
    more = [
        (NATIONWIDE, occupation, later, units * terms[occupation]["places"])
        for occupation, year, units in plan.training.iter_rows()
        for later in road.years
        if year < today <= later and later >= year + terms[occupation]["lag"]
    ]
    added = pl.DataFrame(more, schema=["place", "occupation", "year", "places"], orient="row")
    return (
        pl.concat([road.pools.filter(pl.col("year") >= today), past, added], how="diagonal_relaxed")
        .group_by("place", "occupation", "year", maintain_order=True)
        .agg(pl.col("places").sum(), pl.col("evidence", "note").drop_nulls().first())
    )

"""Why a project is in a plan, and why not: true answers, found again from the limits.

Why not is answered by solving the project's city again with the project in it and the rest of the plan as it
stands: what the city may use of the nation's money is what the other cities leave. The answer says what the
objective loses, which limits bind, and the least money that would bring the project in beside all that the
city has.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import highspy
import numpy as np
import polars as pl

from urbium.errors import InfeasibleError, NotFoundError
from urbium.plan.conflicts import conflict
from urbium.plan.constraints import all_rows
from urbium.plan.funding import start_columns
from urbium.plan.layout import Floats, Layout
from urbium.plan.matrix import Matrix, assemble, highs, load
from urbium.plan.plan import Plan, known_project
from urbium.plan.roadmap import NATIONWIDE, Roadmap
from urbium.plan.whole import solve_whole
from urbium.plan.worth import objective
from urbium.result import Explanation, Origin

__all__ = ["explain_absence", "explain_project"]

_SECONDS = 1.2
_GAP = 1e-3
_MONEY_LIMITS = ("budget", "fund_limit", "foreign_in_all")


def explain_project(plan: Plan, key: str) -> Explanation:
    """Explain a project by its name: why it is in the plan, or why it is not."""
    chosen = plan.table.filter(pl.col("project") == key)
    if chosen.height:
        return _presence(plan, chosen.row(0, named=True))
    rows = plan.roadmap.projects.filter(pl.col("project") == key)
    city, _, solution = key.partition(":")
    return (
        explain_absence(plan, rows["city"][0], rows["solution"][0])
        if rows.height
        else explain_absence(plan, city, solution)
    )


def _origin(table: str, cell: str) -> Origin:
    return Origin(publisher="roadmap", title=table, cell=cell)


# In the plan


def _presence(plan: Plan, row: dict[str, Any]) -> Explanation:
    """Tell what a chosen project costs, closes and serves."""
    serves = plan.roadmap.prerequisites.filter(
        (pl.col("requires") == row["project"]) & pl.col("project").is_in(plan.table["project"].to_list())
    )["project"].to_list()
    known = known_project(plan, row["project"])
    if known["status"] in ("committed", "mandatory"):
        reason = f"it is {known['status']}"
    elif row["value"] > 0:
        reason = f"without it the objective would be {row['value']:.4g} lower"
    elif serves:
        reason = f"{len(serves)} chosen projects require it: {', '.join(serves[:6])}"
    else:
        reason = "it was found with the plan and costs next to nothing"
    return Explanation(
        what=f"{row['solution']} in {row['city']}",
        value=f"in the plan, built {row['start']} to {row['finish']}",
        kind="project",
        grade=row["evidence"],
        note=reason,
        children=(
            *_cost(plan, row),
            *_payers(plan, row["project"]),
            *_needs(plan, row["project"]),
            *_effects(plan, row["project"]),
        ),
    )


def _cost(plan: Plan, row: dict[str, Any]) -> Iterator[Explanation]:
    note = known_project(plan, row["project"])["note"]
    settings = plan.roadmap.settings
    about = "; ".join(
        text
        for text in (note, settings.note, f"prices {settings.price_year}" if settings.price_year else "")
        if text
    )
    origin = _origin("projects", row["project"])
    yield Explanation(
        "capital",
        row["capital"],
        f"m {plan.currency}",
        kind="setting",
        grade=row["evidence"],
        origin=origin,
        note=about,
    )
    yield Explanation(
        "operation",
        row["operation"],
        f"m {plan.currency} a year",
        kind="setting",
        grade=row["evidence"],
        origin=origin,
    )


def _payers(plan: Plan, project: str) -> Iterator[Explanation]:
    rows = plan.money.filter((pl.col("project") == project) & (pl.col("kind") == "capital"))
    names = dict(plan.roadmap.funds.select("fund", "name").iter_rows())
    for fund, amount in rows.group_by("fund", maintain_order=True).agg(pl.col("amount").sum()).iter_rows():
        yield Explanation(
            f"paid by {names.get(fund) or fund}",
            amount,
            f"m {plan.currency}",
            kind="setting",
            origin=_origin("funds", fund),
        )


def _needs(plan: Plan, project: str) -> Iterator[Explanation]:
    finish = dict(plan.table.select("project", "finish").iter_rows())
    for requires, lag in (
        plan.roadmap.prerequisites.filter(pl.col("project") == project).select("requires", "lag").iter_rows()
    ):
        state = f"finished in {finish[requires]}" if requires in finish else "not in the plan"
        yield Explanation(
            f"requires {requires}", state, kind="limit", note=f"and {lag} years more" if lag else ""
        )


def _effects(plan: Plan, project: str) -> Iterator[Explanation]:
    road = plan.roadmap
    city = known_project(plan, project)["city"]
    rows = road.effects.filter(pl.col("project") == project).join(
        road.indicators.select("indicator", "name", "weight"),
        on="indicator",
        how="left",
        maintain_order="left",
    )
    gaps = road.gaps.filter(pl.col("city") == city)
    if rows.is_empty():
        yield Explanation(
            "no effect of its own is known", kind="missing", note="it counts as a prerequisite of others only"
        )
    for row in rows.iter_rows(named=True):
        gap = gaps.filter(pl.col("indicator") == row["indicator"])
        need = gap.row(0, named=True) if gap.height else None
        children = (
            ()
            if need is None
            else (
                Explanation(
                    "need",
                    need["need"],
                    "share still open",
                    kind="assumption" if need["evidence"] == "assumption" else "setting",
                    grade=need["evidence"],
                    note=need["note"],
                    origin=_origin("gaps", f"{city}, {row['indicator']}"),
                ),
            )
        )
        yield Explanation(
            f"closes {row['name'] or row['indicator']}",
            row["effect"],
            "of the potential",
            kind="indicator",
            grade=row["evidence"],
            note=f"{row['note']}; from {row['lag']} years after it is built" if row["lag"] else row["note"],
            origin=_origin("effects", f"{project}, {row['indicator']}"),
            children=children,
        )


# Not in the plan


def explain_absence(plan: Plan, city: str, solution: str) -> Explanation:
    """Explain why a solution is not in a city's plan.

    Raises NotFoundError when neither the roadmap nor its list of omitted solutions knows the solution.
    """
    road = plan.roadmap
    what = f"{solution} in {city}"
    solutions = {*road.projects["solution"], *road.omitted["solution"]}
    if solution not in solutions:
        raise NotFoundError.named("solution", solution, solutions)
    if city not in set(road.cities["city"]):
        note = "the city is not in the roadmap: its size is not known, so no solution could be priced there"
        return Explanation(what, "not a candidate", kind="missing", note=note)
    omitted = road.omitted.filter((pl.col("city") == city) & (pl.col("solution") == solution))
    if omitted.height:
        return Explanation(
            what,
            "not a candidate",
            kind="assumption",
            note=omitted["reason"][0],
            origin=_origin("omitted", what),
        )
    rows = road.projects.filter((pl.col("city") == city) & (pl.col("solution") == solution))
    if rows.is_empty():
        return Explanation(
            what, "not a candidate", kind="missing", note="the roadmap has no such project in this city"
        )
    chosen = plan.table.filter(pl.col("project") == rows["project"][0])
    if chosen.height:
        return _presence(plan, chosen.row(0, named=True))
    project = rows.row(0, named=True)
    hard = list(_impossible(plan, project))
    if hard:
        note = "no plan of this roadmap can have it"
        return Explanation(
            what,
            "not in the plan",
            kind="project",
            grade=project["evidence"],
            note=note,
            children=(*hard, *_missing(plan, project["project"]), *_cost(plan, project)),
        )
    return _Trial(plan, project).answer(what)


def _impossible(plan: Plan, project: dict[str, Any]) -> Iterator[Explanation]:
    """Reasons that no amount of money can mend."""
    road = plan.roadmap
    if project["status"] == "forbidden":
        yield Explanation(
            "forbidden",
            kind="limit",
            note="the roadmap forbids it",
            origin=_origin("projects", project["project"]),
        )
    models = set(project["finance_models"].split(";")) - {""}
    funds = [
        f for f in road.funds.iter_rows(named=True) if models & (set(f["finance_models"].split(";")) - {""})
    ]
    home = sum(f["share_max"] for f in funds if not f["is_foreign"])
    abroad = min(sum(f["share_max"] for f in funds if f["is_foreign"]), project["foreign_share_max"])
    if project["capital"] > 0 and home + abroad < 1 - 1e-9:
        text = "no fund may pay it" if not funds else f"its funds may pay {home + abroad:.0%} of it at most"
        yield Explanation(
            "no eligible fund",
            kind="limit",
            note=text,
            origin=_origin("funds", ", ".join(f["fund"] for f in funds)),
        )
    earliest, chain = _earliest(road, project["project"])
    if earliest + project["build_years"] - 1 > road.years[-1]:
        note = f"it cannot start before {earliest}" + (f", after {' and '.join(chain)}" if chain else "")
        yield Explanation(
            "ends after the plan",
            earliest + project["build_years"] - 1,
            kind="limit",
            period=str(road.years[-1]),
            note=note,
        )


def _earliest(road: Roadmap, project: str) -> tuple[int, list[str]]:
    """The first year in which a project may start, all its prerequisites being built at once, and those."""
    build = dict(road.projects.select("project", "build_years").iter_rows())
    needs: dict[str, list[tuple[str, int]]] = {}
    for name, requires, lag in road.prerequisites.iter_rows():
        needs.setdefault(name, []).append((requires, lag))
    memory: dict[str, int] = {}

    def first(name: str) -> int:
        if name not in memory:
            memory[name] = max(
                (first(q) + build[q] + lag for q, lag in needs.get(name, ())), default=road.years[0]
            )
        return memory[name]

    return first(project), [q for q, _ in needs.get(project, ())]


def _closure(road: Roadmap, project: str) -> list[str]:
    """All that a project requires, directly or through others, itself left out."""
    needs: dict[str, list[str]] = {}
    for name, requires in road.prerequisites.select("project", "requires").iter_rows():
        needs.setdefault(name, []).append(requires)
    found: list[str] = []
    stack = list(needs.get(project, ()))
    while stack:
        name = stack.pop()
        if name not in found:
            found.append(name)
            stack += needs.get(name, ())
    return sorted(found)


def _missing(plan: Plan, project: str) -> Iterator[Explanation]:
    """What the project requires and the plan does not have, with its cost."""
    chosen = set(plan.table["project"])
    for name in _closure(plan.roadmap, project):
        if name not in chosen:
            row = known_project(plan, name)
            yield Explanation(
                f"requires {name}, which is not in the plan",
                row["capital"],
                f"m {plan.currency}",
                kind="limit",
                grade=row["evidence"],
                origin=_origin("prerequisites", f"{project}, {name}"),
            )


@dataclass(frozen=True)
class _Trial:
    """One city solved again with a project forced in, the rest of the plan as it stands."""

    plan: Plan
    project: dict[str, Any]

    @cached_property
    def road(self) -> Roadmap:
        """The city's own roadmap, with the project mandatory."""
        own = self.plan.roadmap.of_city(self.project["city"])
        forced = (
            pl.when(pl.col("project") == self.project["project"])
            .then(pl.lit("mandatory"))
            .otherwise("status")
        )
        return own.replace(projects=own.projects.with_columns(status=forced))

    @cached_property
    def lay(self) -> Layout:
        return Layout(self.road)

    @cached_property
    def model(self) -> Matrix:
        """The city's model, with what the other cities leave of each limit they share."""
        model = assemble(self.lay)
        upper = model.upper.copy()
        for limit, place, year, amount in self.plan.overruns.iter_rows():
            name = f"{limit}[{'nation' if place == NATIONWIDE else place},{year}]"
            if name in self._rows[limit]:
                upper[model.span(limit)[self._rows[limit].index(name)]] += amount
        for name, used in self._elsewhere().items():
            for limit in ("budget", "fund_limit", "foreign_in_all", "start_limit"):
                if name.startswith(f"{limit}["):
                    upper[model.span(limit)[self._rows[limit].index(name)]] -= used
        return replace(model, upper=upper)

    @cached_property
    def _rows(self) -> dict[str, list[str]]:
        return {rows.limit: rows.names() for rows in all_rows(self.lay)}

    def _elsewhere(self) -> dict[str, float]:
        """What other cities use of the limits that all share, by the limit's name."""
        plan, road = self.plan, self.plan.roadmap
        others = plan.money.filter(pl.col("city") != self.project["city"])
        funds = {f["fund"]: f for f in road.funds.iter_rows(named=True)}
        used: dict[str, float] = {}

        def add(limit: str, name: str, year: int, amount: float) -> None:
            key = f"{limit}[{name},{year}]" if name else f"{limit}[{year}]"
            if limit in self._rows and key in self._rows[limit]:
                used[key] = used.get(key, 0.0) + amount

        sums = others.group_by("fund", "year", "kind", maintain_order=True).agg(pl.col("amount").sum())
        share = road.settings.foreign_share_max
        for fund, year, kind, amount in sums.iter_rows():
            if kind == "operation":
                if road.settings.operation_by == "nation":
                    add("budget", "nation", year, amount)
                continue
            add("fund_limit", fund, year, amount)
            add("foreign_in_all", "", year, amount * (funds[fund]["is_foreign"] - share))
            if funds[fund]["payer"] == "nation":
                add("budget", "nation", year, amount)
        for year, count in (
            plan.table.filter(pl.col("city") != self.project["city"]).group_by("start").len().iter_rows()
        ):
            add("start_limit", "nation", year, count)
        return used

    @cached_property
    def present(self) -> Floats:
        """Start year indices of the city's part of the plan; -1 for never."""
        begun = dict(self.plan.table.select("project", "start").iter_rows())
        first = self.road.years[0]
        return np.array([begun[p] - first if p in begun else -1 for p in self.road.projects["project"]])

    def answer(self, what: str) -> Explanation:
        """Solve again and tell the loss, the limits and the cheapest change."""
        found = solve_whole(self.lay, self.model, deadline=time.monotonic() + _SECONDS, gap=_GAP)
        children = [*_missing(self.plan, self.project["project"]), *self._rivals()]
        if found.is_infeasible:
            children += self._conflict()
            note = "the city has no plan with it while the other cities stay as they are"
            loss = None
        elif found.start is None:
            note, loss = f"no plan with it was found in {_SECONDS:g} s", None
        else:
            loss, note = self._loss(objective(self.lay, found.start), found.bound)
        children += self._cheapest()
        children += [*_cost(self.plan, self.project), *_effects(self.plan, self.project["project"])]
        price = Explanation("objective lost with it in the plan", loss, kind="limit", note=note)
        return Explanation(
            what, "not in the plan", kind="project", grade=self.project["evidence"], note=note,
            children=(price, *children) if loss is not None else tuple(children),
        )  # fmt: skip

    def _loss(self, forced: float, bound: float) -> tuple[float, str]:
        """How much the objective falls, and in words how sure that is."""
        now = objective(self.lay, self.present.astype(np.int64))
        loss, least = now - forced, now - bound
        way = "solved again with it, the other cities as they are"
        if loss <= 0:
            return (
                loss,
                f"{way}: it would not lower the objective; the plan is within its proven gap of the best, not the best",
            )
        if loss - least <= _GAP * max(abs(now), 1e-9):
            return (
                loss,
                f"{way}: the objective falls by {loss:.4g} ({loss / max(abs(now), 1e-12):.2%} of the city's); exact to {_GAP:.1%}",
            )
        return (
            loss,
            f"{way}: the objective falls by {max(least, 0):.4g} to {loss:.4g} (the search was cut at {_SECONDS:g} s)",
        )

    def _rivals(self) -> Iterator[Explanation]:
        chosen = set(self.plan.table["project"])
        groups = self.road.exclusions.filter(pl.col("project") == self.project["project"])["group"]
        for group in groups:
            members = self.road.exclusions.filter(pl.col("group") == group)["project"]
            taken = [p for p in members if p in chosen]
            if taken:
                yield Explanation(
                    f"excluded by {', '.join(taken)}", kind="limit", note=f"at most one of group {group}"
                )

    def _conflict(self) -> list[Explanation]:
        error: InfeasibleError = conflict(self.road, self.lay, self.model, seconds=_SECONDS / 2)
        return [Explanation(fault.cell, kind="limit", note=fault.remedy) for fault in error.faults[:8]]

    def _cheapest(self) -> list[Explanation]:
        """The least money that brings the project in beside all that the city has, by limit and year.

        The city's starts are held, the project and what it requires are added in their best years, and each
        limit on money may be overrun at a price of 1 a million: a small whole programme, solved exactly.
        """
        model, lay = self.model, self.lay
        held = start_columns(lay, self.present.astype(np.int64))
        new = {self.project["project"], *_closure(self.road, self.project["project"])}
        open_rows = np.concatenate([np.array(model.span(limit), dtype=np.int64) for limit in _MONEY_LIMITS])
        slack = len(model.cost) + np.arange(len(open_rows))
        free = np.zeros(len(model.cost), dtype=bool)
        free[lay.starts :] = True
        for name in new:
            number = lay.number[name]
            if self.present[number] < 0:
                free[lay.start[number][lay.start[number] >= 0]] = True
        row, column = np.concatenate([model.row, open_rows]), np.concatenate([model.column, slack])
        value = np.concatenate([model.value, np.full(len(open_rows), -1.0)])
        order = np.lexsort((column, row))
        size = len(model.cost) + len(open_rows)
        bound = np.concatenate([np.where(free, model.bound, held), np.full(len(open_rows), np.inf)])
        trial = Matrix(
            row[order], column[order], value[order], model.lower, model.upper,
            -np.concatenate([np.zeros(len(model.cost)), np.ones(len(open_rows))]), bound, model.binaries,
        )  # fmt: skip
        solver = highs(seconds=_SECONDS / 2, mip_rel_gap=1e-6)
        load(solver, trial)
        fixed = np.flatnonzero(~free)
        solver.changeColsBounds(len(fixed), fixed.astype(np.int32), held[fixed], held[fixed])
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return [
                Explanation(
                    "no change of money alone brings it in",
                    kind="limit",
                    note="another limit stands against it",
                )
            ]
        x = np.asarray(solver.getSolution().col_value)[:size]
        names = [name for limit in _MONEY_LIMITS for name in self._rows[limit]]
        over = [(names[k], float(amount)) for k, amount in enumerate(x[len(model.cost) :]) if amount > 1e-4]  # noqa: PLR2004 - 100 yuan
        if not over:
            return [
                Explanation(
                    "money is there for it",
                    kind="limit",
                    note="beside all that the city has; it closes too little for its price",
                )
            ]
        return [
            Explanation(
                f"{name} binds",
                amount,
                f"m {self.plan.currency} more would do",
                kind="limit",
                note="least change of money that brings it in beside all the city has, the rest of the plan as it is; computed exactly",
            )
            for name, amount in over
        ]

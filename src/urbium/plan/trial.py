"""One city solved again with a project forced in, the rest of the plan as it stands.

What the city may use of the nation's money is what the other cities leave. Found are what the objective
loses, which limits stand against the project, and the least money that would bring it in beside all that the
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

from urbium.errors import InfeasibleError
from urbium.plan.conflicts import conflict
from urbium.plan.constraints import all_rows
from urbium.plan.funding import start_columns
from urbium.plan.layout import Floats, Integers, Layout
from urbium.plan.matrix import Matrix, assemble, highs, load
from urbium.plan.plan import Plan
from urbium.plan.roadmap import NATIONWIDE, Roadmap
from urbium.plan.whole import solve_whole
from urbium.plan.worth import drawn_places, objective
from urbium.result import Explanation

__all__ = ["Trial", "closure"]

_SECONDS = 1.2
_GAP = 1e-3
_TINY = 1e-12
_LEAST_MONEY = (
    "least change of money that brings it in beside all the city has, the rest of the plan as it is; "
    "computed exactly"
)
_MONEY_LIMITS = ("budget", "fund_limit", "foreign_in_all")
_SHARED = (*_MONEY_LIMITS, "start_limit", "people_of_nation")


@dataclass(frozen=True)
class Trial:
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
        """The variables of the city's roadmap."""
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
            for limit in _SHARED:
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
        for (occupation, year), places in self._drawn_elsewhere().items():
            add("people_of_nation", occupation, year, places)
        return used

    def _drawn_elsewhere(self) -> dict[tuple[str, int], float]:
        """Places that the nation lends to other cities, by occupation and year."""
        if self.plan.roadmap.staff.is_empty():
            return {}
        lay = Layout(self.plan.roadmap)
        begun = dict(self.plan.table.select("project", "start").iter_rows())
        first = lay.roadmap.years[0]
        start = np.array([begun.get(p, first - 1) - first for p in lay.roadmap.projects["project"]])
        here = lay.roadmap.cities["city"].to_list().index(self.project["city"])
        found: dict[tuple[str, int], float] = {}
        for (city, occupation), drawn in zip(lay.staffed, drawn_places(lay, start), strict=True):
            if city != here:
                for year, places in zip(lay.roadmap.years, drawn, strict=True):
                    found[occupation, year] = found.get((occupation, year), 0.0) + float(places)
        return found

    @cached_property
    def present(self) -> Floats:
        """Start year indices of the city's part of the plan; -1 for never."""
        begun = dict(self.plan.table.select("project", "start").iter_rows())
        first = self.road.years[0]
        return np.array([begun[p] - first if p in begun else -1 for p in self.road.projects["project"]])

    def findings(self) -> tuple[float | None, str, list[Explanation]]:
        """Solve again and return what the objective loses, how sure that is, and what stands against it.

        The loss is None when there is no such plan, or none was found in the time.
        """
        found = solve_whole(self.lay, self.model, deadline=time.monotonic() + _SECONDS, gap=_GAP)
        against = list(self._rivals())
        loss: float | None = None
        if found.is_infeasible:
            against += self._conflict()
            note = "the city has no plan with it while the other cities stay as they are"
        elif found.start is None:
            note = f"no plan with it was found in {_SECONDS:g} s"
        else:
            loss, note = self._loss(objective(self.lay, found.start, found.training), found.bound)
        return loss, note, [*against, *self._cheapest(loss)]

    def _loss(self, forced: float, bound: float) -> tuple[float, str]:
        """How much the objective falls, and in words how sure that is."""
        now = objective(self.lay, self.present.astype(np.int64), self._training)
        loss, least = now - forced, max(now - bound, 0.0)
        size = max(abs(now), _TINY)
        way = "solved again with it, the other cities as they are"
        if (self.plan.roadmap.fairness["rule"] == "parity").any():
            way += " and parity of regions not counted"
        if loss <= 0:
            text = f"with it the objective would not fall: {self._why_fits}"
        elif loss - least <= _GAP * size:
            text = f"the objective falls by {loss:.4g} ({loss / size:.2%} of the city's); exact to {_GAP:.1%}"
        else:
            text = f"the objective falls by {least:.4g} to {loss:.4g}; the search was cut at {_SECONDS:g} s"
        return loss, f"{way}: {text}"

    @property
    def _training(self) -> Integers:
        """Units of training of the plan: (training rows, years)."""
        units = np.zeros(self.lay.training.shape, dtype=np.int64)
        number = {name: k for k, name in enumerate(self.road.training["occupation"])}
        for occupation, year, bought in self.plan.training.iter_rows():
            units[number[occupation], year - self.road.years[0]] = bought
        return units

    @property
    def _why_fits(self) -> str:
        """Why a project that would not lower the objective may be left out."""
        if self.plan.gap > 0:
            return "the plan is not proven best and this project would fit (see its gap)"
        return "a plan with it is worth as much as this one"

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

    def _cheapest(self, loss: float | None) -> list[Explanation]:
        """The least money that brings the project in beside all that the city has, by limit and year.

        ``loss`` is what the objective loses with the project. The city's starts are held, the project and
        what it requires are added in their best years, and each limit on money may be overrun at a price of 1
        a million: a small whole programme, solved exactly.
        """
        model, lay = self.model, self.lay
        held = start_columns(lay, self.present.astype(np.int64))
        new = {self.project["project"], *closure(self.road, self.project["project"])}
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
            -np.concatenate([np.zeros(len(model.cost)), np.ones(len(open_rows))]), bound, model.wholes,
        )  # fmt: skip
        solver = highs(seconds=_SECONDS / 2, mip_rel_gap=1e-6)
        load(solver, trial)
        fixed = np.flatnonzero(~free)
        solver.changeColsBounds(len(fixed), fixed.astype(np.int32), held[fixed], held[fixed])
        solver.run()
        status = solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            note = "another limit stands against it"
            return [Explanation("no change of money alone brings it in", kind="limit", note=note)]
        if status != highspy.HighsModelStatus.kOptimal:
            note = f"not found in {_SECONDS / 2:g} s"
            return [Explanation("the least money that would bring it in", kind="limit", note=note)]
        x = np.asarray(solver.getSolution().col_value)[:size]
        names = [name for limit in _MONEY_LIMITS for name in self._rows[limit]]
        over = [(names[k], float(amount)) for k, amount in enumerate(x[len(model.cost) :]) if amount > 1e-4]  # noqa: PLR2004 - 100 yuan
        if not over:
            why = {
                None: "",
                True: "; it closes too little for its price",
                False: f"; {self._why_fits}",
            }[None if loss is None else loss > 0]
            note = f"beside all that the city has{why}"
            return [Explanation("money is there for it", kind="limit", note=note)]
        return [
            Explanation(
                f"{name} binds",
                amount,
                f"m {self.plan.currency} more would do",
                kind="limit",
                note=_LEAST_MONEY,
                children=self._rests_on.get(name, ()),
            )
            for name, amount in over
        ]

    @cached_property
    def _rests_on(self) -> dict[str, tuple[Explanation, ...]]:
        """What each budget's own amount rests on, by the name of its limit."""
        found: dict[str, tuple[Explanation, ...]] = {}
        for row in self.road.budgets.filter((pl.col("evidence") != "") | (pl.col("note") != "")).iter_rows(
            named=True
        ):
            place = "nation" if row["place"] == NATIONWIDE else row["place"]
            found[f"budget[{place},{row['year']}]"] = (
                Explanation(
                    "the budget itself",
                    row["amount"],
                    f"m {self.plan.currency}",
                    period=str(row["year"]),
                    kind="assumption" if row["evidence"] == "assumption" else "setting",
                    grade=row["evidence"],
                    note=row["note"],
                ),
            )
        return found


def closure(road: Roadmap, project: str) -> list[str]:
    """All that a project requires, directly or through others, itself left out."""
    needs: dict[str, list[str]] = {}
    for name, requires in road.hard_prerequisites.select("project", "requires").iter_rows():
        needs.setdefault(name, []).append(requires)
    found: list[str] = []
    stack = list(needs.get(project, ()))
    while stack:
        name = stack.pop()
        if name not in found:
            found.append(name)
            stack += needs.get(name, ())
    return sorted(found)

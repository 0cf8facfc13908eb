"""The part of a plan's programme that is solved again: one city beside the others, or the whole.

A city by itself is quick, and what it finds is a plan of the whole programme: what it loses is lost at most.
That no plan loses less, whatever the other cities do, is shown by solving the whole.
"""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl

from urbium.plan.milp.model import Matrix, assemble
from urbium.plan.milp.objective import objective
from urbium.plan.problem.roadmap import NATIONWIDE, Roadmap
from urbium.plan.result.limits import trained, used_by
from urbium.plan.result.plan import Plan
from urbium.plan.search.exact import solve_exact
from urbium.plan.variables import Integers, Layout

__all__ = ["SECONDS", "Again", "Scope"]

SECONDS = 1.2
"""How long one answer is searched for, unless told otherwise."""

_FINE = 1e-9


@dataclass(frozen=True)
class Scope:
    """The part of a plan's programme that is solved again.

    Parameters
    ----------
    plan : what stands
    city : solved by itself, the other cities and their money as they are; None for the whole programme
    status : another status of some projects
    """

    plan: Plan
    city: str | None
    status: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def road(self) -> Roadmap:
        """The roadmap of the part, with the other status."""
        own = self.plan.roadmap if self.city is None else self.plan.roadmap.of_city(self.city)
        if not self.status:
            return own
        wanted = pl.col("project").replace_strict(dict(self.status), default=pl.col("status"))
        return own.replace(projects=own.projects.with_columns(status=wanted))

    @cached_property
    def lay(self) -> Layout:
        """The variables of the part."""
        return Layout(self.road)

    @cached_property
    def names(self) -> dict[str, int]:
        """The row of each limit by its name."""
        return {name: row for row, name in enumerate(self._raw.names())}

    @cached_property
    def _raw(self) -> Matrix:
        return assemble(self.lay)

    @cached_property
    def model(self) -> Matrix:
        """The model of the part: limits as the plan overran them, less what the other cities use."""
        upper, bound = self._raw.upper.copy(), self._raw.bound.copy()
        for limit, place, year, amount in self.plan.overruns.iter_rows():
            row = self.names.get(f"{limit}[{'nation' if place == NATIONWIDE else place},{year}]")
            if row is not None:
                upper[row] += amount
        keys = set(self.plan.overruns.filter(pl.col("limit") == "budget").select("place", "year").rows())
        rows = [k for k, key in enumerate(self.road.budgets.select("place", "year").rows()) if key in keys]
        saved = self.lay.saved[rows]
        bound[saved[saved >= 0]] = 0.0  # what is overrun keeps nothing for the year after
        for name, used in self._elsewhere().items():
            if name in self.names:
                upper[self.names[name]] -= used
        if self.city is not None:
            bound[self.lay.training] = 0.0  # the nation trains as it does in the plan
        return replace(self._raw, upper=upper, bound=bound)

    def _elsewhere(self) -> dict[str, float]:
        """What others use of the limits that all share, by name; below 0 what the nation's training adds."""
        used: dict[str, float] = defaultdict(float)
        if self.city is None:
            return used
        plan = self.plan
        is_own = pl.col("city") == self.city
        others = replace(plan, table=plan.table.filter(~is_own), money=plan.money.filter(~is_own))
        for name, amount in used_by(others).iter_rows():
            used[name] += amount
        for name, more in trained(plan).iter_rows():
            used[name] -= more
        road = plan.roadmap
        foreign = dict(road.funds.select("fund", "is_foreign").iter_rows())
        capital = (
            others.money.filter(pl.col("kind") == "capital")
            .group_by("fund", "year")
            .agg(pl.col("amount").sum())
        )
        for fund, year, amount in capital.iter_rows():
            used[f"foreign_in_all[{year}]"] += amount * (foreign[fund] - road.settings.foreign_share_max)
        return used

    @cached_property
    def present(self) -> Integers:
        """Start year indices of the part in the plan; -1 for never."""
        return self.indices(dict(self.plan.table.select("project", "start").iter_rows()))

    def indices(self, begun: Mapping[str, int]) -> Integers:
        """Return start years by project as indices of the part's projects; -1 for never."""
        first = self.road.years[0]
        return np.array(
            [begun[p] - first if p in begun else -1 for p in self.road.projects["project"]], dtype=np.int64
        )

    @cached_property
    def worth(self) -> float:
        """What the part of the plan is worth now; the nation's training counts in the whole only."""
        return objective(self.lay, self.present)

    def solve(
        self,
        model: Matrix | None = None,
        *,
        seconds: float = SECONDS,
        gap: float = _FINE,
        first: Integers | None = None,
    ) -> "Again":
        """Solve the part, or a changed model of it; ``first`` must keep the model's limits."""
        found = solve_exact(
            self.lay,
            self.model if model is None else model,
            deadline=time.monotonic() + seconds,
            gap=gap,
            first=first,
        )
        start: dict[str, int] = {}
        value = None
        if found.start is not None:
            names = self.road.projects["project"]
            start = {
                names[k]: int(s) + self.road.years[0] for k, s in enumerate(found.start.tolist()) if s >= 0
            }
            value = self._value(found.start, found.training, start)
        return Again(
            scope=self,
            value=value,
            bound=found.bound + self._beside,
            start=start,
            is_infeasible=found.is_infeasible,
        )

    def _value(self, index: Integers, training: Integers | None, start: Mapping[str, int]) -> float:
        """Return the objective of the whole plan with the part as found."""
        if self.city is None:
            return objective(self.lay, index, training)
        if not self._has_parity:
            return self.plan.objective - self.worth + objective(self.lay, index)
        whole = Scope(self.plan, None)
        others = self.plan.table.filter(pl.col("city") != self.city).select("project", "start").iter_rows()
        merged = whole.indices(dict(others) | dict(start))
        return self.plan.objective + objective(whole.lay, merged) - whole.worth

    @property
    def _has_parity(self) -> bool:
        return "parity" in self.plan.roadmap.fairness["rule"]

    @property
    def _parity(self) -> float:
        """What the plan loses to parity between regions, of which a city by itself knows nothing."""
        lacking = self.plan.shortfalls.filter(pl.col("kind") == "parity")["amount"].to_list()
        return float(sum(lacking)) * self.plan.roadmap.settings.shortfall_price

    @cached_property
    def _beside(self) -> float:
        """What a bound of the part leaves out: the worth of the others, and parity at its best."""
        return 0.0 if self.city is None else self.plan.objective - self.worth + self._parity


@dataclass(frozen=True)
class Again:
    """What solving again found, in the objective of the whole plan.

    Parameters
    ----------
    value : the objective of the plan found; None when none was found
    bound : no plan of the scope is worth more under the change
    start : start years of the scope's projects in the plan found
    is_infeasible : the scope has no plan under the change
    """

    scope: Scope
    value: float | None
    bound: float
    start: Mapping[str, int]
    is_infeasible: bool

    @property
    def is_whole(self) -> bool:
        """Whether the scope is the whole programme, so that the bound holds whatever the other cities do."""
        return self.scope.city is None

    @property
    def most(self) -> float | None:
        """What is lost at most under the change: the plan found loses no more; below 0 it gains."""
        return None if self.value is None else self.scope.plan.objective - self.value

    @property
    def least(self) -> float:
        """What is lost at least in the scope; 0 when nothing is shown to be lost."""
        if self.is_infeasible:
            return np.inf
        return max(self.scope.plan.objective - self.bound, 0.0)

    @property
    def is_exact(self) -> bool:
        """Whether the loss is known to one part in a thousand of itself, or to what is rounding."""
        if self.value is None or self.most is None:
            return False
        return self.bound - self.value <= max(1e-3 * abs(self.most), self._rounding)

    @property
    def is_better(self) -> bool:
        """Whether the plan found under the change is worth more than the plan, which is not the best then."""
        return self.most is not None and self.most < -self._rounding

    @property
    def _rounding(self) -> float:
        return 1e-8 * max(abs(self.scope.plan.objective), 1e-12)

    @property
    def how(self) -> str:
        """What was solved, in words."""
        return (
            "the whole programme"
            if self.is_whole
            else "the other cities, their money and the nation's training as they are"
        )

    def moves(self) -> pl.DataFrame:
        """Return what comes in, goes out or moves: project, change, before, after (start years)."""
        before = dict(self.scope.plan.table.select("project", "start").iter_rows())
        rows = []
        for project in self.scope.road.projects["project"]:
            old, new = before.get(project), self.start.get(project)
            if old != new:
                change = "comes in" if old is None else "goes out" if new is None else "moves"
                rows.append((project, change, old, new))
        schema = {"project": pl.String(), "change": pl.String(), "before": pl.Int64(), "after": pl.Int64()}
        return pl.DataFrame(rows, schema=schema, orient="row")

"""A plan re-optimised under a change: the whole programme when small, else one city beside the others.

A city by itself is quick, and what it finds is a plan of the whole programme: what it loses is lost at most.
That no plan loses less, whatever the other cities do, is shown by solving the whole.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
import polars as pl

from urbium.plan.milp.model import LinearModel, assemble
from urbium.plan.milp.objective import objective
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.limits import trained, used_by
from urbium.plan.result.plan import Plan
from urbium.plan.search.exact import solve_exact
from urbium.plan.variables import Floats, Integers, Variables
from urbium.text import Text, text

WORK = 1.2
"""How long one answer is searched for, unless told otherwise."""

ModelChange = Callable[[Variables, LinearModel], LinearModel]
"""What is changed in a model before it is solved again."""

_SMALL = 4000
"""Up to so many start variables the whole programme is solved again; the same as for a plan."""
_GAP = 1e-3

_FINE = 1e-9


class PlanChange(StrEnum):
    """What becomes of a project when a plan is solved again."""

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"


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
        part = self.plan.roadmap if self.city is None else self.plan.roadmap.of_city(self.city)
        if not self.status:
            return part
        wanted = pl.col("project").replace_strict(dict(self.status), default=pl.col("status"))
        return part.replace(projects=part.projects.with_columns(status=wanted))

    @cached_property
    def lay(self) -> Variables:
        """The variables of the part."""
        return Variables(self.road)

    @cached_property
    def names(self) -> dict[str, int]:
        """The row of each limit by its name."""
        return {name: row for row, name in enumerate(self._raw.names())}

    @cached_property
    def _raw(self) -> LinearModel:
        return assemble(self.lay)

    @cached_property
    def model(self) -> LinearModel:
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
        model: LinearModel | None = None,
        *,
        work: float = WORK,
        gap: float = _FINE,
        first: Integers | None = None,
    ) -> "Reoptimised":
        """Solve the part, or a changed model of it; ``first`` must keep the model's limits."""
        solution = solve_exact(
            self.lay,
            self.model if model is None else model,
            work=Work(work),
            gap=gap,
            first=first,
        )
        start: dict[str, int] = {}
        value = None
        if solution.start is not None:
            names = self.road.projects["project"]
            start = {
                names[k]: int(s) + self.road.years[0] for k, s in enumerate(solution.start.tolist()) if s >= 0
            }
            value = self._value(solution.start, solution.training, start)
        return Reoptimised(
            scope=self,
            value=value,
            bound=solution.bound + self._beside,
            start=start,
            is_infeasible=solution.is_infeasible,
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
class Reoptimised:
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
    def how(self) -> Text:
        """What was solved again."""
        if self.is_whole:
            return text("the whole programme re-optimised")
        return text(
            "this city re-optimised, with the other cities, their money and the nation's training unchanged"
        )

    def changes(self) -> pl.DataFrame:
        """Return what is added, dropped or moved: project, change, before, after (start years)."""
        before = dict(self.scope.plan.table.select("project", "start").iter_rows())
        rows = []
        for project in self.scope.road.projects["project"]:
            old, new = before.get(project), self.start.get(project)
            if old != new:
                change = (
                    PlanChange.ADDED
                    if old is None
                    else PlanChange.DROPPED
                    if new is None
                    else PlanChange.MOVED
                )
                rows.append((project, change.value, old, new))
        schema = {"project": pl.String(), "change": pl.String(), "before": pl.Int64(), "after": pl.Int64()}
        return pl.DataFrame(rows, schema=schema, orient="row")


def is_small(plan: Plan) -> bool:
    """Say whether a plan's whole programme is solved again in an answer."""
    road = plan.roadmap
    return road.cities.height == 1 or Variables(road).starts <= _SMALL


def reoptimise(
    plan: Plan,
    city: str,
    *,
    status: Mapping[str, str] | None = None,
    change: ModelChange | None = None,
    work: float = WORK,
) -> Reoptimised:
    """Solve a plan's programme again under a change that concerns one city.

    A small programme is solved as a whole, so that the answer holds whatever the other cities do; of a larger
    one the city is solved, the other cities, their money and the nation's training as they are. Where the
    whole is cut by its work, the city is solved as well, and the better plan of the two is the answer.
    """
    alone = Scope(plan, city, status or {})
    if not is_small(plan):
        return alone.solve(_changed(alone, change), work=work, gap=_GAP)
    whole = Scope(plan, None, status or {})
    of_whole = whole.solve(_changed(whole, change), work=work)
    if of_whole.is_exact or of_whole.is_infeasible or plan.roadmap.cities.height == 1:
        return of_whole
    near = alone.solve(_changed(alone, change), work=work)
    if near.value is None or (of_whole.value is not None and of_whole.value >= near.value):
        return of_whole
    others = plan.table.filter(pl.col("city") != city).select("project", "start").iter_rows()
    return replace(of_whole, value=near.value, start=dict(others) | dict(near.start))


def _changed(scope: Scope, change: ModelChange | None) -> LinearModel:
    return scope.model if change is None else change(scope.lay, scope.model)


def held_back(projects: Mapping[str, int]) -> ModelChange:
    """Return the change that keeps each project from being started before a year index."""

    def change(lay: Variables, model: LinearModel) -> LinearModel:
        bound: Floats = model.bound.copy()
        for name, year in projects.items():
            if name in lay.number:
                columns = lay.start[lay.number[name]]
                last = int(lay.last_start[lay.number[name]])
                early = columns[: min(year, last + 1)]
                bound[early[early >= 0]] = 0.0
        return replace(model, bound=bound)

    return change

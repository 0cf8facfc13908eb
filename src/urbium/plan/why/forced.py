"""A project forced into a plan: what the objective loses, which limits stand against it, what would help.

The city is solved again with the project in it, then the whole programme when it is small; the least change
of limits that would bring the project in beside all that the plan has is found as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from urbium.errors import InfeasibleError
from urbium.explanation import Explanation
from urbium.plan.problem.roadmap import NATIONWIDE, Roadmap
from urbium.plan.result.plan import Plan
from urbium.plan.search.infeasibility import conflict
from urbium.plan.why.again import solve_again
from urbium.plan.why.least_change import Cheapest, cheapest
from urbium.plan.why.reoptimise import SECONDS, Again, Scope

__all__ = ["Trial", "closure"]

_MOST_LIMITS = 8
_TINY = 1e-12
_ZERO = 1e-9
_LEAST_CHANGE = (
    "the least change that brings it in beside all the plan has, its start years kept; "
    "found to one part in a million"
)
_COUNTED = {"start_limit": "", "exclusion": "", "people": "places ", "people_of_nation": "places "}


@dataclass(frozen=True)
class Trial:
    """A plan solved again with a project forced in.

    Parameters
    ----------
    plan : what stands
    project : the roadmap's row of the project
    """

    plan: Plan
    project: dict[str, Any]

    @cached_property
    def again(self) -> Again:
        """The plan solved again with the project in it."""
        return solve_again(self.plan, self.project["city"], status={self.project["project"]: "mandatory"})

    @property
    def scope(self) -> Scope:
        """The part in which the project is mandatory: the whole of a small programme, else its city."""
        return self.again.scope

    def findings(self) -> tuple[float | None, str, list[Explanation]]:
        """Return what the objective loses with the project, how sure that is, and what stands against it.

        The loss is None when there is no such plan, or none was found in the time.
        """
        found, against = self.again, list(self._rivals())
        if found.is_infeasible:
            against += self._conflict()
            note = (
                "no plan of the programme has it"
                if found.is_whole
                else f"the city has no plan with it, {found.how}"
            )
        elif found.most is None:
            note = f"no plan with it was found in {SECONDS:g} s"
        else:
            note = self._loss(found, found.most)
        return found.most, note, [*against, *self._cheapest()]

    @property
    def least(self) -> float:
        """What every plan with the project loses at least, in the scope of the answer."""
        return self.again.least

    def _loss(self, found: Again, most: float) -> str:
        """How much the objective falls, in words."""
        size = max(abs(Scope(self.plan, self.project["city"]).worth), _TINY)
        way = f"solved again with it, {found.how}"
        if most <= _ZERO * size:
            text = f"with it the objective would not fall: {self._why_fits}"
        elif found.is_exact:
            text = f"the objective falls by {most:.4g} ({most / size:.2%} of the city's)"
        else:
            text = f"the objective falls by {found.least:.4g} to {most:.4g}; the search went no further"
        return f"{way}: {text}"

    @property
    def _why_fits(self) -> str:
        """Why a project that would not lower the objective may be left out."""
        if self.plan.gap > 0:
            return "the plan is not proven best and this project would fit (see its gap)"
        return "a plan with it is worth as much as this one"

    def _rivals(self) -> Iterator[Explanation]:
        chosen = set(self.plan.table["project"])
        table = self.plan.roadmap.exclusions
        for group in table.filter(pl.col("project") == self.project["project"])["group"]:
            taken = [p for p in table.filter(pl.col("group") == group)["project"] if p in chosen]
            if taken:
                yield Explanation(
                    f"excluded by {', '.join(taken)}", kind="limit", note=f"at most one of group {group}"
                )

    def _conflict(self) -> list[Explanation]:
        scope = self.again.scope
        error: InfeasibleError = conflict(scope.road, scope.lay, scope.model, seconds=SECONDS / 2)
        return [
            Explanation(fault.cell, kind="limit", note=fault.remedy) for fault in error.faults[:_MOST_LIMITS]
        ]

    def _cheapest(self) -> list[Explanation]:
        """The least change that brings the project in beside all that the plan has, by limit and year."""
        added = [self.project["project"], *closure(self.plan.roadmap, self.project["project"])]
        found = cheapest(self.scope, added, seconds=SECONDS / 2)
        if found.state == "cut":
            note = f"not found in {SECONDS / 2:g} s"
            return [Explanation("the least money that would bring it in", kind="limit", note=note)]
        if found.state == "none":
            note = "another limit stands against it; shares, starts, exclusions and places do not either"
            return [Explanation("no change of money alone brings it in", kind="limit", note=note)]
        if not found.changes:
            return [self._room()]
        return [*self._beside_money(found), *(self._change(*each) for each in found.changes)]

    def _beside_money(self, found: Cheapest) -> Iterator[Explanation]:
        if not found.is_money:
            note = "with the limits below eased, it comes in beside all the plan has"
            yield Explanation("no change of money alone brings it in", kind="limit", note=note)

    def _room(self) -> Explanation:
        """Nothing need change for it to come in: why it is out all the same."""
        most = self.again.most
        if most is None:
            why = ""
        elif most > 0:
            why = "; it closes too little for its price"
        else:
            why = f"; {self._why_fits}"
        return Explanation("money is there for it", kind="limit", note=f"beside all that the plan has{why}")

    def _change(self, name: str, amount: float) -> Explanation:
        """How much more of one limit is needed."""
        unit = _COUNTED.get(name.partition("[")[0], f"m {self.plan.currency} ")
        return Explanation(
            f"{name} binds",
            amount,
            f"{unit}more would do",
            kind="limit",
            note=_LEAST_CHANGE,
            children=self._rests_on.get(name, ()),
        )

    @cached_property
    def _rests_on(self) -> dict[str, tuple[Explanation, ...]]:
        """What each budget's own amount rests on, by the name of its limit."""
        found: dict[str, tuple[Explanation, ...]] = {}
        table = self.plan.roadmap.budgets.filter(pl.col("place").is_in([self.project["city"], NATIONWIDE]))
        for row in table.filter((pl.col("evidence") != "") | (pl.col("note") != "")).iter_rows(named=True):
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

"""A project forced into a plan: what the objective loses, which limits stand against it, what would help.

The city is solved again with the project in it, then the whole programme when it is small; the least change
of limits that would bring the project in beside all that the plan has is found as well. See ADR 0011.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from urbium.errors import InfeasibleError
from urbium.explanation import Explanation, Kind, kind_of
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.rules import LIMITS
from urbium.plan.search.infeasibility import conflict, is_least
from urbium.plan.why.facts import WHOLE, percent_of
from urbium.plan.why.least_change import ChangeOutcome, LeastChange, find_least_change
from urbium.plan.why.names import Labels
from urbium.plan.why.reoptimise import WORK, Reoptimised, Scope, reoptimise
from urbium.text import Text, coded, paragraph, sentences
from urbium.units import million

_TINY = 1e-12
_ENDLESS = "upkeep["
"""What the names of limits begin with that hold in every year after the one they name."""
_ZERO = 1e-9
_MONEY_ALONE = coded(
    "plan.why.no_money_alone", "no change in money alone can bring the project into the plan"
)
_LEAST_CHANGE = coded(
    "plan.why.least_change",
    "the smallest change that makes room for the project in addition to everything in the plan, with "
    "start years unchanged; accurate to one part in a million",
)


@dataclass(frozen=True)
class ForcedInclusion:
    """A plan solved again with a project forced in.

    Parameters
    ----------
    plan : what stands
    project : the roadmap's row of the project
    labels : what things are called in the reasons
    """

    plan: Plan
    project: Mapping[str, Any]
    labels: Labels

    @cached_property
    def again(self) -> Reoptimised:
        """The plan solved again with the project in it."""
        return reoptimise(self.plan, self.project["city"], status={self.project["project"]: "mandatory"})

    @property
    def scope(self) -> Scope:
        """The part in which the project is mandatory: the whole of a small programme, else its city."""
        return self.again.scope

    def findings(self) -> tuple[float | None, Text, list[Explanation]]:
        """Return what the objective loses with the project, how sure that is, and what stands against it.

        The loss is None when there is no such plan, or none was found in the time.
        """
        against = list(self._rivals())
        if self.again.is_infeasible:
            against += self._conflict()
        return self.again.most, self._note, [*against, *self._least_change()]

    @property
    def answer(self) -> Text:
        """What would bring the project in, or why it is out, in one sentence."""
        change = self._change_needed
        if change.outcome is ChangeOutcome.CUT:
            return coded(
                "plan.why.answer_cut",
                "The search reached its work limit before finding what would make room for this project.",
            )
        if change.outcome is ChangeOutcome.NONE:
            return coded(
                "plan.why.answer_none",
                "No change to money, shares, start years or posts would make room for it.",
            )
        if not change.changes:
            return (
                coded(
                    "plan.why.answer_poor",
                    "There is money for this project, but it achieves too little for its cost.",
                )
                if self.again.most
                else coded("plan.why.answer_equal", "It would fit, and a plan with it would be no worse.")
            )
        by_year: dict[int, float] = {}
        lasting: dict[int, float] = {}
        places: dict[str, Text | str] = {}
        for row, amount in change.changes:
            place, _, year = row.partition("[")[2].rstrip("]").rpartition(",")
            if not (change.is_money and year.isdigit() and self.labels.is_place(place)):
                return self._relaxed([row for row, _ in change.changes])
            amounts = lasting if row.startswith(_ENDLESS) else by_year
            amounts[int(year)] = max(amounts.get(int(year), 0.0), amount)
            places[place] = self.labels.place(place)
        said = [self._affordable(list(places.values()), by_year or lasting)]
        if lasting:
            said.append(
                coded(
                    "plan.why.answer_money_endless",
                    "After that, its running costs and renewal still need {currency} {most:compact} more a "
                        "year, indefinitely.",
                    currency=self.plan.currency, most=1e6 * max(lasting.values()),
                )
            )  # fmt: skip
        return paragraph(said)

    def _affordable(self, places: Sequence[Text | str], by_year: Mapping[int, float]) -> Text:
        """That it would fit with more money in these years, together with what it requires."""
        years = {"first": str(min(by_year)), "last": str(max(by_year))}
        spent = {
            "places": places, "currency": self.plan.currency, "most": 1e6 * max(by_year.values()), **years,
        }  # fmt: skip
        absent = self.labels.projects(absent_requirements(self.plan, self.project["project"]))
        if absent and len(by_year) == 1:
            return coded(
                "plan.why.answer_money_with",
                "It requires {projects:list}, which the plan does not include either. Together "
                    "with everything in the plan, they cost more than {places:list} can spend. With "
                    "{currency} {most:compact} more in {first}, nothing else would have to be left out.",
                **spent, projects=absent,
            )  # fmt: skip
        if absent:
            return coded(
                "plan.why.answer_money_years_with",
                "It requires {projects:list}, which the plan does not include either. Together "
                    "with everything in the plan, they cost more than {places:list} can spend each year. "
                    "With up to {currency} {most:compact} more a year from {first} to {last}, nothing else "
                    "would have to be left out.",
                **spent, projects=absent,
            )  # fmt: skip
        if len(by_year) == 1:
            return coded(
                "plan.why.answer_money",
                "Together with everything in the plan, it costs more than {places:list} can spend. "
                    "With {currency} {most:compact} more in {first}, nothing else would have to be left "
                    "out.",
                **spent,
            )  # fmt: skip
        return coded(
            "plan.why.answer_money_years",
            "Together with everything in the plan, it costs more than {places:list} can spend each "
                "year. With up to {currency} {most:compact} more a year from {first} to {last}, nothing "
                "else would have to be left out.",
            **spent,
        )  # fmt: skip

    def _relaxed(self, rows: Sequence[str]) -> Text:
        """That it would fit with these limits relaxed."""
        names = [self.labels.limit(row) for row in rows]
        if len(names) == 1:
            return coded(
                "plan.why.answer_limit", "It would fit if this limit were relaxed: {limit}.", limit=names[0]
            )
        return coded(
            "plan.why.answer_limits",
            "It would fit if {count} limits were relaxed together, beginning with: {limit}.",
            count=len(names), limit=names[0],
        )  # fmt: skip

    @cached_property
    def _change_needed(self) -> LeastChange:
        """The least change that brings the project, with all it requires, in beside all that the plan has."""
        added = [self.project["project"], *closure(self.plan.roadmap, self.project["project"])]
        return find_least_change(self.scope, added, work=WORK / 2)

    @property
    def least(self) -> float:
        """What every plan with the project loses at least, in the scope of the answer."""
        return self.again.least

    @property
    def _note(self) -> Text:
        """What forcing the project in does to the plan."""
        if self.again.is_infeasible:
            none = coded("plan.why.no_plan_with", "within these limits, no plan can include this project")
            return sentences([self.again.how, none])
        if self.again.most is None:
            return coded("plan.why.cut_with", "no plan with this project was found within the work limit")
        return sentences([self.again.how, self._loss(self.again.most)])

    def _loss(self, most: float) -> Text:
        """How much the objective falls."""
        size = max(abs(Scope(self.plan, self.project["city"]).worth), _TINY)
        if most <= _ZERO * size:
            return sentences(
                [
                    coded("plan.why.no_loss", "with this project, the plan would be no worse"),
                    self._why_left_out,
                ]
            )
        share = percent_of(self.plan, most)
        if not self.again.is_exact:
            least = percent_of(self.plan, self.again.least)
            if f"{least:.2g}" == f"{share:.2g}":
                return coded(
                    "plan.why.loss_about",
                    "the plan would lose about {share:.2g}% of its improvement; the search stopped "
                    "before finding the exact loss",
                    share=share,
                )
            return coded(
                "plan.why.loss_range",
                "the plan would lose {least:.2g}% to {share:.2g}% of its improvement; the search "
                "stopped before finding the exact loss",
                least=least,
                share=share,
            )
        here = percent_of(self.plan, most, self.project["city"])
        if here is not None and here > WHOLE:
            return coded(
                "plan.why.loss_all",
                "forced in without more money, it would push out projects that achieve more: the "
                "plan would lose the equivalent of {share:.2g}% of its improvement, which is more "
                "than its entire improvement in this city",
                share=share,
            )
        return coded(
            "plan.why.loss",
            "forced in without more money, it would push out projects that achieve more: the plan "
            "would lose {share:.2g}% of its improvement, which is {here:.2g}% of its improvement "
            "in this city",
            share=share,
            here=here,
        )

    @property
    def _why_left_out(self) -> Text:
        """Why a project that would not lower the objective may be left out."""
        if self.plan.gap > 0:
            return coded(
                "plan.why.would_fit",
                "this project would fit, and the plan is not proven to be the best (see the plan's gap)",
            )
        return coded("plan.why.as_good_with", "a plan with this project is just as good")

    def _rivals(self) -> Iterator[Explanation]:
        chosen = set(self.plan.table["project"])
        table = self.plan.roadmap.exclusions
        for group in table.filter(pl.col("project") == self.project["project"])["group"]:
            taken = [p for p in table.filter(pl.col("group") == group)["project"] if p in chosen]
            if taken:
                yield Explanation(
                    coded(
                        "plan.why.excluded_by",
                        "excluded by {projects:list}",
                        projects=self.labels.projects(taken),
                    ),
                    kind=Kind.LIMIT,
                    note=coded("plan.why.one_of_group", "at most one project of group {group}", group=group),
                )

    def _conflict(self) -> list[Explanation]:
        """The limits that no plan with the project meets together; none where fewer of them may do."""
        scope = self.again.scope
        error: InfeasibleError = conflict(scope.road, scope.lay, scope.model, work=Work(WORK / 2))
        if not is_least(error):
            return []
        limits = {
            self.labels.limit(fault.cell): fault.remedy
            for fault in error.faults
            if fault.cell != f"mandatory[{self.project['project']}]"  # which only this question made it
        }
        return [Explanation(limit, kind=Kind.LIMIT, note=remedy) for limit, remedy in limits.items()]

    def _least_change(self) -> list[Explanation]:
        """The least change that brings the project in beside all that the plan has, by limit and year."""
        change = self._change_needed
        if change.outcome is ChangeOutcome.CUT:
            note = coded("plan.why.least_change_cut", "not found within the work limit")
            what = coded(
                "plan.why.least_money", "the smallest amount that would bring the project into the plan"
            )
            return [Explanation(what, kind=Kind.LIMIT, note=note)]
        if change.outcome is ChangeOutcome.NONE:
            note = coded(
                "plan.why.other_limit",
                "another limit prevents the project; relaxing shares, starts, exclusions or posts does "
                "not help",
            )
            return [Explanation(_MONEY_ALONE, kind=Kind.LIMIT, note=note)]
        if not change.changes:
            return [self._room()]
        parts = [self._change(*part) for part in change.changes]
        if len(parts) > 1:
            parts = [_together([replace(part, note="") for part in parts])]
        return [*_beside_money(change), *parts]

    def _room(self) -> Explanation:
        """Nothing need change for it to come in: why it is out all the same."""
        most = self.again.most
        beside = coded("plan.why.room_beside", "in addition to everything in the plan")
        why: Text | str = ""
        if most is not None:
            why = (
                coded("plan.why.too_little", "it achieves too little for its cost")
                if most > 0
                else self._why_left_out
            )
        return Explanation(
            coded("plan.why.room", "there is money for this project"),
            kind=Kind.LIMIT,
            note=sentences([beside, why]),
        )

    def _change(self, row: str, amount: float) -> Explanation:
        """How much more of one limit is needed."""
        return Explanation(
            coded("plan.why.binds", "{limit} binds", limit=self.labels.limit(row), row=row),
            amount,
            LIMITS[row.partition("[")[0]].more(self.plan.currency),
            kind=Kind.LIMIT,
            note=_LEAST_CHANGE,
            children=self._rests_on.get(row, ()),
        )

    @cached_property
    def _rests_on(self) -> dict[str, tuple[Explanation, ...]]:
        """What each budget's amount rests on, by the name of its limit."""
        basis: dict[str, tuple[Explanation, ...]] = {}
        table = self.plan.roadmap.budgets.filter(pl.col("place").is_in([self.project["city"], NATIONWIDE]))
        for row in table.filter((pl.col("evidence") != "") | (pl.col("note") != "")).iter_rows(named=True):
            place = "nation" if row["place"] == NATIONWIDE else row["place"]
            basis[f"budget[{place},{row['year']}]"] = (
                Explanation(
                    coded("plan.why.budget", "the budget itself"),
                    row["amount"],
                    million(self.plan.currency),
                    period=str(row["year"]),
                    kind=kind_of(row["evidence"]),
                    grade=row["evidence"],
                    note=self.plan.roadmap.words(row["note"]),
                ),
            )
        return basis


def _together(parts: Sequence[Explanation]) -> Explanation:
    """Say that changes hold only together: none of them by itself brings the project in."""
    return Explanation(
        coded("plan.why.together", "limits that are jointly binding"),
        coded("plan.why.all_of", "{count} change", "all {count} changes below at once", count=len(parts)),
        kind=Kind.LIMIT,
        note=sentences(
            [coded("plan.why.none_alone", "no change is enough by itself: all are needed"), _LEAST_CHANGE]
        ),
        children=tuple(parts),
    )


def _beside_money(change: LeastChange) -> Iterator[Explanation]:
    if not change.is_money:
        note = coded(
            "plan.why.eased", "once the limits below are relaxed, it fits alongside everything in the plan"
        )
        yield Explanation(_MONEY_ALONE, kind=Kind.LIMIT, note=note)


def absent_requirements(plan: Plan, project: str) -> list[str]:
    """All that a project requires, directly or through others, and the plan does not have."""
    chosen = set(plan.table["project"])
    return [name for name in closure(plan.roadmap, project) if name not in chosen]


def closure(road: Roadmap, project: str) -> list[str]:
    """All that a project requires, directly or through others, itself left out."""
    needs: dict[str, list[str]] = {}
    for name, requires in road.hard_prerequisites.select("project", "requires").iter_rows():
        needs.setdefault(name, []).append(requires)
    required: list[str] = []
    stack = list(needs.get(project, ()))
    while stack:
        name = stack.pop()
        if name not in required:
            required.append(name)
            stack += needs.get(name, ())
    return sorted(required)

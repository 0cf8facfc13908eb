r"""Alternatives: roadmaps nearly as good as the best, made as different as they can be, and what they share.

A programme is one of many that are nearly as good; which projects all of them have, and which none, says more
than the best plan alone (modelling to generate alternatives: Brill, Chang and Hopkins 1982, *Modeling to
generate alternatives: the HSJ approach*, Management Science 28; sets of diverse whole-number solutions: Danna
and Woodruff 2009, *How to select a small set of diverse solutions*, Operations Research Letters 37).

Small programmes: with plans :math:`K` found so far, the next one is

.. math:: \min_x \sum_{k \in K} \sum_p X^k_{pT} X_{pT} \quad \text{with worth}(x) \ge (1 - s)\,\text{best}

and of another set of projects than each found. That proves how little a plan can share with those found, and
when there is no other. Then each project that all have is forbidden, and each that none has is forced in:
either that costs more than the share, which is the proof, or a further plan is found. Larger ones: what is
shared is charged in the objective, at a price raised while the plan stays within the share and lowered when
it does not; nothing is proven there but the worth of each plan. See ADR 0012.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium import charts
from urbium.errors import InputError, NotFoundError, check_seed
from urbium.explanation import Explanation, Kind
from urbium.packaged import words_of
from urbium.plan.analysis.side_constraints import Beside, Whole
from urbium.plan.milp.work import Work
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan
from urbium.plan.search.planner import solve
from urbium.plan.search.progress import SearchWatch, Tally
from urbium.plan.variables import Floats, Integers
from urbium.plan_rules import SECONDS, WORK
from urbium.result import Result
from urbium.text import Text, coded, sentences, text, texts

_ROUNDING = 1e-9
_FIRST_SHARE = 0.3
"""The share of the time that the best plan may take when none is given."""
_PROOF_SHARE = 0.6
"""The share of what is left that is kept for proving what is in all plans, and in none."""
_RAISED = 2.0
"""By what the price of what is shared is raised or lowered."""
_TURNS = 3
"""How often the price of what is shared is tried for one plan of a larger programme."""


@dataclass(frozen=True, kw_only=True)
class Alternatives(Result):
    """Plans nearly as good as the best, and what they share.

    Parameters
    ----------
    table : project, city, solution, capital (millions), kind (``must-have``, ``choice``, ``never``), share
        (of the plans that have it, 0 to 1), first_start, last_start (years), is_proven (whether the kind
        holds for every plan within the share, not only for those found), costs_at_least (what the objective
        loses at least when a must-have is forbidden, or a never forced in; null where that is not proven)
    plans : the plans, the best first, each with its own worth and certificate
    share : by how much of the best worth a plan may be worth less, 0 to 1
    is_complete : whether it is proven that no other set of projects is within the share
    """

    stage: ClassVar[str] = "alternatives"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {"kind": words_of("kind of a project among plans")}
    )
    plans: tuple[Plan, ...] = field(repr=False)
    share: float
    is_complete: bool

    def __repr__(self) -> str:
        count = self.facts
        head = (
            texts(
                "Alternatives: the only plan within {share:.1%} of the best",
                "Alternatives: all {count} plans within {share:.1%} of the best",
                count=len(self.plans),
                share=self.share,
            )
            if self.is_complete
            else texts(
                "Alternatives: {count} plan within {share:.1%} of the best",
                "Alternatives: {count} plans within {share:.1%} of the best",
                count=len(self.plans),
                share=self.share,
            )
        )
        kinds = text(
            "{projects:,} projects: {must_have} in every plan, {choice} in some and {never} in none",
            projects=self.table.height,
            must_have=count["must_have"],
            choice=count["choice"],
            never=count["never"],
        )
        unproven = text("not all proven")
        return sentences([head, kinds, "" if self.table["is_proven"].all() else unproven]).render()

    @property
    def best(self) -> Plan:
        """The plan that the others are compared with."""
        return self.plans[0]

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many plans and projects of each kind, and how far apart the plans are."""
        kinds = self.table["kind"]
        return {
            "plans": len(self.plans),
            "is_complete": self.is_complete,
            "objective": self.best.objective,
            "least_objective": min(plan.objective for plan in self.plans),
            "must_have": int((kinds == "must-have").sum()),
            "choice": int((kinds == "choice").sum()),
            "never": int((kinds == "never").sum()),
            "proven": int(self.table["is_proven"].sum()),
            "most_different": self.differences["projects"].max(),
        }

    @property
    def differences(self) -> pl.DataFrame:
        """How each plan differs from the best: plan, objective, share (lost), projects (in one only)."""
        best_projects = set(self.best.table["project"])
        size = max(abs(self.best.objective), _ROUNDING)
        rows = [
            (
                k,
                plan.objective,
                (self.best.objective - plan.objective) / size,
                len(best_projects ^ set(plan.table["project"])),
            )
            for k, plan in enumerate(self.plans)
        ]
        return pl.DataFrame(rows, schema=["plan", "objective", "share", "projects"], orient="row")

    @property
    def overview(self) -> pl.DataFrame:
        """The real choices first, the most open ones before the others, then must-haves, then the rest."""
        order = pl.col("kind").replace_strict({"choice": 0, "must-have": 1, "never": 2})
        return self.table.sort(order, (pl.col("share") - 0.5).abs(), maintain_order=True)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know."""
        if self.table["is_proven"].all():
            return (text("the kind of each project is proven: it applies to all plans within the tolerance"),)
        return (text("where is_proven is false, the kind applies only to the plans found"),)

    def chart(self) -> dict[str, Any]:
        """Return in how many plans each real choice is, in percent; each must-have when there is none."""
        rows = self.table.filter(pl.col("kind") == "choice")
        if rows.is_empty():
            rows = self.table.filter(pl.col("kind") == "must-have")
        return charts.ranking(
            rows.with_columns(percent=100 * pl.col("share")),
            label="project",
            value="percent",
            value_title=text("% of the plans found"),
            title=texts(
                "{count} plan within {share:.1%} of the best",
                "{count} plans within {share:.1%} of the best",
                count=len(self.plans),
                share=self.share,
            ),
        )

    def explain(self, key: str) -> Explanation:
        """Say of a project in which plans it is, and how sure its kind is."""
        rows = self.table.filter(pl.col("project") == key)
        if rows.is_empty():
            raise NotFoundError.named("project", key, self.table["project"].to_list())
        row = rows.row(0, named=True)
        return Explanation(
            key,
            row["kind"],
            kind=Kind.PROJECT,
            note=_certainty(row, self.plans[0]),
            children=tuple(self._in_plans(key)),
        )

    def _in_plans(self, key: str) -> Iterator[Explanation]:
        for number, plan in enumerate(self.plans):
            rows = plan.table.filter(pl.col("project") == key)
            state = (
                text(
                    "built {start} to {finish}",
                    start=rows["start"][0], finish=rows["finish"][0]
                )
                if rows.height
                else text("not in this plan")
            )  # fmt: skip
            yield Explanation(
                coded("plan.alternatives.plan", "plan {number}", number=number)
                if number
                else coded("plan.alternatives.best", "the best plan"),
                state,
                kind=Kind.PROJECT,
                note=plan.closed_words,
            )


def _certainty(row: Mapping[str, Any], best: Plan) -> Text:
    """Say how sure the kind of a project is."""
    is_in_all, least = row["kind"] == "must-have", row["costs_at_least"]
    if row["kind"] == "choice":
        return text("some plans within the tolerance include this project, and some do not")
    if least is not None and is_in_all:
        return text(
            "proven: forbidding it costs at least {least:.2%} of the best plan's improvement",
            least=best.share_of(least),
        )
    if least is not None:
        return text(
            "proven: forcing it in costs at least {least:.2%} of the best plan's improvement",
            least=best.share_of(least),
        )
    if row["is_proven"] and is_in_all:
        return text("proven: no plan within the tolerance can do without it")
    if row["is_proven"]:
        return text("proven: no plan within the tolerance includes it")
    return text("this applies to the plans found; it is not proven for every plan within the tolerance")


def alternatives(
    roadmap: Roadmap,
    *,
    share: float = 0.01,
    most: int = 8,
    best: Plan | None = None,
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    seed: int = 0,
    on_found: Tally | None = None,
) -> Alternatives:
    """Find plans within a share of the best worth that differ as much as they can, and what they share.

    Parameters
    ----------
    roadmap : the problem
    share : by how much of the best worth a plan may be worth less, above 0 and below 1
    most : how many plans are sought besides the best; further ones come from the proofs
    best : the plan to compare with; solved for when none is given
    work_limit, time_limit : in all, as in :func:`urbium.plan.solve`
    seed : of the solver and of the prices of larger programmes
    on_found : told of the plans found, again and again; a true answer ends the search with these

    Raises
    ------
    InputError
        When the share is not between 0 and 1, or fewer than one plan is asked for.
    InfeasibleError
        When the roadmap has no plan.
    """
    if not 0 < share < 1:
        raise InputError(
            coded(
                "plan.alternatives.share",
                "a share of {share:g} of the best plan benefit is not possible",
                share=share,
            ),
            remedy=text("enter a number above 0 and below 1"),
        )
    if most < 1:
        raise InputError(
            coded(
                "plan.alternatives.count",
                "{count} alternative is too few",
                "{count} alternatives are too few",
                count=most,
            ),
            remedy=text("request 1 or more"),
        )
    check_seed(seed)
    watch = SearchWatch(on_found, Work.within(work_limit, time_limit))
    best_plan = best or solve(
        roadmap, within=watch.work.part(_FIRST_SHARE), seed=seed, on_progress=lambda *_: watch(0)
    )
    whole = Whole(roadmap)
    search = _Search(whole, best_plan, share, seed, watch)
    if whole.is_small:
        search.differ(most)
        search.prove()
    else:
        search.charge_what_is_shared(most)
    watch(len(search.plans))
    settings = {
        "share": share, "most": most, "seed": seed, "work_limit": work_limit,
        "work": round(watch.work.spent, 6), "time_limit": time_limit,
        "method": "whole model with additional rows" if whole.is_small else "what is shared is charged",
    }  # fmt: skip
    return Alternatives(
        table=search.table(),
        settings=settings,
        plans=tuple(search.plans),
        share=share,
        is_complete=search.is_complete,
    )


class _Search:
    """The plans found so far, and what was proven."""

    def __init__(self, whole: Whole, best: Plan, share: float, seed: int, watch: SearchWatch) -> None:
        self.whole, self.best, self.share, self.seed = whole, best, share, seed
        self.watch, self.work = watch, watch.work
        self.least = best.objective - share * abs(best.objective)
        self.plans = [best]
        self.choices = [whole.starts(best)]
        self.proven: dict[int, float] = {}
        self.is_complete = False

    @property
    def counts(self) -> Integers:
        """In how many plans each project is."""
        return np.asarray(np.sum([choice >= 0 for choice in self.choices], axis=0))

    def is_over(self, *_: object) -> bool:
        """Tell how many plans were found; say whether the search is to end."""
        return self.watch(len(self.plans)) or self.work.is_over

    def _take(self, start: Integers | None) -> bool:
        """Keep a plan that was found when it is within the share and of another set of projects."""
        if start is None:
            return False
        is_new = all(((start >= 0) != (choice >= 0)).any() for choice in self.choices)
        if not is_new:
            return False
        plan = self.whole.plan(start, bound=self.best.bound, settings={"alternative": True})
        if plan.objective < self.least - _ROUNDING * max(1.0, abs(self.least)):
            return False
        self.plans.append(plan)
        self.choices.append(start)
        return True

    # Small programmes

    def _within(self) -> Beside:
        """The row that keeps a plan within the share, scaled like the objective."""
        cost = self.whole.model.cost
        scale = self.whole.model.scale()
        return Beside.one(np.arange(len(cost)), cost * scale, lower=self.least * scale)

    def differ(self, most: int) -> None:
        """Find plans that share the least with all found before, while there is work left."""
        work = self.work.part(1 - _PROOF_SHARE)
        for _ in range(most):
            if self.is_over():
                return
            cost = np.zeros(len(self.whole.model.cost))
            real = self.whole.chosen >= 0
            cost[self.whole.chosen[real]] = -self.counts[real]
            answer = self.whole.ask(
                cost=cost,
                beside=[self._within(), *self.whole.differs(self.choices)],
                work=work,
                seed=self.seed,
                is_over=self.is_over,
            )
            self.is_complete = answer.is_infeasible
            if not self._take(answer.start):
                return

    def prove(self) -> None:
        """Forbid what all plans have and force in what none has: prove that it costs more, or find a plan."""
        for project in range(len(self.whole.chosen)):
            count = self.counts[project]
            if 0 < count < len(self.choices):
                continue
            if self.is_complete or self.whole.chosen[project] < 0:
                self.proven[project] = np.nan
            if self.whole.chosen[project] < 0 or self.is_over():
                continue
            is_in = count > 0
            forced = [] if is_in else [Beside.one(self.whole.chosen[[project]], np.ones(1), lower=1.0)]
            answer = self.whole.ask(
                beside=forced,
                without=[project] if is_in else [],
                work=self.work,
                seed=self.seed,
                is_over=self.is_over,
            )
            if not self._take(answer.start) and answer.bound < self.least:
                loss = self.best.objective - answer.bound
                self.proven[project] = loss if np.isfinite(loss) else np.nan

    # Larger programmes

    def charge_what_is_shared(self, most: int) -> None:
        """Find plans by charging what is shared, at a price raised and lowered about the share.

        The first price is twice the share, spread over the projects of the best plan.
        """
        draws = np.random.default_rng(self.seed)
        size = max(int((self.choices[0] >= 0).sum()), 1)
        price = 2 * self.share * abs(self.best.objective) / size
        limit = self.work.left / (most * _TURNS)
        for _ in range(most):
            tilt = draws.uniform(0.5, 1.5, len(self.whole.chosen))
            incumbent: Plan | None = None
            for _ in range(_TURNS):
                if self.work.left < limit / 2 or self.is_over():
                    break
                shared = self.counts / len(self.choices)
                plan = solve(
                    self.whole.roadmap,
                    within=self.work.part(min(limit / self.work.left, 1.0)),
                    seed=self.seed,
                    first=self.best,
                    premiums=self._premiums(-price * tilt * shared),
                    on_progress=self.is_over,
                )
                if plan.objective >= self.least:
                    incumbent = plan
                    price *= _RAISED
                else:
                    price /= _RAISED
                    if incumbent is not None:
                        break
            if incumbent is not None:
                self._take(self.whole.starts(incumbent))

    def _premiums(self, amount: Floats) -> pl.DataFrame:
        """Return premiums by project, the same for every start year in which it would be finished."""
        lay, road = self.whole.lay, self.whole.roadmap
        project, year = np.nonzero(np.arange(lay.years) <= lay.last_start[:, None])
        names = road.projects["project"].to_numpy()
        return pl.DataFrame(
            {"project": names[project], "start": year + road.years[0], "worth": amount[project]}
        )

    def table(self) -> pl.DataFrame:
        """Return one row a project: its kind, how often it is chosen, and how sure that is."""
        counts, plans = self.counts, len(self.choices)
        begun = np.array(self.choices) + self.whole.roadmap.years[0]
        chosen = np.array(self.choices) >= 0
        ends = [np.where(chosen, begun, 9999).min(axis=0), np.where(chosen, begun, -1).max(axis=0)]
        first, last = ([int(y) if n else None for y, n in zip(end, counts, strict=True)] for end in ends)
        kinds = np.where(counts == plans, "must-have", np.where(counts == 0, "never", "choice"))
        proofs = [self.proven.get(p) for p in range(len(counts))]
        is_choice = (counts > 0) & (counts < plans)
        costs = [None if value is None or np.isnan(value) else float(value) for value in proofs]
        return self.whole.roadmap.projects.select("project", "city", "solution", "capital").with_columns(
            kind=pl.Series(kinds),
            share=pl.Series(counts / plans),
            first_start=pl.Series(first, dtype=pl.Int64),
            last_start=pl.Series(last, dtype=pl.Int64),
            is_proven=pl.Series([bool(c) or k is not None for c, k in zip(is_choice, proofs, strict=True)]),
            costs_at_least=pl.Series(costs, dtype=pl.Float64),
        )  # fmt: skip

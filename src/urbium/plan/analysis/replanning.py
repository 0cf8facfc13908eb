r"""Replanning: what has happened becomes fact, the remaining plan is solved again, and what moved is told.

A stability price :math:`\rho` is paid for each project that is not where it was promised: started in another
year, dropped, or added. With old start years :math:`s_p` of the plan P, maximised is

.. math:: \text{worth}(x) - \rho \sum_{p \in P} [x_p \ne s_p] - \rho \sum_{p \notin P} [x_p \text{ chosen}]

which is linear in the start variables, so that it goes into the same search and has the same kind of bound.
What has begun, was dropped, or cannot keep its year by its own news is no matter of price.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium import charts
from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.packaged import words_of
from urbium.plan.analysis.actuals import Fact, facts_of
from urbium.plan.analysis.changes import Cause, Changes
from urbium.plan.analysis.remaining import remaining_roadmap
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import finite, proven_words
from urbium.plan.result.wording import count_of_projects
from urbium.plan.search.exchange import Progress
from urbium.plan.search.planner import solve
from urbium.plan_rules import SECONDS, WORK
from urbium.result import Result
from urbium.text import Text, coded, say, sentences, text, texts

_SHARE = 0.01
"""The stability price when none is given: this share of what a planned project is worth on average."""


@dataclass(frozen=True, kw_only=True)
class Replanning(Result):
    """The plan as it is after what has happened, and what moved against the plan before.

    Parameters
    ----------
    table : project, city, solution, change (``moved``, ``late``, ``early``, ``dropped``, ``added``), before,
        start, finish_before, finish (years), is_news (whether it was reported so), cause, because_of
        (projects), reason
    plan : the new plan, of the roadmap as it stands today
    before : the plan before
    facts : project, state, start, finish, spent, capital, is_reported, is_news
    today : the first year that is still open
    stability : the price of each project that is not where it was promised, in units of the objective
    because_of : the projects because of which each one changed
    reasons : why each one changed
    """

    stage: ClassVar[str] = "replanning"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {
            "change": words_of("change of a plan"),
            "cause": words_of("cause of a change"),
        }
    )
    plan: Plan = field(repr=False)
    before: Plan = field(repr=False)
    facts_table: pl.DataFrame = field(repr=False)
    today: int
    stability: float
    because_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    reasons: Mapping[str, Text] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        facts = self.facts
        head = text(
            "Replanning of {projects} as of {today}: {news}",
            projects=count_of_projects(self.before.table.height),
            today=self.today,
            news=texts("{count} item of news", "{count} items of news", count=facts["news"]),
        )
        changed = text(
            "other projects: {moved} moved, {dropped} dropped, {added} added",
            moved=facts["moved"],
            dropped=facts["dropped"],
            added=facts["added"],
        )
        unchanged = text("no other project changes")
        proven = proven_words(self.gap)
        return sentences([head, changed if self.changes else unchanged, proven]).render()

    @property
    def shown(self) -> pl.DataFrame:
        """The table in the language that is spoken."""
        words = [str(say(self.reasons.get(project, ""))) for project in self.table["project"]]
        return super().shown.with_columns(reason=pl.Series(words, dtype=pl.String))

    @property
    def changes(self) -> int:
        """How many projects are not where they were promised, news left out."""
        return int((~self.table["is_news"] & ~self.table["change"].is_in(["late", "early"])).sum())

    @property
    def gap(self) -> float:
        """By what share the worth less the price of moves could at most be better, as the search proves."""
        searched, bound = (self.plan.settings[f"searched_{name}"] for name in ("objective", "bound"))
        more = max(bound - searched, 0.0)
        size = max(abs(self.plan.objective), 1e-12)
        return float(more / size) if more > 1e-9 * max(1.0, size) else 0.0

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many projects moved, what was paid for that, and what the new plan is worth."""
        decided = self.table.filter(~pl.col("is_news"))["change"].value_counts()
        count = dict(decided.iter_rows())
        return {
            "today": self.today,
            "news": int(self.facts_table["is_news"].sum()),
            "taken_as_planned": int((~self.facts_table["is_reported"]).sum()),
            **{name: int(count.get(name, 0)) for name in ("moved", "dropped", "added")},
            "stability_price": self.stability,
            "price_of_changes": self.stability * self.changes,
            "objective": self.plan.objective,
            "objective_before": self.before.objective,
            "gap": finite(self.gap),
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, and what moving costs."""
        facts = self.facts
        return (
            texts(
                "{count} project has no report and is assumed to have gone as planned",
                "{count:,} projects have no report and are assumed to have gone as planned",
                count=facts["taken_as_planned"],
            ),
            text(
                "each project that departs from what was promised costs {price:.4g} of the plan benefit",
                price=self.stability,
            ),
        )

    def chart(self) -> dict[str, Any]:
        """Return the projects that moved, with their years before and now."""
        rows = [
            {"label": f"{row['project']} ({when})", "start": row[start], "finish": row[finish], "plan": when}
            for row in self.table.head(40).iter_rows(named=True)
            for when, start, finish in (("before", "before", "finish_before"), ("now", "start", "finish"))
            if row[start] is not None
        ]
        schema = {"label": pl.String, "start": pl.Int64, "finish": pl.Int64, "plan": pl.String}
        return charts.timeline(
            pl.DataFrame(rows, schema=schema),
            label="label",
            kind="plan",
            title=text("Changes as of {year}", year=self.today),
        )

    def explain(self, key: str) -> Explanation:
        """Say of a project whether it moved and why, down to the fact or limit at the end."""
        projects = self.plan.roadmap.projects["project"].to_list()
        if key not in projects:
            raise NotFoundError.named("project", key, projects)
        return self._explain(key, seen=frozenset())

    def _explain(self, key: str, seen: frozenset[str]) -> Explanation:
        rows = self.table.filter(pl.col("project") == key)
        if rows.is_empty():
            return self._unchanged(key)
        row = rows.row(0, named=True)
        others = [p for p in self.because_of.get(key, ()) if p not in {*seen, key}]
        return Explanation(
            key,
            _change_words(row),
            kind=Kind.LIMIT if row["cause"] == Cause.LIMIT else Kind.PROJECT,
            note=self.reasons.get(key, ""),
            children=tuple(self._explain(other, seen | {key}) for other in others),
        )

    def _unchanged(self, key: str) -> Explanation:
        state = self.facts_table.filter(pl.col("project") == key)["state"].to_list()
        value = (
            text("as planned")
            if key in set(self.plan.table["project"])
            else text("not in the plan, as before")
        )
        return Explanation(key, value, kind=Kind.PROJECT, note=state[0] if state else "")


def _change_words(row: Mapping[str, Any]) -> Text:
    """Say what became of a project."""
    if row["before"] is None:
        return text("added in {year}", year=row["start"])
    if row["start"] is None:
        return text("dropped (planned for {year})", year=row["before"])
    if row["before"] != row["start"]:
        return text("moved from {before} to {after}", before=row["before"], after=row["start"])
    return text(
        "completed in {after} instead of {before}",
        before=row["finish_before"], after=row["finish"]
    )  # fmt: skip


def replan(
    plan: Plan,
    actuals: pl.DataFrame,
    today: int,
    *,
    stability: float | None = None,
    roadmap: Roadmap | None = None,
    work_limit: float = WORK,
    time_limit: float = SECONDS,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Replanning:
    """Take in what has happened, solve what remains again, and say what moved and why.

    Parameters
    ----------
    plan : the plan that was promised
    actuals : reports: project, status, and where known start, finish, spent, capital (``ACTUALS``); what is
        not reported is taken to have gone as planned
    today : the first year that is still open; what begins before it is fact
    stability : the price of each project that is not where it was promised, in units of the objective; one
        hundredth of what a planned project is worth on average when none is given (an assumption)
    roadmap : the roadmap as known today, with the same projects and years (other budgets, say); that of the
        plan when none is given. Budgets before today limit nothing; what they left as planned is carried
        over where the roadmap carries over. The price of past training counts no more
    work_limit, time_limit, seed, on_progress : as in :func:`urbium.plan.solve`; the search begins with the
        plan before

    Raises
    ------
    InputError
        When the reports have faults (all are named), or the price is below 0.
    InfeasibleError
        When no plan meets the limits with what has happened.
    """
    price = _SHARE * abs(plan.objective) / max(plan.table.height, 1) if stability is None else stability
    if not (np.isfinite(price) and price >= 0):
        raise InputError(
            coded("plan.replan.price", "a stability price of {price:g} is not possible", price=price),
            remedy=text("enter 0 or more"),
        )
    current = plan if roadmap is None else _with(plan, roadmap)
    facts = facts_of(current, actuals, today)
    road = remaining_roadmap(current, facts, today)
    new = solve(
        road,
        work_limit=work_limit,
        time_limit=time_limit,
        seed=seed,
        on_progress=on_progress,
        first=_repaired(plan, road, facts),
        premiums=_premiums(plan, road, facts, price),
    )
    keepable = sum(_keeps(row, facts) for row in plan.table.iter_rows(named=True))
    settings = {**new.settings, **plan.known_on}
    for name in ("searched_objective", "searched_bound"):
        settings[name] -= price * keepable  # the premiums of what stays are the price of what moves
    new = replace(new, settings=settings)
    changes = Changes(plan, new, facts)
    return Replanning(
        table=changes.table(),
        because_of=changes.because_of,
        reasons=changes.reasons,
        settings={
            "today": today,
            "stability": price,
            "seed": seed,
            "work_limit": work_limit,
            "time_limit": time_limit,
        },
        plan=new,
        before=plan,
        facts_table=_facts_table(facts),
        today=today,
        stability=price,
    )


def _with(plan: Plan, roadmap: Roadmap) -> Plan:
    if roadmap.settings.currency != plan.currency:
        raise InputError(
            coded(
                "plan.replan.currency",
                "the current roadmap is in {roadmap}, but the plan is in {plan}",
                roadmap=roadmap.settings.currency,
                plan=plan.currency,
            ),
            place="roadmap",
            remedy=text("enter its amounts in the plan's currency"),
        )
    same = roadmap.years == plan.years and set(roadmap.projects["project"]) >= set(plan.table["project"])
    if not same:
        raise InputError(
            coded(
                "plan.replan.other_roadmap",
                "the current roadmap has different years, or lacks projects that are in the plan",
            ),
            place="roadmap",
            remedy=text("change budgets and figures in the plan's own roadmap"),
        )
    return replace(plan, roadmap=roadmap)


def _facts_table(facts: Mapping[str, Fact]) -> pl.DataFrame:
    columns = {
        "project": pl.String, "state": pl.String, "start": pl.Int64, "finish": pl.Int64, "spent": pl.Float64,
        "capital": pl.Float64, "is_reported": pl.Boolean, "is_news": pl.Boolean,
    }  # fmt: skip
    rows = [tuple(getattr(fact, name) for name in columns) for fact in facts.values()]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _keeps(row: Mapping[str, Any], facts: Mapping[str, Fact]) -> bool:
    """Say whether a planned project could keep its year by what is known of itself."""
    fact = facts.get(row["project"])
    return fact is None or (fact.state == "delayed" and (fact.start or 0) <= row["start"])


def _premiums(plan: Plan, road: Roadmap, facts: Mapping[str, Fact], price: float) -> pl.DataFrame:
    """Return the stability price as premiums: for what stays where it is, and against what is added."""
    planned = set(plan.table["project"])
    rows = [
        (row["project"], row["start"], price)
        for row in plan.table.iter_rows(named=True)
        if _keeps(row, facts)
    ]
    rows += [
        (name, year, -price)
        for name, build in road.projects.select("project", "build_years").iter_rows()
        if name not in planned and name not in facts
        for year in road.start_years
        if year <= road.last_start(build)
    ]
    return pl.DataFrame(
        rows, schema={"project": pl.String, "start": pl.Int64, "worth": pl.Float64}, orient="row"
    )


def _repaired(plan: Plan, road: Roadmap, facts: Mapping[str, Fact]) -> Plan:
    """Return the plan before with the facts in it, and followers no earlier than what they require."""
    begun = dict(plan.table.select("project", "start").iter_rows())
    rows = {row["project"]: row for row in road.projects.iter_rows(named=True)}
    needs: dict[str, list[tuple[str, int]]] = {}
    for name, requires, lag in road.hard_prerequisites.select("project", "requires", "lag").iter_rows():
        needs.setdefault(name, []).append((requires, lag))
    starts: dict[str, int | None] = {}

    def start(name: str) -> int | None:
        if name not in starts:
            row, fact = rows[name], facts.get(name)
            starts[name] = None
            if fact is not None and fact.has_begun:
                starts[name] = fact.start
            elif name in begun and row["status"] != "forbidden":
                first = max(begun[name], row["earliest"] or begun[name])
                for requires, lag in needs.get(name, ()):
                    before = start(requires)
                    if before is None:
                        return None
                    first = max(first, before + rows[requires]["build_years"] + lag)
                starts[name] = first if first <= road.last_start(row["build_years"]) else None
        return starts[name]

    dated = [(name, year) for name in rows if (year := start(name)) is not None]
    table = pl.DataFrame(dated, schema={"project": pl.String, "start": pl.Int64}, orient="row")
    return replace(plan, table=table)

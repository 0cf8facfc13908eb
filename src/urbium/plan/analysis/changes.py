"""What changed from one plan to the next, and which fact or limit made it move.

Reasons are looked for in this order: the project's own news; what it requires; what excludes it; the limits
that the new plan would break with the project where it was (money and starts, each with who uses it now);
else it is worth more so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import polars as pl

from urbium.plan.analysis.actuals import Fact
from urbium.plan.analysis.draws import uses_of
from urbium.plan.milp.financing import with_overruns
from urbium.plan.milp.model import LinearModel, assemble
from urbium.plan.milp.objective import objective
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.rules import AMOUNTS, called
from urbium.plan.rules.rule import exact_money
from urbium.plan.variables import Integers, Variables
from urbium.text import Text, sentences, text, texts

CHANGES = {
    "project": pl.String(), "city": pl.String(), "solution": pl.String(), "change": pl.String(),
    "before": pl.Int64(), "start": pl.Int64(), "finish_before": pl.Int64(), "finish": pl.Int64(),
    "is_news": pl.Boolean(), "cause": pl.String(), "because_of": pl.String(), "reason": pl.String(),
}  # fmt: skip
"""The columns of what changed: ``change`` is ``moved`` (starts in another year), ``late`` or ``early``
(finished later or earlier than planned), ``dropped`` or ``added``; ``cause`` is ``reported``,
``prerequisite``, ``exclusion``, ``limit``, ``worth`` or ``unknown``."""

_Years = Mapping[str, tuple[int, int]]
"""The first and last build year of each project of a plan."""
_SOME = 3
_TENTHS = 1
_LEAST = 1e-6
"""What is less is rounding, in millions."""


class Cause(StrEnum):
    """What made a project change."""

    REPORTED = "reported"
    PREREQUISITE = "prerequisite"
    EXCLUSION = "exclusion"
    LIMIT = "limit"
    WORTH = "worth"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Reason:
    cause: Cause
    because_of: tuple[str, ...]
    words: Text


MOST_TRIED = 200
"""Changes for which limits are tried, unless somebody says otherwise."""


@dataclass(frozen=True)
class Changes:
    """The comparison of a plan with the one before it.

    Parameters
    ----------
    before : the plan that was adopted
    after : the plan of the roadmap as it stands today
    facts : what is known of projects that were reported or have begun
    most : how many changes limits are tried for; what changed besides has no reason
    """

    before: Plan
    after: Plan
    facts: Mapping[str, Fact]
    most: int = MOST_TRIED

    @cached_property
    def _old(self) -> dict[str, tuple[int, int]]:
        return {p: (s, f) for p, s, f in self.before.table.select("project", "start", "finish").iter_rows()}

    @cached_property
    def _new(self) -> dict[str, tuple[int, int]]:
        table = self.after.table.select("project", "start", "finish")
        return {p: (s, self._finish(p, f)) for p, s, f in table.iter_rows()}

    def _finish(self, project: str, finish: int) -> int:
        """Return the last build year; that of a fact may lie after the plan."""
        fact = self.facts.get(project)
        return finish if fact is None or fact.finish is None or not fact.has_begun else fact.finish

    @property
    def road(self) -> Roadmap:
        """The roadmap as it stands today."""
        return self.after.roadmap

    def table(self) -> pl.DataFrame:
        """Return one row a project that is not as it was, in the order of the roadmap."""
        rows, reasons = [], self._reasons
        for project, city, solution in self._changed:
            old, new = self._old.get(project), self._new.get(project)
            ends = [old or (None, None), new or (None, None)]
            fact, reason = self.facts.get(project), reasons[project]
            rows.append(
                (
                    project, city, solution, self._change(old, new), ends[0][0], ends[1][0], ends[0][1],
                    ends[1][1], fact is not None and fact.is_news, reason.cause,
                    ", ".join(_some(reason.because_of)), reason.words,
                )
            )  # fmt: skip
        return pl.DataFrame(rows, schema=CHANGES, orient="row")

    @property
    def because_of(self) -> Mapping[str, tuple[str, ...]]:
        """The projects because of which each one changed, at most three."""
        return {project: reason.because_of[:_SOME] for project, reason in self._reasons.items()}

    @property
    def reasons(self) -> Mapping[str, Text]:
        """Why each project changed."""
        return {project: reason.words for project, reason in self._reasons.items()}

    @cached_property
    def _changed(self) -> list[tuple[str, str, str]]:
        rows = self.road.projects.select("project", "city", "solution").rows()
        return [row for row in rows if self._old.get(row[0]) != self._new.get(row[0])]

    @cached_property
    def _reasons(self) -> dict[str, _Reason]:
        """The reason of each project; limits are tried for what was promised before what is new."""
        reasons: dict[str, _Reason] = {}
        changed = [project for project, _, _ in self._changed]
        for project in sorted(changed, key=lambda name: name not in self._old):
            fact = self.facts.get(project)
            if fact is not None and (fact.is_news or fact.has_begun):
                reasons[project] = _Reason(Cause.REPORTED, (), fact.sentence)
            else:
                reasons[project] = self._reason(project, try_limits=len(reasons) < self.most)
        return reasons

    @staticmethod
    def _change(old: tuple[int, int] | None, new: tuple[int, int] | None) -> str:
        if old is None:
            return "added"
        if new is None:
            return "dropped"
        if old[0] != new[0]:
            return "moved"
        return "late" if new[1] > old[1] else "early"

    # Reasons

    def _reason(self, project: str, *, try_limits: bool) -> _Reason:
        """Return the first reason that is found."""
        simple = self._by_prerequisite(project) or self._by_exclusion(project)
        if simple is not None:
            return simple
        if try_limits:
            return self._by_limits(project) or self._by_worth(project)
        untried = text("there are too many changes for the limits to be tested")
        if project in self._old:
            return _Reason(Cause.UNKNOWN, (), untried)
        adds = text("by itself it adds {value:.4g} to the plan's benefit", value=self._values[project])
        return _Reason(Cause.WORTH, (), sentences([adds, untried]))

    @cached_property
    def _values(self) -> dict[str, float]:
        return dict(self.after.table.select("project", "lost_without_it").iter_rows())

    def _by_prerequisite(self, project: str) -> _Reason | None:
        """What it requires is late, or gone; for what was added: it is required."""
        if project not in self._old:
            table = self.road.prerequisites.filter(pl.col("requires") == project)
            followers = [p for p in table["project"] if p in self._new and p not in self._old]
            return _required_by(followers) if followers else None
        promised = self._old[project][0]
        needs = self.road.hard_prerequisites.filter(pl.col("project") == project)
        for requires, lag in needs.select("requires", "lag").iter_rows():
            if requires not in self._new:
                return _Reason(Cause.PREREQUISITE, (requires,), self._gone(requires))
            ready = self._new[requires][1] + 1 + lag
            if ready > promised:
                words = text(
                    "it requires {project}, which is completed in {finish}, so it cannot start before {year}",
                    project=requires,
                    finish=self._new[requires][1],
                    year=ready,
                )
                return _Reason(Cause.PREREQUISITE, (requires,), words)
        return None

    def _gone(self, requires: str) -> Text:
        fact = self.facts.get(requires)
        state = fact.sentence if fact is not None else text("no longer in the plan")
        return text("it requires {project}: {state}", project=requires, state=state)

    def _by_exclusion(self, project: str) -> _Reason | None:
        """Another of its group came in, or, for what was added, went out."""
        is_added = project not in self._old
        groups = (
            pl.concat([self.road.exclusions, self.road.alternatives])
            if is_added
            else self.before.roadmap.exclusions
        )
        for group in groups.filter(pl.col("project") == project)["group"]:
            members = set(groups.filter(pl.col("group") == group)["project"]) - {project}
            there, gone = (self._old, self._new) if is_added else (self._new, self._old)
            others = sorted(p for p in members if p in there and p not in gone)
            if others and (is_added or project not in self._new):
                return _Reason(Cause.EXCLUSION, tuple(others), _replaces(others, group, is_added=is_added))
        return None

    def _by_limits(self, project: str) -> _Reason | None:
        """The limits that would be broken with the project where it was, or before it was added."""
        is_added = project not in self._old
        year = self._new[project][0] if is_added else self._old[project][0]
        broken = self._broken(self._old if is_added else self._new, project, year)
        if not broken:
            return None
        worst = max(broken, key=lambda limit: limit[3])
        users = self._users(worst, project)
        words = self._room(worst, users) if is_added else self._exceeded(worst, year, users)
        return _Reason(Cause.LIMIT, tuple(users), words)

    def _exceeded(self, broken: tuple[str, str, int, float], year: int, users: Sequence[str]) -> Text:
        head = text(
            "{limit} would be exceeded by {amount} if this project started in {year}",
            limit=_limit(broken),
            amount=_amount(broken, self.after.currency),
            year=year,
        )
        used_by = text("now used by {projects:list}", projects=_some(users))
        return sentences([head, used_by if users else ""])

    @staticmethod
    def _room(broken: tuple[str, str, int, float], users: Sequence[str]) -> Text:
        head = text("{limit} now has room for this project", limit=_limit(broken))
        left_by = text("released by {projects:list}", projects=_some(users))
        return sentences([head, left_by if users else ""])

    def _by_worth(self, project: str) -> _Reason:
        """What the change gains, the rest of the new plan as it is."""
        start = self._starts(self._new)
        number = self._lay.number[project]
        other = start.copy()
        first = self.road.years[0]
        other[number] = self._old[project][0] - first if project in self._old else -1
        if other[number] > self._lay.last_start[number]:
            words = text("it could not be completed in time")
            return _Reason(Cause.UNKNOWN, (), words)
        gain = objective(self._lay, start) - objective(self._lay, other)
        if gain > 0:
            words = text("this raises the plan benefit by {gain:.4g}", gain=gain)
            return _Reason(Cause.WORTH, (), words)
        words = text(
            "by itself, this does not raise the plan benefit; in combination with other changes, it may"
        )
        return _Reason(Cause.WORTH, (), words)

    # What would be

    @cached_property
    def _lay(self) -> Variables:
        return Variables(self.road)

    @cached_property
    def _model(self) -> LinearModel:
        return assemble(self._lay)

    def _starts(self, years: _Years) -> Integers:
        first = self.road.years[0]
        return np.array([years[p][0] - first if p in years else -1 for p in self._lay.number], dtype=np.int64)

    def _broken(self, years: _Years, project: str, start: int) -> list[tuple[str, str, int, float]]:
        """Return the limits that starts break once a project starts in a year: limit, place, year, amount.

        What has begun is taken as it is today.
        """
        start_years = {p: s for p, (s, _) in years.items()}
        start_years |= {p: f.start for p, f in self.facts.items() if f.has_begun and f.start is not None}
        start_years[project] = start
        projects = self.road.projects
        begun = projects["project"].replace_strict(start_years, default=None, return_dtype=pl.Int64)
        fits = begun.is_not_null() & (begun + projects["build_years"] - 1 <= self.road.years[-1])
        committed = self.road.replace(
            projects=projects.with_columns(
                start=begun, earliest=None, latest=None,
                status=pl.when(fits).then(pl.lit("committed")).otherwise(pl.lit("forbidden")),
            )
        )  # fmt: skip
        _, overruns = with_overruns(Variables(committed), self._model)  # money knows no status
        return [*overruns.iter_rows(), *self._crowded(start_years)]

    def _crowded(self, starts: Mapping[str, int]) -> Iterator[tuple[str, str, int, float]]:
        """Yield the limits of starts that are broken."""
        city = dict(self.road.projects.select("project", "city").iter_rows())
        for place, year, most in self.road.start_limits.iter_rows():
            count = sum(s == year and place in (NATIONWIDE, city[p]) for p, s in starts.items())
            if count > most:
                yield "start_limit", place, year, float(count - most)

    def _users(self, broken: tuple[str, str, int, float], project: str) -> list[str]:
        """Return who uses a limit's year now and did not before, the largest first.

        For a project that was added: who used it before and does not now.
        """
        limit, place, year, _ = broken
        is_added = project not in self._old
        plans = (self.before, self.after) if is_added else (self.after, self.before)
        used, other = (self._uses(plan, limit, place, year) for plan in plans)
        more = {p: amount - other.get(p, 0.0) for p, amount in used.items() if p != project}
        return [p for p, amount in sorted(more.items(), key=lambda item: -item[1]) if amount > _LEAST]

    @staticmethod
    def _uses(plan: Plan, limit: str, place: str, year: int) -> dict[str, float]:
        """Return what each project takes of a limit's year."""
        if limit == "start_limit":
            here = (pl.col("start") == year) & ((pl.col("city") == place) | (place == NATIONWIDE))
            return dict.fromkeys(plan.table.filter(here)["project"], 1.0)
        of_limit = (pl.col("limit") == limit) & (pl.col("place") == place) & (pl.col("year") == year)
        uses = uses_of(plan).filter(of_limit).group_by("project", maintain_order=True)
        return dict(uses.agg(pl.col("amount").sum()).iter_rows())


def _some(names: Sequence[str]) -> list[str]:
    """Return the first names, and how many more there are."""
    more = len(names) - _SOME
    rest = [texts("{count} more", "{count} more", count=more)] if more > 0 else []
    return [*names[:_SOME], *rest]


def _required_by(followers: Sequence[str]) -> _Reason:
    words = text("required by {projects:list}", projects=_some(followers))
    return _Reason(Cause.PREREQUISITE, tuple(followers), words)


def _replaces(others: Sequence[str], group: str, *, is_added: bool) -> Text:
    if is_added:
        return text(
            "it replaces {projects:list} (group {group})",
            projects=_some(others), group=group
        )  # fmt: skip
    return text(
        "it is replaced by {projects:list} (group {group})",
        projects=_some(others), group=group
    )  # fmt: skip


def _limit(broken: tuple[str, str, int, float]) -> Text:
    """Return what a limit is called."""
    limit, place, year, _ = broken
    nation = text("the nation")
    return called(f"{limit}[{place},{year}]", lambda key: nation if key == NATIONWIDE else key)


def _amount(broken: tuple[str, str, int, float], currency: str) -> Text:
    limit, _, _, amount = broken
    words = AMOUNTS[limit].words if limit in AMOUNTS else exact_money  # repayments have no table to change
    return words(round(amount, _TENTHS), currency)

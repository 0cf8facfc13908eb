"""What it costs when a project, or a whole city, starts years later.

The programme is solved again with the delay as a window: nothing that is delayed may start before its planned
year and the delay. The rest may move to make the best of it, so that the cost is what the delay itself costs.
What can no longer be finished within the plan years falls out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import polars as pl

from urbium import charts
from urbium.columns import schema_of
from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.packaged import words_of
from urbium.plan.result.plan import Plan, known_project
from urbium.plan.why.facts import OF_IMPROVEMENT, percent_of
from urbium.plan.why.reoptimise import WORK, PlanChange, Reoptimised, held_back, reoptimise
from urbium.result import Result
from urbium.text import Text, coded, say, sentences, text, texts

_SCHEMA = schema_of("what kind years lost_at_least lost_at_most out scope note", years=pl.Int64())


@dataclass(frozen=True, kw_only=True)
class Delays(Result):
    """What delays cost, in units of the objective.

    Parameters
    ----------
    table : what (project or city), kind (``project`` or ``city``), years (of delay), lost_at_least (no plan
        of the scope loses less), lost_at_most (a plan is known that loses no more; null when none was found),
        out (projects of the plan that fall out), scope (``whole``: whatever the other cities do, or ``city``:
        the other cities and their money as they are), note
    changes : what is ``added``, ``dropped`` or ``moved`` by each delay: what, years, project, change, before,
        after
    plan : the plan that stands
    notes_of : how sure each answer is, by ``what`` and ``years``
    """

    stage: ClassVar[str] = "delays"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {
            "kind": words_of("kind of what is late"),
            "scope": words_of("scope of a delay"),
        }
    )
    plan: Plan
    changes: pl.DataFrame
    notes_of: Mapping[tuple[str, int], Text] = field(repr=False)

    def __repr__(self) -> str:
        count = self.table["what"].n_unique()
        head = texts(
            "Delays of {count} project or city", "Delays of {count:,} projects or cities",
            count=count
        )  # fmt: skip
        costs = self.table["lost_at_most"].drop_nulls().to_list()
        if not costs:
            return head.render()
        most = text(
            "the most expensive delay costs at most {most:.2%} of the plan's improvement",
            most=self.plan.share_of(max(costs)),
        )
        return sentences([head, most]).render()

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the losses are measured against."""
        return {"objective": self.plan.objective}

    @property
    def shown(self) -> pl.DataFrame:
        """The table in the language that is spoken."""
        notes = [
            str(say(self.notes_of[what, years])) for what, years in self.table.select("what", "years").rows()
        ]
        return super().shown.with_columns(note=pl.Series(notes, dtype=pl.String))

    def chart(self) -> dict[str, Any]:
        """Return what each delay costs at most, the dearest first."""
        rows = self.table.with_columns(label=pl.format("{}, {} years later", "what", "years"))
        return charts.ranking(
            rows, title=text("Cost of a delay"), label="label", value="lost_at_most",
            value_title=text("Largest loss of plan benefit"), figures=".3~g",
        )  # fmt: skip

    def explain(self, key: str) -> Explanation:
        """Say what the delays of a project or city cost, and what they move."""
        rows = self.table.filter(pl.col("what") == key)
        if rows.is_empty():
            raise NotFoundError.named("project or city", key, self.table["what"].to_list())
        return Explanation(
            coded("plan.delay.of", "a delay to {name}", name=key),
            kind=Kind.PROJECT,
            children=tuple(self._answer(row) for row in rows.iter_rows(named=True)),
        )

    def _answer(self, row: Mapping[str, Any]) -> Explanation:
        changes = self.changes.filter((pl.col("what") == row["what"]) & (pl.col("years") == row["years"]))
        return Explanation(
            coded(
                "plan.delay.lost",
                "largest loss if delayed by {count} year",
                "largest loss if delayed by {count} years",
                count=row["years"],
            ),
            None if row["lost_at_most"] is None else percent_of(self.plan, row["lost_at_most"]),
            OF_IMPROVEMENT,
            kind=Kind.LIMIT,
            note=self.notes_of[row["what"], row["years"]],
            children=tuple(
                Explanation(change["project"], _change_words(change), kind=Kind.PROJECT)
                for change in changes.iter_rows(named=True)
            ),
        )


def _change_words(row: Mapping[str, Any]) -> Text:
    """Say one change."""
    match PlanChange(row["change"]):
        case PlanChange.ADDED:
            return text("added in {year}", year=row["after"])
        case PlanChange.DROPPED:
            return text("dropped (planned for {year})", year=row["before"])
        case PlanChange.MOVED:
            return text("moved from {before} to {after}", before=row["before"], after=row["after"])


def delay(
    plan: Plan,
    *,
    projects: Sequence[str] = (),
    cities: Sequence[str] = (),
    years: Sequence[int] = (1,),
    work: float = WORK,
) -> Delays:
    """Say what it costs when a project, or all projects of a city, start years later.

    Parameters
    ----------
    plan : what stands
    projects : names of chosen projects, each delayed by itself
    cities : codes; each city delayed by itself: its chosen projects by so many years against the plan, the
        others not before so many years from the first plan year
    years : delays to be answered, 1 or more each
    work : for each solve, of which an answer takes one or two

    Raises
    ------
    InputError
        When a delay is below 1, or a project is not in the plan.
    NotFoundError
        When the roadmap knows no such project or city.
    """
    if any(wait < 1 for wait in years):
        raise InputError(
            coded("plan.delay.too_short", "a delay must be at least 1 year"),
            place="years",
            remedy=text("use delays of 1 year or more"),
        )
    rows: list[tuple[Any, ...]] = []
    changes: list[pl.DataFrame] = []
    notes_of: dict[tuple[str, int], Text] = {}
    asked = [(name, "project") for name in projects] + [(name, "city") for name in cities]
    for name, kind in asked:
        for late in years:
            answer, out = _delayed(plan, name, kind, late, work)
            scope = "whole" if answer.is_whole else "city"
            notes_of[name, late] = sentences([_certainty(answer), answer.how])
            rows.append((name, kind, late, *_figures(answer), out, scope, notes_of[name, late]))
            changed = answer.changes() if answer.value is not None else answer.changes().clear()
            changes.append(changed.select(pl.lit(name).alias("what"), pl.lit(late).alias("years"), pl.all()))
    empty = pl.DataFrame(
        schema={
            "what": pl.String(), "years": pl.Int32(), "project": pl.String(), "change": pl.String(),
            "before": pl.Int64(), "after": pl.Int64(),
        }
    )  # fmt: skip
    return Delays(
        table=pl.DataFrame(rows, schema=_SCHEMA, orient="row"),
        plan=plan,
        notes_of=notes_of,
        changes=pl.concat([empty, *changes]),
        settings={
            "projects": list(projects),
            "cities": list(cities),
            "years": list(years),
            "work": work,
        },
    )


def _delayed(plan: Plan, name: str, kind: str, late: int, work: float) -> tuple[Reoptimised, int]:
    """Solve again with one delay; return the answer, and how many planned projects fall out."""
    road, first = plan.roadmap, plan.years[0]
    begun = dict(plan.table.select("project", "start").iter_rows())
    if kind == "project":
        row = known_project(plan, name)
        if name not in begun:
            raise InputError(
                coded("plan.delay.not_planned", "{project} is not in the plan", project=name),
                place="delay",
                remedy=text("name a project in the plan"),
            )
        city, delayed = row["city"], road.projects.filter(pl.col("project") == name)
    else:
        if name not in set(road.cities["city"]):
            raise NotFoundError.named("city", name, road.cities["city"].to_list())
        city, delayed = name, road.projects.filter(pl.col("city") == name)
    since = {p: begun.get(p, first) - first + late for p in delayed["project"]}
    build = dict(delayed.select("project", "build_years").iter_rows())
    latest = dict(delayed.select("project", pl.col("latest").fill_null(plan.years[-1])).iter_rows())
    gone = {p for p, year in since.items() if first + year > min(road.last_start(build[p]), latest[p])}
    held = delayed.filter(pl.col("status").is_in(["committed", "mandatory"]))["project"]
    status = {p: "candidate" if p in gone else "mandatory" for p in held}
    answer = reoptimise(plan, city, status=status, change=held_back(since), work=work)
    return answer, len(gone & set(begun))


def _figures(answer: Reoptimised) -> tuple[float | None, float | None]:
    if answer.is_infeasible:
        return None, None
    most = None if answer.most is None else max(answer.most, 0.0)
    return (answer.least if most is None else min(answer.least, most)), most


def _certainty(answer: Reoptimised) -> Text:
    if answer.is_infeasible:
        return text("no plan is possible with this delay")
    if answer.most is None:
        return text("no plan with this delay was found in the time available")
    if answer.is_better:
        return text(
            "a better plan was found even with the delay, so the original plan is not proven to be the best"
        )
    if answer.is_exact:
        return text("exact")
    return text("at least {least:.4g}, where the search stopped", least=answer.least)

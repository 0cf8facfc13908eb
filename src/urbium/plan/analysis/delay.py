"""What it costs when a project, or a whole city, starts years later.

The programme is solved again with the delay as a window: nothing that is delayed may start before its planned
year and the delay. The rest may move to make the best of it, so that the cost is what the delay itself costs.
What can no longer be finished within the plan years falls out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from urbium import charts
from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation
from urbium.plan.result.plan import Plan, known_project
from urbium.plan.why.again import held_back, solve_again
from urbium.plan.why.reoptimise import SECONDS, Again
from urbium.result import Result

__all__ = ["Delays", "delay"]

_SCHEMA = {
    "what": pl.String(), "kind": pl.String(), "years": pl.Int64(), "lost_at_least": pl.Float64(),
    "lost_at_most": pl.Float64(), "out": pl.Int64(), "scope": pl.String(), "note": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Delays(Result):
    """What delays cost, in units of the objective.

    Parameters
    ----------
    table : what (project or city), kind (``project`` or ``city``), years (of delay), lost_at_least (no plan
        of the scope loses less), lost_at_most (a plan is known that loses no more; null when none was found),
        out (projects of the plan that fall out), scope (``whole``: whatever the other cities do, or ``city``:
        the other cities and their money as they are), note
    moves : what comes in, goes out or moves with each delay: what, years, project, change, before, after
    plan : the plan that stands
    """

    stage: ClassVar[str] = "delays"
    plan: Plan
    moves: pl.DataFrame

    def __repr__(self) -> str:
        costs = self.table["lost_at_most"].drop_nulls().to_list()
        dearest = f", the dearest at most {max(costs):.4g}" if costs else ""
        count = self.table["what"].n_unique()
        return f"Delays of {count} projects or cities: {self.table.height} answers{dearest}"

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the losses are measured against."""
        return {"objective": self.plan.objective}

    def chart(self) -> dict[str, Any]:
        """Return what each delay costs at most, the dearest first."""
        rows = self.table.with_columns(label=pl.format("{}, {} years later", "what", "years"))
        return charts.ranking(
            rows, title="What a delay costs", label="label", value="lost_at_most",
            value_title="Loss of the objective, at most", figures=".3~g",
        )  # fmt: skip

    def explain(self, key: str) -> Explanation:
        """Say what the delays of a project or city cost, and what they move."""
        rows = self.table.filter(pl.col("what") == key)
        if rows.is_empty():
            raise NotFoundError.named("project or city", key, self.table["what"].to_list())
        return Explanation(
            f"a delay of {key}",
            kind="project",
            children=tuple(self._answer(row) for row in rows.iter_rows(named=True)),
        )

    def _answer(self, row: Mapping[str, Any]) -> Explanation:
        moves = self.moves.filter((pl.col("what") == row["what"]) & (pl.col("years") == row["years"]))
        return Explanation(
            f"{row['years']} years later: objective lost",
            row["lost_at_most"],
            kind="limit",
            note=row["note"],
            children=tuple(
                Explanation(move["project"], _told(move), kind="project")
                for move in moves.iter_rows(named=True)
            ),
        )


def _told(move: Mapping[str, Any]) -> str:
    """Say one move in words."""
    match move["change"]:
        case "comes in":
            return f"comes in, {move['after']}"
        case "goes out":
            return f"goes out, was {move['before']}"
        case _:
            return f"moves from {move['before']} to {move['after']}"


def delay(
    plan: Plan,
    *,
    projects: Sequence[str] = (),
    cities: Sequence[str] = (),
    years: Sequence[int] = (1,),
    seconds: float = SECONDS,
) -> Delays:
    """Say what it costs when a project, or all projects of a city, start years later.

    Parameters
    ----------
    plan : what stands
    projects : names of chosen projects, each delayed by itself
    cities : codes; each city delayed by itself: its chosen projects by so many years against the plan, the
        others not before so many years from the first plan year
    years : delays to be answered, 1 or more each
    seconds : for each solve, of which an answer takes one or two

    Raises
    ------
    InputError
        When a delay is below 1, or a project is not in the plan.
    NotFoundError
        When the roadmap knows no such project or city.
    """
    if any(each < 1 for each in years):
        raise InputError("a delay is 1 year or more", place="years", remedy="give years such as 1")
    rows: list[tuple[Any, ...]] = []
    moves: list[pl.DataFrame] = []
    asked = [(name, "project") for name in projects] + [(name, "city") for name in cities]
    for name, kind in asked:
        for late in years:
            found, out = _again(plan, name, kind, late, seconds)
            rows.append(
                (name, kind, late, *_figures(found), out, "whole" if found.is_whole else "city", _note(found))
            )
            changed = found.moves() if found.value is not None else found.moves().clear()
            moves.append(changed.select(pl.lit(name).alias("what"), pl.lit(late).alias("years"), pl.all()))
    empty = pl.DataFrame(
        schema={
            "what": pl.String(), "years": pl.Int32(), "project": pl.String(), "change": pl.String(),
            "before": pl.Int64(), "after": pl.Int64(),
        }
    )  # fmt: skip
    return Delays(
        table=pl.DataFrame(rows, schema=_SCHEMA, orient="row"),
        plan=plan,
        moves=pl.concat([empty, *moves]),
        settings={
            "projects": list(projects),
            "cities": list(cities),
            "years": list(years),
            "seconds": seconds,
        },
    )


def _again(plan: Plan, name: str, kind: str, late: int, seconds: float) -> tuple[Again, int]:
    """Solve again with one delay; return what was found, and how many planned projects fall out."""
    road, first = plan.roadmap, plan.years[0]
    begun = dict(plan.table.select("project", "start").iter_rows())
    if kind == "project":
        row = known_project(plan, name)
        if name not in begun:
            raise InputError(f"{name} is not in the plan", place="delay", remedy="name a project of the plan")
        city, delayed = row["city"], road.projects.filter(pl.col("project") == name)
    else:
        if name not in set(road.cities["city"]):
            raise NotFoundError.named("city", name, road.cities["city"].to_list())
        city, delayed = name, road.projects.filter(pl.col("city") == name)
    since = {p: begun.get(p, first) - first + late for p in delayed["project"]}
    build = dict(delayed.select("project", "build_years").iter_rows())
    latest = dict(delayed.select("project", pl.col("latest").fill_null(plan.years[-1])).iter_rows())
    gone = {p for p, year in since.items() if first + year > min(plan.years[-1] + 1 - build[p], latest[p])}
    held = delayed.filter(pl.col("status").is_in(["committed", "mandatory"]))["project"]
    status = {p: "candidate" if p in gone else "mandatory" for p in held}
    found = solve_again(plan, city, status=status, change=held_back(since), seconds=seconds)
    return found, len(gone & set(begun))


def _figures(found: Again) -> tuple[float | None, float | None]:
    if found.is_infeasible:
        return None, None
    most = None if found.most is None else max(found.most, 0.0)
    return (found.least if most is None else min(found.least, most)), most


def _note(found: Again) -> str:
    """How sure the answer is, in words."""
    if found.is_infeasible:
        return f"no plan with the delay exists, {found.how}"
    if found.most is None:
        return f"no plan with the delay was found in the time, {found.how}"
    if found.is_better:
        return f"a better plan was found even with the delay, {found.how}: the plan is not proven best"
    sure = "exact" if found.is_exact else f"at least {found.least:.4g}; the search went no further"
    return f"{sure}, {found.how}"

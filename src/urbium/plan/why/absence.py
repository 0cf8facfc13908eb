"""Why a project is in a plan, and why not: true answers, found again from the limits.

Why not is answered by solving again with the project in the plan: its city, which may use of the nation's
money what the other cities leave, and a small programme as a whole. The answer says what the objective loses,
at least and at most, which limits bind, and the least change of them that brings the project in beside all
that the plan has. Why is answered by solving again without the project.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from urbium.errors import NotFoundError
from urbium.explanation import Explanation, explain
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.plan import Plan, known_project
from urbium.plan.why.facts import cost, effects
from urbium.plan.why.forced import Trial, closure
from urbium.plan.why.presence import explain_presence

__all__ = ["explain_absence", "explain_project"]


@explain.register
def explain_project(plan: Plan, key: str) -> Explanation:
    """Explain a project by its name: why it is in the plan, or why it is not."""
    chosen = plan.table.filter(pl.col("project") == key)
    if chosen.height:
        return explain_presence(plan, chosen.row(0, named=True))
    rows = plan.roadmap.projects.filter(pl.col("project") == key)
    city, _, solution = key.partition(":")
    return (
        explain_absence(plan, rows["city"][0], rows["solution"][0])
        if rows.height
        else explain_absence(plan, city, solution)
    )


def explain_absence(plan: Plan, city: str, solution: str) -> Explanation:
    """Explain why a solution is not in a city's plan.

    Raises NotFoundError when neither the roadmap nor its list of omitted solutions knows the solution.
    """
    road = plan.roadmap
    what = f"{solution} in {city}"
    solutions = {*road.projects["solution"], *road.omitted["solution"]}
    if solution not in solutions:
        raise NotFoundError.named("solution", solution, solutions)
    omitted = road.omitted.filter((pl.col("city") == city) & (pl.col("solution") == solution))
    if omitted.height:
        return Explanation(
            what,
            "not a candidate",
            kind="assumption",
            note=omitted["reason"][0],
        )
    if city not in set(road.cities["city"]):
        return Explanation(what, "not a candidate", kind="missing", note="the city is not in the roadmap")
    rows = road.projects.filter((pl.col("city") == city) & (pl.col("solution") == solution))
    if rows.is_empty():
        return Explanation(
            what, "not a candidate", kind="missing", note="the roadmap has no such project in this city"
        )
    chosen = plan.table.filter(pl.col("project") == rows["project"][0])
    if chosen.height:
        return explain_presence(plan, chosen.row(0, named=True))
    project = rows.row(0, named=True)
    hard = list(_impossible(plan, project))
    if hard:
        note = "no plan of this roadmap can have it"
        return Explanation(
            what,
            "not in the plan",
            kind="project",
            grade=project["evidence"],
            note=note,
            children=(*hard, *_missing(plan, project["project"]), *cost(plan, project)),
        )
    trial = Trial(plan, project)
    loss, note, against = trial.findings()
    sure = "whatever the other cities do" if trial.again.is_whole else trial.again.how
    price = Explanation(
        "objective lost with it in the plan", loss, kind="limit", note=f"at least {trial.least:.4g}, {sure}"
    )
    return Explanation(
        what,
        "not in the plan",
        kind="project",
        grade=project["evidence"],
        note=note,
        children=(
            *((price,) if loss is not None else ()),
            *_missing(plan, project["project"]),
            *against,
            *cost(plan, project),
            *effects(plan, project["project"]),
        ),
    )


def _impossible(plan: Plan, project: dict[str, Any]) -> Iterator[Explanation]:
    """Reasons that no amount of money can mend."""
    road = plan.roadmap
    if project["status"] == "forbidden":
        yield Explanation(
            "forbidden",
            kind="limit",
            note="the roadmap forbids it",
        )
    funds, share = _payable(road, project)
    if project["capital"] > 0 and share < 1 - 1e-9:
        text = "no fund may pay it" if not funds else f"its funds may pay {share:.0%} of it at most"
        yield Explanation(
            "no eligible fund",
            kind="limit",
            note=text,
        )
    earliest, chain = _earliest(road, project["project"])
    if project["latest"] is not None and earliest > project["latest"]:
        note = f"it cannot start before {earliest}" + (f", after {' and '.join(chain)}" if chain else "")
        yield Explanation("may start no later", str(project["latest"]), kind="limit", note=note)
    if earliest + project["build_years"] - 1 > road.years[-1]:
        note = f"it cannot start before {earliest}" + (f", after {' and '.join(chain)}" if chain else "")
        yield Explanation(
            "ends after the plan",
            f"finished in {earliest + project['build_years'] - 1}, the plan ends in {road.years[-1]}",
            kind="limit",
            note=note,
        )


def _payable(road: Roadmap, project: dict[str, Any]) -> tuple[int, float]:
    """Return how many funds may pay a project, and the largest share of its capital that they may pay."""
    models = set(project["finance_models"].split(";")) - {""}
    own = road.fund_shares.filter(pl.col("project") == project["project"])
    shares = dict(own.select("fund", "share_max").iter_rows())
    room = dict.fromkeys(((f, o) for f in (False, True) for o in (False, True)), 0.0)
    count = 0
    for fund in road.funds.iter_rows(named=True):
        if models & (set(fund["finance_models"].split(";")) - {""}):
            count += 1
            kind = bool(fund["is_foreign"]), fund["payer"] == "outside"
            room[kind] += shares.get(fund["fund"], fund["share_max"])
    abroad = min(room[True, False], project["foreign_share_max"])
    outside = min(room[False, True], project["outside_share_max"])
    both = min(
        room[True, True], project["foreign_share_max"] - abroad, project["outside_share_max"] - outside
    )
    return count, room[False, False] + abroad + outside + both


def _earliest(road: Roadmap, project: str) -> tuple[int, list[str]]:
    """The first year in which a project may start, all its prerequisites being built at once, and those."""
    build = dict(road.projects.select("project", "build_years").iter_rows())
    needs: dict[str, list[tuple[str, int]]] = {}
    for name, requires, lag in road.hard_prerequisites.iter_rows():
        needs.setdefault(name, []).append((requires, lag))
    window = dict(road.projects.select("project", pl.col("earliest").fill_null(road.years[0])).iter_rows())
    memory: dict[str, int] = {}

    def first(name: str) -> int:
        if name not in memory:
            after = (first(q) + build[q] + lag for q, lag in needs.get(name, ()))
            memory[name] = max(road.years[0], window[name], *after)
        return memory[name]

    return first(project), [q for q, _ in needs.get(project, ())]


def _missing(plan: Plan, project: str) -> Iterator[Explanation]:
    """What the project requires and the plan does not have, with its cost."""
    chosen = set(plan.table["project"])
    for name in closure(plan.roadmap, project):
        if name not in chosen:
            row = known_project(plan, name)
            yield Explanation(
                f"requires {name}, which is not in the plan",
                row["capital"],
                f"m {plan.currency}",
                kind="limit",
                grade=row["evidence"],
            )

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
from urbium.explanation import Explanation, Kind, explain
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.late import earliest_starts, requirements
from urbium.plan.result.plan import Plan, known_project
from urbium.plan.why.chosen import explain_chosen
from urbium.plan.why.facts import OF_IMPROVEMENT, cost, effects, percent_of
from urbium.plan.why.forced import ForcedInclusion, absent_requirements
from urbium.plan.why.names import Labels, Names
from urbium.text import Text, coded
from urbium.units import million

_CODES = Names()
_NOT_A_CANDIDATE = coded("plan.why.not_a_candidate", "not a candidate")
_NOT_IN_THE_PLAN = coded("plan.why.absent", "not in the plan")


@explain.register
def explain_project(plan: Plan, key: str, *, names: Names = _CODES) -> Explanation:
    """Explain a project by its name: why it is in the plan, or why it is not.

    Parameters
    ----------
    plan : what stands
    key : the project, or ``city:solution``
    names : of cities and solutions, in place of their codes
    """
    rows = plan.roadmap.projects.filter(pl.col("project") == key)
    if rows.height:
        city, solution = rows.select("city", "solution").row(0)
    else:
        city, _, solution = key.partition(":")
    chosen = plan.table.filter(pl.col("project") == key)
    if chosen.height:
        return explain_chosen(plan, chosen.row(0, named=True), Labels(plan.roadmap, names, city))
    return explain_absence(plan, city, solution, names=names)


def explain_absence(plan: Plan, city: str, solution: str, *, names: Names = _CODES) -> Explanation:
    """Explain why a solution is not in a city's plan.

    Raises NotFoundError when neither the roadmap nor its list of omitted solutions knows the solution.
    """
    road = plan.roadmap
    solutions = {*road.projects["solution"], *road.omitted["solution"]}
    if solution not in solutions:
        raise NotFoundError.named("solution", solution, solutions)
    what = coded(
        "plan.why.project", "{solution} in {city}",
        solution=names.solution(solution), city=names.city(city)
    )  # fmt: skip
    is_asked = (pl.col("city") == city) & (pl.col("solution") == solution)
    omitted = road.omitted.filter(is_asked)
    if omitted.height:
        return Explanation(what, _NOT_A_CANDIDATE, kind=Kind.ASSUMPTION, note=omitted["reason"][0])
    rows = road.projects.filter(is_asked)
    if rows.is_empty():
        return Explanation(what, _NOT_A_CANDIDATE, kind=Kind.MISSING, note=_unknown(road, city))
    labels = Labels(road, names, city)
    chosen = plan.table.filter(pl.col("project") == rows["project"][0])
    if chosen.height:
        return explain_chosen(plan, chosen.row(0, named=True), labels)
    project = rows.row(0, named=True)
    impossible = list(_impossible(road, project, labels))
    note, reasons, answer = (
        (
            coded("plan.why.impossible", "no plan made from this roadmap can include this project"),
            (*_missing(plan, project["project"], labels), *cost(plan, project)),
            _never(road, project, labels),
        )
        if impossible
        else _against(plan, project, labels)
    )
    return Explanation(
        what,
        _NOT_IN_THE_PLAN,
        kind=Kind.PROJECT,
        grade=project["evidence"],
        note=note,
        children=(*impossible, *reasons),
        answer=answer,
    )


def _unknown(road: Roadmap, city: str) -> Text:
    if city not in set(road.cities["city"]):
        return coded("plan.why.unknown_city", "the city is not in the roadmap")
    return coded("plan.why.unknown_project", "the roadmap does not include this project in this city")


def _never(road: Roadmap, project: dict[str, Any], labels: Labels) -> Text:
    """Say in one sentence why no plan of the roadmap can include a project."""
    if project["status"] == "forbidden":
        return coded("plan.why.answer_forbidden", "The roadmap forbids it.")
    if not any(_too_late(road, project, labels)):
        return coded(
            "plan.why.answer_unpaid", "The funds that may pay for it cannot cover all of it, even together."
        )
    chain = [required for required, _ in requirements(road).get(project["project"], ())]
    earliest = str(earliest_starts(road)[project["project"]])
    return (
        coded(
            "plan.why.answer_late_after",
            "It cannot be completed in time: because it must wait for {projects:list}, it cannot start "
            "before {year}.",
            projects=labels.projects(chain), year=earliest,
        )
        if chain
        else coded(
            "plan.why.answer_late", "It cannot be completed in time, because it cannot start before {year}.",
            year=earliest,
        )
    )  # fmt: skip


def _against(
    plan: Plan, project: dict[str, Any], labels: Labels
) -> tuple[Text, tuple[Explanation, ...], Text]:
    """What is lost with the project in the plan, and what stands against it."""
    forced = ForcedInclusion(plan, project, labels)
    loss, note, against = forced.findings()
    price = [] if loss is None else [_price(forced, loss)]
    return (
        note,
        (
            *price,
            *_missing(plan, project["project"], labels),
            *against,
            *cost(plan, project),
            *effects(plan, project["project"]),
        ),
        forced.answer,
    )


def _price(forced: ForcedInclusion, loss: float) -> Explanation:
    least = percent_of(forced.plan, forced.least)
    note = (
        coded("plan.why.least_loss", "at least {least:.2g}%, whatever the other cities do", least=least)
        if forced.again.is_whole
        else coded(
            "plan.why.least_loss_of_city",
            "at least {least:.2g}%, with the other cities, their money and the nation's training unchanged",
            least=least,
        )
    )
    return Explanation(
        coded("plan.why.lost_with", "lost if this project is included in the plan"),
        percent_of(forced.plan, loss),
        OF_IMPROVEMENT,
        kind=Kind.LIMIT,
        note=note,
    )


def _impossible(road: Roadmap, project: dict[str, Any], labels: Labels) -> Iterator[Explanation]:
    """Reasons that no amount of money can mend."""
    if project["status"] == "forbidden":
        yield Explanation(
            coded("plan.why.forbidden", "forbidden"),
            kind=Kind.LIMIT,
            note=coded("plan.why.forbidden_by_roadmap", "the roadmap forbids it"),
        )
    funds, share = _payable(road, project)
    if project["capital"] > 0 and share < 1 - 1e-9:
        note = (
            coded("plan.why.payable_share", "its funds may pay at most {share:.0%} of its cost", share=share)
            if funds
            else coded("plan.why.no_fund_may_pay", "no fund may pay for it")
        )
        yield Explanation(coded("plan.why.no_fund", "no eligible fund"), kind=Kind.LIMIT, note=note)
    yield from _too_late(road, project, labels)


def _too_late(road: Roadmap, project: dict[str, Any], labels: Labels) -> Iterator[Explanation]:
    """Whether it can start in its window, and end in time."""
    earliest = earliest_starts(road)[project["project"]]
    chain = [required for required, _ in requirements(road).get(project["project"], ())]
    note = (
        coded(
            "plan.why.earliest_after", "it must wait for {projects:list}, so it cannot start before {year}",
            year=earliest, projects=labels.projects(chain)
        )
        if chain
        else coded("plan.why.earliest", "it cannot start before {year}", year=earliest)
    )  # fmt: skip
    if project["latest"] is not None and earliest > project["latest"]:
        what = coded("plan.why.latest_start", "latest possible start")
        yield Explanation(what, str(project["latest"]), kind=Kind.LIMIT, note=note)
    finish = earliest + project["build_years"] - 1
    if earliest > road.last_start(project["build_years"]):
        yield Explanation(
            coded("plan.why.ends_late", "cannot be completed in time"),
            coded(
                "plan.why.ends_late_years",
                "it can start in {start} at the earliest and would be completed in {finish}; the "
                    "plan starts no project after {last} and completes all projects by {end}",
                start=earliest, finish=finish, last=road.start_years[-1], end=road.years[-1]
            ),
            kind=Kind.LIMIT,
            note=note,
        )  # fmt: skip


def _payable(road: Roadmap, project: dict[str, Any]) -> tuple[int, float]:
    """Return how many funds may pay a project, and the largest share of its capital that they may pay."""
    models = set(project["finance_models"].split(";")) - {""}
    shares = dict(
        road.fund_shares.filter(pl.col("project") == project["project"])
        .select("fund", "share_max")
        .iter_rows()
    )
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


def _missing(plan: Plan, project: str, labels: Labels) -> Iterator[Explanation]:
    """What the project requires and the plan does not have, with its cost."""
    for name in absent_requirements(plan, project):
        row = known_project(plan, name)
        yield Explanation(
            coded(
                "plan.why.requires_absent", "requires {project}, which is not in the plan",
                project=labels.project(name)
            ),
            row["capital"],
            million(plan.currency),
            kind=Kind.LIMIT,
            grade=row["evidence"],
        )  # fmt: skip

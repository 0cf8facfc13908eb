"""Why a project is in a plan, and why not: true answers, found again from the limits.

Why not is answered by solving the project's city again with the project in it and the rest of the plan as it
stands: what the city may use of the nation's money is what the other cities leave. The answer says what the
objective loses, which limits bind, and the least money that would bring the project in beside all that the
city has.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from urbium.errors import NotFoundError
from urbium.plan.plan import Plan, known_project
from urbium.plan.roadmap import Roadmap
from urbium.plan.trial import Trial, closure
from urbium.result import Explanation

__all__ = ["explain_absence", "explain_project"]

_MOST_NAMES = 6


def explain_project(plan: Plan, key: str) -> Explanation:
    """Explain a project by its name: why it is in the plan, or why it is not."""
    chosen = plan.table.filter(pl.col("project") == key)
    if chosen.height:
        return _presence(plan, chosen.row(0, named=True))
    rows = plan.roadmap.projects.filter(pl.col("project") == key)
    city, _, solution = key.partition(":")
    return (
        explain_absence(plan, rows["city"][0], rows["solution"][0])
        if rows.height
        else explain_absence(plan, city, solution)
    )


# In the plan


def _presence(plan: Plan, row: dict[str, Any]) -> Explanation:
    """Tell what a chosen project costs, closes and serves."""
    serves = plan.roadmap.hard_prerequisites.filter(
        (pl.col("requires") == row["project"]) & pl.col("project").is_in(plan.table["project"].to_list())
    )["project"].to_list()
    known = known_project(plan, row["project"])
    alone = _only_choice(plan, row["project"])
    if known["status"] in ("committed", "mandatory"):
        reason = f"it is {known['status']}"
    elif serves:
        count = (
            "1 chosen project requires it"
            if len(serves) == 1
            else f"{len(serves)} chosen projects require it"
        )
        reason = f"{count}: {_some(serves)}; {_by_itself(row['value'])}"
    elif alone:
        reason = f"it is the only chosen project of {_groups(alone)}; {_by_itself(row['value'])}"
    elif row["value"] > 0:
        reason = f"without it the objective would be {row['value']:.4g} lower"
    else:
        reason = _without(plan, row["value"])
    return Explanation(
        what=f"{row['solution']} in {row['city']}",
        value=f"in the plan, built {row['start']} to {row['finish']}",
        kind="project",
        grade=row["evidence"],
        note=reason,
        children=(
            *_cost(plan, row),
            *_payers(plan, row["project"]),
            *_needs(plan, row["project"]),
            *_effects(plan, row["project"]),
        ),
    )


def _by_itself(value: float) -> str:
    """Say what a project does to the objective when it alone comes or goes."""
    if value < 0:
        return f"by itself it lowers the objective by {-value:.4g}"
    return f"by itself it adds {value:.4g} to the objective" if value > 0 else "by itself it adds nothing"


def _without(plan: Plan, value: float) -> str:
    """Say why a project that adds nothing, or less, may stand in a plan."""
    if value == 0:
        return f"{_by_itself(value)}: without it the plan would be worth the same"
    if plan.gap > 0:
        return f"{_by_itself(value)}: the plan is not proven best (see its gap)"
    return f"{_by_itself(value)}, but without it the others would break a limit: the plan is proven best"


def _some(names: list[str]) -> str:
    """Return at most six names, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _only_choice(plan: Plan, project: str) -> list[str]:
    """The groups of alternatives of which the project is the only chosen one."""
    chosen = plan.roadmap.alternatives.join(
        plan.table.select("project"), on="project", how="semi", maintain_order="left"
    )
    own = chosen.filter(pl.col("project") == project)["group"]
    return [group for group in own if chosen.filter(pl.col("group") == group).height == 1]


def _groups(names: list[str]) -> str:
    word = "group" if len(names) == 1 else "groups"
    return f"{word} {', '.join(names)}, of which at least one must be chosen"


def _cost(plan: Plan, row: dict[str, Any]) -> Iterator[Explanation]:
    note = known_project(plan, row["project"])["note"]
    settings = plan.roadmap.settings
    about = "; ".join(
        text
        for text in (note, settings.note, f"prices {settings.price_year}" if settings.price_year else "")
        if text
    )
    yield Explanation(
        "capital",
        row["capital"],
        f"m {plan.currency}",
        kind="setting",
        grade=row["evidence"],
        note=about,
    )
    yield Explanation(
        "operation",
        row["operation"],
        f"m {plan.currency} a year",
        kind="setting",
        grade=row["evidence"],
    )


def _payers(plan: Plan, project: str) -> Iterator[Explanation]:
    rows = plan.money.filter((pl.col("project") == project) & (pl.col("kind") == "capital"))
    names = dict(plan.roadmap.funds.select("fund", "name").iter_rows())
    for fund, amount in rows.group_by("fund", maintain_order=True).agg(pl.col("amount").sum()).iter_rows():
        yield Explanation(
            f"paid by {names.get(fund) or fund}",
            amount,
            f"m {plan.currency}",
            kind="setting",
        )


def _needs(plan: Plan, project: str) -> Iterator[Explanation]:
    finish = dict(plan.table.select("project", "finish").iter_rows())
    for requires, lag in (
        plan.roadmap.hard_prerequisites.filter(pl.col("project") == project)
        .select("requires", "lag")
        .iter_rows()
    ):
        state = f"finished in {finish[requires]}" if requires in finish else "not in the plan"
        yield Explanation(
            f"requires {requires}", state, kind="limit", note=f"and {lag} years more" if lag else ""
        )


def _effects(plan: Plan, project: str) -> Iterator[Explanation]:
    road = plan.roadmap
    city = known_project(plan, project)["city"]
    rows = road.effects.filter(pl.col("project") == project).join(
        road.indicators.select("indicator", "name", "weight"),
        on="indicator",
        how="left",
        maintain_order="left",
    )
    gaps = road.gaps.filter(pl.col("city") == city)
    if rows.is_empty():
        yield Explanation(
            "no effect of its own is known", kind="missing", note="it counts as a prerequisite of others only"
        )
    for row in rows.iter_rows(named=True):
        gap = gaps.filter(pl.col("indicator") == row["indicator"])
        need = gap.row(0, named=True) if gap.height else None
        children = (
            ()
            if need is None
            else (
                Explanation(
                    "need",
                    need["need"],
                    "share still open",
                    kind="assumption" if need["evidence"] == "assumption" else "setting",
                    grade=need["evidence"],
                    note=need["note"],
                ),
            )
        )
        yield Explanation(
            f"closes {row['name'] or row['indicator']}",
            row["effect"],
            "of the potential",
            kind="indicator",
            grade=row["evidence"],
            note=f"{row['note']}; from {row['lag']} years after it is built" if row["lag"] else row["note"],
            children=children,
        )


# Not in the plan


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
        return _presence(plan, chosen.row(0, named=True))
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
            children=(*hard, *_missing(plan, project["project"]), *_cost(plan, project)),
        )
    loss, note, against = Trial(plan, project).findings()
    price = Explanation("objective lost with it in the plan", loss, kind="limit")
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
            *_cost(plan, project),
            *_effects(plan, project["project"]),
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
    models = set(project["finance_models"].split(";")) - {""}
    funds = [
        f for f in road.funds.iter_rows(named=True) if models & (set(f["finance_models"].split(";")) - {""})
    ]
    rows = road.fund_shares.filter(pl.col("project") == project["project"])
    share = dict(road.funds.select("fund", "share_max").iter_rows())
    share |= dict(rows.select("fund", "share_max").iter_rows())
    home = sum(share[f["fund"]] for f in funds if not f["is_foreign"])
    abroad = min(sum(share[f["fund"]] for f in funds if f["is_foreign"]), project["foreign_share_max"])
    if project["capital"] > 0 and home + abroad < 1 - 1e-9:
        text = "no fund may pay it" if not funds else f"its funds may pay {home + abroad:.0%} of it at most"
        yield Explanation(
            "no eligible fund",
            kind="limit",
            note=text,
        )
    earliest, chain = _earliest(road, project["project"])
    if earliest + project["build_years"] - 1 > road.years[-1]:
        note = f"it cannot start before {earliest}" + (f", after {' and '.join(chain)}" if chain else "")
        yield Explanation(
            "ends after the plan",
            f"finished in {earliest + project['build_years'] - 1}, the plan ends in {road.years[-1]}",
            kind="limit",
            note=note,
        )


def _earliest(road: Roadmap, project: str) -> tuple[int, list[str]]:
    """The first year in which a project may start, all its prerequisites being built at once, and those."""
    build = dict(road.projects.select("project", "build_years").iter_rows())
    needs: dict[str, list[tuple[str, int]]] = {}
    for name, requires, lag in road.hard_prerequisites.iter_rows():
        needs.setdefault(name, []).append((requires, lag))
    memory: dict[str, int] = {}

    def first(name: str) -> int:
        if name not in memory:
            memory[name] = max(
                (first(q) + build[q] + lag for q, lag in needs.get(name, ())), default=road.years[0]
            )
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

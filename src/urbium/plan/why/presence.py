"""Why a project is in a plan: what it does, what needs it, who pays, what it uses, what would replace it."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from urbium.explanation import Explanation
from urbium.plan.result.limits import limits, used_by
from urbium.plan.result.plan import Plan, known_project
from urbium.plan.why.again import solve_again
from urbium.plan.why.facts import cost, effects
from urbium.plan.why.reoptimise import Again

__all__ = ["explain_presence"]

_MOST_NAMES = 6


def explain_presence(plan: Plan, row: dict[str, Any]) -> Explanation:
    """Tell why a chosen project (a row of the plan's table) is in the plan."""
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
        reason = f"without it, and nothing in its place, the objective would be {row['value']:.4g} lower"
    else:
        reason = _without(plan, row["value"])
    return Explanation(
        what=f"{row['solution']} in {row['city']}",
        value=f"in the plan, built {row['start']} to {row['finish']}",
        kind="project",
        grade=row["evidence"],
        note=reason,
        children=(
            *cost(plan, row),
            *_without_it(plan, row),
            *_served(plan, serves),
            *_payers(plan, row["project"]),
            *_needs(plan, row["project"]),
            *_wishes(plan, row["project"]),
            *_promises(plan, row["project"]),
            *_used(plan, row["project"]),
            *effects(plan, row["project"]),
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


def _wishes(plan: Plan, project: str) -> Iterator[Explanation]:
    """The projects that it should follow, and whether it does."""
    dates = {p: (s, f) for p, s, f in plan.table.select("project", "start", "finish").iter_rows()}
    rows = plan.roadmap.soft_prerequisites.filter(pl.col("project") == project)
    for requires, lag, loss in rows.select("requires", "lag", "loss").iter_rows():
        is_met = requires in dates and dates[requires][1] + lag < dates[project][0]
        note = "" if is_met else f"the objective loses {loss:.4g} by it"
        yield Explanation(
            f"should follow {requires}", "met" if is_met else "not met", kind="limit", note=note
        )


def _promises(plan: Plan, project: str) -> Iterator[Explanation]:
    """The standards that it covers, and whether they are met in time by it alone."""
    finish = dict(plan.table.select("project", "finish").iter_rows())
    own = plan.roadmap.covers.filter(pl.col("project") == project)["standard"]
    for standard, deadline in (
        plan.roadmap.standards.filter(pl.col("standard").is_in(own.to_list()))
        .select("standard", "deadline")
        .iter_rows()
    ):
        members = plan.roadmap.covers.filter(pl.col("standard") == standard)["project"]
        others = [p for p in members if p != project and finish.get(p, deadline + 1) <= deadline]
        state = "too late for it"
        if finish[project] <= deadline:
            state = f"met, also by {_some(others)}" if others else "met by it alone"
        yield Explanation(f"covers {standard}, by {deadline}", state, kind="limit")


def _served(plan: Plan, serves: list[str]) -> Iterator[Explanation]:
    """The chosen projects that cannot be without this one."""
    start = dict(plan.table.select("project", "start").iter_rows())
    for name in serves[:_MOST_NAMES]:
        yield Explanation(f"required by {name}", f"started in {start[name]}", kind="limit")


def _used(plan: Plan, project: str) -> Iterator[Explanation]:
    """What it uses of limits that are full, dearest first, and how many it uses that are not."""
    own = used_by(plan, project).rename({"used": "own"})
    rows = limits(plan).join(own, on="name", how="inner", maintain_order="left")
    full = rows.filter("is_full").sort(pl.col("own") * pl.col("price"), descending=True, maintain_order=True)
    for row in full.head(_MOST_NAMES).iter_rows(named=True):
        price = (
            f"; {row['price']:.3g} of the objective for each more, by the prices" if row["price"] > 0 else ""
        )
        note = f"full: {row['amount']:,.6g} {row['unit']}{price}"
        yield Explanation(f"uses {row['name']}", row["own"], row["unit"], kind="limit", note=note)
    if rows.height > full.height:
        count = rows.height - full.height
        yield Explanation("limits it uses that are not full", str(count), kind="limit")


def _without_it(plan: Plan, row: dict[str, Any]) -> Iterator[Explanation]:
    """What the objective loses without it when the rest may make the best of it, and what comes instead."""
    found = solve_again(plan, row["city"], status={row["project"]: "forbidden"})
    what = "objective lost without it"
    if found.is_infeasible:
        yield Explanation(what, kind="limit", note=f"no plan is without it, {found.how}")
    elif found.most is None:
        yield Explanation(what, kind="limit", note=f"no plan without it was found in the time, {found.how}")
    else:
        yield Explanation(
            what,
            max(found.most, 0.0),
            kind="limit",
            note=_sure(found),
            children=tuple(_instead(found, row["project"])),
        )


def _sure(found: Again) -> str:
    """How sure the loss is, in words."""
    way = f"the best without it, {found.how}"
    if found.is_better:
        return f"{way}: a plan without it is worth more; this plan is not the best"
    if found.is_exact:
        return f"{way}: exact"
    return f"{way}: at least {found.least:.4g}, at most as said; the search went no further"


def _instead(found: Again, project: str) -> Iterator[Explanation]:
    """What would come in, go out or move in its place."""
    moves = found.moves().filter(pl.col("project") != project)
    order = {"comes in": 0, "goes out": 1, "moves": 2}
    moves = moves.sort(pl.col("change").replace_strict(order), maintain_order=True)
    for move in moves.head(_MOST_NAMES).iter_rows(named=True):
        years = {
            "comes in": f"{move['after']}",
            "goes out": f"was {move['before']}",
            "moves": f"from {move['before']} to {move['after']}",
        }[move["change"]]
        yield Explanation(f"instead, {move['project']} {move['change']}", years, kind="project")
    if moves.height > _MOST_NAMES:
        yield Explanation("further changes", str(moves.height - _MOST_NAMES), kind="project")
    if moves.is_empty():
        yield Explanation("nothing takes its place", kind="project")

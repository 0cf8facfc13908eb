"""Why a project is in a plan: what it does, what needs it, who pays, what it uses, what would replace it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from urbium.explanation import Explanation, Kind
from urbium.plan.result.limits import limits, used_by
from urbium.plan.result.plan import Plan, known_project
from urbium.plan.result.wording import money_words
from urbium.plan.rules import AMOUNTS
from urbium.plan.why.facts import OF_IMPROVEMENT, by_itself, cost, effects, percent_of
from urbium.plan.why.names import Labels, Names
from urbium.plan.why.reoptimise import PlanChange, Reoptimised, reoptimise
from urbium.text import Text, coded, sentences
from urbium.units import million

_MOST_NAMES = 6


def explain_chosen(plan: Plan, row: Mapping[str, Any], labels: Labels) -> Explanation:
    """Explain why a chosen project (a row of the plan's table) is in the plan."""
    project = row["project"]
    serves = _serves(plan, project)
    return Explanation(
        coded(
            "plan.why.project",
            "{solution} in {city}",
            solution=labels.names.solution(row["solution"]),
            city=labels.names.city(row["city"]),
        ),
        _built(plan, row),
        kind=Kind.PROJECT,
        grade=row["evidence"],
        note=_reason(plan, row, serves, labels),
        children=(
            *cost(plan, row),
            *_without_it(plan, row, labels),
            *_served(plan, serves, labels),
            *_payers(plan, project),
            *_prerequisites(plan, project, labels),
            *_recommended(plan, project, labels),
            *_standards(plan, project, labels),
            *_used(plan, project, labels),
            *effects(plan, project),
        ),
    )


def reason(plan: Plan, project: str, names: Names) -> Text:
    """Return why a chosen project is in the plan, in the words that a person reads first."""
    row = plan.table.row(by_predicate=pl.col("project") == project, named=True)
    return _reason(plan, row, _serves(plan, project), Labels(plan.roadmap, names, row["city"]))


def _serves(plan: Plan, project: str) -> list[str]:
    """The chosen projects that require a project."""
    return plan.roadmap.hard_prerequisites.filter(
        (pl.col("requires") == project) & pl.col("project").is_in(plan.table["project"].to_list())
    )["project"].to_list()


def _built(plan: Plan, row: Mapping[str, Any]) -> Text:
    """Say when it is built, and what of it falls after the plan."""
    last = plan.start_years[-1]
    if row["finish"] <= last:
        return coded("plan.why.built", "in the plan, built from {start} to {finish}", start=row["start"],
                    finish=row["finish"])  # fmt: skip
    is_later = (pl.col("project") == row["project"]) & (pl.col("kind") == "capital") & (pl.col("year") > last)
    return coded(
        "plan.why.built_after",
        "in the plan, built from {start} to {finish}: completed one year after the plan, with "
        "{later} of its cost paid after {last}",
        "in the plan, built from {start} to {finish}: completed {count} years after the plan, with "
        "{later} of its cost paid after {last}",
        count=row["finish"] - last,
        start=row["start"],
        finish=row["finish"],
        later=money_words(float(plan.money.filter(is_later)["amount"].sum()), plan.currency),
        last=last,
    )


def _reason(plan: Plan, row: Mapping[str, Any], serves: Sequence[str], labels: Labels) -> Text:
    """Return the reason that a person reads first."""
    status, value = known_project(plan, row["project"])["status"], row["lost_without_it"]
    if status == "committed":
        return coded("plan.why.committed", "it is committed")
    if status == "mandatory":
        return coded("plan.why.mandatory", "it is mandatory")
    if serves:
        required = coded(
            "plan.why.serves",
            "{count} chosen project requires it: {projects:list}",
            "{count} chosen projects require it: {projects:list}",
            count=len(serves),
            projects=_some(labels.projects(serves)),
        )
        return sentences([required, by_itself(plan, row["city"], value)])
    groups = _only_choice(plan, row["project"])
    if groups:
        only = coded(
            "plan.why.only_choice",
            "it is the only chosen project of group {groups:list}; at least one project of the group "
            "must be chosen",
            "it is the only chosen project in each of the groups {groups:list}; at least one "
            "project of each group must be chosen",
            count=len(groups),
            groups=groups,
        )
        return sentences([only, by_itself(plan, row["city"], value)])
    if value > 0:
        return by_itself(plan, row["city"], value)
    return sentences([by_itself(plan, row["city"], value), _kept_all_the_same(plan, value)])


def _kept_all_the_same(plan: Plan, value: float) -> Text:
    """Say why a project that adds nothing, or less, may stand in a plan."""
    if value == 0:
        return coded("plan.why.same_without", "without this project, the plan would be just as good")
    if plan.gap > 0:
        return coded("plan.why.not_proven", "the plan is not proven to be the best (see its gap)")
    return coded(
        "plan.why.others_need_it",
        "the plan is proven to be the best, and without this project the other projects would exceed a limit",
    )


def _some(names: Sequence[Text]) -> list[Text]:
    """Return at most six names, and how many more there are."""
    more = len(names) - _MOST_NAMES
    rest = [coded("plan.why.more_names", "{count} more", "{count} more", count=more)] if more > 0 else []
    return [*names[:_MOST_NAMES], *rest]


def _only_choice(plan: Plan, project: str) -> list[str]:
    """The groups of alternatives of which the project is the only chosen one."""
    chosen = plan.roadmap.alternatives.join(
        plan.table.select("project"), on="project", how="semi", maintain_order="left"
    )
    groups = chosen.filter(pl.col("project") == project)["group"]
    return [group for group in groups if chosen.filter(pl.col("group") == group).height == 1]


def _payers(plan: Plan, project: str) -> Iterator[Explanation]:
    rows = plan.money.filter((pl.col("project") == project) & (pl.col("kind") == "capital"))
    names = plan.roadmap.named("funds")
    for fund, amount in rows.group_by("fund", maintain_order=True).agg(pl.col("amount").sum()).iter_rows():
        yield Explanation(
            coded("plan.why.payer", "paid by {name}", name=names.get(fund) or fund, fund=fund),
            amount,
            million(plan.currency),
            kind=Kind.SETTING,
        )


def _prerequisites(plan: Plan, project: str, labels: Labels) -> Iterator[Explanation]:
    finish = dict(plan.table.select("project", "finish").iter_rows())
    rows = plan.roadmap.hard_prerequisites.filter(pl.col("project") == project)
    for requires, lag in rows.select("requires", "lag").iter_rows():
        state = (
            coded("plan.why.finished", "finished in {year}", year=finish[requires])
            if requires in finish
            else coded("plan.why.not_in_plan", "not in the plan")
        )
        wait = coded(
            "plan.why.lag",
            "{count} year must pass between the two projects",
            "{count} years must pass between the two projects",
            count=lag,
        )
        yield Explanation(
            coded("plan.why.requires", "requires {project}", project=labels.project(requires)),
            state,
            kind=Kind.LIMIT,
            note=wait if lag else "",
        )


def _recommended(plan: Plan, project: str, labels: Labels) -> Iterator[Explanation]:
    """The projects that should come before it, and whether they do."""
    dates = {p: (s, f) for p, s, f in plan.table.select("project", "start", "finish").iter_rows()}
    rows = plan.roadmap.prerequisites.filter((pl.col("project") == project) & (pl.col("kind") != "hard"))
    for requires, lag, loss in rows.select("requires", "lag", "loss").iter_rows():
        is_met = requires in dates and dates[requires][1] + lag < dates[project][0]
        yield Explanation(
            coded("plan.why.should_follow", "should follow {project}", project=labels.project(requires)),
            coded("plan.why.order_met", "met") if is_met else coded("plan.why.order_not_met", "not met"),
            kind=Kind.LIMIT,
            note="" if is_met else _order_note(plan, loss),
        )


def _order_note(plan: Plan, loss: float) -> Text:
    """Say what is lost by an order that is not kept."""
    if loss > 0:
        return coded(
            "plan.why.order_loss",
            "if this order is not followed, the plan loses the equivalent of {share:.2g}% of its improvement",
            share=percent_of(plan, loss),
        )
    return coded("plan.why.advice", "this order is only advice: nothing is deducted if it is not followed")


def _standards(plan: Plan, project: str, labels: Labels) -> Iterator[Explanation]:
    """The standards that it covers, and whether they are met in time by it alone."""
    finish = dict(plan.table.select("project", "finish").iter_rows())
    covered = plan.roadmap.covers.filter(pl.col("project") == project)["standard"].to_list()
    rows = plan.roadmap.standards.filter(pl.col("standard").is_in(covered))
    for standard, deadline in rows.select("standard", "deadline").iter_rows():
        members = plan.roadmap.covers.filter(pl.col("standard") == standard)["project"]
        others = [p for p in members if p != project and finish.get(p, deadline + 1) <= deadline]
        if finish[project] > deadline:
            state = coded("plan.why.standard_late", "completed too late to meet the standard")
        elif others:
            state = coded(
                "plan.why.standard_shared",
                "met, also by {projects:list}",
                projects=_some(labels.projects(others)),
            )
        else:
            state = coded("plan.why.standard_alone", "met by this project alone")
        yield Explanation(
            coded(
                "plan.why.covers",
                "standard: {standard}, by {year}",
                standard=labels.standard(standard),
                year=deadline,
            ),
            state,
            kind=Kind.LIMIT,
        )


def _served(plan: Plan, serves: Sequence[str], labels: Labels) -> Iterator[Explanation]:
    """The chosen projects that cannot be without this one."""
    start = dict(plan.table.select("project", "start").iter_rows())
    for name in serves[:_MOST_NAMES]:
        yield Explanation(
            coded("plan.why.required_by", "required by {project}", project=labels.project(name)),
            coded("plan.why.started", "started in {year}", year=start[name]),
            kind=Kind.LIMIT,
        )


def _used(plan: Plan, project: str, labels: Labels) -> Iterator[Explanation]:
    """What it uses of limits that are full, dearest first, and how many it uses that are not."""
    used = used_by(plan, project).rename({"used": "share"})
    rows = limits(plan).join(used, on="name", how="inner", maintain_order="left")
    full = rows.filter("is_full").sort(
        pl.col("share") * pl.col("price"), descending=True, maintain_order=True
    )
    for row in full.head(_MOST_NAMES).iter_rows(named=True):
        yield Explanation(
            coded("plan.why.uses", "uses {limit}", limit=labels.limit(row["name"])),
            row["share"],
            AMOUNTS[row["limit"]].unit(plan.currency),
            kind=Kind.LIMIT,
            note=sentences([_fully_used(row, plan.currency), _price(plan, row)]),
        )
    if rows.height > full.height:
        yield Explanation(
            coded("plan.why.not_full", "limits used by the project that still have room"),
            str(rows.height - full.height),
            kind=Kind.LIMIT,
        )


def _fully_used(row: Mapping[str, Any], currency: str) -> Text:
    amount = AMOUNTS[row["limit"]].words(row["amount"], currency)
    return coded("plan.why.full", "fully used: {amount}", amount=amount)


def _price(plan: Plan, row: Mapping[str, Any]) -> Text | str:
    """Say what a tenth more of a limit could add at most, by its price in the proof."""
    if row["price"] <= 0:
        return ""
    more = row["amount"] / 10 or 1.0
    return coded(
        "plan.why.limit_price",
        "raising the limit by a tenth ({more}) would add at most {share:.2g}% to the plan's improvement",
        more=AMOUNTS[row["limit"]].words(more, plan.currency),
        share=percent_of(plan, more * row["price"]),
    )


def _without_it(plan: Plan, row: Mapping[str, Any], labels: Labels) -> Iterator[Explanation]:
    """What the objective loses without it when the rest may make the best of it, and what comes instead."""
    other = reoptimise(plan, row["city"], status={row["project"]: "forbidden"})
    what = coded(
        "plan.why.lost_without", "lost without this project, even with the best possible replacement"
    )
    if other.is_infeasible:
        none = coded("plan.why.none_without", "no plan can do without this project")
        yield Explanation(what, kind=Kind.LIMIT, note=sentences([other.how, none]))
    elif other.most is None:
        cut = coded("plan.why.cut_without", "no plan without this project was found within the work limit")
        yield Explanation(what, kind=Kind.LIMIT, note=sentences([other.how, cut]))
    else:
        yield Explanation(
            what,
            percent_of(plan, max(other.most, 0.0)),
            OF_IMPROVEMENT,
            kind=Kind.LIMIT,
            note=sentences([other.how, _certainty(plan, other)]),
            children=tuple(_instead(other, row["project"], labels)),
        )


def _certainty(plan: Plan, other: Reoptimised) -> Text:
    """How sure the loss is."""
    if other.is_better:
        return coded(
            "plan.why.better_without", "a plan without this project is better, so this plan is not the best"
        )
    if other.is_exact:
        return coded("plan.why.exact", "exact")
    return coded(
        "plan.why.at_least",
        "at least {least:.2g}% and at most the stated value: the search stopped before finding the exact "
        "loss",
        least=percent_of(plan, other.least)
    )  # fmt: skip


def _instead(other: Reoptimised, project: str, labels: Labels) -> Iterator[Explanation]:
    """What would be added, dropped or moved in its place."""
    order = {change.value: number for number, change in enumerate(PlanChange)}
    changes = other.changes().filter(pl.col("project") != project)
    changes = changes.sort(pl.col("change").replace_strict(order), maintain_order=True)
    for row in changes.head(_MOST_NAMES).iter_rows(named=True):
        yield Explanation(_changed(row, labels), kind=Kind.PROJECT)
    if changes.height > _MOST_NAMES:
        yield Explanation(
            coded("plan.why.further_changes", "further changes"),
            str(changes.height - _MOST_NAMES),
            kind=Kind.PROJECT,
        )
    if changes.is_empty():
        yield Explanation(coded("plan.why.nothing_instead", "nothing takes its place"), kind=Kind.PROJECT)


def _changed(row: Mapping[str, Any], labels: Labels) -> Text:
    name = labels.project(row["project"])
    match PlanChange(row["change"]):
        case PlanChange.ADDED:
            return coded(
                "plan.why.added", "instead, {project} added in {year}", project=name, year=row["after"]
            )
        case PlanChange.DROPPED:
            return coded(
                "plan.why.dropped", "instead, {project} dropped (planned for {year})",
                project=name, year=row["before"]
            )  # fmt: skip
        case PlanChange.MOVED:
            return coded(
                "plan.why.moved", "instead, {project} moved from {before} to {after}",
                project=name, before=row["before"], after=row["after"]
            )  # fmt: skip

"""Amendments: how a task book would change, and what that does to the benefit of the plan behind it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from urbium.errors import Fault
from urbium.pilot.contracts.taskbooks import Amendment, Change, Target, Task, TaskBook
from urbium.text import Text, coded, paragraph, text

if TYPE_CHECKING:
    from urbium.plan import Plan

_LEAST = 1e-9


def amended(book: TaskBook, amendment: Amendment, said: str) -> TaskBook:
    """Return a task book as an amendment leaves it, with the words for its effect."""
    return msgspec.structs.replace(
        book, tasks=amendment.tasks, targets=amendment.targets, reason=amendment.reason, effect=said
    )


def difference(before: TaskBook, after: Amendment) -> list[Change]:
    """Return what an amendment changes, task by task and target by target.

    >>> old = TaskBook(title="x", tasks=[Task(code="a", title="A", starts=2020, ends=2021)])
    >>> new = Amendment(title="y", tasks=[Task(code="a", title="A", starts=2021, ends=2022)])
    >>> [(one.kind, one.before, one.after) for one in difference(old, new)]
    [('moved', '2020-2021', '2021-2022')]
    """
    old, new = _by_code(before.tasks), _by_code(after.tasks)
    changes = [Change(kind="removed", name=code, before=_years(old[code])) for code in old if code not in new]
    changes += [Change(kind="added", name=code, after=_years(new[code])) for code in new if code not in old]
    for code in old:
        if code in new:
            changes += _of_task(old[code], new[code])
    return [*changes, *_of_targets(before.targets, after.targets)]


def _by_code(tasks: Sequence[Task]) -> dict[str, Task]:
    return {task.code: task for task in tasks}


def _years(task: Task) -> str:
    return f"{task.starts}-{task.ends}"


def _of_task(old: Task, new: Task) -> Iterator[Change]:
    if (old.starts, old.ends) != (new.starts, new.ends):
        yield Change(kind="moved", name=old.code, before=_years(old), after=_years(new))
    if old.money != new.money:
        yield Change(kind="money", name=old.code, before=_money(old.money), after=_money(new.money))
    if old.deliverables != new.deliverables:
        before, after = _money(old.deliverables), _money(new.deliverables)
        yield Change(kind="deliverables", name=old.code, before=before, after=after)
    if old.body != new.body:
        yield Change(kind="body", name=old.code, before=old.body, after=new.body)


def _money(money: Mapping[str, float]) -> str:
    return "; ".join(f"{source} {amount:,.2f}" for source, amount in sorted(money.items()))


def _of_targets(before: Sequence[Target], after: Sequence[Target]) -> Iterator[Change]:
    old = {(one.indicator, one.year): one for one in before}
    new = {(one.indicator, one.year): one for one in after}
    for key in sorted({*old, *new}):
        was, is_now = (_value(one.get(key)) for one in (old, new))
        if was != is_now:
            yield Change(kind="target", name=f"{key[0]} {key[1]}", before=was, after=is_now)


def _value(target: Target | None) -> str:
    return "" if target is None else f"{target.value:g} {target.unit}"


def amendment_faults(before: TaskBook, after: Amendment) -> Iterator[Fault]:
    """Yield what keeps an amendment from being signed, beside what every task book needs."""
    if not after.reason.strip():
        yield Fault(
            "error",
            coded("pilot.amendment.no_reason", "it does not state a reason"),
            text("explain why the task book has to change"),
            rule="amendment",
            cell="reason",
        )
    if not difference(before, after):
        yield Fault(
            "error",
            coded("pilot.amendment.nothing", "it changes nothing"),
            text("change tasks or targets, or leave the task book unchanged"),
            rule="amendment",
            cell="tasks",
        )


def effect(plan: "Plan | None", before: TaskBook, after: Amendment) -> Text:
    """Say what an amendment does to the benefit of the plan.

    Both are added up from the raw tables (:mod:`urbium.plan.verify.objective`): the plan with the projects
    and start years of the task book as it stands, and as it would be; all other projects stay, but those that
    would lack a project which must be finished before them: they are counted as not built. Whether the
    budgets and people of the plan still suffice is not asked.

    Parameters
    ----------
    plan : the plan that the task book was made of; None when there is none
    before, after : the task book, and the amendment
    """
    if plan is None:
        return coded(
            "pilot.amendment.no_plan",
            "The effect on the plan benefit is unknown: the task book is not based on a plan.",
        )
    old, new = _begun(before.tasks), _begun(after.tasks)
    projects = set(plan.roadmap.projects["project"])
    strange = sorted(code for code in new if code not in projects)
    notes = [_about_strange(strange)] if strange else []
    if _shrunk(before, after):
        notes.append(
            coded(
                "pilot.amendment.money_only",
                "The effect of changing only the money for a project is not included, because the plan "
                "contains no smaller versions of projects.",
            )
        )
    if {code: year for code, year in old.items() if code in projects} == {
        code: year for code, year in new.items() if code in projects
    }:
        same = coded(
            "pilot.amendment.same",
            "The plan benefit does not change: no planned project is dropped or moved.",
        )
        return paragraph([same, *notes])
    others = {
        code: year for code, year in plan.table.select("project", "start").iter_rows() if code not in old
    }
    was, is_now = _buildable(plan, others | old), _buildable(plan, others | new)
    lost = sorted(code for code in was if code not in is_now and code in others | new)
    if lost:
        notes.insert(0, _about_lost(lost))
    return paragraph([_change(plan, _benefit(plan, is_now) - _benefit(plan, was)), *notes])


def _begun(tasks: Sequence[Task]) -> dict[str, int]:
    return {task.code: task.starts for task in tasks if task.starts is not None}


def _shrunk(before: TaskBook, after: Amendment) -> bool:
    old = {task.code: task.total for task in before.tasks}
    return any(abs(task.total - old.get(task.code, task.total)) > _LEAST for task in after.tasks)


def _about_strange(codes: Sequence[str]) -> Text:
    return coded(
        "pilot.amendment.strange",
        "{codes:list} is not a project in the plan, so its benefit is unknown.",
        "{codes:list} are not projects in the plan, so their benefit is unknown.",
        count=len(codes),
        codes=codes,
    )


def _about_lost(codes: Sequence[str]) -> Text:
    return coded(
        "pilot.amendment.lost",
        "{codes:list} would lack a project that must be finished before it, and is counted as not built.",
        "{codes:list} would lack a project that must be finished before them, and are counted as not built.",
        count=len(codes),
        codes=codes,
    )


def _buildable(plan: "Plan", start: Mapping[str, int]) -> dict[str, int]:
    """Return the projects of the plan whose hard prerequisites are finished in time, with their starts."""
    build = dict(plan.roadmap.projects.select("project", "build_years").iter_rows())
    needs: dict[str, list[tuple[str, int]]] = {}
    for project, required, lag in plan.roadmap.hard_prerequisites.select("project", "requires", "lag").rows():
        needs.setdefault(project, []).append((required, lag))
    begun = {code: year for code, year in start.items() if code in build}
    while True:
        lacking = {
            code
            for code, year in begun.items()
            for required, lag in needs.get(code, ())
            if required not in begun or begun[required] + build[required] + lag > year
        }
        if not lacking:
            return begun
        begun = {code: year for code, year in begun.items() if code not in lacking}


def _benefit(plan: "Plan", start: Mapping[str, int]) -> float:
    from urbium.plan.verify.objective import declared_training, recomputed_objective  # noqa: PLC0415

    return recomputed_objective(plan.roadmap, start, declared_training(plan.roadmap, plan.training))


def _change(plan: "Plan", change: float) -> Text:
    if abs(change) <= _LEAST:
        return coded("pilot.amendment.no_change", "The plan benefit stays the same.")
    share = plan.share_of(change)
    if share is None:
        return coded(
            "pilot.amendment.penalties",
            "The plan benefit changes by {change:+,.4g} ({unit}). Whether the budgets and the number "
            "of people are sufficient was not checked.",
            change=change,
            unit=plan.benefit_unit,
        )
    return coded(
        "pilot.amendment.change",
        "The plan benefit changes by {share:+.2%} of the plan's improvement. Whether the budgets and "
        "the number of people are sufficient was not checked.",
        share=share,
    )

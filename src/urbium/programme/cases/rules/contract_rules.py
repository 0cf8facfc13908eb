"""Rules of contracts: task books, amendments, reports and grades; what is checked, and what steps compute."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from urbium.errors import Fault, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.pilot.alarms.alarm_case import Alarm
from urbium.pilot.alarms.alarms import alarms, kept
from urbium.pilot.contracts.amendments import amended, amendment_faults, difference, effect
from urbium.pilot.contracts.grades import Grade
from urbium.pilot.contracts.grading import NO_BASE_DATA, grade_rule, graded
from urbium.pilot.contracts.reports import Report, prefilled, report_faults, year_faults
from urbium.pilot.contracts.taskbook_of_plan import planned_money, taskbook_faults, taskbook_of, terms_faults
from urbium.pilot.contracts.taskbooks import Amendment, TaskBook
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.attached_files import file_faults
from urbium.programme.cases.rules.base_data import base_data_of
from urbium.programme.cases.rules.contract_cases import (
    case_of,
    figures_of,
    others_of,
    plan_of,
    rules_of,
    sent_before,
)
from urbium.programme.cases.rules.platform_rules import condition_faults
from urbium.text import Text, coded, text

if TYPE_CHECKING:
    from urbium.plan import Plan

_IN_FORCE: Final = ("in_force", "closed")


def _fault(rule: str, place: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule=rule, cell=place)


def _parent(desk: Desk, dossier: Dossier) -> Dossier:
    above = desk.dossier(dossier.parent_kind, dossier.parent)
    if above is None:
        raise NotFoundError.named(dossier.parent_kind, dossier.parent, ())
    return above


# --- task books -----------------------------------------------------------------------------------------


def _book_can_begin(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the application was selected, and has no task book yet."""
    above = _parent(desk, dossier)
    faults = []
    if above.state != "selected" or above.content.get("is_test"):
        faults.append(
            _fault(
                "taskbook",
                "parent",
                coded("programme.taskbook.not_selected", "the application was not selected"),
                text("a task book requires a selection"),
            )
        )
    if desk.dossiers("taskbook", parent=above.code):
        faults.append(
            _fault(
                "taskbook",
                "parent",
                coded("programme.taskbook.twice", "the application already has a task book"),
                text("edit that one, or propose an amendment to it"),
            )
        )
    return faults


def _book_filled(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Make an empty task book of the adopted plan; without one it stays empty."""
    book = dossier.content_as(TaskBook)
    plan: Plan | None = None if book.tasks or book.targets else desk.workspace.adopted("plan")
    if plan is None or not dossier.city:
        return ()
    version = str(desk.workspace.adopted_number("plan"))
    names = {code: str(name) for code, name in desk.plan_reasons.solution_names(dossier.city).items()}
    book_of_plan = taskbook_of(plan, dossier.city, title=book.title, version=version, names=names)
    return [dossier.holding(book_of_plan)]


def _book_whole(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    book = dossier.content_as(TaskBook)
    return [*taskbook_faults(book, plan_of(desk, book), dossier.city), *condition_faults(desk, book)]


# --- amendments -----------------------------------------------------------------------------------------


def _is_in_force(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the task book that something belongs to is in force."""
    if _parent(desk, dossier).state == "in_force":
        return ()
    return [
        _fault(
            "taskbook",
            "parent",
            coded("programme.taskbook.not_in_force", "the task book is not in force"),
            text("wait until it is in force; a draft can be changed directly"),
        )
    ]


def _amendment_filled(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Begin with the tasks and targets of the task book, and note what is different."""
    above, amendment = _parent(desk, dossier), dossier.content_as(Amendment)
    book = above.content_as(TaskBook)
    is_new = not amendment.base
    amendment = msgspec.structs.replace(
        amendment,
        base=amendment.base or above.version,
        tasks=amendment.tasks or (book.tasks if is_new else []),
        targets=amendment.targets or (book.targets if is_new else []),
    )
    return [dossier.holding(msgspec.structs.replace(amendment, changes=difference(book, amendment)))]


def _amendment_whole(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    above, amendment = _parent(desk, dossier), dossier.content_as(Amendment)
    book = above.content_as(TaskBook)
    return [
        *_amendment_current(desk, dossier),
        *amendment_faults(book, amendment),
        *terms_faults(amended(book, amendment, "")),
    ]


def _amendment_current(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the task book is still the one that the amendment changes."""
    faults = list(_is_in_force(desk, dossier))
    if _parent(desk, dossier).version != dossier.content_as(Amendment).base:
        faults.append(
            _fault(
                "amendment",
                "base",
                coded(
                    "programme.amendment.stale",
                    "the task book has been amended since this amendment was started",
                ),
                text("start another amendment of the current task book"),
            )
        )
    return faults


def _amendment_valued(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Compute the difference, and what it does to the benefit of the plan."""
    amendment, book = dossier.content_as(Amendment), _parent(desk, dossier).content_as(TaskBook)
    sentence = effect(plan_of(desk, book), book, amendment).render()
    changed = msgspec.structs.replace(amendment, changes=difference(book, amendment), effect=sentence)
    return [dossier.holding(changed)]


def _amendment_made(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Make the new version of the task book."""
    above, amendment = _parent(desk, dossier), dossier.content_as(Amendment)
    return [above.holding(amended(above.content_as(TaskBook), amendment, amendment.effect), action="amend")]


# --- reports --------------------------------------------------------------------------------------------


def _other_years(desk: Desk, dossier: Dossier) -> list[int]:
    reports = desk.dossiers("report", parent=dossier.parent)
    return [int(one.content["year"]) for one in reports if one.code != dossier.code]


def _report_can_begin(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    book = _parent(desk, dossier).content_as(TaskBook)
    return [
        *_is_in_force(desk, dossier),
        *year_faults(dossier.content_as(Report), book, _other_years(desk, dossier)),
        *file_faults(desk, dossier),
    ]


def _report_filled(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Fill in the planned money of the year and the figures in force, where nothing was given."""
    book, report = _parent(desk, dossier).content_as(TaskBook), dossier.content_as(Report)
    plan = plan_of(desk, book)
    names = {target.indicator for target in book.targets}
    figures = figures_of(desk, dossier.city, report.year, names) if dossier.city else {}
    filled = prefilled(book, report, lambda task, year: planned_money(plan, task, year), figures)
    return [dossier.holding(filled)]


def _report_whole(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    report = dossier.content_as(Report)
    earlier = sent_before(desk, dossier.parent, report.year)
    book = _parent(desk, dossier).content_as(TaskBook)
    return list(report_faults(report, book, earlier, _other_years(desk, dossier)))


def report_alarms(desk: Desk, dossier: Dossier) -> list[Alarm]:
    """Return what is to be looked at in a report that is sent today."""
    above, report = _parent(desk, dossier), dossier.content_as(Report)
    case = case_of(
        desk,
        above,
        report,
        sent_before(desk, above.code, report.year),
        sent=desk.today(),
        others=others_of(desk),
        first=first_in_force(desk, above),
        due_year=report.year,
    )
    return alarms(case)


def _report_alarmed(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Note what is to be looked at, as it is known when the report is sent."""
    noticed = [kept(alarm) for alarm in report_alarms(desk, dossier)]
    return [dossier.holding(msgspec.structs.replace(dossier.content_as(Report), alarms=noticed))]


def _report_taken_back(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Forget what was noticed in the report as it was sent."""
    return [dossier.noting(alarms=[])]


def first_in_force(desk: Desk, book: Dossier) -> TaskBook | None:
    """Return a task book as it was first put in force; None when it was never amended since."""
    if not book.content.get("reason"):
        return None
    versions = desk.workspace.store.dossiers.history("taskbook", book.code)
    return next((one.content_as(TaskBook) for one in versions if one.state in _IN_FORCE), None)


# --- grades ---------------------------------------------------------------------------------------------


def _computed(desk: Desk, dossier: Dossier) -> Grade:
    """Return the grade as the rule computes it, with what the office wrote beside it."""
    above, given = _parent(desk, dossier), dossier.content_as(Grade)
    accepted = desk.dossiers("report", parent=above.code, state="accepted")
    book = above.content_as(TaskBook)
    base_data = base_data_of(desk, above.city) if book.conditions and above.city else NO_BASE_DATA
    grade = graded(
        rules_of(desk, dossier), book, [one.content_as(Report) for one in accepted], version=above.version,
        base_data=base_data,
    )  # fmt: skip
    return msgspec.structs.replace(grade, title=given.title, appeal=given.appeal, note=given.note)


def _gradable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that there is a rule, a task book in force, and no other grade of it."""
    above = _parent(desk, dossier)
    faults = []
    try:
        grade_rule(rules_of(desk, dossier))
    except NotFoundError as error:
        faults.append(
            Fault(
                "error",
                coded("programme.grade.no_rule", "its round has no grading rule"),
                error.remedy,
                rule="grade",
                cell="rule",
            )
        )
    if above.state not in _IN_FORCE:
        faults.append(
            _fault(
                "grade",
                "parent",
                coded("programme.grade.not_in_force", "the task book was never in force"),
                text("a pilot is accepted against its task book"),
            )
        )
    if any(one.code != dossier.code for one in desk.dossiers("grade", parent=above.code)):
        faults.append(
            _fault(
                "grade",
                "parent",
                coded("programme.grade.twice", "the task book already has a grade"),
                text("change the existing one"),
            )
        )
    return faults


def _grade_filled(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    return [dossier.holding(_computed(desk, dossier))]


def _grade_current(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that what is published is what the rule computes today."""
    faults = list(_gradable(desk, dossier))
    if not faults and _computed(desk, dossier) != dossier.content_as(Grade):
        faults.append(
            _fault(
                "grade",
                "parts",
                coded(
                    "programme.grade.stale",
                    "the task book or reports have changed since the grade was computed",
                ),
                text("change the grade to have it computed again"),
            )
        )
    return faults


TASKBOOKS: Final[tuple[Mapping[str, Any], Mapping[str, Any]]] = (
    {"create": _book_can_begin, "submit": _book_whole},
    {"create": _book_filled},
)
"""Of each kind: what is checked, and what is computed, by action."""
AMENDMENTS: Final[tuple[Mapping[str, Any], Mapping[str, Any]]] = (
    {"create": _is_in_force, "submit": _amendment_whole, "accept": _amendment_current},
    {
        "create": _amendment_filled,
        "change": _amendment_filled,
        "submit": _amendment_valued,
        "accept": _amendment_made,
    },
)
REPORTS: Final[tuple[Mapping[str, Any], Mapping[str, Any]]] = (
    {"create": _report_can_begin, "change": file_faults, "submit": _report_whole},
    {
        "create": _report_filled,
        "change": _report_filled,
        "submit": _report_alarmed,
        "take_back": _report_taken_back,
    },
)
GRADES: Final[tuple[Mapping[str, Any], Mapping[str, Any]]] = (
    {"create": _gradable, "change": _gradable, "publish": _grade_current},
    {"create": _grade_filled, "change": _grade_filled},
)

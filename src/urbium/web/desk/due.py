"""Due: what waits for somebody, as tasks with a verb and a day, and how much it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from urbium.access import ANYBODY, Actor
from urbium.periods import date_of
from urbium.pilot.calls.rounds import Round
from urbium.pilot.steps import CHANGE, Step, possible
from urbium.programme import Programme
from urbium.programme.cases.kinds import KINDS
from urbium.programme.cases.next_decision import closed_on, deciders
from urbium.programme.cases.sight import PUBLIC_ONLY, Seen
from urbium.text import Text, text, texts
from urbium.web.desk.cards import Card, beginnable, card_of, visible
from urbium.web.rendering.words import capital

_OF_CITY: Final = frozenset({"application", "review", "taskbook", "report", "grade"})
"""Kinds of which a task names the city, and not the title."""
_ACTORS: Final = 500
"""Of how many actors the number is kept."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for its reader: what it is, by when, and how it stands.

    Parameters
    ----------
    card : the dossier
    said, address : what is to be done, and where
    by : the day by which; None where none is set
    is_late : whether that day has passed
    """

    card: Card
    said: Text
    address: str
    by: date | None
    is_late: bool


def due_counter(office: Programme) -> Callable[[Actor], int]:
    """Return what says how many dossiers wait for a step of an actor, as the head of every page does.

    They are counted once for an actor until something changes in the store, or the day.
    """

    @lru_cache(_ACTORS)
    def counted(actor: Actor, _changed: datetime, _today: date) -> int:
        return len(office.casework.waiting(actor)) + len(office.reviews.unassigned(actor))

    def due(actor: Actor) -> int:
        return counted(actor, office.store.last_change(), office.settings.today()) if actor.account else 0

    return due


def tasks_of(office: Programme, actor: Actor) -> list[Task]:
    """Return what waits for an actor: what has a day first, the earliest day before."""
    today = office.settings.today()
    tasks = []
    for sight in office.casework.waiting(actor):
        card, (step, *_) = card_of(office, sight), sight.actions
        above = office.casework.title_above(sight) if card.kind.name == "review" else ""
        what = card.city if card.kind.name in _OF_CITY else ""
        said = task_words(card.kind.name, step.action, step.title, what or above or card.title)
        by = office.contracts.due_by(sight)
        tasks.append(Task(card, said, card.address, by, by is not None and by < today))
    for code, count in office.reviews.unassigned(actor).items():
        card = card_of(office, office.casework.opened(actor, "round", code))
        if office.reviews.can_assign(actor, code):
            said = texts(
                "Assign experts to {count} application for {what}",
                "Assign experts to {count} applications for {what}",
                count=count, what=card.title,
            )  # fmt: skip
            tasks.append(Task(card, said, f"/rounds/{code}/assign", None, is_late=False))
            continue
        said = texts(
            "Invite an expert: {count} application for {what} has too few, and no one is left to ask",
            "Invite an expert: {count} applications for {what} have too few, and no one is left to ask",
            count=count, what=card.title,
        )  # fmt: skip
        tasks.append(Task(card, said, "/people?role=expert#invite", None, is_late=False))
    return sorted(tasks, key=lambda one: (one.by is None, one.by or today, one.card.code))


def due_said(office: Programme, actor: Actor, sight: Seen) -> Iterator[Text]:
    """Yield by when the reader's next step is to be taken, where a day is set, or that none is left."""
    by = office.contracts.due_by(sight) if any(one.is_due for one in sight.actions) else None
    if by is not None and sight.dossier.kind == "review":
        yield text("This review must be handed in before the decision, which is due by {day:date}.", day=by)
    elif by is not None:
        yield text("Due by {day:date}.", day=by)
    of = sight.dossier
    if (of.kind, of.state, of.owner) == ("review", "withdrawn", actor.account):
        yield text("This is final. The programme office can see it, and there is nothing left for you to do.")


def awaited(office: Programme, sight: Seen) -> Iterator[Text]:
    """Yield the steps for which a dossier waits and that its reader, who sees how it stands, may not take."""
    of, allowed = sight.dossier, {one.action for one in sight.actions}
    rules = office.casework.rules_above(sight)
    for one in possible(of, rules.name if rules else "") if sight.circles != PUBLIC_ONLY else ():
        if one.is_due and one.action not in allowed and (who := deciders(of.kind, one.action)):
            yield text("Next step: {step} ({who:semicolons}).", step=one.title, who=who)


def left_to_others(office: Programme, actor: Actor, sight: Seen) -> Iterator[Text]:
    """Yield the steps that the reader's role may take, and the reader may not, with who may."""
    for one in sight.actions:
        if office.casework.may_take(actor, sight, one):
            continue
        who = office.next_decision.others_who_may(actor, sight, one)
        if not who:
            yield _left_to_nobody(sight, one)
            continue
        yield text(
            "Two people are needed: no one who prepared the case, or who can act for someone "
                "who did, can also take the step {step!r}. The step is for: {who:list}.",
            step=one.title, who=who,
        )  # fmt: skip
        if one.lets_out(sight.dossier.state):
            faults = office.casework.faults(actor, sight.dossier.kind, sight.dossier.code, one.action)
            yield (
                text("The case appears on their desk once nothing is missing.")
                if any(fault.severity != "warning" for fault in faults)
                else text("The case is on their desk now.")
            )


def _left_to_nobody(sight: Seen, one: Step) -> Text:
    """Say of a step that everybody who may take it has prepared it, and what can be done."""
    facts = {"step": one.title, "who": deciders(one.kind, one.action)}
    if any(other.action == "discard" for other in sight.actions):
        return text(
            "No one can take the step {step!r} now: it needs a second person, and everyone who may take it "
            "has prepared the case. Invite another person ({who:list}), or discard the case and start again.",
            **facts,
        )
    return text(
        "No one can take the step {step!r} now: it needs a second person, and everyone who may take it "
        "has prepared the case. Invite another person ({who:list}).",
        **facts,
    )


def lost_by_change(office: Programme, actor: Actor, sight: Seen) -> Text | str:
    """Return which step its reader could no longer take after changing a dossier, and who still could."""
    for one in sight.actions:
        if one.is_due and CHANGE in one.not_by and office.casework.may_take(actor, sight, one):
            who = office.next_decision.others_who_may(actor, sight, one)
            if who:
                return text(
                    "If you save a change, you have prepared the case, too, and can no longer take the step "
                    "{step!r}. It is then for: {who:list}.",
                    step=one.title, who=who,
                )  # fmt: skip
            return text(
                "If you save a change, you have prepared the case, too, and can no longer take the step "
                "{step!r}. No one else could take it then.",
                step=one.title,
            )
    return ""


def shut_out_said(office: Programme, sight: Seen) -> list[Text]:
    """Say of an application that was shut out of its call when that closed."""
    call = office.casework.opened(ANYBODY, "round", sight.dossier.round).dossier
    closed = closed_on(office.casework, ANYBODY, call, office.settings.zone())
    return [
        text(
            "The call closed on {day:date}, and this application was not admitted to the review: it goes no "
            "further in this call.",
            day=closed or date_of(call.content_as(Round).closes),
        )
    ]


def _tasks(what: str) -> Mapping[tuple[str, str], Text]:
    """Return what tasks say, by kind and the step that is due."""
    return {
        ("application", "complete"): text("Finish the application from {what}", what=what),
        ("application", "sign"): text("Sign the application from {what}", what=what),
        ("application", "recommend"): text("Recommend the application from {what}, or return it", what=what),
        ("application", "receive"): text("Check that the application from {what} is complete", what=what),
        ("application", "admit"): text("Admit the application from {what} to review", what=what),
        ("application", "allow"): text("Decide on the appeal by {what}", what=what),
        ("review", "accept"): text("Accept the review of {what}, or declare a conflict", what=what),
        ("review", "hand_in"): text("Review the application from {what}", what=what),
        ("round", "publish"): text("Publish the call {what}", what=what),
        ("round", "propose"): text("Propose the selection for {what}", what=what),
        ("round", "decide"): text("Decide on the selection for {what}", what=what),
        ("agreement", "sign"): text("Sign {what}", what=what),
        ("taskbook", "submit"): text("Finish the task book for {what}", what=what),
        ("taskbook", "sign"): text("Sign the task book for {what}", what=what),
        ("taskbook", "review"): text("Review the task book for {what}", what=what),
        ("taskbook", "put_in_force"): text("Bring the task book for {what} into force", what=what),
        ("report", "submit"): text("File the report for {what}", what=what),
        ("report", "review"): text("Review the report from {what}", what=what),
        ("report", "accept"): text("Accept the report from {what}", what=what),
        ("grade", "publish"): text("Publish the grade for {what}", what=what),
        ("resource", "publish"): text("Publish {what}, or return it", what=what),
        ("data_request", "approve"): text("Approve the request {what}, or refuse it", what=what),
        ("alert", "acknowledge"): text("Look at the alert {what}", what=what),
        ("feed", "accept"): text("Accept the feed {what}", what=what),
        ("submission", "accept"): text("Accept the figures {what}, or return them", what=what),
        ("circular", "release"): text("Send the letter “{what}”", what=what),
        ("city_letter", "send"): text("Send the letter “{what}”", what=what),
        ("city_letter", "acknowledge"): text("Read the letter “{what}”", what=what),
        ("city_letter", "answer"): text("Answer the letter “{what}”", what=what),
        ("comment", "close"): text("Deal with the comment on {what}", what=what),
        ("comment", "file"): text("Deal with the comment on {what}", what=what),
        ("offer", "publish"): text("Look at the offer {what}, and present it to investors", what=what),
        ("mandate", "share"): text("Finish the mandate {what}, and share it with the office", what=what),
        ("mandate", "answer"): text("Read the mandate {what}, and answer it", what=what),
        ("adoption", "adopt"): text("Adopt {what}, or refuse it", what=what),
        ("setting_change", "approve"): text("Approve the new value of “{what}”, or refuse it", what=what),
        ("account_change", "approve"): text("Approve the change {what}, or refuse it", what=what),
    }


def task_words(kind: str, action: str, title: str, what: str) -> Text:
    """Return what a task says.

    >>> task_words("application", "sign", "sign and send", "Delft"), task_words("x", "send", "send", "Delft")
    ('Sign the application from Delft', 'Send: Delft')
    """
    return _tasks(what).get((kind, action)) or text("{step}: {what}", step=capital(title), what=what)


GROUPS: Final = (
    (text("Calls and reviews"), ("round", "application", "review")),
    (
        text("Contracts and progress"),
        ("agreement", "taskbook", "amendment", "report", "grade", "lesson", "organisation", "project"),
    ),
    (text("Letters and comments"), ("circular", "city_letter", "comment")),
    (text("Investors"), ("mandate", "offer", "interest", "visit")),
    (text("Data and people"), ()),
)
"""The groups of the desk's links, with their kinds; the last one has all others."""


def groups_of(office: Programme, actor: Actor) -> list[dict[str, Any]]:
    """Return the links of the desk by group: a list with its number, and what can be begun, of each kind."""
    numbers = office.casework.counts(actor)
    shown = {kind.name: sum(numbers.get(kind.name, {}).values()) for kind in visible(actor)}
    begun = {kind.name for kind in beginnable(actor)}
    named = {name for _, names in GROUPS for name in names}
    return [
        {
            "title": title,
            "rows": [
                (KINDS[name], shown.get(name, 0), KINDS[name].verb if name in begun else None)
                for name in names or [name for name in KINDS if name not in named]
                if shown.get(name) or name in begun
            ],
        }
        for title, names in GROUPS
    ]

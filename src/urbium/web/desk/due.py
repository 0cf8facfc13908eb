"""Due: what waits for somebody, as tasks with a verb and a day, and how much it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from urbium.access import Actor
from urbium.programme import Programme
from urbium.programme.cases.kinds import KINDS
from urbium.text import Text, text, texts
from urbium.web.desk.cards import Card, beginnable, card_of, visible
from urbium.web.desk.words import task_words

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
        said = texts(
            "Assign experts to {count} application for {what}",
            "Assign experts to {count} applications for {what}",
            count=count, what=card.title,
        )  # fmt: skip
        tasks.append(Task(card, said, f"/rounds/{code}/assign", None, is_late=False))
    return sorted(tasks, key=lambda one: (one.by is None, one.by or today, one.card.code))


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

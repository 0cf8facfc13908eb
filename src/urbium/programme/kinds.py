"""Kinds: every kind of dossier of a programme is one row: what it is called, holds, hangs on, and checks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import msgspec

from urbium.errors import Fault, NotFoundError
from urbium.model.accounts import Account
from urbium.model.dossiers import Dossier, circles_of_fields
from urbium.pilot.agreements import Agreement
from urbium.pilot.applications import Application
from urbium.pilot.grades import Grade
from urbium.pilot.reports import Report
from urbium.pilot.reviews import Review
from urbium.pilot.rounds import Organisation, Round, SpecialProject
from urbium.pilot.taskbooks import TaskBook
from urbium.programme.account_rules import check_grants
from urbium.programme.desk import Desk
from urbium.text import Text, text

__all__ = ["KINDS", "Check", "Kind", "Made", "kind_named"]

Check = Callable[[Desk, Dossier], Sequence[Fault]]
"""Says what is wrong with a dossier as a step would leave it; a fault that is an error refuses the step."""
Made = Callable[[Desk, Dossier], Sequence[Dossier]]
"""Returns what else a step changes: further versions of other dossiers, stored in the same entry."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of dossier.

    Parameters
    ----------
    name, plural : what one and several are called in addresses and data
    title, titles : what one and several are called on pages
    content : the class of what it holds
    parents : the kinds it can hang on; empty when it stands for itself
    checks, made : by action, what is checked before the step is stored, and what else it changes
    """

    name: str
    plural: str
    title: Text
    titles: Text
    content: type[msgspec.Struct]
    parents: tuple[str, ...] = ()
    checks: Mapping[str, Check] = field(default_factory=lambda: MappingProxyType({}))
    made: Mapping[str, Made] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def circles(self) -> Mapping[str, str]:
        """The circle of readers of every field."""
        return _circles(self.content)


@cache
def _circles(content: type[msgspec.Struct]) -> Mapping[str, str]:
    return MappingProxyType(circles_of_fields(content))


_ROWS = (
    Kind(
        "account",
        "accounts",
        text("programme.kind.account", "account"),
        text("programme.kind.accounts", "accounts"),
        Account,
        checks=MappingProxyType({"create": check_grants, "change": check_grants}),
    ),
    Kind(
        "round",
        "rounds",
        text("programme.kind.round", "round"),
        text("programme.kind.rounds", "rounds"),
        Round,
    ),
    Kind(
        "application",
        "applications",
        text("programme.kind.application", "application"),
        text("programme.kind.applications", "applications"),
        Application,
        ("round",),
    ),
    Kind(
        "review",
        "reviews",
        text("programme.kind.review", "review"),
        text("programme.kind.reviews", "reviews"),
        Review,
        ("application",),
    ),
    Kind(
        "agreement",
        "agreements",
        text("programme.kind.agreement", "agreement"),
        text("programme.kind.agreements", "agreements"),
        Agreement,
    ),
    Kind(
        "taskbook",
        "taskbooks",
        text("programme.kind.taskbook", "task book"),
        text("programme.kind.taskbooks", "task books"),
        TaskBook,
        ("application",),
    ),
    Kind(
        "report",
        "reports",
        text("programme.kind.report", "report"),
        text("programme.kind.reports", "reports"),
        Report,
        ("taskbook",),
    ),
    Kind(
        "grade",
        "grades",
        text("programme.kind.grade", "grade"),
        text("programme.kind.grades", "grades"),
        Grade,
        ("taskbook",),
    ),
    Kind(
        "organisation",
        "organisations",
        text("programme.kind.organisation", "organisation"),
        text("programme.kind.organisations", "organisations"),
        Organisation,
    ),
    Kind(
        "project",
        "special-projects",
        text("programme.kind.project", "special project"),
        text("programme.kind.projects", "special projects"),
        SpecialProject,
        ("round",),
    ),
)

KINDS: Mapping[str, Kind] = {row.name: row for row in _ROWS}
"""Every kind by name."""


def kind_named(name: str) -> Kind:
    """Return a kind by its name or what several are called; raise NotFoundError for another."""
    for row in _ROWS:
        if name in (row.name, row.plural):
            return row
    raise NotFoundError.named(text("programme.kind.kind", "kind of dossier"), name, KINDS)

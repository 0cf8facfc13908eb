"""Next decision: what the whole programme decides next, by when, and who decides it.

It is read from the programme's own records as an actor sees them, so that who sees less is told less: results
proposed for adoption, selections, grades; results that are out of date; and the calls that are still open.
Examples decide nothing, and are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from urbium.access import ANYBODY, ROLES, Actor, allows, granted, rights
from urbium.model.dossiers import Dossier
from urbium.periods import date_of
from urbium.pilot.calls.calls import CLOSED, OPEN, decision_words
from urbium.pilot.calls.rounds import Round
from urbium.pilot.steps import DRAFT, Step
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.sight import Seen
from urbium.text import Text, text

_PROPOSED: Final = "proposed"
_NEVER_CLOSED: Final = (DRAFT, OPEN, "discarded")
_IN_USE: Final = ("active", "invited")
"""The states of the accounts of people who can act, now or once they have accepted their invitation."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided next.

    Parameters
    ----------
    said : what, who decides it, and by when or since when it waits
    kind, code : of its dossier; empty where it has none
    by : the day on which it can be decided; None where it waits already, or no day is set
    is_due : whether there is one
    """

    said: Text
    kind: str = ""
    code: str = ""
    by: date | None = None
    is_due: bool = True


class NextDecision:
    """What the programme decides next."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk, self._casework = desk, casework
        self._workspace: Workspace = desk.workspace

    def of(self, actor: Actor) -> Decision:
        """Return what is decided next, of what an actor sees: what waits already comes first."""
        coming = sorted(self._coming(actor), key=lambda one: (one.by is None, one.by or date.max))
        nothing = Decision(
            text(
                "Next decision: none is due. Examples aside, nothing is waiting to be adopted, no call is "
                "open, and no result is out of date."
            )
            if self._desk.examples()
            else text(
                "Next decision: none is due. Nothing is waiting to be adopted, no call is open, and no "
                "result is out of date."
            ),
            is_due=False,
        )
        return next(self._waiting(actor), None) or next(iter(coming), nothing)

    def others_who_may(self, actor: Actor, sight: Seen, taken: Step) -> list[str]:
        """Return who else may take a step with a dossier: people whom an actor sees, or else the roles.

        None where everybody else who has the right has prepared the step.
        """
        able = [
            one.code
            for one in self._desk.dossiers("account", state=_IN_USE)
            if one.code != actor.account
            and allows(Actor(one.code, granted(one.content["grants"])), taken.action, sight.dossier)
        ]
        others = self._casework.unprepared(able, sight, taken)
        if not others:
            return []
        seen = [one.dossier for one in self._casework.listed(actor, "account", where={"state": _IN_USE})]
        return [str(one.content.get("display") or one.code) for one in seen if one.code in others] or [
            str(role) for role in deciders(taken.kind, taken.action)
        ]

    def _waiting(self, actor: Actor) -> Iterator[Decision]:
        """Yield what could be decided today, the gravest first."""
        for sight in self._listed(actor, "adoption", _PROPOSED):
            said = text(
                'Next decision: whether to adopt "{title}", proposed on {day:date}. Who decides: a '
                "second person ({who:list}).",
                title=_title(sight), day=self._day(sight), who=deciders("adoption", "adopt"),
            )  # fmt: skip
            yield Decision(said, "adoption", sight.dossier.code)
        for sight in self._listed(actor, "round", _PROPOSED):
            said = text(
                'Next decision: the selection for "{title}", proposed on {day:date}. Who decides: a '
                "second person ({who:list}).",
                title=_title(sight), day=self._day(sight), who=deciders("round", "decide"),
            )  # fmt: skip
            yield Decision(said, "round", sight.dossier.code)
        for sight in self._listed(actor, "round", CLOSED):
            yield self._selection(sight)
        for sight in self._listed(actor, "round", OPEN):
            closes = date_of(sight.dossier.content_as(Round).closes)
            if closes is not None and closes < self._desk.today():
                yield self._selection(sight)
        for sight in self._listed(actor, "grade", _PROPOSED):
            said = text(
                'Next decision: whether to publish the grade of "{title}", proposed on {day:date}. Who '
                "decides: a second person ({who:list}).",
                title=_title(sight), day=self._day(sight), who=deciders("grade", "publish"),
            )  # fmt: skip
            yield Decision(said, "grade", sight.dossier.code)
        if self._workspace.outdated():
            yield Decision(
                text(
                    "Next decision: whether to update the results that are out of date. Who decides: "
                    "{who:list}; no date has been set.",
                    who=deciders("adoption", "adopt"),
                )
            )

    def _selection(self, sight: Seen) -> Decision:
        """Return the selection of a call, whose day is the one by which it is decided, or the call closes."""
        call = sight.dossier.content_as(Round)
        closed = closed_on(self._casework, ANYBODY, sight.dossier, self._desk.settings.zone())
        said = text(
            'Next decision: the selection for "{title}". {when} Who decides: {who:list}.',
            title=_title(sight),
            when=decision_words(call, sight.dossier.state, self._desk.today(), closed),
            who=deciders("round", "decide"),
        )
        return Decision(said, "round", sight.dossier.code, date_of(call.decision_by) or date_of(call.closes))

    def _coming(self, actor: Actor) -> Iterator[Decision]:
        """Yield what is decided once the open calls are over."""
        return (self._selection(sight) for sight in self._listed(actor, "round", OPEN))

    def _listed(self, actor: Actor, kind: str, state: str) -> list[Seen]:
        examples = self._desk.examples()
        return [
            one
            for one in self._casework.listed(actor, kind, where={"state": state})
            if examples.isdisjoint((one.dossier.round, one.dossier.code))
        ]

    def _day(self, sight: Seen) -> date:
        """Return the day on which a dossier came to be as it is, where its reader is."""
        at = sight.dossier.recorded_at
        assert at is not None  # noqa: S101 - what is stored has its instant
        return at.astimezone(self._desk.settings.zone()).date()


def _title(sight: Seen) -> str:
    return str(sight.dossier.content["title"])


def closed_on(casework: Casework, actor: Actor, round_: Dossier, zone: ZoneInfo) -> date | None:
    """Return the day on which a call was closed; None for one that is open, or never was."""
    if round_.state in _NEVER_CLOSED:
        return None
    versions = (one.dossier for one in casework.history(actor, round_.kind, round_.code))
    at = next((one.recorded_at for one in versions if one.state == CLOSED), None)
    return at and at.astimezone(zone).date()


def deciders(kind: str, action: str) -> list[Text]:
    """Return the roles that may take a step, in words.

    >>> deciders("round", "decide")
    ['programme office']
    """
    roles = dict.fromkeys(one.role for one in rights() if (one.kind, one.action) == (kind, action))
    return [ROLES[role] for role in roles]

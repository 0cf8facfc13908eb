"""Casework: what people do with dossiers: open, begin, change, and every step of their way.

Who asks is an actor; what the actor may not see is as if it were not there, and what it may not do is
refused. A step is checked first and stored whole, with everything else that it changes, in one entry of the
audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from urbium.access import Actor, allows, clauses, demand, may_ever, seen, seen_circles
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import (
    CREATE,
    Step,
    check_four_eyes,
    every_step,
    is_told_of_several,
    possible,
    public_state,
    public_word,
    step,
)
from urbium.programme.desk import Desk
from urbium.programme.kinds import KINDS, Kind, kind_named
from urbium.programme.workspace import Workspace
from urbium.text import text

__all__ = ["Casework", "Seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier as one actor sees it.

    Parameters
    ----------
    dossier : with only the fields that the actor may see
    circles : of those fields
    actions : the steps that the actor may take now
    """

    dossier: Dossier
    circles: frozenset[str]
    actions: tuple[Step, ...]


class Casework:
    """The dossiers of a programme, as actors see and change them.

    Parameters
    ----------
    workspace : the store
    desk : what checks may ask
    """

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        self._store = workspace.store.dossiers
        self._desk = desk

    # --- reading ----------------------------------------------------------------------------------------

    def listed(
        self,
        actor: Actor,
        kind: str,
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        after: str = "",
        most: int | None = None,
        as_known_on: datetime | None = None,
    ) -> list[Seen]:
        """Return the dossiers of a kind that an actor may see, sorted by code.

        Parameters
        ----------
        actor, kind : who asks for what
        where : only those whose city, province, state, round, agreement, parent or owner is this, or one of
            these
        after, most : only codes after this one, and at most so many
        as_known_on : as known on that instant instead of now
        """
        name = kind_named(kind).name
        rights = clauses(actor, name, "read")
        if not rights:
            return []
        rows = self._store.listed(name, rights, where=where, after=after, most=most, as_known_on=as_known_on)
        rules = {code: self._rules_of(code) for code in {_round_of(row) for row in rows}}
        return [self._seen(actor, row, rules[_round_of(row)]) for row in rows]

    def count(
        self, actor: Actor, kind: str, *, where: Mapping[str, str | Sequence[str]] | None = None
    ) -> dict[str, int]:
        """Return how many dossiers of a kind, of those that an actor may see, are in each state."""
        name = kind_named(kind).name
        return self._store.count(name, clauses(actor, name, "read"), where=where)

    def opened(
        self,
        actor: Actor,
        kind: str,
        code: str,
        *,
        version: int | None = None,
        as_known_on: datetime | None = None,
    ) -> Seen:
        """Return a dossier as an actor sees it; raise NotFoundError where it is not there for the actor."""
        row = kind_named(kind)
        dossier = self._store.one(row.name, code, version=version, as_known_on=as_known_on)
        if dossier is None:
            raise _absent(row, code)
        if version is not None or as_known_on is not None:
            self.opened(actor, kind, code)  # an older version opens only with the right to the newest
        sight = self._seen(actor, dossier)
        if not sight.circles or (version is not None and sight.dossier.version != version):
            raise _absent(row, code)
        return sight

    def history(self, actor: Actor, kind: str, code: str) -> list[Seen]:
        """Return every version of a dossier of which an actor may see the fields, the first one first."""
        self.opened(actor, kind, code)
        versions = self._store.history(kind_named(kind).name, code)
        sights = [sight for sight in (self._seen(actor, one) for one in versions) if sight.circles]
        return list({sight.dossier.version: sight for sight in sights}.values())

    def waiting(self, actor: Actor) -> list[Seen]:
        """Return the dossiers that wait for a step which this actor may take."""
        waiting = []
        for kind in KINDS:
            states = _states_that_wait(actor, kind)
            for sight in self.listed(actor, kind, where={"state": states}) if states else ():
                due = tuple(one for one in sight.actions if one.is_due)
                if due:
                    waiting.append(Seen(sight.dossier, sight.circles, due))
        return waiting

    # --- changing ---------------------------------------------------------------------------------------

    def begin(
        self,
        actor: Actor,
        kind: str,
        code: str,
        content: Mapping[str, Any],
        *,
        city: str = "",
        parent: str = "",
        owner: str = "",
        agreement: str = "",
        reason: str = "",
    ) -> Seen:
        """Make a dossier and return it.

        Raises
        ------
        InputError : the content is not as the kind asks, or what it belongs to is not there
        ConflictError : there is one of this code already
        ForbiddenError : this is not the actor's to do
        """
        row = kind_named(kind)
        above = self._above(actor, row, parent)
        of = city or (above.city if above else "")
        place = self._desk.city(of) if of else None
        draft = Dossier(
            kind=row.name,
            code=_checked_code(code),
            state="",
            content=_read(row, content),
            city=place.code if place else "",
            province=place.province.get("en", "") if place and place.province else "",
            round=above.code if above and above.kind == "round" else (above.round if above else ""),
            agreement=agreement or (above.agreement if above else ""),
            parent=parent,
            parent_kind=above.kind if above else "",
            owner=owner,
        )
        started = step(row.name, CREATE, self._rules(draft))
        demand(actor, CREATE, draft)
        _check_fields(started, content)
        return self._stored(actor, row, started, msgspec.structs.replace(draft, state=started.after), reason)

    def act(
        self,
        actor: Actor,
        kind: str,
        code: str,
        action: str,
        changes: Mapping[str, Any] | None = None,
        *,
        version: int,
        reason: str = "",
    ) -> Seen:
        """Take a step with a dossier and return it as it is afterwards.

        Parameters
        ----------
        actor, kind, code : who does it, with which dossier
        action : the step, as ``data/rules/steps.csv`` has it
        changes : fields with their new values; others stay
        version : the version that the actor saw
        reason : why

        Raises
        ------
        NotFoundError : the dossier is not there for the actor
        ForbiddenError : the step is not the actor's, or needs somebody else
        ConflictError : somebody else has changed it since, or its state does not allow the step
        InputError : the content, or what the step checks, is wrong; every fault is named
        """
        row = kind_named(kind)
        self.opened(actor, row.name, code)
        dossier = self._current(row, code)
        taken = step(row.name, action, self._rules(dossier))
        owners = self._store.owners_of_children(dossier)
        if may_ever(actor, action, dossier, owners):
            if version != dossier.version:
                raise _stale(dossier, version)
            if dossier.state not in taken.before:
                raise _not_now(dossier, taken, possible(dossier, self._rules(dossier)))
        demand(actor, action, dossier, owners)
        check_four_eyes(taken, actor.account, self._store.history(row.name, code))
        _check_fields(taken, changes or {})
        changed = msgspec.structs.replace(
            dossier,
            content=_read(row, {**dossier.content, **(changes or {})}),
            state=taken.after or dossier.state,
        )
        return self._stored(actor, row, taken, changed, reason)

    def _stored(self, actor: Actor, row: Kind, taken: Step, dossier: Dossier, reason: str) -> Seen:
        """Check a dossier as a step leaves it, and store it with what else the step changes."""
        dossier = msgspec.structs.replace(dossier, action=taken.action, recorded_by=actor.account)
        check = row.checks.get(taken.action)
        faults = check(self._desk, dossier) if check else ()
        if any(fault.severity == "error" for fault in faults):
            raise InputError(
                text(
                    "programme.casework.refused",
                    "this step is not possible yet: {action}",
                    action=taken.title,
                ),
                place=f"{dossier.kind} {dossier.code}",
                remedy=text("programme.casework.refused.remedy", "mend what is listed, and try again"),
                faults=faults,
            )
        made = row.made.get(taken.action)
        more = {(one.kind, one.code): one for one in (made(self._desk, dossier) if made else ())}
        dossier = more.pop((dossier.kind, dossier.code), dossier)
        stored = self._store.record(
            [dossier, *more.values()],
            by=actor.account,
            what=f"{dossier.kind}: {taken.action}",
            reason=reason or taken.title,
        )
        return self._seen(actor, stored[0])

    # --- what things belong to --------------------------------------------------------------------------

    def _seen(self, actor: Actor, dossier: Dossier, rules: str | None = None) -> Seen:
        owners = (
            self._store.owners_of_children(dossier) if _asks_for_children(actor, dossier) else frozenset()
        )
        circles = seen_circles(actor, dossier, owners)
        content = seen(dossier.content, KINDS[dossier.kind].circles, circles)
        actions = tuple(
            one
            for one in possible(dossier, self._rules(dossier) if rules is None else rules)
            if allows(actor, one.action, dossier, owners)
        )
        sight = msgspec.structs.replace(dossier, content=content)
        if circles != {"open"}:
            return Seen(sight, circles, actions)
        return Seen(_for_the_public(self._first_told(sight)), circles, actions)

    def _first_told(self, dossier: Dossier) -> Dossier:
        """Return the version in which the public was first told what it is told of a dossier now.

        Work that the public is not told of (a selection that is proposed, and reconsidered) makes versions;
        neither their number nor their time may tell that it is going on.
        """
        if not is_told_of_several(dossier.kind, dossier.state):
            return dossier
        told = public_state(dossier.kind, dossier.state)
        first = dossier
        for version in reversed(self._store.history(dossier.kind, dossier.code)):
            if version.version >= first.version:
                continue
            if public_word(version.kind, version.state) != public_word(dossier.kind, told):
                break
            first = version
        return msgspec.structs.replace(dossier, version=first.version, recorded_at=first.recorded_at)

    def _rules(self, dossier: Dossier) -> str:
        """Return the set of rules that a dossier follows."""
        if dossier.kind == "round":
            return str(dossier.content.get("rules", ""))
        return self._rules_of(dossier.round)

    def _rules_of(self, code: str) -> str:
        """Return the set of rules of a round; of what belongs to none, that which all sets share."""
        stored = self._store.one("round", code) if code else None
        return "" if stored is None else str(stored.content.get("rules", ""))

    def _above(self, actor: Actor, row: Kind, parent: str) -> Dossier | None:
        """Return the dossier that a new one hangs on; raise InputError when it must name one."""
        if not row.parents:
            return None
        for kind in row.parents:
            dossier = self._store.one(kind, parent)
            if dossier is not None and self._seen(actor, dossier).circles:
                return dossier
        raise InputError(
            text(
                "programme.casework.no_parent", "{parent!r} is nothing that it can belong to", parent=parent
            ),
            place=row.name,
            remedy=text(
                "programme.casework.no_parent.remedy", "name one of: {kinds}", kinds=", ".join(row.parents)
            ),
        )

    def _current(self, row: Kind, code: str) -> Dossier:
        dossier = self._store.one(row.name, code)
        if dossier is None:
            raise _absent(row, code)
        return dossier


def _for_the_public(dossier: Dossier) -> Dossier:
    """Return a dossier without who worked on it, in a state that tells no more than the public is told."""
    return msgspec.structs.replace(
        dossier, owner="", recorded_by="", action="", state=public_state(dossier.kind, dossier.state)
    )


def _round_of(dossier: Dossier) -> str:
    return dossier.code if dossier.kind == "round" else dossier.round


def _states_that_wait(actor: Actor, kind: str) -> list[str]:
    """Return the states of a kind in which some set of rules has a step that waits for the actor."""
    due = (
        one for one in every_step() if one.kind == kind and one.is_due and clauses(actor, kind, one.action)
    )
    return sorted(frozenset[str]().union(*(one.before for one in due)))


def _asks_for_children(actor: Actor, dossier: Dossier) -> bool:
    return any(clause.place == "assigned" for clause in clauses(actor, dossier.kind, "read"))


def _read(row: Kind, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content as its class has it; raise InputError for what is wrong or unknown."""
    unknown = sorted(set(content) - set(row.circles))
    if unknown:
        raise InputError(
            text("programme.casework.unknown_field", "there is no field {name!r}", name=unknown[0]),
            place=row.name,
            remedy=text(
                "programme.casework.unknown_field.remedy",
                "choose one of: {names}",
                names=", ".join(sorted(row.circles)),
            ),
        )
    try:
        read = msgspec.convert(dict(content), row.content)
    except msgspec.ValidationError as error:
        raise InputError(
            text("programme.casework.wrong_content", "the content cannot be read: {error}", error=str(error)),
            place=row.name,
            remedy=text("programme.casework.wrong_content.remedy", "correct the field that is named"),
        ) from None
    return dict(msgspec.to_builtins(read))


def _check_fields(taken: Step, changes: Mapping[str, Any]) -> None:
    """Raise ForbiddenError for a field that the step may not set."""
    others = sorted(set(changes) - taken.fields)
    if others:
        raise ForbiddenError(
            text(
                "programme.casework.other_field", "this step does not set the field {name!r}", name=others[0]
            ),
            place=taken.kind,
            remedy=text(
                "programme.casework.other_field.remedy",
                "leave it out; the step {action!r} sets: {names}",
                action=taken.action,
                names=", ".join(sorted(taken.fields)) or text("programme.casework.no_field", "none"),
            ),
        )


_LONGEST_CODE = 80


def _checked_code(code: str) -> str:
    is_plain = code and len(code) <= _LONGEST_CODE and all(c.isalnum() or c in "-_." for c in code)
    if not is_plain:
        raise InputError(
            text("programme.casework.code", "{name!r} cannot be a code", name=code),
            remedy=text(
                "programme.casework.code.remedy", "use letters, digits, hyphens and dots, at most 80"
            ),
        )
    return code


def _absent(row: Kind, code: str) -> NotFoundError:
    return NotFoundError(
        text(
            "programme.casework.absent",
            "there is no {kind} {name!r} that you may see",
            kind=row.title,
            name=code,
        ),
        remedy=text(
            "programme.casework.absent.remedy", "check the code, or sign in as somebody who may see it"
        ),
    )


def _stale(dossier: Dossier, version: int) -> ConflictError:
    return ConflictError(
        text(
            "programme.casework.stale",
            "somebody else has changed it: it is of version {version} now, and you saw version {old}",
            version=dossier.version,
            old=version,
        ),
        place=f"{dossier.kind} {dossier.code}",
        remedy=text(
            "programme.casework.stale.remedy",
            "open it again; nothing of yours was stored, and nothing is lost",
        ),
    )


def _not_now(dossier: Dossier, taken: Step, others: Sequence[Step]) -> ConflictError:
    return ConflictError(
        text(
            "programme.casework.not_now", "its state does not allow this step: {action}", action=taken.title
        ),
        place=f"{dossier.kind} {dossier.code}",
        remedy=text(
            "programme.casework.not_now.remedy",
            "possible now: {steps}",
            steps=", ".join(one.title for one in others)
            or text("programme.casework.nothing", "nothing more"),
        ),
    )

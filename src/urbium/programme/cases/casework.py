"""Casework: what people do with dossiers: open, begin, change, and every step of their way.

Who asks is an actor; what the actor may not see is as if it were not there, and what it may not do is
refused. A step is checked first and stored whole, with everything else that it changes, in one entry of the
audit log.
"""

import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec

from urbium.access import Actor, allows, clauses, demand, may_ever, seen, seen_circles
from urbium.errors import Fault, InputError, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.pilot.calls.rulesets import RuleSet, rules_of_round
from urbium.pilot.steps import CHANGE, CREATE, Step, every_step, possible, step
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.belonging import check_belonging
from urbium.programme.cases.checks import (
    absent,
    answer_in,
    check_fields,
    not_now,
    read_content,
    refused,
    rules_in,
    stale,
    unexplained,
)
from urbium.programme.cases.codes import checked_code
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.four_eyes import check_begun, check_four_eyes, prepared, preparing
from urbium.programme.cases.kinds import KINDS, Kind, kind_named
from urbium.programme.cases.letters import Letters
from urbium.programme.cases.rules.application_rules import refused_by_round
from urbium.programme.cases.sight import (
    PUBLIC_ONLY,
    Seen,
    as_stored,
    as_told,
    asks_for_children,
    counted,
    for_the_public,
    names_in,
    narrowed,
    several,
    told,
    visible,
    waited,
    without_hidden,
)
from urbium.text import coded, text

_ENDS_WAYS_IN = frozenset({"close", "reopen"})
"""Steps with an account after which its sessions, tokens and invitations are no more."""
_POINTERS = ("round", "agreement", "parent", "owner")
P = ParamSpec("P")
T = TypeVar("T")


def _at_one_instant(
    method: Callable[Concatenate["Casework", P], T],
) -> Callable[Concatenate["Casework", P], T]:
    """Let a method read all that it asks for as the programme is at one instant."""

    @wraps(method)
    def steady(casework: "Casework", /, *args: P.args, **kwargs: P.kwargs) -> T:
        with casework.at_one_instant():
            return method(casework, *args, **kwargs)

    return steady


class Casework:
    """Rounds, applications, reviews, agreements and all other dossiers, as actors see and change them.

    Attributes
    ----------
    letters : writes to people about what happens
    """

    def __init__(self, workspace: Workspace, desk: Desk) -> None:
        self._store, self._accounts = workspace.store.dossiers, workspace.store.accounts
        self.at_one_instant = workspace.store.at_one_instant
        self._workspace = workspace
        self._desk = desk
        self._together = workspace.store.together
        self.letters = Letters(desk)

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
        where : only those whose city, province, state, round, agreement, parent (with ``parent_kind``, where
            it is known) or owner is this, or one of these
        after, most : only codes after this one, and at most so many
        as_known_on : as known on that instant instead of now
        """
        row = kind_named(kind)
        granted = clauses(actor, row.name, "read")
        if not granted:
            return []
        asked = narrowed(self._store, actor, row, where or {})
        states = asked.pop("state", None)
        if states is not None:
            asked["state"] = as_stored(row.name, states)
        sights: list[Seen] = []
        while True:
            rows = self._store.listed(
                row.name, granted, where=asked, after=after, most=most, as_known_on=as_known_on
            )
            looks = self._looks(actor, rows, as_known_on=as_known_on)
            sights += [one for one in looks if states is None or one.dossier.state in several(states)]
            if most is None or len(rows) < most or len(sights) >= most:
                return sights[:most]
            after = rows[-1].code

    def count(
        self,
        actor: Actor,
        kind: str,
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        as_known_on: datetime | None = None,
    ) -> dict[str, int]:
        """Return how many dossiers of a kind, of those that an actor may see, are in each state."""
        row = kind_named(kind)
        if as_known_on is not None:
            sights = self.listed(actor, kind, where=where, as_known_on=as_known_on)
            return dict(sorted(Counter(one.dossier.state for one in sights).items()))
        conditions = narrowed(self._store, actor, row, where or {})
        return counted(self._store, actor, [row.name], conditions).get(row.name, {})

    def counts(self, actor: Actor) -> dict[str, dict[str, int]]:
        """Return how many dossiers are in each state, by kind, of all that an actor may see."""
        return counted(self._store, actor, KINDS, {})

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
        newest = self._store.one(row.name, code)
        if newest is None or not seen_circles(actor, newest, self._owners(actor, newest)):
            raise absent(row, code)  # as soon where it is hidden as where it is absent
        (sight,) = self._looks(actor, [newest])
        if version is None and as_known_on is None:
            return sight
        # an older version opens only with the right to the newest
        if version is not None and sight.circles == PUBLIC_ONLY:
            looks = [one for one in self.history(actor, kind, code) if one.dossier.version == version]
        else:
            past = self._store.one(row.name, code, version=version, as_known_on=as_known_on)
            looks = [] if past is None else self._looks(actor, [past])
        if not looks or not looks[0].circles:
            raise absent(row, code)
        return looks[0]

    def history(self, actor: Actor, kind: str, code: str) -> list[Seen]:
        """Return every version of a dossier of which an actor may see the fields, the first one first."""
        newest = self.opened(actor, kind, code)
        versions = self._store.history(kind_named(kind).name, code)
        if newest.circles == PUBLIC_ONLY:
            named = {name: getattr(newest.dossier, name) for name in (*_POINTERS, "parent_kind")}
            return [
                Seen(msgspec.structs.replace(one, **named), PUBLIC_ONLY, ()) for one in told(actor, versions)
            ]
        shown = visible(self._store, actor, [name for one in versions for name in names_in(one).values()])
        sights = (self._seen(actor, one, shown=shown) for one in versions)
        return [sight for sight in sights if sight.circles]

    def reasons(self, actor: Actor, sight: Seen) -> dict[int, str]:
        """Return what people gave as their reasons for steps with a dossier, by version.

        Whoever reads the log of changes reads them all; whoever is to take a step because somebody else has
        prepared it, or may change it because it came back, reads why that was done.
        """
        of = sight.dossier
        steps = [one for one in every_step() if one.kind == of.kind]
        titles = [str(one.title) for one in steps]
        reasons = {
            version: why
            for version, why in self._store.reasons(of.kind, of.code).items()
            if why not in titles and not why.startswith(tuple(f"{title} (" for title in titles))
        }  # without those for whom the title of the step stands, and who took it by command
        if not reasons or clauses(actor, "audit", "read"):
            return reasons
        before = [one for taken in sight.actions for one in prepared(self._store, taken, of)]
        awaited = {one.version for one in before if (one.kind, one.code) == (of.kind, of.code)}
        came_by = [one.fields for one in steps if one.action == of.action != CREATE]
        if came_by and not any(came_by) and any(one.action == CHANGE for one in sight.actions):
            awaited.add(of.version)  # a step with fields says in them what it asks for
        return {version: why for version, why in reasons.items() if version in awaited}

    @_at_one_instant
    def waiting(self, actor: Actor) -> list[Seen]:
        """Return the dossiers that wait for a step which this actor may take, four eyes included.

        What somebody else is still writing does not wait yet.
        """
        waiting = []
        for kind, states in waited(self._store, actor).items():
            for sight in self.listed(actor, kind, where={"state": states}):
                due = tuple(one for one in sight.actions if one.is_due and self._is_ready(actor, sight, one))
                if due:
                    waiting.append(Seen(sight.dossier, sight.circles, due))
        return waiting

    def title_above(self, sight: Seen) -> str:
        """Return the title of what a dossier hangs on; empty where its reader may not see that."""
        of = sight.dossier  # names no parent that is hidden
        above = self._store.one(of.parent_kind, of.parent) if of.parent else None
        return "" if above is None else str(above.content.get("title", ""))

    def rules_above(self, sight: Seen) -> RuleSet | None:
        """Return what the round of a dossier asks for, where it is shown and its set of rules is there."""
        code = sight.dossier.round  # empty where the round is hidden
        above = self._store.one("round", code) if code else None
        if above is None:
            return None
        try:
            return rules_of_round(above.content)
        except (InputError, NotFoundError):
            return None

    def may_take(self, actor: Actor, sight: Seen, taken: Step) -> bool:
        """Say whether four eyes let an actor take a step that its rights allow."""
        return bool(self.unprepared([actor.account], sight, taken))

    def unprepared(self, accounts: Iterable[str], sight: Seen, taken: Step) -> frozenset[str]:
        """Return the accounts that four eyes let take a step: none of their people prepared it."""
        versions = prepared(self._store, taken, sight.dossier)
        return frozenset(one for one in accounts if preparing(self._store, one, versions) is None)

    def _is_ready(self, actor: Actor, sight: Seen, taken: Step) -> bool:
        """Say whether an actor may take a step, and the draft that it lets out, if any, lacks nothing."""
        of = sight.dossier
        if not self.may_take(actor, sight, taken):
            return False
        faults = self.faults(actor, of.kind, of.code, taken.action) if taken.lets_out(of.state) else []
        return all(fault.severity == "warning" for fault in faults)

    # --- changing ---------------------------------------------------------------------------------------

    @_at_one_instant
    def begin(
        self,
        actor: Actor,
        kind: str,
        code: str,
        content: Mapping[str, Any],
        *,
        city: str = "",
        parent: str = "",
        parent_kind: str = "",
        owner: str = "",
        agreement: str = "",
        reason: str = "",
    ) -> Seen:
        """Make a dossier and return it; ``parent_kind`` says what its parent is, where it can be several.

        Raises
        ------
        InputError : the content is not as the kind asks, or what it belongs to is not there
        ConflictError : there is one of this code already
        ForbiddenError : this is not the actor's to do
        """
        row = kind_named(kind)
        is_own = any(one.place == "own" for one in clauses(actor, row.name, CREATE))
        owner = owner or (actor.account if is_own else "")
        above = self._above(actor, row, parent, parent_kind)
        of = city or (above.city if above else "")
        place = self._desk.city(of) if of else None
        draft = Dossier(
            kind=row.name,
            code=checked_code(code),
            state="",
            content=read_content(row, content),
            city=place.code if place else "",
            province=place.province.get("en", "") if place and place.province else "",
            round=above.code if above and above.kind == "round" else (above.round if above else ""),
            agreement=agreement or (above.agreement if above else ""),
            parent=parent,
            parent_kind=above.kind if above else "",
            owner=owner,
        )
        check_belonging(self._store, self._desk, actor, draft, above)
        started = step(row.name, CREATE, self._rules(draft))
        demand(actor, CREATE, draft)
        check_fields(started, content)
        return self._stored(actor, row, started, msgspec.structs.replace(draft, state=started.after), reason)

    @_at_one_instant
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
                raise stale(dossier, version)
            if dossier.state not in taken.before:
                raise not_now(dossier, taken, possible(dossier, self._rules(dossier)))
        demand(actor, action, dossier, owners)
        check_four_eyes(self._store, taken, actor.account, dossier)
        if self._workspace.store.aside:  # by command, anybody can act as any account
            check_begun(self._store, taken, actor.account)
        check_fields(taken, changes or {})
        changed = msgspec.structs.replace(
            dossier,
            content=read_content(row, {**dossier.content, **(changes or {})}),
            state=taken.after or dossier.state,
        )
        return self._stored(actor, row, taken, changed, reason or answer_in(taken, changes or {}))

    @_at_one_instant
    def faults(
        self, actor: Actor, kind: str, code: str, action: str, changes: Mapping[str, Any] | None = None
    ) -> list[Fault]:
        """Return what :meth:`act` would refuse a step with changes for, and what is noted of it."""
        row = kind_named(kind)
        self.opened(actor, row.name, code)
        dossier = self._current(row, code)
        taken = step(row.name, action, self._rules(dossier))
        demand(actor, action, dossier, self._store.owners_of_children(dossier))
        try:
            content = read_content(row, {**dossier.content, **(changes or {})})
        except InputError as error:
            return list(error.faults)
        check = row.checks.get(taken.action)
        state = taken.after or dossier.state
        changed = msgspec.structs.replace(
            dossier, content=content, state=state, action=action, recorded_by=actor.account
        )
        return list(check(self._desk, changed)) if check else []

    def _stored(self, actor: Actor, row: Kind, taken: Step, dossier: Dossier, reason: str) -> Seen:
        """Check a dossier as a step leaves it, and store it with what else the step changes."""
        dossier = msgspec.structs.replace(dossier, action=taken.action, recorded_by=actor.account)
        check = row.checks.get(taken.action)
        faults = check(self._desk, dossier) if check else ()
        if any(fault.severity == "error" for fault in faults):
            raise refused(dossier, taken, faults)
        if not reason and any(fault.severity == "warning" for fault in faults):
            raise unexplained(dossier, taken, faults)
        made = row.made.get(taken.action)
        more = {(one.kind, one.code): one for one in (made(self._desk, dossier) if made else ())}
        dossier = more.pop((dossier.kind, dossier.code), dossier)
        with self._together():
            stored = self._store.record(
                [dossier, *more.values()],
                by=actor.account,
                what=f"{dossier.kind}: {taken.action}",
                reason=reason or taken.title,
            )
            if taken.action in row.then:
                row.then[taken.action](self._desk, stored[0])
            self.letters.of_steps(stored, self._rules(stored[0]), now=time.time_ns() // 1000)
            for one in stored:
                if one.kind == "account" and one.action in _ENDS_WAYS_IN:
                    self._accounts.end_all(one.code, by=actor.account, reason=f"account: {one.action}")
        with self.at_one_instant():
            return self._seen(actor, stored[0])

    # --- what things belong to --------------------------------------------------------------------------

    def _seen(
        self,
        actor: Actor,
        dossier: Dossier,
        rounds: Mapping[str, Dossier | None] | None = None,
        shown: Container[tuple[str, str]] | None = None,
    ) -> Seen:
        """Return a dossier as an actor sees it, its versions counted as they are stored.

        ``rounds`` and ``shown`` are asked for where they are not given: its round by code, what may be named.
        """
        owners = self._owners(actor, dossier)
        circles = seen_circles(actor, dossier, owners)
        if not circles:
            return Seen(msgspec.structs.replace(dossier, content={}), circles, ())
        content = seen(dossier.content, KINDS[dossier.kind].circles, circles)
        round_ = self._round(dossier.round) if rounds is None else rounds[dossier.round]
        steps = possible(dossier, rules_in(dossier if dossier.kind == "round" else round_))
        allowed = [one for one in steps if allows(actor, one.action, dossier, owners)]
        refused_now = refused_by_round(dossier, round_, self._desk.today()) if allowed else frozenset()
        actions = tuple(one for one in allowed if one.action not in refused_now)
        if shown is None:
            shown = visible(self._store, actor, names_in(dossier).values())
        sight = without_hidden(msgspec.structs.replace(dossier, content=content), shown)
        return Seen(for_the_public(sight) if circles == PUBLIC_ONLY else sight, circles, actions)

    def _owners(self, actor: Actor, dossier: Dossier) -> Mapping[str, str]:
        return self._store.owners_of_children(dossier) if asks_for_children(actor, dossier) else {}

    def _looks(
        self, actor: Actor, rows: Sequence[Dossier], *, as_known_on: datetime | None = None
    ) -> list[Seen]:
        """Return dossiers of one kind as an actor sees them; what is asked once for all is asked once.

        Of the past, those that the actor may not see any more are left out.
        """
        if not rows:
            return []
        if as_known_on is not None:
            kept = visible(self._store, actor, [(row.kind, row.code) for row in rows])
            rows = [row for row in rows if (row.kind, row.code) in kept]
        rounds = {code: self._round(code) for code in {row.round for row in rows}}
        shown = visible(self._store, actor, [name for row in rows for name in names_in(row).values()])
        sights = [self._seen(actor, row, rounds, shown) for row in rows]
        openly = [one.dossier.code for one in sights if one.circles == PUBLIC_ONLY]
        histories = self._store.histories(rows[0].kind, openly) if openly else {}
        return [
            replace(one, dossier=as_told(actor, one.dossier, row, histories[row.code]))
            if one.circles == PUBLIC_ONLY
            else one
            for one, row in zip(sights, rows, strict=True)
        ]

    def _rules(self, dossier: Dossier) -> str:
        """Return the set of rules that a dossier follows."""
        return rules_in(dossier if dossier.kind == "round" else self._round(dossier.round))

    def _round(self, code: str) -> Dossier | None:
        return self._store.one("round", code) if code else None

    def _above(self, actor: Actor, row: Kind, parent: str, parent_kind: str) -> Dossier | None:
        """Return the dossier that a new one hangs on; raise InputError when it must name one."""
        if not row.parents or (row.is_loose and not parent):
            return None
        for kind in [one for one in row.parents if parent_kind in ("", one)]:
            dossier = self._store.one(kind, parent)
            if dossier is not None and self._seen(actor, dossier).circles:
                return dossier
        raise InputError(
            coded("programme.casework.no_parent", "this cannot belong to {parent!r}", parent=parent),
            place=row.name,
            remedy=text("name one of: {kinds}", kinds=", ".join(row.parents)),
            field="parent",
        )

    def _current(self, row: Kind, code: str) -> Dossier:
        dossier = self._store.one(row.name, code)
        if dossier is None:
            raise absent(row, code)
        return dossier

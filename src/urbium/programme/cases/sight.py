"""Sight: what one actor sees of dossiers: which fields, which names of others, and how many versions.

What belongs to a hidden dossier is not named by one that is seen, and no filter finds by what is not shown.
Who sees only what everybody sees is told of the changes that everybody sees: versions are counted anew, so
that neither a number nor a day betrays a step or a remark of the office. See ADR 0070.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import msgspec

from urbium.access import Actor, clauses, seen, seen_circles
from urbium.model.dossiers import Dossier
from urbium.pilot.calls.calls import standing_words
from urbium.pilot.calls.rounds import Round
from urbium.pilot.steps import Step, every_step, public_state, states_of
from urbium.pilot.steps import state as words_of
from urbium.programme.cases.kinds import KINDS, Kind
from urbium.store import DossierStore
from urbium.text import Text

PUBLIC_ONLY = frozenset({"open"})
"""The circles of somebody who sees what everybody sees."""

_Name = tuple[str, str]


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

    @property
    def mark(self) -> str:
        """What tells this look at the dossier from every other: the public's versions are counted apart."""
        return f"{'open-' if self.circles == PUBLIC_ONLY else ''}{self.dossier.version}"


def for_the_public(dossier: Dossier) -> Dossier:
    """Return a dossier without who worked on it, in a state that tells no more than the public is told."""
    return msgspec.structs.replace(
        dossier, owner="", recorded_by="", action="", state=public_state(dossier.kind, dossier.state)
    )


def stands(dossier: Dossier, circles: Container[str], day: date) -> Text | str:
    """Return how a dossier stands on a day, in the words that a reader of circles is told."""
    words = words_of(dossier.kind, dossier.state)
    said = words.public if circles == PUBLIC_ONLY and words.public else words.title
    if dossier.kind != "round":
        return said
    return standing_words(dossier.content_as(Round), dossier.state, day) or said


def told(actor: Actor, versions: Iterable[Dossier]) -> list[Dossier]:
    """Return the versions that look different to somebody who sees what everybody sees, counted from 1.

    Each is as it became known: of versions in a row that look the same, the first. What was not to be seen
    for a while, and is again, is a new version.
    """
    shown: list[Dossier] = []
    was_away = True
    for version in versions:
        if not seen_circles(actor, version):
            was_away = True
            continue
        content = seen(version.content, KINDS[version.kind].circles, PUBLIC_ONLY)
        public = for_the_public(msgspec.structs.replace(version, content=content))
        if was_away or (shown[-1].content, shown[-1].state) != (public.content, public.state):
            shown.append(msgspec.structs.replace(public, version=len(shown) + 1))
        was_away = False
    return shown


def as_told(actor: Actor, look: Dossier, stored: Dossier, versions: Sequence[Dossier]) -> Dossier:
    """Return a dossier with the number and the day of the change that everybody saw last."""
    shown = told(actor, [one for one in versions if one.version <= stored.version])
    return msgspec.structs.replace(look, version=shown[-1].version, recorded_at=shown[-1].recorded_at)


def asks_for_children(actor: Actor, dossier: Dossier) -> bool:
    """Say whether what an actor sees of a dossier depends on who owns its children."""
    return any(clause.place in ("assigned", "accepted") for clause in clauses(actor, dossier.kind, "read"))


def counted(
    store: DossierStore, actor: Actor, kinds: Iterable[str], where: Mapping[str, str | Sequence[str]]
) -> dict[str, dict[str, int]]:
    """Return how many dossiers of some kinds are in each state, as the actor is told the states, by kind."""
    rights = {kind: clauses(actor, kind, "read") for kind in kinds}
    near = {kind: [one for one in some if one.circles != PUBLIC_ONLY] for kind, some in rights.items()}
    elsewhere = {name: value for name, value in where.items() if name != "state"}
    closely = store.counts(near, where=elsewhere)
    every = store.counts(rights, where=elsewhere)
    return {
        kind: _as_told(kind, closely.get(kind, {}), numbers, where.get("state"))
        for kind, numbers in every.items()
    }


def _as_told(
    kind: str, closely: Mapping[str, int], every: Mapping[str, int], wanted: str | Sequence[str] | None
) -> dict[str, int]:
    """Return numbers by state: of what is seen closely its own, of the others the one the public is told."""
    numbers = dict(closely)
    for state, number in every.items():
        rest = number - closely.get(state, 0)
        if rest:
            public = public_state(kind, state)
            numbers[public] = numbers.get(public, 0) + rest
    states = list(numbers) if wanted is None else several(wanted)
    return {state: number for state, number in sorted(numbers.items()) if state in states}


def several(value: str | Sequence[str]) -> list[str]:
    """Return the values that a filter asks for."""
    return [value] if isinstance(value, str) else list(value)


def as_stored(kind: str, state: str | Sequence[str]) -> list[str]:
    """Return every state of a kind that somebody may be told as one of these."""
    wanted = several(state)
    return sorted(name for name in states_of(kind) if name in wanted or public_state(kind, name) in wanted)


def visible(store: DossierStore, actor: Actor, names: Iterable[_Name]) -> set[_Name]:
    """Return those of the dossiers named, as kind and code, that an actor may see."""
    codes: dict[str, set[str]] = {}
    for kind, code in names:
        codes.setdefault(kind, set()).add(code)
    found: set[_Name] = set()
    for kind, wanted in codes.items():
        rights = clauses(actor, kind, "read")
        if any(one.place == "all" and not one.states for one in rights):
            found |= {(kind, code) for code in wanted}
        elif rights:
            found |= {(kind, code) for code in store.codes(kind, rights, wanted)}
    return found | {("account", actor.account)}


def names_in(dossier: Dossier) -> dict[str, _Name]:
    """Return kind and code of what a dossier belongs to, by pointer, where it belongs to something."""
    named = {
        "round": ("round", dossier.round),
        "agreement": ("agreement", dossier.agreement),
        "parent": (dossier.parent_kind, dossier.parent),
        "owner": ("account", dossier.owner),
    }
    return {pointer: name for pointer, name in named.items() if name[1]}


def without_hidden(dossier: Dossier, shown: Container[_Name]) -> Dossier:
    """Return a dossier that names none of what it belongs to but what is shown."""
    hidden = {pointer: "" for pointer, name in names_in(dossier).items() if name not in shown}
    if "parent" in hidden:
        hidden["parent_kind"] = ""
    return msgspec.structs.replace(dossier, **hidden)


def narrowed(
    store: DossierStore, actor: Actor, row: Kind, where: Mapping[str, str | Sequence[str]]
) -> dict[str, str | Sequence[str]]:
    """Return a filter that asks by no name of a dossier that the actor may not see."""
    parents = several(where["parent_kind"]) if "parent_kind" in where else row.parents
    kinds = {"round": ("round",), "agreement": ("agreement",), "parent": parents, "owner": ("account",)}
    asked = [
        (kind, code)
        for name, value in where.items()
        for kind in kinds.get(name, ())
        for code in several(value)
    ]
    shown = visible(store, actor, asked) if asked else set()
    return {
        name: [code for code in several(value) if any((kind, code) in shown for kind in kinds[name])]
        if name in kinds
        else value
        for name, value in where.items()
    }


def states_that_wait(actor: Actor, kind: str) -> list[str]:
    """Return the states of a kind in which some set of rules has a step that waits for the actor."""
    due = (
        one for one in every_step() if one.kind == kind and one.is_due and clauses(actor, kind, one.action)
    )
    return sorted(frozenset[str]().union(*(one.before for one in due)))


def waited(store: DossierStore, actor: Actor) -> dict[str, list[str]]:
    """Return the states that wait for an actor, of the kinds of which something is in one of them."""
    wait = {kind: states for kind in KINDS if (states := states_that_wait(actor, kind))}
    stored = {kind: as_stored(kind, states) for kind, states in wait.items()}
    granted = {kind: rights for kind in wait if (rights := clauses(actor, kind, "read"))}
    if not granted:
        return {}
    numbers = store.counts(granted, where={"state": sorted({*chain(*stored.values())})})
    return {kind: wait[kind] for kind in granted if not numbers.get(kind, {}).keys().isdisjoint(stored[kind])}

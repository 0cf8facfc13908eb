"""Access: who may do what with which dossier, and which of its fields they see.

One table, ``data/rules/rights.csv``, is the whole policy: a row lets a role do an action to dossiers of a
kind where its scope says, in the states named, and names the circles of fields that it opens. Nothing is
allowed that no row allows. The same row is a condition of a list (``store`` writes it as SQL) and the check
of one dossier, so a list never shows what a page refuses.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from urbium.errors import ForbiddenError
from urbium.model.dossiers import CIRCLES, Dossier
from urbium.packaged import words_of
from urbium.text import coded, text

_ENTITY: Final = "entity"
_RIGHTS = Path(__file__).parent / "data" / "rules" / "rights.csv"


class Role(StrEnum):
    """What somebody is in a programme."""

    PUBLIC = "public"
    OFFICE = "office"
    PROVINCE = "province"
    OFFICER = "officer"
    SIGNATORY = "signatory"
    EXPERT = "expert"
    PARTNER = "partner"
    AUDITOR = "auditor"


ROLES: Final = {role: words_of("Role")[role] for role in Role}
"""What the roles are called."""

SCOPES: Final[Mapping[str, str]] = {
    Role.PROVINCE: "province",
    Role.OFFICER: "city",
    Role.SIGNATORY: "city",
    Role.PARTNER: "agreement",
}
"""Where each role that does not hold everywhere holds."""

PLACES: Final = ("all", "province", "city", "round", "agreement", "own", "assigned", "accepted")
"""Where a right holds: everywhere, in the part that a grant names (province, city, round, agreement), in
dossiers that the actor owns, and in those that have a child, not withdrawn, which the actor owns, or owns and
has accepted."""
ASKED: Final = "assigned"
"""The state of a child that its owner has not accepted yet."""
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody has, and where: ``scope`` is a place of :data:`PLACES` and ``code`` names it.

    ``types`` narrow it to entities of these types, by their full names; it opens nothing else then.
    """

    role: Role
    scope: str = "all"
    code: str = ""
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account (empty for somebody who has not signed in) and the roles it has.

    ``token`` is the digest of the token by which a program acts for it; empty for the person.
    """

    account: str = ""
    grants: tuple[Grant, ...] = ()
    token: str = field(default="", compare=False)

    @property
    def roles(self) -> frozenset[Role]:
        """Every role of the actor; everybody is the public, too."""
        return frozenset({Role.PUBLIC, *(grant.role for grant in self.grants)})


ANYBODY: Final = Actor()
"""Somebody who has not signed in."""


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the policy.

    Parameters
    ----------
    role, kind, action : who may do what to which dossiers
    where : a place of :data:`PLACES`
    states : in which states; empty for all
    circles : whose fields are seen; for reading only
    """

    role: Role
    kind: str
    action: str
    where: str
    states: frozenset[str]
    circles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Clause:
    """What a dossier must be for an action.

    Parameters
    ----------
    states : it is in one of these; empty for any
    place, value : this place of :data:`PLACES` is this; ``all`` asks for nothing
    circles : whose fields are seen then
    types : it is an entity of these types alone, by their full names; empty for any
    """

    states: frozenset[str]
    place: str
    value: str
    circles: frozenset[str]
    types: frozenset[str] = frozenset()

    def holds(self, dossier: Dossier, assigned: Mapping[str, str] = _NOBODY) -> bool:
        """Say whether a dossier is as the clause asks; ``assigned``: the states of its children, by owner."""
        if self.states and dossier.state not in self.states:
            return False
        match self.place:
            case "all":
                return True
            case "own":
                return dossier.owner == self.value
            case "assigned":
                return self.value in assigned
            case "accepted":
                return assigned.get(self.value, ASKED) != ASKED
            case _:
                return _place(dossier, self.place) == self.value


def _place(dossier: Dossier, place: str) -> str:
    """Return the code of the place of a dossier; an agreement lies in itself, and a round does."""
    return dossier.code if dossier.kind == place else str(getattr(dossier, place))


@cache
def rights(path: Path = _RIGHTS) -> tuple[Right, ...]:
    """Return the rows of the policy; raise ValueError for a role, place or circle that does not exist."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = tuple(_right(row) for row in csv.DictReader(lines))
    wrong = [row for row in rows if row.where not in PLACES or not row.circles <= set(CIRCLES)]
    if wrong:
        message = f"rights.csv: {wrong[0]} names a place or circle that does not exist"
        raise ValueError(message)
    return rows


def _right(row: Mapping[str, str]) -> Right:
    return Right(
        Role(row["role"]),
        row["kind"],
        row["action"],
        row["where"],
        frozenset(row["states"].split()),
        frozenset(row["circles"].split()),
    )


@lru_cache(maxsize=1 << 12)
def clauses(actor: Actor, kind: str, action: str) -> tuple[Clause, ...]:
    """Return the alternatives under which an actor may do an action; none when it may never.

    >>> clauses(Actor("ann", (Grant(Role.OFFICER, "city", "340100"),)), "application", "complete")[0].value
    '340100'
    """
    return tuple(
        dict.fromkeys(
            Clause(right.states, place, value, right.circles, types)
            for right in rights()
            if right.kind == kind and right.action == action
            for place, value, types in _places(actor, right)
        )
    )


def _places(actor: Actor, right: Right) -> Iterable[tuple[str, str, frozenset[str]]]:
    """Yield where a right holds for each grant of the actor that carries it: a place, which one, which types.

    A right that holds everywhere holds, for a grant of a narrower scope, in that scope alone.
    """
    if right.role is Role.PUBLIC:
        yield from [("all", "", frozenset[str]())] if right.where == "all" else []
        return
    for grant in actor.grants:
        if grant.role is not right.role or (grant.types and right.kind != _ENTITY):
            continue
        if right.where == "all":
            yield (grant.scope, grant.code, grant.types)
        elif right.where in ("own", "assigned", "accepted"):
            is_whole = grant.scope in ("all", SCOPES.get(grant.role))  # a narrower one opens that scope alone
            yield from [(right.where, actor.account, grant.types)] if actor.account and is_whole else []
        elif grant.scope == right.where and grant.code:
            yield (right.where, grant.code, grant.types)


def granted(rows: Iterable[Mapping[str, Any]]) -> tuple[Grant, ...]:
    """Return the grants that the content of an account or of a token lists; what is left out narrows nothing.

    >>> granted([{"role": "office"}])[0].scope
    'all'
    """
    return tuple(
        Grant(
            Role(row["role"]), row.get("scope", "all"), row.get("code", ""), frozenset(row.get("types", ()))
        )
        for row in rows
    )


def covers(wide: Grant, narrow: Grant) -> bool:
    """Say whether who has one grant may act by another: the same role, everywhere or at the same place.

    A grant that is narrowed to types covers those that are narrowed to some of them.

    >>> covers(Grant(Role.OFFICE), Grant(Role.OFFICE, "city", "0503"))
    True
    """
    is_there = wide.scope == "all" or (wide.scope, wide.code) == (narrow.scope, narrow.code)
    has_types = not wide.types or (bool(narrow.types) and narrow.types <= wide.types)
    return wide.role is narrow.role and is_there and has_types


def allows(actor: Actor, action: str, dossier: Dossier, assigned: Mapping[str, str] = _NOBODY) -> bool:
    """Say whether an actor may do an action to a dossier as it is, given who was ``assigned`` to it."""
    return any(clause.holds(dossier, assigned) for clause in clauses(actor, dossier.kind, action))


def may_ever(actor: Actor, action: str, dossier: Dossier, assigned: Mapping[str, str] = _NOBODY) -> bool:
    """Say whether an actor may do an action to a dossier in some state of it."""
    return any(
        replace(clause, states=frozenset()).holds(dossier, assigned)
        for clause in clauses(actor, dossier.kind, action)
    )


def demand(actor: Actor, action: str, dossier: Dossier, assigned: Mapping[str, str] = _NOBODY) -> None:
    """Raise ForbiddenError unless an actor may do an action to a dossier."""
    if not allows(actor, action, dossier, assigned):
        raise ForbiddenError(
            coded("access.forbidden", "you may not do this: {action}", action=action),
            remedy=text("sign in as someone who may do this, or ask the programme office"),
        )


def seen_circles(actor: Actor, dossier: Dossier, assigned: Mapping[str, str] = _NOBODY) -> frozenset[str]:
    """Return the circles of fields that an actor sees of a dossier; none when it may not read it."""
    return frozenset[str]().union(
        *(one.circles for one in clauses(actor, dossier.kind, "read") if one.holds(dossier, assigned))
    )


def seen(content: Mapping[str, Any], fields: Mapping[str, str], circles: Iterable[str]) -> dict[str, Any]:
    """Return the fields of a content that belong to the circles; ``fields`` gives the circle of each."""
    opened = set(circles)
    return {name: value for name, value in content.items() if fields[name] in opened}

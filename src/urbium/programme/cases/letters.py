"""Letters: who is written to about what, and that it is written with what it tells of.

``data/rules/letters.csv`` is the whole list: a row names a letter, the step after which it is written, and
its receivers: roles (those of them that may read the dossier), the ``owner`` (of kinds whose ``create`` is
``own`` in ``rights.csv``, and of a review), whoever may take the ``next``
step that is due, or could take the one that was due ``last``, or the account ``itself``. Of several rows the
first that reaches a person counts, so nobody gets two letters of one step; who took the step gets none, nor
does who has no address. What a letter says is made as it is sent (:mod:`urbium.programme.people.outbox`).
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from urbium.access import Actor, allows, granted
from urbium.model.dossiers import Dossier
from urbium.packaged import packaged_rows, words_of
from urbium.pilot.steps import possible, steps
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.four_eyes import prepared, preparing
from urbium.store import DossierStore, Letter
from urbium.text import Text

INVITE, LOCK, REMIND, WEEK = "invite", "lock", "remind", "week"
"""What happens that is no step of a dossier, and a letter tells of."""
_ACCOUNT: Final = "account"
_EVERY: Final = "*"
_LAST: Final = ("last",)

LETTERS: Final[Mapping[str, Text]] = words_of("letter")
"""What the letters are called in lists."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list: a letter, after which step of which kind (``*``: any), and to whom."""

    letter: str
    kind: str
    action: str
    to: tuple[str, ...]

    def is_of(self, kind: str, action: str) -> bool:
        """Say whether the letter is written after a step."""
        return self.kind in (kind, _EVERY) and self.action in (action, _EVERY)


@cache
def letter_rows() -> tuple[Row, ...]:
    """Return the list of letters, in its order."""
    return tuple(
        Row(row["letter"], row["kind"], row["action"], tuple(row["to"].split()))
        for row in packaged_rows("rules/letters")
    )


class Letters:
    """Writes the letters of steps into the outbox."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.workspace.store

    def of_steps(self, stored: Sequence[Dossier], rules: str, *, now: int) -> None:
        """Write the letters of steps as they are stored; called within their change, they are part of it.

        An account that a change of it leaves invited is invited: its address was approved with it.

        Parameters
        ----------
        stored : the dossiers as the steps left them, with who took each
        rules : the set of rules that they follow
        now : the present in microseconds since 1970
        """
        moved = [one for one in stored if _moves(one, rules)]
        people = self._people() if moved else []
        letters = [
            Letter(_fresh(now), row.letter, account.code, one.kind, one.code, now, _about(row, one))
            for one in moved
            for row, account in _receivers(self._store.dossiers, one, people, rules)
        ]
        self._store.letters.add(letters)
        for one in stored[1:]:
            if (one.kind, one.state) == (_ACCOUNT, "invited"):
                self.to_itself(INVITE, one, now=now)

    def are_sent(self) -> bool:
        """Say whether a server of e-mail is named, by which letters go out."""
        return bool(self._desk.settings().mail)

    def to_itself(
        self,
        action: str,
        account: Dossier,
        *,
        now: int,
        once: str = "",
        about: Mapping[str, Any] = MappingProxyType({}),
    ) -> int:
        """Write to an account what happened to it, if it has an address; return how many letters.

        ``once`` names what is told once.
        """
        if not account.content["email"]:
            return 0
        (row,) = (row for row in letter_rows() if (row.kind, row.action) == (_ACCOUNT, action))
        id_ = _named(row.letter, account.code, once) if once else _fresh(now)
        letter = Letter(id_, row.letter, account.code, _ACCOUNT, account.code, now, about)
        return self._store.letters.add([letter])

    def remind(self, dossier: Dossier, about: Mapping[str, Any], *, once: str, now: int) -> int:
        """Write reminders of what is due of a dossier; return how many. Nobody gets one of ``once`` twice."""
        letters = [
            Letter(
                _named(row.letter, account.code, dossier.code, once),
                row.letter,
                account.code,
                dossier.kind,
                dossier.code,
                now,
                about,
            )
            for account in self._people()
            for row in letter_rows()
            if (row.kind, row.action) == (dossier.kind, REMIND)
            and any(_reads(account, role, dossier) for role in row.to)
        ]
        return self._store.letters.add(letters)

    def _people(self) -> list[Dossier]:
        """Return the accounts in use that have an address."""
        return [one for one in self._desk.dossiers(_ACCOUNT, state="active") if one.content["email"]]


def _moves(dossier: Dossier, rules: str) -> bool:
    """Say whether the step that a dossier is stored by has led it to another state."""
    taken = steps(rules).get((dossier.kind, dossier.action))
    return dossier.kind != _ACCOUNT and taken is not None and bool(taken.after)


def _receivers(
    store: DossierStore, dossier: Dossier, people: Sequence[Dossier], rules: str
) -> Iterator[tuple[Row, Dossier]]:
    """Yield who gets a letter of a step, and which one."""
    rows = [row for row in letter_rows() if row.is_of(dossier.kind, dossier.action)]
    is_next = _takers(store, dossier, rules)
    is_last = next((_takers(store, _before(store, dossier), rules) for row in rows if row.to == _LAST), None)

    for account in people:
        if account.code == dossier.recorded_by:
            continue
        for row in rows:
            if row.to == ("next",):
                reaches = is_next(account)
            elif row.to == _LAST:
                reaches = is_last is not None and is_last(account)
            elif row.to == ("owner",):
                reaches = account.code == dossier.owner
            else:
                reaches = any(_reads(account, role, dossier) for role in row.to)
            if reaches:
                yield row, account
                break


def _takers(store: DossierStore, dossier: Dossier, rules: str) -> Callable[[Dossier], bool]:
    """Return what says of an account whether it may take a step for which a dossier waits."""
    due = [one for one in possible(dossier, rules) if one.is_due]
    versions = {one.action: prepared(store, one, dossier) for one in due}
    owners = store.owners_of_children(dossier)

    def may_take(account: Dossier) -> bool:
        actor = _actor(account)
        return any(
            allows(actor, one.action, dossier, owners)
            and preparing(store, account.code, versions[one.action]) is None
            for one in due
        )

    return may_take


def _before(store: DossierStore, dossier: Dossier) -> Dossier:
    """Return a dossier as it was before its last step; as it is where that was the first."""
    return store.one(dossier.kind, dossier.code, version=dossier.version - 1) or dossier


def _about(row: Row, dossier: Dossier) -> Mapping[str, Any]:
    """Return what a letter keeps of a dossier that its receiver can read no more: what it is called."""
    return {"title": str(dossier.content.get("title", ""))} if row.to == _LAST else {}


def _actor(account: Dossier) -> Actor:
    return Actor(account.code, granted(account.content["grants"]))


def _reads(account: Dossier, role: str, dossier: Dossier) -> bool:
    """Say whether an account may read a dossier in a role that it has there, and not as everybody may."""
    itself = {dossier.kind: dossier.code}
    there = tuple(
        one
        for one in _actor(account).grants
        if one.role == role and one.code in ("", getattr(dossier, one.scope, ""), itself.get(one.scope, ""))
    )
    return bool(there) and allows(Actor(account.code, there), "read", dossier)


def _fresh(now: int) -> str:
    return f"{now:015x}{secrets.token_hex(8)}"


def _named(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:31]

"""Letters as they are stored: an outbox that says whom a letter is for and what it is about, and no more.

What a letter says, and where it goes, is asked at the moment it is sent, so that it tells nothing that its
receiver may no longer see, and the store holds no secret that it carries. A sender that dies while it sends
leaves a letter of which nobody knows whether it went out; it is sent again, under the same Message-ID.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from urbium.store.audit_log import canonical
from urbium.store.database import Database
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.queues.leases import WAITING, Leases
from urbium.store.schema import TABLES

_LETTER = TABLES.tables["letter"]
SENDING, SENT, DROPPED, FAILED = "sending", "sent", "dropped", "failed"
PUSH: Final = "push"
"""What goes to a machine and not to a person: a new version of data."""
_KEPT: Final = 400 * 24 * 3600 * 1_000_000
"""Longer than the year for which nobody is reminded of the same thing twice."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the outbox.

    Parameters
    ----------
    id : its name; a letter of a name that is there already is not written again
    what : which letter it is
    account : whom it is for
    kind, code : the dossier that it is about
    about : what of the dossier
    state : waiting, sending, sent, dropped or failed
    made, changed : when it was written, and when it last changed
    due : the instant before which it is not tried; while it is being sent, the end of the lease
    worker, attempts : who sends it, and how often it was tried
    failure : why it was not sent
    """

    id: str
    what: str
    account: str
    kind: str
    code: str
    made: int
    about: Mapping[str, Any] = field(default_factory=dict)
    state: str = WAITING
    changed: int = 0
    due: int = 0
    worker: str = ""
    attempts: int = 0
    failure: str = ""


class LetterStore(StorePart):
    """The outbox of a store."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._leases = Leases(database, "letter", busy=SENDING, lost=FAILED, order="due")

    def add(self, letters: Iterable[Letter]) -> int:
        """Write letters that are not there yet and return how many; those of over 400 days ago are dropped.

        Within a change it is part of it: the letters are written with what they tell of, or not at all.
        """
        fresh = {letter.id: letter for letter in letters}
        if not fresh:
            return 0
        with self._database.writing() as connection:
            there = set(connection.scalars(sa.select(_LETTER.c.id).where(_LETTER.c.id.in_(list(fresh)))))
            rows = [_row(letter) for id_, letter in fresh.items() if id_ not in there]
            oldest = min(letter.made for letter in fresh.values()) - _KEPT
            connection.execute(_LETTER.delete().where(_LETTER.c.made < oldest))
            query.add_rows(connection, "letter", rows)
        return len(rows)

    def listed(self, account: str | None, *, most: int = 200) -> list[Letter]:
        """Return the newest letters to an account (None: to all), the newest first."""
        statement = sa.select(_LETTER).order_by(_LETTER.c.made.desc(), _LETTER.c.id).limit(most)
        if account is not None:
            statement = statement.where(_LETTER.c.account == account)
        with self._database.reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return [_letter(row) for row in rows]

    def count(self, account: str | None) -> dict[str, int]:
        """Return how many letters to an account (None: to all) are in each state."""
        statement = sa.select(_LETTER.c.state, sa.func.count()).group_by(_LETTER.c.state)
        if account is not None:
            statement = statement.where(_LETTER.c.account == account)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(statement.order_by(_LETTER.c.state))}

    # --- what a sender does -----------------------------------------------------------------------------

    def lease(self, worker: str, *, now: int, until: int, pushes: bool = False) -> Letter | None:
        """Give the oldest letter that is due, or whose sender is lost, to a sender; None when there is none.

        A letter that was tried so often that it has failed is not given; ``pushes``: of those to machines.
        """
        rows = self._leases.take(
            worker, now=now, until=until, where=_LETTER.c.what == PUSH if pushes else _LETTER.c.what != PUSH,
            noted={"changed": now}, noted_lost={"changed": now},
        )  # fmt: skip
        return _letter(rows[0]) if rows else None

    def end(self, letter: Letter, state: str, *, now: int, failure: str = "") -> bool:
        """Note that a letter was sent, dropped or has failed; False, and nothing is noted, if it is lost."""
        return self._leases.note(
            letter.id, letter.worker, state=state, due=0, failure=failure, worker="", changed=now
        )

    def put_off(self, letter: Letter, *, now: int, failure: str) -> bool:
        """Note why a letter was not sent, and try it later: after 1, 4, 16 ... minutes, at most 12 hours.

        The last attempt ends it as failed. False, and nothing is noted, where the letter is lost.
        """
        if self._leases.is_last(letter.attempts):
            return self.end(letter, FAILED, now=now, failure=failure)
        return self._leases.put_off(
            letter.id, letter.worker, letter.attempts, now=now, failure=failure, changed=now
        )

    def retry(self, *, now: int) -> int:
        """Let every letter that has failed be tried once more from the beginning; return how many."""
        return self._leases.retry(sa.true(), now=now, changed=now)


def _row(letter: Letter) -> dict[str, Any]:
    fields = {name: getattr(letter, name) for name in Letter.__slots__}
    return fields | {"about": canonical(dict(letter.about)), "changed": letter.made}


def _letter(row: Mapping[Any, Any]) -> Letter:
    return Letter(**dict(row) | {"about": json.loads(row["about"])})

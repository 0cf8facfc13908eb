"""Answers that were given: a request repeated with its key is answered as the first time (ADR 0067).

The change and the note of its answer are stored in one transaction, so that a process killed in between
leaves neither, and the request may simply be sent again. Of two that come at once the second waits for the
writer's turn and finds the first one's answer. What was refused changed nothing and is not kept.
"""

import json
from collections.abc import Callable
from typing import Final, NamedTuple

import sqlalchemy as sa

from urbium.errors import InputError
from urbium.store.audit_log import canonical, sha256
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import TABLES
from urbium.text import coded
from urbium.text import text as sentence

_ANSWERED = TABLES.tables["answered"]
KEPT: Final = 24 * 3600 * 1_000_000
"""Microseconds for which an answer is kept."""


class Answer(NamedTuple):
    """What was answered: the status, the headers that matter, and the body as it was sent."""

    status: int
    headers: dict[str, str]
    body: str


class AnswerStore(StorePart):
    """The answers of a store."""

    def once(
        self, account: str, key: str, request: object, change: Callable[[], Answer], *, now: int
    ) -> Answer:
        """Make a change and keep its answer; or return the answer that this account's key had before.

        Parameters
        ----------
        account, key : whose key it is
        request : what is asked for, as JSON can hold it
        change : makes the change; when it raises, nothing is stored
        now : the present in microseconds since 1970; answers older than 24 hours are forgotten

        Raises InputError when the key was used for another request.
        """
        digest = sha256(canonical(request))
        earlier = self._earlier(account, key, digest, now)
        if earlier is not None:
            return earlier
        with self._database.together():
            earlier = self._earlier(account, key, digest, now)  # somebody may have been faster
            if earlier is not None:
                return earlier
            answer = change()
            row = {
                "account": account,
                "key": key,
                "at": now,
                "request": digest,
                "status": answer.status,
                "answer": canonical({"headers": answer.headers, "body": answer.body}),
            }
            with self._database.writing() as connection:
                connection.execute(_ANSWERED.delete().where(_ANSWERED.c.at <= now - KEPT))
                query.add_rows(connection, "answered", [row])
        return answer

    def _earlier(self, account: str, key: str, digest: str, now: int) -> Answer | None:
        statement = sa.select(_ANSWERED).where(
            _ANSWERED.c.account == account, _ANSWERED.c.key == key, _ANSWERED.c.at > now - KEPT
        )
        with self._database.reading() as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        if row.request != digest:
            raise InputError(
                coded("store.answer.other_request", "this key was used for another request"),
                place="Idempotency-Key",
                remedy=sentence("give every request its own key"),
            )
        kept = json.loads(row.answer)
        return Answer(row.status, kept["headers"], kept["body"])

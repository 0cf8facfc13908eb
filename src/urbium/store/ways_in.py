"""Ways in: whether passwords, one-time codes and tickets are those of which the audit log tells.

What is found: a password that was replaced behind the back of the log, a session or token that nobody was
given, one that was given to somebody else or lasts longer, one that was ended and is there again, and a lock
that was taken off. That a session was ended by deleting its row is not found: its owner signs in again.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from urbium.errors import Fault
from urbium.store.accounts import UNSEALED, Credential, credential_digest, ticket_digest
from urbium.store.audit_log import Entry
from urbium.store.schema import TABLES
from urbium.text import Text, coded, text

_CREDENTIAL, _TICKET, _DOSSIER = (TABLES.tables[name] for name in ("credential", "ticket", "dossier"))
_RULE = "ways in"


def ways_in_faults(connection: sa.Connection, entries: Iterable[Entry]) -> Iterator[Fault]:
    """Yield what of the ways into accounts differs from what the entries of the log say."""
    said = _said(entries)
    yield from _credential_faults(connection, said)
    yield from _ticket_faults(connection, said)


class _Said:
    """What the log says: the newest digest of credentials and lock by account, tickets given and ended."""

    def __init__(self) -> None:
        self.credentials: dict[str, str] = {}
        self.locks: dict[str, int] = {}
        self.given: dict[str, tuple[str, dict[str, Any]]] = {}
        self.ended: set[str] = set()
        self.now = 0


def _said(entries: Iterable[Entry]) -> _Said:
    said = _Said()
    for entry in entries:
        said.now = max(said.now, entry.at)
        if '"account":' not in entry.after:
            continue
        after = json.loads(entry.after)
        account = after.get("account")
        if "credential" in after:
            said.credentials[account] = after["credential"]
            said.locks.pop(account, None)
        if "locked_until" in after:
            said.locks[account] = after["locked_until"]
        if "ticket" in after:
            said.given[after["ticket"]["sha256"]] = account, after["ticket"]
            said.ended.discard(after["ticket"]["sha256"])
        said.ended.update(after.get("ended", ()))
    return said


def _credential_faults(connection: sa.Connection, said: _Said) -> Iterator[Fault]:
    rows = connection.execute(
        sa.select(_DOSSIER.c.code, _CREDENTIAL).join(_DOSSIER, _DOSSIER.c.id == _CREDENTIAL.c.account_id)
    ).mappings()
    stored = {row["code"]: Credential(**{name: row[name] for name in Credential.__slots__}) for row in rows}
    for account in sorted(said.credentials.keys() | stored.keys()):
        credential = stored.get(account, Credential())
        if said.credentials.get(account) != credential_digest(credential):
            yield _fault(
                account,
                coded(
                    "store.ways_in.credential", "the password or the secret for one-time codes was replaced"
                ),
            )
        lock = said.locks.get(account, 0)
        if lock > said.now and credential.locked_until != lock:
            yield _fault(account, coded("store.ways_in.lock", "the lock after failed attempts was removed"))


def _ticket_faults(connection: sa.Connection, said: _Said) -> Iterator[Fault]:
    rows = connection.execute(
        sa.select(_TICKET, _DOSSIER.c.code)
        .join(_DOSSIER, _DOSSIER.c.id == _TICKET.c.account_id)
        .where(_TICKET.c.kind.not_in(UNSEALED))
        .order_by(_TICKET.c.digest)
    )
    for row in rows:
        account, given = said.given.get(row.digest, ("", {}))
        is_as_given = (
            account == row.code
            and given["says"] == ticket_digest(row.kind, row.made, json.loads(row.content))
            and row.expires <= given["until"]
        )
        if not is_as_given or row.digest in said.ended:
            yield _fault(
                row.code,
                coded(
                    "store.ways_in.ticket",
                    "the log does not show that anyone was given this {kind}",
                    kind=row.kind,
                ),
            )


def _fault(account: str, message: Text) -> Fault:
    return Fault(
        "error",
        message,
        text("close the account, and find out who can write to the store"),
        rule=_RULE,
        cell=account,
    )

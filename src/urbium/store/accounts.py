"""What proves who somebody is: passwords, one-time codes, and the tickets of sessions, tokens, invitations.

These change and pass; they are no history. A ticket is kept by the sha256 of its secret, so that a copy of
the store opens nothing. That an account was given a password, and by whom, stands in the audit log; the
password does not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from urbium.store import audit_log, query
from urbium.store.audit_log import canonical
from urbium.store.database import Database
from urbium.store.schema import TABLES

__all__ = ["AccountStore", "Credential", "Ticket"]

_CREDENTIAL, _TICKET, _DOSSIER = (TABLES.tables[name] for name in ("credential", "ticket", "dossier"))
_ACCOUNT = "account"
_TICKETS = sa.select(_TICKET, _DOSSIER.c.code).join(_DOSSIER, _DOSSIER.c.id == _TICKET.c.account_id)
_BY_DIGEST = _TICKETS.where(_TICKET.c.digest == sa.bindparam("digest"))


@dataclass(frozen=True, slots=True)
class Credential:
    """What an account proves itself by, and how often that failed; instants are microseconds since 1970.

    Parameters
    ----------
    password : argon2id with its salt and settings; empty when there is none
    totp : the secret of one-time codes; empty when there is none
    totp_step : the last step a code was used of
    failures : how often it failed since it last succeeded
    locked_until : the instant up to which nothing is tried
    """

    password: str = ""
    totp: str = ""
    totp_step: int = 0
    failures: int = 0
    locked_until: int = 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """What lets its bearer in: a session, a token or an invitation; instants are microseconds since 1970."""

    kind: str
    account: str
    made: int
    expires: int
    used: int
    content: Mapping[str, Any]


class AccountStore:
    """Credentials and tickets of the accounts of a store.

    Parameters
    ----------
    database : the open database of the store
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def credential(self, account: str) -> Credential | None:
        """Return the credential of an account; None when it has none, or there is no such account."""
        columns = [column for column in _CREDENTIAL.c if column.name != "account_id"]
        statement = sa.select(*columns).join(_DOSSIER, _DOSSIER.c.id == _CREDENTIAL.c.account_id)
        with self._database.reading() as connection:
            row = connection.execute(statement.where(*_named(account))).mappings().one_or_none()
        return None if row is None else Credential(**row)

    def set_credential(
        self, account: str, credential: Credential, *, by: str = "", what: str = "", reason: str = ""
    ) -> None:
        """Store the credential of an account; where ``what`` says so, the audit log does, without secrets."""
        fields = {name: getattr(credential, name) for name in Credential.__slots__}
        with self._database.writing() as connection:
            number = connection.scalars(sa.select(_DOSSIER.c.id).where(*_named(account))).one()
            if what:
                audit_log.demand(by=by, what=what, reason=reason)
                audit_log.append(
                    connection, who=by, what=what, why=reason, before={}, after={"account": account}
                )
            updated = connection.execute(
                _CREDENTIAL.update().where(_CREDENTIAL.c.account_id == number).values(fields)
            )
            if not updated.rowcount:
                query.add_rows(connection, "credential", [{"account_id": number, **fields}])

    def count_failure(self, account: str, *, most: int, locked_until: int) -> None:
        """Count one more failure, and lock the account when there are ``most``; nothing else is touched.

        It is counted in the store itself: of many guesses at once each counts, and none brings back a
        password or one-time code that was replaced meanwhile.
        """
        count = _CREDENTIAL.c.failures + 1
        fields = {
            "failures": sa.case((count >= most, 0), else_=count),
            "locked_until": sa.case((count >= most, locked_until), else_=0),
        }
        self._update(account, fields)

    def forget_failures(self, account: str) -> None:
        """Count failures from none again."""
        self._update(account, {"failures": 0, "locked_until": 0})

    def renew_password(self, account: str, before: str, password: str) -> None:
        """Store the same password in newer settings, unless it was replaced meanwhile."""
        self._update(account, {"password": password}, _CREDENTIAL.c.password == before)

    def _update(self, account: str, fields: Mapping[str, Any], *conditions: sa.ColumnElement[bool]) -> None:
        number = sa.select(_DOSSIER.c.id).where(*_named(account)).scalar_subquery()
        with self._database.writing() as connection:
            connection.execute(
                _CREDENTIAL.update().where(_CREDENTIAL.c.account_id == number, *conditions).values(**fields)
            )

    def use_step(self, account: str, step: int) -> bool:
        """Note that the one-time code of a step was used; False when it, or a later one, was used before."""
        with self._database.writing() as connection:
            number = connection.scalars(sa.select(_DOSSIER.c.id).where(*_named(account))).one()
            updated = connection.execute(
                _CREDENTIAL.update()
                .where(_CREDENTIAL.c.account_id == number, _CREDENTIAL.c.totp_step < step)
                .values(totp_step=step)
            )
            return bool(updated.rowcount)

    def add_ticket(self, digest: str, ticket: Ticket, *, what: str = "", reason: str = "") -> None:
        """Keep a ticket by the sha256 of its secret; tickets that have expired are dropped.

        Where ``what`` says so, the audit log says that its account has it, and why, without its secret.
        """
        with self._database.writing() as connection:
            if what:
                audit_log.demand(by=ticket.account, what=what, reason=reason)
                after = {"account": ticket.account}
                audit_log.append(
                    connection, who=ticket.account, what=what, why=reason, before={}, after=after
                )
            number = connection.scalars(sa.select(_DOSSIER.c.id).where(*_named(ticket.account))).one()
            connection.execute(_TICKET.delete().where(_TICKET.c.expires < ticket.made))
            row = {
                "digest": digest,
                "kind": ticket.kind,
                "account_id": number,
                "made": ticket.made,
                "expires": ticket.expires,
                "used": ticket.used,
                "content": canonical(dict(ticket.content)),
            }
            query.add_rows(connection, "ticket", [row])

    def ticket(self, digest: str, *kinds: str) -> Ticket | None:
        """Return a ticket of one of some kinds by the sha256 of its secret; None when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_BY_DIGEST, {"digest": digest}).one_or_none()
        return None if row is None or row.kind not in kinds else _ticket(row)

    def tickets(self, account: str, kind: str) -> dict[str, Ticket]:
        """Return the tickets of an account by the sha256 of their secrets, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                _TICKETS.where(*_named(account), _TICKET.c.kind == kind).order_by(_TICKET.c.made)
            ).all()
        return {row.digest: _ticket(row) for row in rows}

    def touch(self, digest: str, *, used: int, expires: int) -> None:
        """Note when a ticket was last used and when it now expires."""
        with self._database.writing() as connection:
            connection.execute(
                _TICKET.update().where(_TICKET.c.digest == digest).values(used=used, expires=expires)
            )

    def set_content(self, digest: str, content: Mapping[str, Any]) -> None:
        """Replace what a ticket says."""
        with self._database.writing() as connection:
            connection.execute(
                _TICKET.update().where(_TICKET.c.digest == digest).values(content=canonical(dict(content)))
            )

    def drop(self, *digests: str) -> int:
        """Drop tickets and return how many there were: of two who use one at once, one succeeds."""
        with self._database.writing() as connection:
            return connection.execute(_TICKET.delete().where(_TICKET.c.digest.in_(digests))).rowcount

    def drop_of(self, kind: str, feed: str) -> int:
        """Drop every ticket of a kind that is for a feed, whoever gave it; return how many there were."""
        with self._database.writing() as connection:
            tickets = connection.execute(
                sa.select(_TICKET.c.digest, _TICKET.c.content).where(_TICKET.c.kind == kind)
            )
            digests = [row.digest for row in tickets if json.loads(row.content).get("feed") == feed]
            return connection.execute(_TICKET.delete().where(_TICKET.c.digest.in_(digests))).rowcount

    def drop_all(self, account: str) -> None:
        """Drop every session, token and invitation of an account."""
        number = sa.select(_DOSSIER.c.id).where(*_named(account)).scalar_subquery()
        with self._database.writing() as connection:
            connection.execute(_TICKET.delete().where(_TICKET.c.account_id == number))


def _named(account: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return _DOSSIER.c.kind == _ACCOUNT, _DOSSIER.c.code == account


def _ticket(row: Any) -> Ticket:  # noqa: ANN401 - a row of SQLAlchemy
    return Ticket(row.kind, row.code, row.made, row.expires, row.used, json.loads(row.content))

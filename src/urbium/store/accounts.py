"""What proves who somebody is: passwords, one-time codes, and the tickets of sessions, tokens, invitations.

These change and pass; they are no history. A ticket is kept by the sha256 of its secret, so that a copy of
the store opens nothing. That an account was given a password or a way in, by whom, and that it was taken
away, stands in the audit log with digests; the secrets do not. :mod:`urbium.store.ways_in` holds the one
against the other.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from urbium.store import audit_log
from urbium.store.audit_log import canonical, sha256
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import TABLES

_CREDENTIAL, _TICKET, _DOSSIER, _AUDIT = (
    TABLES.tables[name] for name in ("credential", "ticket", "dossier", "audit")
)
_ACCOUNT = "account"
SIGN_IN: Final = "sign in"
"""What the log calls it when a session begins."""
FOLLOWING, LEAVING = "following", "leaving"
"""Kinds of tickets: what somebody follows, and what ends that without signing in."""
UNSEALED: Final = frozenset({"device", "challenge", "language", FOLLOWING, LEAVING})
"""Kinds of tickets that open nothing by themselves: no entry of the log tells of them."""
_COUNTS: Final = frozenset({"sign_count"})
"""What of the content of a ticket goes on with its use."""
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


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret)


def credential_digest(credential: Credential) -> str:
    """Return the digest by which the log tells a password and one-time secret from others."""
    return sha256(canonical([credential.password, credential.totp]))


def ticket_digest(kind: str, made: int, content: Mapping[str, Any]) -> str:
    """Return the digest of what a ticket says for good."""
    return sha256(
        canonical([kind, made, {name: value for name, value in content.items() if name not in _COUNTS}])
    )


class AccountStore(StorePart):
    """Credentials and tickets of the accounts of a store."""

    def credential(self, account: str) -> Credential | None:
        """Return the credential of an account; None when it has none, or there is no such account."""
        columns = [column for column in _CREDENTIAL.c if column.name != "account_id"]
        statement = sa.select(*columns).join(_DOSSIER, _DOSSIER.c.id == _CREDENTIAL.c.account_id)
        with self._database.reading() as connection:
            row = connection.execute(statement.where(*_named(account))).mappings().one_or_none()
        return None if row is None else Credential(**row)

    def set_credential(
        self, account: str, credential: Credential, *, by: str, what: str, reason: str
    ) -> None:
        """Store the credential of an account; the audit log says who did it, with its digest."""
        fields = {name: getattr(credential, name) for name in Credential.__slots__}
        with self._database.together(), self._database.writing() as connection:
            number = connection.scalars(sa.select(_DOSSIER.c.id).where(*_named(account))).one()
            self.note(account, by=by, what=what, reason=reason, credential=credential_digest(credential))
            updated = connection.execute(
                _CREDENTIAL.update().where(_CREDENTIAL.c.account_id == number).values(fields)
            )
            if not updated.rowcount:
                query.add_rows(connection, "credential", [{"account_id": number, **fields}])

    def note(self, account: str, *, by: str, what: str, reason: str, **more: Any) -> None:  # noqa: ANN401
        """Enter into the audit log what was done with an account, by whom and why."""
        audit_log.demand(by=by, what=what, reason=reason)
        with self._database.writing() as connection:
            after = {"account": account, **more}
            audit_log.append(connection, who=by, what=what, why=reason, before={}, after=after)

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

    def renew_password(self, account: str, before: Credential, password: str) -> None:
        """Store the same password in newer settings, unless it was replaced meanwhile."""
        with self._database.together():
            stored = self.credential(account)
            if stored is not None and stored.password == before.password:
                renewed = replace(stored, password=password)
                self.set_credential(
                    account, renewed, by=account, what="renew password", reason="newer settings of its digest"
                )

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

    def add_ticket(
        self, digest: str, ticket: Ticket, *, by: str = "", what: str = "", reason: str = "", until: int = 0
    ) -> None:
        """Keep a ticket by the sha256 of its secret; tickets that have expired are dropped.

        Parameters
        ----------
        digest, ticket : the sha256, and what it opens
        by, what, reason : who gives it (its account when left out), what is done, and why: an entry of the
            audit log, without the secret. Only tickets of a kind of :data:`UNSEALED` have none
        until : the instant up to which its expiry can be put off; its expiry when left out
        """
        with self._database.together(), self._database.writing() as connection:
            if ticket.kind not in UNSEALED:
                self.note(
                    ticket.account, by=by or ticket.account, what=what, reason=reason,
                    ticket={
                        "sha256": digest, "until": until or ticket.expires,
                        "says": ticket_digest(ticket.kind, ticket.made, ticket.content),
                    },
                )  # fmt: skip
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

    def every(self, kind: str) -> list[Ticket]:
        """Return the tickets of a kind, of all accounts, by account."""
        with self._database.reading() as connection:
            rows = connection.execute(_TICKETS.where(_TICKET.c.kind == kind).order_by(_DOSSIER.c.code)).all()
        return [_ticket(row) for row in rows]

    def signed_in(self, account: str, *, most: int) -> list[int]:
        """Return when somebody signed in, the last time first and at most so often."""
        statement = (
            sa.select(_AUDIT.c.at)
            .where(_AUDIT.c.who == account, _AUDIT.c.what == SIGN_IN)
            .order_by(_AUDIT.c.seq.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(statement))

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

    def end(self, account: str, digests: Iterable[str], *, by: str, what: str, reason: str) -> int:
        """Drop tickets for good, and enter into the audit log who did it; return how many there were."""
        with self._database.together():
            ended = sorted(digests)
            count = self.drop(*ended)
            if count:
                self.note(account, by=by, what=what, reason=reason, ended=ended)
            return count

    def end_of(self, kind: str, feed: str, *, by: str) -> int:
        """End every ticket of a kind that is for a feed, whoever gave it; return how many there were."""
        with self._database.together(), self._database.writing() as connection:
            rows = connection.execute(_TICKETS.where(_TICKET.c.kind == kind)).all()
            digests = [row.digest for row in rows if json.loads(row.content).get("feed") == feed]
            return self.end(by, digests, by=by, what=f"{kind}: end tokens", reason=f"tokens of feed {feed}")

    def end_all(self, account: str, *, by: str, reason: str, but: Iterable[str] = ()) -> int:
        """End every way into an account, but those of some kinds; return how many there were."""
        with self._database.together(), self._database.writing() as connection:
            rows = connection.execute(_TICKETS.where(*_named(account), _TICKET.c.kind.not_in(list(but))))
            return self.end(account, [row.digest for row in rows], by=by, what="end ways in", reason=reason)


def _named(account: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return _DOSSIER.c.kind == _ACCOUNT, _DOSSIER.c.code == account


def _ticket(row: Any) -> Ticket:  # noqa: ANN401 - a row of SQLAlchemy
    return Ticket(row.kind, row.code, row.made, row.expires, row.used, json.loads(row.content))

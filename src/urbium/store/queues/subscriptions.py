"""Who is told of changes, and the outbox of what is told: each notification is one sender's at a time.

A notification whose sender dies is sent again, with the same id. Instants are microseconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa

from urbium.store.database import Database
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.queries import query_context as sql
from urbium.store.queues.leases import WAITING, Leases
from urbium.store.schema import TABLES

_SUBSCRIPTION, _NOTIFICATION = (TABLES.tables[name] for name in ("subscription", "notification"))
SENDING, SENT, DROPPED, FAILED = "sending", "sent", "dropped", "failed"
_KEPT: Final = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody wants to be told, as JSON with full names, and what came of it so far."""

    id: str
    tenant: str
    account: str
    content: str
    made: int
    sent: int = 0
    failed: int = 0
    last_sent: int = 0
    last_success: int = 0
    last_failure: int = 0


@dataclass(frozen=True, slots=True)
class Notification:
    """What is told: its name, whose it is, its body, and how far it is."""

    id: str
    subscription_id: str
    content: str
    made: int
    state: str = WAITING
    changed: int = 0
    due: int = 0
    worker: str = ""
    attempts: int = 0
    failure: str = ""

    def row(self) -> dict[str, Any]:
        """Return the row of the table."""
        return asdict(self) | {"changed": self.changed or self.made}


class SubscriptionStore(StorePart):
    """The subscriptions of all places of a store, and the outbox of their notifications."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._leases = Leases(database, "notification", busy=SENDING, lost=FAILED, order="made")

    def put(self, subscription: Subscription) -> None:
        """Keep a subscription; what was kept under its name is replaced."""
        with self._database.writing() as connection:
            connection.execute(_SUBSCRIPTION.delete().where(_SUBSCRIPTION.c.id == subscription.id))
            query.add_rows(connection, "subscription", [asdict(subscription)])

    def drop(self, tenant: str, id_: str) -> bool:
        """Drop a subscription and what was still to be told; False where there is none."""
        with self._database.writing() as connection:
            of_tenant = (_SUBSCRIPTION.c.id == id_, _SUBSCRIPTION.c.tenant == tenant)
            is_there = bool(connection.execute(_SUBSCRIPTION.delete().where(*of_tenant)).rowcount)
            if is_there:
                connection.execute(_NOTIFICATION.delete().where(_NOTIFICATION.c.subscription_id == id_))
        return is_there

    def of(self, tenant: str, id_: str | None = None) -> list[Subscription]:
        """Return the subscriptions of a tenant, the oldest first, or the one of a name."""
        names, of_id = ", ".join(Subscription.__slots__), "" if id_ is None else " and id = ?"
        statement = f"select {names} from subscription where tenant = ?{of_id} order by made, id"  # noqa: S608
        with self._database.reading() as connection:  # asked with every change of an entity
            rows = sql.read(connection, statement, (tenant,) if id_ is None else (tenant, id_))
            return [Subscription(*row) for row in rows]

    def one(self, id_: str) -> Subscription | None:
        """Return the subscription of a name, of whatever tenant; None where there is none."""
        with self._database.reading() as connection:
            statement = sa.select(_SUBSCRIPTION).where(_SUBSCRIPTION.c.id == id_)
            row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else Subscription(**row)

    def touch(self, ids: Iterable[str], now: int) -> None:
        """Note that something was written to be told; within a change it is part of it."""
        with self._database.writing() as connection:
            connection.execute(
                _SUBSCRIPTION.update().where(_SUBSCRIPTION.c.id.in_(list(ids))).values(last_sent=now)
            )

    # --- what a sender does -----------------------------------------------------------------------------

    def lease(self, worker: str, *, now: int, until: int, most: int = 20) -> list[Notification]:
        """Give a sender the notifications that are due, or whose sender is lost, the oldest first."""
        rows = self._leases.take(worker, now=now, until=until, most=most, noted_lost={"changed": now})
        return [Notification(**row) for row in rows]

    def end(self, notification: Notification, state: str, *, now: int, failure: str = "") -> bool:
        """Note how a notification ended; False, and nothing is noted, where another sender has it.

        What ended a day ago is dropped.
        """
        with self._database.writing() as connection:
            if not self._leases.note_on(
                connection,
                notification.id,
                notification.worker,
                state=state,
                changed=now,
                failure=failure,
                worker="",
            ):
                return False
            is_sent = state == SENT
            counts = (
                {"sent": _SUBSCRIPTION.c.sent + 1, "last_success": now}
                if is_sent
                else {"failed": _SUBSCRIPTION.c.failed + 1, "last_failure": now}
            )
            connection.execute(
                _SUBSCRIPTION.update()
                .where(_SUBSCRIPTION.c.id == notification.subscription_id)
                .values(**counts)
            )
            connection.execute(
                _NOTIFICATION.delete().where(
                    _NOTIFICATION.c.state.in_((SENT, DROPPED, FAILED)), _NOTIFICATION.c.changed < now - _KEPT
                )
            )
        return True

    def put_off(self, notification: Notification, *, now: int, failure: str) -> bool:
        """Try a notification again after 1, 4, 16 ... seconds; the last attempt ends it as failed."""
        if self._leases.is_last(notification.attempts):
            return self.end(notification, FAILED, now=now, failure=failure)
        return self._leases.put_off(
            notification.id, notification.worker, notification.attempts, now=now, changed=now, failure=failure
        )

    def count(self, subscription: str) -> Mapping[str, int]:
        """Return how many notifications of a subscription are in each state."""
        statement = sa.select(_NOTIFICATION.c.state, sa.func.count()).group_by(_NOTIFICATION.c.state)
        with self._database.reading() as connection:
            rows = connection.execute(statement.where(_NOTIFICATION.c.subscription_id == subscription))
            return {row[0]: row[1] for row in rows}

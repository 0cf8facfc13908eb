"""Inbox: messages of feeds as they arrived, each stored before it is acknowledged and worked in once.

What a message says goes into the context store in the very change that notes it here, so a worker that dies
has either done both or neither. Instants are microseconds since 1970.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from urbium.errors import ConflictError
from urbium.store.database import Database
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.queues.leases import WAITING, Leases
from urbium.store.schema import TABLES
from urbium.text import coded
from urbium.text import text as sentence

_INBOX, _FEED = TABLES.tables["inbox"], TABLES.tables["feed_state"]
WORKING, STORED, DONE, ASIDE = "working", "stored", "done", "aside"


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a feed.

    Parameters
    ----------
    feed, city, key : which feed of which city it is of, and its name there
    sent, received : when, by its sender's clock and by ours
    body, personal : JSON: what it says, and who asks where it is a request
    state, touched, worker, due, attempts, reason : what became of it; see the table
    """

    feed: str
    city: str
    key: str
    received: int
    body: str
    sent: int = 0
    personal: str = ""
    id: str = ""
    state: str = WAITING
    touched: str = ""
    worker: str = ""
    due: int = 0
    attempts: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed is: its last message by both clocks, messages by state, and how the last look went.

    Parameters
    ----------
    feed : its code
    received, sent : of its newest message; 0 where none came
    counts : messages by state
    looked : when its source was last asked; 0 where it is not
    failure, findings : JSON: why that failed, and what is wrong in the source; empty where nothing is
    """

    feed: str
    received: int
    sent: int
    counts: Mapping[str, int]
    looked: int
    failure: str
    findings: str


class InboxStore(StorePart):
    """The inbox of a store, and the state of its feeds."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._leases = Leases(database, "inbox", busy=WORKING, lost=ASIDE, is_serial=True)

    # --- what arrives -----------------------------------------------------------------------------------

    def add(self, messages: Sequence[Message]) -> int:
        """Store messages that are not there yet and return how many; when this returns, they are kept."""
        rows = {(one.feed, one.key): _row(one) for one in messages}
        if not rows:
            return 0
        feeds = {feed for feed, _ in rows}
        keys = [key for _, key in rows]
        with self._database.writing() as connection:
            there = connection.execute(
                sa.select(_INBOX.c.feed, _INBOX.c.key).where(_INBOX.c.feed.in_(feeds), _INBOX.c.key.in_(keys))
            )
            for row in there:
                rows.pop((row.feed, row.key), None)
            query.add_rows(connection, "inbox", list(rows.values()))
        return len(rows)

    def drop_old(self, feed: str, *, before: int) -> int:
        """Drop messages of a feed that came before an instant and are done, but its last; return how many."""
        newest = sa.select(sa.func.max(_INBOX.c.id)).where(_INBOX.c.feed == feed).scalar_subquery()
        is_old = (_INBOX.c.feed == feed, _INBOX.c.state == DONE, _INBOX.c.received < before)
        with self._database.reading() as connection:  # most times there are none
            if connection.scalar(sa.select(sa.func.count()).where(*is_old, _INBOX.c.id < newest)) == 0:
                return 0
        with self._database.writing() as connection:
            return connection.execute(_INBOX.delete().where(*is_old, _INBOX.c.id < newest)).rowcount

    def feeds(self) -> list[str]:
        """Return the feeds of which messages are there."""
        with self._database.reading() as connection:
            return list(connection.scalars(sa.select(_INBOX.c.feed).distinct().order_by(_INBOX.c.feed)))

    # --- what a worker does -----------------------------------------------------------------------------

    def lease(self, worker: str, *, now: int, until: int, most: int) -> list[Message]:
        """Give the oldest messages that wait, or whose worker is lost, to a worker.

        They are worked in in their order, so of messages that are lost the first was at work: it is put aside
        when it is lost for the third time.
        """
        return [Message(**row) for row in self._leases.take(worker, now=now, until=until, most=most)]

    def demand_held(self, messages: Iterable[Message], worker: str) -> None:
        """Raise ConflictError unless messages are the worker's; within a change they stay so to its end."""
        if not self._leases.are_held([message.id for message in messages], worker):
            raise ConflictError(
                coded("store.inbox.not_held", "these messages no longer belong to this worker"),
                remedy=sentence("none of them was stored; another worker is handling them"),
            )

    def end(self, message: Message, state: str, *, touched: str = "", reason: str = "") -> None:
        """Note what became of a message; what it says is kept only where it was put aside."""
        body = {} if state == ASIDE else {"body": ""}
        self._leases.note(
            message.id, message.worker, state=state, touched=touched, worker="", due=0, reason=reason, **body
        )

    def free(self, messages: Iterable[Message]) -> None:
        """Let messages be worked in by somebody else; they were not tried."""
        ids = [one.id for one in messages]
        with self._database.writing() as connection:
            connection.execute(
                _INBOX.update()
                .where(_INBOX.c.id.in_(ids), _INBOX.c.state == WORKING)
                .values(state=WAITING, worker="", due=0, attempts=0)
            )

    def in_state(self, state: str, *, feed: str = "", most: int = 500) -> list[Message]:
        """Return the oldest messages of a state, of one feed where it is named."""
        condition = _INBOX.c.state == state
        with self._database.reading() as connection:
            return _messages(
                connection, sa.and_(condition, _INBOX.c.feed == feed) if feed else condition, most
            )

    def count(self, state: str) -> int:
        """Return how many messages of all feeds are in a state."""
        counting = sa.select(sa.func.count()).select_from(_INBOX).where(_INBOX.c.state == state)
        with self._database.reading() as connection:
            return int(connection.scalar(counting) or 0)

    def measured(self, messages: Iterable[Message]) -> None:
        """Note that the figures that messages touch were measured."""
        ids = [one.id for one in messages]
        with self._database.writing() as connection:
            connection.execute(
                _INBOX.update().where(_INBOX.c.id.in_(ids), _INBOX.c.state == STORED).values(state=DONE)
            )

    def retry(self, feed: str) -> int:
        """Let the messages of a feed that were put aside be tried again; return how many."""
        return self._leases.retry(_INBOX.c.feed == feed, now=0, reason="")

    def one(self, feed: str, key: str) -> Message | None:
        """Return a message by its name; None when there is none."""
        with self._database.reading() as connection:
            rows = _messages(connection, sa.and_(_INBOX.c.feed == feed, _INBOX.c.key == key))
        return rows[0] if rows else None

    # --- the state of feeds -----------------------------------------------------------------------------

    def begin_look(self, feed: str, *, now: int, until: int) -> str:
        """Take a feed whose source is due to be asked; return the worker's name, empty where it is not."""
        worker = secrets.token_hex(8)
        values = {"worker": worker, "due": until}
        with self._database.reading() as connection:  # most looks find nothing due, and wait for nobody
            if (connection.scalar(sa.select(_FEED.c.due).where(_FEED.c.feed == feed)) or 0) > now:
                return ""
        with self._database.writing() as connection:
            stored = connection.scalar(sa.select(_FEED.c.due).where(_FEED.c.feed == feed))
            if stored is None:
                row = {"feed": feed, "looked": 0, "failure": "", "findings": "", **values}
                query.add_rows(connection, "feed_state", [row])
            elif stored > now:
                return ""
            else:
                connection.execute(_FEED.update().where(_FEED.c.feed == feed).values(**values))
        return worker

    def looked(self, feed: str) -> int:
        """Return when a look last ended; 0 where none has."""
        with self._database.reading() as connection:
            return connection.scalar(sa.select(_FEED.c.looked).where(_FEED.c.feed == feed)) or 0

    def end_look(self, feed: str, worker: str, *, now: int, due: int, failure: str, findings: str) -> None:
        """Note how a look went, and when the next one is due."""
        with self._database.writing() as connection:
            connection.execute(
                _FEED.update()
                .where(_FEED.c.feed == feed, _FEED.c.worker == worker)
                .values(looked=now, due=due, failure=failure, findings=findings, worker="")
            )

    def health(self) -> dict[str, FeedHealth]:
        """Return how every feed is of which something is known, by code."""
        counts: dict[str, dict[str, int]] = {}
        newest: dict[str, tuple[int, int]] = {}
        groups = sa.select(
            _INBOX.c.feed, _INBOX.c.state, sa.func.count(), sa.func.max(_INBOX.c.received),
            sa.func.max(_INBOX.c.sent),
        ).group_by(_INBOX.c.feed, _INBOX.c.state)  # fmt: skip
        with self._database.reading() as connection:
            for feed, state, count, received, sent in connection.execute(groups):
                counts.setdefault(feed, {})[state] = count
                last = newest.get(feed, (0, 0))
                newest[feed] = (max(last[0], received), max(last[1], sent))
            states = {row.feed: row for row in connection.execute(sa.select(_FEED))}
        return {
            feed: FeedHealth(
                feed, *newest.get(feed, (0, 0)), counts.get(feed, {}),
                *((states[feed].looked, states[feed].failure, states[feed].findings) if feed in states
                  else (0, "", "")),
            )
            for feed in sorted({*counts, *states})
        }  # fmt: skip


def _row(message: Message) -> dict[str, Any]:
    fields = {name: getattr(message, name) for name in Message.__slots__}
    return fields | {"id": message.id or f"{message.received:015x}{secrets.token_hex(8)}"}


def _messages(
    connection: sa.Connection, condition: sa.ColumnElement[bool], most: int = 10_000
) -> list[Message]:
    rows = connection.execute(sa.select(_INBOX).where(condition).order_by(_INBOX.c.id).limit(most)).mappings()
    return [Message(**dict(row)) for row in rows]

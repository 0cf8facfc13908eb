"""Leases: work that waits in a table, is taken by a worker for a while, and lost when the worker is silent.

Jobs, messages of feeds, notifications and letters wait in tables of their own with the same five columns:
``id``, ``state``, ``due`` (not taken before; while it is at work, the end of the lease), ``worker`` and
``attempts``. A worker takes rows under a name that nobody had before. What it notes later counts only while a
row is still held under that name, so a worker that was thought dead and comes back can neither finish the
work nor disturb who has it now. Instants are microseconds since 1970, by the clock of who asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from urbium.store.database import Database
from urbium.store.schema import TABLES

WAITING: Final = "waiting"
_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How often work is tried, and how long it waits in between.

    Parameters
    ----------
    attempts : how often it is taken; lost or put off once more, it has failed
    first, longest : microseconds before the second attempt, and at most; each wait is four times the last
    """

    attempts: int
    first: int = 0
    longest: int = 0

    def wait(self, attempts: int) -> int:
        """Return how long work waits that was tried so often.

        >>> [PATIENCE["letter"].wait(attempts) // 60_000_000 for attempts in (1, 2, 3, 7)]
        [1, 4, 16, 720]
        """
        return min(self.first << 2 * (attempts - 1), self.longest)


PATIENCE: Final = {
    "job": Patience(3),
    "inbox": Patience(3),
    "notification": Patience(6, first=_SECOND, longest=3600 * _SECOND),
    "broker": Patience(1, first=_SECOND, longest=300 * _SECOND),
    "letter": Patience(8, first=60 * _SECOND, longest=12 * 3600 * _SECOND),
}
"""How often the work of each table is tried; after that it has failed, and somebody sees why.

A broker that is listened to is tried again for ever, after the waits of its row.
"""


class Leases:
    """The work of one table.

    Parameters
    ----------
    database : the open database of the store
    name : the table
    busy, lost : the state of what a worker has, and of what was lost too often
    order : the columns by which the oldest comes first
    is_serial : what is taken together is worked on in its order, so that only its first was at work when a
        worker is lost
    """

    def __init__(
        self,
        database: Database,
        name: str,
        *,
        busy: str,
        lost: str,
        order: str = "id",
        is_serial: bool = False,
    ) -> None:
        self._database = database
        self._table = TABLES.tables[name]
        self._patience = PATIENCE[name]
        self._busy, self._lost, self._is_serial = busy, lost, is_serial
        self._order = (self._table.c[order], self._table.c.id)

    def take(
        self,
        worker: str,
        *,
        now: int,
        until: int,
        most: int = 1,
        where: sa.ColumnElement[bool] | None = None,
        noted: dict[str, Any] | None = None,
        noted_lost: dict[str, Any] | None = None,
    ) -> Sequence[sa.RowMapping]:
        """Give a worker the oldest rows that are due, waiting or lost; those lost too often have failed.

        ``noted`` and ``noted_lost`` are further columns of what is taken, and of what has failed.
        """
        columns = self._table.c
        is_due = sa.and_(columns.state.in_((WAITING, self._busy)), columns.due <= now)
        is_free = is_due if where is None else sa.and_(is_due, where)
        with self._database.reading() as connection:  # most looks find nothing, and wait for nobody
            if connection.scalar(sa.select(columns.id).where(is_free).limit(1)) is None:
                return []
        change = self._table.update()
        with self._database.writing() as connection:
            connection.execute(
                change.where(is_free, columns.attempts >= self._patience.attempts).values(
                    state=self._lost, worker="", **(noted_lost or {})
                )
            )
            oldest = sa.select(columns.id).where(is_free).order_by(*self._order).limit(most)
            ids = connection.scalars(oldest).all()
            connection.execute(
                change.where(columns.id.in_(ids)).values(
                    state=self._busy, worker=worker, due=until, **(noted or {})
                )
            )
            connection.execute(
                change.where(columns.id.in_(ids[:1] if self._is_serial else ids)).values(
                    attempts=columns.attempts + 1
                )
            )
            taken = sa.select(self._table).where(columns.id.in_(ids)).order_by(*self._order)
            return connection.execute(taken).mappings().all()

    def note(self, id_: str, holder: str, /, **values: Any) -> bool:  # noqa: ANN401 - columns of the table
        """Change a row; False, and nothing is changed, where it is no longer the worker's."""
        with self._database.writing() as connection:
            return self.note_on(connection, id_, holder, **values)

    def note_on(self, connection: sa.Connection, id_: str, holder: str, /, **values: Any) -> bool:  # noqa: ANN401
        """Change a row as part of a larger change; see :meth:`note`."""
        change = self._table.update().where(self._held([id_], holder)).values(**values)
        return bool(connection.execute(change).rowcount)

    def put_off(self, id_: str, holder: str, attempts: int, /, *, now: int, **values: Any) -> bool:  # noqa: ANN401
        """Let a row wait for its next attempt; False where it is no longer the worker's."""
        due = now + self._patience.wait(attempts)
        return self.note(id_, holder, state=WAITING, due=due, worker="", **values)

    def is_last(self, attempts: int) -> bool:
        """Whether work that was tried so often is not tried again."""
        return attempts >= self._patience.attempts

    def are_held(self, ids: Sequence[str], worker: str) -> bool:
        """Whether rows are all the worker's; within a change they stay so until its end."""
        counting = sa.select(sa.func.count()).select_from(self._table).where(self._held(ids, worker))
        with self._database.writing() as connection:
            return connection.scalar(counting) == len(ids)

    def retry(self, where: sa.ColumnElement[bool], *, now: int, **values: Any) -> int:  # noqa: ANN401
        """Let what has failed be tried from the beginning; return how many rows."""
        with self._database.writing() as connection:
            return connection.execute(
                self._table.update()
                .where(self._table.c.state == self._lost, where)
                .values(state=WAITING, due=now, attempts=0, **values)
            ).rowcount

    def _held(self, ids: Sequence[str], worker: str) -> sa.ColumnElement[bool]:
        columns = self._table.c
        return sa.and_(columns.id.in_(ids), columns.worker == worker, columns.state == self._busy)

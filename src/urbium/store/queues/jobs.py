"""Jobs as they are stored: long work that a worker takes on a lease, and loses when it no longer beats."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from urbium.errors import ConflictError, NotFoundError
from urbium.store.audit_log import canonical
from urbium.store.database import Database
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.queues.leases import PATIENCE, WAITING, Leases
from urbium.store.schema import TABLES
from urbium.text import coded
from urbium.text import text as sentence

_JOB = TABLES.tables["job"]
RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"
ENDED: Final = frozenset({DONE, FAILED, CANCELLED})
"""The states that a job does not leave."""
_ATTEMPTS: Final = PATIENCE["job"].attempts
_KEPT: Final = 30 * 24 * 3600 * 1_000_000
_LONG = ("request", "answer")


@dataclass(frozen=True, slots=True)
class Job:
    """Long work: what is asked, how far it is, what came of it.

    Parameters
    ----------
    id, kind, account : its name, what is done, and for whom
    state : waiting, running, done, failed or cancelled
    request, progress, answer : what is asked, how far it is, what came of it; request and answer are left
        empty in lists
    made, changed : when it was asked for, and when it last changed
    worker, due, attempts : who has it until when, and how often it was begun
    is_stopping : whether it is to end with what it has
    """

    id: str
    kind: str
    account: str
    request: Mapping[str, Any]
    made: int
    state: str = WAITING
    progress: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    changed: int = 0
    worker: str = ""
    due: int = 0
    attempts: int = 0
    is_stopping: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes."""
        return self.state in ENDED


class JobStore(StorePart):
    """The jobs of a store."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._leases = Leases(database, "job", busy=RUNNING, lost=FAILED)

    def add(self, job: Job) -> None:
        """Keep a job that waits for a worker; those that ended over thirty days ago are dropped."""
        row = {
            "id": job.id,
            "kind": job.kind,
            "account": job.account,
            "state": WAITING,
            "request": canonical(dict(job.request)),
            "progress": "{}",
            "answer": "{}",
            "made": job.made,
            "changed": job.made,
            "worker": "",
            "due": 0,
            "attempts": 0,
            "is_stopping": 0,
        }
        with self._database.writing() as connection:
            connection.execute(
                _JOB.delete().where(_JOB.c.state.in_(ENDED), _JOB.c.changed < job.made - _KEPT)
            )
            query.add_rows(connection, "job", [row])

    def one(self, id: str, *, is_whole: bool = True) -> Job | None:  # noqa: A002 - what the table calls it
        """Return a job, without request and answer unless it is wanted whole; None when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_select(is_whole=is_whole).where(_JOB.c.id == id)).mappings().first()
        return None if row is None else _job(row)

    def listed(self, account: str | None, *, before: str = "", most: int = 100) -> list[Job]:
        """Return the jobs of an account (None: of all), newest first, those asked for before ``before``."""
        statement = _select(is_whole=False)
        if account is not None:
            statement = statement.where(_JOB.c.account == account)
        if before:
            statement = statement.where(_JOB.c.id < before)
        with self._database.reading() as connection:
            rows = connection.execute(statement.order_by(_JOB.c.id.desc()).limit(most)).mappings().all()
        return [_job(row) for row in rows]

    def count(self) -> dict[str, int]:
        """Return how many jobs are in each state."""
        statement = sa.select(_JOB.c.state, sa.func.count()).group_by(_JOB.c.state).order_by(_JOB.c.state)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    # --- what a worker does -----------------------------------------------------------------------------

    def lease(self, worker: str, *, now: int, until: int) -> Job | None:
        """Give the oldest job that waits, or whose worker is lost, to a worker; None when there is none.

        A job that was begun three times and lost each time has failed.
        """
        changed = _later(now)
        rows = self._leases.take(
            worker, now=now, until=until, noted={"progress": "{}", "changed": changed},
            noted_lost={"answer": canonical({"problem": _lost()}), "changed": changed},
        )  # fmt: skip
        return _job(rows[0]) if rows else None

    def beat(self, id: str, worker: str, *, until: int) -> bool:  # noqa: A002
        """Hold a job for longer; False when it is no longer the worker's."""
        return self._leases.note(id, worker, due=until)

    def report(self, id: str, worker: str, progress: Mapping[str, Any], *, now: int) -> bool:  # noqa: A002
        """Note how far a job is; False when it is no longer the worker's."""
        return self._leases.note(id, worker, progress=canonical(dict(progress)), changed=_later(now))

    def finish(
        self,
        id: str,  # noqa: A002
        worker: str,
        *,
        answer: Mapping[str, Any],
        now: int,
        has_failed: bool = False,
    ) -> bool:
        """Note what came of a job; False, and nothing is noted, when it is no longer the worker's."""
        state = FAILED if has_failed else DONE
        return self._leases.note(id, worker, state=state, answer=canonical(dict(answer)), changed=_later(now))

    def demand_held(self, id: str, worker: str) -> None:  # noqa: A002
        """Raise ConflictError unless a job is the worker's; within a change it stays so until its end."""
        if not self._leases.are_held([id], worker):
            raise ConflictError(
                coded("store.job.not_held", "this job no longer belongs to this worker"),
                place=f"job {id}",
                remedy=sentence("nothing was stored; see which worker has it now"),
            )

    # --- what people do ---------------------------------------------------------------------------------

    def cancel(self, id: str, *, now: int) -> Job:  # noqa: A002
        """End a job that has not ended and return it; its worker stops when it beats next.

        Raises NotFoundError when there is none, ConflictError when it has ended.
        """
        return self._changed(id, state=CANCELLED, worker="", changed=_later(now))

    def stop(self, id: str, *, now: int) -> Job:  # noqa: A002
        """Ask a job to end with what it has, and return it; refuses as :meth:`cancel` does."""
        return self._changed(id, is_stopping=1, changed=_later(now))

    def _changed(self, id: str, **values: Any) -> Job:  # noqa: A002, ANN401 - columns of the table
        with self._database.writing() as connection:
            stopped = connection.execute(
                _JOB.update().where(_JOB.c.id == id, _JOB.c.state.not_in(ENDED)).values(**values)
            )
            row = connection.execute(_select(is_whole=True).where(_JOB.c.id == id)).mappings().first()
        if row is None:
            raise NotFoundError(coded("store.job.absent", "there is no job {name!r}", name=id))
        if not stopped.rowcount:
            raise ConflictError(
                coded("store.job.ended", "this job has already ended"),
                place=f"job {id}",
                remedy=sentence("read the result"),
            )
        return _job(row)


def _later(now: int) -> sa.ColumnElement[int]:
    """Return now, or a microsecond after the last change where the clock stands: events are told apart."""
    return sa.case((_JOB.c.changed < now, now), else_=_JOB.c.changed + 1)


def _lost() -> dict[str, Any]:
    return ConflictError(
        coded("store.job.lost", "the work was started {count} times and failed each time", count=_ATTEMPTS),
        remedy=sentence("see the workers' log, and request the work again"),
    ).problem()


def _select(*, is_whole: bool) -> sa.Select[Any]:
    return sa.select(*(column for column in _JOB.c if is_whole or column.name not in _LONG))


def _job(row: Mapping[Any, Any]) -> Job:
    fields = dict(row)
    for name in ("request", "progress", "answer"):
        fields[name] = json.loads(fields.get(name) or "{}")
    fields["is_stopping"] = bool(fields["is_stopping"])
    return Job(**fields)

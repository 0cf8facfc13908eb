"""The store of a programme: what is known of its cities, since when, from whom, and why.

Nothing in it is changed or deleted. A load is stored whole or not at all, and once its receipt is returned it
survives the end of the process. Every figure can be read as it was known on any instant.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import polars as pl

from urbium.errors import Fault, InputError, NotFoundError
from urbium.model import City, Pilot, Source, Status
from urbium.reads import note_read
from urbium.store import audit_log, loads, records
from urbium.store.accounts import AccountStore
from urbium.store.admission import check_table
from urbium.store.answers import AnswerStore
from urbium.store.audit_log import Head
from urbium.store.context.entities import ContextStore
from urbium.store.database import Database, OlderStoreError
from urbium.store.decisions import DecisionStore
from urbium.store.dossiers import DossierStore
from urbium.store.drafts import DraftStore
from urbium.store.harvests import HarvestStore
from urbium.store.loads import FigureKey, FileStamp, Receipt
from urbium.store.publications import PublicationStore
from urbium.store.queries import query, query_soundness
from urbium.store.queues.attempts import AttemptStore
from urbium.store.queues.inbox import InboxStore
from urbium.store.queues.jobs import JobStore
from urbium.store.queues.letters import LetterStore
from urbium.store.queues.upkeep import UpkeepStore
from urbium.store.schema import STATUSES
from urbium.store.service_requests import ServiceRequestStore
from urbium.store.source_files import SourceFileStore
from urbium.store.verify import verify
from urbium.text import coded
from urbium.text import text as sentence

T = TypeVar("T")


class Store:
    """A store in a SQLite file (a path) or a PostgreSQL database (an address); close it, or use ``with``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/a.db", create=True) as store:
    ...     store.add_cities([City("0503", {"en": "Delft"}, "municipality")], by="ann", reason="founding")
    ...     store.cities()["name_en"].to_list()
    ['Delft']
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.decisions = DecisionStore(database)
        self.dossiers = DossierStore(database)
        self.accounts = AccountStore(database)
        self.attempts = AttemptStore(database)
        self.answers = AnswerStore(database)
        self.jobs = JobStore(database)
        self.drafts = DraftStore(database)
        self.letters = LetterStore(database)
        self.publications = PublicationStore(database)
        self.harvests = HarvestStore(database)
        self.context = ContextStore(database)
        self.inbox = InboxStore(database)
        self.requests = ServiceRequestStore(database)
        self.upkeep = UpkeepStore(database)
        self.source_files = SourceFileStore(database)

    @classmethod
    def open(cls, url: str | Path, *, create: bool = False, patience: float = 30.0) -> Self:
        """Open the store at ``url``: a path, an address that begins with ``postgresql://``, or ``:memory:``.

        Parameters
        ----------
        url : where the store is; one in ``:memory:`` is gone when it is closed
        create : make the store when it is missing, and upgrade it when its schema is older
        patience : seconds to wait while somebody else writes, before ConflictError

        Raises
        ------
        NotFoundError : it is missing or cannot be reached
        InputError : it is something else than a store
        ConflictError : its schema is newer than this urbium, or older and ``create`` is not given
        """
        database = Database(url, patience=patience)
        try:
            database.open(create=create)
        except BaseException:
            database.close()
            raise
        return cls(database)

    @classmethod
    def upgrade(cls, url: str | Path, *, patience: float = 30.0) -> None:
        """Bring the schema of a store up to date; raise as :meth:`open` does, when there is none too."""
        try:
            cls.open(url, patience=patience).close()
        except OlderStoreError:
            cls.open(url, create=True, patience=patience).close()

    def lacking_columns(self) -> list[tuple[str, str]]:
        """Return the tables and columns of the schema that the store does not have."""
        with self._database.reading() as connection:
            return query_soundness.lacking_columns(connection)

    def together(self) -> AbstractContextManager[None]:
        """Make every change and read of this thread, within the block, one change: all of it, or nothing."""
        return self._database.together()

    def at_one_instant(self) -> AbstractContextManager[None]:
        """Let every read of this thread, within the block, see the store at one instant.

        A change that the thread makes ends that: what it reads afterwards shows the change.
        """
        return self._database.at_one_instant()

    def asked(self, question: Hashable, ask: Callable[[], T]) -> T:
        """Return what is made of reads; what is asked again at one instant is not made again."""
        return self._database.asked(question, ask)

    def close(self) -> None:
        """Give back all connections; a closed store refuses everything."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store at {self.place}"

    @property
    def place(self) -> str:
        """Where the store is, as messages may say it: never a user, a password or options."""
        return self._database.place

    @property
    def free_bytes(self) -> int | None:
        """What is free on the disk of the store's file; None for a database elsewhere."""
        return self._database.free_bytes

    @property
    def size_bytes(self) -> int:
        """How large the store is, in bytes: its file, or its database with whatever else is in that."""
        with self._database.reading() as connection:
            return query.size(connection)

    @property
    def aside(self) -> str:
        """What every entry of the log adds to its reason from now on: how who acts came to act."""
        return self._database.aside

    @aside.setter
    def aside(self, words: str) -> None:
        self._database.aside = words

    # --- cities, sources, pilots ------------------------------------------------------------------------

    def add_cities(self, cities: Iterable[City], *, by: str, reason: str) -> None:
        """Store new cities and new versions of changed ones; what is known so already stays.

        Raises InputError when a parent is no city of the store or of ``cities``.
        """
        self._add(records.KINDS[City], cities, by=by, reason=reason)

    def add_sources(self, sources: Iterable[Source], *, by: str, reason: str) -> None:
        """Store new sources and new versions of changed ones; what is known so already stays."""
        self._add(records.KINDS[Source], sources, by=by, reason=reason)

    def add_pilots(self, pilots: Iterable[Pilot], *, by: str, reason: str) -> None:
        """Store new pilots and new versions of changed ones; what is known so already stays.

        Raises InputError when a pilot names a city that the store does not have.
        """
        self._add(records.KINDS[Pilot], pilots, by=by, reason=reason)

    def cities(self, *, as_known_on: datetime | None = None) -> pl.DataFrame:
        """Return the cities, sorted by code, as they are or were known on an instant.

        Columns: code, name_en, name_zh, province_en, province_zh (null where unknown), level, latitude and
        longitude (degrees), parent (a code, or nothing), note, valid_from and valid_to (periods, or
        empty); then ``name_LANGUAGE`` and ``province_LANGUAGE`` of further languages where any is known.
        """
        return records.city_table(self._current(records.KINDS[City], as_known_on))

    def sources(self, *, as_known_on: datetime | None = None) -> dict[str, Source]:
        """Return the sources by their id, as they are or were known on an instant."""
        return records.source_records(self._current(records.KINDS[Source], as_known_on))

    def pilots(self) -> pl.DataFrame:
        """Return the pilots in the order in which they came.

        Columns: programme, round, kind, name_en, name_zh, province, level, year, source, city, status.
        """
        return records.pilot_table(self._current(records.KINDS[Pilot]))

    def _current(
        self, kind: records.RecordKind, as_known_on: datetime | None = None
    ) -> dict[str, dict[str, Any]]:
        with self._database.reading() as connection:
            rows = query.version_rows(connection, kind.table)
            if as_known_on is not None:
                last = query.entry_known_on(connection, audit_log.microseconds(as_known_on))
                rows = [row for row in rows if row["entry"] <= last]
            return records.current_contents(kind, rows)

    def _add(
        self, kind: records.RecordKind, added: Iterable[City | Source | Pilot], *, by: str, reason: str
    ) -> None:
        audit_log.demand(by=by, reason=reason)
        given = [records.content_of(record) for record in added]
        contents = {content["code"]: content for content in given}
        if len(contents) < len(given):
            raise InputError(
                coded("store.record.repeated", "a {table} is listed twice", table=kind.table),
                remedy=sentence("list each only once"),
            )
        with self._database.writing() as connection:
            records.add(connection, kind, contents, by=by, reason=reason)

    # --- observations -----------------------------------------------------------------------------------

    def record(
        self,
        table: pl.DataFrame,
        *,
        by: str,
        reason: str,
        file: FileStamp,
        faults: Sequence[Fault] = (),
    ) -> Receipt:
        """Store a file's observations in one transaction: all of them, or none.

        Parameters
        ----------
        table : the columns of :data:`urbium.model.OBSERVATION` without ``recorded_at`` and ``recorded_by``
        by, reason : who stores it and why
        file : the file that was read
        faults : what was found wrong in it, kept with the load

        Raises
        ------
        InputError : every fault of the table, among them the cities and sources that the store does not have
        ConflictError : somebody else kept writing for longer than the store's patience
        """
        audit_log.demand(by=by, reason=reason, file=file.name, sha256=file.sha256)
        table = check_table(table, file.name)
        change = loads.Change(by, reason, file, [loads.stored_fault(fault) for fault in faults])
        with self._database.writing() as connection:
            return loads.record(connection, table, change)

    def observations(
        self,
        *,
        variables: Iterable[str] | None = None,
        cities: Iterable[str] | None = None,
        periods: Iterable[str | int] | None = None,
        statuses: Iterable[str] | None = None,
        as_known_on: datetime | None = None,
        history: bool = False,
    ) -> pl.DataFrame:
        """Return the current observations, sorted by city, variable, area, source and period.

        Parameters
        ----------
        variables, cities, periods, statuses : only these; None for all
        as_known_on : what was current on that instant (with a time zone) instead of now
        history : every version up to then, first recorded first, instead of the last of each

        Returns
        -------
        A table with the columns of :data:`urbium.model.OBSERVATION`; ``reason`` is the row's own, or that of
        its load.
        """
        wanted = None if statuses is None else {_status(name) for name in statuses}
        instant = None if as_known_on is None else audit_log.microseconds(as_known_on)
        if instant is not None:
            self._let_writers_finish(instant)
        with self._database.reading() as connection:
            shared = self._database.asked("vocabulary", lambda: loads.vocabulary(connection))
            observations = loads.read(
                connection,
                shared,
                last=query.last_entry(connection)[0]
                if instant is None
                else query.entry_known_on(connection, instant),
                variables=variables,
                cities=cities,
                periods=None if periods is None else map(str, periods),
                history=history,
            )
        if wanted is None:
            return observations.table()
        numbers = {STATUSES.index(Status.SUSPECT if name is Status.REJECTED else name) for name in wanted}
        table = observations.only(pl.col("status").is_in(list(numbers))).table()
        return table.filter(pl.col("status").is_in(list(wanted)))

    def variables(self, *, as_known_on: datetime) -> list[str]:
        """Return every variable of which a figure may have been known on an instant, sorted."""
        self._let_writers_finish(audit_log.microseconds(as_known_on))
        with self._database.reading() as connection:
            return sorted(query.words(connection, "variable")["code"])

    def accept(self, *, by: str, reason: str, **figure: Unpack[FigureKey]) -> None:
        """Accept a suspect value, with a reason: from now on scores may use it.

        Raises
        ------
        NotFoundError : there is no such value
        InputError : several areas or sources have one, or the reason is empty
        ConflictError : the value is neither suspect nor rejected
        """
        self._judge(figure, loads.ACCEPT, by=by, reason=reason)

    def reject(self, *, by: str, reason: str, **figure: Unpack[FigureKey]) -> None:
        """Reject a suspect value, with a reason: it stays in the store, is never used, and waits no longer.

        It raises what :meth:`accept` raises; a value that is not suspect is in conflict.
        """
        self._judge(figure, loads.REJECT, by=by, reason=reason)

    def _judge(self, figure: FigureKey, judgement: loads.Judgement, *, by: str, reason: str) -> None:
        audit_log.demand(by=by, reason=reason)
        key = {
            "city": figure["city"], "variable": figure["variable"], "period": str(figure["period"]),
            "area": figure.get("area"), "source": figure.get("source"),
        }  # fmt: skip
        place = ", ".join(text for text in key.values() if text is not None)
        with self._database.writing() as connection:
            loads.judge(connection, key, judgement, by=by, reason=reason, place=place)

    def faults(self, file: str | None = None) -> pl.DataFrame:
        """Return what was found wrong in the files (or the one called ``file``), by the last load of each.

        Columns: those of :meth:`urbium.errors.Fault.record`, then file, sha256, load and recorded_at.
        """
        with self._database.reading() as connection:
            return loads.faults(connection, file)

    def last_change(self) -> datetime:
        """Return the instant of the newest change: read ``as_known_on`` it to see this very state again."""
        with self._database.reading() as connection:
            return audit_log.instant(query.last_entry(connection)[1])

    def last_fact(self) -> int:
        """Return the number of the newest change of what stages read: figures, register, kept results.

        What people do with dossiers leaves it as it is: nothing has to be computed again for that.
        """
        return max(self.last_facts())

    def last_facts(self) -> tuple[int, int]:
        """Return the numbers of the newest change of figures, and of anything else that stages read."""
        return self._database.asked("last facts", self._last_facts)

    def changes_since(self, entry: int) -> tuple[int, dict[str, int]]:
        """Return the number of the newest change, and by kind that of the newest one after another change.

        Kinds are those that :mod:`urbium.reads` notes.
        """
        with self._database.reading() as connection:
            return query.changes_since(connection, entry)

    def _last_facts(self) -> tuple[int, int]:
        with self._database.reading() as connection:
            return query.last_facts(connection)

    def _let_writers_finish(self, instant: int) -> None:
        """Wait for a writer at work when its change may bear an instant up to the one asked for.

        Changes bear rising instants and are made one at a time, so only an instant after the newest change
        can still be reached by one that is not committed yet.
        """
        with self._database.reading() as connection:
            is_settled = query.last_entry(connection)[1] >= instant
        if not is_settled and not self._database.is_read_only:
            with self._database.writing():
                pass

    # --- results that are pinned ------------------------------------------------------------------------

    def keep(self, kind: str, id: str, content: Mapping[str, Any], *, by: str, reason: str) -> None:  # noqa: A002
        """Keep a result as JSON for good; another content under the same id becomes its next version.

        Raises InputError when the content cannot be written as JSON (a date, NaN).
        """
        audit_log.demand(by=by, reason=reason, kind=kind, id=id)
        place = f"{kind} {id}"
        try:
            text = audit_log.canonical(dict(content))
        except (TypeError, ValueError) as error:
            raise InputError(
                coded("store.document.not_json", "the content is not JSON: {error}", error=error),
                place=place,
                remedy=sentence("use text, numbers, lists and mappings"),
            ) from error
        with self._database.writing() as connection:
            versions = query.document_rows(connection, kind, id)
            if versions and versions[-1]["content"] == text:
                return
            row = {"kind": kind, "name": id, "version": len(versions) + 1, "sha256": audit_log.sha256(text)}
            entry = audit_log.append(
                connection,
                who=by,
                what=f"keep {kind}",
                why=reason,
                before={"sha256": versions[-1]["sha256"] if versions else None},
                after={"document": row},
            )
            query.add_rows(connection, "document", [{**row, "entry": entry.seq, "content": text}])

    def kept(self, kind: str, id: str | None = None, *, version: int | None = None) -> Any:  # noqa: A002, ANN401
        """Return a kept result (its newest version, or the one named); None when there is none.

        With no ``id``, return the table of all of the kind: id, version, sha256, recorded_at, recorded_by,
        reason.
        """
        note_read(kind)
        with self._database.reading() as connection:
            rows = query.document_rows(connection, kind, id)
        if id is None:
            return records.document_table(rows)
        mine = {row["version"]: row["content"] for row in rows}
        content = mine.get(version or max(mine, default=0))
        return None if content is None else json.loads(content)

    def last_kept(self, kind: str) -> int:
        """Return the number of the newest change that kept a result of a kind; 0 before the first."""
        note_read(kind)
        with self._database.reading() as connection:
            return query.last_kept(connection, kind)

    # --- the audit log ----------------------------------------------------------------------------------

    def audit(self) -> pl.DataFrame:
        """Return the audit log, first entry first.

        Columns: seq, at, who, what, why, before and after (JSON), previous and hash (sha256).
        """
        with self._database.reading() as connection:
            rows = query.audit_rows(connection)
        texts = ("who", "what", "why", "before", "after", "previous", "hash")
        columns: dict[str, Any] = {"seq": pl.Int64(), "at": pl.Int64(), **dict.fromkeys(texts, pl.String())}
        return pl.DataFrame(rows, schema=columns).with_columns(
            pl.from_epoch("at", time_unit="us").dt.replace_time_zone("UTC")
        )

    def head(self) -> Head:
        """Return the last entry of the audit log: keep it elsewhere, and :meth:`verify` against it later."""
        with self._database.reading() as connection:
            return Head(*query.last_entry(connection))

    def verify(self, kept: Iterable[Head] = ()) -> Head:
        """Prove that the store holds what its audit log says, and return the last entry of the log.

        The database checks itself; its schema is compared with the one that urbium makes; every entry is
        sealed anew and everything that it added is digested anew; every head of ``kept`` must be an entry.
        Raises ConflictError at what does not hold, UnavailableError where the file cannot be read.
        """
        self._database.look_afresh()
        with self._database.reading() as connection:
            return verify(connection, self._database.place, tuple(kept))

    def restart_clock(self, *, by: str, reason: str) -> None:
        """Let instants follow the clock again after entries that a wrong clock dated ahead.

        The wrong instants stay in the log, in their order; ``as_known_on`` counts those entries from the
        restart on. Raises ConflictError when the clock is not behind the last entry.
        """
        audit_log.demand(by=by, reason=reason)
        with self._database.writing() as connection:
            audit_log.restart(connection, who=by, why=reason)


def _status(name: str) -> Status:
    if name not in set(Status):
        raise NotFoundError.named("status", name, list(Status))
    return Status(name)

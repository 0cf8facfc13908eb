"""The way to the database: connections, transactions, migrations, and errors in plain words."""

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from urbium.errors import (
    ConflictError,
    ForbiddenError,
    InputError,
    NoSpaceError,
    NotFoundError,
    UnavailableError,
    UrbiumError,
)
from urbium.store import audit_log
from urbium.store.addresses import address_of, is_protected, place_of
from urbium.store.queries import query
from urbium.store.schema import VERSION
from urbium.text import coded
from urbium.text import text as sentence

T = TypeVar("T")
MEMORY = ":memory:"
"""The place of a store that passes: a file of its own, which is gone when the store is closed."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = threading.Lock()  # alembic keeps the migration at work in a global of its own
_BUSY = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_SNAPSHOT"})
_CONTENDED = frozenset({"55P03", "40001", "40P01"})  # lock not available, serialization failure, deadlock
_FULL = frozenset({"SQLITE_FULL", "53100"})
_LEAST_FREE = 65_536
"""Bytes that a log of changes needs before anything is written: an index of pages, of 32 kB, and a page."""
_READ_ONLY = frozenset({"25006"})
_DAMAGED = frozenset({"SQLITE_CORRUPT", "XX001", "XX002"})
_FAILING = ("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PROTOCOL", "53", "58")
_SQLITE_BEGINS = b"SQLite format 3\0"
_KEPT_OPEN, _MORE = 12, 24
"""Connections kept open, one for each thread of a server that reads or writes, and how many more may come."""
_UNREACHABLE = ("08", "28", "3D", "57P")  # connection, authorization, no such database, shut down


class OlderStoreError(ConflictError):
    """The store was written by an earlier urbium, and is to be upgraded first."""


class _Joint(threading.local):
    """What the reads and changes of one thread share.

    Parameters
    ----------
    connection : of the change that all of them are part of; None where each stands for itself
    steady : of reads that see the store at one instant
    answers : what was read at that instant, by what was asked
    """

    connection: sa.Connection | None = None
    steady: sa.Connection | None = None
    answers: dict[Hashable, object]


class Database:
    """An open SQLite file or PostgreSQL database, with reading and writing transactions.

    Parameters
    ----------
    url : a path, an address that begins with ``postgresql://``, or ``:memory:`` for a store that is gone when
        it is closed
    patience : seconds to wait for another writer, at least 0
    """

    def __init__(self, url: str | Path, *, patience: float) -> None:
        self._passing = tempfile.TemporaryDirectory(prefix="urbium-") if str(url) == MEMORY else None
        self._address = address_of(url if self._passing is None else Path(self._passing.name) / "store.db")
        self.is_sqlite = self._address.get_backend_name() == "sqlite"
        self.place = place_of(self._address) if self._passing is None else MEMORY
        self.is_read_only = self.is_sqlite and self._passing is None and is_protected(self.place)
        if self.is_read_only:
            self._engine = sa.create_engine(self._address, creator=self._for_reading, hide_parameters=True)
        else:
            self._engine = sa.create_engine(
                self._address,
                hide_parameters=True,
                pool_size=_KEPT_OPEN,
                max_overflow=_MORE,
                pool_use_lifo=True,  # the few that were used last have their statements prepared
            )
        if self.is_sqlite:
            query.prepare_sqlite(self._engine, patience)
        else:
            query.prepare_postgresql(self._engine, patience)
        self._is_open = True
        self.aside = ""
        self._joint = _Joint()

    def _for_reading(self) -> sqlite3.Connection:
        """Connect to a file that must not be written to."""
        log = Path(f"{self.place}-wal")
        is_settled = not log.exists() or log.stat().st_size == 0
        address = f"{Path(self.place).resolve().as_uri()}?mode=ro{'&immutable=1' if is_settled else ''}"
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    @staticmethod
    def file_of(url: str | Path) -> Path | None:
        """Return the file that a store at ``url`` is in; None for one of PostgreSQL."""
        address = address_of(url)
        return Path(str(address.database)) if address.get_backend_name() == "sqlite" else None

    def copy_pages(self, file: Path) -> None:
        """Copy the pages of a SQLite file, as they are at one instant, into an empty one."""
        with self._plainly(), self._engine.connect() as connection, closing(sqlite3.connect(file)) as copy:
            driver: Any = connection.connection.driver_connection
            driver.backup(copy)

    def look_afresh(self) -> None:
        """Forget what connections remember of the file's pages: the next read comes from the disk."""
        self._engine.dispose()

    def close(self) -> None:
        """Give every connection back; harmless when done twice."""
        self._is_open = False
        self._engine.dispose()
        if self._passing is not None:
            self._passing.cleanup()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Run reads that all see the store at one instant."""
        joint = self._joint.connection or self._joint.steady
        if joint is not None:
            with self._plainly():
                yield joint
            return
        with self._plainly(), self._engine.connect() as connection, query.steady(connection):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Run one change, alone: it is stored whole, or not at all when an error leaves the block."""
        if self.is_read_only:
            raise self._closed_for_writing()
        joint = self._joint.connection
        if joint is not None:
            yield joint
            return
        self._joint.steady = None  # what is read after a change must show it
        with self._plainly(), self._engine.connect() as connection, query.alone(connection):
            connection.info[audit_log.ASIDE] = self.aside
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make every change and read of this thread one change: all of it is stored, or nothing."""
        with self.writing() as connection:
            if self._joint.connection is not None:
                yield  # part of a change at work already
                return
            self._joint.connection = connection
            try:
                yield
            finally:
                self._joint.connection = None

    @contextmanager
    def at_one_instant(self) -> Iterator[None]:
        """Let all reads of this thread see the store at one instant, up to a change that it makes."""
        if self._joint.connection is not None or self._joint.steady is not None:
            yield
            return
        with self.reading() as connection:
            self._joint.steady, self._joint.answers = connection, {}
            try:
                yield
            finally:
                self._joint.steady, self._joint.answers = None, {}

    def asked(self, question: Hashable, ask: Callable[[], T]) -> T:
        """Return the answer of a read; what is asked again at one instant is not read again."""
        if self._joint.steady is None:
            return ask()
        answers = self._joint.answers
        if question not in answers:
            answers[question] = ask()
        return cast("T", answers[question])

    def open(self, *, create: bool) -> None:
        """Check that there is a store of this schema version; make or upgrade it when ``create``.

        Raises NotFoundError when it is missing, InputError when it is something else, ConflictError when its
        schema is of another version (OlderStoreError: of an earlier one).
        """
        self._look_for_file(create=create)
        with self.reading() as connection:
            version, names = query.schema_version(connection), query.table_names(connection)
        if version is None and names and (create or self.is_sqlite):
            raise self._foreign()
        if version == VERSION:
            return
        if version is not None:
            self._compare(version, create=create)
        elif not create and self.is_sqlite and Path(str(self._address.database)).stat().st_size > 0:
            raise self._foreign()
        elif not create:
            raise NotFoundError(
                coded("store.database.none_yet", "there is no store yet"),
                place=self.place,
                remedy=sentence("create one by opening it with create=True"),
            )
        self._migrate()

    @contextmanager
    def founding(self) -> Iterator[sa.Connection]:
        """Run the change that makes the tables of a store, and fills them, where there are none.

        Raises ConflictError where there are tables.
        """
        self._keep_a_log()
        with self.writing() as connection:
            if query.table_names(connection):
                raise ConflictError(
                    coded("store.database.taken", "there are tables here already"),
                    place=self.place,
                    remedy=sentence("name an empty database, or an empty schema in a database"),
                )
            _upgrade(connection)
            yield connection

    def _look_for_file(self, *, create: bool) -> None:
        if not self.is_sqlite:
            return
        path = Path(str(self._address.database))
        if path.is_dir():
            raise InputError(
                coded("store.database.folder", "this is a folder"),
                place=self.place,
                remedy=sentence("name a file in it"),
            )
        if path.exists():
            return
        if not create:
            raise NotFoundError(
                coded("store.database.missing", "there is no such file"),
                place=self.place,
                remedy=sentence("check the name, or create the file by opening it with create=True"),
            )
        if not path.parent.is_dir():
            raise NotFoundError(
                coded("store.database.no_folder", "there is no folder {parent}", parent=path.parent),
                place=self.place,
                remedy=sentence("create the folder first"),
            )

    def _compare(self, version: str, *, create: bool) -> None:
        """Refuse a store of a newer schema, and an older one unless it is to be upgraded."""
        if not version.isdigit():
            raise self._foreign()
        if int(version) > int(VERSION):
            raise ConflictError(
                coded(
                    "store.database.newer",
                    "the store has schema version {version}, but this version of urbium supports "
                    "versions up to {version2}",
                    version=version,
                    version2=VERSION,
                ),
                place=self.place,
                remedy=sentence("use the newer version of urbium that wrote it"),
            )
        if not create:
            raise OlderStoreError(
                coded(
                    "store.database.older",
                    "the store has schema version {version}, but this version of urbium writes version "
                    "{version2}",
                    version=version,
                    version2=VERSION,
                ),
                place=self.place,
                remedy=sentence("open the store with create=True to upgrade it"),
            )

    def _migrate(self) -> None:
        """Bring the schema to the newest version in one transaction, and note it in the audit log."""
        self._keep_a_log()
        with self.writing() as connection:
            before = query.schema_version(connection)
            if before == VERSION:
                return  # somebody else was faster
            _upgrade(connection)
            audit_log.append(
                connection,
                who="urbium",
                what="make store" if before is None else "upgrade store",
                why="a new store" if before is None else "its tables are those of this urbium",
                before={"schema": before},
                after={"schema": VERSION},
            )

    def _keep_a_log(self) -> None:
        if self.is_sqlite:
            with self._plainly():
                query.keep_a_write_ahead_log(self._engine)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn the errors of a driver into errors of urbium."""
        if not self._is_open:
            raise InputError(
                coded("store.database.closed", "the store is closed"),
                place=self.place,
                remedy=sentence("open it again"),
            )
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise self._translated(error.orig or error) from error
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def _translated(self, error: BaseException) -> UrbiumError:
        return self._of_the_disk(error) or self._of_the_database(error)

    def _of_the_database(self, error: BaseException) -> UrbiumError:
        name = getattr(error, "sqlite_errorname", None) or ""
        state = getattr(error, "sqlstate", None) or ""
        if name in _BUSY or state in _CONTENDED:
            return ConflictError(
                coded("store.database.busy", "someone else is writing"),
                place=self.place,
                remedy=sentence("try again; nothing was stored"),
            )
        words = str(error).strip().partition("\n")[0]
        is_silent = not name and not state  # a driver that never reached its server has no code to give
        if name.startswith(_FAILING) or state.startswith((*_UNREACHABLE, *_FAILING)) or is_silent:
            return UnavailableError(
                coded("store.database.unreachable", "the store cannot be reached: {words}", words=words),
                place=self.place,
                remedy=sentence("check the address and the permissions, and that the server is running"),
            )
        return UrbiumError(
            coded("store.database.refused", "the database refused: {words}", words=words),
            place=self.place,
            remedy=sentence("no part of this change was stored"),
        )

    @property
    def free_bytes(self) -> int | None:
        """What is free on the disk of the store's file; None for another kind, or where nobody can say."""
        if not self.is_sqlite or self._passing is not None:
            return None
        try:
            return shutil.disk_usage(Path(self.place).resolve().parent).free
        except OSError:
            return None

    def _is_disk_full(self) -> bool:
        """Say whether too little is free for what SQLite writes even to read: it only says that it failed."""
        return self.free_bytes is not None and self.free_bytes < _LEAST_FREE

    def _of_the_disk(self, error: BaseException) -> UrbiumError | None:
        """Return what is wrong with the file or the disk that it lies on; None when nothing is."""
        name = getattr(error, "sqlite_errorname", None) or ""
        state = getattr(error, "sqlstate", None) or ""
        if name in _FULL or state in _FULL or (name.startswith(_FAILING) and self._is_disk_full()):
            return NoSpaceError(
                coded("store.database.full", "there is no space left on the disk of the store"),
                place=self.place,
                remedy=sentence("free some space and try again; this change was not stored"),
            )
        if name.startswith("SQLITE_READONLY") or state in _READ_ONLY:
            return self._closed_for_writing()
        if name == "SQLITE_NOTADB" and not self._begins_as_store():
            return self._foreign()
        is_undecodable = (
            self.is_sqlite and not name
        )  # text that is no UTF-8, for which the driver has no code
        if (
            name.startswith("SQLITE_CORRUPT")
            or name == "SQLITE_NOTADB"
            or state in _DAMAGED
            or is_undecodable
        ):
            return self._damaged(str(error).strip().partition("\n")[0])
        return None

    def _begins_as_store(self) -> bool:
        """Say whether a file begins as one of SQLite does, whatever stands behind."""
        try:
            with Path(str(self._address.database)).open("rb") as file:
                return file.read(len(_SQLITE_BEGINS)) == _SQLITE_BEGINS
        except OSError:
            return False

    def _closed_for_writing(self) -> ForbiddenError:
        return ForbiddenError(
            coded("store.database.read_only", "the store is open for reading only"),
            place=self.place,
            remedy=sentence(
                "nothing was stored: give this user write access to the file and its folder, or work "
                "on a copy"
            ),
        )

    def _damaged(self, words: str) -> UnavailableError:
        return UnavailableError(
            coded("store.database.damaged", "the store is damaged: {words}", words=words),
            place=self.place,
            remedy=sentence(
                "write nothing more to the store; keep a copy of the file and of the -wal file "
                "next to it, inspect that copy with urbium verify, and continue from the last backup that "
                "passes verification"
            ),
        )

    def _foreign(self) -> InputError:
        return InputError(
            coded("store.database.other", "this is not an urbium store"),
            place=self.place,
            remedy=sentence("name another file or database"),
        )


def _upgrade(connection: sa.Connection) -> None:
    """Bring the schema to the newest version."""
    from alembic import command  # noqa: PLC0415 - slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _MIGRATING:
        command.upgrade(config, "head")

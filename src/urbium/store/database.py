"""The way to the database: addresses, connections, transactions, migrations, and errors in plain words.

A path is a SQLite file; an address that begins with ``postgresql://`` is a PostgreSQL database. The
password of an address appears in no message: a store calls itself by host and name only.
"""

import re
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from urbium.errors import ConflictError, InputError, NotFoundError, UrbiumError
from urbium.store import audit_log, query
from urbium.store.schema import VERSION
from urbium.text import text as sentence

__all__ = ["MEMORY", "Database", "OlderStoreError"]

MEMORY = ":memory:"
"""The place of a store that passes: a file of its own, which is gone when the store is closed."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = threading.Lock()  # alembic keeps the migration at work in a global of its own
_BUSY = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_SNAPSHOT"})
_NOT_OURS = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT"})
_CONTENDED = frozenset({"55P03", "40001", "40P01"})  # lock not available, serialization failure, deadlock
_UNREACHABLE = ("08", "28", "3D", "57P")  # connection, authorization, no such database, shut down


class OlderStoreError(ConflictError):
    """The store was written by an earlier urbium, and is to be upgraded first."""


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
        self._address = _address(url if self._passing is None else Path(self._passing.name) / "store.db")
        self.is_sqlite = self._address.get_backend_name() == "sqlite"
        self.place = _place(self._address) if self._passing is None else MEMORY
        self._engine = sa.create_engine(self._address, hide_parameters=True)
        if self.is_sqlite:
            query.prepare_sqlite(self._engine, patience)
        else:
            query.prepare_postgresql(self._engine, patience)
        self._is_open = True
        self._joint = threading.local()

    def close(self) -> None:
        """Give every connection back; harmless when done twice."""
        self._is_open = False
        self._engine.dispose()
        if self._passing is not None:
            self._passing.cleanup()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Run reads that all see the store at one instant."""
        joint = getattr(self._joint, "connection", None)
        if joint is not None:
            yield joint
            return
        with self._plainly(), self._engine.connect() as connection, query.steady(connection):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Run one change, alone: it is stored whole, or not at all when an error leaves the block."""
        joint = getattr(self._joint, "connection", None)
        if joint is not None:
            yield joint
            return
        with self._plainly(), self._engine.connect() as connection, query.alone(connection):
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make every change and read of this thread one change: all of it is stored, or nothing."""
        with self.writing() as connection:
            if getattr(self._joint, "connection", None) is not None:
                yield  # part of a change at work already
                return
            self._joint.connection = connection
            try:
                yield
            finally:
                self._joint.connection = None

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
        elif not create:
            raise NotFoundError(
                sentence("store.database.none_yet", "there is no store yet"),
                place=self.place,
                remedy=sentence("store.database.none_yet.remedy", "make one: open it with create=True"),
            )
        self._migrate()

    def _look_for_file(self, *, create: bool) -> None:
        if not self.is_sqlite:
            return
        path = Path(str(self._address.database))
        if path.is_dir():
            raise InputError(
                sentence("store.database.folder", "this is a folder"),
                place=self.place,
                remedy=sentence("store.database.folder.remedy", "name a file in it"),
            )
        if path.exists():
            return
        if not create:
            raise NotFoundError(
                sentence("store.database.missing", "there is no such file"),
                place=self.place,
                remedy=sentence(
                    "store.database.missing.remedy", "check the name, or open it with create=True"
                ),
            )
        if not path.parent.is_dir():
            raise NotFoundError(
                sentence("store.database.no_folder", "there is no folder {parent}", parent=path.parent),
                place=self.place,
                remedy=sentence("store.database.no_folder.remedy", "make the folder first"),
            )

    def _compare(self, version: str, *, create: bool) -> None:
        """Refuse a store of a newer schema, and an older one unless it is to be upgraded."""
        if not version.isdigit():
            raise self._foreign()
        if int(version) > int(VERSION):
            raise ConflictError(
                sentence(
                    "store.database.newer",
                    "the store has schema version {version}, this urbium knows versions up to {version2}",
                    version=version,
                    version2=VERSION,
                ),
                place=self.place,
                remedy=sentence("store.database.newer.remedy", "use the newer urbium that wrote it"),
            )
        if not create:
            raise OlderStoreError(
                sentence(
                    "store.database.older",
                    "the store has schema version {version}, this urbium writes version {version2}",
                    version=version,
                    version2=VERSION,
                ),
                place=self.place,
                remedy=sentence("store.database.older.remedy", "upgrade it: open it with create=True"),
            )

    def _migrate(self) -> None:
        """Bring the schema to the newest version in one transaction, and note it in the audit log."""
        from alembic import command  # noqa: PLC0415 - slow to import, and seldom needed
        from alembic.config import Config  # noqa: PLC0415

        with _MIGRATING:
            if self.is_sqlite:
                with self._plainly():
                    query.keep_a_write_ahead_log(self._engine)
            with self.writing() as connection:
                before = query.schema_version(connection)
                if before == VERSION:
                    return  # somebody else was faster
                config = Config()
                config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                audit_log.append(
                    connection,
                    who="urbium",
                    what="make store" if before is None else "upgrade store",
                    why="opened with create=True",
                    before={"schema": before},
                    after={"schema": VERSION},
                )

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn the errors of a driver into errors of urbium."""
        if not self._is_open:
            raise InputError(
                sentence("store.database.closed", "the store is closed"),
                place=self.place,
                remedy=sentence("store.database.closed.remedy", "open it again"),
            )
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise self._translated(error.orig or error) from error
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def _translated(self, error: BaseException) -> UrbiumError:
        name = getattr(error, "sqlite_errorname", None) or ""
        state = getattr(error, "sqlstate", None) or ""
        if name in _BUSY or state in _CONTENDED:
            return ConflictError(
                sentence("store.database.busy", "somebody else is writing"),
                place=self.place,
                remedy=sentence("store.database.busy.remedy", "try again; nothing was stored"),
            )
        if name in _NOT_OURS:
            return self._foreign()
        words = str(error).strip().partition("\n")[0]
        is_silent = not name and not state  # a driver that never reached its server has no code to give
        if name == "SQLITE_CANTOPEN" or state.startswith(_UNREACHABLE) or is_silent:
            return NotFoundError(
                sentence("store.database.unreachable", "the store cannot be reached: {words}", words=words),
                place=self.place,
                remedy=sentence(
                    "store.database.unreachable.remedy",
                    "check the address, the rights and that the server runs",
                ),
            )
        return UrbiumError(
            sentence("store.database.refused", "the database refused: {words}", words=words),
            place=self.place,
            remedy=sentence("store.database.refused.remedy", "nothing of this change was stored"),
        )

    def _foreign(self) -> InputError:
        return InputError(
            sentence("store.database.other", "this is not a store of urbium"),
            place=self.place,
            remedy=sentence("store.database.other.remedy", "name another file or database"),
        )


_REMEDY = sentence(
    "store.database.address_remedy", "give a path, or postgresql://user:password@host/database"
)
_ADDRESS_LIKE = re.compile(r"^(sqlite|postgres\w*)(\+\w+)?:/?[^/]", re.IGNORECASE)


def _address(url: str | Path) -> sa.URL:
    """Read a path or an address; raise InputError for another kind of database."""
    text = str(url)
    if isinstance(url, Path) or "://" not in text:
        if not text:
            raise InputError(
                sentence("store.address.number", "a store is a file or a PostgreSQL database"),
                remedy=sentence("store.address.number.remedy", "name a file"),
            )
        if _ADDRESS_LIKE.match(text):
            raise InputError(
                sentence("store.address.neither", "this is neither a file nor an address"),
                remedy=_REMEDY,
            )
        return sa.URL.create("sqlite+pysqlite", database=text)
    scheme, _, rest = text.partition("://")
    if scheme not in ("sqlite", "postgresql", "postgres", "postgresql+psycopg"):
        raise InputError(
            sentence(
                "store.address.kind",
                "{scheme!r} is not a kind of database that urbium knows",
                scheme=scheme,
            ),
            remedy=_REMEDY,
        )
    if scheme == "sqlite":
        return _address(Path(rest.removeprefix("/")))
    try:
        address = sa.make_url(f"postgresql+psycopg://{rest}")
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(
            sentence("store.address.unreadable", "the address of the database cannot be read"),
            remedy=_REMEDY,
        ) from None
    if "@" in (address.host or ""):
        raise InputError(
            sentence("store.address.at_sign", "there is an @ too many in the address"),
            remedy=sentence("store.address.at_sign.remedy", "write an @ of the password as %40"),
        )
    return address


def _place(address: sa.URL) -> str:
    """Name a database in messages: never its user, password or options."""
    if address.get_backend_name() == "sqlite":
        return str(address.database)
    port = f":{address.port}" if address.port else ""
    return f"postgresql://{address.host or ''}{port}/{address.database or ''}"

"""Copying: a whole store as another one, which is a backup, its restoration, or a move to another database.

History, secrets and work in progress are read at one instant, while others go on writing, and the copy is
proved (:mod:`urbium.store.verify`) before it takes its place: there is a whole one, or none. A file is copied
from a file page by page, and otherwise row by row. See ADR 0131.
"""

from contextlib import closing
from pathlib import Path

from urbium.errors import ConflictError
from urbium.files import filled_whole
from urbium.store.audit_log import Head
from urbium.store.database import Database
from urbium.store.queries import query, query_copying
from urbium.store.verify import verify
from urbium.text import coded, text

_OF_THE_OWNER = 0o600
"""Who may read a copy: it holds passwords (hashed), secrets of one-time codes, and what citizens wrote."""

_PATIENCE = 30.0


def copy_store(source: str | Path, target: str | Path) -> Head:
    """Copy a store to a place where there is none yet, and return the last entry of its audit log.

    Parameters
    ----------
    source : a path, or an address that begins with ``postgresql://``; others may go on writing to it
    target : a path at which there is no file, or the address of a database (its current schema) without
        tables

    Raises NotFoundError where there is no store at ``source``, ConflictError where there is something at
    ``target`` or the store is of another version or does not verify, and NoSpaceError on a full disk. Nothing
    is left at ``target`` after an error.
    """
    with closing(Database(source, patience=_PATIENCE)) as origin:
        origin.open(create=False)
        place = Database.file_of(target)
        if place is None:
            with closing(Database(target, patience=_PATIENCE)) as copy:
                return _copy_rows(origin, copy)
        if place.exists():
            raise ConflictError(
                coded("store.copy.file", "the file already exists"),
                place=str(target),
                remedy=text("name a file that does not exist yet"),
            )
        with filled_whole(place, mode=_OF_THE_OWNER) as draft:
            if origin.is_sqlite:
                origin.copy_pages(draft)
            with closing(Database(draft, patience=_PATIENCE)) as copy:
                return _proved(copy) if origin.is_sqlite else _copy_rows(origin, copy)


def _proved(copy: Database) -> Head:
    copy.open(create=False)
    with copy.reading() as connection:
        return verify(connection, copy.place)


def _copy_rows(origin: Database, copy: Database) -> Head:
    """Copy every table, pointed-at ones first; what was copied is proved before it is stored."""
    with origin.reading() as source, copy.founding() as target:
        for table in query_copying.TABLES_IN_ORDER:
            for block in query_copying.blocks(source, table):
                query_copying.add_block(target, table, block)
        head = verify(target, copy.place)
        if head != Head(*query.last_entry(source)):
            raise ConflictError(coded("store.copy.differs", "the copy differs from the store"))
        return head

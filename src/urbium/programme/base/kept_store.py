"""Kept store: where a programme is kept, opened with advice on what to do, and proved whole."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl

from urbium.errors import ConflictError, InputError, NotFoundError, UrbiumError
from urbium.store import Head, OlderStoreError, Store, copying
from urbium.store.queues.leases import WAITING
from urbium.store.queues.letters import FAILED
from urbium.store.queues.upkeep import BACKUP
from urbium.text import coded, text


def open_store(url: str | Path) -> Store:
    """Open the store of a programme; its errors say which command leads on.

    A store made before 1.0 may lack tables, and none is added: it is refused, not read in part.
    """
    try:
        store = Store.open(url)
    except NotFoundError as error:
        raise NotFoundError(
            error.message,
            place=error.place,
            remedy=text("create a programme with urbium new, or see the example with urbium demo"),
        ) from error
    except OlderStoreError as error:
        raise OlderStoreError(
            error.message,
            place=error.place,
            remedy=text(
                "upgrade it with urbium upgrade -d {place}; stored data does not change",
                place=error.place,
            ),
        ) from error
    try:
        _refuse_unfinished(store)
    except BaseException:
        store.close()
        raise
    return store


def _refuse_unfinished(store: Store) -> None:
    """Raise ConflictError where another version, before 1.0, made the tables of a store."""
    if lacking := store.lacking_columns():
        table, column = lacking[0]
        raise ConflictError(
            coded(
                "programme.store.unfinished",
                "this store was made by another version of urbium, before 1.0: its table {table} "
                "has no column {column}",
                table=table,
                column=column,
            ),
            place=store.place,
            remedy=text(
                "urbium does not upgrade stores made before 1.0: use the version that made this store, "
                "or start with a new file; to have a demo recreated, delete its file"
            ),
        )


def backup_store(source: str | Path, file: Path) -> Head:
    """Copy a whole programme into a new file, as :func:`copy_store` does, and note when that was."""
    head = copy_store(source, file)
    with (
        suppress(UrbiumError),
        open_store(source) as store,
    ):  # one that cannot be written to is backed up, too
        store.upkeep.note(BACKUP)
    return head


def copy_store(source: str | Path, target: str | Path) -> Head:
    """Copy a whole programme to where none is yet, prove the copy, and return its last entry.

    Parameters
    ----------
    source : a file, or the URL of a PostgreSQL database; others may go on writing to it
    target : a file that is not there yet, or the URL of an empty PostgreSQL database

    Raises what :func:`urbium.store.copying.copy_store` raises; nothing is left at ``target`` after an error.
    """
    open_store(source).close()  # says what to do where there is none
    return copying.copy_store(source, target)


def health(url: str | Path) -> Mapping[str, Any]:
    """Return how a store is: its last entry, what waits in its queues, and what room is left beside it.

    Parameters
    ----------
    url : a file, or the URL of a PostgreSQL database

    Returns
    -------
    mapping
        ``store``, ``entries``, ``instant`` (UTC; of the last entry), ``last backup`` (UTC; None where there
        was none), ``store bytes``, ``waiting jobs``, ``waiting letters``, ``failed letters``, ``waiting
        messages``, and ``free bytes`` where the store is a file.

    Raises NotFoundError or UnavailableError where it cannot be read.
    """
    with open_store(url) as store:
        return facts_of(store)


def facts_of(store: Store) -> Mapping[str, Any]:
    """Return what :func:`health` says, of an open store."""
    head, letters, backup = store.head(), store.letters.count(None), store.upkeep.last(BACKUP)
    facts = {
        "store": store.place,
        "entries": head.seq,
        "instant": head.instant,
        "last backup": backup,
        "store bytes": store.size_bytes,
        "waiting jobs": store.jobs.count().get(WAITING, 0),
        "waiting letters": letters.get(WAITING, 0),
        "failed letters": letters.get(FAILED, 0),
        "waiting messages": store.inbox.count(WAITING),
    }
    return facts if store.free_bytes is None else facts | {"free bytes": store.free_bytes}


def restart_clock(url: str | Path, *, by: str, reason: str) -> None:
    """Let instants follow the clock again after entries of a store that a wrong clock dated ahead.

    Raises ConflictError when the clock is not behind the last entry.
    """
    with open_store(url) as store:
        store.restart_clock(by=by, reason=reason)


def verify_store(
    url: str | Path, *, head: str | Path | None = None, expect: str = "", trusted: Sequence[str] = ()
) -> Mapping[str, Any]:
    """Prove that a store is whole; return its head, signed, as a document to be kept elsewhere.

    Parameters
    ----------
    url : a file, or the URL of a PostgreSQL database
    head : a head that was kept: the log must still have that entry
    expect : the hash of an entry that the log must have
    trusted : fingerprints of the keys that may have signed ``head``

    Returns
    -------
    mapping
        What :func:`urbium.publish.kept_head.signed_head` returns, or ``unsigned`` with the reason where there
        is no key; and ``restarts``, the entries by which somebody set instants back to the clock.

    Raises ConflictError where something does not hold, UnavailableError where the file cannot be read, and
    InputError for a file that is no head.
    """
    from urbium.publish.bundle.signing import signing_key  # noqa: PLC0415 - only when something is proved
    from urbium.publish.kept_head import read_head, said_of, signed_head  # noqa: PLC0415

    kept = [] if head is None else [read_head(Path(head), trusted=trusted)]
    kept += [Head(0, 0, expect.strip().lower())] if expect else []
    with open_store(url) as store:
        last = store.verify(kept)
        restarts = store.audit().filter(pl.col("what") == "restart clock")
    try:
        document = signed_head(last, signing_key())
    except InputError as error:
        document = {**said_of(last), "unsigned": str(error)}
    return {**document, "restarts": restarts.select("seq", "at", "who", "why").to_dicts()}

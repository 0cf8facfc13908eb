"""Opening: programmes that are made, opened, and brought up to date."""

from pathlib import Path
from typing import Any

from urbium.catalogue import load_catalogue
from urbium.errors import ConflictError
from urbium.programme.base.kept_store import open_store
from urbium.programme.base.settings import begun_with
from urbium.programme.programme import Programme
from urbium.store import Store
from urbium.text import coded, text

_SELF = "urbium"


def open_programme(url: str | Path, *, catalogue: Path | None = None) -> Programme:
    """Open the programme stored at ``url``: a file, or the URL of a PostgreSQL database.

    Raises NotFoundError when there is no such store, ConflictError when a newer urbium wrote it, or an older
    one and it is to be upgraded first.
    """
    declared = None if catalogue is None else load_catalogue(catalogue)
    return Programme(open_store(url), declared)


def upgrade(url: str | Path) -> None:
    """Bring the store of an earlier urbium up to date: tables and columns are added, nothing is changed.

    Raises NotFoundError when there is no such store, ConflictError when a newer urbium wrote it.
    """
    Store.upgrade(url)


def new(
    url: str | Path,
    *,
    catalogue: Path | None = None,
    set: str = "",  # noqa: A002 - what the command calls it
    **settings: Any,  # noqa: ANN401 - as begun_with understands them
) -> Programme:
    """Make an empty programme at ``url`` and open it.

    Parameters
    ----------
    url : a file, or the URL of a PostgreSQL database
    catalogue : a folder of tables over those of urbium
    set : the ready-made settings to begin with (``india-scm``, ``eu-mission`` ...; see
        :func:`urbium.catalogue.ready_made.ready_made_sets`)
    settings : over those of the set: ``name``, ``nation``, ``currency`` and more, as
        :func:`urbium.programme.base.settings.begun_with` understands them

    Raises ConflictError when there is a programme already, InputError or NotFoundError for a wrong setting.
    """
    declared = None if catalogue is None else load_catalogue(catalogue)
    begun = begun_with(set, declared, **settings)
    store = Store.open(url, create=True)
    is_new = store.audit().height == 1  # its making
    try:
        programme = Programme(store, declared)
        if is_new:
            packaged = list(programme.catalogue.sources.values())
            programme.register(sources=packaged, by=_SELF, reason="packaged sources")
            programme.settings.begin(begun, by=_SELF, reason="a new programme")
    except BaseException:
        store.close()
        raise
    if is_new:
        return programme
    store.close()
    raise ConflictError(
        coded("programme.new.exists", "there is already a programme"),
        place=store.place,
        remedy=text("name another file, or open this one"),
    )

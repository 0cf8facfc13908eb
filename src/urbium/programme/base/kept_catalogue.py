"""Kept catalogue: the tables of a programme's own in its store, in every version (ADR 0049)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from urbium.catalogue import Catalogue, load_catalogue, make_catalogue
from urbium.catalogue.tables.own_tables import OwnTables, stored_tables
from urbium.errors import NotFoundError
from urbium.store import Store
from urbium.text import coded, text

KIND: Final = "catalogue"
"""The kind of document that the store keeps it as."""

OWN: Final = "own"
"""The document that holds from its newest version on."""

IN_USE: Final = "in use"
"""The document of tables that were not imported, and on which an adopted result stands."""

CATALOGUE: Final = "catalogue"
"""Under which name an adopted result keeps the catalogue that it was made with."""


def document(catalogue: Catalogue) -> dict[str, Any]:
    """Return what is kept of a catalogue: its own tables, and their digest."""
    return {"sha256": catalogue.version, "tables": catalogue.tables.content()}


def newest(store: Store) -> int:
    """Return the number of the newest version of the catalogue; 0 where urbium's alone holds."""
    versions = store.kept(KIND).filter(id=OWN)["version"]
    return int(versions.max() or 0)


def current_tables(store: Store, version: int | None = None) -> OwnTables:
    """Return the own tables of a version, the newest unless given; NotFoundError where there is none."""
    content = store.kept(KIND, OWN, version=version)
    if content is None and version is not None:
        raise NotFoundError.named(
            text("version of the catalogue"),
            str(version),
            [str(number) for number in store.kept(KIND).filter(id=OWN)["version"]],
        )
    number = version or newest(store)
    place = text("version {number} of the programme's catalogue", number=number)
    return stored_tables((content or {}).get("tables", {}), place)


def current_catalogue(store: Store) -> Catalogue:
    """Return the catalogue that holds: urbium's, with the programme's own tables over it."""
    return make_catalogue(current_tables(store)) if newest(store) else load_catalogue()


def catalogue_called(store: Store, digest: str) -> Catalogue:
    """Return the catalogue whose own tables have a digest; raise NotFoundError where it is not kept."""
    if not digest:
        return load_catalogue()
    for _, _, content in _kept(store):
        if content["sha256"] == digest:
            place = text("the catalogue on which an adopted result is based")
            return make_catalogue(stored_tables(content["tables"], place))
    raise NotFoundError(
        coded("programme.catalogue.lost", "the catalogue {digest:.12} is not stored here", digest=digest),
        remedy=text("adopt the result again"),
    )


def version_of(store: Store, digest: str) -> int | None:
    """Return the number of the newest version with a digest; 0 for urbium's alone, None without any."""
    if not digest:
        return 0
    numbers = [
        number for name, number, content in _kept(store) if name == OWN and content["sha256"] == digest
    ]
    return max(numbers, default=None)


def _kept(store: Store) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Yield every kept document of the kind: name, version, content."""
    for name, number in store.kept(KIND).select("id", "version").iter_rows():
        yield name, number, store.kept(KIND, name, version=number)

"""Addresses: where a store is, and how messages say it.

A path is a SQLite file; an address that begins with ``postgresql://`` is a PostgreSQL database. The
password of an address appears in no message: a store calls itself by host and name only.
"""

import os
import re
from pathlib import Path

import sqlalchemy as sa

from urbium.errors import InputError
from urbium.extras import needs
from urbium.text import coded
from urbium.text import text as sentence

_REMEDY = sentence("enter a path, or postgresql://user:password@host/database")
_ADDRESS_LIKE = re.compile(r"^(sqlite|postgres\w*)(\+\w+)?:/?[^/]", re.IGNORECASE)


def address_of(url: str | Path) -> sa.URL:
    """Read a path or an address; raise InputError for another kind of database."""
    text = str(url)
    if isinstance(url, Path) or "://" not in text:
        if not text:
            raise InputError(
                coded("store.address.number", "a store is a file or a PostgreSQL database"),
                remedy=sentence("name a file"),
            )
        if _ADDRESS_LIKE.match(text):
            raise InputError(
                coded("store.address.neither", "this is neither a file nor an address"),
                remedy=_REMEDY,
            )
        return sa.URL.create("sqlite+pysqlite", database=text)
    scheme, _, rest = text.partition("://")
    if scheme not in ("sqlite", "postgresql", "postgres", "postgresql+psycopg"):
        raise InputError(
            coded("store.address.kind", "{scheme!r} is not a supported database type", scheme=scheme),
            remedy=_REMEDY,
        )
    if scheme == "sqlite":
        return address_of(Path(rest.removeprefix("/")))
    try:
        address = sa.make_url(f"postgresql+psycopg://{rest}")
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(
            coded("store.address.unreadable", "the address of the database cannot be read"),
            remedy=_REMEDY,
        ) from None
    needs("postgresql")
    if "@" in (address.host or ""):
        raise InputError(
            coded("store.address.at_sign", "there is one @ too many in the address"),
            remedy=sentence("write an @ in the password as %40"),
        )
    return address


def is_protected(place: str) -> bool:
    """Say whether a file is there that may be read and not written to, or beside which no log may be kept."""
    path = Path(place)
    return path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def place_of(address: sa.URL) -> str:
    """Name a database in messages: never its user, password or options."""
    if address.get_backend_name() == "sqlite":
        return str(address.database)
    port = f":{address.port}" if address.port else ""
    return f"postgresql://{address.host or ''}{port}/{address.database or ''}"

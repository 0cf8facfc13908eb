"""Publications as they are stored: what each is pinned to, and its tables, kept whole for good (ADR 0140).

A row names what a publication was made of and the digests of what is kept; the compressed bytes are kept like
every other file, under their own digest. Nothing of it is ever changed.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa

from urbium.reads import PUBLICATIONS, note_read
from urbium.store import audit_log
from urbium.store.audit_log import canonical, sha256
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import TABLES

_PUBLICATION = TABLES.tables["publication"]
_AUDIT = TABLES.tables["audit"]
_PINS: Final = (
    "id", "known_on", "code", "settings", "catalogue", "policy", "content", "licence", "supersedes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a publication: format and name, its bytes and their sha256, and that of what is kept."""

    format: str
    name: str
    media_type: str
    size: int
    sha256: str
    kept: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What is kept of a publication.

    Parameters
    ----------
    id : names it for good
    known_on : the instant on which everything in it was known, microseconds since 1970
    code : the version of urbium that wrote it
    settings, catalogue, policy, content : digests of what it was made of, and of what it says
    licence : the address of its licence; empty when none was named
    supersedes : the id of the publication before it; empty for none
    files : as they were written
    made, number : the instant it was stored, and its place in the log; 0 before
    """

    id: str
    known_on: int
    code: str
    settings: str
    catalogue: str
    policy: str
    content: str
    licence: str
    supersedes: str
    files: tuple[PublishedFile, ...]
    made: int = 0
    number: int = 0


class PublicationStore(StorePart):
    """The publications of a store."""

    def add(self, publication: Publication, *, by: str, reason: str) -> None:
        """Keep a publication of which the files are kept already; one that is there stays as it is."""
        audit_log.demand(by=by, reason=reason)
        row = {name: getattr(publication, name) for name in _PINS}
        row["files"] = canonical([asdict(file) for file in publication.files])
        with self._database.writing() as connection:
            if connection.scalar(sa.select(_PUBLICATION.c.id).where(_PUBLICATION.c.id == publication.id)):
                return
            entry = audit_log.append(
                connection, who=by, what="publish", why=reason, before={}, after={"publication": _said(row)}
            )
            query.add_rows(connection, "publication", [{**row, "entry": entry.seq}])

    def listed(self) -> list[Publication]:
        """Return every publication, the one that was known last first."""
        statement = (
            sa.select(_PUBLICATION, _AUDIT.c.at)
            .join(_AUDIT, _AUDIT.c.seq == _PUBLICATION.c.entry)
            .order_by(_PUBLICATION.c.known_on.desc(), _PUBLICATION.c.entry.desc())
        )
        note_read(PUBLICATIONS)
        with self._database.reading() as connection:
            return [_publication(row) for row in connection.execute(statement).mappings()]


def _publication(row: Mapping[Any, Any]) -> Publication:
    files = tuple(PublishedFile(**file) for file in json.loads(row["files"]))
    return Publication(
        **{name: row[name] for name in _PINS}, files=files, made=row["at"], number=row["entry"]
    )


def _said(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what the audit log says of a publication."""
    return {"id": row["id"], "sha256": sha256(canonical({name: row[name] for name in (*_PINS, "files")}))}


def additions(connection: sa.Connection) -> dict[int, dict[str, Any]]:
    """Return what each entry of the audit log must say that it added of publications."""
    rows = connection.execute(sa.select(_PUBLICATION)).mappings()
    return {row["entry"]: {"publication": _said(row)} for row in rows}

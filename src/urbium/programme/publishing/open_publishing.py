"""Open publishing: what everybody may see, pinned on an instant, kept for good and written in open formats.

The CSV tables of a publication are kept; its other files are written of them when somebody asks (ADR 0140).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.programme.base.settings import check_licence
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.money.finances import Finances
from urbium.programme.publishing.open_records import OpenRecords
from urbium.store import Publication, PublishedFile
from urbium.store.audit_log import instant, microseconds, sha256_of_bytes
from urbium.text import coded, text
from urbium.text.advice import advice

if TYPE_CHECKING:
    from urbium.publish.open_data import OpenData

_GZIP: Final = "application/gzip"


@dataclass(frozen=True, slots=True)
class PublicationDraft:
    """A publication before it is kept: the contents that are, by gzip; None where it is published already."""

    publication: Publication
    contents: list[bytes] | None


class OpenPublishing:
    """The publications of a programme in open formats, pinned and kept for good."""

    def __init__(self, desk: Desk, casework: Casework, finances: Finances) -> None:
        self._desk, self._records = desk, OpenRecords(desk, casework, finances)
        self._store = desk.workspace.store

    # --- reading ----------------------------------------------------------------------------------------

    def listed(self) -> list[Publication]:
        """Return every publication, the newest first."""
        return self._store.publications.listed()

    def one(self, id_: str = "") -> Publication:
        """Return a publication, the newest unless named; NotFoundError where there is none."""
        publications = self.listed()
        if not publications:
            raise NotFoundError(
                coded("programme.publication.none", "nothing has been published yet"),
                remedy=advice(
                    text("run urbium publish"), text("ask the programme office to publish open data")
                ),
            )
        by_id = {one.id: one for one in publications}
        if id_ and id_ not in by_id:
            raise NotFoundError.named(text("publication"), id_, by_id)
        return by_id[id_] if id_ else publications[0]

    def file(self, id_: str, name: str) -> tuple[PublishedFile, bytes]:
        """Return a file of a publication and its content, compressed by gzip; NotFoundError for none.

        What is kept is as it was written; the rest is written of it now.
        """
        publication = self.one(id_)
        files = {file.name: file for file in publication.files}
        if name not in files:
            raise NotFoundError.named(text("file in the publication"), name, files)
        if not files[name].kept:
            return self._made(publication, name)
        stored = self._store.dossiers.attachment(files[name].kept)
        if stored is None:  # the store was changed from outside: urbium verify says so
            raise NotFoundError.named(text("file in the publication"), name, ())
        return files[name], stored[0]

    def _made(self, publication: Publication, name: str) -> tuple[PublishedFile, bytes]:
        from urbium.publish.open_data import FORMATS, Packed, made  # noqa: PLC0415 - loads when needed

        beside = [
            Packed(one.format, one.name, row.title, one.media_type, row.standard, one.size, one.sha256)
            for one in publication.files
            if (row := FORMATS.get(one.name))
        ]
        if name not in FORMATS:  # a package that is no longer installed wrote it
            raise NotFoundError.named(text("file in the publication"), name, (one.name for one in beside))
        written = made(self.record(publication.id), name, beside)
        file = next(one for one in publication.files if one.name == name)
        return replace(file, size=written.size, sha256=written.sha256), written.content

    def record(self, id_: str = "") -> "OpenData":
        """Return what a publication holds, the newest unless named, read from the files that are kept of it.

        Raises NotFoundError for a publication that is not there, or that an earlier urbium wrote, which kept
        all of its files.
        """
        from urbium.publish.open_data import read  # noqa: PLC0415 - writers load when they are needed

        publication = self.one(id_)

        def reread() -> "OpenData":
            record = read(partial(self.content, publication.id))
            if record is None:
                raise NotFoundError(
                    coded(
                        "programme.publication.earlier", "an earlier version of urbium wrote this publication"
                    ),
                    place=publication.id,
                    remedy=advice(
                        text("run urbium publish"), text("ask the programme office to publish open data")
                    ),
                )
            return record

        return self._desk.workspace.once("open data", reread, of=publication.id, is_pinned=True)

    def changes(self, id_: str = "") -> "dict[str, pl.DataFrame]":
        """Return by table what a publication changed of the one before it; nothing where none is before it.

        A row of it says whether it was added or withdrawn, or stands as it was before and after. Raises
        NotFoundError as :meth:`record` does.
        """
        from urbium.publish.open_data import changed_rows  # noqa: PLC0415 - writers load when they are needed

        later = self.one(id_)
        if not later.supersedes:
            return {}

        def compared() -> "dict[str, pl.DataFrame]":
            return changed_rows(self.record(later.supersedes), self.record(later.id))

        return self._desk.workspace.once("changes of a publication", compared, of=later.id, is_pinned=True)

    def changed(self, id_: str = "") -> list[dict[str, Any]]:
        """Return of each table what it is called, and how many rows were added, changed and withdrawn."""
        from urbium.publish.open_data import TABLES, counts  # noqa: PLC0415 - as above

        return [
            {"name": name, "title": TABLES[name].title, **counts(rows)}
            for name, rows in self.changes(id_).items()
        ]

    def described(self, publication: Publication) -> dict[str, Any]:
        """Return the Data Package that describes the tables of a publication; nothing where it has none."""
        from urbium.publish.open_data import PACKAGE  # noqa: PLC0415 - as above

        if not any(file.name == PACKAGE for file in publication.files):
            return {}
        return dict(json.loads(self.content(publication.id, PACKAGE)))

    def pieces(self, compressed: bytes) -> Iterator[bytes]:
        """Yield a file in pieces, as it was written."""
        from urbium.publish.open_data import unpacked  # noqa: PLC0415 - writers load when they are needed

        return unpacked(compressed)

    def content(self, id_: str, name: str) -> bytes:
        """Return a file of a publication as it was written."""
        return b"".join(self.pieces(self.file(id_, name)[1]))

    def table(self) -> pl.DataFrame:
        """Return the publications as a table: id, known_on (to the second), supersedes, files."""
        rows = [self.facts(one) for one in self.listed()]
        names = ("id", "known_on", "supersedes")
        return pl.DataFrame(
            [{name: row[name][:19] for name in names} | {"files": len(row["files"])} for row in rows],
            schema=dict.fromkeys(names, pl.String()) | {"files": pl.Int64()},
        )

    def facts(self, publication: Publication, origin: str = "") -> dict[str, Any]:
        """Return what is said of a publication: what it is pinned to, its files, how to cite it.

        ``origin`` is where the programme is asked, which counts where its settings name no address.
        """
        from urbium.publish.open_data import FORMATS  # noqa: PLC0415 - writers load when they are needed

        settings = self._desk.settings()
        address = f"/publications/{publication.id}"
        known_on = instant(publication.known_on).isoformat()
        return {
            "id": publication.id,
            "address": address,
            "known_on": known_on,
            "published": instant(publication.made).isoformat() if publication.made else "",
            "code": publication.code,
            "settings": publication.settings,
            "catalogue": publication.catalogue,
            "policy": publication.policy,
            "content": publication.content,
            "licence": publication.licence,
            "supersedes": publication.supersedes,
            "superseded_by": [one.id for one in self.listed() if one.supersedes == publication.id],
            "cite": text(
                "{name}: publication {id}, data as of {day:date}. {address}",
                name=self._desk.settings.name() or "urbium",
                id=publication.id,
                day=instant(publication.known_on).astimezone(self._desk.settings.zone()).date(),
                address=(settings.address or origin).rstrip("/") + address,
            ),
            "files": [
                {
                    "name": file.name,
                    "format": file.format,
                    "title": FORMATS[file.name].title if file.name in FORMATS else file.name,
                    "media_type": file.media_type,
                    "bytes": file.size or None,  # neither of what is made when somebody asks for it
                    "sha256": file.sha256 or None,
                    "address": f"{address}/{file.name}",
                    "lost": FORMATS[file.name].lost if file.name in FORMATS else "",
                }
                for file in publication.files
            ],
        }

    def absent(self, publication: Publication) -> dict[str, str]:
        """Return the formats that a publication is not of, each with the extra that it asks for here."""
        from urbium.publish.open_data import FORMATS, missing  # noqa: PLC0415 - loads when it is needed

        written, extras = {file.format for file in publication.files}, missing()
        return {row.name: extras.get(row.name, "") for row in FORMATS.values() if row.name not in written}

    # --- publishing -------------------------------------------------------------------------------------

    def publish(
        self,
        *,
        by: str,
        reason: str = "",
        formats: Iterable[str] = (),
        as_known_on: datetime | None = None,
        licence: str = "",
        dry_run: bool = False,
    ) -> Publication:
        """Publish what everybody may see, and return the publication; what is published already stays.

        Parameters
        ----------
        by, reason : who publishes and why
        formats : which of :data:`urbium.publish.open_data.FORMATS`, by name; all when none is named, but for
            those whose extra is not installed
        as_known_on : the instant on which it was known; now when left out
        licence : the address of the licence of the whole, that of the settings unless given; those of the
            sources hold besides
        dry_run : write the files and keep nothing

        Raises
        ------
        InputError : there is no figure to publish, the instant lies ahead, a format refuses what it reads, or
            its extra is not installed
        NotFoundError : there is no such format
        """
        draft = self.draft(formats=formats, as_known_on=as_known_on, licence=licence)
        return draft.publication if dry_run else self.keep(draft, by=by, reason=reason)

    def draft(
        self, *, formats: Iterable[str] = (), as_known_on: datetime | None = None, licence: str = ""
    ) -> "PublicationDraft":
        """Write what :meth:`publish` publishes, and keep nothing."""
        from urbium.publish.open_data import chosen, packed  # noqa: PLC0415 - loads when it is needed

        known_on = self._instant(as_known_on)
        licence = check_licence(licence or self._desk.settings().licence)
        named = chosen(formats)
        record = self._records.gather(known_on, licence, named)
        publications = self.listed()
        same = [one for one in publications if one.id == record.id]
        if as_known_on is None:  # nothing has changed since
            latest = takewhile(lambda one: _pins(one) == _pins(record), publications)
            same += [one for one in latest if _has(one, named)]
        if same:
            return PublicationDraft(same[0], None)
        written = packed(record, named)
        publication = Publication(
            id=record.id,
            known_on=microseconds(known_on),
            supersedes=next((one.id for one in publications if one.known_on <= microseconds(known_on)), ""),
            files=tuple(
                PublishedFile(
                    file.format,
                    file.name,
                    file.media_type,
                    file.size,
                    file.sha256,
                    sha256_of_bytes(file.content) if file.content else "",
                )
                for file in written
            ),
            code=record.code,
            settings=record.settings,
            catalogue=record.catalogue,
            policy=record.policy,
            content=record.content,
            licence=licence,
        )
        return PublicationDraft(publication, [file.content for file in written if file.content])

    def keep(self, draft: "PublicationDraft", *, by: str, reason: str = "") -> Publication:
        """Keep a publication for good and return it; one that is published already stays."""
        publication = draft.publication
        if draft.contents is None:
            return publication
        reason = reason or text("publication {id}", id=publication.id).render()
        with self._store.together():
            for content in draft.contents:
                self._store.dossiers.keep_attachment(content, _GZIP, by=by, reason=reason)
            self._store.publications.add(publication, by=by, reason=reason)
        return self.one(publication.id)

    def _instant(self, asked: datetime | None) -> datetime:
        now = max(datetime.now(UTC), self._store.last_change())
        if asked is not None and asked > now:
            raise InputError(
                coded("programme.publication.ahead", "this time is in the future"),
                place=asked.isoformat(),
                remedy=text("enter a time in the past, or omit it to use the current time"),
            )
        return asked or now


def _pins(one: "OpenData | Publication") -> dict[str, str]:
    """Return what a publication is made of, but for the instant."""
    return {
        name: getattr(one, name) for name in ("code", "settings", "catalogue", "policy", "content", "licence")
    }


def _has(publication: Publication, formats: Sequence[str]) -> bool:
    """Say whether a publication is of these formats; of all when none is named."""
    from urbium.publish.open_data import FORMATS  # noqa: PLC0415 - as above

    wanted = set(formats) or {row.name for row in FORMATS.values()}
    return {file.format for file in publication.files} == wanted

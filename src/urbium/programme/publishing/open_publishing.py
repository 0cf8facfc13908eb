"""Open publishing: what everybody may see, pinned on an instant, written in open formats and kept for good.

What is handed out is read as somebody reads it who has not signed in (:data:`urbium.access.ANYBODY`): figures
that are neither suspect nor rejected, scores and outlook that rest on those alone, the adopted plan, and of
dossiers the versions and fields that the public sees, of those that it still sees today.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.access import ANYBODY, Role, rights
from urbium.catalogue.tables.rows import is_name, names
from urbium.errors import InputError, NotFoundError
from urbium.model import Names
from urbium.model.dossiers import Dossier
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.money.finances import Finances
from urbium.programme.publishing.open_projects import Projects
from urbium.programme.publishing.open_results import OpenResult, open_result
from urbium.store import Publication, PublishedFile
from urbium.store.audit_log import canonical, instant, microseconds, sha256, sha256_of_bytes
from urbium.text import ENGLISH, coded, language, text

if TYPE_CHECKING:
    from urbium.plan import Plan
    from urbium.publish.open_data import OpenData

_PINNED: Final = (
    "name", "nation", "currency", "price_year", "languages", "fiscal_year", "words", "address",
)  # fmt: skip
"""The settings that are seen in what is published."""
_ID_LENGTH: Final = 16
_BLOCK: Final = 20_000
_GZIP: Final = "application/gzip"
_RESULTS: Final = ("scores", "outlook")


@dataclass(frozen=True, slots=True)
class PublicationDraft:
    """A publication before it is kept: its files' contents by gzip, None where it is published already."""

    publication: Publication
    contents: list[bytes] | None


class OpenPublishing:
    """The publications of a programme in open formats, pinned and kept for good.

    Parameters
    ----------
    desk : what may be asked
    casework : what actors see
    finances : who finances what
    """

    def __init__(self, desk: Desk, casework: Casework, finances: Finances) -> None:
        self._desk, self._casework, self._finances = desk, casework, finances
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
                coded("programme.publication.none", "nothing is published yet"),
                remedy=text("run urbium publish"),
            )
        by_id = {one.id: one for one in publications}
        if id_ and id_ not in by_id:
            raise NotFoundError.named(text("publication"), id_, by_id)
        return by_id[id_] if id_ else publications[0]

    def file(self, id_: str, name: str) -> tuple[PublishedFile, bytes]:
        """Return a file of a publication and its content, compressed by gzip; NotFoundError for none."""
        files = {file.name: file for file in self.one(id_).files}
        if name not in files:
            raise NotFoundError.named(text("file in the publication"), name, files)
        stored = self._store.dossiers.attachment(files[name].kept)
        if stored is None:  # the store was changed from outside: urbium verify says so
            raise NotFoundError.named(text("file in the publication"), name, ())
        return files[name], stored[0]

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

    def facts(self, publication: Publication) -> dict[str, Any]:
        """Return what is said of a publication: what it is pinned to, its files, how to cite it."""
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
                "{name}: publication {id}, data as of {known_on}. {address}",
                name=self._desk.settings.name() or "urbium",
                id=publication.id,
                known_on=known_on,
                address=settings.address.rstrip("/") + address,
            ),
            "files": [
                {
                    "name": file.name,
                    "format": file.format,
                    "title": FORMATS[file.name].title if file.name in FORMATS else file.name,
                    "media_type": file.media_type,
                    "bytes": file.size,
                    "sha256": file.sha256,
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
        licence : the address of the licence of the whole; those of the sources hold besides
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
        _check_licence(licence)
        named = chosen(formats)
        record = self._record(known_on, licence, named)
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
                    sha256_of_bytes(file.content),
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
        return PublicationDraft(publication, [file.content for file in written])

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
                remedy=text("name a past time, or none for now"),
            )
        return asked or now

    def _record(self, known_on: datetime, licence: str, formats: Sequence[str]) -> "OpenData":
        """Return what everybody may see as the record that formats are written from."""
        from urbium.publish.open_data import OpenData, empty  # noqa: PLC0415 - as above

        settings = self._desk.settings()
        figures = self._figures(known_on)
        if figures.is_empty():
            raise InputError(
                coded("programme.publication.empty", "there are no figures to publish"),
                remedy=text("import figures first: urbium load FILE"),
            )
        with language(ENGLISH):
            results = self._results(known_on, figures)
            projects = self._projects(known_on)
        frames = {
            "places": self._places(known_on),
            "variables": self._variables(figures, [row for one in results.values() for row in one.variables]),
            "sources": self._sources(
                figures,
                known_on,
                [one.source | {"publisher": self._desk.settings.name()} for one in results.values()],
            ),
            "figures": figures,
            **{stage: results[stage].rows if stage in results else empty(stage) for stage in _RESULTS},
            **projects,
        }
        tables = {name: _allowed(name, frame, settings.languages) for name, frame in frames.items()}
        public = {name: getattr(settings, name) for name in _PINNED}
        pins = {
            "settings": sha256(canonical(_plain(public))),
            "catalogue": self._desk.workspace.catalogue.version,
            "policy": sha256(canonical([_policy(), {name: frame.columns for name, frame in tables.items()}])),
            "content": _digest(tables),
            "code": version("urbium"),
            "licence": licence,
        }
        id_ = sha256(canonical([pins, microseconds(known_on), list(formats)]))[:_ID_LENGTH]
        return OpenData(
            id=id_,
            known_on=known_on,
            name=dict(settings.name),
            languages=settings.languages,
            nation=settings.nation,
            currency=settings.currency,
            address=settings.address,
            tables=tables,
            **pins,
        )

    def _figures(self, known_on: datetime) -> pl.DataFrame:
        """Return the figures as they were known, one variable after the other; texts as categories."""
        from urbium.publish.open_data import PUBLIC_STATUSES, TABLES  # noqa: PLC0415 - as above

        columns: dict[str, pl.DataType] = {
            column.name: pl.Float64() if column.kind == "number" else pl.Categorical()
            for column in TABLES["figures"].columns
        }
        parts = [pl.DataFrame(schema=columns)]
        for variable in self._store.variables(as_known_on=known_on):
            stored = self._store.observations(
                variables=[variable], statuses=PUBLIC_STATUSES, as_known_on=known_on
            ).rename({"city": "place", "area": "boundary"})
            parts.append(stored.select(*columns).filter(pl.col("value").is_finite()).cast(pl.Schema(columns)))
        return pl.concat(parts)

    def _places(self, known_on: datetime) -> pl.DataFrame:
        return self._store.cities(as_known_on=known_on).rename({"code": "place"}).sort("place")

    def _variables(self, figures: pl.DataFrame, indices: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
        """Return what is declared of the variables of some figures; one that is retired keeps its name.

        ``indices`` are the rows of those that are computed.
        """
        declared = self._desk.workspace.catalogue.variables
        languages = self._desk.settings().languages
        rows = []
        for name in sorted(figures["variable"].unique()):
            variable = declared.get(name)
            rows.append(
                {
                    "variable": name,
                    **_names(variable.name if variable else {}, languages),
                    "unit": variable.unit if variable else "",
                    "boundary": variable.area if variable else "",
                    "definition": variable.definition if variable else "",
                }
            )
        rows += [
            {column: said for column, said in row.items() if not is_name(column)}
            | _names(names(row), languages)
            for row in indices
        ]
        columns = {f"name_{one}": pl.String() for one in languages}
        columns |= {column: pl.String() for row in rows for column in row if is_name(column)}
        return pl.DataFrame(rows, schema_overrides=columns, infer_schema_length=None)

    def _sources(
        self, figures: pl.DataFrame, known_on: datetime, results: Iterable[Mapping[str, Any]]
    ) -> pl.DataFrame:
        """Return the sources of some figures, and those that results are."""
        sources = self._store.sources(as_known_on=known_on)
        names = sorted(figures["source"].unique())
        fields = ("publisher", "title", "year", "licence", "origin")
        return pl.DataFrame(
            [
                *(
                    {"source": name} | {field: getattr(sources[name], field) for field in fields}
                    for name in names
                ),
                *results,
            ]
        )

    def _results(self, known_on: datetime, figures: pl.DataFrame) -> dict[str, OpenResult]:
        """Return the results that were adopted on an instant and can be published, by stage."""
        results = {}
        for stage in _RESULTS:
            number, adopted = self._adopted(stage, known_on)
            kept = self._store.kept("adopted", stage, version=number) if number else None
            if kept is not None:
                result = self._desk.workspace.adopted_as(stage, number)
                published = open_result(result, kept, adopted, number, figures)
                if published is not None:
                    results[stage] = published
        return results

    def _projects(self, known_on: datetime) -> dict[str, pl.DataFrame]:
        """Return projects of the adopted plan and of task books in force, their money and who finances it."""
        workspace = self._desk.workspace
        catalogue = workspace.catalogue
        projects = Projects(self._desk.settings().fiscal_year, catalogue.solutions, catalogue.instruments)
        number, _ = self._adopted("plan", known_on)
        plan: Plan | None = workspace.adopted_as("plan", number)
        if plan is not None:
            projects.add_plan(plan)
            projects.add_finance(
                plan,
                self._finances.draws(plan),
                self._finances.signed(plan, as_known_on=known_on),
                self._finances.inflows(plan),
            )
        reports: dict[str, list[Dossier]] = {}
        for report in self._seen("report", known_on):
            reports.setdefault(report.parent, []).append(report)
        examples = self._desk.examples()
        for book in (one for one in self._seen("taskbook", known_on) if one.round not in examples):
            projects.add_book(book, reports.get(book.code, []))
        return projects.tables()

    def _seen(self, kind: str, known_on: datetime) -> Iterator[Dossier]:
        """Yield the dossiers of a kind as the public saw them on an instant, of those it sees today."""
        for sight in self._casework.listed(ANYBODY, kind, as_known_on=known_on):
            yield sight.dossier

    def _adopted(self, stage: str, known_on: datetime) -> tuple[int, datetime]:
        """Return number and instant of the result of a stage that was adopted on an instant; 0 for none."""
        kept = self._store.kept("adopted").filter(
            (pl.col("id") == stage) & (pl.col("recorded_at") <= known_on)
        )
        rows = kept.sort("version").select("version", "recorded_at").rows()
        return rows[-1] if rows else (0, known_on)


def _allowed(name: str, frame: pl.DataFrame, languages: Sequence[str]) -> pl.DataFrame:
    """Return the columns of a table that are handed out, and its names in the programme's languages."""
    from urbium.publish.open_data import TABLES  # noqa: PLC0415 - as above

    declared = [column.name for column in TABLES[name].columns]
    spoken = [f"{what}_{one}" for what in ("name", "province") for one in languages]
    if name == "variables":  # what has no name in these languages bears its own, said to be in that
        spoken += [column for column in frame.columns if is_name(column) and column not in spoken]
    key, *others = declared
    columns = [key, *(one for one in spoken if one in frame.columns), *others]
    return frame.select(columns)


def _names(declared: Names, languages: Sequence[str]) -> dict[str, str | None]:
    """Return the columns of names: those of the languages, or the first name where it has none of them.

    >>> _names({"pt": "Leitos", "es": "Camas"}, ["en"])
    {'name_en': None, 'name_pt': 'Leitos'}
    """
    said = dict(declared)
    columns = {f"name_{one}": said.get(one) for one in languages}
    if said and not any(columns.values()):
        first = next(iter(said))
        columns[f"name_{first}"] = said[first]
    return columns


def _policy() -> list[Any]:
    """Return what the policy lets the public read, in an order that is always the same."""
    return sorted(
        [right.kind, right.where, *sorted(right.states), *sorted(right.circles)]
        for right in rights()
        if right.role is Role.PUBLIC and right.action == "read"
    )


def _digest(tables: Mapping[str, pl.DataFrame]) -> str:
    digest = hashlib.sha256()
    for frame in tables.values():
        for block in (frame.clear(), *frame.iter_slices(_BLOCK)):
            digest.update(block.write_csv().encode())
    return digest.hexdigest()


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


def _check_licence(licence: str) -> None:
    if licence and not licence.startswith(("https://", "http://")):
        raise InputError(
            coded(
                "programme.publication.licence", "{licence!r} is not an address of a licence", licence=licence
            ),
            remedy=text("write for example https://creativecommons.org/licenses/by/4.0/"),
        )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any setting
    """Return a setting as JSON has it."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return list(value) if isinstance(value, tuple) else value

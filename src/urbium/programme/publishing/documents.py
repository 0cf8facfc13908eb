"""Documents: what a programme writes for people: each kind is one row, its content from adopted results."""

import io
import os
import zipfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from urbium.access import ANYBODY, Actor
from urbium.errors import NotFoundError, UrbiumError
from urbium.pilot.circulars import EVERY, Circular, CityLetter
from urbium.pilot.contracts import reports
from urbium.pilot.steps import state
from urbium.processes import Processes
from urbium.programme.base.outlines import Outlines
from urbium.programme.base.own_words import words_of
from urbium.programme.base.pilots_register import COUNTED, PilotsRegister
from urbium.programme.base.stages import STAGES
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.kinds import KINDS
from urbium.programme.cases.rules.circular_rules import cities_of
from urbium.programme.cases.rules.contract_cases import indicator_titles
from urbium.programme.money.finances import Finances
from urbium.programme.money.market import Market
from urbium.programme.publishing.document_kinds import DOCUMENT_KINDS
from urbium.text import Text, spoken, text
from urbium.text.own_words import in_own_words, own_words

if TYPE_CHECKING:
    from urbium.publish.documents.basis import Basis
    from urbium.publish.documents.document import Document
    from urbium.publish.documents.yearbook import Published

PAPERS: Final = ("circular", "city_letter", "report")
"""The kinds of cases that are official documents."""
_STAGES: Final = ("scores", "outlook", "nation", "pressure", "plan", "costs", "talent")
_AHEAD: Final = 4 * (os.cpu_count() or 1)
"""Documents that are begun ahead of the one that is packed."""
Report = Callable[[Mapping[str, Any]], None]
"""Notes how far the work is."""


class Documents:
    """Designs, briefs, pages and yearbooks for people.

    Parameters
    ----------
    desk : the stages of the programme
    casework, market, pilots : what readers see of cases, projects and pilots
    finances : what is signed of the plan's money
    """

    def __init__(
        self, desk: Desk, casework: Casework, market: Market, pilots: PilotsRegister, finances: Finances
    ) -> None:
        self._desk, self._casework, self._market, self._pilots = desk, casework, market, pilots
        self._finances = finances

    def compose(
        self, kind: str, about: str = "", *, outline: str | Path = "", actor: Actor = ANYBODY
    ) -> "Document":
        """Return a document of the adopted results.

        Parameters
        ----------
        kind : one of :data:`DOCUMENT_KINDS`
        about : code or name of a city, code of a project; nothing for a document about the programme
        outline : of a design: an id, or the path of a table (no word is one); the nation's unless given
        actor : who reads; the public unless given

        Raises NotFoundError for a kind, city, project or outline that is not there, InputError with all
        faults of an outline.
        """
        if kind not in DOCUMENT_KINDS:
            raise NotFoundError.named(text("kind of document"), kind, DOCUMENT_KINDS)
        compose = DOCUMENT_KINDS[kind].compose
        with own_words(partial(words_of, self._desk.workspace)):
            composed: Document = (
                compose(self.basis(), about) if compose else getattr(self, kind)(about, outline, actor)
            )
        return composed

    @staticmethod
    def content(document: "Document", ending: str) -> bytes:
        """Return a document as a file: ``pdf``, ``docx``, ``html`` or ``md``."""
        from urbium.publish.documents.files import content  # noqa: PLC0415

        return content(document, ending)

    def media_type(self, ending: str) -> str:
        """Return the type of a file on the web; NotFoundError for an ending that is none of a document."""
        from urbium.publish.documents.files import ENDINGS  # noqa: PLC0415

        if ending not in ENDINGS:
            raise NotFoundError.named(text("kind of file"), ending, ENDINGS)
        return ENDINGS[ending].media_type

    def write(self, document: "Document", path: str | Path) -> Path:
        """Write a document; the ending of the path says as what."""
        from urbium.publish.documents.files import write  # noqa: PLC0415

        return write(document, path)

    @staticmethod
    def stand_ins(document: "Document", ending: str) -> list[Text]:
        """Return which faces a PDF of an official document lacks on this machine, and what to install."""
        from urbium.publish.documents import official  # noqa: PLC0415

        if document.official is None or ending != "pdf" or document.language not in official.LANGUAGES:
            return []
        lacking = official.stand_ins()
        return [*lacking, official.INSTALL] if lacking else []

    def of_every_city(
        self,
        kind: str,
        ending: str,
        *,
        outline: str | Path = "",
        report: Report = lambda _: None,
        executor: Executor | None = None,
    ) -> bytes:
        """Return the documents of all cities as one archive, as the public reads them.

        They are composed here and written in other processes; a city whose document cannot be
        written is named in ``refused.txt`` of the archive, and the others are written all the same.

        Parameters
        ----------
        kind, ending : a kind about a city, and an ending
        outline : as for one document
        report : notes how far the work is; what it raises ends the work
        executor : where documents are written; processes of our own, one a core, unless given
        """
        from urbium.publish.documents.files import content  # noqa: PLC0415

        about = [name for name, row in DOCUMENT_KINDS.items() if row.about == "city"]
        if kind not in about:
            raise NotFoundError.named(text("kind of document about a city"), kind, about)
        self.media_type(ending)
        codes = self._desk.register.require_cities()["code"].to_list()
        pool = executor or Processes()  # one a core: the renderer holds the interpreter's lock

        def begun(code: str) -> "Future[bytes]":
            return pool.submit(content, self.compose(kind, code, outline=outline), ending)

        try:
            return _archive(codes, begun, f"{kind}-{{}}.{ending}", report)
        finally:
            if executor is None:
                pool.shutdown(wait=False, cancel_futures=True)

    # --- what documents are composed of -----------------------------------------------------------------

    def basis(self) -> "Basis":
        """Return what documents are composed of, made once for each language until something changes."""
        name, of = f"basis of documents in {spoken()}", self._finances.changed()
        return self._desk.workspace.once(name, self._basis, of=of)

    def _basis(self) -> "Basis":
        from urbium.publish.documents.basis import Basis  # noqa: PLC0415 - loads every stage

        workspace, register, settings = self._desk.workspace, self._desk.register, self._desk.settings
        outlines = Outlines(workspace, register, settings)
        results, missing = {}, {}
        for name in _STAGES:
            try:
                results[name] = workspace.required(name)
            except UrbiumError as error:
                missing[name] = _not_shown(error, again=workspace.again(name))
        if "plan" in results:
            results["signed"] = self._finances.signed(results["plan"])
            results["decisions"] = self._finances.decisions()
        return Basis(
            programme=settings.name() or text("programme without a name").render(),
            nation=settings().nation,
            currency=settings().currency,
            projection=settings().projection,
            rings=outlines.rings(),
            credit=outlines.credit(),
            created=workspace.known_on().astimezone(settings.zone()),
            past=self._desk.plan_reasons.past_words(),
            cities=register.cities(),
            observations=register.observations(),
            doubted=register.doubted(),
            catalogue=workspace.catalogue_of("plan"),
            sources=register.sources(),
            results=results,
            missing=missing,
        )

    def _published(self, actor: Actor) -> "Published":
        """Return what a reader may see beside results."""
        from urbium.publish.documents.yearbook import Published  # noqa: PLC0415

        pilots = self._pilots.table().select("round", "kind", "known", "declared", "source")
        kept = self._desk.workspace.store.kept("adopted")
        return Published(
            pilots=[
                (round_, COUNTED.get(kind, kind), known, stated, in_own_words(source))
                for round_, kind, known, stated, source in pilots.iter_rows()
            ],
            pilots_said=self._pilots.said(),
            adopted=[
                (STAGES[name].title, version, at.astimezone(self._desk.settings.zone()).date())
                for name, version, at in kept.select("id", "version", "recorded_at")
                .sort("recorded_at")
                .iter_rows()
                if name in STAGES
            ],
            cases=[
                (KINDS[kind].title, state(kind, name).title, count)
                for kind, states in self._casework.counts(actor).items()
                for name, count in states.items()
                if count
            ],
        )

    def paper(self, kind: str, code: str, *, actor: Actor = ANYBODY) -> "Document":
        """Return a case as an official document: a letter of the office as a notice, a yearly report.

        Parameters
        ----------
        kind : one of :data:`PAPERS`
        code : of the case
        actor : who reads; the public unless given

        Raises NotFoundError for a kind that is no paper, and for a case that is not there for the actor.
        """
        from urbium.publish.documents.papers import notice, self_evaluation  # noqa: PLC0415

        if kind not in PAPERS:
            raise NotFoundError.named(text("kind of official document"), kind, PAPERS)
        dossier = self._casework.opened(actor, kind, code).dossier
        names, office = self._desk.register.names(), self._desk.settings.name()
        created = dossier.recorded_at or self._desk.workspace.known_on()
        created = created.astimezone(self._desk.settings.zone())
        if kind == "report":
            return self_evaluation(
                dossier.content_as(reports.Report), code=code,
                city=names.get(dossier.city, dossier.city), office=office,
                tasks=self._tasks(dossier.parent, actor),
                indicators=indicator_titles(self._desk.workspace.catalogue),
                currency=self._desk.settings().currency, created=created,
            )  # fmt: skip
        letter: Circular | CityLetter
        if kind == "circular":
            letter = circular = dossier.content_as(Circular)
            to = [] if circular.to == EVERY else cities_of(self._desk, circular)
        else:
            letter, to = dossier.content_as(CityLetter), [dossier.city]
        return notice(
            letter, code=code, to=[names.get(one, one) for one in to], programme=office, created=created,
            is_draft=dossier.state == "draft",
        )  # fmt: skip

    def _tasks(self, book: str, actor: Actor) -> dict[str, str]:
        """Return the titles of a task book's tasks by code; nothing where the actor does not see it."""
        try:
            content = self._casework.opened(actor, "taskbook", book).dossier.content
        except NotFoundError:
            return {}
        return {task["code"]: task["title"] for task in content.get("tasks", ())}

    # --- kinds ------------------------------------------------------------------------------------------

    def design(self, about: str, outline: str | Path, _actor: Actor) -> "Document":
        """Compose the top-level design of a city."""
        from urbium.publish.documents.design import design  # noqa: PLC0415
        from urbium.publish.documents.outline import outline_of  # noqa: PLC0415

        basis = self.basis()
        workspace, place = self._desk.workspace, self._desk.city(about)
        declared, sections = outline_of(workspace.catalogue, outline, basis.nation)
        declared_in = None if isinstance(outline, Path) else workspace.catalogue_name()
        return design(basis, place, declared, sections, declared_in=declared_in)

    def city(self, about: str, _outline: str | Path, _actor: Actor) -> "Document":
        """Compose the page of a city."""
        from urbium.publish.documents.city_page import city_page  # noqa: PLC0415

        return city_page(self.basis(), self._desk.city(about))

    def project(self, about: str, _outline: str | Path, _actor: Actor) -> "Document":
        """Compose the page of a project of the pipeline."""
        from urbium.publish.documents.project_page import project_page  # noqa: PLC0415

        basis = self.basis()
        return project_page(
            self._market.project_sheet(about), programme=basis.programme, created=basis.created
        )

    def brief(self, _about: str, _outline: str | Path, _actor: Actor) -> "Document":
        """Compose the brief of the programme."""
        from urbium.publish.documents.brief import brief  # noqa: PLC0415

        return brief(self.basis())

    def yearbook(self, _about: str, _outline: str | Path, actor: Actor) -> "Document":
        """Compose the yearbook of the programme, with what its reader may see."""
        from urbium.publish.documents.yearbook import yearbook  # noqa: PLC0415

        return yearbook(self.basis(), self._published(actor))


def _not_shown(error: UrbiumError, *, again: str) -> Text:
    """Say why a part is not shown and what to do, which ends with ``again`` where something is adopted.

    An adopted result stands on the figures that were known then: what is loaded later does not mend it.

    >>> none = UrbiumError("no urban share is known", remedy="load one")
    >>> _not_shown(none, again="run urbium forecast population --to 2032 --adopt")
    'Not shown: no urban share is known; load one; then run urbium forecast population --to 2032 --adopt.'
    """
    if again:
        return text("Not shown: {reason}; then {again}.",
                    reason=error.whole, again=again)  # fmt: skip
    return text("Not shown: {reason}.", reason=error.whole)


def _archive(
    codes: Sequence[str], begin: Callable[[str], "Future[bytes]"], named: str, report: Report
) -> bytes:
    """Return files as one archive in the order of the codes; a few are begun ahead of what is packed."""
    packed, refused = io.BytesIO(), []
    begun: deque[tuple[str, Future[bytes]]] = deque()
    left = iter(codes)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for done in range(len(codes)):
            begun += ((code, begin(code)) for code in islice(left, _AHEAD - len(begun)))
            code, writing = begun.popleft()
            try:
                archive.writestr(_entry(named.format(code)), writing.result())
            except UrbiumError as error:
                refused.append(f"{code}: {error.whole.render()}\n")
            report({"share": (done + 1) / len(codes), "done": done + 1, "of": len(codes)})
        if refused:
            archive.writestr(_entry("refused.txt"), "".join(refused))
    return packed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Return an entry of an archive without the time of its writing: the same content, the same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry

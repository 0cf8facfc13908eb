"""Workspace: the store and the catalogue of a programme, and the results that are adopted in it.

A result that is adopted is kept with its settings and the instant it was known on, so that another process
makes the same again; and with its table, so that it is said where another version makes another one. What is
made of adopted results is remembered until the store changes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from urbium.catalogue import Catalogue
from urbium.errors import ForbiddenError, InfeasibleError, InputError, NotFoundError, UrbiumError
from urbium.programme.base.kept_catalogue import (
    CATALOGUE,
    IN_USE,
    KIND,
    catalogue_called,
    current_catalogue,
    document,
    newest,
    version_of,
)
from urbium.programme.base.pinned import PINNED, difference, pinned
from urbium.programme.base.stages import STAGES, Stage
from urbium.result import Result
from urbium.store import Store
from urbium.text import Text, coded, text

_ADOPTED, _PROPOSED = "adopted", "proposed"
_ABOUT = "about"
_LASTING: Final = (ForbiddenError, InfeasibleError, InputError, NotFoundError)
"""Refusals that stay until the store changes."""
_MOST_REFUSED: Final = 200
"""Refusals that are kept."""
T = TypeVar("T")
Remake = Callable[[Stage, Mapping[str, Any], Catalogue | None], Result]


def _out_of_date(
    stage: Stage, kept: Mapping[str, Any], result: Result, *, is_part: bool = False
) -> Text | None:
    """Say how what was made again differs from what was adopted; nothing when it does not.

    Of a part, columns that it does not fill are not compared.
    """
    left_out = [column.name for column in result.table if column.null_count() == len(column)]
    apart = difference(kept[PINNED], result, but=left_out if is_part else ())
    if apart is None:
        return None
    return coded(
        "programme.outdated",
        "{stage}: out of date; rows that differ from what was adopted with urbium {version}: "
        "{rows:,} of {total:,}; {remedy}",
        stage=stage.title,
        rows=apart.rows,
        total=apart.total,
        version=apart.version,
        remedy=stage.remedy_for(kept, result),
    )


def _called(version: int | None) -> Text:
    """Return what the version of a catalogue is called."""
    if version is None:
        return text("a catalogue that was not imported")
    if version == 0:
        return text("urbium's own catalogue")
    return text("version {number} of the catalogue", number=version)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What came of a name: what it was made of besides the store, and the result or the refusal."""

    of: Hashable
    is_pinned: bool
    result: Any
    refusal: UrbiumError | None

    def outcome(self) -> Any:  # noqa: ANN401 - of any name
        """Return the result, or raise the refusal; a copy, for each raising writes into what is raised."""
        if self.refusal is not None:
            raise _bare(self.refusal)
        return self.result


def _bare(refusal: UrbiumError) -> UrbiumError:
    """Return a refusal without what the interpreter hangs on it: frames hold whole tables."""
    return type(refusal)(refusal.message, place=refusal.place, remedy=refusal.remedy, faults=refusal.faults)


class Workspace:
    """What the parts of a programme share.

    Parameters
    ----------
    store : where everything is kept
    catalogue : what is declared (variables, indicators, solutions, funds, rules); the one that the store
        keeps unless given
    remake : makes the result of a stage again from what was kept of it, with another catalogue where one is
        given
    """

    def __init__(self, store: Store, catalogue: Catalogue | None, remake: Remake) -> None:
        self.store = store
        self._given = catalogue
        self._current = catalogue
        self._version = newest(store)
        self._remake = remake
        self._lock = threading.RLock()
        self._seen = store.last_facts()
        self._results: dict[str, _Kept] = {}
        self._refused: OrderedDict[str, None] = OrderedDict()
        self._making: dict[str, threading.RLock] = {}
        self._outdated: dict[str, list[Text]] = {}

    @property
    def catalogue(self) -> Catalogue:
        """What is declared: variables, indicators, solutions, funds, rules."""
        with self._lock:
            if self._current is None:
                self._current = current_catalogue(self.store)
            return self._current

    def catalogue_of(self, stage: str) -> Catalogue:
        """Return the catalogue that the adopted result of a stage stands on; today's where there is none."""
        return self.once(f"catalogue of {stage}", lambda: self._catalogue_of(stage), is_pinned=True)

    def _catalogue_of(self, stage: str) -> Catalogue:
        kept = self.store.kept(_ADOPTED, STAGES[stage].basis.name) or {}
        now = self.catalogue
        digest = str((kept.get(CATALOGUE) or {"sha256": now.version})["sha256"])
        return now if digest == now.version else catalogue_called(self.store, digest)

    def catalogue_name(self) -> Text:
        """Return what the catalogue that holds is called: its version, or that it is urbium's alone."""
        return _called(version_of(self.store, self.catalogue.version))

    def adopt(self, result: Result, *, by: str, reason: str = "", accept_unproven: bool = False) -> None:
        """Make a result the one that pages show and later stages read.

        Raises InputError for what cannot be adopted or holds nothing, and for a plan without a useful bound
        unless ``accept_unproven``.
        """
        content = self._to_adopt(result, by, accept_unproven=accept_unproven)
        self.store.keep(_ADOPTED, result.stage, content, by=by, reason=reason or repr(result))

    def propose(self, result: Result, *, by: str, accept_unproven: bool = False) -> int:
        """Keep a result for somebody else to adopt, and return its number; refuses as :meth:`adopt` does."""
        content = self._to_adopt(result, by, accept_unproven=accept_unproven) | {_ABOUT: repr(result)}
        self.store.keep(_PROPOSED, result.stage, content, by=by, reason=repr(result))
        versions = self.store.kept(_PROPOSED).filter(id=result.stage)["version"]
        return cast("int", versions.max())

    def proposed(self, stage: str, number: int) -> str | None:
        """Return what is said of a result that was proposed; None where there is none of that number."""
        content = self.proposed_content(stage, number)
        return None if content is None else str(content[_ABOUT])

    def proposed_content(self, stage: str, number: int) -> dict[str, Any] | None:
        """Return what was kept of a result that was proposed; None where there is none of that number."""
        content = self.store.kept(_PROPOSED, stage, version=number) if number > 0 else None
        return None if content is None else dict(content)

    def adopt_proposed(self, stage: str, number: int, *, by: str, reason: str) -> None:
        """Adopt a result that was proposed, as it was then."""
        content = self.proposed_content(stage, number) or {}
        del content[_ABOUT]
        self.store.keep(_ADOPTED, stage, content, by=by, reason=reason)

    def _to_adopt(self, result: Result, by: str, *, accept_unproven: bool) -> dict[str, Any]:
        """Return what is kept of a result that is adopted, or raise InputError."""
        stage = STAGES.get(result.stage)
        if stage is None or stage.pack is None:
            raise InputError(
                coded(
                    "programme.adopt.refused",
                    "{kind} cannot be adopted",
                    kind=stage.title if stage else type(result).__name__,
                ),
                remedy=text(
                    "adopt scores, a plan, or the population outlook, from which the other forecasts follow"
                ),
            )
        if not stage.counted(result):
            raise InputError(
                coded("programme.adopt.empty", "it contains nothing to adopt: {result}", result=repr(result)),
                place=stage.title,
                remedy=text("urbium doctor shows what is missing"),
            )
        doubt = None if accept_unproven or stage.doubt is None else stage.doubt(result)
        if doubt is not None:
            raise InputError(doubt[0], place=stage.title, remedy=doubt[1])
        content = dict(stage.pack(result))
        if stage.is_made_again:
            content[PINNED] = pinned(result)
        return content | {CATALOGUE: self._pinned_catalogue(by)}

    def adopted(self, name: str) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage, made again from what was kept; None when there is none."""
        return self.once(name, lambda: self._made_again(STAGES[name]), is_pinned=True)

    def adopted_with(self, name: str, **settings: Any) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return an adopted result made again with other settings of its run, or as it is where it is there.

        For who needs a part alone that does not hang on them, such as scores without their intervals.
        """
        with self._fresh():
            is_there = self._kept(name, None) is not None
        if is_there:
            return self.adopted(name)
        named = f"{name} with {settings}"
        return self.once(named, lambda: self._made_again(STAGES[name], **settings), is_pinned=True)

    def adopted_versions(self, name: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Return what was kept of every result of a stage that was adopted, by number and day, in order."""
        versions = self.store.kept(_ADOPTED).filter(id=STAGES[name].basis.name).sort("version")
        return [
            (f"{number} ({at:%Y-%m-%d})", self.store.kept(_ADOPTED, STAGES[name].basis.name, version=number))
            for number, at in versions.select("version", "recorded_at").iter_rows()
        ]

    def known_when_adopted(self, name: str) -> datetime | None:
        """Return the instant as known on which an adopted result explains itself; None when there is none.

        It is that on which its run stands, or the roadmap of a plan was made: what came between search and
        adoption is none of its grounds. Where nobody said, it is that of its adoption.
        """
        basis = STAGES[name].basis.name
        kept = self.store.kept(_ADOPTED, basis)
        if kept is None:
            return None
        run = kept if "as_known_on" in kept else kept.get("settings", {})
        if "as_known_on" in run:
            return datetime.fromisoformat(run["as_known_on"])
        return cast("datetime", self.store.kept(_ADOPTED).filter(id=basis)["recorded_at"].max())

    def adopted_number(self, name: str) -> int:
        """Return the number of the version of a stage's result that is adopted; 0 when there is none."""
        versions = self.store.kept(_ADOPTED).filter(id=STAGES[name].basis.name)["version"]
        return int(versions.max()) if versions.len() else 0

    def adopted_as(self, name: str, number: int) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return what was adopted of a stage as the version of that number; None when there is none."""
        if number == self.adopted_number(name):
            return self.adopted(name) if number else None
        kept = self.store.kept(_ADOPTED, STAGES[name].basis.name, version=number) if number > 0 else None
        if kept is None:
            return None
        return self.once(f"{name} {number}", lambda: self._remade(STAGES[name], kept), is_pinned=True)

    def outdated(self) -> list[Text]:
        """Return which adopted results, of those made again so far, are out of date, and what to do."""
        with self._fresh():
            return [said for remarks in self._outdated.values() for said in remarks]

    def is_adopted(self, name: str) -> bool:
        """Return whether a result of a stage is adopted, without making it again."""
        return self.store.kept(_ADOPTED, STAGES[name].basis.name) is not None

    def again(self, name: str) -> str:
        """Return what to run to adopt the basis of a stage anew, as it is; empty where none is adopted."""
        basis = STAGES[name].basis
        kept = self.store.kept(_ADOPTED, basis.name)
        return "" if kept is None else basis.remedy_for(kept, self.adopted(basis.name))

    def required(self, name: str) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage, or raise NotFoundError that says what to run."""
        result = self.adopted(name)
        if result is None:
            basis = STAGES[name].basis
            raise NotFoundError(basis.missing, remedy=basis.remedy)
        return result

    def once(self, name: str, make: Callable[[], T], *, of: Hashable = None, is_pinned: bool = False) -> T:
        """Return what was made of the store and the adopted results under this name, or make it.

        What is refused is kept as what is made is: who asks again is refused again, and nothing is computed.
        A change of figures, register or kept results drops both. Who asks for another name meanwhile is not
        kept waiting.

        Parameters
        ----------
        name : what is made; few names, for each is kept
        make : makes it
        of : what it is made of besides, such as the newest change of dossiers; it is made again for another
        is_pinned : whether only adopted results, register and catalogue are read: an adopted result reads
            figures as they were known when it was made, so that new figures change nothing of it

        Raises what ``make`` raises. That the store does not answer, or is changed by somebody else, is no
        refusal that lasts.
        """
        with self._fresh():
            if (kept := self._kept(name, of)) is not None:
                return cast("T", kept.outcome())
            making = self._making.setdefault(name, threading.RLock())
        with making:
            with self._fresh() as before:
                if (kept := self._kept(name, of)) is not None:
                    return cast("T", kept.outcome())
            refusal: UrbiumError | None = None
            result: Any = None
            try:
                result = make()
            except _LASTING as error:
                refusal = error
            with self._fresh() as after:
                self._making.pop(name, None)
                has_lasted = before == after if not is_pinned else before[1] == after[1]
                if has_lasted and after == self._seen:
                    self._keep(name, _Kept(of, is_pinned, result, refusal and _bare(refusal)))
            if refusal is not None:
                raise refusal
            return cast("T", result)

    def _kept(self, name: str, of: Hashable) -> "_Kept | None":
        kept = self._results.get(name)
        return kept if kept is not None and kept.of == of else None

    def _keep(self, name: str, kept: "_Kept") -> None:
        """Keep what came of a name; of refusals the newest, because readers may ask for names at will."""
        self._results[name] = kept
        if kept.refusal is not None:
            self._refused[name] = None
            self._refused.move_to_end(name)
            if len(self._refused) > _MOST_REFUSED:
                self._results.pop(self._refused.popitem(last=False)[0], None)

    def _made_again(self, stage: Stage, **settings: Any) -> Result | None:  # noqa: ANN401 - of the run
        kept = self.store.kept(_ADOPTED, stage.basis.name)
        if kept is None:
            return None
        result = self._remade(stage, {**kept, **settings})
        said = [_out_of_date(stage, kept, result, is_part=bool(settings))] if stage.is_made_again else []
        digest = self._digest(kept)
        if digest != self.catalogue.version and stage.pack is not None:
            said.append(self._other_catalogue(stage, kept, result))
        self._outdated[stage.name] = [remark for remark in said if remark is not None]
        return result

    def _digest(self, kept: Mapping[str, Any]) -> str:
        """Return the digest of the catalogue that was adopted with a result."""
        return str((kept.get(CATALOGUE) or {"sha256": self.catalogue.version})["sha256"])

    def _remade(self, stage: Stage, kept: Mapping[str, Any]) -> Result:
        """Make a result again of what was kept of it, with the catalogue that it was adopted with."""
        content = {name: value for name, value in kept.items() if name not in (PINNED, CATALOGUE)}
        digest = self._digest(kept)
        catalogue = catalogue_called(self.store, digest) if digest != self.catalogue.version else None
        return self._remake(stage, content, catalogue)

    def _pinned_catalogue(self, by: str) -> dict[str, Any]:
        """Return which catalogue a result is adopted with; one that was not imported is kept beside it."""
        catalogue = self.catalogue
        number = version_of(self.store, catalogue.version)
        if number is None:
            why = "an adopted result is based on it"
            self.store.keep(KIND, IN_USE, document(catalogue), by=by, reason=why)
        return {"sha256": catalogue.version, "version": number}

    def _other_catalogue(self, stage: Stage, kept: Mapping[str, Any], result: Result) -> Text:
        return text(
            "{stage}: made with {before}, but {now} now applies: {remedy}",
            stage=stage.title,
            before=_called(version_of(self.store, self._digest(kept))),
            now=self.catalogue_name(),
            remedy=stage.remedy_for(kept, result),
        )

    def known_on(self) -> datetime:
        """Return when what stages read changed last: the date that documents bear."""
        return cast("datetime", self.store.audit().filter(seq=self.store.last_fact())["at"].item())

    @contextmanager
    def _fresh(self) -> Iterator[tuple[int, int]]:
        """Drop what was made before the last change of what it reads, by whichever process.

        Yields the numbers of the last change of figures, and of anything else. Who reads at an instant of
        before that change drops nothing, and is given what is newer.
        """
        with self._lock:
            changes = self.store.last_facts()
            if max(changes) > max(self._seen):
                is_pinned_valid, self._seen = changes[1] == self._seen[1], changes
                self._results = {
                    name: kept for name, kept in self._results.items() if is_pinned_valid and kept.is_pinned
                }
                if not is_pinned_valid:
                    self._outdated.clear()
                    self._look_for_catalogue()
            yield changes

    def look_again(self) -> None:
        """Take in what was changed in the store since it was looked at."""
        with self._fresh():
            pass

    def _look_for_catalogue(self) -> None:
        """Read the catalogue anew when there is a newer version of it."""
        number = newest(self.store)
        if number != self._version:
            self._version = number
            self._current = self._given

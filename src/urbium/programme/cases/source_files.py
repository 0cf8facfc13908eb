"""Source files: the file in which a figure stands, for whoever may have it.

A file of figures is kept where the programme office asks for that when it brings it in, or where a city sent
it. Everybody may have a kept file of the office whose sources all allow copies; a file that a city sent is
for who sees its submission, and for the office, whatever became of its figures: it may hold more than them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from urbium.access import Actor, clauses
from urbium.errors import NotFoundError
from urbium.explanation import Origin
from urbium.packaged import is_packaged
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.store import Store
from urbium.text import Text, coded, text

_KEPT: Final = "source_file"
"""The kind of the kept documents that say which files were brought in to be handed on."""


def keep_file(store: Store, name: str, content: bytes, *, by: str, reason: str) -> None:
    """Keep a file of figures, so that its readers can have it where all of its sources allow copies."""
    with store.together():
        digest = store.dossiers.keep_attachment(content, "application/octet-stream", by=by, reason=reason)
        store.keep(_KEPT, digest, {"name": name}, by=by, reason=reason)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that an origin names, as one actor may have it.

    Parameters
    ----------
    sha256 : of the file, where the actor may have it; empty otherwise
    said : where to get it otherwise
    is_own : whether urbium made it of its source, so that its publisher has none like it
    """

    sha256: str
    said: Text
    is_own: bool


class SourceFiles:
    """The files of figures, and who may have them."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._store, self._sources = desk.workspace.store, desk.register.sources
        self._casework = casework

    def of(self, actor: Actor, origin: Origin) -> SourceFile | None:
        """Return the file that an origin names; None where it names none that was brought in."""
        if not (origin.file and origin.recorded_at):
            return None
        stamp = self._store.source_files.stamp(origin.file, datetime.fromisoformat(origin.recorded_at))
        may_have = stamp is not None and self._may_have(actor, stamp.sha256)
        is_own = stamp is not None and is_packaged(stamp.sha256)
        return SourceFile(stamp.sha256 if stamp and may_have else "", self._elsewhere(origin), is_own)

    def opened(self, actor: Actor, sha256: str) -> tuple[str, bytes]:
        """Return name and content of a file of figures.

        Raises
        ------
        NotFoundError : the actor may not have it, or there is none
        """
        stamp = self._store.source_files.named(sha256)
        if stamp is not None and self._may_have(actor, sha256):
            kept = self._store.dossiers.attachment(sha256)
            if kept is not None:
                return stamp.name, kept[0]
        raise NotFoundError(
            coded(
                "programme.source_files.absent",
                "this file does not exist, or you do not have permission to download it",
            )
        )

    def _may_have(self, actor: Actor, sha256: str) -> bool:
        files = self._store.source_files
        if not files.is_kept(sha256):
            return False
        if clauses(actor, "figures", "load"):
            return True
        if self._store.kept(_KEPT, sha256) is not None and self._allows_copies(files.sources(sha256)):
            return True
        sent = self._casework.listed(actor, "submission")
        return any(one.dossier.content.get("sha256") == sha256 for one in sent)

    def _allows_copies(self, codes: Sequence[str]) -> bool:
        sources = self._sources()
        return bool(codes) and all(code in sources and sources[code].allows_copies for code in codes)

    def _elsewhere(self, origin: Origin) -> Text:
        """Say where to get the file of an origin that cannot be had here."""
        places = {
            one.origin
            for one in self._sources().values()
            if (one.publisher, one.title, one.year) == (origin.publisher, origin.title, origin.year)
        } - {""}
        if places:
            return text(
                "The file cannot be downloaded here; its source says where it is: {places:list}.",
                places=sorted(places),
            )
        return text(
            "The file cannot be downloaded here, and its source does not state where it is: ask "
            "{publisher} for it.",
            publisher=origin.publisher,
        )

"""Attachments: files that are attached to applications and yearly reports, and who may have them.

A dossier whose content has ``attachments`` takes files; what each file can be for is said here by kind.
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from urbium.access import Actor
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.pilot.attachments import Attachment, checked_attachment
from urbium.pilot.calls.rulesets import CITY
from urbium.pilot.steps import CHANGE
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.sight import Seen
from urbium.text import coded, text

_MOST_FILES: Final = 40
_WHOLE: Final = "report"
"""The document of a report that is evidence of no single task."""


class Attachments:
    """Files of applications and reports: what they can be for, attaching, removing and opening them."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk = desk
        self._casework = casework
        self._documents: Final[Mapping[str, Callable[[Seen], dict[str, str]]]] = {
            "application": self._of_rules,
            "report": self._of_tasks,
        }

    def attach(  # noqa: PLR0917 - which file, to what
        self, actor: Actor, kind: str, code: str, document: str, name: str, content: bytes, *, version: int
    ) -> Seen:
        """Attach a file to a dossier that the actor may change; one of the same document and name goes.

        Raises InputError for a document that is not one of :meth:`documents`, for a file that
        :func:`urbium.pilot.attachments.checked_attachment` refuses, and as :meth:`Casework.act` does
        for a change.
        """
        sight = self._changeable(actor, kind, code)
        documents = self.documents(sight)
        if document not in documents:
            raise InputError(
                coded(
                    "programme.attach.document",
                    "{document!r} is not one of the documents requested",
                    document=document,
                ),
                field="document",
                remedy=text("choose one of: {documents:list}", documents=list(documents)),
            )
        file = checked_attachment(name, content, document)
        others = [
            one
            for one in sight.dossier.content.get("attachments", ())
            if (one["document"], one["name"]) != (document, file.name)
        ]
        if len(others) >= _MOST_FILES:
            raise InputError(
                coded("programme.attach.many", "at most {most} files can be attached", most=_MOST_FILES),
                place=code,
                remedy=text("combine several into one"),
            )
        self._desk.workspace.store.dossiers.keep_attachment(
            content, file.media_type, by=actor.account, reason=f"{code}: {document}"
        )
        attachments = [*others, msgspec.to_builtins(file)]
        return self._casework.act(actor, kind, code, CHANGE, {"attachments": attachments}, version=version)

    def detach(self, actor: Actor, kind: str, code: str, document: str, name: str, *, version: int) -> Seen:
        """Take a file out of a dossier that the actor may change; its earlier versions keep it.

        Raises NotFoundError where there is none of this document and name, ConflictError while a project for
        investors shows it, and as :meth:`Casework.act` does for a change.
        """
        files = self._changeable(actor, kind, code).dossier.content.get("attachments", ())
        left = [one for one in files if (one["document"], one["name"]) != (document, name)]
        if len(left) == len(files):
            raise _absent(code)
        if kind == "application":
            self._demand_unshown(code, name, {one["sha256"] for one in files if one not in left})
        return self._casework.act(
            actor, kind, code, CHANGE, {"attachments": left}, version=version, reason=f"removed: {name}"
        )

    def documents(self, sight: Seen) -> dict[str, str]:
        """Return what files can be attached as to a dossier, by code, with titles; nothing to any other kind.

        To change it is a right of its own: the step ``change`` among the actions of the sight.
        """
        documents = self._documents.get(sight.dossier.kind)
        return documents(sight) if documents else {}

    def opened(
        self, actor: Actor, kind: str, code: str, sha256: str, name: str = ""
    ) -> tuple[Attachment, bytes]:
        """Return an attached file of a dossier as it was handed in; NotFoundError where unseen.

        ``name`` tells files of the same content apart.
        """
        files = self._seen(actor, kind, code).dossier.content.get("attachments", ())
        alike = [one for one in files if one["sha256"] == sha256]
        kept = self._desk.workspace.store.dossiers.attachment(sha256) if alike else None
        if kept is None:
            raise _absent(code)
        named = next((one for one in alike if one["name"] == name), alike[0])
        return msgspec.convert(named, Attachment), kept[0]

    def _of_rules(self, sight: Seen) -> dict[str, str]:
        """Return the documents that the rules of its round ask a city for."""
        rules = self._casework.rules_above(sight)
        documents = rules.documents if rules else ()
        return {one.code: one.title for one in documents if one.by == CITY and not one.is_structured}

    def _of_tasks(self, sight: Seen) -> dict[str, str]:
        """Return the tasks of its task book, of which files are evidence, and the report as a whole."""
        book = self._desk.dossier("taskbook", sight.dossier.parent)
        tasks = {one["code"]: one["title"] or one["code"] for one in book.content["tasks"]} if book else {}
        return {_WHOLE: text("the report as a whole")} | tasks

    def _demand_unshown(self, code: str, name: str, digests: set[str]) -> None:
        """Raise ConflictError where an offer shows one of the files of an application to investors."""
        application = self._desk.dossier("application", code)
        for offer in self._desk.dossiers("offer", city=application.city if application else ""):
            if any(
                one["sha256"] in digests and one["application"] == code for one in offer.content["documents"]
            ):
                raise ConflictError(
                    coded("programme.attach.shown", "the data room of {offer!r} shows the file {name!r}",
                          offer=offer.content["title"], name=name),
                    place=code,
                    remedy=text("take it out of the data room first"),
                )  # fmt: skip

    def _changeable(self, actor: Actor, kind: str, code: str) -> Seen:
        """Return a dossier whose files the actor may change now; ForbiddenError for another."""
        sight = self._seen(actor, kind, code)
        if not any(one.action == CHANGE for one in sight.actions):
            raise ForbiddenError(
                coded(
                    "programme.attach.forbidden", "you cannot change these files, at least not at this stage"
                ),
                place=code,
                remedy=text("ask the city officer to change them, or request changes"),
            )
        return sight

    def _seen(self, actor: Actor, kind: str, code: str) -> Seen:
        """Return a dossier that takes files and that the actor sees as its parties do."""
        if kind in self._documents:
            sight = self._casework.opened(actor, kind, code)
            if "parties" in sight.circles:
                return sight
        raise _absent(code)


def _absent(code: str) -> NotFoundError:
    return NotFoundError(
        coded("programme.attach.absent", "this file does not exist, or you do not have permission to see it"),
        place=code,
        remedy=text("open the case to see its files"),
    )

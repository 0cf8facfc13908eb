"""Kinds of documents: one row each: what it is called, and what it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from urbium.extensions import Extended
from urbium.text import Text, text

if TYPE_CHECKING:
    from urbium.publish.documents.basis import Basis
    from urbium.publish.documents.document import Document


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document.

    Parameters
    ----------
    name, title : what it is called in addresses, and on pages
    about : what it is about: ``city``, ``project``, or the programme when empty
    compose : makes it of the adopted results and what it is about; the method of its name of
        :class:`urbium.programme.publishing.documents.Documents` where there is none
    """

    name: str
    title: Text
    about: str
    compose: "Callable[[Basis, str], Document] | None" = None


_ROWS = (
    DocumentKind("design", text("Top-level design"), "city"),
    DocumentKind("city", text("City page"), "city"),
    DocumentKind("project", text("Project page"), "project"),
    DocumentKind("brief", text("Brief"), ""),
    DocumentKind("yearbook", text("Yearbook"), ""),
)

DOCUMENT_KINDS: Final = Extended("documents", DocumentKind, {row.name: row for row in _ROWS})
"""Every kind of document by name."""

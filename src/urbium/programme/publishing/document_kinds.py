"""Kinds of documents: one row each: what it is called, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from urbium.text import Text, text


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document.

    Parameters
    ----------
    name, title : what it is called in addresses, and on pages
    about : what it is about: ``city``, ``project``, or the programme when empty
    """

    name: str
    title: Text
    about: str


_ROWS = (
    DocumentKind("design", text("Top-level design"), "city"),
    DocumentKind("city", text("City page"), "city"),
    DocumentKind("project", text("Project page"), "project"),
    DocumentKind("brief", text("Brief"), ""),
    DocumentKind("yearbook", text("Yearbook"), ""),
)

DOCUMENT_KINDS: Final[Mapping[str, DocumentKind]] = {row.name: row for row in _ROWS}
"""Every kind of document by name; the method of that name of the programme's documents composes it."""

"""A file of publications and a document: the names of places as plain text, and a page about a harbour."""

from collections.abc import Iterator, Sequence
from typing import Any

from urbium.programme.publishing.document_kinds import DocumentKind
from urbium.publish.documents.basis import Basis
from urbium.publish.documents.document import Document, Section
from urbium.publish.open_data.formats import Format
from urbium.publish.open_data.record import OpenData
from urbium.text import spoken, text


def write_places(record: OpenData, before: Sequence[Any]) -> Iterator[str]:
    """Yield the codes and names of all places, a line each."""
    del before
    for code, names in record.names("places").items():
        yield f"{code} {next(iter(names.values()), '')}\n"


def compose_harbour(basis: Basis, about: str) -> Document:
    """Return a page about the harbour of a city."""
    return Document(
        name=f"harbour-{about}",
        title=text("The harbour of {city}", city=about),
        programme=basis.programme,
        created=basis.created,
        language=spoken(),
        sections=[Section(text("What is known"), [text("Nothing is known of this harbour.")])],
    )


PLACES = Format(
    "places-text",
    "places.txt",
    text("Names of places as plain text"),
    "text/plain",
    write_places,
    text("everything but codes and names"),
)
HARBOUR = DocumentKind("harbour", text("Harbour page"), "city", compose_harbour)

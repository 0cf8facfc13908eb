"""Copies: a dossier as a PDF to keep, with what its reader sees of it on its page, and official documents."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from litestar import Response

from urbium.programme.cases.kinds import kind_named
from urbium.publish.documents.document import Document, Part, Section, Table
from urbium.text import meant, spoken, text
from urbium.web.desk.cards import card_of
from urbium.web.desk.case import parts_seen
from urbium.web.desk.files import download
from urbium.web.desk.shown import Cell
from urbium.web.desk.shown import Part as Shown
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.routes import reading


def copy(office: FromOffice, actor: FromActor, kind: Segment, code: Segment) -> Any:  # noqa: ANN401
    """Send a dossier as a PDF to who sees it."""
    row = kind_named(kind)
    sight = office.casework.opened(actor, row.name, code)
    card, dossier = card_of(office, sight), sight.dossier
    recorded_at = cast("datetime", dossier.recorded_at)  # what is opened is stored
    document = Document(
        name=code,
        title=card.title,
        first_line=text(
            "{kind} {code}: {state}. Version {version} of {day:date}, as {reader} sees it.",
            kind=row.title, code=code, state=card.state, version=dossier.version,
            day=recorded_at.astimezone(office.settings.zone()).date(),
            reader=office.people.display(actor.account),
        ),
        programme=office.settings.name(),
        created=recorded_at,
        language=spoken(),
        sections=[Section(part.title, list(_said(part))) for part in parts_seen(office, actor, row, sight)],
    )  # fmt: skip
    sent: Response[bytes] = download(
        f"{code}.pdf", "application/pdf", office.documents.content(document, "pdf")
    )
    return sent


def paper(
    office: FromOffice,
    actor: FromActor,
    kind: Segment,
    code: Segment,
    *,
    format: Word = "pdf",  # noqa: A002
) -> Any:  # noqa: ANN401
    """Send a letter of the office or a yearly report as an official document, as PDF or Word."""
    media_type = office.documents.media_type(format)
    document = office.documents.paper(kind_named(kind).name, code, actor=actor)
    sent: Response[bytes] = download(
        f"{document.name}.{format}", media_type, office.documents.content(document, format)
    )
    return sent


def _said(part: Shown) -> Iterator[Part]:
    """Yield a part of a page as a paragraph or a table of words."""
    match part.form:
        case "line":
            yield _words(part.line)
        case "lines":
            yield from part.lines
        case "pairs":
            yield Table((text("Question"), text("Answer")), [(key, _words(cell)) for key, cell in part.pairs])
        case "files":
            rows = [(str(file["name"]), str(file["document"]), str(file["sha256"])) for file in part.files]
            yield Table((text("File"), text("Document"), text("Fingerprint (sha256)")), rows)
        case "table":
            yield Table(
                [_head(*column) for column in part.columns], [tuple(map(_words, row)) for row in part.rows]
            )
        case _:
            for row in part.rows:
                pairs = zip(part.columns, row, strict=True)
                yield Table(
                    (meant("of a form", "Field"), text("Value")),
                    [(_head(*head), _words(cell)) for head, cell in pairs if cell.said],
                )


def _head(title: str, unit: str, _: bool) -> str:
    return f"{title} ({unit})" if unit else title


def _words(cell: Cell) -> str:
    return f"{cell.said} {cell.unit}".strip() if cell.said else ""


COPIES = (
    reading("/copies/{kind:str}/{code:str}")(copy),
    reading("/papers/{kind:str}/{code:str}")(paper),
)
"""The addresses of copies and of official documents."""

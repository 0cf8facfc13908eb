"""Copies: a dossier as a PDF to keep, with what its reader sees of it on its page, and official documents."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from urbium.access import Actor
from urbium.columns import heading
from urbium.programme import Programme
from urbium.programme.cases.kinds import kind_named
from urbium.programme.cases.sight import Seen
from urbium.publish.documents.document import Document, Part, Section, Table
from urbium.text import meant, say, spoken, text
from urbium.web.desk.cards import card_of
from urbium.web.desk.case import happened, parts_seen
from urbium.web.desk.files import download
from urbium.web.desk.shown import Cell
from urbium.web.desk.shown import Part as Shown
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.rendering.words import capital, moment, with_unit
from urbium.web.server.routes import reading


def copy(office: FromOffice, actor: FromActor, kind: Segment, code: Segment) -> Any:  # noqa: ANN401
    """Send a dossier as a PDF to who sees it; its name is not that of the official document."""
    document = copied(office, actor, kind, code)
    return download(f"{code}-copy.pdf", "application/pdf", office.documents.content(document, "pdf"))


def copied(office: Programme, actor: Actor, kind: str, code: str) -> Document:
    """Return a dossier as a document, with what somebody sees of it."""
    row = kind_named(kind)
    sight = office.casework.opened(actor, row.name, code)
    card, dossier = card_of(office, sight), sight.dossier
    recorded_at = cast("datetime", dossier.recorded_at)  # what is opened is stored
    recorded_at = recorded_at.astimezone(office.settings.zone())
    return Document(
        name=code,
        title=card.title,
        first_line=text(
            "{kind} {code}: {state}. Version {version} of {day:date}, as seen by {reader}.",
            kind=capital(row.title), code=code, state=card.state, version=dossier.version,
            day=recorded_at.date(),
            reader=office.people.display(actor.account),
        ),
        programme=office.settings.name(),
        created=recorded_at,
        language=spoken(),
        sections=[
            *_above(office, sight),
            *_sections(list(parts_seen(office, actor, row, sight))),
            _happened(office, actor, row.name, code),
        ],
    )  # fmt: skip


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
    return download(f"{document.name}.{format}", media_type, office.documents.content(document, format))


def _above(office: Programme, sight: Seen) -> Iterator[Section]:
    """Yield what a dossier hangs on, where its reader sees that: of an application its call."""
    if above := office.casework.title_above(sight):
        yield Section(capital(kind_named(sight.dossier.parent_kind).title), [above])


def _sections(parts: list[Shown]) -> Iterator[Section]:
    """Yield what is said in a few words as one table, then the parts that are longer."""
    short = {part.title: _words(part.line) for part in parts if part.is_short}
    if short:
        table = Table((meant("of a form", "Field"), text("Value")), list(short.items()))
        yield Section(text("What it says"), [table])
    for part in parts:
        if part.title not in short:
            yield Section(part.title, list(_said(part)))


def _happened(office: Programme, actor: Actor, kind: str, code: str) -> Section:
    """Say who took which step, and when, as far as the reader sees it."""
    zone = office.settings.zone()
    heads = (text("Step"), heading("moment"), heading("who"))
    rows = [
        (
            capital(one["step"]),
            moment(one["sight"].dossier.recorded_at, zone),
            office.people.signature(one["sight"].dossier.recorded_by),
        )
        for one in happened(office, actor, kind, code)
    ]
    columns = len(heads) if any(who for *_, who in rows) else len(heads) - 1  # what is made up has no author
    table = Table(heads[:columns], [row[:columns] for row in rows])
    return Section(text("Steps taken"), [table])


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
            rows = [(file["name"], file["title"], _parted(file["sha256"])) for file in part.files]
            yield Table((text("File"), text("Document"), text("Fingerprint (sha256)")), rows)
        case "table":
            units = {unit for _, unit, _ in part.columns if unit}
            is_one = len(units) == 1
            yield Table(
                [title if is_one else _head(title, unit) for title, unit, _ in part.columns],
                [
                    tuple(
                        cell.said if unit else _words(cell)
                        for cell, (_, unit, _) in zip(row, part.columns, strict=True)
                    )
                    for row in part.rows
                ],
                basis=text("in {unit}", unit=units.pop()) if is_one else "",
                numbers=frozenset(at for at, (*_, is_number) in enumerate(part.columns) if is_number),
                says_basis=True,
            )
        case _:
            for row in part.rows:
                pairs = zip(part.columns, row, strict=True)
                yield Table(
                    (meant("of a form", "Field"), text("Value")),
                    [(title, _words(cell)) for (title, *_), cell in pairs if cell.said],
                )


def _head(title: str, unit: str) -> str:
    return text("{title} ({unit})", title=title, unit=unit) if unit else title


def _parted(fingerprint: str) -> str:
    """Return a fingerprint in groups of eight, so that a column can break it.

    >>> _parted("0123456789abcdef01")
    '01234567 89abcdef 01'
    """
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def _words(cell: Cell) -> str:
    return str(say(cell.money)) or with_unit(str(say(cell.said)), cell.unit) if cell.said else ""


COPIES = (
    reading("/copies/{kind:str}/{code:str}")(copy),
    reading("/papers/{kind:str}/{code:str}")(paper),
)
"""The addresses of copies and of official documents."""

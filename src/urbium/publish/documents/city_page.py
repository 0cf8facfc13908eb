"""City page: one page about a city for whoever visits it."""

from urbium.model import City
from urbium.publish.documents.basis import Basis, every_name
from urbium.publish.documents.city_parts import context, gaps, outlook, projects, score_words, sources
from urbium.publish.documents.document import Document, Part, Picture, Section, Table
from urbium.text import spoken, text

_ROWS = 8
"""Rows of a table that a page has room for."""


def city_page(basis: Basis, place: City) -> Document:
    """Return the one page of a city: size, rank, outlook, shortages and projects."""
    sections = [
        Section(text("The city"), [*context(basis, place), score_words(basis, place)]),
        Section(text("People"), outlook(basis, place)[:2]),
        Section(text("Services"), _shorter(gaps(basis, place))),
        Section(text("Plan"), _shorter(projects(basis, place))),
        Section(text("Sources"), _shorter(sources(basis, place.code))),
    ]
    return Document(
        name=f"city-{place.code}",
        title=every_name(place),
        programme=basis.programme,
        created=basis.created,
        language=spoken(),
        most_pages=1,
        sections=sections,
    )


def _shorter(parts: list[Part]) -> list[Part]:
    """Return parts without charts, their tables with the first rows only; how many there are is said."""
    shown: list[Part] = []
    for part in parts:
        if isinstance(part, Table) and len(part.rows) > _ROWS:
            shown += [
                Table(part.headings, part.rows[:_ROWS], part.basis, part.numbers),
                text("The first {shown} of {all} rows are shown.", shown=_ROWS, all=len(part.rows)),
            ]
        elif not isinstance(part, Picture):
            shown.append(part)
    return shown

"""Brief: a programme on four pages, for who decides and has no more time than that."""

from urbium.publish.documents import programme_parts as parts
from urbium.publish.documents.basis import Basis
from urbium.publish.documents.document import Document, Part, Section, Table
from urbium.text import spoken, text

_SERVICES, _OCCUPATIONS = 6, 6


def brief(basis: Basis) -> Document:
    """Return the brief of a programme: where it stands, what is ahead and planned, and how sure that is."""
    return Document(
        name="brief",
        title=text("Brief: {programme}", programme=basis.programme),
        first_line=basis.first([
            text(
                "This brief shows the results that the programme has adopted. Assumptions are marked; "
                "suspect figures are left out."),
        ]),
        programme=basis.programme,
        created=basis.created,
        language=spoken(),
        most_pages=4,
        sections=[
            Section(text("In short"), parts.verdict(basis)),
            Section(text("Decisions needed"), parts.decisions(basis)),
            Section(text("What else matters"), parts.in_short(basis)),
            Section(text("The cities"), parts.map_of_cities(basis)),
            Section(text("Outlook"), parts.outlook(basis)),
            Section(
                text("Service shortages"),
                _first(parts.shortages(basis), _SERVICES),
            ),
            Section(text("The plan"), parts.plan_words(basis, beside_short=True)),
            Section(text("Schedule"), parts.schedule(basis)),
            Section(text("Money"), parts.money(basis)),
            Section(text("Staff needed"), _first(parts.people(basis), _OCCUPATIONS)),
        ],
    )  # fmt: skip


def _first(given: list[Part], most: int) -> list[Part]:
    return [
        Table(part.headings, part.rows[:most], part.basis, part.numbers) if isinstance(part, Table) else part
        for part in given
    ]

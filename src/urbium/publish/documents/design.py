"""Design: the top-level design of a city, in the order of an outline that a nation may replace."""

from collections.abc import Iterator, Sequence
from typing import Final

from urbium.model import City
from urbium.model.outlines import Outline, OutlineSection, SectionPart
from urbium.publish.documents import official
from urbium.publish.documents.basis import Basis, called, every_name
from urbium.publish.documents.city_parts import PARTS, sources
from urbium.publish.documents.document import Document, Official, Part, Section, figures
from urbium.text import Text, declared, spoken, text, texts

_DRAFT: Final = text(
    "A draft from the programme's adopted results, for the city to complete and sign. It is not binding "
    "until signed."
)


def design(
    basis: Basis,
    place: City,
    outline: Outline,
    outline_sections: Sequence[OutlineSection],
    *,
    declared_in: Text | None = None,
) -> Document:
    """Return the top-level design of a city: the sections of the outline, then what it rests on.

    Parameters
    ----------
    basis : results and figures of the programme
    place : the city
    outline : the order that it follows
    outline_sections : its sections, each with what it is made of
    declared_in : the catalogue that the outline stands in, in words; None for one that was read from a file
    """
    sections = []
    for one in outline_sections:
        parts = PARTS[one.part](basis, place, one.domains) if one.part else []
        sections.append(Section(declared(one.title), parts, 2 if "." in one.number else 1, one.number))
    rows = basis.figures_of(place.code)
    known: list[Part] = [figures(rows)] if rows else []
    source, note = declared(outline.source), declared(outline.note)
    remarks = [text("Outline: {source}. {note}", source=source, note=note)]
    if declared_in is not None:
        remarks.append(text("The outline is declared in {catalogue}.", catalogue=declared_in))
    return Document(
        name=f"design-{place.code}",
        title=text("Top-level design: {city}", city=_called(place)),
        first_line=basis.first([_DRAFT, *_left(place, outline_sections)]),
        programme=basis.programme,
        created=basis.created,
        language=spoken(),
        has_contents=True,
        official=Official(),
        sections=[
            *sections,
            Section(text("Figures in force"), known),
            Section(text("Sources"), [*sources(basis, place.code), *remarks]),
        ],
    )


def _left(place: City, outline_sections: Sequence[OutlineSection]) -> Iterator[Text]:
    """Yield which sections the programme's figures do not answer, if any."""
    titles = [declared(one.title) for one in outline_sections if one.part is SectionPart.CITY]
    if titles:
        yield texts(
            "{city} writes the section that the programme's figures do not cover: {titles:list}.",
            "{city} writes the sections that the programme's figures do not cover: {titles:list}.",
            count=len(titles), city=called(place.name), titles=titles,
        )  # fmt: skip


def _called(place: City) -> str:
    """Return every name of a city; in an official document the one of its language alone."""
    return called(place.name) if spoken() in official.LANGUAGES else every_name(place)

"""Design: the top-level design of a city, in the order of an outline that a nation may replace."""

from urbium.model import City
from urbium.publish.documents.basis import Basis, every_name
from urbium.publish.documents.city_parts import PARTS, sources
from urbium.publish.documents.document import Document, Part, Section, figures
from urbium.publish.documents.outline import Outline
from urbium.text import say, spoken, text

__all__ = ["design"]


def design(basis: Basis, place: City, outline: Outline) -> Document:
    """Return the top-level design of a city: the sections of the outline, then what it rests on.

    Parameters
    ----------
    basis : results and figures of the programme
    place : the city
    outline : its sections, each with what it is made of
    """
    sections = []
    for one in outline.sections:
        title = f"{one.number} {say(one.title)}".strip()
        parts = PARTS[one.part](basis, place, one.domains) if one.part else []
        sections.append(Section(title, parts, 2 if "." in one.number else 1))
    rows = basis.figures_of(place.code)
    known: list[Part] = [figures(rows)] if rows else []
    note = text("publish.design.note", "Outline: {source}. {note}", source=outline.source, note=outline.note)
    return Document(
        name=f"design-{place.code}",
        title=text("publish.design.title", "Top-level design: {city}", city=every_name(place)),
        first_line=text(
            "publish.design.first",
            "A draft from the programme's adopted results, for the city to complete and to "
            "sign. It binds nobody until then.",
        ),
        programme=basis.programme,
        created=basis.created,
        language=spoken(),
        has_contents=True,
        sections=[
            *sections,
            Section(text("publish.design.figures", "Figures in force"), known),
            Section(text("publish.design.sources", "Sources"), [*sources(basis, place.code), note]),
        ],
    )

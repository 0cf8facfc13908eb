"""City page: one page about a city for whoever visits it."""

from urbium.model import City
from urbium.publish.documents.basis import Basis, every_name
from urbium.publish.documents.city_parts import (
    context,
    costs,
    gaps,
    missed,
    outlook,
    projects,
    score_words,
    sources,
)
from urbium.publish.documents.document import Document, Part, Picture, Section, Table
from urbium.text import spoken, text

_ROWS = 8
"""Rows of a table that a page has room for."""


def city_page(basis: Basis, place: City) -> Document:
    """Return the one page of a city: size, rank, outlook, shortages and projects."""
    people, planned = outlook(basis, place)[:2], projects(basis, place, is_largest_first=True)
    counted = "" if basis.outlook_of(place.code).is_empty() else "urban_population"
    sections = [
        Section(text("The city"), [*context(basis, place, without=counted), score_words(basis, place)]),
        Section(
            text("Plan"),
            [*costs(basis, place), *missed(basis, place), *_shorter(planned[1:] or planned, has_sum=True)],
        ),
        Section(text("People"), people),
        Section(text("Services"), _shorter(gaps(basis, place))),
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


def _shorter(parts: list[Part], *, has_sum: bool = False) -> list[Part]:
    """Return parts without charts, their tables with the first rows only; how many there are is said.

    Parameters
    ----------
    has_sum : whether the last row of a table adds up all others, and is kept
    """
    shown: list[Part] = []
    for part in parts:
        if not isinstance(part, Table) or len(part.rows) <= _ROWS + has_sum:
            shown += [] if isinstance(part, Picture) else [part]
            continue
        rows = [*part.rows[:_ROWS], *(part.rows[-1:] if has_sum else [])]
        facts = {"shown": _ROWS, "all": len(part.rows) - has_sum}
        shown += [
            Table(part.headings, rows, part.basis, part.numbers),
            text(
                "The {shown} rows with the highest cost are shown; the last row is the total of "
                "all {all} rows.",
                **facts,
            )
            if has_sum
            else text("The first {shown} of {all} rows are shown.", **facts),
        ]
    return shown

"""About: the pages of what was loaded, where it came from and what was assumed, as their addresses ask."""

from typing import Any

from urbium.web.rendering.parameters import FromOffice, PageNumber, Segment, Word, Words
from urbium.web.views.cities.city import check_explained
from urbium.web.views.data import FindingsQuery, assumptions, explained, findings, pilots, sources


def explain_page(
    office: FromOffice, code: Segment, what: Segment, *, name: Word = "", period: Word = "", area: Word = ""
) -> dict[str, Any]:
    """Gather how a figure of a place came about: its score, a part of its outlook, or one stored figure."""
    check_explained(what)
    place = office.city(code)
    tree = office.explain(place.code, what, name, period=period, area=area)
    return {"place": place, **explained(tree)}


def data_page(
    office: FromOffice,
    words: Words = "",
    severity: Word = "",
    rule: Word = "",
    *,
    order: Word = "",
    page: PageNumber = 1,
) -> dict[str, Any]:
    """Gather the data problems found on import."""
    return findings(office, FindingsQuery(words, severity, rule), order=order, page=page)


def assumptions_page(office: FromOffice) -> dict[str, Any]:
    """Gather what was assumed."""
    return assumptions(office)


def sources_page(office: FromOffice) -> dict[str, Any]:
    """Gather where the figures come from."""
    return sources(office)


def pilots_page(office: FromOffice) -> dict[str, Any]:
    """Gather the pilots of the programme."""
    return pilots(office)


def notice_page() -> dict[str, Any]:
    """Gather nothing: the licences stand in the template."""
    return {}

"""About: the pages of what was loaded, where it came from and what was assumed, as their addresses ask."""

from typing import Any

from urbium.publish.wheel import wheel_name
from urbium.web.desk.correspondence import figure_named, thread_of_figure
from urbium.web.rendering.parameters import FromActor, FromOffice, PageNumber, Segment, Word, Words
from urbium.web.rendering.words import named_rows
from urbium.web.views.cities.city import check_explained
from urbium.web.views.data import FindingsQuery, assumptions, explained, findings, pilots, sources


def explain_page(
    office: FromOffice, actor: FromActor, code: Segment, what: Segment,
    *, name: Word = "", period: Word = "", area: Word = "",
) -> dict[str, Any]:  # fmt: skip
    """Gather how a figure of a place came about: a score, an outlook, one stored; and its comments."""
    check_explained(what)
    place = office.city(code)
    tree = office.explain(place.code, what, name, period=period, area=area)
    about = figure_named(what, name=name, period=period, area=area)
    doubted = office.scores.doubted_years(place.code)
    return {
        "place": place,
        "doubted": [year for year in doubted if period[:4] in {"", str(year)}],
        "thread": thread_of_figure(office, actor, place.code, about),
        **explained(office, actor, tree, name, place.code),
        "opened": str(named_rows(office.catalogue.indicators).get(name, "")),
    }


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


def sources_page(
    office: FromOffice, words: Words = "", *, order: Word = "", page: PageNumber = 1
) -> dict[str, Any]:
    """Gather where the figures come from."""
    return sources(office, words, order=order, page=page)


def pilots_page(office: FromOffice) -> dict[str, Any]:
    """Gather the pilots of the programme."""
    return pilots(office)


def notice_page() -> dict[str, Any]:
    """Gather the name of the program as a file; the licences stand in the template."""
    return {"wheel": wheel_name()}

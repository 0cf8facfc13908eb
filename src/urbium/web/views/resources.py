"""Resources: the catalogue of the cities with filters, one resource with its quality, base data of a city."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from urbium.access import ANYBODY
from urbium.pilot.fields import field_words
from urbium.programme import Programme
from urbium.text import Text, named, text
from urbium.web.desk.case import public_case
from urbium.web.rendering.parameters import FromOffice, OfCity, PageNumber, Segment, Word, Words
from urbium.web.views.frames import one_page

_MEASURES: Final[Mapping[str, Text]] = {
    "completeness": text("complete"),
    "linkage": text("linked"),
    "freshness": text("up to date"),
}


def resources_page(
    office: FromOffice,
    *,
    words: Words = "",
    of: OfCity = "",
    nature: Word = "",
    access: Word = "",
    late: Word = "",
    page: PageNumber = 1,
) -> dict[str, Any]:
    """Gather the catalogue of resources."""
    cities = office.resources.by_city()
    choices = {name: field_words("resource", name).words for name in ("nature", "access_rights")}
    filters = {
        "q": words,
        "city": of if of in set(cities["city"]) else "",
        "nature": nature if nature in choices["nature"] else "",
        "access": access if access in choices["access_rights"] else "",
        "late": "yes" if late else "",
    }
    table = office.resources.table(
        city=filters["city"], words=words, nature=filters["nature"], access=filters["access"], late=bool(late)
    )
    names = office.register.names()
    measurable = int(cities["measurable"].sum())
    return {
        "table": one_page(table, page),
        "asked": filters,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "choices": choices,
        "names": names,
        "cities": [row | {"name": names.get(row["city"], row["city"])} for row in cities.to_dicts()],
        "totals": {
            "resources": int(cities["resources"].sum()),
            "cities": cities.height,
            "measurable": measurable,
            "late": int(cities["late"].sum()),
        },
    }


_BEGINS: Final = {"temporal": "temporal_start"}  # two fields of the form are one of DCAT


def resource_page(office: FromOffice, code: Segment) -> dict[str, Any]:
    """Gather one resource as everybody may read it, with how complete and how fresh it is."""
    case = public_case(office, ANYBODY, "resource", code)
    content = case["card"].sight.dossier.content
    quality = office.resources.quality(content)
    return case | {
        "quality": quality,
        "missing": [
            field_words("resource", _BEGINS.get(name, name)).title
            for name in (
                *quality.completeness.missing_mandatory,
                *quality.completeness.missing_recommended,
            )
        ],
        "nature": field_words("resource", "nature").words.get(content["nature"], content["nature"]),
        "access": content["access_rights"],
    }


def catalogue_of(office: Programme, code: str) -> dict[str, Any] | None:
    """Return how many resources a city lists, how complete and how many late; None where it lists none."""
    rows = office.resources.by_city()
    of_city = [row for row in rows.to_dicts() if row["city"] == code]
    return of_city[0] if of_city else None


def base_data_of(office: Programme, code: str) -> list[dict[str, Any]]:
    """Return where each base database of a city stands, as its page shows it."""
    return [
        {
            "title": named(one.database.name, one.database.code).render(),
            "source": one.database.source,
            "as_of": one.report.as_of if one.report else "",
            "measures": [(_MEASURES[name], row) for name, row in one.measures.items()],
        }
        for one in office.base_data.standing(code)
    ]

"""Resources: the catalogue of the cities with filters, one resource with its quality, base data of a city."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from urbium.access import ANYBODY
from urbium.packaged import words_of
from urbium.pilot.fields import field_words
from urbium.programme import Programme
from urbium.text import Text, named, say, text, texts
from urbium.web.desk.case import public_case
from urbium.web.rendering.listing import CITY_CODE, Listed, Listing
from urbium.web.rendering.parameters import FromOffice, OfCity, PageNumber, Segment, Word, Words

_MEASURES: Final[Mapping[str, Text]] = words_of("measure of resources")


_LISTED: Final = (
    Listed("title", "source_title"), Listed("publisher", is_extra=True),
    CITY_CODE, Listed("city", by="city_name"),
    Listed("nature", by="nature_said"), Listed("access", "access_rights", by="access_said"),
    Listed("modified"), Listed("completeness"),
    Listed("late", "days_late", by="late_said", title=text("Up to date")),
)  # fmt: skip
_SIZE: Final = 20


def _in_words(
    table: pl.DataFrame, names: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]
) -> pl.DataFrame:
    """Add what the catalogue says of each resource in words."""

    def said(words: Text) -> str:
        return str(say(words))

    def days(row: Mapping[str, Any]) -> str:
        if row["state"] == "gone":
            return said(text("deleted at its source"))
        if row["days_late"] is None:
            return said(text("not measurable"))
        if row["days_late"]:
            count = row["days_late"]
            return said(texts("{count:,} day late", "{count:,} days late", count=count))
        return said(text("up to date"))

    natures, access = ({key: str(say(words)) for key, words in choices[name].items()} for name in choices)
    return table.with_columns(
        pl.Series("late_said", [days(row) for row in table.iter_rows(named=True)], pl.String),
        city_name=pl.col("city").replace({code: str(say(name)) for code, name in names.items()}),
        nature_said=pl.col("nature").replace(natures),
        access_said=pl.col("access_rights").replace_strict(access, default=said(text("not said"))),
    )


def resources_page(
    office: FromOffice,
    *,
    words: Words = "",
    of: OfCity = "",
    nature: Word = "",
    access: Word = "",
    late: Word = "",
    order: Word = "",
    page: PageNumber = 1,
) -> dict[str, Any]:
    """Gather the catalogue of resources."""
    cities = office.resources.by_city()
    of = office.city(of).code if of else ""
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
        "table": Listing(
            _in_words(table, names, choices), _LISTED, "/resources", filters, order, page, _SIZE
        ),
        "asked": filters,
        "order": order,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "choices": choices,
        "names": names,
        "offering": [(code, names.get(code, code)) for code in cities["city"]],
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

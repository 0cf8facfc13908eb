"""Map: the cities by any figure that is known of them, with its classes and the same cities as a table."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from urbium import charts
from urbium.programme import Programme
from urbium.text import Text, say, text
from urbium.web.rendering.listing import CITY_CODE, Listed, Listing
from urbium.web.rendering.parameters import FromDrawer, FromOffice, OfCity, PageNumber, Word, Words
from urbium.web.rendering.words import number
from urbium.web.views.cities.subjects import (
    PROJECTS,
    Subject,
    chosen_subject,
    index_subject,
    subjects,
    values_of,
)
from urbium.web.views.finding import SEARCHED
from urbium.web.views.frames import lasting, matching, named_cities, provinces_of, registered_people
from urbium.web.views.licences import about_list, terms

UNKNOWN: Final = "none"
"""The class of the cities without a figure, in an address."""
_LISTED: Final = (Listed("position"), CITY_CODE, Listed("city", by="name"), Listed("value"))
_DOUBT: Final = Listed("doubt", title=text("In doubt"), is_filed=True)
"""The column that only a table with figures in doubt has."""
_IN_DOUBT: Final = text("in doubt: its row in the source may be for another year or place")


def city_map(
    office: FromOffice,
    drawer: FromDrawer,
    *,
    words: Words = "",
    province: Word = "",
    indicator: Word = "",
    year: Word = "",
    shade: Word = "",
    city: OfCity = "",
    order: Word = "",
    page: PageNumber = 1,
) -> dict[str, Any]:
    """Gather the map of a figure in a year, of the cities asked for, and their table."""
    subject, of_year = chosen_subject(office, indicator, year)
    cities, bounds = _valued(office, subject, of_year)
    shown = matching(cities, words, *SEARCHED)
    if province:
        shown = shown.filter(pl.col("province") == province)
    listed = shown.filter(shade=shade) if shade else shown
    query = {"q": words, "province": province, "indicator": subject.key if subject else "", "year": of_year}
    kept = {name: value for name, value in query.items() if value}
    filters = kept | ({"shade": shade} if shade else {})
    spec = _specified(office, shown, subject, bounds, shade=shade, picked=city)
    titles = [part for part in (subject.with_unit if subject else text("no figure"), of_year) if part]
    handed_out = terms(office, text("{parts:commas}", parts=titles), "/cities/map")
    return {
        "subject": subject,
        "year": of_year,
        "groups": _grouped(subjects(office)),
        "query": query,
        "here": urlencode(filters),
        "provinces": provinces_of(office, cities),
        "map": drawer.placed(spec),
        "picked": _picked(shown, subject, city),
        "shades": _shades(spec, shade, kept),
        "table": Listing(
            listed,
            _LISTED if cities["doubt"].is_null().all() else (*_LISTED, _DOUBT),
            "/cities/map",
            filters,
            order,
            page,
            about=partial(about_list, office, handed_out),
        ),
        "written": subject.written if subject else number,
        "unknown": shown["value"].null_count(),
        "doubted": listed["doubt"].count(),
        "unplaced": shown.filter(pl.any_horizontal(pl.col("longitude", "latitude").is_null())).height,
        "dots": max(shown.height - charts.MOST_CIRCLES, 0),
        "outline": office.outlines.kept(),
    }


def map_of_index(office: Programme) -> dict[str, Any]:
    """Return the map of the cities of the adopted index, as a specification; of all where none is adopted.

    A city that no longer existed in the period of the scores is not on it.
    """
    subject, scores = index_subject(office), office.adopted("scores")
    cities, bounds = _valued(office, subject, subject.years[0] if subject else "")
    if scores is not None:
        cities = cities.join(scores.table.select("city"), on="city", how="semi", maintain_order="left")
    return _specified(office, cities, subject, bounds)


def _valued(office: Programme, subject: Subject | None, year: str) -> tuple[pl.DataFrame, tuple[float, ...]]:
    """Return all cities with value, position and class, the highest first; and the bounds of classes."""
    named = lasting(office, "cities with people", lambda: (
        named_cities(office).join(registered_people(office), on="city", how="left")
    ))  # fmt: skip
    values = (
        pl.DataFrame(schema={"city": pl.String, "value": pl.Float64})
        if subject is None
        else values_of(office, subject, year)
    )
    bounds = charts.classes_of(values["value"].drop_nulls().to_list())
    if "is_doubted" not in values.columns:
        values = values.with_columns(is_doubted=pl.lit(value=False))
    table = named.join(values, on="city", how="left").with_columns(
        doubt=pl.when("is_doubted").then(pl.lit(str(say(_IN_DOUBT)))),
        position=pl.col("value").rank("min", descending=True).cast(pl.Int64),
        shade=pl.col("value").map_elements(lambda value: _shade(value, bounds), pl.String, skip_nulls=False),
    )
    return table.sort("value", "city", descending=[True, False], nulls_last=True), bounds


def _shade(value: float | None, bounds: Sequence[float]) -> str:
    kind = charts.class_of(value, bounds)
    return UNKNOWN if kind < 0 else str(kind + 1)


def _said(row: Mapping[str, Any], subject: Subject | None, counted: int) -> Text | str:
    """Say the value of a city and its position among all."""
    if subject is None or row["value"] is None:
        return text("no figure") if subject is None else subject.absent
    value = subject.written(row["value"])
    if subject.key == PROJECTS:
        return text("{projects:,} projects, {cost}", projects=row["projects"], cost=value)
    said = text("{value}; {position:,} of {count:,}", value=value, position=row["position"], count=counted)
    return text("{said} ({doubt})", said=said, doubt=_IN_DOUBT) if row["doubt"] else said


def _specified(
    office: Programme, cities: pl.DataFrame, subject: Subject | None, bounds: Sequence[float],
    *, shade: str = "", picked: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Return the map of the cities as a specification."""
    size = "value" if subject is not None and subject.key == PROJECTS else "population"
    counted = cities["value"].count()
    shown = cities.sort(size, descending=True, nulls_last=True).head(charts.MOST_CIRCLES)
    shown = pl.concat([shown, cities.filter(city=picked)]).unique("city")
    said = {row["city"]: str(say(_said(row, subject, counted))) for row in shown.iter_rows(named=True)}
    table = cities.with_columns(
        said=pl.col("city").replace_strict(said, default=None, return_dtype=pl.String),
        is_faint=pl.col("shade") != shade if shade else pl.lit(value=False),
    )
    return charts.place_map(
        table.rename({"city": "code"}), value="value", size=size,
        value_title=subject.title if subject else text("no figure"), bounds=bounds,
        words=charts.class_words(bounds, subject.written) if subject else (),
        unknown=subject.absent if subject else text("no figure"),
        rings=office.outlines.rings(), credit=office.outlines.credit(), link="/cities/", picked=picked,
        projection=office.settings().projection,
    )  # fmt: skip


def _picked(cities: pl.DataFrame, subject: Subject | None, city: str) -> dict[str, Any] | None:
    """Return the marked city, as its card says it."""
    rows = cities.filter(city=city).to_dicts()
    return {**rows[0], "said": _said(rows[0], subject, cities["value"].count())} if rows else None


def _grouped(every: Mapping[str, Subject]) -> dict[str, list[Subject]]:
    groups: dict[str, list[Subject]] = {}
    for subject in every.values():
        groups.setdefault(subject.group, []).append(subject)
    return groups


def _shades(spec: Mapping[str, Any], chosen: str, kept: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the classes of the legend, each with where choosing it, or all again, leads."""
    rows = []
    for row in charts.legend_of(spec):
        key = UNKNOWN if row["shade"] < 0 else str(row["shade"] + 1)
        query = kept if key == chosen else {**kept, "shade": key}
        rows.append(row | {"is_chosen": key == chosen, "to": f"?{urlencode(query)}#map"})
    return rows

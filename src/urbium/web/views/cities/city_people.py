"""City people: how many people and households a city has and will have, how old, and where they work."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl

from urbium import charts
from urbium.errors import UrbiumError
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.text import Text, paragraph, text
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.parameters import FromDrawer, FromOffice, Segment
from urbium.web.views.cities.city import city_head
from urbium.web.views.outlook import city_work, part

_CHILD, _OLD = 15, 65


def city_people(office: FromOffice, drawer: FromDrawer, code: Segment) -> dict[str, Any]:
    """Gather the people of one city: the outlook of each boundary, households, ages and economic sectors."""
    head = city_head(office, code, "people")
    city = head["place"].code
    work, no_work = part(office, "workforce")
    return head | {
        "outlook": partial(_outlook, office, drawer, city),
        "no_outlook": _no_outlook(office, city),
        "population_said": partial(_said, office, city),
        "work": None if work is None else city_work(drawer, work, city),
        "no_work": no_work,
    }


def _said(office: Programme, code: str) -> list[Text]:
    """Say how many households a city has and will have, and how old its people become."""
    return [*_households(office, code), *_ages(office, code)]


def _households(office: Programme, code: str) -> Iterator[Text]:
    households, _ = part(office, "households")
    if households is None:
        return
    for (area,), rows in households.table.filter(place=code).group_by("area", maintain_order=True):
        now, then = rows.row(0, named=True), rows.row(-1, named=True)
        yield text(
            "Households ({area}): {now:compact} in {year_now}, {then:compact} in {year_then} (80% band "
            "{low:compact} to {high:compact}), with {size:.2f} people each by then ({basis}).",
            area=label(str(area)),
            now=now["value"],
            year_now=now["year"],
            then=then["value"],
            year_then=then["year"],
            low=then["low80"],
            high=then["high80"],
            size=then["size"],
            basis=households.words["basis"][then["basis"]],
        )


def _ages(office: Programme, code: str) -> Iterator[Text]:
    outlook, _ = part(office, "outlook")
    if outlook is None or not office.outlook.is_counted(code, outlook.settings):
        return
    try:
        ages = office.outlook.ages_of(code, outlook.settings)
    except UrbiumError as error:
        yield text("Ages not shown: {reason}.", reason=error.on_page)
        return
    shares = {age: ages.share(*span).table("place") for age, span in ((_CHILD, (0, _CHILD)), (_OLD, (_OLD,)))}
    young, old = (shares[age].row(-1, named=True) for age in (_CHILD, _OLD))
    yield text(
        "Ages, based on two counts of the city: in {year}, {young:.1%} of its people are under {child} "
        "(80% band {young_low:.1%} to {young_high:.1%}) and {old:.1%} are {aged} or older "
        "({old_low:.1%} to {old_high:.1%}).",
        year=young["year"],
        young=young["value"],
        child=_CHILD,
        young_low=young["low80"],
        young_high=young["high80"],
        old=old["value"],
        aged=_OLD,
        old_low=old["low80"],
        old_high=old["high80"],
    )


def _outlook(office: Programme, drawer: Drawer, code: str) -> list[dict[str, Any]]:
    """The outlook of each boundary of a city, drawn as a fan."""
    outlook = office.adopted("outlook")
    if outlook is None:
        return []
    projected = outlook.table.filter(pl.col("city") == code)
    views = []
    for area in sorted(projected["area"].unique().to_list()):
        rows = projected.filter(pl.col("area") == area).sort("year")
        seen, ahead = (rows.filter(pl.col("kind") == kind) for kind in ("observed", "projected"))
        if seen.is_empty() or ahead.is_empty():
            continue
        now, then = seen.row(-1, named=True), ahead.row(-1, named=True)
        doubt = outlook.doubt_words(office.register.doubted(), code, area)
        views.append(
            {
                "area": label(area),
                "chart": drawer.apart(charts.fan(rows, y_title=text("Persons"))),
                "said": paragraph([_outlook_said(area, now, then), *doubt, outlook.band_record_words(area)]),
                "rows": [*seen.tail(3).to_dicts(), *ahead.filter(pl.col("year") % 5 == 0).to_dicts()],
            }
        )
    return views


def _no_outlook(office: Programme, code: str) -> str:
    """Why the adopted outlook leaves a city out; empty where it does not, or none is adopted."""
    outlook = office.adopted("outlook")
    if outlook is None:
        return ""
    return next(iter(outlook.refused.filter(pl.col("city") == code)["reason"]), "")


def _outlook_said(area: str, now: Mapping[str, Any], then: Mapping[str, Any]) -> Text:
    """What the fan shows: people now and in the last year, the change, and the band."""
    growth = then["value"] / now["value"] - 1
    given = {
        "area": label(area), "now": now["value"], "year_now": now["year"], "then": then["value"],
        "year_then": then["year"], "change": abs(growth), "low": then["low80"], "high": then["high80"],
    }  # fmt: skip
    if growth >= 0:
        return text(
            "{area}: {now:compact} people in {year_now}, {then:compact} in {year_then} (up "
            "{change:.0%}; 80% band {low:compact} to {high:compact}).",
            **given,
        )
    return text(
        "{area}: {now:compact} people in {year_now}, {then:compact} in {year_then} (down {change:.0%}; "
        "80% band {low:compact} to {high:compact}).",
        **given,
    )

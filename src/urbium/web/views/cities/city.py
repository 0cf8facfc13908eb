"""City: the head of every page of a city, and its first page: a verdict, and what would move it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

import polars as pl

from urbium import charts
from urbium.errors import NotFoundError
from urbium.model import City
from urbium.packaged import words_of
from urbium.platform.live_figures import kind_called
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.programme.base.stages import EXPLAINED
from urbium.text import Text, named, text
from urbium.web.rendering.drawing import Drawer, Drawing
from urbium.web.rendering.embedded import origin_asked
from urbium.web.rendering.parameters import FromDrawer, FromOffice, Segment, Word
from urbium.web.rendering.words import moment
from urbium.web.views.cities.moves import nearest_moves, what_if_here
from urbium.web.views.cities.verdict import verdict
from urbium.web.views.frames import place_ended, ranked
from urbium.web.views.plans.later_money import city_money
from urbium.web.views.standing import pillar_chart

TABS: Final[Mapping[str, Text]] = words_of("tab of a city")
"""The pages of a city, by the end of their address."""
_EXPLAINED = tuple(what for what in EXPLAINED if what != "project")
"""What has a page or an answer of its own; a project's is that of the plan."""


def city_head(office: Programme, code: str, tab: str) -> dict[str, Any]:
    """Gather the head of each page of a city; raise NotFoundError, with the nearest name, for any other."""
    place = office.city(code)
    table = ranked(office)
    row = table.filter(pl.col("city") == place.code)
    if row.is_empty():  # the nation is a place and no city
        raise NotFoundError.named("city", str(place), table["name"])
    return {
        "place": place,
        "doubted": office.scores.doubted_years(place.code),
        "row": _said(office, row.row(0, named=True)),
        "scored": table["score"].count(),
        "tabs": TABS,
        "tab": tab,
    }


def city(
    office: FromOffice, drawer: FromDrawer, code: Segment, figure: Word = "", value: Word = ""
) -> dict[str, Any]:
    """Gather the first page of one city, and what another ``value`` of a ``figure`` would do to its rank."""
    head = city_head(office, code, "")
    place = head["place"]
    return head | {
        "live": live_and_news(office, place),
        "verdict": verdict(office, place, head["row"], head["scored"]),
        "moves": partial(nearest_moves, office, place.code),
        "what_if": partial(what_if_here, office, place.code, figure, value),
        "charts": partial(_charts, office, drawer, place.code, place.title.render()),
    }


def live_and_news(office: Programme, place: City) -> dict[str, Any]:
    """Say whether a city sends live figures, of what and how old they are, and since when news are shown."""
    feeds = office.operations.feeds(city=place.code).filter(state="open")
    observed = office.operations.sensors(city=place.code).group_by("feed").agg(observed=pl.col("last").max())
    kinds = feeds.join(observed, on="feed", how="left").group_by("type", maintain_order=True)
    newest = kinds.agg(pl.col("observed", "last").max()).sort("type")
    values = {"city": place.title, "kinds": [_aged(office, row) for row in newest.to_dicts()]}
    if feeds.is_empty():
        said = text("{city} sends this programme no live figures.", city=place.title)
    elif feeds["is_example"].all():
        said = text("The live figures of {city} are fictitious examples: {kinds:list}.", **values)
    else:
        said = text("{city} sends live figures: {kinds:list}.", **values)
    month_ago = office.settings.today() - timedelta(days=30)
    return {"said": said, "has_feeds": not feeds.is_empty(), "month_ago": month_ago.isoformat(),
            "site": office.settings().address or origin_asked()}  # fmt: skip


def _aged(office: Programme, row: Mapping[str, Any]) -> Text:
    """Say of a kind of live figures when the newest was observed, or else last sent, and how long ago."""
    kind, at = kind_called(row["type"]), row["observed"] or row["last"]
    if at is None:
        return text("{kind} (nothing sent yet)", kind=kind)
    values = {
        "kind": kind,
        "at": moment(at, office.settings.zone()),
        "hours": office.operations.hours_since(at),
    }
    if row["observed"] is None:
        return text("{kind} (last sent on {at}, {hours:,.1f} hours ago)", **values)
    return text("{kind} (last observed on {at}, {hours:,.1f} hours ago)", **values)


def usual(marks: Iterable[str | None]) -> str | None:
    """Return what most rows have, a grade or a source, which is said once; None where no row has any."""
    counted = Counter(mark for mark in marks if mark)
    return counted.most_common(1)[0][0] if counted else None


def check_explained(what: str) -> None:
    """Raise NotFoundError unless ``what`` is something of a city that can be explained."""
    if what not in _EXPLAINED:
        raise NotFoundError.named("explanation", what, _EXPLAINED)


def _said(office: Programme, row: dict[str, Any]) -> dict[str, Any]:
    """The row of a city, with the message why it has no score."""
    scores = office.adopted("scores")
    if scores is None:
        return row
    if row["valid_to"] and row["city"] not in scores.table["city"]:
        return row | {"reason": place_ended(row["valid_to"])}
    return row | {"reason": scores.said(row["reason"])}


def _charts(office: Programme, drawer: Drawer, code: str, name: str) -> list[dict[str, Any]]:
    """The two charts that matter most: how it compares, or its people; and its money beside its limit."""
    drawn = [_compares(office, drawer, code, name), _money(office, drawer, code, name)]
    return [chart for chart in drawn if chart]


def _compares(office: Programme, drawer: Drawer, code: str, name: str) -> dict[str, Any]:
    profile = pillar_chart(office, drawer, code, name)
    if profile is not None:
        said = text(
            "The diamond marks {city}; the band covers the middle half of the most similar cities.", city=name
        )
        scores = office.adopted("scores")
        title = text(
            "Scores by field, compared with similar cities ({index}, {year})",
            index=named(scores.index.name, scores.index.id),
            year=str(scores.period),
        )
        return _chart(profile, title, said, "figures")
    outlook = office.adopted("outlook")
    rows = pl.DataFrame() if outlook is None else outlook.table.filter(pl.col("city") == code)
    if rows.is_empty():
        return {}
    rows = rows.filter(pl.col("area") == rows["area"].sort()[0]).sort("year")
    area = label(rows["area"][0])
    fan = drawer.apart(charts.fan(rows, y_title=text("Persons")))
    title = text("People ({area}), observed and projected", area=area)
    return _chart(fan, title, text("Boundary: {area}.", area=area), "people")


def _money(office: Programme, drawer: Drawer, code: str, name: str) -> dict[str, Any]:
    plan = office.adopted("plan")
    if plan is None or plan.table.filter(pl.col("city") == code).is_empty():
        return {}
    money = city_money(office, drawer, code)
    if money is None:
        return {}
    title = text("Spending by {city} itself, by year", city=name)
    said = text("Construction and running costs, renewal and repayments, up to the last year considered.")
    return _chart(money["chart"], title, said, "plan")


def _chart(drawing: Drawing, title: Text, said: Text, to: str) -> dict[str, Any]:
    return {"drawing": drawing, "title": title, "said": said, "to": to}

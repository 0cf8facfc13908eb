"""Operations: the live map, requests by status and age, how feeds are, newest figures, alerts."""

from typing import Any, Final

import polars as pl

from urbium import charts
from urbium.pilot.steps import state
from urbium.platform.connectors.registry import CONNECTORS
from urbium.platform.live_figures import attribute_called, kind_called
from urbium.platform.service_requests import CLOSED, OPEN
from urbium.programme import Programme
from urbium.programme.platform.operations import AGES
from urbium.text import Text, meant, say, text, texts
from urbium.web.rendering.parameters import FromActor, FromDrawer, FromOffice, Word

_LISTED: Final = 50
_AGAIN: Final = {"0": 0, "30": 30, "300": 300}
"""Seconds after which the page is read again where its reader asks for that."""
_HOUR: Final = text("hours since the last message")


def operations(
    office: FromOffice, actor: FromActor, drawer: FromDrawer, *, city: Word = "", every: Word = "0"
) -> dict[str, Any]:
    """Gather the page of operations, of one city where it is named."""
    code = office.city(city).code if city else ""
    now = office.operations
    feeds, requests = now.feeds(actor, city=code), now.requests(city=code)
    places, figures = now.places(city=code), now.figures(city=code)
    names = office.register.names()
    drawn = feeds.filter(pl.col("lag_hours") >= 1).select("title", "lag_hours")  # else no bar is to be seen
    ages = _ages(requests)
    spec = _map(office, places) if places.height else None
    return {
        "city": code,
        "names": names,
        "every": _AGAIN.get(every, 0),
        "choices": _AGAIN,
        "feeds": [
            row
            | {"connector": one.title if (one := CONNECTORS.get(row["connector"])) else row["connector"]}
            | {"type": kind_called(row["type"])}
            for row in feeds.to_dicts()
        ],
        "has_examples": bool(feeds["is_example"].any()),
        "cities": [(one, names.get(one, one)) for one in sorted(set(feeds["city"]))],
        "health": drawer.draw(charts.ranking(drawn, label="title", value="lag_hours", value_title=_HOUR))
        if drawn.height
        else None,
        "requests": [
            row | {"status": _STATUSES[row["status"]], "age": _AGE_WORDS[row["days"]]}
            for row in requests.iter_rows(named=True)
        ],
        "by_age": drawer.draw(
            charts.ranking(
                ages, label="label", value="requests", value_title=_REQUESTS, figures=",.0f", is_ordered=True
            )
        )
        if ages.height
        else None,
        "figures": figures.to_dicts(),
        "sensors": [
            row | {"attribute": attribute_called(row["attribute"])}
            for row in now.sensors(city=code).head(_LISTED).to_dicts()
        ],
        "places": places.sort("hours", descending=True).head(_LISTED).to_dicts(),
        "map": drawer.placed(spec) if spec else None,
        "shades": charts.legend_of(spec) if spec else [],
        "outline": office.outlines.kept(),
        "mapped": _mapped(places),
        "alerts": [
            (one.dossier, state("alert", one.dossier.state).title) for one in now.alerts(actor, city=code)
        ],
    }


_REQUESTS: Final = text("open requests")
_AGE_WORDS: Final = dict(AGES)
_STATUSES: Final = {OPEN: meant("of a request", "open"), CLOSED: meant("of a request", "closed")}


def _ages(requests: pl.DataFrame) -> pl.DataFrame:
    """Return the open requests of all cities by age, the youngest first."""
    still = requests.filter(pl.col("status") == "open").group_by("age", "days").agg(pl.col("requests").sum())
    words = {str(said): str(say(said)) for said in _AGE_WORDS.values()}
    return still.sort("days").select("requests", label=pl.col("age").replace_strict(words))


def _map(office: Programme, places: pl.DataFrame) -> dict[str, Any]:
    names = [str(say(name)) for name in places["name"]]
    table = places.with_columns(
        pl.col("hours").ceil(), pl.Series("name", names, pl.String), size=pl.lit(None, dtype=pl.Float64)
    )
    return charts.place_map(
        table, value="hours", size="size", value_title=text("Hours since last contact"),
        title=text("Map of {count} sensors and open requests", count=places.height),
        rings=office.outlines.rings(), credit=office.outlines.credit(),
    )  # fmt: skip


def _mapped(places: pl.DataFrame) -> Text:
    return texts(
        "{count} sensor or open request has a location; the colour shows how many hours ago it was "
        "last heard from.",
        "{count:,} sensors and open requests have a location; the colour shows how many hours ago each "
        "was last heard from.",
        count=places.height,
    )

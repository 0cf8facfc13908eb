"""Operations: what goes on in the cities now: feeds, requests by status and age, live figures, alerts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

from urbium.access import ANYBODY, Actor
from urbium.columns import schema_of
from urbium.errors import ForbiddenError, retold
from urbium.model.dossiers import Dossier
from urbium.pilot.bands import way_of
from urbium.pilot.contracts.taskbooks import TaskBook
from urbium.platform.absorbing import open_requests, places_of, requests_between
from urbium.platform.cap import CapAlert, atom, cap
from urbium.platform.feeds import source_of, tenant_of
from urbium.platform.sensors import SensorState
from urbium.platform.service_requests import OPEN
from urbium.platform.service_requests import TYPE as REQUEST
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk, called_example
from urbium.programme.cases.sight import Seen
from urbium.programme.platform.feeds import FeedLook, Feeds
from urbium.programme.platform.live import Live, end_of
from urbium.programme.platform.sensor_watch import SensorWatch
from urbium.text import Text, named, say, text, texts, unpacked
from urbium.units import unit_words

AGES: Final[tuple[tuple[float, Text], ...]] = (
    (1, text("up to a day")),
    (7, text("2 to 7 days")),
    (30, text("8 to 30 days")),
    (float("inf"), text("over 30 days")),
)
"""How old an open request is, or in how many days a closed one was closed: the upper end, and its name."""
_SECOND: Final = 1_000_000
_REQUESTS_OF: Final = timedelta(days=366)
_FEED_COLUMNS: Final = {
    "feed": pl.String(), "title": pl.String(), "city": pl.String(), "connector": pl.String(),
    "type": pl.String(), "state": pl.String(), "last": pl.Datetime("us", "UTC"), "lag_hours": pl.Float64(),
    "is_silent": pl.Boolean(), "waiting": pl.Int64(), "done": pl.Int64(), "aside": pl.Int64(),
    "findings": pl.List(pl.String()), "failure": pl.String(), "is_example": pl.Boolean(),
}  # fmt: skip
_SENSOR_COLUMNS: Final = {
    **dict.fromkeys(("code", "name", "city", "feed", "attribute"), pl.String()),
    "last": pl.Datetime("us", "UTC"), "value": pl.Float64(), "unit": pl.String(), "hours": pl.Float64(),
    "state": pl.String(),
}  # fmt: skip
_FIGURE_COLUMNS: Final = schema_of("city variable name period value unit source reason is_example")


class Operations:
    """What goes on in the cities now, and alerts, as actors see them.

    Parameters
    ----------
    desk : what may be asked
    casework : what actors see
    feeds : the feeds, and how they are
    live : measures what feeds that are examples send
    sensors : watches whether they work
    """

    def __init__(
        self, desk: Desk, casework: Casework, feeds: Feeds, live: Live, sensors: SensorWatch
    ) -> None:
        self._desk, self._casework, self._feeds, self._live = desk, casework, feeds, live
        self._sensors = sensors
        self._store = desk.workspace.store

    def feeds(self, actor: Actor = ANYBODY, *, city: str = "") -> pl.DataFrame:
        """Return the feeds with how they are; why something failed is for their city and the office alone."""
        rows = []
        for one in self._feeds.listed(actor, city=city):
            row = _feed_row(one)
            if row["aside"] and one.may_see_reasons and one.dossier.state == "open":
                row["findings"] += self._reasons(actor, row["feed"])
            rows.append(row)
        return pl.DataFrame(rows, schema=_FEED_COLUMNS)

    def _reasons(self, actor: Actor, feed: str) -> list[str]:
        """Return why messages of a feed were put aside, three at most; none for who may not mend it."""
        try:
            return [str(one["reason"]) for one in self._feeds.aside(actor, feed)[:3]]
        except ForbiddenError:
            return []

    def requests(self, *, city: str = "") -> pl.DataFrame:
        """Return how many service requests are open, and of the last year closed, by age; one row each.

        Columns: city, status, age (its name), days (upper end), requests, is_example. The age of a closed
        one is how long it took to close it. Examples are counted only where there are no others.
        """
        now = self._now()
        counts: dict[tuple[str, str, int, bool], int] = {}
        for feed in self._request_feeds(city):
            tenant = tenant_of(feed)
            recent = requests_between(self._store, tenant, now - _REQUESTS_OF, now)
            closed = (row for row in recent if row.get("status") != OPEN)
            for row in (*open_requests(self._store, tenant), *closed):
                days = _days(row, now)
                if days is None:
                    continue
                bucket = next(place for place, (most, _) in enumerate(AGES) if days <= most)
                key = (feed.city, str(row["status"]), bucket, bool(feed.content.get("is_example")))
                counts[key] = counts.get(key, 0) + 1
        rows = [
            (place, status, str(AGES[bucket][1]), AGES[bucket][0], count, is_example)
            for (place, status, bucket, is_example), count in sorted(counts.items())
        ]
        schema = {"city": pl.String(), "status": pl.String(), "age": pl.String(), "days": pl.Float64(),
                  "requests": pl.Int64(), "is_example": pl.Boolean()}  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")

    def figures(self, *, city: str = "") -> pl.DataFrame:
        """Return the newest live figure of each city and variable that is in force; suspect ones are none.

        Those of examples, which are in force nowhere, come last. Columns: city, variable, name, period,
        value, unit, source, reason, is_example.
        """
        variables = self._desk.workspace.catalogue.variables
        sources = {source_of(one.code) for one in self._desk.dossiers("feed")}
        cities = {one.city for one in self._desk.dossiers("feed")}
        rows = []
        for code in sorted(cities & {city} if city else cities):
            table = self._desk.register.figures_of(code)
            table = table.filter(pl.col("is_in_force") & pl.col("source").is_in(list(sources)))
            rows += [row | {"is_example": False} for row in _newest(table)]
        examples = self._live.examples(city)
        rows += [row | {"is_example": True} for row in _newest(examples)] if examples is not None else []
        for row in rows:
            name = named(variables[row["variable"]].name, row["variable"])
            row["name"] = str(say(called_example(name) if row["is_example"] else name))
            row["reason"] = str(say(retold(row)["reason"]))
        return pl.DataFrame(rows, schema=_FIGURE_COLUMNS)

    def places(self, *, city: str = "", most: int = 500) -> pl.DataFrame:
        """Return where the things of the feeds are, and since how many hours nothing was heard of each.

        Columns: code, name, city, longitude, latitude (degrees), hours. Of service requests only open ones.
        """
        rows = []
        for feed in self._desk.dossiers("feed", state="open", **({"city": city} if city else {})):
            kind = feed.content["entity_type"]
            for one in places_of(self._store, tenant_of(feed), kind, most=most):
                if kind == REQUEST and one["status"] != OPEN:
                    continue
                hours = self.hours_since(datetime.fromisoformat(one["at"]))
                name = one["name"] or one["id"].rpartition(":")[2]
                at = {"longitude": one["longitude"], "latitude": one["latitude"], "hours": hours}
                rows.append({"code": one["id"], "name": name, "city": feed.city, **at})
        schema = {"code": pl.String(), "name": pl.String(), "city": pl.String(), "longitude": pl.Float64(),
                  "latitude": pl.Float64(), "hours": pl.Float64()}  # fmt: skip
        return pl.DataFrame(rows, schema=schema)

    def sensors(self, *, city: str = "") -> pl.DataFrame:
        """Return how each sensor is: those that are silent first, then those that are stuck, then the others.

        Columns: code, name, city, feed, attribute, last, value, unit, hours (since then), state.
        """
        rows = [
            {
                "code": one.uri, "name": one.uri.rpartition(":")[2], "city": feed.city, "feed": feed.code,
                "attribute": one.attribute, "last": datetime.fromtimestamp(one.at / _SECOND, UTC),
                "value": one.value, "unit": one.unit, "hours": one.hours, "state": str(one.state),
            }
            for feed in self._desk.dossiers("feed", state="open", **({"city": city} if city else {}))
            for one in self._sensors.of_feed(feed)
        ]  # fmt: skip
        order = pl.col("state").replace_strict({str(state): place for place, state in enumerate(SensorState)})
        table = pl.DataFrame(rows, schema=_SENSOR_COLUMNS)
        return table.sort(order, -pl.col("hours"), "code", "attribute") if rows else table

    # --- alerts -----------------------------------------------------------------------------------------

    def alerts(self, actor: Actor = ANYBODY, *, city: str = "", state: str = "") -> list[Seen]:
        """Return the alerts that an actor may see, the newest first."""
        where = {name: value for name, value in (("city", city), ("state", state)) if value}
        sights = self._casework.listed(actor, "alert", where=where)
        return sorted(sights, key=lambda one: str(one.dossier.recorded_at), reverse=True)

    def cap(self, code: str) -> bytes:
        """Return an alert that everybody may see as CAP 1.2; raise NotFoundError for another."""
        sight = self._casework.opened(ANYBODY, "alert", code)
        status = "Exercise" if sight.dossier.content.get("is_example") else "Actual"
        return cap(self._as_cap(sight), sender=self._sender(), status=status)

    def cap_feed(self, asked_at: str = "http://127.0.0.1:8000") -> bytes:
        """Return the alerts of indicators that everybody may see as a feed of Atom that leads to each as CAP.

        Its addresses are those of the programme; where it says none, of the server ``asked_at``.
        """
        alerts = [self._as_cap(one) for one in self.alerts() if not one.dossier.content.get("sensors")]
        address = f"{self._desk.settings().address or asked_at}/alerts/feed.atom"
        name = self._desk.settings.name() or "urbium"
        updated = max((one.sent for one in alerts), default=datetime(1970, 1, 1, tzinfo=UTC))
        return atom(alerts, title=name, address=address, updated=updated)

    def said(self, alert: Dossier) -> Text:
        """Return what an alert says, in words."""
        content = alert.content
        title, city = content["title"], named(self._desk.city(alert.city).name, alert.city)
        if sensors := content.get("sensors"):
            if alert.state == "over":
                return text("All sensors of {title} are working again.", title=content["title"])
            return texts(
                "The sensor {names:list} of {title} in {city} is silent or stuck.",
                "The sensors {names:list} of {title} in {city} are silent or stuck.",
                count=len(sensors), names=sensors, title=title, city=city
            )  # fmt: skip
        if alert.state == "over":
            return text("It has been back in its band since {period:period}.", period=content["ended"])
        facts = {
            "title": title, "city": city, "value": content["value"], "unit": unit_words(content["unit"]),
            "period": content["period"], "expected": content["expected"], "behind": content["behind"],
        }  # fmt: skip
        book = self._desk.dossier("taskbook", alert.parent)
        way = way_of(book.content_as(TaskBook), content["indicator"]) if book else None
        if way is None:  # the task book has been amended since
            return text(
                "{title} of {city} was {value:,.6g} {unit} in {period:period}. On a straight line to the "
                    "target for {year:d}, it would be {expected:,.4g}; it is behind by {behind:.0%} of the "
                    "whole distance.",
                year=content["year"], **facts,
            )  # fmt: skip
        base, target = way
        return text(
            "{title} of {city} was {value:,.6g} {unit} in {period:period}. On a straight line from "
                "{base:,.6g} at the start to the target of {target:,.6g} for {year:d}, it would be "
                "{expected:,.4g}; it is behind by {behind:.0%} of the whole distance.",
            base=base, target=target.value, year=target.year, **facts,
        )  # fmt: skip

    def _as_cap(self, sight: Seen) -> CapAlert:
        dossier, content = sight.dossier, sight.dossier.content
        versions = self._casework.history(ANYBODY, "alert", dossier.code)
        raised = versions[0].dossier.recorded_at or datetime(1970, 1, 1, tzinfo=UTC)
        is_over = dossier.state == "over"
        city = self._desk.city(dossier.city)
        first = f"{self._sender()},{dossier.code},{raised.strftime('%Y-%m-%dT%H:%M:%S-00:00')}"
        place = None if city.latitude is None or city.longitude is None else (city.latitude, city.longitude)
        return CapAlert(
            code=f"{dossier.code}-over" if is_over else dossier.code,
            sent=(dossier.recorded_at or raised) if is_over else raised,
            kind="Cancel" if is_over else "Alert",
            event=text("indicator outside its band").render(),
            headline=f"{city}: {content['title']}", description=str(self.said(dossier)),
            area=str(city), references=first if is_over else "", place=place,
        )  # fmt: skip

    def _sender(self) -> str:
        settings = self._desk.settings()
        return settings.address.partition("://")[2] or settings.sender or "urbium.invalid"

    def _request_feeds(self, city: str) -> list[Dossier]:
        """Return a feed of service requests of each city; examples only where there are no others."""
        feeds = self._desk.dossiers("feed", **({"city": city} if city else {}))
        requests = {tenant_of(one): one for one in feeds if one.content["entity_type"] == REQUEST}
        ordered = [requests[tenant] for tenant in sorted(requests)]
        return [one for one in ordered if not one.content.get("is_example")] or ordered

    def hours_since(self, at: datetime) -> float:
        """Return how many hours ago an instant was."""
        return (self._now() - at).total_seconds() / 3600

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._feeds.clock() / _SECOND, UTC)


def _feed_row(look: FeedLook) -> dict[str, Any]:
    health, content = look.health, look.dossier.content
    counts = {} if health is None else health.counts
    last = (
        None if health is None or not health.received else datetime.fromtimestamp(health.received / 1e6, UTC)
    )
    shows = health is not None and look.may_see_reasons
    findings = json.loads(health.findings) if shows and health is not None and health.findings else []
    failure = unpacked(json.loads(health.failure)) if shows and health is not None and health.failure else ""
    return {
        "feed": look.dossier.code, "title": content["title"], "city": look.dossier.city,
        "connector": content["connector"], "type": content["entity_type"], "state": look.dossier.state,
        "last": last, "lag_hours": None if look.lag is None else look.lag / 3600, "is_silent": look.is_silent,
        "waiting": counts.get("waiting", 0) + counts.get("working", 0),
        "done": counts.get("stored", 0) + counts.get("done", 0), "aside": counts.get("aside", 0),
        "findings": [str(say(unpacked(one["message"]))) for one in findings], "failure": str(say(failure)),
        "is_example": bool(content.get("is_example")),
    }  # fmt: skip


def _newest(figures: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the figure of the latest period of each city and variable, in their order."""
    rows = sorted(figures.iter_rows(named=True), key=end_of)
    newest = {(row["city"], row["variable"]): row for row in rows}
    columns = ("city", "variable", "period", "value", "unit", "source", "reason", "said")
    return [{name: row.get(name) for name in columns} for _, row in sorted(newest.items())]


def _days(row: Mapping[str, Any], now: datetime) -> float | None:
    """Return the age of an open request, or in how many days a closed one was closed; None where unknown."""
    if row.get("status") == OPEN:
        return (now - datetime.fromisoformat(row["requestedAt"])).total_seconds() / 86_400
    days = row.get("daysToClose")
    return None if days is None else float(days)

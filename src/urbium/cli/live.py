"""Live: feeds of sensors and services, what they send, replays of recordings, alerts, service requests.

``--as`` names the account that acts: it sees and does no more than its roles let it, as on the pages.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyclopts import App

from urbium.cli.cases.casework import acting, tell_unless_begun
from urbium.cli.opening import opened
from urbium.cli.show import COMMON, As, Common, Flag, say_facts, say_table, show, tell
from urbium.text import say, text, texts

if TYPE_CHECKING:
    from urbium.access import Actor
    from urbium.programme import Programme

_OF_FEED: Final = ("feed", "city", "state", "last", "waiting", "done", "aside")
_OF_ALERT: Final = ("title", "indicator", "period", "value", "expected", "behind")

feeds = App(name="feeds")
"""The group of commands on feeds."""


def _acting(programme: "Programme", account: str) -> "Actor":
    """Return the account that acts; whoever runs the command where the store is, as the office."""
    from urbium.programme.people.invitations import FOUNDER

    return acting(programme, account) if account else FOUNDER


@feeds.default
def list_feeds(*, city: str = "", account: As = "", common: Common = COMMON) -> None:
    """List the feeds and their condition: last message, delay, messages waiting, messages set aside.

    Parameters
    ----------
    city
        Only for this city, given by code or name.
    account
        The account whose view is shown; by default, the programme office.
    """
    import polars as pl

    with opened(common) as programme:
        code = programme.city(city).code if city else ""
        table = programme.operations.feeds(_acting(programme, account), city=code)
        if common.json:
            say_table(table, common, title="")
            return
        shown = table.with_columns(pl.col("last").dt.strftime("%Y-%m-%d %H:%M")).drop("findings", "failure")
        say_table(shown.select(*_OF_FEED, pl.exclude(_OF_FEED)), common, title=text("Feeds"))
        for row in table.iter_rows(named=True):
            for said in (row["failure"], *row["findings"]):
                if said:
                    show(f"{row['feed']}: {say(said)}")


@feeds.command(name="open")
def open_feed(
    code: str,
    /,
    *,
    city: str,
    connector: str,
    type: str,  # noqa: A002 - what NGSI-LD calls it
    title: str = "",
    zone: str = "UTC",
    publisher: str = "",
    licence: str = "",
    address: str = "",
    settings: str = "{}",
    every: int = 3600,
    silent_after: int = 86_400,
    account: As = "",
    common: Common = COMMON,
) -> None:
    """Open a feed for a city.

    Parameters
    ----------
    code
        The name of the feed.
    city
        The city, by code or name.
    connector
        notified, table, mqtt, gtfs, sensorthings, ckan, open311, gbfs, ngsi-ld or sdmx.
    type
        The type of the feed's entities, such as AirQualityObserved.
    title
        The feed's title; by default, its code.
    zone
        The time zone of the feed's city, such as Europe/Vienna.
    publisher
        The publisher of the feed.
    licence
        The licence of the feed.
    address
        The address from which data is requested; its host must first be allowed (urbium settings
        --outbound-host HOST).
    settings
        Anything else that the feed's connector requires, as JSON, or @FILE.
    every
        Seconds between checks of the feed's source.
    silent_after
        Seconds without a message after which the feed counts as silent.
    account
        The account to act as; by default, the programme office.
    """
    layout = Path(settings[1:]).read_text(encoding="utf-8") if settings.startswith("@") else settings
    content = {
        "title": title or code, "connector": connector, "entity_type": type, "zone": zone,
        "publisher": publisher, "licence": licence, "address": address, "settings": layout, "every": every,
        "silent_after": silent_after,
    }  # fmt: skip
    with opened(common) as programme:
        place = programme.city(city).code
        feed = programme.casework.begin(
            _acting(programme, account), "feed", code, content, city=place
        ).dossier
        tell(
            text("feed {name} is open", name=code)
            if feed.state == "open"
            else text(
                "feed {name} is waiting for the programme office; until it is approved, it receives nothing",
                name=code,
            )
        )


@feeds.command(name="token")
def feed_token(code: str, /, *, days: int = 90, account: As = "", common: Common = COMMON) -> None:
    """Give a feed a new token, which its source uses to send data; earlier tokens no longer work.

    Parameters
    ----------
    code
        The feed.
    days
        How many days the token is valid.
    account
        The account that issues the token; needed, because every token has an owner.
    """
    with opened(common) as programme:
        show(programme.feeds.token(acting(programme, account), code, days=days))
        tell_unless_begun(programme, account)


@feeds.command(name="subscribe")
def feed_subscribe(code: str, /, *, days: int = 90, account: As = "", common: Common = COMMON) -> None:
    """Ask the NGSI-LD broker of a feed to notify this programme, with a new token for the feed.

    Parameters
    ----------
    code
        The feed. Its address must be that of the broker, up to but not including /v1.
    days
        How long the token is valid.
    account
        The account that issues the token.
    """
    with opened(common) as programme:
        programme.feeds.subscribe(acting(programme, account), code, days=days)
        tell(text("the broker now notifies feed {name}", name=code))


@feeds.command(name="aside")
def feed_aside(code: str, /, *, retry: Flag = False, account: As = "", common: Common = COMMON) -> None:
    """List the messages of a feed that were set aside, with the reason.

    Parameters
    ----------
    code
        The feed.
    retry
        Retry these messages, once the feed has been repaired.
    account
        The acting account; by default, the programme office.
    """
    import polars as pl

    with opened(common) as programme:
        actor = _acting(programme, account)
        rows = programme.feeds.aside(actor, code)
        again = programme.feeds.retry(actor, code) if retry else 0  # before printing: who reads may go away
        if common.json or not rows:
            say_table(pl.DataFrame(rows), common, title=text("Messages put aside"))
        for row in () if common.json else rows:
            show(f"{row['received']:%Y-%m-%d %H:%M} UTC, {row['id']}: {say(row['reason'])}")
        if retry:
            tell(texts("{count} message is being retried", "{count:,} messages are being retried",
                       count=again))  # fmt: skip


@feeds.command(name="sensors")
def feed_sensors(*, city: str = "", common: Common = COMMON) -> None:
    """List the sensors of the feeds, silent and stuck ones first, with their latest values.

    Parameters
    ----------
    city
        Only for this city, given by code or name.
    """
    import polars as pl

    with opened(common) as programme:
        table = programme.operations.sensors(city=programme.city(city).code if city else "")
        shown = table.with_columns(pl.col("last").dt.strftime("%Y-%m-%d %H:%M")).drop("code")
        say_table(shown, common, title=text("Sensors"))


@feeds.command(name="running")
def feed_running(code: str, /, *, common: Common = COMMON) -> None:
    """Compute the figures for current periods; each is stored when its period ends.

    Parameters
    ----------
    code
        The feed.
    """
    import polars as pl

    with opened(common) as programme:
        table = programme.live.running(code)
        columns = ("variable", "period", "value", "unit", "status", "reason")
        shown = pl.DataFrame() if table is None else table.select(columns)
        say_table(shown, common, title=text("Figures for current periods"))


def receive(
    *, folder: Path | None = None, until_idle: Flag = False, every: float = 1.0, common: Common = COMMON
) -> None:
    """Process incoming feeds: poll sources, store messages, compute figures, check alert bands.

    A server does this as well; if several workers run, they share the messages between them.

    Parameters
    ----------
    folder
        A drop folder: files in FOLDER/<feed>/ are read, then moved to the folder taken or, with the reason,
        to the folder quarantine.
    until_idle
        Stop when nothing is waiting.
    every
        Seconds between checks.
    """
    with opened(common) as programme:
        if not until_idle:
            tell(text("feeds are being processed (Ctrl-C to stop)"))
        while True:
            for file, count, failure in programme.feeds.sweep(folder) if folder else ():
                if failure:
                    tell(text("{file}: {reason}", file=file, reason=failure))
                else:
                    tell(texts("{file}: {count} message", "{file}: {count:,} messages",
                               count=count, file=file))  # fmt: skip
            worked = programme.live.run(until_idle=True)
            if until_idle:
                say_facts(asdict(worked), common)
                return
            time.sleep(every)


def replay(
    file: Path, /, *, feed: str, speed: float = 1000.0, most: int = 0, common: Common = COMMON
) -> None:
    """Replay a recorded file as a live feed, at a multiple of its original speed.

    Parameters
    ----------
    file
        A file that the feed's connector reads.
    feed
        The feed.
    speed
        How many seconds of the recording are played per second; 0 plays it without pauses.
    most
        Maximum number of messages; 0 for all.
    """
    with opened(common) as programme:
        messages = entities = 0
        for _, count in programme.feeds.replay(feed, file, speed=speed, wait=time.sleep, most=most):
            messages, entities = messages + 1, entities + count
        say_facts({"messages": messages, "entities": entities}, common)


def alerts(
    code: str = "",
    /,
    *,
    acknowledge: Flag = False,
    remark: str = "",
    city: str = "",
    account: As = "",
    common: Common = COMMON,
) -> None:
    """List the alerts (indicators outside the band set in their task book), or acknowledge one.

    Parameters
    ----------
    code
        The code of an alert.
    acknowledge
        Acknowledge the alert.
    remark
        The measures being taken.
    city
        Only for this city, given by code or name.
    account
        The account to act as; needed to acknowledge an alert. By default, the public view is shown.
    """
    import polars as pl

    with opened(common) as programme:
        actor = acting(programme, account)
        if code and acknowledge:
            sight = programme.casework.opened(actor, "alert", code)
            changes = {"remark": remark} if remark else {}
            programme.casework.act(
                actor, "alert", code, "acknowledge", changes, version=sight.dossier.version
            )
        place = programme.city(city).code if city else ""
        rows = [
            {"alert": one.dossier.code, "state": one.dossier.state, "city": one.dossier.city,
             **{name: one.dossier.content.get(name) for name in _OF_ALERT}}
            for one in programme.operations.alerts(actor, city=place)
            if code in ("", one.dossier.code)
        ]  # fmt: skip
        say_table(pl.DataFrame(rows), common, title=text("Alerts"))


def service_requests(
    id: str = "",  # noqa: A002 - what it is
    /,
    *,
    city: str = "",
    close: Flag = False,
    notes: str = "",
    personal: Flag = False,
    account: As = "",
    common: Common = COMMON,
) -> None:
    """Count the service requests of cities by status and age, or show or close a single request.

    Parameters
    ----------
    id
        The number of a request.
    city
        The city of the requests, given by code or name.
    close
        Close the request.
    notes
        What was done.
    personal
        Show who asked, and their exact words.
    account
        The account to act as; needed to close a request or to see who made it.
    """
    with opened(common) as programme:
        place = programme.city(city).code if city else ""
        if not id:
            title = text("Service requests")
            say_table(programme.operations.requests(city=place), common, title=title)
            return
        services = programme.city_services
        if close:
            services.close(acting(programme, account), place, id, notes=notes)
            tell(text("closed; the change becomes visible once the message is processed"))
            return
        facts = services.request(id, place, has_history=True)
        if personal:
            facts |= services.personal(acting(programme, account), place, id)
        say_facts(facts, common)


VERBS: Final[tuple[Callable[..., None], ...]] = (receive, replay, alerts, service_requests)
"""Every verb of this file except the group, in the order of the help."""

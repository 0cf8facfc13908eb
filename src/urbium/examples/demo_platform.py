"""Demo platform: example resources, a request for data, and feeds whose made-up recording ends now.

Titles say what is made up. Nothing that the feeds send becomes a figure of a city: they are examples
(:class:`urbium.platform.feeds.FeedDossier`).
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

from urbium.examples.demo_work import SAID, take_step
from urbium.files import write_whole
from urbium.platform.entities import Batch, Entity, Feed, entity, in_order
from urbium.platform.harvest import code_of
from urbium.platform.service_requests import TYPE as REQUEST
from urbium.platform.service_requests import ServiceRequest, request_entities
from urbium.programme import Programme
from urbium.programme.platform.problem_reports import SentReport

ADDRESS: Final = "http://127.0.0.1:8000"
"""Where the table of resources has the demo served."""
_CITY, _SIGNATORY, _ASKING = "city", "signatory", "province"
"""The accounts that enter a resource, publish it, and ask for data."""
_STEPS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "yearbook": ((_CITY, "propose"), (_SIGNATORY, "publish")),
    "outlook": ((_CITY, "propose"), (_SIGNATORY, "publish")),
    "air": ((_CITY, "propose"),),
    "leaks": ((_CITY, "share"),),
}
"""How far each resource is brought, by whom; the third waits for a second pair of eyes."""
_ASKED_FOR: Final = "leaks"
_HOURS: Final = 62 * 24
"""Hours of the recording: the last month that is over is whole, on whatever day it ends."""
_MONTH: Final = 30 * 86_400
Rows = Iterable[Mapping[str, str]]


def list_resources(programme: Programme, table: Path, city: str, address: str = ADDRESS) -> None:
    """List the resources of a table in the catalogue of a city, and ask for the one that is not public.

    ``address`` is where the demo is served: what it offers by itself stands there.
    """
    with TemporaryDirectory() as folder:
        served = Path(folder) / table.name
        write_whole(served, table.read_bytes().replace(ADDRESS.encode(), address.encode()))
        programme.resources.bring(programme.people.named(_CITY), served, city=city, reason="an example")
    for identifier, steps in _STEPS.items():
        for account, action in steps:
            take_step(
                programme, programme.people.named(account), "resource", code_of(city, identifier), action
            )
    asking, code = programme.people.named(_ASKING), "example-leaks"
    programme.casework.begin(
        asking,
        "data_request",
        code,
        SAID["data_request"],
        parent=code_of(city, _ASKED_FOR),
        owner=asking.account,
    )
    take_step(programme, asking, "data_request", code, "send")


def replay_examples(programme: Programme, feeds: Rows, sensors: Rows, requests: Rows) -> None:
    """Open the example feeds and send what they would have sent up to now; it is worked in at once.

    Parameters
    ----------
    programme : the demo, with its people
    feeds : code, city, title, type and time zone of each
    sensors : where each stands, the mean of its values and how far they swing within a day (ug/m3)
    requests : how many days ago each was made, in how many it was to be closed, and in how many it was
    """
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for row in feeds:
        content = {
            "title": row["title"], "connector": "notified", "entity_type": row["type"], "zone": row["zone"],
            "publisher": "Demonstration of urbium (example)", "silent_after": _MONTH, "is_example": True,
        }  # fmt: skip
        officer = programme.people.named(_CITY)
        dossier = programme.casework.begin(officer, "feed", row["feed"], content, city=row["city"]).dossier
        feed = Feed(row["feed"], row["type"], ZoneInfo(row["zone"]))
        sent = _requests(feed, requests, now) if row["type"] == REQUEST else _air(feed, sensors, now)
        programme.feeds.bring(dossier, Batch(in_order(sent)))
    programme.live.run(until_idle=True)


def report_examples(programme: Programme, reports: Rows, city: str) -> None:
    """Let a city take reports of problems, and send it some that are made up, each as far as its row says."""
    officer = programme.people.named(_CITY)
    services = [one.code for one in programme.problem_reports.possible(city)]
    programme.problem_reports.choose(officer, city, services, reason="an example")
    for row in reports:
        sent = SentReport(
            row["service"], row["description"], row["place"], "", row["latitude"], row["longitude"]
        )
        id_ = programme.problem_reports.of_secret(programme.problem_reports.report(city, sent)).id
        said = {"public_words": row["description"], "public_place": row["place"], "answer": row["answer"]}
        for action in row["steps"].split():
            seen = programme.problem_reports.opened(officer, id_).changed
            programme.problem_reports.act(officer, id_, action, said, changed=seen)


def _air(feed: Feed, sensors: Rows, now: datetime) -> Iterator[Entity]:
    """Yield an hourly value of each sensor, highest at eight in the morning and in the evening.

    The last half day is whole: a month that has just begun has the mean of the others, or no value yet.
    """
    here = now.astimezone(feed.zone)
    last = here - timedelta(hours=here.hour % 12 + 1)
    for row in sensors:
        place = float(row["longitude"]), float(row["latitude"])
        for hour in range(_HOURS):
            at = last - timedelta(hours=hour)
            swing = float(row["no2_swing"]) * math.cos(math.tau * (at.hour - 8) / 12)
            value = round(float(row["no2_mean"]) + swing, 1)
            yield entity(feed, row["sensor"], at, {"NO2": value}, place=place)


def _requests(feed: Feed, requests: Rows, now: datetime) -> Iterator[Entity]:
    for row in requests:
        requested = (now - timedelta(days=float(row["days_ago"]))).astimezone(feed.zone)
        closed = requested + timedelta(days=float(row["days_to_close"])) if row["days_to_close"] else None
        request = ServiceRequest(
            id=row["request"], service=row["service"], status="closed" if closed else "open",
            requested=requested, closed=closed,
            expected=requested + timedelta(days=float(row["days_allowed"])),
            place=(float(row["longitude"]), float(row["latitude"])),
        )  # fmt: skip
        yield from request_entities(feed, request)

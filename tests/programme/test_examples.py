"""What is made up to try a programme with is shown as an example, and counts nowhere."""

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import msgspec
import polars as pl
import pytest

import urbium
from feeds_of import hourly, open_feed
from people_of import actor, staffed
from tracked_towns import report_of
from urbium.errors import ForbiddenError, InputError
from urbium.model.dossiers import Dossier
from urbium.pilot.contracts.taskbooks import Target, Task, TaskBook

NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000
MAY = datetime(2026, 5, 1, tzinfo=UTC)
BOOK = TaskBook(
    title="Delft", currency="EUR",
    tasks=[Task(code="a", title="Trams", solution="BRT", starts=2025, ends=2026, money={"CITY": 2.0})],
    targets=[Target(indicator="no2_monthly_mean", year=2026, value=10.0, unit="ug/m3", base=20.0)],
)  # fmt: skip
TITLE = "Monthly mean of NO2"


def make(path):
    with staffed(str(path)) as one:
        open_feed(one, "air", "AirQualityObserved", {}, connector="notified")
        open_feed(one, "try", "AirQualityObserved", {}, connector="notified", city="0599", is_example=True,
                  who="gus")  # fmt: skip
        rounds = [
            Dossier(
                kind="round", code=code, state="decided", content={"title": code, "is_example": is_example}
            )
            for code, is_example in (("call", False), ("example-call", True))
        ]
        one.store.dossiers.record(rounds, by="test", what="round: test", reason="test")


@pytest.fixture
def programme(once, tmp_path):
    with urbium.open(once(tmp_path / "examples.db", make)) as one:
        one.feeds.clock = lambda: NOW
        yield one


def in_force(programme, round_, city):
    """Store a task book of a round, with the accepted report of its first year."""
    row = {"task": "a", "planned": 1.0, "spent": 1.0, "done": 1.0, "contracted": 1.0}
    programme.store.dossiers.record(
        [
            Dossier(kind="taskbook", code=f"{round_}-{city}", state="in_force", city=city, round=round_,
                    content=msgspec.to_builtins(BOOK)),
            Dossier(kind="report", code=f"{round_}-{city}-2025", state="accepted", city=city, round=round_,
                    parent=f"{round_}-{city}", parent_kind="taskbook", content=report_of(2025, [row])),
        ],
        by="test", what="taskbook: test", reason="test",
    )  # fmt: skip


def send(programme, who, feed, value):
    body = hourly([value] * 28 * 24, begins=MAY, sent=MAY + timedelta(days=29))
    sent = int(datetime.fromisoformat(json.loads(body)["notifiedAt"]).timestamp() * 1_000_000)
    dossier = programme.casework.opened(actor(programme, who), "feed", feed).dossier
    programme.feeds.keep(dossier, body, key=feed, sent=sent)
    programme.live.run(until_idle=True)


def test_values_of_an_example_are_shown_and_stored_nowhere_as_figures(programme):
    send(programme, "gus", "try", 35.0)
    assert programme.observations().is_empty()
    assert "feed_try" not in programme.sources()
    shown = programme.operations.figures().filter(variable="no2_monthly_mean").to_dicts()
    assert [(one["name"], one["period"], one["value"], one["is_example"]) for one in shown] == [
        (f"{TITLE} (example)", "2026-05", 35.0, True)
    ]


def test_values_of_a_city_beside_an_example_are_its_figures(programme):
    send(programme, "carl", "air", 12.0)
    send(programme, "gus", "try", 35.0)
    months = programme.observations(variables=["no2_monthly_mean"])
    assert months.select("city", "value").rows() == [("0503", 12.0)]
    shown = programme.operations.figures().filter(variable="no2_monthly_mean")
    assert shown.select("city", "is_example").rows() == [("0503", False), ("0599", True)]


def test_a_closed_example_shows_nothing_any_more(programme):
    send(programme, "gus", "try", 35.0)
    gus = actor(programme, "gus")
    version = programme.casework.opened(gus, "feed", "try").dossier.version
    programme.casework.act(gus, "feed", "try", "close", version=version)
    assert programme.operations.figures().is_empty()


def test_an_alert_of_an_example_says_so_and_its_cap_is_an_exercise(programme):
    in_force(programme, "example-call", "0599")
    send(programme, "gus", "try", 35.0)
    (alert,) = [one.dossier for one in programme.operations.alerts()]
    assert (alert.content["title"], alert.content["is_example"]) == (f"{TITLE} (example)", True)
    cap = ET.fromstring(programme.operations.cap(alert.code))
    names = {"cap": "urn:oasis:names:tc:emergency:cap:1.2"}
    assert cap.findtext("cap:status", namespaces=names) == "Exercise"  # CAP 1.2, 3.2.1: no actual alert


@pytest.mark.parametrize(
    ("round_", "city", "who", "feed"),
    [("call", "0599", "gus", "try"), ("example-call", "0503", "carl", "air")],
    ids=["an example never touches a pilot", "a figure never touches an example"],
)
def test_examples_and_pilots_are_watched_apart(programme, round_, city, who, feed):
    in_force(programme, round_, city)
    send(programme, who, feed, 35.0)
    assert [seen for seen in programme.operations.alerts() if seen.dossier.content["indicator"]] == []


def test_reports_of_examples_are_shown_alone_and_never_beside_others(programme):
    in_force(programme, "example-call", "0599")
    alone = programme.track.progress()
    assert (alone.is_example, alone.facts["taskbooks"]) == (True, 1)
    assert repr(alone).startswith(
        "Whether the plan is on time is unknown, because there is no real report yet. Made-up example of 1 "
    )
    assert "examples" in str(alone.notes[0])
    in_force(programme, "call", "0503")
    both = programme.track.progress()
    assert both.is_example is False
    assert both.table["taskbook"].unique().to_list() == ["call-0503"]
    assert both.earned.filter(level="programme")["bac"].to_list() == [2.0]
    assert programme.track.progress("0599").is_example is True


def test_nothing_is_planned_learnt_or_summed_from_reports_of_examples(programme):
    in_force(programme, "example-call", "0599")
    with pytest.raises(InputError, match="no report has been accepted"):
        programme.track.first_open_year()
    assert programme.track.finished().is_empty()
    assert programme.spending.reported().is_empty()
    in_force(programme, "call", "0503")
    assert programme.spending.reported()["city"].to_list() == ["0503"]
    assert programme.track.first_open_year() == 2026


def test_a_publication_has_nothing_of_an_example(programme):
    in_force(programme, "example-call", "0599")
    in_force(programme, "call", "0503")
    send(programme, "gus", "try", 35.0)
    send(programme, "carl", "air", 12.0)
    publication = programme.publish(by="test", formats=["csv"])
    tables = {
        name: pl.read_csv(programme.open_data.content(publication.id, f"{name}.csv"), infer_schema=False)
        for name in ("figures", "sources", "projects", "project_figures")
    }
    assert set(tables["figures"]["place"]) == {"0503"}
    assert tables["sources"]["source"].to_list() == ["feed_air"]
    assert tables["projects"]["project"].to_list() == ["call-0503:a", "pilot:call-0503"]
    assert set(tables["project_figures"]["project"]) == {"call-0503:a", "pilot:call-0503"}


def test_values_of_an_example_stay_apart_from_those_of_a_feed_of_the_same_city(programme):
    """A city that tries a feed out, and then opens one, has figures of the second alone."""
    open_feed(programme, "trial", "AirQualityObserved", {}, connector="notified", is_example=True)
    send(programme, "carl", "trial", 90.0)
    send(programme, "carl", "air", 12.0)
    assert programme.observations(variables=["no2_monthly_mean"])["value"].to_list() == [12.0]
    assert programme.operations.places(city="0503").is_empty()
    shown = programme.operations.figures(city="0503").filter(variable="no2_monthly_mean")
    assert shown.select("value", "is_example").rows() == [(12.0, False), (90.0, True)]


def test_an_example_stays_one(programme):
    gus = actor(programme, "gus")
    version = programme.casework.opened(gus, "feed", "try").dossier.version
    with pytest.raises(ForbiddenError, match="is_example"):
        programme.casework.act(gus, "feed", "try", "change", {"is_example": False}, version=version)

"""Live values become the same figures in whatever order they come; a crossing is one alert."""

import dataclasses
import json
import shutil
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import urbium
from feeds_of import BEGINS, NEW_YORK, figures, hourly, open_feed
from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.pilot.contracts.taskbooks import Target, Task, TaskBook
from urbium.platform.absorbing import history, readings, request_named
from urbium.platform.connectors.table import read_records
from urbium.platform.entities import Feed

NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000
DAY = 86_400_000_000
JULY = NOW + 31 * DAY


def make(path):
    with staffed(str(path)) as one:
        open_feed(one, "air", "AirQualityObserved", {}, connector="notified")
        one.people.take_place("carl")


@pytest.fixture
def programme(once, tmp_path):
    with urbium.open(once(tmp_path / "live.db", make)) as one:
        one.feeds.clock = lambda: NOW
        yield one


def send(programme, *bodies):
    feed = programme.casework.opened(actor(programme, "carl"), "feed", "air").dossier
    for body in bodies:
        sent = int(datetime.fromisoformat(json.loads(body)["notifiedAt"]).timestamp() * 1_000_000)
        programme.feeds.keep(feed, body, key=str(hash(body)), sent=sent)


def worked(programme, *bodies):
    send(programme, *bodies)
    programme.live.run(until_idle=True)
    return figures(programme)


HISTORY = [
    hourly(
        [10.0 + at] * 100,
        begins=BEGINS + timedelta(hours=100 * at),
        sent=BEGINS + timedelta(days=40, hours=at),
    )
    for at in range(7)
]
CORRECTIONS = [
    hourly([90.0] * 50, begins=BEGINS, sent=BEGINS + timedelta(days=50)),
    hourly([10.0] * 20, begins=BEGINS, sent=BEGINS + timedelta(days=51)),  # back to what it was at first
    hourly([33.0] * 30, begins=BEGINS + timedelta(hours=300), sent=BEGINS + timedelta(days=52)),
]
MESSAGES = [*HISTORY, *CORRECTIONS]
BY_HAND = [10.0] * 20 + [90.0] * 30 + [10.0] * 50 + [
    value for at in range(1, 7) for value in ([33.0] * 30 + [13.0] * 70 if at == 3 else [10.0 + at] * 100)
]  # fmt: skip


def test_corrections_replace_what_they_correct(programme):
    (mean,) = [row for row in worked(programme, *MESSAGES) if row[:2] == ("no2_monthly_mean", "2026-03")]
    assert mean[2] == pytest.approx(sum(BY_HAND) / len(BY_HAND))


ORDERS = given(st.permutations(MESSAGES), st.lists(st.sampled_from(MESSAGES), max_size=4), st.integers(1, 9))
LAW = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def in_order(tmp_path_factory):
    """Return an empty store of a feed, and the figures of messages that come in order."""
    folder = tmp_path_factory.mktemp("orders")
    make(folder / "empty.db")
    return folder, mixed(folder, MESSAGES)


def mixed(folder, *parts):
    with urbium.open(shutil.copy(folder / "empty.db", folder / "mixed.db")) as one:
        one.feeds.clock = lambda: NOW
        for part in parts:  # measured in between, too
            worked(one, *part)
        return figures(one)


@settings(LAW, max_examples=4)
@ORDERS
def test_late_doubled_reordered_and_corrected_messages_make_the_same_figures(in_order, order, again, cut):
    folder, expected = in_order
    assert mixed(folder, order[:cut], [*order[cut:], *again]) == expected != []


@pytest.mark.parametrize(
    "examples", [pytest.param(20, marks=pytest.mark.long), pytest.param(150, marks=pytest.mark.release)]
)
def test_whatever_the_order_of_messages_the_figures_are_the_same(in_order, examples):
    folder, expected = in_order

    @settings(LAW, max_examples=examples)
    @ORDERS
    def are_the_same(order, again, cut):
        assert mixed(folder, order[:cut], [*order[cut:], *again]) == expected

    are_the_same()


def test_a_figure_is_stored_again_only_when_its_value_changes(programme):
    worked(programme, *HISTORY)
    before = len(programme.store.audit())
    feed = programme.casework.opened(ANYBODY, "feed", "air").dossier
    sent = int((BEGINS + timedelta(days=40)).timestamp()) * 1_000_000
    programme.feeds.keep(feed, HISTORY[0], key="again", sent=sent)
    assert programme.live.run(until_idle=True).figures == 0
    assert len(programme.store.audit()) == before
    worked(programme, CORRECTIONS[0])
    history_of = programme.observations(variables=["no2_monthly_mean"], periods=["2026-03"], history=True)
    assert history_of.height == 2


def test_an_explanation_leads_to_count_period_coverage_and_feed(programme):
    worked(programme, *HISTORY)
    tree = programme.explain("0503", "figure", "no2_monthly_mean", period="2026-03")
    said = json.dumps(dataclasses.asdict(tree), default=str)
    assert "mean of 700 values (nitrogen dioxide) from" in said
    assert "94.1%" in said
    assert "feed air" in said


def test_what_is_suspect_is_neither_on_the_list_of_live_figures_nor_watched(programme):
    (one,) = [
        row for row in worked(programme, hourly([9.0] * 24)) if row[:2] == ("no2_monthly_mean", "2026-03")
    ]
    assert one[3] == "suspect"
    assert programme.operations.figures().is_empty()


# --- service requests ----------------------------------------------------------------------------------


def ask(programme):
    open_feed(programme, "r", "ServiceRequest", NEW_YORK, connector="notified", zone="America/New_York")
    secret = programme.feeds.token(actor(programme, "carl"), "r")
    given = {
        "service_code": "pothole",
        "lat": "52.0",
        "long": "4.36",
        "email": "a@b.example",
        "description": "Help",
    }
    return programme.city_services.ask(secret, given)["token"]


def test_a_request_that_is_closed_in_time_counts_for_its_share(programme):
    token = ask(programme)
    programme.live.run(until_idle=True)
    programme.feeds.clock = lambda: NOW + 86_400_000_000
    programme.city_services.close(actor(programme, "carl"), "0503", token, notes="filled")
    programme.live.run(until_idle=True)
    programme.feeds.clock = lambda: JULY
    programme.live.run(until_idle=True)
    one = programme.city_services.request(token, "0503", has_history=True)
    assert (one["status"], one["status_notes"]) == ("closed", "filled")
    assert [row["value"] for row in one["extended_attributes"]["status_history"]] == ["open", "closed"]
    assert ("service_request_days", "2026-06", 1.0, "reported") in figures(programme)
    assert ("service_requests_in_time", "2026-06", 100.0, "reported") in figures(programme)


def test_a_request_that_stays_open_too_long_counts_against_its_share(programme):
    ask(programme)
    programme.live.run(until_idle=True)
    programme.feeds.clock = lambda: JULY
    programme.live.run(until_idle=True)
    assert ("service_requests_in_time", "2026-06", 0.0, "reported") in figures(programme)


# --- periods that run, and that end --------------------------------------------------------------------


def counted(monkeypatch):
    """Return how many values were read from the context store, one number a reading of a period."""
    counts = []

    def reads(*arguments, **more):
        rows = readings(*arguments, **more)
        counts.append(len(rows))
        return rows

    monkeypatch.setattr("urbium.programme.platform.live.readings", reads)
    return counts


def test_a_figure_of_a_period_that_runs_is_computed_when_asked_and_stored_when_it_ends(
    programme, monkeypatch
):
    programme.feeds.clock = lambda: NOW + 3 * DAY
    counts = counted(monkeypatch)
    begins = datetime(2026, 6, 1, tzinfo=UTC)
    for hour in range(3):
        at = begins + timedelta(hours=hour)
        assert worked(programme, hourly([10.0 + hour], begins=at, sent=at + timedelta(minutes=5))) == []
    assert counts == [], "nothing is read again at every message"
    running = {row["variable"]: row for row in programme.live.running("air").to_dicts()}
    assert running["no2_monthly_mean"]["value"] == pytest.approx(11.0)
    programme.feeds.clock = lambda: JULY
    programme.live.run(until_idle=True)
    assert ("no2_monthly_mean", "2026-06", pytest.approx(11.0), "suspect") in figures(programme)
    history_of = programme.observations(variables=["no2_monthly_mean"], history=True)
    assert history_of.height == 1
    assert programme.live.run(until_idle=True).figures == 0


def test_every_period_that_ended_while_no_worker_ran_is_measured(programme):
    programme.feeds.clock = lambda: NOW + DAY
    for month_ in (6, 7):
        begins = datetime(2026, month_, 1, tzinfo=UTC)
        programme.feeds.clock = lambda at=begins: int(at.timestamp() * 1_000_000) + DAY
        worked(programme, hourly([20.0] * 5, begins=begins, sent=begins + timedelta(hours=6)))
    programme.feeds.clock = lambda: NOW + 200 * DAY
    programme.live.run(until_idle=True)
    periods = {row[1] for row in figures(programme) if row[0] == "no2_monthly_mean"}
    assert periods == {"2026-06", "2026-07"}


def test_a_late_value_of_a_period_that_has_ended_is_a_new_version_of_its_figure(programme):
    worked(programme, *HISTORY)
    late = hourly([500.0], begins=BEGINS, sent=BEGINS + timedelta(days=60))
    (mean,) = [row for row in worked(programme, late) if row[:2] == ("no2_monthly_mean", "2026-03")]
    assert mean[2] == pytest.approx((13.0 * 700 + 490.0) / 700)


def test_a_backlog_is_read_once_and_not_at_every_look(programme, monkeypatch):
    counts = counted(monkeypatch)
    messages = [
        hourly([float(hour)], begins=BEGINS + timedelta(hours=hour), sent=BEGINS + timedelta(days=40))
        for hour in range(120)
    ]
    worked(programme, *messages)
    assert set(counts) <= {0, 120}
    assert sum(1 for count in counts if count) == 2, "once a rule of the month"


def test_a_late_message_of_the_opening_does_not_open_a_closed_request_again(programme):
    open_feed(programme, "r", "ServiceRequest", NEW_YORK, zone="UTC")
    rows = [{"unique_key": "7", "created_date": "2026-05-01T10:00:00", "closed_date": "2026-05-03T10:00:00",
             "status": "Closed"}]  # fmt: skip
    columns = dict.fromkeys(NEW_YORK["requests"].values(), "")
    feed = programme.casework.opened(ANYBODY, "feed", "r").dossier
    opened, *closed = entities_of_rows([columns | row for row in rows])
    for number, piece in enumerate(([*closed], [opened])):
        body = json.dumps({"entities": piece}).encode()
        programme.feeds.keep(feed, body, key=str(number), sent=NOW + number)
        programme.live.run(until_idle=True)
    uri = "urn:ngsi-ld:ServiceRequest:r:7"
    assert request_named(programme.store, "0503", uri)["status"] == "closed"
    assert [row["value"] for row in history(programme.store, "0503", uri, "status")] == ["open", "closed"]


def entities_of_rows(rows):
    return read_records(rows, Feed("r", "ServiceRequest", settings=NEW_YORK)).entities


# --- alerts --------------------------------------------------------------------------------------------


def with_book(programme):
    """Store a task book in force with a target of NO2: from 20 in 2024 down to 10 in 2026.

    The middle of a year is its place on the way, so that January 2026 should be at 12.3, May at 10.6.
    """
    book = TaskBook(
        title="Delft",
        tasks=[Task(code="a", title="Trams", starts=2025, ends=2026)],
        targets=[Target(indicator="no2_monthly_mean", year=2026, value=10.0, unit="ug/m3", base=20.0)],
    )
    content = msgspec.to_builtins(book)
    dossier = Dossier(kind="taskbook", code="t1", state="in_force", content=content, city="0503",
                      province="Zuid-Holland")  # fmt: skip
    programme.store.dossiers.record([dossier], by="test", what="taskbook: put_in_force", reason="test")


def month(at, value):
    begins = datetime(2026, at, 1, tzinfo=UTC)
    return hourly([value] * 28 * 24, begins=begins, sent=begins + timedelta(days=29))


def dossiers(programme, who=ANYBODY):
    """Return the alerts of indicators: what these tests send ends months before they look."""
    seen = [one.dossier for one in programme.operations.alerts(who)]
    return [one for one in seen if one.content["indicator"]]


def alerts(programme, who=ANYBODY):
    return [(one.state, one.content["period"]) for one in dossiers(programme, who)]


def test_an_indicator_that_leaves_its_band_raises_one_alert_which_ends_when_it_is_well_back(programme):
    with_book(programme)
    assert worked(programme, month(1, 14.2))
    assert alerts(programme) == [], "behind by 20% of the way: within the band"
    worked(programme, month(2, 14.9))
    assert alerts(programme) == [("raised", "2026-02")], "behind by 30%"
    said = str(programme.operations.said(dossiers(programme)[0]))
    assert "On a straight line from 20 at the start to the target of 10 for 2026" in said
    worked(programme, month(3, 13.5))
    assert alerts(programme) == [("raised", "2026-02")], "20%: not yet back"
    worked(programme, month(4, 13.7))
    assert alerts(programme) == [("raised", "2026-02")], "26%: still the same crossing"
    worked(programme, month(5, 11.6))
    assert alerts(programme) == [("over", "2026-02")], "10%: back"


def test_an_alert_names_the_year_of_its_target_and_the_way_in_its_own_month(programme):
    with_book(programme)
    worked(programme, month(2, 14.9))
    (one,) = dossiers(programme)
    content = one.content
    middle = (31 + 28 / 2) / 365 - 0.5  # of February, counted from the middle of 2026
    wanted = 20 - 10 * (2026 + middle - 2024) / 2
    assert (content["year"], content["expected"]) == (2026, pytest.approx(wanted))


def test_an_alert_is_written_to_who_can_act_and_acknowledged_by_a_person(programme):
    programme.casework.act(
        actor(programme, "olga"), "account", "carl", "change", {"email": "carl@delft.example"}, version=2
    )
    with_book(programme)
    worked(programme, month(2, 14.9))
    letters = [one for one in programme.store.letters.listed("carl") if one.code.startswith("t1")]
    assert [(one.what, one.kind) for one in letters] == [("alert", "alert")]
    carl = actor(programme, "carl")
    (alert,) = dossiers(programme, carl)
    programme.casework.act(carl, "alert", alert.code, "acknowledge", {"remark": "x"}, version=1)
    (after,) = dossiers(programme, carl)
    assert (after.state, after.recorded_by) == ("acknowledged", "carl")
    worked(programme, month(5, 11.6))
    assert alerts(programme) == [("over", "2026-02")]


def test_a_second_worker_raises_no_second_alert(programme):
    with_book(programme)
    worked(programme, month(2, 14.9))
    assert programme.live.watch().raised == 0
    assert len(alerts(programme)) == 1


# --- another nation, and several cities ----------------------------------------------------------------


def test_cities_are_apart(programme):
    programme.register(cities=[City("IN1", {"en": "Pune"}, "city")], by="t", reason="t")
    open_feed(programme, "pune", "AirQualityObserved", {}, who="olga", city="IN1", zone="Asia/Kolkata")
    worked(programme, month(2, 14.9))
    assert set(programme.observations()["city"]) == {"0503"}

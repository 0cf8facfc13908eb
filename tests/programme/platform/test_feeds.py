"""Feeds: who opens them, by which tokens their sources send, and what becomes of files that are dropped."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import urbium
from feeds_of import PLAIN, figures, hourly, open_feed
from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.errors import ForbiddenError, InputError, NotFoundError, UnavailableError

START = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp()) * 1_000_000


def make(path):
    with staffed(str(path)) as one:
        open_feed(one, "air", "AirQualityObserved", PLAIN, connector="notified", zone="UTC")
        one.people.take_place("carl")


@pytest.fixture
def programme(once, tmp_path):
    with urbium.open(once(tmp_path / "feeds.db", make)) as one:
        one.feeds.clock = lambda: START
        yield one


def token(programme, code="air", who="carl", **more):
    return programme.feeds.token(actor(programme, who), code, **more)


def proposed(programme, who="carl", **more):
    content = {"title": "Bikes", "connector": "notified", "entity_type": "BikeCounter"} | more
    return programme.casework.begin(actor(programme, who), "feed", "bikes", content, city="0503").dossier


def test_a_feed_that_a_city_opens_receives_nothing_before_the_office_accepts_it(programme):
    feed = proposed(programme)
    secret = programme.feeds.token(actor(programme, "carl"), "bikes")
    with pytest.raises(ForbiddenError, match="does not give access to any feed"):
        programme.feeds.receive(secret, "bikes", hourly([20.0]))
    with pytest.raises(NotFoundError):
        programme.casework.opened(ANYBODY, "feed", "bikes")
    with pytest.raises(ForbiddenError):
        programme.casework.act(actor(programme, "carl"), "feed", "bikes", "accept", version=feed.version)

    programme.casework.act(actor(programme, "olga"), "feed", "bikes", "accept", version=feed.version)
    assert programme.feeds.receive(secret, "bikes", hourly([20.0])) is True


@pytest.mark.parametrize(("who", "more"), [("olga", {}), ("carl", {"is_example": True})])
def test_a_feed_of_the_office_and_an_example_are_open_at_once(programme, who, more):
    assert proposed(programme, who=who, **more).state == "open"


@pytest.mark.parametrize(
    ("changes", "state"),
    [({"title": "Bikes of Delft"}, "open"), ({"entity_type": "AirCounter"}, "proposed")],
)
def test_a_feed_that_brings_something_else_is_accepted_again(programme, changes, state):
    open_feed(programme, "bikes", "BikeCounter", {}, connector="notified")
    carl = actor(programme, "carl")

    assert programme.casework.act(carl, "feed", "bikes", "change", changes, version=2).dossier.state == state


def test_a_feed_that_was_refused_is_not_opened_again_by_its_city_alone(programme):
    feed = proposed(programme)
    programme.casework.act(actor(programme, "olga"), "feed", "bikes", "close", version=feed.version)
    again = programme.casework.act(actor(programme, "carl"), "feed", "bikes", "reopen", version=2)

    assert again.dossier.state == "proposed"


def test_what_is_wrong_with_a_feed_is_named_by_its_field(programme):
    with pytest.raises(InputError) as caught:
        open_feed(programme, "b", "Air Quality", [], connector="carrier pigeon", zone="Mars/Olympus", every=1)
    fields = {fault.cell for fault in caught.value.faults}
    assert fields == {"connector", "entity_type", "zone", "settings", "every"}


def test_a_setting_that_no_table_has_is_refused_when_the_feed_is_opened(programme):
    with pytest.raises(InputError) as caught:
        open_feed(programme, "b", "BikeCounter", {"sensors": ["a"]})
    (fault,) = caught.value.faults
    assert (fault.cell, "sensors" in fault.message, "services" in fault.remedy) == ("settings", True, True)


def test_a_city_has_one_open_feed_of_a_type(programme):
    with pytest.raises(InputError, match="has not been saved yet"):
        open_feed(programme, "air2", "AirQualityObserved", PLAIN)
    open_feed(programme, "air2", "AirQualityObserved", PLAIN, who="gus", city="0599")


def test_an_officer_opens_no_feed_of_another_city(programme):
    with pytest.raises(ForbiddenError):
        open_feed(programme, "b", "BikeCounter", PLAIN, city="0599")


def test_a_token_opens_its_feed_and_no_other(programme):
    secret = token(programme)
    open_feed(programme, "air2", "AirQualityObserved", PLAIN, who="gus", city="0599")
    assert programme.feeds.receive(secret, "air", hourly([1.0]))
    with pytest.raises(ForbiddenError):
        programme.feeds.receive(secret, "air2", hourly([1.0]))


def test_a_token_that_was_replaced_revoked_or_is_too_old_opens_nothing_when_it_is_sent_again(programme):
    first, second = token(programme), token(programme, days=1)
    with pytest.raises(ForbiddenError):
        programme.feeds.receive(first, "air", hourly([1.0]))
    assert programme.feeds.receive(second, "air", hourly([1.0]))
    programme.feeds.clock = lambda: START + 2 * 86_400_000_000
    with pytest.raises(ForbiddenError):
        programme.feeds.receive(second, "air", hourly([2.0]))
    programme.feeds.clock = lambda: START
    assert programme.feeds.revoke(actor(programme, "carl"), "air") == 1
    with pytest.raises(ForbiddenError):
        programme.feeds.receive(second, "air", hourly([2.0]))


@pytest.mark.parametrize("who", ["gus", "eva", "ada", "sven"])
def test_nobody_else_gives_a_feed_a_token(programme, who):
    with pytest.raises(ForbiddenError):
        token(programme, who=who)


def test_the_token_of_a_feed_acts_for_nobody(programme):
    programme.feeds.clock = lambda: time.time_ns() // 1000
    assert programme.people.actor(token(programme)) == ANYBODY


def test_a_closed_feed_takes_nothing(programme):
    secret = token(programme)
    carl = actor(programme, "carl")
    programme.casework.act(carl, "feed", "air", "close", version=2)
    with pytest.raises(ForbiddenError):
        programme.feeds.receive(secret, "air", hourly([1.0]))


def test_a_message_that_comes_again_is_kept_once(programme):
    secret = token(programme)
    assert programme.feeds.receive(secret, "air", hourly([1.0]))
    assert not programme.feeds.receive(secret, "air", hourly([1.0]))
    assert programme.feeds.receive(secret, "air", hourly([2.0]), key="k")
    assert not programme.feeds.receive(secret, "air", hourly([3.0]), key="k")
    assert programme.store.inbox.health()["air"].counts == {"waiting": 2}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'"text"', b"[NaN]", b"[" * 50 + b"]" * 50, b" " * 1_000_001, b"\xff\xfe"],
    ids=["empty", "cut", "text", "no number", "deep", "large", "no utf-8"],
)
def test_what_is_no_message_is_refused_and_not_kept(programme, body):
    with pytest.raises(InputError):
        programme.feeds.receive(token(programme), "air", body)
    assert programme.store.inbox.health() == {}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"data": [{"id": "urn:x:1", "type": "BikeCounter"}]}, "AirQualityObserved"),
        ({"data": [{"id": 5, "type": "AirQualityObserved"}]}, "AirQualityObserved"),
        ({"data": []}, "0 entities"),
        ([["a"]], "not an object"),
        ([{"elsewhere": 1}], "no column 'at'"),
        ({"data": [{"id": "urn:x:1", "type": "AirQualityObserved", "NO2": {"type": "Property", "value": 1,
                    "observedAt": "1969-01-01T00:00:00Z"}}]}, "before 1970"),
        ({"data": [{"id": "urn:x:1", "type": "AirQualityObserved", "NO2": {"type": "Property", "value": 1,
                    "observedAt": "soon"}}]}, "soon"),
    ],
)  # fmt: skip
def test_a_poisonous_message_is_put_aside_with_its_reason_and_holds_up_no_other(programme, body, why):
    secret = token(programme)
    programme.feeds.receive(secret, "air", json.dumps(body).encode())
    programme.feeds.receive(secret, "air", hourly([4.0] * 744))
    worked = programme.live.run(until_idle=True)
    assert (worked.stored, worked.aside) == (1, 1)
    (aside,) = programme.feeds.aside(actor(programme, "carl"), "air")
    assert why in aside["reason"]
    row = programme.operations.feeds(actor(programme, "carl")).to_dicts()[0]
    assert any(why in one for one in row["findings"])
    assert ("no2_monthly_mean", "2026-03", 4.0, "reported") in figures(programme)


def test_what_was_put_aside_is_tried_again_once_the_feed_is_mended(programme):
    secret = token(programme)
    programme.feeds.receive(
        secret, "air", json.dumps([{"at": "2026-03-01T00:00:00Z", "NO2 (ug)": 4}]).encode()
    )
    programme.live.run(until_idle=True)
    carl = actor(programme, "carl")
    mended = json.dumps({"at": "at", "sensor": "s", "numbers": {"NO2": "NO2 (ug)"}})
    programme.casework.act(carl, "feed", "air", "change", {"settings": mended}, version=2)
    assert programme.feeds.retry(carl, "air") == 1
    assert programme.live.run(until_idle=True).stored == 1
    assert programme.feeds.aside(carl, "air") == []


def test_who_is_not_of_the_city_is_not_told_why_something_failed(programme):
    secret = token(programme)
    programme.feeds.receive(secret, "air", b"[[]]")
    programme.live.run(until_idle=True)
    (row,) = programme.operations.feeds(ANYBODY).to_dicts()
    assert (row["aside"], row["failure"], row["findings"]) == (1, "", [])
    with pytest.raises(ForbiddenError):
        programme.feeds.aside(ANYBODY, "air")
    with pytest.raises(ForbiddenError):
        programme.feeds.aside(actor(programme, "gus"), "air")


def test_a_feed_without_a_message_for_longer_than_it_may_is_silent(programme):
    programme.feeds.receive(token(programme), "air", hourly([1.0]))
    (fresh,) = programme.feeds.listed(ANYBODY)
    programme.feeds.clock = lambda: START + 86_401_000_000
    (late,) = programme.feeds.listed(ANYBODY)
    assert (fresh.is_silent, late.is_silent, late.lag) == (False, True, 86_401.0)


def test_dropped_files_are_taken_and_refused_ones_go_to_quarantine_with_the_reason(programme, tmp_path):
    (tmp_path / "air").mkdir()
    (tmp_path / "air" / "good.csv").write_text("at,sensor,no2\n2026-03-01T00:00:00,s,4\n")
    (tmp_path / "air" / "bad.csv").write_text("when,sensor,no2\n2026-03-01T00:00:00,s,4\n")
    (tmp_path / "nobody").mkdir()
    (tmp_path / "nobody" / "a.csv").write_text("at\n")
    swept = {file: (count, bool(failure)) for file, count, failure in programme.feeds.sweep(tmp_path)}
    assert swept == {"air/good.csv": (1, False), "air/bad.csv": (0, True), "nobody/a.csv": (0, True)}
    assert (tmp_path / "air" / "taken" / "good.csv").exists()
    assert "columns" in (tmp_path / "air" / "quarantine" / "bad.csv.txt").read_text()
    assert list(programme.feeds.sweep(tmp_path)) == []


def test_a_second_file_of_the_same_name_does_not_take_the_place_of_the_first(programme, tmp_path):
    (tmp_path / "nobody").mkdir()
    for content in ("first", "second"):
        (tmp_path / "nobody" / "a.csv").write_text(content)
        list(programme.feeds.sweep(tmp_path))
    kept = sorted(path.read_text() for path in (tmp_path / "nobody" / "quarantine").glob("a*.csv"))
    assert kept == ["first", "second"]


def test_a_drop_folder_that_is_not_there_is_refused(programme, tmp_path):
    with pytest.raises(NotFoundError, match="no such folder"):
        list(programme.feeds.sweep(tmp_path / "none"))


def test_a_source_that_may_not_be_asked_says_so_and_is_asked_again_later(programme):
    open_feed(
        programme,
        "bikes",
        "BikeHireDockingStation",
        {},
        connector="gbfs",
        address="http://10.0.0.1/gbfs.json",
    )
    programme.live.run(until_idle=True)
    row = {one["feed"]: one for one in programme.operations.feeds(actor(programme, "carl")).to_dicts()}[
        "bikes"
    ]
    assert "does not allow" in row["failure"]
    assert programme.feeds.look() == 0, "it is not due yet"


def test_a_recording_is_sent_at_the_speed_asked_for(programme, tmp_path):
    path = tmp_path / "a.csv"
    hours = [f"2026-03-01T{hour:02}:00:00,s,{hour}" for hour in range(24)]
    path.write_text("\n".join(["at,sensor,no2", *hours]))
    waited = []
    sent = list(programme.feeds.replay("air", path, speed=1000, wait=waited.append))
    assert len(sent) == 24
    assert sum(waited) == pytest.approx(timedelta(hours=23).total_seconds() / 1000)


def test_a_feed_that_is_not_there_is_named(programme, tmp_path):
    with pytest.raises(NotFoundError, match="'ari'"):
        programme.feeds.read_file("ari", tmp_path)


class Broker(BaseHTTPRequestHandler):
    """Takes a subscription, and keeps it."""

    def do_POST(self):
        self.server.sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("status", [201, 503])
def test_a_broker_is_asked_to_notify_with_a_token_that_opens_the_feed(programme, status):
    with ThreadingHTTPServer(("127.0.0.1", 0), Broker) as server:
        server.status = status
        threading.Thread(target=server.serve_forever, daemon=True).start()
        at = f"127.0.0.1:{server.server_port}"
        hosts = [f"{at} private"]
        programme.settings.change(by="t", reason="t", outbound_hosts=hosts, address="https://u.example")
        open_feed(programme, "b", "Room", {}, connector="ngsi-ld", address=f"http://{at}/ngsi-ld")
        carl = actor(programme, "carl")
        if status == 201:
            programme.feeds.subscribe(carl, "b")
        else:
            with pytest.raises(UnavailableError, match="503"):
                programme.feeds.subscribe(carl, "b")
        server.shutdown()
    endpoint = server.sent["notification"]["endpoint"]
    assert endpoint["uri"] == "https://u.example/api/feeds/b/messages"
    secret = endpoint["receiverInfo"][0]["value"].removeprefix("Bearer ")
    if status == 201:
        assert programme.feeds.of_token(secret).code == "b"
    else:
        with pytest.raises(ForbiddenError):
            programme.feeds.of_token(secret)

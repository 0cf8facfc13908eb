"""Live values are kept as their rows say, and figures stand on what is left of them."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

import urbium
from feeds_of import figures, hourly, open_feed
from people_of import staffed
from urbium.model.live import LiveRetention
from urbium.platform.absorbing import readings
from urbium.store import Message

DAY = 86_400_000_000
BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000


def make(path):
    with staffed(str(path)) as one:
        open_feed(one, "air", "AirQualityObserved", {}, connector="notified")


@pytest.fixture
def programme(once, tmp_path):
    with urbium.open(once(tmp_path / "live.db", make)) as one:
        one.feeds.clock = lambda: NOW
        yield one


def worked(programme, *bodies, at=NOW, key=""):
    programme.feeds.clock = lambda: at
    store = programme.store
    store.inbox.add(
        [
            Message("air", "0503", f"{key}{place}", at, body.decode(), sent=at)
            for place, body in enumerate(bodies)
        ]
    )
    programme.live.run(until_idle=True)
    return figures(programme)


def march(**more):
    return hourly(
        [10.0 + at % 24 for at in range(31 * 24)], begins=BEGINS, sent=BEGINS + timedelta(days=40), **more
    )


def steps(programme):
    rows = readings(programme.store, "0503", "AirQualityObserved", "NO2", first=0, last=2**60)
    return {one.step for one in rows}, len(rows), sum(one.values for one in rows)


def test_values_are_whole_for_thirty_days_then_hours_then_days_and_no_figure_moves(programme):
    before = worked(programme, march())
    assert steps(programme) == ({0}, 744, 744)

    assert worked(programme, at=NOW + 29 * DAY) == before
    assert steps(programme)[0] == {0}
    assert worked(programme, at=NOW + 32 * DAY) == before
    assert steps(programme) == ({3600}, 744, 744)
    with_year = worked(programme, at=NOW + 800 * DAY)  # made of hours, and two years not over since
    assert with_year == sorted([*before, ("concentration_no2", "2026", 21.5, "suspect")])
    assert steps(programme)[0] == {3600}
    assert worked(programme, at=NOW + 1100 * DAY) == with_year
    assert steps(programme) == ({86_400}, 31, 744)
    programme.store.verify()


def test_a_late_value_of_hours_that_were_thinned_moves_no_figure(programme):
    before = worked(programme, march())
    worked(programme, at=NOW + 32 * DAY)
    late = hourly([99.0] * 10, begins=BEGINS, sent=BEGINS + timedelta(days=90))

    assert worked(programme, late, at=NOW + 33 * DAY, key="late") == before
    assert steps(programme) == ({3600}, 744, 744)


def test_a_programme_sets_how_long_its_values_are_kept(programme):
    catalogue = programme.workspace.catalogue
    rows = {"all": LiveRetention("all", "", "", 10, 10, 40, 1, "ASSUME", "")}
    object.__setattr__(catalogue, "live_retention", rows)
    worked(programme, march())
    worked(programme, at=NOW + 11 * DAY)

    assert steps(programme)[0] == {3600}
    worked(programme, at=NOW + 228 * DAY)  # the year of which a figure is made is over since 14 days
    assert steps(programme)[0] == {86_400}
    worked(programme, at=NOW + 300 * DAY)
    assert steps(programme) == (set(), 0, 0)


def test_messages_that_were_taken_in_go_and_the_last_one_says_when_the_feed_was_heard(programme):
    worked(
        programme,
        march(),
        hourly([1.0], begins=BEGINS + timedelta(days=31), sent=BEGINS + timedelta(days=41)),
    )
    assert programme.store.inbox.health()["air"].counts == {"done": 2}

    worked(programme, at=NOW + DAY)
    assert programme.store.inbox.health()["air"].counts == {"done": 2}
    worked(programme, at=NOW + 3 * DAY)
    health = programme.store.inbox.health()["air"]
    assert (health.counts, health.received) == ({"done": 1}, NOW)


def test_a_message_that_was_put_aside_stays(programme):
    worked(programme, msgspec.json.encode({"odd": 1}), march())
    worked(programme, at=NOW + 3 * DAY)

    assert programme.store.inbox.health()["air"].counts["aside"] == 1

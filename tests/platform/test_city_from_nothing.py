"""A city starts from nothing: two commands, real recordings, figures, an alert, a catalogue, a nation."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta

import msgspec
import pytest

import urbium
from catalogues_of import CITY, TREES, harvested
from feeds_of import AIR, BIKES, NEW_YORK, operations
from people_of import staffed
from urbium.cli import main
from urbium.model.dossiers import Dossier
from urbium.pilot.taskbooks import Target, Task, TaskBook

FEEDS = {
    "air": ("AirQualityObserved", "Asia/Shanghai", AIR, "beijing_dongsi_air_2015_hourly.csv", 750),
    "bikes": ("BikeCounter", "America/Toronto", BIKES, "montreal_bike_counts_2012.csv", 31),
    "requests": ("ServiceRequest", "America/New_York", NEW_YORK, "nyc_311_sample_2024-04-16.csv", 0),
}


def run(*words):
    """Run a command as a person types it; it must succeed."""
    with pytest.raises(SystemExit) as ended:
        main([*map(str, words)])
    assert ended.value.code in (0, None), words


def served(store, port):
    words = [sys.executable, "-m", "urbium", "serve", "--database", str(store), "--port", str(port)]
    return subprocess.Popen(words, start_new_session=True, stderr=subprocess.DEVNULL)


def fetched(port, address):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=60) as answer:
        return answer.read().decode()


def until(asks, seconds=120):
    """Return what is asked for once it is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := asks():
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError("it did not come")


@pytest.mark.shared
@pytest.mark.long
def test_a_city_with_nothing_has_live_indicators_and_an_alert_by_the_evening_and_is_harvested(
    shared, tmp_path, monkeypatch
):
    store = tmp_path / "city.db"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    run("new", store, "--name", "Aston", "--nation", "GBR")
    cities = tmp_path / "cities.csv"
    cities.write_text("code,name_en,level,latitude,longitude\nA,Aston,municipality,52.5,-1.9\n")
    run("register", cities, "--database", store)
    server = served(store, port)  # the second command: it works in what arrives
    try:
        for code, (kind, zone, layout, _, _) in FEEDS.items():
            run("feeds", "open", code, "--city", "Aston", "--connector", "table", "--type", kind,
                "--zone", zone,
                "--settings", json.dumps(layout), "--database", store)  # fmt: skip
        keep(store, "taskbook", "in_force", a_task_book())
        keep(store, "resource", "published", msgspec.structs.replace(TREES, title="Trees of Aston"))
        waited = []
        monkeypatch.setattr(
            "time.sleep", waited.append
        )  # a thousand times faster than that would still be hours
        for code, (_, _, _, file, most) in FEEDS.items():
            run("replay", operations(shared) / file, "--feed", code, "--speed", 1000, "--most", most,
                "--database", store)  # fmt: skip
        monkeypatch.undo()
        assert 600 < sum(waited) / 3600 * 1000 < 2000, "a month of hours, one of days, four hours"

        now = until(lambda: everything(port))
        figures = {row["variable"]: row for row in now["figures"]}
        assert figures["no2_monthly_mean"]["period"] == "2015-01"
        assert figures["no2_monthly_mean"]["value"] == pytest.approx(mean_of_january(shared))
        assert figures["cyclists_counted_daily_mean"]["period"] == "2012-01"
        assert figures["service_request_days"]["period"] == "2024-04"
        (alert,) = now["alerts"]
        assert (alert["indicator"], alert["state"]) == ("no2_monthly_mean", "raised")
        assert alert["code"] in fetched(port, "/alerts/feed.atom")
        assert "Aston" in fetched(port, f"/alerts/{alert['code']}.xml")
        assert "Monthly mean of NO2" in fetched(port, "/operations")
        with staffed() as nation:
            harvested(nation, f"http://127.0.0.1:{port}/catalogue.jsonld", form="urbium", code="aston")
            assert nation.harvests.run("aston", by="olga").new == 1
            assert "Trees of Aston" in nation.resources.document(city=CITY)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    with urbium.open(store) as programme:
        programme.store.verify()


def everything(port):
    now = json.loads(fetched(port, "/api/operations"))
    done = all(feed["waiting"] == 0 and feed["done"] for feed in now["feeds"]) and len(now["feeds"]) == 3
    return now if done and now["alerts"] and len(now["figures"]) > 3 else None


def mean_of_january(shared):
    """Return the mean of the hours of January by hand."""
    lines = (operations(shared) / "beijing_dongsi_air_2015_hourly.csv").read_text().splitlines()[1:]
    sent = [line.split(",") for line in lines[:750]]
    begins = datetime(2015, 1, 1)  # noqa: DTZ001 - the days of the city
    january = [
        float(row[2]) for row in sent
        if datetime.fromisoformat(row[0]) + timedelta(hours=int(row[1])) < begins.replace(month=2)
    ]  # fmt: skip
    return sum(january) / len(january)


def a_task_book():
    """Return a task book: NO2 from 60 in 2014 down to 50 in 2015."""
    return TaskBook(
        title="Aston", tasks=[Task(code="a", title="Trams", starts=2015, ends=2015)],
        targets=[Target(indicator="no2_monthly_mean", year=2015, value=50.0, unit="ug/m3", base=60.0)],
    )  # fmt: skip


def keep(store, kind, state, content):
    """Store a dossier of the city as people would have brought it there."""
    dossier = Dossier(
        kind=kind, code=f"{kind}-1", state=state, content=msgspec.to_builtins(content), city="A"
    )
    with urbium.open(store) as programme:
        programme.store.dossiers.record([dossier], by="test", what=f"{kind}: test", reason="test")

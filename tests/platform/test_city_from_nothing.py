"""A city starts from nothing: two commands, real recordings, figures, an alert, a catalogue, a nation."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO

import msgspec
import pytest
from litestar.testing import TestClient

import urbium
from catalogues_of import CITY, TREES, harvested
from feeds_of import AIR, BIKES, NEW_YORK, operations
from life_of import PEOPLE, apply, judge
from people_of import staffed
from urbium.access import Grant, Role
from urbium.cli import main
from urbium.plan import NATIONWIDE, Settings
from urbium.platform.resources import described
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

FEEDS = {
    "air": ("AirQualityObserved", "Asia/Shanghai", AIR, "beijing_dongsi_air_2015_hourly.csv", 750),
    "bikes": ("BikeCounter", "America/Toronto", BIKES, "montreal_bike_counts_2012.csv", 31),
    "requests": ("ServiceRequest", "America/New_York", NEW_YORK, "nyc_311_sample_2024-04-16.csv", 0),
}

YEARS = range(2015, 2018)
NO2 = {"indicator": "no2_monthly_mean", "year": 2015, "value": 50.0, "unit": "ug/m3", "base": 60.0}


def run(*words):
    """Run a command as a person types it; it must succeed."""
    with pytest.raises(SystemExit) as ended:
        main([*map(str, words)])
    assert ended.value.code in (0, None), words


def served(store, port):
    words = [sys.executable, "-m", "urbium", "serve", "--database", str(store), "--port", str(port)]
    return subprocess.Popen(words, start_new_session=True, stderr=subprocess.DEVNULL)


def fetched(port, address, secret=""):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{address}", headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
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


class Teller:
    """Types a command for each step; every account is known to the programme by its invitation alone."""

    def __init__(self, store):
        self.store = store

    def begin(self, who, plural, code, content, **place):
        where = [part for name, value in place.items() for part in (f"--{name}", value)]
        return self._typed("begin", plural, code, who, content, *where)

    def act(self, who, plural, code, action, **changes):
        return self._typed("act", plural, code, who, changes, action)

    def show(self, who, kind, code):
        return output("case", "show", kind, code, "--as", who, "--database", self.store)

    def _typed(self, verb, plural, code, who, content, *more):
        file = self.store.with_name("content.json")
        file.write_text(json.dumps(content), encoding="utf-8")
        option = ("--content", file) if content else ()
        words = ("case", verb, plural, code, *more, "--as", who, *option, "--database", self.store, "--json")
        return json.loads(output(*words))["content"]


def output(*words):
    """Return what a command says."""
    with redirect_stdout(StringIO()) as heard:
        run(*words)
    return heard.getvalue()


@pytest.mark.shared
@pytest.mark.long
def test_a_city_with_nothing_has_a_pilot_live_indicators_and_an_alert_by_the_evening_and_is_harvested(
    shared, towns, tmp_path, monkeypatch
):
    store = tmp_path / "city.db"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    run("new", store, "--name", "Aston", "--nation", "GBR", "--currency", "GBP")
    server = served(store, port)  # the second command: it works in what arrives
    try:
        teller = Teller(store)
        register_people_and_plan(store, towns)
        become_a_pilot(teller)
        publish_a_resource(teller)
        for code, (kind, zone, layout, _, _) in FEEDS.items():
            run("feeds", "open", code, "--city", "Aston", "--connector", "table", "--type", kind,
                "--zone", zone,
                "--settings", json.dumps(layout), "--database", store)  # fmt: skip
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
        (alert,) = of_indicators(now)
        assert (alert["indicator"], alert["state"]) == ("no2_monthly_mean", "raised")
        assert alert["code"] in fetched(port, "/alerts/feed.atom")
        assert "Aston" in fetched(port, f"/alerts/{alert['code']}.xml")
        assert "Monthly mean of NO2" in fetched(port, "/operations")

        report_the_year(teller)
        quoted = [alert["code"], "Monthly mean of NO2", f"{alert['value']:,.4g}"]
        for told in (
            teller.show("olga", "report", "y2015"),
            desk_of(store, "olga", "/desk/reports/y2015"),
        ):
            assert [words for words in quoted if words not in told] == []
        sent = json.loads(fetched(port, "/api/reports/y2015", token(store, "olga")))
        alarm = next(one for one in sent["content"]["alarms"] if one["code"] == "left_band")["reason"]
        assert alarm["parameters"]["alert"] == alert["code"]
        assert alarm["parameters"]["value"] == alert["value"], "programs get the number, people its digits"
        assert alert["code"] not in fetched(port, "/programme/reports/y2015"), "alarms are for its parties"

        with staffed() as nation:
            harvested(nation, f"http://127.0.0.1:{port}/catalogue.jsonld", form="urbium", code="aston")
            assert nation.harvests.run("aston", by="olga").new == 1
            assert "Trees of Aston" in nation.resources.document(city=CITY)
            assert "Trees of Aston" in page_of(nation, "/resources")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    with urbium.open(store) as programme:
        programme.store.verify()


def register_people_and_plan(store, towns):
    cities = store.with_name("cities.csv")
    cities.write_text(
        "code,name_en,level,province_en,latitude,longitude\n"
        "A,Aston,municipality,Avon,52.5,-1.9\nB,Bourne,municipality,Avon,52.7,-0.4\n"
    )
    run("register", cities, "--database", store)
    for code, grant in PEOPLE.items():
        run("account", "invite", code, "--role", ":".join(filter(None, grant)), "--database", store)
    with urbium.open(store) as programme:  # each has followed the link of the invitation
        for code in PEOPLE:
            programme.people.take_up(code)
    budgets = towns.rows(
        "place year amount evidence",
        *((place, year, 20.0, "") for place in (NATIONWIDE, "A") for year in YEARS),
    )
    road = towns.towns_roadmap(
        with_people=False, years=YEARS, budgets=budgets, settings=Settings(price_year="2015", currency="GBP")
    )
    road.save(store.with_name("road.xlsx"))
    run("plan", "--roadmap", store.with_name("road.xlsx"), "--adopt", "--accept-unproven",
        "--by", "olga", "--reason", "a plan", "--database", store)  # fmt: skip


def become_a_pilot(teller):
    """Go from the call to a task book in force, whose NO2 falls from 60 in 2014 to 50 in 2015."""
    with urbium.open(teller.store) as programme:  # the office's file that every application attaches
        apply(teller, programme, others=0, places=1)
    judge(teller, others=0)
    book = teller.begin("carl", "taskbooks", "t1", {"title": "Aston"}, parent="a1")
    teller.act(
        "carl", "taskbooks", "t1", "change",
        tasks=[task | {"body": "City works"} for task in book["tasks"]], targets=[*book["targets"], NO2],
    )  # fmt: skip
    for who, action in (("carl", "submit"), ("sven", "sign"), ("pia", "review"), ("olga", "put_in_force")):
        teller.act(who, "taskbooks", "t1", action)


def publish_a_resource(teller):
    """List the trees: the officer proposes, and only the signatory can publish."""
    resource = described(msgspec.to_builtins(msgspec.structs.replace(TREES, title="Trees of Aston")))
    teller.begin("carl", "resources", "trees", resource, city="A")
    teller.act("carl", "resources", "trees", "propose")
    teller.act("sven", "resources", "trees", "publish")


def report_the_year(teller):
    year = {"title": "2015", "year": 2015, "narrative": "Traffic was not yet calmed."}
    teller.begin("carl", "reports", "y2015", year, parent="t1")
    for who, action in (("carl", "submit"), ("pia", "review"), ("olga", "accept")):
        teller.act(who, "reports", "y2015", action)


def token(store, code):
    """Return a token by which a program reads what somebody may read, who takes up the invitation first."""
    role, scope, where = PEOPLE[code]
    invited = json.loads(output("account", "invite", code, "--again", "--database", store, "--json"))
    with urbium.open(store) as programme:
        programme.people.accept(invited["invitation"], "a long password of the office")
        return programme.people.token(programme.people.named(code), "test", Grant(Role(role), scope, where))


def desk_of(store, code, address):
    with urbium.open(store) as programme:
        return page_of(programme, address, code)


def page_of(programme, address, code=""):
    """Return a page as somebody, or a stranger, reads it."""
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)
    with TestClient(app, base_url="http://127.0.0.1") as visitor:
        visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
        return visitor.get(address).text


def everything(port):
    now = json.loads(fetched(port, "/api/operations"))
    done = all(feed["waiting"] == 0 and feed["done"] for feed in now["feeds"]) and len(now["feeds"]) == 3
    return now if done and of_indicators(now) and len(now["figures"]) > 3 else None


def of_indicators(now):
    """Return the alerts of indicators; those of sensors that fell silent in the replay stand beside them."""
    return [
        alert for alert in now["alerts"] if alert["indicator"] in {row["variable"] for row in now["figures"]}
    ]


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

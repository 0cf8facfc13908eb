"""Long work and files of figures over HTTP."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from people_of import PEOPLE, staffed
from urbium.access import Grant, Role
from urbium.programme.worker import do
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

HEAD = "city,variable,period,value,unit,source_id\n"
FAR = time.time_ns() // 1000 + 10**9  # later than every clock of the tests


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        for code in ("olga", "carl", "gus", "eva"):
            programme.people.take_place(code)
        yield programme


@pytest.fixture(scope="module")
def visitor(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def ask(programme, visitor):
    secrets = {
        code: programme.people.token(programme.people.named(code), "test", Grant(Role(role), scope, where))
        for code, (role, scope, where) in PEOPLE.items()
        if code in ("olga", "carl", "gus", "eva")
    }

    def asked(who, method, address, body=None, headers=None, **more):
        given = ({"Authorization": f"Bearer {secrets[who]}"} if who else {}) | (headers or {})
        return visitor.request(method, f"/api/{address}", json=body, headers=given, **more)

    return asked


def sent(*rows, source="ccsy"):
    content = HEAD + "".join(f"{row},persons,{source}\n" for row in rows)
    return {"file": ("figures.csv", content.encode(), "text/csv")}


# --- jobs ---------------------------------------------------------------------------------------------------


def test_a_job_is_asked_for_followed_and_its_file_taken(programme, ask):
    begun = ask("olga", "POST", "jobs/begin", {"kind": "export"})
    assert (begun.status_code, begun.json()["state"]) == (202, "waiting")
    address = begun.headers["location"].removeprefix("/api/")
    name = begun.json()["id"]
    programme.store.jobs.lease("w", now=FAR, until=FAR + 1)
    threading.Thread(target=lambda: (time.sleep(0.3), do(programme, name, "w"))).start()
    lines = ask("olga", "GET", f"{address}/events").text.splitlines()
    ids = [int(line.removeprefix("id: ")) for line in lines if line.startswith("id:")]
    states = [json.loads(line.removeprefix("data: "))["state"] for line in lines if line.startswith("data:")]
    assert ids == sorted(set(ids))
    assert (states[0], states[-1]) == ("running", "done")
    assert "event: ended" in lines
    again = ask("olga", "GET", f"{address}/events", headers={"Last-Event-ID": str(ids[-2])}).text
    assert [line for line in again.splitlines() if line.startswith("id:")] == [f"id: {ids[-1]}"]
    assert ask("olga", "GET", f"{address}/file").content[:2] == b"PK"
    assert "content" not in ask("olga", "GET", address).json()["answer"]


def test_a_job_that_is_not_ones_own_is_not_there(ask):
    name = ask("olga", "POST", "jobs/begin", {"kind": "export"}).json()["id"]
    for part in ("", "/events", "/file"):
        assert ask("carl", "GET", f"jobs/{name}{part}").status_code == 404
    assert ask("carl", "POST", f"jobs/{name}/cancel").status_code == 404
    assert ask("carl", "GET", "jobs").json() == {"items": [], "next": ""}
    assert ask("olga", "POST", f"jobs/{name}/cancel").json()["state"] == "cancelled"
    assert ask("olga", "POST", f"jobs/{name}/cancel").status_code == 409


def test_long_work_that_is_not_ones_to_ask_for_is_refused(ask):
    assert ask("eva", "POST", "jobs/begin", {"kind": "export"}).status_code == 403
    assert ask("", "POST", "jobs/begin", {"kind": "export"}).status_code == 403
    assert ask("olga", "POST", "jobs/begin", {"kind": "dance"}).status_code == 404
    assert ask("olga", "POST", "jobs/begin", {"kind": "forecast"}).status_code == 422


def test_jobs_are_listed_page_by_page_newest_first(ask):
    names = [ask("olga", "POST", "jobs/begin", {"kind": "export"}).json()["id"] for _ in range(3)]
    page = ask("olga", "GET", "jobs?most=2").json()
    assert [one["id"] for one in page["items"]] == names[:0:-1]
    following = ask("olga", "GET", page["next"].removeprefix("/api/")).json()
    assert following["items"][0]["id"] == names[0]


# --- files of figures ---------------------------------------------------------------------------------------


def test_a_file_is_stored_whole_and_a_dry_run_stores_nothing(programme, ask):
    rows = ("0503,population,2011,97000", "0503,population,2012,98000")
    before = programme.store.last_change()
    dry = ask("olga", "POST", "figures/load", files=sent(*rows), data={"dry_run": "true"})
    assert (dry.status_code, dry.json()["new"], dry.json()["is_stored"]) == (200, 2, False)
    assert programme.store.last_change() == before
    answer = ask("olga", "POST", "figures/load", files=sent(*rows)).json()
    assert (answer["stored"], answer["new"], answer["is_stored"]) == (2, 2, True)
    assert ask("olga", "POST", "figures/load", files=sent(*rows)).json()["unchanged"] == 2


def test_what_a_city_sends_is_submitted_and_accepted_over_http(programme, ask):
    before = programme.store.last_fact()
    answer = ask("carl", "POST", "figures/load", files=sent("0503,population,2005,94000")).json()
    assert (answer["stored"], answer["is_stored"], programme.store.last_fact()) == (0, False, before)
    address = f"submissions/{answer['submission']}"
    assert ask("", "GET", address).status_code == ask("gus", "GET", address).status_code == 404
    seen = {"If-Match": ask("olga", "GET", address).headers["etag"]}
    assert ask("carl", "POST", f"{address}/accept", {}, headers=seen).status_code == 403
    assert ask("olga", "POST", f"{address}/accept", {}, headers=seen).json()["state"] == "accepted"
    figure = programme.observations(cities=["0503"], periods=["2005"]).row(0, named=True)
    assert (figure["value"], figure["source"]) == (94000.0, "city_0503")


def test_an_officer_brings_in_the_own_city_only(programme, ask):
    before = programme.store.last_change()
    rows = ("0503,population,2010,96000", "0599,population,2010,590000")
    answer = ask("carl", "POST", "figures/load", files=sent(*rows))
    assert (answer.status_code, answer.json()["faults"]) == (403, [])
    assert ask("eva", "POST", "figures/load", files=sent(rows[0])).status_code == 403
    assert ask("", "POST", "figures/load", files=sent(rows[0])).status_code == 403
    assert programme.store.last_change() == before
    assert ask("olga", "POST", "figures/load", files=sent(*rows)).json()["stored"] == 2


def test_a_wrong_file_is_refused_with_its_faults_grouped(ask):
    rows = [f"0503,population,19{year},many" for year in range(50, 60)]
    answer = ask("carl", "POST", "figures/load", files=sent(*rows))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (group,) = [one for one in answer.json()["groups"] if one["severity"] == "error"]
    assert (group["count"], group["cells"][:2]) == (10, ["D2", "D3"])


@pytest.mark.parametrize("name", ["..", "/", "\x00.csv"])
def test_a_file_without_a_name_is_refused(ask, name):
    files = {"file": (name, b"x", "text/csv")}
    assert ask("olga", "POST", "figures/load", files=files).status_code in (400, 422)


def test_a_mapping_is_named_and_is_no_file_of_the_server(ask):
    answer = ask(
        "olga", "POST", "figures/load", files=sent("0503,population,2012,1"), data={"mapping": "/etc/passwd"}
    )
    assert answer.status_code == 404


def test_a_suspect_figure_is_listed_and_accepted_with_a_reason(ask):
    rows = ("0599,population,2001,600000", "0599,population,2002,6000000")
    assert ask("olga", "POST", "figures/load", files=sent(*rows, source="wup14")).json()["suspects"] == 2
    assert not ask("carl", "GET", "figures/suspects").json()["items"]
    assert ask("eva", "GET", "figures/suspects").status_code == 403
    page = ask("gus", "GET", "figures/suspects?most=1").json()
    assert page["items"][0]["period"] == "2001"
    assert ask("gus", "GET", page["next"].removeprefix("/api/")).json()["items"][0]["period"] == "2002"
    figure = {"city": "0599", "variable": "population", "period": "2001", "reason": "census"}
    assert ask("gus", "POST", "figures/accept", figure).status_code == 403
    assert ask("olga", "POST", "figures/accept", figure | {"reason": " "}).status_code == 422
    assert ask("olga", "POST", "figures/accept", figure).json()["status"] == "accepted"
    assert ask("olga", "POST", "figures/accept", figure).status_code == 409
    assert [one["period"] for one in ask("gus", "GET", "figures/suspects").json()["items"]] == ["2002"]


def test_a_suspect_figure_is_rejected_with_a_reason_and_waits_no_longer(ask, programme):
    rows = ("0344,population,2001,600000", "0344,population,2002,6000000")
    ask("olga", "POST", "figures/load", files=sent(*rows, source="wup14"))
    figure = {"city": "0344", "variable": "population", "period": "2002", "reason": "a zero too many"}
    for who in ("", "gus", "carl", "eva"):
        assert ask(who, "POST", "figures/reject", figure).status_code == 403
    assert ask("olga", "POST", "figures/reject", figure | {"reason": ""}).status_code == 422
    assert ask("olga", "POST", "figures/reject", figure).json()["status"] == "rejected"
    assert ask("olga", "POST", "figures/reject", figure).status_code == 409
    waiting = ask("olga", "GET", "figures/suspects?city=0344").json()["items"]
    assert [one["period"] for one in waiting] == ["2001"]
    shown = {one["period"]: one for one in ask("", "GET", "cities/0344").json()["observations"]}
    names = ("status", "is_in_force", "ground", "recorded_by", "reason")
    rejected = [shown["2002"][name] for name in names]
    assert rejected == ["rejected", False, "rejected", "olga", "a zero too many"]

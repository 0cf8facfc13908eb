"""The typed client: written from the description of the API, and able to carry a pilot to its application."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn
from litestar.testing import TestClient

from people_of import PEOPLE, staffed
from rounds_of import complete_file
from urbium.access import Grant, Role
from urbium.client import Client, Refused
from urbium.programme.worker import do
from urbium.web import create_app
from urbium.web.client_source import TARGET, client_source
from urbium.web.drawing import Drawer

ROWS = "city,variable,period,value,unit,source_id\n0503,population,2011,97000,persons,ccsy\n"


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        for code in PEOPLE:
            programme.people.take_place(code)
        yield programme


@pytest.fixture(scope="module")
def app(programme):
    return create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))


@pytest.fixture(scope="module")
def client(programme, app):
    """Return what makes the client of a person, of a server that listens."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]

    def of(who):
        role, scope, where = PEOPLE[who]
        token = programme.people.token(programme.people.named(who), "test", Grant(Role(role), scope, where))
        return Client(f"http://127.0.0.1:{port}", token)

    yield of
    server.should_exit = True
    thread.join()


def test_the_client_is_what_the_description_makes(app):
    described = TestClient(app, base_url="http://127.0.0.1").get("/schema/openapi.json").json()
    assert TARGET.read_text(encoding="utf-8") == client_source(described), "run make client"


def test_a_call_is_published_and_applied_for_up_to_the_signature(programme, client):
    olga, oscar, carl, sven = map(client, ("olga", "oscar", "carl", "sven"))
    olga.begin_round({"code": "call", "content": {"title": "Call"}})
    assert oscar.act_on_round("call", "publish", {}, if_match='"1"')["state"] == "open"
    content = complete_file(programme, "Delft")
    begun = carl.begin_application(
        {"code": "delft", "city": "0503", "parent": "call", "content": content}, idempotency_key="once"
    )
    again = carl.begin_application(
        {"code": "delft", "city": "0503", "parent": "call", "content": content}, idempotency_key="once"
    )
    assert begun == again
    with pytest.raises(Refused) as refused:
        carl.act_on_application("delft", "complete", {}, if_match='"7"')
    assert (refused.value.status, refused.value.problem["type"]) == (412, "urn:urbium:http-412")
    done = carl.act_on_application("delft", "complete", {}, if_match=f'"{begun["version"]}"')
    signed = sven.act_on_application("delft", "sign", {}, if_match=f'"{done["version"]}"')
    assert signed["state"] == "signed"
    assert [one["state"] for one in sven.history_of_application("delft")] == ["draft", "complete", "signed"]
    assert [one["code"] for one in olga.list_applications(state="signed")["items"]] == ["delft"]


def test_a_job_is_followed_and_a_file_is_sent(programme, client):
    olga = client("olga")
    job = olga.jobs_begin({"kind": "export"})
    programme.store.jobs.lease("w", now=time.time_ns() // 1000, until=time.time_ns() // 1000 + 10**9)
    do(programme, job["id"], "w")
    assert [event.data["state"] for event in olga.jobs_id_events(job["id"])] == ["done"]
    assert olga.jobs_id_file(job["id"])[:2] == b"PK"
    assert olga.figures_load("a.csv", ROWS.encode(), form={"reason": "yearly"})["stored"] == 1

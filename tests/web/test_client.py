"""The typed client: one file that needs no urbium, and able to carry a pilot to its application."""

import runpy
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn

from people_of import PEOPLE, staffed
from rounds_of import complete_file
from urbium.access import Grant, Role
from urbium.cli.serving import client as write_client
from urbium.programme.worker import do
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

ROWS = "city,variable,period,value,unit,source_id\n0503,population,2011,97000,persons,ccsy\n"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Return the client as the command writes it."""
    file = tmp_path_factory.mktemp("client") / "urbium_client.py"
    write_client(file)
    return file


@pytest.fixture(scope="module")
def written(file):
    """Return what the client defines."""
    return runpy.run_path(str(file))


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
def client(programme, app, written):
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
        return written["Client"](f"http://127.0.0.1:{port}", token)

    yield of
    server.should_exit = True
    thread.join()


def test_the_client_needs_python_alone(file):
    words = "import runpy, sys; runpy.run_path(sys.argv[1]); sys.exit('urbium' in sys.modules)"
    subprocess.run([sys.executable, "-I", "-S", "-c", words, str(file)], check=True, timeout=60)


def test_each_address_of_the_description_has_a_method(app, written):
    paths = app.openapi_schema.to_schema()["paths"].values()
    addresses = sum(method in path for path in paths for method in ("get", "post"))
    assert sum(not name.startswith("_") for name in vars(written["Client"])) == addresses > 100


@pytest.mark.long  # reads four thousand lines
def test_types_of_the_client_hold(file, tmp_path):
    words = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(file)]
    subprocess.run(words, check=True, timeout=300, cwd=tmp_path)


def test_a_call_is_published_and_applied_for_up_to_the_signature(programme, client, written):
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
    with pytest.raises(written["Refused"]) as refused:
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

"""Many readers at once: pages wait for no chart, files for no page, and nobody waits for half a request."""

import asyncio
import socket
import threading
import time
import zlib
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx
import pytest
import uvicorn
from litestar.testing import TestClient

from urbium.errors import NoSpaceError, UnavailableError
from urbium.programme import Programme
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.server.patience import PatientProtocol

SPEC = {"$schema": "https://vega.github.io/schema/vega/v6.json", "width": 9, "height": 9}


class _Never(Executor):
    """A pool that takes every drawing and finishes none."""

    def submit(self, *_given, **_named):
        return Future()


class _Apart(Drawer):
    """Draws nothing that a page would wait for."""

    def draw(self, spec):
        raise AssertionError(spec)


def test_pages_of_cities_are_answered_while_no_chart_is_drawn(programme):
    app = create_app(programme, drawer=_Apart(_Never()))
    with TestClient(app, base_url="http://127.0.0.1") as client, ThreadPoolExecutor(8) as readers:
        codes = programme.cities()["code"][:8].to_list()
        answers = list(readers.map(lambda code: client.get(f"/cities/{code}"), codes))
        sheet = client.get("/static/urbium.css")

    assert {answer.status_code for answer in answers} == {200}
    assert sheet.status_code == 200


def test_a_page_of_a_city_is_small_and_its_charts_have_addresses(client, programme):
    scored = programme.required("scores").table.drop_nulls("score")["city"][0]
    page = client.get(f"/cities/{scored}/plan")
    pictures = {part.split('"')[0] for part in page.text.split('src="/charts/')[1:]}
    first = client.get(f"/charts/{min(pictures)}")
    live = client.get(f"/charts/{min(pictures).replace('.svg', '.json')}")

    assert len(page.content) < 150_000
    assert len(pictures) >= 3
    assert first.headers["content-type"] == "image/svg+xml"
    assert first.text.startswith("<svg")
    assert "immutable" in first.headers["cache-control"]
    assert live.json()["$schema"].endswith("vega/v6.json")


@pytest.mark.parametrize("name", ["0" * 64 + ".svg", "abc.json", "abc", "x.exe"])
def test_a_chart_that_is_not_known_is_absent(empty, name):
    assert empty.get(f"/charts/{name}").status_code == 404


def test_a_chart_apart_is_drawn_once_for_all_and_waits_in_no_thread():
    class Counting(ThreadPoolExecutor):
        count = 0

        def submit(self, *given, **named):
            self.count += 1
            return super().submit(*given, **named)

    pool = Counting(1)
    drawer = Drawer(pool)
    name = f"{drawer.apart(SPEC).key}-340.svg"

    async def ask():
        return await asyncio.gather(*(drawer.drawn(name) for _ in range(50)))

    drawn = asyncio.run(ask())
    drawer.close()

    assert pool.count == 1
    assert [zlib.decompress(picture)[:4] for picture in set(drawn)] == [b"<svg"]


class _Hasty(PatientProtocol):
    head_seconds = 0.3
    body_seconds = 0.3
    most = 50


async def _hello(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@contextmanager
def served(protocol):
    server = uvicorn.Server(
        uvicorn.Config(_hello, port=0, http=protocol, lifespan="off", log_level="error", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
    ],
)
def test_a_request_that_is_half_sent_is_let_go(half):
    with served(_Hasty) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as visitor:
        visitor.sendall(half)
        got = b"more"
        with suppress(ConnectionError):
            while got:
                got = visitor.recv(4096)  # nothing more when it is closed in good order; a time-out fails


def test_many_half_requests_lock_out_nobody():
    with served(type("_Full", (PatientProtocol,), {"most": 50, "waiting": PatientProtocol.waiting})) as port:
        half = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(120)]
        for visitor in half:
            visitor.sendall(b"GET / HTTP/1.1\r\n")
        answer = httpx.get(f"http://127.0.0.1:{port}/", timeout=10)
        waiting = len(PatientProtocol.waiting)
        for visitor in half:
            visitor.close()

    assert answer.text == "ok"
    assert waiting <= 50


def asked_from(app, peer, host):
    async def ask():
        transport = httpx.ASGITransport(app, client=(peer, 1234))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as visitor:
            return (await visitor.get("/static/icon.svg")).status_code

    return asyncio.run(ask())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_is_a_name_only_for_itself(bare, host):
    app = create_app(bare, drawer=Drawer(_Never()), hosts=["office.example"])

    assert asked_from(app, "203.0.113.9", host) == 421
    assert asked_from(app, "127.0.0.1", host) == 200
    assert asked_from(app, "203.0.113.9", "office.example") == 200


@pytest.mark.parametrize(("error", "status"), [(UnavailableError, 503), (NoSpaceError, 507)])
@pytest.mark.parametrize("address", ["/api/cities", "/"])
def test_a_store_that_fails_is_a_problem_that_tells_no_secret(bare, monkeypatch, error, status, address):
    def fail(_programme, *_given, **_named):
        raise error("no server at db.internal port 5432", place="/srv/secret.db", remedy="look at /srv")

    monkeypatch.setattr(Programme, "once", fail)
    monkeypatch.setattr(Programme, "cities", fail)
    monkeypatch.setattr(Programme, "summary", fail)
    app = create_app(bare, drawer=Drawer(_Never()))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get(address)

    assert answer.status_code == status
    assert answer.headers["retry-after"] == "60"
    assert "secret" not in answer.text
    assert "internal" not in answer.text


def test_the_key_figures_do_not_say_where_the_store_is(empty, bare):
    answer = empty.get("/api/summary")

    assert "store" not in answer.json()
    assert str(bare.store.place) not in answer.text


def test_every_operation_names_the_problems_it_can_answer(empty):
    paths = empty.get("/schema/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for operation in operations.values():
            for status in ("404", "422", "503"):
                content = operation["responses"][status]["content"]
                assert content["application/problem+json"]["schema"]["$ref"].endswith("/Problem"), path

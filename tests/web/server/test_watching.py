"""Requests are counted and logged for whoever runs a server; nothing of who asks, nor of what, is kept."""

import json
import logging
import logging.config
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

import urbium
from urbium.errors import UnavailableError
from urbium.model import City
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.server import watching
from urbium.web.server.metrics import Metrics
from urbium.web.server.watching import ACCESS, JsonLines, Watch, log_settings

TOKEN = "a token of forty letters, or of thirty"
ASKED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with urbium.new(tmp_path_factory.mktemp("watched") / "programme.db") as programme:
        cities = [City("0503", {"en": "Delft"}, "municipality")]
        programme.register(cities=cities, by="office", reason="a beginning")
        yield programme


@pytest.fixture
def visit(office):
    """Return what opens a browser at an app that is watched."""
    opened = []

    def open_one(watch):
        app = create_app(office, drawer=Drawer(ThreadPoolExecutor(1)), watch=watch)
        opened.append(TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False))
        return opened[-1].__enter__()

    yield open_one
    for client in opened:
        client.__exit__(None, None, None)


def numbers(answer):
    """Return the samples of an answer by their names with labels."""
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_route_and_status(visit, office):
    visitor = visit(Watch(Metrics(office, TOKEN)))
    for address in ("/notice", "/notice", "/cities/Nowhere?q=somebody", "/no-such-page"):
        visitor.get(address)
    answer = visitor.get("/metrics", headers=ASKED)
    counted = numbers(answer)

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert counted['urbium_requests_total{method="GET",route="/notice",status="200"}'] == 2
    assert counted['urbium_requests_total{method="GET",route="/cities/{code}",status="404"}'] == 1
    assert counted['urbium_requests_total{method="GET",route="none",status="404"}'] == 1
    assert counted['urbium_request_seconds_count{route="/notice"}'] == 2
    assert counted["urbium_store_up"] == 1
    assert counted["urbium_log_entries"] == office.store.head().seq
    assert counted["urbium_store_bytes"] > 100_000
    assert "Nowhere" not in answer.text
    assert "somebody" not in answer.text


def test_methods_that_somebody_made_up_are_counted_as_one(visit, office):
    visitor = visit(Watch(Metrics(office, TOKEN)))
    for method in ("BREW", "STEEP"):
        visitor.request(method, "/notice")
    counted = numbers(visitor.get("/metrics", headers=ASKED))

    assert [name for name in counted if "requests_total" in name and 'method="other"' in name] != []
    assert not any("BREW" in name or "STEEP" in name for name in counted)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer another"}, {"Authorization": TOKEN}])
def test_only_who_has_the_token_is_told(visit, office, headers):
    answer = visit(Watch(Metrics(office, TOKEN))).get("/metrics", headers=headers)

    assert (answer.status_code, answer.text) == (401, "")


def test_there_are_no_metrics_where_nobody_wants_any(visit):
    assert visit(Watch()).get("/metrics").status_code == 404


def test_a_store_that_cannot_be_read_is_a_number(visit, office, monkeypatch):
    def refuse():
        raise UnavailableError("gone")

    visitor = visit(Watch(Metrics(office, TOKEN)))
    monkeypatch.setattr(office.store, "head", refuse)
    counted = numbers(visitor.get("/metrics", headers=ASKED))

    assert counted["urbium_store_up"] == 0
    assert "urbium_jobs_waiting" not in counted


def test_a_backup_is_a_number(visit, office, tmp_path):
    visitor = visit(Watch(Metrics(office, TOKEN)))
    before = numbers(visitor.get("/metrics", headers=ASKED))
    urbium.programme.backup_store(office.store.place, tmp_path / "copy.db")
    after = numbers(visitor.get("/metrics", headers=ASKED))

    assert "urbium_last_backup_timestamp_seconds" not in before
    assert after["urbium_last_backup_timestamp_seconds"] > 1_700_000_000


def test_each_answer_bears_an_id_and_only_a_declared_proxy_chooses_it(visit):
    chosen = {"X-Request-Id": "from-the-proxy.1"}
    far, near = visit(Watch()), visit(Watch(has_proxy=True))

    assert far.get("/notice", headers=chosen).headers["x-request-id"] != "from-the-proxy.1"
    assert far.get("/notice").headers["x-request-id"] != far.get("/notice").headers["x-request-id"]
    assert near.get("/notice", headers=chosen).headers["x-request-id"] == "from-the-proxy.1"
    assert near.get("/notice", headers={"X-Request-Id": 'a "b"'}).headers["x-request-id"] != 'a "b"'


def test_a_line_of_the_access_log_says_nothing_of_who_asks(visit, caplog):
    visitor = visit(Watch(has_log=True))
    with caplog.at_level(logging.INFO, logger=ACCESS):
        answer = visitor.get("/cities/Delft?q=somebody", headers={"Cookie": "urbium_session=secret"})
    line = json.loads(JsonLines().format(next(one for one in caplog.records if one.name == ACCESS)))

    assert line["route"] == "/cities/{code}"
    assert (line["method"], line["status"], line["level"]) == ("GET", answer.status_code, "info")
    assert line["seconds"] > 0
    assert line.keys() == {"at", "level", "logger", "method", "route", "status", "seconds", "bytes"}


def test_nothing_is_logged_of_requests_unless_it_is_wanted(visit, caplog):
    visitor = visit(Watch())
    with caplog.at_level(logging.INFO, logger=ACCESS):
        visitor.get("/notice")

    assert [one for one in caplog.records if one.name == ACCESS] == []


def test_a_refusal_names_the_route_and_the_request_but_no_secret(visit, caplog):
    visitor = visit(Watch())
    with caplog.at_level(logging.WARNING):
        visitor.post("/report/a-secret-address", headers={"Sec-Fetch-Site": "cross-site"})
        answer = visitor.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})
    said = [one.getMessage() for one in caplog.records if "refused" in one.getMessage()]

    assert answer.status_code == 403
    assert "POST /sign-in refused: 403" in said
    assert "a-secret-address" not in " ".join(said)


@pytest.mark.parametrize("is_json", [True, False])
def test_lines_of_the_log_bear_the_id_of_their_request(is_json, capsys):
    token = watching._id.set("a1b2")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logging.config.dictConfig(log_settings(is_json=is_json, has_requests=False))
        logging.getLogger("urbium.test").warning("the disk is %s", "full")
    finally:
        watching._id.reset(token)
        root.handlers[:] = handlers
        root.setLevel(level)
    line = capsys.readouterr().err.strip()

    assert ("a1b2" in line, "the disk is full" in line) == (True, True)
    assert not is_json or json.loads(line)["request"] == "a1b2"


def test_an_error_is_one_line_of_json_with_its_traceback():
    record = logging.LogRecord("urbium", logging.ERROR, "x", 1, "failed", None, None)
    record.exc_info = (ValueError, ValueError("two\nlines"), None)
    line = JsonLines().format(record)

    assert "\n" not in line
    assert "two\nlines" in json.loads(line)["traceback"]

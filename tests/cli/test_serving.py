"""Serving the demo: pages first, the plan meanwhile, and nothing left running at the end."""

import sys
import threading
import time
from pathlib import Path

import pytest

import urbium
from urbium import extras
from urbium.cli import serving
from urbium.cli.show import Common


@pytest.fixture
def served(monkeypatch):
    """Serve nothing for as long as a test wants; returns what the pages were told of the planner."""
    told = {}
    released = threading.Event()

    def serve(_database, *, is_planning, **_settings):
        told["before"] = is_planning()
        released.wait(60)
        told["after"] = is_planning()

    monkeypatch.setattr("urbium.web.serve", serve)
    monkeypatch.setattr(serving, "check_free", lambda *_: None)
    return told, released


def serve(*planner):
    serving.serve_until_stopped("demo.db", "127.0.0.1", 8000, "none", planner=planner)


def test_without_a_planner_nothing_is_planned(served):
    told, released = served
    released.set()
    serve()

    assert told == {"before": False, "after": False}


def test_pages_are_served_while_the_planner_runs_and_its_failure_is_said(served, monkeypatch):
    told, released = served
    words = []

    def hear(message):
        words.append(message.code)
        if message.code == "cli.serve.no_plan":
            released.set()

    monkeypatch.setattr(serving, "tell", hear)
    serve("measure", "--database", "there-is-none.db")

    assert told == {"before": True, "after": False}
    assert words == ["cli.serve.at", "cli.serve.planning", "cli.serve.no_plan"]


def test_a_planner_ends_with_the_server_and_all_that_it_started(served, monkeypatch, tmp_path):
    _, released = served
    started = []
    child = tmp_path / "child"
    words = f"""
import pathlib, subprocess, sys, time
sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path({str(child)!r}).write_text(str(sleeper.pid))
time.sleep(600)
"""

    class Popen(serving.subprocess.Popen):
        def __init__(self, _arguments, **named):
            super().__init__([sys.executable, "-c", words], **named)
            started.append(self)
            while not (child.exists() and child.read_text()):
                time.sleep(0.05)

    monkeypatch.setattr(serving.subprocess, "Popen", Popen)
    released.set()
    serve("demo")

    assert [process.poll() for process in started] == [-9]
    assert has_ended(int(child.read_text()))


def has_ended(number):
    """Wait until a process is gone, or waits only to be seen off by whoever has taken it over."""
    state = Path(f"/proc/{number}/stat")
    for _ in range(200):
        try:
            if state.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_a_token_of_a_place_is_printed_before_it_is_served(monkeypatch, tmp_path):
    database = str(tmp_path / "city.db")
    words = []
    monkeypatch.setattr(serving, "tell", lambda message: words.append(str(message)))
    monkeypatch.setattr(serving, "check_free", lambda *_: None)
    monkeypatch.setattr("urbium.web.serve", lambda *_, **__: None)
    with urbium.new(database, nation="NLD"):
        pass
    serving.serve(token="NLD", common=Common(database=database))

    secret = words[0].rpartition(" ")[2]
    with urbium.open(database) as programme:
        actor = programme.people.actor(secret)
        assert programme.context.at(actor, "", "change").tenant == "NLD"


@pytest.mark.parametrize(
    ("missing", "command"),
    [
        ("server", "demo --database none.db --port 8999"),
        ("postgresql", "health --database postgresql://somebody@127.0.0.1/nothing"),
    ],
)
def test_a_command_that_needs_an_extra_says_what_to_install(missing, command, run, monkeypatch, tmp_path):
    find_spec, packages = extras.find_spec, extras.PACKAGES[missing]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name in packages else find_spec(name))
    code, _, said = run(*command.split())

    assert (code, list(tmp_path.iterdir())) == (2, [])
    assert f"pip install 'urbium[{missing}]'" in said


def test_a_server_is_told_how_to_log(monkeypatch, run):
    told = {}
    monkeypatch.setattr(serving, "serve_until_stopped", lambda *_, **named: told.update(named))
    run("serve", "--log", "json", "--access-log")
    as_json = (told["is_json_log"], told["has_access_log"])
    run("serve")

    assert as_json == (True, True)
    assert (told["is_json_log"], told["has_access_log"]) == (False, False)

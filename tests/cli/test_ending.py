"""A command that is told to end (SIGTERM) does so soon, and nothing that it started lives on."""

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from contextlib import suppress
from pathlib import Path

import pytest

from seeds import long_but
from urbium.programme import new

PATIENCE = 90
"""Seconds after which a process counts as one that does not end, on a busy machine, too."""
A_PAGE_TAKES_FOREVER = """
import time
from urbium.programme.base.register import Register

def forever(_):
    print("drawing", flush=True)
    time.sleep(6000)

Register.sources = forever
"""
"""What every process of the server runs first, as Python's ``sitecustomize``."""

COMMAND = "import sys; from urbium.cli import main; main(sys.argv[1:])"
COMPILES = """
import time
from urbium.plan.search.national import compiling

compiling.is_ready = lambda: False
compiling.prepare()
print("compiling", flush=True)
time.sleep(6000)
"""


@pytest.fixture
def begun(tmp_path):
    """Return what starts a script with words, whose processes are all told by a mark in their environment."""
    mark, started = uuid.uuid4().hex, []

    def start(script, *words):
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", script, *words],
                env={
                    "PATH": "/usr/bin:/bin",
                    "PYTHONPATH": ":".join([str(tmp_path), *sys.path]),
                    "URBIUM_MARK": mark,
                    "NUMBA_CACHE_DIR": str(tmp_path),
                },
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start, mark
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def marked(mark):
    """Return the processes whose environment holds a mark, but for those that have ended."""
    alive = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes():
                alive.add(int(folder.name))
    return alive


def all_end(mark):
    """Wait until no process of a mark is left; say whether that came to pass."""
    until = time.monotonic() + PATIENCE
    while marked(mark) and time.monotonic() < until:
        time.sleep(0.1)
    return not marked(mark)


@pytest.mark.parametrize("workers", long_but("1", "12"))
def test_a_server_ends_though_a_page_is_being_drawn_and_leaves_no_process(begun, tmp_path, workers):
    start, mark = begun
    new(tmp_path / "one.db", nation="MX").close()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    words = ("serve", "-d", str(tmp_path / "one.db"), "--port", port, "--workers", workers)
    (tmp_path / "sitecustomize.py").write_text(A_PAGE_TAKES_FOREVER)
    server = start(COMMAND, *words)

    def ask():
        while server.poll() is None:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/about/sources", timeout=PATIENCE)
            time.sleep(0.1)

    threading.Thread(target=ask, daemon=True).start()
    assert "drawing" in server.stdout.readline()
    server.send_signal(signal.SIGTERM)

    assert all_end(mark)


@pytest.mark.long
def test_what_compiles_beside_a_command_ends_with_it_even_when_it_is_killed(begun):
    start, mark = begun
    command = start(COMPILES)
    assert "compiling" in command.stdout.readline()
    assert len(marked(mark)) > 1
    command.kill()
    command.wait()

    assert all_end(mark)


def test_a_command_that_is_told_to_end_puts_away_what_it_has_begun(begun, tmp_path):
    start, mark = begun
    command = start(COMMAND, "demo", "--no-serve", "-d", str(tmp_path / "demo.db"))
    while not list(tmp_path.glob(".urbium-demo-*")):
        time.sleep(0.05)
    command.terminate()

    assert command.wait(PATIENCE) == 128 + signal.SIGTERM
    assert list(tmp_path.glob("*demo*")) == []
    assert all_end(mark)

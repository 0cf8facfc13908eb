"""Ctrl-C at any moment of a long command on the demo ends it, and nothing is half-written.

How many seconds that takes is measured by ``bench/interrupt.py``.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMANDS = {
    "plan": ("plan", "--years", "2016-2025", "--budget", "12 bn CNY/year", "--time-limit", "60"),
    "forecast": ("forecast", "--to", "2050"),
    "measure": ("measure", "--period", "2012", "--runs", "20000"),
    "risk": ("risk", "--draws", "10000"),
}
MOMENTS = [
    ("plan", 2.0),
    *(
        pytest.param(*later, marks=pytest.mark.long)
        for later in (
            *(("forecast", 2.0), ("measure", 2.5), ("risk", 2.0)),
            *(("plan", 5.0), ("plan", 9.0), ("risk", 5.0)),
        )
    ),
]
"""Seconds after the start; those of the plan lie before the search has told anything."""


@pytest.fixture(autouse=True)
def _heeded() -> Iterator[None]:
    """Let processes that are started here heed Ctrl-C, also where a shell runs the tests in background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(command: tuple[str, ...], moment: float, database: Path) -> tuple[int, str]:
    """Interrupt a command at a moment; return its exit code and its last words."""
    process = subprocess.Popen(
        [sys.executable, "-m", "urbium", *command, "--database", str(database)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        time.sleep(moment)
        assert process.poll() is None, "the command ended before it could be interrupted"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        return process.returncode, said
    finally:
        process.kill()


PRESSING = """
import contextlib, os, signal, sys, time
import urbium.cli as cli

def pressed():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(1)

def forgiving(_):
    with contextlib.suppress(BaseException):
        pressed()
    time.sleep(60)

def loading(_):
    try:
        pressed()
    except BaseException:
        raise ImportError("initialization failed")

def from_a_text(_):
    exec("raise KeyboardInterrupt")

cli._grouped, cli.app = lambda: None, globals()[sys.argv[1]]
cli.main(["plans"])
"""


@pytest.mark.parametrize("code", ["from_a_text", "forgiving", "loading"])
def test_an_interrupt_ends_the_command_whatever_code_it_falls_into(code):
    ended = subprocess.run(
        [sys.executable, "-c", PRESSING, code], capture_output=True, text=True, check=False, timeout=50
    )

    assert ended.returncode == 130
    assert ended.stderr.strip() == "urbium: stopped; nothing was left half-written"


@pytest.mark.parametrize(("name", "moment"), MOMENTS)
def test_an_interrupted_command_ends_and_says_that_nothing_is_half_written(name, moment, demo_copy):
    code, said = interrupted(COMMANDS[name], moment, demo_copy)

    assert code == 130
    assert "nothing was left half-written" in said

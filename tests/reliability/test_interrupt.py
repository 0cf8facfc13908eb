"""Ctrl-C at any moment of a long command on the demo: it ends within three seconds, nothing half-written."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

LONGEST = 3.0
"""Seconds from Ctrl-C to the end, where the machine has a core for each process that wants one."""
COMMANDS = {
    "plan": ("plan", "--years", "2016-2025", "--budget", "12 bn CNY/year", "--time-limit", "60"),
    "forecast": ("forecast", "--to", "2050"),
    "measure": ("measure", "--period", "2012", "--runs", "20000"),
    "risk": ("risk", "--draws", "10000"),
}
MOMENTS = {"plan": (2.0, 5.0, 9.0), "forecast": (2.0,), "measure": (2.5,), "risk": (2.0, 5.0)}
"""Seconds after the start; those of the plan lie before the search has told anything."""


@pytest.fixture(autouse=True)
def _heeded() -> Iterator[None]:
    """Let processes that are started here heed Ctrl-C, also where a shell runs the tests in background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def seconds_to_the_end(command: tuple[str, ...], moment: float, database: Path) -> tuple[float, int, str]:
    """Interrupt a command at a moment; return how long it took to end, its exit code, and its last words."""
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
        begun = time.monotonic()
        _, said = process.communicate(timeout=60)
        return time.monotonic() - begun, process.returncode, said
    finally:
        process.kill()


@pytest.mark.parametrize(
    ("name", "moment"), [(name, moment) for name, moments in MOMENTS.items() for moment in moments]
)
def test_an_interrupted_command_ends_within_three_seconds(name, moment, demo_copy):
    taken, code, said = seconds_to_the_end(COMMANDS[name], moment, demo_copy)

    crowd = max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0)  # processes that share a core with this one
    assert taken <= LONGEST * crowd, f"it took {taken:.1f} s, {crowd:.1f} processes a core"
    assert code == 130
    assert "nothing is half-written" in said

"""``kill -9`` at many moments of a load: the file is in whole or not at all; what was acknowledged stays."""

import os
import random
import runpy
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from seeds import PARTS_OF_KILLS
from urbium.model import City, Source
from urbium.store import FileStamp, Store

LOADER = Path(__file__).with_name("loader.py")
ROWS, EARLIER = 20_000, 300
TIMED, ACKNOWLEDGED = 90, 10  # kills by the clock, and kills right after the receipt


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """Return a closed store that holds an earlier load."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    with Store.open(path, create=True) as store:
        store.add_cities([City("340100", {"en": "Hefei"}, "prefecture")], by="ann", reason="founding")
        store.add_sources([Source("ccsy", "bureau", "yearbook")], by="ann", reason="founding")
        earlier = runpy.run_path(str(LOADER))["table"](EARLIER, "earlier")
        store.record(earlier, by="ann", reason="earlier", file=FileStamp("old.csv", "00"))
    return path


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen]:
    """Return the process that starts loaders."""
    command = [sys.executable, str(LOADER), str(ROWS)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        yield process
        process.stdin.close()


def word(server: subprocess.Popen) -> str:
    """Return the next word that a loader says."""
    line = server.stdout.readline()
    assert line, "the loaders' parent has ended"
    return line.strip()


def run_and_kill(server: subprocess.Popen, path: Path, wait: Callable[[], list[str]]) -> list[str]:
    """Start a load, kill it when ``wait`` returns, and return every word it said after it was ready."""
    server.stdin.write(f"{path}\n")
    server.stdin.flush()
    child = int(word(server))
    assert word(server) == "ready"
    said = wait()
    os.kill(child, signal.SIGKILL)
    return said + list(iter(lambda: word(server), "ended"))


def outcome(path: Path, said: list[str]) -> str:
    """Check the store that a killed load leaves, and return how far the load had come."""
    with Store.open(path) as store:
        rows = store.observations().height
        loads = store.audit().filter(what="load").height
        store.verify()
    assert (rows, loads) in ((EARLIER, 1), (EARLIER + ROWS, 2)), "the file is in by half"
    is_in = loads == 2
    if f"stored {ROWS}" in said:
        assert is_in, "an acknowledged load is lost"
        return "acknowledged"
    if is_in:
        return "committed"
    return "in the transaction" if "writing" in said else "before writing"


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS_OF_KILLS)
def test_a_load_killed_at_any_moment_is_in_whole_or_not_at_all(template, server, tmp_path, part):
    path, timed, acknowledged = tmp_path / "store.db", TIMED // part, ACKNOWLEDGED // part
    reading: list[float] = []
    writing: list[float] = []
    outcomes: Counter[str] = Counter()

    def until_stored() -> list[str]:
        said = []
        for seconds in (reading, writing):
            start = time.perf_counter()
            said.append(word(server))
            seconds.append(time.perf_counter() - start)
        return said

    def until(moment: float, *, heard: int) -> list[str]:
        said = [word(server) for _ in range(heard)]
        time.sleep(moment)
        return said

    def kill(wait: Callable[[], list[str]]) -> None:
        for left in tmp_path.iterdir():
            left.unlink()
        shutil.copy(template, path)
        outcomes[outcome(path, run_and_kill(server, path, wait))] += 1

    for _ in range(acknowledged):
        kill(until_stored)
    draw = random.Random(20_120_805)
    for place in range(timed):
        heard = place % 2  # every other kill waits for "writing", however busy the machine has become
        usual = statistics.median(writing) if heard else statistics.median(reading)
        kill(partial(until, 1.1 * usual * (place + draw.random()) / timed, heard=heard))

    assert outcomes.total() == timed + acknowledged
    assert outcomes["before writing"] > 0
    assert outcomes["in the transaction"] > 0
    assert outcomes["acknowledged"] >= acknowledged
    usual = statistics.median(map(sum, zip(reading, writing, strict=True)))
    sys.stderr.write(f"{dict(outcomes)}; a load takes {usual:.3f} s\n")

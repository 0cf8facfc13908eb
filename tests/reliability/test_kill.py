"""``kill -9`` at 100 moments of a load: the file is in whole or not at all, and what was acknowledged stays."""

import random
import runpy
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from urbium.model import City, Source
from urbium.store import FileStamp, Store

LOADER = Path(__file__).with_name("loader.py")
ROWS, EARLIER = 20_000, 300
TIMED, ACKNOWLEDGED = 90, 10  # kills by the clock, and kills right after the receipt
PATIENCE = 30.0


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


@contextmanager
def loader(template: Path, folder: Path) -> Iterator[tuple[Path, subprocess.Popen]]:
    """Start a loader on a copy of the store."""
    folder.mkdir()
    path = Path(shutil.copy(template, folder / "store.db"))
    command = [sys.executable, str(LOADER), str(path), str(ROWS)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        with process:
            yield path, process
    finally:
        process.kill()
        shutil.rmtree(folder)


def begin(process: subprocess.Popen) -> float:
    """Wait until the loader is ready, give it the word, and return when that was."""
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()
    return time.perf_counter()


def seconds_of_a_load(template: Path, folder: Path) -> float:
    """Return how long a load takes that nobody kills."""
    with loader(template, folder) as (_, process):
        start = begin(process)
        assert process.stdout.readline() == "writing\n"
        assert process.stdout.readline() == f"stored {ROWS}\n"
        return time.perf_counter() - start


def kill_and_look(path: Path, process: subprocess.Popen, said: list[str]) -> str:
    """Kill the loader, check the store it leaves, and return how far the load had come."""
    process.kill()
    said += process.stdout.read().splitlines()
    process.wait(PATIENCE)
    with Store.open(path, create=False) as store:
        rows = store.observations().height
        loads = store.audit().filter(what="load").height
        store.verify()
    is_in = rows == EARLIER + ROWS
    assert (rows, loads) in ((EARLIER, 1), (EARLIER + ROWS, 2)), "the file is in by half"
    if f"stored {ROWS}" in said:
        assert is_in, "an acknowledged load is lost"
        return "acknowledged"
    if is_in:
        return "committed"
    return "in the transaction" if "writing" in said else "before writing"


def test_a_load_killed_at_any_moment_is_in_whole_or_not_at_all(template, tmp_path):
    usual = statistics.median(seconds_of_a_load(template, tmp_path / f"free_{place}") for place in range(3))
    draw = random.Random(20_120_805)
    moments = [1.1 * usual * (place + draw.random()) / TIMED for place in range(TIMED)]
    outcomes: Counter[str] = Counter()

    for place, moment in enumerate(moments):
        with loader(template, tmp_path / f"timed_{place}") as (path, process):
            start = begin(process)
            time.sleep(max(0.0, start + moment - time.perf_counter()))
            outcomes[kill_and_look(path, process, [])] += 1
    for place in range(ACKNOWLEDGED):
        with loader(template, tmp_path / f"acknowledged_{place}") as (path, process):
            begin(process)
            said = [process.stdout.readline().strip() for _ in ("writing", "stored")]
            outcomes[kill_and_look(path, process, said)] += 1

    assert outcomes.total() == TIMED + ACKNOWLEDGED
    assert outcomes["before writing"] > 0
    assert outcomes["in the transaction"] > 0
    assert outcomes["acknowledged"] >= ACKNOWLEDGED
    sys.stderr.write(f"{dict(outcomes)}; a load takes {usual:.3f} s\n")

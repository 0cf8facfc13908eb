"""Servers that benchmarks start: a process that serves a programme, whether it answers, and what it takes."""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


@contextmanager
def served(database: str, workers: int) -> Iterator[tuple[str, int]]:
    """Serve a programme; yield its address, once all that answer have begun, and the process."""
    port = free_port()
    words = [*command(database, port), "--workers", str(workers)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        try:
            base = f"http://127.0.0.1:{port}"
            until = time.monotonic() + 600.0
            while not answers(base):
                assert process.poll() is None, "the server has ended"
                assert time.monotonic() < until, f"{base} does not answer"
                time.sleep(0.3)
            _settle(process.pid)
            yield base, process.pid
        finally:
            process.terminate()


def _settle(process: int, most: float = 60.0) -> None:
    """Wait until a server rests: the first of several workers answers while the others are still loading."""
    until, before = time.monotonic() + most, 0.0
    while (now := processor_time(process)) > before + 0.1 and time.monotonic() < until:
        before = now
        time.sleep(1.0)


def command(database: str, port: int) -> list[str]:
    """Return the command that serves a programme."""
    return [sys.executable, "-m", "urbium", "serve", "--database", database, "--port", str(port)]


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(base: str) -> bool:
    """Say whether a server answers."""
    try:
        return httpx.get(f"{base}/notice", timeout=5.0).is_success
    except httpx.HTTPError:
        return False


def engine(database: str) -> str:
    """Return what a programme is stored in."""
    return "PostgreSQL" if database.startswith("postgresql") else "SQLite"


def _family(process: int) -> list[int]:
    """Return a process and all that it has started, and these in turn."""
    family = [process]
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        for child in tasks.read_text(encoding="utf-8").split():
            family += _family(int(child))
    return family


def memory(process: int) -> float:
    """Return the resident memory of a process and of those it has started in MB, shared parts of each."""
    return sum(
        int(row.split()[1]) / 1024
        for one in _family(process)
        for row in Path(f"/proc/{one}/status").read_text(encoding="utf-8").splitlines()
        if row.startswith("VmRSS:")
    )


def processor_time(process: int) -> float:
    """Return the seconds of a processor that a process and those it has started have had."""
    stats = [Path(f"/proc/{one}/stat").read_text(encoding="utf-8") for one in _family(process)]
    ticks = sum(sum(map(int, stat.rpartition(")")[2].split()[11:13])) for stat in stats)
    return ticks / os.sysconf("SC_CLK_TCK")


def percentiles(name: str, values: list[float]) -> dict[str, float]:
    """Return the 50th and the 95th percentile, named; nothing of fewer than two values."""
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(values, n=20)
    return {f"{name}_p50": round(statistics.median(values), 1), f"{name}_p95": round(cuts[-1], 1)}

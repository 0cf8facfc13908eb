"""History: figures of benchmarks, one row a figure in ``bench/history.csv``, so that runs can be compared.

A program adds ``--record`` with :func:`add_option` and calls :func:`record` when it was given. The machine is
described by its processor and cores alone; the commit carries a ``+`` where files differed from it.
"""

import argparse
import csv
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

COLUMNS = ("date", "commit", "machine", "bench", "case", "figure", "unit", "value")
TARGET = Path(__file__).with_name("history.csv")
_UNITS = {
    "seconds": "s",
    "gb": "GB",
    "mb": "MB",
    "ratio": "ratio",
    **dict.fromkeys(("ms", "p50", "p95"), "ms"),
    **dict.fromkeys(("cities", "places", "rows", "paths"), "count"),
}


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--record`` to the options of a benchmark."""
    parser.add_argument("--record", action="store_true", help=f"append the figures to {TARGET.name}")


def record(
    bench: str,
    figures: Mapping[str, object],
    *,
    case: str = "",
    units: Mapping[str, str] | None = None,
    target: Path = TARGET,
) -> None:
    """Append figures of one case of a benchmark; what is not a number is left out.

    The load of the machine over the last minute is kept beside them: wall times grow with it.

    Parameters
    ----------
    bench : the name of the program
    case : what was measured, such as a size and seed; empty where there is one case
    units : of figures whose name does not end in one (``_seconds``, ``_gb`` ...)
    target : the file; made with its heading where it is not there
    """
    known = units or {}
    head = (datetime.now(UTC).date().isoformat(), _commit(), machine(), bench, case)
    rows = [(*head, "load_average", "processes", f"{_load():.3g}")] if hasattr(os, "getloadavg") else []
    rows += [
        (*head, name, known.get(name) or unit_of(name), f"{value:.6g}")
        for name, value in figures.items()
        if isinstance(value, int | float)
    ]
    is_new = not target.exists()
    with target.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(COLUMNS)
        writer.writerows(rows)


def conclude(figures: Mapping[str, Any], targets: Mapping[str, float], *, is_json: bool) -> int:
    """Print figures, and whether those that have a target are at most that; return the exit code."""
    is_met = all(figures[name] <= most for name, most in targets.items())
    print(json.dumps(figures, indent=None if is_json else 1))
    print(f"targets: {json.dumps(targets)}: {'met' if is_met else 'MISSED'}")
    return 0 if is_met else 1


def unit_of(name: str) -> str:
    """Return the unit that the last word of a name says; empty where it says none.

    >>> unit_of("world_paths_seconds"), unit_of("median_ape")
    ('s', '')
    """
    return _UNITS.get(name.replace(" ", "_").rpartition("_")[2].lower(), "")


def machine() -> str:
    """Return the processor's make and the cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{_processor()}, {cores} cores, Python {platform.python_version()}"


def _load() -> float:
    """Return how many processes wanted a processor over the last minute."""
    return os.getloadavg()[0]


def _processor() -> str:
    """Return the model of the processor where the system tells, or else its architecture."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text(encoding="utf-8").splitlines() if told.is_file() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    """Return the short commit, with ``+`` where tracked files differ from it; empty without git."""
    folder = Path(__file__).parent
    head = _git(folder, "rev-parse", "--short", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no", "--", ".", "../src")
    others = [line for line in changed.splitlines() if not line.endswith(TARGET.name)]
    return f"{head}+" if head and others else head


def _git(folder: Path, *command: str) -> str:
    try:
        done = subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()

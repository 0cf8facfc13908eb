"""How soon Ctrl-C ends a long command on the demo, at several moments; at most three seconds is the target.

A run takes about two minutes on two cores, the demo included.

    python bench/interrupt.py [--database demo.db] [--quick] [--json]
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import history

TARGET_SECONDS = 3.0
PLAN = ("plan", "--years", "2016-2025", "--budget", "12 bn CNY/year", "--time-limit", "60")
MOMENTS = (
    *((PLAN, moment) for moment in (2, 5, 9, 15, 25)),
    (("forecast", "--to", "2050"), 2),
    (("measure", "--period", "2012", "--runs", "20000"), 3),
    *((("risk", "--draws", "10000"), moment) for moment in (2, 5)),
)
"""What is run, and the second after its start in which it is interrupted."""


def seconds_to_end(command: tuple[str, ...], moment: float, database: Path) -> float:
    """Return the seconds from Ctrl-C to the end of a command, not a number where it had ended before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "urbium", *command, "--database", str(database)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(moment)
    if process.poll() is not None:
        subprocess.CompletedProcess(process.args, process.returncode).check_returncode()
        return float("nan")
    start = time.perf_counter()
    process.send_signal(signal.SIGINT)
    process.wait()
    return time.perf_counter() - start


def main() -> int:
    """Run the benchmark; return 1 when a command misses the target."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--database", type=Path, help="a demo that is there; otherwise one is made")
    arguments.add_argument("--quick", action="store_true", help="the first moment alone")
    arguments.add_argument("--json", action="store_true", help="end with one line of JSON")
    history.add_option(arguments)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = asked.database or Path(folder) / "demo.db"
        if not database.exists():
            making = [sys.executable, "-m", "urbium", "demo", "--no-serve", "--database", str(database)]
            subprocess.run(making, check=True, stdout=subprocess.DEVNULL)
        figures = {}
        for command, moment in MOMENTS[:1] if asked.quick else MOMENTS:
            seconds = seconds_to_end(command, moment, database)
            figures[f"{command[0]}_{moment}_seconds"] = seconds
            print(f"{command[0]:10}{moment:4} s after its start:{seconds:7.2f} s")
    is_met = all(not seconds > TARGET_SECONDS for seconds in figures.values())
    print(f"target: {TARGET_SECONDS:g} s: {'met' if is_met else 'MISSED'}")
    if asked.json:
        print(json.dumps({name: round(seconds, 2) for name, seconds in figures.items()}))
    if asked.record:
        history.record("interrupt", figures)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())

"""How soon the command answers: ``urbium --help``, beside Python itself and an import of the table library.

A full run and a quick run both take about ten seconds on two cores.

    python bench/command.py [--quick] [--json]
"""

import argparse
import json
import subprocess
import sys
import time

import history

TARGET_SECONDS = 0.4
RUNS = 7


def best_of(command: list[str]) -> float:
    """Return the shortest of several runs of a command, in seconds."""
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> int:
    """Run the benchmark; return 1 when the help misses its target."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--json", action="store_true", help="end with one line of JSON")
    arguments.add_argument("--quick", action="store_true", help="the same: it is quick")
    history.add_option(arguments)
    asked = arguments.parse_args()
    print("a run takes about ten seconds")
    figures = {
        "help_seconds": best_of([sys.executable, "-m", "urbium", "--help"]),
        "python_seconds": best_of([sys.executable, "-c", "pass"]),
        "polars_seconds": best_of([sys.executable, "-c", "import polars"]),
    }
    for name, seconds in figures.items():
        ratio = seconds / figures["python_seconds"]
        print(f"{name.removesuffix('_seconds'):10}{seconds:8.3f} s{ratio:8.1f} x Python")
    is_met = figures["help_seconds"] < TARGET_SECONDS
    print(f"target: help under {TARGET_SECONDS} s: {'met' if is_met else 'MISSED'}")
    if asked.json:
        print(json.dumps({name: round(seconds, 4) for name, seconds in figures.items()}))
    if asked.record:
        history.record("command", figures)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())

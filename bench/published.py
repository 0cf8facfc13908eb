"""Solve the published problems of ``tests/against/published`` and print optimum, ours, proof and seconds.

``python bench/published.py [part of a name ...]``; one process and one thread, the making of the roadmap left
out. ``core`` is the time the core worked, which other work on the machine does not lengthen.
"""

import argparse
import importlib.util
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import history
from urbium.plan import Roadmap, solve

PROGRAMMES = Path(__file__).resolve().parents[1] / "tests" / "against" / "published" / "programmes.py"
SECONDS = 20.0
MOST_YEARS = 10
"""Problems with more limits are told as staff only: a chain of 30 yearly steps each is far larger."""


def load() -> ModuleType:
    """Load the problems of the tests by their path."""
    spec = importlib.util.spec_from_file_location("published_programmes", PROGRAMMES)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(PROGRAMMES)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def cases(module: ModuleType) -> Iterator[tuple[str, str, float, Roadmap, Any]]:
    """Yield name, way of telling, optimum, roadmap, and how to read the optimum from its objective."""
    for name, problem in module.problems().items():
        if len(problem.limits) <= MOST_YEARS:
            yield name, "years", problem.optimum, module.by_years(problem), lambda _, value: value
        yield name, "staff", problem.optimum, module.by_staff(problem), lambda _, value: value
    for name, schedule in module.schedules().items():
        yield name, "staff", schedule.optimum, module.scheduled(schedule), module.years_taken
        if len(schedule.places) == 1:
            yield name, "budget", schedule.optimum, module.paid(schedule), module.years_taken


def main() -> None:
    """Solve what is wanted, all when nothing is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", help="parts of the names of the problems to solve")
    history.add_option(parser)
    asked = parser.parse_args()
    print(
        f"{'problem':<8} {'told as':<7} {'published':>11} {'ours':>13} {'gap':>8} {'valid':>6} {'seconds':>8}"
    )
    for name, way, optimum, roadmap, read in cases(load()):
        if asked.parts and not any(part in f"{name} {way}" for part in asked.parts):
            continue
        begun, worked = time.perf_counter(), time.process_time()
        plan = solve(roadmap, time_limit=SECONDS)
        seconds, core = time.perf_counter() - begun, time.process_time() - worked
        ours = read(roadmap, plan.objective)
        print(
            f"{name:<8} {way:<7} {optimum:>11g} {ours:>13.6f} {plan.gap:>8.1e} "
            f"{plan.certificate.is_valid!s:>6} {seconds:>8.2f} {core:>6.2f}",
            flush=True,
        )
        if asked.record:
            figures = {"objective": ours, "gap": plan.gap, "seconds": seconds, "core_seconds": core}
            history.record("published", figures, case=f"{name} {way}", units={"gap": "ratio"})


if __name__ == "__main__":
    main()

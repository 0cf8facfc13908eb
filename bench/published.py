"""Solve the published problems of ``tests/against/published`` and print optimum, ours, proof and seconds.

``python bench/published.py [part of a name ...]``; seconds are of one process on one core, the making of the
roadmap left out.
"""

import importlib.util
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from urbium.plan import Roadmap, solve

PROGRAMMES = Path(__file__).resolve().parents[1] / "tests" / "against" / "published" / "programmes.py"
SECONDS = 20.0


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
        yield name, "years", problem.optimum, module.by_years(problem), lambda _, value: value
        yield name, "staff", problem.optimum, module.by_staff(problem), lambda _, value: value
    for name, schedule in module.schedules().items():
        yield name, "staff", schedule.optimum, module.scheduled(schedule), module.years_taken
        if len(schedule.places) == 1:
            yield name, "budget", schedule.optimum, module.paid(schedule), module.years_taken


def main(wanted: list[str]) -> None:
    """Solve what is wanted, all when nothing is named."""
    print(
        f"{'problem':<8} {'told as':<7} {'published':>11} {'ours':>13} {'gap':>8} {'valid':>6} {'seconds':>8}"
    )
    for name, way, optimum, roadmap, read in cases(load()):
        if wanted and not any(part in f"{name} {way}" for part in wanted):
            continue
        begun = time.perf_counter()
        plan = solve(roadmap, time_limit=SECONDS)
        seconds = time.perf_counter() - begun
        ours = read(roadmap, plan.objective)
        print(
            f"{name:<8} {way:<7} {optimum:>11g} {ours:>13.6f} {plan.gap:>8.1e} "
            f"{plan.certificate.is_valid!s:>6} {seconds:>8.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])

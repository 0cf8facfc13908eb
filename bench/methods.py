"""What each method brings at equal processor seconds: the seeded instances by one method at a time.

``alone`` is the decomposition by cities without the national search, ``national`` the national search without
the decomposition, ``together`` what ``urbium.plan.solve`` does. Compiling is not counted. The gap is that of
a plan's whole worth, in which no instance owes anything: (bound - worth) / worth.

    python bench/methods.py [--size S] [--seeds 1,2] [--seconds 110] [--methods alone,national,together]
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import instances
import national
from urbium.plan import solve
from urbium.plan.search import planner
from urbium.plan.search.national.compiling import compile_loops
from urbium.plan.search.national.solver import solve_national

GUARD = 3600.0
"""Seconds of the wall after which a search ends in any case."""


def until(seconds: float) -> Callable[..., bool]:
    """Return what stops a search after seconds of the processor, counted from now."""
    begun = time.process_time()
    return lambda *_: time.process_time() - begun > seconds


def solved(method: str, size: str, seed: int, seconds: float) -> tuple[float, float, int]:
    """Return worth, bound and what is owed of the plan of a method."""
    limits: dict[str, Any] = {"time_limit": GUARD, "gap": 5e-4}
    if method == "national":
        instance = national.seeded(size, seed)
        of_nation = solve_national(instance, on_progress=until(seconds), **limits)
        return of_nation.value, of_nation.bound, len(of_nation.shortfalls)
    road, module = instances.seeded(size, seed), vars(planner)
    fits, whole = module["unsupported"], module["LARGEST_WHOLE"]
    limits |= {"gap": 1e-7, "work_limit": seconds}  # of what a plan gains, beside which its worth is little
    if method == "alone":
        limits["work_limit"] = GUARD
        module |= {"unsupported": lambda _: ["left out"], "LARGEST_WHOLE": 0}
    try:
        plan = solve(road, on_progress=until(seconds), **limits)
    finally:
        module |= {"unsupported": fits, "LARGEST_WHOLE": whole}
    return plan.objective, plan.bound, plan.shortfalls.height


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", default="S")
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--seconds", type=float, default=110.0, help="of the processor, for each search")
    parser.add_argument("--methods", default="alone,national,together")
    options = parser.parse_args()
    compile_loops()
    for seed in map(int, options.seeds.split(",")):
        for method in options.methods.split(","):
            begun = time.process_time()
            worth, bound, owed = solved(method, options.size, seed, options.seconds)
            print(
                f"{options.size} seed {seed:<3} {method:<8} worth {worth:,.2f}, bound {bound:,.2f}, "
                f"gap {(bound - worth) / worth:.2%}, {owed} owed, "
                f"{time.process_time() - begun:.0f} s of processor",
                flush=True,
            )


if __name__ == "__main__":
    main()

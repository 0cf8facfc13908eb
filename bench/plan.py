"""How soon a nation's plan is proven near the best: the demo (D, N), and seeded instances by size and seed.

For each instance: rows and columns of the full model, seconds to the first plan that lacks nothing, to 5%,
2%, 1% and 0.5% proven, the last gap, whether the certificate accepts the plan (limits, worth and the sum
of the bound; that a city's bound holds is the solver's word) and a plain MILP of the whole model with its
starts fixed confirms its worth (``fixed.py``), and the most memory that its process used. For
each size the median gap and the worst seed, and how time grows from M to XL. With ``--peers`` the same is
printed of HiGHS, SCIP and CP-SAT, which solve the same full model in the same run and time (``peers.py``).
Seconds are of the wall; the processor's are printed beside them, since other people's work makes the first
longer.

    python bench/plan.py [--sizes S,M,L] [--seeds 1,2] [--tight] [--seconds 180] [--peers] [--quick] [--json]
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from math import log
from pathlib import Path
from statistics import median
from typing import Any

import demo_plan
import fixed
import history
from apart import apart
from milestones import GAPS, milestones
from national import seeded
from peers import by_peers
from urbium.plan.search.national.city_model import city_model
from urbium.plan.search.national.compiling import compile_loops
from urbium.plan.search.national.instance import Instance
from urbium.plan.search.national.solver import solve_national

sys.path.append(str(Path(__file__).parents[1] / "tests" / "plan" / "search" / "national"))
from certificate import certify_national

SECONDS = {"D": 20.0, "N": 300.0, "S": 60.0, "M": 180.0, "L": 300.0, "XL": 3600.0}
TARGETS = {
    "D": ((0.02, 20), (0.005, 75)), "N": ((0.005, 180),), "S": ((0.005, 60),), "M": ((0.005, 180),),
    "L": ((0.003, 900),), "XL": ((0.01, 3600),),
}  # fmt: skip
"""By size, gaps and the seconds in which they are to be proven."""
QUICK_SECONDS = 30.0


def size_of(instance: Instance) -> tuple[int, int]:
    """Return rows and columns of the full model, added up by city."""
    models = [city_model(instance, city) for city in range(instance.count)]
    own = instance.occupations * instance.years + len(instance.regions)
    return (
        instance.rows + sum(len(model.lower) for model in models),
        own + sum(len(model.cost) for model in models),
    )


def planned(size: str, seed: int, seconds: float, *, is_tight: bool) -> dict[str, Any]:
    """Plan an instance and say what came of it; kernels are compiled before the clock starts."""
    if size in demo_plan.YEARS:
        return demo_plan.planned(seconds, size=size)
    compile_loops()
    instance = seeded(size, seed, is_tight=is_tight)
    counts = dict(zip(("rows", "columns"), size_of(instance), strict=True))
    processor = time.process_time()
    plan = solve_national(instance, time_limit=seconds)
    spent = time.process_time() - processor
    worth = fixed.worth_of_national(instance, plan)
    return counts | {
        "cities": instance.count,
        **milestones(plan.history),
        "gap": plan.gap,
        "value": plan.value,
        "bound": plan.bound,
        "shortfalls": len(plan.shortfalls),
        "valid": certify_national(instance, plan).is_valid and fixed.is_confirmed(worth, plan.value),
        "value by a plain MILP": worth,
        "seconds": plan.history[-1].seconds,
        "processor seconds": spent,
    }


def timed(row: dict[str, Any]) -> str:
    """Return the seconds to the first plan and to each gap."""
    return "  ".join(
        f"{name} {row[name]:.0f} s" if row[name] is not None else f"{name} -"
        for name in ("first plan", *(f"{gap:.1%}" for gap in GAPS))
    )


def shown(row: dict[str, Any]) -> str:
    """Return one line of the table, and one for each peer."""
    line = (
        f"{row['instance']:<12} {row['rows']:>9,} rows {row['columns']:>9,} columns  {timed(row)}  "
        f"gap {row['gap']:.2%} in {row['seconds']:.0f} s ({row['processor seconds']:.0f} s of processor), "
        f"{', '.join(judged(row))}, "
        f"plan {row['value']:,.4f} ({row['value by a plain MILP']:,.4f} by a plain MILP with its starts), "
        f"certificate {'valid' if row['valid'] else 'NOT VALID'}, {row['memory GB']:.1f} GB"
    )
    if "gap recomputed" in row:
        line += f"\n{'':<12} gap recomputed from the tables without a solver: {row['gap recomputed']:.2%}"
    return line + "".join(f"\n{'':<12} {told(*peer)}" for peer in row.get("peers", {}).items())


def told(name: str, found: dict[str, Any] | None) -> str:
    """Return the line of a peer, which had the same model and the same time."""
    if found is None:
        return f"{name:<8} is not installed: skipped"
    gap = "no plan" if found["gap"] is None else f"plan {found['value']:,.1f}, gap {found['gap']:.2%}"
    return f"{name:<8} {timed(found)}  {gap}, bound {found['bound']:,.1f}, {found['memory GB']:.1f} GB"


def judged(row: dict[str, Any]) -> Iterator[str]:
    """Say of each target of a size whether it was met."""
    for gap, seconds in TARGETS[row["size"]]:
        time, given = row[f"{gap:.1%}"], row["seconds"]
        state = "met" if time is not None and time <= seconds else "not met"
        if state == "not met" and given < 0.9 * seconds:
            state = f"not run so long ({given:.0f} s)"
        yield f"{gap:.1%} in {seconds} s {state}"


def summary(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Say for each size the median gap and the worst seed, and how time grows with the number of cities."""
    for size in dict.fromkeys(row["size"] for row in rows):
        own = sorted((row["gap"], row["instance"]) for row in rows if row["size"] == size)
        if len(own) > 1:
            worst, name = own[-1]
            yield f"{size}: median gap {median(gap for gap, _ in own):.2%}, worst {worst:.2%} ({name})"
    times = {
        size: [(row["1.0%"], row["cities"]) for row in rows if row["size"] == size and row["1.0%"]]
        for size in ("M", "XL")
    }
    if all(times.values()):
        (m, few), (xl, many) = ((median(time for time, _ in found), found[0][1]) for found in times.values())
        power = log(xl / m, many / few)
        yield f"time to 1% grows from M to XL with the number of cities to the power {power:.2f}"


def record_row(row: dict[str, Any]) -> None:
    """Keep the figures of one instance: gaps are shares, the times to them seconds."""
    figures = {
        name: float(value)
        for name, value in row.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    units = dict.fromkeys(("seconds", "first plan", *(f"{gap:.1%}" for gap in GAPS)), "s")
    history.record("plan", figures, case=row["instance"], units=units | {"memory GB": "GB"})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="N,S,M,L")
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--seconds", type=float, help="for each instance; by size without")
    parser.add_argument("--tight", action="store_true", help="parity 0.85 and least closing 0.22")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--quick", action="store_true", help="the small size, one seed, within a minute")
    parser.add_argument("--json", action="store_true")
    history.add_option(parser)
    asked = parser.parse_args()
    sizes, seeds = ("S", "1") if asked.quick else (asked.sizes, asked.seeds)
    rows = []
    for size in sizes.split(","):
        seconds = asked.seconds or (QUICK_SECONDS if asked.quick else SECONDS[size])
        for seed in [0] if size in demo_plan.YEARS else [int(each) for each in seeds.split(",")]:
            name = (
                size if size in demo_plan.YEARS else f"{size} seed {seed}" + (" tight" if asked.tight else "")
            )
            found = apart(partial(planned, size, seed, seconds, is_tight=asked.tight))
            rows.append({"instance": name, "size": size, **found})
            if asked.peers and size not in demo_plan.YEARS:
                rows[-1]["peers"] = by_peers(seeded(size, seed, is_tight=asked.tight), seconds)
            if not asked.json:
                print(shown(rows[-1]), flush=True)
    if asked.record:
        for row in rows:
            record_row(row)
    load = os.getloadavg()[0]
    if asked.json:
        print(json.dumps({"load": load, "rows": rows}, indent=1))
    else:
        print(*summary(rows), sep="\n")
        print(f"load of the machine at the end: {load:.1f}")


if __name__ == "__main__":
    main()
